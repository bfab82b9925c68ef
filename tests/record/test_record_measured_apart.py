"""Two weights or heights of which one must be wrong: doses are reckoned by them."""

import pytest

from tests.record.people import a_result, an_entry, the_only, the_record


def weight(value, on, unit="kg", **more):
    return a_result("29463-7", value, unit, on, **more)


def height(value, on, unit="cm", **more):
    return a_result("8302-2", value, unit, on, **more)


def test_pounds_written_down_as_kilograms_are_a_conflict():
    kilos, pounds = weight("70", "2026-10-01"), weight("154", "2026-10-05", source="clinic")
    conflict = the_only(the_record(kilos, pounds).conflicts)
    assert (conflict.kind, conflict.about, conflict.entries) == (
        "measured_apart",
        "weight",
        (kilos.id, pounds.id),
    )
    assert conflict.why == "70 kg from ehr on 2026-10-01; 154 kg from clinic on 2026-10-05"


def test_a_typing_error_of_one_source_is_shown_between_its_neighbours():
    record = the_record(weight("70", "2026-09-01"), weight("07.1", "2026-09-15"), weight("71", "2026-10-01"))
    assert len(the_only(record.conflicts).entries) == 3


def test_two_heights_of_an_adult_are_a_conflict():
    record = the_record(
        height("178", "2025-10-01"), height("65", "2026-10-01", unit="[in_i]", source="clinic")
    )
    assert the_only(record.conflicts).why == "178 cm from ehr on 2025-10-01; 65 in from clinic on 2026-10-01"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (weight("154", "2026-10-01", unit="[lb_av]"), weight("70", "2026-10-05")),
        (weight("100", "2026-01-01"), weight("70", "2026-10-05")),
        (weight("100", "2026-10-01"), weight("80", "2026-10-05")),
        (weight("70", "2012-10-01"), weight("154", "2012-10-05")),
        (weight("70", "2026-10-01"), weight("154", "2026-10-05", status="entered-in-error")),
        (height("178", "2010-10-01"), height("167", "2026-10-01")),
        (height("178", "2023-10-01"), height("165", "2026-10-01")),
    ],
)
def test_the_same_in_pounds_a_loss_over_months_and_what_is_long_past_contradict_nothing(first, then):
    assert not the_record(first, then).conflicts


def test_a_child_grows():
    born = an_entry("Patient", detail={"birth_date": "2012-03-02"})
    assert not the_record(born, height("120", "2025-01-01"), height("151", "2026-10-01")).conflicts
