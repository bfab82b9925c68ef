"""careloom release: a plan in a file, how it stands, and its rollback."""

import json

from tests.flow.process import answer, careloom
from tests.flow.test_releasing import CONTENT

PLAN = f"""kind = "prompt"
title = "Briefer"
description = "One more sentence of rules."
why = "Lines were long."
impact = "It may leave facts out; verification refuses that."
[candidate]
kind = "care_plan"
task = "join"
content = {json.dumps(CONTENT)}
[criteria]
earned = ["care_plan join"]
stages = [[10, 2], [100, 5]]
"""


def test_a_plan_is_proposed_from_a_file_and_withdrawn(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(PLAN)
    home = tmp_path / "home"
    (made,) = answer(home, "release", "propose", file)["changes"]
    assert made["state"] == "proposed" and made["stages"] == [[10, 2], [100, 5]] and made["share"] == 0
    assert set(made["criteria"].values()) == {None} and len(made["digest"]) == 64
    (back,) = answer(home, "release", "back", made["id"], "--why", "another one is better")["changes"]
    assert back["state"] == "withdrawn" and back["steps"][-1]["words"] == "another one is better"
    file.write_text(PLAN.replace("[[10, 2], [100, 5]]", "[[10, 2]]"))
    refused = careloom(home, "release", "propose", file)
    assert refused.returncode == 65 and "stages" in refused.stderr
