"""What happens by itself: the day's data audit is asked for, and where no worker runs one is started for what waits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import structlog
from django.db import connection

from careloom import jobs
from careloom.jobs.due import Due
from careloom.settings import Settings
from careloom.store import Store

# How often a web server looks (seconds), and how long work waits for a worker before one is started.
EVERY = 60.0
PATIENCE = timedelta(seconds=45)

log = structlog.get_logger(__name__)


class Daily:
    """Asks for one data audit a day, from the site's hour on, and for one count of quality measures a month where somebody had them counted before;
    however many processes ask, each is done once."""

    def __init__(self, settings: Settings, opened: Store) -> None:
        self._settings = settings
        self._store = opened
        self._asked: date | None = None

    def ask(self, now: datetime | None = None) -> bool:
        """Have today's audit made if its hour has come and there is something to count; whether it was asked for now."""
        here = (now or datetime.now(UTC)).astimezone(ZoneInfo(self._settings.zone))
        today = here.date()
        if not 0 <= self._settings.readiness_hour <= here.hour or self._asked == today:
            return False
        if not self._store.arrived.count():
            return False
        self._asked = today
        # A trend takes a count a month; a site without value sets has nothing to count.
        if self._store.quality.last() is not None:
            jobs.enqueue(self._settings, "measures", f"monthly:{today:%Y-%m}", {"actor": "worker"})
        return jobs.enqueue(self._settings, "readiness", f"daily:{today}", {"actor": "worker"})


def left_alone(opened: Store, now: datetime | None = None, patience: timedelta = PATIENCE) -> bool:
    """Whether work has waited for longer than a worker takes to see it, and nobody does any."""
    if opened.work.running():
        return False
    since = (now or datetime.now(UTC)) - patience
    return any(not_before < since for _, not_before in opened.work.waiting())


def keep_up(
    settings: Settings,
    opened: Store,
    start_worker: Callable[[], None],
    stop: Event,
    *,
    every: float = EVERY,
    patience: timedelta = PATIENCE,
) -> None:
    """For a web server: ask for the day's audit and for what is due; where no worker runs, start one that ends when nothing waits."""
    daily, due = Daily(settings, opened), Due(settings, opened)
    while not stop.wait(every):
        try:
            daily.ask()
            due.ask()
            if left_alone(opened, patience=patience):
                start_worker()
        except Exception as error:
            log.error("keeping up failed", error_class=type(error).__name__)
        finally:
            connection.close()  # this thread's own
