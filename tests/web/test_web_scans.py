"""What a machine read off a fax counts for nothing before a nurse has compared it with the picture."""

import shutil

import pytest
from django.test import Client

from tests.connect.scanned import image
from tests.web.desk import signed_in

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
NOTE = "Patient: Marta Quill\nBirth date: 1949-06-30\nMRN: Q-778\nMRN system: urn:clinic\n\nLives alone.\n"


@pytest.fixture
def marta(real, tmp_path):
    (tmp_path / "note.txt").write_text(NOTE)
    (tmp_path / "fax.png").write_bytes(image())
    report = real.connect([tmp_path / "note.txt", tmp_path / "fax.png"], source="clinic")
    assert not report.rejected
    (patient,) = report.patients
    return patient


def test_a_fax_of_somebody_unknown_waits_until_she_is_known(real, tmp_path):
    (tmp_path / "fax.png").write_bytes(image())
    report = real.connect([tmp_path / "fax.png"], source="clinic")
    assert not report.patients
    assert "nobody whom we know" in report.rejected[0]["reason"]
    (tmp_path / "note.txt").write_text(NOTE)
    assert real.connect([tmp_path / "note.txt"], source="clinic").rejected == []
    assert real.dead_letters.all() == ()


def test_nothing_read_off_an_image_is_current_and_the_gap_says_so(real, marta):
    record = real.record("operator", marta)
    assert not record.medications
    assert not record.allergies
    (gap,) = [one for one in record.gaps if one.about == "scan_confirmation"]
    assert gap.entries[0] in {entry.id for entry in record.entries}


def test_the_plan_asks_for_the_confirmation_and_every_line_is_supported(real, marta):
    plan = real.propose("operator", marta, model="none")
    lines = plan.document.statements
    assert any("read off a scan" in one.text for one in lines)
    assert {one.verdict.value for one in lines} == {"supported"}


def test_a_nurse_compares_with_the_picture_and_what_is_right_counts(real, marta):
    rosa = signed_in("rosa")
    shown = rosa.get("/scans").content.decode()
    assert "metoprolol" in shown
    drug = next(one.entry for one in real.scans.waiting() if one.entry.kind == "MedicationStatement")
    picture = rosa.get(f"/scans/{drug.id}/1.png")
    assert picture.content.startswith(b"\x89PNG")
    rosa.post(f"/scans/{drug.id}/confirm", {"said": "right"})
    record = real.record("operator", marta)
    assert [one.name for one in record.medications if one.current] == ["metoprolol"]
    assert not record.allergies


def test_what_is_wrong_is_gone_for_good(real, marta):
    allergy = next(one.entry for one in real.scans.waiting() if one.entry.kind == "AllergyIntolerance")
    signed_in("rosa").post(f"/scans/{allergy.id}/confirm", {"said": "wrong"})
    real.replay()
    assert allergy.id not in {one.entry.id for one in real.scans.waiting()}
    assert not real.record("operator", marta).allergies


def test_a_coordinator_looks_but_does_not_confirm_and_a_stranger_sees_nothing(real, marta):
    waiting = next(iter(real.scans.waiting()))
    cam = signed_in("cam")
    assert "A nurse or a physician" in cam.get("/scans").content.decode()
    assert cam.post(f"/scans/{waiting.entry.id}/confirm", {"said": "right"}).status_code == 403
    assert Client().get("/scans").status_code == 302
    assert cam.get(f"/scans/{waiting.entry.id}/7.png").status_code == 404
