"""Messages to patients that nobody here wrote: each line stands, nothing is found, and each is written in half a second."""

import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.measure import calibrate
from careloom import check, draft, review
from careloom.care.entry import Entry, Period, Source, entry_id, when
from careloom.care.kinds import Given
from careloom.errors import Refused
from careloom.llm import Remembered
from tests.draft.messaged import PLACE, SITE
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_outside import assembled, people, pytestmark

__all__ = ["pytestmark"]

MOST_SECONDS = 0.5
ASKS = ("call_us", "confirm_visit", "bring_medicines", "blood_test")


def with_a_visit(known):
    """The record with one visit two weeks ahead."""
    at = datetime.combine(known.as_of, datetime.min.time(), UTC) + timedelta(days=14, hours=15)
    visit = Entry(
        id=entry_id("a" * 64, "Bundle.entry[0]", "Appointment"),
        kind="Appointment",
        source=Source("a" * 64, "Bundle.entry[0]", "scheduling"),
        text="Office visit",
        status="booked",
        effective=Period(when(at.isoformat().replace("+00:00", "Z"))),
        detail={"place": PLACE},
    )
    return replace(known, entries=(*known.entries, visit))


def proposed(record, kind, signed=None, **fields):
    """The checked and classed document, and the seconds of CPU that it took."""
    began = time.process_time()
    given = Given(fields, signed, SITE)
    document = draft.write(record, KNOWLEDGE, None, kind=kind, given=given, calls=0, answers=Remembered())
    findings, verdicts = check.examine(document, record, KNOWLEDGE, SITE)
    created = datetime(2026, 11, 23, tzinfo=UTC)
    found = review.propose(
        document, findings, record, KNOWLEDGE, proposal_id="m", created=created, verdicts=verdicts, site=SITE
    )
    return found, time.process_time() - began


def test_messages_to_synthetic_patients_stand_and_take_little_time():
    took, written = [], 0
    for path in people()[:24:4]:
        known = assembled(path)
        if known.demographics.deceased:
            continue
        record = with_a_visit(known)
        for kind, fields in (
            ("appointment_reminder", {}),
            *(("outreach_message", {"ask": one}) for one in ASKS),
        ):
            try:
                proposal, seconds = proposed(record, kind, **fields)
            except Refused as refused:
                assert "no blood test is due" in str(refused)
                continue
            took.append(seconds)
            written += 1
            assert {line.verdict for line in proposal.document.statements} == {"supported"}
            assert not [one for one in proposal.findings if one.rule != "self_harm"]
            if fields.get("ask") not in ("bring_medicines", "blood_test") and not proposal.findings:
                assert review.is_automatic(proposal)
    assert written >= 10
    print(f"{written} messages, median {statistics.median(took):.3f} s of CPU, most {max(took):.3f}")
    assert statistics.median(took) / calibrate() < MOST_SECONDS
