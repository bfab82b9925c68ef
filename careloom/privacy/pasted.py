"""Pasted: identifiers in text that was pasted, spoken or scanned: HL7 segments, tables, digits one by one, slips of a scanner.

Source   HL7 v2.5.1, fields of MSH, PID, NK1, PV1, GT1, IN1, ORC and OBR that hold people, places and numbers
Misses   a table without a heading; a scanner's slip inside a word
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span

# By segment the fields that identify: people, places, days, telephones, other numbers.
SEGMENT = re.compile(r"(?m)^[ \t>]*(MSH|PID|NK1|PV1|GT1|IN1|ORC|OBR)\|[^\n]*")
FIELDS: dict[str, dict[Kind, tuple[int, ...]]] = {
    "MSH": {"geography": (3, 5), "date": (6,), "other": (9,)},
    "PID": {"mrn": (2, 3, 4), "name": (5, 6, 9), "date": (7, 29), "geography": (11, 12, 23), "phone": (13, 14), "account": (18,), "ssn": (19,), "licence": (20,)},
    "NK1": {"name": (2, 30), "geography": (4, 13), "phone": (5, 6), "date": (8, 9, 16)},
    "PV1": {"name": (7, 8, 9, 17, 52), "account": (5, 19, 50), "date": (44, 45)},
    "GT1": {"account": (2,), "name": (3, 4, 16), "geography": (5, 17), "phone": (6, 7, 18), "date": (8,), "ssn": (12,)},
    "IN1": {"health_plan": (2, 3, 8, 36), "name": (6, 9, 11, 16), "geography": (4, 5, 19), "phone": (7,), "date": (12, 13, 18)},
    "ORC": {"other": (2, 3, 4), "name": (10, 11, 12), "date": (9,)},
    "OBR": {"other": (2, 3), "name": (10, 16, 28), "date": (7, 8, 14, 22)},
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
_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
_TEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine)"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)"
_MES = r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|mayo?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sept?(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)"
_LABELS = (
    r"(?:mrn?|m\.r\.n\.?|chart|record|r[eé]cord|exp(?:ediente|te)?|hc|folio|matr[ií]cula|acct|account|cuenta|fin|har|csn|run|cad|cause|case|caso|docket|bar|ccn|clia|lpc|doc|eid|enterprise id|local id|tablet|workstation|ws|machine|"
    r"band|bracelet|bag|tracking|token|contrato|p[oó]liza|number|n[uú]m(?:ero)?|tin|ein|tax id|badge|unit|dcn|hmis|ebt|snap|wic|reg(?:istro)?|asset|bed id|req|requisition|login|user(?: ?name)?|locker|loan|meter|card|tarjeta|id)"
)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Where a pattern has a group, that alone is the identifier.
SHAPES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?<![\d.,-])\d(?:[ -]\d){5,}(?![\d.,%-])"), "phone"),
    (_any(rf"\b{_DIGIT}(?:[ ,-]+{_DIGIT}){{3,}}(?:[ -]+\d{{2,4}}){{0,3}}\b"), "phone"),
    (_any(rf"\b{_DIGIT}(?:[ ,-]+{_DIGIT}){{1,}}(?:[ -]+\d{{2,4}}){{1,3}}(?!\d)"), "phone"),
    (re.compile(r"(?<![\w-])1?[-. ]?\(?[2-9]\d\d\)?[-. ]{1,2}(?:\d{3}[-. ][A-Z]{4}|[A-Z]{3}[-. ]?(?:[A-Z]{4}|\d{4})|[A-Z]{7})\b"), "phone"),
    (_any(r"\b(?:page(?:d|r)?|pgr|beeper|vocera|spectra|ascom|dial|call|callback|cb|ext\.?|x|phone|ph|anexo)\b[\s:#]{0,3}(?:(?:me|us|him|her|at|on|back)\s){0,2}#?(\d-\d{4}|[2-9]\d{4}|\d{4}(?=\s|[.,;)]|$))(?![\d/:-])"), "phone"),
    (re.compile(r"(?<![\w-])[px]#?(?:\d{4,5}|\d{1,2}-\d{4})(?![\w-])"), "phone"),
    (_any(r"\b(?:area(?: code)?|short ?code|lada)[\s:]{1,2}(\d{3,6})\b"), "phone"),
    (_any(rf"\b{_LABELS}\b[ \t]*(?:id|no\.?|nbr|number|de)?[ \t]*[:#.=][ \t#]*(?:de \w+:?[ \t]*)?((?=(?:[^\s\d]*\d){{3}})[a-z0-9][a-z0-9._/-]*[a-z0-9])"), "other"),
    (_any(r"\b(?:mrn?|chart|run|cad|exp|matr[ií]cula|docket|workstation|machine|tablet|ccn|clia|fin|mr|sn|bag|user|ws)\b[ \t#:]{1,3}((?=(?:[^\s\d]*\d){3})[a-z0-9][a-z0-9._/-]*[a-z0-9])"), "other"),
    (_any(r"\b(?:user|login|username|portal user|handle|discord|instagram|snap|ig|skype|telegram)\b[\s:#]{1,3}([a-z0-9](?=[\w.#-]*[\d_.])[\w.#-]{3,30}[a-z0-9])"), "other"),
    (_any(r"\b(?:lic|licen[cs]e|dl|driver'?s lic(?:ense)?|permit|plates?|placas?|state id|c[eé]dula)\b[\s:.#]{1,3}((?-i:[A-Z]{2,4})[ -]?#?[A-Z0-9-]*\d{3,}[\w-]*|(?-i:[A-Z]{2,3} [A-Z]{2,4}-?\d{3,4}))"), "licence"),
    (_any(r"\b(?:last|ending(?: in)?|ends(?: in| with)?|[uú]lt(?:imos?|\.)?|terminad[oa](?: en)?|termina en)\s*(?:4|four|cuatro)?\)?[\s:-]{1,3}(\d{3,4})\b"), "ssn"),
    (re.compile(r"(?<![\w-])(?=(?:[A-Z-]*\d){4})[A-Z]{1,5}(?:-[A-Z0-9]{1,10}){1,4}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w-])(?!(?:19|20)\d\d-(?:19|20)\d\d\b)(?:19|20)?\d\d-(?:[A-Z]{1,4}-)?\d{4,8}(?:-[A-Z\d]{1,4})?(?![\w-])"), "other"),
    (re.compile(r"(?<![\w#])\w{3,30}#\d{4}(?!\d)"), "other"),
    (re.compile(r"(?<![\w.])(?=\w*\d)[a-z]{2,}(?:_[a-z0-9]+)+(?![\w])"), "other"),
    (_any(r"(?<![\w/])[\w-]{3,60}\.(?:pdf|wav|mp3|tif|docx?|xlsx?|csv|heif|m4a)\b"), "photo"),
    (re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,7},\s?-?\d{1,3}\.\d{3,7}(?![\d.])"), "geography"),
    (re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?,? (\d{5}(?:-\d{4})?)(?=[.;,)\n]|\s*$)"), "geography"),
    (re.compile(r"(?<![\d.-])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d(?=\s?[-–]\s?\d{6}(?!\d))|(?<=[-–])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d(?!\d)"), "date"),
    (_any(r"\b(?:dos|date|dob|admit|dc|disch|fecha|from|thru)\b[\s:]{1,2}((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d)(?!\d)"), "date"),
    (re.compile(r"(?<![\d.])(?:19|20)\d\d((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}(?:\.\d{1,4})?(?:[+-]\d{4})?)(?!\d)"), "date"),
    (re.compile(r"(?<![\d.-])(\d{1,2}[-./ ](?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})[-./ ])(?:19|20)\d\d"), "date"),
    (re.compile(r"(?<![\d.])(\d{1,2}[·∙•]\d{1,2})[·∙•](?:19|20)?\d\d(?!\d)"), "date"),
    (re.compile(r"(?<![\d.])((?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01]))\.\d\d(?![\d.])"), "date"),
    (_any(r"\b(?:dob|birthday|bday|born|cumple)?\b[\s:]*(?<![\d.])((?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12]\d|3[01]) (?:[4-9]\d|0\d|(?:19|20)\d\d))(?= [a-z]+ [a-z]+|\s*$|\n)"), "date"),
    (_any(rf"\b(\d{{1,2}}\s+d(?:e|el)?\s+(?-i:{_MES}))\b\.?"), "date"),
    (_any(rf"\b({_WEEKDAY}\.?,?\s+(?:the\s+|el\s+)?\d{{1,2}}(?:st|nd|rd|th)?)\b(?![\d/:%.]|\s?(?:am|pm|a\.m|p\.m|mg|units?|h\b|hr|days?|x\b|-\d))"), "date"),
    (_any(r"\b(?:el|desde el|hasta el|del|al)\s+(?:d[ií]a\s+)?(\d{1,2}(?:ro|do|to|[º°])?)(?=\s*[.,;:)\n]|\s+(?:con|sin|por|a las|y|en|para)\b|\s*$)(?!\s*[.,]\d|\s*%)"), "date"),
    (_any(r"\b((?:el\s+)?d[ií]a\s+\d{1,2})\b(?!\s*(?:de (?:hospital|estancia)|/|mg))"), "date"),
    (_any(r"\b(?:the|on|till the|until the|since the|by the)\s+(\d{1,2}(?:st|nd|rd|th))\b(?=[\s.,;:)!?'\"]|$)(?!\s+(?:day of (?:life|treatment)|week|month|trimester|percentile|digit|toe|finger|rib|metatarsal|metacarpal|intercostal|grade|grader|floor|time|dose|visit|attempt|cranial|nerve|ventricle|edition|mc|mt|street|st\b|avenue|ave|street))"), "date"),
    (_any(rf"\b((?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)\s+day\s+of\s+{_MONTHS})\b"), "date"),
    (_any(rf"\b{_MONTHS}\s+(?:the\s+)?[a-z]+(?:[ -][a-z]+)?\s+((?:two thousand(?: and)?|nineteen|twenty)(?:[ -]+{_TEN})?)\b"), "date"),
    (_any(r"\b(?:is|turn(?:s|ed|ing)?|he'?s|she'?s|i'?m|shes|hes|lived to|until|died at|now|age|aged|be)\s+((?:ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|one hundred(?:[ -](?:and[ -])?(?:one|two|three|four|five|six))?|(?:9\d|10\d)(?=\s*(?:[.,;]|and\b|$|now\b|years?\b)))(?!\s*(?:%|percent|over|mg|/|bpm|beats|on room|degrees))"), "date"),
    (_any(r"\b(noventa(?: y (?:un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?|ciento? (?:uno|dos|tres|cuatro|cinco)|9\d|10\d) a[ñn]os\b"), "date"),
)  # fmt: skip
OCR = re.compile(r"(?<![\w/-])(?=[OolIS\d/.-]*[\dlO])[OolIS\d]{1,4}(?:[-/.][OolIS\d]{1,4}){1,2}(?![\w/-])")
SLIPS = str.maketrans("OolIS", "00115")
READ: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"\d{1,2}[/-]\d{1,2}[/-](?:\d\d|\d{4})"), "date"),
    (re.compile(r"\d{3}[-.]\d{3}[-.]\d{4}"), "phone"),
    (re.compile(r"\d{3,4}-\d{3,4}"), "other"),
)


def pasted(text: str) -> Iterator[Span]:
    """Every identifier that its segment, its column, its label or its shape tells."""
    for pattern, kind in SHAPES:
        for found in pattern.finditer(text):
            yield Span(*found.span(1 if pattern.groups else 0), kind)
    for found in OCR.finditer(text):
        said = found.group().translate(SLIPS)
        if said != found.group():
            for pattern, kind in READ:
                if pattern.fullmatch(said):
                    yield Span(found.start(), found.end(), kind)
                    break
    for found in SEGMENT.finditer(text):
        yield from _segment(found)
    yield from _table(text)


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
                    (kind != "name" and STATE.fullmatch(piece.group().strip()))
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
    return found if len(cells) > 2 else {}


def _holds(cell: str, kind: Kind) -> bool:
    """Whether a cell can hold what its heading says."""
    said = cell.strip()
    if kind == "date":
        return re.fullmatch(r"(?:[A-Za-z]{3,9}\.? )?\d{1,2}[/.-]\d{1,2}", said) is not None
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
