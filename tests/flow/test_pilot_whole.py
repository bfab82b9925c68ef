"""A whole pilot with simulated people: written, locked, enrolled, allocated, worked by the running clock, looked at, reported."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from careloom.care.document import Action
from careloom.care.pilot import Arm, Stage, Step
from careloom.errors import NotApproved, NotLicensed
from careloom.pipeline.prices import FILE
from careloom.study.payback import Payback
from careloom.study.statistics.estimate import Estimate, NotSaid
from tests.flow.pilots import Trying, trying

pytestmark = pytest.mark.django_db
BY_HAND, BY_DRAFT = 12, 6


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Trying:
    return trying(home, tmp_path / "people")


def worked(site: Trying, pilot_id: str, number: int) -> None:
    """So many cases, each done as it was allocated: twice as long by hand."""
    people = [site.rosa, site.nina] * (number // 2)
    for place, (who, one) in enumerate(zip(people, site.patients(number), strict=True)):
        case = site.pipeline.enrolling.enrol(who, pilot_id, one).case
        assert case is not None
        by_hand = case.arm is Arm.HAND
        plan = site.writes(who, one) if by_hand else site.drafts(who, one)
        site.works(who, plan, (BY_HAND if by_hand else BY_DRAFT) + place % 3)
        site.signs(who, plan)
        if not by_hand:
            site.pipeline.enrolling.mark(who, pilot_id, one, place % 4 == 0)
        site.later(hours=7)


def what_was_saved_pays_back(site: Trying, home: Path, pilot: str) -> None:
    """By the pilot's own minutes, at the wage of those who took part, with their interval."""
    (home / FILE).write_text("set_up = 600\nrunning = 10\n[wages]\nregistered_nurse = 60\n")
    span = (date(2026, 11, 23), site.pipeline.timing.today)
    cases = site.pipeline.effort.cases("operator", *span)
    found = site.pipeline.paying_back.found(site.lead, span, cases)
    assert (found.pilot, found.wage, found.beside) == (pilot, 60.0, None)
    assert isinstance(found.saved, Estimate) and 4 < found.saved.low < found.saved.high < 8
    alone = found.alone
    assert isinstance(alone, Payback) and alone.months is not None and alone.most is not None
    assert alone.monthly.value == pytest.approx(found.saved.value * found.cases - 10)
    assert alone.months == pytest.approx(600 / alone.monthly.value) and alone.most > alone.months
    with pytest.raises(NotLicensed):
        site.pipeline.paying_back.found(site.rosa, span, cases)


def test_a_whole_pilot_says_what_was_saved_with_its_uncertainty_and_how_it_was_measured(
    site: Trying, home: Path
) -> None:
    pilot = site.running()
    worked(site, pilot.id, 24)
    asked = site.pipeline.trials.look(site.lead, pilot.id)
    assert [one.rule for one in asked if one.holds] == []
    for who in (site.rosa, site.nina):
        said = {f"s{number}": "5" if number % 2 else "1" for number in range(1, 11)}
        site.pipeline.enrolling.survey(who, pilot.id, {**said, "again": "yes"}, "")
    found = site.pipeline.trials.found(site.lead, pilot.id)
    arms = found.flow.arms
    assert found.flow.enrolled == 24 and arms[Arm.HAND].counted + arms[Arm.DRAFT].counted == 24
    assert arms[Arm.HAND].as_allocated == arms[Arm.HAND].allocated >= 10
    minutes = found.results.timed.found
    assert not isinstance(minutes, NotSaid)
    assert minutes.verdict == "less" and 0.4 < minutes.ratio.low < minutes.ratio.high < 0.75
    revised = next(one for one in found.results.shares if one.metric == "revised")
    assert (
        revised.counts[Arm.DRAFT].hits == 0 and revised.counts[Arm.DRAFT].number == arms[Arm.DRAFT].allocated
    )
    assert found.results.survey.mean == 100 and found.results.survey.again["yes"] == 2
    assert all(one.unsaid or min(one.hand, one.draft) >= 11 for one in found.groups)
    site.pipeline.piloting.end(site.lead, pilot.id, "as planned")
    what_was_saved_pays_back(site, home, pilot.id)
    assert site.pipeline.store.pilots.get(pilot.id).stage is Stage.ENDED


