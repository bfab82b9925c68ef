"""Items of claims: what was billed or asked for, when, and how each was decided.

Source: FHIR R4 Claim, ClaimResponse, ExplanationOfBenefit; Da Vinci PAS 2.0.1 and 2.2.1 (extensions reviewAction,
itemRequestedServiceDate, itemPreAuthPeriod, itemCertificationEffectiveDate, itemCertificationExpirationDate,
authorizationNumber); CARIN Blue Button 2.0 (adjudication of denial reasons).
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from careloom.care import review
from careloom.care.entry import Period
from careloom.connect.fhir.datatypes import Concept, Extension, Quantity, Wire, WirePeriod
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import codes, digits, first_code, join, words

# Categories of adjudication whose reason is one for the decision (C4BB names the first).
REASONED = frozenset({"denialreason", "denied", "submitted", None})
REVIEW_ACTION = "reviewActionCode"
DENIED = re.compile(
    r"\b(denied|denial|not (?:certified|approved|authorized|covered)|disapproved)\b", re.IGNORECASE
)
APPROVED = re.compile(r"\b(approved|certified|authorized)\b", re.IGNORECASE)
PENDED = re.compile(r"\b(pended|pending)\b", re.IGNORECASE)
# From when to when an item is authorised or asked for, best first.
PERIODS = ("itemPreAuthPeriod", "itemRequestedServiceDate")
STARTS, ENDS = "itemCertificationEffectiveDate", "itemCertificationExpirationDate"
# PAS and C4BB: information that says when a stay or an event is.
STAYS = frozenset({"admissionDates", "patientEvent", "admissionperiod"})


class ClaimInformation(Wire):
    """Claim.supportingInfo, ExplanationOfBenefit.supportingInfo."""

    category: Concept | None = None
    value_quantity: Quantity | None = None
    timing_date: str | None = None
    timing_period: WirePeriod | None = None


class Adjudication(Wire):
    """How an item was decided."""

    extension: list[Extension] = []
    category: Concept | None = None
    reason: Concept | None = None


class ClaimItem(Wire):
    """An item that is billed, asked for or decided."""

    extension: list[Extension] = []
    modifier_extension: list[Extension] = []
    sequence: int | None = None
    item_sequence: int | list[int] | None = None
    revenue: Concept | None = None
    product_or_service: Concept | None = None
    serviced_date: str | None = None
    serviced_period: WirePeriod | None = None
    quantity: Quantity | None = None
    adjudication: list[Adjudication] = []
    detail: list["ClaimItem"] = []


def services(items: Iterable[ClaimItem]) -> str:
    """The words for what was billed or asked for."""
    return join(words(one) for one in products(items))


def products(items: Iterable[ClaimItem]) -> Iterator[Concept]:
    """What was billed or asked for; of a compound its ingredients, of what has no product its revenue code.

    What an update of a request takes back (PAS, infoCancelled) is no longer asked for.
    """
    for one in items:
        if any(_is(part, "infoCancelled") and part.value_boolean for part in one.modifier_extension):
            continue
        if one.detail:
            yield from products(one.detail)
        elif one.product_or_service is not None and words(one.product_or_service):
            yield one.product_or_service
        elif one.revenue is not None:
            yield one.revenue


def of_items(items: Iterable[ClaimItem]) -> Iterator[Adjudication]:
    """How each item was decided."""
    for one in items:
        yield from one.adjudication


def span(held: Period, items: Sequence[ClaimItem], told: Sequence[ClaimInformation], at: Place) -> Period:
    """When it was or is to be: as the claim says, else its items, else what it says of a stay or an event."""
    if held != Period():
        return held
    found = [period for number, one in enumerate(items) if (period := of_item(one, number, at)) != Period()]
    for number, one in enumerate(told) if not found else ():
        if STAYS & {code.code for code in codes(one.category)}:
            found.append(at.at(one.timing_date, one.timing_period, f"supportingInfo[{number}].timing"))
    starts = [one.start for one in found if one.start]
    ends = [end for one in found if (end := one.end or one.start)]
    if not starts:
        return next(iter(found), Period())
    first, last = min(starts, key=lambda one: one.earliest), max(ends, key=lambda one: one.latest)
    return Period(first, last if last.text != first.text else None)


def of_item(one: ClaimItem, number: int, at: Place) -> Period:
    """When one item was, is to be, or is authorised."""
    named = {(extension.url or "").rpartition("extension-")[2]: extension for extension in one.extension}
    where = f"item[{number}].extension"
    for name in PERIODS:
        if name in named:
            found = at.at(named[name].value_date, named[name].value_period, f"{where}.value")
            if found != Period():
                return found
    starts, ends = named.get(STARTS), named.get(ENDS)
    if starts or ends:
        return Period(
            at.when(starts.value_date if starts else None, where),
            at.when(ends.value_date if ends else None, where),
        )
    return at.at(one.serviced_date, one.serviced_period, f"item[{number}].serviced")


def numbers(items: Iterable[ClaimItem], decided: Iterable[Adjudication]) -> str:
    """The payer's numbers of the authorisation."""
    named = [one.value_string for item in items for one in item.extension if _is(one, "authorizationNumber")]
    given = [
        one.value_string
        for adjudication in decided
        for action in adjudication.extension
        for one in action.extension
        if one.url == "number"
    ]
    return join([*named, *given])


