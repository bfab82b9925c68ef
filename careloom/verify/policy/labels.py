"""Labels: the bullets, numbers and letters before the items of a policy's list, and which item goes on with which list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LABEL = re.compile(
    r"(?P<label>[-*+•◦▪‣●○■□☐–—·»➢✓\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc]|o(?=\s)|\[[ xX]?\]|\d{1,2}(?:\.\d{1,2})+\.?(?:\s+-(?=\s))?|\d{1,2}\s+-(?=\s)|\(?(?:\d{1,2}\s?|[A-Za-z]|[ivxIVX]{1,5})[.)])\s+(?=\S)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
# How deep a kind of label usually stands; bullets and points stand anywhere.
_DEPTH = {
    "upper numerals": 0,
    "upper letters": 1,
    "digits": 2,
    "lower letters": 3,
    "lower numerals": 4,
    "digits(": 4,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: how far it is indented, the kind of its label, and which one it is in its list (0 for a bullet)."""

    indent: int
    style: str
    number: int

    @property
    def depth(self) -> int | None:
        """How deep such a label usually stands, None for one that stands anywhere."""
        return _DEPTH.get(self.style)

    def follows(self, other: "Place") -> bool:
        """Whether this is the next item of the list that the other one is in."""
        return self.style == other.style and 0 < other.number == self.number - 1


def is_bullet(label: str) -> bool:
    """Whether a label only marks an item, and doesn't name it."""
    return not any(sign.isalnum() for sign in label) or label == "o" or label.lower() == "[x]"


def place(label: str, indent: int, above: Sequence[Place]) -> Place:
    """Where an item with a label stands, `above` being the items that are still open."""
    said = label.strip("().- ")
    if is_bullet(label):
        return Place(indent, label, 0)
    if "." in said:
        return Place(indent, f"points {said.count('.')}", int(said.rpartition(".")[2] or 0))
    if said.isdigit():
        return Place(indent, "digits" + ("(" if label.startswith("(") else ""), int(said))
    case = "upper" if said.isupper() else "lower"
    letter = ord(said.lower()[0]) - ord("a") + 1
    before = [one for one in above if one.style == f"{case} letters"]
    # "i" behind "h" is a letter, at the head of a list a numeral.
    is_next = len(said) == 1 and bool(before) and before[-1].number == letter - 1
    if re.fullmatch(r"[ivx]+", said, re.IGNORECASE) and not is_next:
        return Place(indent, f"{case} numerals", _number(said.lower()))
    return Place(indent, f"{case} letters", letter)


def _number(roman: str) -> int:
    values = [_ROMAN[sign] for sign in roman]
    return sum(-one if any(other > one for other in values[n + 1 :]) else one for n, one in enumerate(values))
