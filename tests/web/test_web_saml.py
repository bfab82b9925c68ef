"""Rosa signs in at her hospital by SAML; whoever forges, wraps, replays or bends an assertion stays out."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from careloom.errors import ConfigError
from careloom.store.models import StoredFactor, User
from careloom.web.elsewhere.providers import named
from tests.web.asserter import (
    ENTITY,
    Asserted,
    Asserter,
    encrypted,
    key_and_certificate,
    metadata,
    packed,
    request_of,
)
from tests.web.desk import AdasDesk, form
from tests.web.people import PROPOSAL

PLAN = f"/review/{PROPOSAL.id}"
HERE = "/sign-in/with/riverside"


def table(more: str = "") -> str:
    return f'[riverside]\nprotocol = "saml"\nlabel = "Riverside"\nmetadata = "idp.xml"\nentity = "{ENTITY}"\n{more}'


@pytest.fixture(scope="module")
def asserter() -> Asserter:
    return Asserter()


@pytest.fixture(autouse=True)
def riverside(desk: AdasDesk, asserter: Asserter, tmp_path: Path, settings: Settings) -> Path:
    file = tmp_path / "identity_providers.toml"
    file.write_text(table())
    (tmp_path / "idp.xml").write_text(metadata(asserter.certificate))
    settings.CARELOOM_IDENTITY_PROVIDERS = file
    return file


def text(answer: Any) -> str:
    return str(answer.content.decode())


def goes(client: Client, target: str = "", how: str = "") -> Asserted:
    answer = client.get(f"{HERE}{how}", {"next": target})
    assert answer.status_code == 302 and answer["Location"].startswith(f"{ENTITY}/sso?")
    found = re.search(r'ID="([^"]+)"', request_of(answer["Location"]))
    assert found
    return Asserted(request=found.group(1))


def brings(client: Client, xml: str) -> Any:
    """The browser posts the answer from the other site, without its session, and comes again."""
    cookies = client.cookies.pop("sessionid", None)
    answer = client.post(f"{HERE}/acs", {"SAMLResponse": packed(xml), "RelayState": "https://evil.example/"})
    if cookies is not None:
        client.cookies["sessionid"] = cookies.value
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def is_in(client: Client) -> bool:
    return client.get("/queue").status_code == 200


def test_she_signs_in_there_and_is_herself_here(desk: AdasDesk, asserter: Asserter) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = brings(client, asserter.honest(goes(client, PLAN)))
    assert (answer.status_code, answer["Location"]) == (302, PLAN)
    assert is_in(client) and "by Riverside" in text(client.get("/yours"))


def test_nobody_whom_the_administrator_did_not_add_comes_in(asserter: Asserter) -> None:
    client, before = Client(), User.objects.count()
    answer = brings(client, asserter.honest(replace(goes(client), name="mallory")))
    assert answer.status_code == 403 and "nobody here goes by that name" in text(answer)
    assert not is_in(client) and User.objects.count() == before


WRONG: dict[str, dict[str, Any]] = {
    "another audience": {"audience": "https://other.example/metadata"},
    "no audience": {"audience": None},
    "another issuer": {"issuer": "https://evil.example"},
    "another issuer of the envelope": {"response_issuer": "https://evil.example"},
    "expired": {"ends": -61},
    "from the future": {"begins": 120},
    "a confirmation that ended": {"confirmed_until": -61},
    "a confirmation without an end": {"confirmed_until": None},
    "for another address": {"recipient": "http://testserver/sign-in/with/riverside/acs/evil"},
    "for no address": {"recipient": None},
    "sent elsewhere": {"destination": "https://other.example/acs"},
    "held by a key": {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
    "vouched by a sender": {"method": "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"},
    "to another request": {"in_response_to": "_other"},
    "unsolicited": {"in_response_to": None, "response_in_response_to": None},
    "unsolicited in a solicited envelope": {"in_response_to": None},
    "solicited in an unsolicited envelope": {"response_in_response_to": None},
    "a name made anew each time": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    "a failure": {"status": "Responder"},
}


@pytest.mark.parametrize("how", WRONG.values(), ids=WRONG.keys())
def test_an_assertion_that_is_not_for_this_errand_is_refused(asserter: Asserter, how: dict[str, Any]) -> None:
    client = Client()
    answer = brings(client, asserter.honest(replace(goes(client), **how)))
    assert answer.status_code == 403 and "could not be accepted" in text(answer)
    assert not is_in(client) and not StoredFactor.objects.exists()


FORGED = (
    "unsigned",
    "by_another_key",
    "by_an_old_algorithm",
    "changed_after_signing",
    "with_its_signature_taken_out",
    "wrapped_before",
    "wrapped_after",
    "wrapped_around",
    "wrapped_in_its_signature",
    "under_the_same_id",
    "with_an_entity",
    "with_a_file",
    "no_xml",
    "empty",
)


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_or_wrapped_assertion_is_refused(asserter: Asserter, how: str) -> None:
    client = Client()
    answer = brings(client, getattr(asserter, how)(goes(client)))
    assert answer.status_code == 403 and "could not be accepted" in text(answer)
    assert not is_in(client) and not StoredFactor.objects.exists()


def test_a_comment_in_a_name_cuts_nothing_off(asserter: Asserter, desk: AdasDesk) -> None:
    desk.store.users.create("rosa.evil", role="auditor")
    client = Client()
    brings(client, asserter.honest(replace(goes(client), name="rosa<!-- -->.evil")))
    session = client.session.get("_auth_user_id")
    assert session in (None, desk.store.users.reviewer("rosa.evil").user), "never rosa"


def test_an_answer_works_once_and_in_its_own_browser(asserter: Asserter) -> None:
    client, other = Client(), Client()
    xml = asserter.honest(goes(client))
    goes(other)
    assert brings(other, xml).status_code == 403 and not is_in(other)
    assert brings(client, xml).status_code == 302 and is_in(client)
    client.post("/sign-out")
    assert brings(client, xml).status_code == 403 and not is_in(client)


def test_an_answer_stolen_from_one_errand_does_not_fit_another(asserter: Asserter) -> None:
    victim, thief = Client(), Client()
    stolen, mine = goes(victim), goes(thief)
    inside = asserter.signed(stolen)
    assert brings(thief, mine.envelope(inside)).status_code == 403
    assert not is_in(thief)


def test_clocks_may_be_half_a_minute_apart(asserter: Asserter) -> None:
    client = Client()
    assert brings(client, asserter.honest(replace(goes(client), begins=30))).status_code == 302


def test_it_leads_to_no_other_site(asserter: Asserter) -> None:
    client = Client()
    assert brings(client, asserter.honest(goes(client, "https://evil.example/")))["Location"] == "/"


@pytest.mark.parametrize("sent", ["", "%%%", "x" * 200_001])
def test_what_is_no_answer_is_refused_and_not_kept(sent: str) -> None:
    client = Client()
    goes(client)
    answer = client.post(f"{HERE}/acs", {"SAMLResponse": sent})
    answer = client.get(answer["Location"]) if answer.status_code == 302 else answer
    assert answer.status_code == 403 and not is_in(client)
    assert client.get(f"{HERE}/acs/finish").status_code == 403
    assert client.get(f"{HERE}/acs").status_code == 405


def test_an_attribute_may_say_the_name_and_another_who_it_is(
    asserter: Asserter, riverside: Path, desk: AdasDesk
) -> None:
    riverside.write_text(table('claim = "uid"\nsubject = "subject-id"\n'))
    for subject, name, comes in (
        ("s-1", "rosa", True),
        ("s-2", "rosa", False),
        ("s-1", "other", True),
        ("", "cam", False),
    ):
        client = Client()
        said = replace(goes(client), name="x", attributes={"uid": name, "subject-id": subject})
        assert (brings(client, asserter.honest(said)).status_code == 302) is comes, (subject, name)


def test_its_description_of_this_site_names_one_address_and_no_secret() -> None:
    answer = Client().get(f"{HERE}/metadata")
    assert answer.status_code == 200
    said = text(answer)
    assert 'entityID="http://testserver/sign-in/with/riverside/metadata"' in said
    assert 'Location="http://testserver/sign-in/with/riverside/acs"' in said
    assert 'WantAssertionsSigned="true"' in said and "PRIVATE" not in said


def test_who_has_no_password_here_confirms_there_and_then_signs_once(
    desk: AdasDesk, asserter: Asserter
) -> None:
    User.objects.filter(username="rosa").update(password="!")
    client = Client()
    brings(client, asserter.honest(goes(client)))
    assert client.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403
    old = brings(client, asserter.honest(replace(goes(client, PLAN, "/again"), proved=-120)))
    assert old.status_code == 403 and "did not ask you again" in text(old)
    other = brings(client, asserter.honest(replace(goes(client, PLAN, "/again"), name="osei")))
    assert other.status_code == 403 and "Somebody else signed in there" in text(other)
    assert brings(client, asserter.honest(goes(client, PLAN, "/again")))["Location"] == PLAN
    assert client.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 302
    assert len(desk.decisions) == 1


def test_to_confirm_she_is_sent_with_the_order_to_ask_her_again(asserter: Asserter) -> None:
    client = Client()
    brings(client, asserter.honest(goes(client)))
    forced = client.get(f"{HERE}/again", {"next": PLAN})["Location"]
    assert 'ForceAuthn="true"' in request_of(forced)
    assert "ForceAuthn" not in request_of(Client().get(HERE)["Location"])


@pytest.mark.parametrize(
    "bad", ["", "<x/>", "not xml", metadata("").replace(ENTITY, "https://other.example")]
)
def test_metadata_that_does_not_fit_is_said(riverside: Path, bad: str) -> None:
    from careloom.web.elsewhere import saml

    (riverside.parent / "idp.xml").write_text(bad)
    provider = named("riverside")
    assert provider
    assert Client().get(HERE).status_code == 500
    with pytest.raises(ConfigError):
        saml._config(Client().get(HERE).wsgi_request, provider)


def test_an_answer_is_not_kept_when_it_was_read(asserter: Asserter) -> None:
    client = Client()
    brings(client, asserter.honest(goes(client)))
    assert not any("answer" in one.get_decoded() for one in Session.objects.all())


@pytest.fixture
def ours(riverside: Path) -> str:
    """This site's certificate; its key lies beside the table, and what is said must be encrypted to it."""
    key, certificate = key_and_certificate()
    (riverside.parent / "ours.key").write_text(key)
    (riverside.parent / "ours.crt").write_text(certificate)
    riverside.write_text(table('key = "ours.key"\ncertificate = "ours.crt"\n'))
    return certificate


