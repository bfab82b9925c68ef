"""Care-management months: what a month's minutes and documents meet, and what they lack."""

from dataclasses import replace
from datetime import date

import pytest

from careloom.measure.finance.care_months import (
    Attested,
    CareMonth,
    Discharge,
    Staff,
    claimable,
    counted,
    initiated,
    uncounted,
)

STAFF = Staff(clinical={"registered_nurse", "medical_assistant"}, practitioners={"physician"})
RATES = {
    "99490": 60.0,
    "99439": 45.0,
    "99487": 130.0,
    "99489": 70.0,
    "99491": 80.0,
    "99437": 57.0,
    "G0557": 48.0,
    "99495": 200.0,
    "99496": 270.0,
}
HOME = {"home": True, "reconciled": True, "by": "registered_nurse"}
MONTH = CareMonth(
    "ada",
    date(2026, 3, 1),
    (Attested("rosa", "registered_nurse", 20),),
    {"type_2_diabetes": ("e1",), "hypertension": ("e2",)},
    at_risk=True,
    consented=date(2026, 1, 5),
    initiated=date(2025, 12, 1),
    plan="p1",
    copied=True,
    enrolled="ccm",
    reachable=True,
    focal=True,
)  # fmt: skip


def of(month: CareMonth, family: str):
    (one,) = (one for one in claimable(month, STAFF) if one.family == family)
    return one


def nurse(minutes: int) -> CareMonth:
    return replace(MONTH, attested=(Attested("rosa", "registered_nurse", minutes),))


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        (19, {}),
        (20, {"99490": 1}),
        (39, {"99490": 1}),
        (40, {"99490": 1, "99439": 1}),
        (60, {"99490": 1, "99439": 2}),
        (300, {"99490": 1, "99439": 2}),
    ],
)
def test_each_further_twenty_minutes_of_staff_count_twice_at_the_most(minutes, units):
    one = of(nurse(minutes), "ccm")
    assert one.units == units
    assert one.met is (minutes >= 20)


@pytest.mark.parametrize(
    ("minutes", "units"), [(59, {}), (60, {"99487": 1}), (89, {"99487": 1}), (150, {"99487": 1, "99489": 3})]
)
def test_a_complex_month_takes_sixty_minutes_and_thirty_more_for_each_further_unit(minutes, units):
    month = replace(nurse(minutes), complexity="moderate", revised=True)
    assert of(month, "ccm_complex").units == units


def test_a_complex_month_needs_complex_decisions_and_a_plan_that_was_revised():
    lacks = of(nurse(90), "ccm_complex").lacks
    assert any("moderate or high complexity" in one for one in lacks)
    assert any("substantially revised" in one for one in lacks)


def test_a_practitioners_minutes_count_for_the_team_and_for_herself_but_one_family_is_counted():
    month = replace(MONTH, attested=(Attested("osei", "physician", 30),))
    assert of(month, "ccm").met and of(month, "ccm_practitioner").units == {"99491": 1}
    (one,) = counted(claimable(month, STAFF), RATES)
    assert one.family == "ccm", "the lowest paid of those that are met, unless a biller chose another"
    (one,) = counted(claimable(month, STAFF), RATES, chosen="ccm_practitioner")
    assert one.family == "ccm_practitioner"


def test_a_family_that_is_not_met_is_never_counted_though_it_was_chosen():
    assert counted(claimable(MONTH, STAFF), RATES, chosen="ccm_complex") == ()


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"consented": None}, "consent"),
        ({"consented": date(2026, 4, 1)}, "consent"),
        ({"initiated": None}, "initiating visit"),
        ({"plan": ""}, "signed care plan"),
        ({"copied": False}, "copy of the plan"),
        ({"reachable": False}, "day and night"),
        ({"at_risk": False}, "significant risk"),
        ({"enrolled": ""}, "enrolled"),
        ({"conditions": {"hypertension": ("e2",)}}, "1 chronic condition documented"),
    ],
)
def test_what_is_lacking_is_told_and_nothing_is_counted(changed, word):
    month = replace(MONTH, **changed)
    assert any(word in lack for lack in of(month, "ccm").lacks)
    assert counted(claimable(month, STAFF), RATES) == ()


def test_a_consent_of_the_last_day_of_the_month_counts():
    assert of(replace(MONTH, consented=date(2026, 3, 31)), "ccm").met


def test_minutes_of_a_role_that_the_site_did_not_name_count_for_nobody_and_are_told():
    month = replace(MONTH, attested=(*MONTH.attested, Attested("cam", "care_coordinator", 45)))
    assert of(month, "ccm").minutes == 20
    assert uncounted(month, STAFF) == {"care_coordinator": 45}


def test_advanced_primary_care_takes_no_minutes_and_excludes_the_timed_families_and_transitional_care():
    discharge = Discharge(
        date(2026, 3, 2),
        date(2026, 3, 4),
        date(2026, 3, 3),
        visit=date(2026, 3, 8),
        complexity="high",
        **HOME,
    )
    month = replace(nurse(200), enrolled="apcm", qualified=False, discharges=(discharge,))
    (one,) = claimable(month, STAFF)
    assert (one.family, one.units, one.met) == ("apcm", {"G0557": 1}, True)


