"""Looking: when somebody looked at a patient last, and what came since then.

Takes    a person and the record that she opens
Gives    what of it arrived since her last look, by when its message was received here
Never    counts what she may not read; says that what is not new was read
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.store.opening import Store


@dataclass(frozen=True, slots=True)
class Changed:
    """What arrived since somebody looked last; `since` is None where she never did, and then nothing is called new."""

    since: datetime | None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Looking:
    """The looks of one organisation's people."""

    store: Store
    clock: Callable[[], datetime]

    def look(self, actor: Reviewer, record: PatientRecord) -> Changed:
        """Keep that she looks at a record now, and tell what came since she did last."""
        since = self.store.looks.look(actor.user, self.store.sameness.first(record.patient), self.clock())
        if since is None:
            return Changed(None)
        received = self.store.arrived.received({entry.source.message for entry in record.entries})
        new = [
            entry
            for entry in record.entries
            if (at := received.get((entry.source.message, entry.source.system))) and at > since
        ]
        return Changed(since, tuple(reversed(new)))
