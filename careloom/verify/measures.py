"""What was measured, and whether a number says it: in another unit, rounded, or without the usual unit."""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from careloom.knowledge.labs import Lab
from careloom.verify.tokens import unit_named

# Factors are given and rounded differently ("18", "18.016"): two values this far apart are the same.
_SAME = Decimal("0.003")
_JUST = Decimal("0.06")
_SMALL_CHANGE = Decimal("0.05")


class Value(NamedTuple):
    """A measured number in its source's unit (UCUM, "" for none); `change` where it is the difference of two."""

    amount: Decimal
    unit: str
    lab: Lab | None = None
    change: bool = False

    def fits(self, digits: str, unit: str, how: str = "") -> bool:
        """Whether digits in a unit say this value: rounded (`how` is the word before them, "about") or converted.

        Without a unit the lab's own is meant, and only a value that stands in it may be said so.
        """
        if "/" in digits:
            return False
        amount = self._in(unit)
        if amount is None:
            return False
        said = Decimal(digits.replace(",", ""))
        if how in ("over", "above"):
            return said < amount <= said * (1 + _JUST)
        if how in ("under", "below", "nearly", "almost", "close"):
            return said * (1 - _JUST) <= amount <= said
        share = self.lab is None and self.unit == "%"  # of a change, and said as people say one
        return _rounded(amount, said, digits, loose=bool(how) or share) or (
            unit not in ("", self.unit) and abs(said - amount) <= abs(amount) * _SAME
        )

    def lies(self, side: str, digits: str, unit: str) -> bool | None:
        """Whether it is above (or below) a limit; None where the limit's unit says nothing of it."""
        amount = self._in(unit)
        if amount is None or "/" in digits:
            return None
        limit = Decimal(digits.replace(",", ""))
        return amount > limit if side == "above" else amount < limit

    def _in(self, unit: str) -> Decimal | None:
        """The amount in a unit; in the lab's own where the unit is ""."""
        if unit == self.unit:
            return self.amount
        if self.lab is None:
            return None
        if not unit:
            return self.amount if self.unit == unit_named(self.lab.unit) else None
        zero, one = self.lab.canonical("0", unit), self.lab.canonical("1", unit)
        own_zero, own = self.lab.canonical("0", self.unit), self.lab.canonical(str(self.amount), self.unit)
        if zero is None or one is None or own is None or own_zero is None or one == zero:
            return None
        return (own - own_zero if self.change else own - zero) / (one - zero)


def _rounded(amount: Decimal, said: Decimal, digits: str, *, loose: bool) -> bool:
    """Whether a number is the rounding of an amount to its own digits; to one, or to round tens, only where it is said."""
    figures = digits.replace(".", "").replace(",", "").lstrip("0")
    place = -len(digits.partition(".")[2])
    if loose and place == 0 and len(figures) > 2:
        place = len(figures) - len(figures.rstrip("0"))
    if len(figures) < 2 and not loose and amount != said:
        return False
    return abs(said - amount) * 2 <= Decimal(1).scaleb(place)


def way_of(first: Decimal, last: Decimal) -> str:
    """up, down or flat: below a twentieth of the first value a change is no movement."""
    if abs(last - first) < abs(first) * _SMALL_CHANGE:
        return "flat"
    return "up" if last > first else "down"


def value_of(digits: str | None, unit: str | None, lab: Lab | None) -> tuple[Value, ...]:
    """A source's number as a value; nothing for words."""
    if not digits:
        return ()
    try:
        return (Value(Decimal(digits), unit_named(unit), lab),)
    except InvalidOperation:
        return ()
