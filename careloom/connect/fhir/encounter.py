"""What happened with the patient: Encounter, Appointment, Procedure, Immunization and Device."""

from msgspec import field

from careloom.care.entry import Entry, Period
from careloom.connect.fhir import measured
from careloom.connect.fhir.datatypes import (
    Annotation,
    Coding,
    Concept,
    Extension,
    Number,
    Quantity,
    Reference,
    Resource,
    Wire,
    WirePeriod,
)
from careloom.connect.fhir.meaning import reasons, references, required, texts
from careloom.connect.fhir.people import everyone, is_place, who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import (
    all_codes,
    amount,
    categories,
    codes,
    coding_words,
    digits,
    join,
    notes,
    words,
)
from careloom.connect.visits import CLASSES


class Participant(Wire):
    """Who takes part, and as what."""

    type: list[Concept] = []
    individual: Reference | None = None
    actor: Reference | None = None
    status: str | None = None


class Hospitalization(Wire):
    """Encounter.hospitalization."""

    discharge_disposition: Concept | None = None


class EncounterDiagnosis(Wire):
    """Encounter.diagnosis."""

    condition: Reference | None = None


class Encounter(Resource, tag="Encounter"):
    """A visit, a stay or a call."""

    status: str | None = None
    class_: Coding | None = field(name="class", default=None)
    type: list[Concept] = []
    priority: Concept | None = None
    subject: Reference | None = None
    participant: list[Participant] = []
    period: WirePeriod | None = None
    length: Quantity | None = None
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    diagnosis: list[EncounterDiagnosis] = []
    hospitalization: Hospitalization | None = None
    service_provider: Reference | None = None


class Appointment(Resource, tag="Appointment"):
    """A visit that is planned. Its subject is the patient among its participants."""

    status: str | None = None
    cancelation_reason: Concept | None = None
    service_type: list[Concept] = []
    specialty: list[Concept] = []
    appointment_type: Concept | None = None
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    description: str | None = None
    start: str | None = None
    end: str | None = None
    created: str | None = None
    comment: str | None = None
    patient_instruction: str | None = None
    based_on: list[Reference] = []
    participant: list[Participant] = []


class ProcedurePerformer(Wire):
    """Who did it."""

    actor: Reference | None = None


class Procedure(Resource, tag="Procedure"):
    """Something that was done."""

    status: str | None = None
    status_reason: Concept | None = None
    category: Concept | None = None
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    performed_date_time: str | None = None
    performed_period: WirePeriod | None = None
    performed_string: str | None = None
    performer: list[ProcedurePerformer] = []
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    body_site: list[Concept] = []
    outcome: Concept | None = None
    complication: list[Concept] = []
    based_on: list[Reference] = []
    note: list[Annotation] = []
    extension: list[Extension] = []


class Immunization(Resource, tag="Immunization"):
    """A vaccine that was given, or that was not."""

    status: str | None = None
    status_reason: Concept | None = None
    vaccine_code: Concept | None = None
    subject: Reference | None = field(name="patient", default=None)
    encounter: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_string: str | None = None
    recorded: str | None = None
    dose_quantity: Quantity | None = None
    reason_code: list[Concept] = []
    performer: list[ProcedurePerformer] = []
    note: list[Annotation] = []


class DeviceName(Wire):
    """Device.deviceName."""

    name: str | None = None


class Device(Resource, tag="Device"):
    """A device; without a patient it is only something that others refer to."""

    status: str | None = None
    type: Concept | None = None
    device_name: list[DeviceName] = []
    subject: Reference | None = field(name="patient", default=None)
    model_number: Number = None
    note: list[Annotation] = []


