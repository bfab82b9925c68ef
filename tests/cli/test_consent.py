"""The command line enters a consent on paper, lists what it opens, and takes it back."""

import json

import pytest

from tests.connect.made import body, bundle, patient
from tests.flow.process import answer, careloom
from tests.flow.test_consent import programme


@pytest.fixture
def home(tmp_path):
    found = tmp_path / "home"
    found.mkdir()
    (found / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    (found / "demo").touch()
    (tmp_path / "sent.json").write_bytes(body(bundle(patient(), *programme())))
    careloom(found, "connect", tmp_path / "sent.json", "--source", "lighthouse")
    answer(found, "user", "add", "cora", "--role", "care_coordinator")
    return found


def test_a_consent_is_entered_opens_nothing_without_this_sites_name_and_is_taken_back(home):
    (who,) = [one["id"] for one in answer(home, "patients")["patients"]]
    said = (
        "--scope",
        "medicines",
        "--programme",
        "Lighthouse Recovery",
        "--to",
        "Harbor Clinic",
        "--as",
        "cora",
    )
    refused = careloom(home, "consent", "add", who, *said, "--signed", "2026-01-05")
    assert refused.returncode == 65
    assert "2.31(a)(5)" in refused.stderr
    whole = (*said, "--purpose", "treatment", "--signed", "2026-01-05", "--until", "2030-01-01")
    entered = answer(home, "consent", "add", who, *whole)["consent"]
    (row,) = answer(home, "consent", "list", who, "--as", "cora")["consents"]
    assert (row["id"], row["given"], row["recipients"]) == (entered, True, ["Harbor Clinic"])
    assert row["closed_because"] == {
        "Lighthouse Recovery": "it names others than this site as recipients (2.31(a)(4))"
    }
    assert "ethadone" not in json.dumps(answer(home, "record", who))
    answer(home, "consent", "revoke", who, entered, "--why", "in writing", "--as", "cora")
    (row,) = answer(home, "consent", "list", who, "--as", "cora")["consents"]
    assert row["given"] is False
