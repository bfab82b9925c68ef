"""CMS347, Statin Therapy for the Prevention and Treatment of Cardiovascular Disease.

Source   eCQM CMS347FHIR: 2025 in QI-Core 4.1.1 (StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR 0.2.000), 2026 in
         QI-Core 6.0.0 (CMS347FHIRStatinPreventionTxCVD 1.0.000); after the 2018 ACC/AHA/MS guideline on blood cholesterol (Grundy 2019)
Rate     one for the measure: the four numerators over the four denominators less exclusions and exceptions (the specification's aggregation)
2026     telemedicine counts as a visit; diagnoses must not be refuted; an order must be an order, and a supply that reaches into the period
         counts; a statin not ordered may be active too
Misses   a statin that is only stated as taken, with no order: both editions read MedicationRequests
"""

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import Group, Measure, Table, Truth, ValueSet
from careloom.measure.quality.prescribed import ALIVE, drug_orders
from careloom.measure.quality.profiles import problem
from careloom.measure.quality.shared import (
    ANNUAL_WELLNESS,
    OFFICE_VISIT,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    hospice,
    palliative,
)
from careloom.measure.quality.status import SEEN, measured, verified
from careloom.measure.quality.timing import during_day, overlaps_day, starts_on_or_before_day
from careloom.measure.quality.together import having, within_days, within_instants

ASCVD = (
    ValueSet("Cerebrovascular Disease Stroke or TIA", "2.16.840.1.113762.1.4.1047.44"),
    ValueSet("Atherosclerosis and Peripheral Arterial Disease", "2.16.840.1.113762.1.4.1047.21"),
    ValueSet("Ischemic Heart Disease or Other Related Diagnoses", "2.16.840.1.113762.1.4.1047.46"),
    ValueSet("Stable and Unstable Angina", "2.16.840.1.113762.1.4.1047.47"),
)
INFARCTION = {
    "2025": ValueSet("Myocardial Infarction", "2.16.840.1.113883.3.526.3.403"),
    "2026": ValueSet("Myocardial Infarction", "2.16.840.1.113762.1.4.1108.101"),
}
SECOND_INFARCTION = "http://hl7.org/fhir/sid/icd-10-cm|I22.2"
PROCEDURES = (
    ValueSet("PCI", "2.16.840.1.113762.1.4.1045.67"),
    ValueSet("CABG Surgeries", "2.16.840.1.113883.3.666.5.694"),
    ValueSet("Carotid Intervention", "2.16.840.1.113883.3.117.1.7.1.204"),
    ValueSet("CABG or PCI Procedure", "2.16.840.1.113762.1.4.1138.566"),
)
DIABETES = ValueSet("Diabetes", "2.16.840.1.113883.3.464.1003.103.12.1001")
FAMILIAL = ValueSet("Familial Hypercholesterolemia", "2.16.840.1.113762.1.4.1047.100")
LDL = ValueSet("LDL Cholesterol", "2.16.840.1.113883.3.526.3.1573")
RISK = ("http://loinc.org|99055-6", "http://loinc.org|79423-0")
EXCLUDED = (
    ValueSet("Breastfeeding", "2.16.840.1.113762.1.4.1047.73"),
    ValueSet("Rhabdomyolysis", "2.16.840.1.113762.1.4.1047.102"),
)
EXCEPTED = (
    ValueSet("Hepatitis A", "2.16.840.1.113883.3.464.1003.110.12.1024"),
    ValueSet("Hepatitis B", "2.16.840.1.113883.3.67.1.101.1.269"),
    ValueSet("Liver Disease", "2.16.840.1.113762.1.4.1047.42"),
    ValueSet("Statin Associated Muscle Symptoms", "2.16.840.1.113762.1.4.1108.85"),
    ValueSet("End Stage Renal Disease", "2.16.840.1.113883.3.526.3.353"),
)
ALLERGEN = ValueSet("Statin Allergen", "2.16.840.1.113762.1.4.1110.42")
REASON = ValueSet("Medical Reason", "2.16.840.1.113883.3.526.3.1007")
STATINS = (
    ValueSet("Low Intensity Statin Therapy", "2.16.840.1.113883.3.526.3.1574"),
    ValueSet("Moderate Intensity Statin Therapy", "2.16.840.1.113883.3.526.3.1575"),
    ValueSet("High Intensity Statin Therapy", "2.16.840.1.113883.3.526.3.1572"),
)
VISITS = (
    ANNUAL_WELLNESS,
    OFFICE_VISIT,
    ValueSet("Outpatient Consultation", "2.16.840.1.113883.3.464.1003.101.12.1008"),
    ValueSet("Outpatient Encounters for Preventive Care", "2.16.840.1.113883.3.526.3.1576"),
    PREVENTIVE_ESTABLISHED,
    ValueSet("Preventive Care Services Individual Counseling", "2.16.840.1.113883.3.464.1003.101.12.1026"),
    PREVENTIVE_INITIAL,
    ValueSet("Preventive Care Services Other", "2.16.840.1.113883.3.464.1003.101.11.1150"),
)
TELEMEDICINE = ValueSet("Telemedicine Services", "2.16.840.1.113762.1.4.1248.276", if_held=True)
# LDL at which a statin is due whatever else (Grundy 2019), in mg/dL, and how other units convert. The measure's guidance has mmol/L
# converted; 38.67 mg/dL a mmol/L is cholesterol's molar mass of 386.65 g/mol.
LDL_HIGH = 190.0
LDL_UNITS = (("mg/dL", 1.0), ("mmol/L", 38.67), ("g/L", 100.0), ("mg/L", 0.1))
RISK_HIGH = 20.0


