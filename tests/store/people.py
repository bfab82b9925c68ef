"""Entries, persons and proposals of invented people, for the store's tests."""

from datetime import UTC, date, datetime

from careloom.care.document import (
    Activity,
    Document,
    Finding,
    GoalTarget,
    Guideline,
    ModelUse,
    Proposal,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.care.entry import (
    LOINC,
    Code,
    Component,
    Dosage,
    Entry,
    HumanName,
    Identifier,
    Message,
    Period,
    Person,
    Range,
    Source,
    entry_id,
    when,
)

ALICE = Person(
    identifiers=(Identifier("urn:mercy:mrn", "A-1001"), Identifier("urn:member", "77")),
    names=(HumanName("Ashdown", ("Alice", "May")),),
    birth_date="1950-02-03",
    sex="female",
    addresses=("1 Invented Lane, Springfield",),
)
BOB = Person(
    identifiers=(Identifier("urn:mercy:mrn", "B-2002"),),
    names=(HumanName("Brookes", ("Bob",)),),
    birth_date="1944-07-08",
    sex="male",
)


def entries_of(message: Message, number: int = 3) -> tuple[Entry, ...]:
    """HbA1c results, each at its own place in the message."""
    return tuple(
        Entry(
            id=entry_id(message.sha256, f"Bundle.entry[{index}].resource", "Observation"),
            kind="Observation",
            source=Source(message.sha256, f"Bundle.entry[{index}].resource", message.source),
            codes=(Code(LOINC, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"),),
            text="Hemoglobin A1c",
            category=("laboratory",),
            value="7.0",
            unit="%",
            range=Range("4.0", "5.6"),
            components=(Component((Code(LOINC, "8480-6"),), value="120", unit="mm[Hg]"),),
            dosage=Dosage("one tablet", "500 mg"),
            effective=Period(when("2026-03"), when("2026-03-01T10:11:12.123456-05:00")),
            recorded=when("2026-03-02", "America/New_York"),
            status="final",
            subject="family",
            detail={"author": "laboratory", "quote": "größer als früher"},
            references=("0" * 32,),
        )
        for index in range(number)
    )


def proposal_for(patient: str, cited: tuple[Entry, ...] = (), number: int = 1) -> Proposal:
    """A proposal that fills every field that a proposal has."""
    return Proposal(
        id=f"{number:032x}",
        document=Document(
            patient=patient,
            kind="care_plan",
            as_of=date(2026, 11, 23),
            record_version="v1",
            statements=(
                Statement(
                    id="s1",
                    section="goals",
                    kind="goal",
                    text="HbA1c below 7 % by 2027-02-21.",
                    citations=tuple(entry.id for entry in cited),
                    guideline=Guideline("rule", "Source, section 1, 2026", "says", "due"),
                    goal=GoalTarget(LOINC, "4548-4", "HbA1c", "<", "7", "%", "2027-02-21"),
                    activity=Activity("nurse", "2027-02-21", "education"),
                    tier=Tier.NURSE,
                    verdict=Verdict.SUPPORTED,
                ),
            ),
            top=("s1",),
            model=ModelUse("scripted", "ab", {"join": "1"}, calls=2),
        ),
        findings=(Finding("renal_dose", Severity.HIGH, "message", ("e1",), "s1"),),
        tier=Tier.PHYSICIAN,
        created=datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC),
        due=datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
        released={"s1": "u1"},
        opened=("s1",),
    )


def a_note(message: Message, text: str) -> Entry:
    """A note of a message."""
    return Entry(
        id=entry_id(message.sha256, "note", "DocumentReference"),
        kind="DocumentReference",
        source=Source(message.sha256, "note", message.source),
        text=text,
        status="current",
    )
