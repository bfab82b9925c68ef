"""Observations: results and their reports, vital signs, social history, functional and mental status, outcomes."""

from careloom.care.entry import LOINC, Code, Component, Entry, Period
from careloom.connect.ccda import people, quantity
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.concept import ABSENT, Concept, all_codes, detail, join
from careloom.connect.ccda.element import Element, attribute, every, name, one, templates
from careloom.connect.ccda.quantity import Value
from careloom.connect.ccda.sheet import Sheet, inside

LABORATORY, VITAL, SOCIAL = "laboratory", "vital-signs", "social-history"
SURVEY, FUNCTION, COGNITION, IMAGING = "survey", "functional-status", "cognitive-status", "imaging"
PROCEDURE, EXAM = "procedure", "exam"
# What an observation is, by its template.
CATEGORIES = {
    t.RESULT: LABORATORY,
    t.VITAL: VITAL,
    t.SMOKING: SOCIAL,
    t.TOBACCO: SOCIAL,
    t.SOCIAL: SOCIAL,
    t.HOME: SOCIAL,
    t.CULTURE: SOCIAL,
    t.CAREGIVER: SOCIAL,
    t.BIRTH_SEX: SOCIAL,
    t.PREGNANCY: SOCIAL,
    t.SCALE: SURVEY,
    t.FUNCTION: FUNCTION,
    t.COGNITION: COGNITION,
    t.WOUND: EXAM,
    t.ULCER: EXAM,
    t.PROCEDURE_OBSERVATION: PROCEDURE,
}
# And by the section that it stands in.
BY_SECTION = {
    "results": LABORATORY,
    "vital signs": VITAL,
    "social history": SOCIAL,
    "functional status": FUNCTION,
    "mental status": COGNITION,
    "physical exam": EXAM,
    "procedures": PROCEDURE,
}
# C-CDA on FHIR, CF-ResultStatus and CF-ResultReportStatus.
STATUSES = {
    "completed": "final",
    "active": "registered",
    "held": "registered",
    "suspended": "registered",
    "new": "registered",
    "aborted": "cancelled",
    "cancelled": "cancelled",
    "nullified": "entered-in-error",
}
ASSERTION = "ASSERTION"
# What an assertion asserts, by its template (C-CDA on FHIR, Social History; C-CDA R1.1, Smoking Status).
ASSERTED = {
    t.PREGNANCY: Code(LOINC, "82810-3", "Pregnancy status"),
    t.SMOKING: Code(LOINC, "72166-2", "Tobacco smoking status"),
    t.TOBACCO: Code(LOINC, "11367-0", "History of tobacco use"),
}
DELIVERY_DATE = "11778-8"
# What a group of vital signs is in FHIR (C-CDA on FHIR, Vital Signs).
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
BLOOD_PRESSURE = Code(LOINC, "85354-9", "Blood pressure panel")
PANEL = Code(LOINC, "85353-1", "Vital signs panel")


def observation(element: Element, sheet: Sheet) -> Entry | None:
    """One observation with its own digits, unit, comparator, range and interpretation."""
    coded = named(element, sheet)
    normal, unit_of_range = quantity.reference_range(element, sheet.ids)
    found = _values(element, sheet, unit_of_range)
    if not coded.words:
        if not found.value:
            sheet.reject(element, "an observation that says neither what nor which value")
            return None
        coded = Concept(text=sheet.text(element, "text") or found.value)
    return sheet.add(
        element,
        "Observation",
        codes=coded.codes,
        text=coded.text,
        category=_categories(element, sheet),
        value=found.value,
        unit=found.unit,
        comparator=found.comparator,
        value_codes=found.codes,
        interpretation=join(_interpretations(element, sheet)) or None,
        range=normal,
        components=_parts(element, sheet),
        effective=_effective(element, sheet),
        recorded=sheet.recorded(element),
        status=STATUSES.get(
            attribute(one(element, "statusCode"), "code"), "final" if _is_event(element) else None
        ),
        negated=attribute(element, "negationInd") == "true",
        detail=detail(
            absent=found.absent,
            body_site=join(sheet.concept(each).words for each in every(element, "targetSiteCode")),
            author=people.performers(element, sheet.known) or sheet.author(element),
            note=join([_words_beside(element, sheet, coded, found), sheet.comments(element)]),
        ),
    )


