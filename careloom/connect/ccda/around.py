"""What stands around the patient: relatives' illnesses, the care team, insurance, directives."""

from dataclasses import dataclass

from careloom.care.entry import Component, Period
from careloom.connect.ccda import people, quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import Concept, all_codes, detail, join
from careloom.connect.ccda.element import Element, attribute, every, is_null, name, one, said
from careloom.connect.ccda.sheet import Sheet, inside

FAMILY_STATUSES = {"completed": "completed", "active": "partial", "aborted": "partial"}
TEAM_STATUSES = {"active": "active", "completed": "inactive", "suspended": "suspended", "aborted": "inactive"}
DECEASED = "419099009"
MOST_MEMBERS = 200


def family(element: Element, sheet: Sheet) -> None:
    """What a relative has or had: each problem is a code of the entry and a component with its onset."""
    relative = one(element, "subject", "relatedSubject")
    relation = sheet.concept(relative, "code")
    illnesses = [inner for inner in inside(element) if name(inner) == "observation"]
    if not illnesses:
        sheet.reject(element, "a family history without a problem")
        return
    sheet.used.update(illnesses)
    parts = [_illness(each, sheet) for each in illnesses]
    denied = [part for part, is_denied in parts if is_denied]
    told = [part for part, is_denied in parts if not is_denied] or denied
    words = join(part.text for part in told)
    deceased = any(
        attribute(each, "value") == "true" for each in every(relative, "subject", "sdtc:deceasedInd")
    )
    sheet.add(
        element,
        "FamilyMemberHistory",
        codes=all_codes(Concept(part.codes) for part in told),
        text=f"{relation.words}: {words}".removeprefix(": "),
        components=tuple(told),
        effective=_first_time(illnesses, sheet),
        recorded=sheet.recorded(element, *illnesses),
        status=FAMILY_STATUSES.get(attribute(one(element, "statusCode"), "code")),
        negated=bool(denied) and len(denied) == len(parts),
        subject="family",
        detail=detail(
            relation=relation.words,
            deceased="true" if deceased else "",
            author=sheet.author(element),
            note=join(
                [
                    *(f"denied: {part.text}" for part in denied if part not in told),
                    *(sheet.comments(each) for each in (element, *illnesses)),
                ]
            ),
        ),
    )


def _illness(element: Element, sheet: Sheet) -> tuple[Component, bool]:
    """One problem of a relative with the age at which it began, and whether it is denied."""
    value = sheet.concept(element, "value")
    ages = [quantity.amount(one(each, "value")) for each in sheet.parts(element, t.AGE, code="445518008")]
    deaths = sheet.parts(element, t.DEATH)
    said_dead = ["died of it" for each in deaths if sheet.concept(each, "value").first == DECEASED]
    for each in deaths:
        sheet.used.update(inside(each))
    words = value.words or sheet.text(element, "text")
    return (
        Component(value.codes, text=words, value=join([*ages, *said_dead]) or None),
        attribute(element, "negationInd") == "true",
    )


def _first_time(elements: list[Element], sheet: Sheet) -> Period:
    """When, where one of a relative's problems says so."""
    for each in elements:
        held = sheet.period(one(each, "effectiveTime"))
        if held.start:
            return Period(held.start)
    return Period()


def care_team(element: Element, sheet: Sheet) -> None:
    """A care team organizer: its members as 'role: name'."""
    members = []
    for inner in inside(element):
        sheet.used.add(inner)
        sheet.used.update(inside(inner))
        if name(inner) == "act":
            members += [_member(each, inner, sheet) for each in every(inner, "performer")]
    members += [_member(each, element, sheet) for each in every(element, "participant")]
    coded = sheet.concept(element, "code")
    sheet.add(
        element,
        "CareTeam",
        codes=coded.codes,
        text=coded.text or sheet.text(element, "text") if not coded.codes else coded.text,
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=TEAM_STATUSES.get(attribute(one(element, "statusCode"), "code")),
        detail=detail(participants=join(members[:MOST_MEMBERS]), author=sheet.author(element)),
    )


