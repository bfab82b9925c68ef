"""What people write of a patient in their own words is let through where it is so, and stopped where it is not.

Each saying has its citations (names of resources), then the sentence; `{so|kind:not so}` are words that are so and, with their kind
of fault, words that are not. Nurses, physicians, pharmacists and social workers write, some in plain words and some in telegrams.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from careloom import connect, record
from careloom.care.document import Document, Severity, Statement
from careloom.care.entry import Message
from careloom.care.record import PatientRecord
from careloom.check import check
from tests.safety.plans import knowledge

HERE = Path(__file__).parent / "sayings"
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Saying:
    """A sentence with its citations, and the kind of its fault ("" where it is so)."""

    text: str
    citations: tuple[str, ...]
    kind: str


def _record(given: Mapping[str, Any]) -> tuple[PatientRecord, Mapping[str, list[str]]]:
    """A person's record, and the ids of the entries of each of her resources by its name."""
    body = json.dumps(given["bundle"]).encode()
    message = Message(
        hashlib.sha256(body).hexdigest(),
        "Riverside EHR",
        connect.detect("x.json", body[:4096]),
        name="x.json",
    )
    readings = list(connect.read(message, io.BytesIO(body), knowledge=knowledge(), max_json_mb=64))
    entries = [entry for reading in readings for entry in reading.entries]
    found = record.assemble(
        given["person"],
        entries,
        knowledge(),
        date.fromisoformat(given["as_of"]),
        [one.person for one in readings],
    )
    ids: dict[str, list[str]] = {}
    for entry in found.entries:
        for source in (entry.source, *entry.also):
            if place := re.search(r"entry\[(\d+)\]", source.where):
                ids.setdefault(given["names"][int(place[1])], []).append(entry.id)
    return found, ids


def _sayings(lines: list[str]) -> Iterator[Saying]:
    for line in lines:
        head, _, text = (part.strip() for part in line.partition("|"))
        choices = [choice.split("|") for choice in _CHOICE.findall(text)]
        for wrong in ("", *(one for choice in choices for one in choice[1:])):
            kind, _, words = wrong.partition(":")
            said = iter([words if wrong and wrong in choice else choice[0] for choice in choices])
            yield Saying(_CHOICE.sub(lambda _, said=said: next(said), text), tuple(head.split()), kind)


def _stopped(given: Mapping[str, Any]) -> list[tuple[Saying, bool]]:
    """Every saying about a person, and whether a high or moderate finding names it."""
    found, ids = _record(given)
    told = list(_sayings(given["sayings"]))
    statements = tuple(
        Statement(
            id=f"s{number}",
            section="text",
            kind="fact",
            text=one.text,
            citations=tuple(dict.fromkeys(entry for name in one.citations for entry in ids[name])),
            written_by="person",
        )
        for number, one in enumerate(told)
    )
    document = Document(
        patient=given["person"],
        kind="care_plan",
        as_of=date.fromisoformat(given["as_of"]),
        record_version=found.version,
        statements=statements,
    )
    findings = check(document, found, knowledge())
    named = {one.statement for one in findings if one.severity is not Severity.LOW}
    return [(one, statement.id in named) for one, statement in zip(told, statements, strict=True)]


@pytest.mark.parametrize(
    ("name", "most_blocked", "least_caught"),
    [("first", 0.05, 0.93), ("second", 0.06, 0.92), ("third", 0.08, 0.91), ("fourth", 0.1, 0.93)],
)
def test_what_people_write_is_let_through_where_it_is_so(
    name: str, most_blocked: float, least_caught: float
) -> None:
    people = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]
    told = [one for given in people for one in _stopped(given)]
    so = [stopped for saying, stopped in told if not saying.kind]
    wrong = [(saying, stopped) for saying, stopped in told if saying.kind]
    assert len(so) >= 60
    assert sum(so) <= most_blocked * len(so)
    missed = [saying for saying, stopped in wrong if not stopped]
    assert len(missed) <= (1 - least_caught) * len(wrong), missed


@pytest.mark.parametrize(
    ("named", "so", "not_so"),
    [
        ("copd", "COPD is well known to all of us here.", "COPD comes with bronchiectasis."),
        ("na", "Notable hyponatremia at 133 mmol/L.", "Notable hypernatremia at 133 mmol/L."),
        (
            "card",
            "Your heart doctor will see you on December 2.",
            "Your kidney doctor will see you on December 2.",
        ),
        ("carv", "Carvedilol 12.5 mg BID.", "Carvedilol 12.5 mg TID."),
        ("asa", "Aspirin gave him bronchospasm.", "Aspirin gave him blisters."),
        ("k cr", "Potassium and creatinine are 4.3 and 1.4.", "Potassium and creatinine are 1.4 and 4.3."),
        ("pna", "He had pneumonia, which cleared.", "He had pneumonia, which recurred."),
    ],
)
def test_harold_is_told_of_in_other_words(named: str, so: str, not_so: str) -> None:
    harold = json.loads((HERE / "first.jsonl").read_text("utf-8").splitlines()[0])
    told = _stopped({**harold, "sayings": [f"{named} | {so}", f"{named} | {not_so}"]})
    assert [stopped for _, stopped in told] == [False, True]


def test_a_draft_of_ours_gets_no_leave_for_general_words() -> None:
    harold = json.loads((HERE / "first.jsonl").read_text("utf-8").splitlines()[0])
    found, ids = _record(harold)
    text = "His COPD is thoroughly reassuring."
    line = Statement(
        id="s", section="x", kind="fact", text=text, citations=tuple(ids["copd"]), written_by="model"
    )
    document = Document(
        patient="hal",
        kind="care_plan",
        as_of=date(2026, 11, 20),
        record_version=found.version,
        statements=(line,),
    )
    by_model = check(document, found, knowledge())
    by_person = check(replace(document, statements=(replace(line, written_by="person"),)), found, knowledge())
    assert "s" in {one.statement for one in by_model if one.severity is not Severity.LOW}
    assert "s" not in {one.statement for one in by_person if one.severity is not Severity.LOW}
