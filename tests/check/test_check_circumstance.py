"""People who had better not take what they take: old, falling, pregnant, breastfeeding, with a sick liver or such a result."""

from datetime import date

import pytest

from careloom.care.entry import Entry
from careloom.care.record import Demographics, Problem
from careloom.check import absent
from careloom.knowledge import load
from careloom.knowledge.circumstances import FILE
from careloom.knowledge.facts import Facts
from tests.check.records import AS_OF, a_drug, a_plan, a_problem, a_record, a_result, found, told, told_as

rule = told_as("circumstance")

YOUNG = Demographics(birth_date="1990-05-04", sex="female")
CHILD = Demographics(birth_date="2017-05-04", sex="male")


def test_all_drugs_that_make_somebody_fall_are_one_finding() -> None:
    record = a_record(
        a_drug("Oxycodone 5 MG"),
        a_drug("Lorazepam 1 MG"),
        a_drug("Sertraline 50 MG"),
        a_problem("Repeated falls", "falls"),
    )
    [finding] = [one for one in found(rule, record) if "with falls" in one.message]
    assert told([finding]) == [("moderate", None)]
    assert all(
        name in finding.message for name in ("oxycodone", "lorazepam", "sertraline", "at age 76", "STOPP")
    )
    assert set(finding.evidence) == {"Oxycodone 5 MG", "Lorazepam 1 MG", "Sertraline 50 MG", "Repeated falls"}


def test_somebody_young_who_falls_is_no_matter_of_a_list_for_older_people() -> None:
    falls = a_problem("Repeated falls", "falls")
    assert found(rule, a_record(a_drug("Sertraline 50 MG"), falls, person=YOUNG)) == []
    assert found(rule, a_record(a_drug("Sertraline 50 MG"), falls, person=Demographics(sex="female"))) == []


def test_somebody_turns_old_on_her_birthday_and_not_before() -> None:
    born = AS_OF.replace(year=AS_OF.year - 65)
    today = Demographics(birth_date=born.isoformat(), sex="female")
    tomorrow = Demographics(birth_date=date(born.year, born.month, born.day + 1).isoformat(), sex="female")
    assert told(found(rule, a_record(a_drug("Hydroxyzine 25 MG"), person=today))) == [("moderate", None)]
    assert found(rule, a_record(a_drug("Hydroxyzine 25 MG"), person=tomorrow)) == []


def test_a_pregnant_woman_on_a_drug_that_harms_the_child_is_told_at_once() -> None:
    record = a_record(a_drug("Ambrisentan 5 MG"), a_problem("Pregnancy", "pregnancy"), person=YOUNG)
    [finding] = found(rule, record)
    assert told([finding]) == [("high", None)]
    assert finding.message.startswith("ambrisentan with pregnancy: ")
    assert found(rule, a_record(a_drug("Ambrisentan 5 MG"), person=YOUNG)) == []


def test_a_harm_of_pregnancy_is_told_for_each_drug_by_itself() -> None:
    record = a_record(
        a_drug("Lisinopril 10 MG"),
        a_drug("Ibuprofen 400 MG"),
        a_problem("Pregnancy", "pregnancy"),
        person=YOUNG,
    )
    [one] = [each for each in found(told_as("interaction"), record) if "regnancy" in each.message]
    assert told([one]) == [("high", None)] and "ibuprofen" not in one.message
    [other] = [each for each in found(rule, record) if "regnancy" in each.message]
    assert told([other]) == [("moderate", None)] and "lisinopril" not in other.message


def test_codeine_reaches_the_child_through_the_milk() -> None:
    nursing = a_problem("Breastfeeding", "breastfeeding")
    assert told(found(rule, a_record(a_drug("Codeine 30 MG"), nursing, person=YOUNG))) == [("high", None)]
    assert found(rule, a_record(a_drug("Acetaminophen 500 MG"), nursing, person=YOUNG)) == []


def test_a_child_under_twelve_takes_no_codeine() -> None:
    assert told(found(rule, a_record(a_drug("Codeine 15 MG"), person=CHILD))) == [("high", None)]


@pytest.mark.parametrize(
    ("drug", "severity"),
    [("Ranolazine 500 MG", "high"), ("Valproate 250 MG", "high"), ("Duloxetine 30 MG", "moderate")],
)
def test_a_sick_liver_is_a_reason(drug: str, severity: str) -> None:
    assert told(found(rule, a_record(a_drug(drug), a_problem("Cirrhosis", "cirrhosis"), person=YOUNG))) == [
        (severity, None)
    ]


