"""The wizard on the command line: proposed, tried, listed; no value of a file on any output."""

import json

from click.testing import CliRunner

from careloom.cli.mapping import command
from tests.connect.test_connect_propose import PROBLEMS


def run(*arguments):
    done = CliRunner().invoke(command, [*map(str, arguments), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_a_mapping_is_proposed_tried_and_listed(tmp_path, monkeypatch):
    export, mapping = tmp_path / "export.csv", tmp_path / "mappings" / "riverside.toml"
    export.write_bytes(PROBLEMS)
    mapping.parent.mkdir()
    code, proposed = run("propose", export)
    assert code == 0
    mapping.write_text(proposed["mapping"])
    assert run("check", mapping, export) == (
        0,
        {
            "entries": {"Condition": 2},
            "patients": 2,
            "rejected": 0,
            "first_rejected": [],
            "not_understood": {},
        },
    )
    monkeypatch.setenv("CARELOOM_MAPPINGS", str(mapping.parent))
    code, listed = run("list")
    assert code == 0
    assert [(one["name"], one["kinds"]) for one in listed["mappings"]] == [("riverside", ["Condition"])]


def test_a_trial_names_the_first_rejections_and_exits_with_the_code_of_input(tmp_path):
    export, mapping = tmp_path / "export.csv", tmp_path / "riverside.toml"
    export.write_bytes(PROBLEMS)
    mapping.write_text(run("propose", export)[1]["mapping"])
    export.write_bytes(PROBLEMS.replace(b"2020-01-05", b"05.01.20"))
    code, told = run("check", mapping, export)
    assert (code, told["rejected"], told["entries"]) == (65, 1, {"Condition": 1})
    assert told["first_rejected"][0]["where"] == "row 1"
    assert "05.01" not in json.dumps(told)
