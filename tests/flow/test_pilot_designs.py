"""Whole pilots in which participants or weeks are allocated, not cases: before and after, a waiting list, a stepped wedge, from the protocol to the report and the table."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from careloom.care.pilot import Arm, Design, Pilot, Stage, Step
from careloom.errors import InputError, NotApproved
from careloom.pipeline.trials import Found
from careloom.store.users import Licence
from careloom.study.pilot.allocating import period, switch
from careloom.study.pilot.metrics import METRICS
from careloom.study.statistics.estimate import NotSaid
from careloom.web.present.pilot_report import LIMITS, drawn, of_pilot, parts
from tests.flow.pilots import Trying, trying

pytestmark = pytest.mark.django_db
BY_HAND, BY_DRAFT = 12, 6
NAMES = ("rosa", "nina", "tess")


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Trying:
    made = trying(home, tmp_path / "people")
    made.pipeline.store.users.create(
        "tess", role="registered_nurse", licence=Licence("MA", "RN1", date(2031, 6, 30))
    )
    return made


def everybody(site: Trying) -> list[str]:
    return [site.pipeline.store.users.reviewer(name).user for name in NAMES]


def enrols(site: Trying, pilot: Pilot, name: str) -> Arm:
    """Somebody enrols one patient and does the case as it was allocated, by the running clock."""
    who = site.pipeline.store.users.reviewer(name)
    (one,) = site.patients(1)
    case = site.pipeline.enrolling.enrol(who, pilot.id, one).case
    assert case is not None
    by_hand = case.arm is Arm.HAND
    with pytest.raises(NotApproved, match="pilot"):
        site.drafts(who, one) if by_hand else site.writes(who, one)
    plan = site.writes(who, one) if by_hand else site.drafts(who, one)
    assert pilot.began is not None
    # Nobody's work stays quite as it was: each moves her own way from week to week.
    drift = 1 + 0.03 * NAMES.index(name) * (site.hands.now.date() - pilot.began).days / 7
    site.works(who, plan, (BY_HAND if by_hand else BY_DRAFT) * drift + site.known % 3)
    site.signs(who, plan)
    return case.arm


def works(site: Trying, pilot: Pilot, names: tuple[str, ...], each: int, day: int) -> set[Arm]:
    """Each of these does so many cases on a day of the pilot, counted from 0."""
    assert pilot.began is not None
    site.later(days=day - (site.hands.now.date() - pilot.began).days)
    return {enrols(site, pilot, name) for name in names for _ in range(each)}


def ended(site: Trying, pilot: Pilot) -> Found:
    """The looks that are due are taken, it ends as planned, and its hash, its seed and its allocation are found again."""
    assert site.pipeline.trials.keep_up("worker") == 1
    piloting = site.pipeline.piloting
    over = piloting.end(site.lead, pilot.id, "as planned")
    assert over.stage is Stage.ENDED and piloting.holds(over) and over.last(Step.LOOK) is not None
    with pytest.raises(NotApproved):
        enrols(site, over, "rosa")
    found = site.pipeline.trials.found(site.lead, pilot.id)
    assert all(one.adhered for one in found.rows) and not any(one.holds for one in found.asked)
    return found


def on_paper(found: Found) -> str:
    """Everything that page and PDF print, in one text."""
    said = parts(found, {}, drawn(found))
    lines = [of_pilot(found, {})["title"]]
    for part in said:
        lines += [part.title, *part.paragraphs, *(words for _, words in part.items)]
        lines += [cell for table in part.tables for row in table.rows for cell in row]
    return "\n".join(map(str, lines))


def has_all(found: Found) -> None:
    """Every limit, the hash, the flow and each metric's definition stand in the report."""
    paper = on_paper(found)
    for one in (
        *LIMITS,
        found.pilot.digest,
        *(METRICS[name].defined for name in ("minutes", "revised", "events")),
    ):
        assert one in paper
    flow = next(one for one in drawn(found) if one.name == "flow")
    assert f"enrolled and allocated: {found.flow.enrolled}" in flow.svg


