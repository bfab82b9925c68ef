"""Pasted: identifiers in text that was pasted, spoken or scanned: HL7 segments, tables, digits one by one, slips of a scanner.

Source   HL7 v2.5.1, fields of MSH, PID, NK1, PV1, GT1, IN1, ORC and OBR that hold people, places and numbers
Misses   a table without a heading; a scanner's slip inside a word
"""

import re
from collections import Counter
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import fold, is_word, near_word, rare_words, sense, tables
from careloom.privacy.patterns import KIN

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
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)"
_MES = r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|mayo?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sept?(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)"
_LABELS = (
    r"(?:mrn?|m\.r\.n\.?|chart|record|r[eé]cord|exp(?:ediente|te)?|hc|folio|matr[ií]cula|acct|account|cuenta|fin|har|csn|run|cad|cause|case|caso|docket|bar|ccn|clia|lpc|doc|eid|enterprise id|local id|tablet|workstation|ws|machine|"
    r"band|bracelet|bag|tracking|token|contrato|p[oó]liza|number|n[uú]m(?:ero)?|tin|ein|tax id|badge|unit|dcn|hmis|ebt|snap|wic|reg(?:istro)?|asset|bed id|req|requisition|login|user(?: ?name)?|locker|loan|meter|card|tarjeta|id)"
)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# What a street may be called, and no word between a number and "Dr." or "RD".
_OWN = r"(?:(?!(?:by|from|with|per|mg|mcg|ml|via|see|visits?|prn|pm|am|called|calls?|units?|tabs?|days?|weeks?|hours?|hrs?|for|to|in|on|at|is|was|has|yo|years?|male|female|and|or|the|a|an|of|ref|re|w)\b)[a-z'’-]{2,16})"
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
    (_any(r"\b(?:user|login|username|portal user|handle|discord|instagram|snap|ig|skype|telegram)\b[\s:#]{1,3}([a-z0-9](?=[\w.#-]*(?:[\d_]|\.\w))[\w.#-]{3,30}[a-z0-9])"), "other"),
    (_any(r"\b(?:lic|licen[cs]e|dl|driver'?s lic(?:ense)?|permit|plates?|placas?|state id|c[eé]dula)\b[\s:.#]{1,3}((?-i:[A-Z]{2,4})[ -]?#?[A-Z0-9-]*\d{3,}[\w-]*|(?-i:[A-Z]{2,3} [A-Z]{2,4}-?\d{3,4}))"), "licence"),
    (_any(r"\b(?:last|ending(?: in)?|ends(?: in| with)?|[uú]lt(?:imos?|\.)?|terminad[oa](?: en)?|termina en)\s*(?:4|four|cuatro)?\)?[\s:-]{1,3}(\d{3,4})\b"), "ssn"),
    (re.compile(r"(?<![\w-])(?=(?:[A-Z-]*\d){4})[A-Z]{1,5}(?:-[A-Z0-9]{1,10}){1,4}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w-])(?!(?:19|20)\d\d-(?:19|20)\d\d\b)(?:19|20)?\d\d-(?:[A-Z]{1,4}-)?\d{4,8}(?:-[A-Z\d]{1,4})?(?![\w-])"), "other"),
    (re.compile(r"(?<![\w#])\w{3,30}#\d{4}(?!\d)"), "other"),
    (_any(r"\b(?:plates?|tags?|placas?|tablilla|tail(?: no\.?| number)?|vehicle|truck|car|van|camioneta|guagua|moto)\b[^\n.;]{0,24}?(?-i:(?<![\w-])((?:[A-Z]{2}[ -])?(?:[A-Z]{2,3}[ -]?\d{3,4}|\d{3,4}[ -]?[A-Z]{2,3}|\d[A-Z]{3}\d{3}|[A-Z]{1,3}[ -]\d{2,3}[A-Z]?[ -]?\d{0,3}[A-Z]{0,2}))(?![\w-]))"), "vehicle"),
    (re.compile(r"(?<![\w-])N\d{1,4}[A-Z]{1,2}(?![\w-])"), "vehicle"),
    (re.compile(r"(?<![\w.,/$+-])(?!(?:19|20)\d\d-(?:19|20)\d\d)(?!\d{0,2}[05]00?-\d{0,2}[05]00?)\d{4}-\d{4}(?![\w,/%-]|\.\d)(?! ?(?:mg|mL|ml|kcal|cal|steps|units|calories|hrs?|hours)\b)"), "other"),
    (re.compile(r"(?<![\w.,/$+-])(?:3[2-9]|[4-9]\d|\d\d(?=-(?:3[2-9]|[4-9]\d)))-\d\d-\d\d(?![\w,/%-]|\.\d)"), "mrn"),
    (re.compile(r"(?<![\w.-])\d{1,2}(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?=(?:19|20)?\d\d(?!\w))"), "date"),
    (re.compile(rf"\b((?i:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?\s?[-–]\s?\d{{1,2}}(?:st|nd|rd|th)?)\b(?![\d/:])"), "date"),
    (_any(r"\b(?:cultures?|labs?|films?|ct|mri|echo|note|admission|study|biopsy|x-?ray|scan|ekg|ecg|visit|letter|fax|call) (?:of|from|dated) (\d{1,2}/\d{1,2})(?![\d/])"), "date"),
    (_any(r"\b(?:at|now|he is|she is|he's|she's|is|turns?|turned)\s+(9\d|1[01]\d)(?=\s+(?:she|he|not|and (?:lives|still|frail|in)|years?)\b|\s*,\s*(?:she|he|lives|has|who|widow\w*|frail))"), "date"),
    (_any(r"\b(?:mother|father|wife|husband|aunt|uncle|grandmother|grandfather|sister|brother|mom|dad|madre|padre|esposa|esposo|abuela|abuelo),\s+(?:(?-i:[A-Z])\w+,\s+)?(9\d|1[01]\d)(?=\s*[,.;)])"), "date"),
    (_any(r"[\"']?age(?:years)?[\"']?\s*[:=|]\s*[\"']?(9\d|1[01]\d)\b"), "date"),
    (re.compile(r"(?<![\w.])(?=\w*\d)[a-z]{2,}(?:_[a-z0-9]+)+(?![\w])"), "other"),
    (_any(r"(?<![\w/])[\w-]{3,60}\.(?:pdf|wav|mp3|tif|docx?|xlsx?|csv|heif|m4a)\b"), "photo"),
    (re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,7},\s?-?\d{1,3}\.\d{3,7}(?![\d.])"), "geography"),
    (re.compile(r"\b([A-Z][a-zà-ÿ'’-]+(?: [A-Z][a-zà-ÿ'’-]+){0,2},? (?:[A-Z]{2},? )?\d{5}(?:-\d{4})?)(?=[.;,)\n ]|\s*$)(?! ?(?:mg|units|cells|copies|mL))"), "geography"),
    (_any(rf"(?<![\w/.])(?:[nsew]\d{{3,5}}|\d{{1,6}}(?:-?[a-z](?![a-z])|½| 1/2)?)\s+(?:[nsew]{{1,2}}\.?\s+)?(?:(?:mile|county|old|state|rural)\s+)?(?:{_OWN}|\d{{1,3}}(?:st|nd|rd|th)?)(?:\s+{_OWN}){{0,2}}?\s+(?:street|str|st|alley|close|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|circle|cir|terrace|ter|parkway|pkwy|highway|hwy|row|trail|trl|loop|way|place|pl|calle)\b\.?(?:\s+[nsew]{{1,2}}\b\.?)?(?:,?\s*(?:apt|apto|unit|ste|#|lot|rm|trlr|espacio|cuarto|piso|int)\.?\s?#?\s?[\w-]{{1,5}}\b|,?\s*(?:rear(?: cottage| house| unit)?|upper(?: flat| unit)?|lower(?: flat| unit)?|basement|back house|\d(?:st|nd|rd|th) floor)\b)?"), "geography"),
    (_any(r"\b(?:mile ?marker|mile ?post|mm|exit)\s+\d{1,3}\b(?:,? (?:ramp|off|on|of|near)? ?(?:i-?|us-?|hwy|highway|route|rte)\s?\d{1,3}\b)?|\b(?:I|US|SR|FM|CR|H|KY|TX|CA|NC|SC|GA|AL|LA|MS|TN|VA|WV|NM|AZ|OK|AR|MO|WI|MN|MI|OH|IN|IL|NY|PA|NJ)-\d{1,4}\b(?: ?(?:east|west|north|south)(?:bound)?)?(?:,? exit \d{1,3})?"), "geography"),
    (_any(r"\b(?:hwy|highway|route|rte|carr(?:etera)?|interstate|state road|county (?:rd|road|hwy|highway)|cty (?:rd|hwy|road)|forest road|farm road|ranch road|camp)\.?\s+(?:\d{1,4}[a-z]?|(?-i:[A-Z]{1,2}))\b(?:\s+[nsew]\b)?(?:,?\s+km\.?\s*\d{1,3}(?:\.\d)?)?(?:,? (?:interior|norte|sur))?"), "geography"),
    (_any(r"\bkm\.?\s?\d{1,3}(?:\.\d)?\s+(?:de la carretera|carr(?:etera)?|interior)\b|\b(?:edif(?:icio)?|torre|bloque|espacio|cuarto|piso|int(?:erior)?|manzana|mz|lote)\.?\s+(?:\d[\w-]{0,5}|(?-i:[A-Z]))\b(?=[\s,.;)]|$)|\b(?-i:FM|RM|CR|SR|SH|US)\s\d{1,4}\b|\bPMB\s?#?\d{1,5}\b|\b(?:lot|space|spc)\s#?\d{1,4}\b(?=[,.;)\n ])"), "geography"),
    (_any(r"(?<![\d/])[2-9]\d\d/\d{3}/\d{4}(?!\d)"), "phone"),
    (_any(r"\b(?:mr number|mrn?|csn|hrn|chart|record|medical record|acct|account|ssid|beneficiary no\.?|member|medicaid|medicare|insurance|plan(?: vital)?|kid ?care|\w{2,6}care|subscriber|slip|n[uú]mero|r[eé]cord|serial|hospital number)\b[\s#:.,]{0,4}(?:(?:there|number|no\.?|id|here) )?(?:is |es )?(?-i:((?:[A-Z]{1,3} )?\d{1,5}(?: \d{1,5}){1,4}(?: [A-Z](?![\w]))?))(?![\w/%.]\w|\w)(?! ?(?:mg|ml|mcg|units|days?|years?|weeks?|mm|cm|kg|g|hours?|am|pm)\b)"), "mrn"),
    (re.compile(r"(?<![\w-])\d{3,5}-\d{3,5}-[A-Z]{1,2}(?![\w-])"), "mrn"),
    (_any(r"(?<![\w.-])[a-z]{2,4}\d{6,12}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w.-])(?=(?:[a-z-]*\d){4})[a-z]{1,4}\d{0,4}(?:-[a-z0-9]{1,6}){2,3}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w.])[A-Z]{2,6}\.\d{2,4}\.\d{3,6}(?!\w)|(?<![\w/])[A-Z]{1,3}(?:/\d{2,5}){2,4}(?![\w/])|(?<![\w.])[A-Z]\.\d{5,9}(?!\w)"), "other"),
    (re.compile(r"(?<![\w*])[*•x]{2,12}[ -]?(\d{3,4})(?!\w)"), "account"),
    (_any(r"\b(?:ext(?:ensi[oó]n)?|anexo)\.?[ :#]{1,2}(\d{2,6})\b"), "phone"),
    (_any(r"\b(?:known as|knows as|goes by|calls (?:him|her|me|them)|street name|nickname[ds]?(?: is)?|alias|a\.?k\.?a\.?|apodo|le dicen)[ :,]{1,2}(?-i:[\"“']?([A-Z][\w'’-]{1,14}))"), "name"),
    (_any(r"\b(?:initials|iniciales)[ :=]{1,2}(?-i:([A-Z](?:[.-]?[A-Z]){1,3}\.?))(?!\w)"), "name"),
    (_any(r"\b(?:signed ?by|entered ?by|user ?name|user|usuario|login|log in|batch_user|portal_user|handle)[\"'\s:=]{1,4}(?:is |es |sigue siendo )?((?=[\w.@-]*(?:\d|[._-]\w))[a-zñ][\wñ.@-]{3,24}\w)"), "other"),
    (re.compile(r"(?<![\w-])A[- ]?\d{3}[- ]\d{3}[- ]\d{3}(?![\w-])"), "licence"),
    (re.compile(r"(?<![\w.•·])\(?\d{3}\)?\s?[•·‧∙*~]\s?\d{3}\s?[•·‧∙*~]\s?\d{4}(?!\d)"), "phone"),
    (_any(r"\b(?:corner of|esquina de|bus from|off|at|by|on|near)\s+((?:[nsew]{1,2}\.?\s)?[\w'’]{2,14}(?:\s(?:st|ave|blvd|rd|hwy|street|avenue))?\s(?:and|&)\s(?:[nsew]{1,2}\.?\s)?\d{1,3}(?:st|nd|rd|th))\b"), "geography"),
    (re.compile(r"(?<![\d.-])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d(?=\s?[-–]\s?\d{6}(?!\d))|(?<=[-–])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d(?!\d)"), "date"),
    (_any(r"\b(?:dos|date|dob|admit|dc|disch|fecha|from|thru)\b[\s:]{1,2}((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d)(?!\d)"), "date"),
    (re.compile(r"(?<![\d.])(?:19|20)\d\d((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}(?:\.\d{1,4})?(?:[+-]\d{4})?)(?!\d)"), "date"),
    (re.compile(r"(?<![\d.-])(\d{1,2}[-./ ](?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})[-./ ])(?:19|20)\d\d"), "date"),
    (re.compile(r"(?<![\d.])(\d{1,2}[·∙•]\d{1,2})[·∙•](?:19|20)?\d\d(?!\d)"), "date"),
    (re.compile(r"(?<![\d.])((?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01]))\.\d\d(?![\d.])"), "date"),
    (_any(r"\b(?:dob|birthday|bday|born|cumple)?\b[\s:]*(?<![\d.])((?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12]\d|3[01]) (?:[4-9]\d|0\d|(?:19|20)\d\d))(?= [a-z]+ [a-z]+|\s*$|\n)"), "date"),
    (_any(rf"\b(\d{{1,2}}\s+d(?:e|el)?\s+(?-i:{_MES}))\b\.?"), "date"),
    (_any(rf"\b({_WEEKDAY}\.?,?\s+(?:the\s+|el\s+)?\d{{1,2}}(?:st|nd|rd|th)?)\b(?![\d%]|[/:.]\d|\s?(?:am|pm|a\.m|p\.m|mg|units?|h\b|hr|days?|x\b|-\d))"), "date"),
    (_any(r"\b(?:el|desde el|hasta el|del|al)\s+(?:d[ií]a\s+)?(\d{1,2}(?:ro|do|to|[º°])?)(?=\s*[.,;:)\n]|\s+(?:con|sin|por|a las|y|en|para)\b|\s*$)(?!\s*[.,]\d|\s*%)"), "date"),
    (_any(r"\b((?:el\s+)?d[ií]a\s+\d{1,2})\b(?!\s*(?:de (?:hospital|estancia)|/|mg))"), "date"),
    (_any(r"\b(?:the|on|till the|until the|since the|by the)\s+(\d{1,2}(?:st|nd|rd|th))\b(?=[\s.,;:)!?'\"]|$)(?!\s+(?:day of (?:life|treatment)|week|month|trimester|percentile|digit|toe|finger|rib|ring|line|shift|opinion|call|try|dose|degree|generation|year|molar|lumbar|metatarsal|metacarpal|intercostal|grade|grader|floor|time|dose|visit|attempt|cranial|nerve|ventricle|edition|mc|mt|street|st\b|avenue|ave|street))"), "date"),
    (_any(rf"\b((?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)\s+day\s+of\s+{_MONTHS})\b"), "date"),
    (_any(rf"\b{_MONTHS}\s+(?:the\s+)?[a-z]+(?:[ -][a-z]+)?\s+((?:two thousand(?: and)?|nineteen|twenty)(?:[ -]+{_TEN})?)\b"), "date"),
    (_any(r"\b(?:is|turn(?:s|ed|ing)?|he'?s|she'?s|i'?m|shes|hes|lived to|until|died at|now|age|aged|be)\s+((?:ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|one hundred(?:[ -](?:and[ -])?(?:one|two|three|four|five|six))?|(?:9\d|10\d)(?=\s*(?:[.,;]|and\b|$|now\b|years?\b)))(?!\s*(?:%|percent|over|mg|/|bpm|beats|on room|degrees))"), "date"),
    (_any(r"\b(noventa(?: y (?:un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?|ciento? (?:uno|dos|tres|cuatro|cinco)|9\d|10\d) a[ñn]os\b"), "date"),
)  # fmt: skip
LABELLED = re.compile(
    r"(?m)^[ \t>]*(?:\[?\(?\d{1,2}[:/.]\d\d(?::\d\d)?[ ]?(?:[ap]\.?m?\.?)?\)?\]?[ ,–-]{0,3})?([^\W\d_][\w.'’-]{1,18}(?: [^\W\d_][\w.'’-]{0,14}){0,2})(?: \(?\d{1,2}:\d\d ?(?:[ap]\.?m?\.?)?\)?)?:(?=[ \t])"
)
CLOCKED = re.compile(r"\d{1,2}[:/.]\d\d")
# A chat has so many lines that somebody's name begins.
CHAT = 3
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
# Letters before groups of digits, of so many figures in all.
LETTERED = re.compile(
    r"(?<!CPT )(?<!ICD )(?<!NDC )(?<!PCS )(?<!DRG )(?<![\w-])(?!(?:PROC|DX|CPT|ICD|NDC|DRG|HCPCS|LOINC|REV|POS|BP|HR|RR|CC|ML|AM|PM|NYHA|CKD|PMID|NCT|DSM|IDC|IU|IRF|FEV|PEEP|MAP|ANC|WBC|PLT|BMI|SSN|MRN|NPI|DEA|CSN|HRN|FIN|DOB|TEL|FAX|PH|EXT|RX|LOT|SN|ID|NO|ACCT|BIN|PCN|PIN|REF|AUTH|CASE|APT|STE|ZIP|BOX|RM|UNIT|ROOM|PO)[ -])(?![A-Z]{2} \d{5}(?!\d))(?:[A-Z]{2,4}[ -]\d{2,10}(?: \d{2,6})*|[A-Z](?:-\d{2,6}|[ ]\d{2,6} \d{2,6})(?: \d{2,6})*)(?: [A-Z](?!\w))?(?![\w/%.-]\w|\w|%)(?! ?(?:mg|mcg|mL|ml|units?|IU|kcal|cells|copies)\b)"
)
FIGURES = 5
CREDENTIAL = r"(?:rn|lpn|lvn|np|fnp|aprn|pa|pa-c|pa-s|md|do|rph|pharmd|lmsw|lcsw|msw|cna|cma|ma|ccm|cm|pt|dpt|ot|otr|slp|rd|emt|bsn|chw)"
SIGNED = re.compile(rf"(?<![\w.'’/-])([A-Za-z]{{2,3}}),? {CREDENTIAL}(?=[\s.,;)]|$)", re.IGNORECASE)
SMALL_TITLED = re.compile(r"(?<![\w'’])(?:dr|mr|mrs|ms|miss|dra|sra|srta)\.? ([a-z][a-z'’-]{0,20})(?![\w/])")
SMALL_CUED = re.compile(
    rf"(?<![\w'’])(?:{KIN}|dr|dra|mr|mrs|ms|sra?|np|pa|rn|lpn|pt|doc|auntie|tia|tio|tía|tío|doña|don|spoke with|spoke w|talked w|talk to|ask for|per|thanks|thx|merci|gracias|love|atte|hi|hey|hola|dear|named|called|signed|chacha|w)[ ,:/]{{1,3}}(?=([a-zà-ÿ][a-zà-ÿ'’-]{{2,20}})(?![\w/]))"
)
# Letters and digits that change more than twice are a serial number or a key, a small word with digits behind it is a user's.
MIXED = re.compile(r"(?<![\w./-])(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z0-9]{6,16}(?![\w/%])")
CHANGES = re.compile(r"[A-Z](?=\d)|\d(?=[A-Z])")
NO_MIX = re.compile(r"CHA\d|G\d+P\d|T\d[A-C]?N\d|[A-Z]\d\d[A-Z]\d|HLA|CYP\d|DQ\w\d|DR\w\d|AB\d")
USER = re.compile(r"(?<![\w./@-])([a-z]{4,})\d{2,4}(?![\w/%.-]*\w)")
DAY_CELLS = re.compile(r"(?m)^[^\n]*\|[ \t]*\d{1,2}/\d{1,2}[ \t]*\|[ \t]*\d{1,2}/\d{1,2}[ \t]*(?:\||$)[^\n]*")
DAY_CELL = re.compile(r"(?:(?<=\|)|(?<=\|[ \t]))[ \t]*(\d{1,2}/\d{1,2})(?=[ \t]*(?:\||$))", re.MULTILINE)
INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[ ]?){2,3}(?=[\s,;:)\"”\]\]]|$)")
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
    for found in LETTERED.finditer(text):
        if sum(map(str.isdigit, found.group())) >= FIGURES:
            yield Span(found.start(), found.end(), "other")
    for found in SIGNED.finditer(text):
        if fold(found.group(1)) not in tables().small:
            yield Span(*found.span(1), "name")
    for found in SMALL_TITLED.finditer(text):
        if found.group(1) not in tables().small and not _common(found.group(1)):
            yield Span(*found.span(1), "name")
    for found in SMALL_CUED.finditer(text):
        low = fold(found.group(1)).replace("’", "'").removesuffix("'s")
        known = sense(low.replace("'", ""))
        if (
            low not in tables().small
            and not _common(low)
            and (known.certain or (known.unknown and low not in rare_words() and not near_word(low)))
        ):
            yield Span(*found.span(1), "name")
    for found in OCR.finditer(text):
        said = found.group().translate(SLIPS)
        if said != found.group():
            for pattern, kind in READ:
                if pattern.fullmatch(said):
                    yield Span(found.start(), found.end(), kind)
                    break
    for found in SEGMENT.finditer(text):
        yield from _segment(found)
    for found in ELEMENTS.finditer(text):
        yield from _elements(found)
    for found in KEYED.finditer(text):
        for quoted in QUOTED.finditer(text, *found.span(1)):
            if any(map(str.isalpha, quoted.group(1))):
                yield Span(*quoted.span(1), "name")
    for found in INITIALS.finditer(text):
        if (said := found.group().rstrip()).lower().replace(" ", "") not in tables().no_initials:
            yield Span(found.start(), found.start() + len(said), "name")
    for found in MIXED.finditer(text):
        if len(CHANGES.findall(found.group())) > 2 and not NO_MIX.match(found.group()):
            yield Span(found.start(), found.end(), "other")
    for found in USER.finditer(text):
        if not is_word(found.group(1)) and found.group(1) not in tables().plain:
            yield Span(found.start(), found.end(), "other")
    for line in DAY_CELLS.finditer(text):
        for cell in DAY_CELL.finditer(text, *line.span()):
            yield Span(*cell.span(1), "date")
    yield from _speakers(text)
    yield from _table(text)


def _speakers(text: str) -> Iterator[Span]:
    """Whose line of a chat it is."""
    lines = [found for found in LABELLED.finditer(text) if not _a_heading(found.group(1))]
    clocked = [found for found in lines if CLOCKED.search(found.group())]
    often = Counter(found.group(1) for found in lines)
    if len(clocked) < CHAT and not any(count >= CHAT for count in often.values()):
        return
    for found in lines:
        if CLOCKED.search(found.group()) or often[found.group(1)] > 1:
            yield Span(*found.span(1), "name")


def _common(low: str) -> bool:
    lists = tables()
    return low in lists.plain or low in lists.departments or low in lists.alone or low in lists.particles


def _a_heading(said: str) -> bool:
    """Whether words are those of a heading, a sign or a role, and nobody's name."""
    lists = tables()
    words = [fold(one) for one in re.findall(r"[^\W\d_]+", said)]
    return any(
        one in lists.departments
        or (len(one) > 1 and one in lists.plain and not sense(one).usual)
        or (is_word(one) and not sense(one).name)
        for one in words
    )


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
    return found if sum(bool(cell.strip()) for cell in cells) > 2 else {}


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
