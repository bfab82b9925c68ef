"""Published keys of an EHR, and reading at its FHIR server: only where the site has said, and never longer than it allows."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any

import pytest
from joserfc.jwk import ECKey

from careloom.errors import SourceError
from careloom.wire.fhir.keys import public_set
from careloom.wire.hooks import Issuer, Keyholders, may_read, read

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Ehr:
    """An EHR on this machine: what it answers by path, what it was asked, and how long it takes."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.slow = 0.0
        ehr = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ehr.asked.append((self.path, self.headers.get("Authorization", "")))
                sleep(ehr.slow)
                status, body = ehr.answers.get(self.path, (404, {}))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", body)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def issuer(self, **given: Any) -> Issuer:
        said = {"jwks_url": f"{self.url}/jwks.json", "fhir": (f"{self.url}/fhir",), "seconds": 1.0}
        return Issuer(name="riverside", issuer="https://ehr.example.org", **(said | given))


@pytest.fixture
def ehr() -> Iterator[Ehr]:
    made = Ehr()
    yield made
    made.server.shutdown()
    made.server.server_close()


def keys(*names: str) -> dict[str, Any]:
    made = [ECKey.generate_key("P-384", {"kid": name}) for name in names]
    return {"keys": [public_set(one)["keys"][0] for one in made]}


def test_published_keys_are_kept_for_an_hour_and_read_anew_for_a_key_that_is_not_among_them(ehr: Ehr) -> None:
    clock = {"now": NOON}
    holders = Keyholders(lambda: clock["now"])
    ehr.answers["/jwks.json"] = (200, keys("one"))
    issuer = ehr.issuer()
    assert holders.key(issuer, "one") and holders.key(issuer, "one")
    assert len(ehr.asked) == 1
    ehr.answers["/jwks.json"] = (200, keys("two"))
    clock["now"] += timedelta(minutes=2)
    assert holders.key(issuer, "two") and holders.key(issuer, "one") is None
    assert len(ehr.asked) == 2
    assert holders.key(issuer, "three") is None and len(ehr.asked) == 2


def test_keys_that_cannot_be_read_anew_count_for_a_day(ehr: Ehr) -> None:
    clock = {"now": NOON}
    holders = Keyholders(lambda: clock["now"])
    ehr.answers["/jwks.json"] = (200, keys("one"))
    issuer = ehr.issuer()
    assert holders.key(issuer, "one")
    ehr.answers["/jwks.json"] = (500, {})
    clock["now"] += timedelta(hours=20)
    assert holders.key(issuer, "one")
    clock["now"] += timedelta(hours=5)
    for _ in range(2):
        with pytest.raises(SourceError):
            holders.key(issuer, "one")
        clock["now"] += timedelta(seconds=10)


@pytest.mark.parametrize("body", [[], {"keys": 5}, {"keys": [{"kty": "EC", "kid": "a"}]}, "x"])
def test_what_is_no_set_of_keys_is_no_trust(ehr: Ehr, body: Any) -> None:
    ehr.answers["/jwks.json"] = (200, body)
    with pytest.raises(SourceError, match="are no JWK set"):
        Keyholders(lambda: NOON).key(ehr.issuer(), "a")


def test_keys_are_not_fetched_where_their_address_leads_elsewhere(ehr: Ehr) -> None:
    ehr.answers["/jwks.json"] = (302, f"{ehr.url}/elsewhere.json")
    ehr.answers["/elsewhere.json"] = (200, keys("one"))
    with pytest.raises(SourceError, match="302"):
        Keyholders(lambda: NOON).key(ehr.issuer(), "one")
    assert [path for path, _ in ehr.asked] == ["/jwks.json"]


def test_the_ehrs_server_is_read_with_the_token_that_it_sent(ehr: Ehr) -> None:
    patient = {"resourceType": "Patient", "id": "p1"}
    ehr.answers["/fhir/Patient/p1"] = (200, patient)
    [body] = read(ehr.issuer(), f"{ehr.url}/fhir", "secret", ["Patient/p1"], lambda: NOON)
    assert json.loads(body) == patient and ehr.asked == [("/fhir/Patient/p1", "Bearer secret")]