def test_three_cases_are_told_as_three_cases_without_a_p_value(site: Trying) -> None:
    pilot = site.running()
    for one in site.patients(3):
        site.pipeline.enrolling.enrol(site.rosa, pilot.id, one)
    found = site.pipeline.trials.found(site.lead, pilot.id)
    timed = found.results.timed
    assert isinstance(timed.found, NotSaid) and "too few" in timed.found.words
    assert set(timed.medians.values()) == {None}
    assert all(isinstance(one.apart, NotSaid) for one in found.results.shares if one.apart is not None)
    assert found.results.survey.mean is None
    assert all(one.unsaid for one in found.groups)


def test_a_clock_that_ran_all_night_is_left_out_of_the_minutes_and_counted(site: Trying) -> None:
    pilot = site.running()
    (one,) = site.patients(1)
    site.pipeline.enrolling.enrol(site.rosa, pilot.id, one)
    site.pipeline.enrolling.depart(site.rosa, pilot.id, one, "so that it is by draft")
    plan = site.drafts(site.rosa, one)
    site.works(site.rosa, plan, 3)
    site.pipeline.timing.correct(
        site.rosa,
        one,
        plan.id,
        activity="review",
        day=site.hands.now.date(),
        minutes=300,
        why="it ran all night",
    )
    site.signs(site.rosa, plan)
    (row,) = site.pipeline.trials.found(site.lead, pilot.id).rows
    assert row.minutes is not None and "more than 240 minutes" in row.minutes.left_out
    flow = site.pipeline.trials.found(site.lead, pilot.id).flow.arms[row.arm]
    assert (flow.left_out, flow.counted, flow.no_clock) == (1, 0, 0)


def test_a_case_written_the_other_way_is_counted_where_it_was_allocated(site: Trying) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    cases = [enrolling.enrol(site.rosa, pilot.id, one).case for one in site.patients(4)]
    hand = next(one for one in cases if one is not None and one.arm is Arm.HAND)
    enrolling.depart(site.rosa, pilot.id, hand.patient, "discharge tonight")
    plan = site.drafts(site.rosa, hand.patient)
    site.pipeline.decide(
        site.pipeline.store.users.reviewer("osei"), plan.id, Action.REJECT, reason="it is no plan"
    )
    found = site.pipeline.trials.found(site.lead, pilot.id)
    row = found.rows[hand.number - 1]
    assert (row.arm, row.written, row.adhered, row.departed) == (Arm.HAND, Arm.DRAFT, False, True)
    assert row.revision is not None and row.revision.sent_back and row.revision.substantial
    assert found.flow.arms[Arm.HAND].other_way == 1


def test_the_table_for_others_has_no_id_no_name_no_date_and_no_small_group(site: Trying) -> None:
    pilot = site.running()
    patients = site.patients(4)
    for one in patients:
        site.pipeline.enrolling.enrol(site.nina, pilot.id, one)
    with pytest.raises(NotLicensed):
        site.pipeline.trials.table(site.rosa, pilot.id)
    rows = list(site.pipeline.trials.table(site.lead, pilot.id))
    assert len(rows) == 5 and {one[1] for one in rows[1:]} == {"*"}
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    said = text.getvalue()
    for never in (*patients, site.nina.user, "Vale", "1959", "2026", "female", "65 to 74"):
        assert never not in said
    assert {row[rows[0].index("arm")] for row in rows[1:]} == {"hand", "draft"}


def test_a_pilot_that_never_started_has_no_report_and_a_nurse_asks_no_stop_rules(site: Trying) -> None:
    written = site.pipeline.piloting.write(site.lead, site.protocol())
    with pytest.raises(NotApproved):
        site.pipeline.trials.found(site.lead, written.id)
    pilot = site.running()
    with pytest.raises(NotLicensed):
        site.pipeline.trials.look(site.rosa, pilot.id)
    site.pipeline.trials.look(site.watcher, pilot.id)
    looked = site.pipeline.store.pilots.get(pilot.id).last(Step.LOOK)
    assert looked is not None
    assert set(looked.said) == {"serious_event", "accuracy_floor", "review_time", "finished"}
