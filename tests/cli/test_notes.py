"""careloom notes: what a text says, in the contract's JSON and in words; nothing is stored."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from careloom.cli.notes import command

NOTE = """Patient: Wanda Petrosky
MRN: 4711

Her phone was cut off but is working again. She has no ride to the clinic.
Takes aspirin 81 mg daily. Allergic to penicillin (hives). Her mother had gout.
"""
KEYS = {"kind", "codes", "domain", "adverse", "negated", "status", "subject", "span"}


def run(file: Path, *options: str) -> dict:
    done = CliRunner().invoke(command, [str(file), "--json", *options], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARELOOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_each_thing_said_has_the_contracts_keys_and_its_place_in_the_file(tmp_path: Path):
    file = tmp_path / "note.txt"
    file.write_text(NOTE, encoding="utf-8")
    (note,) = run(file)["notes"]
    told = [(one["kind"], NOTE[slice(*one["span"])]) for one in note["entries"]]
    assert told == [
        ("Observation", "phone was cut off"),
        ("Observation", "has no ride"),
        ("MedicationStatement", "aspirin 81 mg daily"),
        ("AllergyIntolerance", "penicillin"),
        ("Condition", "gout"),
    ]
    assert all(one.keys() >= KEYS for one in note["entries"])
    phone, ride, aspirin, penicillin, gout = note["entries"]
    assert (phone["domain"], phone["adverse"], phone["codes"]) == ("utilities", False, [])
    assert (ride["domain"], ride["adverse"], ride["codes"][0]["code"]) == ("transport", True, "Z59.82")
    assert (aspirin["status"], aspirin["dosage"]["dose"], aspirin["adverse"]) == ("active", "81 mg", None)
    assert penicillin["reaction"] == "hives"
    assert gout["subject"] == "family"


def test_with_lines_each_line_is_a_note_and_an_empty_one_says_nothing(tmp_path: Path):
    file = tmp_path / "lines.txt"
    file.write_bytes("Evicted.\r\n\r\n\U0001f642 Vive sola.\r\n".encode())
    notes = run(file, "--lines")["notes"]
    assert [[one["domain"] for one in note["entries"]] for note in notes] == [
        ["housing"],
        [],
        ["social_support"],
    ]
    # Code points, not bytes.
    assert notes[2]["entries"][0]["span"] == [2, 11]


def test_a_person_reads_it_in_words_and_nothing_is_stored(tmp_path: Path, home: Path):
    file = tmp_path / "note.txt"
    file.write_text(NOTE, encoding="utf-8")
    said = CliRunner().invoke(command, [str(file)], catch_exceptions=False).stdout
    assert "no reliable way to get to care" in said
    assert "“has no ride”" in said
    assert "nothing was stored" in said
    assert not home.exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x00\x01\x02", "NUL byte"),
        (b"caf\xe9", "not UTF-8"),
        (b"a" * (7 << 20), "larger than a text can be (6 MB)"),
        ("Evicted.".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_words(tmp_path: Path, data: bytes, reason: str):
    file = tmp_path / "note.txt"
    file.write_bytes(data)
    done = CliRunner().invoke(command, [str(file)])
    assert done.exit_code != 0
    assert reason in str(done.exception)


def test_a_missing_file_is_named(tmp_path: Path):
    done = CliRunner().invoke(command, [str(tmp_path / "none.txt")])
    assert "there is no such file" in str(done.exception)
