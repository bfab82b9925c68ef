"""careloom measure: from a sender's Bundle to counts, reports and refusals; its JSON is a contract."""

import json
from pathlib import Path

from fhir.resources.R4B.measurereport import MeasureReport

from tests.flow.process import answer, careloom
from tests.measure.quality.cases import bundle
from tests.measure.quality.cms122_people import ADA, BEN
from tests.measure.quality.served import sets_in


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
    alone = (tmp_path / "reports/CMS122-individual.ndjson").read_text().splitlines()
    assert [MeasureReport.model_validate_json(one).type for one in alone] == ["individual", "individual"]
    nobody = careloom(home, "measure", "CMS122", "--period", "2019")
    assert "no rate: nobody is in its denominator" in nobody.stdout
    unknown = careloom(home, "measure", "CMS1", "--period", "2025")
    assert unknown.returncode == 65
    assert "there are CMS122, CMS165" in unknown.stderr
