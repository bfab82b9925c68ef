"""careloom outcomes, effort and finance: their JSON is a contract, and of almost nobody they say so in words."""

from pathlib import Path

from careloom.demo import HERE
from tests.flow.process import answer, careloom

TIME = ("--from", "2026-01-01", "--to", "2026-10-31")


def test_how_patients_fared_what_it_took_and_what_it_cost(tmp_path: Path) -> None:
    answer(tmp_path, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    found = answer(tmp_path, "outcomes", *TIME)
    assert (found["from"], found["to"], found["start"], found["patients"]) == (*TIME[1::2], None, 1)
    outcomes = {one["name"]: one for one in found["outcomes"]}
    assert list(outcomes) == [
        "hba1c", "systolic", "diastolic", "readmission", "emergency", "appointments", "phq9", "gad7",
        "promis_physical", "promis_mental",
    ]  # fmt: skip
    assert outcomes["hba1c"]["number"] > 0
    assert "too few" in outcomes["hba1c"]["value"]["not_said"]
    assert "nobody" in outcomes["hba1c"]["trend"]["not_said"].lower()
    assert "isn't told alone" in outcomes["hba1c"]["change"]["not_said"]
    assert "readmission" not in outcomes["hba1c"] and "not_said" in outcomes["readmission"]["adjusted"]
    told = careloom(tmp_path, "effort", *TIME).stdout
    assert "0 documents begun, 0 filed" in told and "published by others, not measured here: 45 to 60" in told
    money = answer(tmp_path, "finance", *TIME, "--coding", "2026", "--month", "2026-10", "--payback")
    assert (money["prices"], money["drafted"]["mean"]) == (False, None)
    assert {gap["kind"] for one in money["coding"] for gap in one["gaps"]} <= {"uncoded", "undocumented"}
    assert len(money["coding"]) == 1
    programme = money["programme"]
    assert (programme["month"], programme["pays"], programme["met"], programme["patients"]) == (
        "2026-10",
        0.0,
        0,
        [],
    )
    assert money["payback"]["minutes_saved"]["not_said"].startswith("No pilot has ended")
    assert "Numerator" in programme["definition"] and "Denominator" in programme["definition"]
