"""A positive answer about self-harm reaches a person, whatever the plan says."""

from dataclasses import replace

import pytest

from careloom.care.entry import LOINC, Code, Component, Entry, Period, when
from careloom.check.self_harm import rule
from tests.check.records import SOURCE, a_record, found

ITEM = (
    Code(LOINC, "44260-8", "Thoughts that you would be better off dead, or of hurting yourself in some way"),
)


def answered(value: str | None, code: str = "", on: str = "2026-10-20") -> Entry:
    return Entry(
        id=f"item 9 {on}",
        kind="Observation",
        source=SOURCE,
        codes=ITEM,
        value=value,
        value_codes=(Code(LOINC, code),) if code else (),
        effective=Period(when(on)),
        status="final",
    )


@pytest.mark.parametrize(
    ("value", "code"), [("1", ""), ("Several days", "LA6569-3"), ("Nearly every day", ""), (None, "LA6571-9")]
)
def test_any_answer_but_not_at_all_is_high(value: str | None, code: str) -> None:
    (finding,) = found(rule, a_record(answered(value, code)))
    assert (finding.severity, finding.statement) == ("high", None)
    assert finding.evidence == ("item 9 2026-10-20",)


@pytest.mark.parametrize(
    ("value", "code"), [("0", ""), ("Not at all", "LA6568-5"), (None, "LA6568-5"), (None, "")]
)
def test_not_at_all_and_no_answer_are_quiet(value: str | None, code: str) -> None:
    assert found(rule, a_record(answered(value, code))) == []


def test_the_newest_answer_counts() -> None:
    assert found(rule, a_record(answered("2", on="2026-05-01"), answered("0"))) == []
    assert len(found(rule, a_record(answered("0", on="2026-05-01"), answered("2")))) == 1


@pytest.mark.parametrize(
    "value", ["Not at all", "NOT AT ALL (0)", "0 - Not at all", "Para nada", "Ningún día", "No", "false"]
)
def test_not_at_all_is_known_however_it_is_written(value: str) -> None:
    assert found(rule, a_record(answered(value, "0"))) == []


def test_two_ticks_that_contradict_each_other_are_a_positive_answer() -> None:
    both = replace(
        answered("Not at all, Several days"), value_codes=(Code(LOINC, "LA6568-5"), Code(LOINC, "LA6569-3"))
    )
    assert len(found(rule, a_record(both))) == 1
    assert len(found(rule, a_record(answered("Not at all; Several days")))) == 1


def test_an_answer_of_which_nobody_wrote_the_day_is_not_passed_over() -> None:
    undated = replace(answered("Several days"), effective=Period())
    assert len(found(rule, a_record(undated))) == 1
    assert len(found(rule, a_record(undated, answered("0")))) == 1
    assert found(rule, a_record(replace(answered("0"), effective=Period()))) == []


@pytest.mark.parametrize(
    ("asked", "value", "told"),
    [
        ("9. Thoughts that you would be better off dead, or of hurting yourself", "Several days", 1),
        ("9. Thoughts that you would be better off dead, or of hurting yourself", "Not at all", 0),
        ("Pensamientos de que estaría mejor muerto/a", "Varios días", 1),
        ("Pensamientos de que estaría mejor muerto/a", "Ningún día", 0),
        ("Feeling tired or having little energy", "Nearly every day", 0),
    ],
)
def test_the_item_is_known_by_its_words_where_it_has_no_code(asked: str, value: str, told: int) -> None:
    whole = Entry(
        id="phq",
        kind="QuestionnaireResponse",
        source=SOURCE,
        components=(Component((), text=asked, value=value),),
        effective=Period(when("2026-10-20")),
        status="in-progress",
    )
    assert len(found(rule, a_record(whole))) == told


def test_an_answer_inside_a_questionnaire_counts() -> None:
    whole = Entry(
        id="phq",
        kind="QuestionnaireResponse",
        source=SOURCE,
        components=(Component(ITEM, value="More than half the days"),),
        effective=Period(when("2026-10-20")),
        status="completed",
    )
    assert len(found(rule, a_record(whole))) == 1


