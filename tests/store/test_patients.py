"""Patients are found by what sources said of them, and by nothing that lies readable in the database."""

import uuid
from dataclasses import replace

import pytest
from django.db import connection

from careloom.care.entry import HumanName, Identifier, Message, Person
from careloom.errors import InputError
from careloom.privacy.crypto import Key, Keys
from careloom.store import Store
from careloom.store.models import PatientIndex, PatientSaying
from careloom.store.patients import Patients
from tests.store.people import ALICE, BOB


def found(store: Store, person: Person) -> set[str]:
    return {known.patient for known in store.patients.known(person)}


def test_alice_is_known_by_any_of_her_identifiers(store: Store, alice: str) -> None:
    for identifier in ALICE.identifiers:
        assert found(store, Person(identifiers=(identifier,))) == {alice}
    assert found(store, Person(identifiers=(Identifier("urn:mercy:mrn", " A-1001 "),))) == {alice}
    assert found(store, Person(identifiers=(Identifier("urn:county:mrn", "A-1001"),))) == set()
    assert found(store, BOB) == set()


def test_whoever_shares_a_name_or_its_first_letters_and_the_birth_date_is_offered(
    store: Store, alice: str
) -> None:
    twin = store.patients.create(replace(ALICE, identifiers=(), names=(HumanName("Ashdown", ("Alma",)),)))
    stranger = Person(names=(HumanName("ÁSHDOWN jr", ("A.",)),), birth_date="1950-02-03")
    assert found(store, stranger) == {alice, twin}
    married = Person(names=(HumanName("Whitfield", ("Alyce",)),), birth_date="1950-02-03")
    assert found(store, married) == {alice, twin}
    exchanged = Person(names=(HumanName("Alice", ("Ashdown",)),), birth_date="1950-03-02")
    assert found(store, exchanged) == {alice}
    assert found(store, Person(names=(HumanName("Brookes", ("Ada",)),), birth_date="1950-02-03")) == set()


def test_a_telephone_or_an_address_of_e_mail_offers_whom_no_birth_date_does(store: Store, alice: str) -> None:
    store.patients.learn(alice, replace(ALICE, telecoms=("(503) 867-1144", "alice@ashdown.example")))
    by_phone = Person(names=(HumanName("Whitfield", ("Alyce",)),), telecoms=("503 867 1144",))
    assert found(store, by_phone) == {alice}
    assert found(store, replace(by_phone, names=(HumanName("Ashdown", ("Bob",)),))) == set()
    assert found(store, Person(telecoms=("ALICE@ashdown.example",))) == {alice}


def test_what_each_source_said_of_alice_is_kept_apart_and_once(
    store: Store, message: Message, alice: str
) -> None:
    other = replace(
        ALICE, identifiers=(Identifier("urn:county:id", "c7"),), names=(HumanName("Ashdowne", ("Alice",)),)
    )
    store.patients.learn(alice, ALICE, message)
    store.patients.learn(alice, other, message)
    store.patients.learn(alice, other)
    assert store.patients.persons(alice) == (ALICE, other)
    assert [known.person for known in store.patients.known(Person(identifiers=other.identifiers))] == [
        ALICE,
        other,
    ]
    assert store.patients.find("urn:county:id|c7") == alice


def test_a_patient_is_found_by_our_id_or_by_any_identifier_of_a_source(store: Store, alice: str) -> None:
    assert store.patients.find(alice) == alice
    assert store.patients.find(uuid.UUID(alice).hex) == alice
    assert store.patients.find("urn:mercy:mrn|A-1001") == alice


@pytest.mark.parametrize(
    "asked", ["", "nobody", str(uuid.UUID(int=7)), "urn:mercy:mrn|B-2002", "|", "A-1001"]
)
def test_somebody_unknown_is_an_input_error_that_repeats_nothing(
    store: Store, alice: str, asked: str
) -> None:
    with pytest.raises(InputError, match=r"^unknown patient$"):
        store.patients.find(asked)


def test_an_identifier_that_two_patients_bear_names_neither(store: Store, alice: str) -> None:
    store.patients.create(replace(BOB, identifiers=ALICE.identifiers[:1]))
    with pytest.raises(InputError, match="more than one"):
        store.patients.find("urn:mercy:mrn|A-1001")


def test_labels_say_what_was_said_last(store: Store, alice: str) -> None:
    bob = store.patients.create(BOB)
    store.patients.learn(alice, Person(names=(HumanName("Ashdown-Lee", ("Alice",)),)))
    labels = store.patients.labels()
    assert labels[alice] == ("Alice Ashdown-Lee", "1950-02-03", "female")
    assert labels[bob] == ("Bob Brookes", "1944-07-08", "male")
    assert set(store.patients.labels([bob])) == {bob}


def test_everybody_is_listed_the_oldest_patient_first(store: Store, alice: str) -> None:
    bob = store.patients.create(BOB)
    assert list(store.patients.all().items()) == [(alice, (ALICE,)), (bob, (BOB,))]


def test_another_organisation_knows_nobody(store: Store, alice: str) -> None:
    other = Patients(Keys("elsewhere", tuple(Key(key.secret, "elsewhere") for key in store.keys.all)))
    assert other.known(ALICE) == ()
    assert other.all() == {}
    assert other.persons(alice) == ()
    for asked in (alice, "urn:mercy:mrn|A-1001"):
        with pytest.raises(InputError):
            other.find(asked)


def test_after_a_rotation_alice_is_still_known(store: Store, alice: str) -> None:
    after = Patients(Keys("demo", (Key(b"n" * 32, "demo"), *store.keys.all)))
    assert {known.patient for known in after.known(ALICE)} == {alice}
    assert after.find("urn:mercy:mrn|A-1001") == alice
    assert after.persons(alice) == (ALICE,)


def test_no_table_of_patients_holds_a_readable_word(store: Store, alice: str) -> None:
    with connection.cursor() as cursor:
        said = b""
        for model in (PatientSaying, PatientIndex):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            for row in cursor.fetchall():
                said += b" ".join(
                    bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row
                )
    for word in ("Ashdown", "A-1001", "1950", "Invented Lane", "urn:mercy"):
        assert word.encode() not in said
