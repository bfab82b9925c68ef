"""What is due by itself: messages to patients whose time has come are put into the queue; what can't wait is told to the next person."""

from datetime import UTC, datetime
from functools import cached_property

from careloom import jobs, pipeline
from careloom.care.entry import REPLIES
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store import Store


class Due:
    """Asks for the sending of what may go out now; each step of a sending is asked for once, whoever asks."""

    def __init__(self, settings: Settings, opened: Store) -> None:
        self._settings = settings
        self._store = opened
        self._asked: set[str] = set()

    def ask(self, now: datetime | None = None) -> int:
        """How many were asked for now."""
        due = {f"{one}:{steps}": one for one, steps in self._store.sendings.due(now or datetime.now(UTC))}
        self._asked &= due.keys()
        self._urgent()
        fresh = [(key, one) for key, one in due.items() if key not in self._asked]
        for key, one in fresh:
            jobs.enqueue(self._settings, "deliver", key, {"sending": one})
        self._asked |= due.keys()
        return len(fresh)

    def _urgent(self) -> None:
        """Never through the queue of work: what waits there may be long."""
        if self._store.pages.waiting():
            self._pipeline.paging.escalate()
        if self._store.replies.unlisted(REPLIES, datetime.now(UTC)):
            self._pipeline.replying.sweep()

    @cached_property
    def _pipeline(self) -> Pipeline:
        return pipeline.build(self._settings)
