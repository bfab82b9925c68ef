"""One statement before its judge: its words, what it cites, and which of it each word is about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from careloom.care.entry import Entry
from careloom.verify.guidance import Guidance
from careloom.verify.lexicon import stem
from careloom.verify.parse import Parsed, is_content, is_plain, limits
from careloom.verify.polarity import Polarity, ends, polarity
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token

_JOINS = frozenset({"of", "in", "with", "to", "for", "the", "a"})
# Longer than any sentence of a plan: what is longer isn't read word for word.
LONGEST = 2_000
_SEGMENT_ENDS = frozenset(";:.\n")
# What stands before a word that is said of the name behind it alone ("… and past stroke").
_OPENS = frozenset({"and", "or", "with", ","})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a statement that its sources don't carry, at code points `start` to `end`.

    `kind` is number, unit, date, drug, word, quotation, guideline, citation, negation, status, family or owner;
    `contradicts` where a source says otherwise, not just nothing; `evidence` the entries that say so, where a rule of
    prose knows them. Of prose it is also person, side, often, result, named, copied, unlisted or silent.
    """

    kind: str
    words: str
    start: int
    end: int
    contradicts: bool = False
    evidence: tuple[str, ...] = ()


class Who(NamedTuple):
    """The patient's sex, in FHIR's word, age in years and birth date, as far as they are known."""

    sex: str = ""
    age: int | None = None
    born: str = ""


