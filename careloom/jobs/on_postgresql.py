"""The engine on PostgreSQL: Procrastinate, whose workers on any number of hosts tell by heartbeats that they live."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from asgiref.sync import sync_to_async
from django.db import connection
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.sql import queries

from careloom.jobs.port import JobFailed, Perform

TASK = "careloom.work"
HEARTBEAT = 3.0
# A worker that was silent for so long (seconds) is dead.
STALLED = 12.0
TIDY_EVERY = 10.0

log = structlog.get_logger(__name__)


class OnPostgresql:
    """Dispatches an organisation's work on PostgreSQL."""

    def __init__(self, organisation: str) -> None:
        self._queue = organisation
        # Django's own connection, so that what is dispatched belongs to the transaction around it.
        self._connector = DjangoConnector()

    def dispatch(self, work_id: str, not_before: datetime | None = None) -> None:
        """Have a worker perform this; part of the transaction around the call."""
        JobManager(self._connector).defer_job(
            Job(
                queue=self._queue,
                lock=None,
                queueing_lock=None,
                task_name=TASK,
                task_kwargs={"work": work_id},
                scheduled_at=not_before,
            )
        )

    def bury(self) -> None:
        """Forget what workers hold that have died."""
        stalled = self._connector.execute_query_all(
            query=queries["select_stalled_jobs_by_heartbeat"],
            queue=self._queue,
            task_name=TASK,
            seconds_since_heartbeat=STALLED,
        )
        for row in stalled:
            self._connector.execute_query(
                query=queries["finish_job"], job_id=row["id"], status=Status.FAILED.value, delete_job=True
            )

    def held(self) -> set[str]:
        """The work that is dispatched, or held by a worker that lives."""
        rows = ProcrastinateJob.objects.filter(
            queue_name=self._queue, task_name=TASK, status__in=["todo", "doing"]
        )
        return {args["work"] for args in rows.values_list("args", flat=True)}

    def run_ready(self, perform: Perform) -> None:
        """Perform what is ready now, one after another; returns when nothing is."""
        asyncio.run(self._run(perform, None))

    def run_forever(self, perform: Perform, tidy: Callable[[], None]) -> None:
        """Perform what becomes ready until SIGTERM or Control-C, and `tidy` now and then."""
        asyncio.run(self._run(perform, tidy))

    async def _run(self, perform: Perform, tidy: Callable[[], None] | None) -> None:
        app = DjangoApp(connector=self._connector.get_worker_connector())

        @app.task(name=TASK)
        def run(work: str) -> None:
            try:
                perform(work)
            except JobFailed:
                pass  # its work row says so
            except Exception as error:
                log.error("worker failed", work=work, error_class=type(error).__name__)
            finally:
                connection.close()  # this thread's own; threads come and go

        tidying = asyncio.create_task(_now_and_then(tidy)) if tidy else None
        async with app.open_async():
            await app.run_worker_async(
                queues=[self._queue],
                wait=tidy is not None,
                listen_notify=tidy is not None,
                delete_jobs="always",
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                install_signal_handlers=threading.current_thread() is threading.main_thread(),
            )
        if tidying:
            tidying.cancel()


async def _now_and_then(tidy: Callable[[], None]) -> None:
    def once() -> None:
        try:
            tidy()
        except Exception as error:
            log.error("tidying failed", error_class=type(error).__name__)
        finally:
            connection.close()

    while True:
        await asyncio.sleep(TIDY_EVERY)
        await sync_to_async(once, thread_sensitive=False)()
