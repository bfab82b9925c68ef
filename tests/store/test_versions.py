"""What a sender keeps up to date counts in its newest version, and what it has deleted counts no more."""

from dataclasses import replace

import pytest
from django.db import connection

from careloom.care.elsewhere import Named, Told, Withdrawal
from careloom.care.entry import Entry, Message, entry_id
from careloom.privacy.crypto import Key, Keys
from careloom.store import Store
from careloom.store.entries import Entries
from careloom.store.models import EntryRevision, ResourceVersion
from careloom.store.standing import of_patients
from tests.store.conftest import put
from tests.store.people import ALICE, BOB, entries_of

EARLY, LATE = "2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z"


def sent(store: Store, number: int) -> Message:
    return put(store, b'{"resourceType": "Bundle", "id": "%d"}' % number)


def version(
    message: Message, value: str = "7.0", updated: str = "", resource: str = "Observation/5"
) -> Entry:
    """What a message says of an HbA1c that its server keeps up to date."""
    (entry,) = entries_of(message, 1)
    return replace(entry, value=value, source=replace(entry.source, resource=resource, updated=updated))


def values(store: Store, patient: str) -> list[str | None]:
    return [one.value for one in store.entries.of(patient)]


@pytest.mark.parametrize("order", [(EARLY, LATE), (LATE, EARLY), ("", "")])
def test_the_newest_version_counts_in_whatever_order_they_come(
    order: tuple[str, str], store: Store, alice: str
) -> None:
    for number, updated in enumerate(order):
        message = sent(store, number)
        value = {EARLY: "7.0", LATE: "8.1", "": ("7.0", "8.1")[number]}[updated]
        store.entries.add(alice, message, [version(message, value, updated)], "1")
    assert values(store, alice) == ["8.1"]
    assert store.entries.count(alice) == 1
    assert store.entries.counts() == {alice: 1}
    assert EntryRevision.objects.count() == 2


def test_a_page_that_is_read_twice_leaves_a_citation_as_it_is(store: Store, alice: str) -> None:
    first, again = sent(store, 1), sent(store, 2)
    cited = version(first, updated=EARLY)
    assert store.entries.add(alice, first, [cited], "1") == 1
    assert store.entries.add(alice, again, [version(again, updated=LATE)], "1") == 0
    assert store.entries.of(alice) == (cited,)


def test_what_changes_and_changes_back_is_told_each_time(store: Store, alice: str) -> None:
    for number, value in enumerate(["7.0", "8.1", "7.0"]):
        message = sent(store, number)
        store.entries.add(alice, message, [version(message, value)], "1")
    assert values(store, alice) == ["7.0"]
    assert store.entries.of(alice)[0].source.message == message.sha256


def test_reading_everything_again_changes_nothing(store: Store, alice: str) -> None:
    messages = [sent(store, number) for number in range(3)]
    for _ in range(2):
        for message, value in zip(messages, ["7.0", "8.1", "8.1"], strict=True):
            store.entries.add(alice, message, [version(message, value)], "1")
        assert values(store, alice) == ["8.1"]
        assert EntryRevision.objects.count() == ResourceVersion.objects.count() == 2


def test_two_patients_whom_a_file_numbers_alike_keep_their_own(store: Store, alice: str) -> None:
    bob = store.patients.create(BOB)
    for number, whose in enumerate([alice, bob]):
        message = sent(store, number)
        store.entries.add(whose, message, [version(message, str(number), (EARLY, LATE)[number])], "1")
    assert (values(store, alice), values(store, bob)) == (["0"], ["1"])


def test_what_a_server_moves_to_another_patient_leaves_the_first(store: Store, alice: str) -> None:
    bob = store.patients.create(BOB)
    for number, whose in enumerate([alice, bob]):
        message = sent(store, number)
        store.entries.add(whose, message, [version(message)], "1", served=True)
    assert (values(store, alice), values(store, bob)) == ([], ["7.0"])


