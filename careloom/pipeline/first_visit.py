"""First visit: the questions before it as a FHIR Questionnaire, and what is known already in a QuestionnaireResponse.

Takes    whose first visit it is
Gives    a Bundle (R4) of both: instruments that nobody answered within a year, open questions for what the record lacks, and what the
         record has, with the ids of its entries
Never    answers a question of an instrument, asks what is known and not too old, or tells what a programme of 42 CFR Part 2 sent

The answered QuestionnaireResponse comes back as every message does (`careloom connect`): `connect/fhir/survey.py` has what follows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from careloom.care.document import Reviewer
from careloom.care.record import PatientRecord
from careloom.connect.fhir.survey import GAP, NAME, OURS
from careloom.draft import must_live
from careloom.draft.intake_document import OF_ADULTS
from careloom.knowledge.days import is_child
from careloom.knowledge.instruments import Instrument, Item, load_instruments
from careloom.store.opening import Store

VERSION = "2"
# What somebody can be asked in an open question, in its words; an assessment that needs an instrument or an examination isn't.
OPEN = {
    "caregiver_assessment": "Who helps the patient at home, with what, and how is the helper coping?",
    "functional_assessment": "With which other daily tasks (shopping, cooking, medicines, money, getting about) is help needed?",
    "environment_assessment": "What at home makes falls or daily life harder (stairs, rugs, light, bathroom, heating)?",
    "code_status": "Which treatment does the patient want if the heart or breathing stops?",
    "advance_directive": "Is there an advance directive or a health care proxy, and where is it?",
}
# Beside an instrument that fills the same gap: what it doesn't ask, and alone no assessment whoever answers it.
BESIDE = "/beside"
_RECENT = timedelta(days=366)


@dataclass(frozen=True)
class FirstVisit:
    """The questions before the first visits of one organisation's patients."""

    store: Store
    record: Callable[[str, date], PatientRecord]
    clock: Callable[[], datetime]

    def form(self, actor: Reviewer | str, patient: str) -> dict[str, Any]:
        """The Bundle. Raises InputError for nobody, and Refused for somebody who has died."""
        now = self.clock().astimezone()
        patient = self.store.sameness.first(self.store.patients.find(patient))
        record = self.record(patient, now.date())
        must_live(record)
        who = actor.user if isinstance(actor, Reviewer) else actor
        self.store.audit.note(who, "read", patient=patient, what="questionnaire")
        asked = [*_instruments(record), *_open(record)]
        known = list(_known(record))
        questionnaire = {
            "resourceType": "Questionnaire",
            "id": "intake",
            "url": OURS,
            "version": VERSION,
            "title": NAME,
            "status": "active",
            "subjectType": ["Patient"],
            "item": [_known_questions(), *asked],
        }
        response = {
            "resourceType": "QuestionnaireResponse",
            "id": "prefilled",
            "questionnaire": f"{OURS}|{VERSION}",
            "status": "in-progress",
            "subject": {"reference": f"Patient/{patient}"},
            "authored": now.isoformat(timespec="seconds"),
            "item": [_known_answers(known)],
        }
        about = _who(patient, record)
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": one} for one in (about, questionnaire, response)],
        }


def _who(patient: str, record: PatientRecord) -> dict[str, Any]:
    """Whom it is about, with numbers, names and birth date, so that what comes back is known to be theirs."""
    known = record.demographics
    names = [
        {"family": one.family, "given": list(one.given)} for one in known.names if one.family and one.given
    ]
    return {
        "resourceType": "Patient",
        "id": patient,
        "identifier": [{"system": one.system, "value": one.value} for one in known.identifiers],
        **({"name": names} if names else {}),
        **({"birthDate": known.birth_date} if known.birth_date else {}),
        **({"gender": known.sex} if known.sex else {}),
    }


def _instruments(record: PatientRecord) -> Iterator[dict[str, Any]]:
    lacking = {gap.about for gap in record.gaps}
    for one in load_instruments().values():
        wanted = one.closes in lacking if one.closes else not _is_child(record) and not _answered(one, record)
        if wanted and not one.within and not _asks_a_child(one.closes, record):
            yield _group(one)


def _asks_a_child(about: str, record: PatientRecord) -> bool:
    """Whether a child would be asked what is asked of adults alone."""
    return about in OF_ADULTS and _is_child(record)


def _is_child(record: PatientRecord) -> bool:
    return is_child(record.as_of, record.demographics.birth_date)


def _answered(one: Instrument, record: PatientRecord) -> bool:
    since = record.as_of - _RECENT
    return any(
        entry.happened and since <= entry.happened.day and {code.code for code in entry.codes} & {one.total}
        for entry in record.entries
    )


def _group(one: Instrument) -> dict[str, Any]:
    return {
        "linkId": one.name,
        "text": f"{one.title}. {one.asks}",
        "type": "group",
        "code": [_coding(one.system, one.panel, one.title)],
        "item": [_question(one, item) for item in one.items],
    }


def _question(one: Instrument, item: Item) -> dict[str, Any]:
    options = [_coding(item.system, each.code, each.display) for each in item.options]
    return {
        "linkId": one.link(item),
        "text": item.text,
        "type": "choice",
        "code": [_coding(item.system, item.code, item.text)],
        "answerOption": [{"valueCoding": each} for each in options],
    }


def _open(record: PatientRecord) -> Iterator[dict[str, Any]]:
    scored = {one.closes for one in load_instruments().values()}
    for gap in record.gaps:
        if gap.about in OPEN and not _asks_a_child(gap.about, record):
            link = f"{GAP}{gap.about}{BESIDE if gap.about in scored else ''}"
            yield {"linkId": link, "text": OPEN[gap.about], "type": "text"}


def _known(record: PatientRecord) -> Iterator[tuple[str, str, list[str]]]:
    """What is known, by the question that it answers: names with the entries that they rest on."""
    for one in record.problems:
        if one.status == "active":
            yield "problems", one.name, list(one.entries)
    for drug in record.medications:
        if drug.current:
            yield "medicines", drug.name, list(drug.entries)
    for allergy in record.allergies:
        if allergy.status == "active":
            yield "allergies", allergy.substance, list(allergy.entries)


_KNOWN = {
    "problems": "Problems on record: which are not so, and which are missing?",
    "medicines": "Medicines on record: which are not taken, and which are missing?",
    "allergies": "Allergies and intolerances on record: which are not so, and which are missing?",
}


def _known_questions() -> dict[str, Any]:
    items = [
        {"linkId": f"known/{name}", "text": text, "type": "string", "repeats": True}
        for name, text in _KNOWN.items()
    ]
    return {"linkId": "known", "text": "What is known", "type": "group", "item": items}


def _known_answers(known: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    items = []
    for name, text in _KNOWN.items():
        answers = [
            {
                "valueString": words,
                "extension": [{"url": "urn:careloom:entry", "valueString": entry} for entry in entries],
            }
            for about, words, entries in known
            if about == name
        ]
        items.append({"linkId": f"known/{name}", "text": text, **({"answer": answers} if answers else {})})
    return {"linkId": "known", "text": "What is known", "item": items}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": code, "display": display}
