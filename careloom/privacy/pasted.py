"""Pasted: identifiers in what another system wrote: HL7 v2 segments, X12 elements, JSON keys, tables by their heading.

Source   HL7 v2.5.1, fields of the segments below that hold people, places and numbers; ASC X12 005010, elements of NM1, N1, N3, N4, PER, DMG, DTP, REF, CLM and TRN
Misses   a table without a heading
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span

# By segment the fields that identify: people, places, days, telephones, other numbers.
SEGMENT = re.compile(r"(?m)^[ \t>]*(MSH|EVN|PID|PD1|NK1|PV1|GT1|IN1|IN2|ORC|OBR|OBX|TXA|DG1|PR1|RXA)\|[^\n]*")
FIELDS: dict[str, dict[Kind, tuple[int, ...]]] = {
    "MSH": {"geography": (3, 5), "date": (6,), "other": (9,)},
    "PID": {"mrn": (2, 3, 4), "name": (5, 6, 9), "date": (7, 29), "geography": (11, 12, 23), "phone": (13, 14), "account": (18,), "ssn": (19,), "licence": (20,)},
    "NK1": {"name": (2, 30), "geography": (4, 13), "phone": (5, 6), "date": (8, 9, 16)},
    "PV1": {"name": (7, 8, 9, 17, 52), "account": (5, 19, 50), "date": (44, 45)},
    "GT1": {"account": (2,), "name": (3, 4, 16), "geography": (5, 17), "phone": (6, 7, 18), "date": (8,), "ssn": (12,)},
    "IN1": {"health_plan": (2, 3, 8, 36), "name": (6, 9, 11, 16), "geography": (4, 5, 19), "phone": (7,), "date": (12, 13, 18)},
    "ORC": {"other": (2, 3, 4), "name": (10, 11, 12), "date": (9,)},
    "OBR": {"other": (2, 3), "name": (10, 16, 28), "date": (7, 8, 14, 22)},
    "EVN": {"date": (2, 3, 6), "name": (5,), "geography": (7,)},
    "PD1": {"geography": (3,), "name": (4,)},
    "IN2": {"ssn": (2,), "geography": (3,), "health_plan": (6, 8, 61)},
    "OBX": {"date": (14, 19), "name": (16, 25), "device": (18,), "geography": (23, 24)},
    "TXA": {"date": (4, 6, 7, 8), "name": (5, 9, 10, 11, 22), "other": (12, 13, 14)},
    "DG1": {"date": (5,), "name": (16,)},
    "PR1": {"date": (5,), "name": (8, 11, 12)},
    "RXA": {"date": (3, 4), "name": (10,), "device": (15,)},
}  # fmt: skip
PIECE = re.compile(r"[^|^~&\n]+")
STATE = re.compile(r"[A-Z]{2,3}|\d|[A-Z]{2}\d|HMO")
DEGREES = frozenset(["DR", "MD", "DO", "RN", "NP", "PA", "MR", "MRS", "MS", "NPI"])
# A column by a word of its heading.
COLUMNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"phone|tel|cell|mobile|fax|contact ?(?:no|#)|celular", re.IGNORECASE)),
    ("other", re.compile(r"\b(?:mrn|id|acct|account|ssn|policy|chart|encounter|csn|fin|claim|auth|rx|order|accession|serial|lot|visit ?(?:no|#)|case|mbi|num|number|expediente|record|badge|member[ _](?:no|id))\b|_id\b|_no\b|#", re.IGNORECASE)),
    ("date", re.compile(r"\b(?:dob|date|day|dos|birth\w*|admit\w*|adm|disch\w*|fecha|when|last taken|next|seen|given|due|start|stop|end)\b|_(?:dt|date)\b", re.IGNORECASE)),
    ("name", re.compile(r"\b(?:name|last|first|mi|patient|pt|client|member|resident|aide|nurse|rn|provider|surgeon|physician|doctor|md|staff|caregiver|driver|init|initials|by|caller|interpreter|who|nombre|apellidos?|paciente|guardian|student|pcp)\b|_name\b|name_", re.IGNORECASE)),
    ("geography", re.compile(r"\b(?:address|addr|street|city|town|zip|county|facility|pharmacy|hospital|employer|school|agency|site|direcci[oó]n)\b", re.IGNORECASE)),
)  # fmt: skip
KEYED = re.compile(
    r"[\"'](?:[\w ]{0,20}_)?(?:name|family|given|nick(?:name)?|first(?:_?name)?|last(?:_?name)?|patient(?:Name)?|preferred(?:Name)?|(?:sub|display)?author|provider|clinician|surgeon|nurse|caller|guardian|spouse|contact|signedBy|enteredBy|witness)[\"']\s*:\s*\[?\s*((?:[\"'][^\"'\n]{1,60}[\"'](?!\s*:),?\s*){1,4})",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"']([^\"'\n]{1,60})[\"']")
ELEMENTS = re.compile(r"(?m)(?:^|(?<=~))[ \t]*(NM1|N3|N4|PER|DMG|DTP|REF|CLM|TRN|N1)\*([^~\n]*)")
# By segment of X12 the elements that identify.
OF_ELEMENTS: dict[str, dict[Kind, tuple[int, ...]]] = {
    "NM1": {"name": (3, 4, 5), "other": (9,)}, "N1": {"geography": (2,), "other": (4,)}, "N3": {"geography": (1, 2)}, "N4": {"geography": (1, 3)},
    "PER": {"name": (2,), "phone": (4, 6, 8)}, "DMG": {"date": (2,)}, "DTP": {"date": (3,)}, "REF": {"other": (2,)}, "CLM": {"account": (1,)}, "TRN": {"other": (2,)},
}  # fmt: skip
DAY_CELLS = re.compile(r"(?m)^[^\n]*\|[ \t]*\d{1,2}/\d{1,2}[ \t]*\|[ \t]*\d{1,2}/\d{1,2}[ \t]*(?:\||$)[^\n]*")
DAY_CELL = re.compile(r"(?:(?<=\|)|(?<=\|[ \t]))[ \t]*(\d{1,2}/\d{1,2})(?=[ \t]*(?:\||$))", re.MULTILINE)


def pasted(text: str) -> Iterator[Span]:
    """Every identifier that its segment, its element, its key or its column tells."""
    for found in SEGMENT.finditer(text):
        yield from _segment(found)
    for found in ELEMENTS.finditer(text):
        yield from _elements(found)
    for found in KEYED.finditer(text):
        for quoted in QUOTED.finditer(text, *found.span(1)):
            if any(map(str.isalpha, quoted.group(1))):
                yield Span(*quoted.span(1), "name")
    for line in DAY_CELLS.finditer(text):
        for cell in DAY_CELL.finditer(text, *line.span()):
            yield Span(*cell.span(1), "date")
    yield from _table(text)


def _elements(found: re.Match[str]) -> Iterator[Span]:
    kinds = {place: kind for kind, places in OF_ELEMENTS[found.group(1)].items() for place in places}
    at = found.start(2)
    for place, element in enumerate(found.group(2).split("*"), start=1):
        kind = kinds.get(place)
        if kind is not None and any(map(str.isalnum, element)) and not (kind == "other" and len(element) < 3):
            yield Span(at + (4 if kind == "date" and len(element) >= 8 else 0), at + len(element), kind)
        at += len(element) + 1


def _segment(found: re.Match[str]) -> Iterator[Span]:
    kinds = {place: kind for kind, places in FIELDS[found.group(1)].items() for place in places}
    at = found.start()
    for place, field in enumerate(found.group().split("|")):
        kind = kinds.get(place)
        if kind is not None:
            for piece in PIECE.finditer(field):
                start, end = at + piece.start(), at + piece.end()
                if kind == "date":
                    start += 4
                elif (
                    (kind != "name" and found.group(1) != "MSH" and STATE.fullmatch(piece.group().strip()))
                    or not any(map(str.isalnum, piece.group()))
                    or (kind == "name" and piece.group() in DEGREES)
                ):
                    continue
                if start < end:
                    yield Span(start, end, kind)
        at += len(field) + 1


def _table(text: str) -> Iterator[Span]:
    """Cells under a heading that names people, days or numbers."""
    kinds: dict[int, Kind] = {}
    size, sign, at = 0, "", 0
    for line in text.splitlines(keepends=True):
        cells = line.rstrip("\n").split(sign) if sign else []
        if not sign or len(cells) != size:
            sign = next((one for one in "|,\t;" if line.count(one) >= 3), "")
            cells = line.rstrip("\n").split(sign) if sign else []
            size = len(cells)
            short = all(len(cell.split()) <= 4 and not re.search(r"\d{3}", cell) for cell in cells)
            kinds = _columns(cells) if sign and short else {}
            sign = sign if kinds else ""
        else:
            place = at
            for number, cell in enumerate(cells):
                if (kind := kinds.get(number)) and _holds(cell, kind):
                    start = place + len(cell) - len(cell.lstrip())
                    yield Span(start, place + len(cell.rstrip()), kind)
                place += len(cell) + 1
        at += len(line)


def _columns(cells: list[str]) -> dict[int, Kind]:
    found: dict[int, Kind] = {}
    for number, cell in enumerate(cells):
        kind = next((kind for kind, pattern in COLUMNS if pattern.search(cell)), None)
        if kind is not None:
            found[number] = kind
    return found if sum(bool(cell.strip()) for cell in cells) > 2 else {}


def _holds(cell: str, kind: Kind) -> bool:
    """Whether a cell can hold what its heading says."""
    said = cell.strip()
    if kind == "date":
        return (
            re.fullmatch(r"(?:[A-Za-z]{3,9}\.? )?0?[1-9]\d?[/.-](?:0?[1-9]|[12]\d|3[01])", said) is not None
        )
    if kind == "name":
        return (
            re.search(r"[A-ZÀ-Þ]", said) is not None
            and len(said) < 40
            and not re.search(r"\d|:|\bmg\b", said)
            and not re.fullmatch(r"OPEN|YES|NO|N/?A|UNK|NONE|Y|N|[MF]", said)
        )
    if kind == "geography":
        return re.search(r"[A-Z]|\d{4}", said) is not None and len(said) < 60
    return len(re.sub(r"\D", "", said)) >= 4
