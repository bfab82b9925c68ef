"""What was signed, as FHIR R4."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom import chart
from careloom.care.document import ModelUse
from careloom.care.entry import Identifier
from tests.chart.filed import filed


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    one = filed()
    return chart.bundle(one.record, [one])


def of(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_a_filed_plan_is_valid_fhir(bundle: dict[str, Any]) -> None:
    Bundle.model_validate(bundle)


def test_every_reference_resolves_inside_the_bundle(bundle: dict[str, Any]) -> None:
    known = {entry["fullUrl"] for entry in bundle["entry"]}
    found = set(references(bundle))
    assert found
    assert found <= known


def test_the_care_plan_has_what_us_core_and_mcc_ask_for(bundle: dict[str, Any]) -> None:
    (plan,) = of(bundle, "CarePlan")
    assert plan["text"]["status"] == "additional"
    assert (plan["status"], plan["intent"]) == ("active", "plan")
    assert plan["category"][0]["coding"][0]["code"] == "assess-plan"
    for needed in (
        "subject",
        "author",
        "contributor",
        "careTeam",
        "addresses",
        "supportingInfo",
        "goal",
        "activity",
    ):
        assert plan[needed], needed


def test_a_line_that_nobody_signed_is_nowhere(bundle: dict[str, Any]) -> None:
    assert "Nobody signed this" not in str(bundle)


def test_words_of_a_source_cannot_break_the_narrative(bundle: dict[str, Any]) -> None:
    (plan,) = of(bundle, "CarePlan")
    assert "&amp; falling" in plan["text"]["div"]


def test_a_goal_has_its_measure_target_and_due_date(bundle: dict[str, Any]) -> None:
    (goal,) = of(bundle, "Goal")
    (target,) = goal["target"]
    assert target["measure"]["coding"][0]["code"] == "8480-6"
    assert target["detailRange"]["high"] == {
        "value": 130,
        "unit": "mm[Hg]",
        "system": "http://unitsofmeasure.org",
        "code": "mm[Hg]",
    }
    assert target["dueDate"] == "2027-02-21"
    assert goal["addresses"]


def test_what_serves_a_goal_says_so(bundle: dict[str, Any]) -> None:
    pertains = [
        request["extension"][0]["url"] for request in of(bundle, "ServiceRequest") if "extension" in request
    ]
    assert pertains == ["http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"]


def test_the_ai_label_is_on_what_software_drafted_and_not_on_a_persons_words(bundle: dict[str, Any]) -> None:
    labels = {
        request["code"]["text"]: request.get("meta", {}).get("security", [])
        for request in of(bundle, "ServiceRequest")
    }
    assert labels["Social worker to call about housing."] == []
    (label,) = labels["Physician to decide whether ibuprofen is stopped."]
    assert label["code"] == "CLINAST_AIRPT"


def test_provenance_names_the_software_the_signers_and_the_messages(bundle: dict[str, Any]) -> None:
    (provenance,) = of(bundle, "Provenance")
    codes = [agent["type"]["coding"][0]["code"] for agent in provenance["agent"]]
    assert codes == ["assembler", "verifier", "verifier"]
    assert {person["name"][0]["text"] for person in of(bundle, "Practitioner")} == {
        "N. Reyes, RN",
        "L. Osei, MD",
    }
    assert provenance["entity"][0]["what"]["identifier"]["value"] == "ab" * 32
    targets = {target["reference"] for target in provenance["target"]}
    authored = [*of(bundle, "CarePlan"), *of(bundle, "Goal"), *of(bundle, "ServiceRequest")]
    assert targets == {f"urn:uuid:{resource['id']}" for resource in authored}


def test_a_social_need_becomes_a_condition_in_the_sdoh_and_in_gravitys_category(
    bundle: dict[str, Any],
) -> None:
    kinds = [[kind["coding"][0]["code"] for kind in one["category"]] for one in of(bundle, "Condition")]
    needs = [one for one, kind in zip(of(bundle, "Condition"), kinds, strict=True) if "sdoh" in kind]
    assert [[code["code"] for code in need["code"]["coding"]] for need in needs] == [["Z59.811"]]
    assert ["health-concern", "sdoh", "housing-instability"] in kinds


def test_findings_are_detected_issues_with_their_evidence(bundle: dict[str, Any]) -> None:
    (issue,) = of(bundle, "DetectedIssue")
    assert issue["severity"] == "high"
    assert len(issue["evidence"][0]["detail"]) == 2


def test_an_empty_chart_is_a_bundle_with_the_patient_alone() -> None:
    found = chart.bundle(filed().record, [])
    assert [entry["resource"]["resourceType"] for entry in found["entry"]] == ["Patient"]
    Bundle.model_validate(found)


def test_a_source_whose_name_has_a_space_makes_no_broken_uri() -> None:
    one = filed()
    known = one.record.demographics
    ours = Identifier("urn:careloom:source:Riverside EHR", "Patient/17")
    record = replace(one.record, demographics=replace(known, identifiers=(*known.identifiers, ours)))
    [patient] = of(chart.bundle(record, [replace(one, record=record)]), "Patient")
    systems = [identifier["system"] for identifier in patient["identifier"]]
    assert "urn:careloom:source:Riverside%20EHR" in systems
    assert not any(" " in system for system in systems)


def test_the_problems_of_a_concern_that_tells_of_several_are_all_addressed() -> None:
    one = filed()
    problem = replace(one.record.problems[0], name="Gout", concept="gout", entries=("5" * 32,))
    record = replace(one.record, problems=(*one.record.problems, problem))
    concern = next(line for line in one.proposal.document.statements if line.kind == "concern")
    both = replace(concern, citations=(*concern.citations, "5" * 32))
    lines = tuple(both if line is concern else line for line in one.proposal.document.statements)
    proposal = replace(one.proposal, document=replace(one.proposal.document, statements=lines))
    made = chart.bundle(record, [replace(one, proposal=proposal, record=record)])
    told = {resource["code"]["text"] for resource in of(made, "Condition")}
    assert "Gout" in told
    [plan] = of(made, "CarePlan")
    assert len(plan["addresses"]) == len(of(made, "Condition"))


def test_the_chart_names_a_language_model_only_where_it_worded_a_line() -> None:
    one = filed()

    def software(written_by: str) -> str:
        lines = tuple(replace(line, written_by=written_by) for line in one.proposal.document.statements)
        document = replace(one.proposal.document, statements=lines, model=ModelUse("strong"))
        made = chart.bundle(one.record, [replace(one, proposal=replace(one.proposal, document=document))])
        return str(of(made, "Provenance")[0]["agent"][0]["who"]["display"])

    assert software("model").endswith("Careloom with the language model strong")
    assert software("template").endswith("Careloom")
