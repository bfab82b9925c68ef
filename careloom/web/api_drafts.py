"""The JSON API's part about drafting: the kinds, the patients, a draft of one about the other, and a document as a PDF."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from careloom import draft
from careloom.care.access import Permission
from careloom.care.document import Proposal
from careloom.draft.kind import Kind
from careloom.errors import InputError
from careloom.pipeline.assigning import Match
from careloom.web import deps
from careloom.web.views.guard import of_patient, of_proposal, operation
from careloom.web.views.page import actor
from careloom.web.views.paper import pdf_of

router = Router()
BYTES = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


class FieldOut(Schema):
    """Something that a kind is told by whoever asks for it."""

    id: str
    title: str
    type: str
    required: bool
    choices: list[str]
    help: str
    default: str


class SectionOut(Schema):
    """A part of a document of a kind."""

    id: str
    title: str


class KindOut(Schema):
    """A kind of document, as the command lists it; `by_hand` where a person may write one without a draft."""

    id: str
    title: str
    about: str
    audience: str
    needs_signed_plan: bool
    by_hand: bool
    sections: list[SectionOut]
    fields: list[FieldOut]


class KindsOut(Schema):
    """All kinds, in the order in which they are offered."""

    kinds: list[KindOut]


class PatientOut(Schema):
    """A patient, and when a document about them was drafted last (null in what a search found)."""

    id: str
    name: str
    birth_date: str
    identifiers: list[str]
    drafted: datetime | None


class PatientsOut(Schema):
    """Patients of whom a document may be asked for."""

    patients: list[PatientOut]


class FindIn(Schema):
    """Whom to look for: the beginning of a name, a birth date, or a whole number."""

    find: str


class DraftIn(Schema):
    """What is asked for. `model` is the site's own or "none", which writes from templates alone; without it, the site's."""

    kind: str = "care_plan"
    fields: dict[str, str] = {}
    model: str | None = None


@router.get("/kinds", response=KindsOut)
@operation(Permission.WORK)
def kinds(request: HttpRequest) -> dict[str, Any]:
    """Every kind with what it must be told."""
    del request
    return {"kinds": [_kind(draft.kind_of(name)) for name in draft.KINDS]}


@router.get("/patients", response=PatientsOut)
@operation(Permission.SEE)
def patients(request: HttpRequest) -> dict[str, Any]:
    """Those of whom something was drafted of late, then those whom we learnt of last."""
    offered = deps.pipeline().asking.offered(actor(request))
    return {"patients": [_patient(one.patient, one.drafted) for one in offered]}


@router.post("/patients/find", response=PatientsOut)
@operation(Permission.WORK)
def find_patients(request: HttpRequest, asked: FindIn) -> dict[str, Any]:
    """Those who are called so; a name stands in the body, since an address may be kept by whatever lies between."""
    found = deps.pipeline().assigning.search(actor(request), asked.find)
    return {"patients": [_patient(one) for one in found]}


@router.get("/patients/{patient_id}/questionnaire")
@operation(Permission.SEE, of_patient)
def questionnaire(request: HttpRequest, patient_id: str) -> dict[str, Any]:
    """What is asked before a first visit: a FHIR R4 Bundle of a Questionnaire and a prefilled QuestionnaireResponse."""
    pipeline = deps.pipeline()
    try:
        patient = pipeline.find(patient_id)
    except InputError:
        raise Http404 from None
    return pipeline.first_visit.form(actor(request), patient)


@router.get(
    "/proposals/{proposal_id}/pdf",
    openapi_extra={"responses": {200: {"description": "OK", "content": BYTES}}},
)
@operation(Permission.SEE, of_proposal)
def as_pdf(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """The document as a PDF with its citations as footnotes, as the page Print has it."""
    return pdf_of(actor(request), proposal_id)


def propose(request: HttpRequest, patient_id: str, asked: DraftIn) -> Proposal:
    """Draft a document, check it, class it and queue it. Raises Http404 for nobody."""
    pipeline = deps.pipeline()
    try:
        patient = pipeline.find(patient_id)
    except InputError:
        raise Http404 from None
    own = pipeline.settings.model
    if asked.model not in (None, "none", own):
        raise InputError(f"this site offers {' or '.join(dict.fromkeys(('none', own)))}", where="model")
    return pipeline.propose(actor(request), patient, kind=asked.kind, model=asked.model, given=asked.fields)


def _patient(one: Match, drafted: datetime | None = None) -> dict[str, Any]:
    return {
        "id": one.patient,
        "name": one.name,
        "birth_date": one.birth_date,
        "identifiers": list(one.numbers),
        "drafted": drafted,
    }


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "id": kind.id,
        "title": kind.title,
        "about": kind.about,
        "audience": kind.audience,
        "needs_signed_plan": kind.plan,
        "by_hand": kind.by_hand,
        "sections": [SectionOut(id=one.id, title=one.title) for one in kind.sections],
        "fields": [FieldOut.from_orm(one) for one in kind.fields],
    }
