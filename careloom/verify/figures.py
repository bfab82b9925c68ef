"""Does every number, unit and date stand in what is cited, beside the thing it is said of?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from careloom.verify.case import Case, apart, clause_of
from careloom.verify.counts import count_is_right
from careloom.verify.fitting import is_measured, is_told_as_often, lasts_so_long
from careloom.verify.parse import figure, frequencies, is_content, is_plain
from careloom.verify.series import goes_back
from careloom.verify.support import Support
from careloom.verify.tokens import MONTHS, Sort, Token

_BY = frozenset({"by", "befor", "until", "due", "till"})
_APART = frozenset(
    {";", ".", ":", "and", "but", "by", "befor", "until", "due", "till", "between", "sinc", "from", "to"}
)


# A negation right before a quotation, in English or Spanish, with at most two words between.
_LEFT_OUT = re.compile(
    r"\b(?:no|not|never|without|den(?:y|ies|ied)|cannot|n't|none|nor|sin|nunca|niega|ning[uú]na?|jam[aá]s|tampoco)"
    r"(?:\s+\w+){0,2}\s*$"
)


# What may be left out of a quotation: up to four names, each with a capital.
_NAMES = r")\W*(?:[^\W\d_a-z][\w'’-]*\b\W*){1,4}(?i:"
_DATED_BY = (
    (frozenset({"fill", "dispens"}), ("MedicationDispense", "ExplanationOfBenefit", "Claim")),
    (frozenset({"order", "prescrib"}), ("MedicationRequest",)),
)
# How old a note may be whose "three years ago" is repeated.
_STILL = (("year", 60), ("month", 10), ("week", 3), ("day", 0))
_FULL = 10
MONTH_NAMES = frozenset(name.capitalize() for name in MONTHS) - {"May"}
_AT = frozenset(
    {
        "since",
        "sinc",
        "in",
        "of",
        "on",
        "from",
        "until",
        "to",
        "by",
        "between",
        "and",
        "after",
        "before",
        "befor",
        "during",
        "(",
        ",",
    }
)


def check_figures(case: Case) -> None:
    """Hold every number, unit and date against the statement that its sources don't have in that place."""
    free = case.free
    for place, token in enumerate(case.parsed.tokens):
        if place in free:
            continue
        if token.sort is Sort.NUMBER:
            _number(case, place, token)
        elif token.key == "one" and count_is_right(case, place, token) is False:
            case.fault("number", place, contradicts=True)
        elif token.text in MONTH_NAMES and token.sort is Sort.WORD:
            if place and not _is_sources_word(case, place, token):
                case.fault("date", place, contradicts=True)
        elif token.sort is Sort.DATE:
            _date(case, place, token)
        elif token.sort is Sort.QUOTE:
            _quotation(case, place, token)
    _from_to(case)


def _linked(case: Case, about: Iterable[Support]) -> tuple[Support, ...]:
    """What may hold a figure that is said of `about`: those, what follows from them, and the guideline."""
    about = tuple(about)
    rests = frozenset().union(*(support.rests_on for support in about))
    return (*about, *(one for one in case.further if not one.rests_on or one.rests_on & rests), *case.rule)


def _number(case: Case, place: int, token: Token) -> None:
    linked = _linked(case, case.about(place))
    if token.unit == "a" or (place and case.parsed.tokens[place - 1].key in ("age", "ag", "aged")):
        linked += tuple(support for support in case.further if "age" in support.says)
    if case.guidance is not None and _before(case, place) in ("last", "past"):
        # How far back a guideline looks is its own matter, and no trend's span.
        linked = tuple(support for support in linked if not support.moves)
    if not token.unit and token.key in case.places:
        return
    if _is_in_a_name(case, place, token, linked):
        return
    counted = count_is_right(case, place, token)
    if counted is not None or is_told_as_often(case, token, linked):
        if counted is False:
            case.fault("number", place, contradicts=True)
        return
    is_when = not token.unit and _before(case, place) == "since" and len(token.key) < 4
    if is_when or not _is_as_often(case, token, linked):
        case.fault("number", place, contradicts=True)
        return
    unit, ranged = token.unit, _is_a_bound(case, place)
    for unit in (token.unit,) if token.unit else ("", *_shared_units(case, place)):
        if any(support.holds(token.key, unit) for support in linked):
            _paired(case, place, token, unit)
            return
        if ranged and any((figure(token.key), unit) in support.bounds for support in linked):
            return
    if is_measured(
        case, place, token, linked, (token.unit,) if token.unit else ("", *_shared_units(case, place))
    ):
        return
    is_year = not token.unit and len(token.key) == 4 and not (case.guidance and _before(case, place) in _BY)
    if is_year and _before(case, place) in _AT and any(support.dated(token.key) for support in linked):
        return
    held = {
        other for support in linked for number, other in support.quantities if number == figure(token.key)
    }
    if held:
        if unit or not _countable(held):
            case.fault("unit", place, contradicts=True)
        return
    if not unit and _is_count(case, place, token):
        return
    elsewhere = any(support.holds(token.key, unit) for support in case.everything)
    rival = any(support.measured or support.quantities for support in (*case.about(place), *linked))
    case.fault("number", place, contradicts=elsewhere or rival)


