"""Six invented people as FHIR bundles with notes: other illnesses, drugs, units and phrases than the demo people have."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_LABS = {
    "eGFR": ("98979-8", "Glomerular filtration rate/1.73 sq M.predicted [CKD-EPI 2021]", "mL/min/{1.73_m2}"),
    "creatinine": ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL"),
    "potassium": ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L"),
    "sodium": ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L"),
    "HbA1c": ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%"),
    "LDL": ("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation", "mg/dL"),
    "hemoglobin": ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL"),
    "TSH": ("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "m[IU]/L"),
    "UACR": ("9318-7", "Albumin/Creatinine [Mass Ratio] in Urine", "mg/g"),
    "NT-proBNP": ("33762-6", "Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum", "pg/mL"),
    "ALT": ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L"),
    "PHQ-9": ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]", "{score}"),
    "INR": ("6301-6", "INR in Platelet poor plasma by Coagulation assay", "{INR}"),
}

# Each person: who she is; conditions (code, name, since, status); drugs (name, how taken, since, status); allergies
# (substance, reaction, since); results (lab, value, day, flag); blood pressures; procedures; relatives; visits; notes.
PEOPLE: tuple[Mapping[str, Any], ...] = (
    {
        "id": "odile", "name": ("Odile", "Marchetti-Vance"), "born": "1955-02-17", "sex": "female", "language": "fr",
        "conditions": [
            ("I50.22", "Chronic systolic (congestive) heart failure", "2021-05-04", "active"),
            ("I48.20", "Chronic atrial fibrillation", "2019-11-12", "active"),
            ("N18.31", "Chronic kidney disease, stage 3a", "2024-01-22", "active"),
            ("E11.22", "Type 2 diabetes mellitus with diabetic chronic kidney disease", "2012-08-30", "active"),
            ("J18.9", "Pneumonia", "2023-02-02", "resolved"),
        ],
        "drugs": [
            ("carvedilol 12.5 mg tablet", "1 tablet (12.5 mg) by mouth twice daily", "2021-06-01", "active"),
            ("sacubitril/valsartan 49 mg / 51 mg tablet", "1 tablet by mouth twice daily", "2024-03-11", "active"),
            ("apixaban 5 mg tablet", "1 tablet (5 mg) by mouth twice daily", "2019-12-01", "active"),
            ("empagliflozin 10 mg tablet", "1 tablet (10 mg) by mouth once daily", "2025-04-14", "active"),
            ("insulin glargine 100 unit/mL", "18 units under the skin at bedtime", "2022-10-03", "active"),
            ("naproxen 220 mg tablet", "220 mg by mouth as needed", "2026-07-19", "active"),
        ],
        "allergies": [("sulfamethoxazole", "rash", "2008-06-06"), ("lisinopril", "angioedema", "2020-09-15")],
        "results": [
            ("eGFR", "58", "2025-08-11", ""), ("eGFR", "44", "2026-09-14", "L"), ("potassium", "5.4", "2026-09-14", "H"),
            ("creatinine", "1.29", "2026-09-14", "H"), ("HbA1c", "8.1", "2026-09-14", "H"), ("HbA1c", "7.4", "2025-08-11", "H"),
            ("NT-proBNP", "1840", "2026-05-21", "H"), ("UACR", "92", "2026-05-21", "H"), ("hemoglobin", "11.2", "2026-09-14", "L"),
        ],
        "pressures": [("118", "66", "2026-09-14"), ("126", "72", "2026-05-21")],
        "procedures": [("Cardioversion", "2020-01-16")],
        "relatives": [("MTH", "mother", "Malignant neoplasm of colon")],
        "visits": [("IMP", "Hospital stay for heart failure", "2026-04-02", "2026-04-07")],
        "notes": [("2026-09-20", "Odile lives alone on the third floor. She has no ride to the heart failure clinic. "
                   "Her neighbor sometimes brings groceries. She said she fell twice since June.")],
    },
    {
        "id": "bram", "name": ("Bram", "Oyelaran"), "born": "1982-07-09", "sex": "male", "language": "en",
        "conditions": [
            ("E10.65", "Type 1 diabetes mellitus with hyperglycemia", "1996-03-15", "active"),
            ("E03.9", "Hypothyroidism", "2015-10-10", "active"),
            ("F33.1", "Major depressive disorder, recurrent, moderate", "2024-11-05", "active"),
            ("L97.521", "Ulcer of left foot", "2026-08-25", "active"),
            ("S82.891A", "Fracture of right ankle", "2017-06-21", "resolved"),
        ],
        "drugs": [
            ("insulin lispro 100 unit/mL", "6 units under the skin three times daily with meals", "2018-01-10", "active"),
            ("levothyroxine 88 mcg tablet", "1 tablet (88 mcg) by mouth once daily", "2023-02-27", "active"),
            ("sertraline 50 mg tablet", "1 tablet (50 mg) by mouth once daily", "2024-11-05", "active"),
            ("ibuprofen 400 mg tablet", "400 mg by mouth three times daily", "2026-08-25", "active"),
            ("bupropion 150 mg tablet", "1 tablet (150 mg) by mouth once daily", "2022-05-01", "stopped"),
        ],
        "allergies": [("penicillin", "anaphylaxis", "1990-12-01")],
        "results": [
            ("HbA1c", "10.3", "2026-08-25", "H"), ("HbA1c", "8.8", "2025-10-02", "H"), ("TSH", "6.9", "2026-08-25", "H"),
            ("PHQ-9", "14", "2026-10-06", ""), ("PHQ-9", "9", "2026-02-18", ""), ("LDL", "131", "2026-02-18", "H"),
            ("UACR", "18", "2025-10-02", ""), ("creatinine", "0.94", "2026-08-25", ""), ("sodium", "133", "2026-08-25", "L"),
        ],
        "pressures": [("134", "84", "2026-10-06")],
        "procedures": [("Debridement of ulcer of left foot", "2026-09-09")],
        "relatives": [("BRO", "brother", "Celiac disease")],
        "visits": [("EMER", "Emergency visit for hypoglycemia", "2026-07-14", "2026-07-14")],
        "notes": [("2026-10-06", "He is worried about losing his apartment and got an eviction notice last week. "
                   "Insulin costs more than he can pay; he skips doses at the end of the month.")],
    },
    {
        "id": "thandeka", "name": ("Thandeka", "Sorensen"), "born": "1997-01-30", "sex": "female", "language": "en",
        "conditions": [
            ("J45.40", "Moderate persistent asthma", "2010-09-01", "active"),
            ("G43.109", "Migraine with aura", "2016-04-19", "active"),
            ("D50.9", "Iron deficiency anemia", "2025-12-08", "active"),
            ("J20.9", "Acute bronchitis", "2026-01-27", "resolved"),
        ],
        "drugs": [
            ("albuterol 90 mcg inhaler", "2 puffs inhaled every 4 hours as needed", "2019-05-05", "active"),
            ("fluticasone/salmeterol 250 mcg / 50 mcg inhaler", "1 puff inhaled twice daily", "2024-02-20", "active"),
            ("propranolol 40 mg tablet", "1 tablet (40 mg) by mouth twice daily", "2026-03-03", "active"),
            ("ferrous sulfate 325 mg tablet", "1 tablet (325 mg) by mouth every other day", "2025-12-08", "active"),
            ("ethinyl estradiol/levonorgestrel 0.03 mg / 0.15 mg tablet", "1 tablet by mouth once daily", "2021-08-16", "active"),
        ],
        "allergies": [("peanut", "wheezing", "2001-04-04")],
        "results": [
            ("hemoglobin", "9.8", "2025-12-08", "L"), ("hemoglobin", "12.1", "2026-06-30", ""), ("ALT", "22", "2026-06-30", ""),
            ("potassium", "4.1", "2026-06-30", ""),
        ],
        "pressures": [("112", "70", "2026-06-30"), ("108", "64", "2025-12-08")],
        "procedures": [("Spirometry", "2025-03-13")],
        "relatives": [("FTH", "father", "Type 2 diabetes mellitus")],
        "visits": [("EMER", "Emergency visit for asthma", "2026-05-02", "2026-05-02")],
        "notes": [("2026-06-30", "She works nights at a warehouse and runs out of food before payday. Wakes with cough twice a week.")],
    },
    {
        "id": "ignatius", "name": ("Ignatius", "Pell"), "born": "1943-06-11", "sex": "male", "language": "en",
        "conditions": [
            ("G30.1", "Alzheimer's disease with late onset", "2023-03-28", "active"),
            ("M81.0", "Age-related osteoporosis", "2020-07-07", "active"),
            ("J44.9", "Chronic obstructive pulmonary disease", "2009-01-19", "active"),
            ("N40.1", "Benign prostatic hyperplasia", "2014-05-23", "active"),
            ("S72.002A", "Fracture of left hip", "2025-02-08", "resolved"),
            ("H90.3", "Bilateral sensorineural hearing loss", "2018-08-13", "active"),
        ],
        "drugs": [
            ("donepezil 10 mg tablet", "1 tablet (10 mg) by mouth at bedtime", "2023-05-02", "active"),
            ("alendronate 70 mg tablet", "1 tablet (70 mg) by mouth once weekly", "2020-07-07", "active"),
            ("tiotropium 18 mcg inhalation capsule", "1 capsule inhaled once daily", "2012-12-12", "active"),
            ("tamsulosin 0.4 mg capsule", "1 capsule (0.4 mg) by mouth once daily", "2014-06-01", "active"),
            ("zolpidem 10 mg tablet", "1 tablet (10 mg) by mouth at bedtime", "2026-06-17", "active"),
            ("oxybutynin 5 mg tablet", "1 tablet (5 mg) by mouth twice daily", "2026-06-17", "active"),
        ],
        "allergies": [("codeine", "nausea", "2011-10-20")],
        "results": [
            ("eGFR", "61", "2026-06-17", ""), ("sodium", "131", "2026-06-17", "L"), ("sodium", "138", "2025-06-12", ""),
            ("hemoglobin", "13.0", "2026-06-17", ""), ("creatinine", "1.18", "2026-06-17", ""),
        ],
        "pressures": [("104", "58", "2026-06-17"), ("122", "68", "2025-06-12")],
        "procedures": [("Repair of fracture of left hip", "2025-02-09")],
        "relatives": [("SIS", "sister", "Parkinson's disease")],
        "visits": [("IMP", "Hospital stay for fracture of left hip", "2025-02-08", "2025-02-14")],
        "notes": [("2026-10-12", "His daughter helps with medicines and says she feels exhausted. He fell in the bathroom in September. "
                   "There is no grab bar in the shower.")],
    },
    {
        "id": "wilhelmina", "name": ("Wilhelmina", "Achterberg-Diaz"), "born": "1969-10-02", "sex": "female", "language": "es",
        "conditions": [
            ("M06.9", "Rheumatoid arthritis", "2014-02-11", "active"),
            ("I10", "Essential hypertension", "2017-09-26", "active"),
            ("M17.11", "Unilateral primary osteoarthritis of right knee", "2022-03-08", "active"),
            ("E78.5", "Hyperlipidemia", "2019-04-30", "active"),
            ("C50.912", "Malignant neoplasm of left breast", "2015-05-18", "resolved"),
        ],
        "drugs": [
            ("methotrexate 15 mg", "15 mg by mouth once weekly", "2014-03-01", "active"),
            ("folic acid 1 mg tablet", "1 tablet (1 mg) by mouth once daily", "2014-03-01", "active"),
            ("chlorthalidone 25 mg tablet", "1 tablet (25 mg) by mouth once daily", "2017-10-10", "active"),
            ("prednisone 5 mg tablet", "1 tablet (5 mg) by mouth every morning", "2025-11-19", "active"),
            ("trimethoprim/sulfamethoxazole 160 mg / 800 mg tablet", "1 tablet by mouth twice daily for 7 days", "2026-10-28", "active"),
        ],
        "allergies": [("latex", "hives", "2003-01-25")],
        "results": [
            ("LDL", "148", "2026-04-22", "H"), ("ALT", "71", "2026-10-21", "H"), ("ALT", "34", "2026-04-22", ""),
            ("potassium", "3.2", "2026-10-21", "L"), ("hemoglobin", "10.4", "2026-10-21", "L"), ("eGFR", "77", "2026-10-21", ""),
        ],
        "pressures": [("148", "92", "2026-10-21"), ("151", "94", "2026-04-22")],
        "procedures": [("Lumpectomy of left breast", "2015-06-24")],
        "relatives": [("MTH", "mother", "Osteoporosis")],
        "visits": [("AMB", "Rheumatology visit", "2026-10-21", "2026-10-21")],
        "notes": [("2026-10-21", "La paciente prefers Spanish. She has trouble paying the electricity bill. Her sister has lupus.")],
    },
    {
        "id": "cornell", "name": ("Cornell", "Adeyinka-Roth"), "born": "1963-04-25", "sex": "male", "language": "en",
        "conditions": [
            ("I25.10", "Coronary artery disease", "2016-12-05", "active"),
            ("I25.2", "Old myocardial infarction", "2016-12-05", "active"),
            ("G89.4", "Chronic pain syndrome", "2013-08-29", "active"),
            ("B18.2", "Chronic hepatitis C", "2018-02-14", "active"),
            ("F17.210", "Nicotine dependence, cigarettes", "1985-01-01", "active"),
            ("K25.9", "Gastric ulcer", "2011-07-30", "resolved"),
        ],
        "drugs": [
            ("oxycodone 20 mg extended-release tablet", "1 tablet (20 mg) by mouth every 12 hours", "2020-10-15", "active"),
            ("diazepam 5 mg tablet", "1 tablet (5 mg) by mouth twice daily", "2026-02-09", "active"),
            ("clopidogrel 75 mg tablet", "1 tablet (75 mg) by mouth once daily", "2016-12-08", "active"),
            ("omeprazole 20 mg capsule", "1 capsule (20 mg) by mouth once daily", "2021-01-07", "active"),
            ("rosuvastatin 20 mg tablet", "1 tablet (20 mg) by mouth at bedtime", "2016-12-08", "active"),
            ("metoprolol succinate 50 mg tablet", "1 tablet (50 mg) by mouth once daily", "2016-12-08", "active"),
        ],
        "allergies": [("morphine", "itching", "2013-09-09"), ("shellfish", "hives", "1999-08-08")],
        "results": [
            ("LDL", "96", "2026-07-08", "H"), ("LDL", "128", "2025-07-01", "H"), ("ALT", "88", "2026-07-08", "H"),
            ("hemoglobin", "14.6", "2026-07-08", ""), ("HbA1c", "6.1", "2026-07-08", "H"), ("eGFR", "83", "2026-07-08", ""),
        ],
        "pressures": [("138", "82", "2026-07-08"), ("144", "88", "2025-12-16")],
        "procedures": [("Percutaneous coronary intervention", "2016-12-06")],
        "relatives": [("FTH", "father", "Stroke")],
        "visits": [("AMB", "Pain clinic visit", "2026-07-08", "2026-07-08")],
        "notes": [("2026-11-03", "He smokes a pack a day. No one has prescribed naloxone. He lost his job and has no money for gas to visits.")],
    },
)  # fmt: skip


def bundles() -> Iterator[tuple[str, bytes]]:
    """Each person's id and FHIR bundle."""
    for person in PEOPLE:
        found = [{"resource": one} for one in _resources(person)]
        yield (
            person["id"],
            json.dumps({"resourceType": "Bundle", "type": "collection", "entry": found}).encode(),
        )


