"""Which elements of a comprehensive care plan a record holds, which are old, and the points behind a trend."""

import pytest

from tests.record.people import a_condition, a_result, an_entry, an_order, the_only, the_record

PLAN = an_entry("CarePlan", "Care plan", on="2026-06-01", status="active", detail={"author": "Dr. L. Osei"})


def states(*entries):
    return {one.name: one.state for one in the_record(*entries).elements}


def test_an_empty_record_holds_none_of_them_and_says_so():
    record = the_record()
    assert len(record.elements) == 15
    assert {one.state for one in record.elements} == {"absent"}
    assert all(one.why and not one.entries for one in record.elements)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("problem_list", a_condition("Hypertension", "icd|I10", on="2020-01-01")),
        ("prognosis", an_entry("Observation", "Prognosis", on="2020-01-01", value="good", status="final")),
        ("goals", an_entry("Goal", "HbA1c below 7", on="2026-05-01", status="active", detail={"target": "7 %"})),
        ("interventions", PLAN),
        ("medication_management", an_order("Lisinopril 10 MG Oral Tablet", on="2026-01-01")),
        ("caregiver", an_entry("Observation", "Caregiver assessment", on="2026-05-01", status="final")),
        ("environment", an_entry("Observation", "Home safety", on="2026-05-01", status="final")),
        ("coordination", an_entry("CareTeam", "Care team", on="2026-05-01", status="active")),
        ("periodic_review", PLAN),
        ("initiating_visit", an_entry("Encounter", "Office visit", on="2026-05-01", status="finished")),
        ("programme_consent", an_entry("Consent", "Chronic care management", on="2025-05-01", status="active")),
    ],
)  # fmt: skip
def test_what_is_recorded_is_present_with_its_entry(name, entry):
    element = the_only([one for one in the_record(entry).elements if one.name == name])
    assert (element.state, element.entries) == ("present", (entry.id,))


def test_what_is_older_than_a_year_is_old():
    old = an_entry("Observation", "Caregiver assessment", on="2024-05-01", status="final")
    element = the_only([one for one in the_record(old).elements if one.name == "caregiver"])
    assert (element.state, element.since, element.why) == ("old", "2024-05-01", "the last is of 2024-05-01")


def test_half_of_the_cognitive_and_functional_assessment_is_not_the_whole():
    half = an_entry("Observation", "Mini-Cog", on="2026-05-01", status="final")
    element = the_only([one for one in the_record(half).elements if one.name == "cognitive_functional"])
    assert (element.state, element.why) == ("absent", "no functional assessment is recorded")


def test_a_goal_without_a_target_is_no_measurable_goal():
    goal = an_entry("Goal", "Feel better", on="2026-05-01", status="active")
    element = the_only([one for one in the_record(goal).elements if one.name == "goals"])
    assert (element.state, element.why) == ("absent", "goals are recorded, none with a target")


def test_a_plan_that_is_older_than_a_problem_is_to_be_revised():
    assert states(PLAN, a_condition("Hypertension", "icd|I10", on="2020-01-01"))["revision"] == "present"
    assert states(PLAN, a_condition("Heart failure", "icd|I50.9", on="2026-09-01"))["revision"] == "old"


def test_two_chronic_conditions_are_counted_and_a_cold_is_none():
    one = a_condition("Hypertension", "icd|I10", on="2020-01-01")
    cold = a_condition("Acute bronchitis", "icd|J20.9", on="2026-11-01")
    assert states(one, cold)["two_conditions"] == "absent"
    assert (
        states(one, a_condition("Type 2 diabetes", "icd|E11.9", on="2020-01-01"))["two_conditions"]
        == "present"
    )


def test_a_trend_shows_every_point_behind_its_slope():
    days = ("2025-01-09", "2025-07-09", "2026-01-09", "2026-07-09")
    record = the_record(*(a_result("4548-4", f"7.{n}", "%", day) for n, day in enumerate(days)))
    trend = the_only(record.trends)
    assert [(one.day, one.value, one.unit) for one in trend.points] == [
        (day, f"7.{n}", "%") for n, day in enumerate(days)
    ]
    assert (trend.change, trend.per) == ("+0.2", "year")
