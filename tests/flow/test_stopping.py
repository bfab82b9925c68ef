"""What is stopped is stopped: nothing of it is drafted, signed, filed or sent, and it takes two people of two roles to start it again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.stop import KNOWN
from careloom.demo import AS_OF
from careloom.errors import InputError, NotApproved, NotLicensed, Stopped
from careloom.jobs.engines import engine_of
from careloom.jobs.port import JobFailed
from careloom.jobs.runner import LEFT, Runner
from careloom.llm import Opened, Scripted
from careloom.pipeline import Pipeline
from careloom.store.ids import new_id
from careloom.store.models import AuditEvent, StoredStop
from tests.flow.test_access import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(desk: Pipeline) -> Reviewer:
    return person(desk, "lena", "quality_lead")


def drafted(desk: Pipeline, who: str, kind: str = "care_plan") -> Proposal:
    return desk.propose("test", who, kind=kind, as_of=AS_OF, model="none")


def sign(desk: Pipeline, who: Reviewer, plan: Proposal) -> Proposal:
    lines = [one.id for one in plan.document.statements]
    return desk.decide(who, plan.id, Action.APPROVE, statements=lines, opened=lines)


def test_a_nurse_stops_care_plans_at_once_and_they_are_neither_drafted_nor_signed_nor_written_by_hand(
    desk: Pipeline, who: str, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    desk.stop_switch.stop(nurse, "kind", "care_plan", "doses are wrong in three of them")
    with pytest.raises(Stopped):
        drafted(desk, who)
    with pytest.raises(Stopped):
        sign(desk, physician, plan)
    with pytest.raises(Stopped):
        desk.by_hand(nurse, who, "care_plan", as_of=AS_OF)
    assert desk.store.proposals.get(plan.id) == plan
    assert drafted(desk, who, "clinical_summary").status == "draft"
    assert desk.decide(physician, plan.id, Action.RETURN, reason="stopped").status == "on-hold"


def test_the_site_is_stopped_whole_and_starts_again_by_two_people_of_two_roles(
    desk: Pipeline, who: str, plan: Proposal, nurse: Reviewer, physician: Reviewer, lead: Reviewer
) -> None:
    switch = desk.stop_switch
    stop = switch.stop(lead, "site", "", "the EHR moved a field")
    with pytest.raises(NotApproved):
        switch.stop(nurse, "site", "", "the same")
    with pytest.raises(Stopped):
        drafted(desk, who, "clinical_summary")
    with pytest.raises(InputError):
        switch.start(lead, stop, " ")
    assert switch.start(lead, stop, "the field is mapped").over is None
    with pytest.raises(NotApproved):
        switch.start(lead, stop, "again")
    switch.start(person(desk, "lars", "quality_lead"), stop, "of the same role")
    with pytest.raises(Stopped):
        sign(desk, physician, plan)
    assert switch.start(physician, stop, "three charts were looked at").over is not None
    assert sign(desk, physician, plan).released and switch.holding() == ()
    (said,) = switch.newest(nurse)
    assert [one.role for one in said.agreed] == ["quality_lead", "quality_lead", "physician"]
    actions = list(
        AuditEvent.objects.filter(what__in=(stop, "site")).order_by("at").values_list("action", flat=True)
    )
    assert actions == ["stop", "agree to start", "agree to start", "start again"]


def test_only_licensed_clinicians_and_the_safety_lead_stop_and_they_say_why(
    desk: Pipeline, nurse: Reviewer
) -> None:
    for role in ("medical_assistant", "community_health_worker", "administrator", "auditor"):
        with pytest.raises(NotLicensed):
            desk.stop_switch.stop(person(desk, f"a_{role}", role), "site", "", "I say so")
    for scope, name, why in (("site", "", ""), ("kind", "nothing", "why"), ("planet", "", "why")):
        with pytest.raises(InputError):
            desk.stop_switch.stop(nurse, scope, name, why)


def test_a_stopped_model_writes_nothing_and_what_it_wrote_is_drafted_and_read_anew(
    desk: Pipeline, who: str, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    wrote = replace(
        plan.document,
        statements=tuple(replace(one, written_by="model") for one in plan.document.statements),
        model=replace(plan.document.model, name="scripted"),
    )
    by_model = replace(plan, id=new_id().hex, document=wrote)
    record = desk.record_of(who, AS_OF)
    desk.drafting.queue(by_model, record)
    desk.stop_switch.stop(nurse, "model", "scripted", "it invents doses")
    with pytest.raises(Stopped, match="draft it anew"):
        sign(desk, physician, by_model)
    with pytest.raises(Stopped):
        desk.drafting.queue(replace(by_model, id=new_id().hex), record)
    anew = desk.drafting.propose(record, "care_plan", Opened(Scripted(lambda _: "words")), plan.created)
    assert anew.document.model_that_wrote == "" and "stopped" in anew.document.model.note
    assert sign(desk, physician, plan).released


def test_what_a_later_version_stopped_stops_everything_here(
    desk: Pipeline, who: str, plan: Proposal, physician: Reviewer
) -> None:
    _row(desk, scope="ward", needs=KNOWN + 1)
    with pytest.raises(Stopped, match="can't be read"):
        drafted(desk, who)
    with pytest.raises(Stopped, match="can't be read"):
        sign(desk, physician, plan)


def test_where_what_is_stopped_cannot_be_read_nothing_is_filed(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE store_storedstop RENAME TO store_away")
    try:
        with pytest.raises(Stopped, match="can't be read"):
            sign(desk, physician, plan)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE store_away RENAME TO store_storedstop")
    assert desk.store.proposals.get(plan.id).status == "draft"


def test_work_that_is_stopped_waits_and_is_done_once_it_starts_again(
    desk: Pipeline, nurse: Reviewer, physician: Reviewer, who: str
) -> None:
    stop, made = desk.stop_switch.stop(nurse, "site", "", "a drill"), list[Proposal]()
    task, _ = desk.store.work.add("draft", "one", {"patient": who})
    runner = Runner(
        store=desk.store,
        engine=engine_of(desk.settings.organisation),
        handlers={"draft": lambda args: made.append(drafted(desk, args["patient"]))},
        attempts=2,
        limit=timedelta(minutes=1),
    )
    for _ in range(3):
        with pytest.raises(JobFailed):
            runner.perform(task.id)
    waits = desk.store.work.get(task.id)
    assert (waits.state, waits.error, waits.attempts, made) == ("waiting", "Stopped", 0, [])
    assert desk.store.work.is_left(LEFT)
    for one in (nurse, physician):
        desk.stop_switch.start(one, stop, "the drill is over")
    runner.perform(task.id)
    assert desk.store.work.get(task.id).state == "done" and len(made) == 1


def _row(desk: Pipeline, *, scope: str, needs: int) -> None:
    row_id = new_id()
    StoredStop.objects.create(
        id=row_id, organisation=desk.store.keys.organisation, scope=scope, name="", who="x", role="x",
        at=desk.clock(), needs=needs, sealed_why=b"",
    )  # fmt: skip