def _resources(person: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    given, family = person["name"]
    yield {
        "resourceType": "Patient",
        "id": person["id"],
        "identifier": [{"system": "urn:oid:2.999.6", "value": person["id"]}],
        "name": [{"family": family, "given": [given]}],
        "birthDate": person["born"],
        "gender": person["sex"],
        "communication": [{"language": {"coding": [{"code": person["language"]}]}, "preferred": True}],
    }
    made = [
        *(_condition(*one) for one in person["conditions"]),
        *(_drug(*one) for one in person["drugs"]),
        *(_allergy(*one) for one in person["allergies"]),
        *(_result(*one) for one in person["results"]),
        *(_pressure(*one) for one in person["pressures"]),
        *(_procedure(*one) for one in person["procedures"]),
        *(_relative(*one) for one in person["relatives"]),
        *(_visit(*one) for one in person["visits"]),
        *(_note(*one) for one in person["notes"]),
    ]
    for place, one in enumerate(made):
        who = "subject"
        if one["resourceType"] in ("AllergyIntolerance", "FamilyMemberHistory"):
            who = "patient"
        yield {**one, "id": f"{person['id']}-{place}", who: {"reference": f"Patient/{person['id']}"}}


def _coded(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _condition(code: str, name: str, since: str, status: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "clinicalStatus": _coded(_CLINICAL, status, status),
        "verificationStatus": _coded(_VERIFIED, "confirmed", "confirmed"),
        "code": _coded(ICD10, code, name),
        "onsetDateTime": since,
        "recordedDate": since,
    }


def _drug(name: str, taken: str, since: str, status: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": {"text": name},
        "authoredOn": since,
        "dosageInstruction": [{"text": taken}],
    }


def _allergy(substance: str, reaction: str, since: str) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _coded(_ALLERGY, "active", "active"),
        "type": "allergy",
        "code": {"text": substance},
        "recordedDate": since,
        "reaction": [{"manifestation": [{"text": reaction}]}],
    }


def _result(lab: str, value: str, day: str, flag: str) -> dict[str, Any]:
    code, name, unit = _LABS[lab]
    found: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "survey" if lab == "PHQ-9" else "laboratory"}]}],
        "code": _coded(LOINC, code, name),
        "effectiveDateTime": day,
        "valueQuantity": {"value": json.loads(value), "unit": unit, "system": UCUM, "code": unit},
    }
    return found | ({"interpretation": [{"coding": [{"code": flag}]}]} if flag else {})


def _pressure(systolic: str, diastolic: str, day: str) -> dict[str, Any]:
    parts = (
        ("8480-6", "Systolic blood pressure", systolic),
        ("8462-4", "Diastolic blood pressure", diastolic),
    )
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": _coded(LOINC, "85354-9", "Blood pressure panel"),
        "effectiveDateTime": day,
        "component": [
            {
                "code": _coded(LOINC, code, name),
                "valueQuantity": {"value": int(value), "unit": "mmHg", "code": "mm[Hg]"},
            }
            for code, name, value in parts
        ],
    }


def _procedure(name: str, day: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": name},
        "performedDateTime": day,
    }


def _relative(code: str, who: str, illness: str) -> dict[str, Any]:
    role = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "relationship": _coded(role, code, who),
        "condition": [{"code": {"text": illness}}],
    }


def _visit(kind: str, name: str, start: str, end: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": kind},
        "type": [{"text": name}],
        "period": {"start": start, "end": end},
    }


def _note(day: str, text: str) -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "date": f"{day}T10:00:00Z",
        "type": {"text": "Progress note"},
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }
