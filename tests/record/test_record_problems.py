"""Which problems are current, and why."""

from dataclasses import replace
from datetime import date

import pytest

from tests.record.people import a_condition, an_entry, kinds, the_only, the_record

T2D = "sct|44054006"


def test_a_diagnosis_in_two_codings_is_one_problem():
    record = the_record(
        a_condition("Diabetes mellitus type 2 (disorder)", T2D, on="2019-03-02"),
        a_condition(
            "Type 2 diabetes mellitus without complications", "icd|E11.9", on="2020-01", source="clinic"
        ),
    )
    problem = the_only(record.problems)
    assert problem.concept == "type_2_diabetes"
    assert len(problem.entries) == 2
    assert problem.since.text == "2019-03-02"
    assert (
        problem.why
        == "active in ehr since 2019-03-02; active in clinic since 2020-01; last confirmed 2020-01-01 in clinic"
    )
    assert not record.conflicts


def test_diabetes_without_a_type_is_the_type_that_another_source_names():
    record = the_record(
        a_condition("Type 2 diabetes", "icd|E11.9", on="2019-03-02"),
        a_condition("Diabetes", on="2026-03-02", source="notes", detail={"quote": "She has diabetes."}),
    )
    assert the_only(record.problems).concept == "type_2_diabetes"


def test_the_last_word_on_a_problem_is_named():
    record = the_record(
        a_condition("Hypertension", "sct|38341003", on="2019-03-02"),
        a_condition("Essential hypertension", "icd|I10", recorded="2026-10-01", source="clinic"),
    )
    assert the_only(record.problems).why.endswith("last confirmed 2026-10-01 in clinic")


def test_a_resolved_condition_is_not_current():
    problem = the_only(
        the_record(
            a_condition(
                "Viral sinusitis (disorder)",
                "sct|444814009",
                status="resolved",
                on="2024-01-02",
                until="2024-01-16",
            )
        ).problems
    )
    assert problem.status == "resolved"
    assert problem.name == "Viral sinusitis"
    assert problem.why == "resolved in ehr on 2024-01-16"


def test_a_condition_with_an_end_is_over_even_where_the_status_was_forgotten():
    assert (
        the_record(a_condition("Bronchitis", on="2024-01-02", until="2024-02-01")).problems[0].status
        == "resolved"
    )
    assert (
        the_record(a_condition("Bronchitis", on="1980", detail={"abatement": "in childhood"}))
        .problems[0]
        .status
        == "resolved"
    )


def test_before_it_ended_it_was_current():
    sprain = a_condition(
        "Sprain of ankle", "sct|44465007", status="resolved", on="2024-01-02", until="2024-02-20"
    )
    assert the_record(sprain, as_of=date(2024, 1, 20)).problems[0].status == "active"


def test_a_second_episode_is_current_although_the_first_is_over():
    record = the_record(
        a_condition("Depression", "sct|35489007", status="resolved", on="2015-01-01", until="2016-01-01"),
        a_condition("Depression", "sct|35489007", on="2026-05-05"),
    )
    problem = the_only(record.problems)
    assert (problem.status, problem.since.text) == ("active", "2026-05-05")
    assert not record.conflicts


def test_a_newer_export_of_the_same_system_closes_the_episode():
    record = the_record(
        a_condition("Pneumonia", "sct|233604007", on="2026-09-09", message="export of September"),
        a_condition(
            "Pneumonia",
            "sct|233604007",
            status="resolved",
            on="2026-09-09",
            until="2026-10-10",
            message="export of October",
        ),
    )
    assert the_only(record.problems).status == "resolved"
    assert not record.conflicts


