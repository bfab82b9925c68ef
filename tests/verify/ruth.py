"""Ruth, an invented patient whose record is made by hand, so that verification is tested without any other room."""

from datetime import date

from careloom.care.entry import (
    ICD10,
    LOINC,
    RXNORM,
    SNOMED,
    Code,
    Component,
    Dosage,
    Entry,
    HumanName,
    Period,
    Range,
    Source,
    when,
)
from careloom.care.record import (
    Allergy,
    Conflict,
    Demographics,
    Gap,
    Medication,
    Need,
    PatientRecord,
    Problem,
    Trend,
)

AS_OF = date(2026, 11, 23)
EHR = Source("a" * 64, "Bundle.entry[1].resource", "Riverside EHR")
CLAIMS = Source("b" * 64, "row 3", "Corner Pharmacy")
NOTES = Source("c" * 64, "characters 10-80", "Harbor House")


def _lab(entry_id: str, code: str, display: str, value: str, unit: str, day: str, **more: object) -> Entry:
    return Entry(
        id=entry_id,
        kind="Observation",
        source=EHR,
        codes=(Code(LOINC, code, display),),
        value=value,
        unit=unit,
        effective=Period(when(day)),
        status="final",
        category=("laboratory",),
        **more,  # type: ignore[arg-type]
    )


PATIENT = Entry(
    id="patient",
    kind="Patient",
    source=EHR,
    text="Ruth Adeyemi",
    detail={"birth_date": "1968-04-02", "sex": "female", "language": "es", "interpreter": "true"},
)
DIABETES = Entry(
    id="diabetes",
    kind="Condition",
    source=EHR,
    codes=(Code(ICD10, "E11.9", "Type 2 diabetes mellitus without complications"),),
    text="Type 2 diabetes mellitus without complications",
    effective=Period(when("2015-03-02")),
    status="active",
    certainty="confirmed",
)
PNEUMONIA = Entry(
    id="pneumonia",
    kind="Condition",
    source=EHR,
    codes=(Code(SNOMED, "233604007", "Pneumonia (disorder)"),),
    text="Pneumonia",
    effective=Period(when("2019-01-10"), when("2019-02-20")),
    status="resolved",
    certainty="confirmed",
)
LUPUS = Entry(
    id="lupus",
    kind="Condition",
    source=EHR,
    codes=(Code(SNOMED, "55464009", "Systemic lupus erythematosus (disorder)"),),
    text="Systemic lupus erythematosus",
    effective=Period(when("2020-05-01")),
    status="active",
    certainty="refuted",
    negated=True,
)
MOTHER = Entry(
    id="mother",
    kind="FamilyMemberHistory",
    source=EHR,
    codes=(Code(SNOMED, "254837009", "Malignant neoplasm of breast (disorder)"),),
    text="Breast cancer in mother",
    status="completed",
    subject="family",
    recorded=when("2018-06-06"),
)
A1C_OLD = _lab("a1c-old", "4548-4", "Hemoglobin A1c", "7.4", "%", "2025-10-20")
A1C = _lab(
    "a1c", "4548-4", "Hemoglobin A1c", "8.2", "%", "2026-10-09", interpretation="H", range=Range("4.0", "5.6")
)
EGFR_OLD = _lab(
    "egfr-old",
    "98979-8",
    "Glomerular filtration rate/1.73 sq M.predicted",
    "52",
    "mL/min/{1.73_m2}",
    "2025-10-20",
)
EGFR = _lab(
    "egfr",
    "98979-8",
    "Glomerular filtration rate/1.73 sq M.predicted",
    "38",
    "mL/min/{1.73_m2}",
    "2026-10-09",
)
POTASSIUM = _lab(
    "potassium", "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "5.1", "mmol/L", "2026-10-12"
)
WEIGHT = _lab("weight", "29463-7", "Body weight", "81.43728264819", "kg", "2026-10-09")
PRESSURE = Entry(
    id="pressure",
    kind="Observation",
    source=EHR,
    codes=(Code(LOINC, "85354-9", "Blood pressure panel"),),
    text="Blood pressure",
    components=(
        Component((Code(LOINC, "8462-4", "Diastolic blood pressure"),), value="88", unit="mm[Hg]"),
        Component((Code(LOINC, "8480-6", "Systolic blood pressure"),), value="154", unit="mm[Hg]"),
    ),
    effective=Period(when("2026-10-09")),
    status="final",
)
METFORMIN = Entry(
    id="metformin",
    kind="MedicationRequest",
    source=EHR,
    codes=(Code(RXNORM, "861007", "Metformin hydrochloride 500 MG Oral Tablet"),),
    text="Metformin 500 mg tablet",
    dosage=Dosage("Take 1 tablet by mouth twice daily", "500 mg", "oral", "twice daily"),
    effective=Period(when("2026-02-03")),
    status="active",
)
LISINOPRIL = Entry(
    id="lisinopril",
    kind="MedicationRequest",
    source=EHR,
    codes=(Code(RXNORM, "314076", "Lisinopril 10 MG Oral Tablet"),),
    text="Lisinopril 10 mg tablet",
    dosage=Dosage("Take 1 tablet once daily", "10 mg", "oral", "once daily"),
    effective=Period(when("2026-02-03")),
    status="active",
)
GLIPIZIDE = Entry(
    id="glipizide",
    kind="MedicationRequest",
    source=EHR,
    text="Glipizide 5 mg tablet",
    effective=Period(when("2024-02-03"), when("2025-01-15")),
    status="stopped",
)
FILL = Entry(
    id="fill",
    kind="MedicationDispense",
    source=CLAIMS,
    text="Lisinopril 10 mg tablet",
    effective=Period(when("2026-10-30")),
    status="completed",
    detail={"days_supply": "30"},
)
PENICILLIN = Entry(
    id="penicillin",
    kind="AllergyIntolerance",
    source=EHR,
    text="Penicillin",
    status="active",
    certainty="confirmed",
    recorded=when("2011-07-07"),
    detail={"reaction": "Hives", "allergy_type": "allergy"},
)
NOTE = Entry(
    id="note",
    kind="DocumentReference",
    source=NOTES,
    text="Ruth lives with her sister. She takes ibuprofen 400 mg for her knee. She has no car and missed two visits.",
    recorded=when("2026-11-02"),
    status="current",
)
RIDE = Entry(
    id="ride",
    kind="Observation",
    source=NOTES,
    text="Transportation need",
    effective=Period(when("2026-11-02")),
    status="final",
    detail={"domain": "transport", "adverse": "true", "quote": "She has no car and missed two visits."},
)
ENTRIES = (
    PATIENT, DIABETES, PNEUMONIA, LUPUS, MOTHER, A1C_OLD, A1C, EGFR_OLD, EGFR, POTASSIUM, WEIGHT, PRESSURE,
    METFORMIN, LISINOPRIL, GLIPIZIDE, FILL, PENICILLIN, NOTE, RIDE,
)  # fmt: skip

