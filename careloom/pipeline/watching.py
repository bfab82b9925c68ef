"""Watching: each day's counts, what they come to, and an alarm for whoever answers for it.

Takes    the data audit's tally; the store's drafts, decisions, waiting documents and kept measures; the day
Gives    the day counts, kept; what moved, for what cause; each signal of the last weeks as an alarm, once
Never    keeps anything of one person, counts a day twice, or calls something stable of which it has too few cases
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Any

import msgspec

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.quality import ROLLING
from careloom.care.watched import Cause, DayCount
from careloom.monitor import Signal, Watched, arriving, counting, watch
from careloom.monitor.arriving import Mix
from careloom.monitor.counting import Brief
from careloom.monitor.series import name
from careloom.monitor.told import words_of
from careloom.pipeline.access import Access
from careloom.pipeline.alarming import Alarming
from careloom.readiness import Tally
from careloom.store.opening import Store

DATA, WORK, WAITING, MEASURES, VERSIONS = "data", "work", "waiting", "measures", "versions"
# Signals that are older than this when they are found (a first count over years) are told on the page and alarm nobody.
FRESH = timedelta(28)
# Documents whose draft is remembered until they are decided about; and how many days are counted between two writes.
REMEMBERED, A_WRITE = 50_000, 30
Step = Callable[[str, int, int], None]
_watched = msgspec.json.Decoder(Watched).decode
KINDS: Mapping[Cause, str] = {
    Cause.DATA: "data",
    Cause.POPULATION: "population",
    Cause.PRACTICE: "practice",
    Cause.MODEL: "model",
    Cause.LOAD: "burden",
}


@dataclass(frozen=True, slots=True)
class State:
    """What the newest counts come to, when they were made, and when each part was counted."""

    at: datetime
    watched: Watched
    counted: Mapping[str, datetime | None]


@dataclass(frozen=True)
class Watching:
    """What is watched of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    zone: tzinfo
    here: Callable[[], datetime]
    alarming: Callable[[], Alarming]
    versions: Callable[[date], Iterable[DayCount]] = lambda _day: ()

    # ── counting ────────────────────────────────────────────────────────────────────────────────

    def arrived(self, tally: Tally, mix: Mix) -> None:
        """Keep what the data audit counted, in place of all that it counted before: what came late stands in its day."""
        found = arriving.counts(tally, mix)
        days = {day: (str(len(counts)), counts) for day, counts in found.items()}
        self.store.day_counts.put(DATA, days, at=self.here(), whole=True)

    def count(self, step: Step = lambda _what, _done, _of: None) -> int:
        """Count the days of which there are other drafts or decisions than when they were counted last; how many days.

        A clock that was set back, or what comes late, changes how many there are of a day: it is counted again, whole.
        """
        there, counted = self.store.day_counts.there(self.zone), self.store.day_counts.counted(WORK)
        due = sorted(day for day in there.keys() | counted.keys() if there.get(day, "") != counted.get(day))
        seen: dict[str, Brief] = {}
        asked: frozenset[str] = frozenset()
        held: dict[date, tuple[str, list[DayCount]]] = {}
        for number, day in enumerate(due, start=1):
            counts, asked = self._day(day, asked, seen)
            held[day] = (there.get(day, ""), counts)
            if len(held) >= A_WRITE or number == len(due):
                self.store.day_counts.put(WORK, held, at=self.here())
                held = {}
            step("days", number, len(due))
        self._now()
        return len(due)

    def _day(
        self, day: date, asked: frozenset[str], seen: dict[str, Brief]
    ) -> tuple[list[DayCount], frozenset[str]]:
        found = counting.Day(day, asked or self._asked())
        for proposal, one in self.store.day_counts.drafts(day, self.zone):
            seen[proposal] = found.draft(one)
        taken = counting.of_decisions(found, self.store.day_counts.decisions(day, self.zone))
        lacking = [one for one in taken if one not in seen]
        aside = counting.Day(day)
        seen.update((one, aside.draft(drafted)) for one, drafted in self.store.day_counts.drafts_of(lacking))
        for document, decided in taken.items():
            if (brief := seen.get(document)) is not None:
                found.decided(brief, decided)
        while len(seen) > REMEMBERED:
            seen.pop(next(iter(seen)))
        return found.counts(), found.fired

    def _asked(self) -> frozenset[str]:
        """The rules that have ever found something, as far as days were counted."""
        begins = name("fired", "")
        return frozenset(
            one.series.removeprefix(begins)
            for one in self.store.day_counts.all()
            if one.series.startswith(begins)
        )

    def _now(self) -> None:
        """What can only be seen on the day itself: what waits, what versions systems are, what measures came to last."""
        now = self.here()
        today = now.date()
        self.store.day_counts.put(
            WAITING, {today: ("", counting.waiting(today, self.store.day_counts.waiting(), now))}, at=now
        )
        self.store.day_counts.put(VERSIONS, {today: ("", list(self.versions(today)))}, at=now)
        measures = {day: ("", counts) for day, counts in self._measures()}
        self.store.day_counts.put(MEASURES, measures, at=now, whole=True)

    def _measures(self) -> Iterator[tuple[date, list[DayCount]]]:
        """The last count of each month, of its last twelve months."""
        for one in self.store.quality.monthly(self.zone):
            day = one.at.astimezone(self.zone).date()
            counts = [
                DayCount(
                    series=name("measure", found.name, line.key),
                    day=day,
                    number=line.met.number,
                    hits=line.met.hits,
                )
                for found in one.measures
                if found.period == ROLLING
                for line in found.lines
                if line.met.number
            ]
            yield day, counts

    # ── judging ─────────────────────────────────────────────────────────────────────────────────

    def keep_up(self, actor: str, step: Step = lambda _what, _done, _of: None) -> Watched:
        """Count what is to be counted, judge, keep what it comes to, and raise what is fresh; what a person looks at is `state`."""
        self.count(step)
        now = self.here()
        found = watch(self.store.day_counts.all(), now.date())
        self.store.day_counts.keep(msgspec.json.encode(found), now)
        self.store.audit.note(actor, "watch")
        for one in found.signals:
            if one.raised > now.date() - FRESH:
                self._raise(one)
        return found

    def _raise(self, one: Signal) -> None:
        words, values = words_of(one)
        digest = sha256(one.key.encode()).hexdigest()[:16]
        self.alarming().raise_alarm(
            KINDS[one.cause],
            f"drift:{digest}",
            words,
            evidence=one.since.isoformat(),
            values=values,
            link="/watching",
        )

    def state(self, actor: Reviewer | str) -> State | None:
        """What the newest counts came to; None before anybody counted. Raises NotLicensed."""
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.WATCH)
        self.store.audit.note(actor.user if isinstance(actor, Reviewer) else actor, "read", what="watching")
        kept = self.store.day_counts.kept()
        if kept is None:
            return None
        counted = {part: self.store.day_counts.counted_at(part) for part in (DATA, WORK, MEASURES)}
        return State(kept[0].astimezone(self.zone), _watched(kept[1]), counted)

    def days(self, series: Iterable[str]) -> Mapping[str, list[DayCount]]:
        """The day counts of some series, the oldest first."""
        found: dict[str, list[DayCount]] = {one: [] for one in series}
        for one in self.store.day_counts.all():
            if one.series in found:
                found[one.series].append(one)
        return found


