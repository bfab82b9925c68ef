"""What each measure looks for in a record, so that a person reads why somebody is counted: "HbA1c: 9.4 % on 2026-03-01", or none in the period.

It explains and never counts: who is in which population is the measure's own expression.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from careloom.care.entry import Entry
from careloom.measure.quality import cms2, cms68, cms122, cms131, cms156, cms165, cms347, cms951, pdc
from careloom.measure.quality.noun import ValueSet
from careloom.measure.quality.sets import Sets

_RESULT, _ORDER, _FILL = ("Observation",), ("MedicationRequest",), ("MedicationDispense",)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: its name in words, the kinds of entries, and the value sets, codes, or ingredients that mean it."""

    name: str
    kinds: tuple[str, ...]
    sets: tuple[ValueSet, ...] = ()
    codings: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


SOUGHT: Mapping[str, tuple[Sought, ...]] = {
    "CMS122": (
        Sought(
            "HbA1c or glucose management indicator",
            _RESULT,
            (cms122.HBA1C,),
            (cms122.GLUCOSE_MANAGEMENT_INDICATOR,),
        ),
    ),
    "CMS165": (Sought("Blood pressure", _RESULT, codings=cms165.PANELS),),
    "CMS131": (
        Sought(
            "Retinal or dilated eye exam",
            ("Procedure", "Observation", "Encounter"),
            (cms131.EXAM,),
            (cms131.AI_EXAM,),
        ),
    ),
    "CMS951": (
        Sought("eGFR", _RESULT, (cms951.EGFR,)),
        Sought("Urine albumin-creatinine ratio", _RESULT, (cms951.UACR,)),
    ),
    "CMS347": (Sought("Order of a statin", _ORDER, cms347.STATINS),),
    "CMS2": (
        Sought("Depression screening", _RESULT, codings=(cms2.ADULT.screening, cms2.ADOLESCENT.screening)),
    ),
    "CMS68": (Sought("Documentation of current medications", ("Procedure",), codings=(cms68.DOCUMENTED,)),),
    "CMS156": (
        Sought(
            "Order of a high-risk medicine",
            _ORDER,
            (*cms156.CLASSES, cms156.ANTIINFECTIVES, cms156.DIGOXIN, cms156.DOXEPIN),
            (cms156.ERGOLOID,),
        ),
        Sought("Order of an antipsychotic", _ORDER, (cms156.ANTIPSYCHOTICS,)),
        Sought("Order of a benzodiazepine", _ORDER, (cms156.BENZODIAZEPINES,)),
    ),
    "PDC-DR": (Sought("Fill of a diabetes medicine", _FILL, drugs=pdc.DIABETES.drugs),),
    "PDC-RASA": (Sought("Fill of a RAS antagonist", _FILL, drugs=pdc.RAS.drugs),),
    "PDC-STA": (Sought("Fill of a statin", _FILL, drugs=pdc.STATINS.drugs),),
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

    def of(self, entry: Entry, drugs: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Of which measures an entry is what they look for, each with its name; none of what is denied or taken back."""
        if entry.negated or entry.status in ("entered-in-error", "cancelled", "not-done"):
            return frozenset()
        found = [one for code in entry.codes for one in self._by_coding.get(f"{code.system}|{code.code}", ())]
        found += [one for drug in drugs for one in self._by_drug.get(drug, ())]
        return frozenset((measure, one.name) for measure, one in found if entry.kind in one.kinds)


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
