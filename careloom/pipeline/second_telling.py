"""Second telling: whom a second reading waits for, so that none waits unseen. Numbers and kinds alone.

Takes    the second readings that aren't finished, the time
Gives    who is to be told what, and of how many; a reading whose reader may no longer do it goes to somebody else
Never    names a document, or tells the first reader what the second said
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from careloom.care.access import Permission, may
from careloom.care.notices import NoticeKind
from careloom.care.second import SecondReading, Stage
from careloom.errors import StaleRecord
from careloom.pipeline.choosing import Choosing
from careloom.review.second import stage

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SecondTelling:
    """What is told of the second readings of one organisation."""

    choosing: Choosing

    def to_tell(self, now: datetime) -> Mapping[tuple[str, NoticeKind], int]:
        """By person and kind, of how many."""
        told: Counter[tuple[str, NoticeKind]] = Counter()
        leads = tuple(one.user for one in self.choosing.store.users.all() if may(one.role, Permission.LEAD))
        for second in self.choosing.store.seconds.unfinished():
            told.update(self._of(second, leads, now))
        return told

    def _of(
        self, second: SecondReading, leads: tuple[str, ...], now: datetime
    ) -> Iterable[tuple[str, NoticeKind]]:
        found = stage(second)
        late = second.due is not None and second.due < now
        if found is Stage.WAITS:
            second = self._again(second)
            people = {second.reader} if second.reader else {one.user for one in self.choosing.able(second)}
            yield from ((one, NoticeKind.SECOND) for one in sorted(people))
            if late or not people:
                yield from ((one, NoticeKind.SECOND_LATE) for one in leads)
        elif found is Stage.MINOR:
            yield second.reader, NoticeKind.SECOND
        elif found is Stage.THIRD:
            thirds = {one.user for one in self.choosing.able_third(second)}
            yield from ((one, NoticeKind.THIRD) for one in sorted({*thirds, *leads}))
        elif found is Stage.CORRECT:
            yield from ((one, NoticeKind.CORRECT) for one in sorted({second.first, *leads}))

    def _again(self, second: SecondReading) -> SecondReading:
        """With somebody else as its reader where hers can't be; another process may have done so meanwhile."""
        try:
            return self.choosing.again(second)
        except StaleRecord:
            log.info("a second reading went to somebody meanwhile")
            return second
