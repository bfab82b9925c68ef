"""Numbers in a person's own words of Ruth: the time of a visit, and how often something is done."""

from dataclasses import replace

import pytest

from careloom.care.document import Verdict
from careloom.care.entry import Dosage, Entry, Period, when
from careloom.knowledge import load
from careloom.verify import Index, judge_with
from tests.verify.ruth import BY_ID, EHR, ENTRIES, RECORD


def _entry(entry_id: str, kind: str, text: str, start: str = "", **more: object) -> Entry:
    period = Period(when(start)) if start else Period()
    return Entry(id=entry_id, kind=kind, source=EHR, text=text, effective=period, **more)  # type: ignore[arg-type]


MORE = (
    _entry("heart", "Appointment", "Cardiology visit", "2026-12-02T09:30:00-05:00", status="booked"),
    _entry("utc", "Appointment", "Nephrology visit", "2026-12-03T19:00:00Z", status="booked"),
    _entry("untimed", "Appointment", "Podiatry visit", "2026-12-04", status="booked"),
    _entry("came", "Encounter", "Office visit", "2026-11-13T14:15:00-05:00", status="finished"),
    _entry(
        "habits",
        "DocumentReference",
        "Walks three times a week with one neighbor. Takes her pill at 8:00 am. Swims twice a week and has 5 cats.",
        recorded=when("2026-11-02"),
        status="current",
    ),
    _entry(
        "shot",
        "MedicationRequest",
        "Metformin 500 mg tablet",
        "2026-02-03",
        status="active",
        dosage=Dosage("Take 1 tablet every other week", "500 mg", "oral", ""),
    ),
)
INDEX = Index(replace(RECORD, entries=(*ENTRIES, *MORE)), load(), zone="America/New_York")
ENTRY = BY_ID | {entry.id: entry for entry in MORE}


def said(text: str, citations: str) -> Verdict:
    """What becomes of a person's sentence that cites entries of Ruth's."""
    return judge_with(INDEX, text, [ENTRY[one] for one in citations.split()], by_person=True).verdict


# What is so, what it cites, and what is not so with the same citations.
CLOCKS = (
    ("Your cardiology visit is at 9:30 am.", "heart", "Your cardiology visit is at 9:30 pm."),
    (
        "Your cardiology visit is on December 2 at 9:30.",
        "heart",
        "Your cardiology visit is on December 2 at 8:30.",
    ),
    ("Your cardiology visit is at 09:30.", "heart", "Your cardiology visit is at 9:15 am."),
    ("Cardiology visit, 9:30 AM.", "heart", "Cardiology visit, 9 AM."),
    ("Your nephrology visit is at 2 pm.", "utc", "Your nephrology visit is at 3 pm."),
    ("Your podiatry visit is on December 4.", "untimed", "Your podiatry visit is on December 4 at 10 am."),
    ("She came to the office at 2:15 pm.", "came", "She came to the office at 4:15 pm."),
    ("She takes her pill at 8 am.", "habits", "She takes her pill at 9 am."),
    ("She takes metformin.", "metformin", "She takes metformin at 3 pm."),
)
RHYTHMS = (
    ("She walks three times a week.", "habits", "Once a day she walks."),
    ("Three times a week she walks.", "habits", "Once a week she walks."),
    ("She swims twice a week.", "habits", "She swims 5 times a week."),
    ("She walks three times a week with a neighbor.", "habits", "She walks once a week with a neighbor."),
    ("She takes metformin every other week.", "shot", "She takes metformin every week."),
    ("Once a neighbor, always a neighbor.", "habits", "Once a day she swims."),
)  # fmt: skip


@pytest.mark.parametrize(("so", "citations", "not_so"), CLOCKS)
def test_a_time_of_the_day_is_that_of_the_visit(so: str, citations: str, not_so: str) -> None:
    assert said(so, citations) is Verdict.SUPPORTED
    assert said(not_so, citations) is not Verdict.SUPPORTED


@pytest.mark.parametrize(("so", "citations", "not_so"), RHYTHMS)
def test_how_often_is_how_often_a_source_has_it(so: str, citations: str, not_so: str) -> None:
    assert said(so, citations) is Verdict.SUPPORTED
    assert said(not_so, citations) is not Verdict.SUPPORTED


@pytest.mark.parametrize("text", ["Hypokalemia with potassium 5.1 mmol/L.", "She is hypotensive at 154/88."])
def test_a_state_is_told_of_no_result_that_nobody_read_so(text: str) -> None:
    assert said(text, "potassium" if "potassium" in text else "pressure") is not Verdict.SUPPORTED
