"""careloom time-study: a table is brought in line by line, and what a small study shows tells of nobody."""

from pathlib import Path

from tests.flow.process import answer, careloom


def test_a_table_is_brought_in_line_by_line_and_four_people_are_not_told_of(tmp_path: Path) -> None:
    for name, role in (("olga", "medical_assistant"), ("cam", "care_coordinator")):
        answer(tmp_path, "user", "add", name, "--role", role)
    assert "no time study yet" in careloom(tmp_path, "time-study", "list").stdout
    study = answer(
        tmp_path, "time-study", "begin", "Where the day goes", "--observer", "olga", "--observed", "cam"
    )
    assert (study["observers"], study["observed"], study["closed"], study["list_version"]) == (1, 1, None, 0)

    file = tmp_path / "observed.csv"
    # Written down earlier in this century, in the site's zone.
    file.write_text(
        "observed,activity,began,ended\n"
        "cam,write_note,2026-01-05 09:00,2026-01-05 09:12\n"
        "eve,write_note,2026-01-05 09:12,2026-01-05 09:20\n"
    )
    brought = answer(tmp_path, "time-study", "bring", study["id"], file, "--observer", "olga")
    assert brought == {"lines": 2, "taken": 1, "bad": [{"line": 3, "column": "observed", "why": "nobody"}]}
    assert careloom(tmp_path, "time-study", "bring", study["id"], file, "--observer", "cam").returncode == 77

    assert answer(tmp_path, "time-study", "close", study["id"])["closed"]
    shown = answer(tmp_path, "time-study", "show", study["id"])
    assert (shown["shifts"], shown["people_counted"], shown["people_waiting"]) == (1, 0, 1)
    assert shown["activities"] == [] and shown["agreement"]["kappa"] is None

    ranked = answer(tmp_path, "rank", "--study", study["id"], "--outcome", "2")
    assert (ranked["study"], ranked["measured"], ranked["ranked"]) == (study["id"], False, [])
    assert ranked["weights"]["outcome"] == 2 and ranked["seed"] == "careloom"
    lacks = {one["activity"]: one["lacks"] for one in ranked["unranked"]}
    assert lacks["write_note"] == ["measured", "volume", "share", "effort"]
