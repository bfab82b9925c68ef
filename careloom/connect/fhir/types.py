"""Which resource types are understood, and what reads each."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from careloom.care.entry import Entry
from careloom.connect.fhir import (
    attachment,
    document,
    encounter,
    listing,
    medication,
    observation,
    patient,
    payment,
    people,
    plan,
    problem,
    reported,
    survey,
)
from careloom.connect.fhir.datatypes import Resource
from careloom.connect.fhir.place import Place

# Each reader takes the one type under which it stands here.
Reader: TypeAlias = Callable[[Any, Place], Entry]

READS: Mapping[type[Resource], Reader] = {
    patient.Patient: patient.patient,
    problem.Condition: problem.condition,
    problem.AllergyIntolerance: problem.allergy,
    problem.FamilyMemberHistory: problem.family,
    problem.Flag: problem.flag,
    observation.Observation: observation.observation,
    observation.DiagnosticReport: observation.report,
    observation.Specimen: observation.specimen,
    survey.QuestionnaireResponse: survey.questionnaire,
    medication.MedicationRequest: medication.request,
    medication.MedicationStatement: medication.statement,
    medication.MedicationAdministration: medication.administration,
    medication.MedicationDispense: medication.dispense,
    encounter.Encounter: encounter.encounter,
    encounter.Appointment: encounter.appointment,
    encounter.Procedure: encounter.procedure,
    encounter.Immunization: encounter.immunization,
    encounter.Device: encounter.device,
    plan.CarePlan: plan.care_plan,
    plan.CareTeam: plan.care_team,
    plan.Goal: plan.goal,
    plan.ServiceRequest: plan.service_request,
    plan.Task: plan.task,
    reported.DeviceRequest: reported.device_request,
    reported.AdverseEvent: reported.adverse_event,
    reported.Communication: reported.communication,
    payment.Coverage: payment.coverage,
    payment.Claim: payment.claim,
    payment.ClaimResponse: payment.response,
    payment.ExplanationOfBenefit: payment.explanation,
    listing.List: listing.listing,
    document.DocumentReference: document.document,
    document.Consent: document.consent,
    document.Provenance: document.provenance,
    people.RelatedPerson: people.related_person,
}
# What a resource says in entries of its own beside the one that it is.
BESIDE: Mapping[type[Resource], Callable[[Any, Place], Iterator[Entry]]] = {
    payment.ClaimResponse: payment.decisions,
    survey.QuestionnaireResponse: survey.scores,
}
# Types that say nothing about a patient by themselves: they give others names and texts.
LOOKUPS: tuple[type[Resource], ...] = (
    people.Practitioner,
    people.PractitionerRole,
    people.Organization,
    people.Location,
    medication.Medication,
    attachment.Binary,
)


def tag(kind: type[Resource]) -> str:
    """The name of a resource type."""
    return str(kind.__struct_config__.tag)


TYPES: Mapping[str, type[Resource]] = {tag(kind): kind for kind in (*READS, *LOOKUPS)}
# Decimals come as the source's own digits.
DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(kind, float_hook=str) for name, kind in TYPES.items()
}


def gives_names(it: Resource) -> bool:
    """Whether others refer to a resource for its name or text."""
    return isinstance(it, LOOKUPS)


def is_lookup(it: Resource) -> bool:
    """Whether a resource only gives others a name; so does a device that belongs to nobody."""
    return isinstance(it, LOOKUPS) or (isinstance(it, encounter.Device) and it.subject is None)
