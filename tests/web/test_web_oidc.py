"""Rosa signs in at her hospital's identity provider; whoever forges, replays or bends what it says stays out."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from careloom.care.audited import Outcome
from careloom.errors import ConfigError
from careloom.store.models import AuditEvent, StoredFactor, User
from careloom.web.elsewhere.providers import all_of_them
from tests.web.desk import PASSWORD, AdasDesk, form, signed_in
from tests.web.issuer import CLIENT, Issuer, running
from tests.web.people import PROPOSAL

PLAN = f"/review/{PROPOSAL.id}"


def table(url: str, more: str = "") -> str:
    return (
        f'[hospital]\nprotocol = "oidc"\nlabel = "Riverside"\nissuer = "{url}"\n'
        f'client_id = "{CLIENT}"\nsecret = "oidc.secret"\n{more}'
    )


@pytest.fixture
def issuer(desk: AdasDesk, tmp_path: Path, settings: Settings) -> Iterator[Issuer]:
    with running() as found:
        file = tmp_path / "identity_providers.toml"
        file.write_text(table(found.url))
        (tmp_path / "oidc.secret").write_text("hush\n")
        settings.CARELOOM_IDENTITY_PROVIDERS = file
        yield found


def text(answer: Any) -> str:
    return str(answer.content.decode())


def goes(client: Client, target: str = "", how: str = "") -> str:
    answer = client.get(f"/sign-in/with/hospital{how}", {"next": target})
    assert answer.status_code == 302
    return str(answer["Location"])


def comes_back(client: Client, back: dict[str, str]) -> Any:
    return client.get("/sign-in/with/hospital/back", back)


def through(issuer: Issuer, client: Client, target: str = "", how: str = "") -> Any:
    return comes_back(client, issuer.visit(goes(client, target, how)))


def is_in(client: Client) -> bool:
    return client.get("/queue").status_code == 200


def test_she_signs_in_there_and_is_herself_here(issuer: Issuer, desk: AdasDesk) -> None:
    client = Client()
    assert "Sign in at Riverside" in text(client.get("/sign-in"))
    answer = through(issuer, client, PLAN)
    assert (answer.status_code, answer["Location"]) == (302, PLAN)
    assert is_in(client)
    assert "by Riverside" in text(client.get("/yours"))
    assert issuer.asked["code_challenge_method"] == "S256" and len(issuer.asked["nonce"]) >= 24


def test_nobody_whom_the_administrator_did_not_add_comes_in(issuer: Issuer, desk: AdasDesk) -> None:
    before = User.objects.count()
    for name in ("mallory", "", "ROSA", "rosa "):
        issuer.name, issuer.subject = name, f"s-{name}"
        issuer.info = {"sub": issuer.subject}
        client = Client()
        answer = through(issuer, client)
        assert answer.status_code == 403 and "nobody here goes by that name" in text(answer)
        assert not is_in(client)
    assert User.objects.count() == before
    said = AuditEvent.objects.filter(
        action="sign-in", what="hospital: unknown", outcome=Outcome.REFUSED.value
    )
    assert said.count() == 4


def test_who_left_stays_out_whatever_the_provider_says(issuer: Issuer, desk: AdasDesk) -> None:
    through(issuer, Client())
    desk.store.users.activate("rosa", False)
    client = Client()
    assert through(issuer, client).status_code == 403 and not is_in(client)


def test_a_name_that_moves_to_somebody_else_there_moves_no_account_here(
    issuer: Issuer, desk: AdasDesk
) -> None:
    through(issuer, Client())
    issuer.subject = "s-2"
    client = Client()
    assert through(issuer, client).status_code == 403 and not is_in(client)
    issuer.subject, issuer.name = "s-1", "rosa.married"
    renamed = Client()
    assert through(issuer, renamed).status_code == 302 and is_in(renamed), (
        "she herself may be called otherwise"
    )


def test_another_organisations_user_is_nobody_here(issuer: Issuer, desk: AdasDesk) -> None:
    User.objects.filter(username="rosa").update(organisation="other")
    client = Client()
    assert through(issuer, client).status_code == 403 and not is_in(client)


def later(seconds: int, *names: str) -> Callable[[dict[str, Any]], None]:
    def twist(claims: dict[str, Any]) -> None:
        for name in names:
            claims[name] = int(time.time()) + seconds

    return twist


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another audience": lambda claims: claims.update(aud="another"),
    "no audience": lambda claims: claims.pop("aud"),
    "two audiences, nobody named": lambda claims: claims.update(aud=[CLIENT, "another"]),
    "issued to another party": lambda claims: claims.update(azp="another"),
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "no issuer": lambda claims: claims.pop("iss"),
    "expired": later(-61, "exp"),
    "never ends": lambda claims: claims.pop("exp"),
    "ends at no time": lambda claims: claims.update(exp="tomorrow"),
    "from the future": later(120, "iat"),
    "from an hour ago": later(-3600, "iat"),
    "not yet": later(120, "nbf"),
    "another nonce": lambda claims: claims.update(nonce="x"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "nobody": lambda claims: claims.pop("sub"),
    "a subject that is a list": lambda claims: claims.update(sub=["s-1"]),
}


@pytest.mark.parametrize("twist", WRONG.values(), ids=WRONG.keys())
def test_an_id_token_that_is_not_for_this_errand_is_refused(
    issuer: Issuer, desk: AdasDesk, twist: Callable[[dict[str, Any]], None]
) -> None:
    issuer.twist = twist
    client = Client()
    answer = through(issuer, client)
    assert answer.status_code == 403 and "could not be accepted" in text(answer)
    assert not is_in(client)
    assert not StoredFactor.objects.exists()


FORGED = (
    "by_another_key",
    "by_an_unknown_key",
    "by_the_public_key_as_a_secret",
    "unsigned",
    "with_a_changed_body",
    "no_token_at_all",
)


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_signature_is_refused(issuer: Issuer, desk: AdasDesk, how: str) -> None:
    issuer.sign = getattr(issuer, how)
    client = Client()
    assert through(issuer, client).status_code == 403 and not is_in(client)
    assert issuer.signed == 1


def test_clocks_may_be_half_a_minute_apart(issuer: Issuer, desk: AdasDesk) -> None:
    issuer.twist = later(30, "iat", "nbf")
    client = Client()
    assert through(issuer, client).status_code == 302 and is_in(client)


def test_a_state_that_was_changed_used_or_is_another_browsers_is_refused(
    issuer: Issuer, desk: AdasDesk
) -> None:
    client, other = Client(), Client()
    back = issuer.visit(goes(client))
    for wrong in ({**back, "state": "x"}, {**back, "state": ""}, {"code": back["code"]}):
        assert comes_back(client, wrong).status_code == 403
    goes(other)
    assert comes_back(other, back).status_code == 403 and not is_in(other)
    assert comes_back(client, back).status_code == 302 and is_in(client)
    client.post("/sign-out")
    assert comes_back(client, back).status_code == 403 and not is_in(client)


def test_an_answer_stolen_from_one_errand_does_not_fit_another(issuer: Issuer, desk: AdasDesk) -> None:
    victim, thief = Client(), Client()
    stolen = issuer.visit(goes(victim))["code"]
    state = issuer.visit(goes(thief))["state"]
    assert comes_back(thief, {"code": stolen, "state": state}).status_code == 403
    assert not is_in(thief)


def test_another_issuer_in_the_description_or_in_the_answer_is_refused(
    issuer: Issuer, desk: AdasDesk
) -> None:
    client = Client()
    back = issuer.visit(goes(client))
    assert comes_back(client, {**back, "iss": "https://evil.example"}).status_code == 403
    issuer.issuer_said = "https://evil.example"
    assert through(issuer, client).status_code == 403
    assert not is_in(client)


def test_it_leads_to_no_other_site(issuer: Issuer, desk: AdasDesk) -> None:
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        client = Client()
        assert through(issuer, client, wanted)["Location"] == "/"


def test_who_turns_back_is_told_so(issuer: Issuer, desk: AdasDesk) -> None:
    client = Client()
    state = issuer.visit(goes(client))["state"]
    answer = comes_back(client, {"error": "access_denied", "state": state})
    assert answer.status_code == 403 and "without signing in there" in text(answer)


def test_a_provider_that_is_down_is_said_in_words(issuer: Issuer, desk: AdasDesk) -> None:
    client = Client()
    back = issuer.visit(goes(client))
    issuer.server.shutdown()
    issuer.server.server_close()
    assert comes_back(client, back).status_code == 403
    answer = client.get("/sign-in/with/hospital")
    assert answer.status_code == 503 and "is not answering" in text(answer)
    assert client.post("/sign-in", {"username": "rosa", "password": PASSWORD}).status_code == 302


def test_the_name_may_stand_in_the_user_info_of_the_same_subject_alone(
    issuer: Issuer, desk: AdasDesk
) -> None:
    issuer.twist = lambda claims: claims.pop("preferred_username")
    issuer.info = {"sub": "s-2", "preferred_username": "rosa"}
    client = Client()
    assert through(issuer, client).status_code == 403 and not is_in(client)
    issuer.info = {"sub": "s-1", "preferred_username": "rosa"}
    assert through(issuer, client).status_code == 302 and is_in(client)


def test_her_second_factor_here_is_asked_for_unless_the_provider_asks_itself(
    issuer: Issuer, desk: AdasDesk, settings: Settings
) -> None:
    settings.CARELOOM_SECOND_FACTOR = "everybody"
    client = Client()
    assert through(issuer, client)["Location"] == "/sign-in/set-up"
    assert not is_in(client)
    settings.CARELOOM_IDENTITY_PROVIDERS.write_text(table(issuer.url, "second_factor = true\n"))
    assert through(issuer, client)["Location"] == "/"
    assert is_in(client)


def test_the_librarys_own_tables_are_not_made(issuer: Issuer, desk: AdasDesk) -> None:
    through(issuer, Client())
    assert not [
        name
        for name in connection.introspection.table_names()
        if name.startswith(("account_", "socialaccount_"))
    ]


# ── signing ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rosa(issuer: Issuer, desk: AdasDesk) -> Client:
    """Rosa, who has no password here, came in from there."""
    User.objects.filter(username="rosa").update(password="!")
    client = Client()
    through(issuer, client)
    return client


def test_who_has_no_password_here_confirms_there_and_then_signs_once(
    issuer: Issuer, desk: AdasDesk, rosa: Client
) -> None:
    page = text(rosa.get(PLAN))
    assert "Confirm that it is you at Riverside" in page and 'name="password"' not in page
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403
    issuer.proved = time.time()
    assert through(issuer, rosa, PLAN, "/again")["Location"] == PLAN
    assert (issuer.asked["prompt"], issuer.asked["max_age"]) == ("login", "0")
    assert "holds for one signature" in text(rosa.get(PLAN))
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 302
    assert len(desk.decisions) == 1
    rosa.post(f"{PLAN}/undo", {"revision": "1"})
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403, "it held for one"


@pytest.mark.parametrize(
    "ago", [None, 61 + 5, 3600, -120], ids=["no word", "a minute", "an hour", "the future"]
)
def test_a_provider_that_did_not_ask_her_again_confirms_nothing(
    issuer: Issuer, desk: AdasDesk, rosa: Client, ago: int | None
) -> None:
    issuer.proved = None if ago is None else time.time() - ago
    answer = through(issuer, rosa, PLAN, "/again")
    assert answer.status_code == 403 and "did not ask you again" in text(answer)
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403
    assert not desk.decisions


def test_somebody_elses_confirmation_confirms_nothing(issuer: Issuer, desk: AdasDesk, rosa: Client) -> None:
    issuer.subject, issuer.name, issuer.proved = "s-7", "osei", time.time()
    answer = through(issuer, rosa, PLAN, "/again")
    assert answer.status_code == 403 and "Somebody else signed in there" in text(answer)
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403


def test_a_confirmation_is_old_after_five_minutes(issuer: Issuer, desk: AdasDesk, rosa: Client) -> None:
    issuer.proved = time.time()
    through(issuer, rosa, PLAN, "/again")
    session = rosa.session
    session["proved_elsewhere"] = {**session["proved_elsewhere"], "at": timezone.now().timestamp() - 301}
    session.save()
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403


def test_signing_in_there_is_no_confirmation_for_a_signature(issuer: Issuer, desk: AdasDesk) -> None:
    issuer.proved = time.time()
    client = Client()
    through(issuer, client, PLAN)
    assert client.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403


def test_who_came_in_with_her_password_may_still_be_bound_and_sees_no_provider(
    issuer: Issuer, desk: AdasDesk
) -> None:
    page = text(signed_in("rosa").get(PLAN))
    assert "Riverside" not in page and 'name="password"' in page


# ── the file ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "bad",
    [
        "not toml",
        table("http://elsewhere.example"),
        table("https://id.example", "colour = 1\n"),
        table("https://id.example", 'second_factor = "yes"\n'),
        table("https://id.example").replace('"oidc"', '"ldap"'),
        table("https://id.example").replace("[hospital]", "[Hospital Two]"),
        '[hospital]\nprotocol = "oidc"\nissuer = "https://id.example"\n',
    ],
)
def test_a_file_that_does_not_fit_is_said_and_lets_nobody_in(
    issuer: Issuer, settings: Settings, bad: str
) -> None:
    settings.CARELOOM_IDENTITY_PROVIDERS.write_text(bad)
    with pytest.raises(ConfigError):
        all_of_them()


def test_a_provider_that_is_not_there_is_not_found(issuer: Issuer) -> None:
    for address in ("/sign-in/with/clinic", "/sign-in/with/clinic/back", "/sign-in/with/clinic/again"):
        assert Client().get(address).status_code in (302, 404)
    assert signed_in("rosa").get("/sign-in/with/clinic/again").status_code == 404
