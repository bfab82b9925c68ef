"""Settled as: what somebody settles, as the FHIR resources of a message of ours, by which the record says it from then on.

Source   HL7 FHIR R4 (4.0.1): MedicationStatement, AllergyIntolerance (ait-1: a refuted allergy keeps a clinical status), Condition
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careloom.care.entry import Code, Entry
from careloom.care.fills import is_claim
from careloom.care.record import PatientRecord, Problem
from careloom.care.ruling import BASES, Choice, Dispute
from careloom.record.disputes import STATED

Resource = dict[str, Any]
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance"
CONDITION = "http://terminology.hl7.org/CodeSystem/condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is said of a dispute: which choice, what was typed where it is another one, why, by whom (a name) and when."""

    dispute: Dispute
    choice: Choice
    other: str
    reason: str
    name: str
    at: datetime

    @property
    def words(self) -> str:
        """What is settled, in a few words."""
        return self.other if self.choice.value == "other" else self.choice.words


def message(patient: str, address: str, word: Word, record: PatientRecord) -> bytes:
    """The message: the patient and what is said, each resource at an address of its own. What rests on a substance-use programme's
    entries is labelled as theirs."""
    cited = [record.by_id[one] for one in word.dispute.entries if one in record.by_id]
    label = (
        [{"system": ACT_CODE, "code": "42CFRPart2"}] if any("part2" in one.detail for one in cited) else []
    )
    meta = {"lastUpdated": word.at.isoformat(), **({"security": label} if label else {})}
    made = _MAKE[word.dispute.family](word, record)
    resources = [
        {
            **one,
            "id": f"{address}-{number}",
            "meta": meta,
            ("patient" if one["resourceType"] == "AllergyIntolerance" else "subject"): {
                "reference": f"Patient/{patient}"
            },
            "note": [{"text": word.reason}],
        }
        for number, one in enumerate(made, 1)
    ]
    return _bundle(patient, [{"resource": one} for one in resources])


def withdrawal(patient: str, own: Sequence[Entry]) -> bytes:
    """The message by which it is taken back."""
    return _bundle(patient, [{"request": {"method": "DELETE", "url": one.source.resource}} for one in own])


def _bundle(patient: str, entries: Sequence[Resource]) -> bytes:
    who = {"resource": {"resourceType": "Patient", "id": patient}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [who, *entries]}
    return json.dumps(bundle, ensure_ascii=False).encode()


def _drug(word: Word, record: PatientRecord) -> Iterator[Resource]:
    stated = record.by_id.get(word.choice.value.removeprefix(STATED))
    named = _concept(stated.codes if stated else (), (stated and stated.text) or word.dispute.about)
    how = word.other if stated is None else _how(stated, word, record)
    stopped = word.choice.value == "stopped"
    yield {
        "resourceType": "MedicationStatement",
        "status": "stopped" if stopped else "active",
        "medicationCodeableConcept": named,
        "effectiveDateTime": word.at.date().isoformat(),
        "dateAsserted": word.at.isoformat(),
        "informationSource": {"display": word.name},
        **({"dosage": [{"text": how}]} if how and not stopped else {}),
    }


def _how(entry: Entry, word: Word, record: PatientRecord) -> str:
    """How a source says that it is taken; of a fill what its number and days make of it."""
    dosage = entry.dosage
    if dosage is not None:
        said = dosage.text or f"{dosage.dose} {dosage.frequency}".strip()
        return f"{said} {dosage.route}".strip() if dosage.route and not dosage.text else said
    if not is_claim(entry):
        return ""
    drug = next((one for one in record.medications if one.name == word.dispute.about), None)
    ways = drug.regimens if drug else ()
    way = next((one for one in ways if entry.id in one.entries), None)
    return " ".join(filter(None, (way.amount, way.frequency))) if way else ""


def _allergy(word: Word, record: PatientRecord) -> Iterator[Resource]:
    mine = [
        one
        for id in word.dispute.entries
        if (one := record.by_id.get(id)) and one.kind == "AllergyIntolerance" and not one.negated
    ]
    refuted = word.choice.value in BASES
    reactions = next(
        (one.reaction for one in record.allergies if one.substance == word.dispute.about and one.reaction), ""
    )
    categories = next((one.category for one in mine if one.category), ())
    yield {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _coded(f"{ALLERGY}-clinical", "inactive" if refuted else "active"),
        "verificationStatus": _coded(f"{ALLERGY}-verification", "refuted" if refuted else "confirmed"),
        **({} if refuted else {"type": word.choice.value}),
        **({"category": list(categories)} if categories else {}),
        "code": _concept(mine[0].codes if mine else (), word.dispute.about),
        "recordedDate": word.at.isoformat(),
        "asserter": {"display": word.name},
        **({"reaction": [{"manifestation": [{"text": reactions}]}]} if reactions else {}),
    }


def _problem(word: Word, record: PatientRecord) -> Iterator[Resource]:
    """What it is said to be, and, where another name or another diagnosis is chosen, what it then isn't."""
    value, cited = word.choice.value, set(word.dispute.entries)
    problems = [one for one in record.problems if cited.intersection(one.entries)]
    if value.startswith(STATED):
        right = [one for one in problems if value.removeprefix(STATED) in one.entries]
        yield from (_condition(one, "active", "confirmed", word) for one in right)
        yield from (_condition(one, "inactive", "refuted", word) for one in problems if one not in right)
    elif value == "other":
        yield _condition(Problem(word.other, "active", (), ""), "active", "confirmed", word)
        yield from (_condition(one, "inactive", "refuted", word) for one in problems)
    else:
        clinical, certainty = _STATES[value]
        yield from (_condition(one, clinical, certainty, word) for one in problems)


def _condition(problem: Problem, clinical: str, certainty: str, word: Word) -> Resource:
    return {
        "resourceType": "Condition",
        "clinicalStatus": _coded(f"{CONDITION}-clinical", clinical),
        "verificationStatus": _coded(f"{CONDITION}-ver-status", certainty),
        "code": _concept(problem.codes, problem.name),
        "recordedDate": word.at.isoformat(),
        "asserter": {"display": word.name},
    }


def _concept(codes: Sequence[Code], text: str) -> Resource:
    coding = [
        {"system": one.system, "code": one.code, **({"display": one.display} if one.display else {})}
        for one in codes
    ]
    return {**({"coding": coding} if coding else {}), "text": text}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


_STATES = {
    "confirmed": ("active", "confirmed"),
    "resolved": ("resolved", "confirmed"),
    "refuted": ("inactive", "refuted"),
}
_MAKE = {"drug": _drug, "allergy": _allergy, "problem": _problem}
