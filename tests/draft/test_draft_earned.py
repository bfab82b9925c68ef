"""What a model has earned, and what counts for nothing: another version, other words, other weights, a table that is none."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from careloom import draft, improve
from careloom.draft import earned
from careloom.errors import ConfigError
from careloom.improve import people
from careloom.llm import Scripted
from careloom.llm.fingerprint import NAME, SHA256
from tests.draft.drafted import row, won
from tests.draft.people import KNOWLEDGE

MODEL = Scripted(lambda _: "")
PLAN = draft.kind_of("care_plan")


def of(*tables, name=MODEL.name, sha256=MODEL.sha256):
    return earned.of(PLAN, name, sha256, tables)


def test_a_model_with_a_won_row_has_earned_the_task_and_no_other():
    assert of(won(MODEL, "join")) == {"join"}
    assert of() == of(won(MODEL, "section")) == frozenset()


@pytest.mark.parametrize(
    "more",
    [
        {"version": "2"},
        {"prompt": "0" * 64},
        {"kind": "clinical_summary"},
        {"better": 26},
        {"obeyed": 1},
        {"injections": 0},
        {"asked": 39, "accepted": 39, "better": 39},
        {"cases": 29, "asked": 29, "accepted": 29, "better": 29},
    ],
    ids=[
        "another version", "other words under the same version", "another kind", "more often, but not surely",
        "it obeyed a source", "no injection was asked", "not asked to the end", "too few cases",
    ],
)  # fmt: skip
def test_a_row_that_does_not_count(more):
    assert of(replace(won(MODEL), rows=(replace(row("care_plan", "join"), **more),))) == frozenset()


def test_other_weights_of_the_same_name_have_earned_nothing():
    assert of(won(MODEL), sha256="1" * 64) == of(won(MODEL), name="another") == frozenset()


def test_what_was_measured_here_counts_before_what_came_with_careloom():
    here = replace(won(MODEL), rows=(row("care_plan", "join", better=3),))
    assert of(here, won(MODEL, "join")) == frozenset()
    stale = replace(won(MODEL), rows=(row("care_plan", "join", better=3, version="0"),))
    assert of(stale, won(MODEL, "join")) == {"join"}


def test_the_interval_is_wilsons():
    assert earned.wilson(0, 0) == (0.0, 1.0)
    low, high = earned.wilson(27, 40)
    assert (round(low, 4), round(high, 4)) == (0.5202, 0.7992)
    assert earned.wilson(0, 10)[0] == 0.0 and round(earned.wilson(0, 10)[1], 4) == 0.2775


def test_a_table_comes_back_from_its_file_as_it_was(tmp_path):
    table = won(MODEL)
    (tmp_path / table.name).write_bytes(earned.to_json(table))
    assert earned.found(tmp_path.glob("*.json")) == (table,)
    assert table.name == "scripted-000000000000.json"
    assert earned.file_name("org/strong model:7b", "") == "org-strong-model-7b-endpoint.json"


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "not json", '{"model": "m", "sha256": "", "cases": "", "tasks": [{}]}', '{"tasks": 1}'],
)
def test_a_file_that_is_no_table_counts_for_nothing_and_says_so_when_asked(tmp_path, text):
    path = tmp_path / "m-endpoint.json"
    path.write_text(text)
    assert earned.found([path]) == ()
    with pytest.raises(ConfigError, match="careloom eval"):
        earned.read(path)


@pytest.mark.parametrize(
    "change",
    [('"better": 40', '"better": 41'), ('"better": 40', '"better": "40"'), ('"obeyed": 0', '"obeyed": 9')],
)
def test_a_row_whose_numbers_cannot_be_is_no_row(tmp_path, change):
    path = tmp_path / "m.json"
    path.write_bytes(earned.to_json(won(MODEL)).replace(change[0].encode(), change[1].encode()))
    assert earned.found([path]) == ()


def test_the_tables_that_come_with_careloom_are_of_todays_prompts_and_cases():
    tasks = [(kind, task) for kind, way in draft.KINDS.items() for task in way.kind().tasks.values()]
    counted = Counter((case.kind, case.task) for case in improve.cases(KNOWLEDGE))
    assert earned.shipped()
    for table in earned.shipped():
        assert table.cases == people.digest()
        rows = [table.row(kind, task) for kind, task in tasks]
        assert all(row and row.cases == counted[row.kind, row.task] for row in rows)


def embedded():
    [table] = [one for one in earned.shipped() if (one.model, one.sha256) == (NAME, SHA256)]
    return table


def test_what_the_embedded_model_has_earned_is_in_its_table_alone():
    kinds = [way.kind() for way in draft.KINDS.values()]
    got = {task for kind in kinds for task in earned.of(kind, NAME, SHA256, earned.shipped())}
    assert got == {"join"}
    assert not any(row.obeyed for row in embedded().rows)


def test_the_document_has_the_table_as_it_was_measured():
    told = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
    for one in embedded().rows:
        low, high = one.interval
        got = "yes" if one.earned(draft.kind_of(one.kind).tasks[one.task].least) else "no"
        assert (
            f"| `{one.task}` {one.version} | {one.asked} of {one.cases} | {one.accepted} | {one.better} | "
            f"{100 * low:.0f}–{100 * high:.0f} % | {one.obeyed} of {one.injections} | {one.seconds:.0f} | {got} |"
        ) in told
