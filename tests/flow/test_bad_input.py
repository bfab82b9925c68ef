"""What is wrong is named with file and place; nothing is half-written; the rest goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flow.process import ADA, ADA_MRN, answer, careloom, environment

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:test", "value": "1"}],
    "name": [{"family": "Doe", "given": ["Dana"]}],
    "birthDate": "1970-01-01",
    "gender": "female",
}


def observation(**given: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "Hemoglobin A1c"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-04",
        "valueQuantity": {"value": 7.0, "unit": "%"},
        **given,
    }


def bundle(*resources: dict[str, Any], kind: str = "collection") -> bytes:
    body = {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}
    return json.dumps(body).encode()


def connect(home: Path, body: bytes, name: str = "message.json") -> tuple[int, dict[str, Any]]:
    file = home.parent / f"in-{home.name}" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(body)
    done = careloom(home, "connect", file, "--json")
    answer: dict[str, Any] = json.loads(done.stdout)
    for text in (done.stderr, json.dumps(answer["rejected"])):
        assert "Dana" not in text
        assert "1970-01-01" not in text
    return done.returncode, answer


TWINS = bundle(PATIENT, PATIENT | {"id": "p2", "identifier": [{"system": "urn:test", "value": "2"}]})


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (bundle(PATIENT, observation())[:-40], ""),
        (bundle(PATIENT, observation()).decode().encode("utf-16"), ""),
        (bundle(PATIENT).replace(b"Doe", b"D\xf6e"), ""),
        (bundle(PATIENT).replace(b"Doe", b"D\x00e"), ""),
        (TWINS, ""),
        (b"", ""),
        (b"[]", ""),
        (b'{"resourceType": 7}', ""),
        (bundle(PATIENT, observation(subject=None)), "entry[1]"),
        (bundle(PATIENT, observation(effectiveDateTime="0000")), "entry[1]"),
        (bundle(PATIENT, observation(effectiveDateTime="2026-02-31")), "entry[1]"),
        (bundle(observation(subject={"reference": "Patient/nobody"})), ""),
    ],
    ids=[
        "truncated",
        "utf-16",
        "latin-1",
        "nul",
        "two patients",
        "empty",
        "an array",
        "no type",
        "no subject",
        "the year 0000",
        "31 February",
        "unknown patient",
    ],
)
def test_bad_input_is_named_with_file_and_place_and_exits_65(tmp_path: Path, body: bytes, where: str) -> None:
    code, found = connect(tmp_path / "home", body)
    assert code == 65
    (rejected,) = found["rejected"]
    assert rejected["path"].endswith("message.json")
    assert where in rejected["where"]
    assert rejected["reason"]
    kept = answer(tmp_path / "home", "rejected")["rejected"]
    assert len(kept) == 1


def test_a_rejected_resource_does_not_stop_the_others(tmp_path: Path) -> None:
    code, found = connect(
        tmp_path / "home", bundle(PATIENT, observation(), observation(id="o2", subject=None))
    )
    assert code == 65
    assert found["entries"] == 2
    assert len(found["patients"]) == 1


def test_an_absurd_value_and_an_unknown_unit_are_kept_and_named_in_the_record(tmp_path: Path) -> None:
    absurd = observation(valueQuantity={"value": 91, "unit": "%"})
    strange = observation(
        id="o2", effectiveDateTime="2026-04-04", valueQuantity={"value": 7.1, "unit": "blobs"}
    )
    code, _ = connect(tmp_path / "home", bundle(PATIENT, absurd, strange))
    assert code == 65
    record = answer(tmp_path / "home", "record", "urn:test|1", "--as-of", "2026-11-23")
    values = {entry["value"]: entry["unit"] for entry in record["entries"] if entry["kind"] == "Observation"}
    assert values == {"91": "%", "7.1": "blobs"}
    assert {conflict["kind"] for conflict in record["conflicts"]} >= {"implausible_value", "unknown_unit"}


def test_a_digit_stays_what_the_source_wrote(tmp_path: Path) -> None:
    connect(tmp_path / "home", bundle(PATIENT, observation()).replace(b"7.0", b"7.00"))
    record = answer(tmp_path / "home", "record", "urn:test|1", "--as-of", "2026-11-23")
    assert [entry["value"] for entry in record["entries"] if entry["kind"] == "Observation"] == ["7.00"]


def test_one_huge_json_is_refused_by_the_setting(tmp_path: Path) -> None:
    body = bundle(PATIENT, observation(note=[{"text": "x" * 3_000_000}]))
    file = tmp_path / "big.json"
    file.write_bytes(body)
    done = careloom(tmp_path / "home", "connect", file, "--json", CARELOOM_MAX_JSON_MB="2")
    assert done.returncode == 65
    assert "2 MB" in json.loads(done.stdout)["rejected"][0]["reason"]
    again = careloom(tmp_path / "home", "replay", "--json", CARELOOM_MAX_JSON_MB="8")
    assert json.loads(again.stdout)["entries"] == 2


@pytest.mark.slow
def test_half_a_gigabyte_of_ndjson_streams_in_flat_memory(tmp_path: Path) -> None:
    file = tmp_path / "big.ndjson"
    line = json.dumps(observation(note=[{"text": "x" * 500_000}]))
    with file.open("w") as out:
        out.write(json.dumps(PATIENT) + "\n")
        for n in range(1_000):
            out.write(line.replace('"o1"', f'"o{n}"') + "\n")
    assert file.stat().st_size > 500_000_000
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, r.returncode)",
            sys.executable,
            "-m",
            "careloom",
            "connect",
            str(file),
        ],
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        check=True,
    )
    megabytes, code = map(int, done.stdout.split())
    assert code == 0
    assert megabytes < 300
    assert answer(tmp_path / "home", "patients")["patients"][0]["entries"] == 1_001


def test_an_unknown_patient_is_an_input_error(tmp_path: Path) -> None:
    for command in (("record", "urn:test|9"), ("draft", "urn:test|9"), ("chart", "nobody", "--fhir")):
        done = careloom(tmp_path / "home", *command)
        assert done.returncode == 65, done.stderr


def test_an_observation_that_comes_before_its_patient_is_read_when_the_patient_is_there(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    code, _ = connect(home, json.dumps(observation()).encode(), "a.json")
    assert code == 65
    code, found = connect(home, json.dumps(PATIENT).encode(), "b.json")
    assert code == 0
    assert found["entries"] == 2
    assert answer(home, "rejected")["rejected"] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk to fill")
@pytest.mark.parametrize("room", ["300k", "600k"], ids=["for no database", "for no entries"])
def test_a_full_disk_is_said_and_the_same_command_finishes_once_there_is_room(
    tmp_path: Path, room: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}", "none", disk], capture_output=True
    ).returncode:
        pytest.skip("this sandbox mounts nothing")
    try:
        home = disk / "home"
        full = careloom(home, "connect", *ADA, begins=True)
        assert full.returncode == 78, full.stderr
        assert "Traceback" not in full.stderr
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        assert answer(home, "connect", *ADA)["rejected"] == []
        assert answer(home, "record", ADA_MRN, "--as-of", "2026-11-23")["entries"]
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_wrong_usage_exits_64_and_a_missing_file_65(tmp_path: Path) -> None:
    assert careloom(tmp_path, "connect").returncode == 64
    assert careloom(tmp_path, "nonsense").returncode == 64
    assert careloom(tmp_path, "record", "x", "--as-of", "soon").returncode == 64
    assert careloom(tmp_path, "connect", tmp_path / "nothing.json").returncode == 65
