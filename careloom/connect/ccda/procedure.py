"""What was done with the patient: procedures, visits, devices and supplies."""

from careloom.connect.ccda import people, quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import Concept, detail, join
from careloom.connect.ccda.element import Element, attribute, every, is_null, name, one, said, templates
from careloom.connect.ccda.sheet import Sheet, inside
from careloom.connect.ccda.systems import CPT, V3_CODES
from careloom.connect.visits import CLASSES

# C-CDA on FHIR, CF-ProcedureStatus, CF-EncounterStatus.
STATUSES = {
    "completed": "completed",
    "active": "in-progress",
    "aborted": "stopped",
    "cancelled": "not-done",
    "suspended": "on-hold",
    "nullified": "entered-in-error",
}
OF_VISIT = {
    "completed": "finished",
    "active": "in-progress",
    "cancelled": "cancelled",
    "aborted": "unknown",
    "held": "planned",
    "new": "unknown",
    "suspended": "onleave",
    "nullified": "entered-in-error",
}
ACT_CODES = V3_CODES + "ActCode"
# CPT evaluation and management codes by the kind of visit (C-CDA on FHIR, Encounters).
BY_CPT = ((99202, 99215, "ambulatory"), (99221, 99239, "inpatient"), (99281, 99285, "emergency"))
NOT_DONE = "not-done"
IN_USE = {"completed": "active", "active": "active", "aborted": "inactive", "nullified": "entered-in-error"}


def procedure(element: Element, sheet: Sheet) -> None:
    """Something that was done; a denied one is negated. A device that it placed is an entry of its own."""
    coded = sheet.concept(element, "code")
    devices = [
        each for each in every(element, "participant") if attribute(each, "typeCode") in ("DEV", "PRD")
    ]
    for participant in devices:
        device(participant, sheet, element)
    if not coded.words:
        words = sheet.text(element, "text")
        if devices and not words:
            # Only the device is told, not how it came there.
            sheet.used.add(element)
            return
        if not words:
            sheet.reject(element, "a procedure that does not say what was done")
            return
        coded = Concept(text=words)
    denied = attribute(element, "negationInd") == "true"
    status = NOT_DONE if denied else STATUSES.get(attribute(one(element, "statusCode"), "code"))
    sheet.add(
        element,
        "Procedure",
        codes=coded.codes,
        text=coded.text,
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=status,
        negated=status == NOT_DONE,
        detail=detail(
            reason=reasons(element, sheet),
            body_site=join(sheet.concept(each).words for each in every(element, "targetSiteCode")),
            outcome=join(_outcomes(element, sheet)),
            author=people.performers(element, sheet.known) or sheet.author(element),
            note=join([_typed_text(element, sheet, coded), sheet.comments(element)]),
        ),
    )


def _typed_text(element: Element, sheet: Sheet, coded: Concept) -> str:
    text = one(element, "text")
    if text is None or one(text, "reference") is not None:
        return ""
    words = sheet.text(text)
    return "" if words == coded.words else words


def _outcomes(element: Element, sheet: Sheet) -> list[str]:
    """What came of it: the value of a procedure that is an observation, and reactions to it."""
    found = [quantity.observed(each, sheet.ids) for each in every(element, "value")]
    values = [f"{each.comparator}{each.value} {each.unit or ''}".strip() for each in found if each.value]
    return values + [sheet.concept(each, "value").words for each in sheet.parts(element, t.REACTION)]


def reasons(element: Element, sheet: Sheet) -> str:
    """Why: the indications inside it."""
    found = sheet.parts(element, t.INDICATION)
    for inner in inside(element):
        if (
            attribute(inner.getparent(), "typeCode") == "RSON"
            and name(inner) == "observation"
            and inner not in sheet.used
        ):
            sheet.used.add(inner)
            found.append(inner)
    return join(sheet.concept(each, "value").words or sheet.text(each, "text") for each in found)


def device(participant: Element, sheet: Sheet, holder: Element) -> None:
    """A device that the patient has, from the participant that names it. Serial numbers and UDIs stay behind."""
    role = one(participant, "participantRole")
    playing = one(role, "playingDevice")
    coded = sheet.concept(playing, "code")
    model = said(one(playing, "manufacturerModelName"))
    if not (coded.words or model):
        sheet.looked_up["device without a name"] += 1
        return
    named = model or sheet.text(one(role, "scopingEntity"), "desc")
    sheet.add(
        participant,
        "Device",
        codes=coded.codes,
        text=coded.text or ("" if coded.words else named),
        effective=sheet.period(one(holder, "effectiveTime")),
        status=IN_USE.get(attribute(one(holder, "statusCode"), "code")),
        detail=detail(title=named),
    )


def equipment(element: Element, sheet: Sheet) -> None:
    """A supply that is no drug: a device that the patient uses."""
    found = [each for each in every(element, "participant") if attribute(each, "typeCode") in ("PRD", "DEV")]
    for participant in found:
        device(participant, sheet, element)
    material = one(element, "product", "manufacturedProduct", "manufacturedMaterial")
    coded = sheet.concept(material, "code")
    words = coded.words or said(one(material, "name"))
    if words:
        sheet.add(
            element,
            "Device",
            codes=coded.codes,
            text=coded.text or ("" if coded.words else words),
            effective=sheet.period(one(element, "effectiveTime")),
            status=IN_USE.get(attribute(one(element, "statusCode"), "code")),
            detail=detail(
                quantity=attribute(one(element, "quantity"), "value"), note=sheet.comments(element)
            ),
        )
    elif found:
        sheet.used.add(element)
    else:
        sheet.reject(element, "a supply that does not say of what")


def encounter(element: Element, sheet: Sheet) -> None:
    """A visit or stay: its class, who took part, why, and where the patient went from there."""
    coded = sheet.concept(element, "code")
    held = sheet.period(one(element, "effectiveTime"))
    disposition = one(element, "sdtc:dischargeDispositionCode")
    named = visit_class(coded)
    kinds = tuple(code for code in coded.codes if code.system != ACT_CODES)
    sheet.add(
        element,
        "Encounter",
        codes=kinds,
        text=coded.text or ("" if kinds else named or coded.words),
        effective=held,
        recorded=sheet.recorded(element),
        status=visit_status(attribute(one(element, "statusCode"), "code"), element),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            class_=named,
            discharge=sheet.concept(disposition).words if disposition is not None else "",
            reason=reasons(element, sheet),
            author=people.performers(element, sheet.known) or people.place_name(element),
            note=sheet.comments(element),
        ),
    )


def visit_class(coded: Concept) -> str:
    """The class in plain words, from v3-ActCode or from an evaluation and management code."""
    for code in coded.codes:
        if code.system == ACT_CODES:
            return CLASSES.get(code.code, code.display or code.code)
    for code in coded.codes:
        if code.system == CPT and code.code.isdigit():
            for low, high, words in BY_CPT:
                if low <= int(code.code) <= high:
                    return words
    return ""


def visit_status(code: str, element: Element) -> str | None:
    """The status; where none is given, a visit with an end or a single time is finished."""
    if code in OF_VISIT:
        return OF_VISIT[code]
    time = one(element, "effectiveTime")
    if attribute(time, "value") or not is_null(one(time, "high")):
        return "finished"
    return "unknown"


def is_device(element: Element) -> bool:
    """Whether a supply or procedure is about equipment and no drug."""
    return not {t.DISPENSE, t.SUPPLY_ORDER}.intersection(templates(element)) and (
        one(element, "participant") is not None or t.EQUIPMENT in templates(element)
    )
