"""What watches, learns and tries in the background is killed for real in its middle: nothing half done is kept, and the next run does it whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.process import ADA, ADA_MRN, answer, careloom, environment, killed_after

pytestmark = [pytest.mark.kill, pytest.mark.slow]
# So long each run is left alone before it is killed, in seconds.
WAITS = (0.02, 0.1, 0.3, 1.0)
DRAFTED = """
import django
django.setup()
from careloom.cli.frame import open_pipeline
from careloom.store.licence import Licence
made = open_pipeline()
made.store.users.create("lena", role="quality_lead", name="Lena Invented")
said = {"one": "ibuprofen", "other": "lisinopril", "severity": "moderate", "why": "an invented harm", "action": "Ask",
        "source": "Invented committee", "section": "section 1", "year": "2024"}
print(made.protecting.draft(made.store.users.reviewer("lena"), said))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("watched") / "home"
    answer(made, "connect", *ADA)
    answer(made, "draft", ADA_MRN, "--as-of", "2026-11-23")
    return made


def killed(home: Path, *arguments: str | Path) -> int:
    """Kill a command a little later each time; how often it died."""
    return sum(killed_after(home, wait, *arguments) for wait in WAITS)


def test_a_count_of_what_is_watched_is_whole_after_it_was_killed(home: Path) -> None:
    assert killed(home, "watch")
    told = answer(home, "watch")
    again = answer(home, "watch")
    assert told["series"] == again["series"] and told["series"]
    assert answer(home, "audit", "verify")["ok"]


def test_a_trial_over_the_past_that_was_killed_is_kept_whole_or_not_at_all(home: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-c", DRAFTED],
        env=environment(home, DJANGO_SETTINGS_MODULE="careloom.django_settings"),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    rule = made.stdout.split()[-1]
    killed(home, "rules", rule, "--try")
    for one in answer(home, "rules")["rules"]:
        assert one["tried"] is None or one["tried"]["drafts"] == 1
    (tried,) = answer(home, "rules", rule, "--try")["rules"]
    assert tried["tried"]["drafts"] == 1 and tried["state"] == "draft"
    assert answer(home, "audit", "verify")["ok"]


def test_an_export_without_identifiers_that_was_killed_leaves_no_file_and_is_made_again(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    for wait in WAITS:
        if killed_after(home, wait, "deidentify", "export", file):
            assert not file.exists()
        else:
            break
    if not file.exists():
        careloom(home, "deidentify", "export", file)
    (line,) = file.read_text().splitlines()
    assert json.loads(line)
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_a_compliance_pack_that_was_killed_is_no_pack_and_the_next_one_is_whole(home: Path) -> None:
    before = len(answer(home, "comply", "packs")["packs"])
    deaths = killed(home, "comply", "make")
    assert deaths
    assert len(answer(home, "comply", "packs")["packs"]) - before <= len(WAITS) - deaths
    made = answer(home, "comply", "make")
    assert [one["id"] for one in answer(home, "comply", "packs")["packs"]].count(made["id"]) == 1
    assert answer(home, "audit", "verify")["ok"]


def test_a_training_set_that_was_killed_is_put_together_anew(home: Path) -> None:
    killed(home, "learn", "set")
    first = careloom(home, "learn", "set", "--json")
    second = careloom(home, "learn", "set", "--json")
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout)
    assert answer(home, "audit", "verify")["ok"]
