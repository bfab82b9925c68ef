"""Relatives are never put together, and who is written badly is still one person: every sentence is about invented people."""

from collections import Counter
from itertools import combinations

import pytest

from careloom.care.entry import HumanName, Identifier, Person
from careloom.identity.batch import cluster
from careloom.identity.traits import traits
from careloom.identity.weigh import Outcome, weigh
from tests.identity.hard_cases import MRN, SSN
from tests.identity.relatives import relatives

HOME = "12 Mill Street, Salem, OR 97301"


def somebody(
    given="Courtney", family="Abernathy", born="1994-03-12", ids=(), home=HOME, phone="503 867 1144"
):
    return Person(
        tuple(Identifier(*one) for one in ids),
        (HumanName(family, tuple(given.split())),),
        born,
        "female",
        (home,) if home else (),
        (phone,) if phone else (),
    )


def said(one, other):
    return weigh((traits(one),), (traits(other),)).outcome


def numbered(digits, **other):
    return somebody(ids=[(SSN, digits)], **other)


def test_nobody_of_six_thousand_relatives_is_taken_for_another():
    made = relatives(20261128, 6000)
    found = cluster([str(n) for n in range(len(made))], [traits(one.person) for one in made])
    together = [
        (made[int(a)], made[int(b)]) for several in found.clusters for a, b in combinations(several, 2)
    ]
    assert [(a.kind, b.kind) for a, b in together if a.entity != b.entity] == []
    sizes = Counter(one.entity for one in made)
    assert len(together) >= 0.97 * sum(count * (count - 1) // 2 for count in sizes.values())


@pytest.mark.parametrize("given", ["Courtny", "Cortney Ann", "Courtmey"])
def test_a_slip_in_her_name_and_one_in_her_number_are_hers(given):
    again = numbered("412-95-1801", given=given)
    assert said(numbered("412-55-1801"), again) is Outcome.SAME


def test_a_slip_in_her_name_and_the_number_that_follows_hers_may_be_her_twins():
    assert said(numbered("412-55-1801"), numbered("412-55-1802", given="Courtmey")) is Outcome.LOOK


def test_her_name_birth_date_and_home_outweigh_another_number():
    assert said(numbered("412-55-1801"), numbered("530-71-4418")) is Outcome.SAME
    elsewhere = numbered("530-71-4418", home="9 Tanner Court, Bend, OR 97701", phone="541 330 8812")
    assert said(numbered("412-55-1801"), elsewhere) is Outcome.LOOK


def test_a_date_that_is_in_no_calendar_is_a_slip_of_hers():
    assert said(numbered("412-55-1801"), numbered("412-55-1801", born="19946212")) is Outcome.SAME


def test_a_generation_between_two_dates_is_looked_at_even_under_one_number():
    assert said(numbered("412-55-1801"), numbered("412-55-1801", born="1964-11-02")) is Outcome.LOOK
    assert said(somebody(), somebody(born="1964-03-12")) is Outcome.LOOK
    assert said(somebody(), somebody(born="1995-03-12")) is Outcome.SAME


def test_an_address_whose_words_slipped_is_hers():
    for home in (
        "21 Mill Street, Salem, OR 97301",
        "12 Mlil Street, Salme, OR 97310",
        "Mill Street, Salem, OR",
    ):
        assert said(somebody(), somebody(home=home, phone="")) is Outcome.SAME


@pytest.mark.parametrize(
    ("home", "street", "city", "code"),
    [
        ("12 Mill Street, Salem, OR 97301", "12 mill st", "salem", "97301"),
        ("12 Mill Street, Apt 4, Salem OR 97301", "12 mill st", "salem", "97301"),
        ("Salem, OR", "", "salem", ""),
        ("Leeds", "", "leeds", ""),
        ("Mill Street, Salem, OR", "mill st", "salem", ""),
        ("12, mill street, salem, nsw, 2611", "12 mill st", "salem", "2611"),
        ("Harbor House, 12 Mill Street, Salem, USA", "harbor house 12 mill st", "salem", ""),
        ("", "", "", ""),
    ],
)
def test_an_address_has_a_street_a_town_and_a_code(home, street, city, code):
    told = traits(somebody(home=home))
    assert (told.street, told.city, told.zip) == (street, city, code)


@pytest.mark.parametrize(
    ("one", "other"), [("Person1", "Person2"), ("Quill12", "Quill13"), ("Quill7", "Quill"), ("A1b2", "A1b3")]
)
def test_a_digit_that_differs_in_a_name_makes_another_name(one, other):
    names = {weigh((traits(a),), (traits(b),)).levels["given"] for a, b in [(somebody(one), somebody(other))]}
    assert not names & {"slip", "near", "garbled", "rival", "variant"}
    families = weigh((traits(somebody(family=one)),), (traits(somebody(family=other)),)).levels["family"]
    assert families == "different"
    twins = [somebody(one, ids=[(SSN, "412-55-1801")]), somebody(other, ids=[(SSN, "412-55-1801")])]
    assert said(*twins) is Outcome.LOOK


def test_people_whose_names_count_are_as_many_in_a_table():
    people = [
        somebody(f"Person{n}", "Quill", f"19{40 + n}-0{n % 9 + 1}-12", [(MRN, str(n))], "", "")
        for n in range(40)
    ]
    found = cluster([str(n) for n in range(40)], [traits(one) for one in people])
    assert len(found.clusters) == 40


def test_what_several_families_bear_in_a_table_is_a_name_and_no_slip():
    others = [
        somebody("Zayvian", family, f"198{n}-05-0{n + 1}", home="", phone="")
        for n, family in enumerate(["Oyelaran", "Whitfield", "Delgado"])
    ]
    twins = [somebody("Zayvion", born="2015-04-09"), somebody("Zayvian", born="2015-04-09")]
    again = [
        somebody("Zayvion", family, f"197{n}-05-0{n + 1}", home="", phone="")
        for n, family in enumerate(["Petrov", "Muller", "Garcia"])
    ]
    found = cluster([str(n) for n in range(8)], [traits(one) for one in (*twins, *others, *again)])
    assert ("0",) in found.clusters
    assert ("1",) in found.clusters
    assert ("0", "1") in found.uncertain
