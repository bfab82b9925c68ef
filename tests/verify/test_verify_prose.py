"""What somebody else wrote about a patient, beside the record: errors put into notes are told from the notes as they were."""

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from careloom.care.document import Finding, Severity, Verdict
from careloom.care.record import PatientRecord
from careloom.check import examine, statements_of
from careloom.knowledge import load
from tests.verify.noted import Noted, noted

KNOWLEDGE = load()
NOTES = tuple(noted("with_errors.jsonl"))
LATER = tuple(noted("with_errors_later.jsonl")) + tuple(noted("with_errors_last.jsonl"))


def read(
    note: Noted, text: str, record: PatientRecord | None = None
) -> Mapping[str, tuple[Verdict, list[Finding]]]:
    """What the check makes of each sentence of a text, by the sentence."""
    record = record or note.record(KNOWLEDGE)
    document = statements_of(text, record)
    findings, verdicts = examine(document, record, KNOWLEDGE)
    return {
        one.text: (verdicts[one.id], [found for found in findings if found.statement == one.id])
        for one in document.statements
    }


def contradicted(note: Noted, text: str, record: PatientRecord | None = None) -> set[str]:
    """The sentences that the record contradicts; each has a high finding with its evidence."""
    found = read(note, text, record)
    told = {said for said, (verdict, _) in found.items() if verdict is Verdict.CONTRADICTED}
    for said in told:
        assert any(one.severity is Severity.HIGH for one in found[said][1])
    return told


@pytest.mark.parametrize("note", NOTES, ids=[f"{note.kind}-{n}" for n, note in enumerate(NOTES)])
def test_a_note_with_an_error_is_told_from_the_note_as_it_was(note: Noted) -> None:
    assert contradicted(note, note.original) == set()
    changed = contradicted(note, note.erroneous)
    assert changed
    assert changed.isdisjoint(read(note, note.original))


def test_of_notes_that_were_written_later_nearly_every_error_is_told_and_no_note_as_it_was_is() -> None:
    caught = [note for note in LATER if contradicted(note, note.erroneous)]
    assert len(caught) >= 59
    assert not [note for note in LATER if contradicted(note, note.original)]


@pytest.mark.parametrize("note", LATER, ids=[f"{note.kind}-{n}" for n, note in enumerate(LATER)])
def test_where_the_record_has_the_note_itself_the_changed_sentence_alone_is_told(note: Noted) -> None:
    record = note.record_of_the_note(KNOWLEDGE)
    assert not contradicted(note, note.original, record)
    changed = contradicted(note, note.erroneous, record)
    assert len(changed) == 1
    assert changed.isdisjoint(read(note, note.original, record))


def test_a_disease_that_nobody_here_names_is_told_behind_the_word_for_a_diagnosis() -> None:
    note = next(note for note in NOTES if "psoriasis" in note.original)
    (told,) = contradicted(note, "He was diagnosed with lichen planus. He feels well.")
    assert "lichen planus" in told


def test_a_fever_is_no_other_diagnosis() -> None:
    note = next(note for note in NOTES if "psoriasis" in note.original)
    assert not contradicted(note, "He had a low fever last week.")


def test_what_a_record_is_silent_on_is_not_held_against_a_note() -> None:
    note = NOTES[0]
    said = "He denies chest pain, has no rash and walks two miles a day."
    verdict, findings = read(note, said)[said]
    assert verdict is Verdict.NOT_ADDRESSED
    assert [one.severity for one in findings if one.rule == "grounding"] == [Severity.LOW]


def test_a_drug_that_the_record_does_not_have_is_moderate_and_names_it() -> None:
    note = NOTES[0]
    said = "He takes warfarin."
    verdict, findings = read(note, said)[said]
    assert verdict is Verdict.NOT_ADDRESSED
    assert Severity.MODERATE in [one.severity for one in findings if one.rule == "grounding"]


def test_a_finding_about_a_note_names_the_words_and_the_entries_that_say_otherwise() -> None:
    note = next(note for note in NOTES if note.kind == "lab")
    high = [
        one
        for _, findings in read(note, note.erroneous).values()
        for one in findings
        if one.severity is Severity.HIGH
    ]
    assert high
    assert all(one.evidence and "“" in one.message for one in high if one.rule == "grounding")


def test_a_heading_in_capitals_that_gives_an_order_is_a_statement_too() -> None:
    note = NOTES[0]
    text = "ASSESSMENT AND PLAN\nSTOP AMLODIPINE TODAY\n\nHe feels well."
    assert "STOP AMLODIPINE TODAY" in read(note, text)


def test_a_relatives_illness_under_its_heading_is_not_the_patients() -> None:
    note = NOTES[0]
    assert not contradicted(note, "Family History:\nMother: rheumatoid arthritis. Father: stroke.")


def test_a_sentence_of_the_records_own_note_with_a_word_changed_is_told() -> None:
    told = "He was advised to rest his sprained thumb for ten days."
    note = replace(NOTES[0], parts=(*NOTES[0].parts, ["report", "Letter", "none", "2026-10-01"]))
    record = note.record(KNOWLEDGE)
    report = next(one for one in record.entries if one.kind == "DiagnosticReport")
    letter = replace(report, id="letter", kind="DocumentReference", text=told, value=None)
    record = replace(record, entries=(*record.entries, letter))
    for said, verdict in ((told, Verdict.SUPPORTED), (told.replace("thumb", "ankle"), Verdict.CONTRADICTED)):
        assert examine(statements_of(said, record), record, KNOWLEDGE)[1]["line-1"] is verdict


ANNA = Noted(
    "true",
    "female",
    "1950-01-01",
    (
        ["condition", "Migraine without aura"],
        ["condition", "Chronic pain"],
        ["allergy", "Penicillin", "hives"],
        ["condition", "Heart failure"],
        ["procedure", "Hip replacement", "2019-05-05"],
    ),
    "",
)


@pytest.mark.parametrize(
    "said",
    [
        "Active problems include migraine without aura and chronic pain.",
        "Sources differ on the allergy to penicillin: the clinic lists it and the hospital lists no allergies.",
        "The nurse asks about allergies and reactions.",
        "A goal is recorded: improved diastolic function and prevention of stroke.",
        "She weighs herself every morning, writes it down and calls at a gain of 2 kg.",
        "She had an oxygen saturation of 96 %.",
        "The physician decides about an ultrasound for abdominal aortic aneurysm.",
        "She denies chest pain, has no fever and was never jaundiced.",
        "Her mother had a stroke and her brother has gout.",
        "If she develops gout, allopurinol may be considered.",
    ],
)
def test_what_is_true_of_anna_or_not_told_of_her_is_not_contradicted(said: str) -> None:
    assert not contradicted(ANNA, said)


def test_a_table_without_an_end_costs_no_time_and_is_supported_by_nothing() -> None:
    started = time.process_time()
    found = read(ANNA, "BP 1 2 3 " * 1000)
    assert time.process_time() - started < 10
    assert {verdict for verdict, _ in found.values()} == {Verdict.NOT_ADDRESSED}
