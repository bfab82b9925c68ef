"""Days and ages over 89, in the many writings of English and Spanish notes.

Source   45 CFR 164.514(b)(2)(i)(C): all elements of dates but the year, all ages over 89
Misses   a weekday's three letters alone; a day that only a context tells ("two days after her birthday")
"""

import re
from collections.abc import Iterator
from datetime import date

from careloom.privacy.kinds import Span

OLDEST = 89
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|enero|ene|febrero|marzo|abril|abr|mayo|junio|julio|agosto|ago|septiembre|setiembre|octubre|noviembre|diciembre|dic)"
)
LONG = "January|February|March|April|May|June|July|August|September|October|November|December|JANUARY|FEBRUARY|MARCH|APRIL|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
YEAR = r"(?:(?:18|19|20)\d\d|['’]?\d\d)"
M, D = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[ -]first)"
_DIA = r"(?:primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|diecis[eé]is|diecisiete|dieciocho|diecinueve|veinte|veinti\w+|treinta(?: y uno)?)"
# What may stand behind a number that is a dose, a result or a range, and so no day.
UNIT = r"(?!\s?(?:mg|mcg|µg|g\b|kg|ml|units?|iu\b|meq|mmol|mm\b|cm\b|kcal|cells|k\b|bpm|%|/|tab|cup|cap|pill|puff|x\b|lb|oz|strength|pain|pulse|murmur|systolic))"
_FEAST = r"(?:christmas(?: eve| day)?|new year'?s(?: eve| day)?|thanksgiving(?: day)?|easter(?: sunday)?|halloween|valentine'?s day|mother'?s day|father'?s day|memorial day|labor day|independence day|(?:the )?(?:fourth|4th) of july|veterans day|mlk day|martin luther king(?:,? jr\.?)? day|presidents['’]?s? day|juneteenth|columbus day|xmas(?: eve)?|leap day|boxing day|cinco de mayo|st\.? patrick'?s day|groundhog day|super ?bowl sunday|black friday|mardi gras|fat tuesday|flag day|election day|patriots'? day|d[ií]a de acci[oó]n de gracias|good friday|palm sunday|ash wednesday|yom kippur|rosh hashanah|nochebuena|navidad|semana santa|viernes santo|a[ñn]o nuevo|d[ií]a de (?:las madres|muertos|reyes))"


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Where a pattern has a group "day", that alone is the identifier (the year stays); "year" is looked at for ages over 89.
DAYS: tuple[re.Pattern[str], ...] = (
    _any(r"\b(?:dob|d\.o\.b\.?|birth ?date|date of birth|born(?: on)?|bday|birthday|fecha de nacimiento|f\.?\s?nac\.?|fdn|nacid[oa](?: el)?)[\s:#.,()-]{0,4}(?P<day>\d{1,2}[\s./-]\d{1,2}[\s./-])(?P<year>\d{4}|\d\d)(?!\d)"),
    _any(r"\b(?:dob|d\.o\.b\.?|birth ?date|date of birth|fdn)[\s:#.,()-]{0,4}(?P<day>\d{6}(?:\d\d)?)\b"),
    re.compile(rf"(?<![\d.-])(?P<year>(?:18|19|20)\d\d)(?P<day>[-/.]{M}[-/.]{D})(?=T\d\d|(?!\d))"),
    re.compile(rf"(?<![\d/.-])(?P<day>{M}\s?(?P<s1>[/-])\s?{D}\s?(?P=s1)\s?)(?P<year>(?:18|19|20)\d\d|['’]?\d\d)(?![\d/]|-\d)"),
    re.compile(rf"(?<![\d/.-])(?P<day>{D}(?P<s2>[/-]){M}(?P=s2))(?P<year>(?:18|19|20)\d\d|\d\d(?=\D|$))(?![\d/]|-\d)"),
    re.compile(rf"(?<![\d/.-])(?P<day>(?:{M}\.{D}|{D}\.{M})\.)(?P<year>(?:18|19|20)\d\d)(?![\d/-])"),
    re.compile(r"(?<![\d/.-])(?P<day>(?:0[1-9]|1[0-2])\.(?:0[1-9]|[12]\d|3[01])\.)(?P<year>\d\d)(?![\d/.-])"),
    re.compile(r"(?<![\d/.-])(?P<day>(?:0?[1-9]|1[0-2])[/-])(?P<year>(?:19|20)\d\d)(?![\d/-]|\s?mg)"),
    re.compile(r"(?<![\w.-])(?P<year>(?:19|20)\d\d)(?P<day>(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)(?![\w-])"),
    _any(rf"\b(?:on|by|before|after|since|until|till|from|through|thru|dated?|due|seen|d/c|dc|admit(?:ted)?|admission|discharged?|appt|appointment|visit|f/u|follow[ -]up|eff|effective|exp|expires?|start(?:s|ing)?|end(?:s|ing)|term(?:ed|s)?|missed|next|last seen|back|again|call(?:ed)?|note|xray|labs?|ct|mri|surgery|s/p|started|stopped|completed|last|fell|fall|signed|tomorrow|today|yesterday|(?:week|weekend|wk|month|day|eve) of|el|desde|hasta|del|cita|visita|cambio|noon|midnight|fecha|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)[,.:;]?\s+\(?(?P<day>{M}[/-]{D}|{D}/{M})(?![\d/-]|\s+(?:days?|weeks?|nights?|d[ií]as)){UNIT}"),
    _any(rf"(?<![\d/.-])(?<!\d )(?<!pain )(?<!score )(?<!scored )(?<!strength )(?<!mmse )(?<!moca )(?<!gcs )(?<!slums )(?<!bims )(?<!phq )(?<!-\d )(?<!of )(?<!is )(?<!was )(?<!: )(?<!bp )(?P<day>0[1-9]/(?:0[1-9]|[12]\d|3[01])|1[0-2]/(?:1[6-9]|2[1-9]|31|0[1-9])|[1-9]/(?:1[1-9]|2[1-9]|3[01]))(?![\d/.-])(?!\s+(?:days?|weeks?|items|questions|ribs)){UNIT}"),
    # No fraction is more than one: "11/3" is a day.
    re.compile(rf"(?<![\d/.-])(?<!\d )(?P<day>(?:[2-9]/1|[3-9]/2|[4-9]/3|[5-9]/4|[6-9]/5|[7-9]/6|[89]/7|9/8|1[0-2]/[1-9])(?![\d/.-]|\.\d)){UNIT}"),
    _any(rf"(?<![\d/.-])(?P<day>{M}/{D})(?=\s*(?:[-–]|to|thru|through)\s*{M}/{D}(?![\d/]))"),
    _any(rf"(?<=[-–])(?P<day>{M}/{D})(?![\d/]){UNIT}"),
    _any(rf"\b(?P<day>{MONTH}\b\.?[\s,-]{{1,2}}(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?)(?:(?:,?\s+|-)(?:of\s+)?(?P<year>{YEAR}))?(?!\d|[.:]\d)"),
    _any(rf"\b(?P<day>{MONTH}\b\.?\s+(?:the\s+)?{_ORDINAL})\b(?:,?\s+(?P<year>{YEAR}))?"),
    _any(rf"(?<![\d.])(?P<day>\d{{1,2}}(?:st|nd|rd|th|º|°)?[\s./-]*(?:of\s+|de\s+)?{MONTH})\b(?:\.?,?[\s./-]+(?:de(?:l)?\s+|of\s+)?(?P<year>{YEAR})\b)?"),
    _any(rf"\b(?P<day>(?:the\s+)?{_ORDINAL}\s+(?:day\s+)?of\s+{MONTH})\b(?:,?\s+(?P<year>{YEAR}))?"),
    _any(rf"\b(?P<day>{_DIA}\s+de\s+{MONTH})\b(?:\s+(?:de|del)\s+(?P<year>{YEAR}))?"),
    _any(rf"\b(?P<day>{MONTH})\b\.?,?[\s-]+(?:of\s+|de(?:l)?\s+)?(?P<year>(?:19|20)\d\d|['’]\d\d)\b"),
    re.compile(r"\b(?P<day>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-(?P<year>\d\d)\b"),
    re.compile(rf"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Ll]ast|[Nn]ext|[Tt]his|[Ee]arly|[Ll]ate|[Mm]id|[Mm]id-|[Tt]hrough|[Bb]y|[Oo]f|[Ff]rom|[Dd]uring|[Bb]efore|[Aa]fter|[Ee]n|[Dd]esde|[Hh]asta|[Dd]e)[\s-]+(?P<day>{LONG})\b(?!\s+(?:need|be|have|take|cause|require)\b)"),
    _any(r"\b(?:on|by|until|till|since|el(?: d[ií]a)?|due|d[ií]a)\s+(?P<day>(?:the\s+)?\d{1,2}(?:st|nd|rd|th))\b(?=\s*(?:[,.;:)\n]|$|of\b|at\b|for\b|and\b|to\b|@|w/|with\b))(?!\s+(?:day|week|month|trimester|percentile|digit|toe|finger|rib|grade|floor|time|dose|visit|attempt|cranial))"),
    _any(rf"\b(?P<day>(?:(?:last|this|next|past)\s)?{_FEAST})\b"),
    _any(r"(?<!every )(?<!each )(?<!cada )(?<!alternate )(?<!los )\b(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|thurs|weds)\b(?! (?:and|y) \w+days)"),
    _any(r"\b(?P<day>spring|summer|fall|autumn|winter|q[1-4]|primavera|verano|oto[ñn]o|invierno)(?: of| de(?:l)?)? (?=(?:19|20)\d\d\b)"),
    _any(r"\b(?P<day>january|february|april|june|july|august|september|october|november|december|febrero|abril|junio|julio|septiembre|octubre|noviembre|diciembre)\b"),
)  # fmt: skip
_TEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine)"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)"
_MES = r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|mayo?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sept?(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)"
# Where one has a group, that alone is the day or the age.
MORE: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?<![\w.-])\d{1,2}(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?=(?:19|20)?\d\d(?!\w))"),
    re.compile(rf"\b((?i:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?\s?[-–]\s?\d{{1,2}}(?:st|nd|rd|th)?)\b(?![\d/:])"),
    _any(r"\b(?:cultures?|labs?|films?|ct|mri|echo|note|admission|study|biopsy|x-?ray|scan|ekg|ecg|visit|letter|fax|call) (?:of|from|dated) (\d{1,2}/\d{1,2})(?![\d/])"),
    _any(r"\b(?:at|now|he is|she is|he's|she's|is|turns?|turned)\s+(9\d|1[01]\d)(?=\s+(?:she|he|not|and (?:lives|still|frail|in)|years?)\b|\s*,\s*(?:she|he|lives|has|who|widow\w*|frail))"),
    _any(r"\b(?:mother|father|wife|husband|aunt|uncle|grandmother|grandfather|sister|brother|mom|dad|madre|padre|esposa|esposo|abuela|abuelo),\s+(?:(?-i:[A-Z])\w+,\s+)?(9\d|1[01]\d)(?=\s*[,.;)])"),
    _any(r"[\"']?age(?:years)?[\"']?\s*[:=|]\s*[\"']?(9\d|1[01]\d)\b"),
    re.compile(r"(?<![\d.-])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d(?=\s?[-–]\s?\d{6}(?!\d))|(?<=[-–])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d(?!\d)"),
    _any(r"\b(?:dos|date|dob|admit|dc|disch|fecha|from|thru)\b[\s:]{1,2}((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d)(?!\d)"),
    re.compile(r"(?<![\d.])(?:19|20)\d\d((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}(?:\.\d{1,4})?(?:[+-]\d{4})?)(?!\d)"),
    re.compile(r"(?<![\d.-])(\d{1,2}[-./ ](?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})[-./ ])(?:19|20)\d\d"),
    re.compile(r"(?<![\d.])(\d{1,2}[·∙•]\d{1,2})[·∙•](?:19|20)?\d\d(?!\d)"),
    re.compile(r"(?<![\d.])((?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01]))\.\d\d(?![\d.])"),
    _any(r"\b(?:dob|birthday|bday|born|cumple)?\b[\s:]*(?<![\d.])((?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12]\d|3[01]) (?:[4-9]\d|0\d|(?:19|20)\d\d))(?= [a-z]+ [a-z]+|\s*$|\n)"),
    _any(rf"\b(\d{{1,2}}\s+d(?:e|el)?\s+(?-i:{_MES}))\b\.?"),
    _any(rf"\b({_WEEKDAY}\.?,?\s+(?:the\s+|el\s+)?(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)\b(?!\s?%|\d|[/:.]\d|\s?(?:am|pm|a\.m|p\.m|mg|units?|h\b|hr|days?|x\b|-\d))"),
    _any(r"\b(?:el|desde el|hasta el|del|al)\s+(?:d[ií]a\s+)?(\d{1,2}(?:ro|do|to|[º°])?)(?=\s*[.,;:)\n]|\s+(?:con|sin|por|a las|y|en|para)\b|\s*$)(?!\s*[.,]\d|\s*%)"),
    _any(r"\b((?:el\s+)?d[ií]a\s+\d{1,2})\b(?!\s*(?:de (?:hospital|estancia)|/|mg))"),
    _any(r"\b(?:the|on|till the|until the|since the|by the)\s+(\d{1,2}(?:st|nd|rd|th))\b(?=[\s.,;:)!?'\"]|$)(?!\s+(?:day of (?:life|treatment)|week|month|trimester|percentile|digit|toe|finger|rib|ring|line|shift|opinion|call|try|dose|degree|generation|year|molar|lumbar|metatarsal|metacarpal|intercostal|grade|grader|floor|time|dose|visit|attempt|cranial|nerve|ventricle|edition|mc|mt|street|st\b|avenue|ave|street))"),
    _any(rf"\b((?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)\s+day\s+of\s+{_MONTHS})\b"),
    _any(rf"\b{_MONTHS}\s+(?:the\s+)?[a-z]+(?:[ -][a-z]+)?\s+((?:two thousand(?: and)?|nineteen|twenty)(?:[ -]+{_TEN})?)\b"),
    _any(r"\b(?:is|turn(?:s|ed|ing)?|he'?s|she'?s|i'?m|shes|hes|lived to|until|died at|now|age|aged|be)\s+((?:ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|one hundred(?:[ -](?:and[ -])?(?:one|two|three|four|five|six))?|(?:9\d|10\d)(?=\s*(?:[.,;]|and\b|$|now\b|years?\b)))(?!\s*(?:%|percent|over|mg|/|bpm|beats|on room|degrees))"),
    _any(r"\b(noventa(?: y (?:un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?|ciento? (?:uno|dos|tres|cuatro|cinco)|9\d|10\d) a[ñn]os\b"),
    re.compile(r"(?<!every )(?<!each )(?<!q )(?<![\w/-])(?:Mon|Tues?|Wed|Thurs?|Fri)\b(?![/&-]|[ ]?(?:and|,)[ ]?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|['’])"),
    re.compile(r"\b(?:[Oo]n|[Bb]y|[Tt]his|[Nn]ext|[Ll]ast|[Tt]ill|[Uu]ntil|[Tt]hrough|[Ff]or|[Ss]ince|EDD|ETA|appt|visit|seen|due|dc|d/c)[ ](Sat|Sun)\b(?![/&-]|[ ]?\d\d ?%)|(?<![\w/-])(?<!O2 )(?<!%)(Sat|Sun)(?=[ ](?:am|pm|AM|PM|at|morning|night|eve(?:ning)?|noon)\b)"),
    re.compile(r"\b(?:Jan|Feb|Apr|Aug|Sept|Oct|Nov)\b(?!['’])"),
    _any(r"\b(?:placed|inserted|removed|pulled|drawn|done|seen|admitted|discharged|started|given|signed|fell|born|repaired|implanted)(?:[ ](?:in|on|at|to|left|right|[a-z]+)){0,5}[ ]((?:0?[1-9]|1[0-2])-(?:1[3-9]|2\d|3[01]))(?=[;,.)\n]|[ ](?:by|for|at|and|with|w/)\b)"),
)  # fmt: skip
_NINETIES = rf"(?:ninety(?:[ -]?(?:{_ONES}))?|(?:one|a)[ -]hundred(?:[ -](?:and[ -])?(?:{_ONES}|ten))?|noventa(?:\s+y\s+(?:uno?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?|cien(?:to(?:\s+(?:uno?|dos|tres|cuatro|cinco))?)?)"
_OLD = r"(?:9\d|1[0-2]\d)"
_NO_AMOUNT = r"(?!\s*(?:%|mg|kg|lb|/|mm|cm|min|d[ií]as|days|hours|weeks|months|\.\d))"
AGES: tuple[re.Pattern[str], ...] = (
    _any(rf"\bage\s*/\s*(?:sex|gender)\s*[:=]?\s*({_OLD})\b"),
    re.compile(rf"(?<![\d./])({_OLD})\s?/\s?[MF]\b"),
    _any(rf"(?<![\d.])({_OLD})[\s-]{{0,2}}(?:years?|yrs?|y)[\s./-]{{0,2}}(?:old|olds|o\b|of age|young)"),
    _any(rf"(?<![\d.])({_OLD})[\s-]?(?:years?|yrs?)[\s-]+(?:male|female|man|woman|gentleman|lady|m|f|white|black|hispanic|african|asian|caucasian|widow\w*)\b"),
    _any(rf"(?<![\d.])({_OLD})\s?(?:yo|y\.o\.?|y/o|yr|yrs|y)\b(?!\s*ago)"),
    re.compile(rf"(?<!over )(?<!above )(?<!fever )(?<!emp )(?<!T )(?<!> )(?<!>)(?<![\d.])({_OLD})\s?-?(?:yo|y/o|yr)?\s?(?:[MF]\b|male\b|female\b|woman\b|man\b|gentleman\b|lady\b)"),
    _any(rf"\b(?:aged?|edad|tiene|turn(?:s|ed|ing)|cumpli[oó]|cumple|(?:is|was|now|at|of) age|will be|age is|age of)\s*(?:de\s+)?[:=]?\s*({_OLD})\b{_NO_AMOUNT}"),
    _any(rf"(?<![\d.])({_OLD})(?:st|nd|rd|th)\s+birthday"),
    _any(rf"(?<![\d.])({_OLD})\s+a[ñn]os\b(?!\s+(?:de (?:evoluci|historia)))"),
    _any(rf"\b({_NINETIES})[\s-]{{1,2}}(?:years?|yrs?|y/?o|a[ñn]os)\b(?!\s*ago)"),
    _any(rf"\b(ninety-(?:{_ONES}))\b(?!\s*(?:percent|beats|degrees|mg|units|milligrams|minutes|days|dollars|over|pounds|cents))"),
    _any(rf"\bat\s+({_NINETIES})\b(?!\s+(?:percent|beats|degrees|mg))"),
    _any(rf"\bage at (?:death|diagnosis|admission|onset)\s*[:=]?\s*({_OLD})\b"),
    _any(rf"\b(?:aged?|turn(?:s|ed|ing)|edad(?: de)?)[\s:]+({_NINETIES})\b"),
    _any(r"\b(?:in (?:her|his|their) (?:early |mid |late |mid-)?)(nineties|90['’]?s|hundreds)\b"),
    _any(r"\b(nonagenarian|centenarian|nonagenari[oa]|centenari[oa])\b"),
)  # fmt: skip


