"""Petra, an invented patient with a little of everything, and what may and may not be said of her.

A saying has its citations, then the sentence; `{so|kind:not so|kind:not so}` are words that are so and, with their kind of fault,
words that are not. A line that begins with "+" is a whole sentence that is not so, of the citations above it.
"""

from datetime import date
from typing import Any

from careloom.care.entry import (
    LOINC,
    Code,
    Component,
    Dosage,
    Entry,
    HumanName,
    Identifier,
    Period,
    Person,
    Range,
    Source,
    when,
)

AS_OF = date(2026, 10, 19)
PERSON = Person(
    names=(HumanName("Lindqvist", ("Petra",)),),
    identifiers=(Identifier("urn:example:riverside", "PL-1"),),
    birth_date="1957-01-30",
    sex="female",
)


def _entry(name: str, kind: str, text: str, first: str = "", last: str = "", **more: Any) -> Entry:
    source = Source("d" * 64, f"entry {name}", "Riverside EHR")
    period = Period(when(first) if first else None, when(last) if last else None)
    return Entry(id=name, kind=kind, source=source, text=text, effective=period, **more)


def _lab(name: str, loinc: str, text: str, value: str, unit: str, day: str, **more: Any) -> Entry:
    more = {"status": "final", "category": ("laboratory",), **more}
    return _entry(
        name, "Observation", text, day, codes=(Code(LOINC, loinc, text),), value=value, unit=unit, **more
    )


def _pressure(name: str, systolic: str, diastolic: str, day: str) -> Entry:
    parts = (
        Component((Code(LOINC, "8480-6", "Systolic blood pressure"),), value=systolic, unit="mm[Hg]"),
        Component((Code(LOINC, "8462-4", "Diastolic blood pressure"),), value=diastolic, unit="mm[Hg]"),
    )
    codes = (Code(LOINC, "85354-9", "Blood pressure panel"),)
    return _entry(
        name, "Observation", "Blood pressure panel", day, codes=codes, components=parts, status="final"
    )


def _problem(
    name: str, text: str, since: str, until: str = "", status: str = "active", sure: str = "confirmed"
) -> Entry:
    return _entry(
        name, "Condition", text, since, until, status=status, certainty=sure, negated=sure == "refuted"
    )


def _drug(name: str, text: str, dosage: Dosage, since: str, status: str = "active") -> Entry:
    return _entry(name, "MedicationRequest", text, since, status=status, dosage=dosage)


def _visit(name: str, kind: str, first: str, last: str, reason: str) -> Entry:
    detail = {"class": kind, "reason": reason}
    return _entry(name, "Encounter", "Visit", first, last, status="finished", detail=detail)


def _relative(name: str, text: str) -> Entry:
    return _entry(
        name,
        "FamilyMemberHistory",
        text,
        status="completed",
        subject="family",
        detail={"relation": text.split(":")[0]},
    )


def _allergy(name: str, text: str, reaction: str, kind: str = "allergy") -> Entry:
    detail = {"reaction": reaction, "allergy_type": kind}
    return _entry(
        name,
        "AllergyIntolerance",
        text,
        status="active",
        certainty="confirmed",
        recorded=when("2014-03-03"),
        detail=detail,
    )


