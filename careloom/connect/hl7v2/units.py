"""Units (OBX-6 and its like): the UCUM code where the sender coded in UCUM, ISO+ forms in UCUM, else the sender's own.

Source   HL7 v2.3, 2.8.9.2 and chapter 7 (ISO+ abbreviations are lower case, prefixed as in SI, combined by "." and "/");
         UCUM 2.1, which is built on ISO 2955, ANSI X3.50 and ISO+ (introduction)
Misses   ISO+ forms other than those here: they stay as the sender wrote them
"""

from functools import lru_cache

from careloom.connect.hl7v2.delimiters import Delimiters
from careloom.connect.hl7v2.segments import Composite, Segment

UCUM_NAMES = frozenset({"UCUM", "UCUM-1", "HTTP://UNITSOFMEASURE.ORG", "2.16.840.1.113883.6.8"})
ISO_PLUS = frozenset({"ISO+", "ISO", "ANS+", "ANSI+", "ISO2955.83"})
PREFIXES = ("", "k", "d", "c", "m", "u", "n", "p", "f")
ATOMS = {
    "g": "g",
    "l": "L",
    "m": "m",
    "mol": "mol",
    "eq": "eq",
    "osmol": "osm",
    "iu": "[iU]",
    "s": "s",
    "cal": "cal",
    "kat": "kat",
}
WHOLE = {
    "%": "%",
    "min": "min",
    "hr": "h",
    "d": "d",
    "wk": "wk",
    "mo": "mo",
    "ann": "a",
    "cel": "Cel",
    "mm(hg)": "mm[Hg]",
    "cm(h20)": "cm[H2O]",
    "lb": "[lb_av]",
    "in": "[in_i]",
    "ft": "[ft_i]",
}
ISO_UNITS = {
    **{f"{prefix}{atom}": f"{prefix}{ucum}" for prefix in PREFIXES for atom, ucum in ATOMS.items()},
    **WHOLE,
    **{f"10*{power}": f"10*{power}" for power in ("3", "6", "9", "12")},
}


def units(segment: Segment, field: int) -> str | None:
    """The unit in a field (CE or CWE); None where there is none."""
    raw = segment.raw(field)
    return _unit(raw, segment.delimiters) if raw else None


@lru_cache(maxsize=4_096)
def _unit(raw: str, marks: Delimiters) -> str | None:
    if marks.repetition:
        raw = raw.split(marks.repetition, 1)[0]
    return unit_of(Composite(marks.parts(raw), marks))


def unit_of(one: Composite) -> str | None:
    """A unit from its code, text and system, or their alternates; UCUM wins wherever it stands."""
    triplets = [(one[1], one[2], one[3]), (one[4], one[5], one[6])]
    for code, _, name in triplets:
        if code and name.upper() in UCUM_NAMES:
            return code
    for code, text, name in triplets:
        if code and name.upper() in ISO_PLUS:
            return in_ucum(code) or code
        if code and not (text and code.isdigit()):
            return code
        if text:
            return text
    return one[9] or None


def in_ucum(unit: str) -> str | None:
    """An ISO+ unit in UCUM ("mg/dl" is "mg/dL", "mm(hg)" is "mm[Hg]"); None for a form that is not known."""
    # Where only capitals can be sent, ISO 2955 has the same units in capitals ("MG/DL").
    over = (unit.lower() if unit.isupper() else unit).split("/")
    found = [[ISO_UNITS.get(atom) if atom else "" for atom in part.split(".")] for part in over]
    if any(atom is None for part in found for atom in part) or not unit.strip("/."):
        return None
    return "/".join(".".join(atom or "" for atom in part) for part in found)
