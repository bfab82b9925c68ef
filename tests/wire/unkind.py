"""A FHIR server that is a list of what it answers: each path's answers in turn, the last one again and again.

It was not written along with the client: it knows nothing of resources, and says word for word what a test tells it
to, with any headers, at any pace, cut off anywhere.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

JSON = "application/fhir+json"


@dataclass(frozen=True)
class Say:
    """One answer. `length` is the Content-Length that is told (None: the true one, -1: none); `pause` between parts."""

    status: int = 200
    body: bytes | dict[str, object] | Iterable[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    pause: float = 0.0

    def parts(self) -> Iterable[bytes]:
        """What is sent, part by part."""
        if isinstance(self.body, dict):
            return (msgspec.json.encode(self.body),)
        return (self.body,) if isinstance(self.body, bytes) else self.body


@dataclass
class Unkind:
    """What it answers by method and path (without the query), and the requests that came: line and headers."""

    answers: dict[str, list[Say]] = field(default_factory=dict)
    came: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    hook: Callable[[str], None] = lambda line: None

    def say(self, where: str, *answers: Say) -> None:
        """Answer a path so: "GET /fhir/Patient"."""
        self.answers[where] = list(answers)

    def lines(self, part: str = "") -> list[str]:
        """The requests that came, with this in them."""
        return [line for line, _ in self.came if part in line]

    def next(self, line: str) -> Say:
        """The answer to a request."""
        self.hook(line)
        left = self.answers.get(line.partition("?")[0])
        if not left:
            return Say(404)
        return left.pop(0) if len(left) > 1 else left[0]


class _Handler(BaseHTTPRequestHandler):
    unkind: Unkind

    def log_message(self, *said: object) -> None:
        del said

    def do_GET(self) -> None:
        line = f"{self.command} {self.path}"
        self.unkind.came.append((line, {name.lower(): value for name, value in self.headers.items()}))
        say = self.unkind.next(line)
        self.send_response_only(say.status)
        headers = {"content-type": JSON} | say.headers
        if say.length is None and isinstance(say.body, bytes | dict):
            headers["content-length"] = str(sum(map(len, say.parts())))
        elif say.length is not None and say.length >= 0:
            headers["content-length"] = str(say.length)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            for part in say.parts():
                self.wfile.write(part)
                if say.pause:
                    self.wfile.flush()
                    time.sleep(say.pause)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address


@contextmanager
def unkind() -> Iterator[Unkind]:
    """The server on a port of this machine; its FHIR base is `url`."""
    it = Unkind()
    server = _Quiet(("127.0.0.1", 0), type("Answering", (_Handler,), {"unkind": it}))
    server.daemon_threads = True
    it.url = f"http://127.0.0.1:{server.server_address[1]}/fhir"
    threading.Thread(target=lambda: server.serve_forever(poll_interval=0.05), daemon=True).start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()


def ndjson(*lines: dict[str, object]) -> bytes:
    """Resources, one a line."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in lines)


def person(id: str = "p-1", family: str = "Quill", born: str = "1949-06-30") -> dict[str, object]:
    """Marta Quill, or somebody else who was invented."""
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [{"system": "urn:unkind:mrn", "value": f"U-{id}"}],
        "name": [{"family": family, "given": ["Marta"]}],
        "birthDate": born,
        "gender": "female",
    }


def condition(id: str, whose: str = "p-1", **given: object) -> dict[str, object]:
    """A diagnosis of hers."""
    subject = {"reference": f"Patient/{whose}"}
    return {
        "resourceType": "Condition",
        "id": id,
        "subject": subject,
        "code": {"text": f"condition {id}"},
        **given,
    }


def searchset(*found: dict[str, object], next: str = "", **given: object) -> dict[str, object]:
    """A page of a search."""
    link = [{"relation": "next", "url": next}] if next else []
    entry = [{"resource": one} for one in found]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entry, "link": link, **given}


def statement(*kinds: str) -> dict[str, object]:
    """What a server says that it can: search and read these types, and export."""
    resource = [{"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}]} for kind in kinds]
    rest = [{"mode": "server", "resource": resource, "operation": [{"name": "export"}]}]
    return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": rest}
