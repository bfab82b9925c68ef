"""What is taught and asked of the plan on the telephone: what was signed of it, and nothing of a draft."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Action, Activity, Guideline, Reviewer, Statement
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from careloom.record.asks import asks, topics
from tests.flow.test_calling import desk, hands, him, nora

__all__ = ["desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db


def test_a_draft_is_told_to_nobody_on_the_telephone(desk: Pipeline, nora: Reviewer, him: str) -> None:
    plan = desk.propose("test", him, as_of=AS_OF, model="none")
    lines = {one.id: one.text for one in plan.document.statements}
    before = desk.calling.sheet(nora, him)
    assert before.topics == ()
    assert before.asks == asks(desk.record_of(him, desk.today), desk.knowledge, ())
    osei = desk.store.users.reviewer("osei")
    filed = desk.decide(osei, plan.id, Action.APPROVE, opened=tuple(lines))
    assert filed.status == "active"
    taught = desk.calling.sheet(nora, him).topics
    assert taught and all(one.key in filed.released for one in taught)
    assert not any(
        re.match(r"The (?:nurse|dietitian|pharmacist|coordinator|physician)", one.text) for one in taught
    )
    news = desk.propose("test", him, as_of=AS_OF + timedelta(days=1), model="none")
    assert news.status == "draft" and desk.calling.sheet(nora, him).topics == taught


@pytest.mark.parametrize(
    ("rule", "owner", "said"),
    [
        ("htn-home-bp", "patient", "The words that were signed."),
        ("copd-flare-signs", "nurse", None),
        ("nothing that has plain words", "nurse", None),
    ],
)
def test_her_own_step_is_taught_in_the_words_that_were_signed(
    desk: Pipeline, rule: str, owner: str, said: str | None
) -> None:
    line = Statement(
        id="a1", section="interventions", kind="activity", text="The words that were signed.",
        guideline=Guideline(rule, "a guideline", "it says so", ""), activity=Activity(owner, "2026-12-03", "education"),
    )  # fmt: skip
    found = [one.text for one in topics([line], desk.knowledge, 6)]
    assert found == ([said] if said else [])


def test_of_a_step_of_the_team_she_says_back_what_she_is_to_do_and_no_question_of_the_nurse_is_a_topic(
    desk: Pipeline,
) -> None:
    plain = desk.knowledge.plain.activities
    rules = {words["en"]: rule for rule, words in plain.items()}
    wanted = {
        "talk with you about how to quit smoking": "How to quit smoking.",
        "watch how you use your inhaler": "How you use your inhaler.",
        "go over with you whom to call when you are sick and can not drink": "Whom to call when you are sick and can not drink.",
        "ask you about smoking": None,
        "offer you a test for diabetes": None,
    }
    for words, told in wanted.items():
        line = Statement(
            id="a1", section="interventions", kind="activity", text="The nurse does it.",
            guideline=Guideline(rules[words], "a guideline", "it says so", ""), activity=Activity("nurse", "2026-12-03", "education"),
        )  # fmt: skip
        assert [one.text for one in topics([line], desk.knowledge, 6)] == ([told] if told else []), words
        of_medicine = replace(line, activity=Activity("nurse", "2026-12-03", "medication"))
        assert topics([of_medicine], desk.knowledge, 6) == ()
