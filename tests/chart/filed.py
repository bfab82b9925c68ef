"""A filed plan made by hand, for the tests of the chart."""

from dataclasses import replace
from datetime import UTC, date, datetime

from careloom.care.document import (
    Action,
    Activity,
    ContentClass,
    Decision,
    Document,
    Finding,
    GoalTarget,
    Guideline,
    Proposal,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.care.entry import (
    GRAVITY,
    ICD10,
    LOINC,
    Code,
    Entry,
    HumanName,
    Identifier,
    Period,
    Source,
    when,
)
from careloom.care.record import Demographics, Need, PatientRecord, Problem
from careloom.chart.parts import Filed

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENT = "7a0c5c7e-3f5b-4a57-9c40-1f1d2f6c9a01"


def entry(name: str, kind: str, **given: object) -> Entry:
    source = Source("ab" * 32, f"Bundle.entry[{name}]", "riverside_ehr")
    return Entry(id=name * 32, kind=kind, source=source, **given)  # type: ignore[arg-type]


def filed() -> Filed:
    """Ada's small plan: a concern, a goal with a target, an activity, a need, a line nobody signed."""
    ckd = entry("1", "Condition", codes=(Code(ICD10, "N18.32", "Chronic kidney disease, stage 3b"),))
    egfr = entry(
        "2",
        "Observation",
        codes=(Code(LOINC, "98979-8", "eGFR"),),
        value="38",
        unit="mL/min/1.73 m2",
        effective=Period(when("2026-09-22")),
    )
    who = entry("3", "Patient")
    need = entry(
        "4",
        "Observation",
        codes=(
            Code(ICD10, "Z59.811", "Housing instability, housed, with risk of homelessness"),
            Code(GRAVITY, "housing-instability", "Housing Instability"),
        ),
    )
    record = PatientRecord(
        patient=PATIENT,
        as_of=date(2026, 11, 23),
        version="v1",
        demographics=Demographics(
            names=(HumanName("Moreno", ("Ada",)),),
            identifiers=(Identifier("urn:oid:2.16.840.1.113883.19.5.1", "RV104471"),),
            birth_date="1965-03-02",
            sex="female",
            entries=(who.id,),
        ),
        entries=(who, ckd, egfr, need),
        problems=(
            Problem(
                "Chronic kidney disease, stage 3b",
                "active",
                (ckd.id,),
                "listed",
                concept="chronic_kidney_disease",
                codes=ckd.codes,
                since=when("2026-03-18"),
            ),
        ),
        needs=(Need("housing", "Eviction notice <soon>", (need.id,)),),
        care_team=("Primary care physician: Dr. L. Osei",),
    )
    guideline = Guideline("ckd-nsaid", "KDIGO 2024 CKD guideline, section 4.1, 2024", "Avoid NSAIDs.", "")
    base = Statement(
        id="s1",
        section="problem_list",
        kind="concern",
        text="eGFR is 38 mL/min/1.73 m2 (2026-09-22) & falling.",
        citations=(egfr.id, ckd.id),
        about="chronic_kidney_disease",
        content_class=ContentClass.CLINICAL_SUMMARY,
        tier=Tier.NURSE,
        verdict=Verdict.SUPPORTED,
    )
    lines = (
        base,
        replace(
            base,
            id="s2",
            section="goals",
            kind="goal",
            text="Keep systolic blood pressure below 130 mmHg by 2027-02-21.",
            goal=GoalTarget(LOINC, "8480-6", "Systolic blood pressure", "<", "130", "mm[Hg]", "2027-02-21"),
        ),
        replace(
            base,
            id="s3",
            section="interventions",
            kind="activity",
            text="Physician to decide whether ibuprofen is stopped.",
            guideline=guideline,
            activity=Activity("physician", "2026-12-07", "medication"),
            written_by="model",
        ),
        replace(
            base,
            id="s4",
            section="environment",
            kind="activity",
            text="Social worker to call about housing.",
            about="housing",
            citations=(need.id,),
            activity=Activity("social_worker", "2026-11-30"),
            written_by="person",
        ),
        replace(base, id="s5", text="Nobody signed this."),
    )
    document = Document(
        patient=PATIENT,
        kind="care_plan",
        as_of=record.as_of,
        record_version="v1",
        statements=lines,
        top=("s1",),
    )
    proposal = Proposal(
        id="feedc0de" * 4,
        document=document,
        findings=(Finding("interaction", Severity.HIGH, "NSAID with CKD", (egfr.id, ckd.id)),),
        tier=Tier.PHYSICIAN,
        created=AT,
        status="active",
        released={"s1": "u-nora", "s2": "u-nora", "s3": "u-osei", "s4": "u-nora"},
    )
    decisions = (
        Decision(
            action=Action.APPROVE, reviewer="u-nora", role="registered_nurse", at=AT, name="N. Reyes, RN"
        ),
        Decision(action=Action.APPROVE, reviewer="u-osei", role="physician", at=AT, name="L. Osei, MD"),
    )
    return Filed(proposal, decisions, record, "2026-11-23T12:00:00+00:00")
