"""Before the first visit: what is missing is asked as FHIR, and the answers come back as entries that close what was open."""

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom.errors import InputError
from careloom.pipeline import Pipeline

pytestmark = pytest.mark.django_db


def parts(desk: Pipeline, who: str) -> tuple[dict, dict]:
    """The questionnaire and what stands in it already."""
    _, asked, prefilled = (each["resource"] for each in desk.first_visit.form("test", who)["entry"])
    return asked, prefilled


def groups(asked: dict) -> list[str]:
    return [one["linkId"] for one in asked["item"]]


def answered(asked: dict, prefilled: dict, group: str, choice: int, *, first: int = 99) -> dict:
    """A group of the questionnaire with the same choice for each of its first items, as somebody sends it back."""
    found = next(one for one in asked["item"] if one["linkId"] == group)
    items = [
        {"linkId": one["linkId"], "text": one["text"], "answer": [one["answerOption"][choice]]}
        for one in found["item"][:first]
    ]
    return {
        **prefilled,
        "status": "completed",
        "item": [*prefilled["item"], {"linkId": group, "item": items}],
    }


def sends(desk: Pipeline, who: str, tmp_path: Path, response: dict) -> None:
    """Sends it back from another system, with the Patient that the form was about."""
    person = desk.first_visit.form("test", who)["entry"][0]
    file = tmp_path / "back.json"
    back = {"resourceType": "Bundle", "type": "collection", "entry": [person, {"resource": response}]}
    file.write_text(json.dumps(back))
    report = desk.connect([file], source="portal")
    assert (report.rejected, [*report.patients]) == ([], [who])


def test_it_asks_only_for_what_is_missing_and_tells_what_is_known_with_its_entries(desk, who):
    record = desk.record("test", who)
    asked, prefilled = parts(desk, who)
    lacking = {gap.about for gap in record.gaps}
    assert ("phq9" in groups(asked)) is ("depression_screen" in lacking)
    assert ("ahc" in groups(asked)) is ("social_needs_screen" in lacking)
    assert ("katz_adl" in groups(asked)) is ("functional_assessment" in lacking)
    assert {one.split("/")[1] for one in groups(asked) if one.startswith("gap/")} <= lacking
    known = {one["linkId"]: one.get("answer", []) for one in prefilled["item"][0]["item"]}
    assert [one["valueString"] for one in known["known/medicines"]] == [
        one.name for one in record.medications if one.current
    ]
    cited = [each["valueString"] for one in known["known/problems"] for each in one["extension"]]
    assert cited
    assert set(cited) <= set(record.by_id)
    assert prefilled["status"] == "in-progress"


def test_answers_come_back_close_the_gap_and_are_not_asked_again(desk, who, tmp_path):
    asked, prefilled = parts(desk, who)
    sends(desk, who, tmp_path, answered(asked, prefilled, "phq9", 1))
    record = desk.record("test", who)
    assert "depression_screen" not in {gap.about for gap in record.gaps}
    (total,) = (one for one in record.entries if one.text == "PHQ-9 score")
    assert (total.value, total.detail["note"]) == ("9", "counted from the answers; mild")
    assert "phq9" not in groups(parts(desk, who)[0])


def test_a_questionnaire_half_answered_closes_nothing_and_has_no_score(desk, who, tmp_path):
    asked, prefilled = parts(desk, who)
    sends(desk, who, tmp_path, answered(asked, prefilled, "phq9", 0, first=1))
    record = desk.record("test", who)
    assert not any(one.text.startswith("PHQ") for one in record.entries)
    assert "phq9" in groups(parts(desk, who)[0])


def lines(desk: Pipeline, who: str, kind: str) -> list[str]:
    return [one.text for one in desk.propose("test", who, kind=kind).document.statements]


def test_daily_activities_that_are_answered_are_a_score_that_plan_and_summary_tell(desk, who, tmp_path):
    asked, prefilled = parts(desk, who)
    assert "No functional assessment is recorded." in lines(desk, who, "intake_document")
    sends(desk, who, tmp_path, answered(asked, prefilled, "katz_adl", 1))
    record = desk.record("test", who)
    assert "functional_assessment" not in {gap.about for gap in record.gaps}
    (total,) = (one for one in record.entries if one.text == "Katz ADL score")
    assert total.value == "0"
    assert total.detail["note"] == "counted from the answers; severe functional impairment"
    assert not any("functional_assessment" in one or "katz" in one for one in groups(parts(desk, who)[0]))
    for kind in ("care_plan", "clinical_summary", "intake_document"):
        said = lines(desk, who, kind)
        assert "Katz ADL score was 0 on 2026-11-23." in said, kind
        assert not any("No functional assessment" in one for one in said), kind


