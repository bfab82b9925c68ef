"""careloom deidentify: what the record knows of a person goes from a text; a whole set goes in a named mode; what is left of the risk is told."""

import json
from pathlib import Path

from careloom.demo import HERE
from tests.flow.process import ADA_MRN, answer, careloom

TEXT = "Moreno, Ada (RV-104471, born 3/2/1965) takes aspirin 81 mg; BP 120/80. Call 617-555-0199 by 10/12/2026.\n"


def test_a_patients_text_is_printed_without_them_and_with_the_places(tmp_path: Path):
    home, file = tmp_path / "home", tmp_path / "note.txt"
    file.write_text(TEXT, encoding="utf-8")
    answer(home, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    found = answer(home, "deidentify", file, "--patient", ADA_MRN)
    assert [(TEXT[one["start"] : one["end"]], one["kind"]) for one in found["spans"]] == [
        ("Moreno", "name"),
        ("Ada", "name"),
        ("RV-104471", "mrn"),
        ("3/2/1965", "date"),
        ("617-555-0199", "phone"),
        ("10/12/", "date"),
    ]
    assert "aspirin 81 mg; BP 120/80" in found["text"]
    assert "Ada" not in found["text"]
    nobody = careloom(home, "deidentify", file, "--patient", "urn:nobody|1")
    assert nobody.returncode == 65


def test_without_a_patient_what_looks_like_an_identifier_goes(tmp_path: Path):
    file = tmp_path / "note.txt"
    file.write_text(TEXT, encoding="utf-8")
    done = careloom(tmp_path / "home", "deidentify", file)
    assert done.stdout == (
        "[name] ([other], born [date]1965) takes aspirin 81 mg; BP 120/80. Call [phone] by [date]2026.\n"
    )
    assert not (tmp_path / "home").exists()


STATEMENT = (
    "--expert", "An Expert", "--qualification", "statistician", "--on", "2026-01-01", "--until", "2027-12-31", "--covers", "all notes", "--methods", "k-anonymity",
    "--result", "very small",
)  # fmt: skip


def test_a_set_goes_out_in_a_named_mode_and_by_expert_determination_only_with_a_statement(tmp_path: Path):
    home, out = tmp_path / "home", tmp_path / "set.ndjson"
    for where in ("riverside_ehr/ada-moreno.json", "social_services/2026-10-09-ada-moreno.txt"):
        answer(home, "connect", HERE / where, "--source", where.partition("/")[0])
    refused = careloom(home, "deidentify", "export", out, "--mode", "expert", "--as-of", "2026-11-01")
    assert refused.returncode == 77
    assert "statement" in refused.stderr
    assert not out.exists()
    assert answer(home, "deidentify", "statement", *STATEMENT)["statement"]["expert"] == "An Expert"
    harbor, expert = tmp_path / "harbor.ndjson", tmp_path / "expert.ndjson"
    assert answer(home, "deidentify", "export", harbor, "--as-of", "2026-11-01")["patients"] == 1
    assert (
        answer(home, "deidentify", "export", expert, "--mode", "expert", "--as-of", "2026-11-01")["patients"]
        == 1
    )
    for file in (harbor, expert):
        said = file.read_text(encoding="utf-8")
        assert not [one for one in ("Ada", "Moreno", "104471", "1965-03-02") if one in said]
        assert json.loads(said)["born"] == "1965"
    days = [one["when"] for one in json.loads(harbor.read_text(encoding="utf-8"))["entries"]]
    assert {len(one) for one in days} <= {0, 4}
    moved = [one["when"] for one in json.loads(expert.read_text(encoding="utf-8"))["entries"]]
    assert {len(one) for one in moved} <= {0, 10}
    assert careloom(home, "deidentify", "export", harbor).returncode == 65

    risk = answer(home, "deidentify", "risk", "--k", "5", "--as-of", "2026-11-01")
    assert (risk["people"], risk["smallest"], risk["under_k"], risk["samples"]) == (1, 1, 1, [])
    drawn = answer(home, "deidentify", "sample", "--seed", "3", "--number", "4", "--as-of", "2026-11-01")
    assert drawn["pieces"]
    assert drawn == answer(
        home, "deidentify", "sample", "--seed", "3", "--number", "4", "--as-of", "2026-11-01"
    )
    judged = answer(
        home, "deidentify", "sample", "--seed", "3", "--number", "4", "--found", "0", "--as-of", "2026-11-01"
    )
    number = len(drawn["pieces"])
    assert (judged["number"], judged["found"], judged["low"]) == (number, 0, 0)
    assert judged["upper_95_one_sided"] == round(1 - 0.05 ** (1 / number), 5)
    assert len(answer(home, "deidentify", "risk", "--as-of", "2026-11-01")["samples"]) == 1
