"""A FHIR server of our own on this machine: it does what the specification says, and fails when it is told to.

It keeps resources in memory, searches them by patient, category, _id and _lastUpdated, gives pages, tokens (SMART
Backend Services: the signature is verified) and bulk exports. `faults` are answers given once each before the real
one; `asked` is every request that came.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.wire.exports import Job, manifest

Resource = dict[str, Any]
Body = bytes | Resource
COMMON = frozenset({"_count", "_include", "_revinclude", "_sort", "page", "_total"})


@dataclass
class Fault:
    """One answer to a request whose path and query hold `where`, in place of the real one."""

    status: int
    where: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: Body = b""
    delay: float = 0.0
    # Send only so many bytes of the real answer and break the connection.
    cut_after: int | None = None


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    form: dict[str, str] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for key, value in self.query if key == name]


@dataclass
class Hospital:
    """What the server keeps and how it behaves."""

    resources: dict[str, Resource] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    capability: Resource | None = None
    smart: Resource | None = None
    page_size: int = 50
    next_link: Callable[[str, str], str] = lambda base, path: f"{base}{path}"
    # Tokens: the public keys of who may ask, and what was given out.
    keys: Resource | None = None
    expires_in: int = 300
    tokens: set[str] = field(default_factory=set)
    seen_ids: set[str] = field(default_factory=set)
    statements: list[tuple[Resource, Resource]] = field(default_factory=list)
    scope: str | None = None
    # Exports.
    jobs: dict[str, Job] = field(default_factory=dict)
    polls_needed: int = 1
    lines_a_file: int = 50
    deleted: list[str] = field(default_factory=list)
    errors: list[Resource] = field(default_factory=list)
    pause: float = 0.0
    piece: int = 1 << 16
    needs_token: bool = False
    zip_answers: bool = False
    base: str = ""
    clock: Callable[[], float] = time.time

    def keep(self, *found: Resource, at: str = "2026-05-01T10:00:00Z") -> None:
        """Keep resources as changed at that time."""
        for one in found:
            meta = {"versionId": "1", "lastUpdated": at} | one.get("meta", {})
            self.resources[f"{one['resourceType']}/{one['id']}"] = {**one, "meta": meta}

    def searches(self, kind: str) -> list[Asked]:
        """The searches of a type that came."""
        return [one for one in self.asked if one.path == f"/fhir/{kind}"]

    @property
    def lines(self) -> list[str]:
        """Every request as "GET /fhir/Condition?…" without the host."""
        return [f"{one.method} {one.path}" for one in self.asked]


def _refers(resource: Resource, patient: str) -> bool:
    wanted = {patient, f"Patient/{patient}"}
    if resource["resourceType"] == "Patient":
        return resource["id"] == patient
    people = [resource.get("subject"), resource.get("patient"), resource.get("beneficiary")]
    people += [one.get("actor") for one in resource.get("participant", [])]
    return any(one and one.get("reference") in wanted for one in people)


def _has(resource: Resource, name: str, value: str) -> bool:
    if name in ("patient", "subject"):
        return _refers(resource, value.removeprefix("Patient/"))
    if name == "_id":
        return resource["id"] in value.split(",")
    if name == "identifier":
        system, _, number = value.rpartition("|")
        found = resource.get("identifier", [])
        return any(one["value"] == number and system in ("", one.get("system")) for one in found)
    if name == "_lastUpdated":
        updated = resource["meta"]["lastUpdated"]
        return updated[: len(value) - 2].rstrip("Z") >= value.removeprefix("ge").rstrip("Z")
    if name == "intent":
        return resource.get("intent") in value.split(",")
    if name == "category":
        wanted = {one.rpartition("|")[2] for one in value.split(",")}
        held = resource.get("category", [])
        return bool(wanted & {coding["code"] for one in held for coding in one.get("coding", [])})
    return False


def search(hospital: Hospital, kind: str, query: list[tuple[str, str]]) -> list[Resource]:
    """The resources of a type that fit."""
    return [
        one
        for one in hospital.resources.values()
        if one["resourceType"] == kind and all(_has(one, *part) for part in query if part[0] not in COMMON)
    ]


def bundle(hospital: Hospital, path: str, query: list[tuple[str, str]]) -> Resource:
    """A page of a search."""
    kind = path.rpartition("/")[2]
    found = search(hospital, kind, query)
    asked = dict(query)
    size = min(int(asked.get("_count", hospital.page_size)), hospital.page_size)
    page = int(asked.get("page", 1))
    shown = found[(page - 1) * size : page * size]
    entries = [{"fullUrl": f"{hospital.base}/{kind}/{one['id']}", "resource": one} for one in shown]
    entries += _included(hospital, shown, [value for name, value in query if name == "_include"])
    answer: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}
    if page * size < len(found):
        rest = "&".join(f"{name}={value}" for name, value in query if name != "page")
        link = hospital.next_link(hospital.base, f"/{kind}?{rest}&page={page + 1}")
        answer["link"] = [{"relation": "next", "url": link}]
    return answer


def _included(hospital: Hospital, shown: list[Resource], asked: list[str]) -> list[Resource]:
    if not any(one.endswith(":medication") for one in asked):
        return []
    wanted = dict.fromkeys(one.get("medicationReference", {}).get("reference", "") for one in shown)
    return [
        {"resource": hospital.resources[one], "search": {"mode": "include"}}
        for one in wanted
        if one in hospital.resources
    ]


class Handler(BaseHTTPRequestHandler):
    """Answers a request."""

    protocol_version = "HTTP/1.1"
    hospital: Hospital

    def log_message(self, *said: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.take()

    def do_POST(self) -> None:
        self.take()

    def do_DELETE(self) -> None:
        self.take()

    def take(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode()))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parse_qsl(parts.query), headers, form)
        hospital = self.hospital
        hospital.asked.append(asked)
        fault = next((one for one in hospital.faults if one.where in f"{asked.method} {self.path}"), None)
        if fault is not None:
            hospital.faults.remove(fault)
            time.sleep(fault.delay)
            if fault.cut_after is None:
                self.give(fault.status, fault.body, fault.headers)
                return
        status, body, more = self.answer(asked)
        self.give(status, body, more, cut_after=fault.cut_after if fault else None)

    def answer(self, asked: Asked) -> tuple[int, Body, dict[str, str]]:
        hospital, path = self.hospital, asked.path
        if path == "/token":
            return self.token(asked)
        if path == "/fhir/metadata":
            return (200, hospital.capability, {}) if hospital.capability else (404, b"", {})
        if path == "/fhir/.well-known/smart-configuration":
            return (200, hospital.smart, {}) if hospital.smart else (404, b"", {})
        if hospital.keys is not None and not path.startswith("/open/"):
            token = asked.headers.get("authorization", "").removeprefix("Bearer ")
            if token not in hospital.tokens:
                return 401, outcome("login"), {}
        if path.endswith("/$export"):
            return self.kick_off(asked)
        if path.startswith("/jobs/"):
            return self.job(asked)
        if path.startswith(("/files/", "/open/")):
            _, _, number, name = path.split("/", 3)
            job = hospital.jobs.get(number)
            known = job is not None and not job.gone and name in job.files
            return (
                (200, job.files[name], {"content-type": "application/fhir+ndjson"})
                if known and job
                else (404, b"", {})
            )
        address = path.removeprefix("/fhir/")
        if "/" in address:
            found = hospital.resources.get(address)
            return (200, found, {}) if found else (404, outcome("not-found"), {})
        return 200, bundle(hospital, path, asked.query), {}

    def token(self, asked: Asked) -> tuple[int, Body, dict[str, str]]:
        hospital = self.hospital
        try:
            keys = KeySet.import_key_set(hospital.keys or {"keys": []})
            said = jwt.decode(asked.form.get("client_assertion", ""), keys, algorithms=["RS384", "ES384"])
        except (JoseError, ValueError):
            return 400, {"error": "invalid_client"}, {}
        claims, now = said.claims, hospital.clock()
        hospital.statements.append((said.header, claims))
        good = (
            claims["aud"] == f"{hospital.base.removesuffix('/fhir')}/token"
            and claims["iss"] == claims["sub"]
            and now < claims["exp"] <= now + 300
            and claims["jti"] not in hospital.seen_ids
            and asked.form.get("grant_type") == "client_credentials"
        )
        if not good:
            return 400, {"error": "invalid_grant"}, {}
        hospital.seen_ids.add(claims["jti"])
        token = f"t{len(hospital.seen_ids)}"
        hospital.tokens.add(token)
        granted = hospital.scope or asked.form["scope"]
        return (
            200,
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": hospital.expires_in,
                "scope": granted,
            },
            {},
        )

    def kick_off(self, asked: Asked) -> tuple[int, Body, dict[str, str]]:
        hospital = self.hospital
        if asked.headers.get("prefer") != "respond-async":
            return 400, outcome("invalid"), {}
        types = [one for value in asked.all("_type") for one in value.split(",")]
        number = str(len(hospital.jobs) + 1)
        hospital.jobs[number] = Job(since="".join(asked.all("_since")), types=types)
        return 202, b"", {"content-location": f"{hospital.base.removesuffix('/fhir')}/jobs/{number}"}

    def job(self, asked: Asked) -> tuple[int, Body, dict[str, str]]:
        hospital, number = self.hospital, asked.path.rpartition("/")[2]
        job = hospital.jobs.get(number)
        if job is None or job.gone:
            return 404, outcome("not-found"), {}
        if asked.method == "DELETE":
            job.gone = True
            return 202, b"", {}
        job.polls += 1
        if job.polls <= hospital.polls_needed:
            return 202, b"", {"x-progress": f"{job.polls} of {hospital.polls_needed}", "retry-after": "1"}
        return 200, manifest(hospital, number, job), {}

    def give(self, status: int, body: Body, more: dict[str, str], *, cut_after: int | None = None) -> None:
        hospital = self.hospital
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "content-type": "application/fhir+json",
            "date": format_datetime(datetime.now(UTC), usegmt=True),
        }
        headers |= {name.lower(): value for name, value in more.items()}
        if hospital.zip_answers and status == 200:
            data = gzip.compress(data)
            headers["content-encoding"] = "gzip"
        self.send_response_only(status)
        for name, value in {**headers, "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if cut_after is not None:
            self.wfile.write(data[:cut_after])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        slow = hospital.pause if self.path.startswith("/files/") else 0.0
        for start in range(0, len(data), hospital.piece):
            self.wfile.write(data[start : start + hospital.piece])
            if slow:
                self.wfile.flush()
                time.sleep(slow)


def outcome(code: str, severity: str = "error", diagnostics: str = "Marta Quill 1949-06-30") -> Resource:
    """An OperationOutcome whose own words name a patient."""
    issue = {"severity": severity, "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Quiet(ThreadingHTTPServer):
    """A server that says nothing when a client goes away in the middle."""

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address


@contextmanager
def serving(hospital: Hospital) -> Iterator[Hospital]:
    """The hospital on a port of this machine; `base` is its FHIR address."""
    handler = type("Answering", (Handler,), {"hospital": hospital})
    server = Quiet(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hospital.base = f"http://127.0.0.1:{server.server_address[1]}/fhir"
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.05), daemon=True)
    thread.start()
    try:
        yield hospital
    finally:
        server.shutdown()
        server.server_close()


def capability(
    *kinds: str, includes: list[str] | None = None, revincludes: list[str] | None = None, **given: Any
) -> Resource:
    """A CapabilityStatement with these types."""
    found = [
        {
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [{"name": "patient", "type": "reference"}],
            "searchInclude": includes or [],
            "searchRevInclude": revincludes or [],
        }
        for kind in kinds
    ]
    rest = {"mode": "server", "resource": found, "operation": [{"name": "export"}]}
    return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [rest], **given}


def body_of(resource: Resource) -> bytes:
    """A resource as bytes."""
    return json.dumps(resource).encode()
