"""The command line's JSON, on a home with one demo person."""

import json
from pathlib import Path
from typing import Any

import pytest

from careloom.demo import HERE
from tests.flow.process import ADA_MRN, answer, careloom
from tests.web.test_web_pdf import pages

DAY = ("--as-of", "2026-11-23")
DEMO = {"CARELOOM_DEMO": "1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("contract")
    answer(found, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    answer(found, "connect", HERE / "northgate_clinic" / "p-2209.json", "--source", "northgate_clinic")
    answer(
        found,
        "connect",
        HERE / "social_services" / "2026-10-09-ada-moreno.txt",
        "--source",
        "social_services",
    )
    claims = (HERE / "harbor_pharmacy" / "claims-2026.csv").read_text().splitlines(keepends=True)
    hers = tmp_path_factory.mktemp("claims") / "claims.csv"
    hers.write_text("".join([claims[0], *(row for row in claims if row.startswith("CHP88121"))]))
    answer(found, "connect", hers, "--source", "harbor_pharmacy")
    answer(found, "user", "add", "nora", "--role", "registered_nurse", "--licence", "MA:RN1:2099-01-01")
    answer(found, "user", "add", "osei", "--role", "physician", "--licence", "MA:MD1:2099-01-01")
    answer(found, "user", "add", "cora", "--role", "care_coordinator")
    return found


@pytest.fixture(scope="module")
def proposal(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = answer(home, "draft", ADA_MRN, "--kind", "care_plan", "--model", "none", *DAY)
    return found


def test_the_same_file_again_adds_nothing(home: Path) -> None:
    again = answer(home, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    assert again["messages"] == again["entries"] == 0
    assert again["duplicates"] == 1
    assert len(again["patients"]) == 1
    assert again["rejected"] == []


def test_patients(home: Path) -> None:
    (ada,) = answer(home, "patients")["patients"]
    assert ada["names"] == ["Ada Moreno"]
    assert ada["birth_date"] == "1965-03-02"
    assert ada["sex"] == "female"
    assert ada["entries"] > 30
    assert {"system": "urn:oid:2.16.840.1.113883.19.5.2", "value": "NG2209"} in ada["identifiers"]


def test_any_identifier_of_any_source_finds_her(home: Path) -> None:
    one = answer(home, "record", ADA_MRN, *DAY)
    other = answer(home, "record", "urn:oid:2.16.840.1.113883.19.5.2|NG2209", *DAY)
    assert one == other == answer(home, "record", one["patient"], *DAY)


def test_record(home: Path) -> None:
    found = answer(home, "record", ADA_MRN, *DAY)
    assert found["as_of"] == "2026-11-23"
    assert found["version"]
    ids = set()
    for entry in found["entries"]:
        assert set(entry) >= {
            "id",
            "kind",
            "codes",
            "value",
            "unit",
            "interpretation",
            "range",
            "components",
            "dosage",
            "effective",
            "recorded",
            "status",
            "negated",
            "certainty",
            "subject",
            "source",
        }
        assert set(entry["source"]) >= {"message", "where", "system"}
        assert set(entry["effective"]) == {"start", "end"}
        ids |= {entry["id"], *entry.get("same_as", ())}
    for part, keys in (
        ("conflicts", {"kind", "about", "entries", "why"}),
        ("gaps", {"kind", "about", "since", "why"}),
        ("trends", {"about", "entries", "change", "unit", "per"}),
    ):
        assert found[part], part
        for row in found[part]:
            assert set(row) >= keys
            assert set(row.get("entries", ())) <= ids


def test_print_writes_a_pdf_that_nobody_else_reads_and_no_file_twice(
    home: Path, proposal: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "plan.pdf"
    # The queue prints the first eight characters of an id, so these suffice.
    asked = ("print", proposal["id"][:8], "--out", out, "--as", "nora")
    found = answer(home, *asked, **DEMO)
    assert set(found) == {"proposal", "kind", "status", "file", "bytes"}
    assert (found["proposal"], found["kind"], found["file"]) == (proposal["id"], "care_plan", str(out))
    body = out.read_bytes()
    assert body.startswith(b"%PDF-") and len(body) == found["bytes"] and out.stat().st_mode & 0o777 == 0o600
    told = " ".join(pages(body))
    assert "Ada Moreno" in told and "SOURCES" in told and "DRAFT" in told
    again = careloom(home, *asked, **DEMO)
    assert again.returncode == 65 and "there is a file of that name already" in again.stderr
    assert out.read_bytes() == body
    (tmp_path / "other").mkdir()
    nowhere = careloom(home, "print", "0" * 32, "--out", tmp_path / "other" / "x.pdf", "--as", "nora", **DEMO)
    assert nowhere.returncode == 65 and not list((tmp_path / "other").iterdir())
    assert careloom(home, "print", proposal["id"], "--out", tmp_path / "y.pdf").returncode not in (0, 70)


def test_what_came_later_is_not_known_earlier(home: Path) -> None:
    early = answer(home, "record", ADA_MRN, "--as-of", "2026-01-01")
    assert "38" not in {entry["value"] for entry in early["entries"]}
    assert "52" in {entry["value"] for entry in early["entries"]}


def test_proposal(home: Path, proposal: dict[str, Any]) -> None:
    assert set(proposal) >= {
        "id",
        "patient",
        "kind",
        "status",
        "created",
        "as_of",
        "record_version",
        "model",
        "statements",
        "findings",
        "tier",
        "top",
    }
    record = answer(home, "record", ADA_MRN, *DAY)
    ids = {one for entry in record["entries"] for one in (entry["id"], *entry.get("same_as", ()))}
    assert len(proposal["top"]) == 3
    for statement in proposal["statements"]:
        assert statement["citations"]
        assert set(statement["citations"]) <= ids
        assert statement["verdict"] == "supported"
        assert statement["tier"] in ("auto", "nurse", "physician")
        assert statement["written_by"] == "template"


def test_checking_what_was_drafted_says_the_same(
    home: Path, proposal: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(proposal))
    again = answer(home, "check", file, "--patient", ADA_MRN)
    assert again["statements"] == proposal["statements"]
    assert again["findings"] == proposal["findings"]
    assert again["tier"] == proposal["tier"]


def test_verdict_class_and_tier_are_never_read_from_the_file(
    home: Path, proposal: dict[str, Any], tmp_path: Path
) -> None:
    forged = json.loads(json.dumps(proposal))
    line = next(one for one in forged["statements"] if "38" in one["text"])
    line["text"] = line["text"].replace("38", "83")
    for statement in forged["statements"]:
        statement |= {"verdict": "supported", "class": "administrative", "tier": "auto"}
    forged["tier"] = "auto"
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(forged))
    found = answer(home, "check", file, "--patient", ADA_MRN)
    checked = next(one for one in found["statements"] if one["id"] == line["id"])
    assert checked["verdict"] != "supported"
    assert checked["tier"] != "auto"
    assert found["tier"] == "physician"
    assert any(
        finding["statement"] == line["id"] and finding["severity"] in ("high", "moderate")
        for finding in found["findings"]
    )


def test_plain_text_can_be_checked(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("eGFR is 38 mL/min/1.73 m2 (2026-09-22). Her hemoglobin A1c was 6.1 % on 2026-09-22.")
    found = answer(home, "check", file, "--patient", ADA_MRN, *DAY)
    verdicts = [statement["verdict"] for statement in found["statements"]]
    assert len(verdicts) == 2
    assert verdicts[1] != "supported"


def test_what_is_no_proposal_is_an_input_error(home: Path, tmp_path: Path) -> None:
    for name, body in {
        "a": '{"statements": 3}',
        "b": '{"statements": [{"id": "1"}], "as_of": "2026-01-01"}',
        "c": "{",
        "d": '{"statements": [], "as_of": "soon"}',
    }.items():
        (tmp_path / name).write_text(body)
        assert careloom(home, "check", tmp_path / name, "--patient", ADA_MRN).returncode == 65


def test_queue(home: Path, proposal: dict[str, Any]) -> None:
    (row,) = [one for one in answer(home, "queue")["proposals"] if one["id"] == proposal["id"]]
    assert set(row) >= {"id", "patient", "kind", "tier", "assigned_to", "due", "findings"}
    assert set(row["findings"]) == {"high", "moderate", "low"}
    assert row["due"]


def test_who_may_decide(home: Path, proposal: dict[str, Any]) -> None:
    refused = careloom(home, "decide", proposal["id"], "approve", "--as", "nora")
    assert refused.returncode == 77
    assert "demo" in refused.stderr
    assert careloom(home, "decide", proposal["id"], "approve", "--as", "cora", **DEMO).returncode == 77
    assert careloom(home, "decide", proposal["id"], "approve", CARELOOM_TOKEN="forged").returncode == 77
    assert careloom(home, "decide", proposal["id"], "reject", "--as", "nora", **DEMO).returncode == 65


def test_a_nurse_then_a_physician_sign_and_it_is_in_the_chart(home: Path, proposal: dict[str, Any]) -> None:
    token = answer(home, "user", "token", "nora")["token"]
    signed = answer(home, "decide", proposal["id"], "approve", CARELOOM_TOKEN=token)
    assert signed["status"] == "draft"
    tiers = {statement["id"]: statement["tier"] for statement in proposal["statements"]}
    assert signed["released"]
    assert {tiers[line] for line in signed["released"]} == {"nurse"}
    assert [one["resource"]["resourceType"] for one in answer(home, "chart", ADA_MRN, "--fhir")["entry"]] == [
        "Patient"
    ]
    filed = answer(home, "decide", proposal["id"], "approve", "--as", "osei", **DEMO)
    assert filed["status"] == "active"
    kinds = [one["resource"]["resourceType"] for one in answer(home, "chart", ADA_MRN, "--fhir")["entry"]]
    assert {"Patient", "CarePlan", "Goal", "Condition", "ServiceRequest", "Provenance"} <= set(kinds)
    assert kinds.count("CarePlan") == 1
    again = careloom(home, "decide", proposal["id"], "approve", "--as", "osei", **DEMO)
    assert again.returncode == 77


def test_help_costs_no_traceback(home: Path) -> None:
    for arguments in (("--help",), ("connect", "--help"), ("user", "--help"), ("--version",)):
        done = careloom(home, *arguments)
        assert done.returncode == 0
        assert done.stdout


def test_the_doctor_looks_at_everything(home: Path) -> None:
    names = {row["name"] for row in answer(home, "doctor")["checks"]}
    assert {"home", "database", "knowledge", "audit log", "model"} <= names


def test_writeback_lists_what_goes_into_other_charts_and_says_whether_a_system_can_be_written_to(
    home: Path, proposal: dict[str, Any]
) -> None:
    assert answer(home, "writeback") == {"writings": []}
    assert answer(home, "writeback", proposal["id"]) == {"writings": []}
    sources = home / "sources.toml"
    sources.write_text(
        '[mercy]\nurl = "http://127.0.0.1:9/fhir"\n[mercy.options]\ntries = "1"\n[mercy.write]\n'
    )
    try:
        found = answer(home, "writeback", "--check", "mercy")
    finally:
        sources.unlink()
    assert found == {
        "system": "mercy",
        "checks": [{"name": "address", "ok": False, "words": "mercy can't be reached"}],
    }
