"""Did what a text dates happen on that day?

Misses   "three months ago"; a date of something that the record doesn't date; the day of a visit
"""

import re
from collections.abc import Iterator, Sequence

from careloom.verify.case import Fault
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import Line
from careloom.verify.tokens import Sort, Token

_LINK = re.compile(
    r"^[\s,(]*(?:(?:was|were|is|has been|had been|first|initially|newly|of the|of|on the|showed|also|h?er|his|the|a|an|done|performed|diagnosed|started|begun|"
    r"placed|given|prescribed|ordered|drawn|taken|found|made|known|received|administered|both|eyes?|knees?|hips?|breasts?|left|right|once|twice|daily|weekly|"
    r"by mouth|with food|mg|tablets?)\b[\s,(]*){0,6}(?:on|in|since|from|of|dated|as of|\()\s*$",
    re.I,
)
_VISIT = re.compile(
    r"\b(?:seen|visit\w*|came|comes|present\w*|follow\w*|evaluat\w*|review\w*|due|scheduled|appointment|until|next|will|plan\w*|return\w*)\b",
    re.I,
)
_LEAVES = re.compile(r"\b(?:discharged|went home|sent home|released)\b[^.;]{0,30}$", re.I)
_ENTERS = re.compile(r"\b(?:admitted|hospitali[sz]ed)\b[^.;]{0,30}$", re.I)
_STAYS = frozenset({"IMP", "ACUTE", "NONAC", "inpatient"})


def dates(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of dates that stand right behind what they are the date of."""
    for token in line.parsed.tokens:
        day = token.key if token.sort is Sort.DATE else _year(line, token)
        if not day:
            continue
        if _is_of_a_stay(line, token):
            yield from _stay(line, held, token, day)
        elif not _VISIT.search(line.text[: token.start]):
            yield from _dated(line, held, token, day)


def _year(line: Line, token: Token) -> str:
    """A bare year after "since" or "in"."""
    if token.sort is not Sort.NUMBER or token.unit or not re.fullmatch(r"(?:19|20)\d\d", token.key):
        return ""
    return token.key if re.search(r"\b(?:since|in|from)\s+$", line.text[: token.start], re.I) else ""


def _is_of_a_stay(line: Line, token: Token) -> bool:
    before = line.text[: token.start]
    return bool(_LEAVES.search(before) or _ENTERS.search(before))


def _stay(line: Line, held: Held, token: Token, day: str) -> Iterator[Fault]:
    """The day of an admission or a discharge, against the hospital stays that the record has."""
    leaves = bool(_LEAVES.search(line.text[: token.start]))
    stays = [one for one in held.of("Encounter") if _is_a_stay(one)]
    ends = [one.entry.effective.end if leaves else one.entry.effective.start for one in stays]
    known = [end.day.isoformat() for end in ends if end is not None]
    if known and not any(_fits(day, one) for one in known):
        ids = tuple(one.entry.id for one in stays)
        yield Fault("date", token.text, token.start, token.end, contradicts=True, evidence=ids)


def _is_a_stay(thing: Thing) -> bool:
    return (
        bool(_STAYS & {*thing.entry.category, thing.entry.detail.get("class", "")})
        or "inpatient" in thing.entry.name.lower()
    )


def _dated(line: Line, held: Held, token: Token, day: str) -> Iterator[Fault]:
    about = _nearest(line, held, token)
    known = frozenset().union(*(one.days() for one in about))
    if not known or any(_fits(day, one) for one in known):
        return
    if any(_fits(day, one) for thing in held.things if thing.is_named(line) for one in thing.days()):
        return
    ids = tuple(one.entry.id for one in about)
    yield Fault("date", token.text, token.start, token.end, contradicts=True, evidence=ids)


def _nearest(line: Line, held: Held, token: Token) -> Sequence[Thing]:
    """The things whose name ends right before a date, with nothing but a link between."""
    found: list[tuple[int, Thing]] = []
    for thing in held.things:
        if (
            thing.was
            and thing.entry.kind != "Observation"
            and thing.is_named(line)
            and (end := _ends(line, thing, token.start))
        ):
            found.append((end, thing))
    last = max((end for end, _ in found), default=0)
    if not last or not _LINK.match(line.text[last : token.start]):
        return ()
    return [thing for end, thing in found if end == last]


def _ends(line: Line, thing: Thing, before: int) -> int:
    """Where the last word of a thing's name stands before a place; 0 where none does."""
    names = frozenset().union(thing.support.drugs, *(title for title in thing.titles if title <= line.keys))
    ends = [token.end for token in line.parsed.tokens if token.end <= before and token.key in names]
    return max(ends, default=0)


def _fits(said: str, known: str) -> bool:
    """Whether two dates can be one day: the less precise is the beginning of the other, and a year may be one off for an onset."""
    if said.startswith("--"):
        return known.endswith(said[1:]) or len(known) < 10
    return known.startswith(said) or said.startswith(known)