RECORD = PatientRecord(
    patient="ruth",
    as_of=AS_OF,
    version="1",
    demographics=Demographics(
        names=(HumanName("Adeyemi", ("Ruth",)),), birth_date="1968-04-02", sex="female", entries=("patient",)
    ),
    entries=ENTRIES,
    problems=(
        Problem("Type 2 diabetes", "active", ("diabetes",), "active in Riverside EHR", "type_2_diabetes"),
        Problem("Pneumonia", "resolved", ("pneumonia",), "resolved in Riverside EHR"),
    ),
    medications=(
        Medication(
            "metformin",
            ("metformin",),
            "prescribed_no_fill_seen",
            True,
            ("metformin", "fill"),
            "active in Riverside EHR since 2026-02-03; No fill seen in Corner Pharmacy between 2026-02-03 and 2026-10-30",
        ),
        Medication("lisinopril", ("lisinopril",), "prescribed_and_filled", True, ("lisinopril", "fill"), "active"),
        Medication("glipizide", ("glipizide",), "stopped", False, ("glipizide",), "stopped in Riverside EHR"),
    ),
    allergies=(
        Allergy("Penicillin", (), ("penicillins",), "active", "allergy", "Hives", ("penicillin",), "in Riverside EHR"),
    ),
    needs=(Need("transport", "transport", ("ride",)),),
    conflicts=(
        Conflict(
            "no_fill",
            "metformin",
            ("metformin", "fill"),
            "No fill seen in Corner Pharmacy between 2026-02-03 and 2026-10-30",
        ),
    ),
    gaps=(
        Gap("assessment", "caregiver_assessment", "caregiver assessment", "every plan asks for one", None, ("patient",)),
        Gap("result", "urine_albumin", "urine albumin result", "diabetes is active", "2024-03-01", ("diabetes",)),
    ),
    trends=(
        Trend("egfr", "eGFR", ("egfr-old", "egfr"), "52", "38", "-14", "mL/min/{1.73_m2}", "year", "falling", True),
        Trend("hba1c", "HbA1c", ("a1c-old", "a1c"), "7.4", "8.2", "+0.8", "%", "year", "rising"),
    ),
)  # fmt: skip
BY_ID = {entry.id: entry for entry in ENTRIES}
