"""Who may ask at a hook: an EHR with a signed statement that holds, for this service, of this moment, once. Everybody else is told why not."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey
from pytest_django import Settings

from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.wire.fhir.keys import public_set
from careloom.wire.hooks import issuers
from tests.web.ehr import (
    ISSUER,
    OURS,
    SIGN,
    VIEW,
    Ehr,
    asks,
    marta,
    order,
    registered,
)
from tests.web.forged import DIGESTS, by_a_secret, part, unsigned

pytestmark = pytest.mark.django_db
ASKED = asks(order("Acetaminophen 500 MG"), patient=marta())


def later(**span: float) -> datetime:
    return datetime.now(UTC) + timedelta(**span)


STRANGER = ECKey.generate_key("P-384", {"kid": "one"})


@pytest.mark.parametrize(
    ("why", "claims"),
    [
        ("no such issuer", {"iss": "https://stranger.example.org"}),
        ("no such issuer", {"iss": None}),
        ("another address", {"aud": f"{OURS}/cds-services/{VIEW}"}),
        ("another address", {"aud": OURS}),
        ("another address", {"aud": None}),
        ("has ended", {"iat": timedelta(minutes=-20), "exp": timedelta(minutes=-10)}),
        ("from the future", {"iat": timedelta(minutes=10), "exp": timedelta(minutes=15)}),
        ("from the future", {"nbf": timedelta(minutes=10)}),
        ("longer than an hour", {"exp": timedelta(hours=3)}),
        ("doesn't say when", {"exp": None}),
        ("doesn't say when", {"iat": "yesterday"}),
        ("no number of its own", {"jti": None}),
        ("no number of its own", {"jti": " "}),
        ("signature does not hold", {"key": STRANGER}),
        ("no key of this id", {"header": {"kid": "two"}}),
        ("names no key", {"header": {"kid": None}}),
        ("another place of keys", {"header": {"jku": "https://stranger.example.org/jwks.json"}}),
        ("another type", {"header": {"typ": "at+jwt"}}),
    ],
)
def test_a_statement_that_does_not_hold_is_refused_in_words(
    ehr: Ehr, why: str, claims: dict[str, Any]
) -> None:
    answer = ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, **claims))
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert why in json.loads(answer.content)["issue"][0]["diagnostics"]


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", *DIGESTS])
def test_a_symmetric_or_absent_signature_is_never_taken(ehr: Ehr, alg: str) -> None:
    """Neither with the published key for a secret, in each form in which it is published."""
    claims = ehr.claims(SIGN)
    if alg not in DIGESTS:
        tokens = [unsigned(claims, alg, kid="one"), f"{unsigned(claims, alg, kid='one')}AAAA"]
    else:
        forms = ehr.key.as_pem(private=False), json.dumps(public_set(ehr.key)).encode(), b""
        tokens = [by_a_secret(one, claims, alg, kid="one") for one in forms]
    for token in tokens:
        answer = ehr.post(SIGN, ASKED, token=token)
        assert answer.status_code == 401 and b"its algorithm is not one of" in answer.content


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": STRANGER.as_dict(private=False)},
        {"x5u": "https://stranger.example.org/cert.pem"},
        {"jku": f"{OURS}/jwks.json"},
        {"kid": "../../etc/passwd"},
        {"kid": ["one"]},
        {"alg": "ES256K"},
        {"crit": ["b64"], "b64": False},
        {"typ": None},
    ],
)
def test_a_strangers_key_is_taken_from_no_header(ehr: Ehr, header: dict[str, Any]) -> None:
    parts = ehr.statement(SIGN, key=STRANGER).split(".")
    head = {"alg": "ES384", "kid": "one", "typ": "JWT", **header}
    said = part({name: value for name, value in head.items() if value is not None})
    assert ehr.post(SIGN, ASKED, token=".".join((said, *parts[1:]))).status_code == 401


@pytest.mark.parametrize(
    ("span", "status"),
    [
        ({"iat": timedelta(seconds=45), "exp": timedelta(seconds=345)}, 200),
        ({"iat": timedelta(seconds=-345), "exp": timedelta(seconds=-20)}, 200),
        ({"iat": timedelta(seconds=900), "exp": timedelta(seconds=1200)}, 401),
        ({"iat": timedelta(hours=-2), "exp": timedelta(minutes=5)}, 401),
        ({"exp": True}, 401),
        ({"exp": 1e400}, 401),
        ({"exp": "1798761600"}, 401),
    ],
)
def test_clocks_may_be_a_minute_apart_and_no_more(ehr: Ehr, span: dict[str, Any], status: int) -> None:
    assert ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, **span)).status_code == status


def test_a_number_is_used_once_whatever_else_the_statement_says(ehr: Ehr) -> None:
    assert ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, jti="n1")).status_code == 200
    for other in ({}, {"aud": [f"{OURS}/cds-services/{SIGN}", "https://x.example"]}, {"sub": "another"}):
        answer = ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, jti="n1", **other))
        assert answer.status_code == 401 and b"it was used before" in answer.content
    said = ehr.statement(SIGN, jti="n1")
    assert ehr.post(SIGN, {"feedback": []}, path="/feedback", token=said).status_code == 401


def test_a_statement_for_another_service_or_site_is_none_for_this_one(ehr: Ehr) -> None:
    for audience in (
        f"{OURS}/cds-services/{VIEW}",
        f"{OURS}/cds-services",
        f"https://other.example.org/cds-services/{SIGN}",
        f"{OURS}.evil.example/cds-services/{SIGN}",
        [],
        {},
    ):
        assert ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, aud=audience)).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30", "é.é.é", "a" * 20_000])
def test_what_is_no_statement_is_refused_in_words(ehr: Ehr, token: str) -> None:
    answer = ehr.post(SIGN, ASKED, token=token)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/json")


def test_a_statement_is_good_for_one_request(ehr: Ehr) -> None:
    token = ehr.statement(SIGN)
    assert ehr.post(SIGN, ASKED, token=token).status_code == 200
    again = ehr.post(SIGN, ASKED, token=token)
    assert again.status_code == 401 and b"it was used before" in again.content


def test_what_became_of_cards_needs_a_statement_too(ehr: Ehr) -> None:
    assert ehr.post(SIGN, {"feedback": []}, path="/feedback", token="").status_code == 401


def test_a_site_that_names_no_issuer_trusts_nobody(real: Pipeline, home: Path) -> None:
    ehr = registered(home)
    (home / "hooks.toml").unlink()
    assert ehr.post(SIGN, ASKED).status_code == 401
    assert Client().get("/cds-services").status_code == 200


def test_a_demo_home_answers_whoever_asks_until_it_names_an_issuer(
    real: Pipeline, home: Path, settings: Settings
) -> None:
    settings.CARELOOM_DEMO = True
    stranger = Ehr(STRANGER, "one")
    assert stranger.post(SIGN, ASKED, token="").status_code == 200
    registered(home)
    real.__dict__.pop("hook_issuers")
    assert stranger.post(SIGN, ASKED, token="").status_code == 401


def test_one_tenant_of_an_issuer_is_trusted_and_another_is_not(real: Pipeline, home: Path) -> None:
    ehr = registered(home, tenant="north")
    assert ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, tenant="north")).status_code == 200
    answer = ehr.post(SIGN, ASKED, token=ehr.statement(SIGN, tenant="south"))
    assert answer.status_code == 401 and b"no such tenant" in answer.content


def test_a_key_that_is_put_in_place_of_another_is_good_at_once_and_the_old_one_no_longer(
    ehr: Ehr, home: Path
) -> None:
    key = RSAKey.generate_key(2048, {"kid": "two"})
    assert ehr.post(SIGN, ASKED).status_code == 200
    (home / "ehr.jwks.json").write_text(json.dumps(public_set(key)))
    new = Ehr(key, "two", used=100)
    token = new.statement(SIGN, header={"alg": "RS384"})
    assert new.post(SIGN, ASKED, token=token).status_code == 200
    assert ehr.post(SIGN, ASKED).status_code == 401


def test_keys_that_cannot_be_read_are_no_trust_and_the_ehr_may_ask_again(ehr: Ehr, home: Path) -> None:
    (home / "ehr.jwks.json").write_text("no keys")
    answer = ehr.post(SIGN, ASKED)
    assert answer.status_code == 503 and b"are no JWK set" in answer.content


def test_a_page_of_an_origin_that_the_site_has_named_may_ask_from_a_browser_and_no_other(ehr: Ehr) -> None:
    address = f"/cds-services/{SIGN}"
    wanted = {"Access-Control-Request-Method": "POST"}
    good = Client().options(address, headers={"Origin": ISSUER, **wanted})
    assert good.status_code == 204 and good.headers["Access-Control-Allow-Origin"] == ISSUER
    assert "Authorization" in good.headers["Access-Control-Allow-Headers"]
    bad = Client().options(address, headers={"Origin": "https://stranger.example.org", **wanted})
    assert "Access-Control-Allow-Origin" not in bad.headers


def test_other_methods_and_services_are_refused_in_json(ehr: Ehr) -> None:
    assert Client().get(f"/cds-services/{SIGN}").status_code == 405
    assert Client().post("/cds-services").status_code == 405
    answer = ehr.post("careloom-anything", ASKED)
    assert answer.status_code == 404 and b"OperationOutcome" in answer.content


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ('[a]\nissuer = "x"\n', "a.audience is missing"),
        ('[a]\nissuer = "x"\naudience = "https://o.example"\n', "either jwks_url or keys"),
        ('[a]\nissuer = "x"\naudience = "http://o.example"\nkeys = "k"\n', "over https alone"),
        (
            '[a]\nissuer = "x"\naudience = "https://o.example"\nkeys = "k"\nalgorithms = "HS256"\n',
            "algorithms",
        ),
        (
            '[a]\nissuer = "x"\naudience = "https://o.example"\nkeys = "k"\nsource = "fhir"\n',
            "no source system",
        ),
        ('[a]\nissuer = "x"\naudience = "https://o.example"\nkeys = "k"\nsecnods = "k"\n', "is none of"),
        ('[A b]\nissuer = "x"\n', "cannot be read as TOML"),
        ('["A b"]\nissuer = "x"\n', "a table's name"),
    ],
)
def test_a_file_of_issuers_that_does_not_fit_says_where(tmp_path: Path, wrong: str, why: str) -> None:
    file = tmp_path / "hooks.toml"
    file.write_text(wrong)
    with pytest.raises(ConfigError, match=why):
        issuers(file)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_body_is_answered_in_json_and_never_breaks_anything(
    real: Pipeline, home: Path, settings: Settings, data: st.DataObject
) -> None:
    settings.CARELOOM_DEMO = True
    body = json.loads(json.dumps(ASKED))
    holder: Any = body
    while True:
        inner = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        chosen = data.draw(st.sampled_from(inner))
        deeper = isinstance(holder[chosen], dict | list) and holder[chosen]
        if not deeper or data.draw(st.booleans()):
            break
        holder = holder[chosen]
    holder[chosen] = data.draw(JSON)
    viewed = {**body, "hook": "patient-view"} if body.get("hook") == "order-sign" else body
    for path, said in ((SIGN, body), (VIEW, viewed), (f"{SIGN}/feedback", body)):
        answer = Client().post(
            f"/cds-services/{path}", json.dumps(said).encode(), content_type="application/json"
        )
        assert answer.status_code in (200, 400, 412), answer.content
        assert isinstance(json.loads(answer.content or b"{}"), dict)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"hook": "order-sign"}',
        b"[" * 100_000,
        b'{"hook":"order-sign","hookInstance":"x","context":' + b'{"a":' * 50_000,
        b'{"hook":"order-sign","hookInstance":"x","context":{"patientId":"p1","draftOrders":null}}',
        b'{"hook":"order-sign","hookInstance":"x","context":{"patientId":"a b","draftOrders":{}}}',
        b'{"hook":"order-dispatch","hookInstance":"x","context":{"patientId":"p1"}}',
    ],
)
def test_a_body_that_is_no_question_is_refused_with_the_place_and_not_with_its_words(
    ehr: Ehr, body: bytes
) -> None:
    answer = ehr.post(SIGN, body)
    assert answer.status_code == 400
    assert b"OperationOutcome" in answer.content and len(answer.content) < 300


def test_a_form_in_place_of_json_is_refused_in_json(ehr: Ehr) -> None:
    token = ehr.statement(SIGN)
    answer = Client().post(
        f"/cds-services/{SIGN}", {"hook": "order-sign"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 400 and b"OperationOutcome" in answer.content
