"""Identifiers that were planted in invented notes are found, and what tells of health stays readable; nobody of the notes is known from a record."""

from datetime import date

import pytest

from careloom.knowledge import load
from careloom.privacy.scrub import scrub, spans_of
from tests.privacy.blind import missed, notes
from tests.privacy.notes import Note, held_out, known, last, left, made, unseen, wrongly

AS_OF = date(2026, 11, 30)
HALVES = {"known": known, "held_out": held_out, "unseen": unseen, "last": last}


@pytest.mark.parametrize("half", HALVES)
def test_of_a_hundred_identifiers_at_least_ninety_eight_are_taken_out(half: str):
    drawn = list(made(HALVES[half].NOTES, HALVES[half].POOLS, seed=11, each=8))
    found = [[(one.start, one.end) for one in spans_of(note.text, as_of=AS_OF)] for note in drawn]
    not_found = [one for note, spans in zip(drawn, found, strict=True) for one in left(note, spans)]
    gold = sum(len(note.gold) for note in drawn)
    assert gold > 500
    assert len(not_found) <= 0.02 * gold, not_found
    wrong = [one for note, spans in zip(drawn, found, strict=True) for one in wrongly(note, spans)]
    assert len(wrong) <= 0.03 * sum(map(len, found)), wrong


@pytest.mark.parametrize(
    "text",
    [
        "Parkinson's disease, Crohn's disease, Foley catheter, Babinski negative, Glasgow Coma Scale 15, Murphy's sign absent.",
        "Takes metoprolol succinate 50 mg, Lasix 40 mg, Eliquis 5 mg BID and insulin glargine 18 units.",
        "Assessment and Plan: Heart failure with reduced ejection fraction. Continue Entresto. Refer to Wound Care Clinic.",
        "Black male, English speaking, seen in the Heart Failure Clinic; Medicare and Medicaid; denies chest pain.",
        "SOCIAL HISTORY: RETIRED, LIVES ALONE, NO TOBACCO. ALLERGIES: PENICILLIN (HIVES).",
        "CHA2DS2-VASc 4, HAS-BLED 2, NYHA class III, Wells score 3, PHQ-9 14/27, MMSE 24/30, strength 4/5, pain 6/10.",
        "Hgb 9.8, WBC 12.3, plt 250,000, Na 135, CPT 99490, ICD-10 N18.31, NDC 0093-7214-01, LOINC 4548-4, SNOMED 44054006.",
        "Toma metformina 500 mg dos veces al día; refiere dolor en la rodilla y mareos; vive sola y no tiene transporte.",
        "Patient reports she may need a walker; will call if worse. She hopes to go home soon. Long QT on ECG.",
    ],
)
def test_medicine_stays_readable(text: str):
    assert scrub(text, as_of=AS_OF).text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DOB 3/4/31.", "DOB [date]."),
        ("DOB 3/4/61.", "DOB [date]61."),
        ("born in 1931", "born in [date]"),
        ("a 93yo; ninety-three years old; in her nineties; 93 años", "a [date]yo; [date] years old; in her [date]; [date] años"),
    ],
)  # fmt: skip
def test_what_tells_an_age_over_eighty_nine_goes_with_its_year(text: str, said: str):
    assert scrub(text, as_of=AS_OF).text == said


# A little under what a set reached when the tagger was last learned, and a little over what was taken wrongly. From j it did not learn.
BLIND = {"a2": (0.965, 0.13), "e": (0.98, 0.11), "h": (0.98, 0.08), "j": (0.98, 0.11)}


@pytest.mark.parametrize("name", BLIND)
def test_of_notes_by_other_writers_the_stated_share_is_taken_out(name: str):
    least, most_wrong = BLIND[name]
    found = [
        (note, [(one.start, one.end) for one in spans_of(note.text, as_of=AS_OF)]) for note in notes(name)
    ]
    gold = sum(len(note.gold) for note, _ in found)
    left_over = sum(missed(note, spans) for note, spans in found)
    assert gold > 500
    assert left_over <= (1 - least) * gold, f"{left_over} of {gold}"
    wrong = sum(len(wrongly(Note(note.text, note.gold), spans)) for note, spans in found)
    assert wrong <= most_wrong * sum(len(spans) for _, spans in found), wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PID|1||60047713^^^MR||PRICE^LAVERNE||19670330|F", "PID|1||[record number]^^^MR||[name]^[name]||[date]|F"),
        ("mrn,last,first,dx,los\n710022841,Young,Summer,I26.99,4", "mrn,last,first,dx,los\n[other],[name],[name],I26.99,4"),
        ("call 2 5 3 5 5 5 0 1 8 2", "call [phone]"),
        ("call 1-800-555-CARE", "call [phone]"),
        ("D0B: O7/l5/l938", "D0B: [date]"),
        ("Chart: 00-71-4496", "Chart: [record number]"),
    ],
)  # fmt: skip
def test_what_was_pasted_spoken_or_scanned_is_read(text: str, said: str):
    assert scrub(text, as_of=AS_OF).text == said


def test_what_protocols_say_stays_readable():
    texts = {rule.text for rule in load().protocols.all}
    marked = sorted(text for text in texts if spans_of(text, as_of=AS_OF))
    assert len(texts) > 400 and len(marked) <= 0.06 * len(texts), marked