def _is_in_a_name(case: Case, place: int, token: Token, linked: Iterable[Support]) -> bool:
    """Whether a number is that of a result's name ("PHQ-9", "25-OH vitamin D"): a word of the name stands beside it."""
    beside = {one.key for one in case.parsed.tokens[max(place - 1, 0) : place + 2] if one is not token}
    amount = (figure(token.key), token.unit)
    return any(amount in support.named_by and beside & support.names for support in linked)


def _is_as_often(case: Case, token: Token, linked: Iterable[Support]) -> bool:
    """Whether a count per period ("twice daily") is that of the sources, where they have one."""
    wanted = next((period for at, period in frequencies(case.parsed.tokens) if at is token), "")
    known = frozenset().union(*(support.often for support in linked)) if wanted else frozenset()
    return not any(period == wanted for _, period in known) or (figure(token.key), wanted) in known


def _is_a_bound(case: Case, place: int) -> bool:
    """Whether a sentence speaks of a range or a limit before a number, and names nothing in between."""
    names = [mention.first for mention in case.mentions if mention.first < place]
    since = max(names, default=0)
    return any(token.key in ("rang", "range", "limit", "normal") for token in case.parsed.tokens[since:place])


def _countable(units: set[str]) -> bool:
    return "" in units or all(unit.startswith("{") for unit in units)


def _is_count(case: Case, place: int, token: Token) -> bool:
    """Whether a bare number counts the cited entries ("3 sources", "2 readings")."""
    following = case.parsed.tokens[place + 1] if place + 1 < len(case.parsed.tokens) else None
    if following is None or following.key not in ("sourc", "reading", "entry", "not"):
        return False
    return token.key == str(len({one for support in case.entries for one in support.rests_on}))


def _shared_units(case: Case, place: int) -> Iterator[str]:
    """Units that a number may share with the next one or the last ("from 52 to 38 mL/min", "8.2 and 7.9 %")."""
    for token in case.parsed.tokens[place + 1 : place + 4]:
        if token.sort is Sort.NUMBER:
            yield token.unit
            break
        if token.key not in ("to", "and", "or", ",", "then", "("):
            break
    joined = place and case.parsed.tokens[place - 1].key in ("and", "or", "then", "to")
    before = [token for token in case.parsed.tokens[:place] if token.sort is Sort.NUMBER and token.unit]
    if joined and before and _are_one_thing(case, place, before[-1]):
        yield before[-1].unit


def _are_one_thing(case: Case, place: int, before: Token) -> bool:
    """Whether a number follows another one of the same thing ("38 mL/min on … and 42 on …")."""
    at = case.parsed.tokens.index(before)
    return not any(at < mention.first < place for mention in case.mentions)


