"""Training takes a set that was held against what is known and against patterns, and no other; one with an identifier in it is refused."""

import inspect
from dataclasses import replace
from typing import get_type_hints

import pytest

from careloom.care.entry import HumanName, Person
from careloom.errors import ConfigError, Refused
from careloom.improve.answer_file import AnswerFile
from careloom.improve.cleared import Cleared, is_clean
from careloom.improve.training_set import DECIDED, INVENTED, Pair, TrainingSet
from careloom.pipeline.gathering import Gathering
from careloom.pipeline.learning import Learning
from careloom.privacy.known import known

PAIR = Pair(
    kind="care_plan", task="join", version="4", prompt="p", asked="[1] V1 was measured on D1.", said="V1 was measured on D1 [1].",
    source=DECIDED, group="g1", decisions=("p1/2",), scrubbed="how", consent="not refused",
)  # fmt: skip
HERS = [
    known(
        [
            Person(
                names=(HumanName(family="Quillfeather", given=("Odalys",)),), birth_date="1961-04-09", sex=""
            )
        ]
    )
]
KNOWN = {"g1": HERS}


def test_a_set_without_identifiers_is_cleared_and_says_nothing_else():
    one = Cleared(TrainingSet((PAIR,)), KNOWN)
    assert one.found.pairs == (PAIR,) and vars(one) == {"found": one.found}


@pytest.mark.parametrize(
    "planted",
    [
        "Call her at 617-555-0142.",
        "Her SSN is 078-05-1120.",
        "Mail o.q@example.org about it.",
        "odalys quillfeather was asked.",
    ],
)
@pytest.mark.parametrize("place", ["asked", "said", "drafted"])
def test_an_identifier_planted_in_a_set_is_refused_and_not_repeated(planted, place):
    pairs = (PAIR, replace(PAIR, **{place: planted}))
    with pytest.raises(Refused, match="pair 2 holds what looks like an identifier") as refused:
        Cleared(TrainingSet(pairs), KNOWN)
    assert not {"odalys", "617", "078", "example"} & set(str(refused.value).lower().replace("-", " ").split())


def test_a_planted_identifier_is_refused_in_an_invented_persons_pair_too():
    pair = replace(PAIR, source=INVENTED, scrubbed="", said="Write to 12 Alder Street, Salem, MA 01970.")
    assert not is_clean(pair) and is_clean(PAIR)
    with pytest.raises(Refused, match="identifier"):
        Cleared(TrainingSet((pair,)), {})


@pytest.mark.parametrize("pair, who", [(replace(PAIR, scrubbed=""), KNOWN), (PAIR, {}), (PAIR, {"g1": ()})])
def test_a_patients_pair_of_which_nobody_says_that_it_was_scrubbed_is_refused(pair, who):
    with pytest.raises(Refused, match="nothing says that it was scrubbed"):
        Cleared(TrainingSet((pair,)), who)


def test_whatever_learns_takes_a_cleared_set_alone():
    """The types say it, mypy keeps it: no way of learning reads a kept set by itself."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from careloom.improve.lora import making  # late: of the extra `train`

    hints = get_type_hints(making.make)
    assert Cleared in hints.values() and TrainingSet not in hints.values()
    assert get_type_hints(Gathering.cleared)["return"] is Cleared


def test_no_way_of_learning_opens_a_set_that_was_not_cleared():
    for way in (Learning.adapter, Learning.examples):
        source = inspect.getsource(way)
        assert "self.cleared(" in source and "set_of(" not in source


def test_answers_are_kept_over_a_kill_and_a_half_written_line_is_none(tmp_path):
    path = tmp_path / "a.jsonl"
    first = AnswerFile(path)
    first.put("k1", "One.")
    first.put("k2", "Two.")
    path.write_bytes(path.read_bytes() + b'["k3","Th')
    again = AnswerFile(path)
    assert (again.get("k1"), again.get("k2"), again.get("k3"), len(again)) == ("One.", "Two.", None, 2)
    again.put("k3", "Three.")
    assert AnswerFile(path).get("k3") == "Three."
    path.write_bytes(b"nonsense\n")
    with pytest.raises(ConfigError, match="take it away"):
        AnswerFile(path)


def test_a_full_disk_is_said_and_what_was_asked_before_stays(tmp_path):
    full = tmp_path / "a.jsonl"
    first = AnswerFile(full)
    first.put("k1", "One.")
    kept = full.rename(tmp_path / "kept.jsonl")
    full.symlink_to("/dev/full")
    with pytest.raises(ConfigError, match=r"can't be kept: No space left on device.*run it again"):
        first.put("k2", "Two.")
    assert AnswerFile(kept).get("k1") == "One."
