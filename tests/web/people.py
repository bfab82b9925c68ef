"""Ada Moreno, invented, as nouns: her record, a plan about her, and what speaks against it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from careloom.care.document import (
    Activity,
    ContentClass,
    Document,
    Finding,
    GoalTarget,
    Guideline,
    ModelUse,
    Proposal,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.care.entry import (
    LOINC,
    Code,
    Component,
    Dosage,
    Entry,
    HumanName,
    Identifier,
    Period,
    Range,
    Source,
    when,
)
from careloom.care.progress import Progress
from careloom.care.record import (
    Allergy,
    Conflict,
    Demographics,
    Gap,
    Medication,
    PatientRecord,
    Searched,
    Trend,
)
from careloom.review.vigilance import mark_of

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
NOTE = (
    "Home visit with her daughter. Ada is worried about the letter from her landlord: an eviction notice for "
    "1 December. She takes ibuprofen 600 from the store for her knees, most days. She has no car and missed "
    "nephrology twice because nobody could drive her. <script>alert(1)</script>"
)
QUOTE = "She takes ibuprofen 600 from the store for her knees, most days."


def source(system: str, where: str) -> Source:
    return Source("a" * 64 if system != "notes" else "b" * 64, where, system)


def egfr(number: int, value: str, day: str) -> Entry:
    return Entry(
        id=f"{number:032x}",
        kind="Observation",
        source=source("Northgate EHR", f"Bundle.entry[{number}].resource"),
        codes=(Code(LOINC, "98979-8", "eGFR"),),
        text="eGFR (CKD-EPI 2021)",
        category=("laboratory",),
        value=value,
        unit="mL/min/{1.73_m2}",
        interpretation="L" if int(value) < 60 else None,
        range=Range(low="60"),
        effective=Period(when(day)),
        status="final",
    )


def fill(number: int, day: str, status: str = "completed") -> Entry:
    return Entry(
        id=f"{number:032x}",
        kind="MedicationDispense",
        source=source("pharmacy claims", f"row {number}"),
        text="lisinopril 20 MG Oral Tablet",
        effective=Period(when(day)),
        status=status,
        detail={"quantity": "30 tablets", "days_supply": "30", "pharmacy": "Harbor Pharmacy"},
    )


ENTRIES = (
    egfr(1, "52", "2025-11-18"),
    egfr(2, "44", "2026-05-06"),
    egfr(3, "38", "2026-11-12"),
    Entry(
        id=f"{4:032x}",
        kind="DocumentReference",
        source=source("notes", "line 1"),
        text=NOTE,
        effective=Period(when("2026-10-09")),
        detail={"title": "Social work note", "author": "R. Blake, MSW"},
    ),
    Entry(
        id=f"{5:032x}",
        kind="MedicationStatement",
        source=source("notes", f"characters {NOTE.index(QUOTE)}-{NOTE.index(QUOTE) + len(QUOTE)}"),
        text="ibuprofen 600",
        effective=Period(when("2026-10-09")),
        status="active",
        detail={"quote": QUOTE, "author": "R. Blake, MSW"},
    ),
    Entry(
        id=f"{6:032x}",
        kind="MedicationRequest",
        source=source("Northgate EHR", "Bundle.entry[6].resource"),
        text="lisinopril 20 MG Oral Tablet",
        dosage=Dosage("Take 1 tablet by mouth daily", "20 mg", "oral", "daily"),
        effective=Period(when("2024-02-01")),
        status="active",
        detail={"prescriber": "Dr. Osei"},
    ),
    fill(7, "2026-11-02"),
    fill(8, "2026-10-01"),
    fill(9, "2026-09-02", "declined"),
    Entry(
        id=f"{10:032x}",
        kind="Observation",
        source=source("Northgate EHR", "Bundle.entry[10].resource"),
        text="Blood pressure",
        category=("vital-signs",),
        components=(
            Component((Code(LOINC, "8480-6", "Systolic"),), "", "148", "mm[Hg]"),
            Component((Code(LOINC, "8462-4", "Diastolic"),), "", "86", "mm[Hg]"),
        ),
        effective=Period(when("2026-11-12T08:40:00-05:00")),
        status="final",
    ),
    Entry(
        id=f"{11:032x}",
        kind="Patient",
        source=source("Northgate EHR", "Bundle.entry[0].resource"),
        text="Ada Moreno",
    ),
    Entry(
        id=f"{12:032x}",
        kind="Condition",
        source=source("Northgate EHR", "Bundle.entry[12].resource"),
        text="Diabetes mellitus",
        subject="family",
        effective=Period(when("2019")),
        status="active",
        certainty="confirmed",
    ),
)

RECORD = PatientRecord(
    patient="7" * 32,
    as_of=TODAY,
    version="v1",
    demographics=Demographics(
        names=(HumanName("Moreno", ("Ada",)),),
        identifiers=(
            Identifier("http://hl7.org/fhir/sid/us-ssn", "999-11-2222"),
            Identifier("urn:northgate:mrn", "NG0004471"),
        ),
        birth_date="1965-03-02",
        sex="female",
        language="es",
        interpreter=True,
        safe_contact="no",
    ),
    entries=ENTRIES,
    medications=(
        Medication(
            name="lisinopril",
            ingredients=("lisinopril",),
            state="prescribed_and_filled",
            current=True,
            entries=tuple(one.id for one in ENTRIES[5:9]),
            why="On the EHR's list and filled on 2026-11-02.",
            doses=(("20 mg daily", (ENTRIES[5].id,)),),
        ),
    ),
    allergies=(
        Allergy("penicillin", ("penicillin",), ("penicillins",), "active", "allergy", "rash", (), "EHR list"),
    ),
    conflicts=(
        Conflict("dose", "lisinopril", (ENTRIES[5].id,), "The list says 20 mg, the discharge note 10 mg."),
    ),
    gaps=(
        Gap(
            "assessment",
            "caregiver_assessment",
            "caregiver assessment",
            "Needed for a care plan; none was found.",
        ),
        Gap("assessment", "code_status", "code status", "No source says it."),
    ),
    trends=(
        Trend(
            "egfr",
            "eGFR",
            tuple(one.id for one in ENTRIES[:3]),
            "52",
            "38",
            "-14",
            "mL/min/{1.73_m2}",
            "year",
            "falling",
            True,
        ),
    ),
    searched=(
        Searched("Northgate EHR", 8, "2026-11-12"),
        Searched("pharmacy claims", 3, "2026-11-02"),
        Searched("notes", 2, "2026-10-09"),
    ),
)

NSAID = Guideline(
    "ckd.nsaid",
    "An invented guideline for tests, section 4, 2024",
    "Avoid prolonged NSAIDs in people with a falling eGFR.",
)


def statement(number: int, section: str, kind: str, text: str, *cited: int, **more: object) -> Statement:
    told: dict[str, object] = {
        "content_class": ContentClass.PLAN_CHANGE
        if kind in ("goal", "activity")
        else ContentClass.CLINICAL_SUMMARY,
        "tier": Tier.NURSE,
        "verdict": Verdict.SUPPORTED,
        "rank": number,
        **more,
    }
    return Statement(
        id=f"s{number}",
        section=section,
        kind=kind,
        text=text,
        citations=tuple(ENTRIES[one - 1].id for one in cited),
        **told,  # type: ignore[arg-type]
    )


STATEMENTS = (
    statement(
        1,
        "problem_list",
        "concern",
        "Kidney function is falling: eGFR was 52 mL/min/1.73 m² on 2025-11-18 and 38 mL/min/1.73 m² on 2026-11-12.",
        1,
        3,
        written_by="model",
    ),
    statement(
        2,
        "medication_management",
        "activity",
        "The physician decides about ibuprofen 600 taken over the counter, with lisinopril and eGFR 38 mL/min/1.73 m², by 2026-11-30.",
        5,
        6,
        3,
        guideline=NSAID,
        content_class=ContentClass.MEDICATION_CHANGE,
        tier=Tier.PHYSICIAN,
        activity=Activity("physician", "2026-11-30"),
    ),
    statement(
        3,
        "environment",
        "concern",
        "An eviction notice for 1 December is reported in the note of 2026-10-09; there is no car for visits.",
        4,
    ),
    statement(
        4,
        "goals",
        "goal",
        "Blood pressure below 130/80 mmHg by 2027-02-21.",
        10,
        goal=GoalTarget(LOINC, "8480-6", "systolic", "<", "130", "mm[Hg]", "2027-02-21"),
    ),
    statement(
        5,
        "interventions",
        "activity",
        "The coordinator arranges a ride to nephrology by 2026-12-07.",
        4,
        activity=Activity("coordinator", "2026-12-07"),
    ),
    statement(
        6, "symptom_management", "fact", "Knee pain is reported on most days, as told on 2026-10-09.", 5
    ),
    *(
        statement(
            number,
            "interventions",
            "activity",
            f"The nurse asks about step {number} of the plan by 2026-12-07.",
            11,
        )
        for number in range(7, 16)
    ),
    statement(16, "goals", "goal", "eGFR at or above 38 mL/min/1.73 m² by 2027-02-21.", 3),
    statement(17, "goals", "goal", "No missed visit to nephrology by 2027-02-21.", 4),
    statement(18, "caregiver", "gap", "No caregiver assessment is recorded.", 11),
    statement(19, "medication_management", "fact", "lisinopril 20 mg was filled on 2026-11-02.", 7, 6),
    statement(
        20,
        "medication_management",
        "activity",
        "The pharmacist confirms the dose of lisinopril by 2026-11-30.",
        6,
    ),
    statement(21, "review", "activity", "The nurse reviews this plan by 2026-12-23.", 11),
)
FINDINGS = (
    Finding(
        "interaction",
        Severity.HIGH,
        "ibuprofen with lisinopril: an NSAID with an ACE inhibitor can injure the kidney, more so at eGFR 38",
        (ENTRIES[4].id, ENTRIES[5].id),
        "s2",
    ),
    Finding(
        "duplicate",
        Severity.MODERATE,
        "two sources list lisinopril with different doses",
        (ENTRIES[5].id,),
        None,
    ),
    Finding(
        "omission", Severity.LOW, "no line mentions the blood pressure of 2026-11-12", (ENTRIES[9].id,), None
    ),
)
DOCUMENT = Document(
    patient=RECORD.patient,
    kind="care_plan",
    as_of=TODAY,
    record_version="v1",
    statements=STATEMENTS,
    top=("s1", "s2", "s3"),
    model=ModelUse("qwen2.5-coder-1.5b", "c" * 64),
)
PROPOSAL = Proposal(
    id="5" * 32,
    document=DOCUMENT,
    findings=FINDINGS,
    tier=Tier.PHYSICIAN,
    created=datetime(2026, 11, 23, 8, 12, tzinfo=UTC),
    due=datetime(2026, 11, 23, 13, 30, tzinfo=UTC),
)


def with_line(line: str, **change: object) -> Proposal:
    """Ada's proposal with one line changed."""
    lines = tuple(replace(one, **change) if one.id == line else one for one in STATEMENTS)  # type: ignore[arg-type]
    return replace(PROPOSAL, document=replace(DOCUMENT, statements=lines))


def have_opened(proposal: Proposal) -> Progress:
    """Somebody opened every finding of it."""
    return Progress(looked=tuple(mark_of(one) for one in proposal.findings))
