"""The command line sends a released document, lists without address or text, and takes back what waits."""

import pytest

from tests.connect.made import body, bundle, patient
from tests.flow.process import answer, careloom

PRACTICE = {"CARELOOM_PRACTICE_NAME": "Harbor Clinic", "CARELOOM_PRACTICE_PHONE": "555-555-0100"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = tmp_path_factory.mktemp("deliver")
    reach = [{"system": "email", "value": "marta@example.org"}]
    (found / "sent.json").write_bytes(body(bundle(patient(telecom=reach))))
    answer(found, "connect", found / "sent.json", "--source", "ehr")
    return found


def test_only_what_is_written_for_patients_is_sent_and_nothing_waits_at_first(home):
    assert answer(home, "deliver", "list") == {"messages": []}
    (who,) = [one["id"] for one in answer(home, "patients")["patients"]]
    plan = answer(home, "draft", who, "--model", "none")["id"]
    refused = careloom(home, "deliver", "send", plan, **PRACTICE)
    assert refused.returncode == 77
    assert "not written for patients" in refused.stderr
    assert careloom(home, "deliver", "cancel", plan, "--why", "a test").returncode == 65


def test_a_wish_is_kept(home):
    (who,) = [one["id"] for one in answer(home, "patients")["patients"]]
    assert answer(home, "deliver", "opt", who, "--channel", "text", "--out") == {
        "channel": "text",
        "out": True,
    }
    assert careloom(home, "deliver", "opt", who, "--channel", "fax", "--out").returncode == 64
