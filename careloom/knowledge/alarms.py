"""What fresh results and notes show of somebody as dangerous now, each with the entries that show it ("noted: weight_gain").

Source   as the check's rules have it, each its own: weight_gain.py, adrenal.py, fever.py, strangulation.py
Misses   the same in other words; a note without a day; languages other than English and Spanish; a fever that only a code tells
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from careloom.care.entry import Entry
from careloom.care.record import Medication, PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.lapsed import lapsed
from careloom.knowledge.local import local
from careloom.knowledge.match import Match
from careloom.knowledge.measured import Measured
from careloom.knowledge.signs import FRESH, is_fresh, there
from careloom.knowledge.thoughts import MONTH
from careloom.knowledge.when import Term, read
from careloom.text.folding import fold

WEEK = timedelta(days=7)
# Heart failure: more than 2 kg in 3 days (4.4 pounds).
GAIN, GAIN_DAYS = Decimal(2), 3
_POUND = Decimal("0.45359237")
HIGH_FEVER = Decimal("38.5")
FEVER, FEW_NEUTROPHILS = Decimal("38.3"), Decimal(1)
# How long a glucocorticoid is taken before it can leave adrenal insufficiency behind: 3 to 4 weeks.
LONG = timedelta(days=28)
_GONE = "lapsed: systemic corticosteroid within 6 months"
_LOW_PRESSURE, _LOW_SODIUM, _HIGH_POTASSIUM, _LOW_GLUCOSE = Decimal(90), Decimal(135), Decimal(5), Decimal(70)
_WORDS = {
    word: Decimal(number)
    for number, words in enumerate(
        (
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
            "ten diez",
        ),
        2,
    )
    for word in words.split()
} | {"twelve": Decimal(12), "fifteen": Decimal(15), "twenty": Decimal(20)}
_NUMBER = rf"(?P<value>\d{{1,2}}(?:\.\d)?|{'|'.join(_WORDS)})"
_UNIT = r"(?P<unit>pounds?|lbs?|kg|kgs|kilos?|kilograms?|libras?)\b"
_GAINED = (
    re.compile(
        r"\b(?:(?:is|was) up|up|gain(?:ed|ing|s)?|put on|increased?|heavier|subio|ha subido|aumento|ha aumentado|gano|ha ganado)\W+"
        rf"(?:(?:by|of|about|almost|over|another|at least|nearly|around|weight|some|de|peso|unos|unas|casi|mas)\W+){{0,3}}{_NUMBER}[ -]?{_UNIT}"
    ),
    re.compile(
        rf"\b{_NUMBER}[ -]?{_UNIT}\W+(?:(?:of|in)\W+)?(?:weight\W+)?(?:gain(?:ed)?|heavier|up|more than|de mas)\b"
    ),
)
# Over a longer time, or what somebody was told to look for.
_SLOW = re.compile(
    r"\b(?:(?:\d+|two|three|four|five|six|several|few|many|dos|tres|cuatro|varias|varios|las ultimas) (?:weeks|semanas)|months?|years?|mes|meses|ano|anos|pregnan\w*|trimester|"
    r"since (?:the )?(?:summer|winter|spring|fall|january|february|march|april|may|june|july|august|september|october|november|december|holidays)|instruct\w*|educat\w*|taught|"
    r"teach\w*|advis\w*|call(?:s|ed)? (?:us|for|the)|report(?:s|ing)? (?:a |any )?(?:weight|gain)|goal\w*|target\w*|avis\w*|llam\w*)\b"
)
_FEVERISH = re.compile(
    r"(?<!hay )(?<!afraid of )(?<!fear of )(?<!risk of )(?<!rheumatic )(?<!yellow )(?<!scarlet )(?<!dengue )(?<!valley )\b(?:fevers?|febrile|fiebres?|febril|calentura)\b(?! (?:blister|reduc|amarilla))"
)
_BY_THE_NECK = r"(?:by|around|at|on)\W+(?:(?:the|her|his|their|my)\W+)?(?:throat|neck)"
_STRANGLED = re.compile(
    r"\b(?:strangl(?:e|es|ed|ing)|strangulation(?! of)|chok(?:e|es|ed|ing)\W+(?:her|him|them|me)\b(?! up)|(?:being|was|been|got) (?:choked|strangled) by|"
    rf"(?:grab\w*|held|holds?|seiz\w+|took|takes|grip\w*|pinn?\w*|lift\w*|press\w*)\W+(?:her|him|them|me)\W+(?:(?:down|up|hard|tight\w*|from behind|again)\W+){{0,2}}{_BY_THE_NECK}|"
    rf"(?:hands?|forearm)\W+(?:(?:tight\w*|both)\W+)?{_BY_THE_NECK}|"
    rf"(?:wrapp\w*|tighten\w*|tied|looped|pulled)\W+(?:(?:a|an|the|his|her|their|belt|cord|rope|scarf|cable|wire|tight\w*)\W+){{1,4}}{_BY_THE_NECK}|"
    r"(?:squeez\w+|press\w+ on)\W+(?:her|his|their|my) (?:throat|neck)|"
    r"estrangul(?:o|a|an|aron|ad[oa])\b|(?:la|lo|le|me) (?:ahorc|asfixi)\w+|(?:la|lo|le|me) (?:agarr|apret|tom|sujet)\w+ (?:del|por el|el|de la|por la|la) (?:cuello|garganta))"
)


class Seen(Protocol):
    """A record whose results are known by what they measure."""

    record: PatientRecord
    knowledge: Knowledge

    @property
    def labs(self) -> Mapping[str, Sequence[Measured]]:
        """Usable values by lab, the newest first."""

    def matches(self, term: Term) -> list[Match]:
        """What makes a line hold, best first; [] where it does not."""


def gained(seen: Seen) -> tuple[Measured, Measured] | None:
    """Two weights, the newest no older than a week, between which lie at most 3 days and more than 2 kg; None where there are none."""
    weights = [one for one in seen.labs.get("weight", ()) if one.canonical is not None and not one.comparator]
    last = next(iter(weights), None)
    if last is None or last.canonical is None or last.day < seen.record.as_of - WEEK:
        return None
    before = [
        one
        for one in weights
        if 0 < (last.day - one.day).days <= GAIN_DAYS
        and one.canonical is not None
        and last.canonical - one.canonical > GAIN
    ]
    lowest = min(before, key=lambda one: one.canonical or GAIN, default=None)
    return (lowest, last) if lowest else None


def told_gains(record: PatientRecord) -> Iterator[tuple[Entry, str]]:
    """The notes of the last 14 days that tell of more than 2 kg gained, with how much in their words; none that tell it of weeks or months."""
    for entry in _fresh(record):
        folded = fold(entry.text)
        for found in (one for words in _GAINED for one in words.finditer(folded)):
            value = _WORDS.get(found["value"]) or Decimal(found["value"])
            kilos = value * _POUND if found["unit"].startswith(("pound", "lb", "libra")) else value
            if kilos > GAIN and there(entry.text, re.compile(rf"\b{re.escape(found.group())}"), unless=_SLOW):
                yield entry, f"{found['value']} {found['unit']}"
                break


def weight_gain(seen: Seen) -> Iterator[Entry]:
    """The weights, and the notes, that show such a gain."""
    if found := gained(seen):
        yield from _entries(found, seen)
    yield from (entry for entry, _ in told_gains(seen.record))


def fever(seen: Seen, least: Decimal) -> Iterator[Entry]:
    """The temperatures of the last week from `least` (degrees Celsius) on, and the notes of it that tell of a fever."""
    since = seen.record.as_of - WEEK
    hot = [
        one
        for one in seen.labs.get("temperature", ())
        if one.day >= since and one.canonical is not None and one.canonical >= least
    ]
    yield from _entries(hot, seen)
    yield from (
        entry
        for entry in _fresh(seen.record)
        if entry.happened and entry.happened.day >= since and there(entry.text, _FEVERISH, whoever=True)
    )


def may_be_fever(entry: Entry, knowledge: Knowledge) -> bool:
    """Whether an entry is a temperature, or a note that has the word."""
    if entry.kind == "DocumentReference":
        return bool(_FEVERISH.search(fold(entry.text)))
    lab = knowledge.labs.find(entry.codes, entry.text) if entry.kind == "Observation" else None
    return lab is not None and lab.concept == "temperature"


def neutropenic(seen: Seen) -> Iterator[Entry]:
    """A fever of 38.3 degrees on with fewer than 1.0 neutrophils (10*3/uL) at the newest count of the last 14 days: the count, then the fever."""
    count = next(iter(seen.labs.get("neutrophils", ())), None)
    if count is None or count.canonical is None or count.day < seen.record.as_of - FRESH:
        return
    if count.canonical < FEW_NEUTROPHILS and (hot := tuple(fever(seen, FEVER))):
        yield from (*_entries((count,), seen), *hot)


def stopped_steroids(seen: Seen) -> tuple[Medication, ...]:
    """The glucocorticoids swallowed or injected for four weeks or more that were stopped, or without a fill, in the last 6 months."""
    gone = {entry for match in lapsed(seen, read(_GONE)) for entry in match.entries}
    return tuple(
        one
        for one in seen.record.medications
        if gone & {*one.entries} and _is_long(one, seen.record) and not _is_local(one, seen)
    )


def adrenal_signs(seen: Seen) -> tuple[Measured, ...]:
    """Of the last 14 days a low blood pressure, with what else fits, or two of low sodium, high potassium and low glucose; () else."""
    pressure = _newest(seen, "systolic", lambda value: value <= _LOW_PRESSURE)
    others = (
        *_newest(seen, "sodium", lambda value: value < _LOW_SODIUM),
        *_newest(seen, "potassium", lambda value: value > _HIGH_POTASSIUM),
        *_newest(seen, "glucose", lambda value: value < _LOW_GLUCOSE),
    )
    return (*pressure, *others) if pressure or len(others) > 1 else ()


def adrenal(seen: Seen) -> Iterator[Entry]:
    """The results that may be adrenal insufficiency after a glucocorticoid that was stopped; none without both."""
    if (signs := adrenal_signs(seen)) and stopped_steroids(seen):
        yield from _entries(signs, seen)


def strangled(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last month that tell of somebody strangled, choked or held by the throat."""
    for entry in record.entries:
        if is_fresh(entry, record.as_of, MONTH) and there(entry.text, _STRANGLED, whoever=True):
            yield entry


