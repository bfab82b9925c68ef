"""Coded: telephones, record numbers, plates, users, files and other codes, by their label or their shape.

Misses   a short code without a label; a serial number of few letters and digits
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import is_word, tables

_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
_LABELS = (
    r"(?:mrn?|m\.r\.n\.?|chart|record|r[eé]cord|exp(?:ediente|te)?|hc|folio|matr[ií]cula|acct|account|cuenta|fin|har|csn|run|cad|cause|case|caso|docket|bar|ccn|clia|lpc|doc|eid|enterprise id|local id|tablet|workstation|ws|machine|"
    r"band|bracelet|bag|tracking|token|contrato|p[oó]liza|number|n[uú]m(?:ero)?|tin|ein|tax id|badge|unit|dcn|hmis|ebt|snap|wic|reg(?:istro)?|asset|bed id|req|requisition|login|user(?: ?name)?|locker|loan|meter|card|tarjeta|id)"
)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Where a pattern has a group, that alone is the identifier.
SHAPES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?<![\d.,-])\d(?:[ -]\d){5,}(?!\d|[ -]\d|[.,]\d|%)"), "phone"),
    (_any(rf"\b{_DIGIT}(?:[ ,-]+{_DIGIT}){{3,}}(?:[ -]+\d{{2,4}}){{0,3}}\b"), "phone"),
    (_any(rf"\b{_DIGIT}(?:[ ,-]+{_DIGIT}){{1,}}(?:[ -]+\d{{2,4}}){{1,3}}(?!\d)"), "phone"),
    (re.compile(r"(?<![\w-])1?[-. ]?\(?[2-9]\d\d\)?[-. ]{1,2}(?:\d{3}[-. ][A-Z]{4}|[A-Z]{3}[-. ]?(?:[A-Z]{4}|\d{4})|[A-Z]{7})\b"), "phone"),
    (_any(r"\b(?:page(?:d|r)?|pgr|beeper|vocera|spectra|ascom|dial|call|callback|cb|ext\.?|x|phone|ph|anexo)\b[\s:#]{0,3}(?:(?:me|us|him|her|at|on|back)\s){0,2}#?(\d-\d{4}|[2-9]\d{4}|\d{4}(?=\s|[.,;)]|$))(?![\d/:-])"), "phone"),
    (re.compile(r"(?<![\w-])[px](?:#|\.\s?)?(?:\d{4,5}|\d{1,2}-\d{4})(?![\w-])"), "phone"),
    (_any(r"\b(?:area(?: code)?|short ?code|lada)[\s:]{1,2}(\d{3,6})\b"), "phone"),
    (_any(rf"\b{_LABELS}\b[ \t]*(?:id|no\.?|nbr|number|de)?[ \t]*[:#.=][ \t#]*(?:de \w+:?[ \t]*)?((?=(?:[^\s\d]*\d){{3}})[a-z0-9][a-z0-9._/-]*[a-z0-9])"), "other"),
    (_any(r"\b(?:mrn?|chart|run|cad|exp|matr[ií]cula|docket|workstation|machine|tablet|ccn|clia|fin|mr|sn|bag|user|ws)\b[ \t#:]{1,3}((?=(?:[^\s\d]*\d){3})[a-z0-9][a-z0-9._/-]*[a-z0-9])"), "other"),
    (_any(r"\b(?:user|login|username|portal user|handle|discord|instagram|snap|ig|skype|telegram)\b[\s:#]{1,3}([a-z0-9](?=[\w.#-]*(?:[\d_]|\.\w))[\w.#-]{3,30}[a-z0-9])"), "other"),
    (_any(r"\b(?:lic|licen[cs]e|dl|driver'?s lic(?:ense)?|permit|plates?|placas?|state id|c[eé]dula)\b[\s:.#]{1,3}((?-i:[A-Z]{2,4})[ -]?#?[A-Z0-9-]*\d{3,}[\w-]*|(?-i:[A-Z]{2,3} [A-Z]{2,4}-?\d{3,4}))"), "licence"),
    (_any(r"\b(?:last|ending(?: in)?|ends(?: in| with)?|[uú]lt(?:imos?|\.)?|terminad[oa](?: en)?|termina en)\s*(?:4|four|cuatro)?\)?[\s:-]{1,3}(\d{3,4})\b"), "ssn"),
    (re.compile(r"(?<![\w-])(?=(?:[A-Z-]*\d){4})[A-Z]{1,5}(?:-[A-Z0-9]{1,10}){1,4}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w-])(?!(?:19|20)\d\d-(?:19|20)\d\d\b)(?:19|20)?\d\d-(?:[A-Z]{1,4}-)?\d{4,8}(?:-[A-Z\d]{1,4})?(?![\w-])"), "other"),
    (re.compile(r"(?<![\w#])\w{3,30}#\d{4}(?!\d)"), "other"),
    (_any(r"\b(?:plates?|tags?|placas?|tablilla|tail(?: no\.?| number)?|vehicle|truck|car|van|camioneta|guagua|moto|sedan|suv|minivan|pickup|motorcycle|scooter|honda|toyota|ford|chevy|chevrolet|nissan|dodge|ram|jeep|kia|hyundai|subaru|buick|gmc|mazda|bmw|lexus|civic|accord|corolla|camry|prius|tacoma|altima|sentra|silverado|f-?150|malibu|impala|explorer|escape|focus|fusion|mustang|odyssey|sienna|caravan|elantra|sonata|outback|forester|wrangler|tahoe|econoline|equinox|rav4|cr-?v|hr-?v|highlander|4runner|rogue|murano|pathfinder|frontier|yaris|sorento|sportage|tucson|crosstrek|jetta|passat|tiguan|bronco|ranger|expedition|taurus|traverse|blazer|charger|challenger|durango|reg)\b[^\n.;]{0,24}?(?-i:(?<![\w-])(?!(?:ETA|ETD|AGE|MRN|DOB|DOS|GCS|ISS|MVC|EMS|BP|HR|AT|ED|ER|RN|MD)\b)((?:[A-Z]{2}[ -])?(?:[A-Z]{2,3}[ -]?\d{3,4}|\d{3,4}[ -]?[A-Z]{2,3}|\d[A-Z]{3}\d{2,3}|\d[A-Z]{2}[ -]?[A-Z]\d{2}|[A-Z]\d{2}[A-Z]{3}|[A-Z]{1,3}[ -]\d{2,3}[A-Z]?[ -]?\d{0,3}[A-Z]{0,2}))(?![\w-]))"), "vehicle"),
    (re.compile(r"(?<![\w-])N\d{1,4}[A-Z]{1,2}(?![\w-])"), "vehicle"),
    (re.compile(r"(?<![\w.,/$+-])(?!(?:19|20)\d\d-(?:19|20)\d\d)(?!\d{0,2}[05]00?-\d{0,2}[05]00?)(?!(?:[01]\d|2[0-3])[0-5]\d-(?:[01]\d|2[0-3])[0-5]\d)\d{4}-\d{4}(?![\w,/%-]|\.\d)(?! ?(?:mg|mL|ml|kcal|cal|steps|units|calories|hrs?|hours)\b)"), "other"),
    (re.compile(r"(?<![\w.,/$+-])(?:3[2-9]|[4-9]\d|\d\d(?=-(?:3[2-9]|[4-9]\d)))-\d\d-\d\d(?![\w,/%-]|\.\d)"), "mrn"),
    (re.compile(r"(?<![\w.])(?=\w*\d)[a-z]{2,}(?:_[a-z0-9]+)+(?![\w])"), "other"),
    (_any(r"(?<![\w/])[\w-]{3,60}\.(?:pdf|wav|mp3|tif|docx?|xlsx?|csv|heif|m4a)\b"), "photo"),
    (_any(r"(?<![\d/])[2-9]\d\d/\d{3}/\d{4}(?!\d)"), "phone"),
    (_any(r"\b(?:mr number|mrn?|csn|hrn|chart|record|medical record|acct|account|ssid|beneficiary no\.?|member|medicaid|medicare|insurance|plan(?: vital)?|kid ?care|\w{2,6}care|subscriber|slip|n[uú]mero|r[eé]cord|serial|hospital number)\b[\s#:.,]{0,4}(?:(?:there|number|no\.?|id|here) )?(?:is |es )?(?-i:((?:[A-Z]{1,3} )?\d{1,5}(?: \d{1,5}){1,4}(?: [A-Z](?![\w]))?))(?![\w/%.]\w|\w)(?! ?(?:mg|ml|mcg|units|days?|years?|weeks?|mm|cm|kg|g|hours?|am|pm)\b)"), "mrn"),
    (re.compile(r"(?<![\w-])\d{3,5}-\d{3,5}-[A-Z]{1,2}(?![\w-])"), "mrn"),
    (_any(r"(?<![\w.-])[a-z]{2,4}\d{6,12}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w.-])(?=(?:[a-z-]*\d){4})[a-z]{1,4}\d{0,4}(?:-[a-z0-9]{1,6}){2,3}(?![\w-])"), "other"),
    (re.compile(r"(?<![\w.])[A-Z]{2,6}\.\d{2,4}\.\d{3,6}(?!\w)|(?<![\w/])[A-Z]{1,3}(?:/\d{2,5}){2,4}(?![\w/])|(?<![\w.])[A-Z]\.\d{5,9}(?!\w)"), "other"),
    (re.compile(r"(?<![\w*])[*•x]{2,12}[ -]?(\d{3,4})(?!\w)"), "account"),
    (_any(r"\b(?:ext(?:ensi[oó]n)?|anexo)\.?[ :#]{1,2}(\d{1,2}-\d{4}|\d{2,6})\b(?!\s?(?:min|deg|°|/\d|to \d|lag))"), "phone"),
    (_any(r"\b(?:signed ?by|entered ?by|user ?name|user|usuario|login|log in|batch_user|portal_user|handle)[\"'\s:=]{1,4}(?:is |es |sigue siendo )?((?=[\w.@-]*(?:\d|[._-]\w))[a-zñ][\wñ.@-]{3,24}\w)"), "other"),
    (re.compile(r"(?<![\w-])A[- ]?\d{3}[- ]\d{3}[- ]\d{3}(?![\w-])"), "licence"),
    (re.compile(r"(?<![\w.•·])\(?\d{3}\)?\s?[•·‧∙*~]\s?\d{3}\s?[•·‧∙*~]\s?\d{4}(?!\d)"), "phone"),
    (re.compile(r"\b(?i:licen[cs]e plate|lic(?:ense)? plate|vanity plate|plates?|tag|placas?)(?i:[ ]?(?:#|no\.?|:|reads?|is|number))?[ ]((?=[A-Z0-9 ]*\d)(?=[A-Z0-9 ]*[A-Z])[A-Z0-9]{1,7}(?:[ -][A-Z0-9]{1,7}){0,2})(?![\w-])"), "vehicle"),
)  # fmt: skip
# Letters before groups of digits, of so many figures in all.
LETTERED = re.compile(
    r"(?<!CPT )(?<!ICD )(?<!NDC )(?<!PCS )(?<!DRG )(?<![\w-])(?!(?:PROC|DX|CPT|ICD|NDC|DRG|HCPCS|LOINC|REV|POS|BP|HR|RR|CC|ML|AM|PM|NYHA|CKD|PMID|NCT|DSM|IDC|IU|IRF|FEV|PEEP|MAP|ANC|WBC|PLT|BMI|SSN|MRN|NPI|DEA|CSN|HRN|FIN|DOB|TEL|FAX|PH|EXT|RX|LOT|SN|ID|NO|ACCT|BIN|PCN|PIN|REF|AUTH|CASE|APT|STE|ZIP|BOX|RM|UNIT|ROOM|PO)[ -])(?![A-Z]{2} \d{5}(?!\d))(?:[A-Z]{2,4}[ -]\d{2,10}(?: \d{2,6})*|[A-Z](?:-\d{2,6}|[ ]\d{2,6} \d{2,6})(?: \d{2,6})*)(?: [A-Z](?!\w))?(?![\w/%.-]\w|\w|%)(?! ?(?:mg|mcg|mL|ml|units?|IU|kcal|cells|copies)\b)"
)
FIGURES = 5
# Letters and digits that change more than twice are a serial number or a key, a small word with digits behind it is a user's.
MIXED = re.compile(r"(?<![\w./-])(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z0-9]{6,16}(?![\w/%])")
CHANGES = re.compile(r"[A-Z](?=\d)|\d(?=[A-Z])")
NO_MIX = re.compile(r"CHA\d|G\d+P\d|T\d[A-C]?N\d|[A-Z]\d\d[A-Z]\d|HLA|CYP\d|DQ\w\d|DR\w\d|AB\d")
USER = re.compile(r"(?<![\w./@-])([a-z]{4,})\d{2,4}(?![\w/%.-]*\w)")
OCR = re.compile(r"(?<![\w/-])(?=[OolIS\d/.-]*[\dlO])[OolIS\d]{1,4}(?:[-/.][OolIS\d]{1,4}){1,2}(?![\w/-])")
SLIPS = str.maketrans("OolIS", "00115")
READ: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"\d{1,2}[/-]\d{1,2}[/-](?:\d\d|\d{4})"), "date"),
    (re.compile(r"\d{3}[-.]\d{3}[-.]\d{4}"), "phone"),
    (re.compile(r"\d{3,4}-\d{3,4}"), "other"),
)


def coded(text: str) -> Iterator[Span]:
    """Every number, code, user and file that its label or its shape tells."""
    for pattern, kind in SHAPES:
        for found in pattern.finditer(text):
            yield Span(*found.span(1 if pattern.groups else 0), kind)
    for found in LETTERED.finditer(text):
        if sum(map(str.isdigit, found.group())) >= FIGURES:
            yield Span(found.start(), found.end(), "other")
    for found in OCR.finditer(text):
        said = found.group().translate(SLIPS)
        if said != found.group():
            for pattern, kind in READ:
                if pattern.fullmatch(said):
                    yield Span(found.start(), found.end(), kind)
                    break
    for found in MIXED.finditer(text):
        if len(CHANGES.findall(found.group())) > 2 and not NO_MIX.match(found.group()):
            yield Span(found.start(), found.end(), "other")
    for found in USER.finditer(text):
        if not is_word(found.group(1)) and found.group(1) not in tables().plain:
            yield Span(found.start(), found.end(), "other")