def page(*ids: str, after: str = "") -> dict[str, Any]:
    links = [{"relation": "next", "url": after}] if after else []
    entries = [{"resource": {"resourceType": "MedicationRequest", "id": one}} for one in ids]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}


def test_all_pages_of_what_she_takes_are_read_and_of_results_as_many_as_were_asked_for(ehr: Ehr) -> None:
    ehr.answers["/fhir/MedicationRequest?patient=p1"] = (200, page("m1", after=f"{ehr.url}/fhir?page=2"))
    ehr.answers["/fhir?page=2"] = (200, page("m2", after="MedicationRequest?page=3"))
    ehr.answers["/fhir/MedicationRequest?page=3"] = (200, page("m3"))
    ehr.answers["/fhir/Observation?_count=200"] = (200, page("o1", after=f"{ehr.url}/fhir?page=9"))
    bodies = read(
        ehr.issuer(),
        f"{ehr.url}/fhir",
        "t",
        ["MedicationRequest?patient=p1", "Observation?_count=200"],
        lambda: NOON,
    )
    assert [one["resource"]["id"] for body in bodies for one in json.loads(body)["entry"]] == [
        "m1",
        "m2",
        "m3",
        "o1",
    ]


@pytest.mark.parametrize("after", ["http://127.0.0.1:1/fhir?page=2", "{url}/admin", "{url}/fhirs?page=2"])
def test_a_next_page_at_another_address_is_not_asked(ehr: Ehr, after: str) -> None:
    ehr.answers["/fhir/MedicationRequest"] = (200, page("m1", after=after.format(url=ehr.url)))
    with pytest.raises(SourceError, match="another address"):
        read(ehr.issuer(), f"{ehr.url}/fhir", "secret", ["MedicationRequest"], lambda: NOON)
    assert len(ehr.asked) == 1


def test_pages_that_lead_in_a_circle_are_read_no_longer_than_the_site_allows(ehr: Ehr) -> None:
    ehr.answers["/fhir/MedicationRequest"] = (200, page("m1", after=f"{ehr.url}/fhir/MedicationRequest"))
    with pytest.raises(SourceError, match="did not answer within"):
        read(ehr.issuer(seconds=0.3), f"{ehr.url}/fhir", "t", ["MedicationRequest"], lambda: NOON)


@pytest.mark.parametrize(
    "server",
    [
        "http://169.254.169.254/latest",
        "http://localhost/fhir",
        "file:///etc/passwd",
        "https://ehr.example.org/fhir",
        "{url}",
        "{url}/fhir/../admin",
        "{url}/fhir@evil.example.org",
        "",
    ],
)
def test_no_address_that_only_a_request_names_is_asked(ehr: Ehr, server: str) -> None:
    named = server.format(url=ehr.url)
    assert not may_read(ehr.issuer(), named)
    with pytest.raises(SourceError, match="set no such FHIR server"):
        read(ehr.issuer(), named, "secret", ["Patient/p1"], lambda: NOON)
    assert ehr.asked == []


def test_a_slow_server_is_not_waited_for(ehr: Ehr) -> None:
    ehr.slow, ehr.answers["/fhir/Patient/p1"] = 0.6, (200, {})
    with pytest.raises(SourceError):
        read(ehr.issuer(seconds=0.3), f"{ehr.url}/fhir", "t", ["Patient/p1"] * 5, lambda: NOON)
    assert len(ehr.asked) <= 2


def test_a_redirect_of_the_ehrs_server_is_not_followed_with_its_token(ehr: Ehr) -> None:
    ehr.answers["/fhir/Patient/p1"] = (302, f"{ehr.url}/elsewhere")
    with pytest.raises(SourceError, match="302"):
        read(ehr.issuer(), f"{ehr.url}/fhir", "secret", ["Patient/p1"], lambda: NOON)
    assert [path for path, _ in ehr.asked] == ["/fhir/Patient/p1"]
