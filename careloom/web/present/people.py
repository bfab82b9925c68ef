"""Two records that may be one person's, as the page People shows them: what each source says, and what differs."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.utils.translation import gettext

from careloom.care.entry import Person
from careloom.pipeline.people import Told, Unnamed
from careloom.pipeline.refusals import Identified
from careloom.store.sameness import Look, Word
from careloom.web.present.told import as_words
from careloom.web.present.words import ENTRY_KINDS, Mark, count, listed, moment, source_name
from careloom.web.saying import later

# Why two may be one person, as identity/ and pipeline/merging.py say it.
WHYS = (
    later("they are described alike, and kept apart because a source numbers them differently"),
    later("they are described alike"),
    later("birth date, family name and first letter agree"),
    later("the given name differs"),
    later("birth date and given names agree, the family name differs"),
    later("an identifier is shared, but the {more} differs"),
    later("a sender says that they are one person, but the {more} differs"),
    later("birth date"),
    later("sex"),
    later("name's suffix"),
    later("given name"),
    later("family name"),
)
DIFFERS = Mark("≠", later("differs"), "look")
AGREES = Mark("=", later("agrees"), "ok")
PARTLY = Mark("≈", later("partly"), "plain")
ONE_SIDED = Mark("–", later("one side only"), "plain")
NUMBERS = later("Numbers")
WORD = re.compile(r"\w+|\W+")
OURS, OID = "urn:careloom:", "urn:oid:"
# So many names of what came since are printed; the rest is a number.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A pair of the work list: its id, both people, why, and since when it waits; `sender` where a message says so."""

    id: str
    one: str
    other: str
    why: str
    since: str
    sender: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge in force: who they were, who said so, why and when."""

    id: str
    one: str
    other: str
    who: str
    why: str
    when: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whom a message is about, as somebody said: how it describes them, who they are, who said so, why and when."""

    message: str
    patient: str
    described: str
    who_it_is: str
    who: str
    why: str
    when: str


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that sources say: its pieces (text, whether it differs from the other side) and who says it."""

    pieces: tuple[tuple[str, bool], ...]
    sources: str


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing, as either side has it."""

    what: str
    one: tuple[Value, ...]
    other: tuple[Value, ...]
    mark: Mark | None

    @property
    def sides(self) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """The one side and the other."""
        return self.one, self.other


@dataclass(frozen=True, slots=True)
class Since:
    """What came since a merge and names neither side."""

    patient: str
    sources: str
    received: str
    what: str


Said = Mapping[str, Sequence[str]]
FIELDS: tuple[tuple[str, Callable[[Person], Iterable[str]]], ...] = (
    (later("Name"), lambda said: (name.full for name in said.names)),
    (later("Birth date"), lambda said: (said.birth_date or "",)),
    (later("Sex"), lambda said: (said.sex or "",)),
    (
        NUMBERS,
        lambda said: (
            f"{one.value} ({_system(one.system)})" for one in said.identifiers if _shown(one.value)
        ),
    ),
    (later("Address"), lambda said: said.addresses),
    (later("Phone, e-mail"), lambda said: said.telecoms),
    (later("Died"), lambda said: ({"true": "yes"}.get(said.deceased or "", said.deceased or ""),)),
)


