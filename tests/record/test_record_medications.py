"""Which drugs count as taken, and what the sources do not agree on."""

from dataclasses import replace
from datetime import date

import pytest

from careloom.care.entry import Dosage
from tests.record.people import a_fill, a_report, an_entry, an_order, kinds, the_only, the_record
from tests.record.sources import METFORMIN


def test_one_drug_on_three_lists_is_one_medication():
    record = the_record(
        an_order("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", on="2026-01-02"),
        an_order("Glucophage XR 500 mg", source="clinic", on="2026-02-02"),
        a_fill("METFORMIN HCL ER 500 MG TAB", on="2026-11-01", quantity="30"),
    )
    drug = the_only(record.medications)
    assert drug.name == "metformin"
    assert (drug.current, drug.state) == (True, "prescribed_and_filled")
    assert drug.last_fill.text == "2026-11-01"
    assert drug.why == (
        "active in ehr since 2026-01-02; active in clinic since 2026-02-02; last fill 2026-11-01 for 30 days in pharmacy"
    )


def test_sixty_tablets_for_thirty_days_are_the_order_of_one_twice_a_day_and_the_old_order_is_the_conflict():
    old = an_order("Furosemide 40 MG Oral Tablet", dosage="Take 1 tablet (40 mg) once daily", on="2026-05-10")
    new = an_order(
        "Furosemide 80 MG Oral Tablet", dosage="Take 1 tablet (80 mg) twice daily", on="2026-11-18"
    )
    fill = a_fill("FUROSEMIDE 80 MG TABLET", on="2026-11-18", quantity="60")
    assert not the_record(new, fill).conflicts
    record = the_record(old, new, fill)
    conflict = next(one for one in record.conflicts if one.kind == "dose")
    assert conflict.why.count(";") == 1
    assert "60 for 30 days" not in conflict.why
    assert {old.id, new.id, fill.id} <= set(conflict.entries)
    other = a_fill("FUROSEMIDE 80 MG TABLET", on="2026-11-18", quantity="30")
    assert "30 for 30 days" in next(one for one in the_record(new, other).conflicts if one.kind == "dose").why


def test_a_combination_is_not_one_of_its_parts():
    record = the_record(
        an_order("Lisinopril 20 MG Oral Tablet", on="2026-01-02"),
        an_order("Lisinopril 20 MG / Hydrochlorothiazide 12.5 MG Oral Tablet", on="2026-01-02"),
    )
    assert {drug.name for drug in record.medications} == {"lisinopril", "lisinopril and hydrochlorothiazide"}


def test_his_water_pill_is_the_one_diuretic_on_his_list():
    thiazide = an_order("Hydrochlorothiazide 25 MG Oral Tablet", on="2025-05-12")
    note = a_report(
        "water pill",
        status="not-taken",
        negated=True,
        on="2026-10-16",
        quote="He has not taken his water pill.",
    )
    record = the_record(thiazide, note)
    assert the_only(record.medications).name == "hydrochlorothiazide"
    assert kinds(record) == ["medication_status"]
    two = the_record(thiazide, an_order("Furosemide 20 MG Oral Tablet", on="2025-05-12"), note)
    assert {drug.name for drug in two.medications} == {"hydrochlorothiazide", "furosemide", "water pill"}
    assert not two.conflicts


def test_an_unknown_drug_is_kept_under_its_own_words():
    record = the_record(
        an_order("Zyxolumab 5 MG Oral Tablet", on="2026-01-02"),
        an_order("zyxolumab 10 mg", source="clinic", on="2026-01-02"),
    )
    drug = the_only(record.medications)
    assert (drug.ingredients, drug.current) == ((), True)


def test_a_stopped_order_is_not_current():
    drug = the_only(
        the_record(an_order(METFORMIN, status="stopped", on="2024-01-02", until="2025-05-05")).medications
    )
    assert (drug.current, drug.state, drug.why) == (False, "stopped", "stopped in ehr on 2025-05-05")


@pytest.mark.parametrize("status", ["completed", "stopped", "cancelled", "draft", "entered-in-error"])
def test_an_order_that_is_over_or_never_was_is_not_current(status):
    assert not any(
        drug.current for drug in the_record(an_order(METFORMIN, status=status, on="2026-10-02")).medications
    )


def test_a_proposal_is_no_order():
    assert the_record(an_order(METFORMIN, on="2026-10-02", detail={"intent": "proposal"})).medications == ()


def test_a_course_that_ended_is_not_current_even_where_its_status_was_forgotten():
    drug = the_only(
        the_record(
            an_order("Amoxicillin 500 MG Oral Capsule", on="2026-10-02", until="2026-10-12")
        ).medications
    )
    assert (drug.current, drug.why) == (False, "order ended in ehr on 2026-10-12")


