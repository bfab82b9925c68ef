"""An older result of Ruth's told as the newest is contradicted, whoever wrote the sentence; the newest one is not."""

from dataclasses import replace

import pytest

from careloom.care.document import Verdict
from careloom.care.entry import Code, Entry, Period, when
from careloom.care.record import PatientRecord
from careloom.knowledge import load
from careloom.verify import Index, Judgement, judge_text, judge_with
from tests.verify.ruth import BY_ID, PRESSURE, RECORD

KNOWLEDGE = load()
# Her pressure of two weeks later, in the same parts.
LATER = replace(
    PRESSURE,
    id="pressure-later",
    components=tuple(
        replace(part, value=value) for part, value in zip(PRESSURE.components, ("78", "131"), strict=True)
    ),
    effective=Period(when("2026-10-23")),
)
WITH_BOTH = replace(RECORD, entries=(*RECORD.entries, LATER))


def said(
    text: str, citations: str, record: PatientRecord = WITH_BOTH, *, by_person: bool = False
) -> Judgement:
    """The judgement on a sentence that cites entries of Ruth's, by their ids."""
    known = {entry.id: entry for entry in record.entries}
    index = Index(record, KNOWLEDGE)
    return judge_with(index, text, [known[one] for one in citations.split()], by_person=by_person)


OLDER = (
    ("The latest HbA1c is 7.4 %.", "a1c-old"),
    ("The latest HbA1c is 7.4 %.", "a1c-old a1c"),
    ("The last HbA1c was 7.4 %.", "a1c-old"),
    ("The most recent eGFR was 52 mL/min/1.73 m2 (2025-10-20).", "egfr-old"),
    ("HbA1c is now 7.4 %.", "a1c-old"),
    ("HbA1c is 7.4 %.", "a1c-old"),
    ("Her current eGFR is 52.", "egfr-old"),
    ("eGFR (52) is the newest.", "egfr-old"),
    ("The latest blood pressure is 154/88 mmHg.", "pressure"),
    ("Systolic blood pressure is currently 154 mmHg.", "pressure"),
)


@pytest.mark.parametrize("by_person", [False, True])
@pytest.mark.parametrize(("text", "citations"), OLDER)
def test_an_older_result_told_as_the_newest_is_contradicted(
    text: str, citations: str, *, by_person: bool
) -> None:
    found = said(text, citations, by_person=by_person)
    assert found.verdict is Verdict.CONTRADICTED
    assert "result" in {fault.kind for fault in found.faults}


NEWEST = (
    ("The latest HbA1c is 8.2 %.", "a1c"),
    ("The latest HbA1c is 8.2 %.", "a1c-old a1c"),
    ("The most recent eGFR was 38 mL/min/1.73 m2 (2026-10-09).", "egfr"),
    ("HbA1c was 7.4 % on 2025-10-20.", "a1c-old"),
    ("HbA1c was 7.4 %.", "a1c-old"),
    ("HbA1c rose from 7.4 % (2025-10-20) to 8.2 % (2026-10-09).", "a1c-old a1c"),
    ("HbA1c is 8.2 %, from 7.4 %.", "a1c-old a1c"),
    ("HbA1c was 7.4 % on 2025-10-20 and is now 8.2 %.", "a1c-old a1c"),
    ("The latest blood pressure is 131/78 mmHg.", "pressure-later"),
    ("Blood pressure was 154/88 mmHg on 2026-10-09.", "pressure"),
)


@pytest.mark.parametrize("by_person", [False, True])
@pytest.mark.parametrize(("text", "citations"), NEWEST)
def test_no_newer_result_is_held_against_a_day_or_the_newest(
    text: str, citations: str, *, by_person: bool
) -> None:
    assert "result" not in {fault.kind for fault in said(text, citations, by_person=by_person).faults}


def _with(newer: Entry) -> PatientRecord:
    return replace(RECORD, entries=(*RECORD.entries, newer))


@pytest.mark.parametrize(
    "newer",
    [
        replace(BY_ID["a1c"], id="void", value="6.1", effective=Period(when("2026-11-02")), status="entered-in-error"),
        replace(BY_ID["a1c"], id="to-come", value="6.1", effective=Period(when("2027-01-02"))),
        replace(BY_ID["a1c"], id="impossible", value="610", effective=Period(when("2026-11-02"))),
        replace(BY_ID["a1c"], id="brother", value="6.1", effective=Period(when("2026-11-02")), subject="family"),
        replace(BY_ID["a1c"], id="same-day", value="8.0"),
        replace(
            BY_ID["a1c"],
            id="another",
            codes=(Code("http://loinc.org", "2823-3", "Potassium"),),
            value="4.1",
            unit="mmol/L",
            effective=Period(when("2026-11-02")),
        ),
    ],
    ids=lambda entry: entry.id,
)  # fmt: skip
def test_what_is_no_newer_result_of_hers_makes_none_old(newer: Entry) -> None:
    assert said("The latest HbA1c is 8.2 %.", "a1c", _with(newer)).verdict is Verdict.SUPPORTED


def test_a_newer_result_that_says_the_same_contradicts_nothing() -> None:
    same = replace(BY_ID["a1c"], id="again", effective=Period(when("2026-11-02")))
    assert said("The latest HbA1c is 8.2 %.", "a1c", _with(same)).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Her latest HbA1c was 7.4 %.", Verdict.CONTRADICTED),
        ("Her latest HbA1c was 8.2 %.", Verdict.SUPPORTED),
        ("HbA1c was 7.4 % on 2025-10-20.", Verdict.SUPPORTED),
    ],
)
def test_a_text_from_outside_is_judged_by_the_newest_too(text: str, verdict: Verdict) -> None:
    (found,) = judge_text(Index(RECORD, KNOWLEDGE), [(text, "")])
    assert found.verdict is verdict


SCORES = tuple(
    Entry(
        id=name,
        kind="Observation",
        codes=(Code("http://loinc.org", "44261-6", "PHQ-9"),),
        value=value,
        unit="{score}",
        effective=Period(when(day)),
        source=BY_ID["a1c"].source,
    )
    for name, value, day in (("phq9-old", "6", "2026-04-22"), ("phq9", "16", "2026-10-09"))
)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The newest PHQ-9 score is 6 (2026-04-22).", Verdict.CONTRADICTED),
        ("The latest PHQ-9 was 6.", Verdict.CONTRADICTED),
        ("PHQ-9 score is 6.", Verdict.CONTRADICTED),
        ("The newest PHQ-9 score is 16 (2026-10-09).", Verdict.SUPPORTED),
        ("PHQ-9 score rose from 6 (2026-04-22) to 16 (2026-10-09).", Verdict.SUPPORTED),
        ("PHQ-9 score was 6 on 2026-04-22.", Verdict.SUPPORTED),
    ],
)
def test_the_number_in_the_name_of_a_scale_hides_no_older_score(text: str, verdict: Verdict) -> None:
    record = replace(RECORD, entries=(*RECORD.entries, *SCORES))
    assert said(text, "phq9-old phq9", record).verdict is verdict
