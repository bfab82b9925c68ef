"""What the bench puts our measures beside: published CQL put together again, over a model of QI-Core."""

from pathlib import Path
from typing import Any

from bench.official import cql, model
from bench.official.people import THICK, again, thick

VISITS = "http://cts.nlm.nih.gov/fhir/ValueSet/1.2.3"
FHIR = """
<modelInfo xmlns="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <typeInfo xsi:type="ClassInfo" namespace="FHIR" name="string" retrievable="false"><element name="value" elementType="System.String"/></typeInfo>
  <typeInfo xsi:type="ClassInfo" namespace="FHIR" name="Thing" retrievable="true" label="Thing" primaryCodePath="code">
    <element name="code" elementType="FHIR.CodeableConcept"/><element name="period" elementType="FHIR.Period"/>
    <element name="note" elementType="FHIR.string"/>
  </typeInfo>
</modelInfo>
"""


def logic(library: str, name: str, statement: str) -> dict[str, Any]:
    said = {"libraryName": library, "name": name, "statement": statement}
    return {
        "url": "http://example.org/cqf-logicDefinition",
        "extension": [{"url": url, "valueString": text} for url, text in said.items()],
    }


def measure(*statements: dict[str, Any]) -> dict[str, Any]:
    artifacts = [
        {"display": "Library Common", "resource": "Library/QICoreCommon|1"},
        {"display": "Value set Visits", "resource": VISITS},
        {"display": "Value set Unused", "resource": "http://example.org/unused"},
    ]
    needs = {
        "resourceType": "Library",
        "extension": list(statements),
        "relatedArtifact": artifacts,
    }
    return {"resourceType": "Measure", "contained": [needs]}


def test_a_library_declares_the_value_sets_codes_and_libraries_that_its_definitions_name() -> None:
    told = cql.libraries(
        measure(
            logic("Main", "Seen", 'define "Seen": exists ([Encounter: "Visits"] V where V.period.hasEnd())'),
            logic("Main", "SDE Sex", 'define "SDE Sex": Patient.gender'),
            logic("QICoreCommon", "isOn", 'define fluent function isOn(c Condition): c.status ~ "active"'),
        )
    )
    assert set(told) == {"Main", "QICoreCommon"}
    assert f"valueset \"Visits\": '{VISITS}'" in told["Main"]
    assert "include QICoreCommon called Common" in told["Main"]
    assert "Unused" not in told["Main"] and "SDE" not in told["Main"]
    assert "code \"active\": 'active'" in told["QICoreCommon"]


def test_a_function_that_is_called_and_not_listed_is_taken_from_another_measure_of_the_year() -> None:
    seen = logic("Main", "Seen", 'define "Seen": Patient.isHere()')
    common = logic("QICoreCommon", "isOn", "define fluent function isOn(c Condition): true")
    other = measure(logic("QICoreCommon", "isHere", "define fluent function isHere(p Patient): true"))
    told = cql.libraries(measure(seen, common), [other])
    assert "isHere(p Patient)" in told["QICoreCommon"]


def test_elements_of_the_model_are_of_cqls_own_types(tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "fhir.xml"
    file.write_text(FHIR)
    monkeypatch.setattr(model, "RESOURCES", ("Thing",))
    monkeypatch.setattr(model, "PROFILES", {})
    told = model.qicore(file, "4.1.1")
    assert '<element name="note" target="%value.value">' in told
    assert '<element name="code" target="FHIRHelpers.ToConcept(%value)">' in told
    assert 'pointType="System.DateTime"' in told


def test_a_case_told_again_is_about_somebody_else_and_a_thick_chart_is_thick() -> None:
    case: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": "anna"},
        {"resourceType": "Encounter", "id": "visit", "subject": {"reference": "Patient/anna"}},
    ]
    told = again(case, 7)
    assert told[1] == {
        "resourceType": "Encounter",
        "id": "visit-7",
        "subject": {"reference": "Patient/anna-7"},
    }
    chart = thick(case, 7)
    assert len(chart) == THICK == len({one["id"] for one in chart})
