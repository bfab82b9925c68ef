"""How a drug is to be taken: dose, route, frequency (PIVL, EIVL), as needed, and the words of the prescriber.

Source   HL7 v3 Datatypes R1, GTS; C-CDA R2.1, Medication Activity: the first effectiveTime is the period, others are
         the frequency; C-CDA on FHIR, Medications (2024)
"""

from collections.abc import Iterator
from fractions import Fraction

from careloom.care.entry import Dosage, Period
from careloom.connect.ccda import quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import join
from careloom.connect.ccda.element import Element, attribute, every, name, one, type_of
from careloom.connect.ccda.sheet import Sheet, inside
from careloom.connect.often import MOMENTS, often

FREE_TEXT_SIG = "76662-6"
# How many of a smaller unit a larger one has: "3 times a day" is a period of 8 hours or of a third of a day.
IN_A_DAY = {"h": 24, "min": 1440}


def period(element: Element, sheet: Sheet) -> Period:
    """From when to when: the effectiveTimes that are no frequency."""
    found = Period()
    for time in every(element, "effectiveTime"):
        if not is_frequency(time):
            held = sheet.period(time)
            found = Period(found.start or held.start, found.end or held.end)
    return found


def is_frequency(time: Element) -> bool:
    """Whether an effectiveTime says how often and not from when."""
    if type_of(time) in ("PIVL_TS", "EIVL_TS", "PIVL", "EIVL"):
        return True
    return one(time, "period") is not None or one(time, "event") is not None


def dosage(element: Element, sheet: Sheet) -> Dosage | None:
    """The dosage of a substanceAdministration, with the parts of a taper or a tablet-wise schedule joined."""
    parts = [element, *_steps(element, sheet)]
    found = Dosage(
        text=join([_sig(element, sheet), *_instructions(element, sheet)]),
        dose=join(dose(part, sheet) for part in parts),
        route=join(sheet.concept(part, "routeCode").words for part in parts),
        frequency=join(frequency(part, sheet) for part in parts),
    )
    return found if found != Dosage() else None


def _steps(element: Element, sheet: Sheet) -> Iterator[Element]:
    """The administrations inside one that only continue it: the same drug, another dose or time."""
    for inner in inside(element):
        if (
            name(inner) == "substanceAdministration"
            and attribute(inner.getparent(), "typeCode") == "COMP"
            and attribute(one(inner, "code"), "code") != FREE_TEXT_SIG
        ):
            sheet.used.add(inner)
            yield inner


def _sig(element: Element, sheet: Sheet) -> str:
    """The prescriber's own words: a free text sig, else the text of the activity where it is typed there."""
    sigs = [sheet.text(each, "text") for each in sheet.parts(element, t.SIG, code=FREE_TEXT_SIG)]
    return join(sigs) or (sheet.text(element, "text") if _typed(element) else "")


def _typed(element: Element) -> bool:
    """Whether the text of an activity is typed there and does not point at its row in the narrative."""
    text = one(element, "text")
    return text is not None and one(text, "reference") is None


def _instructions(element: Element, sheet: Sheet) -> list[str]:
    acts = sheet.parts(element, t.INSTRUCTION, "2.16.840.1.113883.10.20.22.4.206")
    return [sheet.text(act, "text") or sheet.concept(act, "code").words for act in acts]


def dose(element: Element, sheet: Sheet) -> str:
    """The dose of one administration, and its rate. A bare number is counted in the unit of administration ("1 tablet")."""
    given = quantity.amount(one(element, "doseQuantity"))
    if quantity.NUMBER.fullmatch(given):
        given = f"{given} {sheet.concept(element, 'administrationUnitCode').words.lower()}".strip()
    rate = quantity.amount(one(element, "rateQuantity"))
    return f"{given} at {rate}" if given and rate else given or rate


def frequency(element: Element, sheet: Sheet) -> str:
    """How often, in words, with "as needed" and what for where it says so."""
    said = " ".join(part for part in (_often(time) for time in every(element, "effectiveTime")) if part)
    conditions = list(every(element, "precondition"))
    if not conditions:
        return said
    reasons = [
        sheet.concept(criterion, "value").words or sheet.text(criterion, "text")
        for condition in conditions
        for criterion in every(condition, "criterion")
    ]
    reason = join(reasons)
    return f"{said} as needed for {reason}".strip() if reason else f"{said} as needed".strip()


def _often(time: Element) -> str:
    if not is_frequency(time):
        return ""
    event = one(time, "event")
    if event is not None:
        code = attribute(event, "code")
        return MOMENTS.get(code, code)
    return _periodic(time, one(time, "period"))


def _periodic(time: Element, every_: Element | None) -> str:
    """ "every 8 hours", "every 4 to 6 hours"; "three times daily" where the institution chooses the hours."""
    low, high = one(every_, "low"), one(every_, "high")
    number = quantity.digits(every_) or quantity.digits(low)
    unit = attribute(every_, "unit") or attribute(low, "unit") or attribute(high, "unit")
    longest = quantity.digits(high) if high is not None else ""
    number = _without_idle(number)
    if not number and longest:
        return often(_without_idle(longest), unit)
    if not longest and (
        times := _times(number, unit, institution=attribute(time, "institutionSpecified") == "true")
    ):
        return often("1", "d", times=times)
    return often(number, unit, longest=_without_idle(longest) if longest != number else "")


def _times(number: str, unit: str, *, institution: bool) -> str:
    """How many times a day a period comes, where that is meant: "" where it is an interval."""
    if not number:
        return ""
    length = Fraction(number)
    if unit == "d" and 0 < length < 1:
        length, unit = length * 24, "h"
        institution = True
    if not institution or unit not in IN_A_DAY or length <= 0:
        return ""
    times = IN_A_DAY[unit] / length
    # "0.33 d" is meant as a third of a day.
    return str(round(times)) if round(times) >= 1 and abs(times - round(times)) < Fraction(1, 20) else ""


def _without_idle(number: str) -> str:
    """A count without idle decimals ("1.0" is "1")."""
    return number.rstrip("0").rstrip(".") if "." in number and "e" not in number.lower() else number
