"""The audit log says who did what, and shows what was changed, taken out, added or moved."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from careloom.care.audited import Asked, Outcome, Purpose, Whence
from careloom.privacy.crypto import Key, Keys
from careloom.store import Store, open_store, triggers, whence
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
        {"address": "198.51.100.9"},
        {"through": "session 1"},
        {"purpose": "ETREAT"},
        {"outcome": "8"},
        {"form": 1},
        {"form": 3},
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


def before_form_2(log: Audit, sequence: int, **columns: Any) -> None:
    """Make one event and its link what they were before events said from where they came."""
    with tampering():
        link = AuditSeal.objects.get(sequence=sequence)
        AuditEvent.objects.filter(pk=link.event).update(
            form=1, address="", through="", purpose="", outcome="0"
        )
        AuditSeal.objects.filter(sequence__gte=sequence).delete()
        log.seal()
        AuditEvent.objects.filter(pk=link.event).update(**columns)


def test_events_from_before_they_said_from_where_are_still_whole(log: Audit) -> None:
    before_form_2(log, 2)
    assert AuditEvent.objects.filter(form=1).count() == 1
    assert log.verify()["ok"] and log.verify()["sealed"] == 6


@pytest.mark.parametrize("columns", [{"address": "198.51.100.9"}, {"outcome": "8"}, {"form": 2}], ids=str)
def test_nothing_is_written_into_an_old_event_afterwards(log: Audit, columns: dict[str, Any]) -> None:
    before_form_2(log, 2, **columns)
    assert [fault["sequence"] for fault in log.verify()["faults"]] == [2]


def test_an_event_says_from_where_and_for_what_it_was_done(store: Store, alice: str) -> None:
    with whence.coming(Whence("203.0.113.7", "session 9f", Purpose.TREATMENT)):
        store.audit.note("u1", "read", patient=alice)
        whence.say(purpose=Purpose.EMERGENCY)
        store.audit.note("u1", "read", patient=alice)
    store.audit.note("u2", "sign-in", outcome=Outcome.FAILED)
    failed, second, first = store.audit.page(Asked(), 9)
    assert first.whence == Whence("203.0.113.7", "session 9f", Purpose.TREATMENT)
    assert second.whence == Whence("203.0.113.7", "session 9f", Purpose.EMERGENCY)
    assert (failed.whence, failed.outcome) == (Whence(), Outcome.FAILED)


def test_the_log_is_asked_by_patient_person_action_and_time_and_read_page_by_page(
    log: Audit, alice: str
) -> None:
    log.note("u2", "draft", patient=alice)
    assert [one.what for one in log.page(Asked(patients=(alice,), actor="u1"), 2)] == ["record 5", "record 4"]
    older = log.page(Asked(actor="u1"), 2)[-1].id
    assert [one.what for one in log.page(Asked(actor="u1"), 2, older)] == ["record 3", "record 2"]
    assert [one.actor for one in log.every(Asked(action="draft"), 9)] == ["u2"]
    last = log.page(Asked(actor="u1"), 1)[0].at
    assert [one.what for one in log.every(Asked(actor="u1", since=last), 9)] == ["record 5"]
    assert len(tuple(log.every(Asked(until=last), 3))) == 3
    assert log.actions() == ("draft", "read")
    assert log.page(Asked(patients=("0" * 32,)), 9) == ()
