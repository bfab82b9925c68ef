"""Who is who: every sentence is about invented people."""

from dataclasses import replace

import pytest

from careloom.care.entry import HumanName, Identifier, Person
from careloom.errors import InputError, PatientMismatch, UnknownPatient
from careloom.identity import Arriving, Known

MRN = "urn:hospital:mrn"
MEMBER = "urn:careloom:member:pharmacy"


def a_person(given="Rosa", family="Delgado", born="1950-03-02", sex="female", ids=(), suffix=""):
    names = (HumanName(family, tuple(given.split()) if given else (), suffix),) if family or given else ()
    return Person(tuple(Identifier(*pair) for pair in ids), names, born, sex)


ROSA = a_person(ids=[(MRN, "100")])
KNOWN = [Known("p-rosa", ROSA)]


def test_the_same_number_and_the_same_words_are_the_same_person():
    assert Arriving(ROSA, KNOWN).find() == "p-rosa"


def test_another_source_without_a_common_number_finds_her_by_name_birth_date_and_sex():
    assert Arriving(a_person(ids=[(MEMBER, "M1")]), KNOWN).find() == "p-rosa"


def test_accents_case_and_punctuation_do_not_make_two_people():
    known = [Known("p", a_person("José-Luis", "O'Núñez García", "1961-01-31", "male", [(MRN, "7")]))]
    assert (
        Arriving(a_person("JOSE LUIS", "ONUNEZ-GARCIA", "1961-01-31", "male", [(MEMBER, "8")]), known).find()
        == "p"
    )


def test_a_name_given_as_one_text_is_read_in_every_way():
    person = Person((Identifier(MEMBER, "9"),), (HumanName(text="Delgado, Rosa"),), "1950-03-02", "female")
    assert Arriving(person, KNOWN).find() == "p-rosa"
    assert Arriving(replace(person, names=(HumanName(text="Mrs. Rosa Delgado"),)), KNOWN).find() == "p-rosa"


def test_a_namesake_with_another_birth_date_is_another_person():
    assert Arriving(a_person(born="1972-11-20", ids=[(MRN, "200")]), KNOWN).find() is None


def test_a_namesake_whom_the_same_hospital_numbers_differently_is_another_person():
    assert Arriving(a_person(ids=[(MRN, "200")]), KNOWN).find() is None


def test_a_twin_is_another_person():
    assert Arriving(a_person("Elena", ids=[(MEMBER, "2")]), KNOWN).find() is None


def test_a_twin_who_shares_the_first_but_not_the_second_given_name_is_another_person():
    known = [Known("p", a_person("Mary Ann", ids=[(MRN, "1")]))]
    assert Arriving(a_person("Mary Beth", ids=[(MEMBER, "1")]), known).find() is None
    assert Arriving(a_person("Mary A.", ids=[(MEMBER, "1")]), known).find() == "p"
    assert Arriving(a_person("Mary", ids=[(MEMBER, "1")]), known).find() == "p"


def test_a_twin_under_the_others_number_is_refused():
    with pytest.raises(PatientMismatch):
        Arriving(a_person("Elena", ids=[(MRN, "100")]), KNOWN).find()


def test_a_brother_under_his_sisters_number_is_refused():
    with pytest.raises(PatientMismatch):
        Arriving(a_person(sex="male", ids=[(MRN, "100")]), KNOWN).find()


def test_another_birth_date_under_her_number_is_refused():
    with pytest.raises(PatientMismatch):
        Arriving(a_person(born="1950-02-03", ids=[(MRN, "100")]), KNOWN).find()


def test_a_year_of_birth_that_fits_contradicts_nothing_and_proves_nothing():
    assert Arriving(a_person(born="1950", ids=[(MRN, "100")]), KNOWN).find() == "p-rosa"
    assert Arriving(a_person(born="1950", ids=[(MEMBER, "3")]), KNOWN).find() is None


def test_a_junior_is_not_the_senior():
    senior = a_person("James", "King", "1948-05-05", "male", [(MRN, "5")], "Sr.")
    known = [Known("p-senior", senior)]
    assert (
        Arriving(a_person("James", "King", "1975-05-05", "male", [(MEMBER, "6")], "Jr"), known).find() is None
    )
    assert (
        Arriving(a_person("James", "King", "1948-05-05", "male", [(MEMBER, "6")], "Jr"), known).find() is None
    )
    with pytest.raises(PatientMismatch):
        Arriving(a_person("James", "King", None, "male", [(MRN, "5")], "Jr"), known).find()