_NOTE = (
    "Lives with her brother on the third floor; no elevator. Quit smoking in 2018. Her brother has epilepsy. "
    "Denies dizziness. Behind on the electric bill since July. Swelling of the right ankle in the evening."
)
ENTRIES = (
    _entry("petra", "Patient", "Petra Lindqvist", detail={"birth_date": "1957-01-30", "sex": "female"}),
    _lab("a1", "4548-4", "Hemoglobin A1c", "6.8", "%", "2025-10-02"),
    _lab("a2", "4548-4", "Hemoglobin A1c", "7.5", "%", "2026-04-14"),
    _lab("a3", "4548-4", "Hemoglobin A1c", "8.6", "%", "2026-10-05", interpretation="H", range=Range("4.0", "5.6")),
    _lab("sugar", "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "198", "mg/dL", "2026-10-05"),
    _lab("ldl", "13457-7", "LDL cholesterol", "112", "mg/dL", "2026-07-08"),
    _lab("potassium", "2823-3", "Potassium", "4.9", "mmol/L", "2026-10-12", interpretation="N", range=Range("3.5", "5.1")),
    _lab("weight-1", "29463-7", "Body weight", "71.5", "kg", "2026-04-14"),
    _lab("weight-2", "29463-7", "Body weight", "78.0", "kg", "2026-10-05"),
    _pressure("pressure-1", "162", "91", "2026-04-14"),
    _pressure("pressure-2", "139", "84", "2026-10-05"),
    _problem("diabetes", "Type 2 diabetes mellitus", "2016-05-03"),
    _problem("shingles", "Herpes zoster", "2024-02-02", "2024-03-15", status="resolved"),
    _problem("angina", "Angina pectoris", "2026-09-30", sure="unconfirmed"),
    _problem("hip", "Osteoarthritis of right hip", "2021-01-11"),
    _drug("jardiance", "Jardiance 10 mg tablet", Dosage("Take 1 tablet every morning", "10 mg", "oral", "every morning"), "2026-04-15"),
    _drug("eliquis", "Eliquis 5 mg tablet", Dosage("Take 1 tablet by mouth twice daily", "5 mg", "oral", "twice daily"), "2025-03-03"),
    _drug("norvasc", "Norvasc 5 mg tablet", Dosage("Take 1 tablet daily", "5 mg", "oral", "daily"), "2020-06-01", "stopped"),
    _visit("stay-1", "inpatient", "2026-02-10", "2026-02-14", "Atrial fibrillation"),
    _visit("stay-2", "inpatient", "2026-08-21", "2026-08-23", "Heart failure"),
    _visit("emergency", "emergency", "2026-09-17", "2026-09-17", "Palpitations"),
    _entry("cataract", "Procedure", "Cataract extraction of left eye", "2023-05-09", status="completed"),
    _entry("echo", "ServiceRequest", "Echocardiogram", "2026-10-05", status="active"),
    _entry("cardiology", "Appointment", "Cardiology visit", "2026-11-03", status="booked"),
    _relative("mother", "mother: Stroke"),
    _relative("sister", "sister: Asthma"),
    _allergy("penicillin", "Penicillin", "Hives"),
    _allergy("statin", "Simvastatin", "Muscle pain", "intolerance"),
    _entry("note", "DocumentReference", _NOTE, status="current", recorded=when("2026-10-05")),
)  # fmt: skip

SAYINGS = """
a3 | HbA1c was {8.6|number:6.8|tenfold:86} {%|unit:mmol/L} {two weeks|relative time:two months} ago.
a3 | HbA1c is about {9|rounding:8} %.
a3 | HbA1c was {70|conversion:86} mmol/mol in {October|date:June}.
a1 a2 a3 | HbA1c {rose|direction:fell} from {6.8|ends:8.6} to {8.6|ends:9.6} over the past year.
a1 a3 | HbA1c is {up|direction:down} {1.8|number:8.1} points within {a year|relative time:a month}.
a1 a2 a3 | {Three|count:Four} HbA1c results are on file.
a1 a3 | HbA1c {worsened|direction:improved} from 6.8 to 8.6.
sugar | Blood sugar was {11|conversion:19.8} mmol/L.
sugar | {Glucose|measurement:Potassium} was about {200|rounding:210} mg/dL.
ldl | LDL is {above|limit:below} 100 mg/dL.
ldl | LDL is between {100 and 120|range:120 and 140}.
ldl | LDL was {2.9|conversion:1.9} mmol/L {last summer|relative time:last spring}.
potassium | Potassium was {normal|reading:high} {last week|relative time:last month}.
weight-1 weight-2 | She {gained|direction:lost} {6.5|number:5.6} {kg|unit:lb} since {April|date:June}.
weight-2 | She weighs {172|conversion:127} lb.
pressure-1 pressure-2 | Blood pressure came {down|direction:up} from {162/91|ends:126/91} to 139/84.
pressure-2 | BP {139/84|number:139/48} on {10/5|date:10/15}.
diabetes | She has had type {2|number:1} diabetes for {ten|relative time:twenty} years.
diabetes | {She has|family:Her mother has} type 2 diabetes.
+ negation | She does not have type 2 diabetes.
shingles | Shingles {resolved|status:persists} in {March|date:May} 2024.
+ status | She has shingles.
angina | Angina is {suspected|certainty:confirmed}.
+ certainty | She has angina.
hip | Osteoarthritis of the {right|side:left} hip since {early|date:late} 2021.
jardiance | She takes {empagliflozin|drug:dapagliflozin} {10|dose:25} mg every {morning|frequency:evening}.
jardiance | An {SGLT2 inhibitor|class:ACE inhibitor} was started in {spring|date:autumn} 2026.
eliquis | {Apixaban|drug:Warfarin} {5|dose:2.5} mg {BID|frequency:TID} {by mouth|route:by injection}.
eliquis | She is on a {blood thinner|class:water pill}.
norvasc | Amlodipine was {stopped|status:continued}.
+ status | She takes amlodipine.
stay-1 stay-2 | {Two|count:Three} admissions this year.
stay-1 stay-2 | She was hospitalized {twice|count:once} in {2026|date:2025}.
stay-2 | She was in hospital in {August|date:May} for {heart failure|reason:pneumonia}.
stay-1 | She was hospitalized for {four|number:nine} days in {February|date:April}.
emergency | She went to the ER {a month|relative time:a week} ago with {palpitations|reason:dizziness}.
cataract | Cataract surgery on the {left|side:right} eye {three|relative time:thirteen} years ago.
cataract hip | Left cataract extraction; osteoarthritis of the {right|side:left} hip.
echo | An echocardiogram is {ordered|status:completed}.
cardiology | A cardiology visit is {booked|status:cancelled} for {November 3|date:November 13}.
+ status | The cardiology visit occurred on November 3.
mother | Her {mother|family:sister} had a stroke.
+ family | She had a stroke.
sister | {Asthma in her sister|family:Asthma}.
penicillin | {Penicillin|drug:Cephalexin} allergy with {hives|reason:wheezing}.
+ allergy | She tolerates penicillin.
+ negation | She is not allergic to penicillin.
statin | She does not tolerate {simvastatin|drug:rosuvastatin}.
+ allergy | She is allergic to simvastatin.
note | She quit smoking in {2018|date:2008}.
+ status | She smokes.
note | Her {brother|family:sister} has epilepsy.
+ family | She has epilepsy.
note | She {denies|negation:reports} dizziness.
note | Swelling of the {right|side:left} ankle.
note | She is behind on the electric bill since {July|date:May}.
"""
