"""careloom readiness: its JSON is a contract, and its words name what lacks."""

import json
from pathlib import Path

from careloom.demo import HERE
from tests.flow.process import answer, careloom


def test_the_command_counts_keeps_and_shows_one_source(tmp_path: Path) -> None:
    home = tmp_path / "home"
    answer(home, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    answer(
        home, "connect", HERE / "social_services" / "2026-10-09-ada-moreno.txt", "--source", "social_services"
    )
    first = answer(home, "readiness")
    assert (first["patients"], first["main"], first["outside"], first["before"]) == (
        1,
        "riverside_ehr",
        1,
        None,
    )
    one = answer(home, "readiness", "--source", "social_services")
    assert one["before"] == first["at"]
    assert [source["name"] for source in one["sources"]] == ["social_services"]
    needs = next(field for field in one["fields"] if field["name"] == "social_needs")
    assert (needs["only"], list(needs["sources"])) == ("social_services", ["social_services"])
    told = careloom(home, "readiness")
    assert "immunisations: Without it a nurse can't say which vaccine is due." in " ".join(
        told.stdout.split()
    )
    assert "Moreno" not in json.dumps(first) + told.stdout
    wrong = careloom(home, "readiness", "--source", "nobody")
    assert wrong.returncode == 65
    assert "riverside_ehr, social_services" in wrong.stderr
