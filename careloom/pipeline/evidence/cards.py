"""Of cards: what an EHR is answered at its hooks, tried with orders for somebody invented by the very service that answers EHRs; nothing of it is kept."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from careloom.care.compliance import Evidence, Screen, Shown
from careloom.care.entry import LOINC
from careloom.care.hook_services import BY_ID
from careloom.comply.pictures import card_picture
from careloom.connect import hooks
from careloom.pipeline.ehr.hook_json import shown
from careloom.pipeline.evidence.looked import Site

SIGN, SELECT = "careloom-order-sign", "careloom-order-select"
WHO = "invented"
RESTS = "It rests on:"
# Markdown's own signs are escaped in a card's detail; whoever reads words here reads them without.
_ESCAPED = re.compile(r"\\([\\`*_\[\]#!|~>])")
PICTURED = (
    "The card as the service answered it (CDS Hooks 2.0, JSON) when the pack was made, about somebody invented. It is drawn by Careloom: each EHR draws a card "
    "its own way, and of all these parts only the summary is always seen."
)
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """An order that was tried: what was asked in words, and the cards of findings that came, as JSON; what says only what was checked isn't among them."""

    service: str
    about: str
    cards: tuple[Mapping[str, Any], ...]


def tried(site: Site) -> tuple[Tried, ...]:
    """Orders of which a rule must stop each: beside another drug, against an allergy, at a kidney that forbids it."""
    return tuple(
        Tried(service, about, _answered(site, service, order, given))
        for service, about, order, given in _orders(site.at.date())
    )


def _orders(today: date) -> Iterator[tuple[str, str, str, dict[str, Resource]]]:
    lately = (today - timedelta(days=20)).isoformat()
    standing = {**_order("Clarithromycin 500 MG", "m1"), "status": "active", "authoredOn": lately}
    yield SIGN, "simvastatin ordered beside clarithromycin", "Simvastatin 40 MG", {"medications": standing}
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "type": "allergy",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"text": "Penicillin"},
        "patient": {"reference": f"Patient/{WHO}"},
    }
    yield (
        SIGN,
        "amoxicillin ordered, an allergy to penicillin in the chart",
        "Amoxicillin 500 MG",
        {"allergies": allergy},
    )
    result = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "eGFR", "coding": [{"system": LOINC, "code": "62238-1", "display": "eGFR"}]},
        "subject": {"reference": f"Patient/{WHO}"},
        "effectiveDateTime": lately,
        "valueQuantity": {"value": 22, "unit": "mL/min/{1.73_m2}"},
    }
    yield SELECT, "metformin chosen at an eGFR of 22", "Metformin 500 MG", {"results": result}


def _order(drug: str, name: str) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"text": drug},
        "subject": {"reference": f"Patient/{WHO}"},
    }


def _answered(
    site: Site, service: str, order: str, given: Mapping[str, Resource]
) -> tuple[Mapping[str, Any], ...]:
    hook = BY_ID[service].hook
    patient = {
        "resourceType": "Patient",
        "id": WHO,
        "birthDate": f"{site.at.year - 58}-05-04",
        "gender": "female",
    }
    context: Resource = {
        "userId": "Practitioner/invented",
        "patientId": WHO,
        "draftOrders": _bundle("collection", _order(order, "draft-1")),
    }
    if hook == "order-select":
        context["selections"] = ["MedicationRequest/draft-1"]
    body = {
        "hook": hook,
        "hookInstance": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        "context": context,
        "prefetch": {"patient": patient, **{key: _bundle("searchset", one) for key, one in given.items()}},
    }
    cards = site.cards(service, hooks.asked(orjson.dumps(body), hook, orders=True))
    return tuple(shown(one) for one in cards if one.overridable)


def _bundle(kind: str, *resources: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}


def of_cards(site: Site, found: tuple[Tried, ...]) -> Iterator[Evidence]:
    """Whether each order that was tried was answered, and each card shows its source and what it rests on."""
    every = [card for one in found for card in one.cards]
    silent = [one.about for one in found if not one.cards]
    # A card to be read alone says that something is missing, which no source says.
    urging = [card for card in every if card["indicator"] != "info"]
    bare = [card["summary"] for card in urging if not _has_basis(card)]
    told = (
        f"{len(found)} orders tried, {len(urging)} cards that stop or warn came: {len(urging) - len(bare)} of them name their source and the entries that "
        f"they rest on ({len(every) - len(urging)} more only say what is missing)"
    )
    if silent:
        told += f"; NOTHING was answered to: {', '.join(silent)}"
    if bare:
        told += f"; NOT: {', '.join(bare)}"
    yield site.tell(
        "fda.cards",
        "A card on an order names its published source and each entry that it rests on",
        told,
        bool(urging) and not silent and not bare,
        f"the services {SIGN} and {SELECT}, asked about somebody invented when the pack was made",
    )


def _has_basis(card: Mapping[str, Any]) -> bool:
    return card["source"]["label"] not in ("", "Careloom") and RESTS in card.get("detail", "")


def screens(found: tuple[Tried, ...]) -> tuple[Screen, ...]:
    """The worst card of each order that was tried, with what it rests on beside it, and a picture of it."""
    return tuple(_screen(one, one.cards[0]) for one in found if one.cards)


def _screen(one: Tried, card: Mapping[str, Any]) -> Screen:
    words = [_plain(line) for line in card.get("detail", "").split("\n") if line.strip()]
    basis = tuple(line.removeprefix("- ") for line in words if line.startswith("- "))
    told = " ".join(line for line in words if not line.startswith("- ") and line != RESTS)
    source = card["source"]
    guideline = source["label"] + (f" ({source['url']})" if source.get("url") else "")
    document = {
        "indicator": card["indicator"],
        "summary": card["summary"],
        "told": told,
        "rests": basis,
        "source": guideline,
        "offers": [suggestion["label"] for suggestion in card.get("suggestions", ())],
        "reasons": [reason["display"] for reason in card.get("overrideReasons", ())],
    }
    picture = b64encode(card_picture(document)).decode()
    lines = (Shown(f"{card['indicator']}: {card['summary']}", basis, guideline),)
    return Screen(f"Card at an EHR's hook {BY_ID[one.service].hook}: {one.about}", lines, picture, PICTURED)


def _plain(line: str) -> str:
    return _ESCAPED.sub(r"\1", line).replace("\u200b", "").replace("&lt;", "<").replace("&amp;", "&")
