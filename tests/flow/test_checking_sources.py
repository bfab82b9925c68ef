"""Before anything is read, whoever runs the systems learns what works and whose it is to mend what doesn't."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom import pipeline
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.wire.fhir.keys import make_key, private_key, public_set
from tests.flow.process import answer, careloom
from tests.wire.served import Fault, Hospital, capability, outcome, serving

KINDS = ("Patient", "Condition", "Observation")


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with serving(Hospital(capability=capability(*KINDS))) as one:
        yield one


Site = Callable[[str], Pipeline]


@pytest.fixture
def site(db: None, home: Path, key: str, hospital: Hospital) -> Site:
    """A site whose sources.toml has the hospital as mercy, with these further lines."""

    def make(more: str = "") -> Pipeline:
        home.mkdir(exist_ok=True)
        (home / "sources.toml").write_text(f'[mercy]\nurl = "{hospital.base}"\n{more}')
        settings = Settings(home=home, encryption_key=key)
        return pipeline.build(settings, lambda: datetime.now(UTC))

    return make


def said(site: Pipeline, patient: str = "") -> dict[str, tuple[bool, str]]:
    return {row.name: (row.ok, row.words) for row in site.check_source("mercy", patient)}


def test_an_open_server_that_answers_every_search(site: Site, hospital: Hospital) -> None:
    found = said(site())
    assert found["address"] == (True, "answers")
    assert found["FHIR"] == (True, "4.0.1, 3 types")
    assert {found[kind] for kind in KINDS} == {(True, "answers")}
    assert found["Immunization"] == (False, "its capability statement has no search for it")
    assert {dict(one.query).get("_count") for one in hospital.searches("Condition")} == {"1"}


def test_a_search_that_is_refused_is_named_and_the_others_are_tried(site: Site, hospital: Hospital) -> None:
    hospital.faults.append(Fault(400, "/Condition", body=outcome("required")))
    found = said(site())
    assert found["Condition"] == (False, "it wants a search parameter that was not given (400)")
    assert found["Observation"] == (True, "answers")


def test_a_server_that_wants_a_patient_is_tried_with_one(site: Site, hospital: Hospital) -> None:
    one = site('profile = "epic"\n')
    assert "wants a patient" in said(one)["Condition"][1]
    assert not hospital.searches("Condition")
    found = said(one, "p-778")
    assert found["Observation (category laboratory)"] == (True, "answers")
    assert hospital.searches("Observation")[0].all("patient") == ["p-778"]


def test_tokens_and_what_they_leave_out(site: Site, hospital: Hospital, home: Path) -> None:
    key = make_key(home / "keys" / "mercy.jwk")
    hospital.keys = public_set(key)
    hospital.smart = {"token_endpoint": f"{hospital.base.removesuffix('/fhir')}/token"}
    hospital.scope = "system/Patient.read"
    one = site(
        'client_id = "c1"\nkey = "keys/mercy.jwk"\nscope = "system/Patient.read system/Observation.read"\n'
    )
    assert said(one)["token"] == (True, "given, but without system/Observation.read")
    assert said(one)["key file"] == (True, "only its owner may read it")
    (home / "keys" / "mercy.jwk").chmod(0o644)
    hospital.keys = {"keys": []}
    found = said(site('client_id = "c1"\nkey = "keys/mercy.jwk"\n'))
    assert found["key file"][0] is False
    assert "public key registered" in found["token"][1]
    assert "Condition" not in found


def test_a_server_that_cannot_be_reached(site: Site, home: Path) -> None:
    one = site()
    (home / "sources.toml").write_text(
        '[mercy]\nurl = "http://127.0.0.1:9/fhir"\n[mercy.options]\ntries = "1"'
    )
    assert said(one) == {"address": (False, "mercy can't be reached")}


def test_a_system_that_the_site_has_not_named(site: Site) -> None:
    with pytest.raises(ConfigError, match=r"names no system 'mery' \(it names: mercy\)"):
        site().check_source("mery")


def test_the_commands(home: Path, hospital: Hospital) -> None:
    home.mkdir()
    (home / "sources.toml").write_text(f'[mercy]\nurl = "{hospital.base}"\n')
    rows = answer(home, "source", "check", "mercy")["checks"]
    assert {"name": "address", "ok": True, "detail": "answers"} in rows
    made = answer(home, "source", "key", "mercy")
    again = answer(home, "source", "key", "mercy")
    assert made["keys"] == again["keys"] == public_set(private_key(Path(made["file"])))["keys"]
    (home / "sources.toml").write_text('[mercy]\nurl = "http://127.0.0.1:9"\n[mercy.options]\ntries = "1"')
    done = careloom(home, "source", "check", "mercy")
    assert done.returncode == 75
    assert "✗ address: mercy can't be reached" in done.stdout
