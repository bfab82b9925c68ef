"""Somebody leaves a parallel run in the middle: her cases are told and go to somebody else or out; the seed is opened after the end alone."""

import pytest

from careloom.care.parallel import CaseStage, RunStep, Side
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.study.statistics.allocation import commitment
from tests.flow.parallels import Parallel, all_wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(home, tmp_path) -> Parallel:
    return Parallel(home, tmp_path / "records")


def told(site: Parallel, run_id: str) -> dict[str, str]:
    [step] = site.pipeline.store.parallels.get(run_id).all(RunStep.LEAVE)
    return dict(step.said)


@pytest.mark.parametrize("side", list(Side))
def test_a_case_of_which_her_side_is_not_finished_leaves_the_comparison_and_is_told(site, side) -> None:
    run = site.running()
    case = site.begins(run)
    who = site.person(case.side(side).who)
    site.pipeline.paralleling.leave(who, run.id, who.user, "moves to another clinic")
    after = site.now(run, case)
    assert after.stage is CaseStage.DROPPED and after.dropped.why == "somebody left the run"
    assert told(site, run.id) == {"user": who.user, "dropped": "1", "passed": "0"}
    assert not site.pipeline.access.withheld(site.judy, site.documents(case)[1].id)


def test_what_she_finished_stays_in_the_comparison(site) -> None:
    run = site.running()
    case = site.begins(run)
    site.writes(run, case)
    site.pipeline.paralleling.leave(site.lead, run.id, case.hand.who, "moves to another clinic")
    site.reviews(run, case)
    assert site.judges(run, site.now(run, case), all_wording).stage is CaseStage.JUDGED
    assert told(site, run.id)["dropped"] == "0"


def test_what_she_had_still_to_judge_goes_to_somebody_else_who_judges(site) -> None:
    run = site.running()
    case = site.begins(run)
    site.writes(run, case, "Takes lisinopril 20 mg daily.")
    site.reviews(run, case)
    first = site.person(case.adjudicators[0])
    [said, *_] = site.pipeline.comparing.sheet(first, run.id, case.id).differences
    site.pipeline.comparing.judge(first, run.id, case.id, {said.id: all_wording(said)})
    site.pipeline.paralleling.leave(first, run.id, first.user, "on leave from today")
    after = site.now(run, case)
    [other] = after.adjudicators
    assert other != first.user and site.person(other) in (site.judy, site.jack)
    assert after.judged == {} and told(site, run.id)["passed"] == "1"
    assert site.judges(run, after, all_wording).stage is CaseStage.JUDGED


def test_where_nobody_is_left_to_judge_the_case_is_told_as_left(site) -> None:
    run = site.running(adjudicators=(site.judy.user,))
    case = site.begins(run)
    site.pipeline.paralleling.leave(site.judy, run.id, site.judy.user, "on leave from today")
    assert site.now(run, case).stage is CaseStage.DROPPED
    results = site.pipeline.paralleled.results(site.lead, run.id)
    assert results.stages[CaseStage.DROPPED] == 1


def test_of_two_who_judge_the_one_who_stays_judges_alone(site) -> None:
    run = site.running(second=100.0)
    case = site.begins(run)
    site.writes(run, case, "Takes lisinopril 20 mg daily.")
    site.reviews(run, case)
    site.pipeline.paralleling.leave(site.judy, run.id, site.judy.user, "on leave from today")
    after = site.now(run, case)
    assert (after.adjudicators, after.stage) == ((site.jack.user,), CaseStage.COMPARED)


def test_whoever_left_is_drawn_no_more_and_takes_nobody_in(site) -> None:
    run, rosa = site.running(), site.site.rosa
    site.pipeline.paralleling.leave(rosa, run.id, rosa.user, "moves to another clinic")
    [patient] = site.site.patients()
    with pytest.raises(NotLicensed, match="takes somebody in"):
        site.pipeline.comparing.begin(rosa, run.id, patient, "care_plan")
    with pytest.raises(InputError, match="there must be somebody"):
        site.pipeline.comparing.begin(site.site.nina, run.id, patient, "care_plan")
    with pytest.raises(InputError, match="does no cases"):
        site.pipeline.paralleling.leave(site.lead, run.id, rosa.user, "said it twice")
    with pytest.raises(NotLicensed):
        site.pipeline.paralleling.leave(site.jack, run.id, site.site.nina.user, "I say so")


def test_the_seed_is_opened_when_all_is_over_and_judged_and_is_what_was_committed_to(site) -> None:
    run, parallel = site.running(), site.pipeline.paralleling
    case = site.begins(run)
    site.writes(run, case)
    site.reviews(run, case)
    with pytest.raises(NotApproved, match="when the run is over"):
        parallel.seed(site.lead, run.id)
    parallel.end(site.lead, run.id, "six weeks are over")
    with pytest.raises(NotApproved, match="is judged"):
        parallel.seed(site.lead, run.id)
    site.judges(run, site.now(run, case), all_wording)
    with pytest.raises(NotLicensed):
        parallel.seed(site.judy, run.id)
    assert commitment(parallel.seed(site.lead, run.id).encode()) == parallel.commitment(run.id)


def test_the_page_draft_tells_no_time_of_what_is_closed_to_whoever_looks(site) -> None:
    run = site.running()
    case = site.begins(run)
    judge = site.person(case.adjudicators[0])
    assert [
        one.drafted for one in site.pipeline.asking.offered(judge) if one.patient.patient == case.patient
    ] == [None]
    writer = site.person(case.hand.who)
    [hers] = [
        one.drafted for one in site.pipeline.asking.offered(writer) if one.patient.patient == case.patient
    ]
    assert hers == site.documents(case)[0].created
