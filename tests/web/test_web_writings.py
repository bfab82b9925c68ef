"""What goes into another system's chart is told on the document's page and on a list: what waits, what is there, what a person must do."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.writing import Copy, State, Step, There, Writing
from careloom.pipeline import Pipeline
from tests.web.desk import signed_in
from tests.web.test_web_messages import NIGHT, reminded

# Nothing listens there.
NOWHERE = 'url = "http://127.0.0.1:9/fhir"\n[mercy.options]\ntries = "1"\n[mercy.write]\nkinds = ["appointment_reminder"]\n'


@pytest.fixture
def desk(real: Pipeline, home: Path, settings: Settings) -> Pipeline:
    """A site that writes reminders into Mercy's chart, which can't be reached."""
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text(f"[mercy]\n{NOWHERE}")
    made = pipelines.build(replace(real.settings, sources=home / "sources.toml"), lambda: NIGHT)
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


@pytest.fixture
def queued(desk: Pipeline, tmp_path: Path) -> Writing:
    filed = reminded(desk, tmp_path / "sent.json")
    (found,) = desk.store.writings.of(filed.id)
    return found


def test_a_document_that_is_not_filed_after_all_is_not_queued(desk: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(KeyError), desk.store.transaction():
        reminded(desk, tmp_path / "sent.json")
        raise KeyError("the process dies")
    assert desk.store.writings.last() == ()


def test_what_waits_says_why_and_is_tried_again_when_somebody_says_so(
    desk: Pipeline, queued: Writing
) -> None:
    rosa = signed_in("rosa")
    assert f"/review/{queued.proposal}/charts" in rosa.get(f"/review/{queued.proposal}").content.decode()
    tried = desk.writing_back.work(queued.id)
    assert (tried.state, tried.why) == (State.QUEUED, "again: mercy can't be reached")
    said = rosa.get(f"/review/{queued.proposal}/charts").content.decode()
    assert "Mercy can&#x27;t be reached" in said and "It is tried again from" in said
    assert rosa.post(f"/charts/{queued.id}/again").status_code == 302
    assert desk.store.writings.get(queued.id).not_before == NIGHT
    assert "Mercy" in rosa.get("/charts").content.decode() or "mercy" in rosa.get("/charts").content.decode()


def test_what_is_there_says_since_when_and_is_taken_back_with_a_reason(
    desk: Pipeline, queued: Writing
) -> None:
    held = There("document", "Patient/1", (Copy("k", "DocumentReference/7", "3", "{}"),), ("Task: refused",))
    desk.store.writings.step(queued, Step(State.WRITTEN, NIGHT, there=held))
    rosa = signed_in("rosa")
    said = rosa.get(f"/review/{queued.proposal}/charts").content.decode()
    for words in (
        "In the chart of mercy since",
        "DocumentReference/7, 3",
        "as one readable document",
        "Task: refused",
    ):
        assert words in said
    refused = rosa.post(f"/charts/{queued.id}/undo", {"why": " "})
    assert refused.status_code == 422 and "Say in a few words why" in refused.content.decode()
    assert desk.store.writings.get(queued.id).state is State.WRITTEN
    assert rosa.post(f"/charts/{queued.id}/undo", {"why": "the wrong visit"}).status_code == 302
    assert desk.store.writings.get(queued.id).undoing
    assert "is to be taken back" in rosa.get(f"/review/{queued.proposal}/charts").content.decode()


def test_what_did_not_arrive_stays_on_the_list_however_much_was_written_since(
    desk: Pipeline, queued: Writing
) -> None:
    desk.store.writings.step(queued, Step(State.REFUSED, NIGHT, "mercy took nothing"))
    for number in range(201):
        later = NIGHT + timedelta(minutes=number)
        desk.store.writings.add(queued.proposal, queued.patient, f"other_{number}", "fhir", at=later)
    assert queued.id not in {one.id for one in desk.store.writings.last()}
    said = signed_in("rosa").get("/charts").content.decode()
    assert said.count("Mercy took nothing") == 1 and said.index("took nothing") < said.index("other 200")


def test_an_unknown_one_is_no_page(desk: Pipeline) -> None:
    address = "/charts/019ac000-0000-7000-8000-000000000001/again"
    assert signed_in("rosa").post(address).status_code == 404