def encounter(it: Encounter, at: Place) -> Entry:
    """A visit or stay: its class, who took part, why, and where the patient went from there."""
    stay = it.hospitalization or Hospitalization()
    met = [one.individual for one in it.participant if one.individual]
    named = CLASSES.get(it.class_.code or "", coding_words(it.class_)) if it.class_ else ""
    diagnoses = [one.condition for one in it.diagnosis if one.condition]
    return Entry(
        id=at.id,
        kind="Encounter",
        source=at.source,
        codes=all_codes(it.type),
        text=next((one.text for one in it.type if one.text), "") or ("" if it.type else named),
        effective=at.period(it.period, "period"),
        status=it.status,
        detail=texts(
            class_=named,
            length=amount(it.length),
            discharge=words(stay.discharge_disposition),
            reason=reasons(it.reason_code, [*it.reason_reference, *diagnoses], at),
            author=everyone(met, at) or who(it.service_provider, at),
        ),
        references=at.to(*it.reason_reference, *diagnoses),
        elements=measured.elements(
            it,
            class_=measured.one_code(it.class_),
            disposition=measured.coded(stay.discharge_disposition),
            priority=measured.coded(it.priority),
            diagnosis=measured.ids(*diagnoses),
            reason=measured.coded(*it.reason_code),
            period=measured.spans(it.period),
        ),
    )


def appointment(it: Appointment, at: Place) -> Entry:
    """A planned visit; `due` is the day on which it starts."""
    kinds = it.service_type or ([it.appointment_type] if it.appointment_type else []) or it.specialty
    start = at.when(it.start, "start")
    met = [
        f"{join(words(kind) for kind in one.type)}: {who(one.actor, at)}".removeprefix(": ")
        for one in it.participant
        if one.actor
    ]
    return Entry(
        id=at.id,
        kind="Appointment",
        source=at.source,
        codes=all_codes(kinds),
        text=it.description or next((one.text for one in kinds if one.text), "") or "",
        effective=Period(start, at.when(it.end, "end")),
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            due=start.day.isoformat() if start else "",
            participants=join(one for one in met if one != "patient"),
            reason=reasons(it.reason_code, it.reason_reference, at),
            note=join([words(it.cancelation_reason), it.comment]),
            place=join(who(one.actor, at) for one in it.participant if is_place(one.actor, at)),
            instructions=it.patient_instruction or "",
            answer=next((one.status for one in it.participant if who(one.actor, at) == "patient"), None)
            or "",
        ),
        references=at.to(*it.based_on, *it.reason_reference),
    )


def procedure(it: Procedure, at: Place) -> Entry:
    """Something that was done; "not-done" is negated."""
    coded = required(it.code, "code", at)
    return Entry(
        id=at.id,
        kind="Procedure",
        source=at.source,
        codes=codes(coded),
        text=coded.text or "",
        category=categories([it.category]) if it.category else (),
        effective=at.at(it.performed_date_time, it.performed_period, "performed"),
        status=it.status,
        negated=it.status == "not-done",
        detail=texts(
            reason=reasons(it.reason_code, it.reason_reference, at),
            body_site=join(words(one) for one in it.body_site),
            outcome=join([words(it.outcome), *(words(one) for one in it.complication)]),
            author=everyone([one.actor for one in it.performer if one.actor], at),
            note=join([it.performed_string, words(it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.encounter, *references(it.based_on, it.reason_reference)),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            reason=measured.coded(*it.reason_code, it.status_reason),
            recorded=measured.recorded(it.extension),
            period=measured.spans(it.performed_period),
        ),
    )


def immunization(it: Immunization, at: Place) -> Entry:
    """A vaccine; "not-done" is negated, with the reason in the note."""
    vaccine = required(it.vaccine_code, "vaccineCode", at)
    return Entry(
        id=at.id,
        kind="Immunization",
        source=at.source,
        codes=codes(vaccine),
        text=vaccine.text or "",
        effective=Period(at.when(it.occurrence_date_time, "occurrenceDateTime")),
        recorded=at.when(it.recorded, "recorded"),
        status=it.status,
        negated=it.status == "not-done",
        detail=texts(
            quantity=amount(it.dose_quantity),
            reason=join(words(one) for one in it.reason_code),
            author=everyone([one.actor for one in it.performer if one.actor], at),
            note=join([it.occurrence_string, words(it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.encounter),
    )


def device(it: Device, at: Place) -> Entry:
    """A device that the patient has or uses. Serial numbers and UDIs identify a person: they stay behind."""
    named = next((one.name for one in it.device_name if one.name), None) or digits(it.model_number) or ""
    return Entry(
        id=at.id,
        kind="Device",
        source=at.source,
        codes=codes(it.type),
        text=(it.type.text if it.type else None) or ("" if words(it.type) else named),
        status=it.status,
        detail=texts(title=named, note=notes(it.note)),
    )
