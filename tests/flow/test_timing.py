"""How long people worked, what they correct of it, and which minutes they attest: measured, never guessed, each minute once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.demo import HERE
from careloom.errors import InputError, NotInCareTeam, NotLicensed
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.flow.samuel import samuels_desk

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@dataclass
class Hands:
    """A clock that a test sets."""

    now: datetime = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def desk(home: Path, hands: Hands) -> Pipeline:
    built = samuels_desk(home, hands)
    built.store.users.create("ann", role="administrator")
    return built


def signs(minutes: float) -> Iterator[int]:
    """What a page sends every quarter of a minute while somebody types."""
    for _ in range(int(minutes * 4)):
        yield 15


def work(
    desk: Pipeline,
    hands: Hands,
    who: Reviewer,
    plan: Proposal,
    minutes: float,
    activity: str = "review",
    span: str = "tab",
) -> None:
    """Somebody types for so long, then leaves the page (a call: says that it is over)."""
    patient, ends = plan.document.patient, "stop" if activity == "call" else "leave"
    desk.timing.beat(who, patient, plan.id, span=span, activity=activity, word="begin")
    for seconds in signs(minutes):
        hands.go(seconds)
        desk.timing.beat(who, patient, plan.id, span=span, activity=activity, word="beat", inputs=[1, 8])
    desk.timing.beat(who, patient, plan.id, span=span, activity=activity, word=ends)


def correct(desk: Pipeline, who: Reviewer, plan: Proposal, minutes: int, **said: object) -> None:
    given = {"activity": "review", "day": TODAY, "why": "wrote on paper first", **said}
    desk.timing.correct(who, plan.document.patient, plan.id, minutes=minutes, **given)  # type: ignore[arg-type]


def test_a_review_and_a_call_are_kept_apart(desk, plan, nurse, hands) -> None:
    work(desk, hands, nurse, plan, 6)
    work(desk, hands, nurse, plan, 12, "call", "phone")
    rows = desk.timing.worked(nurse.user, TODAY, TODAY)
    assert [(row.activity, row.seconds, row.case) for row in rows] == [
        ("call", 12 * 60, plan.id),
        ("review", 6 * 60, plan.id),
    ]
    assert desk.timing.worked(desk.store.users.reviewer("osei").user, TODAY, TODAY) == ()


def test_a_page_that_is_opened_is_told_how_long_she_has_worked_on_it(desk, plan, nurse, hands) -> None:
    work(desk, hands, nurse, plan, 3)
    hands.go(3 * 24 * 3600)
    work(desk, hands, nurse, plan, 2, span="tab2")
    stands = desk.timing.beat(
        nurse, plan.document.patient, plan.id, span="tab3", activity="review", word="begin"
    )
    assert stands is not None
    assert (stands.seconds, stands.running) == (5 * 60, None)


def test_a_call_goes_on_over_pages_of_its_patient_until_it_is_stopped(desk, plan, nurse, hands) -> None:
    patient = plan.document.patient
    desk.timing.beat(nurse, patient, "", span="phone", activity="call", word="begin")
    hands.go(60)
    stands = desk.timing.beat(nurse, patient, plan.id, span="tab", activity="review", word="begin")
    assert stands.running.stretch.activity == "call"
    assert not stands.running.asks
    hands.go(60)
    after = desk.timing.beat(nurse, patient, "", span="phone", activity="call", word="stop")
    assert (after.running, after.stopped) == (None, "")
    rows = desk.timing.worked(nurse.user, TODAY, TODAY)
    assert [(row.activity, row.case, row.seconds) for row in rows] == [("call", "", 120)]


def test_turning_to_another_patient_stops_a_call_and_says_so(desk, plan, nurse, hands, tmp_path) -> None:
    report = desk.connect([HERE / "riverside_ehr" / "ada-moreno.json"], source="riverside_ehr")
    (other,) = report.patients
    desk.timing.beat(nurse, plan.document.patient, plan.id, span="phone", activity="call", word="begin")
    hands.go(15)
    desk.timing.beat(nurse, plan.document.patient, plan.id, span="phone", activity="call", word="beat")
    stands = desk.timing.beat(nurse, other, "", span="tab", activity="write", word="begin")
    assert (stands.running, stands.stopped) == (None, "call")
    hands.go(15)
    told = desk.timing.beat(nurse, plan.document.patient, plan.id, span="phone", activity="call", word="beat")
    assert (told.running, told.stopped) == (None, "call")


@pytest.mark.parametrize(
    "wrong",
    [{"activity": "sleep"}, {"word": "rewind"}, {"span": "../etc"}, {"span": "a" * 33}, {"span": ""}],
)
def test_what_no_page_of_ours_says_is_not_taken(desk, plan, nurse, wrong) -> None:
    said = {"span": "tab", "activity": "review", "word": "begin", **wrong}
    with pytest.raises(InputError):
        desk.timing.beat(nurse, plan.document.patient, plan.id, **said)
    assert desk.timing.worked(nurse.user, TODAY, TODAY) == ()


def test_signs_that_come_too_often_are_refused_for_a_minute(desk, plan, nurse, hands) -> None:
    for _ in range(60):
        desk.timing.beat(nurse, plan.document.patient, plan.id, span="tab", activity="review", word="beat")
    with pytest.raises(InputError, match="too often"):
        desk.timing.beat(nurse, plan.document.patient, plan.id, span="tab", activity="review", word="beat")
    hands.go(61)
    desk.timing.beat(nurse, plan.document.patient, plan.id, span="tab", activity="review", word="beat")


def test_a_correction_shows_both_and_why(desk, plan, nurse, hands) -> None:
    work(desk, hands, nurse, plan, 6)
    correct(desk, nurse, plan, 10)
    correct(desk, nurse, plan, -3, why="counted my break")
    (row,) = desk.timing.worked(nurse.user, TODAY, TODAY)
    assert (row.measured, row.seconds) == (6 * 60, 13 * 60)
    assert [one.why for one in row.corrections] == ["wrote on paper first", "counted my break"]
    assert AuditEvent.objects.filter(action="correct time").count() == 2


@pytest.mark.parametrize(
    ("minutes", "said", "refused"),
    [
        (5, {"why": "so"}, "why"),
        (0, {}, "how many minutes"),
        (-7, {}, "less than none"),
        (24 * 60, {}, "24 hours"),
        (5, {"day": date(2026, 11, 24)}, "yet to come"),
        (5, {"activity": "sleep"}, "no such activity"),
    ],
)
def test_what_can_not_be_is_not_corrected(desk, plan, nurse, hands, minutes, said, refused) -> None:
    work(desk, hands, nurse, plan, 6)
    with pytest.raises(InputError, match=refused):
        correct(desk, nurse, plan, minutes, **said)
    (row,) = desk.timing.worked(nurse.user, TODAY, TODAY)
    assert (row.seconds, row.corrections) == (6 * 60, ())


def test_time_is_corrected_only_of_patients_whom_one_sees_and_by_those_who_care(desk, plan, nurse) -> None:
    with pytest.raises(NotLicensed):
        correct(desk, desk.store.users.reviewer("ann"), plan, 5)
    desk.access.join("operator", plan.document.patient, "osei")
    with pytest.raises(NotInCareTeam):
        correct(desk, nurse, plan, 5)
    with pytest.raises(NotInCareTeam):
        desk.timing.attest(nurse, plan.document.patient, TODAY, 5)


def test_she_attests_what_she_was_active_and_no_minute_twice(desk, plan, nurse, hands) -> None:
    patient = plan.document.patient
    work(desk, hands, nurse, plan, 21.75)
    with pytest.raises(InputError, match="21 minutes of this month"):
        desk.timing.attest(nurse, patient, TODAY, 22)
    desk.timing.attest(nurse, patient, TODAY, 20)
    (month,) = desk.timing.months(nurse.user, TODAY)
    assert (month.attested, month.left) == (20, 1)
    with pytest.raises(InputError, match="1 minutes of this month"):
        desk.timing.attest(nurse, patient, TODAY, 2)
    with pytest.raises(InputError, match="attested; take them back first"):
        correct(desk, nurse, plan, -5)


def test_attested_minutes_are_taken_back_with_a_reason_and_both_stay(desk, plan, nurse, hands) -> None:
    patient = plan.document.patient
    work(desk, hands, nurse, plan, 10)
    desk.timing.attest(nurse, patient, TODAY, 10)
    with pytest.raises(InputError, match="why"):
        desk.timing.attest(nurse, patient, TODAY, -4)
    with pytest.raises(InputError, match="more than was attested"):
        desk.timing.attest(nurse, patient, TODAY, -11, "all of it")
    desk.timing.attest(nurse, patient, TODAY, -4, "it was training")
    assert [one.minutes for one in desk.store.worked.attested(TODAY.replace(day=1))] == [10, -4]
    assert desk.timing.months(nurse.user, TODAY)[0].left == 4


def test_minutes_of_two_people_at_once_are_attested_once(desk, plan, nurse, physician, hands) -> None:
    patient, began = plan.document.patient, hands.now
    work(desk, hands, nurse, plan, 10, "call", "phone")
    hands.now = began + timedelta(minutes=5)
    work(desk, hands, physician, plan, 10, "call", "phone")
    desk.timing.attest(nurse, patient, TODAY, 10)
    with pytest.raises(InputError, match="5 minutes of this month"):
        desk.timing.attest(physician, patient, TODAY, 10)
    desk.timing.attest(physician, patient, TODAY, 5)


def test_work_of_the_month_before_is_attested_for_that_month(desk, plan, nurse, hands) -> None:
    # Ten minutes before midnight of 31 October in New York, and ten after it.
    hands.now = datetime(2026, 11, 1, 3, 50, tzinfo=UTC)
    work(desk, hands, nurse, plan, 20, "call", "phone")
    october = date(2026, 10, 1)
    assert [row.seconds for row in desk.timing.months(nurse.user, october)] == [600]
    assert [row.seconds for row in desk.timing.months(nurse.user, TODAY)] == [600]
    hands.now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    with pytest.raises(InputError, match="10 minutes of this month"):
        desk.timing.attest(nurse, plan.document.patient, october, 11)
    with pytest.raises(InputError, match="yet to come"):
        desk.timing.attest(nurse, plan.document.patient, date(2026, 12, 1), 1)


def test_what_one_person_said_counts_for_nobody_else(desk, plan, nurse, physician, hands) -> None:
    work(desk, hands, nurse, plan, 5)
    correct(desk, nurse, plan, 3)
    desk.timing.attest(nurse, plan.document.patient, TODAY, 4)
    assert desk.timing.worked(physician.user, TODAY, TODAY) == ()
    assert desk.timing.months(physician.user, TODAY) == ()
    with pytest.raises(InputError, match="0 minutes"):
        desk.timing.attest(physician, plan.document.patient, TODAY, 1)


def test_a_study_reads_each_case_by_person_and_activity(desk, plan, nurse, physician, hands) -> None:
    work(desk, hands, nurse, plan, 5)
    correct(desk, nurse, plan, 3)
    work(desk, hands, physician, plan, 2)
    (case,) = desk.timing.cases("operator", TODAY, TODAY)
    assert (case.case, case.kind, case.origin, case.status) == (plan.id, "care_plan", "template", "draft")
    assert case.seconds == 10 * 60
    assert {who: row.seconds for who, row in case.worked} == {nurse.user: 480, physician.user: 120}
    assert desk.timing.cases("operator", date(2026, 11, 1), date(2026, 11, 22)) == ()


def test_who_opened_a_document_went_away_and_came_back_has_not_read_it(
    desk: Pipeline, hands: Hands, nurse: Reviewer, plan: Proposal
) -> None:
    desk.attention.begin(nurse, desk.review(nurse, plan.id))
    desk.timing.beat(nurse, plan.document.patient, plan.id, span="tab", activity="review", word="begin")
    hands.go(1)
    desk.timing.beat(nurse, plan.document.patient, plan.id, span="tab", activity="review", word="leave")
    hands.go(3600)
    pace = desk.attention.pace(nurse, desk.review(nurse, plan.id))
    assert pace.seconds <= 16 and pace.hasty
    work(desk, hands, nurse, plan, minutes=30, span="again")
    pace = desk.attention.pace(nurse, desk.review(nurse, plan.id))
    assert 30 * 60 <= pace.seconds <= 31 * 60 and not pace.hasty


def test_where_no_page_tells_of_her_reading_the_time_since_she_opened_it_counts(
    desk: Pipeline, hands: Hands, nurse: Reviewer, plan: Proposal
) -> None:
    desk.attention.begin(nurse, desk.review(nurse, plan.id))
    hands.go(3600)
    pace = desk.attention.pace(nurse, desk.review(nurse, plan.id))
    assert pace.seconds == 3600 and not pace.hasty


def test_reading_on_paper_is_reading(desk: Pipeline, hands: Hands, nurse: Reviewer, plan: Proposal) -> None:
    desk.attention.begin(nurse, desk.review(nurse, plan.id))
    work(desk, hands, nurse, plan, minutes=0, span="tab")
    work(desk, hands, nurse, plan, minutes=20, activity="paper", span="print")
    assert desk.attention.pace(nurse, desk.review(nurse, plan.id)).seconds >= 20 * 60
