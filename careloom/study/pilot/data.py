"""Data: the cases of a pilot as a table for whoever reckons again: no ids, no names, no dates, small groups left out.

Source   45 CFR 164.514(b)(2): the identifiers that de-identified data has none of (dates as days of the study; ages above 89 are in a band)
Misses   that somebody who knows a case well may find it by its rare combination: a site shares the table as it would other de-identified data
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from careloom.care.pilot import PilotProtocol
from careloom.study.pilot.cases import CaseRow
from careloom.study.pilot.groups import DIMENSIONS
from careloom.study.statistics.chance import shuffled
from careloom.study.statistics.subgroups import FEWEST

# Of fewer participants a letter would name one.
FEWEST_PARTICIPANTS = 5
FEW = "*"
COLUMNS = {
    "case": "a number by chance; it follows from nothing of the case",
    "participant": f"a letter by chance for whoever wrote it; {FEW} where fewer than {FEWEST_PARTICIPANTS} take part",
    "study_day": "day of enrolment, from 1",
    "arm": "as allocated: hand, draft",
    "written": "as it was really written: hand, draft; empty where nothing was",
    "departed": "1 where somebody said why it is written another way than allocated",
    "order": f"its place among the participant's cases, from 1; {FEW} where the participant isn't told",
    "finished_day": "day of the study on which the document was filed or rejected; empty where it wasn't",
    "minutes": "active minutes, to a tenth; empty where there is no clock or it isn't believed",
    "clock": "ok, none, or why it is left out or marked",
    "words_changed": "percent of words between the draft and what was signed; empty without a decided draft",
    "weighty_lines": "lines of a weighty class that were changed or struck",
    "substantial_rule": "1 where the rule says substantial revision",
    "substantial_reviewer": "1 where the reviewer says so; empty where nobody said",
    "patient_satisfaction": "1 to 5; empty where nobody asked",
    "appointments_kept": "how many",
    "appointments_missed": "how many",
    "near_miss": "1 where one was recorded",
    "minor_event": "1 where one was recorded",
    "serious_event": "1 where one was recorded",
    **dict.fromkeys(
        DIMENSIONS, f"group on the day of enrolment; {FEW} for a group of fewer than {FEWEST} cases"
    ),
}


def table(
    protocol: PilotProtocol, rows: Sequence[CaseRow], began: date, seed: bytes
) -> Iterator[tuple[str, ...]]:
    """The head and a row for each case, in an order by chance from the seed."""
    people = sorted({one.enrolled.who for one in rows})
    letters = dict(
        zip(shuffled(seed, ("export", "people"), people), map(_letter, range(len(people))), strict=True)
    )
    told = len(protocol.participants) >= FEWEST_PARTICIPANTS
    sizes = {name: Counter(one.groups.get(name, "") for one in rows) for name in DIMENSIONS}
    yield tuple(COLUMNS)
    for number, one in enumerate(shuffled(seed, ("export", "cases"), rows), start=1):
        groups = [one.groups.get(name, "") for name in DIMENSIONS]
        yield (
            str(number),
            letters[one.enrolled.who] if told else FEW,
            str((one.enrolled.day - began).days + 1),
            one.arm.value,
            one.written.value if one.written else "",
            str(int(one.departed)),
            str(one.order) if told else FEW,
            str((one.finished - began).days + 1) if one.finished else "",
            *_measured(one),
            *(
                FEW if sizes[name][said] < FEWEST else said
                for name, said in zip(DIMENSIONS, groups, strict=True)
            ),
        )


def dictionary() -> Iterator[tuple[str, str]]:
    """Every column with what it holds."""
    yield "column", "what it holds"
    yield from COLUMNS.items()


def _measured(one: CaseRow) -> tuple[str, ...]:
    clock, changed = one.minutes, one.revision
    return (
        f"{clock.minutes:.1f}" if clock and not clock.left_out else "",
        "none" if clock is None else clock.left_out or clock.marked or "ok",
        f"{changed.percent:.1f}" if changed else "",
        str(changed.weighty) if changed else "",
        str(int(changed.substantial)) if changed else "",
        "" if one.marked is None else str(int(one.marked)),
        "" if one.rated is None else str(one.rated),
        str(one.kept),
        str(one.missed),
        *(str(int(bool(one.events.get(name)))) for name in ("near_miss", "minor", "serious")),
    )


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"P{place + 1}"
