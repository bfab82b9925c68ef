"""What could not be read is corrected, set aside or read again from the command line."""

import json

import pytest

from tests.flow.process import answer, careloom
from tests.web.test_web_rejected import BAD, GOOD, HEADER, MENDED


@pytest.fixture
def waiting(home, tmp_path):
    file = tmp_path / "fills.csv"
    file.write_text(HEADER + GOOD + BAD)
    assert careloom(home, "connect", file, "--source", "pharmacy").returncode == 65
    (row,) = answer(home, "rejected")["rejected"]
    return row["message"]


def test_a_message_is_saved_corrected_and_gone_from_the_list(home, tmp_path, waiting):
    saved = tmp_path / "saved.csv"
    answer(home, "rejected", "--save", waiting[:10], "--to", saved)
    assert saved.read_text() == HEADER + GOOD + BAD
    saved.write_text(HEADER + GOOD + MENDED)
    told = answer(home, "rejected", "--correct", waiting[:10], "--with", saved, "--why", "asked the pharmacy")
    assert told["entries"] == 2
    assert answer(home, "rejected")["rejected"] == []


def test_a_message_is_set_aside_with_a_reason_and_put_back(home, waiting):
    assert careloom(home, "rejected", "--set-aside", waiting).returncode == 65
    assert answer(home, "rejected", "--set-aside", waiting, "--why", "a test row")["rejected"] == []
    assert len(answer(home, "rejected", "--take-back", waiting)["rejected"]) == 1


def test_reading_again_says_what_is_still_wrong(home, waiting):
    done = careloom(home, "rejected", "--again", waiting, "--json")
    assert done.returncode == 65
    assert json.loads(done.stdout)["rejected"][0]["where"] == "row 2"


def test_an_unknown_id_and_two_wishes_at_once_are_refused(home, waiting):
    assert careloom(home, "rejected", "--again", "ffff").returncode == 65
    assert careloom(home, "rejected", "--again", waiting, "--set-aside", waiting).returncode == 64
