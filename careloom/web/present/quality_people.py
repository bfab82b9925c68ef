"""Why somebody is counted by a quality measure, as pages print it: what was looked for, from when to when, what was found and why it doesn't count.

What measures look for stands in English, as their sources have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from careloom.care.quality import TAKEN, Case, Doubt, Seen
from careloom.measure.quality.noun import Measure
from careloom.measure.quality.sought import SOUGHT
from careloom.pipeline.quality import Listed
from careloom.web.saying import later

DOUBTS: Mapping[Doubt, str] = {
    Doubt.EARLIER: later("before the period, where it doesn't count for everybody"),
    Doubt.BEFORE: later("before that time"),
    Doubt.AFTER: later("after that time"),
    Doubt.STATUS: later("whose status “{about}” doesn't count"),
    Doubt.INTENT: later("whose intent “{about}” is no order"),
    Doubt.CATEGORY: later("which isn't filed under “{about}”"),
    Doubt.STAY: later("taken in a stay or an emergency visit"),
    Doubt.VALUE: later("without a value"),
    Doubt.UNIT: later("in a unit that the measure can't compare with {about}"),
    Doubt.UNITLESS: later("without a unit, which the measure takes for a plain number and not for {about}"),
    Doubt.DENIED: later("which says that it was not done"),
    Doubt.WORDS: later("read from a note or an image, which measures don't count"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a population: the id, the name, and why."""

    patient: str
    name: str
    why: tuple[str, ...]


def people(measure: Measure, line: str, found: Listed) -> list[Person]:
    """Who is counted, each with what the measure looks for in the record."""
    return [
        Person(
            one.patient,
            found.names.get(one.patient, ""),
            (*_visits(measure, line, one), *_why(measure, one, found.span)),
        )
        for one in found.rows
    ]


def closes(measure: Measure) -> list[tuple[str, str]]:
    """What is looked for, and what of it closes the gap; in English, as the measure has it."""
    return [(one.name, one.closes) for one in SOUGHT.get(measure.name, ())]


def _why(measure: Measure, one: Case, span: tuple[date, date] | None) -> list[str]:
    since = {each.name: each.since for each in SOUGHT.get(measure.name, ())}
    windows = {name: (since[name](span[0]), span[1]) for name in one.seen if span and name in since}
    return [f"{name}: {_seen(seen, windows.get(name))}" for name, seen in one.seen.items()]


def _seen(seen: Seen | None, window: tuple[date, date] | None) -> str:
    between = {"first": window[0].isoformat(), "last": window[1].isoformat()} if window else None
    if seen is None:
        if between is None:
            return gettext("none on record")
        return gettext("none on record; looked for from {first} to {last}").format(**between)
    if seen.closed and not seen.said:
        return gettext("in what a substance-use programme sent; another role reads it")
    said = gettext("{value} on {day} ({source})").format(
        value=seen.said, day=seen.day.isoformat(), source=seen.source
    )
    # A count that was made before reasons were kept tells of what lies before the period alone.
    doubt = seen.doubt or (Doubt.NONE if seen.inside else Doubt.BEFORE)
    if doubt is Doubt.NONE:
        return said
    why = str(DOUBTS[doubt]).format(about=seen.about)
    if doubt in TAKEN or between is None:
        return f"{said}, {why}"
    return gettext("none that counts from {first} to {last}; nearest: {said}, {why}").format(
        said=said, why=why, **between
    )


def _visits(measure: Measure, line: str, one: Case) -> list[str]:
    if measure.basis != "encounter":
        return []
    counts = one.lines.get(line, {})
    return [
        gettext("{number} visits counted, {met} with it").format(
            number=counts.get("denominator", 0), met=counts.get("numerator", 0)
        )
    ]
