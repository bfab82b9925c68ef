"""Labs and vital signs: LOINC codes, units with exact conversions, and what is absurd, critical or strong."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from careloom.care.entry import LOINC, SNOMED, Code
from careloom.knowledge.ucum import concentration, factor

FILE = Path(__file__).with_name("labs.toml")
# Words of a local name that tell no measurement from another.
_SAYS_NOTHING = frozenset({
    "level", "levels", "lvl", "serum", "plasma", "ser", "plas", "result", "value",
    "lab", "poc", "measured", "calculated", "calc", "quant", "quantitative", "qn", "total", "score",
})  # fmt: skip


# A laboratory's own alarm (HL7 v3 ObservationInterpretation): critically high, critically low, critically abnormal.
CALLED_CRITICAL = frozenset({"HH", "LL", "AA"})


@dataclass(frozen=True, slots=True)
class Conversion:
    """From another unit to the canonical one: (x - minus) * times / over + plus."""

    minus: Decimal = Decimal(0)
    times: Decimal = Decimal(1)
    over: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)

    def apply(self, value: Decimal) -> Decimal:
        """The value in the canonical unit."""
        return (value - self.minus) * self.times / self.over + self.plus


@dataclass(frozen=True, slots=True)
class Bound:
    """A critical limit in the canonical unit: comparator (<, <=, >, >=) and value."""

    comparator: str
    value: Decimal

    def crossed(self, value: Decimal) -> bool:
        """Whether the value lies beyond it."""
        return holds(value, self.comparator, self.value)


@dataclass(frozen=True, slots=True)
class Narrower:
    """A high critical limit for people with one of `problems` (concepts), by a source of its own."""

    problems: tuple[str, ...]
    high: Bound
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrongRule:
    """When a change is one that a plan may not pass over; amounts are in the canonical unit.

    The change is from an earlier to the last value, `at_least_days` to `within_days` apart, and reaches (with
    `more_than`: exceeds) each that is given of `change` (absolute), `percent` (of the earlier) and `per_year`
    (as a rate); the last value is above `above` and below `below`, where they are given.
    """

    direction: Literal["rising", "falling"]
    source: str
    change: Decimal | None = None
    percent: Decimal | None = None
    per_year: Decimal | None = None
    at_least_days: int = 0
    within_days: int | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    more_than: bool = False

    def met(self, first: Decimal, last: Decimal, days: int) -> bool:
        """Whether going from `first` to `last` in `days` is such a change."""
        moved = last - first if self.direction == "rising" else first - last
        if (
            moved <= 0
            or days < self.at_least_days
            or (self.within_days is not None and days > self.within_days)
        ):
            return False
        if (self.above is not None and last <= self.above) or (self.below is not None and last >= self.below):
            return False
        if self.percent is not None and first <= 0:
            return False
        reached = [
            (self.change, moved, Decimal(1)),
            (self.percent, moved * 100, first),
            (self.per_year, moved * Decimal("365.25"), Decimal(days)),
        ]
        return all(
            self._reached(amount, limit * over) for limit, amount, over in reached if limit is not None
        )

    def _reached(self, moved: Decimal, limit: Decimal) -> bool:
        return moved > limit if self.more_than else moved >= limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A measurement such as "egfr". `unit` is its canonical unit (UCUM).

    `convert` takes every spelling of a unit in which it may come (`unit_key`) to the canonical unit.
    Values outside `plausible_low`..`plausible_high` are looked at by a person before use (ours, no source).
    `critical_low`/`critical_high` come from `critical_source`, or are None; with the problems of `critical_unless`
    such a value is no news, below `critical_from_age` the limit is not meant, and `critical_with` has narrower ones. `same_code`: a trend compares only
    results of one LOINC code. `panel` are LOINC codes of panels that hold it as a component. `dimensions`: what LOINC's own
    name says that the number of a code is ("mass/volume" or "substance/volume"). `snomed` are codes of scales that LOINC
    has none for; `shows` are conditions that a score from a limit on shows.
    """

    concept: str
    label: str
    unit: str
    plain_unit: str
    loinc: tuple[str, ...]
    words: tuple[str, ...] = ()
    convert: Mapping[str, Conversion]
    plausible_low: Decimal | None = None
    plausible_high: Decimal | None = None
    critical_low: Bound | None = None
    critical_high: Bound | None = None
    critical_source: str = ""
    critical_unless: tuple[str, ...] = ()
    critical_from_age: int = 0
    critical_with: tuple[Narrower, ...] = ()
    strong_rules: tuple[StrongRule, ...] = ()
    same_code: bool = False
    panel: tuple[str, ...] = ()
    dimensions: Mapping[str, str] = field(default_factory=dict)
    snomed: tuple[str, ...] = ()
    shows: tuple[tuple[str, Bound], ...] = ()

    def canonical(self, value: str | None, unit: str | None) -> Decimal | None:
        """A source's value in the canonical unit; None where it is no number or the unit is not known.

        A missing unit is accepted only where the measurement has none of its own (scores, INR). A concentration in other
        multiples ("ug/dL") is counted into one whose conversion is known.
        """
        digits = number(value)
        if digits is None:
            return None
        if known := self.convert.get(unit_key(unit or "")):
            return known.apply(digits)
        for other, conversion in self.convert.items():
            if unit and (times := factor(unit, other)):
                return conversion.apply(digits * times)
        return None

    def unlike(self, code: str, unit: str | None) -> str:
        """What a LOINC code measures, where the unit beside it measures something else ("substance/volume" for mg/dL); ""
        where they fit or nobody knows."""
        named, told = self.dimensions.get(code), concentration(unit or "")
        return named if named and told and told.dimension != named else ""

    def plausible(self, value: str | None, unit: str | None) -> bool | None:
        """Whether a value can be true of a living person; None where it can't be read."""
        found = self.canonical(value, unit)
        return None if found is None else self.can_be(found)

    def can_be(self, value: Decimal) -> bool:
        """The same for a value in the canonical unit."""
        low, high = self.plausible_low, self.plausible_high
        return (low is None or value >= low) and (high is None or value <= high)

    def critical(self, value: str | None, unit: str | None) -> Literal["", "low", "high"]:
        """Whether a plausible value crosses the critical limit of `critical_source`, and on which side."""
        found = self.canonical(value, unit)
        if found is None or not self.can_be(found):
            return ""
        if self.critical_low and self.critical_low.crossed(found):
            return "low"
        return "high" if self.critical_high and self.critical_high.crossed(found) else ""

    def may_be_critical(self, value: str | None, unit: str | None) -> bool:
        """Whether a plausible value crosses a critical limit that is meant for anybody."""
        found = self.canonical(value, unit)
        if found is None or not self.can_be(found):
            return False
        bounds = (self.critical_low, self.critical_high, *(one.high for one in self.critical_with))
        return any(bound.crossed(found) for bound in bounds if bound)

    def meant(self, age: int | None, problems: Collection[str]) -> "Lab":
        """It with the critical limits that are meant for a person of that age (None: not known) with those problem concepts."""
        if any(problem in problems for problem in self.critical_unless) or (
            age is not None and age < self.critical_from_age
        ):
            return replace(self, critical_low=None, critical_high=None)
        for one in self.critical_with:
            if any(problem in problems for problem in one.problems):
                return replace(self, critical_high=one.high, critical_source=one.source)
        return self

    def strong(self, first: Decimal, last: Decimal, days: int) -> StrongRule | None:
        """The rule by which a change (canonical values, `days` apart) is strong, or None."""
        return next((rule for rule in self.strong_rules if rule.met(first, last, days)), None)