def _date(case: Case, place: int, token: Token) -> None:
    before = _before(case, place)
    if case.guidance and before in case.guidance.due_after and (token.key in case.due or before in _BY):
        if token.key not in case.due:
            case.fault("date", place, contradicts=True)
        return
    if token.key in case.today and _before(case, place, 2) == "as of":
        return
    if token.key in case.today and before in _BY and case.guidance is None:
        # What is to be done on the day itself claims nothing of the record.
        return
    if before == "since" and case.polarity.denied[place]:
        gaps = [one for one in case.further if one.wants and one.dated(token.key)]
        if not gaps or _is_last_uncited(case, token.key, gaps):
            case.fault("date", place, contradicts=not gaps)
        return
    if _before(case, place, 2) == "note of" and any(support.begins for support in case.entries):
        if not any(replace(support, dates=support.begins).dated(token.key) for support in case.entries):
            case.fault("date", place, contradicts=True)
        return
    if case.guidance and _is_told_on(case, place):
        # What several sources tell of one thing: a note, a fill.
        if not any(support.dated(token.key) for support in case.entries):
            case.fault("date", place, contradicts=True)
        return
    about = case.about(place)
    if "resolv" in case.affirmed and (ended := frozenset().union(*(support.ended for support in about))):
        if not any(replace(one, dates=ended).dated(token.key) for one in about[:1]) and not _is_of_now(about):
            case.fault("date", place, contradicts=True)
        return
    if token.unit:
        told = lasts_so_long(case, token, about, _linked(case, about)) or _is_sources_word(case, place, token)
        if not told:
            case.fault("date", place, contradicts=True)
        return
    narrowed = _of_kind(case, place, about)
    if before == "since" and (begun := [support for support in about if support.begins]):
        narrowed = [replace(one, dates=one.begins) for one in begun] + [
            one for one in case.further if one.disputed
        ]
    whole = token.key.startswith("<") and [one for one in about if one.dates]
    if whole:
        if not all(one.dated(token.key) for one in whole):
            case.fault("date", place, contradicts=True)
        return
    if _is_another_month(case, place, token):
        case.fault("date", place, contradicts=True)
        return
    if any(support.dated(token.key) for support in narrowed or _linked(case, about)):
        return
    if _is_sources_word(case, place, token):
        return
    case.fault("date", place, contradicts=True)


def _is_last_uncited(case: Case, day: str, gaps: Sequence[Support]) -> bool:
    """Whether the last of what is missing since a day stands in the record, and isn't cited."""
    if any(one.dated(day) for one in case.entries):
        return False
    last = frozenset().union(*(gap.rests_on for gap in gaps))
    return any(one.id in last and one.happened and one.happened.day.isoformat() == day for one in case.record)


def _is_sources_word(case: Case, place: int, token: Token) -> bool:
    """Whether a time without a date stands in a cited text just so ("died in January"), beside what is said there."""
    if not (".." in token.key or token.sort is Sort.WORD) or not token.text[:1].isalpha():
        return False
    return any(
        re.search(rf"\b{re.escape(token.text)}\b", one.text) and _is_still_so(case, token.text, one)
        for one in _telling(case, place)
    )


def _telling(case: Case, place: int) -> list[Support]:
    """The entries and lines that have a word of the clause in which a token stands."""
    first, last = clause_of(case, place)
    found = case.parsed.tokens
    keys = {one.key for one in found[first:last] if is_content(one) and not is_plain(one)} - {
        found[place].key
    }
    return [one for one in apart(case.entries) if keys & (one.says | one.denies)]


def _is_another_month(case: Case, place: int, token: Token) -> bool:
    """Whether the lines of notes that a month is said of name other months, so that the day of the note is no date of theirs."""
    if token.text.rstrip(".") not in MONTH_NAMES:
        return False
    lines = [one for one in case.about(place) if not one.kind and one.text]
    named = [month for one in lines for month in MONTH_NAMES if re.search(rf"\b{month}\b", one.text)]
    return len(lines) == len(case.about(place)) and bool(named) and token.text.rstrip(".") not in named


def _is_still_so(case: Case, said: str, support: Support) -> bool:
    """Whether what a source said of a time ("three years ago") on its own day is still right today."""
    low = said.lower()
    if not re.search(r"ago|last|this|next|past|for|yesterday|in ", low):
        return True
    days = next((most for unit, most in _STILL if unit in low), 0)
    day = max((one for one in support.dates if len(one) == _FULL), default="")
    return bool(day) and 0 <= (date.fromisoformat(max(case.today)) - date.fromisoformat(day)).days <= days


