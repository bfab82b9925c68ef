"""Places below the state, and whom they belong to: streets, towns, ZIP codes, facilities, employers.

Source   45 CFR 164.514(b)(2)(i)(B); facilities and employers are removed with them
Misses   a street without a number or a type; a town in small letters that no word tells
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import fold, sense, tables

_STREET = (
    r"(?:street|str|st|avenue|aven|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|place|pl|circle|cir|terrace|terr|ter|parkway|pkwy|"
    r"highway|hwy|square|sq|way|trail|trl|turnpike|tpke|pike|plaza|plz|alley|crescent|loop|row|walk|path|point|pt|crossing|xing|run|ridge|commons|heights|route|rte|broadway|extension|ext|bypass|expressway|mews|landing|cove|hollow|bend|glen|grove)"
)
STATES = (
    (
        "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa pr ri "
        "sc sd tn tx ut vt va wa wv wi wy"
    )
    .upper()
    .replace(" ", "|")
)
_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|"
    "Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|"
    "Ohio|Oklahoma|Oregon|Pennsylvania|Puerto Rico|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Mass\\.|Calif\\.|Penn\\."
)
_CAP = r"(?<![\w'’&-])[A-ZÁÉÍÓÚÑ][\w'’.&-]{0,40}"
_RUN = rf"{_CAP}(?:[ \t](?:(?:of|the|de|del|la|las|los|y|and|&|at)[ \t])?{_CAP}){{0,4}}"
_UNIT = r"(?:,?[ \t\n]{0,3}(?:apt|apartment|apto|unit|suite|ste|rm|room|bldg|building|floor|fl|lot|trlr|trailer|#|no\.?|n[uú]m\.?)\.?[ \t]?#?[ \t]?[\w-]{1,6})?"
_FACILITY = (
    r"(?:Hospitals?|Hosp\.?|Medical Cent(?:er|re)|Med(?:ical)? Ctr\.?|Health Cent(?:er|re)|Health System|Healthcare|Health Care|Health Plan|Health Services|Health|Cent(?:er|re)|Ctr\.?|Clinic|Cl[ií]nica|Infirmary|"
    r"Nursing Home|Nursing (?:and|&) Rehab\w*|Nursing Facility|Rehab(?:ilitation)?(?: Cent(?:er|re)| Hospital)?|Hospice|Manor|Villas?|Gardens|Terrace|Commons|Estates|Residences?|Assisted Living|Senior Living|Memory Care|Retirement Community|Adult Day|Home Care|Homecare|Home Health|"
    r"Pharmacy|Drugs?|Drugstore|Apothecary|Farmacia|School|Elementary|Academy|University|College|Univ\.?|Church|Temple|Synagogue|Mosque|Parish|Iglesia|Shelter|Pantry|Food Bank|Library|Dialysis|Imaging|Laborator(?:y|ies)|Labs|Physicians|Associates|Partners|Medical Group|Family Practice|Pediatrics|Orthop(?:a)?edics|Cardiology|Oncology|Surgery Center|"
    r"Inc\.?|LLC|L\.L\.C\.|Corp\.?|Co\.|Company|Ltd\.?|PLLC|P\.C\.|Bakery|Market|Foods|Motors|Logistics|Industries|Construction|Services|Agency|Housing|Apartments|Towers?|Court Apartments|County|Township)"
)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


PLACES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_any(rf"(?<![\w/.])(?:\d{{1,6}}(?:-\d{{1,4}})?[a-z]?(?:[ \t]1/2)?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|west|northeast|northwest|southeast|southwest|old|new|upper|lower)\b\.?\s+)?(?-i:(?:[A-Z][\w'’.-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))\s+){{1,4}}{_STREET}\b\.?(?:[ \t](?:n|s|e|w|ne|nw|se|sw)\b\.?)?{_UNIT}"), "geography"),
    (_any(rf"(?<![\w/.])\d{{2,6}}\s+(?:(?:n|s|e|w)\.?\s+)?[a-z][a-z'’-]+(?:\s+[a-z][a-z'’-]+)?\s+(?:street|avenue|ave|road|rd|drive|lane|ln|court|boulevard|blvd|circle|terrace|parkway|pkwy|highway|hwy)\b\.?{_UNIT}"), "geography"),
    (re.compile(r"(?<![\w/.])\d{1,6}\s+(?:[NSEW]\.?|North|South|East|West)\s+(?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th))(?:\s+[A-Z][a-z]+)?\b(?:\s#\w{1,5})?(?=,|\n|;|\.|$)"), "geography"),
    (re.compile(rf"(?<![\w/.])\d{{2,6}}\s+(?:[A-Z][a-z'’]+\s+){{0,2}}[A-Z][a-z'’]+(?=,?\s*(?:Apt|APT|Unit|Suite|Ste|#)\b|,\s*{_CAP}(?:\s{_CAP})?,?\s+(?:{STATES})\b)(?:,?\s*(?:Apt|APT|Unit|Suite|Ste|#)\.?\s?#?[\w-]{{1,5}})?"), "geography"),
    (_any(rf"\b(?:calle|avenida|avda\.?|av\.|ave\.|camino|carretera|paseo|urbanizaci[oó]n|urb\.|colonia|col\.|residencial|barrio|bo\.|callej[oó]n|c/)\s+(?-i:[A-ZÁÉÍÓÚÑ\d][\w'’áéíóúñ.-]*)(?:\s+(?-i:[A-ZÁÉÍÓÚÑ][\w'’áéíóúñ.-]*)|\s+(?:de|del|la|las|los)\b){{0,4}}(?:,?\s*(?:#|no\.?|n[uú]m\.?|km)?\s*\d[\w.-]{{0,6}})?{_UNIT}"), "geography"),
    (_any(r"\b(?:apt|apartment|apartamento|apto|suite|ste|unit)\b\.?\s*#?\s*(?:\d{1,5}-?[a-z]?|[a-z]-?\d{1,4}|(?-i:[A-H]))\b"), "geography"),
    (_any(r"\b(?:p\.?\s?o\.?\s*box|post office box|apartado(?: postal)?|box|rr(?=\s*#?\s*\d+\s+box)|rural route|hc(?=\s*\d+\s+box))\s*#?\s*\d{1,6}(?:\s+box\s+\d{1,5})?\b"), "geography"),
    (_any(r"\b(?:county|state|farm|rural|us|u\.s\.)\s+(?:road|rd|route|rte|highway|hwy)\s+\d{1,4}\b"), "geography"),
    (re.compile(rf"\b(?:on|at|off|near|from|to|of|along|down|en)[ \t]+((?:[NSEW]\.?[ \t])?(?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))(?:[ \t](?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))){{0,2}}[ \t](?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Ct|Court|Blvd|Boulevard|Pl|Place|Ter|Terrace|Pkwy|Parkway|Hwy|Highway|Way|Pike|Trail|Cir|Circle))\b"), "geography"),
    (re.compile(rf"\b[Cc]orner of ({_CAP}(?:\s{_CAP})?\s+(?:and|&)\s+(?:{_CAP}|\d+(?:st|nd|rd|th)))"), "geography"),
    (re.compile(rf"({_CAP}(?:[ \t](?:(?:or|of|on|by|upon|and|the|del?)[ \t])?{_CAP}){{0,2}})(?:,[ \t]*\n?[ \t]*|[ \t]+|[ \t]*\n[ \t]*)(?:{STATES}|{_STATE_NAMES})\b\.?,?[ \t]+\d{{5}}(?!\d)"), "geography"),
    (re.compile(rf"((?:(?:St|Ft|Mt|Pt)\.[ \t])?{_CAP}(?:[ \t](?:(?:or|of|on|by|upon|and|the|del?)[ \t])?{_CAP}){{0,2}}),[ \t]*(?:{STATES}|{_STATE_NAMES})\b(?!-)"), "geography"),
    (re.compile(rf"\b(?:{STATES}|{_STATE_NAMES})\.?,?\s+(\d{{5}}(?:-\d{{4}})?)(?![\d-])"), "geography"),
    (_any(r"\b(?:zip(?:\s?code)?|postal code|c\.?p\.|c[oó]digo postal)[\s:#]*(\d{5}(?:-\d{4})?)\b"), "geography"),
    (re.compile(r"(?<![\d-])\d{5}-\d{4}(?![\d-])"), "geography"),
    (re.compile(rf"\b(?i:lives?|living|resid(?:es|ing|ent)|moved?|relocat(?:ed|ing)|born|raised|grew up|housed|stay(?:s|ing)|vive|viviendo|naci[oó]|se mud[oó]|originari[oa])\s+(?:in|to|from|of|at|near|up in|out in|back to|en|a|de|cerca de)\s+(?:the\s+)?({_RUN})"), "geography"),
    (re.compile(rf"\b(?i:visit(?:s|ing|ed)?|here|comes?|came|coming|is|are|was|originally|arrived|drove|drives|flew|travel(?:s|ed|ing)?|dispo(?:sition)?|placement|bed|accepted|returning|going|went)(?:\s+(?:in\s+)?(?:from|at|to)|:)\s+(?:the\s+)?({_RUN}(?:[ \t]at[ \t]{_RUN})?)"), "geography"),
    (re.compile(rf"\b(?:native of|town of|city of|village of|County of|ciudad de|pueblo de|municipio de|hometown(?: of|:)|[Cc]ity:|CITY:|[Tt]own:|Ciudad:|County:|Condado:)\s*({_RUN})"), "geography"),
    (re.compile(rf"\b(?:[Ww]ork(?:s|ed|ing)? (?:at|for)|[Ee]mployed (?:at|by|with)|[Ee]mployer:?|[Jj]ob (?:at|with)|[Rr]etired from|[Ll]aid off (?:from|by)|[Tt]rabaja (?:en|para)|EMPLOYER:)\s+(?:the\s+|la\s+|el\s+)?({_RUN})"), "name"),
    (re.compile(rf"\b(?:[Vv]olunteers? at|[Aa]ttends|[Tt]ransfer(?:red)? (?:to|from)|[Dd]ischarged? (?:to|from)|[Aa]dmitted (?:to|from)|[Ss]een at|[Ff]acility:|FACILITY:|[Hh]ospital:|[Pp]harmacy:|PHARMACY:|[Ff]armacia:|[Cc]linic:|[Ss]chool:|[Pp]rovided by)\s*(?:the\s+)?({_RUN})"), "geography"),
)  # fmt: skip
# What a street may be called, and no word between a number and "Dr." or "RD".
_OWN = r"(?:(?!(?:by|from|with|per|mg|mcg|ml|via|see|visits?|prn|pm|am|called|calls?|units?|tabs?|days?|weeks?|hours?|hrs?|for|to|in|on|at|is|was|has|yo|years?|male|female|and|or|the|a|an|of|ref|re|w)\b)[a-z'’-]{2,16})"
# Where one has a group, that alone is the place.
ROADS: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,7},\s?-?\d{1,3}\.\d{3,7}(?![\d.])"),
    re.compile(r"\b([A-Z][a-zà-ÿ'’-]+(?: [A-Z][a-zà-ÿ'’-]+){0,2},? (?:[A-Z]{2},? )?\d{5}(?:-\d{4})?)(?=[.;,)\n ]|\s*$)(?! ?(?:mg|units|cells|copies|mL))"),
    _any(rf"(?<![\w/.])(?:[nsew]\d{{3,5}}|\d{{1,6}}(?:-?[a-z](?![a-z])|½| 1/2)?)\s+(?:[nsew]{{1,2}}\.?\s+)?(?:(?:mile|county|old|state|rural)\s+)?(?:{_OWN}|\d{{1,3}}(?:st|nd|rd|th)?)(?:\s+{_OWN}){{0,2}}?\s+(?:street|str|st|alley|close|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|circle|cir|terrace|ter|parkway|pkwy|highway|hwy|row|trail|trl|loop|way|place|pl|calle)\b\.?(?:\s+[nsew]{{1,2}}\b\.?)?(?:,?\s*(?:apt|apto|unit|ste|#|lot|rm|trlr|espacio|cuarto|piso|int)\.?\s?#?\s?[\w-]{{1,5}}\b|,?\s*(?:rear(?: cottage| house| unit)?|upper(?: flat| unit)?|lower(?: flat| unit)?|basement|back house|\d(?:st|nd|rd|th) floor)\b)?"),
    _any(r"\b(?:mile ?marker|mile ?post|mm|exit)\s+\d{1,3}\b(?:,? (?:ramp|off|on|of|near)? ?(?:i-?|us-?|hwy|highway|route|rte)\s?\d{1,3}\b)?|\b(?:I|US|SR|FM|CR|H|KY|TX|CA|NC|SC|GA|AL|LA|MS|TN|VA|WV|NM|AZ|OK|AR|MO|WI|MN|MI|OH|IN|IL|NY|PA|NJ)-\d{1,4}\b(?: ?(?:east|west|north|south)(?:bound)?)?(?:,? exit \d{1,3})?"),
    _any(r"\b(?:hwy|highway|route|rte|carr(?:etera)?|interstate|state road|county (?:rd|road|hwy|highway)|cty (?:rd|hwy|road)|forest road|farm road|ranch road|camp)\.?\s+(?:\d{1,4}[a-z]?|(?-i:[A-Z]{1,2}))\b(?:\s+[nsew]\b)?(?:,?\s+km\.?\s*\d{1,3}(?:\.\d)?)?(?:,? (?:interior|norte|sur))?"),
    _any(r"\bkm\.?\s?\d{1,3}(?:\.\d)?\s+(?:de la carretera|carr(?:etera)?|interior)\b|\b(?:edif(?:icio)?|torre|bloque|espacio|cuarto|piso|int(?:erior)?|manzana|mz|lote)\.?\s+(?:\d[\w-]{0,5}|(?-i:[A-Z]))\b(?=[\s,.;)]|$)|\b(?-i:FM|RM|CR|SR|SH|US)\s\d{1,4}\b|\bPMB\s?#?\d{1,5}\b|\b(?:lot|space|spc)\s#?\d{1,4}\b(?=[,.;)\n ])"),
    _any(r"\b(?:corner of|esquina de|bus from|off|at|by|on|near)\s+((?:[nsew]{1,2}\.?\s)?[\w'’]{2,14}(?:\s(?:st|ave|blvd|rd|hwy|street|avenue))?\s(?:and|&)\s(?:[nsew]{1,2}\.?\s)?\d{1,3}(?:st|nd|rd|th))\b"),
    re.compile(r"(?<![\w/.-])\d{1,3}(?:st|nd|rd|th)[ ](?:and|&|y)[ ](?:[NSEW]\.?[ ])?(?!(?:Final|Last|Then|She|He|They|We|It|The|Pt|Third|Fourth|Fifth|Second)\b)[A-Z][a-z'’]+(?:[ ](?:St|Ave|Blvd|Rd|Street|Avenue)\b\.?)?|(?<![\w/.-])(?!(?:Stage|Grade|Day|Week|Digit|Digits|Toe|Toes|Rib|Ribs|Left|Right|The)\b)[A-Z][a-z'’]+(?:[ ](?:St|Ave|Blvd|Rd|Street|Avenue))?[ ](?:&|and)[ ]\d{1,3}(?:st|nd|rd|th)(?=[.,;)\n]|[ ](?:St|Ave)|$)"),
    re.compile(r"\bR\.\s?[DR]\.\s?#?\s?\d{1,2}\b|\bR[DR]\s?#?\s?\d{1,2}(?=,?\s+(?:Box|[A-Z][a-z]+\s+(?:Rd|Road|Ln|Lane|Hollow)))"),
    re.compile(r"(?<![\w-])[NSEW]\s?\d{2,5}\s(?:Rd|Road|Rte|Route|St|Street|Ave|Avenue|Hwy|Ln|Dr)\b\.?"),
    _any(r",?\s*\b(?:\d{1,2}\s?\.?\s?[º°ª]|primer|segundo|tercer|cuarto|quinto)\s?piso\b(?:,?\s*(?:izq|der|apto)\w*\.?)?"),
    re.compile(r"(?:Hall|House|Dorm|Tower|Lodge|Inn|Motel|Hotel|Suites|Manor|Building|Bldg|Residence|Towers|Arms),?[ ](?:Rm|Room|#|Apt|Unit|Suite|No)\.?[ ]?#?(\w{1,5})\b"),
    re.compile(r"\b(?:St|Ave|Rd|Blvd|Dr|Ln|Ct|Pl|Street|Avenue|Road|Lane)\.?,\s(\d{1,3}-?[A-Z])(?=,)"),
)  # fmt: skip
FACILITY = re.compile(
    rf"(?<![\w-])((?:(?:St|Ste|Mt|Ft|Sta|Sto)\.?[ \t])?{_CAP}(?:[ \t](?:(?:of|the|de|del|la|las|los|y|and|&)[ \t])?{_CAP}){{0,4}}?)[ \t]{_FACILITY}(?![\w-])(?:[ \t](?:of|at|de)[ \t]{_CAP}(?:[ \t]{_CAP}){{0,2}})?"
)
UNIVERSITY = re.compile(
    rf"\b(?:University|Hospital|College|Cl[ií]nica|Church|Centro|Hogar|Farmacia|Iglesia|Escuela)[ \t](?:of|at|de|del|la|San|Santa|San Juan|[A-Z][a-z]+)(?:[ \t](?:de|del|la|las|los|of|the|at|San|Santa|{_CAP})){{0,4}}"
)
# Words behind a cue of a place that are none.
_NO_PLACE = frozenset({"home", "icu", "er", "ed", "snf", "hospital", "hospice", "clinic", "the", "pt", "patient", "rehab", "ltc", "alf", "i", "er.", "floor", "unit", "ward", "community"})  # fmt: skip


TOWN = re.compile(
    rf",?[ \t]*\n?[ \t]*(?:in[ \t]+)?({_CAP}(?:[ \t](?:(?:or|of|on|by|upon|and|the|del?)[ \t])?{_CAP}){{0,2}})(?=[,.;\n]|[ \t]+(?:{STATES}|{_STATE_NAMES})\b|[ \t]+[a-z(]|\Z)"
)
STREETS = 7
# A town before its state's letters is one, whatever its word.
SURE = frozenset(number for number, (pattern, _) in enumerate(PLACES) if "Puerto Rico" in pattern.pattern)


def placed(text: str) -> Iterator[Span]:
    """Every place of the text that looks like one below the state, a facility or an employer."""
    for number, (pattern, kind) in enumerate(PLACES):
        for found in pattern.finditer(text):
            part = 1 if pattern.groups and found.group(1) is not None else 0
            start, end = found.span(part)
            if part and not found.group(1)[0].isdigit():
                said = found.group(1).rstrip(".,")
                end = start + len(said)
                if not _a_place(said, sure=number in SURE):
                    continue
            yield Span(start, end, kind)
            if number < STREETS and (town := TOWN.match(text, end)) and _a_place(town.group(1), sure=True):
                yield Span(*town.span(1), kind)
    for pattern in ROADS:
        for found in pattern.finditer(text):
            yield Span(*found.span(1 if pattern.groups else 0), "geography")
    for pattern in (FACILITY, UNIVERSITY):
        for found in pattern.finditer(text):
            begin = _trimmed(text, found.start(), found.end())
            if begin is not None:
                # Of "Hospital General San Rafael" all is the name.
                yield Span(found.start() if pattern is UNIVERSITY else begin, found.end(), "geography")


def _a_place(said: str, *, sure: bool = False) -> bool:
    words = re.findall(r"[^\W\d_]+", fold(said))
    return any(word not in _NO_PLACE and word not in tables().departments for word in words) and not (
        not sure and all(word in tables().plain and not sense(word).usual for word in words)
    )


def _trimmed(text: str, start: int, end: int) -> int | None:
    """Where a facility's own name begins; None where it is a kind of department and no name."""
    words = [
        (start + one.start(), fold(one.group()))
        for one in re.finditer(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text[start:end])
    ]
    lists = tables()
    own = [
        place
        for place, (_, word) in enumerate(words)
        if word.replace("’", "'").removesuffix("'s") not in lists.departments
    ]
    own = [place for place in own if words[place][1] not in _GENERIC and not _clinical(words[place][1])]
    return words[own[0]][0] if own else None


