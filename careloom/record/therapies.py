"""Therapies: which days the fills of a drug cover, and for how long there was no supply between two of them.

Source   Pharmacy Quality Alliance, Proportion of Days Covered (PDC), as CMS uses it for Part D: each day counts once; a refill
         before the supply ends starts on the day after it. The allowance is ours: 30 days, that of an overdue refill
Misses   a drug whose ingredients nobody here knows, or a fill of which has no days supply; days after the last fill
         (`fills` tells of those); a gap that a stay in hospital, cash or samples filled
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.fills import is_claim, is_fill
from careloom.care.record import Therapy, Unsupplied
from careloom.knowledge import Knowledge

ALLOWANCE = 30
# A supply beyond this is a mistake in typing, and covers nothing for sure.
_LONGEST = 400
_CITED = 24


def therapies(entries: Iterable[Entry], knowledge: Knowledge) -> tuple[Therapy, ...]:
    """What claims (with orders and reports among them, in time order) tell, by drug; those with gaps first."""
    groups: dict[frozenset[str], list[Entry]] = {}
    for entry in entries:
        if entry.happened and entry.subject == "patient" and is_claim(entry):
            drugs = knowledge.drugs.find(entry.text, entry.codes)
            if drugs:
                groups.setdefault(frozenset(drug.name for drug in drugs), []).append(entry)
    found = [
        told for drugs, claims in groups.items() if (told := _therapy(" and ".join(sorted(drugs)), claims))
    ]
    return tuple(sorted(found, key=lambda one: (not one.gaps, one.name)))


def _therapy(name: str, claims: Sequence[Entry]) -> Therapy | None:
    """One drug's fills; None where there are fewer than two, or one has no days supply."""
    taken_back = _taken_back(claims)
    fills = [entry for entry in claims if is_fill(entry) and entry.id not in taken_back]
    supplies: dict[date, int] = {}
    for fill in fills:
        days = fill.detail.get("days_supply", "").split(".")[0]
        if not days.isdigit() or not 0 < int(days) <= _LONGEST:
            return None
        # One fill that two sources tell of, or two strengths of one day: the day counts once.
        supplies[_day(fill)] = max(int(days), supplies.get(_day(fill), 0))
    if len(supplies) < 2:
        return None
    first, last = min(supplies), max(supplies)
    uncovered = _uncovered(supplies)
    gaps = tuple(
        Unsupplied(start.isoformat(), (end - timedelta(days=1)).isoformat(), (end - start).days)
        for start, end in uncovered
        if (end - start).days > ALLOWANCE
    )
    around = {
        day
        for gap in gaps
        for day in (date.fromisoformat(gap.end) + timedelta(days=1), _before(gap, supplies))
    }
    telling = [entry for entry in fills if _day(entry) in around] or [fills[0], fills[-1]]
    length = (last - first).days
    return Therapy(
        name=name,
        fills=len(supplies),
        first=first.isoformat(),
        last=last.isoformat(),
        covered=length - sum((end - start).days for start, end in uncovered),
        days=length,
        gaps=gaps,
        entries=tuple(dict.fromkeys(entry.id for entry in telling[-_CITED:])),
    )


def _uncovered(supplies: dict[date, int]) -> list[tuple[date, date]]:
    """Stretches without supply: the first day of each, and the day of the fill that ends it."""
    found = []
    until = min(supplies)
    for day in sorted(supplies):
        if day > until:
            found.append((until, day))
        until = max(until, day) + timedelta(days=supplies[day])
    return found


def _before(gap: Unsupplied, supplies: dict[date, int]) -> date:
    """The last fill before a gap."""
    return max(day for day in supplies if day.isoformat() <= gap.start)


def _taken_back(claims: Sequence[Entry]) -> set[str]:
    """Fills of which their source has told as many reversals of the same day: nothing was handed out."""
    reversed_ = Counter((entry.source.system, _day(entry)) for entry in claims if entry.status == "cancelled")
    found = set()
    for entry in claims:
        key = (entry.source.system, _day(entry))
        if is_fill(entry) and reversed_[key] > 0:
            reversed_[key] -= 1
            found.add(entry.id)
    return found


def _day(entry: Entry) -> date:
    return entry.happened.day if entry.happened else date.min
