"""A batch of descriptions: the database says what Python says, and nobody is put together whom a rule holds apart."""

from collections import Counter, defaultdict
from itertools import combinations

import duckdb
import pytest

from careloom.care.entry import HumanName, Identifier, Person
from careloom.identity.batch import cluster, gamma_sql, linker, load, outcome_sql
from careloom.identity.comparisons import COMPARISONS
from careloom.identity.parting import Edge, parted
from careloom.identity.traits import Traits, traits
from careloom.identity.weigh import Outcome, weigh
from tests.identity.hard_cases import MRN, SSN, cases
from tests.identity.relatives import relatives


def test_every_level_is_the_same_question_in_both_languages():
    told = [traits(one.person) for one in (*cases(5, 130), *relatives(5, 80))]
    with duckdb.connect() as database:
        load(database, told)
        sides = ", ".join(
            f"{side}.{one} AS {one}_{side}" for side in "lr" for one in ("row", *Traits._fields)
        )
        asked = ", ".join(gamma_sql(one) for one in COMPARISONS)
        rows = database.execute(
            f"SELECT row_l, row_r, {asked} FROM (SELECT {sides} FROM described l JOIN described r ON l.row < r.row)"
        ).fetchall()
    reached = Counter()
    for one, other, *numbers in rows:
        for comparison, number in zip(COMPARISONS, numbers, strict=True):
            level = comparison.level(told[one], told[other])
            names = [each.name for each in comparison.levels]
            assert number == (len(names) - 1 - names.index(level) if level else -1), (
                comparison.name,
                told[one],
                told[other],
            )
            reached[comparison.name, level] += 1
    assert len(reached) > 50


def test_a_batch_weighs_as_one_arriving_person_is_weighed():
    told = [traits(one.person) for one in (*cases(6, 130), *relatives(6, 80))]
    with duckdb.connect() as database:
        load(database, told)
        scored = linker(database).inference.predict(warning_mode="never").physical_name
        rows = database.execute(
            f"SELECT row_l, row_r, match_weight, {outcome_sql()} FROM {scored}"
        ).fetchall()
    assert len(rows) > 100
    for one, other, bits, outcome in rows:
        found = weigh((told[one],), (told[other],))
        assert bits == pytest.approx(found.bits, abs=0.01)
        assert outcome == found.outcome


def test_hard_cases_are_told_apart_and_put_together():
    made = cases(20261128, 3000)
    ids = [str(number) for number in range(len(made))]
    found = cluster(ids, [traits(one.person) for one in made])
    entity = {name: one.entity for name, one in zip(ids, made, strict=True)}
    assert sorted(name for one in found.clusters for name in one) == sorted(ids)
    together = [pair for one in found.clusters for pair in combinations(one, 2)]
    wrong = [(made[int(a)].kind, made[int(b)].kind) for a, b in together if entity[a] != entity[b]]
    assert wrong == []
    sizes = Counter(entity.values())
    true = sum(count * (count - 1) // 2 for count in sizes.values())
    assert 2 * len(together) / (len(together) + true) >= 0.96
    place = {name: number for number, one in enumerate(found.clusters) for name in one}
    assert all(place[a] != place[b] for a, b in found.uncertain)


def test_every_pair_of_twins_is_looked_at():
    made = [one for one in cases(11, 2000) if one.kind == "twin"]
    ids = [str(number) for number in range(len(made))]
    found = cluster(ids, [traits(one.person) for one in made])
    looked = {frozenset(pair) for pair in found.uncertain}
    homes = defaultdict(list)
    for name, one in zip(ids, made, strict=True):
        homes[one.person.addresses, one.person.birth_date].append((name, one.entity))
    for several in homes.values():
        for (a, mine), (b, theirs) in combinations(several, 2):
            assert mine == theirs or frozenset((a, b)) in looked


def person(given, born="1980-04-09", ids=(), sex="male", phone="503 867 1144", suffix=""):
    return Person(
        tuple(Identifier(*one) for one in ids),
        (HumanName("Abernathy", (given,), suffix),),
        born,
        sex,
        ("4 Tanner Court, Salem, OR 97301",),
        (phone,),
    )


def clusters(*people):
    names = [f"r{number}" for number in range(1, len(people) + 1)]
    return cluster(names, [traits(one) for one in people])


def test_a_father_and_a_son_are_not_joined_by_who_states_no_birth_date():
    found = clusters(person("James", "1948-05-05"), person("James", None), person("James", "1975-11-20"))
    assert len(found.clusters) == 3
    assert set(found.uncertain) == {("r1", "r2"), ("r2", "r3"), ("r1", "r3")}


def test_who_is_like_one_twin_alone_goes_with_her():
    ids = ((SSN, "412-55-1801"),)
    found = clusters(person("Keith", ids=ids), person("Kevin"), person("Keith"))
    assert ("r1", "r3") in found.clusters
    assert ("r2",) in found.clusters


def test_a_number_that_every_row_has_anew_tells_nobody_apart():
    found = clusters(person("Keith", ids=((MRN, "1"),)), person("Keith", ids=((MRN, "2"),)))
    assert found.clusters == (("r1", "r2"),)


def test_a_clinics_telephone_and_a_placeholder_are_nobodys():
    people = [
        person(name, f"19{30 + number}-03-1{number % 9}", ((SSN, "111111111"),), phone="503 555 0100")
        for number, name in enumerate(["Ada", "Bo", "Cy", "Di", "Ed"] * 7)
    ]
    found = clusters(*people)
    assert len(found.clusters) == 35


def test_one_row_and_none_are_clusters_too():
    assert cluster((), ()).clusters == ()
    assert cluster(("a",), (Traits(),)).clusters == (("a",),)
    assert cluster(("a", "b"), (Traits(), Traits())).clusters == (("a",), ("b",))


def test_two_apart_are_never_in_one_group():
    edges = [Edge(0, 1, 20.0, True), Edge(1, 2, 12.0, True), Edge(2, 3, 30.0, True), Edge(4, 5, 9.0, False)]
    groups, uncertain = parted(6, edges, lambda _: [(0, 2)])
    assert groups == [[0, 1], [2, 3], [4], [5]]
    assert uncertain == [(1, 2), (4, 5)]


def test_who_is_like_two_apart_is_left_to_a_person():
    edges = [Edge(0, 1, 20.0, True), Edge(1, 2, 19.0, True)]
    groups, uncertain = parted(3, edges, lambda _: [(0, 2)])
    assert groups == [[0], [1], [2]]
    assert uncertain == [(0, 1), (1, 2)]


def test_outcomes_are_in_the_order_in_which_rules_compare_them():
    assert Outcome.DIFFERENT < Outcome.LOOK < Outcome.SAME
