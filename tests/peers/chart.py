"""A hospital's FHIR R4 server of the tests and the bench, in a process of its own. It shares no code with ours.

    python chart.py      prints its port; with CERTIFICATE and KEY in its environment it speaks TLS

It keeps what it is given, finds by identifier, patient and target, takes transactions (all or nothing, conditional on If-None-Exist and
ifMatch), and gives tokens at /token. POST /$behave sets how it behaves from then on; "at" says which request each fault meets: the first words
of its line ("POST /", "GET /Goal"), "" for all; "exactly" the whole line.

    {"do": "trickle"}       an answer whose header never ends, a byte every 20 ms
    {"do": "drip"}          an answer whose body never ends, as slowly
    {"do": "say", "status": 302, "headers": {}, "body": {}}
    {"do": "hang_up"}       nothing, and the connection is closed; with "after": what was asked is done all the same
    {"do": "half"}          of a transaction the first half is made, then 500 (some servers do)
    {"do": "moved"}         somebody there changes the resource that is about to be written, once
    {"do": "drops", "name"} what it keeps from now on has no such element ("identifier", "security" in meta)
    {"do": "lags"}          a search, and a condition of a create, finds nothing that was made since
    {"do": "gives", "with": {}}  what is found or read has these elements instead of its own
    {"do": "other"}         what is found is about another patient; with "written": only once something was written
    {"do": "wait", "file"}  waits until the file is gone, and answers; with "done": what was asked is done before it waits
    {"do": "expire"}        the tokens given so far are taken no longer at this request; with "for_good" no new ones are given
"""

import io
import json
import os
import re
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

KINDS = [
    "Patient",
    "CarePlan",
    "Goal",
    "ServiceRequest",
    "Task",
    "Condition",
    "Provenance",
    "DocumentReference",
    "Observation",
]
PARAMETERS = [{"name": one, "type": "token"} for one in ("identifier", "patient", "target")]
DOING = [{"code": one} for one in ("read", "search-type", "create", "update")]
OFFERS = [
    {
        "type": kind,
        "interaction": DOING,
        "searchParam": PARAMETERS,
        "conditionalCreate": True,
        "versioning": "versioned-update",
    }
    for kind in KINDS
]
STATEMENT = {
    "resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
    "rest": [{"mode": "server", "resource": OFFERS, "interaction": [{"code": "transaction"}]}],
}  # fmt: skip
ERRORS = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "processing"}]}
URN = re.compile("urn:uuid:[0-9a-f-]{36}")


class Refused(Exception):
    """A transaction of which nothing is kept."""

    def __init__(self, status):
        self.status = status


