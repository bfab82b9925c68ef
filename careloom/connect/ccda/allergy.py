"""Allergies and intolerances, reactions, criticality, and that there is none."""

from careloom.care.entry import SNOMED, Code
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import Concept, detail, join
from careloom.connect.ccda.element import Element, attribute, every, is_null, name, one, said, templates
from careloom.connect.ccda.sheet import Sheet, inside
from careloom.knowledge.none_known import allergies_denied, substance_denied

# Allergy and Intolerance Type (SNOMED) → type and category (C-CDA on FHIR, CF-AllergyIntoleranceType, -Category).
TYPES = {
    "419199007": ("allergy", ""),
    "416098002": ("allergy", "medication"),
    "414285001": ("allergy", "food"),
    "426232007": ("allergy", "environment"),
    "59037007": ("intolerance", "medication"),
    "235719002": ("intolerance", "food"),
    "420134006": ("", ""),
    "418038007": ("", ""),
    "419511003": ("", "medication"),
    "418471000": ("", "food"),
}
# The same, negated without a substance (CF-NoKnownAllergies; the propensities by the same sense).
NONE_KNOWN = {
    "medication": Code(SNOMED, "409137002", "No known drug allergy"),
    "food": Code(SNOMED, "429625007", "No known food allergy"),
    "environment": Code(SNOMED, "428607008", "No known environmental allergy"),
    "": Code(SNOMED, "716186003", "No known allergy"),
}
# Substances that stand for any: negated, they name none.
GENERAL = {"105590001": "", "410942007": "medication", "255620007": "food", "762766007": "food"}
STATUSES = {"55561003": "active", "73425007": "inactive", "413322009": "resolved"}
OF_ACT = {"active": "active", "completed": "inactive", "suspended": "inactive", "aborted": "inactive"}
SEVERITIES = {
    "255604002": "mild",
    "371923003": "moderate",
    "6736007": "moderate",
    "371924009": "severe",
    "24484000": "severe",
    "399166001": "severe",
}
CRITICALITIES = {"CRITL": "low", "CRITH": "high", "CRITU": "unable-to-assess"}


def concern(act: Element, sheet: Sheet) -> None:
    """A concern act: each of its observations is an allergy of its own."""
    for observation in list(inside(act)):
        if observation not in sheet.used and is_allergy(observation):
            allergy(observation, sheet, act)


def is_allergy(observation: Element) -> bool:
    """Whether a statement inside a concern is the allergy that it is about."""
    if name(observation) != "observation":
        return False
    if {t.ALLERGY, t.ALLERGY_TO_SUBSTANCE} & set(templates(observation)):
        return True
    return one(observation, "participant", "participantRole", "playingEntity") is not None


def allergy(observation: Element, sheet: Sheet, act: Element | None = None) -> None:
    """An allergy: to what, how it shows, how bad; "no known allergy" is negated and never stands for a substance."""
    holders = (act,) if act is not None else ()
    kind = sheet.concept(observation, "value")
    sort, category = TYPES.get(kind.first, ("", ""))
    denied = attribute(observation, "negationInd") == "true"
    to = _substance(observation, sheet)
    refuted = False
    if denied and (not to.words or to.first in GENERAL):
        category = category or GENERAL.get(to.first, "")
        to = Concept((NONE_KNOWN[category],), kind.text or sheet.text(observation, "text"))
    elif denied:
        refuted = True
    if not to.words:
        words = sheet.text(observation, "text") or kind.text
        if not words:
            sheet.reject(observation, "an allergy that names no substance")
            return
        to = Concept(text=words)
    elif not to.text and not any(code.display for code in to.codes):
        # A code without any words takes those of the line in the narrative.
        to = Concept(to.codes, sheet.text(observation, "text") or kind.text)
    held = sheet.period(one(observation, "effectiveTime"))
    reactions, severity = _reactions(observation, sheet)
    criticality = [
        CRITICALITIES.get(sheet.concept(each, "value").first, "")
        for each in sheet.parts(observation, t.CRITICALITY, code="82606-5")
    ]
    entry = sheet.add(
        observation,
        "AllergyIntolerance",
        *holders,
        codes=to.codes,
        text=to.text,
        category=(category,) if category else (),
        effective=held,
        recorded=sheet.recorded(observation, *holders),
        status=_status(observation, sheet, act, ended=held.end is not None),
        certainty="refuted" if refuted else "",
        negated=denied,
        detail=detail(
            allergy_type=sort,
            criticality=join(criticality),
            reaction=reactions,
            severity=severity,
            author=sheet.author(observation, *holders),
            note=join([sheet.comments(observation), *(sheet.comments(each) for each in holders)]),
        ),
    )
    if not denied and (allergies_denied(entry) or substance_denied(entry)):
        sheet.deny(entry)


def _substance(observation: Element, sheet: Sheet) -> Concept:
    """What the patient is allergic to: the codes and words of the participant that caused it."""
    for participant in every(observation, "participant"):
        entity = one(participant, "participantRole", "playingEntity")
        if entity is None or attribute(participant, "typeCode") not in ("CSM", ""):
            continue
        found = sheet.concept(entity, "code")
        named = join(said(each) for each in every(entity, "name") if not is_null(each))
        if found.words or named:
            return found if found.text or not named else Concept(found.codes, named)
        if words := sheet.text(entity, "desc"):
            return Concept(text=words)
    return Concept()


def _reactions(observation: Element, sheet: Sheet) -> tuple[str, str]:
    """How it shows, and how badly: the severity of the reactions, else that of the allergy."""
    shown: list[str] = []
    severities: list[str] = []
    for reaction in sheet.parts(observation, t.REACTION) + _manifestations(observation, sheet):
        found = sheet.concept(reaction, "value")
        shown.append(found.words or sheet.text(reaction, "text"))
        severities += _severities(reaction, sheet)
        sheet.comments(reaction)
    own = _severities(observation, sheet)
    return join(shown), join(severities or own)


def _manifestations(observation: Element, sheet: Sheet) -> list[Element]:
    """Reactions that name no template."""
    found = [
        inner
        for inner in inside(observation)
        if attribute(inner.getparent(), "typeCode") == "MFST"
        and name(inner) == "observation"
        and inner not in sheet.used
    ]
    sheet.used.update(found)
    return found


def _severities(element: Element, sheet: Sheet) -> list[str]:
    found = [sheet.concept(each, "value") for each in sheet.parts(element, t.SEVERITY, code="SEV")]
    return [SEVERITIES.get(one.first, one.words.lower()) for one in found]


def _status(observation: Element, sheet: Sheet, act: Element | None, *, ended: bool) -> str | None:
    """Clinical status: the allergy's own, else the concern's; one that has ended is not active."""
    own = [
        STATUSES.get(sheet.concept(each, "value").first, "")
        for each in sheet.parts(observation, t.ALLERGY_STATUS, code="33999-4")
    ]
    stated = next((one for one in own if one), "")
    if not stated and act is not None:
        stated = OF_ACT.get(attribute(one(act, "statusCode"), "code"), "")
    if ended and stated in ("", "active"):
        return "resolved"
    return stated or None
