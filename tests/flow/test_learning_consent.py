"""Who refuses, or takes an agreement back, is in no training set from then on, and a set that holds her can't be trained from any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.errors import InputError, Refused
from careloom.improve.signed import ALLOWED, NOT_REFUSED, REFUSED
from careloom.improve.training_set import DECIDED, TrainingSet, to_json
from careloom.pipeline import Pipeline
from careloom.pipeline.consenting import Paper
from careloom.pipeline.gathering import NOT_AGREED, SETS, _place
from careloom.store.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught(desk: Pipeline, plan: Proposal, physician: Reviewer) -> Pipeline:
    """A home in which a physician amended a line and signed the plan: there is a pair of it."""
    line = next(one for one in plan.document.statements if "shares the signed plan" in one.text)
    every = tuple(one.id for one in plan.document.statements)
    desk.decide(
        physician, plan.id, Action.AMEND, edits={line.id: line.text.replace("or caregiver", "or family")}
    )
    desk.decide(physician, plan.id, Action.APPROVE, opened=every)
    return desk


def paper(desk: Pipeline, **other: object) -> Paper:
    return replace(
        Paper(what="", recipients=(), purpose="", signed=desk.today, document="asked by telephone"), **other
    )


def consents(found: TrainingSet) -> list[str]:
    return [one.consent for one in found.pairs if one.source == DECIDED]


def test_a_withdrawn_consent_leaves_the_pair_out_of_the_next_set(
    taught: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    patient, learns = plan.document.patient, taught.learning
    assert consents(learns.make_set(invented_people=0)) == [NOT_REFUSED]
    assert learns.make_set(invented_people=0, agreed=True).left_out[NOT_AGREED] == 1
    taught.consenting.say_learning(physician, patient, paper(taught))
    agreed = learns.make_set(invented_people=0, agreed=True)
    assert consents(agreed) == [ALLOWED] and learns.cleared(agreed.version).found == agreed
    (kept,) = taught.consenting.learning(physician, patient)
    assert kept.consent.given and kept.entry.value == "permit"
    assert AuditEvent.objects.filter(action="agree to learning", actor=physician.user).count() == 1
    taught.consenting.revoke(physician, patient, kept.entry.id, why="she called")
    after = learns.make_set(invented_people=0)
    assert not after.pairs and after.left_out[REFUSED] == 1 and after.version != agreed.version
    with pytest.raises(Refused, match="nothing is learned any more") as refused:
        learns.cleared(agreed.version)
    assert patient not in str(refused.value)


def test_who_refuses_is_left_out_and_who_agrees_later_is_learned_from_again(
    taught: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    patient, learns = plan.document.patient, taught.learning
    before = paper(taught, signed=taught.today - timedelta(days=3), refused=True)
    taught.consenting.say_learning(physician, patient, before)
    assert learns.make_set(invented_people=0).left_out[REFUSED] == 1
    assert AuditEvent.objects.filter(action="refuse learning").count() == 1
    taught.consenting.say_learning(physician, patient, paper(taught))
    assert consents(learns.make_set(invented_people=0)) == [ALLOWED]
    newest, oldest = taught.consenting.learning(physician, patient)
    assert newest.consent.given and oldest.entry.value == "deny"
    with pytest.raises(InputError, match="later than today"):
        taught.consenting.say_learning(
            physician, patient, paper(taught, signed=taught.today + timedelta(days=2))
        )
    with pytest.raises(InputError, match="say who said it"):
        taught.consenting.say_learning(physician, patient, paper(taught, signer=" "))


def test_a_refusal_holds_for_what_was_signed_before_it_was_said(
    taught: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    """The record of the plan's day knows nothing of what is said a year later."""
    later = replace(taught.learning, clock=lambda: taught.clock() + timedelta(days=370))
    consenting = replace(taught.consenting, clock=later.clock)
    said = paper(taught, signed=taught.today + timedelta(days=369), refused=True)
    consenting.say_learning(physician, plan.document.patient, said)
    made = later.make_set(invented_people=0)
    assert not made.pairs and made.left_out[REFUSED] == 1


def test_a_set_into_which_her_name_was_planted_is_refused_before_anything_is_trained(
    taught: Pipeline,
) -> None:
    learns = taught.learning
    made = learns.make_set(invented_people=0)
    planted = replace(made, pairs=(replace(made.pairs[0], said="Mr. Green is told of it."),))
    sealed = taught.store.keys.seal(to_json(planted), _place(planted.version))
    (learns.folder / SETS / f"{planted.version}.sealed").write_bytes(sealed)
    assert learns.set_of(planted.version) == planted
    for way in (learns.adapter, lambda version: learns.examples("plain", version, rounds=1)):
        with pytest.raises(Refused, match="holds what looks like an identifier") as refused:
            way(planted.version)
        assert "Green" not in str(refused.value)
