"""The drug safety tables hang together: every name in one is a name in the others."""

import re
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from careloom.errors import ConfigError
from careloom.knowledge.conditions import load_conditions
from careloom.knowledge.drugs import DATA, load_drugs
from careloom.knowledge.interactions import load_interactions
from careloom.knowledge.purposes import purpose
from careloom.knowledge.renal import load_renal

DRUGS = load_drugs()
LIMITS = load_renal()
TERMS = DRUGS.classes() | {drug.name for drug in DRUGS.all()}


def test_every_interaction_is_about_drugs_and_conditions_that_are_known() -> None:
    concepts = {one.concept for one in load_conditions().all}
    for one in load_interactions().all:
        for terms in (*one.sides, one.never):
            assert terms <= TERMS, (one.id, terms - TERMS)
        assert one.conditions <= concepts, (one.id, one.conditions - concepts)
        assert {name for name, _ in one.at_most} <= TERMS, one.id


def test_every_interaction_says_why_what_to_do_and_from_where() -> None:
    for one in load_interactions().all:
        assert one.why and one.action.endswith("."), one.id
        assert any(year in one.source for year in map(str, range(2000, 2027))), one.id
        assert one.severity == "high" or not one.interrupts, one.id


def test_the_list_holds_far_more_than_sixty_pairs_of_classes() -> None:
    classes, pairs = DRUGS.classes(), [one for one in load_interactions().all if len(one.sides) == 2]
    assert len(pairs) >= 110
    assert sum(all(side & classes for side in one.sides) for one in pairs) >= 60


def test_the_document_counts_the_confirmed_rows_and_names_none_of_them_as_left_out() -> None:
    text = (Path(__file__).parents[2] / "docs/interactions.md").read_text("utf-8")
    every = load_interactions().all
    how = Counter(one.confirmed for one in every)
    assert f"holds {len(every)} rows" in text
    assert f"**text read** ({how['text read']} rows)" in text
    assert f"**published summary** ({how['published summary']})" in text
    out = (
        text.partition("## Left out")[2]
        .partition("Renamed")[0]
        .replace("(quinine stands in\n`digoxin-raises-level`)", "")
    )
    names = set(re.findall(r"`([a-z0-9-]+)`", out))
    assert len(names) == 45
    assert not names & {one.id for one in every}


def test_an_interaction_that_nothing_confirmed_is_refused(tmp_path) -> None:
    head, first, *_ = (DATA / "interactions.csv").read_text("utf-8").splitlines()
    table = tmp_path / "interactions.csv"
    table.write_text(f"{head}\n{first.rsplit(',', 1)[0]},as remembered\n")
    assert load_interactions(table).problems == (
        "interactions.csv, line 2: ace-ace doesn't say how its source was confirmed",
    )


_MEASURES = ("egfr", "crcl", "potassium", "dialysis", "dialysis criteria", "apixaban criteria")


def test_every_kidney_limit_is_about_a_drug_that_is_known_and_says_how_its_source_was_confirmed() -> None:
    concepts = {one.concept for one in load_conditions().all}
    for limit in LIMITS.all:
        assert limit.drugs <= TERMS, (limit.id, limit.drugs - TERMS)
        assert limit.measure in _MEASURES
        assert (limit.below is None) != (limit.above is None), limit.id
        assert limit.only_with <= concepts, limit.id
        assert limit.confirmed in ("text read", "published summary"), limit.id
        assert any(said in limit.source for said in ("undated", *map(str, range(2000, 2027)))), limit.id
        assert limit.action.endswith("."), limit.id


def test_the_stricter_limit_of_a_drug_stands_first() -> None:
    for drug in DRUGS.all():
        for measure in ("egfr", "crcl"):
            below = [
                limit.below
                for limit in LIMITS.limits(drug)
                if limit.measure == measure and limit.below is not None
            ]
            assert below == sorted(below), (drug.name, measure)


def test_allergy_classes_hold_drug_classes_that_exist() -> None:
    for table in tomllib.loads((DATA / "allergies.toml").read_text("utf-8"))["allergy"]:
        for terms in (table, *table.get("cross", ())):
            assert set(terms["drug_classes"]) <= TERMS, table["name"]


def test_a_name_means_one_thing() -> None:
    for drug in DRUGS.all():
        assert [found.name for found in DRUGS.find(drug.name)] == [drug.name]


def test_at_least_450_ingredients_are_known_and_no_code_is_given_twice() -> None:
    codes = [drug.rxcui for drug in DRUGS.all() if drug.rxcui]
    assert len(DRUGS.all()) >= 450
    assert len(codes) == len(set(codes))
    assert all(code.isdigit() for code in codes)


def test_the_tables_load_quickly() -> None:
    def cost() -> float:
        start = time.process_time()
        load_drugs(), load_interactions(), load_renal()
        return time.process_time() - start

    # Scaled by a loop of the same sort of work, so that a slow machine doesn't fail it.
    start = time.process_time()
    for number in range(200_000):
        str(number).split("0")
    unit = time.process_time() - start
    assert min(cost() for _ in range(5)) < 4 * unit


def test_a_product_of_an_unknown_ingredient_is_refused(tmp_path) -> None:
    for name in ("classes.toml", "allergies.toml", "drugs.csv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    (tmp_path / "products.csv").write_text("brand,ingredients\nNovum,unobtainium\n")
    with pytest.raises(ConfigError, match="Novum"):
        load_drugs(tmp_path)


def test_what_a_pill_is_for_stands_for_drugs_and_classes_that_are_known() -> None:
    for name in ("pain pills", "her sleeping pill", "la pastilla de la presión", "inhaler", "sugar pills"):
        meant = purpose(name)
        assert meant and meant <= TERMS, (name, (meant or frozenset()) - TERMS)
    assert purpose("ibuprofen") is purpose("pain in the knee") is None
