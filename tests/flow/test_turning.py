"""Whose a waiting document is: people take it, give it, give it back, stand in for each other, and see who has it open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Action, Proposal
from careloom.care.worklist import Sought, Whose
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.models import AuditEvent
from careloom.store.users import Licence
from tests.store.conftest import put
from tests.store.people import ALICE, proposal_for

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, home, key, clock) -> Pipeline:
    staff = {
        "nora": "registered_nurse",
        "ned": "registered_nurse",
        "osei": "physician",
        "quinn": "quality_lead",
        "audrey": "auditor",
        "mo": "medical_assistant",
    }
    for name, role in staff.items():
        store.users.create(name, role=role, name=name.title(), licence=Licence("MA", "X1", date(2031, 6, 30)))
    return pipelines.build(Settings(home=home, encryption_key=key, model="none", zone="UTC"), clock=clock)


@pytest.fixture
def people(desk):
    return {
        name: desk.store.users.reviewer(name) for name in ("nora", "ned", "osei", "quinn", "audrey", "mo")
    }


@pytest.fixture
def plan(desk: Pipeline) -> Proposal:
    alice = desk.store.patients.create(ALICE, put(desk.store))
    made = replace(proposal_for(alice), assigned_to=None, released={})
    desk.store.proposals.add(made, {})
    return made


def owner(desk: Pipeline, plan: Proposal) -> str | None:
    return desk.store.proposals.get(plan.id).assigned_to


def listed(desk: Pipeline, who) -> list[str]:
    return [row.waiting.proposal for row in desk.work(who, Sought(whose=Whose.MINE)).rows]


def test_a_claimed_document_says_whose_it_is_and_since_when_and_leaves_the_others_lists(
    desk, people, plan, clock
):
    nora, ned = people["nora"], people["ned"]
    assert listed(desk, ned) == [plan.id]
    desk.turning.claim(nora, plan.id)
    clock.now += timedelta(hours=1)
    assert listed(desk, nora) == [plan.id] and listed(desk, ned) == []
    (row,) = desk.work(ned, Sought()).rows
    assert (row.waiting.owner, row.waiting.since) == ("Nora", NOW)
    desk.turning.release(nora, plan.id)
    assert listed(desk, ned) == [plan.id] and owner(desk, plan) is None


def test_what_is_somebody_elses_is_taken_only_with_a_word_and_both_are_in_the_log(desk, people, plan):
    nora, ned = people["nora"], people["ned"]
    desk.turning.claim(nora, plan.id)
    for why in ("", "mine"):
        with pytest.raises(InputError, match="somebody else's"):
            desk.turning.claim(ned, plan.id, why)
    assert owner(desk, plan) == nora.user
    desk.turning.claim(ned, plan.id, "Nora is called away")
    assert owner(desk, plan) == ned.user
    assert [turn.why for turn in desk.store.turns.of(plan.id)] == ["", "Nora is called away"]
    events = AuditEvent.objects.filter(action="claim").order_by("at").values_list("actor", "what")
    assert list(events) == [(one.user, f"{plan.id} {one.user}") for one in (nora, ned)]


def test_only_who_has_it_or_a_lead_gives_it_on_or_back(desk, people, plan):
    nora, ned, quinn = people["nora"], people["ned"], people["quinn"]
    desk.turning.assign(ned, plan.id, "nora")
    for step in (
        lambda: desk.turning.release(ned, plan.id),
        lambda: desk.turning.assign(ned, plan.id, "osei"),
    ):
        with pytest.raises(NotLicensed):
            step()
    assert owner(desk, plan) == nora.user
    desk.turning.assign(nora, plan.id, "osei")
    desk.turning.assign(quinn, plan.id, "ned")
    desk.turning.release(quinn, plan.id)
    assert owner(desk, plan) is None


def test_a_document_is_given_to_nobody_who_may_not_decide_on_it_or_see_its_patient(desk, people, plan):
    with pytest.raises(InputError, match="does not decide"):
        desk.turning.assign(people["nora"], plan.id, "mo")
    desk.access.join("operator", plan.document.patient, "nora")
    with pytest.raises(InputError, match="care team"):
        desk.turning.assign(people["nora"], plan.id, "ned")
    with pytest.raises(NotInCareTeam):
        desk.turning.claim(people["ned"], plan.id)
    assert owner(desk, plan) is None
    assert [one.name for one in desk.turning.about(people["nora"], plan).people] == ["Nora"]


def test_an_auditor_and_an_assistant_turn_nothing(desk, people, plan):
    for name in ("audrey", "mo"):
        for step in (desk.turning.claim, desk.turning.undo):
            with pytest.raises((NotLicensed, NotApproved)):
                step(people[name], plan.id)
        with pytest.raises(NotLicensed):
            desk.turning.assign(people[name], plan.id, "nora")
    assert owner(desk, plan) is None and desk.store.turns.of(plan.id) == ()


def test_ones_own_last_word_on_whose_it_is_can_be_undone_once(desk, people, plan):
    nora, ned = people["nora"], people["ned"]
    desk.turning.claim(nora, plan.id)
    desk.turning.claim(ned, plan.id, "she is at lunch")
    with pytest.raises(NotApproved):
        desk.turning.undo(nora, plan.id)
    desk.turning.undo(ned, plan.id)
    assert owner(desk, plan) == nora.user
    with pytest.raises(NotApproved):
        desk.turning.undo(ned, plan.id)
    assert [turn.what for turn in desk.store.turns.of(plan.id)] == ["claim", "claim", "undo"]


def test_undo_gives_nothing_back_to_somebody_who_may_no_longer_see_its_patient(desk, people, plan):
    nora, ned = people["nora"], people["ned"]
    for name in ("nora", "ned"):
        desk.access.join("operator", plan.document.patient, name)
    desk.turning.claim(nora, plan.id)
    desk.turning.claim(ned, plan.id, "she is at lunch")
    desk.access.leave("operator", plan.document.patient, "nora")
    with pytest.raises(InputError, match="care team"):
        desk.turning.undo(ned, plan.id)
    desk.access.join("operator", plan.document.patient, "nora")
    desk.store.users.activate("nora", False)
    with pytest.raises(InputError, match="unknown user"):
        desk.turning.undo(ned, plan.id)
    assert owner(desk, plan) == ned.user


def test_a_plan_that_is_queued_for_somebody_is_hers_by_a_turn_to_which_an_undo_goes_back(desk, people):
    osei, nora = people["osei"], people["nora"]
    alice = desk.store.patients.create(ALICE, put(desk.store))
    made = replace(proposal_for(alice, number=2), assigned_to=None, released={})
    plan = desk.queue_for_provider_review(made, "osei")
    assert plan.assigned_to == owner(desk, plan) == osei.user
    assert desk.turning.about(osei, plan).since == NOW
    desk.turning.claim(nora, plan.id, "she is at lunch")
    desk.turning.undo(nora, plan.id)
    assert owner(desk, plan) == osei.user
    with pytest.raises(InputError, match="may not decide"):
        desk.queue_for_provider_review(made, "mo")


def test_an_undone_decision_leaves_a_document_with_whoever_took_it_since(desk, people, plan):
    nora, ned = people["nora"], people["ned"]
    desk.decide(nora, plan.id, Action.RETURN, reason="not ready")
    desk.undo(nora, plan.id)
    desk.turning.claim(ned, plan.id)
    desk.decide(ned, plan.id, Action.RETURN, reason="not ready")
    desk.undo(ned, plan.id)
    assert owner(desk, plan) == ned.user


def test_what_waits_for_nobody_any_more_is_nobodys_to_take(desk, people, plan):
    desk.decide(people["nora"], plan.id, Action.RETURN, reason="a duplicate")
    with pytest.raises(NotApproved, match="waits for nobody"):
        desk.turning.claim(people["nora"], plan.id)


def test_the_second_who_opens_a_document_reads_who_has_it_open_and_since_when(desk, people, plan, clock):
    nora, ned = people["nora"], people["ned"]
    assert desk.turning.look(nora, plan.id).who == nora.user
    clock.now += timedelta(minutes=3)
    held = desk.turning.look(ned, plan.id)
    assert (held.who, held.since) == (nora.user, NOW)
    assert desk.turning.about(ned, plan).opened_by == "Nora"
    (row,) = desk.work(ned, Sought()).rows
    assert (row.waiting.opened_by, row.waiting.opened_since) == ("Nora", NOW)


def test_the_sign_goes_by_itself_when_she_leaves_gives_no_sign_or_decides(desk, people, plan, clock):
    nora, ned = people["nora"], people["ned"]
    first = desk.turning.look(nora, plan.id)
    second = desk.turning.look(nora, plan.id)
    desk.turning.leave(nora, plan.id, first.page)
    assert desk.turning.look(ned, plan.id).who == nora.user, "the page that she left was not her newest"
    desk.turning.leave(nora, plan.id, second.page)
    assert desk.turning.look(ned, plan.id).who == ned.user
    clock.now += timedelta(minutes=4)
    desk.turning.still_there(ned, plan.id)
    clock.now += timedelta(minutes=4)
    assert desk.turning.look(nora, plan.id).who == ned.user
    clock.now += timedelta(minutes=2)
    assert desk.turning.look(nora, plan.id).who == nora.user
    desk.decide(nora, plan.id, Action.RETURN, reason="not ready")
    assert desk.turning.look(ned, plan.id).who == ned.user


def test_the_page_is_taken_over_with_a_word_that_the_first_reads(desk, people, plan):
    nora, ned = people["nora"], people["ned"]
    desk.turning.look(nora, plan.id)
    with pytest.raises(InputError):
        desk.turning.take_over(ned, plan.id, "")
    desk.turning.take_over(ned, plan.id, "the physician waits")
    assert desk.turning.look(nora, plan.id).who == ned.user
    about = desk.turning.about(nora, desk.store.proposals.get(plan.id))
    assert (about.owner, about.opened_by, about.why) == ("Ned", "Ned", "the physician waits")


def test_who_only_looks_puts_no_sign_on_the_door(desk, people, plan):
    assert desk.turning.look(people["audrey"], plan.id) is None
    assert desk.turning.look(people["nora"], plan.id).who == people["nora"].user
    assert desk.turning.look(people["audrey"], plan.id).who == people["nora"].user


def test_while_she_is_away_her_work_is_her_covers_and_after_that_hers_again(desk, people, plan, clock):
    nora, ned = people["nora"], people["ned"]
    desk.turning.claim(nora, plan.id)
    desk.turning.away(nora, "nora", "ned", date(2026, 11, 25), date(2026, 11, 26))
    assert listed(desk, ned) == []
    clock.now = NOW + timedelta(days=1)
    assert listed(desk, ned) == [plan.id] == listed(desk, nora)
    assert desk.turning.about(ned, desk.store.proposals.get(plan.id)).covered
    clock.now = NOW + timedelta(days=3)
    assert listed(desk, ned) == [] and listed(desk, nora) == [plan.id]


def test_who_is_back_earlier_has_her_work_back(desk, people, plan):
    nora, ned = people["nora"], people["ned"]
    desk.turning.claim(nora, plan.id)
    absence = desk.turning.away(nora, "nora", "ned", date(2026, 11, 24), date(2026, 11, 30))
    assert listed(desk, ned) == [plan.id]
    with pytest.raises(NotLicensed):
        desk.turning.back(ned, absence.id)
    desk.turning.back(nora, absence.id)
    assert listed(desk, ned) == []


@pytest.mark.parametrize(
    ("cover", "first", "last"),
    [
        ("nora", date(2026, 11, 25), date(2026, 11, 26)),
        ("mo", date(2026, 11, 25), date(2026, 11, 26)),
        ("ned", date(2026, 11, 26), date(2026, 11, 25)),
        ("ned", date(2026, 11, 20), date(2026, 11, 23)),
        ("ned", date(2026, 11, 25), date(2028, 11, 25)),
    ],
)
def test_an_absence_that_can_not_be_is_not_noted(desk, people, cover, first, last):
    with pytest.raises(InputError):
        desk.turning.away(people["nora"], "nora", cover, first, last)
    assert desk.store.turns.absences() == ()


def test_only_she_herself_or_a_lead_says_that_somebody_is_away(desk, people):
    days = date(2026, 11, 25), date(2026, 11, 26)
    with pytest.raises(NotLicensed):
        desk.turning.away(people["ned"], "nora", "ned", *days)
    desk.turning.away(people["quinn"], "nora", "ned", *days)
    assert len(desk.store.turns.absences()) == 1


@pytest.mark.parametrize("who", ["audrey", "mo"])
def test_whoever_decides_nothing_is_away_without_a_word_here(desk, people, who):
    days = date(2026, 11, 25), date(2026, 11, 26)
    for actor in (who, "quinn"):
        with pytest.raises(NotLicensed):
            desk.turning.away(people[actor], who, "ned", *days)
    assert desk.store.turns.absences() == ()


def test_a_lead_sees_how_the_work_lies_and_nobody_else_does(desk, people, plan):
    nora, quinn = people["nora"], people["quinn"]
    other = replace(plan, id=f"{2:032x}", due=NOW - timedelta(hours=1))
    desk.store.proposals.add(other, {})
    desk.turning.claim(nora, other.id)
    desk.decide(nora, plan.id, Action.RETURN, reason="not ready")
    load = desk.working.load(quinn, NOW - timedelta(days=7))[nora.user]
    assert (load.waiting, load.overdue, load.lines, load.signed, load.decided) == (1, 1, 1, 0, 1)
    with pytest.raises(NotLicensed):
        desk.working.load(nora, NOW)
