"""Whatever goes into another system's chart is FHIR R4 as a library that others wrote reads it: of each kind, of an odd record, newer, older and taken back."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle

from careloom import draft
from careloom.care.entry import HumanName, Identifier
from careloom.care.task import TaskSaid
from careloom.chart.changes import Held, Known, as_text, changes, resolved, transaction
from careloom.chart.parts import Filed
from careloom.chart.people import Resource
from careloom.chart.written import KINDS, Wanted, Whither, in_error, left_behind, replacing, wanted
from careloom.pipeline.filing import form_of, plan_as_document
from tests.chart.filed import AT, PATIENT, filed

THERE = Whither(system="riverside_ehr", whose="Patient/5")


def of_kind(kind: str, *, odd: bool) -> Filed:
    """Ada's lines as a document of a kind; an odd record states no birth date, has two numbers, and names and words of any letters."""
    one = filed()
    document = replace(one.proposal.document, kind=kind)
    record = one.record
    if odd:
        numbers = (Identifier("urn:oid:1.2.3", "Ñ-104 471"), Identifier("urn:oid:4.5.6", "0007"))
        names = (HumanName("Nuñez-Ωμέγα 李", ("Ádám", "<b>&")),)
        who = replace(record.demographics, names=names, identifiers=numbers, birth_date=None, sex=None)
        record = replace(record, demographics=who)
        lines = tuple(
            replace(line, text=f"{line.text} – ≥ 5 µg, “sí” 😀 <script>&") for line in document.statements
        )
        document = replace(document, statements=lines)
    proposal = replace(one.proposal, document=document)
    return replace(one, proposal=proposal, record=record, form=form_of(kind))


def valid(resources: Iterable[Resource]) -> Iterator[str]:
    """The types of resources, each read by the library."""
    for one in resources:
        kind = one["resourceType"]
        get_fhir_model_class(kind).model_validate(one)
        yield kind


def there(found: Iterable[Wanted]) -> dict[str, Held]:
    """The same as a server holds it: with ids, versions, and references to its own addresses."""
    placed = {one.key: (one, f"{one.kind}/{n}") for n, one in enumerate(found, start=1)}
    addresses = {f"urn:uuid:{key}": address for key, (_, address) in placed.items()}
    held = {}
    for key, (one, address) in placed.items():
        resource = resolved(one.resource, addresses) | {"id": address.partition("/")[2]}
        meta = {**one.resource.get("meta", {}), "versionId": "1"}
        held[key] = Held(address, "1", {**resource, "meta": meta})
    return held


@pytest.mark.parametrize("odd", [False, True], ids=["plain", "odd"])
@pytest.mark.parametrize("kind", draft.KINDS)
def test_every_kind_of_document_goes_as_valid_resources_in_a_valid_transaction(kind: str, odd: bool) -> None:
    found = wanted(of_kind(kind, odd=odd), THERE)
    kinds = set(valid(one.resource for one in found))
    assert (
        kinds <= set(KINDS)
        and {"Provenance", "CarePlan" if kind == "care_plan" else "DocumentReference"} <= kinds
    )
    made, notes = changes(found, (), Known(held={}))
    assert (len(made), notes) == (len(found), ())
    Bundle.model_validate(transaction(made))
    named, _ = changes(found, (), Known(held={}, named_by_us=frozenset(KINDS)))
    Bundle.model_validate(transaction(named))
    assert list(valid(one.resource for one in named))


@pytest.mark.parametrize("odd", [False, True], ids=["plain", "odd"])
def test_a_plan_as_one_readable_document_is_valid(odd: bool) -> None:
    found = wanted(of_kind("care_plan", odd=odd), replace(THERE, as_document=plan_as_document()))
    assert sorted(valid(one.resource for one in found)) == ["DocumentReference", "Provenance"]


@pytest.mark.parametrize("kind", ["care_plan", "clinical_summary"])
def test_what_replaces_an_older_one_what_the_older_becomes_and_what_is_taken_back_is_valid(kind: str) -> None:
    found = wanted(of_kind(kind, odd=True), THERE)
    main = "CarePlan" if kind == "care_plan" else "DocumentReference"
    newer = list(replacing(found, [(main, f"{main}/77")]))
    assert list(valid(one.resource for one in newer))
    for become in (left_behind, in_error):
        leaving = [Wanted(one.key, now) for one in found if (now := become(one.resource))]
        assert main in set(valid(one.resource for one in leaving))
        made, notes = changes(
            (), leaving, Known(held=there(found), before={one.key: [as_text(one.resource)] for one in found})
        )
        assert made and notes == ()
        Bundle.model_validate(transaction(made))
        assert list(valid(one.resource for one in made))


def test_every_key_is_a_uuid_and_nothing_in_a_transaction_refers_to_what_does_not_go() -> None:
    found = wanted(of_kind("care_plan", odd=False), THERE)
    assert all(str(uuid.UUID(one.key)) == one.key for one in found)
    text = str([one.resource for one in found])
    going = {one.key for one in found}
    named = {part[:36] for part in text.split("urn:uuid:")[1:]}
    assert named and named <= going


@pytest.mark.parametrize("refuses", [frozenset(), frozenset({"Task"})], ids=["takes", "refuses"])
def test_a_task_has_the_ai_label_of_its_line_and_is_accounted_for_by_the_provenance(
    refuses: frozenset[str],
) -> None:
    one = filed()
    lines = [line for line in one.proposal.document.statements if line.kind == "activity"]
    tasks = {
        line.id: TaskSaid(PATIENT, line.id, one.proposal.id, "requested", "careloom", AT) for line in lines
    }
    found = wanted(replace(one, tasks=tasks), replace(THERE, refuses=refuses))
    assert list(valid(each.resource for each in found))
    made = {each.key: each.resource for each in found if each.kind == "Task"}
    labels = {
        each["description"]: [code["code"] for code in each.get("meta", {}).get("security", [])]
        for each in made.values()
    }
    drafted, own = "Physician to decide whether ibuprofen is stopped.", "Social worker to call about housing."
    assert labels == ({} if refuses else {drafted: ["CLINAST_AIRPT"], own: []})
    (provenance,) = [each.resource for each in found if each.kind == "Provenance"]
    targets = {target["reference"].removeprefix("urn:uuid:") for target in provenance["target"]}
    authored = {each.key for each in found if each.kind in ("CarePlan", "Goal", "ServiceRequest")}
    assert targets == authored | made.keys()
