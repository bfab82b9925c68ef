"""What is said on the telephone and can't wait: one call opens one page, while it goes on."""

import pytest

from careloom.care.call import Call
from careloom.care.document import Reviewer
from careloom.pipeline import Pipeline
from tests.flow.test_calling import begun, desk, hands, him, nora, tick

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db


def test_words_that_cant_wait_page_somebody_at_once_and_only_once(
    desk: Pipeline, nora: Reviewer, begun: Call
) -> None:
    call = tick(desk, nora, begun, whom="patient", reported="I have chest pain right now")
    assert desk.calling.heard(nora, call) == ("chest pain or pressure",)
    (paged,) = desk.store.pages.waiting()
    assert paged.cause == "contact" and paged.patient == begun.patient
    desk.calling.end(nora, call.id)
    assert [one.id for one in desk.store.pages.waiting()] == [paged.id]


def test_what_is_told_while_she_types_and_more_at_the_end_are_one_page(
    desk: Pipeline, nora: Reviewer, begun: Call
) -> None:
    call = tick(desk, nora, begun, whom="patient", reported="I can't breathe")
    assert desk.calling.heard(nora, call) == ("trouble breathing",)
    call = tick(desk, nora, call, reported="I have chest pain and can't breathe since this morning")
    desk.calling.end(nora, call.id)
    (paged,) = desk.store.pages.waiting()
    assert paged.words.endswith("tells of trouble breathing, chest pain or pressure")
