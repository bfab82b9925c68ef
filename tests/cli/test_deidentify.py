"""careloom deidentify: what the record knows of a person goes from a text; without a patient, what looks like an identifier."""

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
        "Moreno, Ada (RV-104471, born [date]1965) takes aspirin 81 mg; BP 120/80. Call [phone] by [date]2026.\n"
    )
    assert not (tmp_path / "home").exists()
