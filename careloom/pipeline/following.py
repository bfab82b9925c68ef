"""Following: the pipeline of a process that runs for weeks, as releases and rollbacks leave it.

Takes    a pipeline
Gives    it, or one that works with what was released meanwhile
Never    stops a process: where what was released can't be read it goes on with what it has, and says so in the log
"""

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

import structlog

from careloom.pipeline import Pipeline

log = structlog.get_logger(__name__)
# So many seconds after a release or a rollback a process works with it at the latest.
FOLLOWS = 1.0


@dataclass
class Following:
    """`now` is the pipeline to work with."""

    now: Pipeline
    _looked: float = field(default_factory=monotonic)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def follow(self, every: float = FOLLOWS) -> Pipeline:
        """The pipeline to work with from now on; the database is asked once in `every` seconds, by one thread."""
        if monotonic() - self._looked < every or not self._one_at_a_time.acquire(blocking=False):
            return self.now
        try:
            self._looked = monotonic()
            self.now = self.now.current()
        except Exception as error:
            # What is wrong is told where somebody starts a process or asks the database.
            log.error("what was released could not be followed", error_class=type(error).__name__)
        finally:
            self._one_at_a_time.release()
        return self.now