def test_before_it_was_stopped_it_was_current():
    order = an_order(METFORMIN, on="2024-01-02", until="2025-05-05")
    assert the_record(order, as_of=date(2025, 5, 5)).medications[0].current
    assert not the_record(order, as_of=date(2025, 5, 6)).medications[0].current


def test_an_old_order_without_an_end_is_still_listed_and_says_how_old():
    drug = the_only(the_record(an_order("Hydrochlorothiazide 25 MG", on="1984-08-13")).medications)
    assert (drug.current, drug.state) == (True, "prescribed_no_fill_seen")
    assert drug.why == "active in ehr since 1984-08-13; no pharmacy source is known"


def test_an_earlier_order_that_was_stopped_does_not_end_the_later_one():
    record = the_record(
        *(an_order("Simvastatin 10 MG", status="stopped", on=f"{year}-01-02") for year in range(2015, 2026)),
        an_order("Simvastatin 10 MG", on="2026-01-02"),
    )
    drug = the_only(record.medications)
    assert drug.current
    assert drug.why.startswith("active in ehr since 2026-01-02")
    assert len(drug.entries) == 1


def test_a_newer_export_that_shows_the_same_order_as_stopped_ends_it():
    order = an_order(METFORMIN, on="2026-01-02", message="export of May")
    ended = an_order(METFORMIN, on="2026-01-02", status="stopped", message="export of June")
    record = the_record(order, ended)
    assert not the_only(record.medications).current
    assert not record.conflicts


def test_a_drug_on_hold_stays_listed_and_says_so():
    drug = the_only(
        the_record(an_order("Warfarin 5 MG Oral Tablet", status="on-hold", on="2026-10-02")).medications
    )
    assert drug.current
    assert drug.why.startswith("on hold in ehr since 2026-10-02")


def test_a_drug_from_a_note_alone_is_taken_as_reported():
    note = a_report("ibuprofen", on="2026-10-09", quote="She takes over-the-counter ibuprofen for her knee.")
    drug = the_only(the_record(note).medications)
    assert (drug.current, drug.state, drug.over_the_counter) == (True, "taking_as_reported", True)
    assert drug.why == "reported in notes on 2026-10-09"


def test_a_report_of_many_years_ago_does_not_speak_for_today():
    drug = the_only(the_record(a_report("ibuprofen", on="2015-10-09")).medications)
    assert (drug.current, drug.state) == (False, "taking_as_reported")


def test_a_relatives_drug_is_not_hers():
    assert the_record(replace(a_report("insulin", on="2026-10-09"), subject="family")).medications == ()


def test_another_strength_at_the_pharmacy_is_a_dose_in_conflict():
    order = an_order(METFORMIN, on="2026-05-02", dosage="Take 1 tablet by mouth twice daily")
    fill = a_fill("METFORMIN HCL 500 MG TAB", on="2026-11-01", quantity="60", days="30")
    record = the_record(order, fill)
    drug, conflict = the_only(record.medications), the_only(record.conflicts)
    assert drug.state == "dose_in_conflict"
    assert (conflict.kind, set(conflict.entries)) == ("dose", {order.id, fill.id})
    assert "1000 mg, Take 1 tablet by mouth twice daily in ehr on 2026-05-02" in conflict.why
    assert "500 mg, 60 for 30 days in pharmacy on 2026-11-01" in conflict.why
    assert [ids for _, ids in drug.doses] == [(order.id,), (fill.id,)]


def test_two_small_tablets_are_one_large_one():
    record = the_record(
        an_order(METFORMIN, on="2026-05-02", dosage="Take 1 tablet by mouth twice daily"),
        a_fill("METFORMIN HCL 500 MG TAB", on="2026-11-01", quantity="120", days="30"),
    )
    assert not record.conflicts


def test_another_frequency_in_a_note_is_a_dose_in_conflict():
    record = the_record(
        an_order("Metformin 500 MG Oral Tablet", on="2026-05-02", dosage="1 tablet once daily"),
        a_report("metformin 500 mg", on="2026-10-09", dosage="twice a day"),
    )
    assert kinds(record) == ["dose"]


def test_the_same_regimen_in_other_words_is_no_conflict():
    record = the_record(
        an_order(
            "Metformin 500 MG Oral Tablet",
            on="2026-05-02",
            dosage="Take 1 tablet by mouth twice daily with meals",
        ),
        replace(
            an_order("metformin 500 mg tablet", source="clinic", on="2026-06-02"),
            dosage=Dosage(dose="500 mg", frequency="twice daily"),
        ),
        a_report("metformin 500 mg", on="2026-10-09", dosage="500 mg BID"),
    )
    assert not record.conflicts
    assert len(the_only(record.medications).doses) == 1


