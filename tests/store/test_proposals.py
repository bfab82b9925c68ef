"""Proposals round-trip whole, move on only from what was seen, and keep what they cite as it stood."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from careloom.care.document import Action, Decision, Tier
from careloom.care.entry import Message
from careloom.errors import InputError, StaleRecord
from careloom.store import Store, open_store
from careloom.store.models import Filing, ProposalRevision, StoredProposal
from tests.store.people import entries_of, proposal_for

AT = datetime(2026, 11, 23, 9, 30, 0, 5, tzinfo=UTC)


def decision(action: Action = Action.APPROVE, minutes: int = 0) -> Decision:
    return Decision(
        action=action,
        reviewer="u1",
        role="registered_nurse",
        at=AT + timedelta(minutes=minutes),
        statements=("s1",),
        edits={"s1": "Größe: 7 %."},
        struck=("s2",),
        opened=("s3",),
        reason="seen with Alice",
        feedback={"s1": "too long"},
    )


def test_a_proposal_comes_back_as_the_same_noun(store: Store, alice: str, message: Message) -> None:
    proposal = proposal_for(alice, entries_of(message, 2))
    store.proposals.add(proposal, {})
    assert store.proposals.get(proposal.id) == proposal
    assert store.proposals.of(alice) == (proposal,)
    assert store.proposals.exists(proposal.id)


def test_what_a_proposal_cites_stays_as_it_was_when_the_record_moves_on(
    store: Store, alice: str, message: Message
) -> None:
    said = entries_of(message, 3)
    store.entries.add(alice, message, said, "1")
    frozen = {said[0].id: said[0], "f" * 32: said[1]}
    store.proposals.add(proposal_for(alice, said), frozen, (entry.id for entry in said))
    store.entries.add(alice, message, (replace(said[0], value="9.9"), *said[1:]), "2")
    proposal_id = proposal_for(alice).id
    assert store.proposals.frozen(proposal_id) == frozen
    assert store.proposals.seen_entries(proposal_id) == {entry.id for entry in said}


def test_a_proposal_whose_entries_nobody_listed_has_seen_none(store: Store, alice: str) -> None:
    store.proposals.add(proposal_for(alice), {})
    assert store.proposals.seen_entries(proposal_for(alice).id) == frozenset()


def test_the_queue_holds_what_waits_and_the_earliest_due_comes_first(store: Store, alice: str) -> None:
    early, late, done = (proposal_for(alice, number=number) for number in (1, 2, 3))
    late = replace(late, due=early.created + timedelta(days=9))
    store.proposals.add(late, {})
    store.proposals.add(early, {})
    store.proposals.add(done, {})
    store.proposals.replace(done, replace(done, status="active"))
    assert store.proposals.waiting() == (early, late)


def test_a_replaced_proposal_stays_as_a_revision_and_the_queue_follows(store: Store, alice: str) -> None:
    old = proposal_for(alice)
    new = replace(old, status="on-hold", tier=Tier.NURSE, assigned_to="u2", due=None, struck=("s1",))
    store.proposals.add(old, {})
    store.proposals.replace(old, new)
    assert store.proposals.get(old.id) == new
    assert tuple(store.proposals.newest([old.id])) == ((new, 2),)
    row = StoredProposal.objects.get()
    assert (row.version, row.status, row.tier, row.assigned_to, row.due) == (2, "on-hold", 1, "u2", None)
    assert ProposalRevision.objects.count() == 2


def test_a_decision_on_what_somebody_else_has_changed_is_stale(store: Store, alice: str) -> None:
    old = proposal_for(alice)
    store.proposals.add(old, {})
    store.proposals.replace(old, replace(old, opened=("s1", "s2")))
    with pytest.raises(StaleRecord):
        store.proposals.replace(old, replace(old, status="revoked"))
    assert store.proposals.get(old.id).status == "draft"
    with pytest.raises(StaleRecord):
        store.proposals.replace(store.proposals.get(old.id), replace(old, id=f"{9:032x}"))


def test_a_proposal_is_queued_once(store: Store, alice: str) -> None:
    store.proposals.add(proposal_for(alice), {})
    with pytest.raises(StaleRecord):
        store.proposals.add(proposal_for(alice), {})


def test_decisions_come_back_in_the_order_in_which_they_were_taken(store: Store, alice: str) -> None:
    proposal = proposal_for(alice)
    store.proposals.add(proposal, {})
    taken = [decision(Action.AMEND, 2), decision(Action.RETURN, 1)]
    for one in taken:
        store.proposals.add_decision(proposal.id, one)
    assert store.proposals.decisions(proposal.id) == (taken[1], taken[0])


def test_a_proposal_is_found_by_the_beginning_of_its_id(store: Store, alice: str) -> None:
    first = replace(proposal_for(alice), id="abcdef12" + "0" * 24)
    second = replace(proposal_for(alice), id="abcdef34" + "0" * 24)
    for proposal in (first, second):
        store.proposals.add(proposal, {})
    assert store.proposals.find("abcdef12") == first.id
    assert store.proposals.find(str(uuid.UUID(first.id)).upper()) == first.id
    with pytest.raises(InputError, match="more than one"):
        store.proposals.find("abcdef")
    for unknown in ("abc", "", "ffffffff"):
        with pytest.raises(InputError, match="unknown proposal"):
            store.proposals.find(unknown)


@pytest.mark.parametrize("asked", ["", "x", "f" * 32])
def test_an_unknown_proposal_is_an_input_error(store: Store, asked: str) -> None:
    assert not store.proposals.exists(asked)
    with pytest.raises(InputError):
        store.proposals.get(asked)
    with pytest.raises(InputError):
        store.proposals.add_decision(asked, decision())


def test_a_signed_proposal_is_filed_once_and_stays_in_the_chart(store: Store, alice: str) -> None:
    proposal = proposal_for(alice)
    store.proposals.add(proposal, {})
    store.chart.file(proposal, AT)
    store.chart.file(proposal, AT + timedelta(days=1))
    assert store.chart.of(alice) == ((proposal.id, AT),)
    assert Filing.objects.get().version == 1
    with pytest.raises(InputError):
        store.chart.file(proposal_for(alice, number=2), AT)


def test_feedback_is_kept_with_its_proposal(store: Store, alice: str) -> None:
    proposal = proposal_for(alice)
    with pytest.raises(InputError):
        store.improvement.add(proposal, {"reason": "wrong"})
    store.proposals.add(proposal, {})
    store.improvement.add(proposal, {"reason": "Alice has no stairs"})
    store.improvement.add(proposal, {"reason": "said again"})
    assert store.improvement.of(proposal.id) == ({"reason": "Alice has no stairs"}, {"reason": "said again"})


def test_another_organisation_sees_no_proposal(store: Store, alice: str, key: str) -> None:
    proposal = proposal_for(alice)
    store.proposals.add(proposal, {})
    other = open_store(home=store.home, organisation="elsewhere", encryption_key=key)
    assert other.proposals.waiting() == ()
    assert not tuple(other.proposals.newest([proposal.id]))
    assert other.proposals.of(alice) == ()
    assert not other.proposals.exists(proposal.id)
    with pytest.raises(InputError):
        other.proposals.get(proposal.id)
    assert other.chart.of(alice) == ()


def test_an_answer_is_remembered_under_its_own_question(store: Store, key: str) -> None:
    assert store.answers.get("question") is None
    store.answers.put("question", "Größe")
    store.answers.put("question", "another answer")
    assert store.answers.get("question") == "Größe"
    assert store.answers.get("another question") is None
    other = open_store(home=store.home, organisation="elsewhere", encryption_key=key)
    assert other.answers.get("question") is None
