"""The tables of circumstances and burdens hang together, say where they are from, and name what is wrong by its line."""

from collections import Counter
from pathlib import Path

import pytest

from careloom import knowledge
from careloom.errors import ConfigError
from careloom.knowledge.burdens import FILE as BURDENS
from careloom.knowledge.burdens import load_burdens
from careloom.knowledge.circumstances import FILE

KNOWLEDGE = knowledge.load()
TERMS = KNOWLEDGE.drugs.classes() | {drug.name for drug in KNOWLEDGE.drugs.all()}
HEAD, *LINES = FILE.read_text("utf-8").splitlines()


def test_our_own_table_has_no_fault() -> None:
    assert KNOWLEDGE.problems == ()
    assert len(KNOWLEDGE.circumstances.all) == len(LINES)


def test_every_circumstance_says_why_what_to_do_and_from_where() -> None:
    for one in KNOWLEDGE.circumstances.all:
        assert one.why and one.action.endswith("."), one.id
        assert any(said in one.source for said in ("undated", *map(str, range(2000, 2027)))), one.id
        assert one.when, one.id


def test_the_document_counts_the_rows_by_how_they_were_confirmed() -> None:
    text = (Path(__file__).parents[2] / "docs/circumstances.md").read_text("utf-8")
    how = Counter(one.confirmed for one in KNOWLEDGE.circumstances.all)
    assert f"holds {len(LINES)} rows" in text
    assert f"**text read** ({how['text read']})" in text
    assert f"**published summary** ({how['published summary']})" in text


def test_a_row_with_an_error_is_named_with_its_line_and_the_rest_still_counts(tmp_path: Path) -> None:
    first, second = LINES[0], LINES[1]
    lines = [
        HEAD,
        first,
        second.replace("problem: gout", "problem: gowt"),
        LINES[2].replace("thiazide", "thyazide", 1),
        LINES[3].replace("moderate", "middling"),
        LINES[4].replace("published summary", "as remembered"),
        first,
    ]
    (tmp_path / "circumstances_site.csv").write_text("\n".join(lines) + "\n", "utf-8")
    told = knowledge.load(tmp_path).problems
    assert [one.partition(": ")[0] for one in told] == [
        f"circumstances_site.csv, line {line}" for line in range(3, 8)
    ]
    for fault, said in zip(
        told, ("'gowt'", "'thyazide'", "severity", "confirmed", "said before (line 2)"), strict=True
    ):
        assert said in fault


def test_a_row_of_too_few_cells_costs_its_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "circumstances_site.csv").write_text(f"{HEAD}\nshort,row\n", "utf-8")
    loaded = knowledge.load(tmp_path)
    assert "line 2" in loaded.problems[0]
    assert len(loaded.circumstances.all) == len(LINES)


def test_a_licensed_list_is_loaded_beside_ours_and_may_take_our_rows_place(tmp_path: Path) -> None:
    ours = KNOWLEDGE.circumstances.all[0].id
    row = next(line for line in LINES if line.startswith(f"{ours},"))
    worded = row.replace(ours, "a-list-of-others", 1)
    replaced = row.replace("high", "low") if ",high," in row else row.replace("moderate", "low")
    (tmp_path / "circumstances_licensed.csv").write_text("\n".join((HEAD, worded, replaced)) + "\n", "utf-8")
    found = {one.id: one for one in knowledge.load(tmp_path).circumstances.all}
    assert len(found) == len(LINES) + 1
    assert found[ours].severity == "low"
    assert found["a-list-of-others"].severity == KNOWLEDGE.circumstances.all[0].severity


def test_every_burden_is_about_drugs_that_are_known_and_takes_up_pairs_of_its_cause() -> None:
    causes = {one.cause for one in KNOWLEDGE.interactions.all}
    for one in KNOWLEDGE.burdens.all:
        for terms in (*(members for _, members in one.points), one.never, one.needs, one.once):
            assert terms <= TERMS, (one.name, terms - TERMS)
        assert one.cause in causes, one.name
        assert one.why and one.action.endswith("."), one.name


def test_a_burden_that_nothing_confirmed_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "burdens.toml"
    table.write_text(BURDENS.read_text("utf-8").replace("text read", "as remembered"), "utf-8")
    with pytest.raises(ConfigError, match="qt"):
        load_burdens(table)
