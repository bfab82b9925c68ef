"""Risks: how old and how ill somebody was, from coded diagnoses and stays, for comparing patients of unlike risk. Pure.

Source   conditions by ICD-10 code: Quan et al. 2005, Med Care 43:1130-1139, table 1 (Charlson, ICD-10); weights: Quan et al. 2011, Am J Epidemiol
         173:676-682, table 2. The milder of two stages of one disease doesn't count beside the graver one
Misses   diagnoses that are coded in SNOMED CT alone, or only on claims; what nobody coded; how grave a disease is
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import ICD10, ICD10_WHO, Entry
from careloom.measure.quality.views import counts

ICD = (ICD10, ICD10_WHO)
YEAR = timedelta(days=365)
# Condition → weight of 2011, and the beginnings of ICD-10 codes without their dot; a range is of three-character categories.
CHARLSON: Mapping[str, tuple[int, str]] = {
    "heart failure": (2, "I099 I110 I130 I132 I255 I420 I425 I426 I427 I428 I429 I43 I50 P290"),
    "dementia": (2, "F00 F01 F02 F03 F051 G30 G311"),
    "chronic pulmonary disease": (1, "I278 I279 J40-J47 J60-J67 J684 J701 J703"),
    "rheumatic disease": (1, "M05 M06 M315 M32 M33 M34 M351 M353 M360"),
    "mild liver disease": (
        2,
        "B18 K700 K701 K702 K703 K709 K713 K714 K715 K717 K73 K74 K760 K762 K763 K764 K768 K769 Z944",
    ),
    "diabetes with chronic complication": (
        1,
        " ".join(f"E{kind}{part}" for kind in range(10, 15) for part in (2, 3, 4, 5, 7)),
    ),
    "hemiplegia or paraplegia": (2, "G041 G114 G801 G802 G81 G82 G830 G831 G832 G833 G834 G839"),
    "renal disease": (
        1,
        "I120 I131 N032 N033 N034 N035 N036 N037 N052 N053 N054 N055 N056 N057 N18 N19 N250 Z490 Z491 Z492 Z940 Z992",
    ),
    "malignancy": (2, "C00-C26 C30-C34 C37-C41 C43 C45-C58 C60-C76 C81-C85 C88 C90-C97"),
    "moderate or severe liver disease": (4, "I850 I859 I864 I982 K704 K711 K721 K729 K765 K766 K767"),
    "metastatic tumor": (6, "C77 C78 C79 C80"),
    "AIDS": (4, "B20 B21 B22 B24"),
}
GRAVER = {"mild liver disease": "moderate or severe liver disease", "malignancy": "metastatic tumor"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a patient's risks: birth, sex (None: unknown), from which day on which Charlson condition was stated, and the first days of stays."""

    born: date | None
    female: bool | None
    stated: Mapping[str, date]
    stays: tuple[date, ...]

    def on(self, day: date, start: date | None = None) -> Mapping[str, float] | None:
        """The risks on a day; None where age or sex isn't known. What was stated or happened from `start` on doesn't count: drafts may have brought it."""
        if self.born is None or self.female is None:
            return None
        until = min(day, start) if start else day
        return {
            "age in years": (day - self.born).days / 365.25,
            "female": float(self.female),
            "Charlson index": float(charlson(name for name, since in self.stated.items() if since < until)),
            "stays in the year before": float(sum(until - YEAR <= one < until for one in self.stays)),
        }


def profile(born: date | None, sex: str, entries: Iterable[Entry], stays: Sequence[date]) -> Profile:
    """A patient's; `sex` is FHIR's administrative gender."""
    stated: dict[str, date] = {}
    for one in entries:
        if one.kind != "Condition" or one.negated or not counts(one):
            continue
        at = one.effective.start or one.recorded
        day = at.day if at else date.min
        for name in conditions(code.code for code in one.codes if code.system in ICD):
            stated[name] = min(day, stated.get(name, day))
    female = {"female": True, "male": False}.get(sex)
    return Profile(born, female, stated, tuple(stays))


def charlson(names: Iterable[str]) -> int:
    """The index of some conditions (names of CHARLSON)."""
    held = set(names)
    return sum(CHARLSON[name][0] for name in held if GRAVER.get(name) not in held)


def conditions(codes: Iterable[str]) -> frozenset[str]:
    """Which conditions ICD-10 codes state."""
    plain = [one.replace(".", "").upper() for one in codes]
    return frozenset(
        name for name, (_, said) in CHARLSON.items() for one in plain if _within(one, said.split())
    )


def _within(code: str, said: Iterable[str]) -> bool:
    for one in said:
        first, dash, last = one.partition("-")
        if code.startswith(one) or (dash and first <= code[:3] <= last):
            return True
    return False
