"""An alarm is told to whoever answers for it, stands once a cause, goes to the lead where nobody takes it, and ends with a note."""

from datetime import date, timedelta
from email import message_from_bytes

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Reviewer, Severity
from careloom.care.notices import NoticeKind
from careloom.errors import ConfigError, DeliveryError, InputError, NotLicensed
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.models import AuditEvent, StoredAlarm
from careloom.store.users import Licence
from tests.flow.test_escalating import HOURS, NOW
from tests.flow.test_turning import Clock

pytestmark = pytest.mark.django_db
WORDS = "{field} of {source} is filled in less often than before"
SAID = {"field": "result", "source": "mercy"}


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = NOW
    return made


def site(store: Store, home, key, clock, **more) -> Pipeline:
    home.mkdir(exist_ok=True)
    (home / "hours.toml").write_text(HOURS)
    for name, role in (("nora", "registered_nurse"), ("osei", "physician"), ("quinn", "quality_lead"), ("ada", "administrator")):  # fmt: skip
        licence = Licence("MA", "X1", date(2031, 6, 30))
        store.users.create(name, role=role, name=name.title(), licence=licence)
    settings = Settings(home=home, encryption_key=key, model="none", zone="America/New_York", **more)
    return pipelines.build(settings, clock=clock)


@pytest.fixture
def desk(store: Store, home, key, clock) -> Pipeline:
    return site(store, home, key, clock)


def who(desk: Pipeline, name: str) -> Reviewer:
    return desk.store.users.reviewer(name)


def told(desk: Pipeline, name: str) -> int:
    of = desk.store.notices.of(who(desk, name).user)
    return sum(one.kind is NoticeKind.ALARM for one in of)


def raised(desk: Pipeline, evidence: str = "2026-W47", **more):
    return desk.alarming.raise_alarm(
        "data", "completeness:mercy:result", WORDS, values=SAID, evidence=evidence, **more
    )


