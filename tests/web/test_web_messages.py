"""A filed message is sent from its page or by the API, taken back while it waits, and goes out by itself where that was asked for."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.document import Action, Proposal
from careloom.care.sending import State, Step
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from tests.connect.made import body, bundle, patient
from tests.web.desk import signed_in

ADDRESS = [{"system": "email", "value": "marta@example.org"}]
NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def ready(real: Pipeline, home: Path, settings: Settings) -> Pipeline:
    """A site that may send; it is night."""
    said = replace(real.settings, practice_name="Harbor Clinic", practice_phone="555-555-0100")
    made = pipelines.build(said, lambda: NIGHT)
    settings.CARELOOM_PIPELINE = lambda _: made
    home.mkdir(exist_ok=True)
    return made


@pytest.fixture
def desk(real: Pipeline, home: Path, settings: Settings) -> Pipeline:
    return ready(real, home, settings)


def reminded(desk: Pipeline, file: Path, **told: str) -> Proposal:
    """Marta's reminder, which a nurse has signed."""
    visit = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2026-12-07T14:30:00-05:00",
        "participant": [{"actor": {"reference": "Patient/p1"}, "status": "accepted"}],
    }
    file.write_bytes(body(bundle(patient(telecom=ADDRESS), visit)))
    (who,) = desk.connect([file], source="mercy").patients
    made = desk.propose("operator", who, kind="appointment_reminder", model="none", given=told)
    nurse = desk.store.users.reviewer("rosa")
    return desk.decide(nurse, made.id, Action.APPROVE)


@pytest.fixture
def filed(desk: Pipeline, tmp_path: Path) -> str:
    made = reminded(desk, tmp_path / "sent.json")
    assert made.status == "active"
    return made.id


def post(client: Client, address: str, said: Any) -> Any:
    return client.post(address, json.dumps(said), content_type="application/json")


def test_the_page_shows_the_whole_message_and_whither_it_goes_and_sends_it_once(desk, filed):
    rosa = signed_in("rosa")
    assert f"/review/{filed}/send" in rosa.get(f"/review/{filed}").content.decode()
    said = rosa.get(f"/review/{filed}/send").content.decode()
    assert "to marta@example.org" in said
    assert "artificial intelligence" in said
    assert "To reach a person, call 555-555-0100." in said
    assert "No telephone number is recorded." in said
    for _ in range(2):
        said = rosa.post(f"/review/{filed}/send", {"channel": "email"}, follow=True).content.decode()
        assert "It waits to be sent" in said
    (sending,) = desk.store.sendings.of(filed)
    assert (sending.state, sending.to) == (State.QUEUED, "marta@example.org")
    assert f'href="/patients/{sending.patient}"' in rosa.get("/messages").content.decode()
    assert sending.not_before > NIGHT
    assert "Take it back" in said
    said = rosa.post(f"/messages/{sending.id}/cancel", follow=True).content.decode()
    assert "cancelled" in said and "Take it back" not in said
    assert rosa.post(f"/messages/{sending.id}/cancel").status_code == 302
    said = rosa.post(f"/review/{filed}/send", {"channel": "email"}, follow=True).content.decode()
    assert "It waits to be sent" in said and "Asked for again." in said


def test_what_was_sent_is_not_promised_again_and_a_word_on_the_unknown_must_be_said(desk, filed):
    rosa = signed_in("rosa")
    sending = desk.delivering.queue("rosa", filed, "email")
    for state in (State.SENDING, State.UNKNOWN):
        sending = desk.store.sendings.step(sending, Step(state, NIGHT))
    answer = rosa.post(f"/review/{filed}/send", {"channel": "email"})
    assert answer.status_code == 422
    assert "asked for by this way before" in answer.content.decode()
    for said in ({}, {"said": "arived"}):
        assert rosa.post(f"/messages/{sending.id}/settle", said).status_code == 422
    assert desk.store.sendings.get(sending.id).state is State.UNKNOWN
    rosa.post(f"/messages/{sending.id}/settle", {"said": "arrived"})
    assert desk.store.sendings.get(sending.id).state is State.SENT


