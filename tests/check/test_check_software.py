"""A statement that only software's notes support says so; one word of a person is enough that it doesn't."""

from dataclasses import replace

from careloom.care.document import Finding, Severity
from careloom.care.entry import Entry
from careloom.care.record import Medication
from careloom.check import software
from tests.check.records import a_drug, a_plan, a_record, found

WRITTEN = {"machine_written": "true"}


def a_warfarin(*, by_software: bool, name: str = "Warfarin 5 mg") -> tuple[Entry, Medication]:
    entry, medication = a_drug(name)
    return replace(entry, detail=WRITTEN if by_software else {}), medication


def told(*parts: tuple[Entry, Medication], cites: str = "Warfarin 5 mg") -> list[Finding]:
    return found(software.rule, a_record(*parts), a_plan("Warfarin 5 mg is taken.", cites=[cites]))


def test_a_drug_that_only_softwares_note_tells_of_is_said_to_be_so_at_its_statement() -> None:
    (finding,) = told(a_warfarin(by_software=True))
    assert (finding.severity, finding.statement) == (Severity.LOW, "s1")
    assert (
        finding.message
        == "Only what software wrote supports it (clinic); no person and no other source says so"
    )


def test_a_drug_that_a_person_tells_of_is_not() -> None:
    assert not told(a_warfarin(by_software=False))


def test_softwares_note_beside_a_persons_order_of_the_drug_is_not_its_only_support() -> None:
    note, medication = a_warfarin(by_software=True)
    order, _ = a_warfarin(by_software=False, name="Warfarin order")
    both = replace(medication, entries=(note.id, order.id))
    record = replace(a_record((note, both)), entries=(note, order))
    assert not found(software.rule, record, a_plan("Warfarin is taken.", cites=[note.id]))


def test_a_statement_that_cites_a_person_too_is_not_softwares_alone() -> None:
    note, _ = a_warfarin(by_software=True)
    order, _ = a_warfarin(by_software=False, name="Lisinopril 10 mg")
    record = replace(a_record(), entries=(note, order))
    assert not found(software.rule, record, a_plan("Both are taken.", cites=[note.id, order.id]))
