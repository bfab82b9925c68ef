"""Nothing that identifies Alice lies readable in any table or file."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from careloom.care.document import Action, Decision
from careloom.care.entry import Message
from careloom.store import Store
from tests.store.people import entries_of, proposal_for

WORDS = (
    "Ashdown",
    "Invented Lane",
    "1950-02-03",
    "A-1001",
    "Hemoglobin",
    "HbA1c below",
    "seen with",
    "Rosa Blake",
)


def test_nothing_of_alice_is_readable_at_rest(store: Store, home: Path, alice: str, message: Message) -> None:
    said = entries_of(message, 2)
    store.entries.add(alice, message, said, "1")
    proposal = proposal_for(alice, said)
    store.proposals.add(proposal, {entry.id: entry for entry in said})
    at = datetime(2026, 11, 23, tzinfo=UTC)
    decision = Decision(
        action=Action.RETURN, reviewer="u", role="physician", at=at, reason="seen with Alice Ashdown"
    )
    store.proposals.add_decision(proposal.id, decision)
    store.improvement.add(proposal, {"s1": "Hemoglobin is not hers"})
    store.answers.put("key", "Alice Ashdown takes metformin")
    store.audit.note("u", "read", patient=alice, why="called about Alice Ashdown")
    store.users.create("rosa", role="registered_nurse", name="Rosa Blake")
    held = [_readable(table) for table in connection.introspection.table_names()]
    held += [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    assert len(b"".join(held)) > 5_000
    for word in WORDS:
        assert not [one for one in held if word.encode() in one], word
        assert not [one for one in held if word.encode().hex().encode() in one], word


def _readable(table: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        cells = [cell for row in cursor.fetchall() for cell in row]
    return b"\0".join(
        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in cells
    )
