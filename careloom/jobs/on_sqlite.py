"""The engine on SQLite: django-tasks-db's rows and claims, with a reaper for what dead workers left RUNNING."""

import hashlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from django_tasks import TaskResultStatus, task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from careloom.jobs.alive import is_alive, myself
from careloom.jobs.port import JobFailed, Perform

IDLE = 1.0
TIDY_EVERY = 10.0
# Jobs in a row before the tidying gets its turn.
A_ROUND = 20

log = structlog.get_logger(__name__)


@task()
def perform_work(work_id: str) -> None:
    """Names our work in django-tasks-db's rows; `_Claimer` performs it, since it holds the handlers."""
    raise JobFailed("NoWorker", work_id)


class OnSqlite:
    """Dispatches an organisation's work on SQLite, on one host."""

    def __init__(self, organisation: str) -> None:
        # A queue's name has at most 32 characters.
        self._queue = hashlib.sha256(organisation.encode()).hexdigest()[:16]

    def dispatch(self, work_id: str, not_before: datetime | None = None) -> None:
        """Have a worker perform this; part of the transaction around the call."""
        perform_work.using(queue_name=self._queue, run_after=not_before).enqueue(work_id)

    def bury(self) -> None:
        """Forget what workers hold that have died."""
        for row in self._rows(TaskResultStatus.RUNNING):
            if not is_alive(row.worker_ids[-1]):
                row.delete()

    def held(self) -> set[str]:
        """The work that is dispatched, or held by a worker that lives."""
        rows = self._rows(TaskResultStatus.READY, TaskResultStatus.RUNNING)
        return {row.args_kwargs["args"][0] for row in rows}

    def run_ready(self, perform: Perform) -> None:
        """Perform what is ready now, one after another; returns when nothing is."""
        _Claimer(self._queue, perform).run()

    def run_forever(self, perform: Perform, tidy: Callable[[], None]) -> None:
        """Perform what becomes ready until SIGTERM, and `tidy` now and then."""
        tidied = time.monotonic()
        with _stopped_by_sigterm():
            while True:
                _Claimer(self._queue, perform, A_ROUND).run()
                if time.monotonic() - tidied > TIDY_EVERY:
                    tidy()
                    tidied = time.monotonic()
                time.sleep(IDLE)

    def _rows(self, *states: str) -> Iterator[DBTaskResult[Any, Any]]:
        yield from DBTaskResult.objects.filter(queue_name=self._queue, status__in=states)


class _Claimer(Worker):
    """Claims rows as django-tasks-db does; performs them as we do, and keeps no row and no text afterwards."""

    def __init__(self, queue: str, perform: Perform, most: int | None = None) -> None:
        super().__init__(
            queue_names=[queue],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=most,
            worker_id=myself(),
            excluded_queue_names=[],
        )
        self._perform = perform

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        """Perform a claimed row's work; whatever comes of it, the row goes."""
        work_id = db_task_result.args_kwargs["args"][0]
        try:
            self._perform(work_id)
        except JobFailed:
            pass  # its work row says so
        except Exception as error:
            log.error("worker failed", work=work_id, error_class=type(error).__name__)
        finally:
            db_task_result.delete()
            self._run_tasks += 1


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the process as Control-C does, so that work in hand is put back."""

    def stop(*_: object) -> None:
        raise SystemExit(0)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
