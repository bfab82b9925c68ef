"""What a value did over two years, and results that cannot be used."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.record.people import KNOWLEDGE, a_pressure, a_result, kinds, the_only, the_record

A1C, EGFR_2021, EGFR_2009, CREATININE, GLUCOSE = "4548-4", "98979-8", "62238-1", "2160-0", "2345-7"
ML = "mL/min/{1.73_m2}"


def a1c(*pairs, unit="%"):
    return [a_result(A1C, value, unit, on) for value, on in pairs]


def the_trend(record, about):
    return the_only([trend for trend in record.trends if trend.about == about])


def test_a_value_that_rises_is_rising_in_the_sources_digits():
    record = the_record(*a1c(("7.10", "2025-01-09"), ("7.9", "2025-10-09"), ("8.4", "2026-10-09")))
    trend = the_only(record.trends)
    assert (trend.about, trend.first, trend.last, trend.unit, trend.per) == (
        "hba1c",
        "7.10",
        "8.4",
        "%",
        "year",
    )
    assert trend.direction == "rising"
    assert trend.change == "+0.74"
    assert len(trend.entries) == 3


def test_kidneys_that_fail_are_a_strong_trend():
    record = the_record(
        *(
            a_result(EGFR_2021, value, ML, on)
            for value, on in (("52", "2025-10-09"), ("45", "2026-04-09"), ("38", "2026-10-09"))
        )
    )
    trend = the_only(record.trends)
    assert (trend.first, trend.last, trend.direction, trend.strong) == ("52", "38", "falling", True)


def test_six_weeks_are_not_stretched_to_a_year():
    trend = the_only(
        the_record(
            *(
                a_result("29463-7", value, "kg", on)
                for value, on in (("81.2", "2026-09-29"), ("86.1", "2026-11-10"))
            )
        ).trends
    )
    assert (trend.change, trend.per, trend.direction) == ("+4.9", "42 days", "rising")


def test_two_equations_are_two_trends():
    record = the_record(
        a_result(EGFR_2009, "60", ML, "2025-01-09"),
        a_result(EGFR_2021, "52", ML, "2025-10-09"),
        a_result(EGFR_2021, "50", ML, "2026-10-09"),
    )
    assert (the_only(record.trends).first, the_only(record.trends).last) == ("52", "50")


def test_a_value_that_hardly_moves_is_steady():
    trend = the_only(
        the_record(*a1c(("7.0", "2025-01-09"), ("7.2", "2026-01-09"), ("7.1", "2026-10-09"))).trends
    )
    assert trend.direction == "steady"


def test_the_direction_is_that_of_both_the_slope_and_the_ends():
    up_at_the_end = the_record(
        *a1c(
            ("9.0", "2025-01-09"),
            ("8.0", "2025-06-09"),
            ("7.0", "2026-01-09"),
            ("6.5", "2026-06-09"),
            ("9.6", "2026-10-09"),
        )
    )
    assert the_only(up_at_the_end.trends).direction == "steady"


def test_one_value_or_two_of_one_week_are_no_trend():
    assert the_record(*a1c(("7.0", "2026-01-09"))).trends == ()
    assert the_record(*a1c(("7.0", "2026-01-09"), ("8.0", "2026-01-15"))).trends == ()


def test_old_values_are_no_trend_and_a_third_year_helps_yearly_ones():
    assert the_record(*a1c(("7.0", "2012-01-09"), ("8.0", "2014-01-09"))).trends == ()
    yearly = the_record(
        *a1c(("6.0", "2020-01-09"), ("7.0", "2024-01-09"), ("8.0", "2025-01-09"), ("9.0", "2026-01-09"))
    )
    assert the_only(yearly.trends).first == "7.0"


def test_blood_pressure_has_two_trends_from_one_entry_each():
    record = the_record(
        *(
            a_pressure(high, low, on)
            for high, low, on in (
                ("130", "80", "2025-10-09"),
                ("140", "81", "2026-03-09"),
                ("152", "82", "2026-10-09"),
            )
        )
    )
    assert the_trend(record, "systolic").direction == "rising"
    assert the_trend(record, "diastolic").direction == "steady"
    assert the_trend(record, "systolic").entries == the_trend(record, "diastolic").entries


def test_values_in_two_units_are_compared_in_one():
    record = the_record(
        *a1c(("7.0", "2025-01-09"), ("7.5", "2025-10-09")), *a1c(("69", "2026-10-09"), unit="mmol/mol")
    )
    trend = the_only(record.trends)
    assert (trend.unit, trend.first, trend.last, trend.direction) == ("%", "7.0", "8.5", "rising")


def test_values_that_share_another_unit_keep_it():
    trend = the_only(
        the_record(
            *a1c(("53", "2025-01-09"), ("60", "2025-10-09"), ("69", "2026-10-09"), unit="mmol/mol")
        ).trends
    )
    assert (trend.unit, trend.first, trend.last) == ("mmol/mol", "53", "69")
    assert trend.change == "+9.2"


def test_an_absurd_value_is_shown_and_left_out():
    record = the_record(
        *a1c(("7.0", "2025-01-09"), ("7.4", "2025-10-09"), ("91", "2026-03-09"), ("7.9", "2026-10-09"))
    )
    assert (
        the_only(record.trends).first,
        the_only(record.trends).last,
        len(the_only(record.trends).entries),
    ) == ("7.0", "7.9", 3)
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("implausible_value", "HbA1c")
    assert conflict.why == "HbA1c 91 % on 2026-03-09 in ehr is outside 3 to 20 %"


def test_an_unknown_unit_is_counted_and_left_out():
    record = the_record(
        *a1c(("7.0", "2025-01-09"), ("7.9", "2026-10-09")),
        *a1c(("7.4", "2025-10-09"), ("5", "2026-01-09"), unit="furlong"),
    )
    assert len(the_only(record.trends).entries) == 2
    conflict = the_only(record.conflicts)
    assert (conflict.kind, len(conflict.entries)) == ("unknown_unit", 2)
    assert "2 results of HbA1c in furlong" in conflict.why


def test_a_missing_unit_is_an_unknown_unit():
    assert kinds(the_record(*a1c(("7.0", "2025-01-09"), unit=None))) == ["unknown_unit"]


def test_less_than_something_is_no_point_and_words_are_no_number():
    record = the_record(
        *(replace(one, comparator="<") for one in a1c(("4.0", "2025-01-09"), ("3.5", "2026-10-09"))),
        a_result(A1C, "not done", None, "2026-10-10"),
    )
    assert record.trends == () and not record.conflicts


def test_a_cancelled_result_and_a_relatives_are_no_points():
    first, last = a1c(("7.0", "2025-01-09"), ("7.9", "2026-10-09"))
    assert the_record(first, replace(last, status="cancelled")).trends == ()
    assert the_record(first, replace(last, subject="family")).trends == ()


def test_a_trend_of_daily_readings_cites_few_of_them():
    days = [date.fromordinal(date(2025, 6, 1).toordinal() + n).isoformat() for n in range(400)]
    record = the_record(*(a_result("29463-7", f"{80 + n / 50:.1f}", "kg", day) for n, day in enumerate(days)))
    trend = the_only(record.trends)
    assert len(trend.entries) <= 24
    assert (trend.first, trend.last, trend.change) == ("80.0", "88.0", "+7.3")
    assert record.by_id[trend.entries[0]].value == "80.0"
    assert record.by_id[trend.entries[-1]].value == "88.0"


def test_strong_trends_come_first():
    record = the_record(
        *(
            a_result(EGFR_2021, value, ML, on)
            for value, on in (("52", "2025-10-09"), ("45", "2026-04-09"), ("38", "2026-10-09"))
        ),
        *(
            a_result(GLUCOSE, value, "mg/dL", on)
            for value, on in (("100", "2025-10-09"), ("120", "2026-04-09"), ("130", "2026-10-09"))
        ),
    )
    assert [trend.about for trend in record.trends] == ["egfr", "glucose"]


def test_a_result_in_mg_under_a_code_of_moles_is_a_doubt_and_no_point_of_a_trend():
    record = the_record(
        a_result("14749-6", "5.6", "mmol/L", "2026-01-09"),
        a_result("14749-6", "6.1", "mmol/L", "2026-06-09"),
        a_result("14749-6", "132", "mg/dL", "2026-09-09"),
    )
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("unit_unlike_code", "glucose")
    assert conflict.why == (
        "1 result of glucose from ehr in mg/dL under LOINC 14749-6, which is of moles; the newest is of 2026-09-09"
    )
    assert not set(conflict.entries) & {entry for trend in record.trends for entry in trend.entries}


@pytest.mark.parametrize(
    ("loinc", "digits", "unit", "canonical"),
    [
        ("2345-7", "1.2", "g/L", "120"),
        ("2345-7", "7", "mmol/L", "126.112"),
        ("14749-6", "7000", "umol/L", "126.112"),
        ("2160-0", "0.0884200", "mmol/L", "1"),
        ("2160-0", "10", "mg/L", "1"),
        ("2132-9", "0.3", "ng/mL", "300"),
        ("2823-3", "4", "mg/dL", None),
        ("2345-7", "7", "mL/min", None),
    ],
)
def test_units_are_counted_into_one_another_by_their_parts_and_the_analytes_molar_mass(
    loinc, digits, unit, canonical
):
    lab = KNOWLEDGE.labs.by_loinc[loinc]
    found = lab.canonical(digits, unit)
    assert found == (Decimal(canonical) if canonical else None)
