"""The port to a dispatching engine, and what it is given to run."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

Handler = Callable[[Mapping[str, str]], None]
Perform = Callable[[str], None]


class JobFailed(Exception):
    """A handler failed: the class of what it raised and the work's id, never its words."""

    def __init__(self, error: str, work_id: str) -> None:
        super().__init__(f"{error} in work {work_id}")


class Engine(Protocol):
    """Who tells a worker that work is ready. It knows work by id alone; what became of it stands in its row."""

    def dispatch(self, work_id: str, not_before: datetime | None = None) -> None:
        """Have a worker perform this; part of the transaction around the call."""
        ...

    def bury(self) -> None:
        """Forget what workers hold that have died."""
        ...

    def held(self) -> set[str]:
        """The work that is dispatched, or held by a worker that lives."""
        ...

    def run_ready(self, perform: Perform) -> None:
        """Perform what is ready now, one after another; returns when nothing is."""
        ...

    def run_forever(self, perform: Perform, tidy: Callable[[], None]) -> None:
        """Perform what becomes ready until the process is asked to stop, and `tidy` now and then."""
        ...
