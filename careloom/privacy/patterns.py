"""What looks like an identifier whoever it is about: contacts, numbers with a label or of a shape that only identifiers have, names behind a cue.

Source   45 CFR 164.514(b)(2)(i): its 18 kinds; days and ages are in `dated`, places in `placed`, names that nothing tells in `naming`
Misses   a short number without a label; a biometric identifier or a picture that isn't named as one
"""

import re
from collections.abc import Iterator

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import fold, sense, tables

# What may stand behind a number that is a dose, a result or a range, and so no telephone number.
_UNIT = (
    r"(?!\s?(?:mg|mcg|µg|g\b|kg|ml|units?|iu|meq|mmol|mm|cm|kcal|cells|k\b|bpm|%|/(?:min|hr|day|ml|ul|mm)))"
)
_NUMBER = r"(?:\s*(?:#|:|\.|=|no\b\.?|nos\b\.?|number|num\b\.?|nbr|id\b|ids\b|code|is\b|was|ending(?: in)?|last (?:4|four)(?: digits)?(?: of)?|n[uú]m(?:ero)?\b\.?|n[º°]\.?|de|es|del?|plate|tag|\(|-)){0,5}\s*"
_VALUE = r"(?=[a-z0-9./-]*\d)([a-z0-9](?:[a-z0-9./-]{1,}[a-z0-9]))"
_GROUPS = r"(?=[a-z0-9 -]*\d)((?-i:[A-Z0-9]{1,7})(?:[ -](?-i:[A-Z]*\d[A-Z0-9]{0,8})){1,4}|(?=[a-z0-9./-]*\d)[a-z0-9](?:[a-z0-9./-]{1,}[a-z0-9]))"
_EXT = r"(?:[\s,]*(?:x|ext\.?|extension|exts?\.?)\s*#?:?\s*\d{1,6})?"
_NOT_CODE = r"(?<!rxcui )(?<!rxnorm )(?<!snomed )(?<!sctid )(?<!loinc )(?<!ndc )(?<!cpt )(?<!icd )(?<!rxcui: )(?<!rxnorm: )(?<!snomed: )(?<!loinc: )(?<!ndc: )(?<!ndc# )(?<!nct)(?<!pmid )(?<!pmid: )"
_NAMED = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]*(?:['’-][A-ZÁÉÍÓÚÑa-z][a-záéíóúñü]+)?(?:[A-Z][a-z]+)?(?![^\W\d_])"
KIN = (
    "wife|husband|children|sons|daughters|brothers|sisters|siblings|nephews|nieces|hijos|hijas|hermanos|partner|spouse|fiancee?|fiancé|fiancée|ex-wife|ex-husband|ex|boyfriend|girlfriend|son|daughter|child|kids?|mother|father|mom|mum|dad|mama|papa|parents?|brother|sister|sib|twin|aunt(?:ie|y)?|uncle|niece|nephew|cousin|"
    "grand(?:son|daughter|child|mother|father|ma|pa)|granny|nana|(?:step|foster|half)[- ]?(?:son|daughter|mother|father|brother|sister|mom|dad)|(?:son|daughter|mother|father|brother|sister)[- ]in[- ]law|dtr|dau|husb|gf|bf|"
    "friend|neighbor|neighbour|roommate|housemate|landlord|landlady|caregiver|caretaker|guardian|conservator|aide|hha|sponsor|pastor|rabbi|priest|proxy|hcp|poa|dpoa|surrogate|emergency contact|next of kin|nok|"
    "esposa|esposo|marido|mujer|hijo|hija|madre|padre|mamá|papá|hermano|hermana|abuela|abuelo|nieto|nieta|sobrina|sobrino|tía|tío|prima|primo|suegra|suegro|nuera|yerno|vecina|vecino|amiga|amigo|cuidadora|cuidador|compañera|compañero|novia|novio"
)  # fmt: skip


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Each pattern with its kind; where it has a group, the group alone is the identifier.
PATTERNS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_any(r"[a-z0-9._%+-]{1,64}\s?@\s?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z][a-z0-9-]{0,62}"), "email"),
    (_any(r"\b[a-z0-9_+-]{1,40}(?:(?:\s?[.]\s?|\s+(?:dot|punto)\s+|\s?[\[(](?:dot)[\])]\s?)[a-z0-9_+-]{1,40}){0,3}\s?(?:\s(?:at|arroba)\s|[\[(]at[\])])\s?[a-z0-9-]{2,40}\s?(?:\sdot\s|\spunto\s|[\[(]dot[\])]|\.)\s?(?:com|org|net|edu|gov|us|io|co)\b"), "email"),
    (_any(r"(?:https?://|www\.|ftp://)[^\s<>\"')\]]{0,500}[^\s<>\"')\].,;:!?]"), "url"),
    (_any(r"(?<![\w.@])(?:[a-z0-9-]{2,40}\.)+(?:com|org|net|gov|edu|health|io|us|info|biz|co|care|app|me|example|test|clinic|hospital|doctor|online|mx|pr)(?:[/?][^\s<>\"')\]]{0,200}[^\s<>\"')\].,;:!?])?(?![\w@])"), "url"),
    (re.compile(r"(?<![\w@.])@[A-Za-z][\w.]{2,30}\b"), "other"),
    (re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]\d|\d)"), "ip"),
    (_any(r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])"), "ip"),
    (_any(r"(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,5}(?![\w:])"), "ip"),
    (_any(r"(?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])"), "device"),
    (re.compile(r"(?<![\d-])\d{3}[-–.\u2011]\d{2}[-–.\u2011]\d{4}(?![\d-])"), "ssn"),
    (_any(r"(?<![\w-])[x*#•]{3}[- ]?[x*#•]{2}[- ]?(\d{4})(?![\d-])"), "ssn"),
    (_any(r"\b(?:ssn?|s\.s\.n\.?|social|social security|soc\.? sec\.?|soc|seguro social|n[uú]mero de seguro|itin|tin)\b(?:\s*(?:#|:|\.|no\b\.?|number|num|is|ending|ends|in|with|last|four|4|digits|of|de|es|card|\()){0,7}\s*((?:[x*]{3}[ -]?[x*]{2}[ -]?)?\d{3}[ .-]?\d{2}[ .-]?\d{4}|(?:[x*]{3}[ -]?[x*]{2}[ -]?)?\d{4})\b"), "ssn"),
    (_any(r"\blast\s+(?:4|four)(?:\s+(?:digits|of|ssn|social|her|his|the|is|are)){0,4}[\s:#]*(\d{4})\b"), "ssn"),
    (_any(rf"\b(?:fax|f|facs[ií]mile|fx)\b[\s:#.]*(?:no\b\.?|number|to|at|is|us)?[\s:#.]*((?:\+?1[\s.-]?)?\(?\d{{3}}\)?[\s./-]{{0,3}}\d{{3}}[\s.-]?\d{{4}}{_EXT})(?!\d)"), "fax"),
    (_any(rf"(?<![\d-])(?:\+?1[\s.-]?)?(?:\([2-9]\d{{2}}\)\s{{0,2}}-?|[2-9]\d{{2}}\s?[./–-]\s?|[2-9]\d{{2}}\s(?=\d{{3}}[ -]\d{{4}}))\d{{3}}\s?[\s.–-]\s?\d{{4}}(?![\d-]){_UNIT}{_EXT}"), "phone"),
    (re.compile(rf"(?<![\d.-])\+?1?[2-9]\d{{2}}[2-9]\d{{6}}(?![\d-]){_UNIT}"), "phone"),
    (_any(rf"(?<![\d/.-])[2-9]\d{{2}}-\d{{4}}(?![\d/-]){_UNIT}{_EXT}"), "phone"),
    (_any(rf"\b(?:phone|ph|tel|tele|telephone|cell|cel|celular|mobile|m[oó]vil|home|work|h|c|w|p|telefono|teléfono|tel[eé]f|pager|pgr|beeper|text|contact|llamar al|call(?:ed)?(?: her| him| me| us| back)?(?: at)?|reach(?:ed|able)?(?: at)?)\b[\s:#.]{{0,4}}(?:no\.?|number|is|at|al|es)?[\s:#.]{{0,3}}(\+?[\d(][\d ().–-]{{5,18}}\d{_EXT})"), "phone"),
    (_any(rf"\b(?:ext|extension|x|pager|pgr|beeper)\.?\s*#?:?\s*(\d{{3,6}})\b{_UNIT}"), "phone"),
    (re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .()/-]{1,3}\d{1,5}){2,6}(?!\d)"), "phone"),
    (_any(r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)[\s-]+){6,}(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b"), "phone"),
    (_any(rf"\b(?:mrn?|m\.r\.n\.?|mr|med(?:ical)?\.? rec(?:ord)?|emrn|empi|epi|chart|record|patient|pt|client|resident|unit|hospital|hosp|pid|expediente|historia cl[ií]nica|hc|nhc|folio|study|subject)\b{_NUMBER}{_VALUE}(?![\w%])"), "mrn"),
    (_any(rf"\b(?:member(?:ship)?|subscriber|policy|medicaid|medi-cal|medicare|insurance|ins|insured|beneficiary|benef|group|grp|mbi|hicn?|plan(?=\s*(?:id|#|no\b|num|member|policy))|payer|bin|pcn|rxbin|rxgrp|rx ?bin|rx ?group|cardholder|p[oó]liza|afiliad[oa]|miembro|aseguranza|seguro|hmo|ppo|bcbs|aetna|cigna|humana|uhc|anthem|kaiser)\b{_NUMBER}{_GROUPS}(?![\w%])"), "health_plan"),
    (_any(r"\b[1-9](?!.[SLOIBZ])[A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}\b"), "health_plan"),
    (_any(rf"\b(?:account|acct|acc|a/c|bill(?:ing)?|invoice|inv|encounter|enc|visit|claim|clm|icn|dcn|tcn|csn|har|fin|guarantor|statement|receipt|check|routing|iban|card|visa|mastercard|amex|debit|credit card|cc|cuenta|factura|reclamo|tarjeta)\b{_NUMBER}{_GROUPS}(?![\w%])"), "account"),
    (_any(rf"\b(?:licen[cs]e|lic|dea|driver'?s lic(?:ense)?|dl|d\.l\.|certificate|cert|passport|npi|upin|state id|alien|a-number|visa no|green card|licencia|pasaporte|matr[ií]cula consular|c[eé]dula|cred(?:ential)?|registration|reg|tax id|ein)\b{_NUMBER}{_VALUE}(?![\w%])"), "licence"),
    (_any(rf"\b(?:vin|license plate|licence plate|plates?|tag|placas?|registration plate|chassis|vehicle)\b(?:\s+for\s+\w+)?{_NUMBER}((?-i:(?=[A-Z0-9]*[ -]?[A-Z]*\d)[A-Z0-9]{{1,4}}[ -][A-Z0-9]{{2,5}})|(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{{2,18}})(?![\w%])"), "vehicle"),
    (re.compile(r"(?<![\w-])(?=[A-HJ-NPR-Z0-9]*\d[A-HJ-NPR-Z0-9]*\d)(?=[A-HJ-NPR-Z0-9]*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17}(?![\w-])"), "vehicle"),
    (_any(rf"\b(?:serial|ser|device|udi|imei|meid|mac address|s/n|sn|s\.n\.|lot|model|ref|implant|pacemaker|icd id|pump|meter|cgm|transmitter|sensor|n[uú]mero de serie|asset|equipment)\b{_NUMBER}{_GROUPS}(?![\w%])"), "device"),
    (_any(r"\(01\)\d{14}(?:\(\d{2}\)[\w-]{1,20}){0,4}"), "device"),
    (_any(rf"\b(?:finger ?prints?|voice ?prints?|retina(?:l)?|iris|palm|face|facial|biometric|huella)(?:\s+(?:scan|id|template|record|print|reference|hash|file|sample))*\b{_NUMBER}{_VALUE}(?![\w%])"), "biometric"),
    (_any(r"(?<![\w/])[\w-]{1,60}\.(?:jpe?g|png|heic|tiff?|bmp|gif|dcm|mp4|mov)\b"), "photo"),
    (_any(rf"\b(?:case|file|order|ord|accession|specimen|spec|sample|requisition|req|auth(?:orization)?|pre-?auth|pa|prior auth(?:orization)?|approval|reference|ref|confirmation|conf|tracking|trk|ticket|docket|document|doc|control|ctrl|transaction|trace|referral|rx|prescription|script|badge|employee|emp|student|username|user|login|id|pin|password|passcode|apartment code|gate code|door code|lock ?box|caso|orden|autorizaci[oó]n|referencia|folio|booking|inmate|docket|unit|incident|report|job|batch|site|provider|prov|tax|caller|trip|room code|meeting id|booking)\b{_NUMBER}{_GROUPS}(?![\w%])"), "other"),
    (re.compile(r"(?<![\d.-])(?:\d{4}[ -]){3}\d{1,7}(?![\d-])|(?<![\d.-])\d{4}[ -]\d{6}[ -]\d{5}(?![\d-])|(?<![\d.-])\d{12,19}(?![\d-])"), "account"),
    (re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"), "account"),
    (re.compile(r"(?<!\w)#\s?(\d{4,12}|[A-Z]{1,4}-?\d{3,10})\b"), "other"),
    (_any(rf"{_NOT_CODE}(?<![\w./-])(?=[a-z0-9-]*[a-z])(?=(?:[a-z-]*\d){{4}})(?-i:[A-Z]{{1,5}})-?\d[a-z0-9]*(?:-[a-z0-9]+)*(?![\w/%])"), "other"),
    (_any(rf"{_NOT_CODE}(?<![\w./-])\d{{3,}}-?(?-i:[A-Z]{{1,4}})-?\d{{2,}}[a-z0-9]*(?![\w/%])"), "other"),
    (_any(rf"{_NOT_CODE}(?<![\w.,/$+-])\d{{6,}}(?-i:[A-Z]{{1,2}})\d{{0,4}}(?![\w,/%-])"), "other"),
    (_any(rf"{_NOT_CODE}(?<![\w.,/$+-])\d{{7,11}}(?![\w,/%-]|\.\d){_UNIT}"), "other"),
    (_any(rf"{_NOT_CODE}(?<![\w.,/$-])\d{{2,4}}-\d{{2,4}}-\d{{2,6}}(?:-\d{{1,4}})?(?![\w,/%-]|\.\d){_UNIT}"), "other"),
)  # fmt: skip

# Behind these stands somebody's name. The group is the name.
_NAMES = rf"({_NAMED}(?:(?:[ \t]+|-|,[ \t]?)(?:(?:de|la|del|los|van|von|der|den|bin|al|el|da|di|y)[ \t]+){{0,2}}(?:[A-Z]\.|{_NAMED})){{0,3}})"
_SHOUT = r"([A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ'’-]+(?:,?[ \t]+[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ'’.-]*){0,3})"
CUES: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Drs|Sr|Sra|Srta|Dra|Prof|Rev|Fr|MR|MRS|MS|DR|SRA|SR|mr|mrs|dr|sra)\b\.?[ \t]{{1,3}}(?:and Mrs\.?[ \t]+)?{_NAMES}"),
    re.compile(rf"\b(?:MR|MRS|MS|MISS|DR|DRS|SRA|SR|DRA)\b\.?[ \t]+{_SHOUT}"),
    re.compile(rf"\b(?:(?i:{KIN}))\b(?:'s name)?(?:,|:| is| named| called| \(|, named|/\w+)?[ \t]+\(?{_NAMES}(?![\w'’]*\s*:)"),
    re.compile(rf"\b(?i:{KIN})\b(?:[ \t]*[:(/-])?[ \t]*{_SHOUT}"),
    re.compile(rf"(?m)^[ \t>*|]*(?i:patient|pt|name|patient name|pt name|client|member|member name|resident|subscriber|insured|guarantor|paciente|nombre(?: del paciente)?|re|attn|attention|to|from|cc|de|para|provider|physician|doctor|pcp|referring(?: provider| physician)?|ordering(?: provider| physician)?|attending(?: physician)?|surgeon|author|dictated by|transcribed by|signed|signed by|electronically signed by|e-signed by|reviewed by|prepared by|completed by|entered by|witness|rn|nurse|case manager|social worker|care manager|care coordinator|caller|spoke with|contact|emergency contact|next of kin|nok|relationship|proxy|poa|hcp|agent|guardian|interpreter|firmado(?: por)?|m[eé]dico|enfermera|contacto(?: de emergencia)?)[ \t]*[:#][ \t]*{_NAMES}"),
    re.compile(rf"(?i:\b(?:name|patient|pt|member|attn|re|signed by|by|from|to|cc|pcp|attending|provider|physician|contact|author|nombre|paciente))[ \t]*:[ \t]*(?:(?:MR|MRS|MS|DR)\.?[ \t]+)?{_SHOUT}"),
    re.compile(rf"\b(?i:c/o|attn:?|a/c de|care of|signed(?: by)?|e-?signed(?: by)?|electronically signed by|dictated(?: by)?|transcribed by|reviewed (?:by|with)|authored by|cosigned by|co-signed by|witnessed by|seen by|evaluated by|followed by|referred by|ordered by|prescribed by|per|d/w|discussed with|spoke (?:with|to)|s/w|talked (?:with|to)|lm for|left (?:a )?(?:message|vm|voicemail) (?:for|with)|message from|call (?:from|to)|called|phoned|paged|contacted|notified|informed|met with|accompanied by|lives with|married to|divorced from|named|known as|goes by|aka|a\.k\.a\.|alias|n[eé]e|maiden name|also known as|preferred name:?|prefers|introduced as|firmado por|hablé con|habló con|acompañad[oa] (?:de|por)|vive con|llamad[oa]|se llama|atendid[oa] por|regards,?|sincerely,?|thanks,?|many thanks,?|yours(?: truly)?,?|warmly,?|thank you,?|respectfully,?|atentamente,?)[\s:,]+(?:(?:Mr|Mrs|Ms|Dr|Sra?|Dra)\.?\s+)?{_NAMES}"),
    re.compile(rf"(?<![\w'’-]){_NAMES},?[ \t]+(?:MD|M\.D\.|DO|RN|R\.N\.|BSN|LPN|LVN|CNA|NP|FNP|FNP-C|APRN|ARNP|CRNP|PA-C|PharmD|PhD|LCSW|LICSW|LMSW|MSW|RDN?|DPT|OTR(?:/L)?|SLP|CCM|DDS|DPM|rn|lpn|lvn|cna|msw|lcsw|pharmd|np|md)\b"),
    re.compile(r"(?<![\w'’-])([A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ'’-]{1,40},[ \t]?[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ'’-]{1,40}(?:[ \t][A-Z]\.?(?![\w]))?)(?=[ \t]*(?:\d|\(|MRN|DOB|\n|$|\||,?[ \t]+(?:MD|RN|DO|NP)))"),
    re.compile(rf"\b(?:SPOKE WITH|SPOKE TO|S/W|D/W|CALLED|CALL FROM|MESSAGE FROM|NOTIFIED|PER|SEEN BY|SIGNED BY|ATTN|CONTACT|C/O|WITH|VERIFIED BY|VERIFIED WITH|INFORMED)[ \t:]+{_SHOUT}"),
    re.compile(rf"\b(?:signed out to|handed off to|report(?: given)? to|met|saw|visited|helped|told|asked|thanked|reached|tell|ask|remind|reminded|taught|encouraged|texted|emailed|greeted|for|with|by|to|and)[ \t]+({_NAMED}(?:[ \t]+{_NAMED}){{0,2}})(?=[ \t]+(?:at|in|on|about|that|to|who|and|has|is|was|said|says|by|today|yesterday|this|again|with|for)\b|['’]s\b|[.,;)\n]|\Z)"),
    re.compile(rf"\b(?i:{KIN})\b[^.\n]{{0,60}}?\b(?:and|y|&)[ \t]+{_NAMES}(?=[ \t]*(?:\(|[,.;]|$))"),
    re.compile(rf"(?<![\w'’-]){_NAMES}[ \t]*(?:,|\(|/|-)[ \t]*\(?(?:her|his|their|the|su)?[ \t]*(?i:{KIN})\b"),
    re.compile(rf"(?<![\w'’-]){_SHOUT}[ \t]*(?:,|\(|/|-)[ \t]*\(?(?:HER|HIS|THEIR|THE)?[ \t]*(?i:{KIN})\b"),
    re.compile(rf"\b(?:Hi|Hello|Hey|Dear|Hola|Querid[oa]|Estimad[oa]|Yours|Best|Love|Atte|Client|Patient|Member|Resident|Paciente|Enf)[.,:]?[ \t]*\n?[ \t]*{_NAMES}(?=[ \t]*(?:[,:.;\n-]|$|and\b|is\b|was\b|has\b))"),
    re.compile(rf"(?<![\w'’-]){_NAMES}(?=,?[ \t]+(?:is[ \t]+(?:a|an)[ \t]+)?\d{{1,3}}[ \t]?-?(?:y/?o|yr|year[ -]old)?[ \t]?(?:[MF]|male|female|man|woman)\b)"),
    re.compile(rf"(?<![\w'’-]){_NAMES}[ \t]*[,:(-]{{0,2}}[ \t]*(?:at[ \t]+|cell[ \t]+|tel\.?[ \t]+)?\(?\d{{3}}\)?[ \t./-]{{1,2}}\d{{3}}[ .-]\d{{4}}"),
    re.compile(rf"(?<![\w'’-]){_NAMES}[ \t]*\((?=[^)\n]{{0,40}}\b(?:RN|MD|NP|PA|CM|SW|MSW|LCSW|LPN|PT|OT|RD|PharmD|POA|HCP|DPOA|proxy|cards|renal|GI|ID|neuro|onc|PCP)\b)"),
    re.compile(rf"\b(?i:chaplain|pharmacist|therapist|social worker|case manager|care manager|care coordinator|coordinator|physician|surgeon|cardiologist|nephrologist|neurologist|oncologist|endocrinologist|psychiatrist|psychologist|counselor|hospitalist|resident|fellow|intern|pcp|provider|interpreter|driver|volunteer|sitter|observer|babysitter|nanny|tutor|principal|deacon|elder|imam|caseworker|case worker|advocate|scribe|paramedic|medic|technician|tech|phlebotomist|hygienist|receptionist|scheduler|clerk|secretary|transporter|trainer|probation officer|parole officer|dispatcher|operator|buddy|boss|co-?worker|classmate|perfusionist|audiologist|optometrist|dermatologist|urologist|radiologist|pathologist|anesthesiologist|liaison|mentor|counsellor|comadre|compadre|madrina|padrino|maestra|supervisor|manager|director|lawyer|attorney|teacher|coach|dietitian|nutritionist|doula|midwife|dentist|podiatrist|hcpoa|navigator|enfermera|m[eé]dico|trabajadora social)\b:?[ \t]{{1,2}}{_NAMES}"),
    re.compile(rf"\b(?:[Pp]t|[Pp]atient|[Cc]lient|[Mm]ember|[Rr]esident|[Pp]aciente)[ \t]+{_NAMES}(?=[ \t,]*(?:\(|/|\d|(?i:dob|mrn|is|was|has|seen|called|here|presents|ran|reports|states)\b))"),
    re.compile(rf"\|[ \t]*{_NAMES}[ \t]*(?=\|)"),
    re.compile(r"/s/\s*([A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,3})"),
    re.compile(r"(?m)(?:^|[\s—–-])((?:[A-Z]\.){2,3})(?=\s*(?:$|\d|/|was|is|has|reports|RN|MD|NP))"),
)  # fmt: skip
_STARTS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Cues after which any capitalised word is a name.
_SURE = frozenset({0, 1, 7})
# Cues after which May and Grace are people.
_OF_KIN = frozenset({2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})


