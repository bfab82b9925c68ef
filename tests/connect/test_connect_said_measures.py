"""Measurements in the words of notes: number, unit and day, and what is no value of the patient's."""

import pytest

from careloom.care.entry import Period, when
from careloom.connect.said import said
from careloom.record.trends import trends
from tests.connect.telling import document, known, told


def measured(text: str) -> list[tuple[str, str, str]]:
    """(name, value, unit) of every measurement that a note tells, in its order."""
    return [
        (one.text, one.value or "", one.unit or "")
        for one in told(text, "Observation")
        if one.value is not None
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "BP 142/88.",
            {("systolic blood pressure", "142", "mm[Hg]"), ("diastolic blood pressure", "88", "mm[Hg]")},
        ),
        (
            "Vital signs: BP 118/72, P 76 irregular, R 20, T 97.9, O2 sat 94% RA, Wt 158 lbs (up 4 lbs)",
            {
                ("systolic blood pressure", "118", "mm[Hg]"),
                ("diastolic blood pressure", "72", "mm[Hg]"),
                ("heart rate", "76", "/min"),
                ("respiratory rate", "20", "/min"),
                ("body temperature", "97.9", "[degF]"),
                ("oxygen saturation", "94", "%"),
                ("weight", "158", "[lb_av]"),
            },
        ),
        ("A1c 8.2% on 3/4/2026.", {("HbA1c", "8.2", "%")}),
        ("Potassium is 5.6.", {("potassium", "5.6", "mmol/L")}),
        ("QTc 512 ms on ECG.", {("QTc", "512", "ms")}),
        ("Corrected QT interval of 505 msec today.", {("QTc", "505", "ms")}),
        ("QTc goal below 500 ms.", set()),
        ("LVEF 35%.", {("left ventricular ejection fraction", "35", "%")}),
        ("Echo: EF 30-35%.", {("left ventricular ejection fraction", "30-35", "%")}),
        ("NT-proBNP 1840 pg/mL", {("NT-proBNP", "1840", "pg/mL")}),
        ("PHQ-9: 11 (was 17).", {("PHQ-9 score", "11", "{score}")}),
        ("Pain 5/10 at rest.", {("pain score", "5", "{score}")}),
        (
            "Presión 150/92, peso 72 kg.",
            {
                ("systolic blood pressure", "150", "mm[Hg]"),
                ("diastolic blood pressure", "92", "mm[Hg]"),
                ("weight", "72", "kg"),
            },
        ),
    ],
)
def test_a_measurement_has_its_number_and_unit(text, values):
    assert set(measured(text)) == values


@pytest.mark.parametrize(
    "text",
    [
        "Goal A1c 7%.",
        "BP goal 130/80.",
        "Keep K 4.5.",
        "BP < 130/80 is wanted.",
        "If BP 180/110, call.",
        "Hold for HR 50.",
        "Her son's BP 150/90.",
        "Her mother has BP 150/90.",
        "Glucose 180-240.",
        "Weight 6000 kg.",
        "Potassium 56.",
        "Takes K 20 mEq and vitamin K 5 mg.",
        "His hr 80 of work is over.",
        "Weight 3 days ago unknown.",
        "P 76 of the form.",
        "Is BP 142/88?",
    ],
)
def test_a_goal_a_limit_a_range_a_dose_or_a_relatives_value_is_none(text):
    assert measured(text) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("A1c 8.2% on 3/4/2026.", "2026-03-04"),
        ("Labs 1/20/26: K 4.4.", "2026-01-20"),
        ("LABS 2026-01-20\nK 4.4", "2026-01-20"),
        ("A1c 8.2% today.", "2026-10-09"),
        ("BP 142/88.", "2026-10-09"),
        ("LABS\nK 4.4", "2026-10-09"),
        ("Last A1c 8.2%.", None),
        ("Previous BP 142/88.", None),
        ("She came in with K 5.6.", None),
        ("LVEF 35%.", None),
        ("A1c 8.2% on 3/4/2027.", None),
        ("A1c 8.2% on 13/40/2026.", None),
        ("Copied from the visit of 9/2/2025.\nBP 142/88.", None),
        ("Glucosa 168 el 3/4/2026.", None),
    ],
)
def test_a_value_is_of_the_day_that_the_words_give_or_of_none(text, day):
    dates = {
        one.effective.start.text if one.effective.start else None
        for one in told(text, "Observation")
        if one.value is not None
    }
    assert dates == {day}


def test_a_value_without_a_day_has_none_and_is_no_point_of_a_trend():
    entries = told("Last K 4.4 mmol/L. K 4.9 mmol/L on 3/4/2026. K 5.6 mmol/L on 9/4/2026.", "Observation")
    assert [bool(one.happened) for one in entries] == [False, True, True]
    ((trend,), conflicts) = trends(entries, known(), as_of=entries[-1].happened.day)
    assert (trend.first, trend.last, conflicts) == ("4.9", "5.6", ())


def test_a_note_says_of_its_values_that_it_retells_them_and_which_units_it_left_out():
    written, left_out = told("K 5.6 mmol/L on 3/4/2026. K 5.1 on 4/4/2026.", "Observation")
    assert (written.status, written.detail["quote"]) == ("unknown", "K 5.6 mmol/L on 3/4/2026.")
    assert ("unit_assumed" in written.detail, left_out.detail["unit_assumed"]) == (False, "true")


@pytest.mark.parametrize(
    "written", ["2026-10-09T10:00:00-05:00", "2026-10-09T15:00:00+00:00", "2026-10-09T15:00:00Z"]
)
def test_a_note_whose_time_has_an_offset_tells_the_day_that_its_words_name(written):
    note = document("A1c 8.2% on 3/4/2026.", effective=Period(when(written)))
    (value,) = [one for one in said(note, known()) if one.value == "8.2"]
    assert value.happened.day.isoformat() == "2026-03-04"