def test_a_bad_mail_server_stops_no_signature_but_that_of_what_is_to_be_sent(desk, tmp_path, filed):
    broken = pipelines.build(replace(desk.settings, smtp_url="http://x"), lambda: NIGHT)
    who, nurse = desk.store.proposals.get(filed).document.patient, desk.store.users.reviewer("rosa")
    told = {
        "appointment_reminder": {"channel": "email"},
        "outreach_message": {"ask": "call_us", "channel": "phone"},
    }
    told["outreach_message"]["agreed"] = "2026-11-01"
    made = {
        kind: desk.propose("operator", who, kind=kind, model="none", given=given).id
        for kind, given in told.items()
    }
    assert broken.decide(nurse, made["outreach_message"], Action.APPROVE).status == "active"
    with pytest.raises(ConfigError):
        broken.decide(nurse, made["appointment_reminder"], Action.APPROVE)
    assert desk.store.proposals.get(made["appointment_reminder"]).status == "draft"


def test_what_can_not_go_is_told_beside_the_form_with_what_was_typed(desk, filed):
    rosa = signed_in("rosa")
    for sent, told in (
        ({"channel": "text"}, "No telephone number is recorded."),
        ({"channel": "text", "to": "12"}, "This is no address of that channel."),
        ({"channel": "pigeon"}, "Choose by which channel."),
    ):
        answer = rosa.post(f"/review/{filed}/send", sent)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert (
        'value="12"' in rosa.post(f"/review/{filed}/send", {"channel": "text", "to": "12"}).content.decode()
    )
    assert desk.store.sendings.of(filed) == ()


def test_nothing_that_is_not_filed_can_be_sent(desk, tmp_path, filed):
    who = desk.store.proposals.get(filed).document.patient
    waiting = desk.propose("operator", who, kind="clinical_summary", model="none").id
    rosa = signed_in("rosa")
    assert "written for patients" in rosa.get(f"/review/{waiting}/send").content.decode()
    assert post(rosa, f"/api/proposals/{waiting}/messages", {"channel": "portal"}).status_code == 403
    assert rosa.get("/review/nothing/send").status_code == 404
    assert Client().get(f"/review/{filed}/send").status_code == 302


def test_a_program_sends_lists_takes_back_and_settles(desk, filed):
    rosa = signed_in("rosa")
    sent = post(rosa, f"/api/proposals/{filed}/messages", {"channel": "email"})
    assert (sent.status_code, sent.json()["state"]) == (200, "queued")
    assert "marta" not in sent.content.decode()
    message = sent.json()["id"]
    for address in ("/api/messages", f"/api/proposals/{filed}/messages"):
        assert [one["id"] for one in rosa.get(address).json()["messages"]] == [message]
    assert post(rosa, f"/api/messages/{message}/settle", {"arrived": True}).status_code == 403
    assert post(rosa, f"/api/messages/{message}/cancel", {"why": " "}).status_code == 422
    assert post(rosa, f"/api/messages/{message}/cancel", {"why": "she called"}).json()["state"] == "cancelled"
    unknown = "01900000-0000-7000-8000-000000000000"
    assert post(rosa, f"/api/messages/{unknown}/cancel", {"why": "x"}).status_code == 404
    assert post(rosa, f"/api/proposals/{unknown}/messages", {"channel": "email"}).status_code == 404
    assert post(rosa, f"/api/proposals/{filed}/messages", {"channel": "pigeon"}).status_code == 422
    assert Client().get("/api/messages").status_code == 401


def test_a_reminder_that_was_asked_for_with_a_channel_is_queued_as_it_is_filed(desk, tmp_path):
    made = reminded(desk, tmp_path / "sent.json", channel="email")
    (sending,) = desk.store.sendings.of(made.id)
    assert (sending.state, sending.channel, sending.to) == (State.QUEUED, "email", "marta@example.org")


def test_one_that_has_no_way_is_filed_and_the_page_messages_says_why(desk, tmp_path):
    made = reminded(desk, tmp_path / "sent.json", channel="text")
    assert made.status == "active"
    (sending,) = desk.store.sendings.of(made.id)
    assert (sending.state, sending.why) == (State.FAILED, "no telephone number is recorded")
    said = signed_in("rosa").get("/messages").content.decode()
    assert "No telephone number is recorded." in said and f"/review/{made.id}/send" in said
    rosa = signed_in("rosa")
    rosa.post(f"/review/{made.id}/send", {"channel": "text", "to": "555-555-0142"})
    assert [one.state for one in desk.store.sendings.of(made.id)] == [State.FAILED, State.QUEUED]
