"""A nurse's panel: who must be acted on comes first, each with why now; nothing of a programme, nothing of others' patients."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Reviewer
from careloom.care.hours import Calendar, calendar
from careloom.care.panel import PAGE, Because, contact_by
from careloom.demo import AS_OF, HERE
from careloom.errors import NotLicensed
from careloom.pipeline import Pipeline
from careloom.store.clock import now
from tests.connect.made import Resource, coded
from tests.flow.panels import clashing, days_ago, potassium, stay, the_line, why
from tests.flow.samuel import SAMUEL
from tests.flow.test_access import person
from tests.flow.test_deciding import every
from tests.record.sources import condition, icd, of

pytestmark = pytest.mark.django_db


def test_a_discharge_an_admission_and_an_emergency_stand_first_with_their_source(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    quiet = arrives(condition(icd("E11.9", "Type 2 diabetes")), who=1)
    home_again = arrives(stay(4, 0.5), who=2, source="harbor")
    inside = arrives(stay(1), who=3)
    hurt = arrives(stay(0.4, 0.3, "EMER"), who=4)
    lines = pipeline.panels.panel(rosa).lines
    assert [line.patient for line in lines] == [hurt, home_again, inside, quiet]
    assert why(pipeline, rosa, hurt) == [Because.EMERGENCY]
    assert why(pipeline, rosa, inside) == [Because.ADMITTED]
    assert why(pipeline, rosa, quiet) == []
    discharged, call = the_line(pipeline, rosa, home_again).reasons
    assert (discharged.because, discharged.source) == (Because.DISCHARGED, "harbor")
    assert (call.because, call.due) == (
        Because.CALL,
        contact_by((now() - timedelta(days=0.5)).date(), pipeline.calendar),
    )


@pytest.mark.parametrize(
    "visit",
    [
        stay(40, 35),
        stay(1, status="planned"),
        stay(1, status="cancelled"),
        stay(1, 0.9, "AMB"),
        {**stay(-3), "status": "in-progress"},
    ],
    ids=["long ago", "planned", "called off", "ambulatory", "not yet"],
)
def test_what_is_no_news_is_none(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str], visit: Resource
) -> None:
    assert why(pipeline, rosa, arrives(visit)) == []


def test_one_stay_told_by_two_sources_is_one(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    who = arrives(stay(3), source="harbor")
    arrives(stay(3, 1), source="mercy")
    reasons = the_line(pipeline, rosa, who).reasons
    assert [one.because for one in reasons] == [Because.DISCHARGED, Because.CALL]
    assert reasons[0].number == 1


@pytest.mark.parametrize(
    "whither", ["Expired", "Skilled nursing facility", "Hospice - home", "Transfer to another hospital"]
)
def test_nobody_is_called_who_went_to_no_home(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str], whither: str
) -> None:
    stays = stay(3, 1, hospitalization={"dischargeDisposition": {"text": whither}})
    assert why(pipeline, rosa, arrives(stays)) == [Because.DISCHARGED]


def test_the_call_stays_due_after_she_looked_and_until_a_contact_is_documented(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    who = arrives(stay(5, 1))
    pipeline.looking.look(rosa, pipeline.record(rosa, who))
    assert why(pipeline, rosa, who) == [Because.CALL]
    late = replace(pipeline, clock=lambda: now() + timedelta(days=6))
    (call,) = the_line(late, rosa, who).reasons
    assert call.late
    call = {
        "day": f"{pipeline.today}",
        "way": "phone",
        "agreed": f"call again; nurse; {pipeline.today + timedelta(days=2)}",
    }
    pipeline.draft(rosa, who, kind="visit_note", given={**call, "reached": "message_left"})
    assert Because.CALL in why(pipeline, rosa, who), "a message is no contact"
    told = {"reached": "reached", "whom": "patient", "reported": "She is well."}
    pipeline.draft(rosa, who, kind="visit_note", given={**call, **told})
    assert Because.CALL not in why(pipeline, rosa, who)


@pytest.mark.parametrize(
    ("discharged", "by"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday
    ],
)
def test_two_business_days_are_counted_from_the_day_after(discharged: date, by: date) -> None:
    assert contact_by(discharged, Calendar(ZoneInfo("America/New_York"))) == by


# Closed on Fridays, open on Saturdays; Thanksgiving is a holiday.
CLINIC = """
mon = "08:00-17:00"
tue = "08:00-17:00"
wed = "08:00-17:00"
thu = "08:00-17:00"
sat = "08:00-12:00"
holidays = [2026-11-26]
"""


@pytest.mark.parametrize(
    ("discharged", "by"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday: Tuesday, Wednesday
        (
            date(2026, 11, 24),
            date(2026, 11, 25),
        ),  # Tuesday: Wednesday, Friday, on which nobody works, nor on Thursday
        (date(2026, 11, 25), date(2026, 11, 30)),  # Wednesday: Friday, Monday
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday: Saturday is no business day, though somebody works
        (date(2026, 12, 2), date(2026, 12, 3)),  # Wednesday: Thursday, Friday, on which nobody works
        (date(2026, 12, 3), date(2026, 12, 7)),  # Thursday: Friday, Monday
    ],
)
def test_the_call_is_due_on_a_day_on_which_somebody_here_works_and_no_holiday_counts(
    discharged: date, by: date
) -> None:
    assert contact_by(discharged, calendar(CLINIC, "America/New_York")) == by


def test_the_next_try_is_on_the_next_day_on_which_somebody_here_works() -> None:
    here, around = calendar(CLINIC, "America/New_York"), Calendar(ZoneInfo("America/New_York"))
    wednesday = date(2026, 11, 25)
    assert here.next_day(wednesday) == date(2026, 11, 28) and here.next_day(date(2026, 11, 28)) == date(
        2026, 11, 30
    )
    assert around.next_day(wednesday) == date(2026, 11, 26) and around.next_day(date(2026, 11, 27)) == date(
        2026, 11, 30
    )


def test_the_panel_counts_by_the_sites_own_calendar(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "hours.toml").write_text(
        'holidays = [2026-11-26]\nmon = "08:00-17:00"\ntue = "08:00-17:00"\nfri = "08:00-17:00"\n'
    )
    built = pipelines.build(replace(settings.read(), home=home, model="none"))
    assert built.panels.calendar() is built.calendar
    assert contact_by(date(2026, 11, 24), built.panels.calendar()) == date(2026, 11, 27)


def test_a_critical_result_is_first_and_says_who_took_it(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    arrives(stay(1, 0.5, "EMER"), who=2)
    sick = arrives(potassium("6.9"))
    assert pipeline.panels.panel(rosa).lines[0].patient == sick
    assert why(pipeline, rosa, sick) == [Because.URGENT]
    (page,) = pipeline.store.pages.waiting()
    ned = person(pipeline, "ned", "registered_nurse")
    pipeline.paging.acknowledge(ned, page.id)
    pipeline.looking.look(rosa, pipeline.record(rosa, sick))
    assert pipeline.panels.panel(rosa).lines[0].patient == sick
    (taken,) = the_line(pipeline, rosa, sick).reasons
    assert (taken.because, taken.by) == (Because.TAKEN, ned.user)
    pipeline.paging.finish(ned, page.id, "Sent to the emergency department")
    assert why(pipeline, rosa, sick) == []


def test_signed_activities_drafts_and_referrals_are_reasons(
    pipeline: Pipeline, arrives: Callable[..., str]
) -> None:
    osei = person(pipeline, "osei", "physician")
    pipeline.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    samuel = pipeline.find(SAMUEL)
    plan = pipeline.propose("test", samuel, as_of=AS_OF, model="none")
    assert why(pipeline, osei, samuel) == [Because.DRAFT]
    pipeline.decide(osei, plan.id, Action.APPROVE, opened=every(plan))
    years = replace(pipeline, clock=lambda: now() + timedelta(days=700))
    overdue = next(one for one in the_line(years, osei, samuel).reasons if one.because is Because.OVERDUE)
    assert overdue.reference == plan.id and overdue.words and overdue.number > 1
    referral = of(
        "ServiceRequest",
        id="s1",
        status="active",
        intent="order",
        authoredOn=days_ago(90)[:10],
        code={"text": "Referral to nephrology"},
    )
    lab = {**referral, "id": "s2", "code": coded("2823-3", "Potassium")}
    done = {**referral, "id": "s3", "status": "completed"}
    who = arrives(referral, lab, done)
    (open_one,) = the_line(pipeline, osei, who).reasons
    assert (open_one.because, open_one.words, open_one.number) == (
        Because.REFERRAL,
        "Referral to nephrology",
        1,
    )


def test_her_care_teams_patients_are_hers_and_others_are_not_told_of(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    hers, others = arrives(stay(1), who=1), arrives(stay(1), who=2)
    ned = person(pipeline, "ned", "registered_nurse")
    assert pipeline.panels.panel(rosa).whose == "all"
    pipeline.access.join(rosa, hers, "rosa")
    pipeline.access.join(ned, others, "ned")
    panel = pipeline.panels.panel(rosa)
    assert (panel.whose, [line.patient for line in panel.lines]) == ("team", [hers])
    assert panel.counts == {Because.ADMITTED: 1}
    mo = person(pipeline, "mo", "medical_assistant")
    assert pipeline.panels.panel(mo).lines == ()
    with pytest.raises(NotLicensed):
        pipeline.panels.panel(person(pipeline, "adam", "administrator"))


def test_without_a_team_it_is_everybody_whoever_she_looked_at(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    looked, sick = arrives(stay(1), who=1), arrives(potassium("6.9"), who=2)
    other = arrives(stay(1), who=3)
    pipeline.looking.look(rosa, pipeline.record(rosa, looked))
    panel = pipeline.panels.panel(rosa)
    assert (panel.whose, panel.lines[0].patient) == ("all", sick)
    assert {line.patient for line in panel.lines} == {sick, looked, other}


def test_where_the_panel_ends_who_has_something_for_her_is_on_it(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careloom.pipeline.panels.MOST", 2)
    for number in (1, 2):
        arrives(condition(icd("E11.9", "Type 2 diabetes")), who=number)
    hers, looked = (arrives(condition(icd("E11.9", "Type 2 diabetes")), who=number) for number in (3, 4))
    pipeline.propose("operator", hers)
    pipeline.looking.look(rosa, pipeline.record(rosa, looked))
    panel = pipeline.panels.panel(rosa)
    assert ({line.patient for line in panel.lines}, panel.more) == ({hers, looked}, 2)


def test_what_came_since_she_looked_is_counted_by_kind(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    who = arrives(condition(icd("E11.9", "Type 2 diabetes")))
    assert the_line(pipeline, rosa, who).new == {}
    pipeline.looking.look(rosa, pipeline.record(rosa, who))
    arrives(potassium("4.1"), condition(icd("I10", "Hypertension")), source="lab")
    assert {kind: n for kind, n in the_line(pipeline, rosa, who).new.items() if kind != "Patient"} == {
        "Observation": 1,
        "Condition": 1,
    }


def test_nothing_of_a_programme_is_told(home: Path, pipeline: Pipeline, arrives: Callable[..., str]) -> None:
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    site = replace(pipeline)
    osei = person(site, "osei", "physician")
    who = arrives(condition(icd("E11.9", "Type 2 diabetes")))
    site.looking.look(osei, site.record(osei, who))
    arrives(stay(2, 1), condition(icd("F11.20", "Opioid dependence")), source="lighthouse")
    line = the_line(site, osei, who)
    assert line.reasons == () and line.new == {}


def test_the_number_of_queries_does_not_grow_with_the_patients(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            pipeline.panels.panel(rosa)
        return len(found)

    for number in range(3):
        arrives(stay(2, 1), potassium("6.9"), *clashing(), who=number)
    pipeline.standing.keep_up()
    pipeline.panels.panel(rosa)
    few = asked()
    for number in range(3, PAGE + 2):
        arrives(stay(2, 1), potassium("6.9"), *clashing(), who=number)
    pipeline.standing.keep_up()
    pipeline.panels.panel(rosa)
    assert asked() == few
    panel = pipeline.panels.panel(rosa, 2)
    assert (panel.total, panel.pages, len(panel.lines)) == (PAGE + 2, 2, 2)