def test_a_suffix_written_into_the_family_name_is_still_a_suffix():
    known = [Known("p", a_person("James", "King", "1975-05-05", "male", [(MRN, "5")], "Jr"))]
    assert Arriving(a_person("James", "King Jr.", "1975-05-05", "male", [(MEMBER, "6")]), known).find() == "p"


def test_a_missing_suffix_is_the_same_person_only_when_everything_else_agrees():
    known = [Known("p", a_person("James Earl", "King", "1975-05-05", "male", [(MRN, "5")], "Jr"))]
    assert (
        Arriving(a_person("James Earl", "King", "1975-05-05", "male", [(MEMBER, "6")]), known).find() == "p"
    )
    assert Arriving(a_person("James", "King", "1975-05-05", "male", [(MEMBER, "6")]), known).find() is None
    assert Arriving(a_person("James Earl", "King", "1975-05-05", None, [(MEMBER, "6")]), known).find() is None


@pytest.mark.parametrize("given", ["Rosalla", "Roaslia", "R.", "Rosalia Maria", "Maria Rosalia"])
def test_her_number_outweighs_a_spelling_of_her_given_name(given):
    known = [Known("p", a_person("Rosalia", ids=[(MRN, "1")]))]
    assert Arriving(a_person(given, ids=[(MRN, "1")]), known).find() == "p"


def test_short_names_of_siblings_are_not_typing_errors():
    known = [Known("p", a_person("Ana", ids=[(MRN, "1")]))]
    with pytest.raises(PatientMismatch):
        Arriving(a_person("Ava", ids=[(MRN, "1")]), known).find()


def test_she_may_change_her_surname_when_her_birth_date_is_stated():
    assert Arriving(a_person(family="Whitfield", ids=[(MRN, "100")]), KNOWN).find() == "p-rosa"
    with pytest.raises(PatientMismatch):
        Arriving(a_person(family="Whitfield", born=None, ids=[(MRN, "100")]), KNOWN).find()


def test_a_typing_error_is_not_forgiven_where_another_number_differs():
    known = [Known("p", a_person("Marta", ids=[(MRN, "1"), (MEMBER, "family")]))]
    assert Arriving(a_person("Marla", ids=[(MEMBER, "family")]), known).find() == "p"
    with pytest.raises(PatientMismatch):
        Arriving(a_person("Marla", ids=[(MRN, "2"), (MEMBER, "family")]), known).find()


def test_a_typing_error_without_a_common_number_founds_a_new_patient():
    assert Arriving(a_person("Rossa", ids=[(MEMBER, "4")]), KNOWN).find() is None


def test_one_message_cannot_be_about_two_patients():
    other = a_person(ids=[(MEMBER, "M1")])
    both = a_person(ids=[(MRN, "100"), (MEMBER, "M1")])
    with pytest.raises(PatientMismatch):
        Arriving(both, [*KNOWN, Known("p-other", other)]).find()


def test_two_namesakes_born_on_the_same_day_are_not_guessed_between():
    known = [*KNOWN, Known("p-other", a_person(ids=[(MRN, "200")]))]
    with pytest.raises(PatientMismatch):
        Arriving(a_person(ids=[(MEMBER, "5")]), known).find()
    assert Arriving(a_person(ids=[(MRN, "200")]), known).find() == "p-other"


def test_a_resource_alone_is_found_by_its_server_number():
    bare = Person((Identifier("urn:careloom:source:ehr", "Patient/12"),))
    known = [Known("p", a_person(ids=[("urn:careloom:source:ehr", "Patient/12"), (MRN, "1")]))]
    assert Arriving(bare, known).find() == "p"


def test_two_notes_without_a_number_are_about_the_one_person_whom_both_describe():
    notes = "urn:careloom:source:social_services"
    known = [Known("p", a_person(ids=[(notes, "note 1f")]))]
    assert Arriving(a_person(ids=[(notes, "note 2e")]), known).find() == "p"
    assert Arriving(a_person(born="1972-11-20", ids=[(notes, "note 2e")]), known).find() is None


def test_somebody_unknown_without_a_name_or_birth_date_cannot_be_founded():
    for person in (
        Person((Identifier("urn:careloom:source:ehr", "Patient/404"),)),
        a_person(born=None, ids=[(MRN, "900")]),
        a_person("", "", ids=[(MRN, "900")]),
    ):
        with pytest.raises(UnknownPatient) as raised:
            Arriving(person, KNOWN).find()
        assert isinstance(raised.value, InputError)
        assert "unknown patient" in str(raised.value)


