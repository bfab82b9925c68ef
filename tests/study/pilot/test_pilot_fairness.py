"""A pilot's groups: what is told of them, and what of a few people no sum gives away."""

from datetime import UTC, date, datetime

from careloom.care.pilot import Arm, Enrolled
from careloom.study.pilot.cases import CaseRow, Minutes
from careloom.study.pilot.fairness import groups
from careloom.study.pilot.revised import Revision

DAY = date(2026, 9, 1)


def rows(language: str, hand: int, draft: int, substantial: int = 0) -> list[CaseRow]:
    found = []
    for number in range(hand + draft):
        arm = Arm.HAND if number < hand else Arm.DRAFT
        drafted = arm is Arm.DRAFT
        found.append(
            CaseRow(
                enrolled=Enrolled(
                    number=number,
                    who="rosa",
                    patient=f"p{language}{number}",
                    day=DAY,
                    at=datetime(2026, 9, 1, tzinfo=UTC),
                    arm=arm,
                ),
                order=number,
                finished=DAY,
                minutes=Minutes(minutes=40.0),
                revision=Revision(0.0, 0, False, number - hand < substantial) if drafted else None,
                groups={"language": language},
            )
        )
    return found


def told(those: list[CaseRow]) -> dict[str, bool]:
    return {one.name: not one.unsaid for one in groups(those) if one.dimension == "language"}


def test_two_small_groups_that_come_to_fewer_than_eleven_hide_a_third():
    found = told(
        [
            *rows("Spanish", 2, 2),
            *rows("Haitian Creole", 3, 3),
            *rows("Portuguese", 15, 14),
            *rows("English", 40, 40),
        ]
    )
    assert found == {"Spanish": False, "Haitian Creole": False, "Portuguese": False, "English": True}


def test_a_single_small_group_hides_the_next_smallest():
    found = told([*rows("Spanish", 2, 2), *rows("Portuguese", 15, 14), *rows("English", 40, 40)])
    assert found == {"Spanish": False, "Portuguese": False, "English": True}


def test_large_groups_are_all_told_with_their_share_of_revisions():
    (english, spanish) = groups([*rows("English", 30, 30, 15), *rows("Spanish", 20, 26, 13)])
    assert english.revised is not None and spanish.revised is not None
    assert (spanish.hand, spanish.draft) == (20, 26)


def test_a_share_that_rests_on_a_few_drafts_is_not_told():
    found = {
        one.name: one
        for one in groups(
            [*rows("English", 30, 60, 30), *rows("Spanish", 20, 26, 2), *rows("French", 20, 40, 15)]
        )
    }
    assert found["Spanish"].revised is None and found["Spanish"].minutes_by_draft is not None
    assert found["French"].revised is None, "else the sum would tell the Spanish one"
    assert found["English"].revised is not None
