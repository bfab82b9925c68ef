"""Something is taken back at the moment in which somebody else signs upon it, or takes it back too: one of the two waits and is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from careloom.care.call import Call
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.unfiled import STATUS
from careloom.errors import NotApproved, Refused, StaleRecord
from careloom.pipeline import Pipeline
from tests.flow.test_calling import drug, ours, tick
from tests.flow.test_deciding import every
from tests.flow.test_settling_at_once import meanwhile
from tests.flow.test_tracking import sign

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "It is Walter's plan, not his."


@pytest.fixture
def filed(desk: Pipeline, plan: Proposal, physician: Reviewer) -> Proposal:
    return sign(desk, physician, plan)


@pytest.fixture
def later(desk: Pipeline, filed: Proposal) -> Proposal:
    """A draft beside it that carries a signed line of it on."""
    line = next(iter(filed.released))
    made = replace(
        filed,
        id="d0d0" * 8,
        document=replace(filed.document, record_version="later"),
        status="draft",
        released={line: filed.released[line]},
        since=filed.id,
        carried={line: filed.id},
    )
    desk.store.proposals.add(made, desk.store.proposals.frozen(filed.id))
    return made


@pytest.fixture
def over(desk: Pipeline, nurse: Reviewer, who: str) -> Call:
    """In a call he says that he takes no lisinopril."""
    begun = desk.calling.begin(nurse, desk.record(nurse, who))
    tick(
        desk,
        nurse,
        begun,
        whom="patient",
        reported="He feels well.",
        **{f"drug__{drug(begun, 'lisinopril')}": "not_taking"},
    )
    return desk.calling.end(nurse, begun.id)


def waits_for(
    desk: Pipeline, first: Callable[[], object], second: Callable[[], object]
) -> BaseException | None:
    """What the second is told, who begins while the first is at it and hasn't ended."""
    with ThreadPoolExecutor(1) as pool:
        with desk.store.transaction():
            first()
            waiting = pool.submit(meanwhile(second))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        return waiting.exception(timeout=20)


def test_what_is_being_taken_back_is_not_signed_upon(desk, filed, later, physician):
    told = waits_for(
        desk,
        lambda: desk.unfiling.take_back(physician, filed.id, "wrong_patient", WORDS),
        lambda: desk.decide(physician, later.id, Action.APPROVE, opened=every(later)),
    )
    assert isinstance(told, StaleRecord) and "taken back" in str(told)
    assert desk.store.proposals.get(later.id) == later
    assert desk.store.proposals.get(filed.id).status == STATUS


def test_what_is_being_signed_upon_is_not_taken_back(desk, filed, later, physician):
    told = waits_for(
        desk,
        lambda: desk.decide(physician, later.id, Action.APPROVE, opened=every(later)),
        lambda: desk.unfiling.take_back(physician, filed.id, "wrong_patient", WORDS),
    )
    assert isinstance(told, NotApproved) and "carries" in str(told)
    assert desk.store.proposals.get(filed.id).status == "active"
    assert desk.store.chart.taken_back(filed.document.patient) == {}


def test_of_two_who_take_it_back_at_once_one_does_and_the_other_is_told(desk, filed, physician):
    told = waits_for(
        desk,
        lambda: desk.unfiling.take_back(physician, filed.id, "wrong_patient", WORDS),
        lambda: desk.unfiling.take_back(physician, filed.id, "wrong_content", "The dose is wrong."),
    )
    assert isinstance(told, Refused) and "already" in str(told)
    (back,) = desk.store.chart.taken_back(filed.document.patient).values()
    assert back.words == WORDS


def upon(desk: Pipeline, who: str) -> tuple[Proposal, str]:
    """A draft with a line that rests on what was reported in the call, opened, and that line."""
    made = desk.propose("test", who, model="none")
    own = {one.id for one in ours(desk, who, "MedicationStatement")}
    line = next(one for one in made.document.statements if own.intersection(one.citations))
    return made, line.id


def test_a_call_that_is_being_taken_back_is_not_signed_upon(desk, over, nurse, physician, who):
    made, line = upon(desk, who)
    told = waits_for(
        desk,
        lambda: desk.uncalling.take_back(nurse, over.id, "It was another patient."),
        lambda: desk.decide(physician, made.id, Action.APPROVE, statements=[line], opened=every(made)),
    )
    assert isinstance(told, StaleRecord) and "taken back" in str(told)
    assert desk.store.proposals.get(made.id).released == {}


def test_a_call_that_is_being_signed_upon_is_not_taken_back(desk, over, nurse, physician, who):
    made, line = upon(desk, who)
    told = waits_for(
        desk,
        lambda: desk.decide(physician, made.id, Action.APPROVE, statements=[line], opened=every(made)),
        lambda: desk.uncalling.take_back(nurse, over.id, "It was another patient."),
    )
    assert isinstance(told, NotApproved) and "signed line" in str(told)
    assert desk.calling.get(nurse, over.id).back is None