def looks(text: str) -> Iterator[Span]:
    """Every place of the text that looks like a contact, a number or a name behind a cue."""
    for pattern, kind in PATTERNS:
        for found in pattern.finditer(text):
            part = 1 if pattern.groups and found.group(1) is not None else 0
            if kind not in (
                "mrn",
                "health_plan",
                "account",
                "licence",
                "vehicle",
                "device",
                "other",
            ) or _identifies(found.group(part)):
                yield Span(found.start(part), found.end(part), kind)
    for number, pattern in enumerate(CUES):
        for found in pattern.finditer(text):
            if span := _name(
                found.start(1),
                found.group(1),
                sure=number in _SURE,
                kin=number in _OF_KIN,
                titled=number in (0, 1, 7),
            ):
                yield span


_DAY = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|[12]\d|3[01])(?:[/-]\d{2,4})?|(?:19|20)\d\d|\d{1,3}/\d{1,3}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)|q?\d{1,2}[a-z]?|\d{1,3}(?:\.\d)?(?:mg|mcg|ml|g|kg|lb|cm|mm|h|hr|hrs|min|yo|yrs?|days?|d|wk|mo|x|am|pm)|\d{1,3}-\d{1,3}|\d{1,2}x/?\w+|\d{1,2}w\d{1,2}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|\d{1,3}\.\d{1,2}|[LTCS]\d{1,2}-[LTCS]?\d{1,2}|G\d{4}|[9]\d{4}|\d{4,5}-\d|G\d{1,2}P\d{1,4}|(?:covid|vitamin|phq|gad|cha2ds2)-?\w*",
    re.IGNORECASE,
)


