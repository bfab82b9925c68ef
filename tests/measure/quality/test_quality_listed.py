"""careloom measure --list, and the one rate of a measure with several groups."""

import json

from click.testing import CliRunner

from careloom.cli.measure import command
from careloom.measure.quality import MEASURES
from careloom.measure.quality.running import rate, together


def test_what_is_measured_is_listed_without_a_period() -> None:
    done = CliRunner().invoke(command, ["--list", "--json"], catch_exceptions=False)
    listed = json.loads(done.stdout)["measures"]
    assert [one["name"] for one in listed] == [one.name for one in MEASURES]
    assert all(one["numerator"] and one["denominator"] and one["editions"] for one in listed)


def test_the_rate_of_all_groups_leaves_out_whom_each_group_leaves_out() -> None:
    first = {"denominator": 10, "denominator-exclusion": 2, "denominator-exception": 1, "numerator": 7}
    second = {"denominator": 4, "denominator-exclusion": 0, "denominator-exception": 1, "numerator": 0}
    assert rate(together((first, second))) == 7 / 10


def test_a_measure_whose_groups_are_all_empty_has_no_rate() -> None:
    nobody = {"denominator": 0, "denominator-exclusion": 0, "denominator-exception": 0, "numerator": 0}
    assert rate(together((nobody, nobody))) is None
