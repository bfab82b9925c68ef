"""CMS2, Preventive Care and Screening: Screening for Depression and Follow-Up Plan.

Source   eCQM CMS2FHIR: 2025 in QI-Core 4.1.1 (PCSDepressionScreenAndFollowUpFHIR 0.2.000), 2026 in QI-Core 6.0.0
         (CMS2FHIRPCSDepScreenAndFollowUp 1.0.000); Centers for Medicare & Medicaid Services
2026     a screening may be amended or corrected; a medicine counts only where its supply reaches beyond the visit; bipolar disorder and
         reasons not to screen count by the day
Misses   a screening known by its score alone: both editions ask for the finding "positive" or "negative"
"""

from dataclasses import dataclass

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import DAY, Group, Measure, Table, Truth, ValueSet
from careloom.measure.quality.prescribed import drug_orders
from careloom.measure.quality.profiles import problem
from careloom.measure.quality.shared import TELEPHONE_VISITS
from careloom.measure.quality.status import measured
from careloom.measure.quality.timing import during_day, starts_during_day
from careloom.measure.quality.together import having, within_days, within_instants

VISITS = (
    ValueSet("Encounter to Screen for Depression", "2.16.840.1.113883.3.600.1916"),
    ValueSet("Physical Therapy Evaluation", "2.16.840.1.113883.3.526.3.1022"),
    TELEPHONE_VISITS,
)
BIPOLAR = ValueSet("Bipolar Disorder", "2.16.840.1.113883.3.67.1.101.1.128")
REASON = ValueSet("Medical Reason", "2.16.840.1.113883.3.526.3.1007")
NEGATIVE = "http://snomed.info/sct|428171000124102"
POSITIVE = "http://snomed.info/sct|428181000124104"
DECLINED = "http://snomed.info/sct|720834000"
# A screening counts up to this many days before the visit; a follow-up up to that many after it (CMS2).
BEFORE, AFTER = 14, 2


@dataclass(frozen=True, slots=True)
class _Ages:
    """What the measure asks of one age group: the screening's code, and what counts as follow-up."""

    screening: str
    medicines: ValueSet
    referral: ValueSet
    follow_up: ValueSet


ADOLESCENT = _Ages(
    "http://loinc.org|73831-0",
    ValueSet("Adolescent Depression Medications", "2.16.840.1.113883.3.526.3.1567"),
    ValueSet("Referral for Adolescent Depression", "2.16.840.1.113883.3.526.3.1570"),
    ValueSet("Follow Up for Adolescent Depression", "2.16.840.1.113883.3.526.3.1569"),
)
ADULT = _Ages(
    "http://loinc.org|73832-8",
    ValueSet("Adult Depression Medications", "2.16.840.1.113883.3.526.3.1566"),
    ValueSet("Referral for Adult Depression", "2.16.840.1.113883.3.526.3.1571"),
    ValueSet("Follow Up for Adult Depression", "2.16.840.1.113883.3.526.3.1568"),
)


def populations(q: Question) -> tuple[Group, ...]:
    """One group: the last screening was negative, or positive and followed up."""
    found = q.of("encounter", *VISITS)
    visits = during_day(found.filter(found.status == "finished"), q.period)
    age = q.age_at_start
    eligible = (age >= 12) & q.exists(visits)
    young, old = _settled(q, visits, ADOLESCENT), _settled(q, visits, ADULT)
    group = Group(
        id="64ef8dd856d636294b157c6f",
        initial_population=eligible,
        denominator=eligible,
        denominator_exclusion=q.exists(_bipolar(q, visits)),
        denominator_exception=_excused(q, visits, ADOLESCENT) | _excused(q, visits, ADULT),
        numerator=(age.between(12, 17) & young) | ((age >= 17) & old),
    )
    return (group,)


def _screened(q: Question, visits: Table, ages: _Ages) -> Table:
    """Screenings with a result, of the two weeks before a visit or its day."""
    found = q.coded("observation", ages.screening)
    found = measured(found) if q.edition == "2026" else found.filter(found.status == "final")
    return having(found.filter(found.has_value), visits, _before)


