"""Several allergies of one person, of which one is settled: what is disputed of the others stays disputed, and nothing new is."""

import pytest

from careloom.pipeline.settling import Said
from tests.flow.test_settling import desk, sends, who
from tests.record.sources import allergy, order, sct

pytestmark = pytest.mark.django_db
__all__ = ["desk", "sends"]
PENICILLIN, SULFA = sct("91936005", "Allergy to penicillin"), {"text": "Sulfamethoxazole"}


def settle(desk, patient_, about: str, value: str) -> None:
    osei, said = who(desk, "osei"), Said(value, "as discussed with her")
    dispute = next(one for one in desk.settling.open(osei, patient_) if one.about == about)
    follows = desk.settling.preview(osei, patient_, dispute.key, said)
    desk.settling.settle(osei, patient_, dispute.key, said, follows.to_read)


def disputed(desk, patient_) -> dict[str, str]:
    return {one.about: one.why for one in desk.record("operator", patient_).conflicts}


@pytest.fixture
def ida(sends) -> str:
    """Penicillin and sulfamethoxazole on the clinic's list; none known at the heart clinic."""
    sends("clinic", allergy(PENICILLIN), allergy(SULFA))
    return sends("heart", allergy(sct("716186003", "No known allergy")))


def test_that_one_is_confirmed_leaves_the_other_as_disputed_as_it_was(desk, ida):
    before = disputed(desk, ida)
    assert before.keys() == {"penicillin", "Sulfamethoxazole"}
    settle(desk, ida, "Sulfamethoxazole", "allergy")
    assert disputed(desk, ida) == {"penicillin": before["penicillin"]}


@pytest.mark.parametrize("basis", ["tolerated", "allergy"])
def test_both_stay_settled_whatever_is_said_of_the_second(desk, ida, basis):
    settle(desk, ida, "Sulfamethoxazole", "allergy")
    settle(desk, ida, "penicillin", basis)
    record = desk.record("operator", ida)
    assert record.conflicts == () and [one.since for one in record.settled] == ["", ""]
    active = {one.substance for one in record.allergies if one.status == "active"}
    assert active == {"Sulfamethoxazole"} | ({"penicillin"} if basis == "allergy" else set())


def test_what_was_settled_of_one_is_no_list_that_lacks_the_others(desk, sends):
    sends("clinic", allergy(PENICILLIN), allergy(SULFA))
    her = sends("heart", allergy(SULFA), allergy(PENICILLIN, "2026-10-05", verified="refuted"))
    settle(desk, her, "penicillin", "allergy")
    assert disputed(desk, her) == {}


def undated(**given: object) -> dict:
    """Penicillin on a list that doesn't say when it was put there."""
    return {name: value for name, value in allergy(PENICILLIN, **given).items() if name != "recordedDate"}


@pytest.mark.parametrize("basis", ["tolerated", "in_error"])
def test_an_allergy_without_a_day_that_is_listed_again_after_it_was_removed_is_one_again_and_the_doubt_is_said(
    desk, sends, basis
):
    """It may be the same line as before, or somebody saw a reaction yesterday: nobody can tell, so it is shown."""
    sends("clinic", undated())
    her = sends("heart", allergy(PENICILLIN, "2026-10-05", verified="refuted"))
    settle(desk, her, "penicillin", basis)
    record = desk.record("operator", her)
    assert record.conflicts == () and record.settled[0].since == ""
    sends("clinic", undated(), order("Aspirin"))
    record = desk.record("operator", her)
    assert [one.why for one in record.allergies if one.status == "active"] == ["active in clinic"]
    assert disputed(desk, her).keys() == {"penicillin"}
    said = "clinic lists it again and doesn't say when it was recorded: the same as before, or anew"
    assert record.settled[0].since.endswith(said)
    settle(desk, her, "penicillin", basis)
    assert disputed(desk, her) == {} and desk.record("operator", her).settled[0].since == ""


def test_an_allergy_without_a_day_that_is_known_for_the_same_resource_stays_removed(desk, sends):
    here = {"id": "a1", "meta": {"lastUpdated": "2026-10-01T08:00:00Z"}}
    sends("clinic", undated(**here))
    her = sends("heart", allergy(PENICILLIN, "2026-10-05", verified="refuted"))
    settle(desk, her, "penicillin", "tolerated")
    sends("clinic", undated(**here), order("Aspirin"))
    assert disputed(desk, her) == {}


def test_that_none_is_known_unsettles_nothing_however_often_it_is_sent(desk, ida, sends):
    settle(desk, ida, "penicillin", "allergy")
    before = disputed(desk, ida)
    sends("heart", allergy(sct("716186003", "No known allergy")), order("Aspirin"))
    assert disputed(desk, ida).keys() == before.keys() == {"Sulfamethoxazole"}
