"""careloom agreement: the JSON that a quality report reads, empty and in words too."""

from tests.flow.process import answer, careloom


def test_a_home_in_which_nothing_was_read_again_says_so(tmp_path):
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    assert answer(tmp_path, "agreement", *days) == {
        "from": "2026-11-01",
        "to": "2026-11-30",
        "own": False,
        "documents": 0,
        "fewest": 10,
        "agreement": [],
        "months": [],
    }
    assert "nothing was read a second time" in careloom(tmp_path, "agreement", *days).stdout
    assert careloom(tmp_path, "agreement", "--from", "2026-12-01", "--to", "2026-11-30").returncode == 65
    assert careloom(tmp_path, "agreement", "--from", "yesterday").returncode == 64