@dataclass
class Case:
    """A statement with its grounds. `entries` are supports of cited entries, `further` what follows from them; `due`
    dates that the guideline gives, `told` drugs that its slots may name, `today` the days as of which the plan speaks;
    `cited` the entries themselves, `record` all there are; of a person's sentence `who` the patient is, and
    `changes` what the cited results show together, `problems` the stems that name what the record's problems are, `strange`
    where it names diseases that are none of them and of nothing cited, `zone` where the clock is (IANA).
    """

    parsed: Parsed
    entries: tuple[Support, ...]
    further: tuple[Support, ...]
    guidance: Guidance | None
    due: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    today: frozenset[str] = frozenset()
    cited: tuple[Entry, ...] = ()
    record: tuple[Entry, ...] = ()
    who: Who = field(default_factory=Who)
    changes: tuple[Support, ...] = ()
    problems: frozenset[str] = frozenset()
    strange: tuple[tuple[int, int], ...] = ()
    zone: str = ""
    class_mentions: Callable[[str], list[tuple[int, int, str]]] = field(default=lambda _: [])
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: str, place: int, *, contradicts: bool = False) -> None:
        """Hold a token against the statement, once."""
        token = self.parsed.tokens[place]
        found = Fault(kind, token.text, token.start, token.end, contradicts)
        if found not in self.faults:
            self.faults.append(found)

    @cached_property
    def says(self) -> frozenset[str]:
        """Stems that any source affirms."""
        return frozenset().union(*(support.says for support in self.everything))

    @cached_property
    def denies(self) -> frozenset[str]:
        """Stems that any source denies."""
        return frozenset().union(*(support.denies for support in self.everything))

    @cached_property
    def places(self) -> frozenset[str]:
        """Stems of the names of the systems that the cited entries come from."""
        return frozenset().union(*(support.places for support in self.entries))

    @cached_property
    def everything(self) -> tuple[Support, ...]:
        """All supports, the guideline's last."""
        return (*self.entries, *self.further, *self.rule)

    @cached_property
    def rule(self) -> tuple[Support, ...]:
        """The guideline's words as support, where its sentence was changed; where it stands as it is, what fills
        its slots must come from the record.
        """
        if self.guidance is None or self.guidance.is_intact(self.parsed.text):
            return ()
        return (self.guidance.support,)

    @cached_property
    def free(self) -> frozenset[int]:
        """Places of tokens that stand verbatim in the guideline's own sentence."""
        spans = self.guidance.verbatim(self.parsed.text) if self.guidance else ()
        if not spans:
            return frozenset()
        return frozenset(
            [
                place
                for place, token in enumerate(self.parsed.tokens)
                for start, end in spans
                if start <= token.start and token.end <= end
            ]
        )

    @cached_property
    def polarity(self) -> Polarity:
        """What the statement affirms and denies; a verbatim negation denies nothing outside its wording."""
        inert = self.free & self.parsed.polarity.cues
        return polarity(self.parsed.tokens, inert) if inert else self.parsed.polarity

    @cached_property
    def speaks_of_something(self) -> bool:
        """Whether it has more than the plan's own words: a name, a figure, a quotation, a guideline, a cited system."""
        if self.free or any(
            token.sort in (Sort.DRUG, Sort.NUMBER, Sort.DATE, Sort.QUOTE)
            or (is_content(token) and not is_plain(token))
            for token in self.parsed.tokens
        ):
            return True
        keys = frozenset(token.key for token in self.parsed.tokens)
        return any(name <= keys for support in self.entries for name in support.systems)

    @cached_property
    def affirmed(self) -> frozenset[str]:
        """Stems that the statement affirms."""
        denied = self.polarity.denied
        return frozenset(one.key for one, no in zip(self.parsed.tokens, denied, strict=True) if not no)

    def tells_of_source(self, place: int) -> bool:
        """Whether a token stands where the sentence tells what a source says, and not what is so."""
        first, last = self._segment(place)
        here = {token.key for token in self.parsed.tokens[first:last]}
        named = (system for support in self.entries for system in support.systems)
        return any(token.key == "sourc" for token in self.parsed.tokens) or any(
            name <= here for name in named
        )

    @cached_property
    def _classes(self) -> list[tuple[int, int, str]]:
        return self.class_mentions(self.parsed.text)

    def class_at(self, place: int) -> frozenset[str]:
        """The classes of drugs that a token names, or helps to name ("blood thinner")."""
        token = self.parsed.tokens[place]
        return frozenset(kind for start, end, kind in self._classes if start <= token.start < end)

    @cached_property
    def ends(self) -> list[int]:
        """The places at which the statement's clauses end."""
        return ends(self.parsed.tokens)

    def is_free(self, place: int) -> bool:
        """Whether a token needs no source: verbatim, and no other negation reaches it."""
        return place in self.free and not self.polarity.denied[place]

    @cached_property
    def mentions(self) -> tuple["Mention", ...]:
        """The groups of words that name cited entries, in order."""
        return tuple(_mentions(self.parsed, self.entries))

    @cached_property
    def limits(self) -> list[tuple[int, str, Token]]:
        """Every comparison with a number, as `parse.limits` gives them."""
        return list(limits(self.parsed.tokens))

    def about(self, place: int) -> tuple[Support, ...]:
        """The cited supports that a token is about: those of the nearest name before it in its part of the
        sentence, else the nearest after it, else the nearest before at all, else all of them.
        """
        first, last = self._segment(place)
        before = [one for one in self.mentions if one.first < place]
        here = [one for one in before if one.first >= first]
        after = [one for one in self.mentions if place < one.first < last]
        if here:
            found = here[-1].supports
            touching = after[0].supports if after and _touches(self.parsed, place, after[0].first) else ()
            if touching and self.parsed.tokens[place - 1].key in _OPENS:
                # "peripheral artery disease and past stroke": said of the stroke alone.
                return self._of_named_source(touching, first, last)
            return self._of_named_source((*found, *touching), first, last)
        if after and not any(token.sort is Sort.STOP for token in self.parsed.tokens[place : after[0].first]):
            return after[0].supports
        return self._of_named_source(before[-1].supports if before else self.entries, first, last)

    def _of_named_source(self, supports: tuple[Support, ...], first: int, last: int) -> tuple[Support, ...]:
        """Of supports those of the system that this part of the sentence names ("… (Riverside EHR, 2026-02-03)"), and
        of its day, if it names one.
        """
        keys = {token.key for token in self.parsed.tokens[first:last]}
        named = tuple(one for one in supports if any(system <= keys for system in one.systems))
        if not named:
            return supports
        days = [token.key for token in self.parsed.tokens[first:last] if token.sort is Sort.DATE]
        of_day = tuple(one for one in named if len(days) == 1 and one.dated(days[0]))
        return of_day or named

    @cached_property
    def _stops(self) -> list[int]:
        return [
            at
            for at, token in enumerate(self.parsed.tokens)
            if token.sort is Sort.STOP and token.key in _SEGMENT_ENDS
        ]

    def _segment(self, place: int) -> tuple[int, int]:
        first = max((at for at in self._stops if at < place), default=-1)
        return first + 1, min((at for at in self._stops if at > place), default=len(self.parsed.tokens))


