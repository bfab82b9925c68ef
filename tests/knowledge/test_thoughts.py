"""Thoughts of suicide in a note count as long as the C-SSRS screener looks back, and whose they are is told as far as it is known."""

import pytest

from careloom.care.record import Demographics
from careloom.check.self_harm import rule
from careloom.knowledge.thoughts import noted_self_harm
from tests.check.records import AS_OF, a_record, found
from tests.check.test_check_self_harm import noted

MAN = Demographics(birth_date="1979-09-30", sex="male")
LAST_MONTH = "Denies suicidal thoughts today; last month he said he did not want to wake up."


def severities(text: str, on: str = "2026-11-10", person: Demographics | None = None) -> list[str]:
    record = a_record(noted(text, on), person=person) if person else a_record(noted(text, on))
    return [one.severity.value for one in found(rule, record)]


@pytest.mark.parametrize("text", [LAST_MONTH, "Wishes he were dead.", "Dice que no quería despertar."])
def test_thoughts_of_the_past_month_count_and_older_ones_do_not(text: str) -> None:
    for on, told in (("2026-11-04", 1), ("2026-10-23", 1), ("2026-10-22", 0), ("2026-11-24", 0)):
        assert len(severities(text, on, MAN)) == told, on


@pytest.mark.parametrize(
    "text",
    [
        "Suicide attempt two weeks before admission, discharged from psychiatry.",
        "He tried to kill himself in September.",
        "Attempted suicide by hanging; now denies SI.",
        "Intentional overdose of acetaminophen.",
        "Hace dos semanas intentó suicidarse: intento de suicidio.",
    ],
)
def test_an_attempt_counts_for_three_months(text: str) -> None:
    assert severities(text, "2026-09-20", MAN) == ["high"]
    assert severities(text, "2026-08-20", MAN) == []


@pytest.mark.parametrize(
    "text",
    [
        "Denies any suicide attempt.",
        "No prior suicide attempts.",
        "Suicide attempt in 2015.",
        "Suicide attempt many years ago.",
        "Past Medical History:\nSuicide attempt.",
        "Her son attempted suicide last month.",
    ],
)
def test_an_attempt_that_is_denied_long_ago_or_a_relatives_is_none(text: str) -> None:
    assert severities(text, "2026-09-20") == []


@pytest.mark.parametrize(
    "text",
    [
        "Her brother said he did not want to wake up.",
        "Her husband told us he wished he were dead.",
        "Her son reports that he wants to die.",
        "The brother said he did not want to wake up.",
    ],
)
def test_a_relatives_own_words_are_told_as_unclear_and_less_gravely(text: str) -> None:
    (finding,) = found(rule, a_record(noted(text)))
    assert (finding.severity, finding.evidence) == ("moderate", ("note",))
    assert "isn't clear" in finding.message and "act on it now" not in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Her sister said she did not want to wake up.",
        "Daughter states she wants to die.",
        "Her roommate says she would be better off dead.",
        "Su hermana dijo que no quería despertar.",
    ],
)
def test_words_that_may_be_either_ones_are_high_and_told_as_unclear(text: str) -> None:
    (finding,) = found(rule, a_record(noted(text)))
    assert finding.severity == "high"
    assert "isn't clear" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Her husband reports that she wants to die.",
        "Her brother said she did not want to wake up.",
        "Daughter says the patient wants to kill herself.",
        "She told her brother she wants to die.",
        "Two weeks ago she told her sister she wished she were dead.",
        "She said she did not want to wake up. Her brother said he was worried.",
    ],
)
def test_what_a_relative_tells_of_the_patient_is_the_patients(text: str) -> None:
    (finding,) = found(rule, a_record(noted(text)))
    assert finding.severity == "high"
    assert finding.message.endswith("act on it now, outside this plan")


def test_the_childs_own_name_says_who_is_meant() -> None:
    note = noted("Mother states that Milo said he wants to die.")
    (told,) = noted_self_harm([note], AS_OF, "male", frozenset({"milo"}))
    assert (told.unclear, told.others) == (False, False)
    (other,) = noted_self_harm([noted("Father states he wants to die.")], AS_OF, "male", frozenset({"milo"}))
    assert (other.unclear, other.others) == (True, False)
