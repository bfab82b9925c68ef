"""Merges back, in circles and chains, before their patients come and after something new has; newborns and shared numbers."""

import pytest

from careloom.care.document import Reviewer
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from tests.connect.hl7 import PID, hl7
from tests.flow.test_merging import (
    HARBOR,
    IVER,
    LATEX,
    NOTE,
    NUTS,
    OLD,
    PENICILLIN,
    THIRD,
    allergies,
    desk,
    merge,
    patient,
    people,
    refused,
    sends,
    twice,
    unlink,
)

__all__ = ["desk", "sends", "twice"]
pytestmark = pytest.mark.django_db
CAM = Reviewer(user="cam", role="care_coordinator")


def test_a_merge_back_is_a_merge_whose_other_number_stays_and_none_is_lost(desk, sends, twice):
    first, second = twice
    sends(merge())
    assert mrn(desk, first) == "H-778"
    sends(merge(prior="H-778", pid=OLD, number="C-20"))
    assert mrn(desk, first) == "H-100"
    assert [one.said for one in desk.store.sameness.words()] == ["stays", "same"]
    assert [row["what"] for row in desk.store.audit.of(second) if row["action"] == "stays"]
    sends(merge(prior="H-778", pid=OLD, number="C-21"))
    desk.replay()
    assert mrn(desk, first) == "H-100"
    assert len(desk.store.sameness.words()) == 2
    assert allergies(desk, second) == {"Penicillin", "Latex"}
    sends(merge(number="C-22"))
    assert mrn(desk, first) == "H-778"
    sends(unlink())
    assert (mrn(desk, first), mrn(desk, second)) == ("H-100", "H-778")


def mrn(desk: Pipeline, patient: str) -> str:
    """The number of hers that is in use."""
    return next(
        one.value for one in desk.record("operator", patient).demographics.identifiers if one.system == HARBOR
    )


def test_a_circle_of_merges_is_one_record_and_the_last_number_stays(desk, sends, twice):
    first, second = twice
    (third,) = sends(hl7("ADT^A01", NUTS, pid=THIRD)).patients
    sends(merge())
    sends(merge(prior="H-778", pid=THIRD, number="C-12"))
    assert mrn(desk, first) == "H-300"
    assert sends(merge(prior="H-300", pid=OLD, number="C-13")).rejected == []
    assert mrn(desk, first) == "H-100"
    assert {desk.find(one) for one in (first, second, third)} == {first}
    assert len(list(desk.store.sameness.clusters().ties())) == 2


def test_a_merge_of_two_whom_nobody_knows_waits_for_both(desk, sends):
    assert "nobody has sent yet" in refused(sends(merge()))[0][1]
    assert people(desk) == 0
    sends(hl7("ADT^A01", PENICILLIN, pid=OLD))
    assert people(desk) == 1
    sends(hl7("ADT^A01", LATEX))
    (her,) = desk.store.patients.all()
    assert allergies(desk, her) == {"Penicillin", "Latex"}
    assert desk.store.messages.rejections() == ()


def test_a_chain_of_merges_that_comes_before_everybody_is_done_when_they_come_in_any_order(desk, sends):
    sends(merge(), merge(prior="H-778", pid=THIRD, number="C-12"))
    assert people(desk) == 0
    for allergy, pid in ((NUTS, THIRD), (PENICILLIN, OLD), (LATEX, PID)):
        sends(hl7("ADT^A01", allergy, pid=pid))
    (her,) = desk.store.patients.all()
    assert allergies(desk, her) == {"Penicillin", "Latex", "Nuts"}
    assert mrn(desk, her) == "H-300"
    assert desk.store.messages.rejections() == ()


def test_a_merge_that_names_a_wrong_number_is_done_once_somebody_tells_the_right_one(desk, sends, twice):
    sends(merge(prior="H-1OO"))
    (waiting,) = desk.dead_letters.all()
    with pytest.raises(InputError):
        desk.dead_letters.correct("cam", waiting.message, merge(prior="H-1OO"), why="the same")
    desk.dead_letters.correct("cam", waiting.message, merge(), why="the registrar said H-100")
    assert people(desk) == 1
    assert desk.store.messages.rejections() == ()


def test_an_unlink_that_comes_before_its_merge_is_kept_and_the_merge_that_comes_later_counts(
    desk, sends, twice
):
    sends(unlink())
    assert people(desk) == 2
    (word,) = desk.store.sameness.words()
    assert word.said == "different"
    sends(unlink("C-30"))
    assert len(desk.store.sameness.words()) == 1
    sends(merge())
    assert people(desk) == 1


