"""Invented HL7 v2 and FHIR messages as a laboratory, a hospital and a clinic send them, with what drift makes of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from careloom.care.entry import ICD10, RXNORM, SNOMED
from careloom.care.watched import Cause

FIRST = date(2025, 6, 2)
OLDER = "older and sicker people"
# What can be planted: the cause that it must be named by, and how a series that must be told with it begins.
PLANTED: Mapping[str, tuple[Cause, tuple[str, ...]]] = {
    "a field goes missing": (Cause.DATA, ("shown|clinic|medications",)),
    "a unit changes": (Cause.DATA, ("units|lab|creatinine",)),
    "codes of a laboratory's own": (Cause.DATA, ("whole|lab|labs|standard code", "coding|lab|labs")),
    "a code system changes": (Cause.DATA, ("coding|clinic|diagnoses",)),
    "delay grows": (Cause.DATA, ("delay|lab",)),
    OLDER: (Cause.POPULATION, ("age", "conditions", "payer")),
    "edits": (Cause.PRACTICE, ("edited|",)),
    "rejections": (Cause.PRACTICE, ("sent_back|",)),
    "a rule fires more": (Cause.PRACTICE, ("fired|",)),
}
# ICD-10-CM, SNOMED CT, words, and how often a patient has it: now, and where older ones come.
ILLNESSES: Sequence[tuple[str, str, str, float, float]] = (
    ("I10", "59621000", "Essential hypertension", 0.5, 0.55),
    ("E11.9", "44054006", "Type 2 diabetes mellitus", 0.3, 0.3),
    ("N18.31", "433144002", "Chronic kidney disease stage 3", 0.1, 0.4),
    ("I50.22", "441481004", "Chronic systolic heart failure", 0.06, 0.45),
    ("J45.40", "195967001", "Asthma", 0.25, 0.05),
    ("F32.1", "310496002", "Moderate major depression", 0.15, 0.08),
)
KIDNEY, DIABETES = 2, 1
DRUGS = (("314077", "lisinopril 20 MG Oral Tablet"), ("861007", "metformin hydrochloride 500 MG Oral Tablet"), ("617311", "atorvastatin 40 MG Oral Tablet"))  # fmt: skip
IBUPROFEN = ("310965", "ibuprofen 200 MG Oral Tablet")
CODES = "http://terminology.hl7.org/CodeSystem/"


@dataclass(frozen=True)
class Person:
    """An invented patient, as messages say who she is."""

    number: int
    born: date
    sex: str
    language: str
    payer: str
    ill: tuple[int, ...]

    @property
    def name(self) -> str:
        """Her family name, which is no one's."""
        return "Quill" + "".join(chr(97 + int(digit)) for digit in str(self.number))


def invented(chance: Random, number: int, on: frozenset[str]) -> Person:
    """Somebody new."""
    older = OLDER in on
    years = chance.choices((8, 30, 55, 69, 82), (2, 5, 13, 35, 45) if older else (6, 22, 34, 22, 16))[0]
    payers = (75, 15, 10) if older else (30, 25, 45)
    return Person(
        number=number,
        born=FIRST - timedelta(365 * (years + chance.randrange(8)) + chance.randrange(365)),
        sex=chance.choices("FM", (54, 46))[0],
        language=chance.choices(("en", "es", "vi"), (82, 14, 4))[0],
        payer=chance.choices(("Medicare", "Medicaid", "Larch Health Plan"), payers)[0],
        ill=tuple(n for n, one in enumerate(ILLNESSES) if chance.random() < one[4 if older else 3]),
    )


def batch(messages: Sequence[str]) -> bytes:
    """The night's messages of a source in one file."""
    if not messages[0].startswith("{"):
        return "".join(messages).encode()
    entries = [one for message in messages for one in json.loads(message)["entry"]]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def result(chance: Random, one: Person, day: date, number: int, on: frozenset[str]) -> str:
    """ORU^R01 of a laboratory."""
    days = chance.choice((3, 4, 5, 6)) if "delay grows" in on else chance.choice((0, 0, 0, 1))
    at = datetime.combine(day - timedelta(days), time(chance.randrange(6, 9), chance.randrange(60)))
    told = f"{at:%Y%m%d%H%M}-0400"
    value = round(chance.uniform(0.6, 1.4) + (0.9 if KIDNEY in one.ill else 0), 2)
    creatinine = (f"{value:.2f}", "mg/dL")
    if "a unit changes" in on:
        creatinine = (f"{value * 88.4:.0f}", "umol/L")
    results = [("2160-0", "Creatinine", *creatinine)]
    results.append(("2823-3", "Potassium", f"{chance.uniform(3.6, 5.0):.1f}", "mmol/L"))
    if DIABETES in one.ill:
        results.append(("4548-4", "Hemoglobin A1c", f"{chance.uniform(6.2, 9.5):.1f}", "%"))
    lines = []
    for place, (code, words, digits, unit) in enumerate(results, 1):
        own = "codes of a laboratory's own" in on and chance.random() < 0.8
        coded = f"L{code[:4]}^{words}^99LAB" if own else f"{code}^{words}^LN"
        lines.append(f"OBX|{place}|NM|{coded}||{digits}|{unit}|||||F|||{told}")
    order = f"OBR|1|P{number}|F{number}|24323-8^CMP^LN|||{told}|||||||||||||||{day:%Y%m%d}0900-0400||LAB|F"
    return _hl7("ORU^R01", day, "LABSYS 4.2", number, one, [order, *lines])


