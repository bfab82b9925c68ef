"""Signed charts for the tests of the FHIR facade, and who asks for them."""

from datetime import date
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from careloom import demo
from careloom.care.document import Action, Proposal
from careloom.pipeline import Pipeline
from careloom.store.models import StoredToken

JSON = "application/fhir+json"


def signed(real: Pipeline, patient: str, kind: str = "care_plan", as_of: date = demo.AS_OF) -> Proposal:
    """A document of somebody, signed whole by the physician."""
    plan = real.propose("operator", patient, kind=kind, as_of=as_of, model="none")
    lines = [one.id for one in plan.document.statements]
    osei = real.store.users.reviewer("osei")
    return real.decide(osei, plan.id, Action.APPROVE, opened=lines)


def people(real: Pipeline, number: int = 2) -> list[str]:
    """So many of the demo's people; our ids."""
    found: list[str] = []
    for source, folder in demo.PEOPLE:
        if len(found) < number:
            found += [one for one in real.connect([Path(folder)], source=source).patients if one not in found]
    return found[:number]


def machine(real: Pipeline, *kinds: str, user: str = "rosa", days: int = 1) -> Client:
    """A client with a token of somebody for these types; it keeps no cookies."""
    name = f"t{StoredToken.objects.count()}"
    scopes = [f"system/{kind}.rs" for kind in kinds]
    _, secret = real.store.tokens.add(name, user=user, scopes=scopes, now=timezone.now(), days=days)
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}", "Accept": JSON})


def resources(answer: Any) -> list[dict[str, Any]]:
    """What a search found."""
    assert answer.status_code == 200, (answer.status_code, answer.content)
    return [one["resource"] for one in answer.json().get("entry", ())]


def issue(answer: Any) -> dict[str, str]:
    """The one issue of a refusal."""
    found = answer.json()
    assert found["resourceType"] == "OperationOutcome", found
    one: dict[str, str] = found["issue"][0]
    return one
