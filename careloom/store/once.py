"""Once: what the reading of one page asks several times of who is one person, and of whom somebody may see, is asked once.

Kept for the length of a request that only reads, and by nobody else: a decision, a job and a command ask each time.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")
_KEPT: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """What is asked inside is answered once."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def forget() -> None:
    """Something changed while one reads: what is asked from now on is answered anew."""
    kept = _KEPT.get()
    if kept is not None:
        kept.clear()


def once(question: Hashable, ask: Callable[[], Found]) -> Found:
    """The answer to a question: the one that was given before inside `reading`, else what `ask` gives."""
    kept = _KEPT.get()
    if kept is None:
        return ask()
    if question not in kept:
        kept[question] = ask()
    answer: Found = kept[question]
    return answer
