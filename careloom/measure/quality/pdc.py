"""PDC, proportion of days covered by fills: diabetes medicines, RAS antagonists, statins.

Source   Pharmacy Quality Alliance, PDC-DR, PDC-RASA and PDC-STA, as CMS publishes them in the Medicare Part C & D Star Ratings Technical
         Notes, 2025 Star Ratings (measures D08 to D10 and the attachment on medication adherence calculations)
Counts   days from the first fill in the period to its end, or to death; covered are the days that fills supply. A fill of the same
         ingredient before the last one is used up begins when that one ends; what is left over at the end of the period is lost. A product
         of two ingredients counts for each
Misses   days in hospital or a nursing facility, and what Medicare's enrolment data say: CMS takes those days out and we count them. Cash,
         samples and other pharmacies are unseen, so a low share is "not seen filled", never "not taking"
"""

from collections.abc import Callable
from dataclasses import dataclass

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import DAY, Group, Measure, Span, Table, Truth, ValueSet
from careloom.measure.quality.shared import hospice
from careloom.measure.quality.timing import overlaps_day

ESRD = ValueSet("End Stage Renal Disease", "2.16.840.1.113883.3.526.3.353")
# PQA: covered on at least this share of the days, of a period of at least so many days, with at least two fills on different days.
THRESHOLD, SHORTEST, FILLS = 0.8, 91, 2
SOURCE = "PQA {name}, as in CMS Medicare Part C & D Star Ratings Technical Notes, 2025 Star Ratings, measure {number}"


@dataclass(frozen=True, slots=True)
class _Class:
    """A class of drugs by its ingredients, and the ingredients of which one fill excludes a patient."""

    drugs: tuple[str, ...]
    excluding: tuple[str, ...] = ()


INSULINS = (
    "insulin",
    "insulin human",
    "insulin glargine",
    "insulin detemir",
    "insulin degludec",
    "insulin lispro",
    "insulin aspart",
)
DIABETES = _Class(
    (
        *(
            "metformin",
            "glipizide",
            "glimepiride",
            "glyburide",
            "tolbutamide",
            "chlorpropamide",
            "tolazamide",
        ),
        *("pioglitazone", "rosiglitazone", "sitagliptin", "saxagliptin", "linagliptin", "alogliptin"),
        *(
            "semaglutide",
            "liraglutide",
            "dulaglutide",
            "exenatide",
            "lixisenatide",
            "tirzepatide",
            "albiglutide",
        ),
        *(
            "repaglinide",
            "nateglinide",
            "empagliflozin",
            "dapagliflozin",
            "canagliflozin",
            "ertugliflozin",
            "bexagliflozin",
        ),
    ),
    (*INSULINS, "insulin glulisine"),
)
RAS = _Class(
    (
        *(
            "lisinopril",
            "enalapril",
            "benazepril",
            "captopril",
            "fosinopril",
            "moexipril",
            "perindopril",
            "quinapril",
            "ramipril",
        ),
        *(
            "trandolapril",
            "losartan",
            "valsartan",
            "olmesartan",
            "irbesartan",
            "candesartan",
            "telmisartan",
            "azilsartan",
        ),
        *("eprosartan", "aliskiren"),
    ),
    ("sacubitril",),
)
STATINS = _Class(
    (
        "atorvastatin",
        "simvastatin",
        "lovastatin",
        "rosuvastatin",
        "pravastatin",
        "fluvastatin",
        "pitavastatin",
    )
)


def of_class(drugs: _Class) -> Callable[[Question], tuple[Group, ...]]:
    """The measure of one class: a group of those who filled it twice, of whom the covered are the numerator."""

    def populations(q: Question) -> tuple[Group, ...]:
        treated = covered_days(_fills(q, drugs.drugs), q)
        eligible = (q.age_at_start >= 18) & q.exists(treated)
        excluded = hospice(q) | q.exists(overlaps_day(q.of("condition", ESRD), q.period))
        if drugs.excluding:
            excluded = excluded | q.exists(_fills(q, drugs.excluding))
        group = Group(
            id="1",
            initial_population=eligible,
            denominator=eligible,
            denominator_exclusion=excluded,
            numerator=q.exists(treated.filter(treated.covered >= THRESHOLD * treated.days)),
        )
        return (group,)

    return populations


