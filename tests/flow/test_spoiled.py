"""A folder of everything that can be wrong: each fault is told with file, place and reason, and stops nothing else."""

import json
from pathlib import Path

import pytest

from careloom import pipeline
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store.clock import now
from tests.flow.process import answer, careloom
from tests.flow.spoiled import MOST_UNPACKED_MB, NEVER_SAID, Spoiled, every, good

SPOILED = every()


def test_a_folder_of_everything_that_can_be_wrong_is_told_file_by_file_and_the_good_ones_are_read(
    tmp_path: Path,
) -> None:
    folder, home = tmp_path / "in", tmp_path / "home"
    folder.mkdir()
    fine = good(folder)
    for one in SPOILED:
        (folder / one.name).write_bytes(one.bad)
    done = careloom(home, "connect", folder, "--json", CARELOOM_MAX_UNPACKED_MB=str(MOST_UNPACKED_MB))
    assert done.returncode == 65
    told = json.loads(done.stdout)
    for one in SPOILED:
        faults = [row for row in told["rejected"] if row["path"].endswith(f"/{one.name}")]
        assert any(row["where"].startswith(one.where) and one.why in row["reason"] for row in faults), (
            one.name
        )
    assert not [row for row in told["rejected"] if Path(row["path"]).name in fine]
    waiting = answer(home, "rejected")["rejected"]
    assert {row["path"] for row in waiting} == {one.name for one in SPOILED}
    assert all(row["reason"] for row in waiting)
    said = json.dumps(told["rejected"]) + json.dumps(waiting) + done.stderr
    assert not [word for word in NEVER_SAID if word in said]
    names = str(answer(home, "patients")["patients"])
    assert all(f"Good{letter}" in names for letter in "ABCDEFGHIJ")
    assert len(answer(home, "record", "urn:test|g9")["entries"]) == 2


@pytest.fixture
def desk(db: None, home: Path, key: str) -> Pipeline:
    settings = Settings(home=home, encryption_key=key, max_unpacked_mb=MOST_UNPACKED_MB)
    return pipeline.build(settings, now)


@pytest.mark.parametrize("one", SPOILED, ids=lambda one: one.name)
def test_what_was_wrong_is_corrected_and_stays_so_when_all_is_read_again(
    desk: Pipeline, tmp_path: Path, one: Spoiled
) -> None:
    file = tmp_path / one.name
    file.write_bytes(one.bad)
    assert desk.connect([file], source="sender").rejected
    (letter,) = desk.dead_letters.all()
    assert letter.name == one.name
    assert letter.source == "sender"
    report = desk.dead_letters.correct("operator", letter.message[:12], one.good, why="sent again")
    assert report.rejected == []
    assert desk.dead_letters.all() == ()
    desk.replay()
    assert desk.dead_letters.all() == ()
    (patient,) = desk.store.patients.all()
    assert desk.store.entries.of(patient)
