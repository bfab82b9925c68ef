"""Seldom: identifiers in writings that notes hold seldom: postcodes of other countries, vessels, units, tattoos, web forms, a name that is spelled out.

Misses   a place that only words tell ("two doors down from the filling station")
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import fold, sense, tables, town_names

_CAP = r"[A-ZÀ-Þ][\w'’-]{1,30}"


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Where one has a group, that alone is the identifier.
RARE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[A-CEGHJ-NPR-TV-Z] \d[A-CEGHJ-NPR-TV-Z]\d(?![\w-])"), "geography"),
    (re.compile(r"(?<![\w/.-])(?:[A-Z]{1,2}\d{1,2}|[A-Z]{1,2}\d[A-Z]) \d[ABD-HJLNP-UW-Z]{2}(?![\w/-])"), "geography"),
    (re.compile(r"(?<![\w/.-])[AC-FHKNPRTV-Y]\d[\dW] (?=[A-Z\d]{0,3}\d)(?=[A-Z\d]{0,3}[A-Z])[0-9AC-FHKNPRTV-Y]{4}(?![\w/-])"), "geography"),
    (re.compile(r"(?<!\w)///[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}"), "geography"),
    (re.compile(rf"\b(?:[Oo]n|[Aa]t|[Oo]ff|[Nn]ear|[Oo]f|along|ON|AT) ((?:N|S|E|W|NE|NW|SE|SW)\.? (?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))(?: (?:St|Ave|Rd|Blvd|Dr|Way|Ln)\b)?(?:,? (?:#|apt|unit|ste)\.? ?[\w-]{{1,5}})?)"), "geography"),
    (re.compile(rf"\b((?:{_CAP} ){{1,3}}(?i:apts?|apartments?|condos?|condominiums|lofts?|townhomes|townhouses|motel|inn|mobile (?:home )?(?:park|estates)|mhp|rv park|trailer (?:park|court)|chapter house|reservation|rancheria|pueblo|subdivision|projects|barracks)(?:,? ?(?:#|no\.?|rm|room|unit|sp(?:ace|c)?|lot)\.? ?[\w-]{{1,5}})?)(?!\w)"), "geography"),
    (_any(r"(?<![\w/.])\d{2,6} [a-z] (?:[a-z][a-z'’-]{2,15} ){1,2}(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|blvd|cir|way|pl|ter)\b\.?(?: [nsew]{1,2}\b)?"), "geography"),
    (re.compile(rf"\b({_CAP} (?:St|Ave|Rd|Blvd|Dr|Ln|Street|Avenue|Road)\.? (?:at|and|&|@|near|x) (?:\d{{1,3}}(?:st|nd|rd|th)|{_CAP}))\b"), "geography"),
    (_any(r"\b(?:blq|bloque|mz|manzana|parcela)(?:\.? ?\d{1,4}|\.? (?-i:[A-Z]{1,2}))(?: ?(?:#|casa|no\.?|lote) ?\d{1,4})?(?!\w)"), "geography"),
    (_any(r"(?<![\w/.])\d{1,6} (?:calle|camino|avenida|avda|paseo|v[ií]a|rancho|vista|plaza|placita|corte|callej[oó]n|vereda|rue|chemin|boulevard)(?: (?:de|del|la|las|los|el|du|des|le))* (?-i:[A-ZÀ-Þ][\w'’-]+)(?: (?-i:[A-ZÀ-Þ][\w'’-]+))?"), "geography"),
    (_any(r"\b(?:navajo|indian|bia|hopi|tribal|forest|fire|logging|fr|nf) (?:route|rte|rt|service road|service rte|road|rd) #?[a-z]?-?\d{1,4}\b"), "geography"),
    (_any(r"\b\d{2,5} (?:blk|block)(?: of)? (?-i:(?:[NSEW]\.? )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"), "geography"),
    (_any(r"\buid\b[:#\s]{0,3}((?:\d{1,20}\.){4,14}\d{1,20})"), "device"),
    (re.compile(r"(?<![\d.])1\.(?:2\.840\.11(?:3619|3704|3681|3745)|3\.12\.2\.1107|2\.(?:276|392|250|826))(?:\.\d{1,20}){2,12}"), "device"),
    (_any(r"\b(?:sn|s/n|serial)\b[^\n]{1,24}?\bdn:? ?(\d{3})\b"), "device"),
    (re.compile(r"\b(?:DSCN?|IMG|PXL|MVI|DJI|PHOTO|PIC)[_ -]?\d{3,}(?:[_–-]\d+){0,3}(?!\w)"), "photo"),
    (_any(r"\b(?:photos?|mug ?shots?|pictures?|images?|fotos?|polaroids?|portrait)(?: (?:no\.?|num(?:ber)?|id|ref|file))?[ ]?(?:#|:)[ ]?([\w-]*\d{2}[\w-]*(?: ?[–-] ?\d+)?)"), "photo"),
    (_any(r"\b(?:tattoos?|tats|tatuajes?)(?: (?:of|reading|that (?:says|reads)|says)|:|s:)[ ]?((?:[\"“][^\"”\n]{1,40}[\"”]|[^.;,\n]{3,60})(?:[^.;\n]{0,60}))"), "biometric"),
    (re.compile(r"(?<!\w)#[ ]?([A-Z]{0,3}-?\d[\d-]{3,15})(?![\w%])"), "other"),
    (_any(r"\b(?:log|ledger|manifest)(?: (?:entry|line|no\.?|number|id))?[ ]?#?[ ]?(\d{2,4}-\d{2,6})(?![\w/-])"), "other"),
    (_any(r"\b(?:census|enrol?lment|tribal|roll|cib|cdib)(?: (?:id|card))?[ ]?(?:#|no\.?|number|:)[ #:]*([a-z]{0,3}-?\d[\d,.-]{2,12}\d)"), "other"),
    (_any(r"\b\d{1,3}(?:st|nd|rd|th) (?:bn|battalion|marines|marine regiment|infantry|inf|cav(?:alry)?|airborne|abn|armored|engineers?|field artillery|brigade|bde|division|div|regiment|rgt|fighter (?:wing|squadron)|squadron|ranger)\b(?:,? (?:of the )?\d{1,3}(?:st|nd|rd|th) (?:marines|infantry|cav(?:alry)?|airborne|division|regiment|armored|brigade)\b)?"), "other"),
    (re.compile(rf"\b(?:USS|USNS|USCGC|USAT|F/V|M/V|S/V|T/V|MV|HMS|RMS)[ ](?:{_CAP})(?: {_CAP}){{0,2}}"), "other"),
    (_any(r"\b(?:flight|flt|vuelo)[ ]?(?:#|no\.?|number)?[ ]?((?-i:[A-Z]{2,3}|[A-Z]\d) ?\d{1,4})\b"), "other"),
    (re.compile(r"\b(?:Air|Airlines?|Airways|Lingus|Lufthansa|Iberia|Delta|United|American|JetBlue|Southwest|Aerom[eé]xico|Avianca) ([A-Z]{2} ?\d{2,4})\b"), "other"),
    (_any(r"(?<![\w.+-])[\w.+-]{1,60}%40[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,3}"), "email"),
    (re.compile(r"(?<![\w.])\(?[2-9]\d\d\)?[ ]?[—–‒‐―_|][ ]?\d{3}[ ]?[—–‒‐―_|][ ]?\d{4}(?!\d)"), "phone"),
    (re.compile(r"(?<![\w.,-])(?:00|011)[ ]?[1-9]\d{0,2}(?:[ .]\(?\d{2,5}\)?){2,5}(?!\w)"), "phone"),
    (_any(r"(?<![\d./-])(\d{1,2}[-./ ](?:i{1,3}|iv|vi{0,3}|ix|xi{0,2})[-./ ])(?:19|20)\d\d\b"), "date"),
    (_any(r"\b(?:drawn|collected|coll|rec'?d|received|recvd|printed|adm|signed|exp(?:ires)?|issued|reported|resulted|ordered|implanted|born|nac)[ :]{1,2}((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d)(?!\d)"), "date"),
    (re.compile(r"\b(?:MD|DO|RN|LPN|LVN|NP|FNP|APRN|PA-?C|CNA|PharmD|LCSW|MSW|PT|DPT|OTR(?:/L)?|SLP|RD),? ((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))(?=[.;]?\s*(?:$|\n)|[ ]\d{1,2}:?\d\d)"), "date"),
    (_any(r"\b(?:next|last|this|by|until|til|till|past|coming|proximo|pr[oó]ximo|pasado|on) (mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun|lun|mier|juev?|vier?)\b(?![’'-]|[ ]?\d\d ?%|[ ](?:exposure|damage|light|burn))"), "date"),
    (re.compile(r"(?<![\d%] )(?<!O2 )(?<!RA )(?<!the )(?<!The )(?<![\w/])\b(?:Sat|Sun)(?=[.;)]|[ ]?[-–—][ ]|[ ]*$|[ ](?:w/|with|and|or|if|to|but|then)\b)", re.MULTILINE), "date"),
    (_any(r"\b(?:ramadan|eid(?: al-(?:fitr|adha))?|diwali|hanukkah|chanukah|passover|rosh chodesh|kwanzaa|lunar new year|chinese new year|t[eế]t|nowruz|orthodox easter|maundy thursday|holy week|spring break|winter break|indigenous peoples'? day|d[ií]a de la independencia|las posadas|guadalupe day)\b(?=[ ,.;)\n]|$)"), "date"),
    (_any(r"\b(?:great[- ]?)?(?:grand ?(?:mother|father|ma|pa|mom|dad)|mother|father|mom|dad|wife|husband|spouse|aunt|uncle|sister|brother|gma|gpa|abuel[ao]|madre|padre|espos[ao]|suegr[ao])(?:[ ](?-i:[A-ZÀ-Þ])[\w'’-]+){0,2}[ ]?\((?:age |now |aged )?(9\d|1[01]\d)\)"), "date"),
    (_any(r"(?<=[,;:|·])[ ]?(9\d|10\d)(?=[,;|·][ ]?(?:(?:chf|copd|ckd|dnr|dm2?|htn|hx|s/p|w/|with|on|lives|living|retired|widow\w*|from|in|of|dementia|alzheimer\w*|frail|end|hospice|home|nh|snf|a|who|resident|was|has|is|cad|afib|mother|father|former|african|white|black|hispanic|male|female)\b))"), "date"),
    (_any(r"\b(?:girl|lady|guy|man|woman|nurse|aide|worker|wkr|rep|tech|gal|clerk|caregiver|sitter|neighbor|reporter|friend|person|visitor|driver|officer|deputy|medic|cna|rn|hha|roommate|landlord|bystander|witness|caller|informant|source|desk|volunteer)(?: \d{1,4})?,? \((?-i:([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w.'’-]*){0,2}))(?=[,;)])"), "name"),
    (_any(r"\b(?:officer|ofc|deputy|dep|sgt|sergeant|detective|det|judge|trooper|agent|chief|captain|capt|lt|cpl|investigator|inspector|medic|emt|paramedic|pastor|rabbi|deacon|coach|principal|counselor|by|per|with|w/|scribe|scrub|circulator|crna|anes(?:thesia)?|pathologist|radiologist|provider|surgeon|asst|assistant)\.?:? ((?-i:(?:[A-Z]\. ?){1,2}[A-ZÀ-Þ][a-zà-ÿ'’-]{2,}(?:-[A-Z][a-z]+)?))"), "name"),
    (re.compile(r"(?<![\w.:/])(?:[01]?\d|2[0-3]):?[0-5]\d(?: ?[ap]m?)?[ ]?[-–:]?[ ]([A-ZÀ-Þ][\w'’-]+, ?[A-ZÀ-Þ][\w'’-]*)(?=[ ]?[-–;,(\n]|[ ](?:new|no-?show|f/u|fu|est|pap|recheck)\b)"), "name"),
    (re.compile(r"\b[A-Z][A-Za-z'’-]{2,30},?[ ](?:FNU|LNU|NFN|NLN|NMN|NMI)\b|\b(?:FNU|LNU|NFN|NLN)[, ]{1,2}[A-Z][A-Za-z'’-]{2,30}"), "name"),
    (_any(r"(?:[?&;]|\b)(?:name|fname|lname|first|last|first_?name|last_?name|patient|provider|pcp|ref|doctor|contact|caller|guardian)=((?:(?:dr|mrs?|ms)\+)?[a-z][\w.'’%-]*(?:\+[a-z][\w.'’%-]*){0,3}|(?-i:[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}))(?=[&;]|\s*$)"), "name"),
    (re.compile(r"(?m)[.!?—–-][ ]+([A-Z]{3,12} [A-Z])\.?[ \t]*$"), "name"),
)  # fmt: skip
# A name in small letters before what tells of somebody when it is spoken.
SPOKEN = re.compile(
    r"\b(?:patient(?: is| name is|'s name is)?|on|for|name is|this is|mr|mrs|ms|doctor|dr|caller(?: is)?)\.? ((?:[a-z'’-]{2,15} ){1,6}?)(?=(?:that's |thats )?(?:spelled|medical record|m r n|mrn|date of birth|dob|d o b|birth ?date|account number)\b)"
)
SUFFIX = frozenset(["the", "third", "second", "junior", "senior", "fourth", "and", "with", "a"])
SHOUTED = re.compile(r"(?<![\w'’-])([A-Z]{3,20}) [A-Z]\.? ([A-Z][A-Z'’-]{2,24})(?![\w'’])")
DEPENDENTS = re.compile(
    r"\b(?:[Dd]ep(?:endent)?s?|DEPS?)\b[ :]*((?:\d\d?[ .:)-]{1,3}[A-Za-z][A-Za-z'’-]+[ ,;]*){1,6})"
)
WORD = re.compile(r"[^\W\d_]{2,}")
# A clinician of an HL7 message wherever the field stands: a number, a family and a given name, but no code of a system.
CLINICIAN = re.compile(
    r"(?<=[|~])([A-Z]{0,3}\d{2,10})\^([A-Za-zÀ-ÿ'’ -]{2,30})\^(?!(?:LN|SCT|SNM|I9C?|I10C?|ICD10|L|C4|CPT4?|RXNORM|NDC|CVX|MVX|UCUM|HL7\d*|99\w+|ISO\w*)\b)([A-Za-zÀ-ÿ'’ -]{1,30})(?=[\^|~\n]|$)"
)
LIVES = re.compile(
    r"\b(?:lives?|living|stay(?:s|ing)?|resid(?:es|ing)|moved|born|raised|grew up|from)\b(?: [a-z'/&]+){0,6}? (?:in|to|near|outside|from) ((?:east|west|north|south|new|old|fort|ft|mount|mt|lake|port|san|santa|saint|st|el|la|los|las|cedar|grand|little|big|red|rock|upper|lower|glen|palm|oak|pine|eagle|white|green|black)\.? [a-z]{4,})(?=[ ]?[.,;)\n]|[ ](?:with|w|w/|since|and|but)\b|$)"
)
NO_TOWN = frozenset(
    ["side", "wing", "part", "half", "area", "home", "house", "floor", "unit", "apartment", "medication", "medications", "place", "facility", "rehab", "hospital", "nursing", "people", "family", "room", "onset", "back", "extremity", "extremities", "lobe", "abdomen", "quadrant", "limb", "limbs", "chest", "legs", "town", "world", "meds", "pain", "bowel", "body", "ends", "toes", "foot", "arms", "blood", "tract"]
)  # fmt: skip


def seldom(text: str) -> Iterator[Span]:
    """Every identifier that such a writing tells."""
    for pattern, kind in RARE:
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), kind)
    for found in SPOKEN.finditer(text):
        words = [fold(one) for one in found.group(1).split()]
        if any(sense(one).name for one in words) and all(
            one in SUFFIX or sense(one).name or one not in tables().small for one in words
        ):
            yield Span(found.start(1), found.end(1) - 1, "name")
    for found in SHOUTED.finditer(text):
        if not any(_a_word(one) for one in found.groups()):
            yield Span(*found.span(), "name")
    for found in DEPENDENTS.finditer(text):
        for word in WORD.finditer(text, *found.span(1)):
            if fold(word.group()) not in tables().labels | tables().plain:
                yield Span(*word.span(), "name")
    for found in CLINICIAN.finditer(text):
        for place in (1, 2, 3):
            yield Span(*found.span(place), "name")
    for found in LIVES.finditer(text):
        last = found.group(1).split()[-1]
        if last not in NO_TOWN and (
            found.group(1).replace(" ", "_") in town_names() or sense(last).name or last not in tables().small
        ):
            yield Span(*found.span(1), "geography")


def _a_word(said: str) -> bool:
    low = fold(said).replace("'", "").replace("’", "")
    return sense(low).word or low in tables().plain or low in tables().departments or low in tables().labels
