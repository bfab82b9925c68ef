"""Problems: concern acts with their observations, diagnoses of a visit, and health concerns, as Condition."""

from careloom.care.entry import SNOMED, Code, Entry, Period
from careloom.connect.ccda import quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import Concept, detail, join
from careloom.connect.ccda.element import Element, attribute, every, is_null, name, one, templates
from careloom.connect.ccda.sheet import Sheet, inside

LISTED = "problem-list-item"
CONCERN = "health-concern"
OF_ENCOUNTER = "encounter-diagnosis"
WRAPPERS = {
    t.PROBLEM_CONCERN: LISTED,
    t.CONCERN: CONCERN,
    t.RISK: CONCERN,
    t.ENCOUNTER_DIAGNOSIS: OF_ENCOUNTER,
    t.DISCHARGE_DIAGNOSIS: OF_ENCOUNTER,
    t.ADMISSION_DIAGNOSIS: OF_ENCOUNTER,
    t.PREOPERATIVE_DIAGNOSIS: OF_ENCOUNTER,
    t.POSTPROCEDURE_DIAGNOSIS: OF_ENCOUNTER,
}
# Problem Status (SNOMED) and the status of a concern act (C-CDA on FHIR, CF-ProblemStatus, CF-ConditionClinicalStatus).
STATUSES = {
    "55561003": "active",
    "73425007": "inactive",
    "413322009": "resolved",
    "246455001": "recurrence",
    "263855007": "relapse",
    "277022003": "remission",
}
OF_ACT = {"active": "active", "completed": "inactive", "suspended": "inactive", "aborted": "inactive"}
OPEN = frozenset({"active", "recurrence", "relapse", "", None})
# What stands for any problem: negated it says that there is none.
ANY = frozenset({"55607006", "64572001", "404684003", "282291009", "417163006", "418799008"})
NONE_KNOWN = Code(SNOMED, "160245001", "No current problems or disability")
# SNOMED CT, finding context values: how sure it is, and known absent.
CONTEXTS = {
    "415684004": "provisional",
    "2931005": "provisional",
    "410592001": "provisional",
    "410590009": "provisional",
    "410605003": "confirmed",
    "410515003": "confirmed",
    "410516002": "refuted",
}


def concern(act: Element, sheet: Sheet) -> None:
    """A concern or a diagnosis act: each of its observations is a problem of its own."""
    category = next((WRAPPERS[root] for root in templates(act) if root in WRAPPERS), LISTED)
    for observation in list(inside(act)):
        if observation not in sheet.used and is_problem(observation):
            condition(observation, sheet, act, category)
    if category == CONCERN and act not in sheet.used:
        named_concern(act, sheet)


def is_problem(observation: Element) -> bool:
    """Whether a statement inside a concern is the problem that it is about."""
    if name(observation) != "observation":
        return False
    holder = observation.getparent()
    if t.PROBLEM in templates(observation):
        return True
    about = attribute(holder, "typeCode") == "SUBJ" and attribute(holder, "inversionInd") != "true"
    return (
        about
        and not is_null(one(observation, "value"))
        and attribute(one(observation, "code"), "code") != "33999-4"
    )


def problem(observation: Element, sheet: Sheet) -> None:
    """A problem observation that stands by itself, or in a visit whose diagnosis it is."""
    of_visit = any(name(above) == "encounter" for above in observation.iterancestors())
    condition(observation, sheet, None, OF_ENCOUNTER if of_visit else "")


def named_concern(act: Element, sheet: Sheet) -> None:
    """A health concern that holds no problem: its own words, where it has some."""
    words = sheet.text(act, "text")
    value = sheet.concept(act, "value")
    if not (words or value.words):
        return
    sheet.add(
        act,
        "Condition",
        codes=value.codes,
        text=value.text or ("" if value.codes else words),
        category=(CONCERN,),
        effective=Period(sheet.period(one(act, "effectiveTime")).start),
        recorded=sheet.recorded(act),
        status=OF_ACT.get(attribute(one(act, "statusCode"), "code")),
        detail=detail(author=sheet.author(act), note=join([sheet.comments(act)])),
    )


