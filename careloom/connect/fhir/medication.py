"""Drugs: MedicationRequest, MedicationStatement, MedicationAdministration, MedicationDispense, Medication."""

from typing import TypeAlias

from msgspec import field

from careloom.care.entry import Code, Dosage, Entry, Period
from careloom.connect.fhir import measured
from careloom.connect.fhir.datatypes import (
    Annotation,
    Concept,
    DosageInstruction,
    Dose,
    Number,
    Quantity,
    Ratio,
    Reference,
    Resource,
    Wire,
    WirePeriod,
)
from careloom.connect.fhir.meaning import reasons, references, texts
from careloom.connect.fhir.people import everyone, practice, who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.timing import dosage, dose
from careloom.connect.fhir.words import all_codes, amount, categories, codes, digits, join, notes, words
from careloom.errors import InputError, UnknownReference

Drug: TypeAlias = tuple[tuple[Code, ...], str]


class Ingredient(Wire):
    """Medication.ingredient."""

    item_codeable_concept: Concept | None = None
    strength: Ratio | None = None


class Medication(Resource, tag="Medication"):
    """A drug, referred to by the others."""

    code: Concept | None = None
    ingredient: list[Ingredient] = []


class Drugged(Resource):
    """What the four that name a drug have in common."""

    status: str | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    category: list[Concept] | Concept | None = None
    subject: Reference | None = None
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    note: list[Annotation] = []


class DispenseRequest(Wire):
    """MedicationRequest.dispenseRequest."""

    number_of_repeats_allowed: Number = None
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None
    validity_period: WirePeriod | None = None


class MedicationRequest(Drugged, tag="MedicationRequest"):
    """An order for a drug."""

    intent: str | None = None
    do_not_perform: bool | None = None
    encounter: Reference | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    reported_boolean: bool | None = None
    status_reason: Concept | None = None
    based_on: list[Reference] = []
    dosage_instruction: list[DosageInstruction] = []
    dispense_request: DispenseRequest | None = None


class MedicationStatement(Drugged, tag="MedicationStatement"):
    """What somebody says is taken."""

    context: Reference | None = None
    effective_date_time: str | None = None
    effective_period: WirePeriod | None = None
    date_asserted: str | None = None
    information_source: Reference | None = None
    status_reason: list[Concept] = []
    based_on: list[Reference] = []
    derived_from: list[Reference] = []
    dosage: list[DosageInstruction] = []


class GivenDose(Wire):
    """MedicationAdministration.dosage."""

    text: str | None = None
    route: Concept | None = None
    dose: Quantity | None = None
    rate_quantity: Quantity | None = None
    rate_ratio: Ratio | None = None


class Performer(Wire):
    """Who did it."""

    actor: Reference | None = None


class MedicationAdministration(Drugged, tag="MedicationAdministration"):
    """A dose that was given."""

    context: Reference | None = None
    effective_date_time: str | None = None
    effective_period: WirePeriod | None = None
    performer: list[Performer] = []
    request: Reference | None = None
    status_reason: list[Concept] = []
    dosage: GivenDose | None = None


class MedicationDispense(Drugged, tag="MedicationDispense"):
    """A drug that was handed out."""

    context: Reference | None = None
    performer: list[Performer] = []
    location: Reference | None = None
    authorizing_prescription: list[Reference] = []
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: list[DosageInstruction] = []
    status_reason_codeable_concept: Concept | None = field(name="statusReasonCodeableConcept", default=None)


def drug(it: Drugged, at: Place) -> Drug:
    """Codes and words of the drug: its own, or those of the Medication that it refers to.

    Raises InputError where it names none.
    """
    concept = it.medication_codeable_concept
    found = at.follow(it.medication_reference) if concept is None else None
    if isinstance(found, Medication):
        if found.code is not None and words(found.code):
            concept = found.code
        else:
            parts = [one.item_codeable_concept for one in found.ingredient]
            if said := join(words(one) for one in parts):
                return all_codes(parts), said
    if concept is not None and words(concept):
        return codes(concept), concept.text or ""
    reference = it.medication_reference or Reference()
    if not reference.display:
        sender = at.links.sender
        if reference.reference and sender.known:
            raise UnknownReference("names a drug that nobody has sent yet", at.path("medication[x]"))
        raise InputError("names no drug", at.path("medication[x]"))
    return (), reference.display


