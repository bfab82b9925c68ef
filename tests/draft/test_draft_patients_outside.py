"""Letters and copies for patients that nobody here wrote: each line stands, plain lines are easy to read, and each takes little time."""

import statistics
from dataclasses import replace
from itertools import product

from bench.measure import calibrate
from careloom import draft
from careloom.errors import Refused
from careloom.llm import Remembered
from careloom.text.grade import grade
from tests.draft.people import KNOWLEDGE
from tests.draft.reading import pyphen_grade
from tests.draft.test_draft_messages_outside import proposed
from tests.draft.test_draft_outside import assembled, people, pytestmark

__all__ = ["pytestmark"]

MOST_SECONDS, SIXTH = 0.5, 6.0


def speaking(record, language):
    """Somebody whose sources name this language."""
    said = {
        one.id: replace(one, detail={**one.detail, "language": language})
        for one in record.entries
        if one.kind == "Patient"
    }
    entries = tuple(said.get(one.id, one) for one in record.entries)
    return replace(record, entries=entries, demographics=replace(record.demographics, language=language))


def test_letters_and_copies_for_synthetic_patients_stand_are_easy_and_take_little_time():
    took, plain, quoted, highest = [], 0, 0, {}
    for path, language in product(people()[:24], ("en", "es")):
        record = speaking(assembled(path), language)
        if record.demographics.deceased:
            continue
        plan = draft.write(record, KNOWLEDGE, None, kind="care_plan", calls=0, answers=Remembered())
        agreed = record.as_of.isoformat()
        asked = (
            ("patient_copy", plan, {"recipient": "patient", "release": "minor"}),
            ("patient_copy", plan, {"recipient": "caregiver", "agreed": agreed, "release": "minor"}),
            ("education", None, {}),
        )
        for kind, signed, fields in asked:
            try:
                proposal, seconds = proposed(record, kind, signed, **fields)
            except Refused as refused:
                assert kind == "education", refused
                continue
            took.append(seconds)
            lines = proposal.document.statements
            assert {one.verdict for one in lines} == {"supported"}
            assert not [one for one in proposal.findings if one.rule != "self_harm"]
            assert proposal.tier > 0
            easy = [one.text for one in lines if one.section != "quoted"]
            grades = (grade("\n".join(easy), language), pyphen_grade("\n".join(easy), language))
            assert max(grades) <= SIXTH
            highest[kind, language] = max(*grades, highest.get((kind, language), 0.0))
            assert sum(one.endswith("?") for one in easy) >= 2
            plain, quoted = plain + len(easy), quoted + len(lines) - len(easy)
    print(f"{len(took)} documents, median {statistics.median(took):.3f} s of CPU, most {max(took):.3f}")
    print(f"{plain} plain lines, {quoted} quoted; highest grades {highest}")
    assert len(took) >= 5
    assert statistics.median(took) / calibrate() < MOST_SECONDS
