"""What is taught and asked of the plan on the telephone: what was signed of it, and nothing of a draft."""

from datetime import timedelta

import pytest

from careloom.care.document import Action, Reviewer
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from careloom.record.asks import asks
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
    topics = desk.calling.sheet(nora, him).topics
    assert topics and all(lines[one.key] == one.text and one.key in filed.released for one in topics)
    news = desk.propose("test", him, as_of=AS_OF + timedelta(days=1), model="none")
    assert news.status == "draft" and desk.calling.sheet(nora, him).topics == topics
