"""Numbers, units and times in a person's sentence: which a source has in another form, or that is said of something else."""

import re
from datetime import date
from itertools import pairwise

from careloom.knowledge.days import age_on
from careloom.knowledge.frequency import rhythm
from careloom.verify.case import Fault
from careloom.verify.counts import count_is_right
from careloom.verify.own.clocks import time_is_told
from careloom.verify.own.rhythms import rhythm_of_source
from careloom.verify.own.told import Told, weighs, with_topics
from careloom.verify.parse import figure, frequencies, is_content
from careloom.verify.support import Support
from careloom.verify.tokens import NUMBER_WORDS, Sort

_OUT_OF = ("/10", "/21", "/27", "/30", "/40")
_WHOSE = frozenset({"his", "her", "the", "he", "she", "it", "they", "their", "you", "your", "we"})
_DAILY = (
    "daily",
    "every day",
    "each day",
    "every morning",
    "at bedtime",
    "every evening",
    "nightly",
    "every night",
)


def number_is_told(told: Told, fault: Fault) -> bool:
    """Whether a source has a number in another form, or of what the sentence says it of."""
    place = told.at.get(fault.start)
    if place is None or told.case.parsed.tokens[place].sort is Sort.WORD:
        return False
    return any(
        rule(told, place)
        for rule in (
            time_is_told,
            _is_beside_its_name,
            _is_so_many,
            _is_in_a_title,
            _is_formerly,
            _is_a_height,
            _is_a_last_day,
            _is_a_bound,
            _is_signed,
            _is_a_day_s,
            _is_a_strength,
            _is_a_day,
            _is_an_age,
            _is_once_a_day,
            _is_in_its_line,
            _is_in_turn,
            _is_measured,
            _is_a_change,
        )
    )


def _is_beside_its_name(told: Told, place: int) -> bool:
    """Whether the words right before a number name the cited result that it is."""
    tokens, token = told.case.parsed.tokens, told.case.parsed.tokens[place]
    before = {one.key for one in tokens[max(place - 3, 0) : place] if is_content(one)}
    if any(one.key == "from" for one in tokens):
        return False  # Which of two figures was first is another question.
    number = figure(token.key.split("/")[0]) if token.key.endswith(_OUT_OF) else figure(token.key)
    return any(
        one.measured and before & one.names and any(number == held for held, _ in one.quantities)
        for one in told.case.entries
    )


def _is_so_many(told: Told, place: int) -> bool:
    """Whether a number counts the cited procedures and stays that the next words name, or the nights of one."""
    tokens, token = told.case.parsed.tokens, told.case.parsed.tokens[place]
    behind = [one.key for one in tokens[place + 1 : place + 4] if is_content(one)]
    if behind[:1] == ["night"] and any(
        str(one.nights) == token.key for one in told.case.entries if one.nights
    ):
        return True
    happened = [one for one in told.case.entries if one.kind in ("Procedure", "Encounter")]
    named = [one for one in happened if any(told.is_said_so(key, one.says) for key in behind)]
    return bool(named) and str(len(named)) == token.key and count_is_right(told.case, place, token) is None


def _is_in_a_title(told: Told, place: int) -> bool:
    """Whether a number is part of what a cited result is called ("25-foot walk")."""
    number = re.compile(rf"\b{re.escape(told.case.parsed.tokens[place].key)}\b")
    return any(
        one.kind == "Observation" and number.search(one.text.split("\n")[0]) for one in told.case.entries
    )


def _is_formerly(told: Told, place: int) -> bool:
    """Whether a "once" says that something was ("Once a driver"), or as soon as it is so ("once his hip is done")."""
    tokens = told.case.parsed.tokens
    after = tokens[place + 1].key if place + 1 < len(tokens) else ""
    is_once = tokens[place].text.lower() == "once" and not _period(told, place)
    return is_once and (not place or after in _WHOSE)


def _period(told: Told, place: int) -> str:
    """The period in which a number says how often something is ("day" of "twice a day"); "" where it says no such thing."""
    tokens = told.case.parsed.tokens
    return next((period for at, period in frequencies(tokens) if at is tokens[place]), "")


def _is_signed(told: Told, place: int) -> bool:
    """Whether a number below zero is a cited one."""
    token = told.case.parsed.tokens[place]
    is_below = told.case.parsed.text[: token.start].endswith(("-", "−"))
    return is_below and any(
        f"-{figure(token.key)}" == number for one in told.case.entries for number, _ in one.quantities
    )


