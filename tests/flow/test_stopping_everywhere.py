"""By whatever way a document would go on, nothing of what is stopped does: other charts, patients, by itself, after a call, from a machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.call import Call
from careloom.care.document import Reviewer, Tier
from careloom.care.writing import State
from careloom.errors import Stopped
from careloom.pipeline import Pipeline
from careloom.review import is_automatic
from careloom.store.ids import new_id
from careloom.store.models import StoredProposal
from tests.flow.charts import Site, chart, load
from tests.flow.letters import KIND
from tests.flow.letters import Site as Letters
from tests.flow.test_access import person
from tests.flow.test_calling import begun, desk, hands, him, nora, tick

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db
CLAIMS = ("CarePlan", "DocumentReference", "ServiceRequest", "Task", "Goal")


@pytest.mark.parametrize(("scope", "name"), [("kind", "care_plan"), ("site", "")])
def test_what_waits_to_be_written_to_another_chart_stays_in_its_queue_and_goes_out_once_it_starts_again(
    tmp_path: Path, scope: str, name: str
) -> None:
    with chart() as there:
        load(there)
        site = Site(tmp_path / "home", there)
        site.sign()
        before = {kind: len(there.all(kind)) for kind in CLAIMS}
        stop = site.desk.stop_switch.stop("operator", scope, name, "doses are wrong")
        for _ in range(2):
            with pytest.raises(Stopped):
                site.work()
            site.pass_minutes(30)
        assert {kind: len(there.all(kind)) for kind in CLAIMS} == before
        (waits,) = site.desk.store.writings.last()
        assert waits.state is State.QUEUED
        site.desk.stop_switch.start(site.nurse, stop, "looked at")
        site.desk.stop_switch.start(site.physician, stop, "looked at")
        (written,) = site.work()
        assert written.state is State.WRITTEN
        assert {kind: len(there.all(kind)) for kind in CLAIMS} != before


def test_what_was_written_there_is_still_taken_back_while_it_is_stopped(tmp_path: Path) -> None:
    with chart() as there:
        load(there)
        site = Site(tmp_path / "home", there)
        filed = site.sign()
        site.work()
        site.desk.stop_switch.stop("operator", "site", "", "doses are wrong")
        site.desk.unfiling.take_back(site.physician, filed.id, "wrong_content", "a wrong dose stands in it")
        assert {one.state for one in site.work()} == {State.GONE}


def test_a_message_that_nobody_has_to_read_is_not_filed_by_itself(home: Path, key: str) -> None:
    home.mkdir()
    site = Letters(home, key=key)
    desk, made = site.desk, site.released(site.sends(), status="draft", released={})
    lines = tuple(replace(one, tier=Tier.AUTO) for one in made.document.statements)
    document = replace(made.document, statements=lines)
    alone = replace(made, id=new_id().hex, document=document, tier=Tier.AUTO)
    desk.store.proposals.add(alone, {})
    assert is_automatic(alone)
    stop = desk.stop_switch.stop("operator", "kind", KIND, "the day is wrong")
    with pytest.raises(Stopped):
        desk.desk.released(alone)
    assert desk.store.proposals.get(alone.id) == alone and not desk.store.sendings.of(alone.id)
    for name, role in (("nell", "registered_nurse"), ("olaf", "physician")):
        desk.stop_switch.start(person(desk, name, role), stop, "the day is right")
    assert desk.desk.released(alone).status == "active"


def test_a_call_that_ends_while_its_note_is_stopped_stays_open_with_all_that_was_said(
    desk: Pipeline, nora: Reviewer, begun: Call
) -> None:
    tick(desk, nora, begun, whom="patient")
    documents = StoredProposal.objects.count()
    desk.stop_switch.stop(nora, "kind", "visit_note", "notes lose lines")
    with pytest.raises(Stopped):
        desk.calling.end(nora, begun.id)
    still = desk.store.calls.get(begun.id)
    assert still.ended is None and dict(still.said)["whom"] == "patient"
    assert StoredProposal.objects.count() == documents
