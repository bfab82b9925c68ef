"""CMS131, Diabetes: Eye Exam.

Source   eCQM CMS131FHIR: 2025 in QI-Core 4.1.1 (DiabetesEyeExamFHIR 0.0.002), 2026 in QI-Core 6.0.0 (CMS131FHIRDiabetesEyeExam 1.0.000); NCQA
2026     adds the autonomous (AI) exam, the retinopathy severity level of both eyes and the absence of both eyes; diabetes must be an
         encounter's diagnosis, and diagnoses must not be refuted or entered in error
Misses   an exam that is written as a Procedure: both editions read Observations alone
"""

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import (
    DAY,
    Group,
    Measure,
    Span,
    Table,
    Truth,
    ValueSet,
    milliseconds,
    shifted,
)
from careloom.measure.quality.profiles import encounter_diagnosis
from careloom.measure.quality.shared import (
    ANNUAL_WELLNESS,
    HOME_HEALTHCARE,
    OFFICE_VISIT,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    TELEPHONE_VISITS,
    frail_and_ill_66,
    hospice,
    nursing_home_66,
    palliative,
)
from careloom.measure.quality.status import encounter_performed, examined, verified
from careloom.measure.quality.timing import during_day, overlaps_day, starts_on_or_before_day

DIABETES = ValueSet("Diabetes", "2.16.840.1.113883.3.464.1003.103.12.1001")
RETINOPATHY = ValueSet("Diabetic Retinopathy", "2.16.840.1.113883.3.526.3.327")
EXAM = ValueSet("Retinal or Dilated Eye Exam", "2.16.840.1.113883.3.464.1003.115.12.1088")
AI_RESULT = ValueSet(
    "Autonomous Eye Exam Result or Finding", "2.16.840.1.113883.3.464.1004.2616", if_held=True
)
SEVERITY = ValueSet("Diabetic Retinopathy Severity Level", "2.16.840.1.113883.3.464.1003.1266", if_held=True)
VISITS = (
    OFFICE_VISIT,
    ANNUAL_WELLNESS,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    HOME_HEALTHCARE,
    ValueSet("Ophthalmological Services", "2.16.840.1.113883.3.526.3.1285"),
    TELEPHONE_VISITS,
)
AI_EXAM = "http://loinc.org|105914-6"
LEFT, RIGHT = "http://loinc.org|71490-7", "http://loinc.org|71491-5"
NO_RETINOPATHY = "http://loinc.org|LA18643-9"
NO_EYES = "http://snomed.info/sct|15665641000119103"


def populations(q: Question) -> tuple[Group, ...]:
    """One group: a retinal exam this year, or (without retinopathy) this year or the year before."""
    later = q.edition == "2026"
    diabetes, retinopathy = q.of("condition", DIABETES), q.of("condition", RETINOPATHY)
    if later:
        diabetes, retinopathy = encounter_diagnosis(verified(diabetes)), verified(retinopathy)
    visits = during_day(encounter_performed(q.of("encounter", *VISITS)), q.period)
    eligible = q.age_at_end.between(18, 75) & q.exists(visits) & q.exists(overlaps_day(diabetes, q.period))
    ill = q.exists(overlaps_day(retinopathy, q.period))
    exams = examined(q.of("observation", EXAM))
    seen = (ill & q.exists(during_day(exams, q.period))) | (
        ~ill & q.exists(during_day(exams, q.period.back(years=1)))
    )
    excluded = hospice(q) | frail_and_ill_66(q) | nursing_home_66(q) | palliative(q)
    if later:
        gone = verified(q.coded("condition", NO_EYES))
        excluded = excluded | q.exists(starts_on_or_before_day(gone, q.period.end))
        seen = seen | _by_machine(q) | _by_level(q)
    group = Group(
        id="661d83160f0a9077c1d5a547",
        initial_population=eligible,
        denominator=eligible,
        denominator_exclusion=excluded,
        numerator=seen,
    )
    return (group,)


def _by_machine(q: Question) -> Truth:
    exams = during_day(examined(q.coded("observation", AI_EXAM)), q.period)
    return q.exists(q.within(exams, "values", AI_RESULT))


def _by_level(q: Question) -> Truth:
    """A severity level of each eye this year, where one eye may have had none the year before; or none in both the year before."""
    before = _year_before(q.period)

    def clear(eye: str) -> Truth:
        return q.exists(_valued(during_day(_levels(q, eye), before), NO_RETINOPATHY))

    def graded(eye: str) -> Truth:
        return q.exists(q.within(during_day(_levels(q, eye), q.period), "values", SEVERITY))

    left, right, left_clear, right_clear = graded(LEFT), graded(RIGHT), clear(LEFT), clear(RIGHT)
    return (left & right) | (left & right_clear) | (right & left_clear) | (left_clear & right_clear)


def _year_before(period: Span) -> Span:
    """The year before a period: both its ends moved back by a year."""
    return Span(milliseconds(shifted(period.first, -12)), milliseconds(shifted(period.last, -12)) + DAY - 1)


def _levels(q: Question, eye: str) -> Table:
    return examined(q.coded("observation", eye))


def _valued(table: Table, code: str) -> Table:
    return table.filter(table["values"].contains(code))


MEASURE = Measure(
    name="CMS131",
    also=("DiabetesEyeExamFHIR", "CMS131FHIRDiabetesEyeExam", "CMS131FHIR"),
    title="Diabetes: Eye Exam",
    improvement="increase",
    initial_population="Aged 18 to 75 at the end of the period, with diabetes and a visit in it",
    denominator="The initial population",
    denominator_exclusion="Hospice or palliative care; 66 or older with frailty and an advanced illness, or in a nursing home; 2026: no eyes",
    numerator="A retinal or dilated eye exam in the period, or, without retinopathy, in the year before; 2026: an autonomous exam or graded eyes",
    editions={
        "2025": "eCQM CMS131FHIR, DiabetesEyeExamFHIR 0.0.002 (QI-Core 4.1.1), reporting year 2025",
        "2026": "eCQM CMS131FHIR, CMS131FHIRDiabetesEyeExam 1.0.000 (QI-Core 6.0.0), reporting year 2026",
    },
    populations=populations,
)
