"""The audit log says who did what, and shows what was changed, taken out, added or moved."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from careloom.privacy.crypto import Key, Keys
from careloom.store import Store, open_store, triggers
from careloom.store.audit import Audit
from careloom.store.models import AuditEvent, AuditSeal

TABLES = [AuditEvent._meta.db_table, AuditSeal._meta.db_table]


@contextmanager
def tampering() -> Iterator[None]:
    """Somebody with the right to drop triggers."""
    triggers.drop(connection, TABLES)
    yield
    triggers.create(connection, TABLES)


@pytest.fixture
def log(store: Store, alice: str) -> Audit:
    """Six events, sealed in two rounds."""
    for number in range(6):
        store.audit.note("u1", "read", patient=alice, what=f"record {number}", why="called by Alice")
        if number == 2:
            assert store.audit.seal() == 3
    assert store.audit.seal() == 3
    return store.audit


def why(found: dict[str, Any]) -> list[str]:
    return [fault["why"] for fault in found["faults"]]


def test_a_log_that_nobody_touched_is_whole(log: Audit) -> None:
    found = log.verify()
    assert (found["ok"], found["sealed"], found["unsealed"], found["faults"]) == (True, 6, 0, [])
    assert len(found["head"]) == 64


def test_what_was_not_sealed_yet_is_reported_as_the_tail(log: Audit) -> None:
    log.note("u2", "read")
    found = log.verify()
    assert (found["ok"], found["sealed"], found["unsealed"]) == (True, 6, 1)
    assert log.seal() == 1
    assert log.seal() == 0
    assert log.verify()["head"] != found["head"]


def test_who_did_what_with_alice_is_told_in_order(log: Audit, alice: str) -> None:
    told = log.of(alice)
    assert [one["what"] for one in told] == [f"record {number}" for number in range(6)]
    assert told[0]["why"] == "called by Alice"
    assert b"Alice" not in bytes(AuditEvent.objects.first().sealed_why)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "u9"},
        {"action": "write"},
        {"what": "another"},
        {"patient": None},
        {"patient": uuid.UUID(int=5)},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"sealed_why": b"x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_event_is_found(log: Audit, change: dict[str, Any]) -> None:
    victim = AuditSeal.objects.get(sequence=3).event
    with tampering():
        AuditEvent.objects.filter(pk=victim).update(**change)
    found = log.verify()
    assert not found["ok"]
    assert [fault["sequence"] for fault in found["faults"]] == [3]
    assert "changed" in why(found)[0]


def test_a_deleted_event_is_found(log: Audit) -> None:
    with tampering():
        AuditEvent.objects.filter(pk=AuditSeal.objects.get(sequence=2).event).delete()
    assert "missing" in why(log.verify())[0]


def test_an_event_deleted_with_its_link_is_found(log: Audit) -> None:
    with tampering():
        link = AuditSeal.objects.get(sequence=4)
        AuditEvent.objects.filter(pk=link.event).delete()
        link.delete()
    assert "links are missing" in why(log.verify())[0]


def test_two_events_that_change_places_are_found(log: Audit) -> None:
    with tampering():
        second, fifth = AuditSeal.objects.get(sequence=2), AuditSeal.objects.get(sequence=5)
        AuditSeal.objects.filter(pk=second.pk).update(event=uuid.UUID(int=1))
        AuditSeal.objects.filter(pk=fifth.pk).update(event=second.event)
        AuditSeal.objects.filter(pk=second.pk).update(event=fifth.event)
    assert [fault["sequence"] for fault in log.verify()["faults"]] == [2, 5]


def test_a_chain_mended_without_the_key_is_found(log: Audit, alice: str) -> None:
    forger = Audit(Keys("demo", (Key(b"f" * 32, "demo"),)))
    with tampering():
        AuditSeal.objects.all().delete()
        AuditEvent.objects.filter(what="record 1").update(actor="u9")
        forger.seal()
    found = log.verify()
    assert len(found["faults"]) == 6


def test_a_chain_that_went_on_after_a_rotation_is_whole(log: Audit, store: Store) -> None:
    after = Audit(Keys("demo", (Key(b"n" * 32, "demo"), *store.keys.all)))
    after.note("u1", "read")
    assert after.seal() == 1
    assert after.verify()["ok"]
    assert "is not here" in why(log.verify())[0]


def test_each_organisation_has_a_chain_of_its_own(log: Audit, store: Store, key: str) -> None:
    other = open_store(home=store.home, organisation="elsewhere", encryption_key=key).audit
    other.note("u1", "read")
    assert other.seal() == 1
    assert other.verify()["sealed"] == 1
    assert log.verify()["sealed"] == 6


def test_an_event_that_became_visible_late_is_still_sealed(log: Audit) -> None:
    earlier = AuditEvent.objects.order_by("at").first().at - timedelta(hours=1)
    AuditEvent.objects.create(
        organisation="demo", at=earlier, actor="u3", action="read", what="", sealed_why=b""
    )
    assert log.seal() == 1
    assert log.verify()["ok"]


def test_more_events_than_one_batch_are_sealed(store: Store) -> None:
    now = datetime.now(UTC)
    AuditEvent.objects.bulk_create(
        AuditEvent(organisation="demo", at=now, actor="u", action="read", what=str(number), sealed_why=b"")
        for number in range(2_300)
    )
    assert store.audit.seal() == 2_300
    found = store.audit.verify()
    assert (found["ok"], found["sealed"], found["unsealed"]) == (True, 2_300, 0)
