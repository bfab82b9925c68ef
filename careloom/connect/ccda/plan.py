"""What is planned, wanted and advised: goals, orders, appointments, interventions, referrals, instructions."""

import re

from careloom.care.entry import Period
from careloom.connect.ccda import people, quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import Concept, detail, join
from careloom.connect.ccda.element import Element, attribute, every, one, said, templates
from careloom.connect.ccda.medication import substance
from careloom.connect.ccda.procedure import reasons
from careloom.connect.ccda.sheet import Sheet, inside

# A value that is a number or an interval of numbers.
NUMBERS = re.compile(r"[\d.]+(?:-[\d.]+)?")
GOAL_STATUSES = {
    "active": "active",
    "completed": "completed",
    "cancelled": "cancelled",
    "aborted": "cancelled",
    "suspended": "on-hold",
    "new": "proposed",
    "held": "on-hold",
}
ORDER_STATUSES = {
    "active": "active",
    "completed": "completed",
    "cancelled": "revoked",
    "aborted": "revoked",
    "suspended": "on-hold",
    "held": "on-hold",
    "new": "draft",
    "nullified": "entered-in-error",
}
VISIT_STATUSES = {"active": "booked", "completed": "fulfilled", "cancelled": "cancelled", "new": "proposed"}
# ActMood → FHIR's request intent.
INTENTS = {
    "INT": "plan",
    "RQO": "order",
    "ARQ": "proposal",
    "PRMS": "plan",
    "PRP": "proposal",
    "APT": "order",
    "EVN": "order",
}


def goal(element: Element, sheet: Sheet) -> None:
    """A goal with its target as the source states it, its priority and whose goal it is.

    A value that is words is the goal itself: its code then only says of which kind it is.
    """
    described = sheet.concept(element, "code")
    words = sheet.text(element, "text")
    values = [quantity.observed(each, sheet.ids) for each in every(element, "value")]
    typed = join(
        each.value or ""
        for each in values
        if not (each.codes or each.unit or NUMBERS.fullmatch(each.value or ""))
    )
    target = join(_target(each) for each in values) if not typed else ""
    name_of = described.words if described.first not in ("", "ASSERTION") or described.text else ""
    text = typed or name_of or words or target
    if not text:
        sheet.reject(element, "a goal that does not say what is to be reached")
        return
    held = sheet.period(one(element, "effectiveTime"))
    priorities = [
        sheet.concept(each, "value").words for each in sheet.parts(element, t.PRIORITY, code="225773000")
    ]
    sheet.add(
        element,
        "Goal",
        codes=described.codes if name_of else (),
        text=text,
        effective=Period(held.start),
        recorded=sheet.recorded(element),
        status=GOAL_STATUSES.get(attribute(one(element, "statusCode"), "code")),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            target=target if target != text else "",
            due=held.end.text if held.end else "",
            priority=join([*priorities, sheet.concept(element, "priorityCode").words]),
            author=sheet.author(element),
            note=join([words if words != text and _typed(element) else "", sheet.comments(element)]),
        ),
    )


def _target(found: quantity.Value) -> str:
    """A target in words: "<=7 %", "120-130 mm[Hg]", "in paid employment"."""
    return f"{found.comparator}{found.value} {found.unit or ''}".strip() if found.value else ""


def _typed(element: Element) -> bool:
    text = one(element, "text")
    return text is not None and one(text, "reference") is None


def order(element: Element, sheet: Sheet) -> None:
    """A planned act, procedure, observation, supply or vaccine: an order, or what is to be ordered."""
    coded = _ordered(element, sheet)
    if not coded.words:
        sheet.reject(element, "a planned activity that does not say what is planned")
        return
    mood = attribute(element, "moodCode")
    words = sheet.text(element, "text") if _typed(element) else ""
    values = [quantity.observed(each, sheet.ids).value or "" for each in every(element, "value")]
    priorities = [
        sheet.concept(each, "value").words for each in sheet.parts(element, t.PRIORITY, code="225773000")
    ]
    sheet.add(
        element,
        "ServiceRequest",
        codes=coded.codes,
        text=coded.text,
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=ORDER_STATUSES.get(attribute(one(element, "statusCode"), "code")),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            intent=INTENTS.get(mood, "plan"),
            priority=join([sheet.concept(element, "priorityCode").words, *priorities]),
            reason=reasons(element, sheet),
            prescriber=sheet.author(element),
            participants=people.performers(element, sheet.known),
            body_site=join(sheet.concept(each).words for each in every(element, "targetSiteCode")),
            note=join(
                [
                    words if words != coded.words else "",
                    *values,
                    *_instructed(element, sheet),
                    sheet.comments(element),
                ]
            ),
        ),
    )


