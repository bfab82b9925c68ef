"""What an EHR did not send along is read at its server, with the token it gives and nowhere else; a code alone is put in words."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.entry import NDC
from careloom.knowledge.releases import compile_release
from careloom.pipeline import Pipeline
from careloom.settings import Settings as SiteSettings
from tests.connect.made import Resource, coded
from tests.knowledge.test_knowledge_releases import conso, rel, sat
from tests.web.ehr import (
    RX,
    SIGN,
    Ehr,
    ServedEhr,
    allergic,
    asks,
    known,
    marta,
    order,
    registered,
    searched,
    stops,
    taking,
    told,
    without,
)

pytestmark = pytest.mark.django_db
KINDS = ("AllergyIntolerance", "Condition", "MedicationRequest", "MedicationStatement", "Observation")


@pytest.fixture
def there() -> Iterator[ServedEhr]:
    """A FHIR server on this machine."""
    made = ServedEhr()
    yield made
    made.close()


def served(ehr_at: ServedEhr, home: Path) -> Ehr:
    """An EHR whose FHIR server the site may read."""
    made = registered(home, fhir=f"{ehr_at.url}/fhir")
    for kind in KINDS:
        ehr_at.found[kind] = searched()
    ehr_at.found["Patient/p1"] = marta()
    ehr_at.found["AllergyIntolerance"] = searched(allergic("Penicillin"))
    return made


def without_prefetch(server: str, drug: str = "Amoxicillin 500 MG") -> dict[str, Any]:
    asked = asks(order(drug))
    del asked["prefetch"]
    token = {
        "access_token": "secret",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "patient/*.rs",
        "subject": "careloom",
    }
    return {**asked, "fhirServer": server, "fhirAuthorization": token}


def test_what_the_ehr_did_not_send_is_read_at_its_server(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = served(there, home)
    cards = ehr.cards(SIGN, without_prefetch(f"{there.url}/fhir"))
    assert cards[0]["indicator"] == "critical" and cards[0]["summary"].startswith("Amoxicillin is ordered")
    assert {bearer for _, bearer in there.asked} == {"Bearer secret"}


@pytest.mark.parametrize("knows", [True, False])
def test_what_orders_refer_to_is_asked_for_and_a_server_that_does_not_know_how_is_asked_without(
    real: Pipeline, home: Path, there: ServedEhr, knows: bool
) -> None:
    ehr = served(there, home)
    there.found["MedicationRequest"] = searched(taking("Clarithromycin 500 MG"))
    there.refuses = "" if knows else "_include="
    cards = ehr.cards(SIGN, without_prefetch(f"{there.url}/fhir", "Simvastatin 40 MG"))
    assert stops(cards) and "did not give" not in told(cards)
    asked = [path for path, _ in there.asked if "/MedicationRequest?" in path]
    assert ["_include=MedicationRequest:medication" in path for path in asked] == [True, False][: 2 - knows]


def test_what_its_server_has_beyond_what_is_read_is_told(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = served(there, home)
    many = [taking("Lisinopril 10 MG", f"m{number}") for number in range(2_001)]
    there.found["MedicationRequest"] = searched(*many)
    cards = ehr.cards(SIGN, without_prefetch(f"{there.url}/fhir"))
    assert "3 resources beyond the first 2,000 were not read" in json.dumps(cards)


def test_where_nothing_is_known_and_the_ehr_does_not_give_it_the_answer_is_412(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = served(there, home)
    there.found.clear()
    answer = ehr.post(SIGN, without_prefetch(f"{there.url}/fhir"))
    assert answer.status_code == 412 and b"nothing is known of this patient" in answer.content


def test_a_server_that_only_the_request_names_is_not_asked(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = registered(home, fhir="https://ehr.example.org/fhir")
    cards = ehr.cards(SIGN, without_prefetch(f"{there.url}/fhir"))
    assert there.asked == [] and "checked against each other alone" in json.dumps(cards)


def in_part(server: str, **prefetch: Any) -> Resource:
    """A question with a part of what is asked for, and the token for the rest."""
    return {**without_prefetch(server), "prefetch": prefetch}


def test_what_came_in_part_is_completed_at_its_server_with_the_parts_that_lack_alone(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = served(there, home)
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
    given = {"patient": marta(), "conditions": None, "allergies": failed, "vitals": searched()}
    cards = ehr.cards(SIGN, in_part(f"{there.url}/fhir", **given))
    assert stops(cards) and "could not send" not in told(cards) and "did not send" not in told(cards)
    asked = [path.removeprefix("/fhir/").partition("?")[0] for path, _ in there.asked]
    assert asked == ["AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Observation"]


def test_where_its_server_fails_what_came_in_part_is_checked_and_what_lacks_is_told(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = served(there, home)
    there.found.clear()
    given = {"patient": marta(), "allergies": searched(allergic("Penicillin"))}
    cards = ehr.cards(SIGN, in_part(f"{there.url}/fhir", **given))
    assert stops(cards)
    assert "The EHR did not send: conditions, medications, statements, results, vitals." in told(cards)
    assert "The EHR's FHIR server did not give the patient's data in time." in told(cards)


def test_an_ehr_that_sends_every_key_with_nothing_is_read_too(
    real: Pipeline, home: Path, there: ServedEhr
) -> None:
    ehr = served(there, home)
    keys = ("patient", "allergies", "conditions", "medications", "statements", "results", "vitals")
    assert stops(ehr.cards(SIGN, in_part(f"{there.url}/fhir", **dict.fromkeys(keys))))


def by_code(system: str, code: str) -> Resource:
    """An order that names its drug by a product's code alone."""
    return without(order("", medicationCodeableConcept={"coding": [{"system": system, "code": code}]}))