def populations(q: Question) -> tuple[Group, ...]:
    """Four groups, in the order in which the specification screens a patient: ASCVD, LDL, diabetes, ten-year risk."""
    ascvd, infarction = _ascvd(q)
    familial = q.exists(starts_on_or_before_day(_problems(q, FAMILIAL), q.period.end))
    high = familial | q.exists(_high_ldl(q))
    diabetes = q.exists(overlaps_day(_problems(q, DIABETES), q.period))
    seen = q.exists(_visits(q))
    age = q.age_at_start
    due = (
        ("64ef76a356d636294b157b96", "cardiovascular disease", ascvd | infarction),
        (
            "64ef76a356d636294b157b97",
            "LDL of 190 mg/dL or more, or familial hypercholesterolemia",
            age.between(20, 75) & high & ~ascvd,
        ),
        ("64ef76a356d636294b157b98", "diabetes", age.between(40, 75) & diabetes & ~ascvd & ~high),
        (
            "64ef76a356d636294b157b99",
            "ten-year risk of 20 % or more",
            age.between(40, 75) & q.exists(_high_risk(q)) & ~ascvd & ~high & ~diabetes,
        ),
    )
    excluded = q.exists(overlaps_day(_excluding(q), q.period))
    excepted, treated = _excepted(q), _treated(q)
    return tuple(
        Group(
            id=name,
            title=title,
            initial_population=criteria & seen,
            denominator=criteria & seen,
            denominator_exclusion=excluded,
            denominator_exception=excepted,
            numerator=treated,
        )
        for name, title, criteria in due
    )


def _problems(q: Question, *sets: ValueSet) -> Table:
    """Diagnoses of the problem list or health concerns; in 2026 not refuted ones."""
    found = q.of("condition", *sets)
    return verified(problem(found)) if q.edition == "2026" else problem(found)


def _ascvd(q: Question) -> tuple[Truth, Truth]:
    """A cardiovascular diagnosis or procedure; and the second infarction, which 2025 asks for beside them and 2026 counts among them."""
    diagnosed = q.exists(starts_on_or_before_day(_problems(q, INFARCTION[q.edition], *ASCVD), q.period.end))
    done = q.of("procedure", *PROCEDURES)
    treated = q.exists(starts_on_or_before_day(done.filter(done.status == "completed"), q.period.end))
    second = q.coded("condition", SECOND_INFARCTION)
    second = verified(problem(second)) if q.edition == "2026" else problem(second)
    again = q.exists(starts_on_or_before_day(second, q.period.end))
    known = diagnosed | treated
    return (known | again, again) if q.edition == "2026" else (known, again)


