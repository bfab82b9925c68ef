"""Whom somebody sees: the care team's people, everybody without a team, and in an emergency with a reason and an end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Reviewer, Tier
from careloom.errors import ConfigError, InputError, NotInCareTeam, NotLicensed
from careloom.pipeline import Pipeline
from careloom.review.tiers import reach
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.record.sources import condition, icd

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until somebody turns it."""

    def __init__(self) -> None:
        self.now = NIGHT

    def __call__(self) -> datetime:
        return self.now


def site(home: Path, clock: Clock, **more: object) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none", **more), clock)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pipeline(home: Path, clock: Clock) -> Pipeline:
    return site(home, clock)


def person(pipeline: Pipeline, name: str, role: str, **more: object) -> Reviewer:
    licence = Licence("MA", f"{name}1", date(2031, 6, 30))
    pipeline.store.users.create(name, role=role, licence=licence, **more)  # type: ignore[arg-type]
    return pipeline.store.users.reviewer(name)


@pytest.fixture
def alva(pipeline: Pipeline, tmp_path: Path) -> str:
    """A patient of ours, invented, with one problem."""
    file = tmp_path / "alva.json"
    file.write_bytes(body(bundle(patient(), condition(icd("E11.9", "Type 2 diabetes")))))
    (found,) = pipeline.connect([file], source="mercy").patients
    return found


def test_without_a_team_everybody_who_cares_for_patients_sees_a_patient(
    pipeline: Pipeline, alva: str
) -> None:
    nurse, aide = person(pipeline, "rosa", "registered_nurse"), person(pipeline, "mo", "medical_assistant")
    assert pipeline.record(nurse, alva).entries and pipeline.record(aide, alva).entries


def test_without_a_team_nobody_does_where_the_site_is_strict(
    home: Path, clock: Clock, pipeline: Pipeline, alva: str
) -> None:
    nurse, lead = person(pipeline, "rosa", "registered_nurse"), person(pipeline, "lena", "quality_lead")
    strict = site(home, clock, care_teams="strict")
    with pytest.raises(NotInCareTeam):
        strict.record(nurse, alva)
    strict.access.join(lead, alva, "rosa", "her patient")
    assert strict.record(nurse, alva).entries


def test_a_team_shuts_everybody_else_out_of_every_call(pipeline: Pipeline, alva: str) -> None:
    rosa, ned = person(pipeline, "rosa", "registered_nurse"), person(pipeline, "ned", "registered_nurse")
    proposal = pipeline.propose(rosa, alva)
    pipeline.access.join(rosa, alva, "rosa")
    line = proposal.document.statements[0].id
    for call in (
        lambda: pipeline.record(ned, alva),
        lambda: pipeline.chart(ned, alva),
        lambda: pipeline.check(ned, "She has diabetes.", alva),
        lambda: pipeline.propose(ned, alva),
        lambda: pipeline.review(ned, proposal.id),
        lambda: pipeline.open_lines(ned, proposal.id, [line]),
        lambda: pipeline.preview(ned, proposal.id, line, "Something else."),
        lambda: pipeline.decide(ned, proposal.id, Action.APPROVE),
        lambda: pipeline.decide(ned, proposal.id, Action.RETURN, reason="no"),
        lambda: pipeline.undo(ned, proposal.id),
        lambda: pipeline.access.join(ned, alva, "ned"),
    ):
        with pytest.raises(NotInCareTeam):
            call()
    assert pipeline.queue(ned) == () and [row.waiting.proposal for row in pipeline.queue(rosa)] == [
        proposal.id
    ]


def test_who_has_a_patient_in_care_is_asked_once_for_however_many_people(
    pipeline: Pipeline, alva: str, django_assert_num_queries: Any
) -> None:
    people = [person(pipeline, f"nurse{number}", "registered_nurse") for number in range(6)]
    abe, adam = person(pipeline, "abe", "auditor"), person(pipeline, "adam", "administrator")
    assert pipeline.access.in_care_of((*people, abe, adam), alva) == (*people, abe)
    pipeline.access.join(people[0], alva, "nurse0")
    pipeline.access.break_glass(people[1], alva, "She collapsed in the hall")
    with django_assert_num_queries(2):
        assert pipeline.access.in_care_of((*people, abe, adam), alva) == (people[0], abe)


def test_whoever_leaves_sees_nothing_any_more(pipeline: Pipeline, alva: str) -> None:
    rosa, ned = person(pipeline, "rosa", "registered_nurse"), person(pipeline, "ned", "registered_nurse")
    for name in ("rosa", "ned"):
        pipeline.access.join(rosa, alva, name)
    assert [one.user for one in pipeline.access.team(alva)] == [rosa.user, ned.user]
    pipeline.access.leave(rosa, alva, "ned", "moved to another ward")
    with pytest.raises(NotInCareTeam):
        pipeline.record(ned, alva)
    with pytest.raises(InputError):
        pipeline.access.leave(rosa, alva, "ned")


