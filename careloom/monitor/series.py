"""Series: which there are, what each counts, and what moves it. A series' name is its kind and what it is about, parted by `|`."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from careloom.care.watched import Cause

# share  hits of number cases              rate   hits by number of exposure (drafts, reviewers, days)
# mix    cases by category, no order       spread cases by steps of a scale, in its order      mark   names that were told
Shape = Literal["share", "rate", "mix", "spread", "mark"]
PART = "|"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of series: its cause and shape, by which factors of its odds (or its rate) it is asked whether it moved, and which factor is no move yet."""

    cause: Cause
    shape: Shape
    factors: tuple[float, ...] = (1.5, 3.0, 8.0)
    no_move: float = 1.2


KINDS: Mapping[str, Kind] = {
    # Of each source.
    "shown": Kind(Cause.DATA, "share"),
    "whole": Kind(Cause.DATA, "share"),
    "coding": Kind(Cause.DATA, "mix"),
    "units": Kind(Cause.DATA, "mix"),
    "delay": Kind(Cause.DATA, "spread"),
    # Volumes grow: doubled or halved is asked for, and no less.
    "messages": Kind(Cause.DATA, "rate", (2.0, 4.0), 1.3),
    "version": Kind(Cause.DATA, "mark"),
    # Of the patients of whom something came that day.
    "age": Kind(Cause.POPULATION, "spread"),
    "sex": Kind(Cause.POPULATION, "mix"),
    "language": Kind(Cause.POPULATION, "mix"),
    "payer": Kind(Cause.POPULATION, "mix"),
    "conditions": Kind(Cause.POPULATION, "mix"),
    # Of drafts and of what people decide.
    "fired": Kind(Cause.PRACTICE, "share"),
    "overridden": Kind(Cause.PRACTICE, "share"),
    "edited": Kind(Cause.PRACTICE, "share"),
    "sent_back": Kind(Cause.PRACTICE, "share"),
    "reasons": Kind(Cause.PRACTICE, "mix"),
    "measure": Kind(Cause.PRACTICE, "share"),
    "knowledge": Kind(Cause.PRACTICE, "mark"),
    # Of the model's answers.
    "unverified": Kind(Cause.MODEL, "share"),
    "refused": Kind(Cause.MODEL, "share"),
    "fallbacks": Kind(Cause.MODEL, "share"),
    "trouble": Kind(Cause.MODEL, "share"),
    "seconds": Kind(Cause.MODEL, "spread"),
    "tokens": Kind(Cause.MODEL, "spread"),
    "model": Kind(Cause.MODEL, "mark"),
    # Of what is asked of people.
    "findings": Kind(Cause.LOAD, "rate", (1.5, 3.0)),
    "burden": Kind(Cause.LOAD, "rate", (1.5, 3.0)),
    "read": Kind(Cause.LOAD, "rate", (1.5, 3.0)),
    # Of what waits, and how long it did.
    "overdue": Kind(Cause.QUEUE, "share"),
    "waiting": Kind(Cause.QUEUE, "spread"),
    "decided": Kind(Cause.QUEUE, "spread"),
}

# Steps of scales: each bin is named by its upper end, the last is open.
HOURS = (1, 6, 12, 24, 48, 72, 168, 336, 720)
SECONDS = (1, 2, 5, 10, 20, 40, 80, 160)
TOKENS = (50, 100, 200, 400, 800, 1600, 3200)
OPEN = "more"
SCALES: Mapping[str, tuple[str, ...]] = {
    "delay": (*map(str, HOURS), OPEN),
    "waiting": (*map(str, HOURS), OPEN),
    "decided": (*map(str, HOURS), OPEN),
    "seconds": (*map(str, SECONDS), OPEN),
    "tokens": (*map(str, TOKENS), OPEN),
    "age": ("under 18", "18 to 44", "45 to 64", "65 to 74", "75 and over"),
}


@cache
def name(kind: str, *about: str) -> str:
    """The name of a series, as `shown|northgate|labs`."""
    assert kind in KINDS
    return PART.join((kind, *(one.replace(PART, " ") for one in about)))


def kind_of(series: str) -> Kind | None:
    """The kind of a series; None for one that an older or newer version counted."""
    return KINDS.get(series.partition(PART)[0])


def about_of(series: str) -> tuple[str, ...]:
    """What a series is about: the source and field, the rule, the kind of document."""
    return tuple(series.split(PART)[1:])


def step_of(value: float, ends: tuple[int, ...]) -> str:
    """The step of a scale in which a value lies."""
    return _steps(ends)[bisect_left(ends, value)]


@cache
def _steps(ends: tuple[int, ...]) -> tuple[str, ...]:
    return (*map(str, ends), OPEN)
