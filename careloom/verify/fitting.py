"""Numbers that no source has in these digits, and yet says: rounded, converted, between two others, for so long."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from careloom.verify.case import Case
from careloom.verify.lexicon import LEXICON
from careloom.verify.parse import PERIODS, figure, frequencies, limits
from careloom.verify.series import lasts
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token

_ABOUT = frozenset({"about", "approximately", "approx", "around", "roughly", "circa"})
_SIDES = frozenset({"nearly", "almost", "close"})
_JUST = frozenset({"just", "slightly", "barely"})
_OFTEN = {"/d": "day", "/wk": "week", "/mo": "month", "/a": "year"}
_LONG = {"day": "d", "week": "wk", "month": "mo", "year": "a"}


def is_told_as_often(case: Case, token: Token, linked: Iterable[Support]) -> bool:
    """Whether "twice a day" is a count per period that a source has."""
    period = _OFTEN.get(token.unit) and next(
        (one for at, one in frequencies(case.parsed.tokens) if at is token), None
    )
    return period is not None and any((figure(token.key), period) in support.often for support in linked)


def is_measured(
    case: Case, place: int, token: Token, linked: Sequence[Support], units: Sequence[str]
) -> bool:
    """Whether a number tells what was measured in other digits, or is a limit that the sentence compares it with."""
    if (feet := _feet_and_inches(case, place)) is not None:
        return any(value.fits(feet, "[in_i]", "about") for one in linked for value in one.values)
    values = [value for support in linked for value in support.values]
    how = _how(case, place)
    if any(value.fits(token.key, unit, how) for unit in units for value in values):
        return True
    if "/" in token.key and not token.unit:
        return any((figure(token.key), "mm[Hg]") in support.quantities for support in linked)
    if (
        token.unit in PERIODS
        and case.guidance is None
        and any(one.lasted >= 0 and lasts(one.lasted, token.key, token.unit) for one in linked)
    ):
        return True
    if case.guidance is None and _is_a_stay(case, place, token, linked):
        return True
    if case.guidance is not None or not values:
        return False
    if _out_of(case, place):
        return any(value.lab and value.lab.plausible_high == Decimal(token.key) for value in values)
    if any(one is token and at < place for at, _, one in limits(case.parsed.tokens)):
        return any(value.lies("above", token.key, unit) is not None for unit in units for value in values)
    return _is_between(case, place, linked)


def _feet_and_inches(case: Case, place: int) -> str | None:
    """The inches of "5 ft 9 in", for either of its numbers."""
    found = case.parsed.tokens
    for at in (place, place - 1):
        if 0 <= at < len(found) - 1 and found[at].unit == "[ft_i]" and found[at + 1].sort is Sort.NUMBER:
            feet, inches = found[at].key, found[at + 1].key
            return str(int(feet) * 12 + int(inches)) if feet.isdigit() and inches.isdigit() else None
    return None


def _out_of(case: Case, place: int) -> bool:
    """Whether a number is the most that a score can be ("19 out of 30")."""
    before = [token.key for token in case.parsed.tokens[max(place - 2, 0) : place]]
    return before == ["out", "of"] and case.parsed.tokens[place].key.isdigit()


def _was_as_long(nights: int, number: str, unit: str) -> bool:
    """Whether a stay may be called so long: days by its nights, or with the day of its start."""
    return number in (str(nights), str(nights + 1)) if unit == "d" else lasts(nights, number, unit)


def _is_a_stay(case: Case, place: int, token: Token, linked: Sequence[Support]) -> bool:
    """Whether a number is that of "a 5-day stay"."""
    after = {one.key for one in case.parsed.tokens[place + 1 : place + 3]}
    stays = after & LEXICON.stays["inpatient"] and token.unit == "d"
    return bool(stays) and any(
        one.nights and token.key in (str(one.nights), str(one.nights + 1)) for one in linked
    )


def lasts_so_long(case: Case, token: Token, about: Sequence[Support], linked: Sequence[Support]) -> bool:
    """Whether "for five years" is since when something is so, or a length that a source gives."""
    number, _, period = token.unit.partition(" ")
    amount = (number, _LONG.get(period, ""))
    # How long something has been missing is none of a guideline's times.
    if any(amount in one.quantities for one in linked if case.guidance is None or not one.wants):
        return True
    if case.guidance is not None:
        return False
    if token.text[:3].lower() in ("for", "spe") and any(
        one.nights and _was_as_long(one.nights, number, amount[1]) for one in about
    ):
        return True
    if token.text[:2].lower() in ("in", "wi"):
        lasting = any(one.lasted >= 0 and lasts(one.lasted, number, amount[1]) for one in linked)
        return lasting or any(support.dated(token.key) for support in about)
    return any(replace(support, dates=support.begins).dated(token.key) for support in about)


def _how(case: Case, place: int) -> str:
    """The word that says how near a number is: "about", "nearly", "over" (after "just")."""
    start = case.parsed.tokens[place].start
    if case.parsed.text[:start].rstrip()[-1:] in ("~", "≈"):
        return "about"
    before = [token.text.lower() for token in case.parsed.tokens[max(place - 3, 0) : place]]
    if before and before[-1] == "to" and before[:-1]:
        before.pop()
    last = before[-1] if before else ""
    if last in _ABOUT or last in _SIDES:
        return last
    return (
        last if last in ("over", "above", "under", "below") and before[-2:-1] and before[-2] in _JUST else ""
    )


def _is_between(case: Case, place: int, linked: Sequence[Support]) -> bool:
    """Whether a number is an end of "between 35 and 40", and all that is measured lies in it."""
    found = case.parsed.tokens
    for start, token in enumerate(found):
        ends = [one for one in found[start + 1 : start + 5] if one.sort is Sort.NUMBER]
        joined = any(one.key in ("and", "to") for one in found[start + 1 : start + 5])
        if (
            token.key not in ("between", "from")
            or len(ends) < 2
            or not joined
            or found[place] not in ends[:2]
        ):
            continue
        if token.key == "from" or "/" in ends[0].key + ends[1].key:
            return False
        unit = ends[1].unit
        values = [value for support in linked for value in support.values if not value.change]
        inside = [
            (value.lies("above", ends[0].key, unit) or value.amount == Decimal(ends[0].key))
            and (value.lies("below", ends[1].key, unit) or value.amount == Decimal(ends[1].key))
            for value in values
        ]
        return bool(inside) and all(inside)
    return False
