"""CMS165, Controlling High Blood Pressure.

Source: NCQA eCQM CMS165, FHIR editions for 2025 (QI-Core 4.1.1, version 0.1.000) and 2026 (QI-Core 6, version 0.3.000).
"""

from careloom.measure.quality import status
from careloom.measure.quality.amounts import in_unit
from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import Group, Measure, Table, Truth, ValueSet
from careloom.measure.quality.shared import (
    LOINC,
    frail_66_80_or_81,
    hospice,
    nursing_home_66,
    palliative,
    qualifying_encounters,
)
from careloom.measure.quality.timing import (
    day,
    during_day,
    ends_on_or_before,
    overlaps,
    starts_on_or_before,
)

HYPERTENSION = ValueSet("Essential Hypertension", "2.16.840.1.113883.3.464.1003.104.12.1011")
PREGNANCY = ValueSet("Pregnancy", "2.16.840.1.113883.3.526.3.378")
END_STAGE_RENAL_DISEASE = ValueSet("End Stage Renal Disease", "2.16.840.1.113883.3.526.3.353")
KIDNEY_DISEASE_STAGE_5 = ValueSet("Chronic Kidney Disease, Stage 5", "2.16.840.1.113883.3.526.3.1002")
TRANSPLANT_RECIPIENT = ValueSet("Kidney Transplant Recipient", "2.16.840.1.113883.3.464.1003.109.12.1029")
TRANSPLANT = ValueSet("Kidney Transplant", "2.16.840.1.113883.3.464.1003.109.12.1012")
DIALYSIS = ValueSet("Dialysis Services", "2.16.840.1.113883.3.464.1003.109.12.1013")
MONTHLY_SERVICES = ValueSet("ESRD Monthly Outpatient Services", "2.16.840.1.113883.3.464.1003.109.12.1014")
PANELS = (f"{LOINC}|85354-9", f"{LOINC}|55284-4")
SYSTOLIC = f"{LOINC}|8480-6"
DIASTOLIC = f"{LOINC}|8462-4"
# Where blood pressure is high for other reasons: emergency, inpatient, before admission, short stay (v3 ActCode).
ACUTE = ("EMER", "IMP", "ACUTE", "NONAC", "PRENC", "SS")


def readings(q: Question) -> Table:
    """Blood pressures of the period that were not taken in a hospital or an emergency department."""
    panels = status.measured(q.coded("observation", *PANELS))
    outside = panels.filter(~panels.encounter_class.fill_null("").isin(ACUTE))
    return during_day(outside, q.period, of="latest")


def controlled(q: Question) -> Truth:
    """The lowest systolic and the lowest diastolic reading of the most recent day are below 140 and 90 mm[Hg]."""
    found = readings(q)
    dated = found.select("patient", "row", day=day(found.latest)).distinct()
    newest = dated.group_by("patient").mutate(newest=dated.day.max())
    last = newest.filter(newest.day == newest.newest)
    parts = q.view("component")
    read = parts.mutate(pressure=in_unit(parts, "mm[Hg]")).select("patient", "row", "coding", "pressure")
    taken = last.join(read, ["patient", "row"])
    lowest = taken.group_by("patient").aggregate(
        systolic=taken.pressure.min(where=taken.coding == SYSTOLIC),
        diastolic=taken.pressure.min(where=taken.coding == DIASTOLIC),
    )
    return q.exists(lowest.filter((lowest.systolic < 140) & (lowest.diastolic < 90)))


def excluded(q: Question) -> Truth:
    """Pregnancy, kidney failure, hospice, palliative care, frailty."""
    diagnoses = q.of(
        "condition", PREGNANCY, END_STAGE_RENAL_DISEASE, TRANSPLANT_RECIPIENT, KIDNEY_DISEASE_STAGE_5
    )
    procedures = status.performed(q.of("procedure", TRANSPLANT, DIALYSIS))
    monthly = status.encounter_performed(q.of("encounter", MONTHLY_SERVICES))
    return (
        hospice(q)
        | q.exists(overlaps(diagnoses, q.period))
        | q.exists(ends_on_or_before(procedures, q.period.end))
        | q.exists(starts_on_or_before(monthly, q.period.end))
        | frail_66_80_or_81(q)
        | nursing_home_66(q)
        | palliative(q)
    )


def populations(q: Question) -> tuple[Group, ...]:
    """The one group."""
    hypertension = q.exists(overlaps(q.of("condition", HYPERTENSION), q.period.head(months=6)))
    initial = q.age_at_end.between(18, 85) & hypertension & q.exists(qualifying_encounters(q))
    return (
        Group(
            id="650b4f94da013638e7b3dd9a",
            initial_population=initial,
            denominator=initial,
            denominator_exclusion=excluded(q),
            numerator=controlled(q),
        ),
    )


MEASURE = Measure(
    name="CMS165",
    also=("ControllingHighBloodPressureFHIR", "CMS165FHIRControllingHighBloodPressure"),
    title="Controlling High Blood Pressure",
    improvement="increase",
    initial_population=(
        "Patients 18 to 85 years old at the end of the period who have essential hypertension in its first six months and had a "
        "visit in it."
    ),
    denominator="The initial population.",
    denominator_exclusion=(
        "Pregnancy, end-stage renal disease, dialysis or kidney transplant; hospice or palliative care; at 66 or older living long "
        "term in a nursing home; at 66 to 80 frail with an advanced illness; at 81 or older frail."
    ),
    numerator=(
        "Patients whose most recent blood pressure of the period, taken outside hospital and emergency department, is below "
        "140/90 mm[Hg]."
    ),
    editions={
        "2025": "NCQA, CMS165FHIR 0.1.000 for QI-Core 4.1.1, 2024 annual update for 2025",
        "2026": "NCQA, CMS165FHIR 0.3.000 for QI-Core 6.0.0, 2025 annual update for 2026",
    },
    populations=populations,
)
