"""Jobs: background work. A row of ours says what must be done, an engine dispatches it.

Takes    a kind of work, a key that makes it unique, and ids as arguments
Gives    each done once, tried again when it fails or its worker dies, and listed as dead after too many attempts
Never    keeps an exception's text: its class and the work's id are all that a table or a log line holds

On SQLite the engine is django-tasks-db, on PostgreSQL Procrastinate. Where a worker dies at the very end
of a job, the job is done twice: a handler must be harmless the second time.
"""

import gc
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Event
from typing import Any

# Models, and with them the pipeline, can be imported only after Django is set up, and the doors import
# this earlier: the store's package resolves `open_store` when it is asked for, the rest is imported late.
from careloom import store
from careloom.jobs.port import Handler
from careloom.privacy.custody import Custody
from careloom.settings import Settings

__all__ = ["Handler", "dead", "enqueue", "keep_up", "replay", "work"]


def enqueue(settings: Settings, kind: str, key: str, args: Mapping[str, str]) -> bool:
    """Say that work must be done; whether it still must (False: it is done, or dead).

    Kind and key name the work: twice is once. `args` hold ids, dates and names of ours, nothing of a person.
    """
    from careloom.jobs.engines import engine_of

    opened = _open(settings)
    with opened.transaction():
        task, new = opened.work.add(kind, key, args)
        if new:
            engine_of(settings.organisation).dispatch(task.id)
    return task.state in ("waiting", "running")


def work(
    settings: Settings,
    *,
    until_empty: bool = True,
    progress: Callable[[str], None] | None = None,
    handlers: Mapping[str, Handler] | None = None,
) -> int:
    """Do what waits; how many pieces of work ended here, done or dead.

    What is due by itself (messages to patients) is asked for too. With `until_empty` it returns when nothing waits or runs any
    more, else it goes on until it is stopped, and asks for the data audit once a day.
    `progress` is called with the kind of each piece that ended. `handlers` do the work of each kind.
    """
    from careloom.jobs.daily import Daily
    from careloom.jobs.due import Due
    from careloom.jobs.engines import engine_of
    from careloom.jobs.runner import Runner

    opened = _open(settings)
    due, daily = Due(settings, opened), Daily(settings, opened)
    if handlers is None:
        from careloom.jobs.handlers import standard

        handlers = standard(settings)
    runner = Runner(
        store=opened,
        engine=engine_of(settings.organisation),
        handlers=handlers,
        attempts=settings.job_attempts,
        limit=timedelta(seconds=settings.job_timeout),
        progress=progress,
        ask=due.ask if until_empty else lambda: (due.ask(), daily.ask()),
    )
    # What a worker has for as long as it runs is never searched for cycles again (a millisecond of each plan that is written back).
    gc.freeze()
    if until_empty:
        runner.until_empty()
    else:
        runner.forever()
    return runner.ended


def keep_up(settings: Settings, start_worker: Callable[[], None], stop: Event) -> None:
    """Until `stop`: ask for the data audit once a day and for what is due, and `start_worker` where none runs for what waits."""
    from careloom.jobs import daily

    daily.keep_up(settings, _open(settings), start_worker, stop)


def dead(settings: Settings) -> list[dict[str, Any]]:
    """The dead-letter list, the oldest first: id, kind, key, error (a class) and attempts of each."""
    return [
        {"id": task.id, "kind": task.kind, "key": task.key, "error": task.error, "attempts": task.attempts}
        for task in _open(settings).work.dead()
    ]


def replay(settings: Settings, work_id: str) -> None:
    """Put dead work back into the queue. Raises InputError where it is not among the dead."""
    from careloom.jobs.engines import engine_of

    opened = _open(settings)
    with opened.transaction():
        engine_of(settings.organisation).dispatch(opened.work.replay(work_id).id)


def _open(settings: Settings) -> "store.Store":
    return store.open_store(
        home=settings.home, organisation=settings.organisation, custody=Custody.of(settings)
    )
