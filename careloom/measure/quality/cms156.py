"""CMS156, Use of High-Risk Medications in Older Adults: three rates, of which lower is better.

Source   eCQM CMS156FHIR: 2025 in QI-Core 4.1.1 (UseofHighRiskMedicationsintheElderlyFHIR 0.2.001), 2026 in QI-Core 6.0.0
         (CMS156FHIRHighRiskMedsElderly 1.0.000); NCQA, after the AGS Beers criteria
2026     other kinds of orders than "order" count; diagnoses must not be refuted; of digoxin and doxepin both orders must exceed the dose
Misses   what was dispensed without an order here
"""

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import DAY, Group, Measure, Table, Truth, ValueSet
from careloom.measure.quality.prescribed import days_supplied, drug_orders
from careloom.measure.quality.shared import (
    ANNUAL_WELLNESS,
    HOME_HEALTHCARE,
    OFFICE_VISIT,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    TELEPHONE_VISITS,
    VIRTUAL_ENCOUNTER,
    hospice,
    palliative,
)
from careloom.measure.quality.status import encounter_performed, verified
from careloom.measure.quality.timing import during
from careloom.measure.quality.together import at_or_before, each, having

VISITS = (
    OFFICE_VISIT,
    ValueSet("Ophthalmological Services", "2.16.840.1.113883.3.526.3.1285"),
    PREVENTIVE_ESTABLISHED,
    ValueSet("Discharge Services Nursing Facility", "2.16.840.1.113883.3.464.1003.101.12.1013"),
    ValueSet("Nursing Facility Visit", "2.16.840.1.113883.3.464.1003.101.12.1012"),
    ValueSet("Care Services in Long Term Residential Facility", "2.16.840.1.113883.3.464.1003.101.12.1014"),
    PREVENTIVE_INITIAL,
    ANNUAL_WELLNESS,
    HOME_HEALTHCARE,
    TELEPHONE_VISITS,
    VIRTUAL_ENCOUNTER,
)
NURSE_VISIT = "http://www.ama-assn.org/go/cpt|99211"
# Two orders of one of these are the harm; a class of its own each.
CLASSES = (
    ValueSet("Potentially Harmful Antihistamines for Older Adults", "2.16.840.1.113883.3.464.1003.1043"),
    ValueSet(
        "Potentially Harmful Antiparkinsonian Agents for Older Adults", "2.16.840.1.113883.3.464.1003.1049"
    ),
    ValueSet(
        "Potentially Harmful Gastrointestinal Antispasmodics for Older Adults",
        "2.16.840.1.113883.3.464.1003.1050",
    ),
    ValueSet("Dipyridamole Medications", "2.16.840.1.113883.3.464.1003.1051"),
    ValueSet("Guanfacine Medications", "2.16.840.1.113883.3.464.1003.196.11.1252"),
    ValueSet("Nifedipine Medications", "2.16.840.1.113883.3.464.1003.1053"),
    ValueSet("Potentially Harmful Antidepressants for Older Adults", "2.16.840.1.113883.3.464.1003.1054"),
    ValueSet("Potentially Harmful Barbiturates for Older Adults", "2.16.840.1.113883.3.464.1003.1055"),
    ValueSet("Meprobamate Medications", "2.16.840.1.113883.3.464.1003.1057"),
    ValueSet("Potentially Harmful Estrogens for Older Adults", "2.16.840.1.113883.3.464.1003.1058"),
    ValueSet("Potentially Harmful Sulfonylureas for Older Adults", "2.16.840.1.113883.3.464.1003.1059"),
    ValueSet("Desiccated Thyroid Medications", "2.16.840.1.113883.3.464.1003.1060"),
    ValueSet(
        "Potentially Harmful Nonbenzodiazepine Hypnotics for Older Adults",
        "2.16.840.1.113883.3.464.1003.196.12.1480",
    ),
    ValueSet(
        "Potentially Harmful Skeletal Muscle Relaxants for Older Adults", "2.16.840.1.113883.3.464.1003.1062"
    ),
    ValueSet("Potentially Harmful Pain Medications for Older Adults", "2.16.840.1.113883.3.464.1003.1063"),
    ValueSet("Megestrol Medications", "2.16.840.1.113883.3.464.1003.1247"),
    ValueSet("Meperidine Medications", "2.16.840.1.113883.3.464.1003.1248"),
)
ERGOLOID = "http://www.nlm.nih.gov/research/umls/rxnorm|318179"
ANTIINFECTIVES = ValueSet(
    "Potentially Harmful Antiinfectives for Older Adults", "2.16.840.1.113883.3.464.1003.196.12.1481"
)
DIGOXIN = ValueSet("Digoxin Medications", "2.16.840.1.113883.3.464.1003.1065")
DOXEPIN = ValueSet("Doxepin Medications", "2.16.840.1.113883.3.464.1003.1067")
# Days' supply of anti-infectives, and milligrams a day, above which orders count (CMS156).
PROLONGED, DIGOXIN_MG, DOXEPIN_MG = 90.0, 0.125, 6.0
# The products of digoxin and doxepin whose strength the measure names (RxNorm): milligrams a piece, or a millilitre.
PER_PIECE = (
    ("245273", 0.0625),
    ("197604", 0.125),
    ("197606", 0.25),
    ("966787", 3.0),
    ("966793", 6.0),
    ("1000048", 10.0),
    ("1000070", 25.0),
    ("1000076", 50.0),
    ("1000097", 75.0),
    ("1000058", 100.0),
    ("1000064", 150.0),
)
PER_ML = (("393245", 0.05), ("204504", 0.1), ("104208", 0.25), ("1000054", 10.0))
ANTIPSYCHOTICS = ValueSet(
    "Potentially Harmful Antipsychotics for Older Adults", "2.16.840.1.113883.3.464.1003.196.12.1523"
)
TREATED_BY_ANTIPSYCHOTICS = (
    ValueSet("Schizophrenia", "2.16.840.1.113883.3.464.1003.105.12.1205"),
    ValueSet("Bipolar Disorder", "2.16.840.1.113883.3.67.1.101.1.128"),
)
BENZODIAZEPINES = ValueSet(
    "Potentially Harmful Benzodiazepines for Older Adults", "2.16.840.1.113883.3.464.1003.196.12.1522"
)
TREATED_BY_BENZODIAZEPINES = (
    ValueSet("Seizure Disorder", "2.16.840.1.113883.3.464.1003.105.12.1206"),
    ValueSet("REM Sleep Behavior Disorder", "2.16.840.1.113883.3.464.1003.105.12.1207"),
    ValueSet("Benzodiazepine Withdrawal", "2.16.840.1.113883.3.464.1003.105.12.1208"),
    ValueSet("Alcohol Withdrawal", "2.16.840.1.113883.3.464.1003.105.12.1209"),
    ValueSet("Generalized Anxiety Disorder", "2.16.840.1.113883.3.464.1003.105.12.1210"),
)


