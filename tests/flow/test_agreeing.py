"""How far readers agree is counted of what each said first, told of everybody to few, and to whoever reads of her own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloom.care.agreed import Group, Over
from careloom.care.document import Action, Reviewer
from careloom.care.second import LineSaid, Mode, Pair, Reading, WholeSaid
from careloom.errors import InputError, NotLicensed
from careloom.pipeline import Pipeline
from careloom.pipeline.agreeing import _nameless, as_json
from tests.flow.test_seconding import NOW, Clock, alva, asked, clock, decided, desk, plan, who

__all__ = ["alva", "clock", "desk", "plan", "who"]
pytestmark = pytest.mark.django_db
DAYS = Over(NOW.date(), NOW.date())
Who = Callable[[str], Reviewer]


def read(desk: Pipeline, plan, who: Who) -> tuple[str, str]:
    """Nora strikes one line and signs the rest; Nell would word another one otherwise."""
    struck, reworded = (one.id for one in plan.document.statements[:2])
    desk.decide(who("nora"), plan.id, Action.AMEND, struck=(struck,))
    decided(desk, plan, Mode.AFTER)
    said = Reading(whole=WholeSaid.APPROVE, lines={reworded: LineSaid.AMEND})
    desk.seconding.read(who("nell"), plan.id, said)
    return struck, reworded


def rows(desk: Pipeline, actor: Reviewer, over: Over = DAYS):
    return {row.group: row for row in desk.agreeing.over(actor, over).rows}


def test_lines_and_the_whole_are_counted_by_kind_and_tier_and_two_people_are_no_group(desk, plan, who):
    read(desk, plan, who)
    found = rows(desk, who("quinn"))
    lines = found[Group("lines", "all")]
    assert lines.number == len(desk.store.seconds.get(plan.id).steps[-1].pairs) - 1 > 10
    assert lines.agreement is not None
    assert lines.agreement.observed == pytest.approx((lines.number - 2) / lines.number)
    assert (lines.agreement.first["strike"], lines.agreement.second["amend"]) == (1, 1)
    assert found[Group("lines", "kind", ("care_plan",))].number == lines.number
    assert not [group for group in found if group.by == "readers"], (
        "of two people a pair's numbers are theirs"
    )
    assert found[Group("whole", "all")].agreement is None, "one document is too few"
    told = as_json(desk.agreeing.over(who("quinn"), DAYS))
    whole = next(row for row in told["agreement"] if row["of"] == "whole" and row["by"] == "all")
    assert whole["pairs"] is None and whole["kappa"] is None and whole["first"] is None


def test_the_questions_do_not_grow_with_the_readings(desk, plan, who, alva):
    read(desk, plan, who)
    with CaptureQueriesContext(connection) as one:
        assert desk.agreeing.over(who("quinn"), DAYS).documents == 1
    summary = desk.propose("operator", alva, kind="clinical_summary")
    desk.decide(who("nora"), summary.id, Action.APPROVE)
    desk.seconding.read(who("nell"), summary.id, Reading(whole=WholeSaid.APPROVE))
    with CaptureQueriesContext(connection) as two:
        found = desk.agreeing.over(who("quinn"), DAYS)
    assert {row.group.which for row in found.rows if row.group.by == "kind"} == {
        ("care_plan",), ("clinical_summary",),
    }  # fmt: skip
    assert len(two) == len(one)


def test_who_reads_sees_her_own_and_nobody_by_name(desk, plan, who, alva):
    read(desk, plan, who)
    for name in ("nora", "nell"):
        found = desk.agreeing.over(who(name), DAYS)
        assert found.over.user == who(name).user and found.documents == 1
        assert not [row for row in found.rows if row.group.by == "readers"]
    assert desk.agreeing.over(who("osei"), DAYS).rows == ()
    asking_for_another = replace(DAYS, user=who("nora").user)
    assert desk.agreeing.over(who("osei"), asking_for_another).documents == 0
    desk.store.users.create("mona", role="medical_assistant")
    with pytest.raises(NotLicensed):
        desk.agreeing.over(who("mona"), DAYS)
    for role in ("administrator", "auditor"):
        desk.store.users.create(role, role=role)
        assert desk.agreeing.over(who(role), DAYS).documents == 1


def test_what_the_second_says_after_she_saw_the_other_changes_no_number(desk, plan, who):
    asked(desk, Mode.HOLD)
    line = plan.document.statements[0].id
    desk.decide(who("nora"), plan.id, Action.APPROVE)
    desk.seconding.read(who("nell"), plan.id, Reading(whole=WholeSaid.APPROVE, lines={line: LineSaid.AMEND}))
    before = rows(desk, who("quinn"))
    desk.undo(who("nora"), plan.id)
    desk.decide(who("nora"), plan.id, Action.AMEND, struck=(line,))
    desk.decide(who("nora"), plan.id, Action.APPROVE)
    desk.seconding.look(who("nell"), plan.id, agrees=True)
    assert rows(desk, who("quinn")) == before


def test_a_time_is_asked_for_by_its_days(desk, plan, who, clock: Clock):
    read(desk, plan, who)
    day = timedelta(days=1)
    assert desk.agreeing.over("operator", Over(NOW.date() - day, NOW.date() - day)).documents == 0
    assert desk.agreeing.over("operator", Over(NOW.date() - day, NOW.date() + day)).documents == 1
    assert [month for month, _ in desk.agreeing.over("operator", DAYS).months] == ["2026-11"]
    for wrong in (Over(NOW.date(), NOW.date() - day), Over(NOW.date() - 5000 * day, NOW.date())):
        with pytest.raises(InputError):
            desk.agreeing.over(who("quinn"), wrong)


def test_of_a_document_that_two_signed_each_line_is_its_signers(desk, plan, who, alva, tmp_path: Path):
    for name in ("osei", "otto"):
        desk.access.join("operator", alva, name)
    asked(desk, Mode.AFTER)
    physicians = next(one.id for one in plan.document.statements if one.tier.word == "physician")
    desk.open_lines(who("nora"), plan.id, (physicians,))
    desk.decide(who("nora"), plan.id, Action.APPROVE)
    desk.decide(who("osei"), plan.id, Action.APPROVE)
    second = desk.store.seconds.get(plan.id)
    assert second.reader == who("nell").user
    desk.seconding.read(who("nell"), plan.id, Reading(whole=WholeSaid.APPROVE))
    of = {pair.line: pair.who for pair in desk.store.seconds.get(plan.id).steps[-1].pairs}
    assert of[physicians] == who("osei").user and of["*"] == who("nora").user


def test_of_five_readers_pairs_stand_apart_with_numbers_and_nobodys_name() -> None:
    said = Pair("a line", "nurse", "approve", "approve")
    pairs = {("ann", "ben"): 3, ("ann", "cleo"): 5, ("dan", "eve"): 1}
    every = {Group("lines", "readers", who): [said] * many for who, many in pairs.items()}
    told = _nameless(every | {Group("lines", "all"): [said]})
    assert {group.which: len(some) for group, some in told.items()} == {
        ("01",): 5,
        ("02",): 3,
        ("03",): 1,
        (): 1,
    }
    del every[Group("lines", "readers", ("dan", "eve"))]
    assert _nameless(every) == {}