def _of_kind(case: Case, place: int, about: Sequence[Support]) -> Sequence[Support]:
    """Of what a date may be said of, what the word before it says: "filled on" of fills, "ordered on" of orders."""
    before = {token.key for token in case.parsed.tokens[max(place - 3, 0) : place]}
    kinds = next((kinds for words, kinds in _DATED_BY if before & words), ())
    drugs = frozenset().union(*(support.drugs for support in about))
    same = (support for support in case.entries if support.drugs & drugs)
    return tuple(support for support in (*about, *same) if support.kind in kinds)


def _is_of_now(about: Iterable[Support]) -> bool:
    return any(not support.standing for support in about)


def _before(case: Case, place: int, words: int = 1) -> str:
    said: list[str] = []
    while place > 0 and len(said) < words:
        place -= 1
        word = case.parsed.tokens[place].text.lower()
        if word != "the":
            said.insert(0, word)
    return " ".join(said)


def _is_told_on(case: Case, place: int) -> bool:
    """Whether a date stands behind "told on", alone or among others that are joined there."""
    tokens = case.parsed.tokens
    while place > 1 and (tokens[place].sort is Sort.DATE or tokens[place].key in ("and", ",")):
        place -= 1
    return (tokens[place - 1].text.lower(), tokens[place].text.lower()) == ("told", "on")


def _paired(case: Case, place: int, token: Token, unit: str) -> None:
    """A value and the date that goes with it (the next one, with nothing else between) come from the same source."""
    names = {mention.first for mention in case.mentions}
    for at in range(place + 1, min(place + 11, len(case.parsed.tokens))):
        following = case.parsed.tokens[at]
        if following.sort is Sort.DATE and following.unit:
            return  # "for 10 days" is no day
        if following.sort is Sort.DATE:
            holders = [one for one in (*case.entries, *case.further) if one.holds(token.key, unit)]
            if not any(support.dated(following.key) for support in holders):
                case.fault("date", at, contradicts=True)
            return
        if at in names or following.key in _APART or (following.sort is Sort.NUMBER and following.unit):
            return


def _from_to(case: Case) -> None:
    """ "from 52 to 38" goes the way the trend goes; "between" two days the earlier stands first."""
    found = case.parsed.tokens
    for place, token in enumerate(found[:-3]):
        if token.key not in ("from", "between"):
            continue
        numbers = [one for one in found[place + 1 : place + 9] if one.sort is Sort.NUMBER]
        dates = [one for one in found[place + 1 : place + 9] if one.sort is Sort.DATE and len(one.key) == 10]
        if token.key == "between" and len(dates) >= 2 and not _is_span(case, dates[0].key, dates[1].key):
            case.fault("date", found.index(dates[1]), contradicts=True)
        joint = any(one.key in ("to", "and") for one in found[place + 1 : place + 9])
        if joint and len(dates) >= 2 and dates[0].key > dates[1].key:
            case.fault("date", found.index(dates[0]), contradicts=True)
        ranged = _before(case, place).startswith(("rang", "vari"))
        if token.key == "from" and joint and len(numbers) >= 2 and not ranged:
            ends = (figure(numbers[0].key), figure(numbers[1].key))
            told = [one for one in _linked(case, case.about(place + 1)) if one.moves]
            moves = [one.moves[1:] for one in told if one.moves]
            back = any(goes_back(one.steps, *ends) for one in told)
            if back or (ends not in moves and tuple(reversed(ends)) in moves):
                case.fault("number", found.index(numbers[0]), contradicts=True)


def _is_span(case: Case, first: str, last: str) -> bool:
    """Whether the record, where it gives a span in which nothing was seen, gives this one."""
    told = [support.text for support in case.further if "between" in support.text]
    return not told or any(f"between {first} and {last}" in text for text in told)


def _quotation(case: Case, place: int, token: Token) -> None:
    said = " ".join(token.key.split()).strip(" .…")
    texts = [" ".join(support.text.split()) for support in case.entries]
    if not any(_is_quoted_whole(said, text) for text in texts):
        case.fault("quotation", place, contradicts=any(said.lower() in text.lower() for text in texts))


def _is_quoted_whole(said: str, text: str) -> bool:
    """Whether a text has these words, names left out where "…" stands, and not behind a negation that was left out."""
    pattern = _NAMES.join(re.escape(part.strip()) for part in said.split("…"))
    return any(
        not _LEFT_OUT.search(text[max(found.start() - 40, 0) : found.start()].lower())
        for found in re.finditer(rf"(?i:{pattern})", text)
    )
