"""Time studies as pages print them: activities, shifts with every doubt in words, minutes, agreement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from careloom.care.observed import ActivityList, StudyActivity
from careloom.measure.agreement import FEWEST
from careloom.pipeline.observing import Agreeing
from careloom.study.statistics.estimate import NotSaid
from careloom.study.time_study.clocks import ClockSet
from careloom.study.time_study.shifts import LONGEST, Doubt, Shift, Stretch
from careloom.study.time_study.starter import starter
from careloom.study.time_study.table import Fault, Read
from careloom.study.time_study.totals import FEWEST_PEOPLE, Total, Totals
from careloom.web.present.words import count, full
from careloom.web.saying import later

# The activities of the list that Careloom ships, as they are read as long as a site calls them so.
STARTER: Mapping[str, str] = {
    "find_record": later("Looking for information in records"),
    "synthesise_plan": later("Putting a care plan together"),
    "reconcile_medicines": later("Reconciling medicines"),
    "call_patient": later("On the phone with a patient or caregiver"),
    "call_clinic": later("On the phone with a clinic, pharmacy or agency"),
    "write_note": later("Writing a note of a call or visit"),
    "assess_needs": later("Assessing needs and goals"),
    "follow_up": later("Following up tasks and results"),
    "referral": later("Sending and chasing a referral"),
    "prior_authorization": later("Asking a payer for authorisation"),
    "schedule": later("Making and moving appointments"),
    "community": later("Finding help in the community"),
    "teach": later("Teaching and coaching a patient"),
    "team": later("Talking with the care team"),
    "other": later("Something else"),
}
GRADES: Mapping[int, str] = {
    0: later("nothing"),
    1: later("a little"),
    2: later("something"),
    3: later("much"),
}
DOUBTS: Mapping[Doubt, str] = {
    Doubt.NO_END: later("the shift was never ended, so nobody knows when this was over"),
    Doubt.TOO_LONG: later(
        "the clock ran for longer than {minutes} minutes without a tap: it may have been forgotten"
    ),
    Doubt.OVERLAP: later(
        "it overlaps with another entry of yours for the same person: leave one out, or say how long it was"
    ),
    Doubt.CLOCK_SET: later("the phone's clock was set during the shift, so the time may be wrong"),
    Doubt.BACKWARDS: later("it ends before it began"),
    Doubt.FUTURE: later("it ends after it was sent"),
}
SAID: Mapping[str, str] = {
    "keep": later("It was so"),
    "leave_out": later("It counts for nothing"),
    "minutes": later("It lasted so many minutes"),
    "activity": later("It was another activity"),
    "undo": later("As it was tapped"),
}
FAULTS: Mapping[Fault, str] = {
    Fault.COLUMNS: later("it has not as many cells as the first line"),
    Fault.NOBODY: later("nobody with this user name is observed in this study"),
    Fault.NO_ACTIVITY: later("this study's list has no such activity"),
    Fault.NO_TIME: later("this is no day with a time, such as 2026-11-30 09:05"),
    Fault.BACKWARDS: later("it ends before it began, or at once"),
    Fault.FUTURE: later("it ends in the future"),
    Fault.LONG_NOTE: later("the note is longer than 500 characters"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of minutes."""

    label: str
    people: str
    times: str
    minutes: str
    mean: str
    share: str
    few: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a shift as it is read."""

    tap: str
    label: str
    activity: str
    began: str
    minutes: str
    doubts: tuple[str, ...]
    said: str
    why: str
    out: bool


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """A shift as it is read; `clock` says by how much the phone's clock was off, "" where it wasn't."""

    id: str
    whom: str
    began: str
    ended: str
    minutes: str
    doubtful: int
    clock: str
    parts: tuple[Part, ...]
    notes: tuple[tuple[str, str], ...]
    goes_on: bool


def label(one: StudyActivity) -> str:
    """What an activity is called, in the reader's language where it is ours."""
    ours = STARTER.get(one.id)
    return str(ours) if ours is not None and _english(one.id) == one.label else one.label


def _english(name: str) -> str:
    found = starter().find(name)
    return found.label if found else ""