def named(element: Element, sheet: Sheet) -> Concept:
    """What is observed: its code; an assertion takes the code of what it asserts."""
    coded = sheet.concept(element, "code")
    if coded.first == ASSERTION or not coded.words:
        for root in templates(element):
            if root in ASSERTED:
                return Concept((ASSERTED[root],))
    if coded.first == ASSERTION:
        return Concept(coded.codes[1:], coded.text)
    return coded


def _is_event(element: Element) -> bool:
    return attribute(element, "moodCode") in ("EVN", "")


def _values(element: Element, sheet: Sheet, unit_of_range: str) -> Value:
    """The value; where there are several, all their words and codes."""
    found = [quantity.observed(each, sheet.ids, unit_of_range) for each in every(element, "value")]
    if len(found) == 1:
        return found[0]
    if not found:
        absent = ABSENT.get(attribute(element, "nullFlavor"), "")
        return Value(absent=absent)
    words = join(f"{each.comparator}{each.value} {each.unit or ''}".strip() for each in found if each.value)
    codes = all_codes(Concept(each.codes) for each in found)
    return Value(words or None, codes=codes, absent="" if words else join(each.absent for each in found))


def _categories(element: Element, sheet: Sheet) -> tuple[str, ...]:
    """FHIR's category: by the template, else by the section."""
    own = next((CATEGORIES[root] for root in templates(element) if root in CATEGORIES), "")
    found = own or BY_SECTION.get(sheet.section.name, "")
    stated = [code.code for each in every(element, "sdtc:category") for code in sheet.concept(each).codes]
    return tuple(dict.fromkeys([*([found] if found else []), *stated]))


def _interpretations(element: Element, sheet: Sheet) -> list[str]:
    """Interpretation codes ("H", "LL"), their words where there is no code."""
    found = [sheet.concept(each) for each in every(element, "interpretationCode")]
    return [each.first or each.text for each in found]


def _effective(element: Element, sheet: Sheet) -> Period:
    """When; an interval whose ends are one instant is that instant."""
    held = sheet.period(one(element, "effectiveTime"))
    if held.start and held.end and held.start.text == held.end.text:
        return Period(held.start)
    return held


def _words_beside(element: Element, sheet: Sheet, coded: Concept, found: Value) -> str:
    """The text typed at an observation, where neither its name nor its value says it."""
    text = one(element, "text")
    if text is None or one(text, "reference") is not None:
        return ""
    words = sheet.text(text)
    return "" if words in (coded.text, found.value) or not found.value else words


def _parts(element: Element, sheet: Sheet) -> tuple[Component, ...]:
    """The answers of an assessment scale and the expected date of a delivery."""
    found = sheet.parts(element, t.SCALE_PART, t.DELIVERY, code=DELIVERY_DATE)
    return tuple(component(inner, sheet) for inner in found)


def component(element: Element, sheet: Sheet) -> Component:
    """One part of a compound observation, its comparator before the digits."""
    coded = sheet.concept(element, "code")
    value = _values(element, sheet, "")
    return Component(
        codes=coded.codes,
        text=coded.words,
        value=f"{value.comparator}{value.value}" if value.value is not None else None,
        unit=value.unit,
        value_codes=value.codes,
        interpretation=join(_interpretations(element, sheet)) or None,
    )


def report(element: Element, sheet: Sheet) -> None:
    """A result organizer: its report. Its results are entries of their own, and its references."""
    coded = sheet.concept(element, "code")
    specimens = [
        _specimen(each, sheet)
        for each in (element, *_observations(element))
        for each in every(each, "specimen")
    ]
    note = join([f"specimen: {words}" for words in dict.fromkeys(specimens) if words])
    if not coded.words:
        if not any(True for _ in inside(element)):
            sheet.reject(element, "a report without a name and without results")
            return
        coded = Concept(text=sheet.text(element, "text") or "Results")
    collected = sheet.parts(element, "2.16.840.1.113883.10.20.22.4.415", code="17636008")
    sheet.add(
        element,
        "DiagnosticReport",
        codes=coded.codes,
        text=coded.text,
        category=_report_categories(element, sheet),
        effective=_report_time(element, sheet),
        recorded=sheet.recorded(element),
        status=STATUSES.get(attribute(one(element, "statusCode"), "code")),
        detail=detail(
            author=people.performers(element, sheet.known) or sheet.author(element),
            body_site=join(sheet.concept(each, "targetSiteCode").words for each in collected),
            note=join([note, sheet.comments(element)]),
        ),
    )