def test_a_note_older_than_the_order_does_not_dispute_its_dose():
    record = the_record(
        an_order(METFORMIN, on="2026-05-02", dosage="1 tablet twice daily"),
        a_report("metformin 500 mg", on="2026-01-09", dosage="once a day"),
    )
    assert not record.conflicts


def test_a_fill_of_before_the_dose_was_raised_does_not_dispute_it():
    record = the_record(
        an_order(
            "Metformin 500 MG Oral Tablet", status="stopped", on="2026-01-02", dosage="1 tablet twice daily"
        ),
        an_order(METFORMIN, on="2026-11-10", dosage="1 tablet twice daily"),
        a_fill("METFORMIN HCL 500 MG TAB", on="2026-11-01", quantity="60", days="30"),
    )
    assert kinds(record) == ["two_strengths"]


def test_a_renewal_does_not_hide_that_the_pharmacy_never_filled_the_dose():
    record = the_record(
        an_order(METFORMIN, status="completed", on="2026-01-02", dosage="1 tablet twice daily"),
        an_order(METFORMIN, on="2026-11-10", dosage="1 tablet twice daily"),
        a_fill("METFORMIN HCL 500 MG TAB", on="2026-11-01", quantity="60", days="30"),
    )
    assert kinds(record) == ["dose"]


def test_an_injection_and_a_tablet_of_one_drug_are_not_compared():
    record = the_record(
        an_order("10 ML Furosemide 10 MG/ML Injection", on="2026-05-02"),
        an_order("Furosemide 40 MG Oral Tablet", source="clinic", on="2026-05-02"),
    )
    assert not record.conflicts


def test_what_was_given_once_in_hospital_is_no_medication_of_today():
    given = an_entry(
        "MedicationAdministration", "Furosemide 40 MG Injection", status="completed", on="2026-11-01"
    )
    assert the_record(given).medications == ()


def test_current_drugs_come_first():
    record = the_record(
        an_order("Zolpidem 5 MG Oral Tablet", on="2026-05-02"),
        an_order("Amoxicillin 500 MG Oral Capsule", status="completed", on="2026-05-02"),
    )
    assert [drug.name for drug in record.medications] == ["zolpidem", "amoxicillin"]


def test_a_drug_whose_orders_are_all_on_hold_is_on_hold():
    held = an_order("Naproxen 375 mg tablet", status="on-hold", on="2026-05-02")
    record = the_record(
        held,
        a_fill("Lisinopril 10 mg tablet", on="2026-10-01"),
        an_order("Lisinopril 10 mg tablet", on="2026-01-02"),
    )
    states = {drug.name: (drug.state, drug.current) for drug in record.medications}
    assert states["naproxen"] == ("on_hold", True)
    assert not any(conflict.about == "naproxen" for conflict in record.conflicts)


@pytest.mark.parametrize("name", ["ONETOUCH VERIO STRIPS", "DEXCOM G7 SENSOR", "BD PEN NEEDLE 32G"])
def test_what_a_pharmacy_hands_out_besides_drugs_is_no_medication(name):
    assert the_record(a_fill(name, on="2026-11-01")).medications == ()


def test_an_injection_in_a_syringe_is_a_medication():
    assert the_only(the_record(a_fill("Enoxaparin 80 mg prefilled syringe", on="2026-11-01")).medications)


@pytest.mark.parametrize(
    ("text", "dosage"),
    [
        ("PACLitaxel 100 MG Injection", None),
        ("Epoetin alfa 10,000 units/mL injection", "8,000 units, IV, 3x/week with dialysis"),
        ("Ferric carboxymaltose", "Infuse 750 mg once"),
    ],
)
def test_no_fill_is_missed_of_what_is_given_in_care(text, dosage):
    fills = (a_fill("Lisinopril 10 mg tablet", on=day) for day in ("2026-07-01", "2026-08-01", "2026-10-01"))
    record = the_record(an_order(text, dosage=dosage, on="2026-07-02"), *fills)
    assert not record.conflicts


def test_a_fill_is_missed_of_what_is_injected_at_home():
    fills = (a_fill("Lisinopril 10 mg tablet", on=day) for day in ("2026-07-01", "2026-08-01", "2026-10-01"))
    order = an_order(
        "Insulin glargine 100 units/mL pen injector", dosage="22 units at bedtime", on="2026-07-02"
    )
    assert kinds(the_record(order, *fills)) == ["no_fill"]