def populations(q: Question) -> tuple[Group, ...]:
    """Three groups: drugs to avoid; drugs to avoid but for a diagnosis; either."""
    visits = q.of("encounter", *VISITS).union(q.coded("encounter", NURSE_VISIT))
    eligible = (q.age_at_end >= 65) & q.exists(during(encounter_performed(visits), q.period))
    excluded = hospice(q) | palliative(q)
    avoid = (
        _repeated(q)
        | q.exists(_prolonged(q))
        | _dosed(q, DIGOXIN, DIGOXIN_MG)
        | _dosed(q, DOXEPIN, DOXEPIN_MG)
    )
    unless = _without_reason(q, ANTIPSYCHOTICS, TREATED_BY_ANTIPSYCHOTICS) | _without_reason(
        q, BENZODIAZEPINES, TREATED_BY_BENZODIAZEPINES
    )
    rates = (
        ("66460d4ef4fc785d8711734b", "drugs to avoid", avoid),
        ("66460d4ef4fc785d8711734c", "drugs to avoid but for a diagnosis", unless),
        ("66460d4ef4fc785d8711734d", "either", avoid | unless),
    )
    return tuple(
        Group(
            id=name,
            title=title,
            initial_population=eligible,
            denominator=eligible,
            denominator_exclusion=excluded,
            numerator=numerator,
        )
        for name, title, numerator in rates
    )


def _orders(q: Question, *classes: ValueSet) -> Table:
    """Orders of drugs of these classes, `drug_class` being the value set's OID."""
    found = q.sorted_by("medication_request", *classes).rename(drug_class="value_set")
    return drug_orders(found, q.edition)


def _repeated(q: Question) -> Truth:
    """Two orders of one class (or an order with a refill)."""
    alone = drug_orders(q.coded("medication_request", ERGOLOID), q.edition)
    alone = alone.mutate(drug_class=alone.coding)
    return q.exists(_more_than_one(q, _orders(q, *CLASSES))) | q.exists(_more_than_one(q, alone))