# A weekday goes with the day that it stands before.
WEEKDAY = re.compile(
    r"\b(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|lun(?:es)?|martes|mi[eé](?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|s[aá]b(?:ado)?|dom(?:ingo)?)\.?,?\s{1,2}(?:the\s|el\s)?\Z",
    re.IGNORECASE,
)
SHORT_MONTH = re.compile(
    r"\b(?:in|since|until|till|last|next|this|early|late|mid|by|from|missed|thru|during)[\s-]+(?P<day>(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?(?:(?:[\s,&/-]|and|to|or){1,5}(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\b)*)(?!\s+\d)",
    re.IGNORECASE,
)


def dated(text: str, as_of: date | None = None) -> Iterator[Span]:
    """Days without their years, and ages over 89. A year that tells an age over 89 as of `as_of` goes too."""
    for pattern in (*DAYS, SHORT_MONTH):
        for found in pattern.finditer(text):
            start, end = found.span("day")
            year = found.groupdict().get("year")
            if year and _tells_age(year, as_of):
                start, end = min(start, found.start("year")), max(end, found.end("year"))
            if weekday := WEEKDAY.search(text, max(0, start - 14), start):
                start = weekday.start()
            yield Span(start, end, "date")
    for pattern in AGES:
        for found in pattern.finditer(text):
            yield Span(found.start(1), found.end(1), "date")
    for pattern in MORE:
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), "date")
    if as_of is not None:
        for found in re.finditer(
            r"\b(?:[Bb]orn|[Nn]acid[oa]|DOB|[Yy]ear of birth|YOB)\b\D{0,12}((?:18|19)\d\d)\b", text
        ):
            if _tells_age(found.group(1), as_of):
                yield Span(found.start(1), found.end(1), "date")


