"""careloom training: one's own score, and of whom the certificate is asked."""

from datetime import date, timedelta
from pathlib import Path

import careloom as careloom_package
from tests.flow.process import answer, careloom

ADA = Path(careloom_package.__file__).parent / "demo/riverside_ehr/ada-moreno.json"
LICENCE = ("--licence", "MA:RN1:2099-01-01")


def test_whoever_is_added_from_now_on_passes_the_training_before_real_cases(tmp_path):
    asked = {"CARELOOM_TRAINING": "new"}
    token = answer(tmp_path, "user", "add", "nina", "--role", "registered_nurse", *LICENCE, **asked)["token"]
    answer(tmp_path, "user", "add", "rob", "--role", "registered_nurse", *LICENCE, CARELOOM_TRAINING="off")
    people = {one["name"]: one for one in answer(tmp_path, "training", "--everybody", **asked)["people"]}
    assert (people["nina"]["asked"], people["nina"]["may_decide"]) == (True, False)
    assert (people["rob"]["asked"], people["rob"]["may_decide"]) == (False, True)
    mine = answer(tmp_path, "training", CARELOOM_TOKEN=token, **asked)
    assert mine["drills"] == 0 and mine["sensitivity"] is None and mine["certificate"]["may_decide"] is False
    assert set(mine["lacks"]) == {"faulty", "fine", "kinds", "caught", "alarmed", "bias"}
    assert careloom(tmp_path, "training", CARELOOM_TOKEN=token).stdout.startswith("0 drills, 0 lines")
    soon = (date.today() + timedelta(days=5)).isoformat()
    said = ("training", "--excuse", "nina", "--day", soon, "--why", "flu season")
    people = {one["name"]: one for one in answer(tmp_path, *said, **asked)["people"]}
    assert people["nina"]["excused_to"] == soon and people["nina"]["may_decide"]
    assert careloom(tmp_path, "training", "--excuse", "nina", "--require", "rob").returncode == 64
    assert careloom(tmp_path, "training", "--require", "nobody-here").returncode == 65
    assert careloom(tmp_path, "training", "--everybody", CARELOOM_TRAINING="often").returncode != 0


def test_whoever_adds_somebody_and_whoever_is_refused_is_told_exactly_what_to_do(tmp_path):
    asked = {"CARELOOM_TRAINING": "new"}
    added = careloom(tmp_path, "user", "add", "nina", "--role", "registered_nurse", *LICENCE, **asked).stdout
    token = added.partition("CARELOOM_TOKEN=")[2].splitlines()[0]
    way = "careloom training --excuse nina --day DATE --why TEXT"
    assert "seven or eight drills of ten lines" in added and way in added and "CARELOOM_TRAINING=off" in added
    assert (
        answer(tmp_path, "user", "add", "lea", "--role", "quality_lead", **asked)["needs_training"] is False
    )
    answer(tmp_path, "connect", str(ADA), "--source", "riverside_ehr")
    patient = answer(tmp_path, "patients")["patients"][0]["id"]
    plan = answer(tmp_path, "draft", patient, "--kind", "care_plan", "--model", "none")["id"]
    said = ("decide", plan, "return", "--reason", "not hers yet")
    refused = careloom(tmp_path, *said, CARELOOM_TOKEN=token, **asked)
    assert refused.returncode == 77
    assert "/training" in refused.stderr and "careloom training --excuse USER" in refused.stderr
    soon = (date.today() + timedelta(days=5)).isoformat()
    answer(tmp_path, "training", "--excuse", "nina", "--day", soon, "--why", "flu season", **asked)
    assert answer(tmp_path, *said, CARELOOM_TOKEN=token, **asked)["status"] == "on-hold"