def labels(activities: ActivityList) -> dict[str, str]:
    """All of a list, by id; a pause is none of them."""
    return {one.id: label(one) for one in activities.activities}


def minutes(seconds: float) -> str:
    """ "12 min", "0.5 min"."""
    whole = seconds / 60
    return f"{whole:.0f} min" if whole >= 10 else f"{whole:.1f} min"


def off(seconds: float) -> str:
    """By how much a phone's clock was off, in words."""
    long = abs(seconds)
    by = f"{long / 3600:.1f} h" if long >= 5400 else f"{long / 60:.0f} min"
    said = (
        gettext("the phone's clock was {by} behind")
        if seconds > 0
        else gettext("the phone's clock was {by} ahead")
    )
    corrected = gettext("{said}; measured when the taps were sent, and corrected by it. Both times are kept.")
    return corrected.format(said=said.format(by=by))


def _clock_set(one: ClockSet, zone: ZoneInfo) -> str:
    """That a phone's clock was set between two sendings, by how much, and what became of the taps between."""
    by = f"{abs(one.by) / 3600:.1f} h" if abs(one.by) >= 5400 else f"{abs(one.by) / 60:.0f} min"
    said = (
        gettext("Between {after} and {before} the phone's clock was set forward by {by}.")
        if one.by > 0
        else gettext("Between {after} and {before} the phone's clock was set back by {by}.")
    ).format(
        after=f"{one.after.astimezone(zone):%H:%M}", before=f"{one.before.astimezone(zone):%H:%M}", by=by
    )
    moved = gettext("{taps} moved by it.").format(taps=count(one.moved, "tap", "taps")) if one.moved else ""
    unplaced = (
        gettext("{taps} can't be placed; what they begin or end is in doubt.").format(
            taps=count(one.unplaced, "tap", "taps")
        )
        if one.unplaced
        else ""
    )
    return " ".join(part for part in (said, moved, unplaced) if part)


def shift(one: Shift, names: Mapping[str, str], called: Mapping[str, str], zone: ZoneInfo) -> ShiftShown:
    """A shift for whoever observed in it."""
    shown = tuple(_part(part, called, zone) for part in one.stretches)
    counted = sum(part.lasted.total_seconds() for part in one.stretches if part.counts)
    return ShiftShown(
        one.id,
        names.get(one.observed, gettext("somebody")),
        full(one.began, one.began.astimezone(zone)),
        f"{one.ended.astimezone(zone):%H:%M}" if one.ended else "",
        minutes(counted),
        len(one.doubtful),
        " ".join(
            (*([off(one.off)] if one.was_off else []), *(_clock_set(each, zone) for each in one.clock_sets))
        ),
        shown,
        tuple((f"{at.astimezone(zone):%H:%M}", text) for at, text in one.notes),
        one.goes_on,
    )


