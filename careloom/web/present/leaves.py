"""A long list a page at a time: which rows are shown of how many, and where the others are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext

from careloom.care.worklist import PAGE
from careloom.web.present.words import number

Shown = TypeVar("Shown")
# Beyond this no list reaches.
LAST = 10_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which rows a page has ("51–60 of 60", "" where it has all of them), and the addresses of the page before and after it."""

    place: str
    before: str
    after: str


def asked_for(text: str) -> int:
    """The page that an address asks for, from 1."""
    return min(max(number(text), 1), LAST)


def leaf(page: int, shown: int, total: int, address: Callable[[int], str]) -> Leaf:
    """Where a page with so many rows stands among all of them."""
    first = (page - 1) * PAGE + 1
    place = gettext("{first}–{more} of {total}").format(first=first, more=first + shown - 1, total=total)
    return Leaf(
        place=place if shown and total > PAGE else "",
        before=address(page - 1) if page > 1 else "",
        after=address(page + 1) if page * PAGE < total else "",
    )


def leaf_of(every: Sequence[Shown], text: str) -> tuple[Sequence[Shown], Leaf]:
    """The rows of the page that an address asks for; the last page where it asks for one beyond it."""
    page = min(asked_for(text), max(-(-len(every) // PAGE), 1))
    rows = every[(page - 1) * PAGE : page * PAGE]
    return rows, leaf(page, len(rows), len(every), lambda one: f"page={one}")
