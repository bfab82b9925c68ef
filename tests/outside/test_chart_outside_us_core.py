"""What we serve holds to US Core 6.1.0, as its published profiles say it, read by an independent validator."""

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from careloom import demo
from careloom.care.document import Action
from careloom.pipeline import Pipeline
from tests.chart.test_chart_peer import PEERS, validate
from tests.outside.test_connect_outside_fhir import FHIR
from tests.web.charted import people
from tests.web.conftest import real

__all__ = ["real"]
PACKAGE = FHIR / "ig-packages/us-core/lib/us_core_test_kit/igs/us_core_610.tgz"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
# By type the profiles that each of our resources keeps, whether it claims them or not. Not among them: Practitioner, since whoever signs
# has no NPI here; Provenance, which US Core has name an Organization behind each signer (provenance-1); and what a source calls a drug or
# an allergy, which keeps the source's own codes.
KEPT = {
    "Patient": ["patient"],
    "CarePlan": ["careplan"],
    "CareTeam": ["careteam"],
    "Condition": ["condition-problems-health-concerns"],
    "DocumentReference": ["documentreference"],
    "Goal": ["goal"],
    "ServiceRequest": ["servicerequest"],
}
pytestmark = [
    pytest.mark.node,
    pytest.mark.outside,
    pytest.mark.django_db,
    pytest.mark.skipif(not PACKAGE.exists(), reason="../shared/data is absent"),
    pytest.mark.skipif(
        shutil.which("node") is None or not (PEERS / "node_modules").exists(),
        reason="Node or its packages are absent (npm ci --prefix tests/peers)",
    ),
]


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's profiles, and which of them our types are read by."""
    found = []
    with tarfile.open(PACKAGE) as archive:
        for member in archive:
            if member.name.startswith("package/StructureDefinition-us-core-"):
                file = archive.extractfile(member)
                assert file is not None
                found.append(json.load(file))
    types = {kind: [US_CORE + name for name in names] for kind, names in KEPT.items()}
    path = tmp_path_factory.mktemp("us-core") / "profiles.json"
    path.write_text(json.dumps({"types": types, "profiles": found}))
    return path


def validated(resources: list[dict[str, Any]], profiles: Path) -> dict[str, Any]:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }
    return validate(bundle, str(profiles))


def served(real: Pipeline, most: int = 30) -> list[dict[str, Any]]:
    """The charts of the demo's people with a plan and a letter, both signed."""
    osei = real.store.users.reviewer("osei")
    for patient in people(real, most):
        for kind in ("care_plan", "clinical_summary"):
            made = real.propose("operator", patient, kind=kind, as_of=demo.AS_OF, model="none")
            real.decide(osei, made.id, Action.APPROVE, opened=[one.id for one in made.document.statements])
        real.facade.read(osei, "Patient", patient)
    charts = real.store.shelf.of(tuple(real.store.patients.all()), closed=False)
    return [one.resource for one in charts if not one.gone]


def test_every_resource_of_the_demos_charts_holds_to_us_core(real: Pipeline, profiles: Path) -> None:
    answer = validated(served(real), profiles)
    assert answer["problems"] == []
    assert len(answer["held"]) == len(KEPT) and sum(answer["held"].values()) > 200


def test_it_would_find_what_is_missing(real: Pipeline, profiles: Path) -> None:
    by_kind = {one["resourceType"]: one for one in served(real, 2)}
    broken = {
        "Patient": "name",
        "CarePlan": "category",
        "CareTeam": "participant",
        "Condition": "code",
        "DocumentReference": "type",
        "Goal": "description",
        "ServiceRequest": "code",
    }
    found = [
        {key: value for key, value in by_kind[kind].items() if key != without}
        for kind, without in broken.items()
    ]
    problems = validated(found, profiles)["problems"]
    assert all(any(kind in one and "(USCore" in one for one in problems) for kind in broken)
