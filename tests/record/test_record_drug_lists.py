"""Thirty-four invented people's medication lists, line by line as a pharmacist would write them (drug_lists*.toml)."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.entry import NDC, RXNORM, Code, Dosage
from tests.record.people import an_entry, the_record

PEOPLE = [
    person
    for name in ("drug_lists.toml", "drug_lists_later.toml", "drug_lists_third.toml")
    for person in tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))["person"]
]
KINDS = {
    "order": "MedicationRequest",
    "report": "MedicationStatement",
    "sentence": "MedicationStatement",
    "fill": "MedicationDispense",
}
SOURCES = {"order": "ehr", "report": "ehr", "sentence": "notes", "fill": "pharmacy"}
ABOUT_DOSES = {
    "dose",
    "dose_without_unit",
    "implausible_dose",
    "medication_status",
    "no_fill",
    "medication_list",
    "ingredient_twice",
}


def an_item(said, n):
    """What a source says of one drug."""
    kind = said["as"]
    detail = {"order": {"intent": "order"}, "sentence": {"quote": said.get("quote", "She takes it.")}}.get(
        kind, {}
    )
    if kind == "fill":
        detail = {"days_supply": said["days"], "quantity": said["quantity"]}
    codes = [(RXNORM, "rxnorm"), (NDC, "ndc")]
    dosage = Dosage(text=said.get("sig", ""), dose=said.get("dose", ""), frequency=said.get("often", ""))
    entry = an_entry(
        KINDS[kind],
        said["text"],
        on=said["on"],
        until=said.get("until"),
        source=said.get("source", SOURCES[kind]),
        status=said.get("status", "completed" if kind == "fill" else "active"),
        dosage=dosage if dosage != Dosage() else None,
        detail=detail,
        n=n,
    )
    return replace(entry, codes=tuple(Code(system, said[name]) for system, name in codes if name in said))


def a_line(drug, conflicts):
    """One drug as the list writes it."""
    if not drug.current:
        return f"{drug.name} | - | - | - | - | not current"
    parts = sorted(
        (r.strength or "?", r.amount or "?", r.route or "?", r.frequency or "?") for r in drug.regimens
    )
    columns = ["; ".join(column) for column in zip(*parts, strict=True)] or ["-"] * 4
    asked = sorted(one.kind for one in conflicts if one.about == drug.name and one.kind in ABOUT_DOSES)
    return " | ".join([drug.name, *columns, drug.state, *([" ".join(asked)] if asked else [])])


def in_order(line):
    """An expected line with its regimens in the order of `a_line`."""
    name, *columns, state = line.split(" | ")[:6]
    parts = sorted(zip(*(column.split("; ") for column in columns), strict=True))
    return " | ".join(
        [name, *("; ".join(one) for one in zip(*parts, strict=True)), state, *line.split(" | ")[6:]]
    )


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["who"].split(":")[0])
def test_the_list_is_the_one_that_a_pharmacist_writes(person):
    record = the_record(*(an_item(said, n) for n, said in enumerate(person["said"])))
    told = sorted(a_line(drug, record.conflicts) for drug in record.medications)
    assert told == sorted(map(in_order, person["list"]))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["who"].split(":")[0])
def test_every_line_says_why_and_from_whom(person):
    record = the_record(*(an_item(said, n) for n, said in enumerate(person["said"])))
    for drug in record.medications:
        assert drug.why and drug.entries and set(drug.entries) <= set(record.by_id)
        assert all(
            one.entries and set(one.entries) <= set(drug.entries) | set(record.by_id) for one in drug.regimens
        )
    for conflict in record.conflicts:
        assert conflict.why and conflict.entries
