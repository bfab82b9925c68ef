"""After a change of strength the old bottle may still be at home: it is said, with both, and asked."""

import pytest

from careloom.knowledge import load
from careloom.record import asks
from tests.record.people import a_fill, an_order, kinds, the_record


def changed(name, old, new, *, filled="2026-11-10", ordered="2026-11-18", days="30"):
    return (
        an_order(
            f"{name} {old} MG Oral Tablet", dosage="Take 1 tablet daily", on="2026-05-10", status="stopped"
        ),
        a_fill(f"{name} {old} MG Oral Tablet", on=filled, days=days, quantity="30"),
        an_order(f"{name} {new} MG Oral Tablet", dosage="Take 1 tablet daily", on=ordered),
    )


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("Furosemide", "40", "80"), ("Warfarin", "5", "2.5"), ("Levothyroxine", "0.075", "0.088")],
)
def test_the_old_strength_that_was_filled_before_the_change_may_be_at_home(name, old, new):
    record = the_record(*changed(name, old, new))
    (found,) = [one for one in record.conflicts if one.kind == "two_strengths"]
    assert found.why == (f"{new} mg ordered on 2026-11-18; {old} mg filled on 2026-11-10")
    asked = asks.asks(record, load(), ())
    assert any(f"bottles of {name.lower()} do you have at home" in one.words for one in asked)


def test_an_order_that_was_replaced_counts_where_no_pharmacy_tells_of_a_fill():
    old = an_order("Lisinopril 10 MG Oral Tablet", on="2026-06-01", status="stopped")
    record = the_record(old, an_order("Lisinopril 20 MG Oral Tablet", on="2026-11-02"))
    assert "two_strengths" in kinds(record)


def back(first="stopped", second="stopped"):
    """Furosemide 40 mg, 80 mg for a month, and 40 mg again."""
    return (
        an_order("Furosemide 40 MG Oral Tablet", on="2026-05-10", status=first),
        a_fill("Furosemide 40 MG Oral Tablet", on="2026-09-10", days="30", quantity="30"),
        an_order("Furosemide 80 MG Oral Tablet", on="2026-10-18", status=second),
        a_fill("Furosemide 80 MG Oral Tablet", on="2026-10-19", days="90", quantity="90"),
        an_order("Furosemide 40 MG Oral Tablet", on="2026-11-18"),
    )


@pytest.mark.parametrize("first", ["stopped", "completed"])
def test_a_strength_that_was_changed_and_changed_back_leaves_the_other_bottle_at_home(first):
    (found,) = [one for one in the_record(*back(first)).conflicts if one.kind == "two_strengths"]
    assert found.why == "40 mg ordered on 2026-11-18; 80 mg filled on 2026-10-19"


@pytest.mark.parametrize(
    ("first", "second"), [("active", "active"), ("completed", "active"), ("active", "stopped")]
)
def test_a_strength_that_is_renewed_beside_another_that_stands_is_no_change(first, second):
    assert "two_strengths" not in kinds(the_record(*back(first, second)))


@pytest.mark.parametrize(
    "entries",
    [
        # What was filled had run out long before the change.
        changed("Furosemide", "40", "80", filled="2026-07-01")[1:],
        # The change is half a year old.
        changed("Furosemide", "40", "80", filled="2026-04-20", ordered="2026-05-01")[1:],
        # The same strength, another number of tablets.
        (
            an_order("Furosemide 40 MG Oral Tablet", dosage="Take 1 tablet daily", on="2026-05-10"),
            an_order("Furosemide 40 MG Oral Tablet", dosage="Take 2 tablets daily", on="2026-11-18"),
        ),
        # Both strengths are ordered on one day: both are meant.
        (
            an_order("Warfarin 5 MG Oral Tablet", on="2026-05-10"),
            an_order("Warfarin 5 MG Oral Tablet", on="2026-11-18"),
            an_order("Warfarin 2.5 MG Oral Tablet", on="2026-11-18"),
        ),
        # A pen holds no pieces of a strength.
        (
            an_order("insulin glargine 100 UNT/ML Injectable Solution", on="2026-05-10"),
            an_order("insulin glargine 300 UNT/ML Injectable Solution", on="2026-11-18"),
        ),
    ],
)
def test_where_no_second_strength_is_to_be_expected_nobody_is_asked(entries):
    assert "two_strengths" not in kinds(the_record(*entries))
