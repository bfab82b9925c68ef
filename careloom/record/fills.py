"""Fills: what pharmacies have dispensed, how long it lasts, and where a fill was to be expected and none is seen.

A pharmacy source speaks only for the days between its first and its last claim of this patient: cash, samples, mail order
and other pharmacies are unseen (REQUIREMENTS §6), so that silence is never "not taking".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.record.words import day

_FILLED = frozenset({"completed", "in-progress", "preparation", None})
_LISTED = frozenset({"active", "unknown", None})
# Ours: a refill may be a month late, and an order is filled within a month, before anybody is told.
_GRACE = timedelta(days=30)
_SUPPLY = 30
_FORGOTTEN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A system that tells of fills of this patient, and its first and last claim as of the record's date."""

    system: str
    first: Entry
    last: Entry


@dataclass(frozen=True, slots=True)
class Supply:
    """One drug's fills. `missing` says where none is seen although one was to be expected, `evidence` shows it.

    `in_hand`: the last fill lasts until the record's date (or the end of what its source tells). `lapsed`: a
    pharmacy that covers the time shows no fill since an order, or none since the last supply ended. `looked`: there
    is a pharmacy source at all.
    """

    last: Entry | None = None
    words: str = ""
    in_hand: bool = False
    lapsed: bool = False
    missing: str = ""
    evidence: tuple[Entry, ...] = ()
    looked: bool = False


def pharmacies(dispenses: Iterable[Entry]) -> tuple[Pharmacy, ...]:
    """The systems that tell of fills (of any drug, refused ones too), by MedicationDispense entries in time order."""
    found: dict[str, list[Entry]] = {}
    for entry in dispenses:
        if entry.happened:
            for source in (entry.source, *entry.also):
                found.setdefault(source.system, []).append(entry)
    return tuple(Pharmacy(system, told[0], told[-1]) for system, told in found.items())


def supply(entries: Sequence[Entry], as_of: date, known: Sequence[Pharmacy]) -> Supply:
    """What the entries of one drug (in time order) tell of its supply."""
    fills = [e for e in entries if e.kind == "MedicationDispense" and e.status in _FILLED and e.happened]
    last = max(fills, key=lambda entry: (_day(entry), entry.id), default=None)
    ordered = [e for e in entries if e.kind == "MedicationRequest" and e.status in _LISTED and e.happened]
    newest = max(ordered, key=lambda entry: (_day(entry), entry.id), default=None)
    missing, evidence = _missing(newest, last, known)
    return Supply(
        last=last,
        words=_words(last) if last else "",
        looked=bool(known),
        in_hand=last is not None and _lasts(last, as_of, known),
        lapsed=bool(missing),
        missing=missing,
        evidence=evidence,
    )


def _lasts(last: Entry, as_of: date, known: Sequence[Pharmacy]) -> bool:
    """Whether a fill lasts until the date, or (for up to a year) until its own pharmacy's last claim."""
    told = max((_day(one.last) for one in known if one.system == last.source.system), default=as_of)
    return _day(last) > as_of - _FORGOTTEN and _until(last) + _GRACE >= min(as_of, told)


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
            if _day(until) <= _until(last) + _GRACE:
                return "", ()
            start, further = last, "further "
        else:
            start, further = (order if _day(order) >= _day(pharmacy.first) else pharmacy.first), ""
            if _day(until) < _day(start) + _GRACE:
                continue
        said.append(f"No {further}fill seen in {pharmacy.system} between {day(start)} and {day(until)}")
        evidence += [start, until]
    return "; ".join(said), tuple({entry.id: entry for entry in evidence}.values())


def _words(last: Entry) -> str:
    days = last.detail.get("days_supply", "")
    lasting = f" for {days} days" if days else ""
    return f"last fill {day(last)}{lasting} in {last.source.system}"


def _until(fill: Entry) -> date:
    days = fill.detail.get("days_supply", "").split(".")[0]
    return _day(fill) + timedelta(days=min(int(days), 400) if days.isdigit() else _SUPPLY)


def _day(entry: Entry) -> date:
    return entry.happened.day if entry.happened else date.min
