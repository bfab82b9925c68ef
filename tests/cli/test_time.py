"""careloom time: what a study reads, by case, person and activity."""

import subprocess
import sys
from pathlib import Path

from careloom.demo import HERE
from tests.flow.process import ADA_MRN, answer, careloom, environment

WORK = Path(__file__).with_name("work_done.py")


def test_a_study_reads_how_long_each_case_took(tmp_path):
    answer(tmp_path, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    answer(tmp_path, "user", "add", "nora", "--role", "registered_nurse")
    plan = answer(tmp_path, "draft", ADA_MRN, "--kind", "care_plan", "--as-of", "2026-11-23")
    days = ("--from", "2026-11-23", "--to", "2026-11-23")
    assert answer(tmp_path, "time", *days) == {"from": days[1], "to": days[3], "cases": []}
    assert "Nobody's work was measured" in careloom(tmp_path, "time", *days).stdout

    done = [sys.executable, WORK, plan["id"], "nora"]
    subprocess.run(done, env=environment(tmp_path), check=True, timeout=120)
    (case,) = answer(tmp_path, "time", *days)["cases"]
    assert case == {
        "case": plan["id"],
        "patient": plan["patient"],
        "kind": "care_plan",
        "origin": "template",
        "status": "draft",
        "measured": 240,
        "seconds": 240,
        "people": 1,
        "activities": {"call": {"measured": 240, "seconds": 240}},
    }
    told = careloom(tmp_path, "time", *days).stdout
    assert "4.0" in told and "nora" not in told
    assert careloom(tmp_path, "time", "--from", "2026-11-24", "--to", "2026-11-23").returncode == 64
