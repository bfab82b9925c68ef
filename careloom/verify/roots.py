"""Words beside words: are two of one root ("amputated", "amputation"), do letters stand for them ("AKI"), and what is one's opposite?"""

import re

_ENDINGS = frozenset(
    [
        "",
        "e",
        "ion",
        "ation",
        "ment",
        "al",
        "ive",
        "ic",
        "y",
        "er",
        "or",
        "ist",
        "ly",
        "ant",
        "ance",
        "ence",
        "ent",
        "ure",
    ]
)
_ROOT = 6
_LOW, _HIGH = ("low", "hypo"), ("high", "hyper")


def are_of_one_root(one: str, other: str) -> bool:
    """Whether two stems differ in an ending alone that makes a noun, an adjective or who does it of the same word."""
    if one[:_ROOT] != other[:_ROOT] or len(one) < _ROOT:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[same:] in _ENDINGS and other[same:] in _ENDINGS


def has_initials(text: str, letters: str) -> bool:
    """Whether words of a text that stand together begin with these capital letters, in order."""
    for line in text.split("\n"):
        firsts = "".join(word[0] for word in re.findall(r"[^\W\d_]+", line)).upper()
        if letters in firsts:
            return True
    return False


def opposite(key: str) -> str:
    """ "low" for "high", "hypoglycemia" for "hyperglycemia"; "" for a word that names no end."""
    for one, other in (*zip(_LOW, _HIGH, strict=True), *zip(_HIGH, _LOW, strict=True)):
        if key == one or (one in ("hypo", "hyper") and key.startswith(one)):
            return other + key[len(one) :]
    return ""
