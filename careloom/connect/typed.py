"""A figure that somebody typed as text: "> 60 mL/min/1.73m2", "<0.10", "7.1 %"; not "3 drinks a day"."""

import re
from typing import NamedTuple

_FIGURE = re.compile(r"\s*(<=|>=|<|>)?\s*(\d+(?:\.\d+)?)\s*(%|mm\s?Hg|[A-Za-zµμ\[\]]+/\S[\w/. {}\[\]]*)?\s*")


class Figure(NamedTuple):
    """Comparator ("" for none), the source's digits, and the unit ("" where neither text nor range has one)."""

    comparator: str
    digits: str
    unit: str


def figure(text: str, unit_of_range: str = "") -> Figure | None:
    """The figure that a text is; None where it is something else, or a bare number (which stays a text).

    `unit_of_range` is the unit of the result's reference range: it stands where the text has a comparator alone.
    """
    found = _FIGURE.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        return None
    return Figure(found[1] or "", found[2], found[3] or unit_of_range)
