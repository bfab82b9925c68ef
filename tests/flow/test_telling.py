"""Other systems are told by webhooks that something happened: signed, in order, once, and without a word about a patient."""

import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom.care.document import Action, Proposal, Reviewer
from careloom.chart.parts import ident
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.pipeline.ehr.telling import PAUSES, Tellings
from careloom.wire.webhook import Sender, WebhookError
from tests.flow.test_deciding import every

pytestmark = pytest.mark.django_db
TOPICS = ("plan-filed", "task-changed")


class Clock:
    """The time, which a test lets pass."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-11-23T15:00:00+00:00")

    def __call__(self) -> datetime:
        return self.now


class Receiver:
    """A server that takes notifications, or answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.status < 300:
                    outer.taken.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/told"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def kinds(self) -> list[str]:
        """What sort of message each was."""
        return [one["valueCode"] for body in self.bodies() for one in status(body) if one["name"] == "type"]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]


def status(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bundle["entry"][0]["resource"]["parameter"]
    return found


def focus(bundle: dict[str, Any]) -> str:
    (event,) = [one for one in status(bundle) if one["name"] == "notification-event"]
    said: str = next(one for one in event["part"] if one["name"] == "focus")["valueReference"]["reference"]
    return said


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tellings(desk: Pipeline, clock: Clock) -> Tellings:
    return Tellings(desk.store, clock, 3, Sender(("127.0.0.1",)))


def file(desk: Pipeline, physician: Reviewer, plan: Proposal) -> None:
    desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan))


def test_a_filed_plan_is_told_signed_and_by_its_id_alone(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tellings: Tellings, receiver: Receiver, clock: Clock
) -> None:
    made, secret = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    file(desk, physician, plan)
    assert tellings.queue() == 1 and tellings.queue() == 0
    assert tellings.tell(made.id) == 1 and tellings.tell(made.id) == 0
    assert receiver.kinds() == ["handshake", "event-notification"]
    headers, body = receiver.taken[1]
    signed = headers["Careloom-Timestamp"].encode() + b"." + body
    assert headers["Careloom-Signature"] == f"v1={hmac.new(secret.encode(), signed, 'sha256').hexdigest()}"
    bundle = json.loads(body)
    Bundle.model_validate(bundle)
    assert focus(bundle) == f"CarePlan/{ident('CarePlan', plan.id)}"
    assert "Samuel" not in body.decode() and "Green" not in body.decode()
    found = desk.facade.read(physician, *focus(bundle).split("/"))
    assert found.resource["status"] == "active"


def test_what_is_not_taken_is_told_again_later_and_nothing_overtakes_it(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tellings: Tellings, receiver: Receiver, clock: Clock
) -> None:
    made, _ = tellings.add("operator", "ehr", receiver.address, TOPICS)
    file(desk, physician, plan)
    number = tellings.queue()
    assert number > 2
    receiver.status = 503
    assert tellings.tell(made.id) == 0 and desk.store.webhooks.due(clock.now) == ()
    receiver.status = 200
    assert tellings.tell(made.id) == 0
    clock.now += timedelta(minutes=PAUSES[0])
    told = 0
    while step := tellings.tell(made.id):
        told += step
    assert told == number
    numbers = [
        int(part["valueString"])
        for bundle in receiver.bodies()[1:]
        for one in status(bundle)
        if one["name"] == "notification-event"
        for part in one["part"]
        if part["name"] == "event-number"
    ]
    assert numbers == list(range(1, number + 1))


def test_what_is_never_taken_is_among_the_dead_and_told_again_when_somebody_says_so(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tellings: Tellings, receiver: Receiver, clock: Clock
) -> None:
    patient = Tellings(desk.store, clock, 30, tellings.sender)
    made, _ = patient.add("operator", "ehr", receiver.address, ["plan-filed"])
    file(desk, physician, plan)
    patient.queue()
    receiver.status = 500
    for pause in (*PAUSES, 0):
        assert patient.tell(made.id) == 0
        clock.now += timedelta(minutes=pause)
    (dead,) = desk.store.webhooks.dead("ehr")
    assert dead.error == "status 500"
    receiver.status = 200
    patient.again("operator", dead.id)
    assert patient.tell(made.id) == 1 and desk.store.webhooks.dead() == ()


def test_one_that_takes_nothing_for_days_is_turned_off_and_goes_on_where_it_was(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tellings: Tellings, receiver: Receiver, clock: Clock
) -> None:
    made, _ = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    file(desk, physician, plan)
    tellings.queue()
    receiver.status = 500
    tellings.tell(made.id)
    clock.now += timedelta(days=3)
    tellings.tell(made.id)
    assert desk.store.webhooks.find("ehr").off is not None and desk.store.webhooks.due(clock.now) == ()
    receiver.status = 200
    tellings.turn("operator", "ehr", on=True)
    clock.now += timedelta(days=1)
    assert tellings.tell(made.id) == 1


def test_one_that_is_gone_is_turned_off_at_once(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tellings: Tellings, receiver: Receiver
) -> None:
    made, _ = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    file(desk, physician, plan)
    tellings.queue()
    receiver.status = 410
    tellings.tell(made.id)
    assert desk.store.webhooks.find("ehr").off is not None


def test_both_secrets_sign_while_one_takes_the_place_of_the_other(
    desk: Pipeline, tellings: Tellings, receiver: Receiver, clock: Clock
) -> None:
    _, old = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    new = tellings.rotate("operator", "ehr")
    tellings.beat("ehr")
    headers, body = receiver.taken[-1]
    signed = headers["Careloom-Timestamp"].encode() + b"." + body
    made = [f"v1={hmac.new(one.encode(), signed, 'sha256').hexdigest()}" for one in (new, old)]
    assert headers["Careloom-Signature"].split(", ") == made
    clock.now += timedelta(days=8)
    tellings.beat("ehr")
    assert len(receiver.taken[-1][0]["Careloom-Signature"].split(", ")) == 1
    row = desk.store.webhooks._rows().get()
    assert new.encode() not in bytes(row.sealed_secret) and old.encode() not in bytes(row.sealed_before)


def test_a_redirect_is_not_followed(tellings: Tellings, receiver: Receiver, desk: Pipeline) -> None:
    receiver.status = 307
    with pytest.raises(WebhookError, match="status 307"):
        tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    assert desk.store.webhooks.find("ehr").off is not None


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("http://hook.example/", ["93.184.216.34"]),
        ("https://hook.example/", ["127.0.0.1"]),
        ("https://hook.example/", ["93.184.216.34", "10.0.0.7"]),
        ("https://hook.example/", ["169.254.169.254"]),
        ("https://hook.example/", ["::1"]),
        ("https://hook.example/", ["::ffff:10.0.0.1"]),
        ("https://name:word@hook.example/", ["93.184.216.34"]),
        ("ftp://hook.example/", ["93.184.216.34"]),
    ],
)
def test_no_address_leads_into_our_network(address: str, numbers: list[str]) -> None:
    with pytest.raises(InputError):
        Sender(look=lambda host, port: numbers).check(address)


def test_a_name_that_leads_inwards_later_is_not_sent_to(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tellings: Tellings, receiver: Receiver, clock: Clock
) -> None:
    made, _ = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    file(desk, physician, plan)
    tellings.queue()
    untrusting = Tellings(desk.store, clock, 3, Sender(look=lambda host, port: ["127.0.0.1"]))
    before = len(receiver.taken)
    assert untrusting.tell(made.id) == 0 and len(receiver.taken) == before
