"""A release is killed for real at each of its steps, and a trial over a home with thousands of drafts: nothing half done stands, and the next run goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.process import ADA, ADA_MRN, answer, environment, killed_after, make_home

pytestmark = [pytest.mark.kill, pytest.mark.slow]
PLAN = """
kind = "thresholds"
title = "Sooner"
description = "A physician signs within a day."
why = "Plans waited."
impact = "More reminders."
[criteria]
shadow_fewest = 1
group_fewest = 1
stages = [[50, 0], [100, 0]]
"""
LATER = {"CARELOOM_PHYSICIAN_DUE_HOURS": "24"}
# So long each run is left alone before it is killed, in seconds.
WAITS = (0.1, 0.4)
BEFORE = """
import django
django.setup()
from careloom.cli.frame import open_pipeline
made = open_pipeline()
"""
SIGNED = """
from careloom.care.change import Criterion, Result
from careloom.store.licence import Licence
from datetime import date
change = "{change}"
for one in Criterion:
    if made.store.changes.get(change).result(one) is None:
        made.releasing.keep("operator", change, Result(criterion=one, met=True, words="as it was measured"))
made.store.users.create("phil", role="pharmacist", name="Phil Invented", licence=Licence("MA", "PH1", date(2031, 1, 1)))
made.store.users.create("lena", role="quality_lead", name="Lena Invented")
for name in ("phil", "lena"):
    made.releasing.sign(made.store.users.reviewer(name), change)
"""
THOUSANDS = """
from careloom.store import codec
from careloom.store.ids import new_id
from careloom.store.models import StoredProposal
from careloom.store.row import place
from careloom.store.site_ruled import FrozenInputs
made.store.users.create("lead", role="quality_lead", name="Lead Invented")
(first,) = StoredProposal.objects.all()
sealed, rows, keys = codec.encode(made.store.site_rules.frozen_of(first.pk.hex)), [], made.store.site_rules.keys
drafts = []
for at in range({number}):
    drafts.append(StoredProposal(**{{one.attname: getattr(first, one.attname) for one in first._meta.concrete_fields}} | {{"id": new_id()}}))
    row = new_id()
    rows.append(FrozenInputs(id=row, organisation=first.organisation, proposal_id=drafts[-1].id, made=first.created, sealed=keys.seal(sealed, place("frozen inputs", row, "inputs"))))
with made.store.transaction():
    StoredProposal.objects.bulk_create(drafts, batch_size=500)
    FrozenInputs.objects.bulk_create(rows, batch_size=500)
said = {{"one": "ibuprofen", "other": "lisinopril", "severity": "moderate", "why": "an invented harm", "action": "Ask",
        "source": "Invented committee", "section": "section 1", "year": "2024"}}
print(made.protecting.draft(made.store.users.reviewer("lead"), said))
"""
NUMBER = 3000


def does(home: Path, words: str, **more: str) -> str:
    made = subprocess.run(
        [sys.executable, "-c", BEFORE + words],
        env=environment(home, DJANGO_SETTINGS_MODULE="careloom.django_settings", **more),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().rpartition("\n")[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    make_home(made, environment(made))
    answer(made, "connect", *ADA)
    answer(made, "draft", ADA_MRN, "--as-of", "2026-11-23")
    return made


def killed(home: Path, *arguments: str | Path) -> None:
    for wait in WAITS:
        if not killed_after(home, wait, *arguments, **LATER):
            return


def test_a_trial_over_thousands_of_drafts_that_is_killed_in_its_middle_is_no_trial(home: Path) -> None:
    rule = does(home, THOUSANDS.format(number=NUMBER))
    deaths = [killed_after(home, wait, "rules", rule, "--try") for wait in (0.02, 0.1, 0.2, 0.4, 0.8)]
    assert deaths[0]
    for one in answer(home, "rules")["rules"]:
        assert one["tried"] is None or one["tried"]["drafts"] == NUMBER + 1
    (tried,) = answer(home, "rules", rule, "--try")["rules"]
    assert tried["tried"]["drafts"] == NUMBER + 1 and tried["state"] == "draft"
    assert answer(home, "audit", "verify")["ok"]


def test_a_change_that_is_killed_at_each_step_is_proposed_once_measured_on_and_rolled_out_whole(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN)
    killed(home, "release", "propose", file)
    changes = answer(home, "release", "list", **LATER)["changes"]
    if not changes:
        changes = answer(home, "release", "propose", file, **LATER)["changes"]
    assert {one["state"] for one in changes} == {"proposed"}
    change = changes[0]["id"]
    for other in changes[1:]:
        answer(home, "release", "back", other["id"], "--why", "killed", **LATER)
    killed(home, "release", "measure", change)
    (stands,) = answer(home, "release", "list", change, **LATER)["changes"]
    kept = {name for name, one in stands["criteria"].items() if one}
    assert stands["state"] == "proposed" and len(stands["steps"]) == len(kept)
    (on,) = answer(home, "release", "measure", change, **LATER)["changes"]
    assert {name for name, one in on["criteria"].items() if one} >= {*kept, "tasks", "regression", "safety"}
    assert len(on["steps"]) == len({name for name, one in on["criteria"].items() if one})
    does(home, SIGNED.format(change=change), **LATER)
    for _ in range(3):
        killed(home, "release", "go-on", change)
        (stands,) = answer(home, "release", "list", change, **LATER)["changes"]
        steps = [one["what"] for one in stands["steps"] if one["what"] in ("stage", "released")]
        assert steps == ["stage", "stage", "released"][: len(steps)]
        if stands["state"] == "released":
            break
        answer(home, "release", "go-on", change, **LATER)
    (stands,) = answer(home, "release", "list", change, **LATER)["changes"]
    assert stands["state"] == "released" and stands["share"] == 100
    killed(home, "release", "back", change, "--why", "it was killed")
    (stands,) = answer(home, "release", "list", change, **LATER)["changes"]
    if stands["state"] != "rolled_back":
        answer(home, "release", "back", change, "--why", "it was killed", **LATER)
    assert answer(home, "release", "waiting", **LATER)["settings"]["physician_due_hours"][0] == "48"
    assert answer(home, "audit", "verify")["ok"]
