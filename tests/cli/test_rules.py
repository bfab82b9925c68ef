"""careloom rules: what a home without a rule says, and the JSON of a trial."""

from datetime import UTC, datetime

from careloom.care.document import Severity
from careloom.care.site_rule import DrugPair, RuleStep, RuleStepKind, SiteRule, Tried
from careloom.cli.rules import as_json
from tests.flow.process import answer, careloom


def test_a_home_without_a_rule_says_so_and_a_trial_needs_one(tmp_path):
    assert answer(tmp_path, "rules") == {"rules": []}
    assert "no rule of this site" in careloom(tmp_path, "rules").stdout
    assert careloom(tmp_path, "rules", "--try").returncode == 64
    assert careloom(tmp_path, "rules", "0" * 32, "--try").returncode == 65


def test_a_trial_is_told_with_what_follows_from_its_numbers():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    body = DrugPair(
        one="ssri", other="nsaid", severity=Severity.HIGH, why="w", action="Ask.", source="S", section="1", year=2024
    )  # fmt: skip
    tried = Tried(drafts=9, left_out=1, flagged=5, told=1, caught=2, wrongly=1, weeks=2.0, weekly=2.0)
    step = RuleStep(what=RuleStepKind.TRIED, who="operator", role="", at=at, tried=tried)
    shown = as_json(SiteRule(id="a", rule="b", version=1, body=body, author="u", at=at, steps=(step,)))
    assert (shown["state"], shown["source"], shown["signed"]) == ("draft", "S, 1, 2024", [])
    assert (shown["tried"]["new"], shown["tried"]["undecided"], shown["tried"]["left_out"]) == (4, 1, 1)


def test_regression_cases_are_run_and_none_is_lost_where_there_is_none(tmp_path):
    assert answer(tmp_path, "rules", "--regress") == {"cases": 0, "lost": []}
    assert answer(tmp_path, "stop") == {"stopped": []}
