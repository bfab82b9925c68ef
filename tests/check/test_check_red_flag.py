"""A sign that can't wait is told wherever somebody said or showed it, and where its author denies it, it isn't."""

from dataclasses import replace

import pytest

from careloom.care.document import Demands, Document, Severity, Statement
from careloom.check.red_flag import rule
from careloom.knowledge.facts import Facts
from tests.draft.people import KNOWLEDGE, TODAY, ana


def told(text: str, *, by: str = "person", section: str = "observed") -> list[str]:
    line = Statement(id="1", section=section, kind="fact", text=text, citations=("e",), written_by=by)
    note = Document(
        patient="p", kind="visit_note", as_of=TODAY, record_version="1", statements=(line,),
        demands=Demands(heard=("observed", "reported")),
    )  # fmt: skip
    found = list(rule(note, Facts(ana().record(), KNOWLEDGE)))
    assert all((one.severity, one.statement) == (Severity.HIGH, "1") for one in found)
    assert list(rule(replace(note, demands=Demands()), Facts(ana().record(), KNOWLEDGE))) == []
    return [one.message for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "Chest pain since this morning.",
        "Slurred speech on the phone.",
        "Denies fever, but short of breath at rest.",
        "No relief of the chest pain after two tablets.",
        "Denies suicidal ideation; later says he wants to kill himself.",
        "Le duele el pecho.",
        "Denies fever, developed chest pain this morning.",
        "Denies low mood, wants to kill himself.",
        "Denies low mood, wants to die.",
        "Denies pain, took the whole bottle.",
        "Negative for fever, now with chest pain.",
        "Denies nausea, chest pain started at 3 am.",
        "Denies nausea, there is chest pain.",
        "He no longer denies suicidal thoughts.",
        "Not denying suicidal thoughts.",
        "Never denied chest pain.",
        "Niega fiebre, ahora con dolor de pecho.",
        "Niega náuseas, dolor de pecho empezó a las 3.",
        "No niega ideas suicidas.",
    ],
)
def test_a_sign_that_was_seen_or_told_is_a_high_finding(text):
    assert told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Denies chest pain, shortness of breath and fever.",
        "No chest pain.",
        "No new or current thoughts of suicide.",
        "Negative for chest pain.",
        "Denies fever, chest pain or SOB.",
        "Denies having chest pain.",
        "Niega dolor de pecho ahora.",
        "Denies current or recent suicidal thoughts.",
        "Walks with a cane.",
    ],
)
def test_a_sign_that_its_author_denies_is_none(text):
    assert told(text) == []


def test_a_patients_own_words_about_self_harm_are_never_taken_for_denied():
    assert told("Reported: “I deny thoughts of suicide”.", by="template", section="reported")


def test_a_sign_that_a_patient_plainly_denies_is_none_though_her_words_are_quoted():
    assert told("Reported: “No chest pain”.", by="template", section="reported") == []
    assert told("Reported: “No sleep, chest pain all night”.", by="template", section="reported")


def test_what_was_taught_is_no_sign():
    assert told("When to call 911 for chest pain.", section="taught") == []