def test_before_and_after_goes_over_to_drafts_in_the_middle_and_says_that_alone_it_proves_nothing(
    site: Trying,
) -> None:
    pilot = site.running(design=Design.BEFORE_AFTER, weeks=6, looks=(18,))
    assert pilot.began is not None
    half = (switch(pilot.protocol, pilot.began) - pilot.began).days
    people = ("rosa", "nina")
    for day in (0, 7, 14):
        assert works(site, pilot, people, 2, day) == {Arm.HAND}
    for day in (half, half + 7, half + 14):
        assert works(site, pilot, people, 2, day) == {Arm.DRAFT}
    found = ended(site, pilot)
    minutes = found.results.timed.found
    assert not isinstance(minutes, NotSaid) and minutes.unadjusted is not None
    assert minutes.p_chance is None, "nobody was allocated by chance"
    assert minutes.unadjusted.high < 0.8 and "proves nothing" in minutes.caveats[0]
    assert "Before and after alone proves nothing" in on_paper(found)
    has_all(found)


def test_a_waiting_list_gives_half_of_the_participants_drafts_at_once_and_the_others_in_the_middle(
    site: Trying,
) -> None:
    pilot = site.running(
        design=Design.WAITING_LIST, weeks=6, participants=tuple(everybody(site)), looks=(15,)
    )
    assert pilot.began is not None
    half = (switch(pilot.protocol, pilot.began) - pilot.began).days
    first = {name: works(site, pilot, (name,), 4, 0).pop() for name in NAMES}
    assert {Arm.HAND, Arm.DRAFT} == set(first.values())
    for name in (one for one, arm in first.items() if arm is Arm.HAND):
        assert works(site, pilot, (name,), 6, 2) == {Arm.HAND}
    assert works(site, pilot, NAMES, 4, half) == {Arm.DRAFT}
    found = ended(site, pilot)
    minutes = found.results.timed.found
    assert not isinstance(minutes, NotSaid) and minutes.providers == 3
    assert minutes.number["usual"] == found.flow.arms[Arm.HAND].allocated >= 10
    assert 0.4 < minutes.ratio.value < 0.7 and (minutes.p_chance or 0) >= 1 / 3
    has_all(found)


def test_a_stepped_wedge_gives_one_after_another_drafts_and_its_table_names_nobody(site: Trying) -> None:
    pilot = site.running(
        design=Design.STEPPED_WEDGE, weeks=8, participants=tuple(everybody(site)), looks=(15,)
    )
    assert pilot.began is not None
    arms = []
    days = [day for day in range(56) if day % 14 == 1]
    assert [
        period(pilot.protocol, pilot.began, date.fromordinal(pilot.began.toordinal() + day)) for day in days
    ] == [0, 1, 2, 3]
    for day in days:
        arms.append([works(site, pilot, (name,), 2, day).pop() for name in NAMES])
    drafting = [row.count(Arm.DRAFT) for row in arms]
    assert drafting == [0, 1, 2, 3], "one more in each period"
    found = ended(site, pilot)
    minutes = found.results.timed.found
    assert not isinstance(minutes, NotSaid)
    assert 0.4 < minutes.ratio.value < 0.7 and minutes.ratio.low < minutes.ratio.value < minutes.ratio.high
    assert any("smallest p" in one for one in minutes.caveats) and (minutes.p_chance or 0) >= 1 / 6
    has_all(found)
    table = list(site.pipeline.trials.table(site.lead, pilot.id))
    said = "\n".join(",".join(row) for row in table)
    assert len(table) == 25 and not any(one in said for one in (*everybody(site), "Vale", "2026", "1959"))


def test_what_a_wedge_rests_on_is_not_amended_and_who_leaves_is_told_in_the_flow(site: Trying) -> None:
    pilot = site.running(design=Design.STEPPED_WEDGE, weeks=8, participants=tuple(everybody(site)))
    longer = replace(pilot.protocol, weeks=9)
    with pytest.raises(InputError, match="settled"):
        site.pipeline.piloting.amend(site.lead, pilot.id, longer, "Holidays in between", was=pilot.digest)
    works(site, pilot, NAMES, 1, 1)
    site.pipeline.piloting.leave(site.lead, pilot.id, everybody(site)[2], "She works elsewhere now")
    found = site.pipeline.trials.found(site.lead, pilot.id)
    assert found.flow.left == 1 and found.flow.enrolled == 3
    assert "participants who left: 1." in on_paper(found)
    assert isinstance(found.results.timed.found, NotSaid) and "p =" not in on_paper(found)
