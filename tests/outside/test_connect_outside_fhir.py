"""Material nobody here wrote: nothing crashes, nothing is lost, and what is read is what stands there."""

import gzip
import io
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from careloom import connect, knowledge
from careloom.care.detail import DETAIL
from careloom.care.entry import Entry, Message, Reading
from careloom.connect import fhir
from careloom.connect.fhir.types import LOOKUPS, READS, tag
from careloom.errors import InputError
from tests.connect.made import message

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
FHIR = SHARED / "fhir"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FHIR.exists(), reason="../shared/data is absent"),
]
UNDERSTOOD = {tag(kind) for kind in READS}
LOOKED_UP = {tag(kind) for kind in LOOKUPS}


def read(data: bytes) -> list[Reading]:
    return list(fhir.read(message(data), io.BytesIO(data), max_json_mb=64))


def synthea() -> Iterator[bytes]:
    for path in sorted((FHIR / "synthea-r4").glob("*.json.gz")):
        yield gzip.decompress(path.read_bytes())


def examples() -> Iterator[tuple[str, bytes]]:
    """Every JSON example of the guides, by file name."""
    for path in sorted((FHIR / "US-Core").rglob("examples/*.json")):
        yield path.name, path.read_bytes()
    for package in sorted((FHIR / "ig-packages").rglob("*.tgz")):
        with tarfile.open(package) as archive:
            for member in archive:
                folder, _, name = member.name.rpartition("/")
                if folder.endswith("example") and re.fullmatch(r"(?!Bundle-)\w.*\.json", name):
                    found = archive.extractfile(member)
                    assert found is not None
                    yield member.name, found.read()
    for path in sorted((SHARED / "claims").rglob("out/*.json")):
        yield path.name, path.read_bytes()


def counted(found: list[Reading]) -> int:
    return sum(
        len(one.entries) + len(one.rejected) + sum(one.unknown.values()) + sum(one.looked_up.values())
        for one in found
    )


def test_of_24_synthetic_patients_every_resource_is_read_once():
    kinds: Counter[str] = Counter()
    for data in synthea():
        raw = json.loads(data)["entry"]
        (reading,) = read(data)
        assert counted([reading]) == len(raw)
        assert reading.rejected == ()
        assert len({entry.id for entry in reading.entries}) == len(reading.entries)
        known = {entry.id for entry in reading.entries}
        assert all(known.issuperset(entry.references) for entry in reading.entries)
        kinds.update(entry.kind for entry in reading.entries)
    assert kinds["Observation"] == 4042
    assert kinds["Patient"] == 24


def test_values_units_codes_and_dates_of_the_synthetic_patients_are_the_sources_own():
    compared = 0
    for data in synthea():
        raw = [one["resource"] for one in json.loads(data, parse_float=str, parse_int=str)["entry"]]
        (reading,) = read(data)
        by_place = {entry.source.where: entry for entry in reading.entries}
        for number, resource in enumerate(raw):
            entry = by_place.get(f"Bundle.entry[{number}].resource")
            if entry is None or resource["resourceType"] not in (
                "Observation",
                "Condition",
                "MedicationRequest",
            ):
                continue
            compared += 1
            concept = resource.get("code") or resource["medicationCodeableConcept"]
            assert [code.code for code in entry.codes] == [one["code"] for one in concept["coding"]]
            quantity = resource.get("valueQuantity")
            if quantity:
                assert (entry.value, entry.unit) == (quantity["value"], quantity["code"])
            started = (
                resource.get("effectiveDateTime") or resource.get("onsetDateTime") or resource["authoredOn"]
            )
            assert entry.effective.start.text == started
    assert compared > 4_000


def test_every_example_of_the_guides_is_read():
    kinds: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for name, data in examples():
        kind = json.loads(data)["resourceType"]
        found = read(data)
        # An outcome in a resource's place says that something could not be given.
        assert kind == "OperationOutcome" or not any(one.rejected for one in found), name
        if kind != "Bundle":
            assert counted(found) == 1, name
        for one in found:
            kinds.update(entry.kind for entry in one.entries)
            unknown.update(one.unknown)
            for entry in one.entries:
                assert set(entry.detail) <= set(DETAIL), name
    assert unknown.keys().isdisjoint(UNDERSTOOD | LOOKED_UP)
    # What no guide here has an example of.
    silent = {
        "Flag",
        "Consent",
        "List",
        "MedicationStatement",
        "MedicationAdministration",
        "AdverseEvent",
        "Communication",
    }
    assert UNDERSTOOD - kinds.keys() <= silent


def by_name(name: str) -> Entry:
    data = next(data for found, data in examples() if found.endswith(name))
    return read(data)[0].entries[0]


def test_some_examples_say_what_a_reader_sees_in_them():
    axid = by_name("MedicationRequest-medicationrequest-contained-oral-axid.json")
    assert axid.dosage is not None
    assert (axid.dosage.dose, axid.dosage.frequency) == ("10 mL", "twice daily")
    assert (axid.text, axid.detail["days_supply"]) == ("Nizatidine 15 MG/ML Oral Solution [Axid]", "30")
    sulfa = by_name("AllergyIntolerance-example.json")
    assert (sulfa.text, sulfa.detail["reaction"]) == ("sulfonamide antibacterial", "skin rash")
    hunger = by_name("QuestionnaireResponse-hunger-vital-sign-example.json")
    assert hunger.components[0].codes[0].code == "88122-7"
    assert hunger.components[0].value == "Often true"
    assert by_name("ClaimResponse-RejectionResponseExample.json").detail["outcome"] == "denied"
    assert by_name("ExplanationOfBenefit-EOBPharmacy1.json").detail["days_supply"] == "30"
    assert by_name("RelatedPerson-shaw-niece.json").detail["relation"] == "niece"
    assert by_name("DocumentReference-discharge-summary.json").text.startswith("No activity restriction")


def test_prior_authorisation_bundles_are_about_one_person():
    for package in sorted((FHIR / "ig-packages").rglob("davinci_pas*.tgz")):
        with tarfile.open(package) as archive:
            bundles = [one for one in archive if "/example/Bundle-" in one.name]
            assert bundles
            for member in bundles:
                found = archive.extractfile(member)
                assert found is not None
                people = {one.person for one in read(found.read()) if one.entries}
                assert len(people) == 1, member.name


def test_dates_that_a_test_suite_masked_are_rejected_by_field():
    masked = SHARED / "claims" / "beneficiary-fhir-data"
    (path,) = masked.rglob("endpoint-responses/v2/eobReadPde.json")
    (reading,) = read(path.read_bytes())
    assert [one.where for one in reading.rejected] == ["ExplanationOfBenefit.created"]


def test_care_plan_examples_in_xml_are_refused_in_words_that_help():
    for path in sorted((FHIR / "fhir-us-mcc").rglob("*.xml")):
        with pytest.raises(InputError, match="XML; send FHIR as JSON"):
            connect.detect(path.name, path.read_bytes()[:4096])


def test_the_notes_inside_documents_are_read_too():
    known = knowledge.load()
    for _, data in examples():
        sent = message(data)
        for one in connect.read(sent, io.BytesIO(data), knowledge=known, max_json_mb=64):
            assert isinstance(sent, Message)
            assert len({entry.id for entry in one.entries}) == len(one.entries)
