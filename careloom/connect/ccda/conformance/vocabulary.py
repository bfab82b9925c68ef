"""What codes, identifiers and units look like: forms and check digits, with no code system at hand.

Source   LOINC Users' Guide (mod 10 check digit); SNOMED CT Technical Implementation Guide, 2.4 (SCTID, Verhoeff); HL7 v3
         Datatypes R1 (II, CS, NullFlavor); ISO 639-1; UCUM 2.1
"""

import re
from collections.abc import Callable, Mapping

NULL_FLAVORS = frozenset(
    [
        "NI",
        "INV",
        "DER",
        "OTH",
        "NINF",
        "PINF",
        "UNC",
        "MSK",
        "NA",
        "UNK",
        "ASKU",
        "NAV",
        "NASK",
        "QS",
        "TRC",
        "NP",
    ]
)
# ISO 639-1, and the four that the older standard had.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg "
    "ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn "
    "no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
LANGUAGES = frozenset(_TWO_LETTERS.split(" "))
LANGUAGE = re.compile(r"([a-z]{2,3})(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
IDENTIFIER = re.compile(
    r"[0-2](?:\.(?:0|[1-9]\d*))*|[0-9A-Za-z]{8}-(?:[0-9A-Za-z]{4}-){3}[0-9A-Za-z]{12}|[A-Za-z][A-Za-z0-9\-]*"
)
_DIHEDRAL = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_STEP = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
LOINC_FORM = re.compile(r"\d{1,7}-\d|L[APG]\d{1,8}-\d")
# Spellings of units that are common and not UCUM.
NOT_UCUM = frozenset(
    [
        "mmHg",
        "mmhg",
        "MMHG",
        "bpm",
        "BPM",
        "lbs",
        "lb",
        "LB",
        "LBS",
        "inches",
        "inch",
        "in",
        "IN",
        "ft",
        "feet",
        "F",
        "C",
        "degF",
        "degC",
        "Deg",
        "kgs",
        "KG",
        "Kg",
        "cms",
        "CM",
        "hrs",
        "hr",
        "mins",
        "sec",
        "secs",
        "days",
        "day",
        "weeks",
        "week",
        "months",
        "month",
        "years",
        "year",
        "yrs",
        "yr",
        "cc",
        "mcg",
        "mcL",
        "kg/m^2",
        "kg/m2^",
        "beats/min",
        "breaths/min",
        "percent",
        "IU",
        "mEq/l",
        "MG",
        "ML",
        "mg/dl/",
        "tablet",
        "tablets",
        "capsule",
        "capsules",
        "puff",
        "puffs",
    ]
)
UNIT = re.compile(r"[\x21-\x7e]+")


def _luhn(number: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(number)):
        double = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += double - 9 if double > 9 else double
    return (10 - total % 10) % 10


def is_loinc(code: str) -> bool:
    """Whether a code has LOINC's form and check digit (parts and answers: form alone)."""
    if not LOINC_FORM.fullmatch(code):
        return False
    if code[0] == "L":
        return True
    body, _, check = code.partition("-")
    return _luhn(body) == int(check)


def is_snomed(code: str) -> bool:
    """Whether a code has the form of a SNOMED CT identifier: 6 to 18 digits, with its Verhoeff check digit."""
    if not (code.isascii() and code.isdigit() and 6 <= len(code) <= 18 and code[0] != "0"):
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        moved = int(digit)
        for _ in range(place % 8):
            moved = _STEP[moved]
        check = _DIHEDRAL[check][moved]
    return check == 0


def is_race(code: str) -> bool:
    """Whether a code has the form of CDC's race and ethnicity codes, with its check digit."""
    body, dash, check = code.partition("-")
    return (
        bool(dash)
        and body.isdigit()
        and len(body) == 4
        and check.isdigit()
        and len(check) == 1
        and _luhn(body) == int(check)
    )


def is_language(code: str) -> bool:
    """Whether a code is a language tag: one of ISO 639-1, or three letters, with script and country."""
    found = LANGUAGE.fullmatch(code)
    return found is not None and (len(found[1]) == 3 or found[1] in LANGUAGES)


def is_unit(unit: str) -> bool:
    """Whether a unit can be UCUM: its form, and none of the common spellings that are not."""
    return is_unit_form(unit) and unit not in NOT_UCUM


def is_unit_form(unit: str) -> bool:
    """Whether a unit has the form of UCUM: no space, its brackets closed."""
    if not UNIT.fullmatch(unit):
        return False
    return (
        unit.count("{") == unit.count("}")
        and unit.count("[") == unit.count("]")
        and unit.count("(") == unit.count(")")
    )


# What senders call the great code systems (letters and digits alone, upper case), and the OIDs that each has in HL7's
# registry. Names that mean several systems are left out.
NAMED: Mapping[str, frozenset[str]] = {
    name: frozenset(oids)
    for names, oids in (
        (("LOINC", "LN"), ("2.16.840.1.113883.6.1",)),
        (("SNOMEDCT", "SNOMED", "SCT"), ("2.16.840.1.113883.6.96",)),
        (("RXNORM",), ("2.16.840.1.113883.6.88",)),
        (("CVX",), ("2.16.840.1.113883.12.292", "2.16.840.1.113883.6.59")),
        (("CPT", "CPT4"), ("2.16.840.1.113883.6.12",)),
        (("NDC",), ("2.16.840.1.113883.6.69",)),
        (("UNII",), ("2.16.840.1.113883.4.9",)),
        (("HCPCS",), ("2.16.840.1.113883.6.285", "2.16.840.1.113883.6.13", "2.16.840.1.113883.6.14")),
        (
            ("ICD9", "ICD9CM"),
            ("2.16.840.1.113883.6.103", "2.16.840.1.113883.6.104", "2.16.840.1.113883.6.42"),
        ),
        (("ICD10CM",), ("2.16.840.1.113883.6.90", "2.16.840.1.113883.6.3")),
        (("ICD10PCS",), ("2.16.840.1.113883.6.4",)),
        (("NCITHESAURUS", "NATIONALCANCERINSTITUTENCITHESAURUS"), ("2.16.840.1.113883.3.26.1.1",)),
        (("HL7ACTCLASS", "ACTCLASS"), ("2.16.840.1.113883.5.6",)),
        (("ADMINISTRATIVEGENDER",), ("2.16.840.1.113883.5.1",)),
        (("MARITALSTATUSCODE", "MARITALSTATUS"), ("2.16.840.1.113883.5.2",)),
    )
    for name in names
}
# Of which system a code is that the guide fixes, where the code itself tells.
_OF_HL7 = {
    "ASSERTION": "2.16.840.1.113883.5.4",
    "SEV": "2.16.840.1.113883.5.4",
    "CONC": "2.16.840.1.113883.5.6",
}


def is_named(system: str, named: str) -> bool:
    """Whether what a sender calls a code system can be the name of that OID; names that nobody here knows can."""
    oids = NAMED.get("".join(sign for sign in named.upper() if sign.isalnum()))
    return oids is None or system in oids


def system_of(code: str) -> str:
    """The OID of the code system of a code that the guide fixes: LOINC's by their form; "" where the code tells nothing."""
    if LOINC_FORM.fullmatch(code):
        return "2.16.840.1.113883.6.1"
    return _OF_HL7.get(code, "")


# Code systems whose codes have a form that can be checked.
FORMS: Mapping[str, Callable[[str], bool]] = {
    "2.16.840.1.113883.6.1": is_loinc,
    "2.16.840.1.113883.6.96": is_snomed,
    "2.16.840.1.113883.6.88": lambda code: code.isascii() and code.isdigit() and len(code) <= 8,
    "2.16.840.1.113883.12.292": lambda code: code.isascii() and code.isdigit() and len(code) <= 3,
    "2.16.840.1.113883.6.90": lambda code: (
        re.fullmatch(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", code) is not None
    ),
}

# What any code of a system looks like wherever it stands, in HL7's registry of OIDs: SNOMED CT, RxNorm, CVX, CPT, NCI
# Thesaurus, UNII, NUCC's provider taxonomy, ICD-10-CM, HL7's act classes, interpretations, religions and ways of speaking.
SHAPES: Mapping[str, re.Pattern[str]] = {
    oid: re.compile(shape, re.ASCII)
    for oid, shape in {
        "2.16.840.1.113883.6.96": r"\d+",
        "2.16.840.1.113883.6.88": r"\d+",
        "2.16.840.1.113883.12.292": r"\d+",
        "2.16.840.1.113883.6.12": r"\d{4}[0-9A-Z]",
        "2.16.840.1.113883.3.26.1.1": r"C\d{1,7}",
        "2.16.840.1.113883.4.9": r"[0-9A-Z]{10}",
        "2.16.840.1.113883.6.101": r"\d{3}[0-9A-Z]{6}X",
        "2.16.840.1.113883.6.90": r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?",
        "2.16.840.1.113883.5.6": r"[A-Z_]+",
        "2.16.840.1.113883.5.83": r"(?:SYN-)?[A-Z]{1,7}|[HL]?[<>]",
        "2.16.840.1.113883.5.1076": r"\d{4}",
        "2.16.840.1.113883.5.60": r"E(?:SGN|SP|WR)|R(?:SGN|SP|WR)",
    }.items()
}
# Systems of the CDC whose codes have a check digit: race and ethnicity, places of service delivery.
CHECKED = frozenset({"2.16.840.1.113883.6.238", "2.16.840.1.113883.6.259"})


def can_have(system: str, code: str) -> bool:
    """Whether a code system (OID) can have a code: by its form, and the CDC's by the check digit; any other can."""
    if system in CHECKED:
        return is_race(code)
    shape = SHAPES.get(system)
    return shape is None or shape.fullmatch(code) is not None