@dataclass(frozen=True)
class Labs:
    """All measurements, and the look-ups over them and their units."""

    all: tuple[Lab, ...]
    by_concept: Mapping[str, Lab]
    by_loinc: Mapping[str, Lab]
    by_snomed: Mapping[str, Lab]
    by_name: Mapping[str, Lab]
    by_words: Mapping[frozenset[str], Lab]
    units: Mapping[str, str]
    plain_units: Mapping[str, str]

    @cached_property
    def first_words(self) -> frozenset[str]:
        """The first words of all names, so that a text without any is passed over at once."""
        return frozenset(name.partition(" ")[0] for name in self.by_name)

    def find(self, codes: Iterable[Code], text: str = "") -> Lab | None:
        """The measurement that a LOINC or SNOMED CT code names; where there is no LOINC code, that of exactly this text, or
        of its words in any order without those that say nothing ("Potassium Lvl", "PTH Intact"); or None.
        """
        is_coded, found = False, None
        for code in codes:
            if code.system == LOINC:
                is_coded, found = True, self.by_loinc.get(code.code)
            elif code.system == SNOMED:
                found = self.by_snomed.get(code.code)
            if found is not None:
                return found
        if is_coded or not text:
            return None
        name = _name_key(text)
        return self.by_name.get(name) or self.by_words.get(_telling(name))

    def get(self, concept: str) -> Lab | None:
        """The measurement of that concept ("egfr"), or None."""
        return self.by_concept.get(concept)

    def unit(self, text: str) -> str:
        """The UCUM unit for any spelling that is known ("mmHg" → "mm[Hg]"), else the text itself."""
        return self.units.get(unit_key(text), text)

    def plain(self, unit: str) -> str:
        """A unit as a plan writes it ("mm[Hg]" → "mmHg"); a spelling that is not known stays as it is."""
        return self.plain_units.get(self.unit(unit), unit)


def _name_key(name: str) -> str:
    """A measurement's name without case and marks ("Hemoglobin A1c" → "hemoglobin a1c")."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _telling(name: str) -> frozenset[str]:
    """The words of a name (as `_name_key` gives it) that tell one measurement from another."""
    return frozenset(name.split()) - _SAYS_NOTHING


def unit_key(unit: str) -> str:
    """A unit's spelling without case and spaces; HL7's older "10+3" is UCUM's "10*3", and the unit "1" is none."""
    key = "".join(unit.split()).casefold().replace("10+", "10*")
    return "" if key == "1" else key