def test_a_result_is_a_reason_while_it_is_fresh() -> None:
    slow = a_record(a_drug("Hydrochlorothiazide 25 MG"), a_result("potassium", "2.8", "mmol/L"))
    [finding] = found(rule, slow)
    assert "potassium 2.8 mmol/L of 2026-10-20" in finding.message
    assert "potassium 2.8" in finding.evidence
    old = a_result("potassium", "2.8", "mmol/L", on="2026-03-20")
    assert found(rule, a_record(a_drug("Hydrochlorothiazide 25 MG"), old)) == []


def test_an_amount_counts_only_where_it_is_stated_and_above() -> None:
    def of(dose: str) -> list:
        return found(rule, a_record(a_drug("Aspirin 325 MG", dose=dose)))

    assert told(of("325 mg, once daily")) == [("moderate", None)]
    assert of("81 mg, once daily") == of("") == []


def test_the_amounts_of_two_products_add_up() -> None:
    liver = a_problem("Cirrhosis", "cirrhosis")
    one = a_drug("Acetaminophen 500 MG", dose="500 mg, 2 tablets twice daily")
    other = a_drug("Tylenol 500 MG", dose="500 mg, 2 tablets once daily")
    assert found(rule, a_record(one, liver)) == []
    assert told(found(rule, a_record(one, other, liver))) == [("moderate", None)]


def test_what_protects_makes_it_no_matter() -> None:
    ulcer, prednisone = a_problem("Peptic ulcer", "peptic_ulcer"), a_drug("Prednisone 10 MG")
    assert told(found(rule, a_record(prednisone, ulcer))) == [("moderate", None)]
    assert found(rule, a_record(prednisone, ulcer, a_drug("Omeprazole 20 MG"))) == []


def test_a_dying_womans_lorazepam_is_meant() -> None:
    lorazepam = a_drug("Lorazepam 0.5 MG")
    assert told(found(rule, a_record(lorazepam))) == [("moderate", None)]
    assert found(rule, a_record(lorazepam, a_problem("Hospice care", "hospice_care"))) == []


def test_what_is_low_is_for_information_and_told_once() -> None:
    record = a_record(
        a_drug("Oxycodone 5 MG"), a_drug("Verapamil 80 MG"), a_problem("Constipation", "constipation")
    )
    [finding] = [one for one in found(rule, record) if "bowel" in one.message or "constipate" in one.message]
    assert told([finding]) == [("low", None)]
    assert "oxycodone and verapamil with constipation" in finding.message


def test_a_drug_that_was_stopped_or_stays_on_the_skin_meets_nothing() -> None:
    falls = a_problem("Repeated falls", "falls")
    assert found(rule, a_record(a_drug("Lorazepam 1 MG", current=False), falls)) == []
    assert found(rule, a_record(a_drug("Diphenhydramine 2 % Topical Cream"))) == []


def test_a_statement_is_named_where_it_recommends_what_this_person_had_better_not_take() -> None:
    plan = a_plan(
        "Start zolpidem 5 mg at bedtime.", "Ask whether zolpidem is still needed.", "Start metformin."
    )
    [finding] = found(rule, a_record(a_problem("Repeated falls", "falls")), plan)[:1]
    assert finding.statement == "s1"
    assert finding.message.startswith("It recommends zolpidem")
    assert {one.statement for one in found(rule, a_record(), plan)} == {"s1"}


@pytest.mark.parametrize(
    ("drug", "dose", "severities"),
    [
        ("Citalopram 60 MG", "60 mg, once daily", ["high"]),
        ("Citalopram 40 MG", "40 mg, once daily", ["moderate"]),
        ("Citalopram 20 MG", "20 mg, once daily", []),
        ("Acetaminophen 500 MG", "500 mg, 3 tablets three times daily", ["high"]),
        ("Acetaminophen 500 MG", "500 mg, 2 tablets three times daily", []),
    ],
)
def test_more_than_the_most_of_a_day_is_told_with_the_amount(
    drug: str, dose: str, severities: list[str]
) -> None:
    told_of = [one for one in found(rule, a_record(a_drug(drug, dose=dose))) if "mg a day" in one.message]
    assert [one.severity.value for one in told_of] == severities


def test_a_lithium_level_that_is_overdue_is_told_and_one_of_last_month_is_not() -> None:
    lithium = a_drug("Lithium Carbonate 300 MG")
    [finding] = [one for one in found(rule, a_record(lithium)) if "level is measured" in one.message]
    assert told([finding]) == [("moderate", None)]
    assert finding.message.startswith("lithium with no lithium level on record in the last 3 months: ")
    level = a_result("lithium_level", "0.7", "mmol/L")
    assert not [one for one in found(rule, a_record(lithium, level)) if "level is measured" in one.message]


