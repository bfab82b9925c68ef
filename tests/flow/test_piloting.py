"""A pilot from its protocol to its end: nothing starts unwritten, nothing changes silently, and who watches over it is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.notices import NoticeKind
from careloom.care.pilot import Arm, Design, Determination, Inclusion, Rule, Stage, Step
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from tests.flow.pilots import Trying, trying

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Trying:
    return trying(home, tmp_path / "people")


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"weeks": 5}, "weeks"),
        ({"cases": 49}, "cases"),
        ({"title": " "}, "title"),
        ({"monitor": ""}, "monitor"),
        ({"sites": ()}, "sites"),
        ({"plan": "by eye"}, "plan"),
        ({"determination": Determination(by="R. Osei")}, "determination"),
        ({"inclusion": (Inclusion(Rule.CONDITION, "the_vapours"),)}, "inclusion"),
        ({"inclusion": (Inclusion(Rule.AGE_FROM, "old"),)}, "inclusion"),
        ({"secondary": ("minutes",)}, "secondary"),
        ({"looks": (50, 30)}, "looks"),
    ],
)
def test_what_lacks_something_is_not_locked_and_says_what(
    site: Trying, given: dict[str, object], where: str
) -> None:
    written = site.pipeline.piloting.write(site.lead, site.protocol(**given))
    with pytest.raises(InputError) as refused:
        site.pipeline.piloting.lock(site.lead, written.id)
    assert refused.value.where == where
    assert site.pipeline.store.pilots.get(written.id).stage is Stage.WRITTEN


def test_one_participant_alone_or_who_writes_nothing_makes_no_pilot(site: Trying) -> None:
    for people in ((site.rosa.user,), (site.rosa.user, site.lead.user)):
        written = site.pipeline.piloting.write(site.lead, site.protocol(participants=people))
        with pytest.raises(InputError):
            site.pipeline.piloting.lock(site.lead, written.id)


def test_a_nurse_writes_no_protocol_and_sees_none_before_it_starts(site: Trying) -> None:
    with pytest.raises(NotLicensed):
        site.pipeline.piloting.write(site.rosa, site.protocol())
    site.pipeline.piloting.write(site.lead, site.protocol())
    assert site.pipeline.piloting.seen(site.rosa) == ()
    assert len(site.pipeline.piloting.seen(site.lead)) == 1


def test_a_locked_protocol_is_changed_by_dated_amendments_alone_each_hashed_over_the_one_before(
    site: Trying,
) -> None:
    piloting = site.pipeline.piloting
    pilot = site.running()
    with pytest.raises(NotApproved):
        piloting.write(site.lead, site.protocol(title="Another"), pilot.id)
    longer = replace(pilot.protocol, weeks=7)
    with pytest.raises(InputError):
        piloting.amend(site.lead, pilot.id, longer, "", was=pilot.digest)
    amended = piloting.amend(site.lead, pilot.id, longer, "Holidays in between", was=pilot.digest)
    assert amended.protocol.weeks == 7 and amended.digest != pilot.digest
    with pytest.raises(StaleRecord):
        piloting.amend(site.lead, pilot.id, replace(longer, cases=60), "More of them", was=pilot.digest)
    assert piloting.holds(site.pipeline.store.pilots.get(pilot.id))
    told = amended.last(Step.AMEND)
    assert told is not None and told.why == "Holidays in between" and told.at == site.hands.now


def test_what_the_allocation_rests_on_is_not_amended(site: Trying) -> None:
    pilot = site.running()
    for change in (
        {"design": Design.BEFORE_AFTER},
        {"participants": (site.rosa.user, "x")},
        {"primary": "events"},
        {},
    ):
        with pytest.raises(InputError):
            site.pipeline.piloting.amend(
                site.lead,
                pilot.id,
                replace(pilot.protocol, **change),
                "to see what happens",
                was=pilot.digest,
            )


def test_a_word_that_was_changed_behind_its_back_breaks_the_chain(site: Trying) -> None:
    pilot = site.running()
    steps = [
        replace(one, protocol=replace(one.protocol, cases=51)) if one.protocol is not None else one
        for one in pilot.steps
    ]
    assert not site.pipeline.piloting.holds(replace(pilot, steps=tuple(steps)))


def test_the_seed_is_opened_only_when_it_tells_nothing_that_is_to_come(site: Trying) -> None:
    pilot = site.running()
    with pytest.raises(NotApproved):
        site.pipeline.piloting.seed(site.lead, pilot.id)
    site.pipeline.piloting.end(site.lead, pilot.id, "it is over")
    assert len(site.pipeline.piloting.seed(site.lead, pilot.id)) >= 32


def test_cases_are_enrolled_by_rule_once_and_the_arm_decides_what_the_desk_offers(site: Trying) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    arms = {}
    for who, one in zip([site.rosa, site.nina] * 6, site.patients(12), strict=True):
        looked = enrolling.enrol(who, pilot.id, one)
        assert looked.case is not None and all(rule.holds for rule in looked.judged)
        arms.setdefault(looked.case.arm, []).append((who, one))
    assert set(arms) == {Arm.HAND, Arm.DRAFT}
    who, by_hand = arms[Arm.HAND][0]
    with pytest.raises(NotApproved, match="written by hand"):
        site.drafts(who, by_hand)
    assert site.writes(who, by_hand).document.by_hand
    who, by_draft = arms[Arm.DRAFT][0]
    with pytest.raises(NotApproved, match="from a draft"):
        site.writes(who, by_draft)
    assert site.drafts(who, by_draft).status == "draft"
    with pytest.raises(InputError, match="enrolled already, as case"):
        enrolling.enrol(site.nina, pilot.id, by_hand)


def test_whoever_departs_from_the_allocation_says_why_and_then_both_ways_are_open(site: Trying) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    cases = [enrolling.enrol(site.rosa, pilot.id, one).case for one in site.patients(4)]
    hand = next(one for one in cases if one is not None and one.arm is Arm.HAND)
    with pytest.raises(InputError):
        enrolling.depart(site.rosa, pilot.id, hand.patient, "")
    enrolling.depart(site.rosa, pilot.id, hand.patient, "discharge tonight, no time")
    assert site.drafts(site.rosa, hand.patient).status == "draft"


def test_who_does_not_fit_is_not_enrolled_and_each_rule_says_so(site: Trying) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    (child,) = site.patients(1, born="2019-01-01", sick=False)
    looked = enrolling.enrol(site.rosa, pilot.id, child)
    assert looked.case is None
    assert [one.holds for one in looked.judged] == [False, False]
    refused = site.pipeline.store.pilots.get(pilot.id).last(Step.REFUSE)
    assert refused is not None and refused.patient == "" and refused.said == {"rules": "age_from condition"}


def test_nobody_is_enrolled_by_a_stranger_after_the_weeks_or_where_a_document_waits(site: Trying) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    one, other = site.patients(2)
    with pytest.raises(NotLicensed):
        enrolling.enrol(site.pipeline.store.users.reviewer("osei"), pilot.id, one)
    site.drafts(site.rosa, one)
    with pytest.raises(NotApproved, match="waits for a decision"):
        enrolling.enrol(site.rosa, pilot.id, one)
    site.later(days=56)
    with pytest.raises(NotApproved, match="8 weeks"):
        enrolling.enrol(site.rosa, pilot.id, other)


def test_who_leaves_enrols_nobody_and_her_cases_stay(site: Trying) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    one, other = site.patients(2)
    enrolling.enrol(site.rosa, pilot.id, one)
    site.pipeline.piloting.leave(site.rosa, pilot.id, site.rosa.user, "moved to another clinic")
    with pytest.raises(NotLicensed):
        enrolling.enrol(site.rosa, pilot.id, other)
    assert len(site.pipeline.store.pilots.get(pilot.id).enrolled) == 1


def test_a_serious_event_holds_the_pilot_tells_the_named_person_and_only_she_or_a_lead_goes_on(
    site: Trying,
) -> None:
    pilot, enrolling = site.running(), site.pipeline.enrolling
    one, other = site.patients(2)
    enrolling.enrol(site.rosa, pilot.id, one)
    enrolling.report(
        site.rosa, pilot.id, one, severity="near_miss", related=True, why="wrong dose, seen in time"
    )
    assert site.pipeline.store.pilots.get(pilot.id).stage is Stage.RUNNING
    enrolling.report(site.rosa, pilot.id, one, severity="serious", related=True, why="wrong dose was given")
    assert site.pipeline.store.pilots.get(pilot.id).stage is Stage.HELD
    told = {
        one.user: [n.kind for n in site.pipeline.store.notices.of(one.user)]
        for one in (site.watcher, site.lead, site.rosa, site.nina)
    }
    assert told[site.watcher.user] == told[site.lead.user] == [NoticeKind.PILOT]
    assert told[site.rosa.user] == told[site.nina.user] == [NoticeKind.PILOT_TURN]
    with pytest.raises(NotApproved, match="stop rule"):
        enrolling.enrol(site.rosa, pilot.id, other)
    with pytest.raises(NotLicensed):
        site.pipeline.piloting.decide(site.rosa, pilot.id, go_on=True, why="it was nothing")
    site.pipeline.piloting.decide(site.watcher, pilot.id, go_on=True, why="the dose came from the pharmacy")
    assert enrolling.enrol(site.rosa, pilot.id, other).case is not None
    site.pipeline.piloting.decide(site.lead, pilot.id, go_on=False, why="we stop here")
    assert site.pipeline.store.pilots.get(pilot.id).stage is Stage.STOPPED
    assert site.drafts(site.nina, other).status == "draft", "a pilot that is over binds nobody"
    told = [one.kind for one in site.pipeline.store.notices.of(site.nina.user)]
    assert told == [NoticeKind.PILOT_TURN] * 3, "held, going on, stopped"


def test_a_stop_is_told_to_the_leads_where_its_monitor_works_here_no_more_and_again_each_day(
    site: Trying,
) -> None:
    pilot, store = site.running(), site.pipeline.store
    (one,) = site.patients(1)
    site.pipeline.enrolling.enrol(site.rosa, pilot.id, one)
    store.users.activate("walt", False)
    store.users.activate("lena", False)
    store.users.create("lou", role="quality_lead")
    lou = store.users.reviewer("lou")
    site.pipeline.enrolling.report(
        site.rosa, pilot.id, one, severity="serious", related=True, why="wrong dose was given"
    )
    assert [told.kind for told in store.notices.of(lou.user)] == [NoticeKind.PILOT]
    assert site.pipeline.trials.keep_up("worker") == 0
    assert [told.kind for told in store.notices.of(lou.user)] == [NoticeKind.PILOT] * 2
    site.pipeline.piloting.decide(lou, pilot.id, go_on=True, why="it came from the pharmacy")
    site.pipeline.trials.keep_up("worker")
    assert [told.kind for told in store.notices.of(lou.user)] == [NoticeKind.PILOT] * 2


def test_a_monitor_without_an_account_and_steps_of_two_people_start_no_pilot(site: Trying) -> None:
    for given in ({"monitor": "walt"}, {"design": Design.STEPPED_WEDGE}, {"design": Design.WAITING_LIST}):
        written = site.pipeline.piloting.write(site.lead, site.protocol(**given))
        with pytest.raises(InputError):
            site.pipeline.piloting.lock(site.lead, written.id)
