"""Where two readers differ in what matters, a third one settles whose reading stands."""

from datetime import date

import pytest

from careloom.care.notices import NoticeKind
from careloom.care.second import LineSaid, Mode, Reading, Stage, WholeSaid
from careloom.errors import InputError, NotLicensed
from careloom.store.users import Licence
from tests.flow.test_seconding import alva, clock, decided, desk, now, plan, who

__all__ = ["alva", "clock", "desk", "plan", "who"]
pytestmark = pytest.mark.django_db


def test_what_she_would_strike_of_a_held_document_is_settled_by_a_physician_and_then_filed(
    desk, plan, who, alva
):
    decided(desk, plan, Mode.HOLD)
    line = plan.document.statements[0].id
    reading = Reading(whole=WholeSaid.APPROVE, lines={line: LineSaid.STRIKE}, reason="it is old")
    desk.seconding.read(who("nell"), plan.id, reading)
    assert now(desk, plan) is Stage.THIRD and desk.store.proposals.get(plan.id).status == "draft"
    desk.access.join("operator", alva, "osei")
    for name in ("nora", "nell"):
        with pytest.raises(NotLicensed):
            desk.seconding.settle(who(name), plan.id, "first", "mine")
    told = desk.review(who("osei"), plan.id).second
    assert told.may_settle and told.reading.reason == "it is old"
    with pytest.raises(InputError):
        desk.seconding.settle(who("osei"), plan.id, "first", " ")
    desk.seconding.settle(who("osei"), plan.id, "first", "the diagnosis stands")
    assert desk.store.proposals.get(plan.id).status == "active" and now(desk, plan) is Stage.DONE
    assert desk.store.seconds.unfinished() == (), "what is over is not read again at each page"
    assert any(one.get(line) == "strike" for one in desk.store.improvement.of(plan.id))


def test_a_third_who_upholds_the_second_returns_a_held_document(desk, plan, who, alva):
    decided(desk, plan, Mode.HOLD)
    desk.seconding.read(who("nell"), plan.id, Reading(whole=WholeSaid.REJECT, reason="another person's"))
    desk.access.join("operator", alva, "osei")
    desk.seconding.settle(who("osei"), plan.id, "second", "it isn't hers")
    after = desk.store.proposals.get(plan.id)
    assert after.status == "on-hold" and now(desk, plan) is Stage.DONE
    assert desk.store.seconds.unfinished() == ()
    assert desk.store.chart.of(plan.document.patient) == ()
    assert "it isn't hers" in desk.store.proposals.decisions(plan.id)[-1].reason


def test_what_was_released_wrongly_waits_until_somebody_says_how_it_was_put_right(desk, plan, who, alva):
    decided(desk, plan, Mode.AFTER)
    given = Reading(whole=WholeSaid.APPROVE, high="The foot ulcer is nowhere.", reason="it misses an ulcer")
    desk.seconding.read(who("nell"), plan.id, given)
    assert now(desk, plan) is Stage.THIRD
    desk.access.join("operator", alva, "osei")
    desk.seconding.settle(who("osei"), plan.id, "second", "the ulcer is real")
    assert now(desk, plan) is Stage.CORRECT
    assert desk.store.proposals.get(plan.id).status == "active", "nothing is undone silently"
    assert [one[1] for one in desk.seconding.waiting(who("nora"))] == [Stage.CORRECT]
    desk.escalating.run()
    told = {(one.kind, one.number) for one in desk.store.notices.of(who("nora").user)}
    assert (NoticeKind.CORRECT, 1) in told
    with pytest.raises(NotLicensed):
        desk.seconding.correct(who("nell"), plan.id, "a new plan was signed")
    with pytest.raises(InputError):
        desk.seconding.correct(who("nora"), plan.id, "done")
    desk.seconding.correct(who("nora"), plan.id, "a new plan was signed")
    assert now(desk, plan) is Stage.DONE


def test_a_lead_chooses_the_third_among_those_whose_licence_reaches_as_far(desk, plan, who, alva):
    licence = Licence("MA", "X-nan", date(2031, 6, 30))
    desk.access.join(
        "operator", alva, desk.store.users.create("nan", role="registered_nurse", licence=licence)
    )
    decided(desk, plan, Mode.AFTER)
    desk.seconding.release(who("nell"), plan.id)
    desk.seconding.claim(who("nell"), plan.id)
    desk.seconding.read(who("nell"), plan.id, Reading(whole=WholeSaid.RETURN, reason="too little"))
    with pytest.raises(NotLicensed):
        desk.seconding.settle(who("nan"), plan.id, "first", "it says enough")
    for nobody in ("nora", "nell", "quinn"):
        with pytest.raises(InputError):
            desk.seconding.choose_third(who("quinn"), plan.id, nobody)
    with pytest.raises(NotLicensed):
        desk.seconding.choose_third(who("nora"), plan.id, "nan")
    desk.seconding.choose_third(who("quinn"), plan.id, "nan")
    desk.seconding.settle(who("nan"), plan.id, "first", "it says enough")
    assert now(desk, plan) is Stage.DONE
    assert desk.store.seconds.unfinished() == (), "nothing is to be corrected"
