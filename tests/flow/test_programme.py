"""The calendar of watching: one report a period, whoever asks and however often; missed weeks are made up; a list that was drawn stays."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.programme import ITEMS, StepKind, parsed, period_of, periods
from careloom.demo import AS_OF
from careloom.errors import InputError, NotApproved
from careloom.pipeline import Pipeline
from careloom.programme import Programme, auditing
from careloom.programme.quarterly import suggested
from careloom.programme.telling import as_ics, as_json
from careloom.settings import Settings
from careloom.store.models import ProgrammeStep
from tests.flow.samuel import SAMUEL, samuels_desk
from tests.flow.test_access import person
from tests.flow.test_turning import Clock

pytestmark = pytest.mark.django_db
# A Monday, 10:00 in New York.
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = NOW
    return made


@pytest.fixture
def empty(store, home, key, clock) -> Pipeline:
    home.mkdir(exist_ok=True)
    settings = Settings(home=home, encryption_key=key, model="none", zone="America/New_York")
    return pipelines.build(settings, clock=clock)


@pytest.fixture
def busy(home, clock) -> Iterator[Pipeline]:
    yield samuels_desk(home, clock)


def names(item: str, made: Programme, year: int = 2026) -> dict[str, str]:
    return {one.period.name: one.state for one in made.year(year) if one.period.item == item}


def test_periods_have_their_names_days_and_due_days() -> None:
    week = period_of("weekly", date(2027, 1, 1))
    assert (week.name, week.first, week.last) == ("2026-W53", date(2026, 12, 28), date(2027, 1, 3))
    assert period_of("monthly", date(2028, 2, 10)).last == date(2028, 2, 29)
    assert period_of("quarterly", date(2026, 12, 31)).name == "2026-Q4"
    assert period_of("yearly", date(2026, 5, 1)).due == date(2027, 2, 14)
    for item in ITEMS:
        every = list(periods(item, date(2025, 12, 20), date(2027, 2, 1)))
        assert all(one.last + timedelta(days=1) == after.first for one, after in pairwise(every))
        assert all(parsed(item, one.name) == one for one in every)
    assert parsed("weekly", "2026-W60") is None and parsed("monthly", "2026-13") is None
    assert parsed("nothing", "2026") is None


def test_one_report_a_week_and_missed_weeks_are_made_up_and_said_to_be_late(
    empty: Pipeline, clock: Clock
) -> None:
    made = Programme(empty)
    assert not made.owes() and made.keep_up("worker") == 0
    clock.now = NOW + timedelta(days=7)
    assert made.owes()
    assert made.keep_up("worker") == 1 and Programme(empty).keep_up("worker") == 0
    assert names("weekly", made)["2026-W48"] == "waiting"
    clock.now = NOW + timedelta(days=22)
    assert made.keep_up("worker") == 3  # two weeks and November
    late = {one.period.name: one.late for one in made.year(2026) if one.reports}
    assert late == {"2026-W48": False, "2026-W49": True, "2026-W50": False, "2026-11": False}
    assert names("weekly", made)["2026-W48"] == "overdue"
    alarms = {one.cause for one in empty.store.alarms.open()}
    assert "overdue:weekly:2026-W48" in alarms


def test_a_clock_set_back_makes_no_second_report_and_is_said(empty: Pipeline, clock: Clock) -> None:
    made = Programme(empty)
    made.keep_up("worker")
    clock.now = NOW + timedelta(days=14)
    made.keep_up("worker")
    before = ProgrammeStep.objects.filter(what="reported").count()
    clock.now = NOW + timedelta(days=7)
    assert made.keep_up("worker") == 0 and made.set_back() == NOW + timedelta(days=14)
    clock.now = NOW + timedelta(days=14)
    assert made.keep_up("worker") == 0 and made.set_back() is None
    assert ProgrammeStep.objects.filter(what="reported").count() == before == 3


def test_two_workers_at_once_keep_one_report(empty: Pipeline, clock: Clock) -> None:
    made, other = Programme(empty), Programme(empty)
    made.keep_up("worker")
    clock.now = NOW + timedelta(days=7)
    week = period_of("weekly", NOW.date())
    assert made._report("one", week, first=True) and not other._report("two", week, first=True)


def test_what_fails_is_said_with_an_alarm_and_made_the_next_day(
    empty: Pipeline, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Programme(empty)
    made.keep_up("worker")
    clock.now = NOW + timedelta(days=7)
    with monkeypatch.context() as broken:
        broken.setattr("careloom.programme.weekly.share", lambda _: 1 / 0)
        assert made.keep_up("worker") == 0
    assert names("weekly", made)["2026-W48"] == "failed"
    (alarm,) = empty.store.alarms.open()
    assert alarm.values["error"] == "ZeroDivisionError" and alarm.kind == "programme"
    assert made.keep_up("worker") == 1 and names("weekly", made)["2026-W48"] == "waiting"


def test_a_sample_of_zero_is_said_and_has_no_share(empty: Pipeline, clock: Clock) -> None:
    made = Programme(empty)
    made.keep_up("worker")
    clock.now = datetime(2026, 12, 2, 15, tzinfo=UTC)
    made.keep_up("worker")
    lead = person(empty, "lena", "quality_lead")
    (report,) = made.get(lead, "monthly", "2026-11").reports
    assert (report.body["frame"], report.body["sample"], report.body["read"]) == (0, 0, 0)
    assert report.body["accurate"] is None and report.body["correct"] is None and report.body["kappa"] is None


def test_a_month_is_drawn_by_a_committed_seed_read_by_others_and_published(
    busy: Pipeline, clock: Clock
) -> None:
    made, november = Programme(busy), period_of("monthly", NOW.date())
    made.keep_up("worker")
    committed = made.auditing._newest(november, StepKind.COMMITTED)
    assert committed is not None
    plans = drafts(busy, 3)
    osei = busy.store.users.reviewer("osei")
    busy.decide(osei, plans[0].id, Action.REJECT, reason="Not this patient's drugs")
    clock.now = datetime(2026, 12, 1, 15, tzinfo=UTC)
    made.keep_up("worker")
    sample = made.auditing._newest(november, StepKind.DRAWN).body
    assert sample["committed_before"] and auditing.hash_of(sample["seed"]) == committed.body["hash"]
    assert sorted(one["id"] for one in sample["sample"]) == sorted(one.id for one in plans)
    assert names("monthly", made)["2026-11"] == "reading"
    reader = person(busy, "phil", "pharmacist")
    assert plans[0].id not in made.auditing.waiting(osei, november)
    with pytest.raises(NotApproved):
        made.auditing.document(osei, november, plans[0].id)
    with pytest.raises(InputError, match="of each line"):
        made.auditing.read(reader, november, plans[0].id, {}, {})
    for one in plans:
        read(made, reader, one, "wrong" if one is plans[0] else "correct")
    twice = next(one["id"] for one in sample["sample"] if one["twice"])
    third = person(busy, "pia", "pharmacist")
    assert made.auditing.waiting(third, november) == [twice] and made.auditing.waiting(reader, november) == []
    read(made, third, next(one for one in plans if one.id == twice), "correct")
    assert made.keep_up("worker") >= 1
    (report,) = made.get(person(busy, "lena", "quality_lead"), "monthly", "2026-11").reports
    told = report.body["accurate"]
    assert (told["hits"], told["number"], told["of"]) == (2, 3, 3) and told["low"] == told["high"]
    assert report.body["drawn_again"] and report.body["unread"] == [] and report.body["kappa"] is not None


def test_a_week_names_what_was_revised_and_one_click_makes_a_failure_of_it(
    busy: Pipeline, clock: Clock
) -> None:
    made = Programme(busy)
    made.keep_up("worker")
    (plan,) = drafts(busy, 1)
    busy.decide(busy.store.users.reviewer("osei"), plan.id, Action.REJECT, reason="Not this patient's drugs")
    clock.now = NOW + timedelta(days=7)
    made.keep_up("worker")
    lead = person(busy, "lena", "quality_lead")
    body = made.get(lead, "weekly", "2026-W48").reports[0].body
    assert (body["decided"], body["substantial"], body["sent_back"]) == (1, 1, 1)
    assert any(one["by"] == "reason" and one["drafts"] == 1 for one in body["groups"])
    assert ["reason", "reject"] in body["said"][plan.id]["common"]
    before = busy.store.failures.number()
    case = made.make_case(lead, "2026-W48", plan.id)
    assert made.make_case(lead, "2026-W48", plan.id) == case and busy.store.failures.number() == before + 1
    with pytest.raises(InputError, match="no such draft"):
        made.make_case(lead, "2026-W48", "0" * 32)
    with pytest.raises(InputError, match="what follows"):
        made.finish(lead, "weekly", "2026-W48", " ")
    made.finish(lead, "weekly", "2026-W48", "One draft; the rule is drafted")
    assert names("weekly", made)["2026-W48"] == "done"
    made.anew(lead, "weekly", "2026-W48")
    assert [one.body["version"] for one in made.get(lead, "weekly", "2026-W48").reports] == [1, 2]


def test_a_quarter_asks_for_a_decision_and_a_year_shows_its_evidence(busy: Pipeline, clock: Clock) -> None:
    made = Programme(busy)
    made.keep_up("worker")
    busy.store.audit.note("operator", "restore drill", why="An invented drill")
    clock.now = datetime(2027, 1, 4, 15, tzinfo=UTC)
    made.keep_up("worker")
    lead = person(busy, "lena", "quality_lead")
    assert made.get(lead, "quarterly", "2026-Q4").reports[0].body["suggested"] == "more_data"
    with pytest.raises(InputError, match="train"):
        made.finish(lead, "quarterly", "2026-Q4", "No change")
    made.finish(lead, "quarterly", "2026-Q4", "Too few drafts to say", "more_data")
    questions = {one["key"]: one for one in made.get(lead, "yearly", "2026").reports[0].body["questions"]}
    assert questions["audit"]["well"] is True and questions["backup"]["well"] is False
    held = questions["training"]  # nobody is asked for it here, and nobody has it: that is no "well"
    assert (
        held["well"] is None
        and held["found"]["accounts"] > 0 == held["found"]["hold"] == held["found"]["must"]
    )
    assert questions["backup"]["found"] == {"backups": 0, "restores": 1, "recovery_key": False}
    assert questions["transport"]["found"]["behind_tls"] is False
    attached = made.get(lead, "yearly", "2026").reports[0].body["pack"]
    (kept,) = busy.complying.packs(lead)
    assert (attached["id"], attached["sha256"], attached["counts"]) == (kept.id, kept.sha256, kept.counts)
    assert attached["red"] > 0 and "45 CFR 164.308(a)(7)(ii)(A) Data backup plan" in attached["not_met"]
    quarter = made.get(lead, "quarterly", "2026-Q4").reports[0].body
    assert quarter["equity"]["groups"] == [] and quarter["equity"]["compared"] == []
    (pressure,) = [one for one in quarter["outcomes"]["rows"] if one["name"] == "systolic"]
    assert pressure["patients"] is None and pressure["value"] is None  # of fewer than eleven nothing is told
    with pytest.raises(InputError, match="no such period"):
        made.get(lead, "weekly", "2025-W01")


def test_the_due_days_are_an_icalendar_file_that_adds_nothing_when_it_is_read_again(empty: Pipeline) -> None:
    made = Programme(empty)
    made.keep_up("worker")
    every = made.year(2026)
    owners = made.owners({})
    told = as_ics(every, owners, NOW).decode()
    lines = told.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(one.encode()) <= 75 for one in lines)
    whole = told.replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT") == len(every) == len(set(re.findall(r"UID:(\S+)", whole)))
    assert "UID:weekly-2026-W48@careloom" in whole and "DTSTART;VALUE=DATE:20261202" in whole
    assert "owner: quality_lead\\; coming" in whole
    (week,) = [one for one in as_json(2026, every, owners)["periods"] if one["period"] == "2026-W48"]
    assert (week["due"], week["owner"], week["reports"], week["done"]) == (
        "2026-12-02",
        "quality_lead",
        0,
        None,
    )


def test_the_suggestion_follows_the_stated_rule() -> None:
    assert suggested(29, {"model": 5}) == suggested(100, {}) == "more_data"
    assert suggested(30, {"model": 2, "wording": 1, "rule": 2}) == "retrain"
    assert suggested(30, {"model": 1, "source": 1}) == "keep"


def drafts(desk: Pipeline, number: int) -> list[Proposal]:
    who = desk.find(SAMUEL)
    return [
        desk.propose("test", who, as_of=AS_OF - timedelta(days=day), model="none") for day in range(number)
    ]


def read(made: Programme, reader: Reviewer, plan: Proposal, said: str) -> None:
    lines = {one.id: (said, "" if said == "correct" else "high") for one in plan.document.statements}
    made.auditing.read(reader, period_of("monthly", NOW.date()), plan.id, lines, {})
