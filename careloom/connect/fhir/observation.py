"""Observations: results, vital signs, survey answers, reports and specimens."""

from careloom.care.entry import Component, Entry, Period
from careloom.connect.fhir import measured
from careloom.connect.fhir.attachment import inline
from careloom.connect.fhir.datatypes import (
    Annotation,
    Attachment,
    Concept,
    Extension,
    Number,
    Quantity,
    Ratio,
    Reference,
    Resource,
    Timing,
    Wire,
    WirePeriod,
    WireRange,
)
from careloom.connect.fhir.meaning import references, required, texts
from careloom.connect.fhir.people import everyone
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import (
    absent,
    all_codes,
    bounds,
    categories,
    codes,
    digits,
    first_code,
    join,
    notes,
    ratio,
    unit,
    words,
)
from careloom.connect.typed import Figure, figure


class ReferenceRange(Wire):
    """Observation.referenceRange."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: Concept | None = None
    text: str | None = None


class Value(Wire):
    """Observation.value[x], of an observation or of one of its components."""

    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Number = None
    value_range: WireRange | None = None
    value_ratio: Ratio | None = None
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: WirePeriod | None = None
    data_absent_reason: Concept | None = None
    interpretation: list[Concept] = []
    reference_range: list[ReferenceRange] = []


class ObservationPart(Value):
    """Observation.component."""

    code: Concept | None = None


class Observation(Resource, tag="Observation"):
    """Something that was measured, seen, asked or computed."""

    status: str | None = None
    category: list[Concept] = []
    code: Concept | None = None
    subject: Reference | None = None
    focus: list[Reference] = []
    encounter: Reference | None = None
    effective_date_time: str | None = None
    effective_period: WirePeriod | None = None
    effective_instant: str | None = None
    effective_timing: Timing | None = None
    issued: str | None = None
    performer: list[Reference] = []
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Number = None
    value_range: WireRange | None = None
    value_ratio: Ratio | None = None
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: WirePeriod | None = None
    data_absent_reason: Concept | None = None
    interpretation: list[Concept] = []
    note: list[Annotation] = []
    body_site: Concept | None = None
    specimen: Reference | None = None
    based_on: list[Reference] = []
    reference_range: list[ReferenceRange] = []
    has_member: list[Reference] = []
    derived_from: list[Reference] = []
    component: list[ObservationPart] = []
    extension: list[Extension] = []


class DiagnosticReport(Resource, tag="DiagnosticReport"):
    """A report over results, with its conclusion."""

    status: str | None = None
    category: list[Concept] = []
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    effective_date_time: str | None = None
    effective_period: WirePeriod | None = None
    issued: str | None = None
    performer: list[Reference] = []
    results_interpreter: list[Reference] = []
    based_on: list[Reference] = []
    specimen: list[Reference] = []
    result: list[Reference] = []
    conclusion: str | None = None
    conclusion_code: list[Concept] = []
    presented_form: list[Attachment] = []


class Collection(Wire):
    """Specimen.collection."""

    collected_date_time: str | None = None
    collected_period: WirePeriod | None = None
    body_site: Concept | None = None


class Specimen(Resource, tag="Specimen"):
    """What a result was measured in."""

    status: str | None = None
    type: Concept | None = None
    subject: Reference | None = None
    received_time: str | None = None
    collection: Collection | None = None
    condition: list[Concept] = []
    note: list[Annotation] = []


def observation(it: Observation, at: Place) -> Entry:
    """One result with its own digits, unit, comparator, range and interpretation; parts as components."""
    coded = required(it.code, "code", at)
    effective = at.at(it.effective_date_time, it.effective_period, "effective")
    if it.effective_instant:
        effective = Period(at.when(it.effective_instant, "effectiveInstant"))
    elif it.effective_timing is not None and it.effective_timing.event:
        effective = Period(at.when(it.effective_timing.event[0], "effectiveTiming.event[0]"))
    normal = it.reference_range[0] if it.reference_range else None
    detail: dict[str, str] = {}
    missing = why_absent(it.data_absent_reason) or absent(it.value_codeable_concept)
    if missing or it.body_site or it.note or it.performer:
        detail = texts(
            absent=missing,
            body_site=words(it.body_site),
            author=everyone(it.performer, at),
            note=notes(it.note),
        )
    return Entry(
        id=at.id,
        kind="Observation",
        source=at.source,
        codes=codes(coded),
        text=coded.text or "",
        category=categories(it.category),
        value=value(it),
        unit=unit_of(it),
        comparator=comparator(it),
        value_codes=codes(it.value_codeable_concept),
        interpretation=interpretation(it.interpretation),
        range=bounds(_as_range(normal), normal.text) if normal else None,
        components=tuple([part(one) for one in it.component]) if it.component else (),
        effective=effective,
        recorded=at.when(it.issued, "issued"),
        status=it.status,
        detail=detail,
        references=at.to(
            it.encounter, it.specimen, *it.based_on, *it.has_member, *it.derived_from, *it.focus
        ),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            reason=measured.not_done_reasons(it.extension) if it.extension else (),
            period=measured.spans(it.effective_period),
            boolean=["boolean"] if it.value_boolean is not None else (),
        ),
    )


def why_absent(reason: Concept | None) -> str:
    """The words of dataAbsentReason."""
    return words(reason) or absent(reason)


def value(it: Observation | ObservationPart) -> str | None:
    """The value in the source's own digits or words; the unit stands apart."""
    if it.value_quantity is not None:
        return digits(it.value_quantity.value)
    if it.value_codeable_concept is not None:
        return words(it.value_codeable_concept) or None
    if it.value_string is not None:
        typed = _typed(it)
        return typed.digits if typed else it.value_string
    if it.value_boolean is not None:
        return "true" if it.value_boolean else "false"
    if it.value_range is not None:
        return _range_digits(it.value_range)
    if it.value_ratio is not None:
        return ratio(it.value_ratio) or None
    if it.value_period is not None:
        return "/".join((it.value_period.start or "", it.value_period.end or ""))
    return digits(it.value_integer) or it.value_time or it.value_date_time