def as_json(state: State) -> dict[str, Any]:
    """What stands, as the command prints it."""
    watched = state.watched
    return {
        "counted": state.at.isoformat(timespec="seconds"),
        "as_of": watched.as_of.isoformat(),
        "false_alarms_a_year": watched.a_year,
        "series": {
            series: {
                "judged": row.standing.judged,
                "cases": row.standing.cases,
                "fewest": row.standing.fewest,
                "ready": row.standing.ready.isoformat() if row.standing.ready else None,
            }
            for series, row in sorted(watched.rows.items())
        },
        "marks": [{"series": m.series, "name": m.name, "day": m.day.isoformat()} for m in watched.marks],
        "signals": [_signal(one) for one in watched.signals],
    }


def _signal(one: Signal) -> dict[str, Any]:
    words, values = words_of(one)
    return {
        "key": one.key,
        "cause": one.cause.value,
        "raised": one.raised.isoformat(),
        "since": one.since.isoformat(),
        "between": [one.earliest.isoformat(), one.latest.isoformat()],
        "within": one.within,
        "words": words.format(**values),
        "moved": [
            {
                "series": each.series,
                "alarm": each.alarm,
                "before": list(each.shift.before),
                "after": list(each.shift.after),
                "distance": round(each.shift.distance, 4),
            }
            for each in one.moved
        ],
        "marks": [{"series": m.series, "name": m.name, "day": m.day.isoformat()} for m in one.marks],
    }
