"""Every sealed column is known, opens in its own place alone, and tells which key sealed it."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from careloom.care.entry import Message
from careloom.errors import ConfigError
from careloom.privacy.custody import Custody
from careloom.privacy.rotating import rotate
from careloom.store import Store, open_store
from careloom.store.models import PatientSaying, StoredMessage
from careloom.store.row import place
from careloom.store.sealed import COLUMNS
from tests.store.conftest import put
from tests.store.people import ALICE, BOB, entries_of, proposal_for

# Bytes that nobody can read and that say nothing: keyed digests, and ids.
NOT_SEALED = {"store_entryrevision.digest", "store_storedproposal.seen", "store_registeredset.parts"}
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def silent(what: str, done: int, of: int) -> None:
    """No progress bar."""


def test_every_column_of_bytes_is_in_the_list_of_what_is_sealed() -> None:
    found = {
        f"{model._meta.db_table}.{column.column}"
        for model in apps.get_app_config("store").get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, models.BinaryField)
    }
    assert found == {one.name for one in COLUMNS} | NOT_SEALED
    assert {name for name in found if ".sealed" in name} == {one.name for one in COLUMNS}


@pytest.fixture
def filled(store: Store, alice: str, message: Message) -> Store:
    """Alice and Bob, with entries, a proposal and words of people."""
    bob = store.patients.create(BOB, message)
    said = entries_of(message, 3)
    store.entries.add(alice, message, said, "1")
    store.proposals.add(proposal_for(alice, said), {entry.id: entry for entry in said})
    store.sameness.say(alice, bob, "different", who="u", why="seen together")
    store.audit.note("u", "read", patient=alice, why="called about Alice")
    store.audit.seal()
    store.users.create("rosa", role="registered_nurse", name="Rosa Blake")
    return store


def test_everything_sealed_opens_in_its_place_and_nowhere_else(filled: Store) -> None:
    places, values = [], []
    for one in COLUMNS:
        for row_id, value in one.model._default_manager.values_list("id", one.column):
            if bytes(value):
                places.append(place(one.table, row_id, one.what))
                values.append(bytes(value))
    assert len(values) > 8
    for position, value in enumerate(values):
        assert filled.keys.open(value, places[position]) is not None
        for other in places:
            if other != places[position]:
                with pytest.raises(ConfigError, match="belongs to another row"):
                    filled.keys.open(value, other)


def test_what_was_altered_is_named_by_its_table_and_row(filled: Store) -> None:
    opened = filled.sealed.open_all(silent, whole=True)
    assert opened.faults == []
    assert opened.values["store_entryrevision.sealed"] == 3
    assert opened.values["messages' bytes"] == StoredMessage.objects.count()
    (file,) = [one for one in (filled.home / "messages").glob("*/*") if one.parent.name != "unfinished"]
    kept = file.read_bytes()
    file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    found = filled.sealed.open_all(silent, whole=False)
    assert found.faults == [f"the bytes of message {StoredMessage.objects.get().sha256}"]


def test_a_sample_opens_a_few_of_each_column(filled: Store) -> None:
    opened = filled.sealed.open_all(silent, most=1)
    assert opened.values["store_entryrevision.sealed"] == 1
    assert opened.values["store_user.sealed_name"] == 1


def opened_with(home: Path, setting: str) -> Store:
    return open_store(home=home, organisation="demo", encryption_key=setting)


@pytest.fixture
def rotated(db: None, home: Path, key: str) -> Callable[[str], Store]:
    """A home of before the keyring with Alice in it, whose master key was replaced and shut out."""
    before = opened_with(home, key)
    message = put(before)
    patient = before.patients.create(ALICE, message)
    before.entries.add(patient, message, entries_of(message, 2), "1")
    before.users.create("rosa", role="registered_nurse", name="Rosa Blake")
    before.audit.note("u", "read", patient=patient, why="called about Alice")
    before.audit.seal()
    return lambda setting: opened_with(home, setting)


def test_after_a_rotation_nothing_needs_the_old_master_key(
    rotated: Callable[[str], Store], home: Path, key: str
) -> None:
    new = _key(b"another master")
    rotate(home, Custody(f"{new},{key}"), NOW)
    rotate(home, Custody(new), NOW, shut_out=True)
    after = rotated(new)
    assert after.sealed.open_all(silent, whole=True).faults == []
    assert after.audit.verify()["ok"]
    (patient,) = after.patients.all()
    assert after.patients.find("urn:mercy:mrn|A-1001") == patient
    assert after.patients.persons(patient)[0].names == ALICE.names
    known = after.patients.known(ALICE)
    assert [one.patient for one in known] == [patient]
    body = [b'{"resourceType": "Bundle"}']
    _, fresh = after.messages.put(body, source="mercy", format="fhir", name="a", zone="UTC")
    assert not fresh
    after.audit.note("u", "read", patient=patient, why="again")
    after.audit.seal()
    assert after.audit.verify()["ok"]
    with pytest.raises(ConfigError, match="no master key that is here"):
        opened_with(home, f"{key},{_key(b'unknown')}")


def test_what_the_old_data_key_still_seals_is_told(
    rotated: Callable[[str], Store], home: Path, key: str
) -> None:
    new = _key(b"another master")
    used = base64.b64decode(key)
    rotate(home, Custody(f"{new},{key}"), NOW, has_sealed=lambda secret: secret == used)
    after = rotated(new)
    assert after.keys.finding.secret == used
    old, fresh = after.keys.all[1].id.hex(), after.keys.writing.id.hex()
    assert after.sealed.by_key()[old]["store_entryrevision.sealed"] == 2
    assert fresh not in after.sealed.by_key()
    bob = after.patients.create(BOB, put(after, b"{}"))
    held = after.sealed.by_key()
    assert held[fresh] == {
        "store_storedmessage.sealed_name": 1,
        "store_patientsaying.sealed": 1,
        "messages' bytes": 1,
    }
    assert held[old]["links of the audit chain"] == 1
    assert PatientSaying.objects.filter(patient=bob).count() == 1


def _key(seed: bytes) -> str:
    """A master key as a setting holds it."""
    return base64.b64encode(hashlib.sha256(seed).digest()).decode()