def noted(text: str, on: str = "2026-11-22") -> Entry:
    day = when(on)
    return Entry(
        id="note", kind="DocumentReference", source=SOURCE, text=text, status="current", effective=Period(day)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Some days I think about ending it all.",
        "Pt states that some days she thinks about ending it all. Vitals stable.",
        "She has suicidal thoughts; safety plan reviewed.",
        "Possible suicidal ideation per daughter.",
        "Passive thoughts: wishes she were dead, no plan.",
        "He says he would be better off dead when the pain is bad.",
        "A veces piensa en quitarse la vida.",
    ],
)
def test_a_fresh_note_that_tells_of_such_thoughts_is_high(text: str) -> None:
    (finding,) = found(rule, a_record(noted(text)))
    assert (finding.severity, finding.statement, finding.evidence) == ("high", None, ("note",))
    assert "(clinic, 2026-11-22)" in finding.message
    assert found(rule, a_record(noted(text, "2026-10-01"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Denies suicidal ideation.",
        "Denies low mood, suicidal or homicidal ideation.",
        "Suicide risk assessment completed; no thoughts of self-harm.",
        "Gave the number of the 988 Suicide & Crisis Lifeline.",
        "Suicidal ideation in 2015, resolved.",
        "Her brother died by suicide.",
        "Past Medical History:\nSuicide attempt 2012.",
        "Family History:\nMother: suicide",
    ],
)
def test_what_is_denied_asked_over_or_of_a_relative_is_none(text: str) -> None:
    assert found(rule, a_record(noted(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Denies suicidal thoughts today; last month he said he did not want to wake up.",
        "Two weeks ago she said she wishes she wouldn't wake up.",
        "She wants to go to sleep and not wake up.",
        "He wishes he could fall asleep and never wake up.",
        "Says she would be better off dead.",
        "Dice que quisiera dormir y no despertar.",
        "La semana pasada dijo que no quería despertar.",
    ],
)
def test_a_wish_to_be_dead_or_not_to_wake_up_is_high_too(text: str) -> None:
    (finding,) = found(rule, a_record(noted(text)))
    assert (finding.severity, finding.evidence) == ("high", ("note",))


@pytest.mark.parametrize(
    "text",
    [
        "He did not want to wake up early for dialysis.",
        "She did not want to wake up her husband.",
        "She hopes he does not wake up at night.",
        "Denies wishing to be dead or not wake up.",
        "He could not wake up for breakfast.",
    ],
)
def test_waking_up_at_a_time_or_somebody_else_is_no_such_wish(text: str) -> None:
    assert found(rule, a_record(noted(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "He says some days he thinks his family would be better off without him.",
        "She feels that her kids would be happier without her.",
        "Says everyone would be better off if he were dead.",
        "Thinks the world would be a better place without him.",
        "Her parents would all be better off if she wasn't here, she says.",
        "He told the nurse that it would be easier for everyone if he was gone.",
        "Patient says nobody would miss her if she were gone.",
        "He feels like a burden to his daughter.",
        "She believes that she has become a burden to her children.",
        "Wonders if everyone would be better off if he died.",
        "Dice que su familia estaría mejor sin él.",
        "Siente que sus hijos estarían más tranquilos si ella no estuviera.",
        "Cree que todos estarían mejor si él se muriera.",
        "Se siente una carga para su familia.",
        "Dice que nadie la extrañaría si se muriera.",
    ],
)
def test_others_better_off_without_me_is_a_thought_of_suicide(text: str) -> None:
    (finding,) = found(rule, a_record(noted(text)))
    assert (finding.severity, finding.evidence) == ("high", ("note",))


def test_whose_thought_it_is_may_be_unclear_and_it_is_told_all_the_same() -> None:
    assert len(found(rule, a_record(noted("Her son says his kids would be better off without him.")))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Denies thinking that his family would be better off without him.",
        "Does not feel that others would be better off without her.",
        "Denies feeling like a burden to her family.",
        "Niega pensar que su familia estaría mejor sin ella.",
        "She is better off without him since the divorce.",
        "He is better off without the cane.",
        "Her family would be happier if she were closer to home.",
        "They would be better off without the cable bill.",
        "The cost of insulin is a burden on her family.",
        "Caregiver burden is high.",
        "Está mejor sin el bastón.",
        "El costo es una carga de trabajo.",
    ],
)
def test_what_is_denied_or_about_a_thing_is_no_such_thought(text: str) -> None:
    assert found(rule, a_record(noted(text))) == []
