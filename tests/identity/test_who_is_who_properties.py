"""What must hold for any two people: symmetry, order independence, never a merge across a birth date."""

from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.care.entry import HumanName, Identifier, Person
from careloom.errors import InputError
from careloom.identity import Arriving, Known, Same, compare, seen

names = st.builds(
    HumanName,
    family=st.sampled_from(["King", "king", "Nuñez", "Nunez", "King Jr", "Garcia Lopez", ""]),
    given=st.lists(
        st.sampled_from(["James", "Jamie", "J.", "Ana", "Anna", "María", "Maria"]), max_size=2
    ).map(tuple),
    suffix=st.sampled_from(["", "", "Jr", "Sr.", "III", "MD"]),
    text=st.sampled_from(["", "James King", "King, James", "Maria Garcia Lopez"]),
)
people = st.builds(
    Person,
    identifiers=st.lists(
        st.builds(Identifier, st.sampled_from(["a", "b", ""]), st.sampled_from(["1", "2", "unknown"])),
        max_size=2,
    ).map(tuple),
    names=st.lists(names, max_size=2).map(tuple),
    birth_date=st.sampled_from([None, "1950-03-02", "1950-03-03", "1950-03", "1950", "1975-05-05"]),
    sex=st.sampled_from([None, "female", "male", "unknown"]),
)


def outcome(person, known):
    try:
        return Arriving(person, known).find()
    except InputError as error:
        return type(error).__name__


@given(people, people)
def test_a_is_b_exactly_when_b_is_a(one, other):
    assert compare(seen((one,)), seen((other,))) == compare(seen((other,)), seen((one,)))


@settings(max_examples=200)
@given(
    people, st.lists(st.tuples(st.sampled_from("xyz"), people), max_size=5), st.randoms(use_true_random=False)
)
def test_the_order_of_the_known_does_not_matter(person, others, chance):
    known = [Known(patient, one) for patient, one in others]
    shuffled = known.copy()
    chance.shuffle(shuffled)
    assert outcome(person, known) == outcome(person, shuffled)


@given(people, people)
def test_full_birth_dates_that_differ_are_never_one_person(one, other):
    answer = compare(seen((one,)), seen((other,))).same
    full = len(one.birth_date or "") == len(other.birth_date or "") == 10
    if full and one.birth_date != other.birth_date:
        assert answer in (Same.NO, Same.CONTRADICTED)
    if {one.sex, other.sex} == {"female", "male"}:
        assert answer in (Same.NO, Same.CONTRADICTED)


@given(people)
def test_somebody_with_a_number_is_themselves(person):
    if any(one.system and one.value != "unknown" for one in person.identifiers):
        assert outcome(person, [Known("me", person)]) == "me"


@given(people, people)
def test_adding_a_stranger_changes_nothing(person, stranger):
    strange = Person(
        (Identifier("z", "z"),), (HumanName("Oyelaran", ("Walter",)),), "1931-07-07", stranger.sex
    )
    known = [Known("me", person)]
    assert outcome(person, known) == outcome(person, [*known, Known("other", strange)])