def _member(element: Element, holder: Element, sheet: Sheet) -> str:
    role = one(element, "assignedEntity")
    role = one(element, "participantRole") if role is None else role
    named = people.called(role, sheet.known)
    as_what = (
        sheet.concept(element, "sdtc:functionCode").words
        or sheet.concept(element, "functionCode").words
        or sheet.concept(role, "code").words
        or (
            sheet.concept(holder, "code").words
            if name(holder) == "act" and not is_null(one(holder, "code"))
            else ""
        )
    )
    return f"{as_what}: {named}".removeprefix(": ").removesuffix(": ")


def coverage(element: Element, sheet: Sheet) -> None:
    """A coverage activity: each policy in it is an insurance of its own."""
    policies = [inner for inner in inside(element) if name(inner) == "act"]
    for policy in policies:
        _policy(policy, sheet)
    if policies:
        sheet.used.add(element)
    else:
        sheet.reject(element, "a coverage that names no policy")


@dataclass(frozen=True, slots=True)
class Parties:
    """Who pays, and how the patient is covered."""

    payer: str
    relation: str
    held: Period


def _policy(element: Element, sheet: Sheet) -> None:
    coded = sheet.concept(element, "code")
    parties = _parties(element, sheet)
    plans = [inner for inner in inside(element) if name(inner) == "act"]
    sheet.used.update(plans)
    for plan in plans:
        sheet.used.update(inside(plan))
    named = join(sheet.text(each, "text") or sheet.concept(each, "code").words for each in plans)
    sheet.add(
        element,
        "Coverage",
        codes=coded.codes,
        text=coded.text or ("" if coded.words else named or parties.payer or "insurance"),
        effective=parties.held,
        status={"active": "active", "completed": "active", "aborted": "cancelled"}.get(
            attribute(one(element, "statusCode"), "code")
        ),
        detail=detail(
            payer=parties.payer,
            relation=parties.relation,
            note=join([named if coded.words else "", sheet.comments(element)]),
        ),
    )


def _parties(element: Element, sheet: Sheet) -> Parties:
    payer, relation, held = "", "", Period()
    for each in every(element, "performer"):
        role = one(each, "assignedEntity")
        is_payer = attribute(one(role, "code"), "code") == "PAYOR" or "2.16.840.1.113883.10.20.22.4.87" in {
            attribute(found, "root") for found in every(each, "templateId")
        }
        if is_payer or not payer:
            payer = (
                said(one(role, "representedOrganization", "name"))
                or people.called(role, sheet.known)
                or payer
            )
    for each in every(element, "participant"):
        if attribute(each, "typeCode") == "COV":
            relation = sheet.concept(one(each, "participantRole"), "code").words or relation
            held = sheet.period(one(each, "time"))
    return Parties(payer, relation, held)


def directive(element: Element, sheet: Sheet) -> None:
    """An advance directive: of which kind, what it says, who holds it."""
    coded = sheet.concept(element, "code")
    found = quantity.observed(one(element, "value"), sheet.ids)
    if not coded.words and not found.value:
        sheet.reject(element, "an advance directive that does not say of which kind")
        return
    held = sheet.period(one(element, "effectiveTime"))
    verified = [
        people.called(one(each, "participantRole"), sheet.known)
        for each in every(element, "participant")
        if attribute(each, "typeCode") in ("VRF", "CST")
    ]
    words = coded.words or found.value or ""
    sheet.add(
        element,
        "Consent",
        codes=(*coded.codes, *found.codes),
        text=f"{words}: {found.value}" if found.value and found.value != words else words,
        category=("adr",),
        effective=held,
        recorded=sheet.recorded(element),
        status={"completed": "active", "active": "active", "aborted": "inactive"}.get(
            attribute(one(element, "statusCode"), "code")
        ),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            author=sheet.author(element),
            note=join(
                [f"held or verified by {join(verified)}" if join(verified) else "", sheet.comments(element)]
            ),
        ),
    )
