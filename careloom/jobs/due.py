"""What is due by itself: messages to patients, and what goes into other charts, are put into the queue when their time has come; what can't wait is told to the next person;
records are looked through for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from careloom import jobs, pipeline
from careloom.care.entry import REPLIES
from careloom.care.pilot import Stage
from careloom.pipeline import Pipeline
from careloom.pipeline.following import Following
from careloom.programme import Programme
from careloom.settings import Settings
from careloom.store import Store

# How often people are told of what waits.
EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Due:
    """Asks for the sending of what may go out now; each step of a sending or writing is asked for once, whoever asks."""

    def __init__(self, settings: Settings, opened: Store) -> None:
        self._settings = settings
        self._store = opened
        self._asked: set[tuple[str, str]] = set()
        self._told: datetime | None = None
        self._following: Following | None = None
        self._looked: date | None = None
        self._hour = ""

    def ask(self, now: datetime | None = None) -> int:
        """How many were asked for now."""
        at = now or datetime.now(UTC)
        due = {
            (kind, f"{one}:{steps}"): {what: one}
            for kind, what, waiting in (
                ("deliver", "sending", self._store.sendings.due(at)),
                ("write", "writing", self._store.writings.due(at)),
            )
            for one, steps in waiting
        }
        self._asked &= due.keys()
        fresh = [asked for asked in due if asked not in self._asked]
        for kind, key in fresh:
            jobs.enqueue(self._settings, kind, key, due[kind, key])
        self._asked |= due.keys()
        self._urgent()
        self._webhooks(at)
        self._findings(at)
        self._looks(at)
        self._changes(at)
        self._waiting(at)
        return len(fresh)

    def _webhooks(self, now: datetime) -> None:
        """What happened is queued for whoever is to be told of it; each try is asked for once."""
        if not self._store.webhooks.any():
            return
        _guarded(lambda: self._pipeline.tellings.queue())
        for webhook, mark in self._store.webhooks.due(now):
            jobs.enqueue(self._settings, "webhook", f"{webhook}:{mark}", {"webhook": webhook})

    def _findings(self, now: datetime) -> None:
        """Records that changed, or were not looked through today, are queued to be; what failed is tried again in the next hour."""
        if asked := self._store.standings.waits(now.astimezone(ZoneInfo(self._settings.zone)).date()):
            jobs.enqueue(self._settings, "findings", f"{asked} {now:%Y-%m-%d %H}", {})

    def _looks(self, now: datetime) -> None:
        """Once a day of the site: what the calendar of watching owes is queued, and where a pilot runs or is held the looks that are due."""
        today = now.astimezone(ZoneInfo(self._settings.zone)).date()
        if self._looked == today:
            return
        self._looked = today
        if any(one.stage in (Stage.RUNNING, Stage.HELD) for one in self._store.pilots.all()):
            jobs.enqueue(self._settings, "looks", f"daily:{today}", {})
        _guarded(lambda: self._calendar(today))

    def _calendar(self, today: date) -> None:
        if Programme(self._pipeline).owes():
            jobs.enqueue(self._settings, "programme", f"daily:{today}", {})

    def _changes(self, now: datetime) -> None:
        """Once an hour: where a change is tried out or rolled out, its signals are asked and live drafts made beside."""
        hour = f"{now:%Y-%m-%d %H}"
        if self._hour == hour:
            return
        self._hour = hour
        if self._store.changes.any():
            jobs.enqueue(self._settings, "changes", hour, {})

    def _waiting(self, now: datetime) -> None:
        """Once a minute: people are told of what waits."""
        if self._told is None or now - self._told >= EVERY:
            self._told = now
            _guarded(lambda: self._pipeline.escalating.run())
            if self._store.alarms.waiting():
                _guarded(lambda: self._pipeline.alarming.run())

    def _urgent(self) -> None:
        """Never through the queue of work: what waits there may be long. What fails here stops neither the other nor the worker."""
        if self._store.pages.unfinished():
            _guarded(lambda: self._pipeline.paging.escalate())
        if self._store.replies.unlisted(REPLIES, datetime.now(UTC)):
            _guarded(lambda: self._pipeline.replying.sweep())

    @property
    def _pipeline(self) -> Pipeline:
        """As it is released now; where that can't be read, as it was: what can't wait is told all the same."""
        if self._following is None:
            self._following = Following(pipeline.build(self._settings))
        return self._following.follow(0.0)


def _guarded(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as failure:
        log.error("what can't wait could not be told", error_class=type(failure).__name__)