def _is_a_height(told: Told, place: int) -> bool:
    """Whether a number of metres is a cited length."""
    tokens, token = told.case.parsed.tokens, told.case.parsed.tokens[place]
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return after == "m" and any(
        value.fits(token.key, "m") for one in told.case.entries for value in one.values
    )


def _is_a_last_day(told: Told, place: int) -> bool:
    """Whether a number is the last day of "January 17 to 20"."""
    tokens, token = told.case.parsed.tokens, told.case.parsed.tokens[place]
    if place < 2 or tokens[place - 2].sort is not Sort.DATE or not token.key.isdigit():
        return False
    month = re.search(r"-(\d\d)-\d\d$", tokens[place - 2].key)
    return month is not None and any(
        one.dated(f"--{month[1]}-{int(token.key):02}") for one in told.case.entries
    )


def _is_a_bound(told: Told, place: int) -> bool:
    """Whether a number is an end of the range in which the sentence has a value."""
    token = told.case.parsed.tokens[place]
    is_ranged = bool(
        {"within", "between", "range", "rang", "normal"}
        & {one.key for one in told.case.parsed.tokens[:place]}
    )
    return is_ranged and any(
        figure(token.key) == bound for one in told.case.entries for bound, _ in one.bounds
    )


def _is_a_day_s(told: Told, place: int) -> bool:
    """Whether an amount a day is the cited one that is taken so often."""
    token = told.case.parsed.tokens[place]
    bare = token.unit.removesuffix("/d")
    return bare != token.unit and any(one.holds(token.key, bare) for one in told.case.about(place))


def _is_a_strength(told: Told, place: int) -> bool:
    """Whether "25/100" is the strength of a combination that its source writes otherwise ("25-100 mg")."""
    token = told.case.parsed.tokens[place]
    if "/" not in token.key:
        return False
    one, other = map(figure, token.key.split("/"))
    orders = (order for support in told.case.entries for order in support.orders)
    return any(
        (figure(first.key), figure(second.key)) == (one, other)
        for order in orders
        for first, second in pairwise([token for token in order if token.sort is Sort.NUMBER])
    )


def _is_a_day(told: Told, place: int) -> bool:
    """Whether "10/11" is a day of what is cited."""
    token = told.case.parsed.tokens[place]
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", token.key)
    if not found or token.unit.rstrip("/") not in ("", "w"):
        return False
    day = f"--{int(found[1]):02}-{int(found[2]):02}"
    return any(one.dated(day) for one in told.case.entries)


def _is_an_age(told: Told, place: int) -> bool:
    """Whether a number is the patient's age ("68-year-old"), or that at which a relative fell ill ("at 48")."""
    tokens = told.case.parsed.tokens
    after = tokens[place + 1].key if place + 1 < len(tokens) else ""
    if after in ("am", "pm"):
        hours = {
            hour
            for one in told.case.entries
            for hour in re.findall(r"\b(\d{1,2})(?::\d\d)? ?[ap]\.?m", one.text.lower())
        }
        return figure(tokens[place].key) in hours
    before = tokens[place - 1].key if place else ""
    if tokens[place].unit == "a" or after in ("old", "yo", "year"):
        return told.case.who.age is not None and tokens[place].key == str(told.case.who.age)
    if before in ("at", "age", "ag", "was") and told.case.who.born:
        begun = {
            day
            for one in told.case.entries
            if one.kind == "Condition"
            for day in one.begins
            if len(day) == 10
        }
        if tokens[place].key in {str(age_on(date.fromisoformat(day), told.case.who.born)) for day in begun}:
            return True
    if before in ("at", "age", "ag"):
        of_kin = [one for one in told.case.entries if one.standing == "family"]
        kin = [one for one in told.case.entries if one.kind == "FamilyMemberHistory"]
        named = {token.key for token in tokens}
        mine = frozenset().union(*(one.rests_on for one in kin if _first(one) in named))
        return any(one.rests_on & mine and one.holds(tokens[place].key, "") for one in of_kin)
    return False


def _first(support: Support) -> str:
    return support.text.split(":")[0].strip().lower()


