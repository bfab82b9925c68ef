"""Times that people say without a date ("three months ago", "last spring", "in March") as spans of days.

They are counted from the day as of which the plan speaks; a source's own words are left as they are.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from careloom.verify.lexicon import stem
from careloom.verify.parse import Parsed
from careloom.verify.polarity import polarity
from careloom.verify.spans import PARTS, SEASONS, back, of_month, of_season, part_of, season_near, span
from careloom.verify.tokens import MONTHS, NUMBER_WORDS, Sort, Token

# How far "N periods ago" reaches on each side of the day.
_SLACK = {"day": 1, "week": 4, "fortnight": 7, "month": 16, "year": 183, "decade": 730}
_RECENT = 100
_VAGUE = {"a": 1, "an": 1, "one": 1, "couple of": 2, "a couple of": 2, "half a": 0.5, "half an": 0.5}
_SEVERAL = {"a few": (2, 5), "few": (2, 5), "several": (3, 9), "many": (3, 60)}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_COUNT = (
    r"(?:\d+(?:\.\d+)?|a\s+couple\s+of|couple\s+of|a\s+few|few|several|half\s+an?|an?|one|"
    + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
    + r")(?:-(?:one|two|three|four|five|six|seven|eight|nine))?(?:\s+and\s+a\s+half)?"
)
_UNIT = r"(?:day|week|fortnight|month|year|decade)s?"
_MONTH = "|".join(name.capitalize() for name in MONTHS) + "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_ALWAYS = frozenset(
    [
        "ago",
        "back",
        "yesterday",
        "tomorrow",
        "history",
        "earlier",
        "late",
        "mid",
        "early",
        "spring",
        "summer",
        "autumn",
        "winter",
    ]
)
_LEADS = frozenset(
    {"spent", "last", "past", "previou", "previous", "this", "next", "for", "on", "the", "in", "within"}
)
_LED = frozenset(
    [
        "week",
        "month",
        "year",
        "weekend",
        "end",
        "beginning",
        "start",
        "middle",
        "fall",
        "a",
        "an",
        "about",
        "around",
        "at",
        "over",
        "more",
        "almost",
        "nearly",
        "roughly",
        "several",
        "few",
        "past",
        "last",
    ]
) | {stem(day) for day in _WEEKDAYS}
_MONTH_WORDS = frozenset(_MONTH.replace("Sept?", "Sep|Sept").split("|"))
_SAID = re.compile(
    rf"""
    (?P<ago>(?:(?P<ago_how>about|around|roughly|approximately|almost|nearly|over|more\ than|just\ over)\s+)?
        (?P<ago_n>{_COUNT})\s+(?P<ago_unit>{_UNIT})\s+(?:ago|back|earlier)\b)
  | (?P<window>(?:in|over|during|within|for)\s+the\s+(?:past|last|previous)\s+(?:(?P<win_n>{_COUNT})\s+)?(?P<win_unit>{_UNIT})\b)
  | (?P<long>(?<!\d\s)\b(?:for|spent)\s+(?:(?P<long_how>about|around|at\ least|over|more\ than|almost|nearly|roughly|the\ past|the\ last)\s+)?
        (?P<long_n>{_COUNT})\s+(?P<long_unit>{_UNIT})\b(?!\s+supply))
  | (?P<standing>\b(?P<stand_n>{_COUNT})[-\s](?P<stand_unit>year|month|week|day|decade)s?['’]?[-\s](?:long\s+)?history\b)
  | (?P<which>\b(?P<which_one>last|past|previous|this|this\ past|next)\s+
        (?P<which_unit>week|month|year|weekend|spring|summer|fall|autumn|winter|{"|".join(_WEEKDAYS)})\b)
  | (?P<season>\b(?:(?P<part_s>early|mid|late)[-\s])?(?P<season_name>spring|summer|fall|autumn|winter)(?:\s+of|,)?\s+(?P<season_year>(?:19|20)\d\d)\b)
  | (?P<inseason>\bin\s+(?:the\s+)?(?P<in_season>spring|summer|fall|autumn|winter)\b(?!,?\s+(?:of\s+)?\d))
  | (?P<part>\b(?P<part_how>early|mid|late)[-\s](?:in\s+)?(?:(?P<part_month>{_MONTH})\.?\s+)?(?P<part_year>(?:19|20)\d\d)\b)
  | (?P<edge>\b(?:the\s+)?(?P<edge_how>beginning|start|middle|end)\s+of\s+(?:(?P<edge_month>{_MONTH})\b\.?,?(?!\s*\d\d?\b))?\s*(?P<edge_year>(?:19|20)\d\d)?\b)
  | (?P<ahead>(?<!\d\s)\b(?:in|within)\s+(?P<ahead_n>{_COUNT})\s+(?P<ahead_unit>{_UNIT})\b)
  | (?P<beginning>\bearlier\s+this\s+(?P<begin_unit>week|month|year)\b)
  | (?P<yesterday>\b(?:yesterday|last\s+night|the\s+day\s+before)\b)
  | (?P<tomorrow>\btomorrow\b)
  | (?P<numeric>(?<=\bon\s)(?P<num_month>\d\d?)/(?P<num_day>\d\d?)(?![/\d]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Each of these ways has one of these; a text without any isn't searched for the ways, which takes long.
_WORTH = re.compile(
    r"day|week|month|year|decade|night|spring|summer|fall|autumn|winter|tomorrow|(?:early|mid|late)[-\s]|\sof\s|\s\d\d?/\d",
    re.IGNORECASE,
)
# What may stand before a month without a year, and behind one; "may" and "march" are words too, and need such a sign.
_MONTH_WORD = re.compile(r"\b[JFMASOND][a-z]{2,8}\b\.?(?!\s*\d)")
_LEADING = re.compile(
    r"\b(in|since|this past|last|this|past|by|from|until|through|of|during|between|to|and|early|mid|late|the)[-\s]+$",
    re.IGNORECASE,
)
_OF_MONTH = re.compile(
    r"\s+(?:visit|appointment|admission|stay|labs?|check|results?|reading)\b", re.IGNORECASE
)
_TAKEN_IN = frozenset({"early", "mid", "late", "last", "this", "past", "this past"})
_NEEDS_SIGN = frozenset({"may", "march", "mar", "jun", "jan", "sep", "dec"})


class Said(NamedTuple):
    """Characters `start` to `end` of a text that say when, as the key of a date token; `lasting` says for how long.

    A key is spans of ISO dates, first and last day, of which any may be meant: "2026-08-01..2026-08-31|…". One that begins
    with "<" is a window in which all must lie.
    """

    start: int
    end: int
    key: str
    lasting: str = ""


def with_times(parsed: Parsed, today: Sequence[date]) -> Parsed:
    """A sentence read, with what says when by no date made one date token each; what is denied stays words."""
    said = tuple(_said(parsed.text, today)) if _may_say(parsed.tokens) else ()
    denied = parsed.polarity.denied
    if not said:
        return parsed
    merged: list[Token] = []
    drugs: dict[int, tuple[str, ...]] = {}
    for place, token in enumerate(parsed.tokens):
        span = next((one for one in said if one.start <= token.start < one.end), None)
        if span is None or denied[place]:
            if place in parsed.drugs:
                drugs[len(merged)] = parsed.drugs[place]
            merged.append(token)
        elif not merged or merged[-1].start != span.start:
            words = parsed.text[span.start : span.end]
            merged.append(Token(Sort.DATE, span.key, span.start, span.end, words, span.lasting))
    return Parsed(parsed.text, merged, polarity(merged), drugs)


def _said(text: str, today: Sequence[date]) -> Iterator[Said]:
    taken: list[tuple[int, int]] = []
    for match in _SAID.finditer(text) if _WORTH.search(text) else ():
        kind = match.lastgroup and next(name for name in _READ if match.group(name) is not None)
        if not kind:
            continue
        found = [_READ[kind](match, day) for day in today]
        if all(found):
            lasting = _lasting(match, kind) if kind in ("long", "ahead") else ""
            taken.append(match.span())
            yield Said(*match.span(), "|".join(dict.fromkeys(found)), lasting)
    for match in _MONTH_WORD.finditer(text):
        if match.group().rstrip(".") in _MONTH_WORDS and not any(
            first <= match.start() < last for first, last in taken
        ):
            yield from _month_said(match, text, today)


def _month_said(match: re.Match[str], text: str, today: Sequence[date]) -> Iterator[Said]:
    name, start = match.group().rstrip(".").lower(), match.start()
    leading = _LEADING.search(text[max(start - 12, 0) : start])
    before = leading.group(1).lower() if leading else ""
    if name in _NEEDS_SIGN and before in ("", "the", "and", "to") and not _OF_MONTH.match(text, match.end()):
        return
    if leading and before in _TAKEN_IN:
        start -= len(leading.group())
    key = "|".join(dict.fromkeys(_month_alone(name, before, day) for day in today))
    yield Said(start, match.end() - (match.group()[-1] == "." and name in MONTHS), key)


def _may_say(found: Sequence[Token]) -> bool:
    """Whether a sentence has a word that could be part of a time, so that it is worth a closer look."""
    for place, token in enumerate(found):
        if token.key in _ALWAYS or token.text in _MONTH_WORDS:
            return True
        following = found[place + 1] if place + 1 < len(found) else None
        if following and token.key in _LEADS and (following.sort is Sort.NUMBER or following.key in _LED):
            return True
    return False


def _number(said: str) -> tuple[float, float]:
    low = " ".join(said.lower().split())
    if low in _SEVERAL:
        return _SEVERAL[low]
    if low in _VAGUE:
        return _VAGUE[low], _VAGUE[low]
    if low.endswith("half") and " and " in low:
        whole = _number(low.split(" and ")[0])[0] + 0.5
        return whole, whole
    tens, _, ones = low.partition("-")
    value = float(NUMBER_WORDS.get(tens, tens)) + (float(NUMBER_WORDS[ones]) if ones else 0)
    return value, value


def _unit(said: str) -> str:
    return said.lower().removesuffix("s")


def _ago(match: re.Match[str], day: date) -> str:
    few, most = _number(match["ago_n"])
    unit, how = _unit(match["ago_unit"]), (match["ago_how"] or "").lower()
    slack = timedelta(days=_SLACK[unit] if few >= 1 else _SLACK[unit] // 2)
    first, last = back(day, most, unit), back(day, few, unit)
    if unit in ("month", "year") and most == int(most):
        first = back(day, most + 1, unit) + slack  # People count whole periods.
    if how in ("over", "more than", "just over"):
        return span(back(day, most * 1.5 + 0.5, unit), last)
    return span(first - slack, min(last + slack, day))


def _window(match: re.Match[str], day: date) -> str:
    _, most = _number(match["win_n"] or "1")
    unit = _unit(match["win_unit"])
    return "<" + span(back(day, most, unit) - timedelta(days=_SLACK[unit] // 2), day)


def _long(match: re.Match[str], day: date) -> str:
    few, most = _number(match["long_n"])
    unit, how = _unit(match["long_unit"]), (match["long_how"] or "").lower()
    slack = timedelta(days=_SLACK[unit])
    if how in ("over", "more than", "at least"):
        return span(back(day, most * 1.5 + 0.5, unit), back(day, few, unit))
    return span(back(day, most + 1, unit), back(day, few, unit) + slack)


def _standing(match: re.Match[str], day: date) -> str:
    few, most = _number(match["stand_n"])
    unit = _unit(match["stand_unit"])
    return span(back(day, most + 1, unit), back(day, few, unit) + timedelta(days=_SLACK[unit]))


def _lasting(match: re.Match[str], kind: str) -> str:
    few, _ = _number(match[f"{kind}_n"])
    return f"{few:g} {_unit(match[f'{kind}_unit'])}"


def _ahead(match: re.Match[str], day: date) -> str:
    few, most = _number(match["ahead_n"])
    unit = _unit(match["ahead_unit"])
    slack = timedelta(days=_SLACK[unit])
    return span(back(day, -few, unit) - slack, back(day, -most, unit) + slack)


def _edge(match: re.Match[str], day: date) -> str:
    part = {"beginning": "early", "start": "early", "middle": "mid", "end": "late"}[match["edge_how"].lower()]
    if match["edge_month"] and match["edge_year"]:
        return of_month(int(match["edge_year"]), _month(match["edge_month"].lower()), part)
    if match["edge_month"]:
        return _month_alone(match["edge_month"].lower(), part, day)
    if match["edge_year"]:
        return part_of(date(int(match["edge_year"]), 1, 1), date(int(match["edge_year"]), 12, 31), part)
    return ""


def _which(match: re.Match[str], day: date) -> str:
    which, unit = match["which_one"].lower(), match["which_unit"].lower()
    step = {"this": 0, "next": 1}.get(which, -1)
    if unit in SEASONS:
        return season_near(unit, day, step if which != "this past" else -1)
    if unit in _WEEKDAYS:
        apart = (day.weekday() - _WEEKDAYS.index(unit)) % 7
        before = day - timedelta(days=apart or 7)
        found = before if step < 0 else before + timedelta(days=7)
        return span(found - timedelta(days=7) if which == "last" else found, found)
    if unit in ("week", "weekend"):
        monday = day - timedelta(days=day.weekday()) + timedelta(days=7 * step)
        if step < 0:
            return span(
                min(monday, day - timedelta(days=10)),
                max(monday + timedelta(days=6), day - timedelta(days=4)),
            )
        return span(monday, monday + timedelta(days=6))
    if unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
        return of_month(year, month + 1)
    return span(date(day.year + step, 1, 1), date(day.year + step, 12, 31))


def _season(match: re.Match[str], day: date) -> str:
    del day
    return of_season(match["season_name"].lower(), int(match["season_year"]), (match["part_s"] or "").lower())


def _in_season(match: re.Match[str], day: date) -> str:
    return season_near(match["in_season"].lower(), day, 0)


def _year_part(match: re.Match[str], day: date) -> str:
    del day
    part, year = match["part_how"].lower(), int(match["part_year"])
    if match["part_month"]:
        return of_month(year, _month(match["part_month"].lower()), part)
    return part_of(date(year, 1, 1), date(year, 12, 31), part)


def _beginning(match: re.Match[str], day: date) -> str:
    first = {
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "year": date(day.year, 1, 1),
    }[match["begin_unit"].lower()]
    return span(first, day)


def _yesterday(match: re.Match[str], day: date) -> str:
    del match
    return span(day - timedelta(days=1), day - timedelta(days=1))


def _tomorrow(match: re.Match[str], day: date) -> str:
    del match
    return span(day + timedelta(days=1), day + timedelta(days=1))


def _numeric(match: re.Match[str], day: date) -> str:
    del day
    month, of_month = int(match["num_month"]), int(match["num_day"])
    return f"--{month:02}-{of_month:02}" if 1 <= month <= 12 and 1 <= of_month <= 31 else ""


def _month(name: str) -> int:
    return next(place for place, full in enumerate(MONTHS, 1) if full.startswith(name[:3]))


def _month_alone(name: str, before: str, day: date) -> str:
    """The month that was last, and the one to come (an appointment may be in it)."""
    month = _month(name)
    year = day.year if month <= day.month else day.year - 1
    part = before if before in PARTS else ""
    found = [of_month(year, month, part), of_month(year + 1, month, part)]
    if before == "last" and (day - date(year, month, 1)).days < _RECENT:
        found.append(of_month(year - 1, month))  # In April "last March" may be that of last year.
    return "|".join(found)


_READ = {
    "ago": _ago,
    "window": _window,
    "long": _long,
    "standing": _standing,
    "which": _which,
    "season": _season,
    "inseason": _in_season,
    "part": _year_part,
    "edge": _edge,
    "ahead": _ahead,
    "beginning": _beginning,
    "yesterday": _yesterday,
    "tomorrow": _tomorrow,
    "numeric": _numeric,
}