def test_whether_somebody_is_a_qualified_beneficiary_is_asked_and_never_guessed():
    month = replace(MONTH, enrolled="apcm", qualified=None)
    assert any("qualified Medicare beneficiary" in one for one in of(month, "apcm").lacks)
    assert of(replace(month, qualified=True), "apcm").units == {"G0558": 1}
    alone = replace(month, conditions={"hypertension": ("e2",)})
    assert of(alone, "apcm").units == {"G0556": 1} and of(alone, "apcm").met


@pytest.mark.parametrize(
    ("visit", "complexity", "code", "met"),
    [
        (date(2026, 3, 9), "high", "99496", True),
        (date(2026, 3, 10), "high", "99495", True),
        (date(2026, 3, 9), "moderate", "99495", True),
        (date(2026, 3, 16), "moderate", "99495", True),
        (date(2026, 3, 17), "high", "99495", False),
        (date(2026, 3, 9), "low", "99495", False),
        (date(2026, 3, 9), "", "99495", False),
    ],
)
def test_transitional_care_goes_by_contact_visit_and_complexity(visit, complexity, code, met):
    one = Discharge(
        date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 4), visit=visit, complexity=complexity, **HOME
    )
    found = of(replace(MONTH, discharges=(one,)), "tcm")
    assert (found.units, found.met) == ({code: 1}, met)


def test_a_contact_after_the_second_business_day_is_too_late_and_stands_beside_a_month_of_chronic_care():
    one = Discharge(
        date(2026, 3, 2),
        date(2026, 3, 4),
        date(2026, 3, 5),
        visit=date(2026, 3, 8),
        complexity="high",
        **HOME,
    )
    late = replace(MONTH, discharges=(one,))
    assert any("second business day" in lack for lack in of(late, "tcm").lacks)
    timely = replace(late, discharges=(replace(one, contacted=date(2026, 3, 4)),))
    assert {found.family for found in counted(claimable(timely, STAFF), RATES)} == {"ccm", "tcm"}


def test_a_code_without_a_rate_is_not_counted_as_nothing_paid_but_left_out():
    assert counted(claimable(MONTH, STAFF), {}) == ()


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"contacted": None}, "no contact after the discharge"),
        ({"contacted": None, "attempts": (date(2026, 3, 3),)}, "no contact after the discharge"),
        ({"contacted": None, "attempts": (date(2026, 3, 3), date(2026, 3, 5))}, "no contact after"),
        ({"by": ""}, "no role whose minutes the site counts"),
        ({"visit": None}, "no visit after the discharge"),
        ({"reconciled": False}, "medicines were reconciled"),
        ({"home": None}, "the source doesn't say"),
        ({"home": False}, "didn't go home"),
        ({"again": date(2026, 3, 20)}, "admitted again on 2026-03-20"),
        ({"died": True}, "died within the 30 days"),
    ],
)
def test_what_transitional_care_lacks_is_told_and_none_of_it_is_counted(changed, word):
    whole = Discharge(
        date(2026, 3, 2),
        date(2026, 3, 4),
        date(2026, 3, 3),
        visit=date(2026, 3, 8),
        complexity="high",
        **HOME,
    )
    assert of(replace(MONTH, discharges=(whole,)), "tcm").met
    lacking = replace(MONTH, discharges=(replace(whole, **changed),))
    assert any(word in lack for lack in of(lacking, "tcm").lacks)
    assert "tcm" not in {one.family for one in counted(claimable(lacking, STAFF), RATES)}


def test_two_attempts_in_time_that_reached_nobody_stand_in_for_the_contact():
    days = (date(2026, 3, 3), date(2026, 3, 4))
    one = Discharge(
        date(2026, 3, 2),
        date(2026, 3, 4),
        attempts=days,
        visit=date(2026, 3, 8),
        complexity="moderate",
        **HOME,
    )
    found = of(replace(MONTH, discharges=(one,)), "tcm")
    assert found.met and "attempt 2026-03-03" in found.evidence


@pytest.mark.parametrize(
    ("visit", "programme", "holds"),
    [
        (date(2025, 3, 1), "ccm", True),
        (date(2025, 2, 1), "ccm", False),
        (date(2025, 2, 1), "apcm", True),
        (date(2023, 2, 1), "apcm", False),
        (date(2026, 3, 9), "ccm", True),
    ],
)
def test_a_visit_of_longer_ago_initiates_nothing(visit, programme, holds):
    assert initiated(visit, date(2026, 3, 1), programme) is holds


def test_who_answers_for_all_primary_care_is_attested_and_not_assumed():
    assert any(
        "all primary care" in one for one in of(replace(MONTH, enrolled="apcm", focal=False), "apcm").lacks
    )
