"""The command line says who is one person, by somebody's name and reason, and undoes it."""

import json

import pytest

from tests.connect.hl7 import hl7
from tests.flow.process import answer, careloom
from tests.flow.test_merging import LATEX, OLD, PENICILLIN, merge
from tests.flow.test_used_again import IVER, arrives


@pytest.fixture
def home(tmp_path):
    found = tmp_path / "home"
    parts = (
        hl7("ADT^A01", PENICILLIN, pid=OLD.replace("19490630", "19490603")),
        hl7("ADT^A01", LATEX),
        merge(),
    )
    for number, part in enumerate(parts):
        (tmp_path / f"{number}.hl7").write_bytes(part)
        careloom(found, "connect", tmp_path / f"{number}.hl7", "--source", "harbor")
    answer(found, "user", "add", "cora", "--role", "care_coordinator")
    return found


def test_a_pair_is_merged_read_by_either_id_and_parted_again(home):
    (pair,) = answer(home, "people", "list")["waiting"]
    assert pair["why"] == "a sender says that they are one person, but the birth date differs"
    one, other = sorted((pair["one"], pair["other"]))
    reason = ("--why", "the passport", "--as", "cora")
    assert careloom(home, "people", "same", one, other, "--as", "cora").returncode == 64
    assert careloom(home, "people", "same", one, other, *reason).returncode == 77
    (home / "demo").touch()
    assert answer(home, "people", "same", one, other, *reason) == {"patient": one, "merged": True}
    record = answer(home, "record", other)
    assert (record["patient"], record["merged"]) == (one, [one, other])
    assert len(record["allergies"]) == 2
    assert len(answer(home, "patients")["patients"]) == 1
    (merged,) = answer(home, "people", "list")["merged"]
    assert (merged["patient"], merged["why"], merged["names_neither"]) == (one, "the passport", [])
    assert answer(home, "people", "unmerge", one, other, *reason) == {"one": one, "other": other}
    assert "merged" not in answer(home, "record", other)
    answer(home, "people", "different", one, other, *reason)
    assert answer(home, "people", "list") == {"waiting": [], "merged": [], "told": []}
    assert "Quill" not in json.dumps(answer(home, "audit", "verify"))


def test_a_message_under_a_number_used_again_is_told_filed_and_taken_back(home, tmp_path):
    (home / "demo").touch()
    reason = ("--why", "the hospital used it again", "--as", "cora")
    (tmp_path / "iver.hl7").write_bytes(arrives("ADT^A01", LATEX, IVER, "C-2"))
    careloom(home, "connect", tmp_path / "iver.hl7", "--source", "harbor")
    waits = [one for one in answer(home, "rejected")["rejected"] if one["path"] == "iver.hl7"]
    message = waits[0]["message"]
    (who,) = answer(home, "people", "who", message, "--as", "cora")["people"]
    assert len(who["bearers"]) == 1
    iver = answer(home, "people", "new", message, "--who", who["key"], *reason)["patient"]
    (told,) = answer(home, "people", "list")["told"]
    assert (told["described"], told["message"], told["same_as"]) == (iver, message, "")
    assert answer(home, "people", "take-back", iver, *reason) == {"message": message}
    assert answer(home, "people", "is", message, who["bearers"][0], *reason)["patient"] == who["bearers"][0]
    assert len(answer(home, "record", who["bearers"][0])["allergies"]) == 1
