"""What goes into another system's chart is told on the document's page and on a list: what waits, what is there, what a person must do."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.notices import NoticeKind
from careloom.care.writing import AS_DOCUMENT, Copy, State, Step, There, Writing
from careloom.pipeline import Pipeline
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_messages import NIGHT, post, reminded

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
    for words in ("In the chart of mercy since", "DocumentReference/7, 3", "Tasks: refused"):
        assert words in said
    refused = rosa.post(f"/charts/{queued.id}/undo", {"why": " "})
    assert refused.status_code == 422 and "Say in a few words why" in refused.content.decode()
    assert desk.store.writings.get(queued.id).state is State.WRITTEN
    assert rosa.post(f"/charts/{queued.id}/undo", {"why": "the wrong visit"}).status_code == 302
    assert desk.store.writings.get(queued.id).undoing
    assert (
        "Is to be taken back out of the chart of mercy"
        in rosa.get(f"/review/{queued.proposal}/charts").content.decode()
    )


@pytest.fixture
def pages(queued: Writing) -> tuple[str, str]:
    """The document's own page, and its patient's."""
    return f"/review/{queued.proposal}", f"/patients/{queued.patient}"


def test_a_nurse_reads_on_the_document_and_on_the_patient_that_it_waits_since_when_and_how_often_it_was_tried(
    desk: Pipeline, queued: Writing, pages: tuple[str, str], settings: Settings
) -> None:
    clock = [NIGHT]
    tried = replace(desk.writing_back, clock=lambda: clock[0])
    for _ in range(4):
        tried.work(queued.id)
        clock[0] = desk.store.writings.get(queued.id).not_before
    rosa = signed_in("rosa")
    for address in pages:
        said = " ".join(rosa.get(address).content.decode().split())
        assert "Waits to be written into the chart of mercy" in said
        assert "Mercy can&#x27;t be reached." in said
        assert "Tried 4 times since" in said and "It is tried again from" in said
        assert "Try again now" in said and "Give it up…" in said


def test_a_nurse_reads_on_both_that_it_is_in_the_chart_and_in_which_form(
    desk: Pipeline, queued: Writing, pages: tuple[str, str]
) -> None:
    notes = (
        f"{AS_DOCUMENT}it took no CarePlan (a rule of its own says no)",
        "without Task: its statement doesn't offer it",
        "Goal/5: it holds otherwise than we sent: target[0].dueDate",
    )
    held = There("document", "Patient/1", (Copy("k", "DocumentReference/7", "3", "{}"),), notes)
    desk.store.writings.step(queued, Step(State.WRITTEN, NIGHT, there=held))
    rosa = signed_in("rosa")
    for address in pages:
        said = " ".join(rosa.get(address).content.decode().split())
        assert "In the chart of mercy since" in said
        assert (
            "The readable plan is there instead of its resources: it took no care plan (a rule of its" in said
        )
        assert "Without tasks: its statement doesn&#x27;t offer it." in said
        assert "Goal/5: it holds otherwise" in said
        assert "Try again now" not in said and "Give it up" not in said
        spanish = rosa.get(address, headers={"Accept-Language": "es"}).content.decode()
        assert "In the chart of" not in spanish and "it took no" not in spanish
        assert "tareas" in spanish and "plan de cuidados" in spanish


def test_from_either_page_it_is_tried_again_or_given_up_and_the_page_comes_back(
    desk: Pipeline, queued: Writing, pages: tuple[str, str]
) -> None:
    rosa, why = signed_in("rosa"), "mercy took nothing: a rule of its own says no (422)"
    for address in pages:
        desk.store.writings.step(desk.store.writings.get(queued.id), Step(State.REFUSED, NIGHT, why))
        said = " ".join(rosa.get(address).content.decode().split())
        assert "Not in the chart of mercy." in said
        assert "Mercy took nothing: a rule of its own says no (422)." in said
        back = rosa.post(f"/charts/{queued.id}/again", {"at": address})
        assert (back.status_code, back["Location"]) == (302, f"{address}#chart-{queued.id}")
    assert desk.store.writings.get(queued.id).state is State.QUEUED
    given = rosa.post(f"/charts/{queued.id}/give-up", {"why": "she moved away", "at": pages[1]})
    assert given["Location"].startswith(pages[1])
    assert "In other charts" not in rosa.get(pages[1]).content.decode()
    assert "A person gave it up" in rosa.get(pages[0]).content.decode()
    away = rosa.post(f"/charts/{queued.id}/again", {"at": "https://elsewhere.example/"})
    assert away["Location"].startswith("/review/")


def test_who_leads_and_signs_nothing_reads_who_can_have_it_tried_again(
    desk: Pipeline, queued: Writing, pages: tuple[str, str]
) -> None:
    desk.store.users.create("quinn", role="quality_lead", password=PASSWORD)
    desk.store.writings.step(queued, Step(State.REFUSED, NIGHT, "mercy took nothing"))
    quinn = signed_in("quinn")
    for address in (*pages, "/charts", f"{pages[0]}/charts"):
        said = quinn.get(address).content.decode()
        assert "Mercy took nothing" in said and "Whoever works with this patient" in said
        assert "Try again now" not in said and "Give it up" not in said


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


def test_what_is_not_to_go_after_all_is_given_up_with_a_reason_and_can_be_tried_again(
    desk: Pipeline, queued: Writing
) -> None:
    rosa = signed_in("rosa")
    page = f"/review/{queued.proposal}/charts"
    assert "Give it up" in rosa.get(page).content.decode()
    assert rosa.post(f"/charts/{queued.id}/give-up", {"why": " "}).status_code == 422
    assert rosa.post(f"/charts/{queued.id}/give-up", {"why": "she moved away"}).status_code == 302
    assert desk.store.writings.get(queued.id).state is State.CANCELLED
    said = rosa.get(page).content.decode()
    assert (
        "Not to be written into the chart of mercy" in said
        and "A person gave it up" in said
        and "Try again now" in said
    )
    assert rosa.post(f"/charts/{queued.id}/again").status_code == 302
    assert desk.store.writings.get(queued.id).state is State.QUEUED


def test_what_may_be_there_is_taken_back_and_not_given_up(desk: Pipeline, queued: Writing) -> None:
    sent = desk.store.writings.step(queued, Step(State.SENDING, NIGHT, there=There("document")))
    failed = desk.store.writings.step(sent, Step(State.QUEUED, NIGHT, "again: mercy failed (500)"))
    desk.store.writings.step(failed, Step(State.FAILED, NIGHT, "mercy failed (500)"))
    rosa = signed_in("rosa")
    assert "Give it up" not in rosa.get(f"/review/{queued.proposal}/charts").content.decode()
    assert rosa.post(f"/charts/{queued.id}/give-up", {"why": "enough"}).status_code == 422
    assert desk.store.writings.get(queued.id).state is State.FAILED


def test_a_program_lists_tries_again_gives_up_and_takes_back(desk: Pipeline, queued: Writing) -> None:
    rosa = signed_in("rosa")
    desk.writing_back.work(queued.id)
    for address in ("/api/charts", f"/api/proposals/{queued.proposal}/charts"):
        (found,) = rosa.get(address).json()["charts"]
        assert (found["id"], found["system"], found["state"]) == (queued.id, "mercy", "queued")
        assert (found["why"], found["since"]) == ("again: mercy can't be reached", None)
    assert (
        post(rosa, f"/api/charts/{queued.id}/again", {}).json()["not_before"].startswith(f"{NIGHT:%Y-%m-%d}")
    )
    assert post(rosa, f"/api/charts/{queued.id}/undo", {"why": "x"}).status_code == 403
    assert post(rosa, f"/api/charts/{queued.id}/give-up", {"why": " "}).status_code == 422
    assert post(rosa, f"/api/charts/{queued.id}/give-up", {"why": "x"}).json()["state"] == "cancelled"
    post(rosa, f"/api/charts/{queued.id}/again", {})
    held = There("document", "Patient/1", (Copy("k", "DocumentReference/7", "3", "{}"),), ("Task: refused",))
    desk.store.writings.step(desk.store.writings.get(queued.id), Step(State.WRITTEN, NIGHT, there=held))
    (found,) = rosa.get(f"/api/proposals/{queued.proposal}/charts").json()["charts"]
    assert found["held"] == [{"address": "DocumentReference/7", "version": "3"}]
    assert (found["form"], found["notes"]) == ("document", ["Task: refused"])
    assert (
        post(rosa, f"/api/charts/{queued.id}/undo", {"why": "the wrong visit"}).json()["state"] == "leaving"
    )
    unknown = "019ac000-0000-7000-8000-000000000001"
    assert post(rosa, f"/api/charts/{unknown}/undo", {"why": "x"}).status_code == 404
    assert rosa.get(f"/api/proposals/{unknown}/charts").status_code == 404
    assert Client().get("/api/charts").status_code == 401


def test_those_who_lead_are_told_once_a_day_how_many_did_not_arrive_and_of_nobody_by_name(
    desk: Pipeline, queued: Writing
) -> None:
    morning = NIGHT.replace(hour=15) + timedelta(days=1)
    desk.store.writings.step(queued, Step(State.REFUSED, NIGHT, "mercy took nothing"))
    desk.store.users.create("quinn", role="quality_lead")
    working = replace(desk.escalating, here=lambda: morning)
    for _ in range(3):
        working.run()
    lead = desk.store.users.reviewer("quinn").user
    told = [one for one in desk.store.notices.of(lead) if one.kind is NoticeKind.UNDELIVERED]
    assert [one.number for one in told] == [1]
    assert told[0].words("en") == (
        "1 signed document did not reach another system's chart and waits for somebody to look at it."
    )


def test_an_unknown_one_is_no_page(desk: Pipeline) -> None:
    address = "/charts/019ac000-0000-7000-8000-000000000001/again"
    assert signed_in("rosa").post(address).status_code == 404


def test_the_page_of_the_data_says_how_it_stands_with_each_system_that_is_written_to(
    desk: Pipeline, queued: Writing
) -> None:
    desk.writing_back.work(queued.id)
    rosa = signed_in("rosa")
    said = " ".join(rosa.get("/readiness").content.decode().split())
    for words in ("Systems that are written to", "took nothing yet", "1 document waits for it"):
        assert words in said
    assert "nothing arrives since" in said and "Mercy can&#x27;t be reached." in said
    spanish = rosa.get("/readiness", headers={"Accept-Language": "es"}).content.decode()
    assert "no se puede llegar a" in spanish.casefold() and "took nothing yet" not in spanish
