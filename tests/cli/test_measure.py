"""careloom measure: from a sender's Bundle to counts, reports and refusals; its JSON is a contract."""

import json
from pathlib import Path

from fhir.resources.R4B.measurereport import MeasureReport

from tests.flow.process import answer, careloom
from tests.measure.quality.cases import bundle
from tests.measure.quality.cms122_people import ADA, BEN
from tests.measure.quality.served import sets_in


def shaped(report: MeasureReport) -> None:
    """What DEQM's profiles ask beyond FHIR: scoring at the root, a version of the measure, links to its groups and populations, whole days."""
    scoring = [one for one in report.extension if one.url.endswith("/extension-measureScoring")]
    assert [one.valueCodeableConcept.coding[0].code for one in scoring] == ["proportion"]
    assert report.measure.rpartition("|")[2] and report.improvementNotation.coding[0].code == "decrease"
    assert (
        report.reporter.reference == "#reporter" and report.date and report.period.start and report.period.end
    )
    assert bool(report.subject) == (report.type == "individual")
    for group in report.group:
        assert [one.valueString for one in group.extension] == [
            group.id
        ] and 0 <= group.measureScore.value <= 1
        for one in group.population:
            assert [each.valueString for each in one.extension] == [one.code.coding[0].code]
    held = {f"#{one.id}" for one in report.contained}
    assert all(one.valueReference.reference in held for one in report.extension if one.valueReference)


def test_a_bundle_is_counted_reported_and_refused_without_value_sets(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name, resources in {"ada": ADA, "ben": BEN}.items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(bundle(resources)))
        answer(home, "connect", file, "--source", "clinic")
    refused = careloom(home, "measure", "CMS122", "--period", "2025", "--json")
    assert (refused.returncode, refused.stdout) == (78, "")
    assert "Diabetes (2.16.840.1.113883.3.464.1003.103.12.1001)" in refused.stderr
    assert "careloom knowledge load" in refused.stderr
    answer(home, "knowledge", "load", sets_in(tmp_path / "sets"))
    found = answer(
        home, "measure", "DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR", "--period", "2025",
        "--reports", tmp_path / "reports",
    )  # fmt: skip
    (measure,) = found["measures"]
    assert {key: said for key, said in measure.items() if key != "groups"} == {
        "name": "CMS122",
        "edition": "2025",
        "period": "2025",
    }
    (group,) = measure["groups"]
    assert group["rate"] == 0.5
    counts = {one["source_ids"][0]: one["populations"] for one in group["patients"]}
    inside = {"initial-population": 1, "denominator": 1, "denominator-exclusion": 0}
    assert counts == {"ada": {**inside, "numerator": 1}, "ben": {**inside, "numerator": 0}}
    whole = MeasureReport.model_validate_json((tmp_path / "reports/CMS122-summary.json").read_text())
    assert float(whole.group[0].measureScore.value) == 0.5
    assert whole.measure == (
        "https://madie.cms.gov/Measure/DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR|0.1.002"
    )
    alone = (tmp_path / "reports/CMS122-individual.ndjson").read_text().splitlines()
    reports = [MeasureReport.model_validate_json(one) for one in alone]
    assert [one.type for one in reports] == ["individual", "individual"]
    assert {float(one.group[0].measureScore.value) for one in reports} == {0.0, 1.0}
    for one in (whole, *reports):
        shaped(one)
    # Nobody says race, ethnicity or payer of them: what is known is reported, and nothing else.
    assert {each.id for one in reports for each in one.contained} == {"reporter", "sde-sex"}
    nobody = careloom(home, "measure", "CMS122", "--period", "2019")
    assert "no rate: nobody is in its denominator" in nobody.stdout
    unknown = careloom(home, "measure", "CMS1", "--period", "2025")
    assert unknown.returncode == 65
    assert "there are CMS122, CMS165" in unknown.stderr