@pytest.mark.parametrize(
    ("note", "others"),
    [
        (
            "insulin",
            [
                "insulin glargine 100 UNT/ML Injectable Solution",
                "insulin lispro 100 UNT/ML Injectable Solution",
            ],
        ),
        ("insulina", ["Lantus SoloStar", "Novolog FlexPen"]),
        ("Insulin", ["insulin degludec 200 UNT/ML Pen Injector"]),
        ("water pill", ["Hydrochlorothiazide 25 MG Oral Tablet", "Furosemide 20 MG Oral Tablet"]),
    ],
)
def test_a_class_that_a_note_names_is_no_drug_beside_those_of_the_list(note, others):
    told = a_report(note, on="2026-11-20", quote=f"Puts on her {note} even when she skips meals.")
    record = the_record(*(an_order(one, on="2026-08-02") for one in others), told)
    assert len(record.medications) == len(others)
    assert all(told.id in drug.entries and drug.current for drug in record.medications)


def test_insulin_that_a_note_names_is_the_insulin_that_a_pharmacy_fills():
    record = the_record(
        a_report("insulin", on="2026-11-20"), a_fill("insulin glargine 100 UNT/ML", on="2026-11-01")
    )
    assert the_only(record.medications).name == "insulin glargine"


def test_insulin_alone_is_a_drug_of_its_own():
    assert the_only(the_record(a_report("insulin", on="2026-11-20")).medications).name == "insulin"


def test_a_dose_of_insulin_is_not_given_to_one_of_two():
    record = the_record(
        an_order("insulin glargine 100 UNT/ML Injectable Solution", on="2026-08-02"),
        an_order("insulin lispro 100 UNT/ML Injectable Solution", on="2026-08-02"),
        a_report("insulin", on="2026-11-20", dosage="20 units at bedtime"),
    )
    assert [one.name for one in record.medications] == ["insulin", "insulin glargine", "insulin lispro"]


def test_that_the_insulin_was_stopped_is_asked_of_each_that_is_ordered():
    record = the_record(
        an_order("insulin glargine 100 UNT/ML Injectable Solution", on="2026-08-02"),
        an_order("insulin lispro 100 UNT/ML Injectable Solution", on="2026-08-02"),
        a_report("insulin", on="2026-11-20", status="stopped", quote="She stopped her insulin."),
    )
    disputed = [one.about for one in record.conflicts if one.kind == "medication_status"]
    assert sorted(disputed) == ["insulin glargine", "insulin lispro"]


@pytest.mark.parametrize(
    ("note", "drug"),
    [
        ("pain pills", "Oxycodone 5 MG Oral Tablet"),
        ("sleeping pill", "Zolpidem 10 MG Oral Tablet"),
        ("blood pressure pills", "Amlodipine 5 MG Oral Tablet"),
        ("pastillas para el dolor", "Ibuprofen 600 MG Oral Tablet"),
        ("cholesterol pill", "Atorvastatin 40 MG Oral Tablet"),
        ("inhaler", "Albuterol 90 MCG inhaler"),
    ],
)
def test_what_a_pill_is_for_is_the_one_drug_for_it_and_else_no_drug(note, drug):
    told = a_report(note, on="2026-11-20")
    one = the_only(the_record(an_order(drug, on="2026-08-02"), told).medications)
    assert told.id in one.entries
    other = an_order("Levothyroxine 50 MCG Oral Tablet", on="2026-08-02")
    assert the_only(the_record(other, told).medications).name == "levothyroxine"


def test_pain_pills_beside_two_drugs_for_pain_are_neither_and_no_third():
    two = [
        an_order(drug, on="2026-11-02")
        for drug in ("Oxycodone 5 MG Oral Tablet", "Ibuprofen 600 MG Oral Tablet")
    ]
    found = the_record(*two, a_report("pain pills", on="2026-11-20")).medications
    assert {drug.name for drug in found} == {"oxycodone", "ibuprofen"}


def test_pain_pills_that_are_not_taken_are_asked_about_where_nobody_knows_which():
    two = [
        an_order(drug, on="2026-11-02")
        for drug in ("Oxycodone 5 MG Oral Tablet", "Ibuprofen 600 MG Oral Tablet")
    ]
    left = a_report("pain pills", status="not-taken", negated=True, on="2026-11-20")
    assert "pain pills" in {drug.name for drug in the_record(*two, left).medications}


@pytest.mark.parametrize("name", ["herbal pills", "diet pills", "cough syrup"])
def test_what_somebody_takes_from_the_shelf_stays_listed(name):
    assert the_only(the_record(a_report(name, on="2026-11-20")).medications).name == name
