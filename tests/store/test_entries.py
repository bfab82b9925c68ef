"""Entries come back as they were said, in revisions, and the same said again adds nothing."""

from dataclasses import replace

import pytest

from careloom.care.entry import Message
from careloom.errors import InputError
from careloom.privacy.crypto import Key, Keys
from careloom.store import Store
from careloom.store.entries import Entries
from careloom.store.models import EntryRevision
from tests.store.conftest import put
from tests.store.people import BOB, entries_of


def test_alices_entries_come_back_unchanged_and_in_order(store: Store, alice: str, message: Message) -> None:
    said = entries_of(message, 5)
    assert store.entries.add(alice, message, said, "1") == 5
    assert store.entries.of(alice) == said
    assert store.entries.count(alice) == 5
    assert store.entries.counts() == {alice: 5}
    assert store.entries.patients_of(message) == (alice,)


def test_the_same_message_read_again_adds_nothing(store: Store, alice: str, message: Message) -> None:
    said = entries_of(message, 3)
    store.entries.add(alice, message, said, "1")
    assert store.entries.add(alice, message, said, "1") == 0
    assert store.entries.add(alice, message, said, "2") == 0
    assert EntryRevision.objects.count() == 3


def test_a_mended_reader_makes_a_revision_of_what_it_reads_differently(
    store: Store, alice: str, message: Message
) -> None:
    first, second, third = entries_of(message, 3)
    store.entries.add(alice, message, (first, second, third), "1")
    mended = replace(second, unit="mmol/mol", value="53")
    assert store.entries.add(alice, message, (first, mended, third), "2") == 1
    assert store.entries.of(alice) == (first, mended, third)
    assert store.entries.add(alice, message, (first, second, third), "1") == 1
    assert store.entries.of(alice) == (first, second, third)
    revisions = EntryRevision.objects.filter(entry=second.id).order_by("revision")
    assert [(row.revision, row.reader_version) for row in revisions] == [(1, "1"), (2, "2"), (3, "1")]


def test_what_a_mended_reader_no_longer_finds_is_retired_and_can_return(
    store: Store, alice: str, message: Message
) -> None:
    said = entries_of(message, 3)
    store.entries.add(alice, message, said, "1")
    assert store.entries.supersede_missing(message, {said[0].id}, "2") == 2
    assert store.entries.of(alice) == said[:1]
    assert store.entries.count(alice) == 1
    assert store.entries.supersede_missing(message, {said[0].id}, "2") == 0
    assert store.entries.add(alice, message, said, "3") == 2
    assert store.entries.of(alice) == said


def test_an_entry_that_turns_out_to_be_bobs_leaves_alice(store: Store, alice: str, message: Message) -> None:
    bob = store.patients.create(BOB)
    said = entries_of(message, 2)
    store.entries.add(alice, message, said, "1")
    assert store.entries.add(bob, message, said[1:], "1") == 1
    assert store.entries.of(alice) == said[:1]
    assert store.entries.of(bob) == said[1:]
    assert set(store.entries.patients_of(message)) == {alice, bob}


def test_whose_an_entry_is_follows_it_to_bob_and_is_nobodys_for_one_that_there_is_not(
    store: Store, alice: str, message: Message
) -> None:
    bob = store.patients.create(BOB, put(store, b"bob"))
    entry = entries_of(message)[0]
    for whose in (alice, bob):
        store.entries.add(whose, message, [entry], "1")
        assert store.entries.patient(entry.id) == whose
    assert store.entries.patient("0" * 32) == ""


def test_entries_of_several_messages_come_in_the_order_of_receipt(
    store: Store, alice: str, message: Message
) -> None:
    later = put(store, b"a later one")
    new, old = entries_of(later, 2), entries_of(message, 2)
    store.entries.add(alice, later, new, "1")
    store.entries.add(alice, message, old, "1")
    assert store.entries.of(alice) == old + new


def test_an_entry_is_refused_that_stands_twice_or_comes_from_elsewhere(
    store: Store, alice: str, message: Message
) -> None:
    (said,) = entries_of(message, 1)
    with pytest.raises(InputError, match="twice"):
        store.entries.add(alice, message, (said, said), "1")
    with pytest.raises(InputError, match="another message"):
        store.entries.add(alice, put(store, b"another"), (said,), "1")
    with pytest.raises(InputError, match="unknown message"):
        store.entries.add(alice, replace(message, source="nobody"), (said,), "1")
    assert store.entries.count(alice) == 0


def test_a_transaction_that_fails_adds_none_of_its_entries(
    store: Store, alice: str, message: Message
) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.entries.add(alice, message, entries_of(message, 2), "1")
        raise RuntimeError
    assert store.entries.of(alice) == ()


def test_more_entries_than_one_statement_takes_are_added_and_compared(
    store: Store, alice: str, message: Message
) -> None:
    said = entries_of(message, 1_203)
    assert store.entries.add(alice, message, said, "1") == 1_203
    assert store.entries.add(alice, message, said, "1") == 0
    assert store.entries.of(alice) == said


def test_after_a_rotation_the_same_entries_are_still_the_same(
    store: Store, alice: str, message: Message
) -> None:
    said = entries_of(message, 2)
    store.entries.add(alice, message, said, "1")
    after = Entries(Keys("demo", (Key(b"n" * 32, "demo"), *store.keys.all)))
    assert after.add(alice, message, said, "1") == 0
    assert after.of(alice) == said


def test_no_word_of_an_entry_lies_readable_in_its_row(store: Store, alice: str, message: Message) -> None:
    store.entries.add(alice, message, entries_of(message, 1), "1")
    row = EntryRevision.objects.get()
    assert row.kind == "Observation"
    for word in (b"Hemoglobin", b"4548-4", b"7.0", "größer".encode()):
        assert word not in bytes(row.sealed)
