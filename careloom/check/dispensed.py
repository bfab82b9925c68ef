"""What pharmacies handed out of a drug: which fills, when, for how long, by whose prescription, where."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from careloom.care.entry import Entry
from careloom.knowledge.facts import Facts
from careloom.text.folding import fold

_KINDS = ("MedicationDispense", "ExplanationOfBenefit")
_NOT_GIVEN = frozenset(
    {
        "cancelled",
        "declined",
        "entered-in-error",
        "stopped",
        "draft",
        "denied",
        "error",
        "reversed",
        "on-hold",
    }
)
_TITLES = frozenset(
    {
        "dr",
        "dra",
        "doctor",
        "md",
        "do",
        "np",
        "pa",
        "aprn",
        "fnp",
        "dnp",
        "pa-c",
        "rn",
        "prof",
        "mr",
        "mrs",
        "ms",
    }
)
_WORD = re.compile(r"[a-z0-9'-]+")


@dataclass(frozen=True, slots=True)
class Fill:
    """One fill: its entry, day, days of supply and quantity as stated (None where not), who prescribed it and which pharmacy gave it ("" where
    nobody says)."""

    entry: Entry
    on: date
    days: int | None
    quantity: Decimal | None
    prescriber: str
    pharmacy: str

    @property
    def until(self) -> date:
        """The day on which it is used up as supplied; its own day where nobody says for how long."""
        return self.on + timedelta(days=self.days or 0)


def fills(facts: Facts) -> Mapping[str, tuple[Fill, ...]]:
    """The fills up to the record's date by ingredient, the oldest first; one that two sources tell stands once.

    A medication keeps its newest fill alone: these are looked for among all entries.
    """
    found: dict[str, list[Fill]] = {}
    for one in sorted(_each(facts), key=lambda one: (one.on, one.entry.id)):
        for drug in facts.knowledge.drugs.find(one.entry.text or one.entry.name, one.entry.codes):
            beside = found.setdefault(drug.name, [])
            if not any(_is_same(one, other) for other in beside):
                beside.append(one)
    return {name: tuple(each) for name, each in found.items()}


def in_force(every: Sequence[Fill], as_of: date) -> tuple[Fill, ...]:
    """The fills that last on a day; where none does, the newest."""
    lasting = tuple(one for one in every if one.on <= as_of <= one.until)
    return lasting or tuple(every[-1:])


def _each(facts: Facts) -> Iterator[Fill]:
    for entry in facts.record.entries:
        if entry.kind not in _KINDS or entry.happened is None or entry.happened.day > facts.record.as_of:
            continue
        if _NOT_GIVEN.intersection((entry.status or "", entry.detail.get("outcome", ""))):
            continue
        if entry.kind == "ExplanationOfBenefit" and "pharmacy" not in entry.category:
            continue
        days = _number(entry, "days_supply")
        yield Fill(
            entry,
            entry.happened.day,
            min(int(days), 400) if days else None,
            _number(entry, "quantity"),
            entry.detail.get("prescriber", ""),
            entry.detail.get("pharmacy", ""),
        )


def _is_same(one: Fill, other: Fill) -> bool:
    """Whether two sources tell of one fill: the same day, amount and days, and nobody else who prescribed or gave it."""
    alike = (one.on, one.quantity, one.days) == (other.on, other.quantity, other.days)
    return (
        alike
        and not are_others(one.prescriber, other.prescriber)
        and not are_others(one.pharmacy, other.pharmacy)
    )


def are_others(one: str, other: str) -> bool:
    """Whether two prescribers (or pharmacies) are surely not the same: both are named, and no part of their names but a title is shared."""
    these, those = _names(one), _names(other)
    return bool(these and those) and these.isdisjoint(those)


def practices(who: str, facts: Facts) -> Mapping[str, str]:
    """The organisations at which orders say that this person acts, by a key of their names."""
    told = (
        one.detail["practice"]
        for one in facts.record.entries
        if one.kind == "MedicationRequest"
        and one.detail.get("practice")
        and _is_one(who, one.detail.get("prescriber", ""))
    )
    return {" ".join(_WORD.findall(fold(name))): name for name in told}


def _is_one(who: str, other: str) -> bool:
    """Whether two names are one person's: all words of the shorter stand in the longer."""
    these, those = _names(who), _names(other)
    return bool(these and those) and (these <= those or those <= these)


def one_practice(who: str, whose: str, facts: Facts) -> str:
    """The organisation at which both act, as orders say; "" where none names it for both."""
    here, there = practices(who, facts), practices(whose, facts)
    return next((name for key, name in here.items() if key in there), "")


def _names(who: str) -> frozenset[str]:
    # Behind a name may stand a specialty, which two people may share: "Dr. Osei (family medicine)".
    words = [word for word in _WORD.findall(fold(who.partition("(")[0] or who)) if word not in _TITLES]
    return frozenset(word for word in words if len(word) > 2) or frozenset(words)


def _number(entry: Entry, key: str) -> Decimal | None:
    try:
        number = Decimal(entry.detail.get(key, "").partition(" ")[0])
    except InvalidOperation:
        return None
    return number if number > 0 else None
