"""Kidney: dosing limits by drug, as the labels say them, and the equations for kidney function.

Source   each limit's own (a label, with section and year); Cockcroft & Gault, Nephron 1976;16:31-41; Inker et al., N Engl J Med 2021;385:1737-1749
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from careloom.knowledge.drugs import DATA, Ingredient, terms
from careloom.knowledge.tables import names, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A point of kidney function (or potassium) at which a drug's use changes.

    `measure` is "egfr" (mL/min/1.73 m2), "crcl" (Cockcroft-Gault, mL/min), "potassium" (mmol/L), "dialysis" (1 for somebody on
    it), "dialysis criteria" (of somebody on it how many of the two that lower apixaban hold) or "apixaban criteria" (how many of the label's three hold); the limit holds below `below`, or above `above`. `at_most` is
    the amount in mg a day that the label still allows there. `only_with` are problems (concepts) for which alone the
    limit holds. `drugs` are ingredient or class names, less `never`. `confirmed` says how `source` was checked:
    "text read" (its own words for the limit) or "published summary" (somebody else's account of them).
    """

    id: str
    drugs: frozenset[str]
    measure: str
    below: float | None
    above: float | None
    severity: str
    action: str
    source: str
    confirmed: str
    at_most: float | None = None
    never: frozenset[str] = frozenset()
    only_with: frozenset[str] = frozenset()

    def passed(self, value: float) -> bool:
        """Whether `value`, in the measure's unit, is beyond the limit."""
        return (self.below is not None and value < self.below) or (
            self.above is not None and value > self.above
        )


class Renal:
    """All dosing limits. Made by `load_renal`."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self.all = tuple(limits)
        self._about: dict[str, list[int]] = {}
        for place, limit in enumerate(self.all):
            for name in limit.drugs:
                self._about.setdefault(name, []).append(place)

    def limits(self, drug: Ingredient) -> tuple[Limit, ...]:
        """The limits of a drug, the strictest action first; () where kidney function doesn't matter."""
        places = {place for name in terms(drug) for place in self._about.get(name, ())}
        return tuple(self.all[place] for place in sorted(places) if drug.name not in self.all[place].never)


def cockcroft_gault(age: float, weight_kg: float, scr_mg_dl: float, sex: str) -> float:
    """Creatinine clearance in mL/min, not indexed to body surface.

    age in years, weight in kg (the caller says which), serum creatinine in mg/dL, sex "female" or "male"
    (FHIR). Source: Cockcroft DW, Gault MH, Nephron 1976;16:31-41.
    """
    clearance = (140 - age) * weight_kg / (72 * scr_mg_dl)
    return clearance * 0.85 if sex == "female" else clearance


def apixaban_criteria(age: float, weight_kg: float, scr_mg_dl: float) -> int:
    """How many of three hold: age at least 80 years, weight at most 60 kg, serum creatinine at least 1.5 mg/dL.

    Source: FDA label apixaban (Eliquis), section 2.1 (nonvalvular atrial fibrillation), 2025.
    """
    return (age >= 80) + (weight_kg <= 60) + (scr_mg_dl >= 1.5)


def ckd_epi_2021(scr_mg_dl: float, age: float, sex: str) -> float:
    """Estimated GFR in mL/min/1.73 m2 by the race-free creatinine equation.

    Serum creatinine in mg/dL, age in years, sex "female" or "male" (FHIR).
    Source: Inker LA et al., N Engl J Med 2021;385:1737-1749, CKD-EPI creatinine 2021.
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = scr_mg_dl / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.200 * 0.9938**age * factor)


def load_renal(path: Path = DATA / "renal.csv") -> Renal:
    """The limits of a CSV file, in its order: columns as the fields of `Limit`, `do` the action."""
    return Renal([_limit(row) for row in rows(path)])


def _limit(row: Mapping[str, str]) -> Limit:
    below, above, at_most = (
        float(row[cell]) if row[cell] else None for cell in ("below", "above", "at_most")
    )
    return Limit(
        id=row["id"],
        drugs=names(row["drugs"]),
        measure=row["measure"],
        below=below,
        above=above,
        severity=row["severity"],
        action=row["do"],
        source=row["source"],
        confirmed=row["confirmed"],
        at_most=at_most,
        never=names(row["never"]),
        only_with=names(row["only_with"]),
    )