def test_an_emergency_opens_a_record_with_a_reason_and_ends_by_itself(
    pipeline: Pipeline, alva: str, clock: Clock
) -> None:
    rosa, ned = person(pipeline, "rosa", "registered_nurse"), person(pipeline, "ned", "registered_nurse")
    lead, auditor = person(pipeline, "lena", "quality_lead"), person(pipeline, "abe", "auditor")
    pipeline.access.join(rosa, alva, "rosa")
    with pytest.raises(InputError):
        pipeline.access.break_glass(ned, alva, "look")
    until = pipeline.access.break_glass(ned, alva, "She collapsed in the hall")
    assert until == NIGHT + timedelta(hours=4) and pipeline.record(ned, alva).entries
    clock.now = until
    with pytest.raises(NotInCareTeam):
        pipeline.record(ned, alva)
    (broken,) = pipeline.access.broken(auditor)
    assert (broken.who, broken.why, broken.looked_at_by) == (ned.user, "She collapsed in the hall", "")
    with pytest.raises(NotLicensed):
        pipeline.access.look_at(auditor, broken.id)
    pipeline.access.look_at(lead, broken.id)
    assert pipeline.access.broken(lead)[0].looked_at_by == lead.user
    assert "break glass" in [one["action"] for one in pipeline.store.audit.of(alva)]


@pytest.mark.parametrize("role", ["medical_assistant", "community_health_worker", "administrator", "auditor"])
def test_only_licensed_people_open_a_record_in_an_emergency(pipeline: Pipeline, alva: str, role: str) -> None:
    with pytest.raises(NotLicensed):
        pipeline.access.break_glass(person(pipeline, "x", role), alva, "She collapsed in the hall")


def test_an_auditor_reads_every_patient_and_changes_nothing(pipeline: Pipeline, alva: str) -> None:
    rosa, abe = person(pipeline, "rosa", "registered_nurse"), person(pipeline, "abe", "auditor")
    proposal = pipeline.propose(rosa, alva)
    pipeline.access.join(rosa, alva, "rosa")
    assert pipeline.review(abe, proposal.id).proposal.id == proposal.id
    for call in (
        lambda: pipeline.decide(abe, proposal.id, Action.REJECT, reason="no"),
        lambda: pipeline.open_lines(abe, proposal.id, [proposal.document.statements[0].id]),
        lambda: pipeline.propose(abe, alva),
    ):
        with pytest.raises(NotLicensed):
            call()


def test_who_runs_the_site_sees_no_record(pipeline: Pipeline, alva: str) -> None:
    adam = person(pipeline, "adam", "administrator")
    with pytest.raises(NotLicensed):
        pipeline.record(adam, alva)
    pipeline.access.join(adam, alva, person(pipeline, "rosa", "registered_nurse").user, "new patient")
    assert len(pipeline.access.team(alva)) == 1


def test_only_people_who_care_for_patients_are_in_a_team(pipeline: Pipeline, alva: str) -> None:
    rosa = person(pipeline, "rosa", "registered_nurse")
    person(pipeline, "adam", "administrator")
    for name in ("adam", "nobody"):
        with pytest.raises(InputError):
            pipeline.access.join(rosa, alva, name)


def test_a_nurse_practitioner_reaches_the_physicians_tier_where_licence_and_site_say_so(
    home: Path, settings: object
) -> None:
    del home
    today = date(2026, 11, 29)
    nurse = Reviewer("u", "advanced_practice_nurse", "MA:N1", "2031-01-01")
    assert reach(nurse, today) is Tier.NURSE
    assert reach(replace(nurse, independent=True), today) is Tier.PHYSICIAN
    # A licence's scope makes no registered nurse a physician.
    assert reach(replace(nurse, role="registered_nurse", independent=True), today) is Tier.NURSE
    with pytest.raises(NotLicensed):
        reach(replace(nurse, independent=True, licence_expiry="2026-11-28"), today)


def test_the_site_names_the_states_in_which_they_practise_on_their_own(
    pipeline: Pipeline, settings: object
) -> None:
    settings.CARELOOM_INDEPENDENT_PRACTICE = ("MA:advanced_practice_nurse",)  # type: ignore[attr-defined]
    assert person(pipeline, "ana", "advanced_practice_nurse", independent=True).independent
    assert not person(pipeline, "abby", "advanced_practice_nurse").independent
    assert not person(pipeline, "pat", "physician_assistant", independent=True).independent


@pytest.mark.parametrize(
    "wrong", [{"care_teams": "all"}, {"break_glass_hours": 0.0}, {"break_glass_hours": 48.0}]
)
def test_a_setting_that_leaves_records_open_is_refused(
    home: Path, clock: Clock, wrong: dict[str, object]
) -> None:
    with pytest.raises(ConfigError):
        _ = site(home, clock, **wrong).access
