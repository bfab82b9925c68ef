"""Nothing asked, observed, taught, agreed or timed is ever invented: each word of a note was typed, belongs to its frame, or is the chart's."""

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from tests.flow.visiting.calls import ATTESTED, unsupported

pytestmark = pytest.mark.django_db
# The frame of each part: all that a line of it says beside what was typed.
FRAME = {
    "contact": "telephone video home office call visit at with the patient caregiver and through an interpreter nobody reached message left "
    "documented by nora who attests min",
    "reported": "reported",
    "medicines": "is reported as taken not in another way",
    "observed": "blood pressure mmhg heart rate min body weight lb temperature f oxygen saturation pain severity",
    "needs": "about",
    "taught": "teach back",
    "agreed": "by",
    "question": "",
}
word = some.sampled_from(
    [
        "walks",
        "daughter",
        "tired",
        "shoes",
        "rain",
        "lisinopril",
        "metformin",
        "salt",
        "no",
        "never",
        "sleeps",
        "12",
        "stairs",
        "casa",
        "agua",
        "duerme",
        "ropa",
        "don't",
        "€",
        "ñandú",
    ]
)
words = some.lists(word, min_size=1, max_size=6).map(" ".join)


def each(line: "some.SearchStrategy[str]") -> "some.SearchStrategy[str]":
    return some.lists(line, max_size=3, unique=True).map("\n".join)


contacts = some.fixed_dictionaries(
    {
        "day": some.sampled_from(["2026-11-20", "2026-11-23"]),
        "start": some.sampled_from(["", "07:05", "9:30"]),
        "way": some.sampled_from(["phone", "video", "home_visit", "office_visit"]),
        "reached": some.just("reached"),
        "whom": some.sampled_from(
            ["patient", "caregiver", "patient_and_caregiver", "interpreter_and_patient"]
        ),
        "minutes": some.sampled_from(["", "7"]),
        "reported": each(words),
        "medicines": some.sampled_from(
            ["", "lisinopril: taking", "metformin: not taking, ran out\nlisinopril: differently, at night"]
        ),
        "observed": each(words),
        "measured": each(some.sampled_from(["BP 142/88 mmHg", "pulse 72 /min", "pain 3", "weight 181 lb"])),
        "needs": each(words.map("food: {}".format)),
        "taught": each(some.tuples(words, some.sampled_from(["", ": correct", ": not yet"])).map("".join)),
        "agreed": each(words.map("{}; social worker; 2026-12-01".format)),
        "question": some.one_of(some.just(""), words),
    }
)


def tokens(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


@settings(
    max_examples=25,
    derandomize=True,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(typed=contacts, ticked=some.booleans())
def test_each_word_of_a_note_was_typed_and_each_line_that_was_typed_is_there(desk, who, nurse, typed, ticked):
    fields = {name: text for name, text in typed.items() if text}
    fields |= {"attested": ATTESTED} if "minutes" in fields else {}
    fields |= {"chart": "problems\nmedicines"} if ticked else {}
    note = desk.propose(nurse, who, kind="visit_note", given=fields)
    said = tokens(" ".join(fields.values())) | {"07", "09"}
    for one in note.document.statements:
        if one.section == "chart":
            assert one.text.startswith("From the chart: ")
            assert ticked
        else:
            assert tokens(one.text) <= said | tokens(FRAME[one.section]), one.text
    assert unsupported(desk, note) == []
    whole = tokens(" ".join(one.text for one in note.document.statements))
    for name in ("reported", "observed", "needs", "taught", "agreed", "question"):
        assert tokens(fields.get(name, "")) <= whole, name
    assert any("attests" in one.text for one in note.document.statements) is ("minutes" in fields)
