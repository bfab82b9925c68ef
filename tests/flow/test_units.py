"""A result in a unit that can't be converted is kept as it was said, and somebody is told of it."""

import json
from pathlib import Path

import pytest

from careloom.knowledge.labs import load_labs
from tests.flow.process import answer, careloom
from tests.flow.spoiled import PIECES
from tests.flow.test_bad_input import PATIENT, bundle


def test_potassium_by_the_piece_stays_in_the_record_as_said(tmp_path: Path) -> None:
    file = tmp_path / "unit.json"
    file.write_bytes(bundle(PATIENT, PIECES))
    done = careloom(tmp_path / "home", "connect", file, "--json")
    assert done.returncode == 65
    (fault,) = json.loads(done.stdout)["rejected"]
    assert fault["where"].startswith("Bundle.entry[1]")
    (patient,) = answer(tmp_path / "home", "patients")["patients"]
    record = answer(tmp_path / "home", "record", patient["id"])
    (result,) = [one for one in record["entries"] if one["kind"] == "Observation"]
    assert (result["value"], result["unit"]) == ("4.1", "{tbl}")


@pytest.mark.parametrize(
    ("concept", "unit"), [("platelets", "10+3/uL"), ("platelets", "10*3/uL"), ("inr", "1"), ("inr", None)]
)
def test_an_older_spelling_of_a_unit_and_the_unit_one_are_understood(concept: str, unit: str | None) -> None:
    lab = load_labs().get(concept)
    assert lab is not None
    assert lab.canonical("2.5", unit) is not None