@pytest.mark.parametrize(
    "name",
    ["History of myocardial infarction (situation)", "H/o stroke", "Personal history of breast cancer"],
)
def test_history_of_a_disease_is_not_the_disease(name):
    problem = the_only(the_record(a_condition(name, on="2010-01-01")).problems)
    assert problem.status == "resolved"
    assert problem.why == "past history in ehr, recorded 2010-01-01"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Alcohol dependence, in remission", "F10.21"),
        ("Opioid abuse, in remission", "F11.11"),
        ("Cocaine use, unspecified, in remission", "F14.91"),
        ("Nicotine dependence, cigarettes, in remission", "F17.211"),
        ("Major depressive disorder, recurrent, in full remission", "F33.42"),
    ],
)
def test_what_its_code_calls_in_remission_is_the_past(name, code):
    assert (
        the_only(the_record(a_condition(name, f"icd|{code}", on="2020-01-02")).problems).status == "resolved"
    )


@pytest.mark.parametrize("code", ["F10.20", "F11.20", "F33.41", "F10.121"])
def test_what_its_code_does_not_call_so_is_current(code):
    assert the_only(the_record(a_condition("It", f"icd|{code}", on="2020-01-02")).problems).status == "active"


def test_a_coded_history_is_not_the_disease():
    assert (
        the_record(a_condition("Malignant neoplasm of breast", "icd|Z85.3", on="2010-01-01"))
        .problems[0]
        .status
        == "resolved"
    )


def test_a_relatives_disease_is_not_hers():
    record = the_record(
        replace(a_condition("Type 2 diabetes", T2D, on="2026-01-01"), subject="family"),
        a_condition("Family history of diabetes mellitus", "icd|Z83.3", on="2026-01-01"),
        an_entry("FamilyMemberHistory", "mother: diabetes", code=T2D, subject="family"),
    )
    assert record.problems == ()
    assert len(record.entries) == 3


def test_a_refuted_diagnosis_is_refuted():
    refuted = a_condition(
        "Asthma", "sct|195967001", status=None, certainty="refuted", negated=True, on="2026-01-01"
    )
    assert the_only(the_record(refuted).problems).status == "refuted"


def test_what_a_note_denies_is_no_problem_of_its_own():
    denied = a_condition(
        "chest pain", on="2026-01-01", status=None, negated=True, detail={"quote": "Denies chest pain."}
    )
    assert the_record(denied).problems == ()


def test_sources_that_contradict_each_other_leave_it_active_with_a_conflict():
    record = the_record(
        a_condition("Asthma", "sct|195967001", on="2019-03-02"),
        a_condition(
            "Asthma", "icd|J45.909", status="resolved", on="2019-03-02", until="2024-05-05", source="clinic"
        ),
    )
    problem, conflict = the_only(record.problems), the_only(record.conflicts)
    assert problem.status == "active"
    assert problem.why == "active in ehr since 2019-03-02; resolved in clinic on 2024-05-05"
    assert (conflict.kind, set(conflict.entries)) == ("problem_status", set(problem.entries))


def test_an_end_before_the_other_sources_beginning_is_no_conflict():
    record = the_record(
        a_condition("Asthma", "sct|195967001", on="2022-03-02"),
        a_condition(
            "Asthma", "icd|J45.909", status="resolved", on="1990", until="1999-05-05", source="clinic"
        ),
    )
    assert the_only(record.problems).status == "active"
    assert not record.conflicts


def test_a_later_denial_in_another_source_is_a_conflict():
    record = the_record(
        a_condition("Type 2 diabetes", T2D, on="2019-03-02"),
        a_condition(
            "Type 2 diabetes", T2D, on="2025-01-01", certainty="refuted", negated=True, source="clinic"
        ),
    )
    assert the_only(record.problems).status == "active"
    assert kinds(record) == ["problem_status"]


def test_a_suspicion_is_no_diagnosis():
    problem = the_only(
        the_record(a_condition("Type 2 diabetes", T2D, on="2026-10-10", certainty="provisional")).problems
    )
    assert problem.concept is None
    assert problem.why == "provisional in ehr since 2026-10-10"


