"""Samuel's copy is written from what somebody signed, waits for a person as every clinical text does, and only then may be sent."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Proposal, Reviewer, Tier
from careloom.care.sending import State
from careloom.demo import HERE
from careloom.errors import NotApproved, Refused, StaleRecord
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from tests.flow.samuel import SAMUEL
from tests.flow.test_deciding import NOW, every, note

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_a_copy_needs_a_signed_plan_and_a_person(desk: Pipeline, physician: Reviewer) -> None:
    who, fields = desk.find(SAMUEL), {"recipient": "patient"}
    with pytest.raises(Refused, match="sign one first"):
        desk.propose("test", who, kind="patient_copy", as_of=TODAY, model="none", given=fields)
    plan = desk.propose("test", who, as_of=TODAY, model="none")
    assert desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)).status == "active"
    copy = desk.propose("test", who, kind="patient_copy", as_of=TODAY, model="none", given=fields)
    assert copy.status == "draft" and copy.tier > Tier.AUTO
    assert {one.verdict for one in copy.document.statements} == {"supported"}
    again = desk.propose("test", who, kind="patient_copy", as_of=TODAY, model="none", given=fields)
    assert again.id == copy.id
    with pytest.raises(NotApproved):
        desk.delivering.queue("test", copy.id, "portal")
    assert desk.decide(physician, copy.id, Action.APPROVE, opened=every(copy)).status == "active"


def test_what_tells_of_a_plan_is_sent_to_no_home_that_is_not_safe_and_a_reminder_is_not_held_by_it(
    home: Path, tmp_path: Path
) -> None:
    house = {"practice_name": "Lakeside Clinic", "practice_phone": "555-123-4567", "quiet_hours": ""}
    built = pipelines.build(replace(settings.read(), home=home, model="none", **house), clock=lambda: NOW)
    built.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    built.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", date(2030, 1, 1)))
    osei, who = built.store.users.reviewer("osei"), built.find(SAMUEL)

    def sent(kind: str, **fields: str) -> State:
        made = built.propose("test", who, kind=kind, as_of=TODAY, model="none", given=fields)
        filed = built.decide(osei, made.id, Action.APPROVE, opened=every(made))
        return built.delivering.deliver(built.delivering.queue("test", filed.id, "portal").id).state

    plan = built.propose("test", who, as_of=TODAY, model="none")
    built.decide(osei, plan.id, Action.APPROVE, opened=every(plan))
    note(built, tmp_path, "His wife hits him and he is afraid to go home.")
    newer = built.propose("test", who, as_of=TODAY, model="none")
    built.decide(osei, newer.id, Action.APPROVE, opened=every(newer))
    assert sent("patient_copy", recipient="patient", release="violence") is State.CANCELLED
    assert sent("outreach_message", ask="call_us", channel="phone", agreed="2026-11-01") is State.SENT


def test_a_copy_of_a_plan_that_was_signed_anew_since_is_neither_signed_nor_sent(
    home: Path, tmp_path: Path
) -> None:
    now = [NOW]
    house = {"practice_name": "Lakeside Clinic", "practice_phone": "555-123-4567", "quiet_hours": ""}
    built = pipelines.build(
        replace(settings.read(), home=home, model="none", **house),
        clock=lambda: now[0],
    )
    built.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    built.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", date(2030, 1, 1)))
    osei, who = built.store.users.reviewer("osei"), built.find(SAMUEL)

    def signed(kind: str, **fields: str) -> Proposal:
        draft = built.propose("test", who, kind=kind, as_of=TODAY, model="none", given=fields)
        return built.decide(osei, draft.id, Action.APPROVE, opened=every(draft))

    signed("care_plan")
    sent = signed("patient_copy", recipient="patient")
    sending = built.delivering.queue("test", sent.id, "portal")
    waits = built.propose(
        "test",
        who,
        kind="patient_copy",
        as_of=TODAY,
        model="none",
        given={"recipient": "patient", "release": "hiv"},
    )
    now[0] += timedelta(minutes=5)
    note(built, tmp_path, "He has no car and no ride to the clinic.")
    signed("care_plan")
    with pytest.raises(StaleRecord, match="newer care plan"):
        built.decide(osei, waits.id, Action.APPROVE, opened=every(waits))
    ended = built.delivering.deliver(sending.id)
    assert (ended.state, ended.why) == (
        State.CANCELLED,
        "a newer care plan was signed since; its copy goes in place of this one",
    )
    assert signed("patient_copy", recipient="patient").status == "active"
