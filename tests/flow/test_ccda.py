"""Marta's clinic sends her C-CDA: it is in her record, counted by section, and a fault of it is told with exit 65."""

import json

from tests.connect.made_ccda import CCD, HEAD
from tests.flow.process import answer, careloom


def test_what_the_document_says_is_in_her_record(tmp_path):
    home, file = tmp_path / "home", tmp_path / "ccd.xml"
    file.write_text(CCD, "utf-8")
    told = answer(home, "connect", file)
    assert (told["messages"], told["rejected"], told["not_understood"]) == (1, [], {})
    assert told["sections"]["medications"] == {"entries": 1, "read": 1}
    record = answer(home, "record", told["patients"][0], "--as-of", "2026-03-20")
    assert [one["name"] for one in record["problems"]] == ["Essential hypertension"]
    assert [one["name"] for one in record["medications"] if one["current"]] == ["lisinopril"]
    assert len(record["allergies"]) == 1
    assert answer(home, "connect", file)["duplicates"] == 1


def test_a_fault_of_the_document_is_told_and_keeps_nothing_out(tmp_path):
    home, file = tmp_path / "home", tmp_path / "ccd.xml"
    file.write_text(CCD.replace('code="11450-4"', 'code="11450-9"'), "utf-8")
    done = careloom(home, "connect", file, "--json")
    assert done.returncode == 65
    told = json.loads(done.stdout)
    assert "requires code to be 11450-4" in told["rejected"][0]["reason"]
    assert told["rejected"][0]["where"].startswith("/ClinicalDocument/component/structuredBody")
    assert told["entries"] >= 13
    rejected = answer(home, "rejected")["rejected"]
    assert {one["error"] for one in rejected} == {"ConformanceFault"}


def test_a_document_that_is_cut_short_waits_with_its_place(tmp_path):
    home, file = tmp_path / "home", tmp_path / "ccd.xml"
    file.write_text(HEAD, "utf-8")
    done = careloom(home, "connect", file, "--json")
    assert done.returncode == 65
    (only,) = json.loads(done.stdout)["rejected"]
    assert "is not well-formed XML (cut short)" in only["reason"]
