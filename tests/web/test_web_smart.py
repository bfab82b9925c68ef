"""Rosa opens Careloom inside her EHR with the patient of the open chart; whoever forges, replays or bends a launch opens nothing."""

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.errors import ConfigError, InputError
from careloom.pipeline.systems import source_systems
from careloom.settings import Settings as SiteSettings
from careloom.store import Store
from tests.connect.made import body, bundle, patient
from tests.web.launched import ADA, Site, ehr, opened_nothing, refusals, site, site_of, text
from tests.web.scripted_ehr import CLIENT, Ehr

__all__ = ["ehr", "site"]


def test_the_review_page_opens_with_the_patient_of_the_chart(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    assert page.startswith("/smart/in/") and page.endswith(f"/review/{site.plan}")
    shown = client.get(page)
    said = text(shown)
    assert shown.status_code == 200 and "Ada Quill" in said and "Opened from Mercy" in said
    asked = site.ehr.asked
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert (asked["launch"], asked["aud"], asked["response_type"]) == ("xyz", site.ehr.base, "code")
    assert asked["scope"] == "launch openid fhirUser patient/Patient.r"
    assert len(asked["state"]) >= 22 and len(asked["nonce"]) >= 22
    assert site.ehr.forms[0]["client_id"] == CLIENT and len(site.ehr.forms[0]["code_verifier"]) == 43
    events = site.pipeline.store.audit.of(site.ada)
    assert [one["what"] for one in events if one["action"] == "ehr launch"] == ["mercy"]


def test_by_itself_she_chooses_the_patient_at_the_ehr_and_nobody_may_frame_it(site: Site) -> None:
    client = Client()
    away = client.get("/smart/standalone/mercy")
    arrived = client.get("/smart/callback", site.ehr.visit(away["Location"]))
    assert site.ehr.asked["scope"] == "launch/patient openid fhirUser patient/Patient.r"
    assert "launch" not in site.ehr.asked
    page = client.get(client.get(arrived["Location"])["Location"])
    assert page.status_code == 200 and "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert client.get("/smart/standalone/nobody").status_code == 403


def test_the_record_opens_where_nothing_waits_of_her(site: Site) -> None:
    site.ehr.patient = "p2"
    client = Client()
    page = site.inside(client)
    assert page.endswith(f"/patients/{site.bo}") and "Bo Stone" in text(client.get(page))


@pytest.mark.parametrize(
    "iss",
    [
        "",
        "https://evil.example/fhir",
        "http://127.0.0.1:1/fhir",
        "{base}/x",
        "{base}@evil.example",
        "{base}?x=1",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
    ],
)
def test_an_issuer_that_the_site_has_not_set_is_refused_and_asked_nothing(site: Site, iss: str) -> None:
    client = Client()
    answer = site.launches(client, iss=iss.replace("{base}", site.ehr.base))
    assert answer.status_code == 403 and "nothing was asked" in text(answer)
    assert opened_nothing(site, client, answer) and site.ehr.paths == []
    assert refusals() == ["unknown issuer"]


def test_a_launch_without_the_ehrs_word_is_refused(site: Site) -> None:
    assert site.launches(Client(), launch="").status_code == 403
    assert site.launches(Client(), launch="x" * 5_000).status_code == 403
    assert site.ehr.paths == []


def test_an_answer_works_once_in_its_own_browser_and_soon_not_at_all(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = Client(), Client()
    back = site.ehr.visit(site.launches(client)["Location"])
    stolen = other.get("/smart/callback", back)
    assert opened_nothing(site, other, stolen) and site.ehr.forms == []
    again = site.ehr.visit(site.launches(other)["Location"])
    # A code of hers in a launch of his: the verifier is another.
    mixed = other.get("/smart/callback", {"code": back["code"], "state": again["state"]})
    assert opened_nothing(site, other, mixed)
    back = site.ehr.visit(site.launches(client)["Location"])
    assert client.get("/smart/callback", back).status_code == 302
    replayed = client.get("/smart/callback", back)
    assert replayed.status_code == 403 and "used before" in text(replayed)
    back = site.ehr.visit(site.launches(client)["Location"])
    late = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    assert client.get("/smart/callback", back).status_code == 403
    assert set(refusals()) == {"stale", "not accepted"}


def test_the_way_into_a_window_is_open_once(site: Site) -> None:
    client, thief = Client(), Client()
    door = site.through(client)["Location"]
    assert thief.get(door).status_code == 401
    assert client.get(door).status_code == 302
    assert client.get(door).status_code == 401


@pytest.mark.parametrize(
    ("claims", "sign"),
    [
        ({"aud": "another-app"}, "honest"),
        ({"aud": [CLIENT, "another-app"]}, "honest"),
        ({"aud": None}, "honest"),
        ({"iss": "https://evil.example"}, "honest"),
        ({"exp": 1}, "honest"),
        ({"exp": None}, "honest"),
        ({"iat": 4_102_444_800, "exp": 4_102_444_900}, "honest"),
        ({"iat": 1}, "honest"),
        ({"iat": None}, "honest"),
        ({"nbf": 4_102_444_800}, "honest"),
        ({"nonce": "another"}, "honest"),
        ({"nonce": None}, "honest"),
        ({"sub": ""}, "honest"),
        ({}, "by_another_key"),
        ({}, "by_a_key_in_the_token"),
        ({}, "by_the_public_key_as_a_secret"),
        ({}, "unsigned"),
        ({"fhirUser": None}, "honest"),
        ({"fhirUser": "https://evil.example/fhir/Practitioner/rosa-1"}, "honest"),
        ({"fhirUser": "Patient/p1"}, "honest"),
        ({"fhirUser": "Practitioner/../rosa-1"}, "honest"),
        ({"fhirUser": 7}, "honest"),
    ],
)
def test_an_id_token_that_is_not_for_this_launch_lets_nobody_in(
    site: Site, claims: dict[str, Any], sign: str
) -> None:
    site.ehr.claims, site.ehr.sign = claims, getattr(site.ehr, sign)
    client = Client()
    answer = site.through(client)
    assert answer.status_code == 403 and opened_nothing(site, client, answer)
    assert not any(path.startswith("/fhir/Patient/") for path in site.ehr.paths)


@pytest.mark.parametrize(
    "granted",
    [
        {"access_token": ""},
        {"access_token": 7},
        {"token_type": "mac"},
        {"id_token": ""},
        {"id_token": "x.y.z"},
        {"id_token": None},
        {"patient": ""},
        {"patient": "../Patient/p2"},
        {"patient": "p1?_format=xml"},
        {"patient": "p9"},
        {"patient": ["p1"]},
    ],
)
def test_a_bent_answer_of_the_token_endpoint_opens_nothing(site: Site, granted: dict[str, Any]) -> None:
    site.ehr.granted = granted
    client = Client()
    assert opened_nothing(site, client, site.through(client))


BIG = b'{"resourceType":"Patient","id":"p1","x":"' + b"x" * (10 << 20) + b'"}'
PLACES = ("/fhir/.well-known/smart-configuration", "/token", "/jwks", "/fhir/Patient/p1")


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    "said",
    [
        (302, {"Location": "http://127.0.0.1:1/stolen"}, b""),
        (307, {"Location": "/elsewhere"}, b""),
        (200, {"Content-Type": "application/json"}, BIG),
        (200, {"Content-Type": "application/json"}, b"[" * 5_000),
        (200, {}, b"\xff\xfe not json"),
        (500, {}, b"oops"),
        (503, {"Retry-After": "300"}, b""),
    ],
    ids=["302", "307", "10 MB", "deep", "not json", "500", "503"],
)
def test_an_ehr_that_redirects_breaks_or_never_ends_is_told_in_words(
    site: Site, path: str, said: Any
) -> None:
    client = Client()
    site.ehr.answers[path] = said
    away = site.launches(client)
    answer = (
        client.get("/smart/callback", site.ehr.visit(away["Location"])) if away.status_code == 302 else away
    )
    assert opened_nothing(site, client, answer)
    assert "/elsewhere" not in site.ehr.paths


@pytest.mark.parametrize(
    "configured",
    [
        {"token_endpoint": "http://169.254.169.254/token"},
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "http://localhost:1/jwks"},
        {"authorization_endpoint": "https://evil.example/auth"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": ""},
        {"issuer": "https://evil.example"},
        {"code_challenge_methods_supported": []},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_an_ehr_that_names_another_machine_or_takes_no_pkce_is_not_gone_to(
    site: Site, configured: dict[str, Any]
) -> None:
    site.ehr.configured = configured
    client = Client()
    answer = site.launches(client)
    assert answer.status_code == 502 and opened_nothing(site, client, answer)
    assert site.ehr.paths == ["/fhir/.well-known/smart-configuration"]


def test_a_token_that_was_revoked_before_it_was_used_opens_nobody(site: Site) -> None:
    client = Client()
    back = site.ehr.visit(site.launches(client)["Location"])
    site.ehr.answers["/fhir/Patient/p1"] = (401, {}, b"{}")
    answer = client.get("/smart/callback", back)
    assert answer.status_code == 403 and opened_nothing(site, client, answer)


def test_another_answering_issuer_and_a_no_at_the_door_are_refused(site: Site) -> None:
    client = Client()
    back = site.ehr.visit(site.launches(client)["Location"]) | {"iss": "https://evil.example"}
    assert opened_nothing(site, client, client.get("/smart/callback", back))
    state = site.ehr.visit(site.launches(client)["Location"])["state"]
    no = client.get("/smart/callback", {"error": "access_denied", "state": state})
    assert "without being let in" in text(no) and opened_nothing(site, client, no)


def test_somebody_whom_nobody_linked_is_told_what_to_ask_for(site: Site) -> None:
    site.ehr.who = "Practitioner/mallory"
    # A name or an address that fits links nobody.
    site.ehr.claims = {"preferred_username": "rosa", "email": "rosa@clinic.example", "name": "R. Blake"}
    client = Client()
    answer = site.through(client)
    assert answer.status_code == 403 and opened_nothing(site, client, answer)
    assert "careloom user ehr NAME mercy Practitioner/mallory" in text(answer)
    assert refusals() == ["mercy: Practitioner/mallory is linked to nobody who may sign in"]


def test_an_account_that_was_closed_opens_nothing_and_an_open_window_closes(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    site.pipeline.store.users.activate("rosa", False)
    assert client.get(page).status_code == 401
    other = Client()
    assert opened_nothing(site, other, site.through(other))


def test_a_link_is_one_persons_and_can_be_forgotten(site: Site) -> None:
    launching, users = site.pipeline.launching, site.pipeline.store.users
    osei, rosa = str(users.account("osei").pk), str(users.account("rosa").pk)
    with pytest.raises(InputError, match="linked to this person"):
        launching.link(osei, "mercy", "Practitioner/rosa-1")
    with pytest.raises(InputError, match="linked to somebody"):
        launching.link(rosa, "mercy", "Practitioner/other")
    with pytest.raises(InputError, match="Practitioner/ID"):
        launching.link(osei, "mercy", "Patient/p1")
    with pytest.raises(InputError, match="no such system"):
        launching.link(osei, "nowhere", "Practitioner/x")
    assert launching.forget(rosa, "mercy") and not launching.forget(rosa, "mercy")
    assert site.through(Client()).status_code == 403


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({"id": "p2"}, "named no patient"),
        ({"birthDate": "1999-09-09"}, "do not fit one patient"),
        ({"name": [{"family": "Wholly", "given": ["Other"]}], "birthDate": "1971-01-01"}, "do not fit"),
        ({"resourceType": "Practitioner"}, "named no patient"),
    ],
)
def test_a_patient_who_does_not_fit_ours_opens_no_record(site: Site, bent: dict[str, Any], said: str) -> None:
    site.ehr.patients["p1"] = {**ADA, **bent}
    client = Client()
    answer = site.through(client)
    assert said in text(answer) and opened_nothing(site, client, answer)


def test_a_patient_who_is_only_described_like_ours_is_nobody_here(site: Site) -> None:
    site.ehr.patient = "p7"
    site.ehr.patients["p7"] = {**ADA, "id": "p7", "identifier": []}
    client = Client()
    answer = site.through(client)
    assert answer.status_code == 404 and "No source has sent us this patient" in text(answer)
    assert opened_nothing(site, client, answer)


def test_a_patient_of_another_organisation_is_there_for_nobody(
    site: Site, home: Path, key: str, tmp_path: Path
) -> None:
    theirs = pipelines.build(
        SiteSettings(home=home, encryption_key=key, organisation="elsewhere", model="none")
    )
    file = tmp_path / "cy.json"
    cy = patient("p8", name=[{"family": "Vale", "given": ["Cy"]}], birthDate="1944-04-04")
    file.write_bytes(body(bundle(cy)))
    theirs.connect([file], source="mercy")
    site.ehr.patient, site.ehr.patients["p8"] = "p8", cy
    client = Client()
    answer = site.through(client)
    assert answer.status_code == 404 and "Vale" not in text(answer) and opened_nothing(site, client, answer)


def test_a_second_factor_is_asked_for_in_the_window_unless_the_ehr_asks_itself(
    ehr: Ehr, store: Store, home: Path, key: str, settings: Settings
) -> None:
    site = site_of(ehr, store, home, key, settings)
    settings.CARELOOM_SECOND_FACTOR = "everybody"
    client = Client()
    refused = client.get(site.through(client)["Location"])
    assert refused.status_code == 403 and "second factor" in text(refused)
    assert "careloom_window" not in client.cookies
    trusting = site_of(ehr, store, home, key, settings, "second_factor = true\n")
    assert trusting.inside(Client()).startswith("/smart/in/")


def test_the_token_is_kept_nowhere_and_no_log_has_it(
    site: Site, caplog: pytest.LogCaptureFixture, home: Path
) -> None:
    client = Client()
    with caplog.at_level(logging.DEBUG):
        client.get(site.inside(client))
    for secret in ("secret-token", site.ehr.forms[0]["code_verifier"]):
        assert secret not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("select session_data from django_session")
        from django.contrib.sessions.backends.db import SessionStore

        kept = [json.dumps(SessionStore().decode(row[0])) for row in cursor.fetchall()]
    assert kept and not any("secret-token" in one or "Quill" in one for one in kept)


def test_our_key_is_published_and_says_who_asks(
    ehr: Ehr, store: Store, home: Path, key: str, settings: Settings
) -> None:
    from careloom.wire.fhir.keys import make_key

    home.mkdir(exist_ok=True)
    made = make_key(home / "keys" / "app.jwk")
    site = site_of(ehr, store, home, key, settings, 'key = "keys/app.jwk"\n')
    (published,) = Client().get("/smart/jwks").json()["keys"]
    assert published["kid"] == made.kid and "d" not in published and published["alg"] == "ES384"
    client = Client()
    site.inside(client)
    form = site.ehr.forms[0]
    assert "client_id" not in form and form["client_assertion_type"].endswith("jwt-bearer")
    from joserfc import jwt

    claims = jwt.decode(form["client_assertion"], made, algorithms=["ES384"]).claims
    assert (claims["iss"], claims["aud"]) == (CLIENT, f"{ehr.url}/token")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('frame = ["*"]', "frame"),
        ('frame = ["https://ehr.example; script-src *"]', "frame"),
        ('frame = ["https://ehr.example/path"]', "frame"),
        ('frame = ["http://ehr.example"]', "frame"),
        ('frame = "https://ehr.example"', "frame"),
        ("frame = [7]", "frame"),
        ("wrong = 1", "wrong"),
        ("confirms = 1", "confirms"),
        ('client_id = ""', "client_id"),
    ],
)
def test_what_does_not_fit_in_sources_toml_is_named(tmp_path: Path, more: str, said: str) -> None:
    file = tmp_path / "sources.toml"
    one = "" if "client_id" in more else 'client_id = "x"\n'
    file.write_text(f'[mercy]\nurl = "https://ehr.example"\n[mercy.smart]\n{one}{more}\n')
    with pytest.raises(ConfigError, match=said):
        source_systems(file)