def tells_of_strangling(words: str) -> bool:
    """Whether a sentence tells of it."""
    return bool(_STRANGLED.search(fold(words)))


def _fresh(record: PatientRecord) -> Iterator[Entry]:
    return (entry for entry in record.entries if is_fresh(entry, record.as_of))


def _newest(seen: Seen, lab: str, beyond: Callable[[Decimal], bool]) -> tuple[Measured, ...]:
    """The newest value of the last 14 days, where it lies beyond."""
    last = next(iter(seen.labs.get(lab, ())), None)
    if last is None or last.canonical is None or last.day < seen.record.as_of - FRESH:
        return ()
    return (last,) if beyond(last.canonical) else ()


def _is_long(one: Medication, record: PatientRecord) -> bool:
    """Whether it was filled for four weeks or more; where no fill is seen, whether its entries lie so far apart."""
    entries = [record.by_id[entry] for entry in one.entries if entry in record.by_id]
    filled = [int(days) for entry in entries if (days := entry.detail.get("days_supply", "")).isdigit()]
    if filled:
        return timedelta(days=sum(filled)) >= LONG
    told = [entry.happened.day for entry in entries if entry.happened]
    return bool(told) and (max(told) - min(told) >= LONG or record.as_of - min(told) >= 2 * LONG)


def _is_local(one: Medication, seen: Seen) -> bool:
    drugs = [drug for name in one.ingredients if (drug := seen.knowledge.drugs.named(name))]
    return any(local(one, seen.record, drug) for drug in drugs)


def _entries(found: Iterable[Measured], seen: Seen) -> Iterator[Entry]:
    return (seen.record.by_id[one.entry] for one in found if one.entry in seen.record.by_id)


# By the name under which rules ask for each.
ALARMS: Mapping[str, Callable[[Seen], Iterator[Entry]]] = {
    "weight_gain": weight_gain,
    "high_fever": lambda seen: fever(seen, HIGH_FEVER),
    "neutropenic_fever": neutropenic,
    "adrenal": adrenal,
    "strangulation": lambda seen: strangled(seen.record),
}
