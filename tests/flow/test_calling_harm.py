"""What is asked first on the telephone is what may harm now: a critical result, then a high finding, then all that can wait."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from careloom.care.call import Ask
from careloom.care.document import Action, Reviewer
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from tests.connect.made import Resource, about, body, bundle, coded, patient
from tests.flow.test_calling import begun, desk, hands, him, nora

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db
INTERPRETED = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def order(name: str, dose: str = "1 tablet daily") -> Resource:
    taken = {"medicationCodeableConcept": {"text": name}, "dosageInstruction": [{"text": dose}]}
    made = about("MedicationRequest", status="active", intent="order", authoredOn="2026-10-01", **taken)
    return made | {"id": name.split()[0]}


def result(code: str, name: str, value: float, unit: str, called: str = "", days: int = 0) -> Resource:
    flag = {"interpretation": [coded(called, "", INTERPRETED)]} if called else {}
    on = (AS_OF - timedelta(days=days)).isoformat()
    quantity = {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}
    made = about("Observation", status="final", code=coded(code, name), effectiveDateTime=on, **flag)
    return made | {"valueQuantity": quantity, "id": f"{code}-{days}"}


def inr(value: float, called: str = "", days: int = 0) -> Resource:
    return result("6301-6", "INR", value, "{INR}", called, days)


def stay() -> Resource:
    """A stay in hospital that ended four days ago: what was asked first before."""
    inside = {"code": "IMP", "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode"}
    period = {"start": "2026-11-10T08:00:00Z", "end": "2026-11-19T10:00:00Z"}
    return about("Encounter", status="finished", period=period, **{"class": inside}) | {"id": "stay"}


def known(desk: Pipeline, tmp_path: Path, *resources: Resource) -> str:
    file = tmp_path / "marta.json"
    file.write_bytes(body(bundle(patient(), *resources)))
    (who,) = desk.connect([file], source="mercy").patients
    return who


def asked(desk: Pipeline, nora: Reviewer, who: str) -> Sequence[Ask]:
    return desk.calling.sheet(nora, who).asks


def test_with_warfarin_and_a_critical_inr_bleeding_is_asked_before_how_it_has_been_since_the_hospital(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, stay(), order("warfarin 5 mg"), order("lisinopril 20 mg"), inr(6.2, "HH"))
    first, second, _ = asked(desk, nora, who)
    assert (first.press, first.topic) == ("critical", "warfarin")
    assert (
        first.words == "How have you been taking warfarin, and what bleeding or bruises have you had lately?"
    )
    assert "¿Cómo ha estado tomando warfarin y qué sangrados" in first.spanish
    assert first.why.startswith(f"INR was 6.2 on {AS_OF.isoformat()}, a critical result. Warfarin with ")
    assert "Call the prescriber today" in first.more and "2011)" in first.more
    record = desk.record(nora, who)
    assert {record.by_id[one].kind for one in first.entries} == {"MedicationRequest", "Observation"}
    assert second.press == "home"
    assert [one.name for one in desk.calling.sheet(nora, who).drugs] == ["warfarin", "lisinopril"]


def test_an_inr_that_nobody_called_critical_is_a_high_finding_and_still_asked_first(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    first, second, _ = asked(desk, nora, known(desk, tmp_path, stay(), order("warfarin 5 mg"), inr(6.2)))
    assert (first.press, first.topic, second.press) == ("high", "warfarin", "home")
    assert "bleeding" in first.words


def test_an_inr_within_its_range_leaves_the_hospital_first(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    assert (
        asked(desk, nora, known(desk, tmp_path, stay(), order("warfarin 5 mg"), inr(2.4)))[0].press == "home"
    )


def test_an_inr_that_has_come_down_since_is_asked_about_no_more(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, stay(), order("warfarin 5 mg"), inr(6.2, "HH", days=5), inr(2.4))
    assert asked(desk, nora, who)[0].press == "home"


def test_a_critical_result_without_a_drug_asks_how_it_is_now_and_tells_the_patient_no_result(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    sodium = result("2951-2", "Sodium", 118, "mmol/L", "LL")
    first = asked(desk, nora, known(desk, tmp_path, stay(), sodium))[0]
    assert first.press == "critical" and "118" in first.why
    assert first.words == "How do you feel right now, and what is different from a few days ago?"


def signed(desk: Pipeline, who: str) -> None:
    """A physician has read all of the plan, opened its findings, and signed it over them."""
    plan = desk.propose("osei", who, model="none")
    lines = tuple(one.id for one in plan.document.statements)
    osei = desk.store.users.reviewer("osei")
    for number in range(len(plan.findings)):
        desk.attention.look(osei, desk.review(osei, plan.id), f"f{number}")
    desk.decide(osei, plan.id, Action.APPROVE, opened=lines)


def test_two_drugs_that_a_physician_signed_over_are_asked_about_after_what_happened_lately(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, stay(), order("warfarin 5 mg"), order("ibuprofen 600 mg"))
    assert asked(desk, nora, who)[0].press == "high"
    signed(desk, who)
    assert asked(desk, nora, who)[0].press == "home"


def test_an_inr_of_these_days_is_asked_about_first_whoever_signed_over_it(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    who = known(desk, tmp_path, stay(), order("warfarin 5 mg"), inr(6.2))
    signed(desk, who)
    first = asked(desk, nora, who)[0]
    assert (first.press, first.topic) == ("high", "warfarin")


def test_three_that_may_harm_leave_a_place_for_what_happened_lately(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    drugs = (
        "warfarin 5 mg",
        "ibuprofen 600 mg",
        "simvastatin 40 mg",
        "clarithromycin 500 mg",
        "lithium 300 mg",
    )
    found = asked(desk, nora, known(desk, tmp_path, stay(), *map(order, drugs)))
    assert [one.press for one in found] == ["high", "high", "home"]
    assert len({one.topic for one in found}) == 3
