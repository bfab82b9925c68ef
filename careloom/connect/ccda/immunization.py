"""Vaccines that were given, and that were not."""

from careloom.care.entry import Period
from careloom.connect.ccda import people, quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import detail, join
from careloom.connect.ccda.dosage import period
from careloom.connect.ccda.element import Element, attribute, one
from careloom.connect.ccda.medication import substance
from careloom.connect.ccda.sheet import Sheet, inside

# C-CDA on FHIR, CF-ImmunizationStatus.
STATUSES = {"completed": "completed", "nullified": "entered-in-error", "active": "completed"}
NOT_DONE = "not-done"


def immunization(element: Element, sheet: Sheet) -> None:
    """A vaccine: one that was refused or not given is negated, with the reason in the note."""
    vaccine = substance(element, sheet)
    if not vaccine.words:
        sheet.reject(element, "an immunization that names no vaccine")
        return
    denied = attribute(element, "negationInd") == "true"
    code = attribute(one(element, "statusCode"), "code")
    status = NOT_DONE if denied else STATUSES.get(code, NOT_DONE if code else None)
    refusals = sheet.parts(element, t.REFUSAL)
    reactions = sheet.parts(element, t.REACTION)
    for each in reactions:
        sheet.used.update(inside(each))
    reasons = sheet.parts(element, t.INDICATION)
    given = period(element, sheet)
    sheet.add(
        element,
        "Immunization",
        codes=vaccine.codes,
        text=vaccine.text,
        effective=Period(given.start or given.end),
        recorded=sheet.recorded(element),
        status=status,
        negated=status == NOT_DONE,
        detail=detail(
            quantity=quantity.amount(one(element, "doseQuantity")),
            reason=join(sheet.concept(each, "value").words for each in reasons),
            author=people.performers(element, sheet.known) or sheet.author(element),
            note=join(
                [
                    *(sheet.concept(each, "code").words for each in refusals),
                    *(f"reaction: {sheet.concept(each, 'value').words}" for each in reactions),
                    *_instructions(element, sheet),
                    sheet.comments(element),
                ]
            ),
        ),
    )


def _instructions(element: Element, sheet: Sheet) -> list[str]:
    acts = sheet.parts(element, t.INSTRUCTION)
    return [sheet.text(act, "text") or sheet.concept(act, "code").words for act in acts]