@pytest.mark.parametrize("value", ["unknown", "999-99-9999", " ", "000000000"])
def test_a_placeholder_is_nobodys_number(value):
    known = [Known("p", a_person(ids=[(MRN, value)]))]
    assert (
        Arriving(a_person("Walter", "Oyelaran", "1940-01-01", "male", [(MRN, value)]), known).find() is None
    )


def test_what_several_messages_said_of_her_counts_together():
    known = [
        Known("p", Person((Identifier(MRN, "100"),))),
        Known("p", a_person(ids=[(MEMBER, "M1")])),
    ]
    with pytest.raises(PatientMismatch):
        Arriving(a_person("Walter", "Oyelaran", "1940-01-01", "male", [(MRN, "100")]), known).find()
    assert Arriving(a_person(ids=[(MRN, "100")]), known).find() == "p"


def test_errors_name_no_person():
    with pytest.raises(PatientMismatch) as raised:
        Arriving(a_person("Elena", ids=[(MRN, "100")]), KNOWN).find()
    said = str(raised.value)
    assert "p-rosa" in said
    assert not any(word in said for word in ("Rosa", "Elena", "Delgado", "1950", "100"))


def test_a_generation_counts_although_a_degree_stands_behind_it():
    senior = a_person(given="Rosa", suffix="Sr MD")
    junior = a_person(given="Rosa", suffix="Jr MD")
    assert Arriving(junior, [Known("s", senior)]).find() is None
    assert Arriving(a_person(given="Rosa", suffix="Jr"), [Known("j", junior)]).find() == "j"


def test_an_account_that_a_family_shares_tells_nobody_apart_and_joins_nobody():
    account = ("urn:careloom:number:harbor:HARBOR", "AC-7")
    mother = a_person(given="Rosa", ids=(account,))
    daughter = a_person(given="Ana", born="1980-01-01", ids=(account,))
    assert Arriving(daughter, [Known("m", mother)]).find() is None


HOME = ("4 Tanner Court, Salem, OR 97301",)
PHONE = ("503-867-1144",)


def at_home(person, **given):
    return replace(person, addresses=HOME, telecoms=PHONE, **given)


@pytest.mark.parametrize(
    ("given", "family"),
    [("Liz", "Delgado"), ("Delgado", "Elizabeth"), ("Elizabeth", "Delgado Ruiz"), ("Elizabeth", "Whitfield")],
)
def test_without_a_common_number_the_weights_find_her_where_they_are_sure(given, family):
    known = [Known("p", at_home(a_person("Elizabeth", ids=[(MRN, "1")])))]
    again = at_home(a_person(given, family, ids=[(MEMBER, "2")]))
    assert Arriving(again, known).find() == "p"
    assert Arriving(replace(again, identifiers=(Identifier(MRN, "2"),)), known).find() is None


@pytest.mark.parametrize(
    "again",
    [
        a_person("Elizabet"),
        a_person("Elizabeth", born="1950-03-12"),
        a_person("Eliza Beth"),
        a_person("E."),
        a_person("Elena"),
        a_person("Elizabeth", sex="male"),
    ],
)
def test_where_the_weights_are_not_sure_she_is_founded_and_looked_at(again):
    known = [Known("p", at_home(a_person("Elizabeth", born="1950-03-02", ids=[(MRN, "1")])))]
    arriving = at_home(again, identifiers=(Identifier(MEMBER, "2"),))
    if again.names[0].given == ("Eliza", "Beth"):
        assert Arriving(arriving, known).find() == "p"
        return
    assert Arriving(arriving, known).find() is None
    ((patient, why),) = Arriving(arriving, known).looks()
    assert patient == "p"
    assert why
    assert not any(word in why for word in ("Delgado", "Eliza", "1950"))


def test_two_whom_the_weights_find_are_both_looked_at_and_not_guessed_between():
    known = [
        Known(name, at_home(a_person("Elizabeth", ids=[(MRN, number)])))
        for name, number in (("p", "1"), ("q", "2"))
    ]
    arriving = at_home(a_person("Liz", ids=[(MEMBER, "3")]))
    assert Arriving(arriving, known).find() is None
    assert [patient for patient, _ in Arriving(arriving, known).looks()] == ["p", "q"]


def test_a_stranger_is_looked_at_by_nobody():
    assert (
        Arriving(a_person("Walter", "Oyelaran", "1931-07-07", "male", [(MEMBER, "9")]), KNOWN).looks() == ()
    )
