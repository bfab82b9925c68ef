"""The patient page's parts as nouns: the year's picture, fills, results that may stand in one line."""

import pytest

from careloom.care.visit import setting, took_place
from careloom.web.present.patient.results import results
from careloom.web.present.patient.timeline import A_PAGE, timeline
from careloom.web.present.patient.year import DAYS, WIDTH, fills, year
from careloom.web.present.words import unit
from tests.record.people import a_fill, a_pressure, a_result, an_entry, the_record


def a_visit(on, until=None, *, what="inpatient", status="finished", **more):
    return an_entry("Encounter", what, on=on, until=until, status=status, detail={"class": what}, **more)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("inpatient", "stay"),
        ("inpatient acute", "stay"),
        ("observation", "stay"),
        ("emergency", "emergency"),
        ("ambulatory", "visit"),
        ("", "visit"),
    ],
)
def test_a_visit_is_what_its_class_says(said, found):
    assert setting(an_entry("Encounter", "x", detail={"class": said})) == found


def test_a_code_says_what_a_visit_was_where_its_class_is_silent():
    assert setting(an_entry("Encounter", "Admission", code="sct|32485007")) == "stay"
    assert setting(an_entry("Encounter", "ED", code="sct|4525004")) == "emergency"


def test_what_is_planned_or_called_off_took_no_place():
    assert not took_place(a_visit("2026-11-01", status="planned"))
    assert not took_place(a_visit("2026-11-01", status="cancelled"))
    assert took_place(a_visit("2026-11-01", status="in-progress"))


def test_the_year_shows_stays_and_emergencies_with_their_days_in_words():
    record = the_record(
        a_visit("2026-03-02", "2026-03-07"),
        a_visit("2026-10-09", what="emergency"),
        a_visit("2026-06-01", what="ambulatory"),
        a_visit("2026-12-01", status="planned"),
        a_visit("2024-01-01", "2024-01-05"),
    )
    strip = year(record)
    assert strip.words == "In the year to 2026-11-23: 1 stay in hospital, 1 emergency visit, 1 other visit."
    assert [bar.words for bar in strip.told] == [
        "emergency visit, 2026-10-09, EHR",
        "stay in hospital, 2026-03-02 to 2026-03-07, EHR",
    ]
    stay = strip.told[1]
    assert stay.width == pytest.approx(6 * WIDTH / (DAYS + 1), abs=0.2)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in strip.bars)


def test_a_stay_that_goes_on_reaches_today():
    (bar,) = year(the_record(a_visit("2026-11-20", status="in-progress"))).told
    assert bar.words == "stay in hospital, 2026-11-20, not ended, EHR"
    assert bar.x + bar.width == pytest.approx(WIDTH, abs=0.2)


def test_fills_stand_as_long_as_their_days_supply():
    given = [
        a_fill("Lisinopril 20 MG", on="2026-10-01"),
        a_fill("Lisinopril 20 MG", on="2026-11-02", days=""),
    ]
    strip = fills(given, the_record(*given))
    assert strip is not None
    assert "2026-10-01, 30 days; 2026-11-02, days not stated" in strip.words
    assert fills([a_fill("Lisinopril 20 MG", on="2024-01-01")], the_record(*given)) is None


def test_what_was_measured_by_another_method_is_another_line():
    record = the_record(
        a_result("33914-3", "52", "mL/min/{1.73_m2}", "2025-11-01", category=("laboratory",)),
        a_result("98979-8", "38", "mL/min/{1.73_m2}", "2026-11-01", category=("laboratory",)),
        a_result("98979-8", "41", "mL/min/{1.73_m2}", "2026-05-01", category=("laboratory",)),
    )
    (group,) = results(record)
    assert [(row.last.words, row.before.words if row.before else "") for row in group.rows] == [
        ("38 mL/min/1.73 m²", "41 mL/min/1.73 m²"),
        ("52 mL/min/1.73 m²", ""),
    ]
    assert group.rows[0].line is not None and group.rows[1].line is None


def test_another_unit_is_another_line_and_what_is_out_of_range_comes_first():
    record = the_record(
        a_result("2345-7", "5.4", "mmol/L", "2026-11-10", category=("laboratory",)),
        a_result("2345-7", "210", "mg/dL", "2026-10-10", category=("laboratory",), interpretation="H"),
    )
    (group,) = results(record)
    assert [row.last.words for row in group.rows] == ["210 mg/dL", "5.4 mmol/L"]
    assert group.rows[0].last.flag == "high"


def test_both_parts_of_a_blood_pressure_are_results():
    (group,) = results(the_record(a_pressure("150", "90", "2026-11-01", category=("vital-signs",))))
    assert {(row.label, row.last.words) for row in group.rows} == {
        ("Systolic", "150 mmHg"),
        ("Diastolic", "90 mmHg"),
    }


def test_a_long_timeline_is_read_by_the_page():
    many = [a_result("2345-7", str(n), "mg/dL", f"2026-01-{n % 28 + 1:02}", n=n) for n in range(A_PAGE + 5)]
    record = the_record(*many)
    first, last = timeline(record, "", "", 1), timeline(record, "", "", 99)
    assert (first.pages, first.number, last.page) == (2, A_PAGE + 5, 2)
    assert sum(len(day.rows) for day in (*first.days, *last.days)) == A_PAGE + 5


@pytest.mark.parametrize(
    ("code", "said"),
    [("{INR}", ""), ("{beats}/min", " /min"), ("mL/min/{1.73_m2}", " mL/min/1.73 m²"), ("mg/dL", " mg/dL"), (None, "")],
)  # fmt: skip
def test_a_note_in_braces_is_printed_as_no_unit(code, said):
    assert unit(code) == said
