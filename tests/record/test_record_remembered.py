"""A record that remembers its parts is the one that is made anew."""

from dataclasses import replace
from datetime import date

from careloom.record import Remembered, assemble
from careloom.record.remembered import Remembered as Parts
from tests.record.people import (
    AS_OF,
    KNOWLEDGE,
    a_condition,
    a_fill,
    a_report,
    a_result,
    an_allergy,
    an_order,
)

ARRIVING = (
    an_order("Metformin 500 MG Oral Tablet", on="2026-01-02", dosage="1 tablet daily"),
    a_result("4548-4", "7.1", "%", "2026-01-09"),
    a_result("4548-4", "8.4", "%", "2026-09-09"),
    a_condition("Type 2 diabetes", "sct|44054006", on="2020-01-01"),
    a_fill("metformin 500 mg tab", on="2026-10-01"),
    an_allergy("Penicillin", recorded="2015-01-01"),
    a_report("metformin 1000 mg", on="2026-11-01", dosage="1000 mg twice daily"),
    a_condition("Type 2 diabetes", "icd|E11.9", status="resolved", on="2020-01-01", source="clinic"),
)


def test_message_by_message_it_is_the_record_made_at_once():
    remembered = Remembered()
    for count in range(len(ARRIVING) + 1):
        told = ARRIVING[:count]
        assert assemble("p", told, KNOWLEDGE, AS_OF, (), remembered) == assemble("p", told, KNOWLEDGE, AS_OF)


def test_another_day_is_another_record():
    remembered = Remembered()
    for day in (AS_OF, date(2026, 6, 1), AS_OF):
        assert assemble("p", ARRIVING, KNOWLEDGE, day, (), remembered) == assemble(
            "p", ARRIVING, KNOWLEDGE, day
        )


def test_a_part_is_made_again_only_where_something_that_it_rests_on_changed():
    made = []

    def part(*given):
        made.append(given)
        return len(made)

    parts = Parts()
    assert [parts.part(part, [1, 2], "a"), parts.part(part, [1, 2], "a"), parts.part(part, [1], "a")] == [
        1,
        1,
        2,
    ]


def test_an_entry_is_asked_once_and_again_where_it_is_another_or_what_it_is_asked_by_is():
    asked = []

    def tell(entry, *given):
        asked.append((entry.id, *given))
        return len(asked)

    parts, (one, other) = Parts(), ARRIVING[:2]
    assert parts.each(tell, [one, other], "a") == [1, 2]
    assert parts.each(tell, [other, one], "a") == [2, 1]
    assert parts.each(tell, [replace(one)], "a") == [3]
    assert parts.each(tell, [one], "a") == [4]
    assert parts.each(tell, [one], "b") == [5]
    assert parts.those(lambda entry: entry is one, [one, other]) == [one]
