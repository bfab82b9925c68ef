"""Strengths: the numbers and units in a drug's text ("Metformin 500 MG Oral Tablet")."""

import re

_STRENGTH = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?((?:\s?[-/]\s?\d+(?:\.\d+)?)*)\s*"
    r"(mcg|µg|ug|mg|g|grams?|meq|mmol|units?|unt|iu|%)(?![A-Za-z])"
    r"(?:\s?/\s?(\d+(?:\.\d+)?\s?)?(ml|l|hr|h|actuat|actuation|puff|dose|spray|g)\b)?",
    re.IGNORECASE,
)
# "325 (65 FE) MG", "325 mg (65 mg iron)": what stands in brackets says the same strength in another way.
_OF_IRON = re.compile(
    r"(\d)\s*\(\s*\d+(?:\.\d+)?\s*(?:mg)?\s*(?:of )?(?:elemental )?[a-z]{2,9}\s*\)\s*(mg|g|mcg)\b", re.I
)
_RESTATED = re.compile(
    r"(\d\s*(?:mcg|mg|g|meq|units?)(?:\s[a-z]+){0,2})\s*"
    r"\((?:equiv[a-z. ]*|as |contains? )?\s*\d[\d,.]*\s*(?:mcg|mg|g|meq|mmol|unt|units?)\b[^()]{0,40}\)",
    re.I,
)
_UNITS = {
    "µg": "mcg", "ug": "mcg", "gram": "g", "grams": "g", "unit": "units", "unt": "units", "iu": "units",
    "ml": "mL", "l": "L", "hr": "h", "actuation": "actuat", "meq": "mEq",
}  # fmt: skip


def parse_strengths(text: str) -> tuple[tuple[str, str], ...]:
    """Every strength in a drug's text as (number, unit), in order; the number in the source's digits.

    Units are mg, mcg, g, units, mEq, mmol, %; a denominator is kept ("mg/mL", "mg/5 mL", "mcg/h").
    "5-325 mg" gives two. Volumes ("10 ML"), durations ("24 HR") and counts are no strengths.
    """
    found = []
    for number in _STRENGTH.finditer(_RESTATED.sub(r"\1", _OF_IRON.sub(r"\1 \2", text))):
        whole, decimals, further, unit, per, denominator = number.groups()
        named = _UNITS.get(unit.lower(), unit.lower())
        if denominator:
            below = _UNITS.get(denominator.lower(), denominator.lower())
            named = f"{named}/{per.strip()} {below}" if per else f"{named}/{below}"
        found.append((whole.replace(",", "") + (decimals or ""), named))
        found += [(other, named) for other in re.findall(r"\d+(?:\.\d+)?", further)]
    # Of a pen that gives "1 mg/dose (4 mg/3 mL)" the dose is its strength; the rest is what it holds.
    return tuple([one for one in found if one[1].endswith("/dose")] or found)


def parse_strength(text: str) -> tuple[str, str] | None:
    """The first strength in a drug's text: "Metformin 500 MG Oral Tablet" → ("500", "mg"), or None."""
    strengths = parse_strengths(text)
    return strengths[0] if strengths else None
