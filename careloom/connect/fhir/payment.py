"""What payers say: Coverage, Claim, ClaimResponse and ExplanationOfBenefit."""

from collections.abc import Iterator
from dataclasses import replace

from msgspec import field

from careloom.care.entry import Code, Entry, Period, entry_id
from careloom.connect.fhir import measured
from careloom.connect.fhir.billing import (
    Adjudication,
    ClaimInformation,
    ClaimItem,
    apart,
    decision,
    information,
    numbers,
    of_item,
    of_items,
    products,
    reasons,
    said,
    services,
    span,
)
from careloom.connect.fhir.datatypes import Annotation, Concept, Reference, Resource, Wire, WirePeriod
from careloom.connect.fhir.meaning import meaning, references, texts
from careloom.connect.fhir.people import everyone, who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import all_codes, amount, categories, codes, join, words


class Coverage(Resource, tag="Coverage"):
    """What insurance the patient has."""

    status: str | None = None
    type: Concept | None = None
    subject: Reference | None = field(name="beneficiary", default=None)
    relationship: Concept | None = None
    period: WirePeriod | None = None
    payor: list[Reference] = []


class ClaimDiagnosis(Wire):
    """Claim.diagnosis, ExplanationOfBenefit.diagnosis."""

    diagnosis_codeable_concept: Concept | None = None
    diagnosis_reference: Reference | None = None


class ClaimInsurance(Wire):
    """Claim.insurance, ExplanationOfBenefit.insurance."""

    coverage: Reference | None = None


class Claims(Resource):
    """What the three that are about a claim have in common."""

    status: str | None = None
    type: Concept | None = None
    use: str | None = None
    subject: Reference | None = field(name="patient", default=None)
    created: str | None = None
    insurer: Reference | None = None


class Claim(Claims, tag="Claim"):
    """A bill, or a request for prior authorisation."""

    billable_period: WirePeriod | None = None
    provider: Reference | None = None
    prescription: Reference | None = None
    diagnosis: list[ClaimDiagnosis] = []
    supporting_info: list[ClaimInformation] = []
    insurance: list[ClaimInsurance] = []
    item: list[ClaimItem] = []


class ClaimProcedure(Wire):
    """ExplanationOfBenefit.procedure."""

    procedure_codeable_concept: Concept | None = None


class ResponseError(Wire):
    """ClaimResponse.error."""

    code: Concept | None = None


class ClaimResponse(Claims, tag="ClaimResponse"):
    """A payer's decision."""

    requestor: Reference | None = None
    request: Reference | None = None
    outcome: str | None = None
    disposition: str | None = None
    pre_auth_ref: str | None = None
    pre_auth_period: WirePeriod | None = None
    item: list[ClaimItem] = []
    add_item: list[ClaimItem] = []
    adjudication: list[Adjudication] = []
    process_note: list[Annotation] = []
    error: list[ResponseError] = []


class ExplanationOfBenefit(Claims, tag="ExplanationOfBenefit"):
    """A claim with its decision."""

    billable_period: WirePeriod | None = None
    provider: Reference | None = None
    prescription: Reference | None = None
    claim: Reference | None = None
    outcome: str | None = None
    disposition: str | None = None
    pre_auth_ref_period: list[WirePeriod] = []
    pre_auth_ref: list[str] = []
    diagnosis: list[ClaimDiagnosis] = []
    procedure: list[ClaimProcedure] = []
    supporting_info: list[ClaimInformation] = []
    insurance: list[ClaimInsurance] = []
    item: list[ClaimItem] = []
    adjudication: list[Adjudication] = []
    process_note: list[Annotation] = []


def coverage(it: Coverage, at: Place) -> Entry:
    """Insurance: its kind, who pays, and when it holds. Member numbers stay behind."""
    payer = everyone(it.payor, at)
    return Entry(
        id=at.id,
        kind="Coverage",
        source=at.source,
        codes=codes(it.type),
        text=(it.type.text if it.type else None) or ("" if words(it.type) else payer),
        effective=at.period(it.period, "period"),
        status=it.status,
        detail=texts(payer=payer, relation=words(it.relationship)),
        elements=measured.elements(it, period=measured.spans(it.period)),
    )


def claim(it: Claim, at: Place) -> Entry:
    """A bill or a request: codes are the services, value_codes the diagnoses."""
    service = services(it.item)
    return Entry(
        id=at.id,
        kind="Claim",
        source=at.source,
        codes=all_codes(products(it.item)),
        text=service,
        category=categories([it.type]) if it.type else (),
        value_codes=_diagnosis_codes(it.diagnosis, at),
        effective=span(at.period(it.billable_period, "billablePeriod"), it.item, it.supporting_info, at),
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            use=it.use,
            service=service,
            payer=_payer(it.insurer, it.insurance, at),
            reason=_diagnoses(it.diagnosis, at),
            author=who(it.provider, at),
            authorization=numbers(it.item, ()),
            quantity=join(amount(one.quantity) for one in it.item),
        ),
        references=at.to(it.prescription, *_referred(it.diagnosis)),
    )