def _identifies(value: str) -> bool:
    """Whether a number behind a label is long enough, and no day, dose or code of a diagnosis or procedure."""
    return not _DAY.fullmatch(value) and not _CODE.fullmatch(value) and len(re.sub(r"\W", "", value)) >= 3


def _name(start: int, said: str, *, sure: bool, kin: bool, titled: bool) -> Span | None:
    """What of the words behind a cue is somebody's name: up to the first that is a plain word; None for nothing."""
    end = 0
    begin: int | None = None
    lists = tables()
    for found in _STARTS.finditer(said):
        word = found.group()
        low = fold(word).replace("'", "").replace("’", "")
        sensed = sense(low)
        plain = (
            low in _NEVER
            or (sensed.word and not sensed.name)
            or (low in lists.plain and not (sensed.usual and begin is not None))
        )
        if low in lists.plain and sure and begin is None and low not in _NEVER and sensed.name:
            plain = False
        borne = sensed.given > 0 or 0 < sensed.family <= BORNE
        if (
            (kin or sure)
            and begin is None
            and borne
            and (low not in _NEVER or sensed.given >= 0.0001)
            and low not in lists.departments
        ):
            plain = low in _NOT_BORNE or bool(re.match(r"\s+\d", said[found.end() :]))
        if (
            begin is None
            and not sure
            and (low in lists.acts or low in lists.alone or (low in lists.eponyms and not sensed.usual))
        ):
            return None
        if (
            begin is None
            and not titled
            and low in lists.eponyms
            and re.match(r"['’]s?\b", said[found.end() :])
        ):
            return None
        if sure and begin is None and low not in _NEVER and low not in lists.departments:
            plain = False
        if begin is not None and said[found.start() - 1] in "-–":
            plain = False
        if (
            titled
            and begin is not None
            and low not in _NEVER
            and low not in lists.acts
            and low not in lists.departments
        ):
            plain = False
        if plain and low not in lists.particles and not (len(word) == 1 and begin is not None):
            if begin is None and not sure and end == 0:
                return None
            break
        if low in lists.particles and begin is None and not sensed.name and not word[0].isupper():
            continue
        begin = found.start() if begin is None else begin
        if low not in lists.particles or sensed.usual:
            end = found.end()
    if begin is None or end <= begin:
        return None
    return Span(start + begin, start + end, "name")