def _ordered(element: Element, sheet: Sheet) -> Concept:
    """What is planned: its code, else its product, else its words."""
    coded = sheet.concept(element, "code")
    if coded.words:
        return coded
    product = substance(element, sheet)
    if product.words:
        return product
    material = one(element, "product", "manufacturedProduct", "manufacturedMaterial")
    return Concept(text=said(one(material, "name")) or sheet.text(element, "text"))


def _instructed(element: Element, sheet: Sheet) -> list[str]:
    acts = sheet.parts(element, t.INSTRUCTION)
    return [sheet.text(act, "text") or sheet.concept(act, "code").words for act in acts]


def appointment(element: Element, sheet: Sheet) -> None:
    """A planned visit; `due` is the day on which it starts."""
    coded = sheet.concept(element, "code")
    held = sheet.period(one(element, "effectiveTime"))
    sheet.add(
        element,
        "Appointment",
        codes=coded.codes,
        text=coded.text or ("" if coded.codes else sheet.text(element, "text") or "planned visit"),
        effective=held,
        recorded=sheet.recorded(element),
        status=VISIT_STATUSES.get(attribute(one(element, "statusCode"), "code"), "proposed"),
        detail=detail(
            due=held.start.day.isoformat() if held.start else "",
            participants=join([people.performers(element, sheet.known), people.place_name(element)]),
            reason=reasons(element, sheet),
            author=sheet.author(element),
            place=people.place_name(element),
            note=join([*_instructed(element, sheet), sheet.comments(element)]),
        ),
    )


def intervention(element: Element, sheet: Sheet) -> None:
    """An intervention act: what it holds is read by itself; its own words are an activity where it holds nothing."""
    if any(True for _ in _own_statements(element)):
        sheet.used.add(element)
        return
    words = sheet.text(element, "text") or sheet.concept(element, "code").text
    if not words:
        sheet.reject(element, "an intervention that says nothing")
        return
    sheet.add(
        element,
        "ServiceRequest" if t.PLANNED_INTERVENTION in templates(element) else "Procedure",
        text=words,
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=ORDER_STATUSES.get(attribute(one(element, "statusCode"), "code")),
        detail=detail(author=sheet.author(element)),
    )


def _own_statements(element: Element) -> list[Element]:
    """The statements of an act that do more than point at an entry elsewhere."""
    return [inner for inner in inside(element) if t.ENTRY_REFERENCE not in templates(inner)]


def advice(element: Element, sheet: Sheet) -> None:
    """An instruction that stands by itself: what was taught or is advised, in the source's words."""
    coded = sheet.concept(element, "code")
    words = sheet.text(element, "text")
    if not (coded.words or words):
        sheet.reject(element, "an instruction that says nothing")
        return
    sheet.add(
        element,
        "ServiceRequest",
        codes=coded.codes,
        text=coded.text or ("" if coded.codes else words),
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status=ORDER_STATUSES.get(attribute(one(element, "statusCode"), "code")),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            intent="plan",
            author=sheet.author(element),
            note=join([words if words != coded.text else "", sheet.comments(element)]),
        ),
    )


def handoff(element: Element, sheet: Sheet) -> None:
    """A communication about the patient that took or takes place, with whom."""
    coded = sheet.concept(element, "code")
    talked = [
        people.called(one(each, "participantRole"), sheet.known) for each in every(element, "participant")
    ]
    sheet.add(
        element,
        "Task",
        codes=coded.codes,
        text=coded.words or "communication",
        effective=sheet.period(one(element, "effectiveTime")),
        recorded=sheet.recorded(element),
        status={"completed": "completed", "active": "in-progress"}.get(
            attribute(one(element, "statusCode"), "code")
        ),
        detail=detail(author=sheet.author(element), participants=join(talked), note=sheet.comments(element)),
    )
