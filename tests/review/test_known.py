"""What follows from a document is worked out once of the very same one, and anew of whatever it becomes."""

from dataclasses import replace

from careloom.review.decisions import first_screen, seen
from careloom.review.known import MOST, known
from careloom.review.tiers import untold
from tests.web.people import PROPOSAL


def test_of_the_same_thing_it_is_worked_out_once_and_of_an_equal_one_anew() -> None:
    made: list[tuple[int, ...]] = []

    @known
    def total(numbers: tuple[int, ...]) -> int:
        made.append(numbers)
        return sum(numbers)

    ours, equal = (tuple(map(int, "12")) for _ in range(2))
    assert [total(ours), total(ours), total(equal), total(ours)] == [3, 3, 3, 3]
    assert len(made) == 2
    others = [(number, 1) for number in range(MOST)]
    assert [total(one) for one in others] == [number + 1 for number in range(MOST)]
    total(ours)
    assert len(made) == 3 + MOST


def test_a_line_that_was_struck_or_opened_counts_at_once() -> None:
    first = PROPOSAL.document.statements[0].id
    assert first in {one.id for one in seen(PROPOSAL)}
    assert first not in {one.id for one in seen(replace(PROPOSAL, struck=(first,)))}
    assert first in {one.id for one in seen(PROPOSAL)}
    alone = replace(
        PROPOSAL, document=replace(PROPOSAL.document, statements=PROPOSAL.document.statements[:1])
    )
    assert first_screen(alone) == {first}
    assert untold(replace(PROPOSAL, findings=())) == ()