def _tells_age(year: str, as_of: date | None) -> bool:
    """Whether somebody of that year would be over 89; of two digits the last such year counts."""
    digits = year.strip("'’")
    if as_of is None or not digits.isdigit():
        return False
    full = int(digits)
    if len(digits) == 2:
        full += 2000 if 2000 + full <= as_of.year else 1900
    return as_of.year - full > OLDEST


_NAMES = tuple(
    (number, name)
    for number, names in enumerate(
        ("january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr", "may mayo", "june jun junio", "july jul julio", "august aug agosto ago",
         "september sept sep septiembre setiembre", "october oct octubre", "november nov noviembre", "december dec diciembre dic"),
        start=1,
    )
    for name in names.split()
)  # fmt: skip


def read_day(said: str, as_of: date) -> tuple[date | None, str]:
    """The day that words tell, and how exactly: "day", "month", "year", or "" for a day without a year (taken to be the last such before `as_of`); None for none.

    Of two numbers the first is the month, as the United States write it, unless it can't be one.
    """
    low = said.lower()
    numbers = [int(one) for one in re.findall(r"\d+", low)]
    month = next((number for number, name in _NAMES if re.search(rf"\b{name}\b", low)), 0)
    if re.fullmatch(r"\d{8}(?:\d{4,6})?", low.strip()):
        return _day(int(low[:4]), int(low[4:6]), int(low[6:8])), "day"
    if month:
        year = next((one for one in numbers if one > 1000), 0) or (
            _century(numbers[1], as_of) if len(numbers) > 1 else 0
        )
        day = next((one for one in numbers if one <= 31), 0)
        if year:
            return _day(year, month, day or 15), "day" if day else "month"
        return (_last(month, day, as_of), "") if day else (None, "")
    if len(numbers) == 3:
        a, b, c = numbers
        year, month, day = (a, b, c) if a > 31 else (c, a, b)
        if month > 12:
            month, day = day, month
        return _day(_century(year, as_of) if year < 100 else year, month, day), "day"
    if len(numbers) == 2:
        a, b = numbers
        if b > 1000 or a > 1000:
            return _day(max(a, b), min(a, b), 15), "month"
        return _last(*((a, b) if a <= 12 else (b, a)), as_of), ""
    return None, ""


def _century(year: int, as_of: date) -> int:
    return 2000 + year if 2000 + year <= as_of.year + 1 else 1900 + year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last(month: int, day: int, as_of: date) -> date | None:
    found = _day(as_of.year, month, day)
    return found if found is None or found <= as_of else _day(as_of.year - 1, month, day)
