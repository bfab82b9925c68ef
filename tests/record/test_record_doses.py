"""How often and how much, in the words of orders, labels and notes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.care.entry import Dosage
from careloom.knowledge.frequency import as_needed, per_day
from careloom.record.doses import disagree, read
from careloom.record.weekdays import weekly_mg
from tests.record.people import a_fill, an_entry, an_order, kinds, the_only, the_record


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("twice daily", 2),
        ("BID", 2),
        ("b.i.d.", 2),
        ("Take 1 tablet by mouth twice a day with meals", 2),
        ("every 12 hours", 2),
        ("q8h", 3),
        ("three times daily", 3),
        ("once daily at bedtime", 1),
        ("take one tablet daily", 1),
        ("1 tablet daily for 10 days", 1),
        ("in the morning and at bedtime", 2),
        ("every 2 days", Fraction(1, 2)),
        ("every other day", Fraction(1, 2)),
        ("once weekly on Monday before breakfast", Fraction(1, 7)),
        ("2 times every 3 days", Fraction(2, 3)),
        ("dos veces al día", 2),
        ("una tableta cada 8 horas por 5 días", 3),
        ("every 4 to 6 hours", None),
        ("2 (two) times daily with meals", 2),
        ("every 6 (six) hours", 4),
        ("every Sunday", Fraction(1, 7)),
        ("on Monday, Wednesday and Friday", Fraction(3, 7)),
        ("1 tablet Monday, Wednesday, Friday", Fraction(3, 7)),
        ("one tab Mon/Wed/Fri", Fraction(3, 7)),
        ("at bedtime | 5 mg at night", 1),
        ("with breakfast and dinner", 2),
        ("twice daily as needed", None),
        ("1 tablet daily except Monday", Fraction(6, 7)),
        ("every day but not on Tuesday and Saturday", Fraction(5, 7)),
        ("1 spray in one nostril for overdose", None),
        ("every other week", Fraction(1, 14)),
        ("1 injection every other month", Fraction(1, 60)),
        ("every other night", Fraction(1, 2)),
        ("every other Monday", Fraction(1, 14)),
        ("every third day", Fraction(1, 3)),
        ("alternating days", Fraction(1, 2)),
        ("semanas alternas", Fraction(1, 14)),
        ("1 tablet monthly in the morning", Fraction(1, 30)),
        ("mensual", Fraction(1, 30)),
        ("cada 2 meses", Fraction(1, 60)),
        ("5 mg IV once a year", Fraction(1, 365)),
        ("1 tablet at bedtime, recheck monthly", 1),
        ("1 tablet daily, labs monthly", 1),
        ("1 tablet bi-weekly", None),
        ("for 10 days", None),
        ("for 2 years", None),
        ("", None),
    ],
)
def test_a_frequency_in_words(words, times):
    assert per_day(words) == times


def test_as_needed_is_no_frequency():
    assert as_needed("1 tablet every 6 hours PRN pain")
    assert not as_needed("1 tablet every 6 hours")


def a_dose(text, dosage="", *, dose="", frequency="", kind="MedicationRequest", drugs=(), **detail):
    said = Dosage(text=dosage, dose=dose, frequency=frequency)
    return read(an_entry(kind, text, dosage=said, detail=detail), drugs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            a_dose("Metformin 500 MG Tablet", "2 tablets twice daily"),
            a_dose("Metformin 1000 MG Tablet", "1 tablet twice daily"),
        ),
        (
            a_dose("Levothyroxine 50 MCG", "once daily"),
            a_dose("Levothyroxine 0.05 MG", "1 tablet every morning"),
        ),
        (a_dose("Metformin 500 MG Tablet"), a_dose("Metformin", "twice daily")),
        (
            a_dose("Metformin", "1000 mg twice daily"),
            a_dose("METFORMIN 500 MG TAB", kind="MedicationDispense"),
        ),
        (
            a_dose("Prednisone 10 MG", "4 tablets daily for 3 days; 2 tablets daily for 3 days"),
            a_dose("Prednisone 10 MG", "1 tablet daily"),
        ),
        (
            a_dose("Ibuprofen 400 MG", "1 tablet every 6 hours as needed"),
            a_dose("Ibuprofen 400 MG", "twice daily"),
        ),
        (
            a_dose("Insulin glargine 100 UNT/ML", "20 units at bedtime"),
            a_dose("Insulin glargine 100 UNT/ML", dose="20 units", frequency="once daily"),
        ),
        (
            a_dose("Sitagliptin 50 MG / Metformin 500 MG", "2 tablets daily"),
            a_dose("METFORMIN-SITAGLIPTIN 1000-100 MG TAB", kind="MedicationDispense"),
        ),
        (
            a_dose("metoprolol succinate ER 50 mg", "once daily", drugs=("metoprolol",)),
            a_dose("METOPROLOL 50 MG TAB", "once daily", drugs=("metoprolol",)),
        ),
        (
            a_dose("cyanocobalamin 1 MG Oral Tablet", "1 tablet daily"),
            a_dose("cyanocobalamin 1 MG/ML Injectable Solution", "1 mg intramuscularly once a month"),
        ),
        (a_dose("Percocet", "1 tablet every 6 hours"), a_dose("Percocet 5-325 MG", "every 6 hours")),
    ],
)
def test_readings_that_may_be_one_regimen(one, other):
    assert not disagree(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            a_dose("Metformin 500 MG Tablet", "1 tablet twice daily"),
            a_dose("Metformin 1000 MG Tablet", "1 tablet twice daily"),
        ),
        (a_dose("Metformin 500 MG Tablet"), a_dose("Metformin 1000 MG Tablet")),
        (a_dose("Metformin", "once daily"), a_dose("Metformin", "twice daily")),
        (
            a_dose("Metformin", dose="500 mg", frequency="twice daily"),
            a_dose("Metformin", dose="1000 mg", frequency="once daily"),
        ),
        (a_dose("Lisinopril 20 MG", "half a tablet daily"), a_dose("Lisinopril 20 MG", "1 tablet daily")),
        (
            a_dose("Furosemide 40 MG", "1 tablet daily"),
            a_dose("FUROSEMIDE 20 MG", kind="MedicationDispense", quantity="30", days_supply="30"),
        ),
        (
            a_dose("Lisinopril 20 MG / Hydrochlorothiazide 12.5 MG", "1 tablet daily"),
            a_dose("Lisinopril 10 MG / Hydrochlorothiazide 12.5 MG", "1 tablet daily"),
        ),
        (
            a_dose("Zestoretic 20-12.5 MG"),
            a_dose("LISINOPRIL-HCTZ 10-12.5 MG TAB", kind="MedicationDispense"),
        ),
        (
            a_dose("Sitagliptin 50 MG / Metformin 500 MG", "1 tablet daily"),
            a_dose("Janumet 50-500 MG", "1 tablet twice daily"),
        ),
        (
            a_dose("metoprolol succinate 50 mg", "once daily", drugs=("metoprolol",)),
            a_dose("METOPROLOL TARTRATE 50 MG TAB", "once daily", drugs=("metoprolol",)),
        ),
        (
            a_dose("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", "1 tablet daily"),
            a_dose("metformin hydrochloride 500 MG Oral Tablet", "1 tablet daily"),
        ),
        (
            a_dose("methotrexate 2.5 MG Oral Tablet", "15 mg by mouth once weekly"),
            a_dose("methotrexate 25 MG/ML Injectable Solution", "15 mg subcutaneously once weekly"),
        ),
    ],
)
def test_readings_that_cannot_be_one_regimen(one, other):
    assert disagree(one, other)
    assert disagree(other, one)


def test_a_fill_tells_its_daily_amount():
    dose = read(a_fill("METFORMIN HCL 500 MG TAB", quantity="60", days="30", on="2026-11-01"))
    assert (dose.strength, dose.daily, dose.words) == (500, 1000, "500 mg, 60 for 30 days")


@given(st.text(max_size=60))
def test_no_words_break_the_reading_of_a_dose(words):
    dose = a_dose(words, words, dose=words, frequency=words)
    assert not disagree(dose, dose)


@pytest.mark.parametrize(
    ("words", "week"),
    [
        ("5 mg Mon, Wed, Fri; 2.5 mg all other days", 25),
        ("5 mg on Mondays and Thursdays, 2.5 mg the rest of the week", Fraction(45, 2)),
        ("Take 5 mg daily except 2.5 mg on Tuesday and Thursday", 30),
        ("7.5 mg M/W/F and 5 mg other days", Fraction(85, 2)),
        ("5 mg Mon, Tue, Wed, Thu, Fri and 2.5 mg Sat, Sun", 30),
        ("5 mg daily", None),
        ("5 mg on Monday", None),
        ("5 mg Monday, 2.5 mg Monday and other days", None),
        ("5 mg monthly, then 2.5 mg", None),
    ],
)
def test_a_plan_by_the_day_of_the_week_is_the_amount_of_its_week(words, week):
    assert weekly_mg(words) == week


def test_tablets_by_the_day_of_the_week_are_weighed():
    told = a_dose("Warfarin 5 MG Tablet", "Take 1 tablet Mon/Wed/Fri and 1/2 tablet all other days")
    assert not disagree(told, a_dose("Warfarin 5 MG Tablet", "5 mg Mon, Wed, Fri; 2.5 mg all other days"))
    assert disagree(told, a_dose("Warfarin 5 MG Tablet", "1 tablet daily"))


@pytest.mark.parametrize(
    "words",
    [
        "3 tabs x3 days, 2 tabs x3 days, 1 tab x3 days",
        "40 mg daily for 5 days, 20 mg daily for 5 days",
        "Taper as told",
    ],
)
def test_steps_are_a_taper_and_compared_with_nothing(words):
    told = a_dose("Prednisone 10 MG Tablet", words)
    assert told.taper
    assert not disagree(told, a_dose("Prednisone 10 MG Tablet", "1 tablet daily"))


def test_two_amounts_in_a_day_are_no_single_dose():
    told = a_dose("Gabapentin 300 MG Capsule", "300 mg in AM and 600 mg at bedtime")
    assert (told.each, told.times) == (None, None)


def test_one_week_told_in_two_ways_is_no_conflict():
    one = a_dose("Warfarin 5 MG Tablet", "5 mg Mon, Wed, Fri; 2.5 mg all other days")
    other = a_dose("Warfarin 5 MG Tablet", "2.5 mg daily except 5 mg on Monday, Wednesday and Friday")
    assert not disagree(one, other)
    assert disagree(one, a_dose("Warfarin 5 MG Tablet", "1 tablet daily"))


def test_units_of_a_pen_and_of_a_note_are_compared():
    pen = a_dose("insulin glargine 100 UNT/ML Pen Injector [Lantus]", "Inject 18 units at bedtime")
    assert disagree(pen, a_dose("Lantus", "22 units at bedtime", kind="MedicationStatement"))
    assert not disagree(pen, a_dose("Lantus", "18 units nightly", kind="MedicationStatement"))


@pytest.mark.parametrize(
    ("text", "dosage", "dose", "number"),
    [
        ("Metoprolol tartrate 25", "twice daily", "", "25"),
        ("Warfarin 5 daily", "", "", "5"),
        ("Lisinopril 10 MG Oral Tablet", "", "10", "10"),
        ("Lisinopril 10 MG Oral Tablet", "", "1", ""),
        ("Vitamin B12", "daily", "", ""),
        ("Humulin 70/30", "20 units daily", "", ""),
        ("Metoprolol tartrate", "25 mg twice daily", "", ""),
    ],
)
def test_a_number_that_has_no_unit_is_no_dose(text, dosage, dose, number):
    assert a_dose(text, dosage, dose=dose).unitless == number


def test_an_inhaler_in_milligrams_is_the_one_in_micrograms():
    record = the_record(
        an_order(
            "budesonide 0.16 MG/ACTUAT / formoterol 0.0045 MG/ACTUAT Metered Dose Inhaler",
            on="2026-04-01",
            dosage="2 puffs twice daily",
        ),
        an_order(
            "Symbicort 160-4.5 mcg/actuation HFA inhaler",
            on="2026-05-01",
            source="clinic",
            dosage="Inhale 2 puffs 2 (two) times daily",
        ),
    )
    assert not record.conflicts
    assert the_only(the_only(record.medications).regimens).amount == "2 puffs"


def test_two_strengths_under_one_ingredients_code_are_two_statements():
    record = the_record(
        an_order("Metformin 500 MG Oral Tablet", code="rx|6809", on="2026-05-02", dosage="1 tablet daily"),
        an_order(
            "Metformin 1000 MG Oral Tablet",
            code="rx|6809",
            source="clinic",
            on="2026-05-02",
            dosage="1 tablet daily",
        ),
    )
    assert kinds(record) == ["dose"]
