"""What is refused or broken is told in words, with one next step."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from careloom.errors import SourceError
from careloom.web.views.problems import status_of
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import PROPOSAL

PLAN = f"/review/{PROPOSAL.id}"
HTMX = {"HX-Request": "true"}


def test_an_unknown_plan_is_not_found_in_words_with_a_next_step(nurse: Client) -> None:
    answer = nurse.get(f"/review/{'0' * 32}")
    shown = answer.content.decode()
    assert answer.status_code == 404 and "There is no such page" in shown and 'href="/queue"' in shown


def test_a_form_without_its_token_is_refused_in_words(desk: AdasDesk) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in?away=1&sent=1")
    assert "What you pressed last was not done" in strict.get(answer["Location"]).content.decode()
    token = strict.cookies["csrftoken"].value
    strict.post("/sign-in", {"username": "rosa", "password": PASSWORD}, headers={"X-CSRFToken": token})
    answer = strict.post("/notices/seen")
    assert answer.status_code == 403 and "older than your sign-in" in answer.content.decode()


def test_a_bug_of_ours_is_a_page_that_shows_nothing_of_it(nurse: Client, desk: AdasDesk) -> None:
    desk.record = None  # type: ignore[assignment]
    nurse.raise_request_exception = False
    answer = nurse.get(PLAN)
    shown = answer.content.decode()
    assert answer.status_code == 500 and "Something of ours broke" in shown and "NoneType" not in shown


def test_another_system_that_fails_for_good_is_told_apart_from_one_that_may_answer_later() -> None:
    assert status_of(SourceError("no such endpoint", permanent=True)) == 502
    assert status_of(SourceError("no answer")) == 503


def test_an_error_in_a_part_of_a_page_is_one_paragraph(nurse: Client) -> None:
    answer = nurse.post(f"{PLAN}/lines/s2/strike", headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 403 and "<html" not in shown and 'role="alert"' in shown


def away(*_: Any) -> Any:
    """What a query says while the database is restarting."""
    raise OperationalError("the connection is closed")


def broken(*_: Any) -> Any:
    """What a query says that the database understands in another way than we do."""
    raise RuntimeError("a fault of ours")


def test_while_the_database_restarts_pages_parts_and_the_api_say_when_to_ask_again(nurse: Client) -> None:
    nurse.raise_request_exception = False
    with connection.execute_wrapper(away):
        answers = [
            nurse.get("/queue"),
            nurse.post(f"{PLAN}/turn", {"turn": "claim"}),
            nurse.get("/queue", headers=HTMX),
        ]
        machine = nurse.get("/api/queue")
    for answer in answers:
        shown = answer.content.decode()
        assert answer.status_code == 503 and answer["Retry-After"] == "10"
        assert "database isn&#x27;t answering" in shown and "connection is closed" not in shown
    assert machine.status_code == 503 and machine["Retry-After"] == "10"
    assert machine.json()["issue"][0]["code"] == "transient"


@pytest.mark.parametrize("how", [{}, HTMX], ids=["page", "part"])
def test_a_query_that_breaks_is_told_in_words(nurse: Client, how: dict[str, str]) -> None:
    nurse.raise_request_exception = False
    with connection.execute_wrapper(broken):
        answer = nurse.get("/queue", headers=how)
    shown = answer.content.decode()
    assert answer.status_code == 500 and "Something of ours broke" in shown and 'href="/queue"' in shown
    assert "a fault of ours" not in shown
    assert ("<html" in shown) == (not how)