def decision(adjudications: list[Adjudication], disposition: str | None, outcome: str | None) -> str | None:
    """The decision: X12 review actions where there are any, else the payer's words, else FHIR's outcome."""
    named = review.decision(action for one in adjudications for action in _review_actions(one.extension))
    if named:
        return named
    told = disposition or ""
    for word, pattern in (("denied", DENIED), ("pended", PENDED), ("approved", APPROVED)):
        if pattern.search(told):
            return word
    return outcome


def apart(items: Sequence[ClaimItem]) -> list[tuple[int, ClaimItem, str]]:
    """The items that have a decision of their own, with their place among the items and the decision.

    None where all are decided alike: then the answer as a whole says it.
    """
    told = []
    for number, one in enumerate(items):
        actions = [action for part in one.adjudication for action in _review_actions(part.extension)]
        told.append((number, one, review.decision(actions)))
    return [one for one in told if one[2]] if len({action for *_, action in told if action}) > 1 else []


def reasons(adjudications: Iterable[Adjudication]) -> str:
    """Why something was decided; whether a provider was in the network is no reason."""
    found: list[str] = []
    for one in adjudications:
        if first_code(one.category) in REASONED:
            found.append(said(one.reason))
        for action in one.extension:
            found += [
                said(part.value_codeable_concept) for part in action.extension if _is(part, "reasonCode")
            ]
    return join(found)


def said(concept: Concept | None) -> str:
    """The words for a reason; those of X12's code lists that say a code alone are told in words."""
    given = words(concept)
    for one in codes(concept):
        if not one.display and given == one.code:
            table = (
                review.REASONS
                if one.system.endswith("886")
                else review.REJECTS
                if one.system.endswith("901")
                else {}
            )
            if one.code in table:
                return f"{table[one.code]} ({one.code})"
    return given


def information(told: list[ClaimInformation], kind: str) -> str | None:
    """A number that a claim tells under a category."""
    for one in told:
        if one.category and any(coding.code == kind for coding in one.category.coding):
            return digits(one.value_quantity.value) if one.value_quantity else None
    return None


def _review_actions(extensions: list[Extension]) -> Iterator[str]:
    for one in extensions:
        if (one.url or "").endswith(REVIEW_ACTION) and one.value_codeable_concept is not None:
            for coding in one.value_codeable_concept.coding:
                yield review.REVIEW_ACTIONS.get(coding.code or "", (coding.display or "").lower())
        yield from _review_actions(one.extension)


def _is(extension: Extension, name: str) -> bool:
    return (extension.url or "").endswith(name)
