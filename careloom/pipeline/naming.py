"""Naming: drugs, people, places and texts that a page only refers to are fetched before it is read."""

import base64
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from careloom.care.entry import Message
from careloom.pipeline.arrivals import Arrival
from careloom.pipeline.intake import Intake
from careloom.pipeline.report import Report
from careloom.store.opening import Store
from careloom.wire import fhir

# A drug's codes stand in no display; of people and places a display says enough.
ALWAYS = frozenset({"Medication"})
UNLESS_DISPLAYED = frozenset({"Practitioner", "PractitionerRole", "Organization", "Location"})
ADDRESS = re.compile(r"(?:^|/)((?:[A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,200})(?:/_history/\S*)?$")
# What a text can be read of; a scanned page is none.
TEXTS = ("text/", "application/xhtml", "application/pdf")
DEEPEST = 2


@dataclass
class Names:
    """What is fetched of one server beside its searches: each once, and never again where it is known."""

    server: fhir.Server
    store: Store
    intake: Intake
    refused: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)

    @property
    def cannot(self) -> list[str]:
        """What the server did not give, in words."""
        return [f"{kind}: {number} could not be read" for kind, number in sorted(self.refused.items())]

    @property
    def remarks(self) -> list[str]:
        """What was left at the server, in words."""
        return [
            f"{number} attachments of type {kind} were not fetched"
            for kind, number in sorted(self.skipped.items())
        ]

    def bring(self, body: bytes, report: Report, depth: int = 0) -> tuple[tuple[Message, str], ...]:
        """Store and read what a page (or a resource) refers to and nobody has sent yet; what of it must wait."""
        later: list[tuple[Message, str]] = []
        try:
            page = msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return ()  # whoever reads it says what is wrong with it
        here = {f"{one.get('resourceType')}/{one.get('id')}" for one in _resources(page)}
        elsewhere = self.store.elsewhere(self.server.name)
        for address in dict.fromkeys(self._referred(page)):
            if address in here or address in self.asked or elsewhere.named(address) is not None:
                continue
            self.asked.add(address)
            kind = address.partition("/")[0]
            found = self._fetched(address, kind)
            if found:
                if depth < DEEPEST:
                    later += self.bring(found, report, depth + 1)
                later += self.intake.take(_alone(kind, found), report, source=self.server.name, format="fhir")
        return tuple(later)

    def _fetched(self, address: str, kind: str) -> bytes:
        offer = self.server.capability.offers.get(kind)
        if self.server.capability.known and (offer is None or not offer.read) and kind != "Binary":
            self.refused[kind] += 1
            return b""
        try:
            reply = fhir.resource(self.server, address, kind)
        except fhir.CannotAnswer:
            self.refused[kind] += 1
            return b""
        return _as_binary(address, reply) if kind == "Binary" else reply.body

    def _referred(self, page: Any) -> Iterator[str]:
        """The addresses on this server that a page refers to for a name or a text."""
        for value in _objects(page):
            reference = value.get("reference")
            if isinstance(reference, str) and (address := self._own(reference)):
                kind = address.partition("/")[0]
                if kind in ALWAYS or (kind in UNLESS_DISPLAYED and not value.get("display")):
                    yield address
            url = value.get("url")
            if isinstance(url, str) and "contentType" in value and "data" not in value:
                address = self._own(url)
                if address.startswith("Binary/"):
                    yield from self._text(address, str(value["contentType"]))

    def _text(self, address: str, kind: str) -> Iterator[str]:
        if kind.startswith(TEXTS):
            yield address
        elif address not in self.asked:
            self.asked.add(address)
            self.skipped[kind.partition(";")[0]] += 1

    def _own(self, reference: str) -> str:
        """ "Type/id" of a reference to this server; "" for any other."""
        found = ADDRESS.search(reference)
        if not found or ("://" in reference and not reference.startswith(f"{self.server.base}/")):
            return ""
        return found.group(1)


def _resources(page: Any) -> Iterator[dict[str, Any]]:
    entries = page.get("entry", []) if isinstance(page, dict) else []
    yield from (
        one["resource"] for one in entries if isinstance(one, dict) and isinstance(one.get("resource"), dict)
    )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _as_binary(address: str, reply: fhir.Reply) -> bytes:
    """A Binary as FHIR has it in JSON, also where the server gave its content as it is (FHIR R4, Binary: servers do either)."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.endswith("json"):
        return reply.body
    data = base64.b64encode(reply.body).decode()
    content = reply.headers.get("content-type", "") or "text/plain"
    found = {"resourceType": "Binary", "id": address.partition("/")[2], "contentType": content, "data": data}
    return msgspec.json.encode(found)


def _alone(kind: str, body: bytes) -> Arrival:
    return Arrival(kind, lambda: iter((body,)), lambda: iter((body,)))