def test_prediabetes_is_not_diabetes():
    problem = the_only(the_record(a_condition("Prediabetes", "sct|15777000", on="2019-03-02")).problems)
    assert (problem.concept, problem.doubtful) == ("prediabetes", False)


def test_prediabetes_is_doubtful_once_diabetes_is_listed():
    record = the_record(
        a_condition("Prediabetes", "sct|15777000", on="2015-03-02"),
        a_condition("Diabetes", T2D, on="2019-03-02"),
    )
    assert [(one.concept, one.doubtful) for one in record.problems] == [
        ("type_2_diabetes", False),
        ("prediabetes", True),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Cardiac Arrest", "sct|410429000"),
        ("Fracture of forearm", "sct|65966004"),
        ("Miscarriage in first trimester", "sct|19169002"),
    ],
)
def test_an_event_of_long_ago_that_is_still_listed_is_doubtful_and_says_so(name, code):
    record = the_record(a_condition(name, code, on="1998-03-02"))
    problem, conflict = the_only(record.problems), the_only(record.conflicts)
    assert (problem.status, problem.doubtful) == ("active", True)
    assert "active in ehr since 1998-03-02" in problem.why
    assert (conflict.kind, conflict.entries) == ("problem_status", problem.entries)


def test_an_event_of_last_month_is_not_doubtful():
    assert (
        not the_record(a_condition("Fracture of forearm", "sct|65966004", on="2026-10-20"))
        .problems[0]
        .doubtful
    )


def test_a_chronic_disease_of_long_ago_is_not_doubtful():
    assert not the_record(a_condition("Hypertension", "sct|38341003", on="1983-08-08")).problems[0].doubtful


@pytest.mark.parametrize(
    "name",
    ["Full-time employment (finding)", "Medication review due (situation)", "Social isolation (finding)"],
)
def test_social_findings_and_office_tasks_are_no_problems(name):
    assert the_record(a_condition(name, on="2026-01-01")).problems == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kidney transplant status", "icd|Z94.0"),
        ("History of renal transplant (situation)", "sct|161665007"),
        ("HX OF FALLS", "icd|Z91.81"),
        ("History of falling", None),
        ("Status post left above-knee amputation", "icd|Z89.612"),
    ],
)
def test_a_transplant_and_a_risk_that_lasts_are_active_though_called_a_history(text, code):
    assert the_only(the_record(a_condition(text, code, on="2023-05-16")).problems).status == "active"


@pytest.mark.parametrize(("text", "code"), [("History of stroke", "icd|Z86.73"), ("Hx of pneumonia", None)])
def test_a_history_of_something_over_is_the_past(text, code):
    assert the_only(the_record(a_condition(text, code, on="2023-05-16")).problems).status == "resolved"


def test_two_cancers_are_two_problems_and_one_cancer_in_two_codings_is_one():
    record = the_record(
        a_condition("Malignant neoplasm of colon", "icd|C18.9", on="2024-09-12"),
        a_condition("Malignant tumor of colon", "sct|363406005", on="2024-10-01", source="clinic"),
        a_condition("Secondary malignant neoplasm of liver", "icd|C78.7", on="2025-06-01"),
        a_condition("Malignant neoplasm of bladder", "icd|C67.9", on="2020-06-01"),
        a_condition("Malignant neoplasm of kidney", "icd|C64.9", on="2021-06-01"),
    )
    assert sorted(problem.name for problem in record.problems) == [
        "Malignant neoplasm of bladder",
        "Malignant neoplasm of kidney",
        "Malignant tumor of colon",
        "Secondary malignant neoplasm of liver",
    ]


def test_what_a_stroke_left_stands_beside_the_stroke_each_for_itself():
    told = {
        "Cerebral infarction": "I63.9",
        "Aphasia after it": "I69.320",
        "Right hemiplegia after it": "I69.351",
    }
    found = the_record(*(a_condition(name, f"icd|{code}") for name, code in told.items())).problems
    assert {one.name for one in found} == set(told)
