"""Fills: what pharmacies have dispensed, how long it lasts, and where a fill was to be expected and none is seen.

A pharmacy source speaks only for the days between its first and its last claim of this patient: cash, samples, mail order
and other pharmacies are unseen (REQUIREMENTS §6), so that silence is never "not taking".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.fills import is_claim, is_fill
from careloom.knowledge.drugs import Ingredient, is_supply
from careloom.record.words import day, systems, whence

_GIVEN = re.compile(
    r"\b(?:iv|ivpb|intravenous(?:ly)?|intrathecal|intravitreal|infus(?:e|ion)|(?:with|at|during) (?:each )?(?:hemo)?dialysis|"
    r"in (?:the )?(?:clinic|office|infusion center))\b",
    re.I,
)
_INJECTED = re.compile(r"\b(?:injection|injectable|vial|intravenous)\b", re.I)
_LISTED = frozenset({"active", "unknown", None})
# Ours: a refill may be a month late, and an order is filled within a month, before anybody is told.
_GRACE = timedelta(days=30)
_SUPPLY = 30
# Ours: what is dispensed for two weeks or less is a course (an antibiotic, a taper, pain after surgery).
_COURSE = timedelta(days=14)
_FORGOTTEN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A system that tells of fills of this patient, and its first and last claim as of the record's date.

    `unread` are the days of fills whose drug nobody here knows: any drug may have been filled then.
    """

    system: str
    first: Entry
    last: Entry
    unread: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """One drug's fills. `missing` says where none is seen although one was to be expected, `evidence` shows it.

    `in_hand`: the last fill lasts until the record's date (or the end of what its source tells). `lapsed`: a
    pharmacy that covers the time shows no fill since an order, or none since the last supply ended. `looked`: there
    is a pharmacy source at all. `refused`: the newest claim was denied or reversed, `refusal` is that claim.
    """

    last: Entry | None = None
    words: str = ""
    in_hand: bool = False
    lapsed: bool = False
    missing: str = ""
    evidence: tuple[Entry, ...] = ()
    looked: bool = False
    refused: str = ""
    refusal: Entry | None = None


def is_only_supplied(name: str, entries: Iterable[Entry]) -> bool:
    """Whether pharmacies alone tell of something that is no drug: test strips, a glucose sensor."""
    return is_supply(name) and all(is_claim(entry) for entry in entries)


def is_given_in_care(orders: Sequence[Entry], drugs: Sequence[Ingredient]) -> bool:
    """Whether a drug is given where somebody is cared for (an infusion, at dialysis): no pharmacy fills it."""
    chemotherapy = any("antineoplastic" in drug.classes for drug in drugs)
    return bool(orders) and all(
        _GIVEN.search(_how(entry)) or (chemotherapy and _INJECTED.search(entry.name)) for entry in orders
    )


def _how(entry: Entry) -> str:
    dosage = entry.dosage
    return f"{entry.name} {dosage.text} {dosage.route}" if dosage else entry.name


def pharmacies(claims: Iterable[Entry], unknown: frozenset[str]) -> tuple[Pharmacy, ...]:
    """The systems that tell of fills (of any drug, refused ones too), by claims in time order.

    `unknown` are the ids of claims whose drug is not known.
    """
    found: dict[str, list[Entry]] = {}
    for entry in claims:
        if entry.happened:
            for system in systems(entry):
                found.setdefault(system, []).append(entry)
    return tuple(
        Pharmacy(
            system,
            told[0],
            told[-1],
            tuple(_day(e) for e in told if e.id in unknown and is_fill(e) and not is_supply(e.text)),
        )
        for system, told in found.items()
    )


