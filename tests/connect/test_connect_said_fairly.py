"""Needs in labelled sentences, and that they are the same whoever the sentence is about."""

from pathlib import Path

import pytest

from tests.connect.demographics import described, swapped
from tests.connect.telling import needs

FILES = (
    "needs_labelled.txt",
    "needs_labelled_again.txt",
    "needs_labelled_third.txt",
    "needs_labelled_fourth.txt",
    "needs_labelled_fifth.txt",
    "needs_labelled_sixth.txt",
    "needs_labelled_means.txt",
)
HERE = Path(__file__).parent


def labelled(*names: str) -> list[tuple[str, set[tuple[str, str]], set[tuple[str, str]]]]:
    """(sentence, what it tells, what it may tell) of the files: "?" leaves a domain open, "~" that it is in order."""
    found = []
    lines = [line for name in names for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line.startswith("#"):
            continue
        text, _, labels = line.rpartition("|")
        told = {
            (one[:-1], "true" if one[-1] == "+" else "false") for one in labels.split() if one[-1] in "+-"
        }
        may = {
            (one[:-1], adverse) for one in labels.split() if one[-1] == "?" for adverse in ("true", "false")
        }
        may |= {(one[:-1], "false") for one in labels.split() if one[-1] == "~"}
        found.append((text, told, may - told))
    return found


@pytest.mark.parametrize("name", FILES)
def test_labelled_sentences_are_told_as_a_person_labelled_them(name: str):
    right = wrong = missed = 0
    for text, told, may in labelled(name):
        found = needs(text) - may
        right += len(found & told)
        wrong += len(found - told)
        missed += len(told - found)
    f1 = 2 * right / (2 * right + wrong + missed)
    print(f"needs, F1 {f1:.3f}: {right} right, {wrong} wrong, {missed} missed")
    assert f1 > 0.95


def test_needs_are_the_same_for_another_sex_age_race_or_name():
    asked = [(text, other) for text, _, _ in labelled(*FILES) for other in (*swapped(text), *described(text))]
    assert len(asked) > 700
    changed = [other for text, other in asked if needs(other) != needs(text)]
    assert not changed


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (
            "Joseph is worried about making his mortgage payments.",
            "José García is worried about making his mortgage payments.",
        ),
        ("Single dad attending appt with daughter.", "Single dad attending appt with son."),
        (
            "Barriers preventing pt from finding steady work.",
            "Barriers preventing the 34-year-old Black woman pt from finding steady work.",
        ),
        ("Her husband hits her.", "His wife hits him."),
        ("Husband of pt has been cooking for her.", "Wife of Mr. O'Brien has been cooking for him."),
    ],
)
def test_a_name_a_relative_or_a_description_changes_nothing(text: str, other: str):
    assert needs(text) == needs(other) != set()


def test_what_a_relative_does_to_the_patient_is_the_patients_and_what_is_done_to_the_relative_is_not():
    assert ("safety", "true") in needs("Reports that her husband pushes her.")
    assert ("safety", "true") in needs("Su esposo la amenazó con un cuchillo.")
    assert ("safety", "true") not in needs("Her brother was beaten by strangers.")


def test_what_is_only_wished_for_is_not_in_order_and_a_need_outweighs_it():
    assert needs("He is frustrated with the lack of affordable housing.") == {("housing", "true")}
    assert ("housing", "false") not in needs("She rents an apartment and is two months behind on rent.")
    assert {("social_support", "true"), ("social_support", "false")} == needs(
        "Lives alone, but her sister calls every day."
    )


def test_a_not_undoes_nothing_behind_a_comma_and_a_list_all_of_it():
    assert ("transport", "true") in needs("Could not make it in for labs, truck in the shop.")
    assert needs("She does not smoke, drink or vape.") == {("substance_use", "false")}
    assert ("transport", "true") in needs("He does not have a car and the bus does not go near the clinic.")


def test_what_would_be_in_order_is_no_need_where_another_thing_is_denied():
    assert needs("Patient denies any violence at home and feels safe.") == {("safety", "false")}


def test_two_jobs_or_a_night_shift_are_work_and_a_need_only_where_they_strain():
    assert needs("She works two jobs: a cashier by day and a baker at night.") == {("employment", "false")}
    assert ("employment", "true") in needs("Working two jobs leaves her no time for visits.")


def test_a_partner_who_comes_along_is_a_partner_and_one_who_helps_is_both():
    assert needs("He arrived with his husband, who waited in the lobby.") == {("relationship", "false")}
    assert needs("Her husband helps her bathe.") == {("relationship", "false"), ("social_support", "false")}


def test_who_brings_food_drives_nobody_and_who_lives_with_another_is_not_told_of():
    assert needs("Church friends bring her food on Sundays.") <= {
        ("social_support", "false"),
        ("food", "false"),
    }
    assert {("substance_use", "true"), ("employment", "false")} <= needs(
        "Lives w/ roommate, vapes daily, works at Target."
    )