def _is_once_a_day(told: Told, place: int) -> bool:
    """Whether "once a day" is the "daily" of a source that counts nothing."""
    token = told.case.parsed.tokens[place]
    if not _period(told, place):
        return False
    known = rhythm_of_source(told)
    if known is not None and rhythm(told.case.parsed.text) == known:
        return True
    if figure(token.key) != "1" or any(one.often for one in told.case.about(place)):
        return False
    if any("one" in words for words in told.retold(place)):
        return True
    return any(word in one.text.lower() for one in told.case.about(place) for word in _DAILY)


def _is_in_its_line(told: Told, place: int) -> bool:
    """Whether a line of a note that the number's clause retells has it, and not as what was before ("down from two")."""
    tokens, token = told.case.parsed.tokens, told.case.parsed.tokens[place]
    keys = {tokens[at].key for at in told.clause(place) if weighs(tokens[at])}
    keys = keys or {one.key for one in tokens if weighs(one)}
    near = with_topics(keys)
    lines = [(one, words) for one, words in told.lines if not one.kind and one.text]
    shared = [(len(near & words), one) for one, words in lines]
    most = max((count for count, _ in shared), default=0)
    best = [one for count, one in shared if most and count == most]
    period = _period(told, place)
    if period and any(one.often for one in best):
        return any((figure(token.key), period) in one.often for one in best)
    was = place and tokens[place - 1].key == "from"
    return any(
        number == figure(token.key)
        and (not token.unit or unit in ("", token.unit))
        and (was or not _is_before(one.text, number))
        for one in best
        for number, unit in one.quantities
    )


def _is_before(text: str, number: str) -> bool:
    words = [word for word, value in NUMBER_WORDS.items() if value == number]
    return re.search(rf"\bfrom (?:{'|'.join([re.escape(number), *words])})\b", text.lower()) is not None


def _is_in_turn(told: Told, place: int) -> bool:
    """Whether of as many numbers as names each is its own name's: "potassium and creatinine are 4.3 and 1.4"."""
    tokens = told.case.parsed.tokens
    numbers = [at for at, token in enumerate(tokens) if token.sort is Sort.NUMBER]
    names = [
        one
        for one in told.case.mentions
        if numbers and one.last < numbers[0] and any(s.measured for s in one.supports)
    ]
    if len(numbers) < 2 or len(names) != len(numbers):
        return False
    turn = dict(zip(numbers, names, strict=True))
    return place in turn and any(
        number == figure(tokens[place].key) for one in turn[place].supports for number, _ in one.quantities
    )


def _is_measured(told: Told, place: int) -> bool:
    """Whether a number that is said of nothing measured is a cited result in its unit."""
    token = told.case.parsed.tokens[place]
    if any(one.measured for one in told.case.about(place)):
        return False
    return any(one.measured and one.holds(token.key, token.unit) for one in told.case.entries) or any(
        value.fits(token.key, token.unit) for one in told.case.entries for value in one.values
    )


def _is_a_change(told: Told, place: int) -> bool:
    """Whether a number is by how much a cited measurement changed, told with "lighter" or "higher"."""
    token = told.case.parsed.tokens[place]
    after = {one.key for one in told.case.parsed.tokens[place + 1 : place + 3]}
    near = {one.key for one in told.case.parsed.tokens[max(place - 2, 0) : place]} & {
        "almost",
        "nearly",
        "about",
        "around",
        "roughly",
        "close",
    }
    if near and any(
        value.change and value.fits(token.key, token.unit, "about")
        for one in told.case.changes
        for value in one.values
    ):
        return True
    way = (
        "down"
        if after & {"lighter", "low", "lower", "less", "fewer", "thinner"}
        else "up"
        if after & {"heavier", "high", "higher", "more"}
        else ""
    )
    return bool(way) and any(
        one.moves
        and one.moves[0] == way
        and any(value.change and value.fits(token.key, token.unit) for value in one.values)
        for one in told.case.changes
    )


def unit_is_told(told: Told, fault: Fault) -> bool:
    """Whether a number without a unit, or with one that its source lacks, is a cited one."""
    place = told.at.get(fault.start)
    if place is None:
        return False
    token = told.case.parsed.tokens[place]
    before = told.case.parsed.text[: token.start].rstrip()[-1:]
    held = {
        unit
        for one in told.case.about(place)
        for number, unit in one.quantities
        if number == figure(token.key)
    }
    if before in "$€£" and before:
        return before in held or "$" in held
    return not token.unit or held == {""}
