"""Is a drug's amount told as its source orders it? A true number in another number's place is a wrong dose."""

from collections.abc import Iterator, Sequence

from careloom.verify.case import Case
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.parse import figure
from careloom.verify.tokens import Sort, Token

Amount = tuple[str, str]
_REACH = 4
_EACH = frozenset({"every", "each", "a", "per"})
_OTHER = frozenset({"other", "second", "alternate"})
_EACH_ONE = frozenset({"daily", "weekly", "nightly", "monthly"})
_PERIODS = frozenset(map(stem, ("day", "week", "night", "month", "morning", "evening")))


def check_doses(case: Case) -> None:
    """Hold a number against the statement that stands before a word ("films", "total", "other days") before which its
    drug's source has another number of that unit; of "8 mg / 2 mg" hold both where no source has them in that order.
    """
    found = case.parsed.tokens
    for place, token in enumerate(found):
        if token.sort is not Sort.NUMBER or place in case.free:
            continue
        orders = [text for support in case.about(place) for text in support.orders]
        if not orders:
            continue
        wanted = _next(found, place)
        said = (
            {amount for text in orders for amount, key in _pairs(text) if key == wanted} if wanted else set()
        )
        rivals = {number for number, unit in said if unit == token.unit}
        is_anothers = bool(rivals) and figure(token.key) not in rivals
        in_order = not _is_half_of_two(case, place) or any(
            _is_in_order(found, place, text) for text in orders
        )
        if is_anothers or not in_order:
            case.fault("number", place, contradicts=True)
    _check_every_other(case)


def _check_every_other(case: Case) -> None:
    """Hold "every other day" against the statement where its drug's source hasn't it, and "daily" where the source has."""
    found = case.parsed.tokens
    alternate = set(_every_other(found))
    for place in range(len(found)):
        if place not in alternate and not _is_each(found, place):
            continue
        orders = [text for support in case.about(place) for text in support.orders]
        told = [bool(set(_every_other(text))) for text in orders if _says_how_often(text)]
        if told and place not in case.free and not any(one == (place in alternate) for one in told):
            case.fault("number", place, contradicts=True)


def _every_other(found: Sequence[Token]) -> Iterator[int]:
    """The places of the period of "every other day", "every second week"."""
    for place in range(2, len(found)):
        each, other, period = found[place - 2 : place + 1]
        if period.key in _PERIODS and other.text.lower() in _OTHER and each.key in _EACH:
            yield place


def _is_each(found: Sequence[Token], place: int) -> bool:
    """Whether a word says that something is done in each period: "daily", "every day", "a week"."""
    if found[place].text.lower() in _EACH_ONE:
        return True
    return place > 0 and found[place].key in _PERIODS and found[place - 1].key in _EACH


def _says_how_often(found: Sequence[Token]) -> bool:
    return any(_is_each(found, place) for place in range(len(found))) or any(
        True for _ in _every_other(found)
    )


def _pairs(found: Sequence[Token]) -> Iterator[tuple[Amount, str]]:
    """Every number of a text, with its unit, and what stands next to it."""
    for place, token in enumerate(found):
        if token.sort is Sort.NUMBER and (following := _next(found, place)):
            yield (figure(token.key), token.unit), following


def _next(found: Sequence[Token], place: int) -> str:
    """The next number or word of weight in the same part of a text; "" where there is none."""
    for token in found[place + 1 : place + 1 + _REACH]:
        if token.sort is Sort.STOP and token.key in ";.:\n":
            return ""
        if token.sort is Sort.NUMBER:
            return f"{figure(token.key)} {token.unit}"
        if token.sort in (Sort.WORD, Sort.DRUG) and token.key not in LEXICON.small:
            return token.key
        if token.sort in (Sort.DATE, Sort.QUOTE):
            return ""
    return ""


def _is_half_of_two(case: Case, place: int) -> bool:
    """Whether a number and the next are one strength: nothing but a stroke between them."""
    found = case.parsed.tokens
    if place + 1 == len(found) or found[place + 1].sort is not Sort.NUMBER:
        return False
    return case.parsed.text[found[place].end : found[place + 1].start].strip() == "/"


def _is_in_order(found: Sequence[Token], place: int, text: Sequence[Token]) -> bool:
    pair = [figure(found[place].key), figure(found[place + 1].key)]
    numbers = [figure(token.key) for token in text if token.sort is Sort.NUMBER]
    return any(numbers[at : at + 2] == pair for at in range(len(numbers) - 1))
