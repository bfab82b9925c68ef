"""The adapter that comes with Careloom: another model than the weights alone, with a table of its own, and with what it was made from."""

import hashlib
import json
from pathlib import Path

import pytest

from careloom import draft
from careloom.draft import earned
from careloom.errors import ConfigError
from careloom.improve.candidates import Candidate
from careloom.llm import ADAPTERS, Options, adapter_of, known_as
from careloom.llm.fingerprint import NAME, SHA256

[FILE] = ADAPTERS.glob("*.gguf")
DOCUMENT = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")


def table():
    name, sha256 = known_as("embedded", Options(weights=Path("w")))
    [found] = [one for one in earned.shipped() if (one.model, one.sha256) == (name, sha256)]
    return found


def test_with_the_adapter_the_embedded_model_has_earned_what_it_had_not_without():
    kinds = [way.kind() for way in draft.KINDS.values()]
    got = {
        task for kind in kinds for task in earned.of(kind, table().model, table().sha256, earned.shipped())
    }
    assert got == {"join", "section"}
    assert not any(row.obeyed for row in table().rows)


def test_the_adapter_is_the_one_that_its_record_and_its_datasheet_tell_of():
    one = Candidate(**json.loads(FILE.with_suffix(".json").read_text()))
    assert one.made_of["adapter"] == hashlib.sha256(FILE.read_bytes()).hexdigest()
    assert one.made_of["weights"] == SHA256 and not one.refused
    assert one.measured["loss with"] < one.measured["loss without"]
    sheet = json.loads(FILE.with_suffix(".datasheet.json").read_text())
    assert sheet["version"] == sheet["datasheet"]["Maintenance"]["Version"] == one.made_of["set"]
    assert sheet["datasheet"]["Composition"]["By source"] == {"invented people": 76}
    today = {
        f"{task.name} {task.version} {task.asked}"
        for way in draft.KINDS.values()
        for task in way.kind().tasks.values()
    }
    assert set(one.made_of["tasks"]) <= today
    assert FILE.stat().st_size < 1_000_000 and one.made_of["adapter"] in DOCUMENT


def test_a_site_goes_without_it_or_with_one_of_its_own(tmp_path):
    assert adapter_of("") == FILE and adapter_of("none") is None
    assert known_as("embedded", Options(weights=tmp_path, adapter="none")) == (NAME, SHA256)
    own = tmp_path / "own.gguf"
    own.write_bytes(b"another")
    name, sha256 = known_as("embedded", Options(weights=tmp_path, adapter=str(own)))
    assert name.startswith(f"{NAME}+") and name != table().model and sha256 not in (SHA256, table().sha256)
    with pytest.raises(ConfigError, match="the adapter can't be read"):
        known_as("embedded", Options(weights=tmp_path, adapter=str(tmp_path / "gone.gguf")))


def test_the_document_has_its_table_as_it_was_measured():
    for one in table().rows:
        low, high = one.interval
        got = "yes" if one.earned(draft.kind_of(one.kind).tasks[one.task].least) else "no"
        assert (
            f"| `{one.task}` {one.version} | {one.asked} of {one.cases} | {one.accepted} | {one.better} | "
            f"{100 * low:.0f}–{100 * high:.0f} % | {one.obeyed} of {one.injections} | {one.seconds:.0f} | {got} |"
        ) in DOCUMENT
