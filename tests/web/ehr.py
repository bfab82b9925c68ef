"""An EHR that asks at hooks: its keys, its signed statements, and what it sends along. Marta Quill, invented, is its patient."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from django.http import HttpResponse
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, Key

from careloom.pipeline import Pipeline
from careloom.wire.fhir.keys import public_set
from tests.connect.made import Resource, body, bundle, coded, patient
from tests.web.card_schema import must_be_cards

OURS = "https://careloom.example.org"
ISSUER = "https://ehr.example.org"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
RX = "http://www.nlm.nih.gov/research/umls/rxnorm"
AMOXICILLIN = "Amoxicillin 500 MG Oral Capsule"
SIGN, SELECT, VIEW = "careloom-order-sign", "careloom-order-select", "careloom-patient-view"


def order(drug: str, id: str = "draft-1", who: str = "p1", **given: Any) -> Resource:
    """A draft order of a drug by its name."""
    return {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"text": drug},
        "subject": {"reference": f"Patient/{who}"},
        **given,
    }


def taking(drug: str, id: str = "m1", who: str = "p1", **given: Any) -> Resource:
    """An order that stands."""
    return order(drug, id, who, **{"status": "active", "authoredOn": "2026-10-01", **given})


def allergic(substance: str, who: str = "p1", **given: Any) -> Resource:
    """A confirmed allergy."""
    return {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "type": "allergy",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"text": substance},
        "patient": {"reference": f"Patient/{who}"},
        **given,
    }


def result(code: str, value: float, unit: str, day: str, who: str = "p1", id: str = "o1") -> Resource:
    """A final result by its LOINC code."""
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": coded(code, "", "http://loinc.org"),
        "subject": {"reference": f"Patient/{who}"},
        "effectiveDateTime": day,
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        },
    }


def asks(*drafts: Resource, hook: str = "order-sign", **prefetch: Any) -> Resource:
    """What the EHR asks about Marta (its p1), with draft orders and what it sends along."""
    context: Resource = {"userId": "Practitioner/osei", "patientId": "p1"}
    if hook != "patient-view":
        context["draftOrders"] = bundle(*drafts)
    if hook == "order-select":
        context["selections"] = [f"MedicationRequest/{one['id']}" for one in drafts[-1:]]
    return {
        "hook": hook,
        "hookInstance": INSTANCE,
        "fhirServer": f"{ISSUER}/fhir",
        "context": context,
        "prefetch": prefetch,
    }


def searched(*resources: Resource, **given: Any) -> Resource:
    """The answer to a search."""
    return {**bundle(*resources, type="searchset"), **given}


def marta(**given: Any) -> Resource:
    """Marta as this EHR has her."""
    return patient(**given)


def sign(*drafts: Resource, **prefetch: Any) -> Resource:
    """Marta's orders at signing, with her allergy to penicillin."""
    given = {"patient": marta(), "allergies": searched(allergic("Penicillin")), **prefetch}
    return asks(*drafts, **given)


def stops(cards: list[dict[str, Any]]) -> list[str]:
    """What stops whoever orders."""
    return [one["summary"] for one in cards if one["indicator"] == "critical"]


def told(cards: list[dict[str, Any]]) -> str:
    """What is said of what was not checked."""
    return " ".join(one.get("detail", "") for one in cards if one["source"]["topic"]["code"] == "scope")


def without(resource: Resource, *names: str) -> Resource:
    """A resource without these parts."""
    return {name: value for name, value in resource.items() if name not in names}


@dataclass
class Ehr:
    """The EHR: who it says it is, and with which key it signs."""

    key: Key
    kid: str
    used: int = 0

    def claims(self, service: str, now: datetime | None = None) -> dict[str, Any]:
        """What an honest statement for a service says, each with a number of its own."""
        self.used += 1
        made = now or datetime.now(UTC)
        return {
            "iss": ISSUER,
            "aud": f"{OURS}/cds-services/{service}",
            "iat": int(made.timestamp()),
            "exp": int((made + timedelta(minutes=5)).timestamp()),
            "jti": f"statement {self.used}",
        }

    def statement(self, service: str, *, now: datetime | None = None, **other: Any) -> str:
        """A signed statement for a service; `other` claims take the place of the right ones, None takes one away.

        A claim that is a timedelta is the moment so far from now: parametrised tests are collected long before they run.
        """
        claims = self.claims(service, now)
        header = {"alg": "ES384", "kid": self.kid, "typ": "JWT", **other.pop("header", {})}
        key = other.pop("key", self.key)
        made = now or datetime.now(UTC)
        spans = {n: int((made + v).timestamp()) for n, v in other.items() if isinstance(v, timedelta)}
        claims = {name: value for name, value in (claims | other | spans).items() if value is not None}
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def post(
        self, service: str, body: Mapping[str, Any] | bytes, *, path: str = "", token: str | None = None
    ) -> HttpResponse:
        """Ask at a service, with a fresh statement unless another is given ("": none)."""
        said = self.statement(service) if token is None else token
        headers = {"Authorization": f"Bearer {said}"} if said else {}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer: Any = Client().post(
            f"/cds-services/{service}{path}", data, content_type="application/json", headers=headers
        )
        return answer

    def cards(self, service: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The cards that it gets, by the specification's form."""
        answer = self.post(service, body)
        assert answer.status_code == 200, answer.content
        return must_be_cards(json.loads(answer.content))


def registered(home: Path, **table: str) -> Ehr:
    """An EHR whose keys lie in the site's home, and which the site trusts; its patients' ids are those of the source `clinic`."""
    home.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384", "kid": "one"})
    (home / "ehr.jwks.json").write_text(json.dumps(public_set(key)))
    lines = {
        "issuer": ISSUER,
        "audience": OURS,
        "keys": "ehr.jwks.json",
        "source": "clinic",
        "origins": ISSUER,
        **table,
    }
    said = "\n".join(f'{name} = "{value}"' for name, value in lines.items() if value)
    (home / "hooks.toml").write_text(f"[riverside]\n{said}\n")
    return Ehr(key, "one")


class ServedEhr:
    """A FHIR server on this machine that answers reads and searches, by "Type/id" and "Type", with what `found` holds, else 404; what `refuses`
    stands in ("" for nothing) it doesn't know."""

    def __init__(self) -> None:
        self.found: dict[str, Resource] = {}
        self.asked: list[tuple[str, str]] = []
        self.refuses = ""
        ehr = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ehr.asked.append((self.path, self.headers.get("Authorization", "")))
                body = ehr.found.get(self.path.removeprefix("/fhir/").partition("?")[0])
                if ehr.refuses and ehr.refuses in self.path:
                    body = None
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(json.dumps(body or {}).encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


def known(pipeline: Pipeline, tmp_path: Path, *resources: Any) -> str:
    """Marta in Careloom's own record, by what the source `clinic` sent; our id."""
    file = tmp_path / "marta.json"
    file.write_bytes(body(bundle(marta(), *resources)))
    [patient] = pipeline.connect([file], source="clinic").patients
    return patient
