"""None known: the codes and words by which a source says that somebody has no allergy, problem or medicine.

Source   SNOMED CT, "no known allergy" (716186003) and its kinds, 160245001, 787481004; FHIR R4 list-empty-reason,
         "nilknown"; HL7 IPS 1.1, absent-unknown-uv-ips; C-CDA on FHIR 1.2, map of no known allergies (2024): a
         refuted "allergy to drug" is "no known drug allergy". The words are our own
Misses   a question of a form ("any allergies?") answered with no; languages other than English and Spanish
"""

import re

from careloom.care.entry import LOINC, SNOMED, Code, Entry

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
ANY, DRUG, FOOD, ENVIRONMENT = "any", "drug", "food", "environment"
_NOTHING: frozenset[str] = frozenset()
_ALLERGIES = {
    (SNOMED, "716186003"): ANY,
    (SNOMED, "160244002"): ANY,
    (SNOMED, "409137002"): DRUG,
    (SNOMED, "428607008"): ENVIRONMENT,
    (SNOMED, "429625007"): FOOD,
    (IPS, "no-known-allergies"): ANY,
    (IPS, "no-known-medication-allergies"): DRUG,
    (IPS, "no-known-environmental-allergies"): ENVIRONMENT,
    (IPS, "no-known-food-allergies"): FOOD,
}
_SUBSTANCES = {
    (SNOMED, "716184000"): "latex",
    (SNOMED, "428197003"): "insect",
    (SNOMED, "716220001"): "animal",
}
# What stands for "no known …" where it is refuted.
_REFUTED = {(SNOMED, "419199007"): ANY, (SNOMED, "416098002"): DRUG, (SNOMED, "414285001"): FOOD}
_ALLERGY_LISTS = frozenset({(LOINC, "48765-2"), (LOINC, "52472-8")})
_MEDICINES = frozenset({(SNOMED, "787481004"), (IPS, "no-known-medications")})
_PROBLEMS = frozenset({(SNOMED, "160245001"), (IPS, "no-known-problems")})
_NOT_SAID = frozenset({(IPS, "no-allergy-info"), (IPS, "no-medication-info"), (IPS, "no-problem-info")})

_SORTS = (
    (
        DRUG,
        re.compile(r"\b(?:drugs?|medications?|medicines?|meds?|pharmac\w*|medicament\w*|medicinas?)\b", re.I),
    ),
    (FOOD, re.compile(r"\b(?:foods?|aliment\w*|comidas?)\b", re.I)),
    (ENVIRONMENT, re.compile(r"\b(?:environment\w*|seasonal|ambient\w*)\b", re.I)),
)
_SHORT = {"nka": ANY, "nkda": DRUG, "nkma": DRUG, "nkfa": FOOD}
_SHORT_WORDS = re.compile(r"\b(nk[dmf]?a)\b", re.I)
_HINT = re.compile(r"l+erg|adverse|\bnk[dmf]?a\b", re.I)
_TAG = re.compile(r"\s*\([^()]*\)\s*$")
_PATIENT = r"^\W*(?:(?:the )?(?:patient|pt)\.? (?:has |have |states |reports )?)?"
_NO_ALLERGY = re.compile(
    rf"{_PATIENT}(?:no|none|nil|sin|niega|denies|denied|without|negative for)\b(?P<which>.*?)\b(?:allerg|alergi|adverse )\w*(?P<rest>.*)$",
    re.I | re.S,
)
_LISTED = re.compile(
    r"^\W*(?P<which>[\w ]*?)\b(?:allerg|alergi)\w*\s*[:\-–=]\s*(?:none|nil|no|nk[dmf]?a|denie[sd]|ninguna)\b",
    re.I,
)
_NONE = re.compile(
    r"^\W*(?:none|nil|no|denie[sd]|ninguna)\b(?: known| reported| on record| listed)?\W*$", re.I
)
_EXCEPT = re.compile(r"\b(?:except|other than|besides|aside from|apart from|but|excepto|salvo)\b", re.I)
_TO = re.compile(
    r"^\s*(?:reactions? )?(?:to|a|al|de)\s+(?:any |the |la |el |los |las )?(?P<what>.+?)\W*$", re.I
)
_FILLERS = re.compile(
    r"\b(?:known|any|have|having|has|history|hx|of|current|active|reported|documented|other|significant|or|and|"
    r"tiene|conocid\w*|substances?|things?|products?|intolerances?|adverse|reactions?)\b|[\W_]",
    re.I,
)
_LEADING = re.compile(r"^(?:(?:known|any|history of|hx of)\s+)+", re.I)
_GENERAL = re.compile(
    r"^(?:propensity to (?:adverse reactions?|allergic reactions?)|allerg(?:y|ies|ic disposition|ic reactions?)|"
    r"hypersensitivity|intolerance|adverse reactions?)(?: (?:to|caused by))?(?: an?)?$",
    re.I,
)
_SILENT = re.compile(
    r"^\W*(?:allerg\w*:? )?(?:not on file|no information(?: about| on)? ?\w*|not (?:asked|assessed|recorded|reviewed|known)|"
    r"unknown|unable to (?:assess|obtain)|allerg\w* unknown)\W*$",
    re.I,
)
_NO_MEDICINE = re.compile(
    r"^\W*(?:no|not taking any|takes no|taking no|denies)\b(?: (?:known|current|active|home|any))* (?:medications?|medicines?|meds|drugs)\b"
    r"(?! allerg)|^\W*sin medicamentos\b",
    re.I,
)
_NO_PROBLEM = re.compile(
    r"^\W*no (?:known |current |active |significant )+(?:problems?|conditions?|diagnos[ei]s)\b", re.I
)


