"""A danger sign in a fresh note is told; what is denied, over, feared, taught or a diagnosis is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Demands, Document, Severity
from careloom.care.entry import Entry, Period, Source, when
from careloom.check.danger_sign import rule
from careloom.knowledge.facts import Facts
from tests.draft.people import KNOWLEDGE, TODAY, ana


def told(text: str, days: int = 3, **said: object) -> list[str]:
    note = Entry(
        id="note", kind="DocumentReference", source=Source("m", "1", "riverside_ehr"), text=text,
        effective=Period(when((TODAY - timedelta(days=days)).isoformat())), status="current",
    )  # fmt: skip
    record = ana().record()
    record = replace(record, entries=(*record.entries, note))
    plan = Document(patient="p", kind="care_plan", as_of=TODAY, record_version="1", statements=(), **said)
    found = list(rule(plan, Facts(record, KNOWLEDGE)))
    assert all(
        (one.severity, one.evidence, one.statement) == (Severity.MODERATE, ("note",), None) for one in found
    )
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("HPI: She is hard to wake and can't wake fully for meals. Her husband found her unresponsive twice.", "can't be woken"),
        ("Short of breath lying flat since Friday; missed two dialysis sessions.", "trouble breathing"),
        ("Denies fever. Has chest pain when climbing stairs.", "chest pain"),
        ("Plan was discussed.\n\nSUBJECTIVE:\nHe vomited blood last night.", "vomiting blood"),
        ("Le falta el aire al caminar.", "trouble breathing"),
        ("New left facial droop and slurred speech this morning.", "stroke"),
    ],
)  # fmt: skip
def test_a_sign_that_a_fresh_note_tells_as_there_is_told(text, sign):
    (message,) = told(text)
    assert sign in message
    assert message.startswith("A note (riverside EHR, 2026-")


def test_every_sign_of_a_note_is_told_and_once():
    (message,) = told(
        "HPI: Chest pain when climbing stairs. He vomited blood last night. Chest pain again today."
    )
    assert "chest pain" in message and "vomiting blood" in message
    assert message.count("chest pain") == 1


@pytest.mark.parametrize(
    "text",
    [
        "Denies chest pain, shortness of breath or syncope.",
        "No chest pain. No trouble breathing.",
        "Past Medical History:\nStroke in 2019, seizures as a child.",
        "She had a stroke in 2019 with residual weakness.",
        "Call 911 if you have chest pain or trouble breathing.",
        "Discharge Instructions:\nReturn for shortness of breath.",
        "Albuterol inhaler 2 puffs as needed for shortness of breath.",
        "Nitroglycerin 0.4 mg under the tongue for chest pain.",
        "Her brother has chest pain and sees a cardiologist.",
        "History of chest pain in 2015.",
        "Chest pain has resolved.",
        "Taught signs of stroke: face drooping, slurred speech.",
        "At risk of fainting.",
        "Any chest pain?",
        "The bleeding has stopped.",
        "She had anaphylaxis from peanut.",
        "Narcan is in the kitchen drawer.",
        "He worked odd jobs all his life.",
    ],
)
def test_what_is_denied_over_another_persons_taught_or_a_diagnosis_is_not(text):
    assert told(text) == []


def test_what_is_older_than_two_weeks_was_somebodys_to_act_on_when_it_was_new():
    text = "Chest pain at rest today."
    assert told(text, 14)
    assert told(text, 15) == []


def test_a_document_that_answers_for_its_own_lines_alone_is_not_held_up_by_it():
    from careloom.check import check

    document = Document(
        patient="p", kind="outreach_message", as_of=TODAY, record_version="1", statements=(), demands=Demands(own_lines=True)
    )  # fmt: skip
    note = Entry(
        id="note", kind="DocumentReference", source=Source("m", "1", "riverside_ehr"), text="Chest pain at rest.",
        effective=Period(when(TODAY.isoformat())), status="current",
    )  # fmt: skip
    record = ana().record()
    record = replace(record, entries=(*record.entries, note))
    assert "danger_sign" not in {one.rule for one in check(document, record, KNOWLEDGE)}