def hidden(asserter: Asserter, client: Client, certificate: str, **how: str) -> str:
    said = goes(client)
    return said.envelope(encrypted(asserter.signed(said), certificate, **how))


@pytest.mark.parametrize("data", ["2009/xmlenc11#aes256-gcm", "2001/04/xmlenc#aes256-cbc"])
def test_an_assertion_that_is_encrypted_to_this_site_lets_her_in(
    asserter: Asserter, ours: str, data: str
) -> None:
    client = Client()
    xml = hidden(asserter, client, ours, data=f"http://www.w3.org/{data}")
    assert ">rosa<" not in xml and brings(client, xml).status_code == 302
    assert is_in(client)


def test_where_it_must_be_encrypted_what_is_not_lets_nobody_in(asserter: Asserter, ours: str) -> None:
    client = Client()
    assert brings(client, asserter.honest(goes(client))).status_code == 403 and not is_in(client)


def test_what_is_encrypted_and_not_signed_changed_or_for_another_key_lets_nobody_in(
    asserter: Asserter, ours: str
) -> None:
    client = Client()
    said = goes(client)
    (_, elsewhere), signed = key_and_certificate(), asserter.signed(said)
    for inside in (
        encrypted(said.assertion(), ours),
        encrypted(signed.replace(">rosa<", ">osei<"), ours),
        encrypted(signed, elsewhere),
        encrypted(signed, ours) + encrypted(signed, ours),
        encrypted(signed, ours) + said.assertion(),
    ):
        assert brings(client, said.envelope(inside)).status_code == 403
        assert not is_in(client) and not StoredFactor.objects.exists()


