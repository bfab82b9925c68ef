"""Each protocol rule on its own examples, on the command line: what holds, and what does not."""

import json

import pytest
from click.testing import CliRunner

from careloom.cli.knowledge import command
from careloom.errors import ConfigError
from careloom.knowledge import load

RULE = """
source = "Riverside Clinic protocol"
year = 2026

[[rule]]
id = "site-asthma-plan"
kind = "activity"
rank = 50
owner = "nurse"
due_days = 30
when = ["problem: asthma"]
text = "The nurse reviews the asthma action plan by {due}."
says = "Everybody with asthma has a written action plan."
section = "Asthma"
"""
HELD = (
    RULE
    + '[[rule.example]]\ngiven = ["problem: asthma"]\nyields = "The nurse reviews the asthma action plan by 2026-12-23."\n'
)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("CARELOOM_HOME", str(tmp_path / "home"))
    folder = tmp_path / "protocols"
    folder.mkdir()
    monkeypatch.setenv("CARELOOM_PROTOCOLS", str(folder))
    return folder


def run(*arguments):
    return CliRunner().invoke(command, ["test", *arguments])


def test_each_file_is_told_with_its_rules_examples_and_how_many_passed(site):
    (site / "own.toml").write_text(HELD)
    done = run("--json")
    assert done.exit_code == 0
    told = {one["file"]: one for one in json.loads(done.stdout)["files"]}
    assert (told["own.toml"]["rules"], told["own.toml"]["examples"], told["own.toml"]["passed"]) == (1, 1, 1)
    assert set(told) == {rule.file for rule in load(site).protocols.all}
    assert all(one["examples"] == one["passed"] > 0 for one in told.values())
    assert "own.toml: 1 rules, 1 examples, 1 passed" in run().stdout


@pytest.mark.parametrize(
    ("example", "fault"),
    [
        ('given = ["problem: asthma"]\nyields = "The nurse sleeps."', "example 1 yields"),
        ('given = ["problem: astma"]\nyields = "x"', "example 1 can't be read"),
        ('given = ["booked: nowhere"]\nyields = "x"', "example 1 can't be read"),
        ('given = ["problem: copd"]', "no example yields anything"),
    ],
)
def test_a_rule_that_does_not_say_what_its_example_says_is_named_with_file_and_line(site, example, fault):
    (site / "own.toml").write_text(f"{RULE}[[rule.example]]\n{example}\n")
    done = run()
    assert isinstance(done.exception, ConfigError)
    assert "wrong: own.toml, line 5: rule site-asthma-plan: " in done.stdout
    assert fault in done.stdout


def test_a_rule_without_an_example_is_no_rule_to_rely_on(site):
    (site / "own.toml").write_text(RULE)
    done = run()
    assert isinstance(done.exception, ConfigError)
    assert "it has no example" in done.stdout


def test_a_file_that_can_not_be_read_is_named_and_the_others_are_tried(site):
    (site / "broken.toml").write_text('title = "x"\n[[rule]\n')
    done = run()
    assert isinstance(done.exception, ConfigError)
    assert "not loaded: broken.toml" in done.stdout
    assert "core.toml" in done.stdout
