"""A filed document that is no care plan: a DocumentReference whose text is what was signed, with who and what made it."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom import chart
from careloom.chart.parts import Filed, FiledAs
from tests.chart.filed import filed
from tests.chart.test_chart_fhir import of, references

FORM = FiledAs(
    "Letter <to> the payer", "51851-4", {"goals": "What is asked", "problem_list": "What is known & why"}
)


def letter() -> Filed:
    """Ada's lines as a letter: what is asked first."""
    one = filed()
    document = replace(one.proposal.document, kind="invented_letter")
    return replace(one, proposal=replace(one.proposal, document=document), form=FORM)


@pytest.fixture
def bundle() -> dict[str, Any]:
    one = letter()
    return chart.bundle(one.record, [one])


def text(bundle: dict[str, Any]) -> str:
    (reference,) = of(bundle, "DocumentReference")
    return base64.b64decode(reference["content"][0]["attachment"]["data"]).decode()


def test_a_filed_letter_is_valid_fhir_and_no_care_plan(bundle: dict[str, Any]) -> None:
    Bundle.model_validate(bundle)
    assert of(bundle, "CarePlan") == [] and of(bundle, "Goal") == [] and of(bundle, "ServiceRequest") == []
    assert set(references(bundle)) <= {entry["fullUrl"] for entry in bundle["entry"]}


def test_it_has_what_us_core_asks_for(bundle: dict[str, Any]) -> None:
    (found,) = of(bundle, "DocumentReference")
    assert (found["status"], found["docStatus"]) == ("current", "final")
    assert found["type"]["coding"] == [{"system": "http://loinc.org", "code": "51851-4"}]
    assert found["category"][0]["coding"][0]["code"] == "clinical-note"
    assert found["date"] == "2026-11-23T12:00:00+00:00" and len(found["author"]) == 2
    assert found["content"][0]["attachment"]["contentType"] == "text/html"
    assert found["content"][0]["format"]["code"] == "urn:ihe:iti:xds:2017:mimeTypeSufficient"
    assert {one["identifier"]["value"] for one in found["context"]["related"]} == {
        "1" * 32,
        "2" * 32,
        "4" * 32,
    }


def test_its_text_is_what_was_signed_in_its_kinds_order_and_cannot_be_broken(bundle: dict[str, Any]) -> None:
    said = text(bundle)
    assert said.index("What is asked") < said.index("What is known &amp; why") < said.index("Environment")
    assert "<h1>Letter &lt;to&gt; the payer</h1>" in said and "Nobody signed this" not in said
    assert "eGFR is 38 mL/min/1.73 m2 (2026-09-22) &amp; falling." in said


def test_a_message_has_no_headings_in_the_chart() -> None:
    one = replace(
        letter(),
        form=FiledAs(
            "Message", "", {"goals": "", "problem_list": "", "interventions": "", "environment": ""}
        ),
    )
    said = text(chart.bundle(one.record, [one]))
    assert "<h2>" not in said and "falling." in said


def test_its_provenance_has_the_software_the_signers_and_both_labels(bundle: dict[str, Any]) -> None:
    (provenance,) = of(bundle, "Provenance")
    (found,) = of(bundle, "DocumentReference")
    assert [one["code"] for one in found["meta"]["security"]] == ["CLINAST_AIRPT"]
    assert [one["code"] for one in provenance["meta"]["security"]] == ["AIAST", "CLINAST_AIRPT"]
    assert provenance["target"] == [{"reference": f"urn:uuid:{found['id']}", "type": "DocumentReference"}]
    assert len(provenance["agent"]) == 3 and provenance["entity"]


def test_what_nobody_had_to_sign_is_asserted_by_software_alone() -> None:
    one = letter()
    one = replace(one, decisions=())
    made = chart.bundle(one.record, [one])
    Bundle.model_validate(made)
    (found,), (provenance,) = of(made, "DocumentReference"), of(made, "Provenance")
    assert found["author"] == [{"type": "Device", "display": "Careloom"}] and "authenticator" not in found
    assert [one["code"] for one in provenance["meta"]["security"]] == ["AIAST"]


def test_a_programmes_records_keep_their_label_and_notice() -> None:
    one = letter()
    theirs = tuple(replace(entry, detail={"part2": "A programme"}) for entry in one.record.entries)
    one = replace(one, record=replace(one.record, entries=theirs))
    made = chart.bundle(one.record, [one])
    Bundle.model_validate(made)
    (found,) = of(made, "DocumentReference")
    assert found["securityLabel"][0]["coding"][0]["code"] == "42CFRPart2"
    assert "42 CFR part 2 prohibits unauthorized use or disclosure" in text(made)


def test_a_kind_without_a_code_says_that_it_is_unknown() -> None:
    one = replace(letter(), form=FiledAs("Old leaflet", "", {}))
    (found,) = of(chart.bundle(one.record, [one]), "DocumentReference")
    assert found["type"]["coding"][0]["code"] == "UNK" and "Problem list" in text(
        chart.bundle(one.record, [one])
    )


def test_a_plan_and_a_letter_stand_side_by_side_in_one_chart() -> None:
    plan, other = filed(), letter()
    other = replace(other, proposal=replace(other.proposal, id="abadcafe" * 4))
    made = chart.bundle(plan.record, [plan, other])
    Bundle.model_validate(made)
    assert len(of(made, "CarePlan")) == len(of(made, "DocumentReference")) == 1
    assert len(of(made, "Provenance")) == 2
