"""What looks like an identifier whoever it is about: contacts, numbers with a label, days, ages over 89, places.

Source   45 CFR 164.514(b)(2)(i): dates but the year, ages over 89, geography below the state
Misses   a name or a town that nothing else tells; a number without a label
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
# What may stand behind a number that is a dose, a result or a range, and so no telephone number and no day.
_UNIT = r"(?!\s?(?:mg|mcg|µg|g|kg|ml|units?|iu|meq|mmol|mm|cm|kcal|cells|k|bpm|%|/(?:min|hr|day|ml|ul|mm)))"
_NUMBER = r"[#:.\s]*(?:no\.?|number|num|nbr|id|is)?[#:.\s]*"
_VALUE = r"(?=[a-z0-9-]*\d)([a-z0-9](?:[a-z0-9-]{2,}[a-z0-9]))"
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|place|pl|circle|cir|terrace|ter|parkway|pkwy|"
    r"highway|hwy|square|sq|way|trail|trl|calle|avenida)"
)
_STATES = (
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa pr ri "
    "sc sd tn tx ut vt va wa wv wi wy"
)
_STATE = "|".join(_STATES.split())


_NAMED = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+(?:['’-][A-ZÁÉÍÓÚÑa-z][a-záéíóúñü]+)?"
_KIN = (
    "wife|husband|partner|spouse|son|daughter|mother|father|brother|sister|aunt|uncle|niece|nephew|grandson|granddaughter|friend|"
    "neighbor|neighbour|roommate|caregiver|esposa|esposo|hijo|hija|madre|padre|hermano|hermana|vecina|vecino|amiga|amigo"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Each pattern with its kind; where it has a group, the group alone is the identifier.
PATTERNS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_compiled(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"), "email"),
    (_compiled(r"(?:https?://|www\.)[^\s<>\"')\]]{0,500}[^\s<>\"')\].,;:!?]"), "url"),
    (_compiled(r"(?<![\w.])(?:[a-z0-9-]{2,40}\.)+(?:com|org|net|gov|edu|health|io)(?:/[^\s<>\"')\]]{0,200}[^\s<>\"')\].,;:!?])?(?!\w)"), "url"),
    (re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]\d|\d)"), "ip"),
    (_compiled(r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])"), "ip"),
    (re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), "ssn"),
    (_compiled(rf"\b(?:ssn|social security){_NUMBER}(\d{{3}}[ -]?\d{{2}}[ -]?\d{{4}})\b"), "ssn"),
    (_compiled(r"\bfax[\s:#.]*(?:no\.?|number)?[\s:#.]*((?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4})(?!\d)"), "fax"),
    (re.compile(rf"(?<![\d-])(?:\+?1[\s.-]?)?(?:\([2-9]\d{{2}}\)\s?|[2-9]\d{{2}}[.-]|[2-9]\d{{2}}\s(?=\d{{3}}-))\d{{3}}[\s.-]\d{{4}}(?![\d-]){_UNIT}"), "phone"),
    (re.compile(rf"(?<![\d.-])\+?1?[2-9]\d{{2}}[2-9]\d{{6}}(?![\d-]){_UNIT}"), "phone"),
    (re.compile(rf"(?<![\d/.-])[2-9]\d{{2}}-\d{{4}}(?![\d/-]){_UNIT}"), "phone"),
    (_compiled(r"\b(?:phone|tel|telephone|cell|mobile|telefono|teléfono|pager|ext)\b[\s:#.]*(\+?[\d(][\d ().-]{2,18}\d)"), "phone"),
    (_compiled(rf"\b(?:mrn|m\.r\.n\.|medical record|med rec|chart|record|patient id|pt id|unit number|expediente){_NUMBER}{_VALUE}\b"), "mrn"),
    (_compiled(rf"\b(?:member|subscriber|policy|medicaid|medicare|insurance|beneficiary|group|mbi|plan id|poliza){_NUMBER}{_VALUE}\b"), "health_plan"),
    (_compiled(rf"\b(?:account|acct|invoice|encounter|visit number|claim|csn|har|cuenta){_NUMBER}{_VALUE}\b"), "account"),
    (_compiled(rf"\b(?:license|licence|dea|driver'?s license|dl|certificate|passport|npi|licencia|pasaporte){_NUMBER}{_VALUE}\b"), "licence"),
    (_compiled(rf"\b(?:vin|license plate|plate|placa){_NUMBER}{_VALUE}\b"), "vehicle"),
    (_compiled(rf"\b(?:serial|device id|udi|imei|mac address|s/n){_NUMBER}{_VALUE}\b"), "device"),
    (re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .()/-]{1,3}\d{1,5}){2,6}(?!\d)"), "phone"),
    (re.compile(r"(?<![\d.-])(?:\d{4}[ -]){3}\d{1,7}(?![\d-])|(?<![\d.-])\d{12,19}(?![\d-])"), "account"),
    (re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"), "account"),
    (re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Sr|Sra|Srta|Dra)\.?\s+({_NAMED}(?:[ -]{_NAMED}){{0,2}})"), "name"),
    (re.compile(rf"\b(?:{_KIN})(?:,| is| named| called)?\s+({_NAMED}(?:[ -]{_NAMED}){{0,1}})(?![\w'’]*\s*:)"), "name"),
    (re.compile(rf"(?m)^(?:Patient|Name|Patient name|Paciente|Nombre)[ \t]*:[ \t]*({_NAMED}(?:[ ,-]{{1,2}}{_NAMED}){{0,3}})"), "name"),
    (re.compile(r"(?<![\d-])(?:19|20)\d\d([-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01]))(?!\d)"), "date"),
    (re.compile(r"(?<![\d/.-])((?:0?[1-9]|1[0-2])([/-])(?:0?[1-9]|[12]\d|3[01])\2)(?:(?:19|20)\d\d|\d\d)(?![\d/-])"), "date"),
    (re.compile(r"(?<![\d/.-])((?:0?[1-9]|[12]\d|3[01])([/-])(?:0?[1-9]|1[0-2])\2)(?:(?:19|20)\d\d)(?![\d/-])"), "date"),
    (re.compile(r"(?<![\d/.-])((?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01])\.)(?:19|20)\d\d(?![\d/-])"), "date"),
    (_compiled(rf"\b(?:on|by|before|since|until|from|dated|due|seen|el|desde|hasta)\s+((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))(?![\d/]|\s+(?:days?|weeks?|nights?|tab|cup|d[ií]as)){_UNIT}"), "date"),
    (_compiled(rf"\b({_MONTH}\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?)(?:,?\s+{_YEAR})?(?![\d.:])"), "date"),
    (_compiled(rf"\b(\d{{1,2}}(?:st|nd|rd|th)?[\s-]+(?:of\s+|de\s+)?{_MONTH})\b(?:\.?,?[\s-]+(?:de(?:l)?\s+)?{_YEAR}\b)?"), "date"),
    (_compiled(rf"\b({_MONTH})\b\.?,?\s+(?:of\s+|de(?:l)?\s+)?(?:19|20)\d\d\b"), "date"),
    (re.compile(r"\b(?:in|In|since|Since|until|Until|last|Last|next|Next|this|early|late|mid|through|en|desde|hasta)\s+(January|February|March|April|May|June|July|August|September|October|November|December|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"), "date"),
    (_compiled(r"\b((?:9\d|1[0-4]\d))[\s-]?(?:years?|yrs?|y)[\s./-]{0,2}(?:old|o\b|of age)"), "date"),
    (_compiled(r"\b(?:aged?|edad|tiene)\s*:?\s*((?:9\d|1[0-4]\d))\b(?!\s*(?:%|mg|kg|lb|/|mm|cm|min|d[ií]as|days|hours|weeks))"), "date"),
    (_compiled(r"\b((?:9\d|1[0-4]\d))\s+años\b"), "date"),
    (re.compile(rf"\b(?:{_STATE.upper()})\.?,?\s+(\d{{5}}(?:-\d{{4}})?)(?![\d-])"), "geography"),
    (_compiled(r"\bzip(?:\s?code)?[\s:#]*(\d{5}(?:-\d{4})?)\b"), "geography"),
    (re.compile(r"(?<![\d-])\d{5}-\d{4}(?![\d-])"), "geography"),
    (_compiled(rf"(?<![\w/.])\d{{1,6}}[a-z]?\s+(?:(?:n|s|e|w|north|south|east|west)\.?\s+)?(?-i:(?:[A-Z][\w'’.-]*|\d{{1,3}}(?:st|nd|rd|th))\s+){{1,3}}{_STREET}\b\.?(?:,?\s+(?:apt|apartment|unit|suite|ste|#)\.?\s*[\w-]{{1,6}})?"), "geography"),
    (_compiled(r"\b(?:apt|apartment|suite|ste)\.?\s*#?\s*\d{1,5}[a-z]?\b"), "geography"),
    (_compiled(r"\bp\.?\s?o\.?\s+box\s+\d{1,6}\b"), "geography"),
)  # fmt: skip


def looks(text: str) -> Iterator[Span]:
    """Every place of the text that looks like an identifier."""
    for pattern, kind in PATTERNS:
        for found in pattern.finditer(text):
            part = 1 if pattern.groups else 0
            yield Span(found.start(part), found.end(part), kind)
