"""Drafts and decisions that a home holds on days of their own, and the day counts that came of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from careloom.care.document import Action, Decision, Finding, Proposal, Severity
from careloom.care.watched import DayCount
from careloom.pipeline import Pipeline
from tests.store.people import proposal_for

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
DAY = date(2026, 11, 23)


def draft(desk: Pipeline, alice: str, number: int, at: datetime, *rules: str) -> Proposal:
    whole = proposal_for(alice, number=number)
    line = whole.document.statements[0].id
    made = replace(
        whole,
        created=at,
        findings=tuple(Finding(rule, Severity.HIGH, "m", statement=line) for rule in rules),
    )
    desk.store.proposals.add(made, {})
    return made


def decide(desk: Pipeline, one: Proposal, action: Action, at: datetime, **more) -> None:
    desk.store.proposals.add_decision(
        one.id, Decision(action=action, reviewer="u1", role="physician", at=at, **more)
    )


def held(desk: Pipeline) -> dict[tuple[str, date], DayCount]:
    return {(one.series, one.day): one for one in desk.store.day_counts.all()}
