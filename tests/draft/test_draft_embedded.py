"""The real embedded model on an invented person: what it may say is said well enough to stand verification."""

from pathlib import Path

import pytest

from careloom import draft
from careloom.llm import Embedded, Remembered
from careloom.llm.embedded import hindrance
from careloom.verify import Index, judge_with
from tests.draft.drafted import won
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_prose import by_model, walter

WEIGHTS = Path("~/.cache/careloom/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").expanduser()


@pytest.mark.embedded
def test_the_embedded_model_joins_a_disputed_dose_into_a_sentence_that_stands():
    why = hindrance(WEIGHTS)
    if why:
        pytest.skip(why)
    record = walter().record()
    model = Embedded(WEIGHTS)
    document = draft.write(
        record, KNOWLEDGE, model, calls=3, answers=Remembered(), tables=[won(model, "join")]
    )
    lines = by_model(document)
    assert lines and document.model.calls <= 3
    index = Index(record, KNOWLEDGE)
    for line in lines:
        cited = [record.by_id[one] for one in line.citations]
        assert judge_with(index, line.text, cited, line.guideline).faults == ()
