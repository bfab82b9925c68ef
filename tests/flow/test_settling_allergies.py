"""Several allergies of one person, of which one is settled: what is disputed of the others stays disputed, and nothing new is."""

import pytest

from careloom.pipeline.settling import Said
from tests.flow.test_settling import desk, sends, who
from tests.record.sources import allergy, sct

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
