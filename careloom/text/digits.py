"""Digits as people say them: those of a machine made short."""

import re
from decimal import Decimal

_MACHINE = re.compile(r"(?<![\w.])(?:[1-9]\d*\.\d|0\.[1-9])\d{4,}(?!\w)")


def rounded(text: str) -> str:
    """A text whose numbers have no more digits than anybody says: those of a machine ("29.99789463077742") to one place behind the
    point, below ten to two; every other number as it is.
    """

    def short(found: re.Match[str]) -> str:
        number = Decimal(found.group())
        return str(round(number, 2 if number < 10 else 1))

    return _MACHINE.sub(short, text)