def stay(chance: Random, one: Person, day: date, number: int, on: frozenset[str]) -> str:
    """ADT^A08 of a hospital."""
    lines = [f"PV1|1|O|CLINIC||||||||||||||||V{number}|||||||||||||||||||||||||{day:%Y%m%d}0800-0400"]
    lines += [
        f"DG1|{place}||{ILLNESSES[ill][0]}^{ILLNESSES[ill][2]}^I10||{day:%Y%m%d}|W"
        for place, ill in enumerate(one.ill, 1)
    ]
    lines.append(f"IN1|1|P|1^{one.payer}|{one.payer}")
    if chance.random() < 0.5:
        lines.append("AL1|1|DA|7980^penicillin^RXNORM|MO|hives")
    return _hl7("ADT^A08", day, "ADTSYS 7", number, one, lines)


def _hl7(kind: str, day: date, system: str, number: int, one: Person, lines: Sequence[str]) -> str:
    head = f"MSH|^~\\&|{system}|NORTHGATE|CARELOOM|SITE|{day:%Y%m%d}093000-0400||{kind}|M{number}|P|2.5.1"
    pid = f"PID|1||{one.number}^^^NORTHGATE^MR||{one.name}^Ada||{one.born:%Y%m%d}|{one.sex}|||8 Ash Lane^^Bangor^ME^04401|||{one.language}"
    return "\r".join([head, pid, *lines]) + "\r"


def visit(chance: Random, one: Person, day: date, number: int, on: frozenset[str]) -> str:
    """A FHIR bundle of a clinic: the patient, her problems, what was prescribed, her blood pressure."""
    who = {"reference": f"Patient/p{one.number}"}
    resources = [_patient(one), _pressure(chance, day, number)]
    for ill in one.ill:
        code, snomed, words, *_ = ILLNESSES[ill]
        named = {"system": ICD10, "code": code}
        if "a code system changes" in on:
            named = {"system": SNOMED, "code": snomed}
        resources.append(
            {
                "resourceType": "Condition", "id": f"c{number}-{ill}", "recordedDate": day.isoformat(),
                "clinicalStatus": {"coding": [{"system": f"{CODES}condition-clinical", "code": "active"}]},
                "code": {"coding": [named | {"display": words}], "text": words},
            }
        )  # fmt: skip
    for place, (code, words) in enumerate(_prescribed(chance, on)):
        named = {"system": RXNORM, "code": code, "display": words}
        resources.append(
            {
                "resourceType": "MedicationRequest", "id": f"m{number}-{place}", "status": "active", "intent": "order",
                "authoredOn": day.isoformat(), "dosageInstruction": [{"text": "1 tablet daily"}],
                "medicationCodeableConcept": {"coding": [named], "text": words},
            }
        )  # fmt: skip
    entries = [{"resource": told | ({} if told["resourceType"] == "Patient" else {"subject": who})} for told in resources]  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries})


def _prescribed(chance: Random, on: frozenset[str]) -> list[tuple[str, str]]:
    if chance.random() >= (0.1 if "a field goes missing" in on else 0.8):
        return []
    drugs = {drug for drug in DRUGS if chance.random() < 0.6} or {DRUGS[0]}
    if chance.random() < (0.7 if "a rule fires more" in on else 0.1):
        drugs |= {DRUGS[0], IBUPROFEN}
    return sorted(drugs)


def _patient(one: Person) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": f"p{one.number}",
        "identifier": [{"type": {"coding": [{"system": f"{CODES}v2-0203", "code": "MR"}]}, "system": "urn:northgate", "value": str(one.number)}],
        "name": [{"family": one.name, "given": ["Ada"]}], "birthDate": one.born.isoformat(),
        "gender": "female" if one.sex == "F" else "male",
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": one.language}]}}],
    }  # fmt: skip


def _pressure(chance: Random, day: date, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": f"b{number}", "status": "final", "effectiveDateTime": f"{day}T08:30:00-04:00",
        "category": [{"coding": [{"system": f"{CODES}observation-category", "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6", "display": "Systolic blood pressure"}]},
        "valueQuantity": {"value": chance.randrange(110, 165), "unit": "mm[Hg]", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
    }  # fmt: skip
