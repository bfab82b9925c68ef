"""The work list is what waits as it is now, for whoever may see it, and asks the database no more for a long list than for a short one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloom import pipeline as pipelines
from careloom.care.document import Action, Document, Proposal, Reviewer, Tier
from careloom.care.entry import SNOMED, Code, HumanName, Message, Period, Person, when
from careloom.care.worklist import PAGE, Order, Risk, Sought, Waiting, Whose
from careloom.errors import NotLicensed
from careloom.pipeline import Pipeline
from careloom.review.queue import counted, in_order
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.models import AuditEvent, ListedProposal, ListingDue
from careloom.store.users import Licence
from tests.store.conftest import put
from tests.store.people import ALICE, BOB, entries_of, proposal_for

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def desk(store: Store, home, key) -> Pipeline:
    for name, role in (("nora", "registered_nurse"), ("osei", "physician"), ("quinn", "quality_lead")):
        store.users.create(name, role=role, licence=Licence("MA", "X1", date(2031, 6, 30)))
    settings = Settings(home=home, encryption_key=key, model="none", zone="UTC")
    return pipelines.build(settings, clock=lambda: NOW)


@pytest.fixture
def nora(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("nora")


@pytest.fixture
def osei(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("osei")


@pytest.fixture
def message(store: Store) -> Message:
    return put(store)


@pytest.fixture
def alice(store: Store, message: Message) -> str:
    return store.patients.create(ALICE, message)


def queued(desk: Pipeline, patient: str, number: int = 1, **changed) -> Proposal:
    made = replace(proposal_for(patient, number=number), **({"assigned_to": None} | changed))
    desk.store.proposals.add(made, {})
    return made


def shown(desk: Pipeline, who: Reviewer, **asked) -> list[Waiting]:
    return [row.waiting for row in desk.work(who, Sought(**asked)).rows]


def test_whatever_changes_a_proposal_the_list_tells_it_as_it_is(desk, nora, osei, alice, message):
    first = queued(desk, alice, 1)
    second = queued(desk, alice, 2, due=NOW - timedelta(hours=1))
    stored = desk.store.proposals

    def is_true() -> None:
        rows = {row.waiting.proposal: row.waiting for row in desk.work(osei, Sought()).rows}
        waiting = stored.waiting()
        assert rows.keys() == {one.id for one in waiting}
        for one in waiting:
            row = rows[one.id]
            assert row.counted == counted(one)
            assert (row.kind, row.tier, row.created) == (one.document.kind, one.tier, one.created)
            assert (row.due, row.assigned_to) == (one.due, one.assigned_to)

    is_true()
    lines = [line.id for line in first.document.statements]
    for change in (
        {"opened": tuple(lines)},
        {"released": {lines[0]: nora.user}},
        {"assigned_to": osei.user, "due": None},
        {"struck": tuple(lines[:1])},
        {"status": "on-hold"},
        {"status": "draft", "tier": Tier.PHYSICIAN},
        {"findings": ()},
    ):
        old = stored.get(first.id)
        stored.replace(old, replace(old, **change))
        is_true()
    desk.decide(nora, second.id, Action.RETURN, reason="not hers")
    is_true()
    desk.undo(nora, second.id)
    is_true()


def test_what_an_older_version_had_queued_is_listed_when_somebody_asks(desk, nora, alice):
    made, decided = queued(desk, alice, 1), queued(desk, alice, 2)
    desk.decide(nora, decided.id, Action.RETURN, reason="not hers")
    shown(desk, nora)
    ListedProposal.objects.all().delete()
    assert not shown(desk, nora)
    import_module("careloom.store.migrations.0033_list_anew").list_anew(apps, None)
    assert [one.proposal for one in shown(desk, nora)] == [made.id]
    assert [row.id.hex for row in ListedProposal.objects.all()] == [made.id]


def test_what_is_said_of_a_document_many_times_before_somebody_looks_is_listed_once(desk, nora, alice):
    queued(desk, alice, 1)
    for _ in range(30):
        desk.store.work_lists.arrived(alice)
    assert desk.working.keep_up() == 1
    assert len(shown(desk, nora)) == 1 and not ListingDue.objects.exists()


def test_a_name_that_a_message_changes_is_the_name_of_the_list(desk, nora, store, alice, message):
    queued(desk, alice)
    assert shown(desk, nora)[0].name == ALICE.names[0].full
    married = replace(ALICE, names=(HumanName(text="Alice Newname"),))
    store.patients.learn(alice, married, message)
    assert shown(desk, nora)[0].name == "Alice Newname"
    bob = store.patients.create(BOB, message)
    assert shown(desk, nora)[0].name == "Alice Newname"
    store.sameness.say(alice, bob, "same", who="u", why="one chart")
    assert shown(desk, nora)[0].name == desk.store.patients.labels([alice])[alice][0]
    assert shown(desk, nora)[0].name == BOB.names[0].full


def test_the_list_is_asked_for_in_so_many_questions_however_long_it_is(desk, nora, store, message):
    def questions() -> int:
        desk.work(nora, Sought())
        with CaptureQueriesContext(connection) as asked:
            assert desk.work(nora, Sought()).rows
        return len(asked)

    patients = [
        store.patients.create(Person(names=(HumanName(text=f"P {one}"),)), message) for one in range(60)
    ]
    queued(desk, patients[0], 1)
    few = questions()
    for number, one in enumerate(patients[1:], start=2):
        queued(desk, one, number)
    assert questions() == few


def test_a_long_list_is_turned_page_by_page_and_nothing_is_shown_twice(desk, nora, alice):
    made = [queued(desk, alice, number, due=NOW + timedelta(hours=number)) for number in range(1, 73)]
    found = desk.work(nora, Sought())
    assert (len(found.rows), found.total, found.pages) == (PAGE, 72, 2)
    both = [row.waiting.proposal for page in (1, 2) for row in desk.work(nora, Sought(page=page)).rows]
    assert both == [one.id for one in in_order(made)]
    assert desk.work(nora, Sought(page=9)).rows == ()


def test_hers_are_what_she_was_given_and_what_nobody_has_that_she_may_sign(desk, nora, osei, alice):
    his = queued(desk, alice, 1, document=a_physicians(proposal_for(alice)), released={})
    hers = queued(desk, alice, 2, released={})
    given = queued(desk, alice, 3, assigned_to=nora.user)
    other = queued(desk, alice, 4, assigned_to=osei.user)
    assert {one.proposal for one in shown(desk, nora, whose=Whose.MINE)} == {hers.id, given.id}
    assert {one.proposal for one in shown(desk, osei, whose=Whose.MINE)} == {his.id, hers.id, other.id}
    assert len(shown(desk, nora)) == 4


def test_a_list_is_narrowed_by_tier_kind_due_and_age_and_ordered_by_age_or_risk(desk, nora, alice):
    late = queued(desk, alice, 1, tier=Tier.NURSE, findings=(), due=NOW - timedelta(hours=1))
    old = queued(
        desk, alice, 2, tier=Tier.PHYSICIAN, created=NOW - timedelta(days=9), due=NOW + timedelta(days=9)
    )
    every = {late.id, old.id}

    def ids(**asked) -> list[str]:
        return [one.proposal for one in shown(desk, nora, **asked)]

    assert ids(tier=Tier.NURSE) == ids(overdue=True) == [late.id]
    assert ids(older_than_days=7) == [old.id] == ids(order=Order.AGE)[:1]
    assert set(ids(kind="care_plan")) == every and ids(kind="education") == []
    assert [one.risk(NOW) for one in shown(desk, nora, order=Order.RISK)] == sorted(
        (one.risk(NOW) for one in shown(desk, nora)), reverse=True
    )
    for risk in Risk:
        assert ids(risk=risk) == [one.proposal for one in shown(desk, nora) if one.risk(NOW) is risk]


def a_physicians(proposal: Proposal) -> Document:
    lines = tuple(replace(line, tier=Tier.PHYSICIAN) for line in proposal.document.statements)
    return replace(proposal.document, statements=lines)


def visit(message: Message, kind: str, ended: str, number: int):
    (entry,) = entries_of(message, 1)
    return replace(
        entry,
        id=f"{number:032x}",
        kind="Encounter",
        subject="patient",
        status="finished",
        effective=Period(when(ended), when(ended)),
        detail={"class": kind},
    )


@pytest.mark.parametrize(
    ("kind", "ended", "risk"),
    [
        ("inpatient", "2026-11-10", Risk.RAISED),
        ("inpatient", "2026-11-09", Risk.ROUTINE),
        ("emergency", "2026-11-17", Risk.RAISED),
        ("emergency", "2026-11-16", Risk.ROUTINE),
        ("ambulatory", "2026-11-23", Risk.ROUTINE),
    ],
)
def test_who_left_hospital_14_days_or_emergency_care_7_days_ago_is_looked_at_sooner(
    desk, nora, alice, message, kind, ended, risk
):
    queued(desk, alice, findings=(), due=NOW + timedelta(hours=9))
    assert shown(desk, nora)[0].risk(NOW) is Risk.ROUTINE
    desk.store.entries.add(alice, message, [visit(message, kind, ended, 7)], "1")
    desk.working.arrived(alice, [visit(message, kind, ended, 7)])
    assert shown(desk, nora)[0].risk(NOW) is risk


@pytest.mark.parametrize(("code", "negated"), [("4525004", False), ("32485007", False), ("4525004", True)])
def test_a_stay_or_an_emergency_that_its_source_tells_by_a_code_alone_is_looked_at_sooner_too(
    desk, nora, alice, message, code, negated
):
    queued(desk, alice, findings=(), due=NOW + timedelta(hours=9))
    told = replace(
        visit(message, "", "2026-11-20", 7), detail={}, codes=(Code(SNOMED, code),), negated=negated
    )
    desk.store.entries.add(alice, message, [told], "1")
    desk.working.arrived(alice, [told])
    assert shown(desk, nora)[0].risk(NOW) is (Risk.ROUTINE if negated else Risk.RAISED)


def test_a_stay_that_a_substance_use_programme_sent_tells_nobody_anything(desk, nora, alice, message):
    queued(desk, alice, findings=(), due=NOW + timedelta(hours=9))
    stay = visit(message, "inpatient", "2026-11-20", 7)
    stay = replace(stay, detail={**stay.detail, "part2": "Harbor Programme"})
    desk.store.entries.add(alice, message, [stay], "1")
    desk.working.arrived(alice, [stay])
    assert shown(desk, nora)[0].risk(NOW) is Risk.ROUTINE


def test_words_that_rest_on_a_substance_use_programmes_entries_are_closed_to_who_may_not_read_them(
    desk, nora, alice, message
):
    (entry,) = entries_of(message, 1)
    closed = replace(entry, detail={**entry.detail, "part2": "Harbor Programme"})
    made = proposal_for(alice)
    desk.store.proposals.add(made, {closed.id: closed})
    assert shown(desk, nora)[0].counted.why
    quinn = desk.store.users.reviewer("quinn")
    assert shown(desk, quinn)[0].counted.why == ""


def test_an_open_page_about_somebody_puts_what_waits_about_them_first_until_what_was_done_is_written(
    desk, nora, alice
):
    queued(desk, alice, findings=(), due=NOW + timedelta(hours=9))
    page = desk.paging.open("critical_result", "x", patient=alice, words="potassium critically high")
    assert shown(desk, nora)[0].risks(NOW) == {"urgent page": Risk.HIGH}
    assert len(shown(desk, nora, risk=Risk.HIGH)) == 1
    desk.paging.acknowledge(nora, page.id)
    assert shown(desk, nora)[0].risk(NOW) is Risk.HIGH
    desk.paging.finish(nora, page.id, "Called the patient")
    assert shown(desk, nora)[0].risk(NOW) is Risk.ROUTINE


def test_the_list_shows_exactly_the_patients_whom_access_lets_somebody_see(desk, nora, osei, store, message):
    people = [store.patients.create(Person(names=(HumanName(text=f"P {one}"),)), message) for one in range(8)]
    for number, one in enumerate(people, start=1):
        queued(desk, one, number)
    free, hers, his, left, both, opened, merged, into = people
    for patient, team in ((hers, "nora"), (his, "osei"), (left, "nora"), (both, "nora"), (both, "osei")):
        desk.access.join("operator", patient, team)
    desk.access.join("operator", left, "osei")
    desk.access.leave("operator", left, "nora")
    desk.access.join("operator", opened, "osei")
    desk.access.break_glass(nora, opened, "collapsed in the hall")
    desk.access.join("operator", into, "osei")
    store.sameness.say(merged, into, "same", who="u", why="one chart")
    for who in (nora, osei, store.users.reviewer("quinn")):
        seen = desk.access.seen(who, people)
        assert {one.patient for one in shown(desk, who)} == seen
        assert {row.waiting.patient for row in desk.queue(who)} == seen
        assert desk.work(who, Sought()).by_whose[Whose.ALL] == len(seen)
    assert {one.patient for one in shown(desk, nora)} == {free, hers, both, opened}
    assert {one.patient for one in shown(desk, nora, whose=Whose.TEAM)} == {hers, both}
    assert {one.patient for one in shown(desk, osei, whose=Whose.TEAM)} == {
        his,
        left,
        both,
        opened,
        merged,
        into,
    }


def test_which_rows_somebody_saw_is_in_the_audit_log_and_no_name(desk, nora, alice):
    made = queued(desk, alice)
    shown(desk, nora)
    event = AuditEvent.objects.filter(action="read", actor=nora.user).latest("at")
    assert event.what == f"queue {made.id}"


def test_who_may_see_no_patient_sees_no_list(desk):
    desk.store.users.create("ada", role="administrator")
    ada = desk.store.users.reviewer("ada")
    with pytest.raises(NotLicensed):
        desk.work(ada, Sought())
    with pytest.raises(NotLicensed):
        desk.queue(ada)
