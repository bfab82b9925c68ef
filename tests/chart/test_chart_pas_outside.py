"""The Claim of a letter held against the profile that HL7 publishes: what it demands is there, with the values that it fixes."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.chart.test_chart_fhir import of
from tests.chart.test_chart_pas import asked, bundle

PACKAGE = (
    Path(__file__).parents[3]
    / "shared/data/fhir/ig-packages/pas/lib/davinci_pas_test_kit/igs/davinci_pas_2.0.1.tgz"
)
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not PACKAGE.is_file(), reason=f"{PACKAGE.name} is not here: ../shared/data is absent"),
]


def elements() -> list[dict[str, Any]]:
    with tarfile.open(PACKAGE) as package:
        member = package.extractfile("package/StructureDefinition-profile-claim.json")
        assert member is not None
        return list(json.load(member)["snapshot"]["element"])


def values(node: Any, path: list[str]) -> list[Any]:
    """What stands at a path, through every repetition."""
    if not path:
        return [node]
    found = node.get(path[0]) if isinstance(node, dict) else None
    if found is None and isinstance(node, dict) and path[0].endswith("[x]"):
        stem = path[0][:-3]
        found = next((value for name, value in node.items() if name.startswith(stem)), None)
    many = found if isinstance(found, list) else [] if found is None else [found]
    return [one for each in many for one in values(each, path[1:])]


def test_what_the_profile_demands_of_a_claim_is_there_with_its_fixed_values() -> None:
    (claim,) = of(bundle(asked(payer="Acme Health Plan", service_type="88")), "Claim")
    demanded = 0
    for one in elements():
        if ":" in one["id"] or "xtension" in one["id"] or one["id"] == "Claim":
            continue
        path = one["id"].split(".")[1:]
        parents = values(claim, path[:-1])
        if one.get("min", 0) > 0 and parents:
            demanded += 1
            assert all(values(parent, path[-1:]) for parent in parents), one["id"]
        for fixed in (value for name, value in one.items() if name.startswith(("pattern", "fixed"))):
            assert all(found == fixed for found in values(claim, path)), one["id"]
        if one.get("max") == "0":
            assert values(claim, path) == [], one["id"]
    assert demanded > 15