def allergies_denied(entry: Entry) -> frozenset[str]:
    """Which sorts of allergy an entry says that there are none of: any, drug, food, environment; none for an allergy.

    An AllergyIntolerance by its code or words, or refuted as "allergy to drug"; a List by why it is empty; a Condition
    or an Observation by the same codes and words, as its name or as its value.
    """
    if entry.kind == "List":
        listed = _ALLERGY_LISTS.intersection(_keys(entry.codes)) or "llerg" in entry.text.lower()
        nil = entry.detail.get("empty") == "nilknown" and listed
        return (_sorts(entry.text) or frozenset({ANY})) if nil else _NOTHING
    if entry.kind not in ("AllergyIntolerance", "Condition", "Observation"):
        return _NOTHING
    coded = frozenset(
        _ALLERGIES[one] for one in _keys((*entry.codes, *entry.value_codes)) if one in _ALLERGIES
    )
    if coded:
        return coded if not _is_no(entry.value) else _NOTHING
    if entry.kind == "AllergyIntolerance":
        return (
            _refuted(entry)
            or _said(entry.name)
            or (frozenset({ANY}) if _NONE.match(entry.name) else _NOTHING)
        )
    if entry.kind == "Condition":
        return _NOTHING if entry.negated else _said(entry.name)
    return _observed(entry)


def substance_denied(entry: Entry) -> str:
    """The substance of "no known allergy to latex", "no known latex allergy"; "" where an entry names none."""
    if entry.kind != "AllergyIntolerance":
        return ""
    coded = next((_SUBSTANCES[one] for one in _keys(entry.codes) if one in _SUBSTANCES), "")
    if coded or _SHORT_WORDS.match(entry.name) or _EXCEPT.search(entry.name):
        return coded
    what = _what(entry.name) or ""
    return _LEADING.sub("", what).strip() if not _sorts(what) and _FILLERS.sub("", what) else ""


def is_silent(entry: Entry) -> bool:
    """Whether an entry says only that nothing is known of allergies, problems or medicines: it denies nothing."""
    return bool(_NOT_SAID.intersection(_keys(entry.codes)) or _SILENT.match(entry.name))


def medicines_denied(entry: Entry) -> bool:
    """Whether an entry says that the patient takes no medicine."""
    if entry.kind == "List":
        return (
            entry.detail.get("empty") == "nilknown"
            and bool(_sorts(entry.text) & {DRUG})
            and not allergies_denied(entry)
        )
    return bool(_MEDICINES.intersection(_keys(entry.codes)) or _NO_MEDICINE.match(entry.name))


def problems_denied(entry: Entry) -> bool:
    """Whether a Condition says that there is no problem."""
    return bool(_PROBLEMS.intersection(_keys(entry.codes)) or _NO_PROBLEM.match(entry.name))


def _keys(codes: tuple[Code, ...]) -> list[tuple[str, str]]:
    return [(code.system, code.code) for code in codes]


def _sorts(text: str) -> frozenset[str]:
    return frozenset(sort for sort, words in _SORTS if words.search(text))


def _said(name: str) -> frozenset[str]:
    """What words deny: "NKDA", "no known food or drug allergies", "allergies: none"."""
    if not _HINT.search(name) or _EXCEPT.search(name):
        return _NOTHING
    if _SHORT_WORDS.match(name):
        return frozenset(_SHORT[short.lower()] for short in _SHORT_WORDS.findall(name))
    if listed := _LISTED.match(name):
        return _sorts(listed["which"]) or frozenset({ANY})
    what = _what(name)
    if what is None:
        return _NOTHING
    if sorts := _sorts(what):
        return sorts
    return _NOTHING if _FILLERS.sub("", what) else frozenset({ANY})


def _what(name: str) -> str | None:
    """What "no known … allergy to …" is about, fillers and all; None where words deny no allergy."""
    found = _NO_ALLERGY.match(_TAG.sub("", name))
    if found is None:
        return None
    named = _TO.match(found["rest"])
    return named["what"] if named else f"{found['which']} {found['rest']}".strip()


def _refuted(entry: Entry) -> frozenset[str]:
    """What a refuted allergy that names no substance denies."""
    if entry.certainty != "refuted":
        return _NOTHING
    coded = frozenset(_REFUTED[one] for one in _keys(entry.codes) if one in _REFUTED)
    if coded:
        return coded
    rest = _TAG.sub("", entry.name)
    sorts = _sorts(rest)
    for _, words in _SORTS:
        rest = words.sub("", rest)
    rest = re.sub(r"\b(?:substances?|disorder|finding)\b", "", rest)
    return (sorts or frozenset({ANY})) if _GENERAL.match(" ".join(rest.split())) else _NOTHING


def _observed(entry: Entry) -> frozenset[str]:
    """ "No known drug allergies" observed, or "Allergies" with "NKDA" or "none" as its value."""
    value = entry.value or ""
    if (said := _said(entry.name)) and not _is_no(value):
        return said
    if not re.match(r"\W*(?:[\w/]+ ){0,2}(?:allerg|alergi)", entry.name, re.I):
        return _NOTHING
    if said := _said(value):
        return said
    return (
        (_sorts(entry.name) or frozenset({ANY})) if _NONE.match(value) and value.lower() != "no" else _NOTHING
    )


def _is_no(value: str | None) -> bool:
    return (value or "").strip().lower() in ("no", "false", "absent", "negative")
