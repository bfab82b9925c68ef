"""Drugs: medication activities, orders and supplies, as MedicationRequest and MedicationDispense."""

from careloom.care.entry import Entry, Period
from careloom.connect.ccda import dosage, people, quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import Concept, detail, join
from careloom.connect.ccda.element import Element, attribute, every, is_null, name, one, said, templates
from careloom.connect.ccda.sheet import Sheet, inside

# C-CDA on FHIR, CF-MedicationStatus and CF-MedActivityMood.
STATUSES = {
    "active": "active",
    "completed": "completed",
    "aborted": "stopped",
    "suspended": "on-hold",
    "held": "on-hold",
    "cancelled": "cancelled",
    "nullified": "entered-in-error",
    "new": "draft",
}
INTENTS = {"EVN": "plan", "INT": "order", "RQO": "order", "PRP": "proposal", "PRMS": "plan"}
DISPENSED = {
    "completed": "completed",
    "aborted": "stopped",
    "active": "in-progress",
    "nullified": "entered-in-error",
}
# SNOMED "drug or medicament": denied, it says that none is taken.
ANY_DRUG = "410942007"
DAYS = frozenset({"d", "day", "days"})


def medication(element: Element, sheet: Sheet) -> None:
    """A medication activity: what is or is to be taken. A denied one is negated."""
    drug = substance(element, sheet)
    if attribute(element, "negationInd") == "true" and (not drug.words or drug.first == ANY_DRUG):
        _takes_none(element, sheet)
        return
    if not drug.words:
        sheet.reject(element, "a medication that names no drug")
        return
    held = dosage.period(element, sheet)
    orders = _supplies(element, sheet)
    recorded = sheet.recorded(element)
    status = attribute(one(element, "statusCode"), "code")
    sheet.add(
        element,
        "MedicationRequest",
        codes=drug.codes,
        text=drug.text,
        dosage=dosage.dosage(element, sheet),
        effective=held if held != Period() else Period(recorded),
        recorded=recorded,
        status=_status(status, held, sheet),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            intent="plan"
            if t.PLANNED_MEDICATION in templates(element)
            else INTENTS.get(attribute(element, "moodCode"), "plan"),
            reason=_reasons(element, sheet),
            prescriber=_prescriber(element, orders, sheet),
            note=join([sheet.comments(element), *_reactions(element, sheet), *_of_orders(orders, sheet)]),
            **_ordered(orders),
        ),
    )


def _takes_none(element: Element, sheet: Sheet) -> None:
    """ "No known medications": a denied activity that names no drug, in the words that the source has for it."""
    sheet.add(
        element,
        "MedicationRequest",
        text=sheet.text(element, "text") or "No known medications",
        recorded=sheet.recorded(element),
        status="completed",
        negated=True,
        detail=detail(intent="plan", author=sheet.author(element)),
    )


def substance(element: Element, sheet: Sheet) -> Concept:
    """The drug of a substanceAdministration or supply: its codes and words, else its name."""
    holder = one(element, "consumable", "manufacturedProduct")
    if holder is None:
        holder = one(element, "product", "manufacturedProduct")
    material = one(holder, "manufacturedMaterial")
    if material is None:
        material = one(holder, "manufacturedLabeledDrug")
    if material is None:
        return Concept()
    found = sheet.concept(material, "code")
    named = " ".join(said(each) for each in every(material, "name") if not is_null(each)).strip()
    if found.text or not named:
        return found
    return Concept(found.codes, "" if any(code.display for code in found.codes) else named)


def _status(code: str, held: Period, sheet: Sheet) -> str | None:
    """The status; "completed" with an end after the document was written means that writing the order was completed."""
    stated = STATUSES.get(code)
    written = sheet.written
    if stated == "completed" and held.end and written and held.end.earliest > written.latest:
        return "active"
    return stated


