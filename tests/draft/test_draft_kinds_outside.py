"""Summaries, intake documents and reviews of patients that nobody here wrote: supported, and written in time."""

import statistics
import time

import pytest

from careloom import check, draft
from careloom.draft.clinical_summary import page
from careloom.errors import Refused
from careloom.llm import Remembered
from careloom.verify import Index, judge_with
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_outside import FOLDER, assembled, people

KINDS = ("clinical_summary", "pathway_review", "intake_document")

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER.name} is not here: ../shared/data is absent"),
]


def written(known, kind):
    return draft.write(known, KNOWLEDGE, None, kind=kind, calls=0, answers=Remembered())


@pytest.mark.parametrize("place", range(1, 24, 5))
def test_every_line_about_a_synthetic_patient_stands(place):
    if place >= len(people()):
        pytest.skip("fewer patients than that")
    known = assembled(people()[place])
    for kind in KINDS:
        if known.demographics.deceased:
            with pytest.raises(Refused):
                written(known, kind)
            continue
        document, index = written(known, kind), Index(known, KNOWLEDGE)
        for one in document.statements:
            cited = [known.by_id[citation] for citation in one.citations]
            assert cited and judge_with(index, one.text, cited, one.guideline).faults == (), one.text
            assert all(name.family not in one.text for name in known.demographics.names if name.family)
        found = check.check(document, known, KNOWLEDGE)
        assert [one for one in found if one.statement or one.rule == "omission"] == []
        if kind == "clinical_summary":
            assert page.height(document.statements) <= page.LINES


@pytest.mark.parametrize("kind", KINDS)
def test_a_summary_or_a_review_takes_little_time(kind):
    spent = []
    for path in people()[:5]:
        known = assembled(path)
        begun = time.process_time()
        if not known.demographics.deceased:
            written(known, kind)
            spent.append(time.process_time() - begun)
    assert statistics.median(spent) < 0.5
