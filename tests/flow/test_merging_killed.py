"""A merge is whole or it is not: whenever the process dies, two records are one in all of the store, or two."""

import pytest

from tests.connect.hl7 import hl7
from tests.flow.process import answer, careloom, killed_after
from tests.flow.test_merging import LATEX, OLD, PENICILLIN

pytestmark = [pytest.mark.kill, pytest.mark.slow]


def test_a_merge_that_is_killed_is_done_or_is_not(tmp_path):
    home = tmp_path / "home"
    for number, part in enumerate((hl7("ADT^A01", PENICILLIN, pid=OLD), hl7("ADT^A01", LATEX))):
        (tmp_path / f"{number}.hl7").write_bytes(part)
        careloom(home, "connect", tmp_path / f"{number}.hl7", "--source", "harbor")
    answer(home, "user", "add", "cora", "--role", "care_coordinator")
    (home / "demo").touch()
    one, other = (row["id"] for row in answer(home, "patients")["patients"])
    said = (one, other, "--why", "a test", "--as", "cora")
    cut_off = 0
    for step in range(7):
        cut_off += killed_after(home, 0.05 * 1.6**step, "people", "same", *said)
        merged = answer(home, "people", "list")["merged"]
        assert len(answer(home, "record", other)["allergies"]) == (2 if merged else 1)
        if merged:
            answer(home, "people", "unmerge", *said)
    assert cut_off
    assert answer(home, "audit", "verify")["ok"]
