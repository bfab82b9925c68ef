"""A census reads everybody whom a batch may be about at once, and writes what the batch says of them at once."""

from dataclasses import replace

import pytest

from careloom.care.entry import HumanName, Identifier, Person
from careloom.pipeline import merging
from careloom.store.clusters import DIFFERENT
from tests.store.people import ALICE, BOB

pytestmark = pytest.mark.django_db

STRANGER = Person(identifiers=(Identifier("urn:mercy:mrn", "C-3003"),), birth_date="1999-09-09")


def patients_of(known) -> set[str]:
    return {one.patient for one in known}


def test_it_knows_whom_the_store_knows(store, alice, message):
    with store.transaction():
        census = store.patients.census((ALICE, BOB), message)
        assert census.known(ALICE) == store.patients.known(ALICE)
        assert census.known(BOB) == ()
        by_name = Person(names=(HumanName("ÁSHDOWN"),), birth_date=ALICE.birth_date)
        assert patients_of(census.known(by_name)) == {alice}
        assert census.known(Person(birth_date=ALICE.birth_date)) == ()


def test_whom_it_founds_is_known_at_once_and_stored_when_it_is_saved(store, message):
    with store.transaction():
        census = store.patients.census((BOB, STRANGER), message)
        bob = census.create(BOB)
        assert patients_of(census.known(BOB)) == {bob}
        assert census.known(STRANGER) == ()
        census.save()
    assert store.patients.persons(bob) == (BOB,)
    assert patients_of(store.patients.known(BOB)) == {bob}
    assert store.patients.find("urn:mercy:mrn|B-2002") == bob


def test_what_it_learns_is_kept_once_however_often_it_is_said(store, alice, message):
    married = replace(
        ALICE, names=(HumanName("Ashdown-Lee", ("Alice",)),), identifiers=(Identifier("urn:x", "9"),)
    )
    for _ in range(2):
        with store.transaction():
            census = store.patients.census((ALICE, married), message)
            census.learn(alice, ALICE)
            census.learn(alice, married)
            census.learn(alice, married)
            assert patients_of(census.known(married)) == {alice}
            census.save()
            census.save()
    assert store.patients.persons(alice) == (ALICE, married)
    assert store.patients.find("urn:x|9") == alice


def test_many_people_are_read_in_parts(store, message):
    many = [
        replace(
            BOB, identifiers=(Identifier("urn:mercy:mrn", f"N-{n}"),), birth_date=f"19{n % 90 + 10}-01-01"
        )
        for n in range(700)
    ]
    with store.transaction():
        census = store.patients.census(many, message)
        founded = [census.create(one) for one in many]
        census.save()
    with store.transaction():
        census = store.patients.census(many, message)
        assert all(
            patient in patients_of(census.known(one)) for patient, one in zip(founded, many, strict=True)
        )


def test_nothing_stays_of_a_transaction_that_fails(store, message):
    with pytest.raises(ZeroDivisionError), store.transaction():
        census = store.patients.census((BOB,), message)
        census.create(BOB)
        census.save()
        raise ZeroDivisionError
    assert store.patients.all() == {}


def test_no_name_or_number_lies_open_in_the_tables(store, message):
    from careloom.store.models import PatientIndex, PatientSaying

    with store.transaction():
        census = store.patients.census((BOB,), message)
        census.create(BOB)
        census.save()
    rows = [
        *PatientSaying.objects.values_list("digest", "sealed"),
        *PatientIndex.objects.values_list("what", "digest"),
    ]
    assert not any(word in str(row) for row in rows for word in ("Brookes", "B-2002", "1944"))
    assert PatientSaying.objects.get().message is not None


def test_events_about_many_patients_are_each_their_own(store, alice, message):
    bob = store.patients.create(BOB)
    store.audit.note_all("operator", "connect", [alice, bob])
    store.audit.note_all("operator", "connect", [])
    assert [one["action"] for one in store.audit.of(alice)] == ["connect"]
    assert [one["actor"] for one in store.audit.of(bob)] == ["operator"]
    assert message.source == "mercy"


def feed(number: int, name: str) -> Person:
    return Person(
        (Identifier("urn:mercy:mrn", f"F-{number}"),), (HumanName(name, ("Ada",)),), "1980-01-01", "female"
    )


def test_a_feed_of_people_of_one_birth_date_is_not_compared_with_itself(store, message):
    many = [feed(number, f"Quill{number}") for number in range(120)]
    with store.transaction():
        census = store.patients.census(many, message)
        for one in many:
            assert len(census.known(one)) <= 50
            census.create(one)
        census.save()
    with store.transaction():
        census = store.patients.census(many[:3], message)
        for one in many[:3]:
            assert len(census.known(one)) == 1
            (known,) = census.known(one)
            census.learn(known.patient, replace(one, birth_date="1980-01-01", sex="unknown"))
        census.save()
    assert [len(store.patients.known(one)) for one in many[:4]] == [2, 2, 2, 1]


def test_a_placeholder_finds_nobody(store, alice, message):
    nobody = Person(
        names=(HumanName("Unknown", ("Unknown",)),), birth_date="1900-01-01", telecoms=("000-000-0000",)
    )
    store.patients.create(nobody)
    assert store.patients.known(nobody) == ()


def test_who_is_founded_and_may_be_somebody_known_is_put_on_the_list_of_a_person(store, message):
    twins = [
        Person(
            (Identifier("urn:mercy:mrn", number),),
            (HumanName("Quill", (given,)),),
            "2015-01-09",
            "male",
            ("9 Mill Street, Salem, OR 97301",),
            ("503-867-2255",),
        )
        for given, number in (("Jayden", "T-1"), ("Jaylen", "T-2"))
    ]
    with store.transaction():
        census = store.patients.census((*twins, BOB), message)
        one, other = (merging.founded(merging.arriving(twin, census), census) for twin in twins)
        merging.founded(merging.arriving(BOB, census), census)
        census.save()
    (look,) = store.sameness.looks()
    assert {look.one, look.other} == {one, other}
    assert look.message == ""
    assert not any(word in look.why for word in ("Jay", "Quill", "2015", "T-1"))
    store.sameness.say(one, other, DIFFERENT, who="nurse", why="twins")
    assert store.sameness.looks() == ()
