"""A name as a person writes it, in its parts."""

from careloom.care.entry import HumanName

SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
# Small words that begin a family name of several words.
PARTICLES = frozenset(
    {"da", "das", "de", "del", "della", "der", "di", "dos", "du", "la", "las", "le", "los", "san", "santa"}
    | {"st", "st.", "van", "vander", "von", "den", "ter", "al", "el", "bin", "ibn", "o'", "mac"}
)


def person_name(text: str) -> HumanName:
    """A name as a person writes it: "Rosa de la Cruz Jr", or "Cruz, Rosa"."""
    family, comma, rest = text.partition(",")
    if comma and rest.strip().rstrip(".").lower() not in SUFFIXES:
        words = rest.split()
        suffix = words.pop() if len(words) > 1 and words[-1].rstrip(".").lower() in SUFFIXES else ""
        return HumanName(family.strip(), tuple(words), suffix, text)
    words = text.replace(",", " ").split()
    suffix = words.pop() if len(words) > 1 and words[-1].rstrip(".").lower() in SUFFIXES else ""
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return HumanName(" ".join(words[start:]), tuple(words[:start]), suffix, text)