# Family names of a rank up to this are somebody's behind a cue, though they are words.
BORNE = 6_000
_NOT_BORNE = frozenset(
    {
        "will",
        "march",
        "su",
        "mi",
        "an",
        "no",
        "so",
        "do",
        "in",
        "see",
        "call",
        "case",
        "page",
        "day",
        "best",
        "good",
        "may not",
        "english",
        "spanish",
        "home",
        "house",
        "self",
        "unit",
        "care",
        "medicare",
        "son",
        "baby",
        "guy",
        "lady",
        "love",
        "doctor",
        "nurse",
        "black",
        "white",
        "south",
        "north",
        "west",
        "east",
        "new",
        "more",
        "still",
        "all",
        "any",
        "each",
    }
)
_NEVER = frozenset(
    ["the", "per", "via", "a", "an", "he", "she", "they", "we", "i", "it", "if", "no", "not", "on", "in", "at", "to", "for", "and", "or", "but", "is", "was", "has", "had", "will", "may", "pt", "patient", "patients", "dr", "mr", "mrs", "ms", "home", "hospital", "clinic", "office", "unit", "nurse", "rn", "md", "team", "staff", "pharmacy", "medicare", "medicaid", "insurance", "payer", "plan", "none", "unknown", "deceased", "alive", "healthy", "well", "self", "n/a", "na", "yes", "other", "same", "name", "date", "phone", "fax", "address", "dob", "mrn", "age", "sex", "male", "female", "status", "relationship", "patient", "re", "subject", "page", "fax", "cover", "sheet", "urgent", "today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "who", "that", "this", "with", "her", "his", "their", "our", "your", "er", "ed", "icu", "snf", "pcp", "cardiology", "nephrology", "pt/ot", "social", "case", "care"]
)  # fmt: skip
