"""The command line says who did what with whom, as FHIR and as a table, and what left."""

import csv
import io
import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom.demo import HERE
from tests.flow.process import ADA_MRN, answer, careloom


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("audit")
    answer(found, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    answer(found, "record", ADA_MRN)
    return found


def test_what_was_done_with_ada_is_given_as_fhir_and_as_a_table(home: Path) -> None:
    bundle = answer(home, "audit", "export", "--patient", ADA_MRN, "--fhir")
    Bundle.model_validate(bundle)
    read = [one["resource"] for one in bundle["entry"] if one["resource"]["action"] == "R"]
    assert read[0]["agent"][0]["altId"] == "command record"
    events = answer(home, "audit", "export", "--patient", ADA_MRN, "--action", "read")["events"]
    assert {one["what"] for one in events} >= {"record"}
    table = careloom(home, "audit", "export", "--csv").stdout
    rows = [*csv.DictReader(io.StringIO(table))]
    assert {"at", "actor", "action", "patient", "address", "through", "purpose", "outcome"} <= set(rows[0])
    assert "Moreno" not in table + json.dumps(bundle)
    assert answer(home, "audit", "verify")["ok"]


def test_what_left_is_written_down_and_accounted_for(home: Path) -> None:
    said = (
        "--to",
        "Salem police",
        "--what",
        "the date of a visit",
        "--why",
        "a subpoena",
        "--ground",
        "court",
    )
    assert answer(home, "audit", "disclose", ADA_MRN, *said, "--on", "2026-03-04")["disclosed"]
    found = answer(home, "audit", "disclosures", ADA_MRN)
    (one,) = found["disclosures"]
    assert (one["on"], one["to"], one["source"]) == ("2026-03-04", "Salem police", "45 CFR 164.512(e)")
    spoken = careloom(home, "audit", "disclosures", ADA_MRN).stdout
    assert "to Salem police: the date of a visit; a subpoena (45 CFR 164.512(e))" in spoken
    future = careloom(home, "audit", "disclose", ADA_MRN, *said, "--on", "2999-03-04")
    assert future.returncode == 65
