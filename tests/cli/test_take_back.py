"""On the command line, too, a filed document is taken back with a reason, after it was told what would follow."""

from tests.cli.test_decide_yes import home
from tests.flow.process import answer, careloom

__all__ = ["home"]


def test_what_would_follow_is_told_and_then_it_is_taken_back_with_a_reason(home):
    (her,) = [one["id"] for one in answer(home, "patients")["patients"]]
    plan = answer(home, "draft", her)["id"]
    early = careloom(
        home, "take-back", plan, "--why", "wrong_content", "--words", "Not hers.", "--as", "osei"
    )
    assert early.returncode == 77 and "only what is filed" in early.stderr
    asks = answer(home, "decide", plan, "approve", "--as", "osei")["asks"]
    yes = [word for line in asks for word in ("--yes", line)]
    assert answer(home, "decide", plan, "approve", "--as", "osei", *yes)["status"] == "active"
    before = answer(home, "take-back", plan, "--as", "osei")
    assert (before["status"], before["taken_back"], before["why_not"]) == ("active", None, "")
    without = careloom(home, "take-back", plan, "--why", "wrong_content", "--as", "osei")
    assert without.returncode == 65 and "a few words" in without.stderr
    done = answer(home, "take-back", plan, "--why", "wrong_content", "--words", "Not hers.", "--as", "osei")
    assert (done["status"], done["tasks"]) == ("entered-in-error", before["tasks"]) and done["taken_back"]
    again = careloom(home, "take-back", plan, "--as", "osei")
    assert again.returncode == 0 and "already" in again.stdout
