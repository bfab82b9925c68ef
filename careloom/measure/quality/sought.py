"""What each measure looks for in a record, so that a person reads why somebody is counted: "HbA1c: 9.4 % on 2026-03-01", or what comes
nearest to it and why that doesn't count.

It explains and never counts: who is in which population is the measure's own expression.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.quality import Doubt
from careloom.measure.quality import cms2, cms68, cms122, cms131, cms156, cms165, cms347, cms951, pdc
from careloom.measure.quality.amounts import FACTORS
from careloom.measure.quality.noun import Edition, Span, ValueSet, edition_of, shifted
from careloom.measure.quality.prescribed import ALIVE, ORDERS
from careloom.measure.quality.sets import Sets
from careloom.measure.quality.status import SEEN
from careloom.measure.quality.views import class_of, counts

_RESULT, _ORDER = ("Observation",), ("MedicationRequest",)
_FILL = ("MedicationDispense", "ExplanationOfBenefit")
_TAKEN_BACK = ("entered-in-error", "cancelled", "not-done")


def _year_before(first: date) -> date:
    return shifted(first, -12)


def _two_weeks_before(first: date) -> date:
    return first - timedelta(days=cms2.BEFORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for.

    name            in words
    kinds           of entries
    sets, codings, drugs   the value sets, codes or ingredients that mean it
    closes          what closes the gap, in words
    states          the statuses that count, all where none is named; `states_2025` where that edition has its own
    filed           the category that a result must have
    valued, unit    whether it needs a value, and in which unit (a key of FACTORS) the measure compares it
    outside         whether what was taken in a stay or an emergency visit doesn't count
    since           from which day on it counts, by the period's first day
    """

    name: str
    kinds: tuple[str, ...]
    sets: tuple[ValueSet, ...] = ()
    codings: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    closes: str
    states: tuple[str, ...] = ()
    states_2025: tuple[str, ...] = ()
    filed: str = ""
    valued: bool = False
    unit: str = ""
    outside: bool = False
    since: Callable[[date], date] = lambda first: first


SOUGHT: Mapping[str, tuple[Sought, ...]] = {
    "CMS122": (
        Sought(
            name="HbA1c or glucose management indicator",
            kinds=_RESULT,
            sets=(cms122.HBA1C,),
            codings=(cms122.GLUCOSE_MANAGEMENT_INDICATOR,),
            closes="the newest of the period at 9 % or lower (of several of one day the lowest)",
            states=SEEN,
            filed="laboratory",
            unit="%",
        ),
    ),
    "CMS165": (
        Sought(
            name="Blood pressure",
            kinds=_RESULT,
            codings=cms165.PANELS,
            closes="the newest of the period below 140/90 mm[Hg] (of several of one day the lowest), taken outside stays and emergency visits",
            states=SEEN,
            outside=True,
        ),
    ),
    "CMS131": (
        Sought(
            name="Retinal or dilated eye exam",
            kinds=("Observation", "Procedure", "Encounter"),
            sets=(cms131.EXAM,),
            codings=(cms131.AI_EXAM,),
            closes="one in the period, or in the year before it for who has no retinopathy",
            states=SEEN,
            filed="exam",
            since=_year_before,
        ),
    ),
    "CMS951": (
        Sought(
            name="eGFR",
            kinds=_RESULT,
            sets=(cms951.EGFR,),
            closes="one in the period",
            states=SEEN,
            valued=True,
        ),
        Sought(
            name="Urine albumin-creatinine ratio",
            kinds=_RESULT,
            sets=(cms951.UACR,),
            closes="one in the period",
            states=SEEN,
            valued=True,
        ),
    ),
    "CMS347": (
        Sought(
            name="Order of a statin",
            kinds=_ORDER,
            sets=cms347.STATINS,
            closes="a statin that is ordered, or goes on, in the period",
            states=ALIVE,
        ),
    ),
    "CMS2": (
        Sought(
            name="Depression screening",
            kinds=_RESULT,
            codings=(cms2.ADULT.screening, cms2.ADOLESCENT.screening),
            closes="the last at a visit or up to 14 days before: negative, or positive with a follow-up at the visit or ordered within two days",
            states=SEEN,
            states_2025=("final",),
            valued=True,
            since=_two_weeks_before,
        ),
    ),
    "CMS68": (
        Sought(
            name="Documentation of current medications",
            kinds=("Procedure",),
            codings=(cms68.DOCUMENTED,),
            closes="one at each visit",
            states=("completed",),
        ),
    ),
    "CMS156": (
        Sought(
            name="Order of a high-risk medicine",
            kinds=_ORDER,
            sets=(*cms156.CLASSES, cms156.ANTIINFECTIVES, cms156.DIGOXIN, cms156.DOXEPIN),
            codings=(cms156.ERGOLOID,),
            closes="nothing that is done later: two orders of a class in the period count",
            states=ALIVE,
        ),
        Sought(
            name="Order of an antipsychotic",
            kinds=_ORDER,
            sets=(cms156.ANTIPSYCHOTICS,),
            closes="a diagnosis that asks for it, as the measure names them",
            states=ALIVE,
        ),
        Sought(
            name="Order of a benzodiazepine",
            kinds=_ORDER,
            sets=(cms156.BENZODIAZEPINES,),
            closes="a diagnosis that asks for it, as the measure names them",
            states=ALIVE,
        ),
    ),
    **{
        name: (
            Sought(name=title, kinds=_FILL, drugs=drugs, closes="fills that cover at least 80 % of the days"),
        )
        for name, title, drugs in (
            ("PDC-DR", "Fill of a diabetes medicine", pdc.DIABETES.drugs),
            ("PDC-RASA", "Fill of a RAS antagonist", pdc.RAS.drugs),
            ("PDC-STA", "Fill of a statin", pdc.STATINS.drugs),
        )
    },
}


