"""What a page asks of the database doesn't grow with what it shows; what is kept in memory is never shown to whoever may not see it."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import review, worklist
from careloom.care.document import Action
from careloom.care.entry import HumanName, Identifier, Person
from careloom.pipeline import Pipeline
from tests.web.desk import signed_in

SHORT, LONG = f"{3:032x}", f"{300:032x}"


def asked(client: Client, address: str) -> int:
    """How many questions a page asks that was open before."""
    client.get(address)
    with CaptureQueriesContext(connection) as questions:
        assert client.get(address).status_code == 200
    return len(questions)


def test_a_plan_of_300_lines_asks_no_more_than_one_of_three(real: Pipeline) -> None:
    review.filled(real, 3, SHORT)
    review.filled(real, 300, LONG)
    rosa = signed_in("rosa")
    for part in ("", "?line=s2", "?open=goals", "/printed"):
        few, many = (asked(rosa, f"/review/{one}{part}") for one in (SHORT, LONG))
        assert few == many, part


def test_two_hundred_waiting_documents_ask_no_more_than_three(real: Pipeline) -> None:
    message, _ = real.store.messages.put([b"list"], source="test", format="fhir", name="n", zone="UTC")
    rosa, numbers = signed_in("rosa"), []
    for begin, end in ((0, 3), (3, 200)):
        for number in range(begin, end):
            person = Person((Identifier("urn:list", str(number)),), (HumanName(f"Name{number}", ("Ann",)),))
            patient = real.store.patients.create(person, message)
            proposal = worklist.proposal(number, patient, (), datetime.now(UTC))
            real.store.proposals.add(proposal, {})
        real.working.keep_up()
        numbers.append(asked(rosa, "/queue?whose=all"))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("action", [Action.RETURN, Action.REJECT])
def test_what_somebody_decided_is_shown_at_once_whatever_a_page_kept_in_memory(
    real: Pipeline, action: Action
) -> None:
    plan = review.filled(real, 3, SHORT)
    rosa = signed_in("rosa")
    assert "draft" in rosa.get(f"/review/{SHORT}").content.decode()
    real.decide(real.store.users.reviewer("osei"), plan.id, action, reason="wrong: not hers")
    shown = rosa.get(f"/review/{SHORT}").content.decode()
    assert ("returned for rework" if action is Action.RETURN else "rejected") in shown
