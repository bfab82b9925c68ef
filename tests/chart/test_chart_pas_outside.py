"""The Claim of a letter, and what it refers to, held against the profiles that HL7 publishes: what they demand is there, with the values
that they fix.
"""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.chart.test_chart_pas import NPI, asked, bundle

PACKAGE = (
    Path(__file__).parents[3]
    / "shared/data/fhir/ig-packages/pas/lib/davinci_pas_test_kit/igs/davinci_pas_2.0.1.tgz"
)
LATER = PACKAGE.with_name("davinci_pas_2.2.1.tgz")
# Each profile, the resource that must fulfil it, and how many elements it demands at least of it.
PROFILES = (
    ("claim", "Claim", 15),
    ("coverage", "Coverage", 3),
    ("insurer", "Organization", 2),
    ("practitionerrole", "PractitionerRole", 1),
    ("practitioner", "Practitioner", 3),
    ("beneficiary", "Patient", 5),
)
# What 2.2.1 demands besides, and no source of ours has.
MISSING = {"Claim.item.location[x]", "Coverage.relationship"}
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not PACKAGE.is_file(), reason=f"{PACKAGE.name} is not here: ../shared/data is absent"),
]


def elements(profile: str, package: Path = PACKAGE) -> list[dict[str, Any]]:
    with tarfile.open(package) as opened:
        member = opened.extractfile(f"package/StructureDefinition-profile-{profile}.json")
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


def resource(kind: str) -> dict[str, Any]:
    """The Claim's own resource of a kind, as it reaches it by its references."""
    found = bundle(asked(payer="Acme Health Plan", service_type="88", requester_npi=NPI))
    by_url = {one["fullUrl"]: one["resource"] for one in found["entry"]}
    claim = next(one for one in by_url.values() if one["resourceType"] == "Claim")
    role = by_url[claim["provider"]["reference"]]
    reached = [claim, role, by_url[role["practitioner"]["reference"]], by_url[claim["insurer"]["reference"]]]
    reached += [by_url[claim["patient"]["reference"]], by_url[claim["insurance"][0]["coverage"]["reference"]]]
    return next(one for one in reached if one["resourceType"] == kind)


def lacking(profile: str, made: dict[str, Any], package: Path = PACKAGE) -> tuple[int, set[str]]:
    """How many elements a profile demands of a resource, and which of them aren't there or have another value than it fixes."""
    demanded, missing = 0, set()
    for one in elements(profile, package):
        if ":" in one["id"] or "xtension" in one["id"] or "." not in one["id"]:
            continue
        path = one["id"].split(".")[1:]
        parents = values(made, path[:-1])
        if one.get("min", 0) > 0 and parents:
            demanded += 1
            if not all(values(parent, path[-1:]) for parent in parents):
                missing.add(one["id"])
        for fixed in (value for name, value in one.items() if name.startswith(("pattern", "fixed"))):
            if any(found != fixed for found in values(made, path)):
                missing.add(one["id"])
        if one.get("max") == "0" and values(made, path):
            missing.add(one["id"])
    return demanded, missing


@pytest.mark.parametrize(("profile", "kind", "least"), PROFILES)
def test_what_a_profile_demands_is_there_with_its_fixed_values(profile: str, kind: str, least: int) -> None:
    demanded, missing = lacking(profile, resource(kind))
    assert missing == set() and demanded >= least


@pytest.mark.parametrize(("profile", "kind", "least"), PROFILES)
def test_what_the_later_guide_demands_besides_is_known(profile: str, kind: str, least: int) -> None:
    demanded, missing = lacking(profile, resource(kind), LATER)
    assert missing <= MISSING and demanded >= least
