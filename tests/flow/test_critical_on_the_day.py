"""A result that pages now and the plan that is drafted beside it say the same: what is to be done about it is due on the day itself."""

from pathlib import Path

import pytest

from careloom.care.document import Reviewer, Statement
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from tests.connect.made import Resource, about, coded
from tests.flow.test_calling import begun, desk, hands, him, nora
from tests.flow.test_calling_harm import inr, known, order, result

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db
TODAY = AS_OF.isoformat()


def fibrillation() -> Resource:
    code = coded("49436004", "Atrial fibrillation", "http://snomed.info/sct")
    active = coded("active", "", "http://terminology.hl7.org/CodeSystem/condition-clinical")
    return about("Condition", code=code, clinicalStatus=active) | {"id": "af"}


def activities(desk: Pipeline, who: str, *words: str) -> list[Statement]:
    plan = desk.propose("test", who, model="none").document
    return [one for one in plan.statements if one.activity and any(word in one.text for word in words)]


def test_a_critical_inr_pages_and_no_activity_about_it_is_due_later(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, fibrillation(), order("warfarin 5 mg"), inr(6.2, "HH"))
    (paged,) = desk.store.pages.waiting()
    assert paged.cause == "critical_result" and paged.patient == who
    about_it = activities(desk, who, "INR")
    assert {one.activity.due for one in about_it if one.activity} == {TODAY}
    assert len(about_it) == 1, "told once"
    assert f"by {TODAY} that INR was 6.2" in about_it[0].text and "bleeding" in about_it[0].text


def test_so_does_one_below_the_high_findings_limit_that_its_laboratory_calls_critical(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, fibrillation(), order("warfarin 5 mg"), inr(4.6, "HH"))
    assert len(desk.store.pages.waiting()) == 1
    assert {one.activity.due for one in activities(desk, who, "INR") if one.activity} == {TODAY}


def test_one_above_its_range_that_pages_nobody_is_told_by_the_next_day(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, fibrillation(), order("warfarin 5 mg"), inr(3.8))
    assert desk.store.pages.waiting() == ()
    assert {one.activity.due for one in activities(desk, who, "INR") if one.activity} == {"2026-11-24"}


def test_with_warfarin_for_a_clot_an_inr_above_5_is_told_on_the_day_too(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, order("warfarin 5 mg"), inr(6.2))
    (line,) = activities(desk, who, "INR")
    assert line.activity and line.activity.due == TODAY


def test_a_potassium_that_pages_leaves_nothing_about_it_for_next_week(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    potassium = result("2823-3", "Potassium", 6.8, "mmol/L")
    who = known(desk, tmp_path, order("lisinopril 20 mg"), potassium)
    assert len(desk.store.pages.waiting()) == 1
    for one in activities(desk, who, "otassium was 6.8"):
        assert one.activity and one.activity.due == TODAY, one.text