def _part(one: Stretch, called: Mapping[str, str], zone: ZoneInfo) -> Part:
    words = (DOUBTS[doubt] for doubt in sorted(one.doubts))
    said = one.said
    return Part(
        one.tap,
        called.get(one.activity, one.activity) or gettext("Pause"),
        one.activity,
        f"{one.began.astimezone(zone):%H:%M:%S}",
        minutes(one.lasted.total_seconds()) if one.ended else "",
        tuple(str(word).format(minutes=int(LONGEST.total_seconds() // 60)) for word in words),
        str(SAID[said.what]) if said else "",
        said.why if said else "",
        one.left_out,
    )


def rows(found: Iterable[Total], called: Mapping[str, str]) -> tuple[Row, ...]:
    """Minutes by activity as a table."""
    every = tuple(found)
    whole = sum(one.seconds or 0.0 for one in every)
    return tuple(_row(one, called, whole) for one in every)


def _row(one: Total, called: Mapping[str, str], whole: float) -> Row:
    name = called.get(one.activity, one.activity)
    if one.seconds is None or one.mean_minutes is None:
        return Row(name, "", "", "", "", "", few=True)
    share = f"{one.seconds / whole:.0%}" if whole else ""
    return Row(name, str(one.people), str(one.times), minutes(one.seconds), f"{one.mean_minutes:.1f}", share)


def about(found: Totals) -> tuple[str, ...]:
    """What must be read beside the totals, in sentences."""
    said = [gettext("{people} counted.").format(people=count(found.people, "person", "people"))]
    if found.waiting:
        waiting = gettext(
            "{people} observed who didn't agree to be counted in a small group: they are counted together when the study is closed, and there are {fewest} of them or more."
        )
        said.append(waiting.format(people=count(found.waiting, "person", "people"), fewest=FEWEST_PEOPLE))
    if found.doubtful:
        doubtful = gettext("{entries} in doubt: none of it counts until its observer says what it was.")
        said.append(doubtful.format(entries=count(found.doubtful, "entry", "entries")))
    if found.clock_sets:
        sets = gettext(
            "A phone's clock was set in {shifts}: taps between two sendings were moved by it or are in doubt."
        )
        said.append(sets.format(shifts=count(found.clock_sets, "shift", "shifts")))
    return tuple(said)


def agreement(made: Agreeing) -> str:
    """How far two observers agree, in a sentence."""
    number, found = made.slices, made.slice_by_slice
    if not number:
        return gettext(
            "Nobody was watched by two observers at once yet, so nothing is known of how far they agree."
        )
    if found is None:
        few = gettext(
            "Two observers watched one person at once for {number} minutes: fewer than {fewest} say nothing."
        )
        return few.format(number=number, fewest=FEWEST)
    between = (
        gettext(" (95 % interval {low} to {high})").format(low=f"{found.low:.2f}", high=f"{found.high:.2f}")
        if found.low is not None and found.high is not None
        else ""
    )
    kappa = f"{found.kappa:.2f}" if found.kappa is not None else gettext("not defined")
    said = gettext(
        "Over {number} slices of a minute in which two observers watched one person at once: same activity in {same}, kappa {kappa}{between}, AC1 {ac1}."
    )
    return said.format(
        number=found.number,
        same=f"{found.observed:.0%}",
        kappa=kappa,
        between=between,
        ac1=f"{found.ac1:.2f}",
    )


def in_minutes(made: Agreeing) -> tuple[str, ...]:
    """How far they agree in minutes; nothing where there are too few."""
    said = []
    if not isinstance(made.limits, NotSaid):
        limits = gettext(
            "Of an activity in a shift the two differ by {bias} minutes on average (95 % interval {low} to {high}); 95 of 100 differences lie between {least} and {most} minutes, over {number} activities of shifts."
        )
        bias = made.limits.bias
        said.append(
            limits.format(
                bias=f"{bias.value:.1f}",
                low=f"{bias.low:.1f}",
                high=f"{bias.high:.1f}",
                least=f"{made.limits.low.value:.1f}",
                most=f"{made.limits.high.value:.1f}",
                number=bias.number,
            )
        )
    if not isinstance(made.icc, NotSaid):
        icc = gettext("ICC {value} (95 % interval {low} to {high}).")
        said.append(
            icc.format(value=f"{made.icc.value:.2f}", low=f"{made.icc.low:.2f}", high=f"{made.icc.high:.2f}")
        )
    return tuple(said)


def bad_lines(read: Read) -> tuple[str, ...]:
    """What is wrong with each line of a table that wasn't taken."""
    return tuple(
        gettext("Line {number}, {column}: {why}.").format(
            number=one.number, column=one.column or gettext("whole line"), why=FAULTS[one.fault]
        )
        for one in read.bad
    )


def people(ids: Iterable[str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Users with their names, by name."""
    return tuple(sorted(((one, names.get(one, "–")) for one in ids), key=lambda pair: pair[1]))


def grades() -> Sequence[tuple[int, str]]:
    """What a delay does, for a form."""
    return tuple(GRADES.items())


NO_TABLE = later("Choose a CSV file of at most 2 MB.")
NO_TEXT = later("This file is no text in UTF-8, as a CSV file is.")


def taken(read: Read) -> str:
    """What became of a table, in a sentence."""
    said = gettext("{taken} of {lines} taken; a line that came before counts once.")
    return said.format(taken=len(read.spans), lines=count(read.lines, "line"))
