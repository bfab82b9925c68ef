"""What a nurse typed of a contact is read as she typed it; what is missing or against itself is told by its field, without her words."""

from datetime import date

import pytest

from careloom import draft
from careloom.care.kinds import Given
from careloom.draft.visit_note.contact import Contact, Taken, contact_of
from careloom.errors import InputError, Refused
from careloom.llm import Remembered
from tests.draft.people import KNOWLEDGE, TODAY, ana

ATTESTED = "I_spent_these_minutes_on_this_contact"
CALL = {"day": "2026-11-23", "way": "phone", "reached": "reached", "whom": "patient"}


def read(**typed: str) -> Contact:
    return contact_of({**CALL, **typed}, TODAY, KNOWLEDGE)


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"day": "2026-11-24"}, "day", "is in the future"),
        ({"minutes": "0", "attested": ATTESTED}, "minutes", "from 1 to 480"),
        ({"minutes": "600", "attested": ATTESTED}, "minutes", "from 1 to 480"),
        ({"minutes": "²", "attested": ATTESTED}, "minutes", "from 1 to 480"),
        ({"minutes": "20"}, "attested", "attests them"),
        ({"attested": ATTESTED}, "attested", "no minutes are given"),
        ({"start": "25:00"}, "start", "no time such as 14:05"),
        ({"whom": ""}, "whom", "where somebody was reached"),
        ({"reached": "message_left"}, "whom", "nobody was reached"),
        ({"reached": "nobody_reached", "whom": "", "reported": "feels well"}, "reported", "nobody was reached"),
        ({"reached": "message_left", "whom": "", "taught": "salt: correct"}, "taught", "nobody was reached"),
        ({"medicines": "metformin: taking\nGlucophage: not taking"}, "medicines", "line 2 is about a medicine of an"),
        ({"medicines": "metformin"}, "medicines", "line 1 is a medicine, a colon"),
        ({"medicines": "metformin: perhaps"}, "medicines", "line 1 is a medicine, a colon"),
        ({"medicines": "metformin: differently"}, "medicines", "line 1 says differently; say how"),
        ({"measured": "BP 142/88"}, "measured", "line 1 needs its unit, such as BP 142/88 mmHg"),
        ({"measured": "BP 142 mmHg"}, "measured", "needs both pressures"),
        ({"measured": "BP 88/142 mmHg"}, "measured", "line 1 can't be"),
        ({"measured": "pulse 72 /min\nweight 18200 lb"}, "measured", "line 2 can't be"),
        ({"measured": "temperature 98.6"}, "measured", "line 1 needs its unit"),
        ({"measured": "mood 3"}, "measured", "measures none of"),
        ({"measured": "well"}, "measured", "is no measurement"),
        ({"needs": "food"}, "needs", "a colon, and the answer"),
        ({"taught": "low-salt diet: perfectly"}, "taught", "correct, correct after explaining again, partly, not yet, not done"),
        ({"agreed": "call the pharmacy"}, "agreed", "whose task; by when"),
        ({"agreed": "call the pharmacy; neighbour; 2026-12-01"}, "agreed", "names no role"),
        ({"agreed": "call the pharmacy; nurse; Monday"}, "agreed", "has no day"),
        ({"agreed": "call the pharmacy; nurse; 2026-11-20"}, "agreed", "due before the contact"),
        ({"observed": "x" * 601}, "observed", "line 1 is longer than 600"),
        ({"reported": "a\n" * 61}, "reported", "more than 60 lines"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_by_its_field_and_line(typed, field, told):
    with pytest.raises(InputError, match=told) as caught:
        read(**typed)
    assert caught.value.where == field
    assert not any(
        word in str(caught.value) for word in ("Glucophage", "perhaps", "neighbour", "Monday", "18200")
    )


def test_what_is_typed_is_kept_as_it_is_and_nothing_else_is_there():
    call = read(
        start="9:05",
        medicines="lisinopril: not taking, ran out\nwater pill: taking\natorvastatin: differently, every other day",
        needs="food: runs out before the end of the month.",
        taught="low-salt diet, 2 g a day: Correct\nwhen to call",
    )
    assert call.title == "Telephone call at 09:05 with the patient"
    assert call.medicines == (
        Taken("lisinopril", "not_taking", "ran out"),
        Taken("water pill", "taking", ""),
        Taken("atorvastatin", "differently", "every other day"),
    )
    assert call.needs == (("food", "runs out before the end of the month"),)
    assert call.taught == (("low-salt diet, 2 g a day", "correct"), ("when to call", ""))
    assert (call.minutes, call.reported, call.observed, call.measured, call.agreed) == (None, (), (), (), ())


def test_a_question_of_several_lines_has_a_stop_after_each_so_that_none_speaks_for_the_next():
    call = read(
        question="Denies fever\nRan out of metoprolol.\n\nOf this week:\nchest pain at night, to be seen?"
    )
    assert call.question == (
        "Denies fever. Ran out of metoprolol. Of this week. chest pain at night, to be seen?"
    )
    assert [one.name for one in call.flags] == ["chest_pain"]
    assert read(question="Should he be seen\n").question == "Should he be seen"


def test_quotation_marks_inside_become_plain_so_that_the_words_can_be_quoted():
    assert read(reported='she said "no"   to it').reported == ("she said 'no' to it",)


def test_a_note_of_a_contact_that_is_in_nobodys_record_is_refused():
    given = Given(CALL, stored="f" * 24)
    with pytest.raises(Refused, match="it is stored first"):
        draft.write(
            ana().record(date(2026, 11, 23)), KNOWLEDGE, None, kind="visit_note", given=given, calls=0,
            answers=Remembered(),
        )  # fmt: skip