def _before(screening: Truth, visit: Truth) -> Truth:
    first, last = screening.end // DAY, screening.end_to // DAY
    return (first >= visit.start_to // DAY - BEFORE) & (last <= visit.start // DAY)


def _settled(q: Question, visits: Table, ages: _Ages) -> Truth:
    import ibis  # half a second: only when a measure is asked

    every = _screened(q, visits, ages)
    order = ibis.row_number().over(
        ibis.window(group_by="patient", order_by=[ibis.desc("start"), ibis.desc("row")])
    )
    last = every.mutate(place=order).filter(lambda t: t.place == 0).drop("place")
    positive = last.filter(last["values"].contains(POSITIVE))
    return q.exists(last.filter(last["values"].contains(NEGATIVE))) | q.exists(
        _followed(q, visits, positive, ages)
    )


def _followed(q: Question, visits: Table, positive: Table, ages: _Ages) -> Table:
    """Positive screenings of which a visit after them has a follow-up at it (what was done) or within two days (what was ordered)."""
    done = q.of("procedure", ages.follow_up)
    done = starts_during_day(done.filter((done.status == "completed") & ~done.negated), q.period)
    at = having(visits, done, lambda visit, act: within_instants(act.start, act.start_to, visit))
    referred = q.of("service_request", ages.referral)
    referred = during_day(
        referred.filter(referred.status.isin(("active", "completed")) & ~referred.negated), q.period
    )
    ordered = during_day(_medicines(q, visits, positive, ages), q.period)
    parts = (at, having(visits, referred, _soon_after), having(visits, ordered, _soon_after))
    return having(positive, parts[0].union(parts[1]).union(parts[2]), _starts_before)


def _medicines(q: Question, visits: Table, positive: Table, ages: _Ages) -> Table:
    orders = drug_orders(q.of("medication_request", ages.medicines), q.edition)
    if q.edition == "2025":
        return orders
    screened = having(visits, positive, lambda visit, screening: _starts_before(screening, visit))
    return having(orders, screened, _outlasts)


def _outlasts(order: Truth, visit: Truth) -> Truth:
    """Whether a supply begins by the visit's last day and reaches beyond it (CQL's "overlaps after day of")."""
    return (order.supply_start_to // DAY <= visit.end // DAY) & (
        order.supply_end // DAY > visit.end_to // DAY
    )


def _soon_after(visit: Truth, order: Truth) -> Truth:
    first, last = order.start // DAY, order.start_to // DAY
    return (first >= visit.end_to // DAY) & (last <= visit.end // DAY + AFTER)


def _starts_before(screening: Truth, visit: Truth) -> Truth:
    first, last = screening.start // DAY, screening.start_to // DAY
    return (first >= visit.start_to // DAY - BEFORE) & (last <= visit.start // DAY)


def _bipolar(q: Question, visits: Table) -> Table:
    found = q.of("condition", BIPOLAR)
    if q.edition == "2026":
        return having(problem(found), visits, lambda ill, visit: ill.start_to // DAY < visit.start // DAY)
    return having(problem(found), visits, lambda ill, visit: ill.start_to < visit.start)


def _excused(q: Question, visits: Table, ages: _Ages) -> Truth:
    """Not screened for a medical reason or because it was declined, said at a visit; and no screening."""
    found = q.coded("observation", ages.screening)
    found = found.filter(found.status == "cancelled")
    inside = within_days if q.edition == "2026" else within_instants
    left = having(found, visits, lambda no, visit: inside(no.recorded, no.recorded_to, visit))
    excused = q.exists(left.filter(left.reasons.contains(DECLINED))) | q.exists(
        q.within(left, "reasons", REASON)
    )
    return excused & ~q.exists(_screened(q, visits, ages))


MEASURE = Measure(
    name="CMS2",
    also=(
        "PCSDepressionScreenAndFollowUpFHIR",
        "CMS2FHIRPCSDepScreenAndFollowUp",
        "CMS2FHIRPCSDepressionScreenAndFollowUp",
        "CMS2FHIR",
    ),
    title="Preventive Care and Screening: Screening for Depression and Follow-Up Plan",
    improvement="increase",
    initial_population="Aged 12 or older at the start of the period, with a qualifying visit in it",
    denominator="The initial population",
    denominator_exclusion="Bipolar disorder before a qualifying visit",
    denominator_exception="Not screened for a medical reason or because the patient declined",
    numerator=(
        "The last screening, on the visit's day or up to 14 days before, was negative; or positive with a follow-up at the visit or "
        "ordered within two days after it"
    ),
    editions={
        "2025": "eCQM CMS2FHIR, PCSDepressionScreenAndFollowUpFHIR 0.2.000 (QI-Core 4.1.1), reporting year 2025",
        "2026": "eCQM CMS2FHIR, CMS2FHIRPCSDepScreenAndFollowUp 1.0.000 (QI-Core 6.0.0), reporting year 2026",
    },
    populations=populations,
)