def _supplies(element: Element, sheet: Sheet) -> list[Element]:
    """The supply orders of an activity; what was dispensed is an entry of its own."""
    found = []
    for inner in inside(element):
        if (
            name(inner) == "supply"
            and t.DISPENSE not in templates(inner)
            and attribute(inner, "moodCode") != "EVN"
        ):
            sheet.used.add(inner)
            found.append(inner)
    return found


def _of_orders(orders: list[Element], sheet: Sheet) -> list[str]:
    """What the orders say in words: instructions to the pharmacy or the patient."""
    acts = [act for order in orders for act in sheet.parts(order, t.INSTRUCTION)]
    return [sheet.text(act, "text") or sheet.concept(act, "code").words for act in acts]


def _ordered(orders: list[Element]) -> dict[str, str]:
    """Quantity and refills. A repeatNumber counts every fill, FHIR's refills those after the first."""
    fills = [quantity.digits(one(order, "repeatNumber")) for order in orders]
    refills = [str(int(number) - 1) for number in fills if number.isdigit() and int(number) > 0]
    return {
        "quantity": join(quantity.amount(one(order, "quantity")) for order in orders),
        "refills": join(refills[:1]),
    }


def _prescriber(element: Element, orders: list[Element], sheet: Sheet) -> str:
    """Who ordered it: the author of the order, else of the activity."""
    return sheet.author(*orders, element) if orders else sheet.author(element)


def _reasons(element: Element, sheet: Sheet) -> str:
    """Why: indications inside it."""
    found = sheet.parts(element, t.INDICATION)
    for inner in inside(element):
        if attribute(inner.getparent(), "typeCode") == "RSON" and inner not in sheet.used:
            sheet.used.add(inner)
            found.append(inner)
    return join(sheet.concept(each, "value").words or sheet.text(each, "text") for each in found)


def _reactions(element: Element, sheet: Sheet) -> list[str]:
    """Reactions to the drug, said in the note."""
    shown = sheet.parts(element, t.REACTION)
    words = [sheet.concept(each, "value").words or sheet.text(each, "text") for each in shown]
    for each in shown:
        sheet.used.update(inside(each))
    return [f"reaction: {word}" for word in words if word]


def supply(element: Element, sheet: Sheet) -> None:
    """A supply that stands by itself: a fill, or an order for one."""
    if t.DISPENSE in templates(element) or attribute(element, "moodCode") == "EVN":
        dispense(element, sheet)
        return
    drug = substance(element, sheet)
    if not drug.words:
        sheet.reject(element, "a supply that names no drug")
        return
    sheet.add(
        element,
        "MedicationRequest",
        codes=drug.codes,
        text=drug.text,
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=STATUSES.get(attribute(one(element, "statusCode"), "code")),
        detail=detail(
            intent="order",
            prescriber=sheet.author(element),
            note=sheet.comments(element),
            **_ordered([element]),
        ),
    )


def dispense(element: Element, sheet: Sheet) -> Entry | None:
    """A fill: when, how much, for how many days, by whom."""
    drug = substance(element, sheet)
    holder = _around(element)
    if not drug.words and holder is not None:
        drug = substance(holder, sheet)
    if not drug.words:
        sheet.reject(element, "a dispense that names no drug")
        return None
    days = [
        quantity.digits(one(each, "quantity"))
        for each in sheet.parts(element, "2.16.840.1.113883.10.20.37.3.10")
        if attribute(one(each, "quantity"), "unit") in DAYS
    ]
    return sheet.add(
        element,
        "MedicationDispense",
        codes=drug.codes,
        text=drug.text,
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=DISPENSED.get(attribute(one(element, "statusCode"), "code")),
        detail=detail(
            quantity=quantity.amount(one(element, "quantity")),
            days_supply=join(days[:1]),
            pharmacy=people.performers(element, sheet.known),
            prescriber=sheet.author(element),
            note=sheet.comments(element),
        ),
    )


def _around(element: Element) -> Element | None:
    """The activity that a supply stands in."""
    for above in element.iterancestors():
        if name(above) == "substanceAdministration":
            return above
    return None