_GENERIC = frozenset(
    ["hospital", "hospitals", "center", "centre", "clinic", "health", "healthcare", "services", "pharmacy", "school", "company", "agency", "housing", "apartments", "tower", "towers", "facility", "rehab", "rehabilitation", "nursing", "home", "hospice", "university", "college", "church", "shelter", "pantry", "bank", "food", "library", "dialysis", "imaging", "laboratory", "labs", "associates", "partners", "practice", "pediatrics", "orthopedics", "orthopaedics", "cardiology", "oncology", "system", "plan", "court", "estates", "manor", "living", "retirement", "community", "residence", "residences", "co", "inc", "llc", "corp", "drug", "drugs", "medicare", "medicaid", "social", "case", "meals", "wheels", "red", "cross", "adult", "protective", "child", "welfare", "department", "dept", "ii", "iii", "new", "see", "seen", "call", "called", "per", "via", "by", "or", "so", "if", "as", "pt", "patient", "patients", "she", "he", "they", "we", "i", "no", "yes", "not", "denies", "reports", "discharge", "discharged", "admitted", "admit", "transfer", "follow", "up", "please", "contact", "schedule", "uses", "and", "county", "clinica", "clínica", "centro", "de", "del", "la", "las", "los", "el", "salud", "hogar", "farmacia", "iglesia", "escuela", "visit", "visits", "visiting", "ordered", "order", "refer", "referral", "send", "sent", "arrange"]
)  # fmt: skip


def _clinical(word: str) -> bool:
    found = sense(word.replace("'", "").replace("’", ""))
    return found.word and not found.name and word in _CARE


_CARE = frozenset(["behavioral", "hematology", "neurology", "rheumatology", "gastroenterology", "ophthalmology", "otolaryngology", "immunology", "pathology", "anesthesia", "anesthesiology", "perinatal", "neonatal", "postpartum", "telehealth", "virtual", "holistic", "vascular", "thoracic", "cardiothoracic", "neurosurgery", "interventional", "electrophysiology", "hepatology"])  # fmt: skip