class Finder:
    """Finds what measures look for among entries, with the site's value sets. `drugs_of` names the ingredients of a fill."""

    def __init__(self, sets: Sets) -> None:
        self._by_coding: dict[str, list[tuple[str, Sought]]] = defaultdict(list)
        self._by_drug: dict[str, list[tuple[str, Sought]]] = defaultdict(list)
        for measure, every in SOUGHT.items():
            for one in every:
                for member in one.sets:
                    for system, code in sets.members.get(member.url, ()):
                        self._by_coding[f"{system}|{code}"].append((measure, one))
                for coding in one.codings:
                    self._by_coding[coding].append((measure, one))
                for drug in one.drugs:
                    self._by_drug[drug].append((measure, one))

    def of(self, entry: Entry, drugs: Iterable[str]) -> tuple[tuple[str, Sought], ...]:
        """Of which measures an entry is what they look for, each once; none of what its source took back."""
        if entry.subject != "patient" or entry.status == "entered-in-error":
            return ()
        found = [one for code in entry.codes for one in self._by_coding.get(f"{code.system}|{code.code}", ())]
        found += [one for drug in drugs for one in self._by_drug.get(drug, ())]
        return tuple(
            {
                (measure, one.name): (measure, one) for measure, one in found if entry.kind in one.kinds
            }.values()
        )


def doubt(entry: Entry, one: Sought, day: date, span: Span, stays: Iterable[str]) -> tuple[Doubt, str]:
    """Why an entry doesn't count for what is looked for, with what that is about (a status, a category, a unit); Doubt.NONE as far as is told here.

    `stays` are the sources' ids of stays and emergency visits.
    """
    if not counts(entry):
        return Doubt.WORDS, ""
    if entry.negated or entry.status in _TAKEN_BACK:
        return Doubt.DENIED, ""
    if day < one.since(span.first):
        return Doubt.BEFORE, ""
    if day > span.last:
        return Doubt.AFTER, ""
    if one.filed and one.filed not in entry.category:
        return Doubt.CATEGORY, one.filed
    states = _states(one, edition_of(span))
    if states and entry.status not in states:
        return Doubt.STATUS, entry.status or ""
    if one.kinds == _ORDER and entry.detail.get("intent") not in ORDERS:
        return Doubt.INTENT, entry.detail.get("intent", "")
    if one.outside and set(stays).intersection(entry.elements.get("encounter", ())):
        return Doubt.STAY, ""
    if one.valued and entry.value is None and not entry.value_codes:
        return Doubt.VALUE, ""
    if one.unit and entry.value is not None:
        if (entry.unit or "1") == "1":
            return Doubt.UNITLESS, one.unit
        if entry.unit not in FACTORS[one.unit]:
            return Doubt.UNIT, one.unit
    return (Doubt.EARLIER if day < span.first else Doubt.NONE), ""


def stays_of(entries: Iterable[Entry]) -> frozenset[str]:
    """The sources' ids of the visits at which blood pressure is high for other reasons (CMS165)."""
    return frozenset(
        said
        for one in entries
        if one.kind == "Encounter" and class_of(one) in cms165.ACUTE
        for said in one.elements.get("id", ())
    )


def _states(one: Sought, edition: Edition) -> tuple[str, ...]:
    return one.states_2025 if one.states_2025 and edition == "2025" else one.states


def told(entry: Entry) -> str:
    """What an entry says, in the source's own digits: its value with the unit, its parts, else its name."""
    if entry.value:
        return " ".join(filter(None, (f"{entry.comparator}{entry.value}", entry.unit or "")))
    parts = [one for one in entry.components if one.value]
    if parts:
        units = {one.unit for one in parts}
        joined = "/".join(str(one.value) for one in parts)
        return f"{joined} {units.pop() or ''}".strip() if len(units) == 1 else joined
    return entry.name