def request(it: MedicationRequest, at: Place) -> Entry:
    """An order. doNotPerform is negated; a report of somebody else's order keeps its intent."""
    named, text = drug(it, at)
    ordered = it.dispense_request or DispenseRequest()
    written = at.when(it.authored_on, "authoredOn")
    return Entry(
        id=at.id,
        kind="MedicationRequest",
        source=at.source,
        codes=named,
        text=text,
        category=_categories(it),
        dosage=dosage(it.dosage_instruction),
        effective=_bounds(it.dosage_instruction, "dosageInstruction", at) or Period(written),
        recorded=written,
        status=it.status,
        negated=bool(it.do_not_perform),
        detail=texts(
            intent=it.intent,
            reason=reasons(it.reason_code, it.reason_reference, at),
            quantity=amount(ordered.quantity),
            days_supply=_days(ordered.expected_supply_duration),
            refills=digits(ordered.number_of_repeats_allowed),
            prescriber=who(it.requester, at),
            practice=practice(it.requester, at),
            note=join([words(it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.encounter, *references(it.based_on, it.reason_reference)),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            reason=measured.coded(*it.reason_code, it.status_reason),
            reason_refs=measured.ids(*it.reason_reference),
            supply=measured.number(ordered.expected_supply_duration),
            quantity=measured.number(ordered.quantity),
            valid=[ordered.validity_period.start or ""] if ordered.validity_period else (),
            **measured.taking(it.dosage_instruction),
        ),
    )


def statement(it: MedicationStatement, at: Place) -> Entry:
    """What somebody says is taken; "not-taken" is negated."""
    named, text = drug(it, at)
    return Entry(
        id=at.id,
        kind="MedicationStatement",
        source=at.source,
        codes=named,
        text=text,
        category=_categories(it),
        dosage=dosage(it.dosage),
        effective=at.at(it.effective_date_time, it.effective_period, "effective"),
        recorded=at.when(it.date_asserted, "dateAsserted"),
        status=it.status,
        negated=it.status == "not-taken",
        detail=texts(
            reason=reasons(it.reason_code, it.reason_reference, at),
            author=who(it.information_source, at),
            note=join([*(words(one) for one in it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.context, *references(it.based_on, it.derived_from, it.reason_reference)),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.context),
            reason=measured.coded(*it.reason_code, *it.status_reason),
            period=measured.spans(it.effective_period),
        ),
    )


def administration(it: MedicationAdministration, at: Place) -> Entry:
    """A dose that was given; "not-done" is negated."""
    named, text = drug(it, at)
    given = it.dosage or GivenDose()
    said = Dosage(
        text=given.text or "",
        dose=dose(Dose(given.dose, None, given.rate_quantity, None, given.rate_ratio)),
        route=words(given.route),
    )
    return Entry(
        id=at.id,
        kind="MedicationAdministration",
        source=at.source,
        codes=named,
        text=text,
        category=_categories(it),
        dosage=said if said != Dosage() else None,
        effective=at.at(it.effective_date_time, it.effective_period, "effective"),
        status=it.status,
        negated=it.status == "not-done",
        detail=texts(
            reason=reasons(it.reason_code, it.reason_reference, at),
            author=everyone([one.actor for one in it.performer if one.actor], at),
            note=join([*(words(one) for one in it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.context, it.request, *it.reason_reference),
    )


def dispense(it: MedicationDispense, at: Place) -> Entry:
    """A fill: when it was handed over (else prepared), how much, for how many days."""
    named, text = drug(it, at)
    handed = at.when(it.when_handed_over, "whenHandedOver")
    prepared = at.when(it.when_prepared, "whenPrepared")
    return Entry(
        id=at.id,
        kind="MedicationDispense",
        source=at.source,
        codes=named,
        text=text,
        category=_categories(it),
        dosage=dosage(it.dosage_instruction),
        effective=Period(handed or prepared),
        recorded=prepared,
        status=it.status,
        detail=texts(
            quantity=amount(it.quantity),
            days_supply=_days(it.days_supply),
            pharmacy=who(it.location, at) or everyone([one.actor for one in it.performer if one.actor], at),
            note=join([words(it.status_reason_codeable_concept), notes(it.note)]),
        ),
        references=at.to(it.context, *it.authorizing_prescription),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.context),
            reason=measured.coded(it.status_reason_codeable_concept),
            supply=measured.number(it.days_supply),
            quantity=measured.number(it.quantity),
            **measured.taking(it.dosage_instruction),
        ),
    )


def _categories(it: Drugged) -> tuple[str, ...]:
    if it.category is None:
        return ()
    return categories([it.category] if isinstance(it.category, Concept) else it.category)


def _bounds(instructions: list[DosageInstruction], name: str, at: Place) -> Period | None:
    for number, one in enumerate(instructions):
        repeat = one.timing.repeat if one.timing else None
        if repeat is not None and repeat.bounds_period is not None:
            return at.period(repeat.bounds_period, f"{name}[{number}].timing.repeat.boundsPeriod")
    return None


def _days(supply: Quantity | None) -> str | None:
    """Whole days of supply; None where the unit is something else."""
    if supply is None:
        return None
    named = (supply.code or supply.unit or "d").lower()
    return digits(supply.value) if named in ("d", "day", "days") else None
