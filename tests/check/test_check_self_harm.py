"""A positive answer about self-harm reaches a person, whatever the plan says."""

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
