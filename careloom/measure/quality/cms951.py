"""CMS951, Kidney Health Evaluation.

Source   eCQM CMS951FHIR: 2025 in QI-Core 4.1.1 (KidneyHealthEvaluationFHIR 0.1.000), 2026 in QI-Core 6.0.0 (CMS951FHIRKidneyHealthEval 1.0.000);
         National Kidney Foundation
2026     diabetes must begin before the period; diagnoses must not be refuted (they need no longer be active); a ratio needs a number or an
         undetectable result, and urine albumin with urine creatinine at most four days apart count as one
Misses   in 2026 the three new value sets' codes where a site has not loaded them (its report says so)
"""

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import DAY, Group, Measure, Table, Truth, ValueSet
from careloom.measure.quality.shared import (
    ANNUAL_WELLNESS,
    HOME_HEALTHCARE,
    OFFICE_VISIT,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    TELEPHONE_VISITS,
    hospice,
    palliative,
)
from careloom.measure.quality.status import measured, verified
from careloom.measure.quality.timing import during, during_day, overlaps_day, starts_before_day
from careloom.measure.quality.together import at_or_after, at_or_before, having

DIABETES = ValueSet("Diabetes", "2.16.840.1.113883.3.464.1003.103.12.1001")
CKD_5 = ValueSet("Chronic Kidney Disease, Stage 5", "2.16.840.1.113883.3.526.3.1002")
ESRD = ValueSet("End Stage Renal Disease", "2.16.840.1.113883.3.526.3.353")
EGFR = ValueSet("Estimated Glomerular Filtration Rate", "2.16.840.1.113883.3.6929.3.1000")
UACR = ValueSet("Urine Albumin Creatinine Ratio", "2.16.840.1.113883.3.6929.3.1007")
UNDETECTABLE = ValueSet("Undetectable Lab Result Value", "2.16.840.1.113762.1.4.1248.272", if_held=True)
URINE_ALBUMIN = ValueSet("Urine Albumin", "2.16.840.1.113762.1.4.1178.88", if_held=True)
URINE_CREATININE = ValueSet("Urine Creatinine", "2.16.840.1.113762.1.4.1178.87", if_held=True)
VISITS = (
    ANNUAL_WELLNESS,
    HOME_HEALTHCARE,
    OFFICE_VISIT,
    ValueSet("Outpatient Consultation", "2.16.840.1.113883.3.464.1003.101.12.1008"),
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    TELEPHONE_VISITS,
)
# CMS951 2026: urine albumin and creatinine at most this far apart.
APART = 4 * DAY


def populations(q: Question) -> tuple[Group, ...]:
    """One group: an eGFR and a urine albumin-creatinine ratio in the period."""
    later = q.edition == "2026"
    visits = q.of("encounter", *VISITS)
    visits = visits.filter(visits.status == "finished")
    diabetes, kidneys = q.of("condition", DIABETES), q.of("condition", CKD_5, ESRD)
    if later:
        seen = q.exists(during_day(visits, q.period))
        ill = q.exists(starts_before_day(overlaps_day(verified(diabetes), q.period), q.period.start))
        failed = q.exists(overlaps_day(verified(kidneys), q.period))
    else:
        seen = q.exists(during(visits, q.period))
        ill = q.exists(overlaps_day(diabetes.filter(diabetes.clinical == "active"), q.period))
        failed = q.exists(overlaps_day(kidneys.filter(kidneys.clinical == "active"), q.period))
    eligible = q.age_at_start.between(18, 85) & ill & seen
    group = Group(
        id="64f0dfe956d636294b157faf",
        initial_population=eligible,
        denominator=eligible,
        denominator_exclusion=failed | hospice(q) | palliative(q),
        numerator=q.exists(_results(q, EGFR)) & (_ratio_2026(q) if later else q.exists(_results(q, UACR))),
    )
    return (group,)


def _results(q: Question, *sets: ValueSet) -> Table:
    tests = measured(q.of("observation", *sets))
    return during_day(tests.filter(tests.has_value), q.period)


def _ratio_2026(q: Question) -> Truth:
    ratios = during_day(measured(q.of("observation", UACR)), q.period)
    rated = q.exists(ratios.filter(ratios.value.notnull())) | q.exists(
        q.within(ratios, "values", UNDETECTABLE)
    )
    near = having(_results(q, URINE_ALBUMIN), _results(q, URINE_CREATININE), _near)
    return rated | q.exists(near)


def _near(albumin: Truth, creatinine: Truth) -> Truth:
    begun, ended = (albumin.start, albumin.start_to), (albumin.end, albumin.end_to)
    since, until = (
        (creatinine.start - APART, creatinine.start_to - APART),
        (creatinine.end + APART, creatinine.end_to + APART),
    )
    return at_or_after(*begun, *since) & at_or_before(*ended, *until)


MEASURE = Measure(
    name="CMS951",
    also=(
        "KidneyHealthEvaluationFHIR",
        "CMS951FHIRKidneyHealthEval",
        "CMS951FHIRKidneyHealthEvaluation",
        "CMS951FHIR",
    ),
    title="Kidney Health Evaluation",
    improvement="increase",
    initial_population="Aged 18 to 85 at the start of the period, with diabetes (2026: since before it) and an outpatient visit in it",
    denominator="The initial population",
    denominator_exclusion="Chronic kidney disease stage 5 or end-stage renal disease; hospice or palliative care",
    numerator="Both an eGFR and a urine albumin-creatinine ratio (2026: or urine albumin and creatinine within four days) in the period",
    editions={
        "2025": "eCQM CMS951FHIR, KidneyHealthEvaluationFHIR 0.1.000 (QI-Core 4.1.1), reporting year 2025",
        "2026": "eCQM CMS951FHIR, CMS951FHIRKidneyHealthEval 1.0.000 (QI-Core 6.0.0), reporting year 2026",
    },
    populations=populations,
)