def test_a_draft_says_which_row_of_a_sites_list_could_not_be_used(tmp_path) -> None:
    head = FILE.read_text("utf-8").splitlines()[0]
    (tmp_path / "circumstances_site.csv").write_text(f"{head}\n{',' * head.count(',')}\n", "utf-8")
    findings = list(absent.rule(a_plan("Walk daily."), Facts(a_record(), load(tmp_path))))
    assert told(findings) == [("moderate", None)]
    assert "circumstances_site.csv, line 2" in findings[0].message


MEDICARE = "CMS156 Use of High-Risk Medications in Older Adults"


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("Cyclobenzaprine 5 MG Oral Tablet", {}),
        ("Nifedipine 10 MG Oral Capsule", {}),
        ("Dipyridamole 75 MG Oral Tablet", {}),
        ("Estradiol 1 MG Oral Tablet", {}),
        ("Armour Thyroid 60 MG", {}),
        ("Digoxin 0.25 MG Oral Tablet", {"quantity": "30 tablet", "days_supply": "30"}),
        ("Doxepin 10 MG Oral Capsule", {"quantity": "30", "days_supply": "30"}),
        ("Nitrofurantoin 100 MG Oral Capsule", {"days_supply": "91"}),
        ("Quetiapine 25 MG Oral Tablet", {}),
    ],
)
def test_what_medicare_counts_as_high_risk_for_older_people_is_told(name, detail) -> None:
    old = a_record(a_drug(name, detail=detail))
    assert any(MEDICARE in one.message for one in found(rule, old))
    young = a_record(a_drug(name, detail=detail), person=YOUNG)
    assert not any(MEDICARE in one.message for one in found(rule, young))
    dying = a_record(a_drug(name, detail=detail), a_problem("Hospice care", "hospice_care"))
    assert not any(MEDICARE in one.message for one in found(rule, dying))


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("Nifedipine 30 MG Extended Release Oral Tablet", {}),
        ("Aspirin 25 MG / Dipyridamole 200 MG Extended Release Oral Capsule", {}),
        ("Estradiol 0.01 % Vaginal Cream", {}),
        ("Digoxin 0.25 MG Oral Tablet", {"quantity": "15 tablet", "days_supply": "30"}),
        ("Digoxin 0.125 MG Oral Tablet", {"quantity": "30 tablet", "days_supply": "30"}),
        ("Doxepin 6 MG Oral Tablet", {"quantity": "30", "days_supply": "30"}),
        ("Doxepin 10 MG Oral Capsule", {}),
        ("Nitrofurantoin 100 MG Oral Capsule", {"days_supply": "7"}),
    ],
)
def test_another_product_or_less_of_it_is_not_told(name, detail) -> None:
    record = a_record(a_drug(name, detail=detail))
    assert not any(MEDICARE in one.message for one in found(rule, record))


def test_an_antipsychotic_for_schizophrenia_is_not_counted_against_somebody_old() -> None:
    record = a_record(a_drug("Quetiapine 25 MG Oral Tablet"), a_problem("Schizophrenia", "schizophrenia"))
    assert not any(MEDICARE in one.message for one in found(rule, record))


@pytest.mark.parametrize("drug", ["Magnesium hydroxide 80 MG/ML", "Milk of Magnesia", "Magnesium citrate"])
@pytest.mark.parametrize(
    "kidneys",
    [
        a_problem("Dependence on renal dialysis", "dialysis"),
        a_result("egfr", "22", "mL/min/{1.73_m2}"),
    ],
)
def test_magnesium_for_kidneys_that_hardly_clear_it_is_high(
    drug: str, kidneys: Entry | tuple[Entry, Problem]
) -> None:
    [finding] = found(rule, a_record(a_drug(drug), kidneys))
    assert told([finding]) == [("high", None)]
    assert "21 CFR 201.71" in finding.message and "without magnesium" in finding.message


def test_magnesium_for_kidneys_that_clear_it_is_no_matter() -> None:
    assert (
        found(rule, a_record(a_drug("Magnesium hydroxide"), a_result("egfr", "62", "mL/min/{1.73_m2}"))) == []
    )


def test_a_phosphate_enema_on_dialysis_is_asked_about() -> None:
    record = a_record(a_drug("Fleet Enema"), a_problem("Hemodialysis", "dialysis"))
    [finding] = found(rule, record)
    assert told([finding]) == [("moderate", None)] and "2014" in finding.message