def test_two_sources_that_number_alike_are_two(store: Store, alice: str) -> None:
    for source in ("mercy", "northgate"):
        message = put(store, source=source)
        entry = version(message)
        store.entries.add(alice, message, [replace(entry, id=entry_id(source, "", ""))], "1")
    assert len(values(store, alice)) == 2


def test_what_was_deleted_stays_to_be_seen_as_entered_in_error(store: Store, alice: str) -> None:
    message, deletion = sent(store, 1), sent(store, 2)
    kept = version(message, resource="Observation/6")
    other = replace(kept, id=entry_id(message.sha256, "other", "Observation"))
    store.entries.add(alice, message, [version(message), replace(other, value="9.9")], "1")
    store.entries.withdraw(deletion, [Withdrawal("Observation/5", "line 1")], served=True)
    gone, left = store.entries.of(alice)
    assert gone.status == "entered-in-error"
    assert "deleted at its source by" in gone.detail["note"]
    assert left.status == "final"


def test_what_was_deleted_and_made_again_counts_again(store: Store, alice: str) -> None:
    first, deletion, again = (sent(store, number) for number in range(3))
    store.entries.add(alice, first, [version(first)], "1")
    store.entries.withdraw(deletion, [Withdrawal("Observation/5", "line 1")], served=True)
    store.entries.add(alice, again, [version(again)], "1")
    assert [one.status for one in store.entries.of(alice)] == ["final"]


def test_a_version_that_a_mended_reader_no_longer_finds_gives_way_to_the_one_before(
    store: Store, alice: str
) -> None:
    first, second = sent(store, 1), sent(store, 2)
    store.entries.add(alice, first, [version(first)], "1")
    store.entries.add(alice, second, [version(second, "8.1")], "1")
    assert store.entries.supersede_missing(second, (), "2") == 1
    assert values(store, alice) == ["7.0"]


def test_addresses_are_found_after_the_key_was_changed(store: Store, alice: str) -> None:
    first, second = sent(store, 1), sent(store, 2)
    store.entries.add(alice, first, [version(first)], "1")
    changed = Keys("demo", (Key(b"n" * 32, "demo"), *store.keys.all))
    Entries(changed).add(alice, second, [version(second, "8.1")], "1")
    assert [one.value for one in Entries(changed).of(alice)] == ["8.1"]


def test_a_drug_that_one_message_names_is_known_to_the_next_of_the_same_source(store: Store) -> None:
    message = sent(store, 1)
    store.elsewhere("mercy").keep(message, [Named("Medication/7", b"{}"), Named("Medication/7", b"[]")])
    store.elsewhere("mercy").keep(message, [Named("Medication/7", b"[1]")])
    assert store.elsewhere("mercy").named("Medication/7") == b"[1]"
    assert store.elsewhere("mercy").named("Medication/8") is None
    assert store.elsewhere("northgate").named("Medication/7") is None


def test_whose_a_resource_is_and_what_it_is_called_is_known_to_the_next(store: Store, alice: str) -> None:
    message = sent(store, 1)
    hers = replace(ALICE, identifiers=(replace(ALICE.identifiers[0], system="urn:careloom:source:mercy"),))
    store.entries.add(alice, message, [version(message)], "1")
    assert store.elsewhere("mercy").told("Observation/5") is None
    store.patients.learn(alice, hers)
    assert store.elsewhere("mercy").told("Observation/5") == Told("Hemoglobin A1c", "A-1001")
    assert store.elsewhere("mercy").told("Observation/6") is None


def test_whether_anything_of_hers_counts_no_more_is_told_without_looking_at_all_that_does(
    store: Store,
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses anew, by how much there is")
    asked = of_patients(connection.vendor, 1, 1).replace("%s", "'x'")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        ways = " ".join(row[-1] for row in cursor.fetchall())
    assert "INDEX version_over" in ways and "INDEX version_gone" in ways
