"""Who is pregnant and who has given birth: by the titles of codes, by stays and procedures, by what a note tells, and until when."""

import pytest

from careloom.care.entry import Person
from careloom.knowledge.facts import Facts
from tests.record.people import KNOWLEDGE, a_condition, an_entry, the_record


def is_called(*entries):
    return set(Facts(the_record(*entries), KNOWLEDGE).problems)


def a_stay(reason, on, until, **more):
    return an_entry(
        "Encounter",
        reason,
        on=on,
        until=until,
        status="finished",
        detail={"class": "IMP", "reason": reason},
        **more,
    )


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("O14.05", "Mild to moderate pre-eclampsia, complicating the puerperium"),
        ("O90.89", "Other complications of the puerperium, not elsewhere classified"),
        ("O24.13", "Pre-existing type 2 diabetes mellitus, in the puerperium"),
        ("O24.430", "Gestational diabetes mellitus in the puerperium, diet controlled"),
        ("O10.03", "Pre-existing essential hypertension complicating the puerperium"),
        ("O99.345", "Other mental disorders complicating the puerperium"),
        ("O99.893", "Other specified diseases and conditions complicating puerperium"),
        ("O86.12", "Endometritis following delivery"),
        ("O72.1", "Other immediate postpartum hemorrhage"),
        ("O80", "Encounter for full-term uncomplicated delivery"),
        ("Z37.0", "Single live birth"),
        ("Z39.2", "Encounter for routine postpartum follow-up"),
    ],
)
def test_a_code_of_the_puerperium_or_of_a_delivery_is_no_pregnancy(code, title):
    found = is_called(a_condition(title, f"icd|{code}", on="2026-11-14"))
    assert {"puerperium", "postpartum"} <= found and "pregnancy" not in found


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("O14.03", "Mild to moderate pre-eclampsia, third trimester"),
        ("O99.213", "Obesity complicating pregnancy, third trimester"),
        ("O88.212", "Thromboembolism in pregnancy, second trimester"),
        ("O36.5930", "Maternal care for other known or suspected poor fetal growth, third trimester"),
        ("Z34.83", "Encounter for supervision of other normal pregnancy, third trimester"),
        ("Z3A.32", "32 weeks gestation of pregnancy"),
    ],
)
def test_a_code_of_a_pregnancy_is_one_and_tells_of_no_birth(code, title):
    found = is_called(a_condition(title, f"icd|{code}", on="2026-11-14"))
    assert "pregnancy" in found and "postpartum" not in found


@pytest.mark.parametrize(
    "title",
    [
        "Pre-eclampsia complicating the puerperium",
        "Postpartum preeclampsia",
        "HELLP syndrome, postpartum period",
    ],
)
def test_words_alone_tell_which_it_is(title):
    found = is_called(a_condition(title, on="2026-11-14"))
    assert {"preeclampsia_after_birth", "puerperium"} <= found and "pregnancy" not in found


@pytest.mark.parametrize(
    "birth",
    [
        a_stay("Delivery", "2026-11-10", "2026-11-12"),
        an_entry("Procedure", "Cesarean section", code="sct|11466000", on="2026-11-10", status="completed"),
        a_condition("Single live birth", "icd|Z37.0", on="2026-11-10"),
        a_stay("Spontaneous vaginal delivery at term", "2026-11-10", "2026-11-11"),
    ],
)
def test_a_birth_ends_the_pregnancy_that_nobody_closed(birth):
    record = the_record(a_condition("Supervision of normal pregnancy", "icd|Z34.83", on="2026-05-02"), birth)
    found = set(Facts(record, KNOWLEDGE).problems)
    assert "pregnancy" not in found and "puerperium" in found
    [over] = [one for one in record.problems if one.concept == "pregnancy"]
    assert over.status == "resolved" and "a birth is recorded on 2026-11-10" in over.why


def test_preeclampsia_goes_on_after_the_birth_and_ends_with_the_six_weeks():
    of_before = a_condition("Pre-eclampsia", "sct|398254007", on="2026-09-30")
    found = is_called(of_before, a_stay("Delivery", "2026-11-10", "2026-11-12"))
    assert "preeclampsia_after_birth" in found and "pregnancy" not in found
    found = is_called(of_before, a_stay("Delivery", "2026-10-02", "2026-10-04"))
    assert "preeclampsia_after_birth" not in found and "pregnancy" not in found and "postpartum" in found


def test_after_six_weeks_it_is_the_year_after_birth_and_after_a_year_nothing():
    visit = ("Encounter for routine postpartum follow-up", "icd|Z39.2")
    found = is_called(a_condition(*visit, on="2026-06-14"))
    assert "postpartum" in found and "puerperium" not in found
    assert "postpartum" not in is_called(a_condition(*visit, on="2025-06-14"))


def test_a_visit_ten_weeks_after_the_birth_makes_no_new_birth_of_it():
    found = is_called(
        a_stay("Delivery", "2026-09-08", "2026-09-10"),
        a_condition("Encounter for routine postpartum follow-up", "icd|Z39.2", on="2026-11-20"),
    )
    assert "postpartum" in found and "puerperium" not in found


def test_a_new_pregnancy_months_after_a_birth_is_one():
    found = is_called(
        a_stay("Delivery", "2026-01-08", "2026-01-10"),
        a_condition("Supervision of normal pregnancy", "icd|Z34.81", on="2026-10-20"),
    )
    assert {"pregnancy", "postpartum"} <= found


@pytest.mark.parametrize(
    "entry",
    [
        a_stay("Prior cesarean section, threatened preterm labor", "2026-11-10", "2026-11-12"),
        an_entry(
            "Encounter",
            "Meal delivery",
            on="2026-11-10",
            status="finished",
            detail={"class": "AMB", "reason": "Delivery"},
        ),
        an_entry("Procedure", "Cesarean section", code="sct|11466000", on="2026-11-10", status="not-done"),
        an_entry("ServiceRequest", "Cesarean section", code="sct|11466000", on="2026-11-10", status="active"),
    ],
)
def test_what_is_no_birth_ends_no_pregnancy(entry):
    found = is_called(a_condition("Supervision of normal pregnancy", "icd|Z34.83", on="2026-05-02"), entry)
    assert "pregnancy" in found and "postpartum" not in found


@pytest.mark.parametrize(
    "person", [Person(birth_date="1990-05-04", sex="male"), Person(birth_date="2026-11-10", sex="female")]
)
def test_a_man_and_a_baby_have_given_no_birth(person):
    stay = a_stay("Delivery", "2026-11-10", "2026-11-12")
    who = an_entry("Patient")
    found = Facts(the_record(who, stay, persons=(person,)), KNOWLEDGE).problems
    mother = Person(birth_date="1990-05-04", sex="female")
    assert "postpartum" in Facts(the_record(who, stay, persons=(mother,)), KNOWLEDGE).problems
    assert "postpartum" not in found


def test_depression_after_birth_is_a_depression():
    assert "depression" in is_called(a_condition("Postpartum depression", "icd|F53.0", on="2026-10-01"))
    assert "depression" in is_called(a_condition("Postpartum depression", on="2026-10-01"))