@dataclass(frozen=True, slots=True)
class Mention:
    """Words `first` to `last` (inclusive) that name something cited, and the supports that fit them best."""

    first: int
    last: int
    supports: tuple[Support, ...]
    words: frozenset[str]


def _mentions(parsed: Parsed, supports: Iterable[Support]) -> Iterator[Mention]:
    supports = tuple(support for support in supports if support.names)
    known = frozenset().union(*(support.names for support in supports))
    group: list[int] = []
    for place, token in enumerate(parsed.tokens):
        named = token.key in known and (token.sort is Sort.DRUG or is_content(token))
        if named:
            group.append(place)
        elif group and not (token.sort is Sort.WORD and token.key in _JOINS and place == group[-1] + 1):
            yield _mention(parsed, group, supports)
            group = []
        if named and len(group) > 1 and group[-2] < place - 1 and not _share(parsed, group, supports):
            yield _mention(parsed, group[:-1], supports)
            group = [place]
    if group:
        yield _mention(parsed, group, supports)


def _share(parsed: Parsed, group: list[int], supports: tuple[Support, ...]) -> bool:
    """Whether something is called by words from both sides of a "with" or "of" before a group's last word."""
    before = {parsed.tokens[place].key for place in group[:-1]}
    if parsed.tokens[group[-1]].key in {
        stem(word) for place in group[:-1] for word in parsed.tokens[place].text.split()
    }:
        return False  # "potassium chloride with potassium 5.8": the same word again is another thing.
    return any(parsed.tokens[group[-1]].key in one.names and before & one.names for one in supports)


def _mention(parsed: Parsed, group: list[int], supports: tuple[Support, ...]) -> Mention:
    """Of all that have as many of the words among their names, those whose source itself uses as many as any."""
    words = frozenset(parsed.tokens[place].key for place in group)
    fits = [(len(words & support.names), len(words & support.own), support) for support in supports]
    most = max(fit for fit, _, _ in fits)
    own = max(own for fit, own, _ in fits if fit == most)
    best = tuple(support for fit, said, support in fits if fit == most and said in (0, own))
    return Mention(group[0], group[-1], best, words)


def apart(supports: Sequence[Support]) -> list[Support]:
    """What may hold one assertion: entries and lines of notes, and no note of several lines as a whole."""
    lines = {one.rests_on for one in supports if not one.kind}
    return [one for one in supports if one.kind != "DocumentReference" or one.rests_on not in lines]


def clause_of(case: Case, place: int) -> tuple[int, int]:
    """The first place of a token's clause, and the one after its last."""
    last = next(end for end in case.ends if end > place)
    return max((end for end in case.ends if end <= place), default=0), last


def telling(mention: Mention, parsed: Parsed) -> bool:
    """Whether a mention names something in particular, and not just "care plan" or "assessment"."""
    return any(
        parsed.tokens[place].sort is Sort.DRUG or not is_plain(parsed.tokens[place])
        for place in range(mention.first, mention.last + 1)
        if parsed.tokens[place].key in mention.words
    )


def _touches(parsed: Parsed, place: int, first: int) -> bool:
    between = parsed.tokens[place + 1 : first]
    return all(token.sort is Sort.WORD and token.key in ("of", "for") for token in between)
