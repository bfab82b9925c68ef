"""careloom training: one's own score, and of whom the certificate is asked."""

from datetime import date, timedelta

from tests.flow.process import answer, careloom

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
