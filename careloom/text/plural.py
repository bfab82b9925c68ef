"""Whether a name is one thing or many, for the verb behind it: "platelets were", "glucose was"."""

import re

_SINGULAR = frozenset(
    {
        "diabetes",
        "prediabetes",
        "herpes",
        "rabies",
        "measles",
        "mumps",
        "shingles",
        "caries",
        "ascites",
        "yaws",
    }
    | {"scabies", "rickets", "tabes", "lens", "pancreas", "series", "species"}
)
_HEAD = re.compile(r" (?:of|in|with|without|not|to|due|from|on|at|and|-) |[,(:\[]")
# Letters such as PHOS are an abbreviation.
_SHORT = 5


def is_plural(name: str) -> bool:
    """Whether the noun that a name is about looks like a plural ("impacted molars", not "diabetes mellitus")."""
    word = (_HEAD.split(name, maxsplit=1)[0].split() or [""])[-1]
    if word.isupper() and len(word) <= _SHORT:
        return False
    head = word.lower()
    return head.endswith("s") and not head.endswith(("ss", "us", "is")) and head not in _SINGULAR


def was(name: str) -> str:
    """ "were" behind a plural, else "was"."""
    return "were" if is_plural(name) else "was"


def are(name: str) -> str:
    """ "are" behind a plural, else "is"."""
    return "are" if is_plural(name) else "is"