def test_an_unlink_that_describes_somebody_new_founds_them_as_somebody_else(desk, sends):
    (her,) = sends(hl7("ADT^A01", LATEX)).patients
    assert sends(unlink()).rejected == []
    assert people(desk) == 2
    assert desk.store.sameness.clusters().parted(her, desk.find(f"{HARBOR}|H-100")) is not None


def test_what_came_after_a_merge_for_either_number_stays_with_it_after_a_persons_unmerge(desk, sends, twice):
    first, second = twice
    sends(merge())
    sends(hl7("ADT^A08", NUTS, pid=OLD), hl7("ADT^A08", "AL1|1|EA|419474003^Mold^SCT|MO"))
    sends(NOTE, source="clinic", name=".txt")
    (unnamed,) = desk.people.unnamed(first, second)
    with pytest.raises(InputError, match="say whose this is"):
        desk.people.unmerge(CAM, first, second, why="two sisters")
    desk.people.unmerge(CAM, first, second, why="two sisters", whose={unnamed.patient: second})
    assert allergies(desk, first) == {"Penicillin", "Nuts"}
    assert allergies(desk, second) == {"Latex", "Mold"}
    assert [one.kind for one in desk.store.entries.of(second) if one.kind == "DocumentReference"]
    assert not [one.kind for one in desk.store.entries.of(first) if one.kind == "DocumentReference"]


def test_a_resource_that_is_replaced_gives_its_number_up(desk, sends):
    sends(patient("1"), name=".json")
    sends(patient("2", "1", "replaced-by"), name=".json")
    (her,) = desk.store.patients.all()
    numbers = [one.value for one in desk.record("operator", her).demographics.identifiers]
    assert numbers.index("N-1") < numbers.index("N-2")
    assert desk.store.sameness.clusters().former(desk.find("urn:harbor|N-1")) is None


def test_three_newborns_called_baby_girl_are_three_and_each_keeps_her_record_when_she_is_named(desk, sends):
    babies = [
        PID.replace("H-778", f"B-{number}").replace("Quill^Marta^Jo^Jr", f"{family}^Baby Girl").replace("19490630", "20260301")
        for number, family in enumerate(("Quill", "Quill", "Ahn"))
    ]  # fmt: skip
    for pid, allergy in zip(babies, (PENICILLIN, LATEX, NUTS), strict=True):
        sends(hl7("ADT^A01", allergy, pid=pid))
    assert people(desk) == 3
    before = [desk.find(f"{HARBOR}|B-{number}") for number in range(3)]
    for pid, name in zip(babies, ("Ada", "Bea", "Cleo"), strict=True):
        assert sends(hl7("ADT^A08", pid=pid.replace("Baby Girl", name))).rejected == []
    assert [desk.find(f"{HARBOR}|B-{number}") for number in range(3)] == before
    assert [allergies(desk, one) for one in before] == [{"Penicillin"}, {"Latex"}, {"Nuts"}]


def test_a_phone_that_sixty_people_share_makes_nobody_anybody_else(desk, sends):
    given = [
        "Ada",
        "Bea",
        "Cleo",
        "Dora",
        "Edna",
        "Fern",
        "Gail",
        "Hope",
        "Iris",
        "Jane",
        "Kate",
        "Lena",
        "Mona",
        "Nell",
        "Opal",
    ]
    family = ("Abbot", "Brewer", "Cooper", "Draper")
    everybody = [
        f"PID|1||S-{number}^^^HARBOR^MR||{family[number % 4]}^{given[number // 4]}||19{40 + number % 50}0{1 + number % 9}1{number % 9}|F"
        + "|" * 5 + "555-0199"
        for number in range(60)
    ]  # fmt: skip
    sends(*(hl7("ADT^A01", pid=pid) for pid in everybody))
    assert people(desk) == 60
    assert desk.store.messages.rejections() == ()


def test_one_number_of_two_hospitals_is_two_peoples(desk, sends):
    (one,) = sends(hl7("ADT^A01", PENICILLIN, pid=OLD)).patients
    (other,) = sends(hl7("ADT^A01", LATEX, pid=IVER.replace("H-900", "H-100")), source="northgate").patients
    assert one != other
    assert (allergies(desk, one), allergies(desk, other)) == ({"Penicillin"}, {"Latex"})
