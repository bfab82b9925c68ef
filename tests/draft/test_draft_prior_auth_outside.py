"""Letters about patients that nobody here wrote: every line stands, none is at fault, and each is written in time."""

import statistics
import time

import pytest

from careloom import check
from careloom.care.document import Verdict
from careloom.care.kinds import Given
from careloom.draft import write
from careloom.llm import Remembered
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_outside import FOLDER, assembled, people
from tests.draft.test_draft_prior_auth_letter import EVERY_SORT

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER.name} is not here: ../shared/data is absent"),
]
GIVEN = Given({"policy": EVERY_SORT, "service": "semaglutide 1 mg weekly", "payer": "Acme Health"})


def test_every_line_about_a_synthetic_patient_stands_and_takes_little_time():
    spent = []
    for path in people()[1::5]:
        known = assembled(path)
        if known.demographics.deceased:
            continue
        begun = time.process_time()
        document = write(
            known,
            KNOWLEDGE,
            None,
            kind="prior_auth_letter",
            given=GIVEN,
            calls=0,
            answers=Remembered(),
        )
        spent.append(time.process_time() - begun)
        findings, verdicts = check.examine(document, known, KNOWLEDGE)
        assert {verdicts[one.id] for one in document.statements} == {Verdict.SUPPORTED}
        asks = next(one.id for one in document.statements if one.about == "service")
        assert [one for one in findings if one.rule != "self_harm" and one.statement != asks] == []
        assert all(
            name.family not in one.text for one in document.statements for name in known.demographics.names
        )
    assert statistics.median(spent) < 0.5