def _more_than_one(q: Question, orders: Table) -> Table:
    """The orders of the period that were refillable, or beside which one of their class of another day, or of another beginning, stands."""
    span = q.period

    def inside(order: Truth) -> Truth:
        return (order.start >= span.start) & (order.start_to <= span.end)

    def begins(order: Truth) -> Truth:
        return (order.supply_start >= span.start) & (order.supply_start_to <= span.end)

    def another(one: Truth, other: Truth) -> Truth:
        day, other_day = one.start // DAY, other.start // DAY
        apart = (day != other_day) & inside(other)
        begun = (
            (day == other_day)
            & (one.supply_start // DAY != other.supply_start // DAY)
            & begins(one)
            & begins(other)
        )
        return (one.drug_class == other.drug_class) & ((one.refills >= 1) | apart | begun)

    return having(orders.filter(inside(orders)), orders, another)


def _prolonged(q: Question) -> Table:
    orders = each(_more_than_one(q, _orders(q, ANTIINFECTIVES)))
    total = orders.mutate(days=days_supplied(orders)).group_by("patient").agg(days=lambda t: t.days.sum())
    return total.filter(total.days > PROLONGED)


def _dosed(q: Question, drug: ValueSet, most: float) -> Truth:
    """More than one order, above the daily dose: in 2025 one of them, in 2026 each."""
    orders = _orders(q, drug)
    if q.edition == "2026":
        return q.exists(_more_than_one(q, orders.filter(_daily(orders) > most)))
    every = _more_than_one(q, orders)
    return q.exists(every.filter(_daily(every) > most))


def _daily(orders: Table) -> Truth:
    """Milligrams a day; unknown where the product's strength or the supply is."""
    import ibis  # half a second: only when a measure is asked

    def strengths(table: tuple[tuple[str, float], ...]) -> Truth:
        pairs = [
            (f"http://www.nlm.nih.gov/research/umls/rxnorm|{code}", milligrams) for code, milligrams in table
        ]
        return orders.coding.cases(*pairs, else_=None)

    liquid = ibis.cases((orders.quantity_unit == "mL", strengths(PER_ML)), else_=None)
    return orders.quantity * ibis.coalesce(strengths(PER_PIECE), liquid) / days_supplied(orders).nullif(0)


def _without_reason(q: Question, drugs: ValueSet, reasons: tuple[ValueSet, ...]) -> Truth:
    """More than one order, and no diagnosis that calls for them from a year before the period until the first of them."""
    orders = _orders(q, drugs)
    inside = orders.filter((orders.start >= q.period.start) & (orders.start_to <= q.period.end))
    first = inside.group_by("patient").agg(start=lambda t: t.start.min(), start_to=lambda t: t.start_to.min())
    ill = q.of("condition", *reasons)
    ill = verified(ill) if q.edition == "2026" else ill
    since = q.period.back(years=1).start

    def then(diagnosis: Truth, index: Truth) -> Truth:
        return at_or_before(diagnosis.start, diagnosis.start_to, index.start, index.start_to) & (
            diagnosis.end >= since
        )

    called_for = having(ill, first, then)
    return q.exists(_more_than_one(q, orders)) & ~q.exists(called_for)


MEASURE = Measure(
    name="CMS156",
    also=("UseofHighRiskMedicationsintheElderlyFHIR", "CMS156FHIRHighRiskMedsElderly", "CMS156FHIR"),
    title="Use of High-Risk Medications in Older Adults",
    improvement="decrease",
    initial_population="Aged 65 or older at the end of the period, with a visit in it",
    denominator="The initial population",
    denominator_exclusion="Hospice or palliative care",
    numerator=(
        "At least two orders of one class on different days: (1) of drugs to avoid, of anti-infectives for more than 90 days, of digoxin above "
        "0.125 mg or doxepin above 6 mg a day; (2) of antipsychotics or benzodiazepines without a diagnosis that calls for them; (3) either"
    ),
    editions={
        "2025": "eCQM CMS156FHIR, UseofHighRiskMedicationsintheElderlyFHIR 0.2.001 (QI-Core 4.1.1), reporting year 2025",
        "2026": "eCQM CMS156FHIR, CMS156FHIRHighRiskMedsElderly 1.0.000 (QI-Core 6.0.0), reporting year 2026",
    },
    populations=populations,
)
