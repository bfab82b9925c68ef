"""careloom board: a month's numbers as the records stood then, in one command."""

import json
from pathlib import Path

from tests.flow.process import answer, careloom
from tests.measure.quality.cases import bundle
from tests.measure.quality.cms122_people import ADA, BEN
from tests.measure.quality.served import sets_in
from tests.web.test_web_pdf import pages


def test_a_board_reads_a_month_in_one_command_and_what_came_later_is_not_in_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name, resources in {"ada": ADA, "ben": BEN}.items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(bundle(resources)))
        answer(home, "connect", file, "--source", "clinic")
    answer(home, "knowledge", "load", sets_in(tmp_path / "sets"))
    out = tmp_path / "board.pdf"
    found = answer(home, "board", "--month", "2025-11", "--out", out)
    assert (found["month"], found["as_of"], found["patients"]) == ("2025-11", "2025-11-30", 2)
    measures = {one["name"]: one for one in found["measures"]}
    # Both records came after November 2025.
    assert measures["CMS122"]["rates"][0]["rate"] is None
    assert measures["CMS131"]["rates"] == []
    assert any(
        one.startswith("Retinal or Dilated Eye Exam") for one in measures["CMS131"]["missing_value_sets"]
    )
    said = " ".join(" ".join(pages(out.read_bytes())).split())
    assert "Board report 2025-11" in said and "CMS122" in said and "glycemic status" in said
    assert "Outcomes and effort" in said and "0 begun, 0 filed" in said
    assert "Cost and revenue" in said and "No pilot has ended here" in said
    assert "0 of 0 months lack nothing" in said and "Numerator:" in said and "Denominator:" in said
    money = found["finance"]
    assert (money["prices"], money["programme"]["met"], money["payback"]["pilot"]) == (False, 0, None)
    assert "isn't measured" in money["payback"]["alone"]["not_said"]
    assert (found["outcomes"]["to"], found["effort"]["filed"]) == ("2025-11-30", 0)
    again = careloom(home, "board", "--month", "2025-11", "--out", str(out))
    assert again.returncode != 0 and "there is a file of that name already" in again.stderr
    ahead = careloom(home, "board", "--month", "2999-01")
    assert ahead.returncode != 0 and "has not begun" in ahead.stderr
    assert "2026-10" in careloom(home, "board", "--month", "October").stderr