def supply(entries: Sequence[Entry], as_of: date, known: Sequence[Pharmacy]) -> Supply:
    """What the entries of one drug (in time order) tell of its supply."""
    claims = [entry for entry in entries if entry.happened and is_claim(entry)]
    last = max((e for e in claims if is_fill(e)), key=lambda entry: (_day(entry), entry.id), default=None)
    refused = [e for e in claims if not is_fill(e) and (last is None or _day(e) > _day(last))][-1:]
    ordered = [e for e in entries if e.kind == "MedicationRequest" and e.status in _LISTED and e.happened]
    newest = max(ordered, key=lambda entry: (_day(entry), entry.id), default=None)
    missing, evidence = _missing(newest, last, known)
    return Supply(
        last=last,
        words=_words(last, as_of, known) if last else "",
        looked=bool(known),
        in_hand=last is not None and _lasts(last, as_of, known),
        lapsed=bool(missing),
        missing=missing,
        evidence=(*evidence, *refused) if missing else (),
        refused="".join(
            f"claim of {day(e)} {e.detail.get('outcome') or e.status} in {whence(e)}" for e in refused
        ),
        refusal=next(iter(refused), None),
    )


def _lasts(last: Entry, as_of: date, known: Sequence[Pharmacy]) -> bool:
    """Whether a fill lasts until the date, or (for up to a year) until its own pharmacy's last claim.

    A short course is over when it has lasted twice as long as it was supplied for, whether its pharmacy tells more or not.
    """
    supplied = lasts_until(last) - _day(last)
    if supplied <= _COURSE:
        return lasts_until(last) + supplied >= as_of
    told = max((_day(one.last) for one in known if one.system in systems(last)), default=as_of)
    return _day(last) > as_of - _FORGOTTEN and lasts_until(last) + _GRACE >= min(as_of, told)


def _missing(
    order: Entry | None, last: Entry | None, known: Sequence[Pharmacy]
) -> tuple[str, tuple[Entry, ...]]:
    """Where no fill is seen: per pharmacy that covers at least a month after a fill was due."""
    if order is None or not known:
        return "", ()
    said: list[str] = []
    evidence: list[Entry] = []
    for pharmacy in known:
        until = pharmacy.last
        if last is not None:
            if _day(until) <= lasts_until(last) + _GRACE:
                return "", ()
            start, further = last, "further "
        else:
            start, further = (order if _day(order) >= _day(pharmacy.first) else pharmacy.first), ""
            if _day(until) < _day(start) + _GRACE:
                continue
        if any(_day(start) <= unread <= _day(until) for unread in pharmacy.unread):
            continue
        ended = _ended(last, _day(until), " (", ")") if last is not None else ""
        said.append(
            f"No {further}fill seen in {pharmacy.system} between {day(start)} and {day(until)}{ended}"
        )
        evidence += [start, until]
    return "; ".join(said), tuple({entry.id: entry for entry in evidence}.values())


def _words(last: Entry, as_of: date, known: Sequence[Pharmacy]) -> str:
    days = last.detail.get("days_supply", "")
    lasting = f" for {days} days" if days else ""
    told = max((_day(one.last) for one in known if one.system in systems(last)), default=as_of)
    return f"last fill {day(last)}{lasting} in {whence(last)}{_ended(last, min(as_of, told), ', ', '')}"


def _ended(last: Entry, by: date, before: str, after: str) -> str:
    """That the supply of a fill had ended by a day (up to which its pharmacy tells), and how long before; "" where not.

    Nothing is said of a fill of which nobody says how long it lasts. `verify` reads the number of days.
    """
    until = lasts_until(last)
    gap = (by - until).days
    if gap <= 0 or not last.detail.get("days_supply", "").split(".")[0].isdigit():
        return ""
    return f"{before}supply ended {until.isoformat()}, {gap} day{'' if gap == 1 else 's'} without supply since{after}"


def lasts_until(fill: Entry) -> date:
    """Until which day a fill lasts; 30 days where nobody says."""
    days = fill.detail.get("days_supply", "").split(".")[0]
    return _day(fill) + timedelta(days=min(int(days), 400) if days.isdigit() else _SUPPLY)


def _day(entry: Entry) -> date:
    return entry.happened.day if entry.happened else date.min
