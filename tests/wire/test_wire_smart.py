"""SMART Backend Services: who asks is proven by a signature, and a token is kept, renewed and never sent elsewhere."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from careloom.errors import ConfigError, SourceError
from careloom.wire import fhir
from careloom.wire.fhir.keys import make_key, private_key, public_set
from tests.wire.conftest import Clock, Open
from tests.wire.served import Fault, Hospital

Enrol = Callable[..., fhir.Server]


def one_search(server: fhir.Server) -> None:
    list(fhir.pages(server, fhir.Search("Condition", label="Condition")))


@pytest.fixture
def enrolled(hospital: Hospital, opened: Open, tmp_path: Path, clock: Clock) -> Enrol:
    """A server at which we are registered with a key; it says itself where it gives tokens."""

    def make(file: Path | None = None, **keys: object) -> fhir.Server:
        file = file or tmp_path / "mercy.jwk"
        if not file.exists():
            make_key(file)
        hospital.clock = lambda: clock.now.timestamp()
        hospital.keys = public_set(private_key(file))
        hospital.smart = {"token_endpoint": f"{hospital.base.removesuffix('/fhir')}/token"}
        return opened(client_id="careloom-1", key=file, **keys)

    return make


def test_a_signed_statement_gets_a_token_that_is_used_until_it_ends(
    hospital: Hospital, enrolled: Enrol, clock: Clock
) -> None:
    server = enrolled()
    one_search(server)
    one_search(server)
    ((header, claims),) = hospital.statements
    assert header["alg"] == "ES384"
    assert header["typ"] == "JWT"
    assert claims["aud"] == server.token_url
    assert claims["exp"] - clock.now.timestamp() <= 300
    assert {one.headers["authorization"] for one in hospital.searches("Condition")} == {"Bearer t1"}
    clock.wait(280)
    one_search(server)
    first, second = (claims["jti"] for _, claims in hospital.statements)
    assert first != second
    assert hospital.searches("Condition")[-1].headers["authorization"] == "Bearer t2"


def test_an_rsa_key_signs_with_rs384_and_is_chosen_by_its_name(
    hospital: Hospital, enrolled: Enrol, tmp_path: Path
) -> None:
    keys = [ECKey.generate_key("P-256"), RSAKey.generate_key(2048, {"kid": "2026"})]
    file = tmp_path / "set.jwks"
    file.write_text(json.dumps({"keys": [key.as_dict(private=True) for key in keys]}))
    one_search(enrolled(file))
    assert hospital.statements[0][0] == {"alg": "RS384", "kid": "2026", "typ": "JWT"}


def test_a_token_that_is_no_longer_taken_is_renewed_once(hospital: Hospital, enrolled: Enrol) -> None:
    server = enrolled()
    one_search(server)
    hospital.tokens.clear()
    one_search(server)
    assert len(hospital.statements) == 2
    hospital.faults += [Fault(401, "/Condition")] * 2
    with pytest.raises(SourceError, match="does not let us in") as caught:
        one_search(server)
    assert caught.value.permanent
    assert len(hospital.searches("Condition")) == 5


@pytest.mark.parametrize(
    ("error", "why"),
    [("invalid_client", "public key registered"), ("invalid_scope", "scope"), ("brand_new", "answered 400")],
)
def test_why_no_token_is_given_is_said_in_words(
    error: str, why: str, hospital: Hospital, enrolled: Enrol
) -> None:
    server = enrolled()
    hospital.faults.append(Fault(400, "/token", body={"error": error, "error_description": "Marta Quill"}))
    with pytest.raises(SourceError, match=why) as caught:
        one_search(server)
    assert "Quill" not in str(caught.value)


def test_a_busy_token_endpoint_is_asked_again_with_a_new_statement(
    hospital: Hospital, enrolled: Enrol
) -> None:
    server = enrolled()
    hospital.faults.append(Fault(503, "/token"))
    one_search(server)
    sent = [one.form["client_assertion"] for one in hospital.asked if one.path == "/token"]
    assert len(set(sent)) == 2


def test_the_token_address_is_found_the_older_way_too(hospital: Hospital, enrolled: Enrol) -> None:
    server = enrolled()
    uris = {"url": "token", "valueUri": f"{hospital.base.removesuffix('/fhir')}/token"}
    oauth = {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [uris],
    }
    assert hospital.capability is not None
    hospital.capability["rest"][0]["security"] = {"extension": [oauth]}
    hospital.smart = None
    one_search(server)
    assert hospital.statements


def test_a_server_that_does_not_say_where_tokens_are_given_is_named(
    hospital: Hospital, enrolled: Enrol
) -> None:
    server = enrolled()
    hospital.smart = None
    with pytest.raises(SourceError, match="set token_url"):
        one_search(server)


def test_a_made_key_is_for_its_owner_alone_and_its_public_half_has_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "mercy.jwk"
    made = make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (public,) = public_set(private_key(file))["keys"]
    assert public["kid"] == made.kid
    assert "d" not in public
    with pytest.raises(ConfigError, match="there already"):
        make_key(file)


@pytest.mark.parametrize(
    "text",
    ["", "not json", "{}", '{"kty": "oct", "k": "AAAA"}', json.dumps(ECKey.generate_key("P-256").as_dict())],
)
def test_a_file_without_a_key_that_can_sign_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mercy.jwk"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"mercy\.jwk"):
        private_key(file)
    with pytest.raises(ConfigError, match="no such key file"):
        private_key(tmp_path / "none.jwk")


def test_a_client_without_a_key_is_refused(opened: Open) -> None:
    with pytest.raises(ConfigError, match="belong together"):
        opened(client_id="careloom-1")
