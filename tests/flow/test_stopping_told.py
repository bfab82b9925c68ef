"""While the site is stopped other systems are told of what people signed before, and people may say what they think: neither is a document."""

from collections.abc import Iterator

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.voice import About
from careloom.errors import Stopped
from careloom.pipeline import Pipeline
from careloom.pipeline.ehr.telling import Tellings
from careloom.wire.webhook import Sender
from tests.flow.test_telling import Clock, Receiver, file, focus, receiver

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock()


def test_a_webhook_tells_what_was_signed_before_the_stop_and_nothing_that_the_stop_kept_from_being_filed(
    desk: Pipeline, plan: Proposal, physician: Reviewer, nurse: Reviewer, receiver: Receiver, clock: Clock
) -> None:
    tellings = Tellings(desk.store, clock, 3, Sender(("127.0.0.1",)))
    made, _ = tellings.add("operator", "ehr", receiver.address, ["plan-filed"])
    stop = desk.stop_switch.stop(nurse, "site", "", "doses are wrong")
    with pytest.raises(Stopped):
        file(desk, physician, plan)
    assert tellings.queue() == 0 and tellings.tell(made.id) == 0
    for one in (nurse, physician):
        desk.stop_switch.start(one, stop, "looked at")
    file(desk, physician, plan)
    desk.stop_switch.stop(nurse, "kind", "care_plan", "doses are wrong again")
    assert tellings.queue() == 1 and tellings.tell(made.id) == 1
    assert focus(receiver.bodies()[-1]).startswith("CarePlan/")
    assert receiver.kinds() == ["handshake", "event-notification"]


def test_while_the_site_is_stopped_people_say_what_they_think_and_return_documents(
    desk: Pipeline, plan: Proposal, physician: Reviewer, nurse: Reviewer
) -> None:
    desk.stop_switch.stop(nurse, "site", "", "doses are wrong")
    desk.hearing.add(nurse, "/review", About.FAULT, "The dose stands twice.", "")
    assert [one.words for one in desk.hearing.mine(nurse)] == ["The dose stands twice."]
    assert desk.decide(physician, plan.id, Action.RETURN, reason="a dose is wrong").status == "on-hold"