def _high_ldl(q: Question) -> Table:
    found = q.of("observation", LDL)
    found = found.filter(found.status.isin((*SEEN, "appended")))
    factor = found.unit.cases(*LDL_UNITS, else_=None)
    return starts_on_or_before_day(found.filter(found.value * factor >= LDL_HIGH), q.period.end)


def _high_risk(q: Question) -> Table:
    found = q.coded("observation", *RISK)
    found = measured(found) if q.edition == "2026" else found
    return during_day(found.filter((found.value >= RISK_HIGH) & (found.unit == "%")), q.period)


def _visits(q: Question) -> Table:
    sets = (*VISITS, TELEMEDICINE) if q.edition == "2026" else VISITS
    found = q.of("encounter", *sets)
    return during_day(found.filter(found.status == "finished"), q.period)


def _excluding(q: Question) -> Table:
    found = q.of("condition", *EXCLUDED)
    return verified(found) if q.edition == "2026" else problem(found)


def _excepted(q: Question) -> Truth:
    import ibis  # half a second: only when a measure is asked

    allergies = q.of("allergy", ALLERGEN)
    events = q.of("adverse_event", ALLERGEN)
    if q.edition == "2026":  # of the day on which it happened, or else on which it was recorded
        events = events.mutate(
            recorded=ibis.coalesce(events.start, events.recorded),
            recorded_to=ibis.coalesce(events.start_to, events.recorded_to),
        )
    return (
        q.exists(overlaps_day(allergies.filter(allergies.clinical == "active"), q.period))
        | q.exists(during_day(events, q.period, of="recorded"))
        | q.exists(overlaps_day(_problems(q, *EXCEPTED), q.period))
        | q.exists(_not_ordered(q))
        | hospice(q)
        | palliative(q)
    )


def _not_ordered(q: Question) -> Table:
    """Statins that were not ordered at a visit, for a medical reason."""
    found = q.of("medication_request", *STATINS)
    closed = ("active", "completed") if q.edition == "2026" else ("completed",)
    found = q.within(found.filter(found.negated & found.status.isin(closed)), "reasons", REASON)
    inside = within_days if q.edition == "2026" else within_instants
    return having(found, _visits(q), lambda order, visit: inside(order.start, order.start_to, visit))


def _treated(q: Question) -> Truth:
    found = q.of("medication_request", *STATINS)
    orders = drug_orders(found, q.edition)
    if q.edition == "2026":
        supplied = found.filter(found.status.isin(ALIVE) & ~found.negated)
        return q.exists(during_day(orders, q.period)) | q.exists(
            overlaps_day(supplied, q.period, of="supply")
        )
    return q.exists(during_day(orders, q.period)) | q.exists(overlaps_day(orders, q.period, of="bounds"))


MEASURE = Measure(
    name="CMS347",
    also=(
        "StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR",
        "CMS347FHIRStatinPreventionTxCVD",
        "CMS347FHIRStatinsforthePreventionandTreatmentofCVD",
        "CMS347FHIR",
    ),
    title="Statin Therapy for the Prevention and Treatment of Cardiovascular Disease",
    improvement="increase",
    combined=True,
    initial_population=(
        "With a visit in the period and (1) cardiovascular disease or a procedure for it; (2) aged 20 to 75 with LDL of 190 mg/dL or more ever, or "
        "familial hypercholesterolemia; (3) aged 40 to 75 with diabetes; (4) aged 40 to 75 with a ten-year risk of 20 % or more: the first that fits"
    ),
    denominator="The initial population, of each of the four groups",
    denominator_exclusion="Breastfeeding or rhabdomyolysis in the period",
    denominator_exception=(
        "Allergy or adverse reaction to a statin, muscle symptoms, liver disease or hepatitis, end-stage renal disease, hospice or palliative care, "
        "or a medical reason not to order one"
    ),
    numerator="A statin ordered or active in the period",
    editions={
        "2025": "eCQM CMS347FHIR, StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR 0.2.000 (QI-Core 4.1.1), reporting year 2025",
        "2026": "eCQM CMS347FHIR, CMS347FHIRStatinPreventionTxCVD 1.0.000 (QI-Core 6.0.0), reporting year 2026",
    },
    populations=populations,
)
