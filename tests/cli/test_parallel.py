"""careloom parallel: what there is, and what a run comes to, in words and for another program."""

import json

import pytest

from careloom.cli.parallel import as_json
from tests.flow.parallels import Parallel, all_wording
from tests.flow.process import answer, careloom


def test_a_home_without_a_run_says_so(tmp_path) -> None:
    assert answer(tmp_path, "parallel") == {"runs": []}
    assert "There is no parallel run." in careloom(tmp_path, "parallel").stdout
    assert careloom(tmp_path, "parallel", "abcdef").returncode == 64


@pytest.mark.django_db
def test_another_program_reads_each_criterion_with_its_numbers(home, tmp_path) -> None:
    site = Parallel(home, tmp_path / "records")
    run = site.running()
    case = site.begins(run)
    site.writes(run, case)
    site.reviews(run, case)
    site.judges(run, site.now(run, case), all_wording)
    told = as_json(site.pipeline.paralleled.results("operator", run.id))
    assert json.loads(json.dumps(told)) == told
    assert told["cases"] == {"open": 0, "compared": 0, "judged": 1, "dropped": 0}
    assert {one["name"]: one["state"] for one in told["criteria"]} == dict.fromkeys(
        ("cases", "serious", "omitted", "agreement", "minutes"), "open"
    )
    assert (told["agreement"]["said"], told["agreement"]["need"], told["ready"]) == (False, 5, False)
