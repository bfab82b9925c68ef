"""The number of a visit, as its sender wrote it: no entry tells it, and only whoever gave it is told it again."""

import re

_ENDS = re.compile(r"[\r\n]+")
_MARKS = "|^~\\&"
_NUMBER = 19


def visit_number(body: bytes) -> str:
    """PV1-19 (CX) of a message that tells of one visit; "" where it tells none, of several, writes with other delimiters, or is no such message."""
    lines = _ENDS.split(body.decode("utf-8", errors="replace"))
    heads = [line for line in lines if line.startswith("MSH")]
    visits = [line.split("|") for line in lines if line.startswith("PV1|")]
    if len(heads) != 1 or len(visits) != 1 or heads[0][3:8] != _MARKS:
        return ""
    said = visits[0][_NUMBER].strip() if len(visits[0]) > _NUMBER else ""
    return "" if "\ufffd" in said or said == '""' else said
