"""A drug over time as a small drawing: orders, fills with how long they last, where no fill is seen, stops; and the same in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.care.fills import is_claim, is_fill
from careloom.care.record import Medication, PatientRecord
from careloom.web.present.words import count, source_name
from careloom.web.saying import later

WIDTH, LANE, BAR, MARGIN = 320, 16, 8, 6
# So far back it is drawn, and so late a refill may be before anybody is told: the same month as in the record.
BACK, GRACE = timedelta(days=548), timedelta(days=30)
ORDERS = ("MedicationRequest", "MedicationStatement")
STOPPED = frozenset({"stopped", "cancelled", "not-taken", "completed", "on-hold"})
LANES = ("order", "fill")


# How a drug's line ends, as its source says.
_ENDS = {
    "not-taken": later("not taken"),
    "stopped": later("stopped"),
    "completed": later("completed"),
    "on-hold": later("on hold"),
    "cancelled": later("cancelled"),
    "entered-in-error": later("entered in error"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in the drawing: `how` is order, stop, fill, gap or refused; `words` tell it."""

    how: str
    x: float
    width: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class DrugLine:
    """The drawing, WIDTH by its height, from `first` to `last`; `words` is its text equivalent, `bars` tell each stretch."""

    bars: tuple[Bar, ...]
    first: str
    last: str
    words: str
    width: int = WIDTH
    height: int = len(LANES) * LANE
    bar: int = BAR


@dataclass(frozen=True, slots=True)
class _Stretch:
    how: str
    start: date
    end: date
    words: str


def draw(drug: Medication, record: PatientRecord) -> DrugLine | None:
    """The drug's last eighteen months up to the record's date; None where nothing of it has a date."""
    entries = [record.by_id[one] for one in drug.entries if one in record.by_id]
    dated = [(one.happened.day, one) for one in entries if one.happened is not None]
    dated = [
        (at, one) for at, one in sorted(dated, key=lambda pair: (pair[0], pair[1].id)) if at <= record.as_of
    ]
    told = [*_orders(dated, record.as_of), *_fills(dated), *_gaps(dated, record)]
    shown = [one for one in told if one.end >= record.as_of - BACK]
    if not shown:
        return None
    first = max(min(one.start for one in shown), record.as_of - BACK)
    last = max(record.as_of, *(one.end for one in shown))
    bars = tuple(_bar(one, first, last) for one in sorted(shown, key=lambda one: (one.start, one.how)))
    words = gettext("{name} from {first} to {last}: ").format(
        name=drug.name, first=first, last=last
    ) + "; ".join(bar.words for bar in bars)
    return DrugLine(bars, first.isoformat(), last.isoformat(), words)


def _bar(one: _Stretch, first: date, last: date) -> Bar:
    length = max((last - first).days, 1)

    def x(at: date) -> float:
        share = min(max((at - first).days / length, 0.0), 1.0)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    lane = 0 if one.how in ("order", "stop") else 1
    left = x(one.start)
    return Bar(
        one.how, left, max(round(x(one.end) - left, 1), 2.0), lane * LANE + (LANE - BAR) / 2, one.words
    )


def _orders(dated: Sequence[tuple[date, Entry]], as_of: date) -> Iterator[_Stretch]:
    for at, entry in dated:
        if entry.kind not in ORDERS:
            continue
        dose = (
            entry.dosage.text if entry.dosage is not None and entry.dosage.text else gettext("no dose told")
        )
        source = source_name(entry.source.system)
        if entry.negated or entry.status in STOPPED:
            said = str(_ENDS.get(entry.status or "stopped", entry.status or ""))
            yield _Stretch(
                "stop", at, at, gettext("{at} {said}, says {source}").format(at=at, said=said, source=source)
            )
            continue
        end = entry.effective.end.day if entry.effective.end is not None else as_of
        what = gettext("ordered") if entry.kind == "MedicationRequest" else gettext("reported as taken")
        yield _Stretch("order", at, max(end, at), f"{at} {what}: {dose} ({source})")


def _days(entry: Entry) -> int:
    said = entry.detail.get("days_supply", "")
    return int(said) if said.isdigit() else 0


def _fills(dated: Iterable[tuple[date, Entry]]) -> Iterator[_Stretch]:
    for at, entry in dated:
        if not is_claim(entry):
            continue
        source = source_name(entry.source.system)
        if not is_fill(entry):
            yield _Stretch(
                "refused",
                at,
                at,
                gettext("{at} fill {entry} ({source})").format(
                    at=at, entry=(entry.status or "refused").replace("-", " "), source=source
                ),
            )
            continue
        days = _days(entry)
        lasts = (
            gettext(" for {many}").format(many=count(days, "day"))
            if days
            else gettext(", nobody says for how long")
        )
        yield _Stretch(
            "fill",
            at,
            at + timedelta(days=days),
            gettext("{at} filled{lasts} ({source})").format(at=at, lasts=lasts, source=source),
        )


def _gaps(dated: Sequence[tuple[date, Entry]], record: PatientRecord) -> Iterator[_Stretch]:
    """Where one source's fills leave over a month without supply, up to what that source tells of this patient at all.

    Early refills add up. After a fill of which nobody says how long it lasts nothing is said.
    """
    fills = [(at, one) for at, one in dated if is_claim(one) and is_fill(one)]
    for system in dict.fromkeys(one.source.system for _, one in fills):
        mine = [(at, one) for at, one in fills if one.source.system == system]
        told = [
            one.happened.day
            for one in record.entries
            if one.source.system == system and is_claim(one) and one.happened is not None
        ]
        until: date | None = None
        for at, entry in [*mine, (min(max(told), record.as_of), None)]:
            if until is not None and at > until + GRACE:
                words = gettext("no fill seen in {source} between {until} and {at}").format(
                    source=source_name(system), until=until, at=at
                )
                yield _Stretch("gap", until, at, words)
            if entry is not None:
                days = timedelta(days=_days(entry))
                until = max(until or at, at) + days if days else None
