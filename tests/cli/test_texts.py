"""A nurse approves a text on the command line; from then on, and until it is taken back, its reminders go out by themselves."""

import json

import pytest

from tests.connect.made import body, bundle, patient
from tests.flow.process import answer, careloom

PRACTICE = {"CARELOOM_PRACTICE_NAME": "Harbor Clinic", "CARELOOM_PRACTICE_PHONE": "555-555-0100"}
TEXT = "appointment_reminder.en@1"


@pytest.fixture
def home(tmp_path):
    found = tmp_path / "home"
    found.mkdir()
    (found / "demo").touch()
    place = {"resourceType": "Location", "id": "l1", "name": "Riverside Medical Center"}
    visit = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2026-12-07T14:30:00-05:00",
        "participant": [
            {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            {"actor": {"reference": "Location/l1"}, "status": "accepted"},
        ],
    }
    (tmp_path / "sent.json").write_bytes(body(bundle(patient(), place, visit)))
    careloom(found, "connect", tmp_path / "sent.json", "--source", "mercy")
    answer(found, "user", "add", "nina", "--role", "registered_nurse", "--licence", "CA:1234:2099-01-01")
    answer(found, "user", "add", "olga", "--role", "registered_nurse", "--licence", "CA:1235:2020-01-01")
    answer(found, "user", "add", "cora", "--role", "care_coordinator")
    return found


def reminder(home, day):
    (who,) = [one["id"] for one in answer(home, "patients")["patients"]]
    return answer(home, "draft", who, "--kind", "appointment_reminder", "--model", "none", "--as-of", day)


def test_a_reminder_waits_until_a_licensed_nurse_has_approved_its_text(home):
    waiting = reminder(home, "2026-11-28")
    assert (waiting["tier"], waiting["status"]) == ("nurse", "draft")
    for person in ("cora", "olga"):
        refused = careloom(home, "texts", "approve", TEXT, "--as", person)
        assert refused.returncode == 77
    approved = answer(home, "texts", "approve", TEXT, "--as", "nina")
    assert approved["approved"] is True
    assert careloom(home, "texts", "approve", TEXT, "--as", "nina").returncode == 65
    sent = reminder(home, "2026-11-28")
    assert (sent["tier"], sent["status"]) == ("auto", "active")
    assert reminder(home, "2026-11-28")["id"] == sent["id"] != waiting["id"]
    assert answer(home, "texts", "withdraw", TEXT, "--as", "nina")["approved"] is False
    assert reminder(home, "2026-11-28")["tier"] == "nurse"
    assert answer(home, "audit", "verify")


def test_what_is_listed_says_who_approved_what_and_shows_the_words(home):
    rows = answer(home, "texts", "list")["texts"]
    assert {row["approved"] for row in rows} == {False}
    assert TEXT in {row["text"] for row in rows}
    shown = answer(home, "texts", "show", TEXT)
    assert "{day}" in json.dumps(shown["lines"])
    assert careloom(home, "texts", "show", "nothing.en@1").returncode == 65


def test_an_approved_reminder_is_sent_listed_without_address_and_text_and_taken_back(home):
    answer(home, "texts", "approve", TEXT, "--as", "nina")
    filed = reminder(home, "2026-11-28")["id"]
    given = ("--channel", "email", "--to", "Marta@Example.org")
    (sent,) = answer(home, "deliver", "send", filed, *given, **PRACTICE)["messages"]
    assert sent["state"] == "queued"
    assert [one["id"] for one in answer(home, "deliver", "send", filed, *given, **PRACTICE)["messages"]] == [
        sent["id"]
    ]
    (listed,) = answer(home, "deliver", "list")["messages"]
    assert (listed["id"], listed["proposal"]) == (sent["id"], filed)
    assert not any(word in json.dumps(listed).lower() for word in ("marta", "riverside", "@"))
    (taken,) = answer(home, "deliver", "cancel", sent["id"], "--why", "a test")["messages"]
    assert taken["state"] == "cancelled"