class Chart:
    """What is kept, as text by address; by what it is found; how it behaves; which tokens are good."""

    def __init__(self):
        self.held, self.found, self.unfound = {}, {}, set()
        self.faults, self.tokens, self.came = [], set(), []
        self.gives = True
        self.turn = threading.RLock()

    def keep(self, resource):
        address = f"{resource['resourceType']}/{resource['id']}"
        for name in (one["name"] for one in self.faults if one["do"] == "drops"):
            resource.pop(name, None)
            resource.get("meta", {}).pop(name, None)
        if any(one["do"] == "lags" for one in self.faults):
            self.unfound.add(address)
        resource.setdefault("meta", {})["versionId"] = str(self.version(address) + 1)
        self.held[address] = json.dumps(resource)
        for one in resource.get("identifier", []):
            self.index(resource, f"{one.get('system')}|{one.get('value')}", address)
        for one in resource.get("target", []):
            if "reference" in one:
                self.index(resource, one["reference"], address)

    def index(self, resource, key, address):
        self.found.setdefault((resource["resourceType"], key), {})[address] = 1

    def version(self, address):
        return int(json.loads(self.held[address])["meta"]["versionId"]) if address in self.held else 0

    def search(self, kind, query):
        keys = [
            one
            for name in ("identifier", "target")
            for said in query.get(name, [])
            for one in said.split(",")
        ]
        there = (
            dict.fromkeys(address for one in keys for address in self.found.get((kind, one), {}))
            if query
            else self.held
        )
        unfound = self.unfound if query and any(one["do"] == "lags" for one in self.faults) else ()
        return [self.held[one] for one in there if one.startswith(f"{kind}/") and one not in unfound]

    def transact(self, entries, half=False):
        names, before = {}, (dict(self.held), {key: dict(value) for key, value in self.found.items()})
        for entry in entries:
            request, kind = entry["request"], entry["resource"]["resourceType"]
            known = self.search(kind, parse_qs(request["ifNoneExist"])) if request.get("ifNoneExist") else []
            if known:
                names[entry["fullUrl"]] = f"{kind}/{json.loads(known[0])['id']}"
            elif request["method"] == "POST":
                names[entry["fullUrl"]] = f"{kind}/{len(self.held) + len(names) + 1}"
        text = json.dumps([one["resource"] for one in entries])
        resources = json.loads(URN.sub(lambda one: names.get(one[0], one[0]), text))
        answers = []
        try:
            for number, (entry, resource) in enumerate(zip(entries, resources, strict=True)):
                if half and number >= len(entries) // 2:
                    return None
                answers.append(self.one(entry["request"], names.get(entry["fullUrl"]), resource))
        except Refused:
            self.held, self.found = before
            raise
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}

    def one(self, request, named, resource):
        address = named or request["url"]
        if named in self.held:
            return {"response": {"status": "200", "location": address}}
        if request.get("ifMatch") and request["ifMatch"] != f'W/"{self.version(address)}"':
            raise Refused(412)
        resource["id"] = address.partition("/")[2]
        self.keep(resource)
        return {
            "response": {
                "status": "201" if named else "200",
                "location": f"{address}/_history/{self.version(address)}",
            }
        }


CHART = Chart()


