"""What is due by itself: messages to patients whose time has come are put into the queue; what can't wait is told to the next person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property

import structlog

from careloom import jobs, pipeline
from careloom.care.entry import REPLIES
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store import Store

# How often people are told of what waits.
EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Due:
    """Asks for the sending of what may go out now; each step of a sending is asked for once, whoever asks."""

    def __init__(self, settings: Settings, opened: Store) -> None:
        self._settings = settings
        self._store = opened
        self._asked: set[str] = set()
        self._told: datetime | None = None

    def ask(self, now: datetime | None = None) -> int:
        """How many were asked for now."""
        due = {f"{one}:{steps}": one for one, steps in self._store.sendings.due(now or datetime.now(UTC))}
        self._asked &= due.keys()
        fresh = [(key, one) for key, one in due.items() if key not in self._asked]
        for key, one in fresh:
            jobs.enqueue(self._settings, "deliver", key, {"sending": one})
        self._asked |= due.keys()
        self._urgent()
        self._waiting(now or datetime.now(UTC))
        return len(fresh)

    def _waiting(self, now: datetime) -> None:
        """Once a minute: people are told of what waits."""
        if self._told is None or now - self._told >= EVERY:
            self._told = now
            _guarded(lambda: self._pipeline.escalating.run())

    def _urgent(self) -> None:
        """Never through the queue of work: what waits there may be long. What fails here stops neither the other nor the worker."""
        if self._store.pages.waiting():
            _guarded(lambda: self._pipeline.paging.escalate())
        if self._store.replies.unlisted(REPLIES, datetime.now(UTC)):
            _guarded(lambda: self._pipeline.replying.sweep())

    @cached_property
    def _pipeline(self) -> Pipeline:
        return pipeline.build(self._settings)


def _guarded(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as failure:
        log.error("what can't wait could not be told", error_class=type(failure).__name__)
