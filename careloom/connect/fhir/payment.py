"""What payers say: Coverage, Claim, ClaimResponse and ExplanationOfBenefit."""

import re
from collections.abc import Iterable, Iterator

from msgspec import field

from careloom.care.entry import Code, Entry, Period
from careloom.care.review import REVIEW_ACTIONS, decision
from careloom.connect.fhir.datatypes import (
    Annotation,
    Concept,
    Extension,
    Quantity,
    Reference,
    Resource,
    Wire,
    WirePeriod,
)
from careloom.connect.fhir.meaning import meaning, references, texts
from careloom.connect.fhir.people import everyone, who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import all_codes, amount, categories, codes, digits, first_code, join, words

# Categories of adjudication whose reason is one for the decision (C4BB names the first).
REASONED = frozenset({"denialreason", "denied", "submitted", None})
REVIEW_ACTION = "reviewActionCode"
DENIED = re.compile(
    r"\b(denied|denial|not (?:certified|approved|authorized|covered)|disapproved)\b", re.IGNORECASE
)
APPROVED = re.compile(r"\b(approved|certified|authorized)\b", re.IGNORECASE)
PENDED = re.compile(r"\b(pended|pending)\b", re.IGNORECASE)


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


class ClaimInformation(Wire):
    """Claim.supportingInfo, ExplanationOfBenefit.supportingInfo."""

    category: Concept | None = None
    value_quantity: Quantity | None = None


class ClaimInsurance(Wire):
    """Claim.insurance, ExplanationOfBenefit.insurance."""

    coverage: Reference | None = None


class Adjudication(Wire):
    """How an item was decided."""

    extension: list[Extension] = []
    category: Concept | None = None
    reason: Concept | None = None


class ClaimItem(Wire):
    """An item that is billed or asked for."""

    product_or_service: Concept | None = None
    serviced_date: str | None = None
    serviced_period: WirePeriod | None = None
    quantity: Quantity | None = None
    adjudication: list[Adjudication] = []
    detail: list["ClaimItem"] = []


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
    insurance: list[ClaimInsurance] = []
    item: list[ClaimItem] = []


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
    diagnosis: list[ClaimDiagnosis] = []
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
    )


def claim(it: Claim, at: Place) -> Entry:
    """A bill or a request: codes are the services, value_codes the diagnoses."""
    service = _services(it.item)
    return Entry(
        id=at.id,
        kind="Claim",
        source=at.source,
        codes=all_codes(_products(it.item)),
        text=service,
        category=categories([it.type]) if it.type else (),
        value_codes=_diagnosis_codes(it.diagnosis, at),
        effective=at.period(it.billable_period, "billablePeriod"),
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            use=it.use,
            service=service,
            payer=_payer(it.insurer, it.insurance, at),
            reason=_diagnoses(it.diagnosis, at),
            author=who(it.provider, at),
        ),
        references=at.to(it.prescription, *_referred(it.diagnosis)),
    )


def response(it: ClaimResponse, at: Place) -> Entry:
    """A payer's decision, with the service of the request that it answers."""
    asked = at.follow(it.request)
    items = asked.item if isinstance(asked, Claim) else it.add_item
    service = _services(items)
    held = at.period(it.pre_auth_period, "preAuthPeriod")
    return Entry(
        id=at.id,
        kind="ClaimResponse",
        source=at.source,
        codes=all_codes(_products(items)),
        text=service,
        category=categories([it.type]) if it.type else (),
        effective=held,
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            use=it.use,
            outcome=_decision([*it.adjudication, *_of_items(it.item)], it.disposition, it.outcome),
            disposition=join([it.disposition, *(words(one.code) for one in it.error)]),
            service=service,
            payer=who(it.insurer, at),
            author=who(it.requestor, at),
            authorization=it.pre_auth_ref,
            reason=_reasons([*it.adjudication, *_of_items(it.item)]),
            note=join(one.text for one in it.process_note),
        ),
        references=at.to(it.request),
    )


def explanation(it: ExplanationOfBenefit, at: Place) -> Entry:
    """An adjudicated claim; of a pharmacy claim also what was filled and for how many days."""
    service = _services(it.item)
    effective = at.period(it.billable_period, "billablePeriod")
    if it.pre_auth_ref_period and effective == Period():
        effective = at.period(it.pre_auth_ref_period[0], "preAuthRefPeriod[0]")
    if effective == Period() and it.item:
        effective = at.at(it.item[0].serviced_date, it.item[0].serviced_period, "item[0].serviced")
    decided = [*it.adjudication, *_of_items(it.item)]
    return Entry(
        id=at.id,
        kind="ExplanationOfBenefit",
        source=at.source,
        codes=all_codes(_products(it.item)),
        text=service,
        category=categories([it.type]) if it.type else (),
        value_codes=_diagnosis_codes(it.diagnosis, at),
        effective=effective,
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            use=it.use,
            outcome=_decision(decided, it.disposition, it.outcome),
            disposition=it.disposition,
            service=service,
            payer=_payer(it.insurer, it.insurance, at),
            reason=join([_diagnoses(it.diagnosis, at), _reasons(decided)]),
            author=who(it.provider, at),
            quantity=next((amount(one.quantity) for one in it.item if one.quantity), ""),
            days_supply=_information(it.supporting_info, "dayssupply"),
            refills=_information(it.supporting_info, "refillsauthorized"),
            note=join(one.text for one in it.process_note),
        ),
        references=at.to(it.claim, it.prescription, *_referred(it.diagnosis)),
    )


def _services(items: Iterable[ClaimItem]) -> str:
    return join(words(one) for one in _products(items))


def _products(items: Iterable[ClaimItem]) -> Iterator[Concept]:
    """What was billed or asked for; of a compound its ingredients."""
    for one in items:
        if one.detail:
            yield from _products(one.detail)
        elif one.product_or_service is not None:
            yield one.product_or_service


def _of_items(items: Iterable[ClaimItem]) -> Iterator[Adjudication]:
    for one in items:
        yield from one.adjudication


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


def _information(information: list[ClaimInformation], kind: str) -> str | None:
    for one in information:
        if one.category and any(coding.code == kind for coding in one.category.coding):
            return digits(one.value_quantity.value) if one.value_quantity else None
    return None


def _decision(adjudications: list[Adjudication], disposition: str | None, outcome: str | None) -> str | None:
    """The decision: X12 review actions where there are any, else the payer's words, else FHIR's outcome."""
    named = decision(action for one in adjudications for action in _review_actions(one.extension))
    if named:
        return named
    said = disposition or ""
    for word, pattern in (("denied", DENIED), ("pended", PENDED), ("approved", APPROVED)):
        if pattern.search(said):
            return word
    return outcome


def _review_actions(extensions: list[Extension]) -> Iterator[str]:
    for one in extensions:
        if (one.url or "").endswith(REVIEW_ACTION) and one.value_codeable_concept is not None:
            for coding in one.value_codeable_concept.coding:
                yield REVIEW_ACTIONS.get(coding.code or "", (coding.display or "").lower())
        yield from _review_actions(one.extension)


def _reasons(adjudications: list[Adjudication]) -> str:
    """Why something was decided; whether a provider was in the network is no reason."""
    return join(words(one.reason) for one in adjudications if first_code(one.category) in REASONED)