def test_five_of_six_daily_activities_close_nothing_under_whatever_heading_they_come_back(
    desk, who, tmp_path
):
    asked, prefilled = parts(desk, who)
    half = answered(asked, prefilled, "katz_adl", 0, first=5)
    group = next(one for one in asked["item"] if one["linkId"] == "katz_adl")
    half["item"] = [{**half["item"][-1], "text": group["text"]}]
    sends(desk, who, tmp_path, half)
    record = desk.record("test", who)
    assert not any(one.text.startswith("Katz") for one in record.entries)
    assert "functional_assessment" in {gap.about for gap in record.gaps}
    assert "katz_adl" in groups(parts(desk, who)[0])


def test_what_a_professional_says_of_shopping_and_money_is_kept_and_is_no_assessment_of_daily_activities(
    desk, who, tmp_path
):
    asked, prefilled = parts(desk, who)
    question = next(one for one in asked["item"] if one["linkId"] == "gap/functional_assessment/beside")
    item = {
        "linkId": question["linkId"],
        "text": question["text"],
        "answer": [{"valueString": "a niece shops"}],
    }
    author = {"reference": "Practitioner/9"}
    sends(desk, who, tmp_path, {**prefilled, "status": "completed", "author": author, "item": [item]})
    record = desk.record("test", who)
    assert "functional_assessment" in {gap.about for gap in record.gaps}
    assert "a niece shops" in [one.value for one in record.entries if one.text == question["text"]]


def test_a_positive_answer_about_self_harm_is_told_and_pages_somebody(desk, who, tmp_path):
    asked, prefilled = parts(desk, who)
    sends(desk, who, tmp_path, answered(asked, prefilled, "phq9", 2))
    assert [one.patient for one in desk.store.pages.waiting()] == [who]
    found = desk.propose("test", who, kind="intake_document").findings
    assert [one.severity for one in found if one.rule == "self_harm"] == ["high"]


@pytest.mark.parametrize("status", ["completed", "in-progress", "stopped"])
@pytest.mark.parametrize("dated", [True, False])
def test_the_item_about_self_harm_alone_pages_somebody_though_nothing_is_scored(
    desk, who, tmp_path, status, dated
):
    asked, prefilled = parts(desk, who)
    whole = answered(asked, prefilled, "phq9", 3)
    whole["item"][-1]["item"] = whole["item"][-1]["item"][-1:]
    whole["status"] = status
    if not dated:
        del whole["authored"]
    sends(desk, who, tmp_path, whole)
    assert [one.cause for one in desk.store.pages.waiting()] == ["self_harm"]
    assert not any(one.text.startswith("PHQ") for one in desk.record("test", who).entries)


def test_needs_that_are_answered_are_needs_of_the_record(desk, who, tmp_path):
    asked, prefilled = parts(desk, who)
    if "ahc" not in groups(asked):
        pytest.fail("Samuel's social needs were never asked")
    sends(desk, who, tmp_path, answered(asked, prefilled, "ahc", 0))
    record = desk.record("test", who)
    assert {"food", "transport", "utilities"} <= {one.domain for one in record.needs}
    assert "social_needs_screen" not in {gap.about for gap in record.gaps}


@pytest.mark.parametrize(("author", "closed"), [("Practitioner/9", True), ("Patient/s", False)])
def test_an_assessment_is_closed_by_a_professionals_answer_and_not_by_the_patients(
    desk, who, tmp_path, author, closed
):
    asked, prefilled = parts(desk, who)
    question = next(one for one in asked["item"] if one["linkId"] == "gap/caregiver_assessment")
    item = {
        "linkId": question["linkId"],
        "text": question["text"],
        "answer": [{"valueString": "a sister, who copes well"}],
    }
    sends(
        desk,
        who,
        tmp_path,
        {**prefilled, "status": "completed", "author": {"reference": author}, "item": [item]},
    )
    gaps = {gap.about for gap in desk.record("test", who).gaps}
    assert ("caregiver_assessment" not in gaps) is closed


def test_the_form_is_valid_fhir(desk, who):
    assert Bundle.model_validate(desk.first_visit.form("test", who)).entry


def test_of_nobody_nothing_is_asked(desk):
    with pytest.raises(InputError):
        desk.first_visit.form("test", "01a2239f-48df-76fd-a246-d4f13be1646e")


def test_of_a_child_no_daily_tasks_and_no_adults_instrument_are_asked(desk, tmp_path):
    child = {
        "resourceType": "Patient",
        "id": "tim",
        "identifier": [{"system": "urn:oid:2.16.840.1.113883.19.5.9", "value": "T1"}],
        "name": [{"family": "Small", "given": ["Tim"]}],
        "birthDate": "2019-05-05",
        "gender": "male",
    }
    file = tmp_path / "tim.json"
    file.write_text(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": child}]})
    )
    (tim,) = desk.connect([file], source="school").patients
    asked = groups(parts(desk, tim)[0])
    assert "gap/caregiver_assessment" in asked
    assert not {"gap/functional_assessment/beside", "katz_adl", "gad7", "phq9"} & set(asked)
    assert Bundle.model_validate(desk.first_visit.form("test", tim)).entry
