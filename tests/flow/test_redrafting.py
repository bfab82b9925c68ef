"""A new event redrafts only the difference: what was signed and still says the same is not asked for again."""

import pytest

from careloom.care.document import Action, Finding, Proposal, Severity, Tier
from careloom.pipeline import Pipeline
from careloom.review.decisions import first_screen, waiting
from tests.flow.test_deciding import AS_OF, every, note

pytestmark = pytest.mark.django_db

EVICTED = "He was evicted on 2026-11-20 and has been sleeping in his car since."


@pytest.fixture
def filed(desk: Pipeline, plan: Proposal, physician) -> Proposal:
    """Samuel's plan, of which everything was opened and signed."""
    return desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan))


def again(desk: Pipeline, old: Proposal, day=AS_OF) -> Proposal:
    return desk.propose("test", old.document.patient, as_of=day, model="none")


def test_only_what_a_new_note_changes_waits_for_a_signature(desk, filed, nurse, tmp_path) -> None:
    note(desk, tmp_path, EVICTED)
    new = again(desk, filed)
    assert (new.status, new.since) == ("draft", filed.id)
    assert len(new.carried) > len(new.document.statements) * 0.75
    left = {line.id: line.text for line in waiting(new)}
    assert 0 < len(left) < 12
    assert any("car" in text.split() or "housing" in text.lower() for text in left.values())
    assert not set(left) & set(new.carried)
    before = {line.id: line.text for line in filed.document.statements}
    assert all(before[line.id] == line.text for line in new.document.statements if line.id in new.carried)
    assert all(filed.released[line] == new.released[line] for line in new.carried)


def test_the_difference_stands_on_the_first_screen_and_the_rest_is_folded(desk, filed, tmp_path) -> None:
    note(desk, tmp_path, EVICTED)
    new = again(desk, filed)
    shown = first_screen(new)
    assert {line.id for line in waiting(new)} <= shown
    assert not (shown - set(new.document.top)) & set(new.unchanged)


def test_where_nothing_differs_the_signed_plan_stands(desk, filed, tmp_path) -> None:
    note(desk, tmp_path, "He says that he slept well.")
    assert again(desk, filed).id == filed.id
    assert desk.queue(desk.store.users.reviewer("nora")) == ()


def test_a_later_day_alone_asks_again_only_for_what_is_due_anew(desk, filed) -> None:
    dues = {line.id: line.activity.due for line in filed.document.statements if line.activity}
    day = AS_OF.replace(day=28)
    new = again(desk, filed, day)
    late = {one for one, due in dues.items() if due and due < day.isoformat()}
    assert not late & set(new.carried)
    kept = [line for line in new.document.statements if line.id in new.carried and line.activity]
    assert kept
    assert all(line.activity.due == dues[line.id] for line in kept)


def test_the_next_plan_is_filed_with_both_signers(desk, filed, nurse, physician, tmp_path) -> None:
    note(desk, tmp_path, EVICTED)
    new = again(desk, filed)
    for line in waiting(new):
        who = physician if line.tier is Tier.PHYSICIAN else nurse
        after = desk.decide(who, new.id, Action.APPROVE)
        if after.status == "active":
            break
    assert desk.store.proposals.get(new.id).status == "active"
    plans = [
        one["resource"]
        for one in desk.chart("test", filed.document.patient)["entry"]
        if one["resource"]["resourceType"] == "CarePlan"
    ]
    assert len(plans) == 2
    newest = next(one for one in plans if one["identifier"][0]["value"] == new.id)
    told = desk.store.proposals.get(new.id)
    assert len(newest["contributor"]) == len(set(told.released.values()))
    tasks = {one.said.statement for one in desk.tracking.open("test")}
    assert {
        line.id for line in told.document.statements if line.kind == "activity" and line.id in told.carried
    } <= tasks


def test_what_somebody_amended_stays_amended_in_the_next_plan(desk, plan, nurse, physician, tmp_path) -> None:
    drafted = "Blood pressure was 136/82 mmHg on 2026-08-26."
    line = next(one for one in plan.document.statements if one.text == drafted)
    words = "On 2026-08-26 blood pressure was 136/82 mmHg."
    desk.decide(nurse, plan.id, Action.AMEND, edits={line.id: words})
    first = desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan))
    assert first.status == "active"
    for text in (EVICTED, "He has no food at home and skips meals."):
        note(desk, tmp_path, text)
        new = again(desk, first)
        assert next(one.text for one in new.document.statements if one.id == line.id) == words
        assert new.carried[line.id] == plan.id
        desk.decide(physician, new.id, Action.APPROVE, opened=every(new))


def test_a_carried_line_that_is_amended_or_struck_loses_its_signature(
    desk, filed, physician, tmp_path
) -> None:
    note(desk, tmp_path, EVICTED)
    new = again(desk, filed)
    line, other = list(new.carried)[:2]
    changed = desk.decide(
        physician, new.id, Action.AMEND, edits={line: "The plan was told to him."}, struck=(other,)
    )
    assert not {line, other} & (set(changed.carried) | set(changed.released))
    assert line not in changed.unchanged


def test_an_entry_that_changed_or_a_new_finding_asks_for_the_signature_again(desk, filed, tmp_path) -> None:
    note(desk, tmp_path, "He takes naproxen 500 mg from the store every day for his back.")
    new = again(desk, filed)
    known = {(one.rule, one.evidence) for one in filed.findings}
    news = [
        one
        for one in new.findings
        if one.severity is not Severity.LOW and (one.rule, one.evidence) not in known
    ]
    assert news
    told = {line.id for line in new.document.statements for one in news if tells(line, one)}
    assert told
    assert not told & set(new.carried)


def tells(line, finding: Finding) -> bool:
    return finding.statement == line.id or set(finding.evidence) <= set(line.citations)


def test_a_struck_line_comes_back_for_a_decision(desk, plan, physician, tmp_path) -> None:
    line = next(one for one in plan.document.statements if one.tier is Tier.NURSE)
    first = desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan), struck=(line.id,))
    assert first.status == "active"
    note(desk, tmp_path, EVICTED)
    new = again(desk, first)
    assert line.id in {one.id for one in new.document.statements}
    assert line.id not in new.unchanged


def test_a_line_that_nobody_opened_stays_folded_and_unsigned(desk, plan, physician, tmp_path) -> None:
    first = desk.decide(physician, plan.id, Action.APPROVE)
    unread = set(every(plan)) - set(first.released)
    assert unread
    note(desk, tmp_path, EVICTED)
    new = again(desk, first)
    same = unread & set(new.unchanged)
    assert same
    assert not same & (set(new.carried) | set(new.released))
    assert not same & (first_screen(new) - set(new.document.top))
