"""Somebody stops a kind of document in the moment in which another worker drafts, signs or sends one: it is over before, or it isn't done."""

from dataclasses import replace

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.sending import State
from careloom.demo import AS_OF
from careloom.errors import Stopped
from careloom.pipeline import Pipeline
from tests.flow.letters import KIND, Site
from tests.flow.test_deciding import every
from tests.flow.test_unfiling_at_once import waits_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_signs_while_it_is_being_stopped_waits_and_is_refused(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    told = waits_for(
        desk,
        lambda: desk.stop_switch.stop(nurse, "kind", "care_plan", "a wrong dose"),
        lambda: desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)),
    )
    assert isinstance(told, Stopped)
    assert desk.store.proposals.get(plan.id) == plan


def test_a_draft_that_another_worker_has_written_is_not_queued(
    desk: Pipeline, who: str, plan: Proposal, nurse: Reviewer
) -> None:
    record = desk.record_of(who, AS_OF)
    other = replace(plan, id="e0e0" * 8)
    told = waits_for(
        desk,
        lambda: desk.stop_switch.stop(nurse, "site", "", "a wrong dose"),
        lambda: desk.drafting.queue(other, record),
    )
    assert isinstance(told, Stopped) and not desk.store.proposals.exists(other.id)


def test_who_stops_waits_for_the_signature_that_is_being_taken(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    told = waits_for(
        desk,
        lambda: desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)),
        lambda: desk.stop_switch.stop(nurse, "kind", "care_plan", "a wrong dose"),
    )
    assert told is None and desk.store.proposals.get(plan.id).released
    assert len(desk.stop_switch.holding()) == 1


def test_a_message_of_a_stopped_kind_stays_in_the_queue_as_it_is(site: Site) -> None:
    made = site.released(site.sends())
    sending, desk = site.delivering.queue("nora", made.id, "email"), site.desk
    desk.stop_switch.stop("operator", "kind", KIND, "the day is wrong")
    with pytest.raises(Stopped):
        site.delivering.deliver(sending.id)
    assert desk.store.sendings.get(sending.id).state is State.QUEUED
