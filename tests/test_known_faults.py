"""A known fault is passed over only with a reason, and only until a day."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 29)
spec = importlib.util.spec_from_file_location("known_faults", ROOT / ".ci" / "known_faults.py")
assert spec and spec.loader
known_faults = importlib.util.module_from_spec(spec)
spec.loader.exec_module(known_faults)


def fault(**said: str) -> str:
    return "[[fault]]\n" + "\n".join(f"{name} = {value}" for name, value in said.items())


def test_a_judged_fault_is_passed_over_until_its_day() -> None:
    text = fault(id='"GHSA-1"', reason='"not reached"', until="2026-11-29")
    assert known_faults.judged(text, TODAY) == (["GHSA-1"], [])
    assert known_faults.judged(text, date(2026, 11, 30)) == (
        [],
        ["the judgement of GHSA-1 ran out on 2026-11-29"],
    )


@pytest.mark.parametrize("lacking", ["reason", "until", "id"])
def test_a_fault_without_a_reason_or_a_day_fails(lacking: str) -> None:
    said = {"id": '"GHSA-1"', "reason": '"not reached"', "until": "2026-12-31"}
    del said[lacking]
    passed, wrong = known_faults.judged(fault(**said), TODAY)
    assert passed == [] and len(wrong) == 1


def test_our_own_list_is_in_order() -> None:
    passed, wrong = known_faults.judged((ROOT / "requirements" / "judged.toml").read_text(), TODAY)
    assert wrong == [] and passed == sorted(set(passed))


def test_what_is_known_is_told_apart_from_what_nobody_could_be_asked_about() -> None:
    answer = (
        '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "GHSA-1", "fix_versions": ["2"]}]},'
        ' {"name": "b", "skip_reason": "not found"}, {"name": "c", "version": "3", "vulns": []}]}'
    )
    assert known_faults.told(answer) == (["a 1: GHSA-1, mended in 2"], ["b"], 3)
