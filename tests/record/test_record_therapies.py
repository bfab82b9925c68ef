"""Fills tell which days a drug was in hand; what was refilled early is carried forward, and nothing is guessed."""

from careloom.care.record import Unsupplied
from careloom.record.therapies import therapies
from tests.record.people import AS_OF, KNOWLEDGE, a_fill, assemble


def of(*fills):
    return therapies(sorted(fills, key=lambda one: one.happened.earliest), KNOWLEDGE)


def a_supply(on, days="30", drug="lisinopril 10 MG Oral Tablet", **more):
    return a_fill(drug, on=on, days=days, **more)


def test_two_months_without_a_fill_are_a_gap_with_both_fills_cited():
    early, late = a_supply("2026-01-01"), a_supply("2026-04-01")
    (told,) = of(early, late)
    assert (told.name, told.covered, told.days) == ("lisinopril", 30, 90)
    assert told.gaps == (Unsupplied("2026-01-31", "2026-03-31", 60),)
    assert told.entries == (early.id, late.id)


def test_an_early_refill_is_carried_forward():
    # The first pattern of PQA's own examples: 90 days from 25 March reach 22 June; a refill of 30 May starts on the 23rd.
    (told,) = of(a_supply("2026-03-25", "90"), a_supply("2026-05-30", "90"), a_supply("2026-09-20", "90"))
    assert (told.gaps, told.covered, told.days) == ((), 179, 179)


def test_a_refill_that_is_late_within_the_allowance_is_no_gap_but_not_covered():
    (told,) = of(a_supply("2026-01-01"), a_supply("2026-03-02"))
    assert (told.gaps, told.covered, told.days) == ((), 30, 60)
    (longer,) = of(a_supply("2026-01-01"), a_supply("2026-03-03"))
    assert [gap.days for gap in longer.gaps] == [31]


def test_a_fill_that_two_sources_tell_of_counts_once():
    (told,) = of(a_supply("2026-01-01"), a_supply("2026-01-01", source="payer"), a_supply("2026-04-01"))
    assert (told.fills, told.covered) == (2, 30)


def test_what_was_reversed_or_denied_was_not_in_hand():
    (told,) = of(
        a_supply("2026-01-01"),
        a_supply("2026-02-01"),
        a_supply("2026-02-01", status="cancelled"),
        a_supply("2026-03-01", status="declined"),
        a_supply("2026-04-01"),
    )
    assert (told.fills, told.covered) == (2, 30)


def test_without_days_supply_or_for_an_unknown_drug_nothing_is_told():
    assert of(a_supply("2026-01-01", days=""), a_supply("2026-04-01")) == ()
    assert of(a_supply("2026-01-01", drug="Zzyzx 5 MG"), a_supply("2026-04-01", drug="Zzyzx 5 MG")) == ()
    assert of(a_supply("2026-01-01")) == ()


def test_a_record_holds_it_and_later_fills_do_not_count():
    fills = [a_supply("2026-01-01"), a_supply("2026-04-01"), a_supply("2027-01-01")]
    record = assemble("p", fills, KNOWLEDGE, AS_OF)
    assert [one.last for one in record.therapies] == ["2026-04-01"]
