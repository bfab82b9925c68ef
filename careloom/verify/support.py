"""What one source of truth lets a sentence say: words in either polarity, quantities, dates, drugs, standing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypedDict, Unpack

from careloom.care.entry import When
from careloom.knowledge.drugs import Drugs
from careloom.verify.lexicon import stem
from careloom.verify.measures import Value
from careloom.verify.parse import Parsed, figure, frequencies, is_content, limits, parse
from careloom.verify.spans import covers
from careloom.verify.tokens import Sort, Token

Standing = Literal["", "past", "void", "family", "guess"]
Quantity = tuple[str, str]
# More places behind the point than anybody writes.
_MACHINE_DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What one source of truth (an entry, a part of one, a trend, a gap, a guideline) lets a sentence say.

    `rests_on` are the entries it comes from; `says` and `denies` stems; `names` the stems that name what it is
    about, `own` those that its source itself uses, `titles` each of its names as a whole; `quantities` (number, UCUM unit); `precise` numbers with more digits than anybody says, with unit; `values` what was measured, which may be said rounded or converted;
    `named_by` numbers that are part of a result's name ("PHQ-9") and none of its values;
    `orders` the texts of a drug's name and dose, read; `dates` ISO, in the source's precision, `begins` those on which it began or was
    written down, `ended` those on which it ended; `drugs` ingredients, `classes` stems of what kind they are, `kinds` their classes whole;
    `places` stems of source names, free in either polarity, `systems` each name apart;
    `compared` numbers that it calls a limit, as (above or below, number, unit); `often` how many times in which
    period (or how many of what: "refill"); `bounds` the ends of a reference range, `reads` where in it the value lies; `absent` that it denies only
    that something is recorded, `disputed` that sources disagree on it; `wants` stems of what is absent, which a request may name; `rules_out` words that the record decided against, `decides` those it decided for; `standing` whether it still holds; `measured` whether it has a number of
    its own; `kind` the FHIR type of its entry; `moves` the direction of a trend and its first and last figure; of cited results
    `steps` the figures in time, `rose` whether the last is above the first, `lasted` days between them, `nights` how long a visit was, `better` the way that is
    for the better (up or down); `text` for quotations.
    """

    rests_on: frozenset[str]
    says: frozenset[str] = frozenset()
    denies: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    titles: frozenset[frozenset[str]] = frozenset()
    quantities: frozenset[Quantity] = frozenset()
    precise: tuple[tuple[Decimal, str], ...] = ()
    values: tuple[Value, ...] = ()
    named_by: frozenset[Quantity] = frozenset()
    signs: frozenset[str] = frozenset()
    orders: tuple[tuple[Token, ...], ...] = ()
    dates: frozenset[str] = frozenset()
    begins: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    drugs: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    systems: frozenset[frozenset[str]] = frozenset()
    compared: frozenset[tuple[str, str, str]] = frozenset()
    often: frozenset[tuple[str, str]] = frozenset()
    bounds: frozenset[Quantity] = frozenset()
    reads: frozenset[str] = frozenset()
    absent: bool = False
    disputed: bool = False
    wants: frozenset[str] = frozenset()
    rules_out: frozenset[str] = frozenset()
    decides: frozenset[str] = frozenset()
    standing: Standing = ""
    measured: bool = False
    kind: str = ""
    moves: tuple[str, str, str] | None = None
    steps: tuple[str, ...] = ()
    rose: bool = False
    lasted: int = -1
    nights: int = 0
    better: str = ""
    text: str = ""

    def holds(self, digits: str, unit: str) -> bool:
        """Whether it has this number in this unit, exactly or as the rounding of a machine's digits."""
        if (figure(digits), unit) in self.quantities:
            return True
        if "/" in digits:
            return any(unit == other and _pair_rounds_to(pair, digits) for pair, other in self.quantities)
        return any(unit == other and _rounds_to(value, digits) for value, other in self.precise)

    def dated(self, day: str) -> bool:
        """Whether it has this date; a less precise one ("2026-10", "--10-09") fits a more precise one."""
        if day in self.dates:
            return True
        if ".." in day:
            return any(covers(day, own) for own in self.dates if not own.startswith("--"))
        if day.startswith("--"):
            return any(own.endswith(day[1:]) for own in self.dates)
        return len(day) < 10 and any(own.startswith(day) for own in self.dates)


def _pair_rounds_to(pair: str, digits: str) -> bool:
    """Whether both parts of a pair ("158.66349351292294/95.96966219640271") with a machine's digits round to what is said."""
    parts = list(zip(pair.split("/"), digits.split("/"), strict=False))
    return len(parts) > 1 and all(
        len(own.partition(".")[2]) >= _MACHINE_DIGITS and _rounds_to(Decimal(own), said)
        for own, said in parts
    )


def _rounds_to(value: Decimal, digits: str) -> bool:
    if "/" in digits or len(digits.replace(".", "").lstrip("0")) < 2:
        return False
    said = Decimal(digits)
    return abs(said - value) * 2 <= Decimal(1).scaleb(int(said.as_tuple().exponent))


