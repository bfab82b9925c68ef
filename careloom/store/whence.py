"""From where what is done now comes: said by a door for the length of a request, a command or a job, read where an event is appended.

A context variable: every request, thread and process has its own, the rooms in between need not pass it on, and no pure room
reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from careloom.care.audited import Purpose, Whence

_NOWHERE = Whence()
_NOW: ContextVar[Whence] = ContextVar("whence", default=_NOWHERE)


def here() -> Whence:
    """From where what is done now comes; empty where no door said it."""
    return _NOW.get()


@contextmanager
def coming(whence: Whence) -> Iterator[None]:
    """What is done inside comes from there."""
    token = _NOW.set(whence)
    try:
        yield
    finally:
        _NOW.reset(token)


def say(*, through: str | None = None, purpose: Purpose | None = None) -> None:
    """What a door learns on the way, inside `coming`: the session that just began, or for what somebody asks."""
    now = _NOW.get()
    if now is _NOWHERE:
        return  # nobody would take it back
    _NOW.set(
        replace(
            now,
            through=now.through if through is None else through,
            purpose=now.purpose if purpose is None else purpose,
        )
    )
