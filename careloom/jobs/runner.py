"""Running work: claim, handle, say what became of it; take up what dead workers left; seal the audit log."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from careloom.care.audited import Whence
from careloom.errors import ExternalError, InputError, NeedsNewer, Refused, Stopped
from careloom.jobs.alive import myself
from careloom.jobs.port import Engine, Handler, JobFailed
from careloom.store import Store, whence
from careloom.store.database import hold
from careloom.store.work import Task

IDLE = 0.5
LONGEST_PAUSE = 60
# The errors of work that is left as it is, however often it was tried.
LEFT = (Stopped.__name__, NeedsNewer.__name__)
# The name of the reapers' lock (any number that nothing else holds).
_REAPERS = 0x2EA9E2

log = structlog.get_logger(__name__)


class Runner:
    """One worker. `limit` is how long a job may take before it counts as hung; `ended` counts what it finished.

    `ask` puts into the queue what is due by itself.
    """

    def __init__(
        self,
        *,
        store: Store,
        engine: Engine,
        handlers: Mapping[str, Handler],
        attempts: int,
        limit: timedelta,
        progress: Callable[[str], None] | None = None,
        ask: Callable[[], object] = lambda: None,
    ) -> None:
        self.ended = 0
        self._store = store
        self._engine = engine
        self._handlers = handlers
        self._attempts = attempts
        self._limit = limit
        self._progress = progress
        self._ask = ask
        self._name = myself()

    def until_empty(self) -> None:
        """Work until nothing waits or runs, here or elsewhere."""
        while True:
            self.tidy()
            self._engine.run_ready(self.perform)
            counts = self._store.work.counts()
            if not counts.get("waiting") and not counts.get("running"):
                return
            if not counts.get("running") and self._store.work.is_left(LEFT):
                log.warning("work is left: it is stopped, or for a later version", number=counts["waiting"])
                return
            time.sleep(IDLE)  # a second attempt has to wait, or another worker is busy

    def forever(self) -> None:
        """Work until the process is asked to stop."""
        self.tidy()
        self._engine.run_forever(self.perform, self.tidy)

    def perform(self, work_id: str) -> None:
        """Do one piece of work, unless somebody else has it. Raises JobFailed, which says a class and the id."""
        task = self._store.work.claim(work_id, self._name)
        if task is None:
            return
        error, attempts, left = "", self._attempts, False
        try:
            with whence.coming(Whence(through=f"work {task.id}")):
                self._handlers[task.kind](task.args)
        except Exception as failure:
            error = type(failure).__name__
            if _is_final(failure):
                attempts = task.attempts
            elif error in LEFT:
                # Nothing was done and nothing is lost: it waits until it is started again, or for a worker of a later version.
                attempts, left = task.attempts + 1, True
        except BaseException:
            self._store.work.release(task)  # asked to stop: the next worker's reaper dispatches it
            raise
        if error:
            pause = timedelta(seconds=LONGEST_PAUSE if left else min(LONGEST_PAUSE, 2 ** (task.attempts - 1)))
            self._failed(task, error, attempts=attempts, pause=pause, counts=not left)
            raise JobFailed(error, task.id)
        self._store.work.done(task)
        self._end(task.kind)

    def tidy(self) -> None:
        """What a worker does between jobs: ask for what is due by itself, reap, and seal the audit log."""
        self._ask()
        self.reap()
        self._store.audit.seal()

    def reap(self) -> None:
        """Take up again what died with its worker, hangs, or was never dispatched."""
        with self._store.transaction():
            hold(_REAPERS)
            # Our rows first, the engine's after: what ends in between is no longer held, and no longer ours to fail.
            running, waiting = self._store.work.running(), self._store.work.waiting()
            self._engine.bury()
            held = self._engine.held()
            for task, since in running:
                if task.id not in held:
                    self._failed(task, "WorkerDied", attempts=self._attempts)
                elif datetime.now(UTC) - since > self._limit:
                    self._failed(task, "JobTimeout", attempts=self._attempts)
            for task, not_before in waiting:
                if task.id not in held:
                    self._engine.dispatch(task.id, not_before)

    def _failed(
        self,
        task: Task,
        error: str,
        *,
        attempts: int,
        pause: timedelta = timedelta(),
        counts: bool = True,
    ) -> None:
        log.warning("work failed", work=task.id, kind=task.kind, error_class=error, attempt=task.attempts)
        with self._store.transaction():
            state = self._store.work.failed(task, error, attempts=attempts, pause=pause, counts=counts)
            if state == "waiting":
                self._engine.dispatch(task.id, datetime.now(UTC) + pause)
        if state == "dead":
            self._end(task.kind)

    def _end(self, kind: str) -> None:
        self.ended += 1
        if self._progress:
            self._progress(kind)


def _is_final(failure: Exception) -> bool:
    """Whether trying again can't help: a rule said no, a message is wrong, another system refused for good."""
    if isinstance(failure, ExternalError):
        return failure.permanent
    return isinstance(failure, Refused | InputError) and type(failure).__name__ not in LEFT
