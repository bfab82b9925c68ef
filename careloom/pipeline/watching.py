"""Watching: each day's counts, what they come to, and an alarm for whoever answers for it.

Takes    the data audit's tally; the store's drafts, decisions, waiting documents and kept measures; the day
Gives    the day counts, kept; what moved, for what cause; each signal of the last weeks as an alarm, once
Never    keeps anything of one person, counts a day twice, or calls something stable of which it has too few cases
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from careloom.care.access import Permission
from careloom.care.alarm import Alarm
from careloom.care.document import Reviewer, Severity
from careloom.care.quality import ROLLING
from careloom.care.watched import Cause, DayCount
from careloom.monitor import Signal, Watched, arriving, counting, watch
from careloom.monitor.arriving import Mix
from careloom.monitor.counting import COUNTING, Brief
from careloom.monitor.series import name
from careloom.monitor.signals import Mark
from careloom.monitor.silent import since_drafted
from careloom.monitor.told import is_name, words_of
from careloom.pipeline.access import Access
from careloom.pipeline.alarming import Alarming
from careloom.readiness import Tally
from careloom.readiness.tally import KEPT
from careloom.store.opening import Store

DATA, WORK, WAITING, MEASURES, VERSIONS = "data", "work", "waiting", "measures", "versions"
# Signals that are older than this when they are found (a first count over years) are told on the page and alarm nobody.
FRESH = timedelta(28)
# So many days are counted between two writes.
A_WRITE = 30
Step = Callable[[str, int, int], None]
_watched = msgspec.json.Decoder(Watched).decode
KINDS: Mapping[Cause, str] = {
    Cause.DATA: "data",
    Cause.POPULATION: "population",
    Cause.PRACTICE: "practice",
    Cause.MODEL: "model",
    Cause.LOAD: "burden",
    Cause.QUEUE: "queue",
}


@dataclass(frozen=True, slots=True)
class State:
    """What the newest counts come to, when they were made, when each part was counted, and by which other ways of counting some days were (workers of two versions)."""

    at: datetime
    watched: Watched
    counted: Mapping[str, datetime | None]
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Watching:
    """What is watched of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    zone: tzinfo
    here: Callable[[], datetime]
    alarming: Callable[[], Alarming]
    versions: Callable[[date, tzinfo], Iterable[DayCount]] = lambda _day, _zone: ()
    # Documents whose draft is remembered until they are decided about; the others are read again.
    remembered: int = 50_000

    # ── counting ────────────────────────────────────────────────────────────────────────────────

    def arrived(self, tally: Tally, mix: Mix) -> None:
        """Keep what the data audit counted, in place of all that it counted before: what came late stands in its day."""
        found = arriving.counts(tally, mix)
        days = {day: (str(len(counts)), counts) for day, counts in found.items()}
        self.store.day_counts.put(DATA, days, at=self.here(), whole=True)

    def count(self, step: Step = lambda _what, _done, _of: None) -> int:
        """Count the days of which there are other drafts or decisions than when they were counted last; how many days.

        A clock that was set back, or what comes late, changes how many there are of a day: it is counted again, whole. So is what an older version of
        Careloom counted; what a newer one counted of the same rows stands, so that workers of two versions don't count after each other for ever.
        """
        there, counted = self.store.day_counts.there(self.zone), self.store.day_counts.counted(WORK)
        every = sorted(there.keys() | counted.keys())
        due = [day for day in every if _is_due(there.get(day, ""), counted.get(day, ""))]
        seen: dict[str, Brief] = {}
        asked: frozenset[str] = frozenset()
        held: dict[date, tuple[str, list[DayCount]]] = {}
        for number, day in enumerate(due, start=1):
            counts, asked = self._day(day, asked, seen)
            held[day] = (_signed(there.get(day, "")), counts)
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
        for proposal, created, one in self.store.day_counts.drafts(day, self.zone):
            seen[proposal] = found.draft(one, created)
        taken = counting.of_decisions(found, self.store.day_counts.decisions(day, self.zone))
        lacking = [one for one in taken if one not in seen]
        aside = counting.Day(day)
        for proposal, created, one in self.store.day_counts.drafts_of(lacking):
            seen[proposal] = aside.draft(one, created)
        for document, decided in taken.items():
            if (brief := seen.get(document)) is not None:
                found.decided(brief, decided)
        # All at once: a mapping walks over all that was taken out before to find its first.
        for proposal in tuple(islice(seen, max(len(seen) - self.remembered, 0))):
            del seen[proposal]
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
        arrived = self.store.day_counts.arrived(self.zone, today - KEPT)
        counted = self.store.day_counts.counted(VERSIONS)
        named = {
            day: (_signed(str(number)), list(self.versions(day, self.zone)))
            for day, number in arrived.items()
            if _is_due(str(number), counted.get(day, ""))
        }
        self.store.day_counts.put(VERSIONS, named, at=now)
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

    def alarm_of(self, one: Signal) -> tuple[str, Alarm | None]:
        """The kind of alarm that a signal belongs to, and the newest that was raised of it (None: it was found long after it began, and alarmed nobody)."""
        return KINDS[one.cause], self.store.alarms.newest_of(KINDS[one.cause], _cause(one))

    def _raise(self, one: Signal) -> None:
        words, values = words_of(one)
        self.alarming().raise_alarm(
            KINDS[one.cause],
            _cause(one),
            words,
            evidence=one.since.isoformat(),
            values=values,
            severity=Severity.LOW if is_name(one) else Severity.MODERATE,
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
        signs = {_version(rows) for rows in self.store.day_counts.counted(WORK).values()}
        at = kept[0].astimezone(self.zone)
        return State(at, self._read(kept[1], at.date()), counted, tuple(sorted(signs - {COUNTING})))

    def _read(self, body: bytes, day: date) -> Watched:
        """What was kept; what another version of Careloom kept otherwise is made anew from the counts."""
        try:
            return _watched(body)
        except msgspec.MsgspecError:
            return watch(self.store.day_counts.all(), day)

    def days(self, series: Iterable[str]) -> Mapping[str, list[DayCount]]:
        """The day counts of some series, the oldest first."""
        found: dict[str, list[DayCount]] = {one: [] for one in series}
        for one in since_drafted(self.store.day_counts.all()):
            if one.series in found:
                found[one.series].append(one)
        for days in found.values():
            days.sort(key=lambda one: one.day)
        return found


def _cause(one: Signal) -> str:
    return f"drift:{sha256(one.key.encode()).hexdigest()[:16]}"


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
        "marks": [_mark(one) for one in watched.marks],
        "side_by_side": [_mark(one) for one in watched.abreast],
        "counted_by_other_versions": bool(state.others),
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
        "marks": [_mark(mark) for mark in one.marks],
    }


def _mark(one: Mark) -> dict[str, str]:
    return {"series": one.series, "name": one.name, "before": one.before, "day": one.day.isoformat()}


def _signed(rows: str) -> str:
    """Of which rows a day was counted, and how."""
    return f"{rows}/{COUNTING}"


def _version(rows: str) -> int:
    number = rows.partition("/")[2]
    return int(number) if number.isdigit() else 1


def _is_due(there: str, counted: str) -> bool:
    """Whether a day is to be counted: of other rows, never, or by an older version."""
    return there != counted.partition("/")[0] or _version(counted) < COUNTING
