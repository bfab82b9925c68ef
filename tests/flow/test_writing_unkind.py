"""A server that answers a write with anything at all: nothing is taken for written that isn't, and nobody else is asked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom import pipeline, settings
from careloom.care.document import Action
from careloom.care.writing import State, Writing
from careloom.demo import HERE
from careloom.store.licence import Licence
from tests.flow.ehr import KINDS
from tests.flow.writing_site import ADA
from tests.wire.unkind import Say, Unkind, searchset, statement, unkind

pytestmark = pytest.mark.django_db
CHART = HERE / "riverside_ehr" / "ada-moreno.json"
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
ERRORS = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "business-rule"}]}


@pytest.fixture
def server() -> Iterator[Unkind]:
    with unkind() as it:
        ada = json.loads(CHART.read_text())["entry"][0]["resource"]
        it.say("GET /fhir/metadata", Say(body=statement("Patient", *KINDS)))
        it.say("GET /fhir/Patient/ada-moreno", Say(body=ada))
        it.say("GET /fhir/Patient", Say(body=searchset(ada)))
        for kind in KINDS:
            it.say(f"GET /fhir/{kind}", Say(body=searchset()))
        yield it


@pytest.fixture
def work(server: Unkind, home: Path) -> Callable[[], Writing]:
    """Sign her plan and have it written once."""
    home.mkdir()
    (home / "sources.toml").write_text(
        f'[riverside_ehr]\nurl = "{server.url}"\n[riverside_ehr.options]\ntries = "1"\ntimeout = "1"\n[riverside_ehr.write]\n'
    )
    desk = pipeline.build(replace(settings.read(), home=home, model="none"), clock=lambda: NOW)
    desk.connect([CHART], source="riverside_ehr")
    until = NOW.date().replace(year=2030)
    desk.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", until))
    plan = desk.propose("test", desk.find(ADA), as_of=NOW.date(), model="none")
    lines = tuple(one.id for one in plan.document.statements)
    desk.decide(desk.store.users.reviewer("osei"), plan.id, Action.APPROVE, opened=lines)

    def worked() -> Writing:
        (found,) = desk.store.writings.last()
        return desk.writing_back.work(found.id)

    return worked


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [
        (Say(200, ERRORS), State.REFUSED, "with errors"),
        (Say(200, {"resourceType": "Patient"}), State.UNKNOWN, "with no Bundle"),
        (Say(302, headers={"location": "http://127.0.0.1:1/fhir"}), State.REFUSED, "has moved"),
        (Say(401), State.REFUSED, "does not let us in"),
        (Say(503), State.QUEUED, "out of order"),
        (Say(500), State.QUEUED, "failed (500)"),
        (Say(504), State.UNKNOWN, "gave no answer"),
        (Say(200, b"", length=10), State.UNKNOWN, "the connection broke"),
        (Say(200, {"resourceType": "Bundle", "entry": []}), State.QUEUED, "does not have all of it"),
    ],
)
def test_an_answer_that_says_nothing_good_is_no_success(
    server: Unkind, work: Callable[[], Writing], answer: Say, state: State, why: str
) -> None:
    for path in ("POST /fhir", "POST /fhir/DocumentReference"):
        server.say(path, answer)
    writing = work()
    assert (writing.state, why in writing.why) == (state, True), writing.why
    assert writing.since is None
    assert "Moreno" not in writing.why


def test_a_patient_who_is_not_there_is_not_looked_for_by_name(
    server: Unkind, work: Callable[[], Writing]
) -> None:
    server.say("GET /fhir/Patient/ada-moreno", Say(404))
    server.say("GET /fhir/Patient", Say(body=searchset()))
    writing = work()
    assert (writing.state, "knows nobody" in writing.why) == (State.REFUSED, True)
    assert not [one for one in server.lines("Patient?") if "name=" in one or "family=" in one]
    assert server.lines("POST") == []
