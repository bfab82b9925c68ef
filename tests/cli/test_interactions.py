"""careloom interactions: pairs of drug names, in the contract's JSON and in words; nothing is stored."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from careloom.cli.interactions import command
from careloom.errors import InputError

PAIRS = (
    "warfarin\tamiodarone\n"
    "Cardizem CD 240 MG\tZocor\n"
    "acetaminophen\tmetformin\n"
    "warfarine\taspirin\n"
    "\n"
    "Entresto\tlisinopril 10 MG Oral Tablet\n"
    "aspirin\taspirin 81 mg\n"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARELOOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "pairs.tsv"
    made.write_text(PAIRS, encoding="utf-8")
    return made


def run(file: Path, *options: str) -> str:
    done = CliRunner().invoke(command, [str(file), *options], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_each_pair_has_the_contracts_keys_in_the_order_of_the_file(file: Path, home: Path) -> None:
    pairs = json.loads(run(file, "--json"))["pairs"]
    told = [(one["a"], one["b"], one["known"], one["severity"], one["interrupts"]) for one in pairs]
    assert told[0] == ("warfarin", "amiodarone", [True, True], "high", False)
    assert told[2:4] == [
        ("acetaminophen", "metformin", [True, True], None, False),
        ("warfarine", "aspirin", [False, True], None, False),
    ]
    assert told[5] == ("aspirin", "aspirin 81 mg", [True, True], None, False)
    assert all(one["source"] for one in pairs if one["severity"])
    assert not home.exists()


def test_a_combination_and_a_brand_count_as_what_they_hold(file: Path) -> None:
    pairs = json.loads(run(file, "--json"))["pairs"]
    entresto = pairs[4]
    assert (entresto["known"], entresto["severity"], entresto["interrupts"]) == ([True, True], "high", True)
    assert pairs[1]["known"] == [True, True]
    assert pairs[1]["severity"] in ("high", "moderate")


def test_who_looks_at_the_words_is_told_what_was_not_checked(file: Path) -> None:
    said = run(file)
    assert "warfarine with aspirin: not checked, warfarine is not known here; is warfarin meant?" in said
    assert "acetaminophen with metformin: none in the table" in said
    assert "5 of 6 pairs checked; nothing was stored" in said
    assert "10 of 11 drugs checked against Careloom's list dated 20" in said
    assert "; not known here: warfarine." in said


def test_what_was_checked_is_said_in_the_json_too_with_the_names_of_what_was_not(file: Path) -> None:
    told = json.loads(run(file, "--json"))["coverage"]
    assert (told["checked"], told["drugs"], told["unknown"]) == (10, 11, ["warfarine"])
    assert told["lists"][0].startswith("Careloom's list dated 20")


def test_a_line_without_two_names_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.tsv"
    file.write_text("warfarin\taspirin\nwarfarin aspirin\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        CliRunner().invoke(command, [str(file), "--json"], catch_exceptions=False)
    assert told.value.where == f"{file}, line 2"


def test_all_that_two_drugs_do_is_told_the_worst_first_and_each_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "pair.tsv"
    file.write_text("tacrolimus\tclarithromycin\n", encoding="utf-8")
    said = run(file)
    assert "QT" in said
    assert "the level of the transplant drug rises" in said
    assert "Call the transplant team; lower the dose" in said
    (pair,) = json.loads(run(file, "--json"))["pairs"]
    assert pair["severity"] == "moderate"
    assert pair["source"].startswith("FDA label tacrolimus, section 7.2")
    assert pair["besides"][0]["why"] == "both can prolong the QT interval"