def _observations(element: Element) -> list[Element]:
    return [inner for inner in inside(element) if name(inner) == "observation"]


def _specimen(element: Element, sheet: Sheet) -> str:
    entity = one(element, "specimenRole", "specimenPlayingEntity")
    return sheet.concept(entity, "code").words or sheet.text(entity, "name")


def _report_categories(element: Element, sheet: Sheet) -> tuple[str, ...]:
    stated = [code.code for each in every(element, "sdtc:category") for code in sheet.concept(each).codes]
    return tuple(dict.fromkeys(stated)) or ("LAB",)


def _report_time(element: Element, sheet: Sheet) -> Period:
    """When: the organizer's own time, else from the first of its results to the last."""
    held = _effective(element, sheet)
    if held != Period():
        return held
    starts = [
        time for inner in _observations(element) if (time := sheet.period(one(inner, "effectiveTime")).start)
    ]
    if not starts:
        return Period()
    starts.sort(key=lambda time: time.earliest)
    return Period(starts[0], starts[-1] if starts[-1] != starts[0] else None)


def group(element: Element, sheet: Sheet) -> None:
    """An organizer that only holds its members together: they are entries of their own."""
    sheet.used.add(element)


def vitals(element: Element, sheet: Sheet) -> None:
    """A vital signs organizer: the panel of its measurements, which are entries of their own.

    One systolic and one diastolic pressure of the same time are one blood pressure.
    """
    coded = sheet.concept(element, "code")
    pressure = _blood_pressure(element, sheet)
    sheet.add(
        element,
        "Observation",
        codes=tuple(dict.fromkeys((PANEL, *coded.codes))),
        text=coded.text,
        category=(VITAL,),
        effective=_report_time(element, sheet),
        recorded=sheet.recorded(element),
        status=STATUSES.get(attribute(one(element, "statusCode"), "code")),
        references=(pressure.id,) if pressure else (),
        detail=detail(author=people.performers(element, sheet.known) or sheet.author(element)),
    )


def _blood_pressure(element: Element, sheet: Sheet) -> Entry | None:
    """One entry for the two pressures, at the place of the systolic one; several pairs stay as they are."""
    found = {
        code: [each for each in _observations(element) if _is_coded(each, code, sheet)]
        for code in (SYSTOLIC, DIASTOLIC)
    }
    if [len(each) for each in found.values()] != [1, 1]:
        return None
    systolic, diastolic = found[SYSTOLIC][0], found[DIASTOLIC][0]
    held = _effective(systolic, sheet)
    if held != _effective(diastolic, sheet) or any(
        attribute(each, "negationInd") == "true" for each in (systolic, diastolic)
    ):
        return None
    return sheet.add(
        systolic,
        "Observation",
        diastolic,
        codes=(BLOOD_PRESSURE,),
        category=(VITAL,),
        interpretation=join(flag for each in (systolic, diastolic) for flag in _interpretations(each, sheet))
        or None,
        components=(component(systolic, sheet), component(diastolic, sheet)),
        effective=held,
        recorded=sheet.recorded(systolic, diastolic),
        status=STATUSES.get(attribute(one(systolic, "statusCode"), "code"), "final"),
        detail=detail(
            body_site=join(sheet.concept(each).words for each in every(systolic, "targetSiteCode")),
            author=people.performers(systolic, sheet.known) or sheet.author(systolic),
            note=join([sheet.comments(systolic), sheet.comments(diastolic)]),
        ),
    )


def _is_coded(element: Element, code: str, sheet: Sheet) -> bool:
    return sheet.concept(element, "code").has((LOINC, code))