NDC_OF_IBUPROFEN = "00093-1048-01"


def test_an_order_by_a_products_code_alone_is_called_what_any_source_calls_it(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    named = without(taking(""), "medicationCodeableConcept") | {
        "medicationCodeableConcept": coded(NDC_OF_IBUPROFEN, "Ibuprofen 600 MG Oral Tablet", NDC),
        "status": "completed",
    }
    known(real, tmp_path, named, allergic("Ibuprofen"))
    cards = ehr.cards(SIGN, asks(by_code(NDC, "00093104801"), patient=marta()))
    assert any("buprofen is ordered, and an allergy" in one for one in stops(cards))
    assert "the drug is not known here" not in told(cards)


@pytest.mark.parametrize(("system", "code"), [(NDC, NDC_OF_IBUPROFEN), (RX, "310965")])
def test_an_order_by_a_products_code_alone_is_checked_where_the_site_has_loaded_rxnorm(
    ehr: Ehr, real: Pipeline, home: Path, key: str, tmp_path: Path, settings: Settings, system: str, code: str
) -> None:
    asked = asks(by_code(system, code), patient=marta(), allergies=searched(allergic("Ibuprofen")))
    cards = ehr.cards(SIGN, asked)
    assert not stops(cards) and "Not checked, since the drug is not known here" in told(cards)
    files = {
        "RXNCONSO.RRF": [conso("5640", "IN", "ibuprofen"), conso("310965", "SCD", "ibuprofen 200 MG Oral Tablet")],
        "RXNREL.RRF": [rel("310965", "has_ingredient", "5640")],
        "RXNSAT.RRF": [sat("310965", "00093104801")],
    }  # fmt: skip
    for name, lines in files.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
    compile_release([tmp_path / name for name in files], home / "knowledge", loaded=date(2026, 11, 1))
    made = pipelines.build(SiteSettings(home=home, encryption_key=key, model="none", reading_rate=0))
    settings.CARELOOM_PIPELINE = lambda _: made
    assert any("buprofen is ordered, and an allergy" in one for one in stops(ehr.cards(SIGN, asked)))


def test_a_current_drug_that_is_not_known_is_told_beside_an_order(ehr: Ehr) -> None:
    meds = searched(taking("Zorbitol 5 MG"), taking("Blood glucose test strips", "m2"))
    cards = ehr.cards(SIGN, asks(order("Acetaminophen 500 MG"), patient=marta(), medications=meds))
    assert "Not checked against, since they are not known here: Zorbitol 5 MG." in told(cards)
