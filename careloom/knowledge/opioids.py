"""Opioids: how much morphine an amount is like (MME), by the factors of the CDC's guideline."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from careloom.errors import ConfigError
from careloom.knowledge.dosing import daily_mg, milligrams, times_a_day
from careloom.knowledge.drugs import DATA, Drugs
from careloom.knowledge.interactions import CONFIRMED
from careloom.knowledge.strengths import parse_strengths
from careloom.knowledge.tables import numbered

FILE = DATA / "opioids.csv"
_PER = ("mg a day", "mcg an hour")
RESCUE = frozenset({"naloxone", "nalmefene"})
# RxNorm names a patch by "0.075 MG/HR", a label by "75 mcg/h".
_PATCH = re.compile(r"(\d+(?:\.\d+)?)\s*(mcg|µg|ug|mg)\s*/\s*(?:hr?|hour)\b", re.IGNORECASE)
_PATCH_DAYS = 3
# What stands beside an opioid in one tablet.
_BESIDE = re.compile(r"\b(?:acetaminophen|apap|paracetamol|ibuprofen|aspirin|asa|naloxone)\b", re.IGNORECASE)
_LIQUID = re.compile(r"mg/(?:(\d+(?:\.\d+)?) )?mL")
_INJECTED = re.compile(r"\b(?:inject|intraven|intrathec|epidural|infusion|im\b|iv\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Factor:
    """Milligrams of morphine by mouth that one unit of `per` is like, and where the number is from."""

    drug: str
    per: str
    factor: Decimal
    source: str


class Opioids:
    """The factors by ingredient. Made by `load_opioids`."""

    def __init__(self, factors: Mapping[str, Factor]) -> None:
        self.all = factors

    def mme(self, drug: str, text: str, dose: str) -> Decimal | None:
        """MME a day of an opioid by its product's text and a dose's words; None where they don't state it plainly.

        Not stated: as needed, a range, an injection, a combination whose text doesn't name this drug's strength, a drug
        without a factor (buprenorphine).
        """
        known = self.all.get(drug)
        if known is None or _INJECTED.search(f"{text} {dose}"):
            return None
        if known.per == "mcg an hour":
            rates = _rates(f"{text} {dose}")
            return known.factor * rates.pop() if len(rates) == 1 else None
        amount = daily_mg(dose)
        if amount is None and times_a_day(dose) is not None:
            strength = _strength(drug, text)
            amount = daily_mg(f"{strength} mg, {_without_strengths(dose)}") if strength else None
        return known.factor * amount if amount is not None else None

    def supplied(self, drug: str, text: str, quantity: Decimal, days: Decimal) -> Decimal | None:
        """The most MME a day that a fill allows on average: quantity ÷ days of supply × strength × factor. An upper bound, no dose.

        `quantity` counts pieces, patches of three days each, or mL. None where the text states no strength of this drug in mg, for what is
        injected and for a drug without a factor.
        """
        known = self.all.get(drug)
        if known is None or _INJECTED.search(text) or quantity <= 0 or days <= 0:
            return None
        if known.per == "mcg an hour":
            rates = _rates(text)
            at_once = max(Decimal(1), quantity * _PATCH_DAYS / days)
            return known.factor * rates.pop() * at_once if len(rates) == 1 else None
        amount = _of_one(drug, text)
        return known.factor * amount * quantity / days if amount is not None else None


def _rates(said: str) -> set[Decimal]:
    """How many micrograms an hour a patch gives, each rate that is named."""
    return {Decimal(rate) * (1000 if unit.lower() == "mg" else 1) for rate, unit in _PATCH.findall(said)}


def _of_one(drug: str, text: str) -> Decimal | None:
    """How many mg of a drug one piece (or one mL) of its product holds, by the product's text."""
    strengths = list(dict.fromkeys(parse_strengths(text)))
    if len(strengths) > 1 and (named := _strength(drug, text)):
        return Decimal(named)
    if len(strengths) == 2 and (first := _BESIDE.search(text)):
        # "5-325 MG": in the order of the names.
        strengths = [strengths[0 if text.lower().find(drug) < first.start() else 1]]
    if len(strengths) != 1:
        return None
    amount, unit = strengths[0]
    if liquid := _LIQUID.fullmatch(unit):
        return Decimal(amount) / Decimal(liquid[1] or 1)
    return milligrams(amount, unit)


def _strength(drug: str, text: str) -> str | None:
    """The strength that stands behind a drug's own name in a combination's text, in mg."""
    found = re.search(rf"\b{re.escape(drug)}\b[^/\d]*(\d+(?:\.\d+)?) ?mg\b", text, re.IGNORECASE)
    return found[1] if found else None


def _without_strengths(dose: str) -> str:
    return re.sub(
        r"\d+(?:\.\d+)?(?:\s*(?:mg|g|mcg))?\s*[-/]\s*\d+(?:\.\d+)?\s*(?:mg|g|mcg)\b",
        "",
        dose,
        flags=re.IGNORECASE,
    )


def rescues(name: str, ingredients: Iterable[str], drugs: Drugs) -> bool:
    """Whether an ingredient is an antidote to give; what stands in an opioid's own tablet (Suboxone, Targiniq) only keeps it from
    misuse. `ingredients` are those of its product."""
    beside = [drugs.named(one) for one in ingredients]
    return name in RESCUE and not any(drug and "opioid" in drug.classes for drug in beside)


def load_opioids(path: Path = FILE) -> Opioids:
    """The factors of a CSV file. Raises ConfigError naming the line for an unknown measure or a row that nothing confirmed."""
    found: dict[str, Factor] = {}
    for line, row in numbered(path):
        if row["per"] not in _PER or row["confirmed"] not in CONFIRMED or row["drug"] in found:
            raise ConfigError(f"{path.name} line {line}: an unknown measure, unconfirmed, or said twice")
        source = f"{row['source']}, {row['section']}, {row['year']}"
        found[row["drug"]] = Factor(row["drug"], row["per"], Decimal(row["factor"]), source)
    return Opioids(found)
