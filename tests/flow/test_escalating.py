"""Nothing waits for ever unseen: people are told of what waits and what is overdue, and then somebody else is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest

from careloom import draft
from careloom import pipeline as pipelines
from careloom.care.document import Action, Tier
from careloom.care.notices import LETTERS, SUBJECTS, WORDS, Notice, NoticeKind
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.review.queue import due_at
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.models import EscalationStep, StoredNotice
from careloom.store.users import Licence
from tests.flow.test_turning import Clock
from tests.store.conftest import put
from tests.store.people import ALICE, proposal_for

# A Tuesday, 09:00 in New York.
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HOURS = """
mon = "08:00-12:00, 13:00-17:00"
tue = "08:00-12:00, 13:00-17:00"
wed = "08:00-12:00, 13:00-17:00"
thu = "08:00-12:00, 13:00-17:00"
fri = "08:00-12:00"
holidays = [2026-11-26]
"""


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = NOW
    return made


def site(store: Store, home, key, clock, **more) -> Pipeline:
    home.mkdir(exist_ok=True)
    (home / "hours.toml").write_text(HOURS)
    for name, role in (("nora", "registered_nurse"), ("ned", "registered_nurse"), ("osei", "physician"), ("quinn", "quality_lead")):  # fmt: skip
        store.users.create(name, role=role, name=name.title(), licence=Licence("MA", "X1", date(2031, 6, 30)))
    settings = Settings(home=home, encryption_key=key, model="none", zone="America/New_York", **more)
    return pipelines.build(settings, clock=clock)


@pytest.fixture
def desk(store: Store, home, key, clock) -> Pipeline:
    return site(store, home, key, clock)


@pytest.fixture
def alice(desk: Pipeline) -> str:
    return desk.store.patients.create(ALICE, put(desk.store))


def waits(desk: Pipeline, patient: str, number: int = 1, **changed):
    made = replace(
        proposal_for(patient, number=number), assigned_to=None, released={}, created=NOW - timedelta(hours=1)
    )
    made = replace(made, **({"due": NOW + timedelta(hours=1)} | changed))
    desk.store.proposals.add(made, {})
    return made


def told(desk: Pipeline, name: str) -> list[tuple[NoticeKind, int]]:
    user = desk.store.users.reviewer(name).user
    return [(one.kind, one.number) for one in reversed(desk.store.notices.of(user))]


def test_what_is_not_decided_in_time_goes_from_a_reminder_back_to_everybody_and_to_the_lead(
    desk, alice, clock
):
    plan = waits(desk, alice)
    desk.turning.claim(desk.store.users.reviewer("nora"), plan.id)
    desk.escalating.run()
    assert told(desk, "nora") == [(NoticeKind.DAILY, 1)] and told(desk, "ned") == []
    clock.now = NOW + timedelta(hours=1)
    desk.escalating.run()
    assert told(desk, "nora")[-1] == (NoticeKind.OVERDUE, 1) and told(desk, "ned") == []
    clock.now = NOW + timedelta(hours=6)  # 10:00 to 15:00 with an hour for lunch
    desk.escalating.run()
    assert told(desk, "ned") == [(NoticeKind.POOL, 1)] and told(desk, "quinn") == []
    assert desk.store.proposals.get(plan.id).assigned_to is None
    clock.now = NOW + timedelta(days=1, hours=1)
    desk.escalating.run()
    assert told(desk, "quinn") == [(NoticeKind.LEAD, 1)]
    assert [turn.what for turn in desk.store.turns.of(plan.id)] == ["claim", "pool"]


def test_what_somebody_who_is_away_was_given_goes_to_her_cover(desk, alice, clock):
    nora, ned = desk.store.users.reviewer("nora"), desk.store.users.reviewer("ned")
    plan = waits(desk, alice, due=NOW)
    desk.turning.claim(nora, plan.id)
    desk.turning.away(nora, "nora", "ned", date(2026, 11, 24), date(2026, 11, 30))
    desk.escalating.run()
    assert told(desk, "ned") == [(NoticeKind.OVERDUE, 1)]
    clock.now = NOW + timedelta(hours=5)
    desk.escalating.run()
    assert desk.store.proposals.get(plan.id).assigned_to == ned.user
    assert told(desk, "ned")[-1] == (NoticeKind.POOL, 1)


def test_what_her_cover_may_not_see_or_decide_on_goes_back_to_everybody_who_may(desk, alice, clock):
    nora = desk.store.users.reviewer("nora")
    desk.access.join("operator", alice, "nora")
    desk.access.join("operator", alice, "osei")
    plan = waits(desk, alice, due=NOW)
    desk.turning.claim(nora, plan.id)
    desk.turning.away(nora, "nora", "ned", date(2026, 11, 24), date(2026, 11, 30))
    desk.escalating.run()
    clock.now = NOW + timedelta(hours=5)
    desk.escalating.run()
    assert desk.store.proposals.get(plan.id).assigned_to is None
    assert told(desk, "ned") == [] and told(desk, "osei") == [(NoticeKind.POOL, 1)]


def test_each_step_is_told_once_however_often_and_by_however_many_it_is_run(desk, alice, clock):
    for number in (1, 2, 3):
        waits(desk, alice, number, due=NOW)
    other = pipelines.build(desk.settings, clock=clock)
    assert desk.escalating.run() == 3
    assert [other.escalating.run(), desk.escalating.run()] == [0, 0]
    assert told(desk, "nora") == [(NoticeKind.OVERDUE, 3)]
    assert EscalationStep.objects.count() == 3


def test_two_processes_at_the_same_moment_tell_a_step_once(desk, alice):
    waits(desk, alice, due=NOW)
    desk.working.keep_up()
    steps = list(desk.escalating._steps(desk.escalating.here()))
    desk.escalating._tell(steps, desk.escalating.here())
    desk.escalating._tell(steps, desk.escalating.here())
    assert told(desk, "nora") == [(NoticeKind.OVERDUE, 1)]


def test_nobody_is_told_at_night_at_lunch_on_a_holiday_or_at_the_weekend(desk, alice, clock):
    waits(desk, alice, due=NOW)
    for at in (
        datetime(2026, 11, 25, 3, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 17, 30, tzinfo=UTC),
        datetime(2026, 11, 26, 15, 0, tzinfo=UTC),
        datetime(2026, 11, 28, 15, 0, tzinfo=UTC),
    ):
        clock.now = at
        assert desk.escalating.run() == 0
    assert StoredNotice.objects.count() == 0


def test_for_two_weeks_everything_that_waits_of_every_kind_is_told_to_somebody_each_working_day(
    desk, alice, clock
):
    made = {}
    for number, kind in enumerate(draft.KINDS, start=1):
        document = replace(proposal_for(alice).document, kind=kind)
        due = {0: None, 1: NOW + timedelta(days=20), 2: NOW}[number % 3]
        made[waits(desk, alice, number, document=document, due=due, tier=Tier(number % 3)).id] = kind
    days, steps = 0, {}
    for hour in range(24 * 14):
        clock.now = NOW + timedelta(hours=hour)
        desk.escalating.run()
    for step in EscalationStep.objects.all():
        day = step.at.astimezone(ZoneInfo("America/New_York")).date()
        steps.setdefault(day, set()).add(step.proposal_id.hex)
    for number in range(14):
        day = date(2026, 11, 24) + timedelta(days=number)
        if desk.calendar.works_on(day):
            days += 1
            assert steps[day] == made.keys(), day
        else:
            assert day not in steps
    assert days == 9
    heard = {
        (one.user, one.at.astimezone(ZoneInfo("America/New_York")).date())
        for one in StoredNotice.objects.all()
    }
    assert {day for _, day in heard} == steps.keys()


def test_what_nobody_here_may_decide_is_told_to_the_lead(desk, clock, alice):
    waits(desk, alice, due=NOW)
    for name in ("nora", "ned", "osei"):
        desk.store.users.activate(name, False)
    desk.escalating.run()
    assert told(desk, "quinn") == [(NoticeKind.OVERDUE, 1)]


def test_what_is_decided_is_told_no_more(desk, alice, clock):
    plan = waits(desk, alice, due=NOW)
    desk.escalating.run()
    desk.decide(desk.store.users.reviewer("nora"), plan.id, Action.RETURN, reason="a duplicate")
    clock.now = NOW + timedelta(days=1)
    assert desk.escalating.run() == 0


def test_a_record_opened_in_an_emergency_is_told_to_the_lead_next_morning_until_somebody_looked(
    desk, alice, clock
):
    desk.access.join("operator", alice, "ned")
    desk.access.break_glass(desk.store.users.reviewer("nora"), alice, "she fell at home")
    desk.escalating.run()
    assert told(desk, "quinn") == []
    clock.now = NOW + timedelta(days=1)
    for _ in range(2):
        desk.escalating.run()
    assert told(desk, "quinn") == [(NoticeKind.EMERGENCY, 1)] and told(desk, "nora") == []
    (glass,) = desk.store.teams.unreported(clock.now)
    desk.access.look_at(desk.store.users.reviewer("quinn"), glass.id)
    clock.now = NOW + timedelta(days=3)
    desk.escalating.run()
    assert told(desk, "quinn") == [(NoticeKind.EMERGENCY, 1)]


def test_a_letter_tells_a_number_and_no_word_of_a_patient_and_goes_out_once(store, home, key, clock):
    desk = site(store, home, key, clock, notice_people="nora <nora@clinic.example>")
    alice = desk.store.patients.create(ALICE, put(desk.store))
    plan = waits(desk, alice, due=NOW)
    for _ in range(2):
        desk.escalating.run()
    (letter,) = (home / "outbox").rglob("*.eml")
    read = message_from_bytes(letter.read_bytes())
    words = read.get_payload(decode=True).decode()
    assert read["To"] == "nora@clinic.example" and "1 document of yours is overdue." in words
    whole = letter.read_text()
    for secret in (ALICE.names[0].family, ALICE.birth_date, plan.id, alice, plan.document.statements[0].text):
        assert secret not in whole


def test_noras_letter_is_in_the_language_that_she_chose_and_neds_in_the_sites(store, home, key, clock):
    people = "nora <nora@clinic.example>; ned <ned@clinic.example>"
    desk = site(store, home, key, clock, notice_people=people, language="en")
    nora = next(one for one in store.users.accounts() if one.username == "nora")
    store.users.set_language(nora.id, "es")
    alice = desk.store.patients.create(ALICE, put(desk.store))
    waits(desk, alice, due=NOW)
    desk.escalating.run()
    letters = [message_from_bytes(one.read_bytes()) for one in (home / "outbox").rglob("*.eml")]
    said = {one["To"]: (one["Subject"], one.get_payload(decode=True).decode()) for one in letters}
    subject, words = said["nora@clinic.example"]
    assert subject == "Careloom: hay trabajo pendiente"
    assert "1 documento suyo está vencido." in words and "overdue" not in words
    assert said["ned@clinic.example"][0] == "Careloom: work waits"
    assert "1 document of yours is overdue." in said["ned@clinic.example"][1]


@pytest.mark.parametrize("number", [1, 4])
def test_each_notice_has_its_words_in_both_languages_and_none_names_anybody(number):
    for kind in NoticeKind:
        notice = Notice("n", "u", kind, number, NOW)
        said = {language: notice.words(language) for language in WORDS}
        assert set(said) == {"en", "es"} == set(LETTERS) == set(SUBJECTS)
        assert said["en"] != said["es"] and all(str(number) in one for one in said.values())


def test_without_a_calendar_hours_are_counted_around_the_clock_as_before(store, home, key, clock):
    desk = pipelines.build(Settings(home=home, encryption_key=key, model="none"), clock=clock)
    assert desk.calendar.later(NOW, 48) == NOW + timedelta(hours=48)
    assert desk.calendar.is_open(datetime(2026, 11, 28, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("hours", "then"),
    [
        (1, "2026-11-24T10:00"),
        (3, "2026-11-24T12:00"),
        (4, "2026-11-24T14:00"),
        (8, "2026-11-25T09:00"),
        (16, "2026-11-27T09:00"),  # Thursday is a holiday
        (20, "2026-11-30T09:00"),  # and Friday ends at noon
    ],
)
def test_working_hours_are_counted_over_lunch_nights_a_holiday_and_a_weekend(desk, hours, then):
    zone = ZoneInfo("America/New_York")
    assert desk.calendar.later(NOW, hours) == datetime.fromisoformat(then).replace(tzinfo=zone)


@pytest.mark.parametrize(
    "text",
    [
        "mon = ",
        'mon = "8-17"',
        'mon = "17:00-08:00"',
        'mon = "08:00-12:00, 11:00-13:00"',
        'monday = "08:00-12:00"',
        'holidays = ["Christmas"]',
        'mon = "08:00-12:00"\nzone = "Mars/Base"',
        "",
    ],
)
def test_a_calendar_that_does_not_fit_is_refused(store, home, key, clock, text):
    home.mkdir()
    (home / "hours.toml").write_text(text)
    desk = pipelines.build(Settings(home=home, encryption_key=key, model="none"), clock=clock)
    with pytest.raises(ConfigError):
        _ = desk.calendar


def test_a_high_finding_or_a_stay_in_hospital_makes_a_document_due_earlier_where_the_site_says_so() -> None:
    at = {"nurse_hours": 24, "physician_hours": 48}
    assert due_at(Tier.PHYSICIAN, NOW, **at, at_most=4) == NOW + timedelta(hours=4)
    assert due_at(Tier.NURSE, NOW, **at, at_most=40) == NOW + timedelta(hours=24)
    assert due_at(Tier.PHYSICIAN, NOW, **at) == NOW + timedelta(hours=48)


def test_a_physician_is_told_each_working_day_of_what_she_is_asked_to_settle_and_a_lead_of_what_waits_long(
    desk: Pipeline, alice: str, clock: Clock
) -> None:
    osei, nora, quinn = (desk.store.users.reviewer(one).user for one in ("osei", "nora", "quinn"))
    desk.store.rulings.ask(alice, "e", "lisinopril", "", who=nora, whom=osei, at=clock.now)
    desk.escalating.run()
    desk.escalating.run()
    assert [one.kind for one in desk.store.notices.of(osei)] == [NoticeKind.QUESTION]
    assert desk.store.notices.of(quinn) == ()
    # The day after tomorrow but one is a working day again: the 26th is a holiday.
    clock.now += timedelta(days=6)
    desk.escalating.run()
    assert [one.kind for one in desk.store.notices.of(osei)] == [NoticeKind.QUESTION] * 2
    assert [one.words("en") for one in desk.store.notices.of(quinn)] == [
        "1 question of what sources disagree on waits too long for a physician."
    ]
