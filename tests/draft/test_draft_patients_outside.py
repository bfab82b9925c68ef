"""Letters and copies for patients that nobody here wrote: each line stands, plain lines are easy to read, and each takes little time."""

import statistics
import time
from datetime import UTC, datetime

from careloom import check, draft, review
from careloom.care.kinds import Given
from careloom.errors import Refused
from careloom.llm import Remembered
from careloom.text.grade import grade
from tests.draft.messaged import SITE
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_outside import assembled, people, pytestmark

__all__ = ["pytestmark"]

MOST_SECONDS, SIXTH = 0.5, 6.0


def written(record, kind, signed=None, **fields):
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


def test_letters_and_copies_for_synthetic_patients_stand_are_easy_and_take_little_time():
    took, plain, quoted = [], 0, 0
    for path in people()[:24:4]:
        record = assembled(path)
        if record.demographics.deceased:
            continue
        plan = draft.write(record, KNOWLEDGE, None, kind="care_plan", calls=0, answers=Remembered())
        asked = (
            ("patient_copy", plan, {"recipient": "patient", "release": "minor"}),
            ("education", None, {}),
        )
        for kind, signed, fields in asked:
            try:
                proposal, seconds = written(record, kind, signed, **fields)
            except Refused as refused:
                assert kind == "education", refused
                continue
            took.append(seconds)
            lines = proposal.document.statements
            assert {one.verdict for one in lines} == {"supported"}
            assert not [one for one in proposal.findings if one.rule != "self_harm"]
            assert proposal.tier > 0
            easy = [one.text for one in lines if one.section != "quoted"]
            assert grade("\n".join(easy)) <= SIXTH
            plain, quoted = plain + len(easy), quoted + len(lines) - len(easy)
    print(f"{len(took)} documents, median {statistics.median(took):.3f} s of CPU, most {max(took):.3f}")
    print(f"{plain} plain lines, {quoted} quoted")
    assert len(took) >= 5
    assert statistics.median(took) < MOST_SECONDS