def response(it: ClaimResponse, at: Place) -> Entry:
    """A payer's decision, with the service of the request that it answers."""
    asked = at.follow(it.request)
    items = asked.item if isinstance(asked, Claim) else it.add_item
    service = services(items)
    held = span(at.period(it.pre_auth_period, "preAuthPeriod"), it.item or it.add_item, (), at)
    decided = [*it.adjudication, *of_items(it.item), *of_items(it.add_item)]
    told = decision(decided, it.disposition, it.outcome)
    return Entry(
        id=at.id,
        kind="ClaimResponse",
        source=at.source,
        codes=all_codes(products(items)),
        text=service,
        category=categories([it.type]) if it.type else (),
        effective=held,
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            use=it.use,
            # Of services that were decided differently, none of them approved, each entry of its own says how.
            outcome=it.outcome if apart(it.item or it.add_item) and ";" in (told or "") else told,
            disposition=join([it.disposition, *(said(one.code) for one in it.error)]),
            service=service,
            payer=who(it.insurer, at),
            author=who(it.requestor, at),
            authorization=join([it.pre_auth_ref, numbers(it.item or it.add_item, decided)]),
            reason=reasons(decided),
            note=join(one.text for one in it.process_note),
        ),
        references=at.to(it.request),
    )


def decisions(it: ClaimResponse, at: Place) -> Iterator[Entry]:
    """Each service's own decision, where a payer decided them differently: service, days, decision, number, reason."""
    asked = at.follow(it.request)
    requested = {one.sequence: one for one in asked.item} if isinstance(asked, Claim) else {}
    items = it.item or it.add_item
    name = "item" if it.item else "addItem"
    for number, one, decided in apart(items):
        numbered = one.item_sequence if isinstance(one.item_sequence, list) else [one.item_sequence]
        of = [requested[sequence] for sequence in numbered if sequence in requested] or [one]
        service = services(of)
        held = of_item(one, number, at)
        if held == Period():
            held = span(at.period(it.pre_auth_period, "preAuthPeriod"), of, (), at)
        where = f"{at.where}.{name}[{number}]"
        yield Entry(
            id=entry_id(at.message.sha256, where, "ClaimResponse"),
            kind="ClaimResponse",
            source=replace(at.source, where=where),
            codes=all_codes(products(of)),
            text=service,
            category=categories([it.type]) if it.type else (),
            effective=held,
            recorded=at.when(it.created, "created"),
            status=it.status,
            detail=texts(
                use=it.use,
                outcome=decided,
                service=service,
                payer=who(it.insurer, at),
                author=who(it.requestor, at),
                authorization=numbers([one], one.adjudication),
                reason=reasons(one.adjudication),
            ),
            references=(at.id, *at.to(it.request)),
        )


def explanation(it: ExplanationOfBenefit, at: Place) -> Entry:
    """An adjudicated claim; of a pharmacy claim also what was filled and for how many days."""
    service = services(it.item)
    effective = at.period(it.billable_period, "billablePeriod")
    if it.pre_auth_ref_period and effective == Period():
        effective = at.period(it.pre_auth_ref_period[0], "preAuthRefPeriod[0]")
    effective = span(effective, it.item, it.supporting_info, at)
    decided = [*it.adjudication, *of_items(it.item)]
    return Entry(
        id=at.id,
        kind="ExplanationOfBenefit",
        source=at.source,
        codes=all_codes([*products(it.item), *(one.procedure_codeable_concept for one in it.procedure)]),
        text=service,
        category=categories([it.type]) if it.type else (),
        value_codes=_diagnosis_codes(it.diagnosis, at),
        effective=effective,
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            use=it.use,
            outcome=decision(decided, it.disposition, it.outcome),
            disposition=it.disposition,
            service=service,
            payer=_payer(it.insurer, it.insurance, at),
            reason=join([_diagnoses(it.diagnosis, at), reasons(decided)]),
            author=who(it.provider, at),
            authorization=join([*it.pre_auth_ref, numbers(it.item, decided)]),
            quantity=next((amount(one.quantity) for one in it.item if one.quantity), ""),
            days_supply=information(it.supporting_info, "dayssupply"),
            refills=information(it.supporting_info, "refillsauthorized"),
            note=join(one.text for one in it.process_note),
        ),
        references=at.to(it.claim, it.prescription, *_referred(it.diagnosis)),
    )


def _payer(insurer: Reference | None, insurance: list[ClaimInsurance], at: Place) -> str:
    """The insurer's name, else that of the coverage's payer or the coverage's own words."""
    named = who(insurer, at)
    for one in insurance if not named else ():
        held = at.follow(one.coverage)
        if isinstance(held, Coverage):
            named = everyone(held.payor, at) or words(held.type)
        named = named or (one.coverage.display if one.coverage else "") or ""
        if named:
            break
    return named


def _referred(diagnoses: list[ClaimDiagnosis]) -> tuple[Reference, ...]:
    return references([one.diagnosis_reference for one in diagnoses if one.diagnosis_reference])


def _diagnosis_codes(diagnoses: list[ClaimDiagnosis], at: Place) -> tuple[Code, ...]:
    found = []
    for one in diagnoses:
        concept = one.diagnosis_codeable_concept
        if concept is None:
            concept = getattr(at.follow(one.diagnosis_reference), "code", None)
        found.append(concept if isinstance(concept, Concept) else None)
    return all_codes(found)


def _diagnoses(diagnoses: list[ClaimDiagnosis], at: Place) -> str:
    return join(
        words(one.diagnosis_codeable_concept) or meaning(one.diagnosis_reference, at) for one in diagnoses
    )
