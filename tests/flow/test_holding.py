"""A site's own packs, protocols and thresholds are in force as they were released: an edited file waits for a change, and goes back with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from careloom import pipeline as pipelines
from careloom.care.change import ChangeKind, ChangeState, Criteria, Criterion, Result, Stage
from careloom.care.document import Proposal, Severity, Tier
from careloom.care.registered import Part, PartKind
from careloom.demo import AS_OF
from careloom.errors import ConfigError, InputError, NotApproved
from careloom.pipeline import Pipeline
from careloom.pipeline.held import digest_of
from careloom.pipeline.holding import Holding
from tests.flow.test_access import person
from tests.flow.test_deciding import note
from tests.flow.test_releasing import plan
from tests.flow.test_reproducing import PACK

pytestmark = pytest.mark.django_db
WORDS = {
    "title": "Another list",
    "description": "The list of this year.",
    "why": "The old one is out of date.",
    "impact": "More findings; each is read.",
}
CRITERIA = Criteria(shadow_fewest=1, group_fewest=1, stages=(Stage(50, 0), Stage(100, 0)))
Build = Callable[..., Pipeline]


@pytest.fixture
def packs(home: Path, desk: Pipeline, tmp_path: Path) -> Path:
    """The folder of packs, with a list of then; a patient who takes both of its drugs."""
    note(desk, tmp_path, "He takes metformin 500 mg twice a day.")
    made = home / "knowledge" / "packs"
    made.mkdir(parents=True)
    write(made, "then")
    return made


@pytest.fixture
def again(desk: Pipeline) -> Build:
    """Another process of the same site, months later each time."""
    months = iter(range(1, 100))

    def build(**settings: Any) -> Pipeline:
        later = timedelta(days=240 * next(months))
        own = replace(desk.settings, **settings)
        return replace(pipelines.build(own, lambda: desk.clock() + later), store=desk.store)

    return build


def write(packs: Path, when: str) -> None:
    (packs / "interactions-own.csv").write_text(PACK.format(f"an invented harm of {when}"))


def harm(proposal: Proposal) -> list[str]:
    return [
        when
        for when in ("then", "now")
        for one in proposal.findings
        if f"invented harm of {when}" in one.message
    ]


def drafted(desk: Pipeline, who: str) -> Proposal:
    return desk.propose("test", who, as_of=AS_OF, model="none")


def signed(desk: Pipeline, change: str) -> None:
    for one in Criterion:
        desk.releasing.keep("operator", change, Result(criterion=one, met=True, words="so it is"))
    for role in ("pharmacist", "quality_lead"):
        desk.releasing.sign(person(desk, f"{role}-{change}", role), change)


def test_another_pack_waits_for_a_change_goes_through_its_gate_and_back(
    who: str, packs: Path, again: Build
) -> None:
    first = drafted(again(), who)
    assert harm(first) == ["then"]
    write(packs, "now")
    desk = again()
    assert desk.holding.waiting().files == (("packs/interactions-own.csv", "changed"),)
    assert harm(desk.propose("test", who, as_of=AS_OF + timedelta(1), model="none")) == ["then"]
    change = desk.propose_from_here("operator", ChangeKind.KNOWLEDGE, WORDS, CRITERIA)
    found = desk.measuring_changes._readable(desk.store.changes.get(change))
    assert found.met and found.values["differs"] == "1" and found.values["examples"] != "0"
    assert desk.measuring_changes.shadow(desk.store.changes.get(change)) == 1
    (beside,) = desk.store.changes.compared(change)
    assert beside.worse == "" and beside.more == 0
    signed(desk, change)
    desk.releasing.go_on("operator", change)
    desk.releasing.go_on("operator", change)
    rolling = desk.propose("test", who, as_of=AS_OF + timedelta(2))
    assert harm(rolling) == ["now"] and rolling.document.model.change == change
    assert desk.releasing.go_on("operator", change).state is ChangeState.RELEASED
    for process in (desk, again()):
        assert harm(process.propose("test", who, as_of=AS_OF + timedelta(3))) == ["now"]
    assert again().holding.waiting().files == ()
    desk.releasing.roll_back("operator", change, "more harm than good")
    after = again()
    assert harm(after.propose("test", who, as_of=AS_OF + timedelta(4))) == ["then"]
    # Over two years, two other packs and a rollback later.
    assert after.clock() - first.created > timedelta(days=730)
    for one in (first, rolling):
        made = after.reproducing.reproduce(one.id)
        assert made.why == () and made.record_same


def test_what_was_released_and_is_lost_stops_the_start_and_a_list_that_tells_less_or_cannot_be_read_is_told(
    who: str, packs: Path, again: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = again()
    drafted(process, who)
    (packs / "interactions-own.csv").write_text("drug a,drug b,severity\nlisinopril,metformin,dreadful\n")
    with monkeypatch.context() as lost:
        lost.setattr(type(process.store.registry), "content", lambda *_: b"other bytes")
        with pytest.raises(ConfigError, match="isn't in the registry"):
            again()
    desk = again()
    change = desk.propose_from_here("operator", ChangeKind.KNOWLEDGE, WORDS, CRITERIA)
    found = desk.measuring_changes._readable(desk.store.changes.get(change))
    assert not found.met and "interactions-own.csv, line 2" in found.values["first"]
    assert harm(desk.propose("test", who, as_of=AS_OF + timedelta(1), model="none")) == ["then"]
    desk.measuring_changes.shadow(desk.store.changes.get(change))
    assert [one.worse for one in desk.store.changes.compared(change)] == ["1 findings are gone"]


def test_a_threshold_waits_too_and_a_draft_in_its_roll_out_is_signed_by_it(who: str, again: Build) -> None:
    first = drafted(again(), who)
    low = {one.id: one.tier for one in first.document.statements}
    desk = again(raise_tiers="plan_change=physician", physician_due_hours=7)
    assert desk.settings.physician_due_hours == 48
    assert [one[0] for one in desk.holding.waiting().said] == ["raise_tiers", "physician_due_hours"]
    change = desk.propose_from_here("operator", ChangeKind.THRESHOLDS, WORDS, CRITERIA)
    signed(desk, change)
    desk.releasing.go_on("operator", change)
    desk.releasing.go_on("operator", change)
    made = desk.propose("test", who, as_of=AS_OF + timedelta(1))
    assert made.due is not None and (made.due - made.created).total_seconds() <= 7 * 3600
    raised = [one for one in made.document.statements if one.tier > low.get(one.id, one.tier)]
    assert {one.tier for one in raised} == {Tier.PHYSICIAN}


def test_one_change_rolls_out_at_a_time_and_one_of_yesterday_is_proposed_anew(
    desk: Pipeline, who: str, again: Build
) -> None:
    drafted(desk, who)
    desk = again(physician_due_hours=7)
    one = desk.propose_from_here("operator", ChangeKind.THRESHOLDS, WORDS, CRITERIA)
    late = desk.propose_from_here("operator", ChangeKind.THRESHOLDS, WORDS, CRITERIA)
    prompt = desk.releasing.propose("operator", plan())
    for change in (one, prompt, late):
        signed(desk, change)
    desk.releasing.go_on("operator", one)
    with pytest.raises(NotApproved):
        desk.releasing.go_on("operator", prompt)
    desk.releasing.go_on("operator", one)
    desk.releasing.go_on("operator", one)
    with pytest.raises(NotApproved):
        desk.releasing.go_on("operator", late)
    assert desk.releasing.go_on("operator", prompt).state is ChangeState.ROLLING
    for kind in (ChangeKind.KNOWLEDGE, ChangeKind.THRESHOLDS):
        with pytest.raises(InputError):
            again(physician_due_hours=7).propose_from_here("operator", kind, WORDS, CRITERIA)
    with pytest.raises(ConfigError):
        again(raise_tiers="no class").propose_from_here("operator", ChangeKind.THRESHOLDS, WORDS, CRITERIA)


def test_an_upgrade_is_written_down_measured_and_signed_afterwards(
    desk: Pipeline, who: str, again: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(desk, who)
    parts = desk.registering.standing()

    def upgraded(one: Part) -> Part:
        mine = (one.kind, one.name) == (PartKind.RULE, "renal")
        return replace(one, sha256="0" * 64) if mine else one

    after = again()
    object.__setattr__(after.registering, "_standing", {upgraded(one): body for one, body in parts.items()})
    for _ in range(2):
        drafted(after, who)
    (found,) = after.releasing.every("operator")
    assert (found.plan.kind, found.state) == (ChangeKind.UPGRADE, ChangeState.RELEASED)
    assert found.plan.description == "changed rule renal" and after.releasing.holds(found)
    pharmacist = person(desk, "phil", "pharmacist")
    with pytest.raises(NotApproved):
        after.releasing.sign(pharmacist, found.id)
    bad = Result(criterion=Criterion.SAFETY, met=False, words="no")
    monkeypatch.setattr(type(after.measuring_changes), "_safety", lambda *_: bad)
    assert after.measuring_changes.keep_up() == 1 and after.measuring_changes.keep_up() == 0
    assert after.store.alarms.newest_of("release", f"upgrade:{found.id}") is not None
    after.releasing.keep("operator", found.id, replace(bad, met=True))
    after.releasing.sign(pharmacist, found.id)
    assert list(after.releasing.sign(person(desk, "lena", "quality_lead"), found.id).signed) == [
        "pharmacist",
        "quality_lead",
    ]
    with pytest.raises(NotApproved):
        after.releasing.roll_back("operator", found.id, "no")


def test_a_stage_at_one_clinic_takes_the_patients_of_whom_it_sends(
    desk: Pipeline, who: str, again: Build
) -> None:
    drafted(desk, who)
    system = next(system for system, _ in desk.store.patients.said(who))
    stages = (Stage(100, 0, ("elsewhere",)), Stage(100, 0, ("elsewhere", system)), Stage(100, 0))
    made = again(physician_due_hours=7)
    change = made.propose_from_here(
        "operator", ChangeKind.THRESHOLDS, WORDS, replace(CRITERIA, stages=stages)
    )
    signed(made, change)
    assert made.releasing.go_on("operator", change).clinics == ("elsewhere",)
    assert made.releasing.of_site(who) is None
    made.releasing.go_on("operator", change)
    assert (found := made.releasing.of_site(who)) is not None and found.id == change
    with pytest.raises(InputError):
        made.propose_from_here(
            "operator",
            ChangeKind.THRESHOLDS,
            WORDS,
            replace(CRITERIA, stages=(Stage(50, 0, ("a",)), Stage(50, 0, ("b",)), Stage(100, 0))),
        )


def test_a_plan_of_before_keeps_its_hash(desk: Pipeline, who: str) -> None:
    drafted(desk, who)
    (began,) = desk.store.changes.by_itself()
    assert desk.releasing.holds(began) and desk.releasing.every("operator") == ()
    assert not desk.store.changes.any() and orjson.loads(began.plan.candidate["files"]) == {}
    told = replace(began.plan, title="other")
    assert digest_of(told, "careloom", began.at) != began.digest
    assert isinstance(desk.holding, Holding)


def test_a_signal_of_the_monitor_takes_it_back_by_itself_and_every_process_follows(
    desk: Pipeline, who: str, again: Build
) -> None:
    drafted(desk, who)
    desk = again(physician_due_hours=7)
    change = desk.propose_from_here("operator", ChangeKind.THRESHOLDS, WORDS, CRITERIA)
    signed(desk, change)
    for _ in CRITERIA.stages:
        desk.releasing.go_on("operator", change)
    assert desk.releasing.keep_up() == 0
    desk.alarming.raise_alarm("model", "drift", "Answers changed.", evidence="week 1", severity=Severity.HIGH)
    assert desk.releasing.keep_up() == 1
    found = desk.store.changes.get(change)
    assert found.state is ChangeState.ROLLED_BACK and found.steps[-1].who == "careloom"
    made = desk.propose("test", who, as_of=AS_OF + timedelta(1))
    assert made.document.model.change == "" and again().settings.physician_due_hours == 48
    assert (desk.holding.in_force().said or {})["physician_due_hours"] == 48