class Handler(BaseHTTPRequestHandler):
    """One request after another of a connection."""

    protocol_version, wbufsize = "HTTP/1.1", -1

    def log_message(self, *said):
        del said

    def answer(self, status, said, headers=None):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response_only(status)
        for name, value in {
            "Content-Type": "application/fhir+json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.asked(b"")

    def do_POST(self):
        self.asked(self.rfile.read(int(self.headers["Content-Length"])))

    def do_PUT(self):
        self.do_POST()

    def asked(self, body):
        url, line = urlsplit(self.path), f"{self.command} {self.path}"
        if url.path == "/$behave":
            return self.behave(json.loads(body))
        if url.path == "/$came":
            return self.answer(200, {"lines": CHART.came})
        if url.path == "/token":
            return self.token()
        if self.headers.get("X-There"):  # somebody of the hospital, whom no fault meets
            return self.answer(*self.done(url, body, {}))
        CHART.came.append(line)
        fault = next(
            (
                one
                for one in CHART.faults
                if line.startswith(one.get("at", "")) and one.get("exactly", line) == line
            ),
            {},
        )
        if CHART.tokens and self.headers.get("Authorization", "").removeprefix("Bearer ") not in CHART.tokens:
            return self.answer(401, ERRORS)
        if self.met(fault, body):
            return None
        if not fault.get("done"):
            self.wait(fault)
        done = self.done(url, body, fault)
        if fault.get("do") == "hang_up":
            return self.hang_up()
        if fault.get("done"):
            self.wait(fault)
        return self.answer(*done)

    def behave(self, said):
        CHART.faults = said if isinstance(said, list) else [said]
        CHART.gives = True
        self.answer(200, {})

    def token(self):
        if not CHART.gives:
            return self.answer(400, {"error": "invalid_client"})
        token = f"token-{len(CHART.came)}-{time.monotonic_ns()}"
        CHART.tokens = {token}
        return self.answer(200, {"access_token": token, "token_type": "bearer", "expires_in": 300})

    def met(self, fault, body):
        """Whether a fault meets a request before anything is done."""
        what = fault.get("do")
        if what == "say":
            self.answer(fault["status"], fault.get("body", {}), fault.get("headers"))
        elif what == "hang_up" and not fault.get("after"):
            self.hang_up()
        elif what in ("trickle", "drip"):
            self.trickle(whole_header=what == "drip")
        elif what == "expire":
            CHART.faults, CHART.tokens, CHART.gives = [], {"nobody's"}, not fault.get("for_good")
            self.answer(401, ERRORS)
        elif what == "moved":
            CHART.faults = []
            self.moved(body)
            return False
        else:
            return False
        return True

    def trickle(self, *, whole_header):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n")
        self.wfile.write(b"Content-Length: 1000000\r\n\r\n{" if whole_header else b"X-Slow: ")
        try:
            while True:
                self.wfile.write(b" " if whole_header else b"x")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def wait(self, fault):
        while fault.get("do") == "wait" and Path(fault["file"]).exists():
            time.sleep(0.02)

    def hang_up(self):
        self.close_connection = True
        self.wfile = io.BytesIO()  # nothing that is held goes out
        self.connection.close()

    def moved(self, body):
        """Somebody changes what is about to be updated."""
        said = json.loads(body)
        alone = [{"request": {"method": "PUT", "url": self.path.strip("/")}}]
        for entry in said["entry"] if said["resourceType"] == "Bundle" else alone:
            address = entry["request"]["url"]
            if entry["request"]["method"] == "PUT" and address in CHART.held:
                held = json.loads(CHART.held[address])
                theirs = (
                    {"description": "Said otherwise there"} if "description" in held else {"priority": "stat"}
                )
                CHART.keep({**held, **theirs, "note": [{"text": "Somebody called her"}]})

    def done(self, url, body, fault):
        where = url.path.strip("/")
        with CHART.turn:
            if self.command == "POST":
                return self.transacted(json.loads(body), where, fault)
            if self.command == "PUT":
                match = self.headers.get("If-Match")
                if match and match != f'W/"{CHART.version(where)}"':
                    return 412, ERRORS
                CHART.keep(json.loads(body))
                return 200, {}
            if where == "metadata":
                return 200, STATEMENT
            if "/" in where:
                return (200, self.others(CHART.held[where], fault)) if where in CHART.held else (404, ERRORS)
            entries = ",".join(
                f'{{"resource":{self.others(one, fault).decode()}}}'
                for one in CHART.search(where, parse_qs(url.query))
            )
            return 200, f'{{"resourceType":"Bundle","type":"searchset","entry":[{entries}]}}'.encode()

    def others(self, text, fault):
        written = any(line.startswith("POST") for line in CHART.came)
        if fault.get("do") == "other" and (written or not fault.get("written")):
            text = re.sub('"Patient/[^"]*"', '"Patient/somebody-else"', text)
        if fault.get("do") == "gives":
            text = json.dumps({**json.loads(text), **fault["with"]})
        return text.encode()

    def transacted(self, said, where, fault):
        if where:
            return self.posted(said)
        try:
            made = CHART.transact(said["entry"], half=fault.get("do") == "half")
        except Refused as refused:
            return refused.status, ERRORS
        return (500, ERRORS) if made is None else (200, made)

    def posted(self, resource):
        condition = self.headers.get("If-None-Exist")
        known = CHART.search(resource["resourceType"], parse_qs(condition)) if condition else []
        if known:
            return 200, known[0].encode()
        resource["id"] = str(len(CHART.held) + 1)
        CHART.keep(resource)
        return 201, b"{}", {"Location": f"{resource['resourceType']}/{resource['id']}"}


class Server(ThreadingHTTPServer):
    """Quiet about whoever hangs up."""

    daemon_threads = True

    def handle_error(self, *said):
        del said


if __name__ == "__main__":
    with Server(("127.0.0.1", 0), Handler) as server:
        if "CERTIFICATE" in os.environ:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(os.environ["CERTIFICATE"], os.environ["KEY"])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_address[1], flush=True)
        server.serve_forever()