def comparator(it: Observation | ObservationPart) -> str:
    """What stands before the digits: "<", "<=", ">=", ">", or nothing."""
    if it.value_quantity is not None:
        return it.value_quantity.comparator or ""
    typed = _typed(it) if it.value_string is not None else None
    return typed.comparator if typed else ""


def _typed(it: Observation | ObservationPart) -> Figure | None:
    """The figure that a text is; its unit is that of the reference range where the text has none."""
    normal = it.reference_range[0] if isinstance(it, Observation) and it.reference_range else None
    return figure(it.value_string or "", (unit(normal.low or normal.high) if normal else "") or "")


def unit_of(it: Observation | ObservationPart) -> str | None:
    """The unit of a quantity, of a range, or of a figure that was typed as text."""
    if it.value_string is not None and (typed := _typed(it)):
        return typed.unit or None
    if it.value_range is not None:
        return unit(it.value_range.low or it.value_range.high)
    return unit(it.value_quantity)


def interpretation(concepts: list[Concept]) -> str | None:
    """Interpretation codes ("H", "LL"), their words where there is no code."""
    return join(first_code(one) for one in concepts) or None if concepts else None


def part(it: ObservationPart) -> Component:
    """One component, with its comparator before the digits."""
    found = value(it)
    return Component(
        codes=codes(it.code),
        text=words(it.code),
        value=f"{comparator(it)}{found}" if found is not None else None,
        unit=unit_of(it),
        value_codes=codes(it.value_codeable_concept),
        interpretation=interpretation(it.interpretation),
    )


def report(it: DiagnosticReport, at: Place) -> Entry:
    """A report: its conclusion is the value, its results are references, its inline text the note."""
    coded = required(it.code, "code", at)
    form = inline(it.presented_form, "presentedForm", at)
    return Entry(
        id=at.id,
        kind="DiagnosticReport",
        source=at.source,
        codes=codes(coded),
        text=coded.text or "",
        category=categories(it.category),
        value=it.conclusion,
        value_codes=all_codes(it.conclusion_code),
        effective=at.at(it.effective_date_time, it.effective_period, "effective"),
        recorded=at.when(it.issued, "issued"),
        status=it.status,
        detail=texts(
            author=everyone(it.results_interpreter or it.performer, at),
            note=join([form.text, form.unread]) if form else "",
        ),
        references=at.to(it.encounter, *references(it.based_on, it.specimen, it.result)),
    )


def specimen(it: Specimen, at: Place) -> Entry:
    """What was taken, when and from where."""
    taken = it.collection or Collection()
    return Entry(
        id=at.id,
        kind="Specimen",
        source=at.source,
        codes=codes(it.type),
        text=it.type.text or "" if it.type else "",
        effective=at.at(taken.collected_date_time, taken.collected_period, "collection.collected"),
        recorded=at.when(it.received_time, "receivedTime"),
        status=it.status,
        detail=texts(
            body_site=words(taken.body_site),
            note=join([*(words(one) for one in it.condition), notes(it.note)]),
        ),
    )


def _as_range(normal: ReferenceRange) -> WireRange:
    return WireRange(normal.low, normal.high)


def _range_digits(between: WireRange) -> str | None:
    low = digits(between.low.value) if between.low else None
    high = digits(between.high.value) if between.high else None
    if low and high:
        return f"{low}-{high}"
    return f">={low}" if low else f"<={high}" if high else None
