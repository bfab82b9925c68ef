"""A FHIR server that others wrote, run from its package: what is pulled is what its files would have given."""

import gzip
import json
import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from careloom import pipeline
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Wish
from careloom.settings import Settings
from careloom.store.clock import now

PEERS = Path(__file__).parents[1] / "peers"
SYNTHEA = Path(__file__).parents[2].parent / "shared" / "data" / "fhir" / "synthea-r4"

pytestmark = [
    pytest.mark.node,
    pytest.mark.django_db,
    pytest.mark.skipif(
        shutil.which("node") is None or not (PEERS / "node_modules" / "@medplum" / "fhir-router").exists(),
        reason="Node or its packages are absent (npm ci --prefix tests/peers)",
    ),
]


def invented() -> list[dict[str, Any]]:
    """Marta Quill's record in one transaction, and Pavel Roth's in another."""
    found = []
    for place, (family, born) in enumerate([("Quill", "1949-06-30"), ("Roth", "1950-01-02")]):
        url = "urn:uuid:{}0000000-0000-4000-8000-{:012d}".format
        person = {
            "resourceType": "Patient",
            "name": [{"family": family, "given": ["Invented"]}],
            "birthDate": born,
            "gender": "female",
            "identifier": [{"system": "urn:clinic", "value": family}],
        }
        drug = {"resourceType": "Medication", "status": "active", "code": {"text": f"metformin for {family}"}}
        about = {"subject": {"reference": url(place, 0)}}
        rest = [
            {"resourceType": "Condition", "code": {"text": f"condition {n}"}, **about} for n in range(12)
        ] + [
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "medicationReference": {"reference": url(place, 1)},
                **about,
            }
        ]
        entry = [
            {
                "fullUrl": url(place, number),
                "resource": one,
                "request": {"method": "POST", "url": one["resourceType"]},
            }
            for number, one in enumerate([person, drug, *rest])
        ]
        found.append({"resourceType": "Bundle", "type": "transaction", "entry": entry})
    return found


def synthetic() -> list[dict[str, Any]]:
    """Two of Synthea's people, the smallest that there are."""
    files = sorted(SYNTHEA.glob("*.json.gz"), key=lambda file: file.stat().st_size)[:2]
    return [json.loads(gzip.decompress(file.read_bytes())) for file in files]


@pytest.fixture(params=["invented", pytest.param("synthetic", marks=pytest.mark.outside)])
def bundles(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    if request.param == "synthetic" and not SYNTHEA.exists():
        pytest.skip("../shared/data is absent")
    return invented() if request.param == "invented" else synthetic()


@pytest.fixture
def url() -> Iterator[str]:
    """The peer on a port of this machine; twenty results on a page."""
    process = subprocess.Popen(
        ["node", "server.cjs", "20"], cwd=PEERS, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def loaded(url: str, bundles: list[dict[str, Any]]) -> str:
    """The peer with these people, whom it gives ids of its own."""
    for bundle in bundles:
        answer = httpx.post(url, json=bundle, timeout=120)
        assert answer.status_code == 200, answer.text[:300]
        states = {one["response"]["status"] for one in answer.json()["entry"]}
        assert all(state.startswith("20") for state in states), states
    return url


@pytest.fixture
def desk(home: Path, key: str, loaded: str) -> Pipeline:
    home.mkdir()
    (home / "sources.toml").write_text(f'[peer]\nurl = "{loaded}"\n')
    return pipeline.build(Settings(home=home, encryption_key=key), now)


def kinds(desk: Pipeline) -> list[Counter[str]]:
    """How many entries of each kind each patient has, smallest record first."""
    people = desk.store.patients.all()
    found = [Counter(one.kind for one in desk.store.entries.of(patient)) for patient in people]
    return sorted(found, key=lambda one: sorted(one.items()))


def by_files(bundles: list[dict[str, Any]], tmp_path: Path, key: str) -> list[Counter[str]]:
    """The same, where the files are connected."""
    for number, bundle in enumerate(bundles):
        (tmp_path / f"{number}.json").write_text(json.dumps(bundle))
    other = Settings(home=tmp_path / "other", organisation="other", encryption_key=key)
    direct = pipeline.build(other, now)
    report = direct.connect([tmp_path / f"{number}.json" for number in range(len(bundles))], source="peer")
    assert report.rejected == []
    return kinds(direct)


def test_what_is_pulled_is_what_the_files_give_and_pulling_again_adds_nothing(
    desk: Pipeline, bundles: list[dict[str, Any]], tmp_path: Path, key: str
) -> None:
    first = desk.pull("peer", Wish())
    assert first.failed == ""
    assert first.report.rejected == []
    direct = by_files(bundles, tmp_path, key)
    # Provenance is asked for beside other resources alone, which this server can't do.
    for one in direct:
        one.pop("Provenance", None)
    assert kinds(desk) == direct
    assert max(first.pages.values()) > 1
    again = desk.pull("peer", Wish())
    assert again.report.entries == 0
    full = desk.pull("peer", Wish(full=True))
    assert full.report.entries == 0
    assert full.results["Condition"] == first.results["Condition"]
    assert kinds(desk) == direct


def test_a_change_at_the_server_arrives_with_the_next_pull(desk: Pipeline, loaded: str) -> None:
    desk.pull("peer", Wish())
    entry = httpx.get(f"{loaded}/Condition?_count=1").json()["entry"][0]["resource"]
    before = sum(one["Condition"] for one in kinds(desk))
    entry["clinicalStatus"] = {"coding": [{"code": "inactive"}]}
    assert httpx.put(f"{loaded}/Condition/{entry['id']}", json=entry).status_code == 200
    report = desk.pull("peer", Wish()).report
    assert report.entries == 1
    assert sum(one["Condition"] for one in kinds(desk)) == before
    states = [one.status for patient in desk.store.patients.all() for one in desk.store.entries.of(patient)]
    assert "inactive" in states


def test_one_patient_is_pulled_by_an_identifier(desk: Pipeline, bundles: list[dict[str, Any]]) -> None:
    person = next(
        one["resource"] for one in bundles[0]["entry"] if one["resource"]["resourceType"] == "Patient"
    )
    named = person["identifier"][0]
    pulled = desk.pull("peer", Wish(patients=(f"{named['system']}|{named['value']}",)))
    assert pulled.failed == ""
    assert len(desk.store.patients.all()) == 1
    assert pulled.results["Condition"] > 0


def test_the_peer_is_really_a_server_of_its_own(loaded: str) -> None:
    said = httpx.get(f"{loaded}/metadata").json()
    assert said["fhirVersion"] == "4.0.1"
    assert httpx.get(f"{loaded}/Condition/none").status_code == 404