class Beside(TypedDict, total=False):
    """Those fields of a support that aren't gathered from texts; `Support` says what they are."""

    own: frozenset[str]
    precise: tuple[tuple[Decimal, str], ...]
    values: tuple[Value, ...]
    named_by: frozenset[Quantity]
    signs: frozenset[str]
    orders: tuple[tuple[Token, ...], ...]
    begins: frozenset[str]
    ended: frozenset[str]
    classes: frozenset[str]
    kinds: frozenset[str]
    systems: frozenset[frozenset[str]]
    bounds: frozenset[Quantity]
    absent: bool
    wants: frozenset[str]
    measured: bool
    kind: str
    moves: tuple[str, str, str] | None
    nights: int
    better: str


@dataclass(slots=True)
class Gathering:
    """A support while it is gathered; `support` freezes it."""

    says: set[str] = field(default_factory=set)
    denies: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    titles: set[frozenset[str]] = field(default_factory=set)
    quantities: set[Quantity] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    drugs: set[str] = field(default_factory=set)
    compared: set[tuple[str, str, str]] = field(default_factory=set)
    often: set[tuple[str, str]] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)

    def add(
        self, parsed: Parsed, *, flip: bool = False, named: bool = False, drugs: frozenset[str] | None = None
    ) -> None:
        """Take in what a text says; `flip` where its source denies it, `named` where it is a name; of drugs only
        those in `drugs`, where given.
        """
        title: set[str] = set()
        for place, token in enumerate(parsed.tokens):
            if token.key == "\n":
                self.titles.add(frozenset(title))
                title = set()
            if drugs is not None and token.sort is Sort.DRUG and not drugs & {*parsed.drugs.get(place, ())}:
                continue
            denied = parsed.polarity.denied[place] or flip
            if token.sort in (Sort.WORD, Sort.DRUG):
                keys = {token.key, *(stem(word) for word in token.text.split())}
                (self.denies if denied else self.says).update(keys)
                if (
                    named
                    and (token.sort is Sort.DRUG or is_content(token))
                    and place not in parsed.polarity.cues
                ):
                    self.names |= keys
                    title.add(token.key)
                self.drugs.update(parsed.drugs.get(place, ()))
            elif token.sort is Sort.NUMBER:
                self.quantities.add((figure(token.key), token.unit))
            elif token.sort is Sort.DATE:
                self.dates.add(token.key)
            elif token.sort is Sort.QUOTE:
                self.says.update(stem(word) for word in re.findall(r"[^\W_]+", token.key))
        self.titles.add(frozenset(title))
        self.often.update((figure(at.key), period) for at, period in frequencies(parsed.tokens))
        self.compared.update((side, figure(at.key), at.unit) for _, side, at in limits(parsed.tokens))

    def take(self, other: "Gathering") -> None:
        """Take in what another one gathered."""
        self.says |= other.says
        self.denies |= other.denies
        self.names |= other.names
        self.titles |= other.titles
        self.drugs |= other.drugs
        self.quantities |= other.quantities

    def when(self, *times: When | None) -> None:
        """Take in times in their source's precision."""
        for time in times:
            if time is not None:
                self.dates.update(days_of(time))

    def support(
        self,
        rests_on: Iterable[str],
        *,
        standing: Standing = "",
        places: frozenset[str] = frozenset(),
        text: str = "",
        **more: Unpack[Beside],
    ) -> Support:
        """The finished support; `more` are those of its fields that aren't gathered."""
        return Support(
            rests_on=frozenset(rests_on),
            says=frozenset(self.says),
            denies=frozenset(self.denies),
            names=frozenset(self.names),
            titles=frozenset(self.titles) - {frozenset()},
            quantities=frozenset(self.quantities),
            dates=frozenset(self.dates),
            drugs=frozenset(self.drugs),
            compared=frozenset(self.compared),
            often=frozenset(self.often),
            reads=frozenset(self.reads),
            standing=standing,
            places=places,
            text=text,
            **more,
        )


@lru_cache(maxsize=4096)
def spoken(words: tuple[str, ...], drugs: Drugs, *, denied: bool = False) -> Gathering:
    """Names that knowledge has for something, gathered once a process; only to be taken, and never a patient's words."""
    gathered = Gathering()
    parsed = parse("\n".join(words), drugs)
    gathered.add(parsed, flip=denied and not parsed.polarity.cues, named=True)
    return gathered


def days_of(time: When) -> tuple[str, ...]:
    """A time as ISO dates of its source's precision: the source's own day, and that in its zone."""
    if len(time.text) >= 10 and time.text[4] == "-" == time.text[7]:
        return (time.text[:10], time.day.isoformat())
    digits = re.sub(r"\D", "", time.text[:10])
    if len(digits) >= 8:
        return (f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}", time.day.isoformat())
    return (f"{digits[:4]}-{digits[4:6]}",) if len(digits) == 6 else (digits[:4],)