def described(labels: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
    """Name and birth date by patient, of what is known of them (name, birth date, sex)."""
    return {
        patient: f"{name or gettext('Name not recorded')} · {birth_date or gettext('birth date not recorded')}"
        for patient, (name, birth_date, _) in labels.items()
    }


def rows(looks: Iterable[Look], labels: Mapping[str, str], now: datetime) -> tuple[Row, ...]:
    """The work list."""
    return tuple(
        Row(
            one.id,
            labels.get(one.one, gettext("Name not recorded")),
            labels.get(one.other, gettext("Name not recorded")),
            as_words(one.why, (*WHYS, later(one.why))),
            moment(one.at, now),
            bool(one.message),
        )
        for one in looks
    )


def merged(
    words: Iterable[Word], labels: Mapping[str, str], users: Mapping[str, str], now: datetime
) -> tuple[Merged, ...]:
    """The merges in force; `users` are names by user id."""
    return tuple(
        Merged(
            one.id,
            labels.get(one.one, gettext("Name not recorded")),
            labels.get(one.other, gettext("Name not recorded")),
            users.get(one.who) or _sender(one.who),
            as_words(one.why, (*WHYS, later(one.why))),
            moment(one.at, now),
        )
        for one in words
    )


def told_of(
    identified: Iterable[Identified], labels: Mapping[str, str], users: Mapping[str, str], now: datetime
) -> tuple[Recognised, ...]:
    """What was said of whom messages are about."""
    return tuple(
        Recognised(
            one.message,
            one.patient,
            labels.get(one.patient, gettext("Name not recorded")),
            gettext("is {patient}").format(patient=labels.get(one.same_as, gettext("a patient")))
            if one.same_as
            else gettext("is somebody new"),
            users.get(one.who, one.who),
            as_words(one.why, (*WHYS, later(one.why))),
            moment(one.at, now),
        )
        for one in identified
    )


def lines(one: Told, other: Told) -> tuple[Line, ...]:
    """What each source says of two patients, kind by kind; what nobody says is left out."""
    found = []
    for what, of in FIELDS:
        mine, theirs = _said(one, of), _said(other, of)
        if mine or theirs:
            texts = tuple(mine), tuple(theirs)
            # Numbers of one system are other numbers however alike; what of them differs tells nothing.
            marked = ((), ()) if what == NUMBERS else texts
            found.append(
                Line(what, _values(mine, marked[1]), _values(theirs, marked[0]), _mark(what, *texts))
            )
    filed = (Value(((count(side.entries, "entry", "entries"), False),), "") for side in (one, other))
    first, second = filed
    return (*found, Line(gettext("In the record"), (first,), (second,), None))


def numbers(side: Told) -> str:
    """The numbers by which one of two records is told from the other."""
    of = next(of for what, of in FIELDS if what == NUMBERS)
    return ", ".join(_said(side, of)) or gettext("no number")


def since(unnamed: Iterable[Unnamed], now: datetime) -> tuple[Since, ...]:
    """What came since a merge and names neither, so that a person can tell whose it is."""
    return tuple(
        Since(
            one.patient,
            listed([source_name(source) for source in one.sources]) or gettext("a source that is not named"),
            moment(one.received, now) if one.received else "",
            _content(one),
        )
        for one in unnamed
    )


def _content(one: Unnamed) -> str:
    kinds = Counter(ENTRY_KINDS.get(entry.kind, entry.kind) for entry in one.entries)
    counted = ", ".join(count(number, kind) for kind, number in kinds.items())
    names = list(dict.fromkeys(entry.name for entry in one.entries if entry.name != entry.kind))
    more = gettext(" and {more} more").format(more=len(names) - MOST_NAMED) if len(names) > MOST_NAMED else ""
    said = f"{counted}: {', '.join(names[:MOST_NAMED])}{more}" if names else counted
    return "; ".join(
        part for part in (said, gettext("restricted information") if one.restricted else "") if part
    )


def _said(told: Told, of: Callable[[Person], Iterable[str]]) -> Said:
    found: dict[str, dict[str, None]] = {}
    for source, person in told.persons:
        for text in of(person):
            if text:
                found.setdefault(text, {}).update({source_name(source): None} if source else {})
    return {text: tuple(sources) for text, sources in found.items()}


def _values(said: Said, others: Sequence[str]) -> tuple[Value, ...]:
    return tuple(Value(_pieces(text, others), listed(list(sources))) for text, sources in said.items())


def _pieces(text: str, others: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces that the other side's most similar wording has, and pieces that it hasn't, word by word."""
    if not others or text in others:
        return ((text, False),)
    words = WORD.findall(text)
    matchers = [
        SequenceMatcher(None, _folded(words), _folded(WORD.findall(other)), autojunk=False)
        for other in others
    ]
    nearest = max(matchers, key=lambda one: one.ratio())
    return tuple(("".join(words[a:b]), how != "equal") for how, a, b, _, _ in nearest.get_opcodes() if b > a)


def _folded(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]


def _mark(what: str, mine: Sequence[str], theirs: Sequence[str]) -> Mark:
    if not mine or not theirs:
        return ONE_SIDED
    one, other = ({text.casefold() for text in side} for side in (mine, theirs))
    if one == other:
        return AGREES
    if one & other:
        return PARTLY
    if what == NUMBERS and not _systems(mine) & _systems(theirs):
        return ONE_SIDED
    return DIFFERS


def _systems(numbers: Sequence[str]) -> set[str]:
    return {number.rpartition(" (")[2] for number in numbers}


def _system(system: str) -> str:
    """An identifier's system as a person tells it from another: its last parts."""
    if system.startswith(OURS):
        return source_name(system.rpartition(":")[2])
    return system.removeprefix(OID) if system.startswith(OID) else system.rstrip("/").rpartition("/")[2]


def _shown(value: str) -> bool:
    """A message's own mark is no number of a person."""
    return not value.startswith("note ")


def _sender(who: str) -> str:
    """ "message <sha> of <source>" as a person says it."""
    if not who.startswith("message "):
        return who
    source = who.partition(" of ")[2]
    return (
        gettext("a message of {source}").format(source=source_name(source))
        if source
        else gettext("a message")
    )
