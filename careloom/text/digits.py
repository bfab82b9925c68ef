"""Digits as people say them: those of a machine made short, and those that a check digit guards."""

import re
from decimal import Decimal

NPI = re.compile(r"\d{10}", re.ASCII)
_MACHINE = re.compile(r"(?<![\w.])(?:[1-9]\d*\.\d|0\.[1-9])\d{4,}(?!\w)")


def rounded(text: str) -> str:
    """A text whose numbers have no more digits than anybody says: those of a machine ("29.99789463077742") to one place behind the
    point, below ten to two; every other number as it is.
    """

    def short(found: re.Match[str]) -> str:
        number = Decimal(found.group())
        return str(round(number, 2 if number < 10 else 1))

    return _MACHINE.sub(short, text)


def is_npi(number: str) -> bool:
    """Whether a national provider identifier's check digit holds (45 CFR 162.406; Luhn over 80840 and ten digits)."""
    if not NPI.fullmatch(number):
        return False
    total = 0
    for place, digit in enumerate(reversed(f"80840{number}")):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