def condition(observation: Element, sheet: Sheet, act: Element | None, category: str) -> Entry | None:
    """A problem: what, since when, until when, how it stands; one that is denied is negated."""
    holders = (act,) if act is not None else ()
    named = _named(observation, sheet)
    if named is None:
        sheet.reject(observation, "a problem without a code or words (value is missing)")
        return None
    said, denied = named
    certainty = _certainty(observation, denied)
    held = sheet.period(one(observation, "effectiveTime"))
    ends = one(observation, "effectiveTime", "high")
    ages = sheet.parts(observation, t.AGE, code="445518008")
    severity = sheet.parts(observation, t.SEVERITY, code="SEV")
    diagnosed = [
        sheet.period(one(each, "effectiveTime")).start
        for each in sheet.parts(observation, t.DATE_OF_DIAGNOSIS, code="77975-1")
    ]
    kind = sheet.concept(observation, "code")
    categories = (category, *(code.code for code in kind.codes if code.system == SNOMED))
    return sheet.add(
        observation,
        "Condition",
        *holders,
        codes=said.codes,
        text=said.text,
        category=tuple(dict.fromkeys(one for one in categories if one)),
        effective=held,
        recorded=sheet.recorded(observation, *holders),
        status=_status(
            observation,
            sheet,
            act,
            has_end=ends is not None and attribute(ends, "nullFlavor") not in ("NI", "NA"),
        ),
        certainty=certainty,
        negated=certainty == "refuted",
        detail=detail(
            severity=join(sheet.concept(each, "value").words for each in severity),
            body_site=join(_site(each, sheet) for each in every(observation, "targetSiteCode")),
            onset=join(quantity.amount(one(each, "value")) for each in ages),
            abatement=held.end.text if held.end else "",
            author=sheet.author(observation, *holders),
            note=join(
                [
                    *(f"diagnosed {time.text}" for time in diagnosed if time),
                    sheet.comments(observation),
                    *(sheet.comments(each) for each in holders),
                ]
            ),
        ),
    )


def _named(observation: Element, sheet: Sheet) -> tuple[Concept, bool] | None:
    """What the problem is, and whether it is denied; None where nothing says what it is.

    A denied "problem" of no kind is that there is none, which is said and not denied.
    """
    denied = attribute(observation, "negationInd") == "true"
    value = one(observation, "value")
    said = sheet.concept(value)
    if value is not None and not said.words:
        # A value that is typed as text, or that says by nullFlavor that no code fits.
        said = Concept(text=quantity.observed(value, sheet.ids).value or "")
    words = sheet.text(observation, "text")
    if denied and (said.first in ANY or not said.words):
        return Concept((NONE_KNOWN,), said.text or words or "No known problems"), False
    if not said.words and words:
        said = Concept(text=words)
    elif said.codes and not said.text and not any(code.display for code in said.codes):
        # A code without any words takes those of the line in the narrative.
        said = Concept(said.codes, words)
    return (said, denied) if said.words else None


def _certainty(observation: Element, denied: bool) -> str:
    if denied:
        return "refuted"
    for qualifier in every(observation, "value", "qualifier"):
        if (found := CONTEXTS.get(attribute(one(qualifier, "value"), "code"))) and found:
            return found
    return ""


def _status(observation: Element, sheet: Sheet, act: Element | None, *, has_end: bool) -> str | None:
    """Clinical status: the problem's own, else the concern's; a problem that has ended is not active."""
    own = [
        STATUSES.get(sheet.concept(each, "value").first, "")
        for each in sheet.parts(observation, t.PROBLEM_STATUS, code="33999-4")
    ]
    stated = next((one for one in own if one), None)
    if stated is None and act is not None:
        stated = OF_ACT.get(attribute(one(act, "statusCode"), "code"))
    if has_end and stated in OPEN:
        return "resolved"
    return stated or ("active" if act is None else None)


def _site(element: Element, sheet: Sheet) -> str:
    """A body site with its side or other qualifiers."""
    qualified = [sheet.concept(each, "value").words for each in every(element, "qualifier")]
    words = sheet.concept(element).words
    return ", ".join(part for part in (words, *qualified) if part)
