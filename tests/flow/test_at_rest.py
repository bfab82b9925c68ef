"""Somebody with a telling word in every field that a source or a person can fill: none of it lies readable in a table or a file."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Reviewer
from careloom.demo import AS_OF, HERE
from careloom.errors import CareloomError
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from tests.flow.visiting.calls import ATTESTED, CALL

pytestmark = pytest.mark.django_db
# No word of any language, table, guideline or code of ours.
WORD = "Zqxplanted"
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
# What says what a thing is, and not something of it: a reader must understand it, or nothing is stored.
MEANT = (
    "resourceType",
    "system",
    "code",
    "status",
    "reference",
    "intent",
    "url",
    "use",
    "gender",
    "fullUrl",
    "unit",
)
# Identifiers, birth date and telecoms of Samuel himself, as they stand in his record.
HIS = ("RV160001", "1960-06-30", "Samuel", "Green")


def planted(said: Any, name: str = "") -> Any:
    """The message with the word in each text of it, numbered by nothing: it is enough that one shows."""
    if isinstance(said, dict):
        return {key: planted(value, key) for key, value in said.items()}
    if isinstance(said, list):
        return [planted(one, name) for one in said]
    telling = (
        isinstance(said, str) and name not in MEANT and not said[:4].isdigit() and name not in ("id", "type")
    )
    return f"{said} {WORD}" if telling and "://" not in said and not said.startswith("urn:") else said


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Pipeline:
    built = pipelines.build(replace(settings.read(), home=home, model="none"), clock=lambda: NOW)
    record = json.loads((HERE / "riverside_ehr" / "samuel-green.json").read_text())
    (tmp_path / f"{WORD} Samuel Green.json").write_text(json.dumps(planted(record)))
    built.connect([tmp_path / f"{WORD} Samuel Green.json"], source="riverside_ehr")
    until = AS_OF.replace(year=2030)
    licence = Licence("MA", "RN1", until)
    built.store.users.create("nora", role="registered_nurse", name=f"Nora {WORD}", licence=licence)
    built.store.users.create(
        "osei", role="physician", name=f"Osei {WORD}", licence=Licence("MA", "MD1", until)
    )
    return built


def spoil(desk: Pipeline, tmp_path: Path) -> list[str]:
    """Messages that can't be read, each with the word where it hurts."""
    note = (HERE / "social_services" / "2026-10-09-ada-moreno.txt").read_text()
    record = (HERE / "riverside_ehr" / "samuel-green.json").read_text()
    bodies = {
        "a.json": f'{{"resourceType": "{WORD}", "id": "{WORD}"}}',
        "b.json": record.replace('"1960-06-30"', f'"{WORD}"'),
        "c.json": record[: len(record) // 2] + WORD,
        "d.txt": note.replace("Birth date: ", f"Birth date: {WORD} "),
        "e.txt": note.replace("MRN: ", f"MRN: {WORD}"),
        "k.txt": note.replace("MRN: ", f"{WORD}: here\nMRN: "),
        "l.hl7": "MSH|^~\\&|LAB|H|C|H|2026||ORU^R01|1|P|2.5\rPID|1||RV160001^^^H^MR||Green^Samuel||19600630|M\r"
        f"OBR|1|||{WORD}^{WORD}\rOBX|1|{WORD}|{WORD}^{WORD}||{WORD}||||||F\r",
        "f.hl7": f"MSH|^~\\&|{WORD}|H|C|H|2026||ADT^{WORD}|1|P|2.5\rPID|1||{WORD}^^^{WORD}^MR||{WORD}^{WORD}||{WORD}|F\r",
        "g.xml": f"<ClinicalDocument><{WORD}/>{WORD}</ClinicalDocument>",
        "h.csv": f"{WORD},name\n{WORD},{WORD}\n",
        "i.edi": f"ISA*00*{WORD}~ST*837*1~NM1*IL*1*{WORD}~",
        "j.bin": f"\x01\x02{WORD}",
    }
    said = []
    for name, body in bodies.items():
        (tmp_path / f"{WORD}-{name}").write_text(body)
        said += [
            one["message"]
            for one in desk.connect([tmp_path / f"{WORD}-{name}"], source="riverside_ehr").rejected
            if one.get("message")
        ]
    return said


def live(desk: Pipeline, nurse: Reviewer, who: str, tmp_path: Path) -> None:
    """What people of the team do with him, in words of theirs."""
    plan = desk.propose(nurse, who, as_of=AS_OF, model="none")
    desk.decide(nurse, plan.id, Action.RETURN, reason=f"call {WORD} first")
    given = CALL | {
        "start": "14:05", "minutes": "25", "attested": ATTESTED, "reported": f"My neighbour {WORD} does the shopping",
        "observed": f"Speaks of {WORD}", "agreed": f"call {WORD}; social worker; 2026-11-30", "question": f"Does {WORD} matter?",
        "medicines": f"furosemide: differently, {WORD}",
    }  # fmt: skip
    note = desk.propose(nurse, who, kind="visit_note", given=given)
    filed = desk.decide(
        nurse, note.id, Action.APPROVE, opened=tuple(one.id for one in note.document.statements)
    )
    assert filed.status == "active"
    for task in desk.tracking.open("test"):
        desk.tracking.say(nurse, task.id, "cancelled", why=f"because of {WORD}")
    desk.replying.take(f"I have chest pain, says {WORD}".encode(), "text", patient=who)
    desk.replying.take(f"tell {WORD} that I am late".encode(), "text", to=f"{WORD}@mail.example")
    desk.store.audit.note(nurse.user, "read", patient=who, why=f"he asked for {WORD}")
    other = desk.store.patients.create(desk.store.patients.persons(who)[0])
    desk.people.different(nurse, who, other, why=f"{WORD} says so")
    for letter in desk.dead_letters.all():
        desk.dead_letters.set_aside(nurse.user, letter.message, why=f"{WORD} told me")
    desk.store.answers.put(f"question about {WORD}", f"answer about {WORD}")
    desk.data_audit.run("test", AS_OF)
    desk.store.audit.seal()


def test_a_word_planted_in_every_field_is_readable_in_no_table_and_no_file(
    desk: Pipeline, nurse: Reviewer, home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (who,) = desk.store.patients.all()
    assert sum(WORD in str(entry) for entry in desk.store.entries.of(who)) > 5
    spoil(desk, tmp_path)
    assert len(desk.dead_letters.all()) > 5
    live(desk, nurse, who, tmp_path)
    shown = {
        f"{table}.{column}"
        for table in connection.introspection.table_names()
        for column, value in cells(table)
        if shows(value)
    }
    assert shown == set()
    files = [file for file in home.rglob("*") if file.is_file() and "outbox" not in file.parts]
    assert len(files) > 5
    assert [file for file in files if shows(file.read_bytes()) or WORD in str(file)] == []
    assert WORD not in caplog.text


def test_an_error_in_the_log_of_a_planted_message_says_nothing_of_it(desk: Pipeline, tmp_path: Path) -> None:
    spoil(desk, tmp_path)
    for letter in desk.dead_letters.all():
        for one in letter.rejected:
            assert WORD not in f"{one.where} {one.reason}", one.error
    with pytest.raises(CareloomError) as unknown:
        desk.find(f"{WORD}|{WORD}")
    assert WORD not in str(unknown.value)


def shows(value: bytes) -> bool:
    return any(form.encode() in value for form in (WORD, WORD.encode().hex(), *HIS))


def cells(table: str) -> list[tuple[str, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        names = [one[0] for one in cursor.description]
        return [
            (name, bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode())
            for row in cursor.fetchall()
            for name, cell in zip(names, row, strict=True)
        ]
