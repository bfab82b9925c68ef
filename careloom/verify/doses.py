"""Is a drug's amount told as its source orders it? A true number in another number's place is a wrong dose."""

from collections.abc import Iterator, Sequence

from careloom.verify.case import Case
from careloom.verify.lexicon import LEXICON
from careloom.verify.parse import figure
from careloom.verify.tokens import Sort, Token

Amount = tuple[str, str]
_REACH = 4


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