def test_a_standing_alarm_is_raised_once_and_a_quietened_one_comes_again_on_new_evidence_alone(
    desk: Pipeline,
) -> None:
    first = raised(desk)
    assert first.fresh and told(desk, "ada") == 1 and told(desk, "quinn") == 0
    assert not raised(desk).fresh and raised(desk, "2026-W48").id == first.id
    assert told(desk, "ada") == 1
    ada = who(desk, "ada")
    with pytest.raises(InputError, match="what was found"):
        desk.alarming.end(ada, first.id, "  ")
    desk.alarming.end(ada, first.id, "The interface was mended")
    assert desk.store.alarms.get(first.id).state == "ended"
    assert not raised(desk, "2026-W47").fresh and not raised(desk, "2026-W48").fresh
    again = raised(desk, "2026-W49")
    assert again.fresh and again.id != first.id and desk.store.alarms.get(again.id).number == 2
    with pytest.raises(InputError, match="has ended"):
        desk.alarming.acknowledge(ada, first.id)
    assert {"raise alarm", "end alarm"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_one_that_became_worse_is_told_and_acknowledged_again(desk: Pipeline) -> None:
    alarm = raised(desk).id
    desk.alarming.acknowledge(who(desk, "ada"), alarm)
    raised(desk, "2026-W48", severity=Severity.HIGH)
    found = desk.store.alarms.get(alarm)
    assert (found.state, found.severity, told(desk, "ada")) == ("raised", Severity.HIGH, 2)


def test_what_nobody_acknowledges_in_working_time_goes_to_the_lead_and_what_is_taken_does_not(
    desk: Pipeline, clock: Clock
) -> None:
    alarm = raised(desk).id
    clock.now = NOW + timedelta(hours=9)
    assert desk.alarming.run() == 0
    # Eight working hours from Tuesday 09:00 are over on Wednesday at 09:00.
    clock.now = NOW + timedelta(hours=25)
    assert desk.alarming.run() == 1 and desk.alarming.run() == 0
    assert (told(desk, "quinn"), told(desk, "ada"), told(desk, "osei")) == (1, 2, 0)
    desk.alarming.acknowledge(who(desk, "quinn"), alarm)
    clock.now = NOW + timedelta(days=7)
    assert desk.alarming.run() == 0


def test_a_high_one_goes_by_the_clock(desk: Pipeline, clock: Clock) -> None:
    raised(desk, severity=Severity.HIGH)
    clock.now = NOW + timedelta(hours=9)
    assert desk.alarming.run() == 1


def test_its_letter_holds_kind_id_and_address_alone_and_goes_out_once(store: Store, home, key, clock) -> None:
    desk = site(
        store, home, key, clock, notice_people="ada <ada@clinic.example>",
        allowed_hosts="careloom.clinic.example", behind_tls=True,
    )  # fmt: skip
    alarm = raised(desk).id
    desk.alarming.run()
    desk.alarming.run()
    desk.escalating.run()
    (letter,) = (home / "outbox").rglob("*.eml")
    text = message_from_bytes(letter.read_bytes()).get_payload(decode=True).decode()
    assert f"https://careloom.clinic.example/alarms/{alarm}" in text
    assert "Kind: data" in text and "mercy" not in text and "completeness" not in text


def test_a_letter_that_fails_is_said_and_tried_again_later(desk: Pipeline, clock: Clock) -> None:
    sent = []

    class Broken:
        once = True

        def send(self, message, about_to) -> None:
            sent.append(message.key)
            if len(sent) == 1:
                raise DeliveryError("the mail server is away")

    alarming = desk.alarming
    broken = type(alarming)(
        alarming.store, alarming.access, alarming.here, alarming.owning, alarming.calendar, alarming.hours,
        lambda: {"ada": "ada@clinic.example"}, Broken,
    )  # fmt: skip
    raised(desk)
    for minutes in (0, 5, 20, 40):
        clock.now = NOW + timedelta(minutes=minutes)
        broken.run()
    assert len(sent) == len(set(sent)) == 2


def test_a_person_who_has_left_is_said_and_the_duty_falls_to_the_role(desk: Pipeline) -> None:
    ada, osei = who(desk, "ada"), who(desk, "osei")
    with pytest.raises(NotLicensed):
        desk.owning.name(osei, "alarm:data", osei.user)
    with pytest.raises(InputError, match="choose a person"):
        desk.owning.name(ada, "alarm:data", who(desk, "nora").user)
    desk.owning.name(ada, "alarm:data", osei.user)
    assert [one.user for one in desk.owning.people("alarm:data")] == [osei.user]
    desk.store.users.create("olga", role="physician")
    desk.store.users.activate("osei", active=False)
    assert desk.owning.of("alarm:data").left
    assert [one.user for one in desk.owning.people("alarm:data")] == [who(desk, "olga").user]
    desk.store.users.activate("olga", active=False)
    assert [one.user for one in desk.owning.people("alarm:data")] == [ada.user]


def test_what_does_not_fit_is_refused_and_a_webhook_names_the_alarm_alone(
    desk: Pipeline, clock: Clock
) -> None:
    for kind, cause, link in (("nothing", "a", ""), ("data", "Two Words", ""), ("data", "a", "https://x")):
        with pytest.raises(InputError):
            desk.alarming.raise_alarm(kind, cause, "w", evidence="e", link=link)
    with pytest.raises(InputError):
        desk.alarming.raise_alarm("data", "a", "w", evidence="")
    assert not StoredAlarm.objects.exists()
    desk.store.webhooks.add("ehr", "https://ehr.example/x", ("alarm",), "s", NOW)
    alarm = raised(desk).id
    assert desk.tellings.queue() == 1
    (hook,) = desk.store.webhooks.all()
    told = desk.store.webhooks.next(hook.id, clock())
    assert told is not None and (told.topic, told.about) == ("alarm", f"alarm:{alarm}")


def test_a_site_that_leaves_no_time_to_acknowledge_is_refused(store: Store, home, key, clock) -> None:
    with pytest.raises(ConfigError, match="CARELOOM_ALARM_HOURS"):
        _ = site(store, home, key, clock, alarm_hours=0).alarming
