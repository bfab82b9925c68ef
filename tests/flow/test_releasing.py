"""A change goes through the gate: its plan fixed before, measured, signed by two, rolled out by stages, and back at once where a signal holds."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import orjson
import pytest

from careloom import check, draft
from careloom.care.change import (
    ChangeKind,
    ChangePlan,
    ChangeState,
    Compared,
    Criteria,
    Criterion,
    Result,
    Stage,
)
from careloom.care.document import Reviewer
from careloom.care.record import PatientRecord
from careloom.demo import AS_OF
from careloom.draft.earned import parsed
from careloom.errors import InputError, NeedsNewer, NotApproved, NotLicensed
from careloom.improve import evaluation, gate
from careloom.improve.people import people
from careloom.llm import Opened, Remembered, Scripted
from careloom.pipeline import Pipeline
from careloom.pipeline import measuring_changes as measuring
from careloom.pipeline import releasing as module
from careloom.pipeline.change_plans import task_of
from careloom.store.models import DraftVersions
from careloom.study.training import PEOPLE
from careloom.study.training.drilling import Drafted
from tests.flow.test_access import person

pytestmark = pytest.mark.django_db
JOIN = draft.kind_of("care_plan").tasks["join"]
CONTENT = orjson.dumps(
    {"version": "99", "rules": f"{JOIN.rules} Be brief.", "shots": list(JOIN.shots)}
).decode()
CANDIDATE = {"kind": "care_plan", "task": "join", "content": CONTENT}
DAY = timedelta(days=1)


def plan(**more: object) -> ChangePlan:
    told = ChangePlan(
        kind=ChangeKind.PROMPT,
        title="Briefer",
        candidate=CANDIDATE,
        sha256="",
        description="One more sentence of rules.",
        why="Lines were long.",
        impact="It may leave facts out; verification refuses that.",
        criteria=Criteria(
            earned=("care_plan join",), shadow_fewest=2, group_fewest=1, stages=(Stage(50, 3), Stage(100, 2))
        ),
    )
    return replace(told, sha256=task_of(told)[1].asked, **more)


@pytest.fixture
def lead(desk: Pipeline) -> Reviewer:
    return person(desk, "lena", "quality_lead")


@pytest.fixture
def pharmacist(desk: Pipeline) -> Reviewer:
    return person(desk, "phil", "pharmacist")


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(desk: Pipeline) -> Clock:
    made = Clock(desk.clock())
    object.__setattr__(desk, "clock", made)
    return made


def met(desk: Pipeline, change: str, *without: Criterion) -> None:
    for one in Criterion:
        if one not in without:
            desk.releasing.keep("operator", change, Result(criterion=one, met=True, words="so it is"))


def signed(desk: Pipeline, lead: Reviewer, pharmacist: Reviewer) -> str:
    change = desk.releasing.propose("operator", plan())
    met(desk, change)
    desk.releasing.sign(pharmacist, change)
    desk.releasing.sign(lead, change)
    return change


def test_a_criterion_without_a_result_is_not_met_and_one_that_is_not_met_ends_the_change(
    desk: Pipeline, pharmacist: Reviewer
) -> None:
    gate_ = desk.releasing
    change = gate_.propose("operator", plan())
    met(desk, change, Criterion.FAIRNESS)
    assert gate_.get("operator", change).state is ChangeState.PROPOSED
    with pytest.raises(NotApproved):
        gate_.sign(pharmacist, change)
    gate_.keep("operator", change, Result(criterion=Criterion.FAIRNESS, met=False, words="no"))
    assert gate_.get("operator", change).state is ChangeState.REFUSED
    with pytest.raises(NotApproved):
        gate_.keep("operator", change, Result(criterion=Criterion.FAIRNESS, met=True, words="yes"))
    assert gate_.holds(gate_.get("operator", change))


def test_two_of_two_roles_sign_and_neither_proposed_it(
    desk: Pipeline, lead: Reviewer, pharmacist: Reviewer, nurse: Reviewer
) -> None:
    change = desk.releasing.propose(lead, plan())
    met(desk, change)
    for somebody in (lead, nurse):
        with pytest.raises(NotLicensed):
            desk.releasing.sign(somebody, change)
    desk.releasing.sign(person(desk, "ari", "administrator"), change)
    with pytest.raises(NotApproved):
        desk.releasing.sign(person(desk, "lars", "quality_lead"), change)
    assert desk.releasing.sign(pharmacist, change).state is ChangeState.SIGNED


def test_it_goes_on_stage_by_stage_and_a_patient_stays_where_she_was_drawn(
    desk: Pipeline, lead: Reviewer, pharmacist: Reviewer, clock: Clock
) -> None:
    change, people = signed(desk, lead, pharmacist), [f"{number:032x}" for number in range(60)]
    assert desk.releasing.version(people[0], "care_plan") is None
    assert desk.releasing.go_on(lead, change).share == 50
    first = {one for one in people if desk.releasing.version(one, "care_plan")}
    assert 12 < len(first) < 48 and desk.releasing.version(min(first), "patient_copy") is None
    with pytest.raises(NotApproved):
        desk.releasing.go_on(lead, change)
    clock.at += 3 * DAY
    desk.releasing.go_on(lead, change)
    assert first < {one for one in people if desk.releasing.version(one, "care_plan")} == set(people)
    clock.at += 2 * DAY
    assert desk.releasing.go_on(lead, change).state is ChangeState.RELEASED
    found = desk.releasing.version(people[0], "care_plan")
    assert found is not None and found.instead["care_plan", "join"].version == "99"


def test_what_is_drafted_in_a_roll_out_is_marked_and_no_draft_is_made_so_after_the_rollback(
    desk: Pipeline, who: str, lead: Reviewer, pharmacist: Reviewer, clock: Clock
) -> None:
    change = signed(desk, lead, pharmacist)
    desk.releasing.go_on(lead, change)
    clock.at += 3 * DAY
    desk.releasing.go_on(lead, change)
    made = desk.propose("test", who, as_of=AS_OF)
    assert made.document.model.change == change
    assert DraftVersions.objects.get(change=change).proposal_id.hex == made.id
    assert desk.reproducing.reproduce(made.id).why == ()
    desk.releasing.roll_back(lead, change, "lines are worse")
    after = desk.propose("test", who, as_of=AS_OF)
    assert after.id != made.id and after.document.model.change == ""
    assert desk.store.alarms.newest_of("release", f"rollback:{change}") is not None
    assert desk.releasing.get(lead, change).state is ChangeState.ROLLED_BACK


def test_a_worker_of_an_older_release_leaves_the_draft_to_others(
    desk: Pipeline,
    who: str,
    lead: Reviewer,
    pharmacist: Reviewer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change = signed(desk, lead, pharmacist)
    desk.releasing.go_on(lead, change)
    clock.at += 3 * DAY
    desk.releasing.go_on(lead, change)
    monkeypatch.setattr(module, "__version__", "0.0.9")
    with pytest.raises(NeedsNewer):
        desk.propose("worker", who, as_of=AS_OF)
    assert desk.propose("test", who, as_of=AS_OF).document.model.change == ""


def test_a_returned_share_that_is_too_high_rolls_back_by_itself(
    desk: Pipeline, who: str, lead: Reviewer, pharmacist: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = signed(desk, lead, pharmacist)
    desk.releasing.go_on(lead, change)
    told = [("a", "active", desk.clock())] * 9 + [("b", "on-hold", desk.clock())] * 6
    monkeypatch.setattr(type(desk.store.changes), "drafted", lambda *_: told)
    monkeypatch.setattr(type(desk.store.changes), "harmed", lambda *_: 0)
    monkeypatch.setattr(type(desk.releasing), "_failed", lambda *_: None)
    assert desk.releasing.keep_up() == 1
    found = desk.releasing.get(lead, change)
    assert found.state is ChangeState.ROLLED_BACK and "6 of 15 decided drafts" in found.steps[-1].words
    assert found.steps[-1].who == "careloom"


def test_a_stop_of_what_it_is_about_rolls_back(
    desk: Pipeline, lead: Reviewer, pharmacist: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = signed(desk, lead, pharmacist)
    desk.releasing.go_on(lead, change)
    assert desk.releasing.keep_up() == 0
    desk.stop_switch.stop(pharmacist, "kind", "care_plan", "a test")
    assert desk.releasing.keep_up() == 1
    assert desk.releasing.get(lead, change).steps[-1].words == "what it is about was stopped"


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"title": " "}, "title"),
        ({"impact": ""}, "impact"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"criteria": Criteria(earned=("care_plan join",), stages=(Stage(50, 1),))}, "stages"),
        ({"criteria": Criteria(earned=("no task",))}, "earned"),
        ({"criteria": Criteria(earned=("care_plan join",), returned=(0.3, 0.2))}, "returned"),
        ({"candidate": {**CANDIDATE, "content": "{}"}}, "content"),
        ({"candidate": {**CANDIDATE, "task": "sing"}}, "task"),
    ],
)
def test_a_plan_that_lacks_something_is_refused_by_its_field(
    desk: Pipeline, lead: Reviewer, more: dict[str, object], where: str
) -> None:
    with pytest.raises(InputError) as refused:
        desk.releasing.propose(lead, replace(plan(), **more))
    assert refused.value.where == where


def test_live_drafts_are_made_beside_and_neither_stored_nor_shown(
    desk: Pipeline, who: str, lead: Reviewer
) -> None:
    change = desk.releasing.propose(lead, plan())
    live = desk.propose("test", who, as_of=AS_OF, model="none")
    made = desk.measuring_changes.shadow(desk.releasing.get(lead, change))
    assert made == 1 and desk.measuring_changes.shadow(desk.releasing.get(lead, change)) == 0
    (one,) = desk.store.changes.compared(change)
    assert (one.proposal, one.worse, one.other) == (live.id, "", 0) and one.lines == len(
        live.document.statements
    )
    assert one.groups["sex"] and len(desk.store.proposals.of(who)) == 1


def case(worse: bool, sex: str) -> Compared:
    at = datetime.fromisoformat("2026-11-23T15:00:00+00:00")
    return Compared(
        proposal="p", at=at, worse="1 new findings" if worse else "", other=1, lines=9, groups={"sex": sex}
    )


def test_a_group_that_fares_worse_is_named_and_too_few_is_said() -> None:
    criteria = Criteria(group_fewest=10, group_most=0.3)
    alike = [case(worse=False, sex=sex) for sex in ("female", "male") for _ in range(40)]
    assert gate.fairness(criteria, alike).met
    apart = [
        case(worse=sex == "female" and place < 12, sex=sex)
        for sex in ("female", "male")
        for place in range(40)
    ]
    found = gate.fairness(criteria, apart)
    assert not found.met and found.values["wide"] == "sex female"
    few = gate.fairness(criteria, alike[:5])
    assert not few.met and few.values["told"] == "0"
    assert (
        gate.shadow(Criteria(shadow_fewest=30), alike).met
        and not gate.shadow(Criteria(shadow_fewest=30), apart).met
    )


def test_wald_s_test_finds_a_bad_version_and_leaves_a_good_one() -> None:
    bad, good = [True, False, False] * 12, ([True] + [False] * 11) * 12
    assert gate.went_wrong(bad, (0.1, 0.25)) and not gate.went_wrong(good, (0.1, 0.25))
    assert gate.went_wrong([*bad, *good], (0.1, 0.25))


def test_the_safety_set_is_whole_or_the_lost_fault_is_named(
    desk: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [_drafted(desk, one.record) for one in islice(people(desk.knowledge, PEOPLE), 2)]
    planted = list(measuring.faults(two, desk.knowledge))
    assert len({one.name for one in planted}) == len(planted) > 60
    assert [one.line for one in planted] == [one.line for one in measuring.faults(two, desk.knowledge)]
    hand = replace(desk.measuring_changes, invented=lambda: two)
    change = desk.releasing.get("operator", desk.releasing.propose("operator", plan()))
    monkeypatch.setattr(measuring, "faults", lambda *_: planted[:4])
    assert not hand._safety(change, lambda *_: None).met
    monkeypatch.setattr(measuring, "FEWEST_FAULTS", 4)
    assert hand._safety(change, lambda *_: None).met
    blind = replace(
        planted[0], line=next(iter(one for one in two[0].document.statements if one.id == planted[0].line.id))
    )
    monkeypatch.setattr(measuring, "faults", lambda *_: [blind, *planted[1:4]])
    found = hand._safety(change, lambda *_: None)
    assert not found.met and found.values["lost"] == planted[0].name


def _drafted(desk: Pipeline, record: PatientRecord) -> Drafted:
    document = draft.write(record, desk.knowledge, None, calls=0, answers=Remembered())
    return Drafted(record, document, check.check(document, record, desk.knowledge))


def test_a_prompt_that_earned_nothing_is_refused(
    desk: Pipeline, lead: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(islice(people(desk.knowledge), 2))
    monkeypatch.setattr(evaluation.people, "people", lambda _: few)
    scripted = Opened(Scripted(lambda _: "No."))
    object.__setattr__(desk.releasing, "open", lambda _: scripted)
    change = desk.releasing.propose(lead, plan())
    found = desk.measuring_changes.measure(lead, change)
    result = found.result(Criterion.TASKS)
    assert found.state is ChangeState.REFUSED and result is not None and result.values["earned"] == "0"
    table = parsed(result.table.encode())
    assert [(one.task, one.version) for one in table.rows] == [("join", "99")]
