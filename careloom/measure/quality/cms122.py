"""CMS122, Diabetes: Glycemic Status Assessment Greater Than 9% (inverse: a lower rate is better).

Source: NCQA eCQM CMS122, FHIR editions for 2025 (QI-Core 4.1.1, version 0.1.002) and 2026 (QI-Core 6, version 0.5.000).
"""

from careloom.measure.quality import status
from careloom.measure.quality.amounts import in_unit
from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import Group, Measure, Table, Truth, ValueSet
from careloom.measure.quality.profiles import encounter_diagnosis
from careloom.measure.quality.shared import (
    ANNUAL_WELLNESS,
    HOME_HEALTHCARE,
    LOINC,
    OFFICE_VISIT,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    TELEPHONE_VISITS,
    frail_and_ill_66,
    hospice,
    nursing_home_66,
    palliative,
    qualifying_encounters,
)
from careloom.measure.quality.timing import day, during_day, overlaps_day

DIABETES = ValueSet("Diabetes", "2.16.840.1.113883.3.464.1003.103.12.1001")
HBA1C = ValueSet("HbA1c Laboratory Test", "2.16.840.1.113883.3.464.1003.198.12.1013")
NUTRITION_SERVICES = ValueSet("Nutrition Services", "2.16.840.1.113883.3.464.1003.1006")
GLUCOSE_MANAGEMENT_INDICATOR = f"{LOINC}|97506-0"
HCPCS = (
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
)
NUTRITION_THERAPY = (
    *(f"http://www.ama-assn.org/go/cpt|{code}" for code in ("97802", "97803", "97804")),
    *(f"{system}|{code}" for system in HCPCS for code in ("G0270", "G0271")),
)


def visited(q: Question) -> Truth:
    """Whether there was an encounter that makes somebody a patient of the measure."""
    if q.edition == "2025":
        return q.exists(qualifying_encounters(q))
    sets = (
        OFFICE_VISIT,
        ANNUAL_WELLNESS,
        PREVENTIVE_ESTABLISHED,
        PREVENTIVE_INITIAL,
        HOME_HEALTHCARE,
        NUTRITION_SERVICES,
        TELEPHONE_VISITS,
    )
    coded, therapies = q.of("encounter", *sets), q.coded("encounter", *NUTRITION_THERAPY)
    return q.exists(during_day(status.encounter_performed(coded), q.period)) | q.exists(
        during_day(status.encounter_performed(therapies), q.period)
    )


def assessments(q: Question) -> Table:
    """HbA1c results and glucose management indicators of the period."""
    results, indicators = q.of("observation", HBA1C), q.coded("observation", GLUCOSE_MANAGEMENT_INDICATOR)
    told = [
        during_day(status.laboratory_performed(found), q.period, of="latest").select(
            "patient", "latest", "value", "unit", "has_value"
        )
        for found in (results, indicators)
    ]
    return told[0].union(told[1])


def poorly_controlled(q: Question) -> Truth:
    """The lowest result of the most recent day is above 9 %, or has no value; or there is no result."""
    found = assessments(q)
    dated = found.mutate(day=day(found.latest), percent=in_unit(found, "%"))
    newest = dated.group_by("patient").mutate(newest=dated.day.max())
    last = newest.filter(newest.day == newest.newest)
    # What has no number is lowest of all: without any value it counts as poor, as words ("high") it does not.
    lowest = last.group_by("patient").aggregate(
        percent=last.percent.min(), without=(~last.has_value).any(), words=last.value.isnull().any()
    )
    return (
        q.exists(lowest.filter((lowest.percent > 9) & ~lowest.words))
        | q.exists(lowest.filter(lowest.without))
    ) | ~q.exists(found)


def populations(q: Question) -> tuple[Group, ...]:
    """The one group."""
    diabetes = q.of("condition", DIABETES)
    if q.edition == "2026":
        diabetes = encounter_diagnosis(diabetes)
    initial = q.age_at_end.between(18, 75) & visited(q) & q.exists(overlaps_day(diabetes, q.period))
    excluded = hospice(q) | nursing_home_66(q) | frail_and_ill_66(q) | palliative(q)
    return (
        Group(
            id="661d86730f0a9077c1d5a59d",
            initial_population=initial,
            denominator=initial,
            denominator_exclusion=excluded,
            numerator=poorly_controlled(q),
        ),
    )


MEASURE = Measure(
    name="CMS122",
    also=(
        "DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR",
        "CMS122FHIRDiabetesAssessGreaterThan9Percent",
    ),
    title="Diabetes: Glycemic Status Assessment Greater Than 9%",
    improvement="decrease",
    initial_population="Patients 18 to 75 years old at the end of the period who have diabetes and had a visit in it.",
    denominator="The initial population.",
    denominator_exclusion=(
        "Hospice or palliative care in the period; at 66 or older living long term in a nursing home, or frail with an advanced illness."
    ),
    numerator=(
        "Patients whose most recent glycemic status (HbA1c or glucose management indicator) of the period is above 9 %, has no "
        "value, or is missing. A lower rate is better."
    ),
    editions={
        "2025": "NCQA, CMS122FHIR 0.1.002 for QI-Core 4.1.1, 2024 annual update for 2025",
        "2026": "NCQA, CMS122FHIR 0.5.000 for QI-Core 6.0.0, 2025 annual update for 2026",
    },
    populations=populations,
)