@pytest.mark.parametrize(
    "how", [{"transport": "http://www.w3.org/2001/04/xmlenc#rsa-1_5"}, {"data": "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"}]
)  # fmt: skip
def test_an_encryption_that_can_be_asked_open_is_refused_before_a_key_is_turned(
    asserter: Asserter, ours: str, how: dict[str, str]
) -> None:
    client = Client()
    assert brings(client, hidden(asserter, client, ours, **how)).status_code == 403
    assert not is_in(client)


def test_without_a_key_of_ours_nothing_encrypted_is_read(asserter: Asserter) -> None:
    client, (_, certificate) = Client(), key_and_certificate()
    assert brings(client, hidden(asserter, client, certificate)).status_code == 403 and not is_in(client)


def test_the_description_names_the_key_to_encrypt_to_and_never_the_secret_one(ours: str) -> None:
    said = text(Client().get(f"{HERE}/metadata"))
    assert 'use="encryption"' in said and "PRIVATE" not in said
    assert re.sub(r"-----[^-]+-----|\s", "", ours) in re.sub(r"\s", "", said)


@pytest.mark.parametrize(
    ("more", "files"),
    [
        ('key = "ours.key"\n', {}),
        ('key = "none.key"\ncertificate = "ours.crt"\n', {}),
        ('key = "ours.key"\ncertificate = "ours.crt"\n', {"ours.key": "no key"}),
        ('key = "ours.key"\ncertificate = "ours.crt"\n', {"ours.crt": "other"}),
    ],
)
def test_a_key_that_does_not_fit_its_certificate_is_said(
    riverside: Path, ours: str, more: str, files: dict[str, str]
) -> None:
    for name, words in files.items():
        (riverside.parent / name).write_text(key_and_certificate()[1] if words == "other" else words)
    riverside.write_text(table(more))
    assert Client().get(HERE).status_code == 500
