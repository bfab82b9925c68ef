"""Published cases of high-risk medicines in older adults (CMS156): who is counted there has a finding here, who is young or dying none."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from careloom import knowledge
from careloom.check.harms import CIRCUMSTANCE, Person
from careloom.connect import fhir
from careloom.knowledge.facts import Facts
from careloom.record.assemble import assemble
from tests.connect.made import message

CASES = (
    Path(__file__).parents[2].parent
    / "shared/data/measures/qicore-2024/tests/UseofHighRiskMedicationsintheElderlyFHIR"
)
KNOWLEDGE = knowledge.load()
DRUG = "MedicationRequest"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not CASES.exists(), reason="../shared/data is absent"),
]


def cases() -> Iterator[tuple[list[dict[str, Any]], set[str]]]:
    """The resources of each case, and the populations that count it."""
    for case in sorted(one for one in CASES.iterdir() if one.is_dir()):
        resources = [json.loads(path.read_text("utf-8")) for path in sorted(case.glob("*.json"))]
        [report] = [one for one in resources if one["resourceType"] == "MeasureReport"]
        resources.remove(report)
        counted = {
            one["code"]["coding"][0]["code"]
            for group in report["group"]
            for one in group["population"]
            if one.get("count")
        }
        yield resources, counted


def told(resources: list[dict[str, Any]]) -> bool:
    """Whether a drug is held against somebody's age on the day when all orders of the year stand."""
    data = json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}).encode()
    read = list(fhir.read(message(data), io.BytesIO(data), max_json_mb=64))
    entries = [entry for one in read for entry in one.entries]
    days = [entry.effective.start.day for entry in entries if entry.kind == DRUG and entry.effective.start]
    as_of = max((day for day in days if day.year == 2025), default=date(2025, 12, 31))
    record = assemble("p", entries, KNOWLEDGE, as_of, [one.person for one in read if one.person])
    return any(
        one.kind == CIRCUMSTANCE and one.severity != "low" and " at age " in one.heading
        for one in Person(Facts(record, KNOWLEDGE)).harms()
    )


def test_whoever_the_measure_counts_has_a_finding_and_nearly_nobody_else() -> None:
    counted, others = [], []
    for resources, populations in cases():
        group = counted if "numerator" in populations else others
        group.append(told(resources))
    assert len(counted) > 20
    assert sum(counted) >= 0.95 * len(counted)
    assert sum(others) <= 0.1 * len(others)