def _fills(q: Question, names: tuple[str, ...]) -> Table:
    """What was handed out in the period, one row a patient, ingredient and day: `day` counted from the period's first, `supply` in days."""
    first, last = q.period.start // DAY, q.period.end // DAY
    fills = q.view("medication_dispense")
    fills = fills.filter((fills.status == "completed") & ~fills.negated & (fills.days_supply > 0)).distinct(
        on="row", keep="first"
    )
    fills = fills.select(
        "patient",
        "row",
        drug=fills.drugs.unnest(),
        day=fills.start // DAY,
        supply=fills.days_supply.round().cast("int64"),
    )
    fills = fills.filter(fills.drug.isin(names) & fills.day.between(first, last))
    # Of the same drug, day and days two sources tell one fill (a pharmacy and a payer).
    once = fills.select("patient", "drug", "day", "supply").distinct()
    return (
        once.group_by("patient", "drug", "day")
        .agg(supply=lambda t: t.supply.sum())
        .mutate(day=lambda t: t.day - first)
    )


def covered_days(fills: Table, q: Question) -> Table:
    """The patients treated for long enough, with `days` of their period and how many of them fills have `covered`.

    A fill begins when it is handed out or when what was handed out before (of the same ingredient) is used up: on the latest of its own day
    and, for each earlier fill, that fill's day plus all supplies from it until now.
    """
    import ibis  # over a quarter of a second

    before = ibis.cumulative_window(group_by=["patient", "drug"], order_by="day")
    chained = fills.mutate(used=fills.supply.sum().over(before) - fills.supply)
    chained = chained.mutate(ahead=chained.day - chained.used)
    chained = chained.mutate(begins=chained.used + chained.ahead.max().over(before))
    whole = _treated(fills, q)
    spans = chained.inner_join(whole, "patient")
    spans = spans.mutate(ends=ibis.least(spans.begins + spans.supply, spans.until)).filter(
        lambda t: t.ends > t.begins
    )
    return whole.inner_join(_union(spans), "patient").mutate(days=lambda t: t.until - t.since)


def _treated(fills: Table, q: Question) -> Table:
    """Patients with two fills and a period of 91 days: `since` their first fill, `until` the day after the last day that counts."""
    import ibis  # over a quarter of a second

    length = q.period.end // DAY - q.period.start // DAY + 1
    people = q.view("patient").select("patient", died=_day_of(q.view("patient").deceased, q.period))
    whole = fills.group_by("patient").agg(since=lambda t: t.day.min(), fills=lambda t: t.day.nunique())
    whole = whole.inner_join(people, "patient").mutate(
        until=lambda t: ibis.least(ibis.coalesce(t.died + 1, length), length)
    )
    return whole.filter((whole.fills >= FILLS) & (whole.until - whole.since >= SHORTEST)).select(
        "patient", "since", "until"
    )


def _day_of(said: Truth, span: Span) -> Truth:
    """The day that a date or time names ("2025-12-31T08:00:00Z"), counted from the span's first; null where it names none ("true")."""
    import ibis  # over a quarter of a second

    dated = ibis.cases((said.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"), said.substr(0, 10)), else_=None)
    return dated.cast("date").epoch_seconds() // 86_400 - span.start // DAY


def _union(spans: Table) -> Table:
    """How many days at least one of a patient's spans [begins, ends) covers."""
    import ibis  # over a quarter of a second

    earlier = ibis.window(group_by="patient", order_by=["begins", "ends", "drug"], rows=(None, -1))
    reached = spans.mutate(reached=spans.ends.max().over(earlier))
    added = reached.mutate(added=reached.ends - ibis.greatest(reached.begins, reached.reached.fill_null(0)))
    return added.group_by("patient").agg(covered=lambda t: ibis.greatest(t.added, 0).sum())


def _measure(name: str, number: str, title: str, drugs: _Class, *, excluded: str) -> Measure:
    source = SOURCE.format(name=name, number=number)
    return Measure(
        name=name,
        also=(name.replace("-", ""),),
        title=title,
        improvement="increase",
        initial_population="Aged 18 or older at the start of the period, with two fills on different days, the first at least 91 days before its end",
        denominator="The initial population",
        denominator_exclusion=f"Hospice, end-stage renal disease{excluded}",
        numerator="Covered by fills on at least 80 % of the days from the first fill to the end of the period",
        editions={"2025": source, "2026": source},
        populations=of_class(drugs),
    )


DIABETES_MEASURE = _measure(
    "PDC-DR",
    "D08",
    "Proportion of Days Covered: Diabetes All Class",
    DIABETES,
    excluded=", or a fill of insulin",
)
RAS_MEASURE = _measure(
    "PDC-RASA",
    "D09",
    "Proportion of Days Covered: Renin Angiotensin System Antagonists",
    RAS,
    excluded=", or a fill of sacubitril and valsartan",
)
STATIN_MEASURE = _measure("PDC-STA", "D10", "Proportion of Days Covered: Statins", STATINS, excluded="")
MEASURES = (DIABETES_MEASURE, RAS_MEASURE, STATIN_MEASURE)