def holds(value: Decimal, comparator: str, limit: Decimal) -> bool:
    """Whether `value comparator limit` is so; comparators are <, <=, >, >=, =."""
    if comparator == "=":
        return value == limit
    if comparator.startswith("<"):
        return value < limit or (comparator == "<=" and value == limit)
    return value > limit or (comparator == ">=" and value == limit)


@lru_cache(maxsize=16_384)
def number(text: str | None) -> Decimal | None:
    """A source's digits as a number, or None ("7.0", "1,200"; no words, no infinity, nothing beyond 12 digits)."""
    try:
        found = Decimal(text.strip().replace(",", "")) if text else None
    except ArithmeticError:
        return None
    return found if found is not None and found.is_finite() and abs(found.adjusted()) <= 12 else None


def _by_words(every: Iterable[Lab]) -> Mapping[frozenset[str], Lab]:
    """Labs by the telling words of their names; words that two of them share name neither."""
    found: dict[frozenset[str], set[str]] = {}
    labs = {one.concept: one for one in every}
    for one in labs.values():
        for name in (one.concept, one.label, *one.words):
            found.setdefault(_telling(_name_key(name)), set()).add(one.concept)
    return {words: labs[next(iter(named))] for words, named in found.items() if words and len(named) == 1}


def load_labs() -> Labs:
    """The measurements and units of labs.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    spellings = {unit: (unit, *row["also"]) for unit, row in data["unit"].items()}
    plain = {unit: row["plain"] for unit, row in data["unit"].items()}
    every = tuple(_lab(concept, row, spellings, plain) for concept, row in data["lab"].items())
    units: dict[str, str] = {}
    for unit, spelt in spellings.items():
        for text in (*spelt, plain[unit]):
            units.setdefault(unit_key(text), unit)
    return Labs(
        all=every,
        by_concept={one.concept: one for one in every},
        by_loinc={code: one for one in every for code in one.loinc},
        by_snomed={code: one for one in every for code in one.snomed},
        by_name={_name_key(name): one for one in every for name in (one.concept, one.label, *one.words)},
        by_words=_by_words(every),
        units=units,
        plain_units=plain,
    )


def _lab(
    concept: str, row: dict[str, Any], spellings: Mapping[str, Iterable[str]], plain: Mapping[str, str]
) -> Lab:
    unit = row["unit"]
    spelt = (*spellings.get(unit, (unit,)), plain.get(unit, unit))
    convert = {unit_key(text): Conversion() for text in spelt}
    if unit.startswith("{"):
        convert[""] = Conversion()
    for other, parts in row.get("convert", {}).items():
        factor = Conversion(**{part: Decimal(figure) for part, figure in parts.items()})
        for text in spellings.get(other, (other,)):
            convert.setdefault(unit_key(text), factor)
    bounds = [_bound(limit) for limit in row.get("critical", ())]
    low, high = row.get("plausible", (None, None))
    return Lab(
        concept=concept,
        label=row["label"],
        unit=unit,
        plain_unit=plain.get(unit, unit),
        loinc=tuple(row.get("loinc", ())),
        words=tuple(row.get("words", ())),
        convert=convert,
        plausible_low=number(low),
        plausible_high=number(high),
        critical_low=next((bound for bound in bounds if bound.comparator.startswith("<")), None),
        critical_high=next((bound for bound in bounds if bound.comparator.startswith(">")), None),
        critical_source=row.get("critical_source", ""),
        critical_unless=tuple(row.get("critical_unless", ())),
        critical_from_age=int(row.get("critical_from_age", 0)),
        critical_with=tuple(
            Narrower(tuple(one["problems"]), _bound(one["critical"]), one["source"])
            for one in row.get("critical_with", ())
        ),
        strong_rules=tuple(_strong(rule) for rule in row.get("strong", ())),
        same_code=row.get("same_code", False),
        panel=tuple(row.get("panel", ())),
        dimensions={
            code: dimension
            for dimension, name in (("mass/volume", "mass"), ("substance/volume", "substance"))
            for code in row.get(name, ())
        },
        snomed=tuple(row.get("snomed", ())),
        shows=tuple((concept, _bound(limit)) for concept, limit in row.get("shows", {}).items()),
    )


def _bound(limit: str) -> Bound:
    sign, figure = limit.split()
    return Bound(sign, Decimal(figure))


def _strong(row: dict[str, Any]) -> StrongRule:
    amounts = {
        key: Decimal(row[key]) for key in ("change", "percent", "per_year", "above", "below") if key in row
    }
    return StrongRule(
        direction=row["direction"],
        source=row["source"],
        at_least_days=row.get("at_least_days", 0),
        within_days=row.get("within_days"),
        more_than=row.get("more_than", False),
        **amounts,
    )
