"""A receiver that was written by docs/webhooks.md alone: it takes what is ours, once, and nothing bent; a day of being down loses it nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.pipeline import Pipeline
from careloom.pipeline.ehr.telling import Tellings
from tests.flow.test_telling import TOPICS, Clock, Receiver, clock, file, focus, receiver, tellings

__all__ = ["clock", "receiver", "tellings"]
pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"
Check = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture
def is_ours(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The check as the document has it, at the test's time."""
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    named: dict[str, Check] = {}
    exec(compile(code, DOCS.name, "exec"), named)
    monkeypatch.setattr("time.time", lambda: clock.now.timestamp())
    return named["is_ours"]


def test_the_documents_check_takes_what_is_ours_and_nothing_bent(
    tellings: Tellings, receiver: Receiver, is_ours: Check, clock: Clock
) -> None:
    _, secret = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    headers, body = receiver.taken[-1]
    assert is_ours(secret, headers, body)
    assert is_ours(secret, {name.lower(): one for name, one in headers.items()}, body)
    assert not is_ours("another", headers, body)
    assert not is_ours(secret, headers, body + b" ")
    for name, bent in (
        ("Careloom-Signature", ""),
        ("Careloom-Signature", "v1=ü"),
        ("Careloom-Timestamp", "now"),
        ("Careloom-Timestamp", "٣"),
        ("Careloom-Timestamp", str(int(headers["Careloom-Timestamp"]) + 1)),
    ):
        assert not is_ours(secret, {**headers, name: bent}, body)
    for name in ("Careloom-Signature", "Careloom-Timestamp"):
        assert not is_ours(secret, {key: one for key, one in headers.items() if key != name}, body)
    clock.now += timedelta(minutes=6)
    assert not is_ours(secret, headers, body)


def test_while_a_secret_is_replaced_either_is_good_and_later_the_new_one_alone(
    tellings: Tellings, receiver: Receiver, is_ours: Check, clock: Clock
) -> None:
    _, old = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    new = tellings.rotate("operator", "ehr")
    tellings.beat("ehr")
    assert all(is_ours(secret, *receiver.taken[-1]) for secret in (old, new))
    clock.now += timedelta(days=8)
    tellings.beat("ehr")
    assert is_ours(new, *receiver.taken[-1]) and not is_ours(old, *receiver.taken[-1])


def test_a_receiver_that_was_down_for_a_day_is_told_everything_in_its_order_once(
    desk: Pipeline,
    plan: Proposal,
    physician: Reviewer,
    tellings: Tellings,
    receiver: Receiver,
    is_ours: Check,
    clock: Clock,
) -> None:
    made, secret = tellings.add("operator", "ehr", receiver.address, TOPICS)
    file(desk, physician, plan)
    number = tellings.queue()
    receiver.status = 503
    for _ in range(24 * 12):
        assert tellings.tell(made.id) == 0
        clock.now += timedelta(minutes=5)
    receiver.status = 200
    waited = 0
    while not (told := tellings.tell(made.id)):
        clock.now += timedelta(minutes=5)
        waited += 5
    while step := tellings.tell(made.id):
        told += step
    assert told == number and waited <= 6 * 60
    assert all(is_ours(secret, *one) for one in receiver.taken[1:])
    deliveries = [headers["Careloom-Delivery"] for headers, _ in receiver.taken[1:]]
    assert len(set(deliveries)) == number
    assert focus(receiver.bodies()[1]).startswith("CarePlan/")
