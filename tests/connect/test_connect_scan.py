"""A fax comes in: its text layer or what a machine reads off it, whose it is, and nothing certain that isn't."""

import io
import shutil

import pytest
from PIL import Image

from careloom import connect, knowledge
from careloom.care.entry import Person
from careloom.connect import scan
from careloom.connect.scan import ocr
from careloom.connect.scan.whose import iso_day
from careloom.errors import InputError, PatientMismatch
from tests.connect.made import message
from tests.connect.scanned import LETTER, bound, image, pdf, stamped

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def read(data: bytes):
    found = connect.read(message(data, "scan"), io.BytesIO(data), knowledge=knowledge.load(), max_json_mb=8)
    (reading,) = found
    return reading


def kinds(reading):
    return sorted(entry.kind for entry in reading.entries)


@pytest.mark.parametrize("data", [pdf(), image(), image(kind="TIFF"), image(kind="JPEG")])
def test_a_scan_is_known_by_its_first_bytes(data):
    assert connect.detect("fax", data[:4096]) == "scan"


def test_a_text_layer_is_taken_as_it_stands():
    reading = read(pdf())
    document = next(entry for entry in reading.entries if entry.kind == "DocumentReference")
    assert "metoprolol 50 mg twice a day" in document.text
    assert document.effective.start.text == "2026-10-09"
    assert (reading.person.names[0].full, reading.person.birth_date) == ("Marta Quill", "1949-06-30")
    assert reading.founds
    assert not any(entry.detail.get("read_by") for entry in reading.entries)
    assert kinds(reading) == ["AllergyIntolerance", "DocumentReference", "MedicationStatement"]


@needs_tesseract
@pytest.mark.parametrize("data", [image(), image(kind="TIFF"), pdf(scanned=True)], ids=["png", "tiff", "pdf"])
def test_what_a_machine_reads_off_an_image_is_marked_and_founds_nobody(data):
    reading = read(data)
    assert not reading.founds
    assert kinds(reading) == ["AllergyIntolerance", "DocumentReference", "MedicationStatement"]
    assert {entry.detail.get("read_by") for entry in reading.entries} == {"ocr"}
    assert reading.entries[0].source.where == "page 1"


@needs_tesseract
def test_a_record_number_alone_identifies_nobody_on_an_image():
    reading = read(image("MRN: 778812\nShe takes metoprolol 50 mg twice a day. She walks daily.\n"))
    assert (reading.person, reading.founds) == (Person(), False)


STAMP = (
    "FROM: LAKESIDE CARDIOLOGY 555-0199  TO: RIVERSIDE CARE TEAM 555-0123  OCT 9 2026 10:22 AM  PAGE 1 OF 1"
)


@needs_tesseract
def test_each_page_of_a_mixed_pdf_is_read_in_its_own_way():
    reading = read(bound(pdf(), pdf("MRN: 778812\nHe takes warfarin 5 mg daily.\n", scanned=True)))
    drugs = {one.name: one for one in reading.entries if one.kind == "MedicationStatement"}
    assert {name: one.detail.get("read_by", "") for name, one in drugs.items()} == {
        "metoprolol": "",
        "warfarin": "ocr",
    }
    assert [one.source.where for one in reading.entries if one.kind == "DocumentReference"] == [
        "page 1",
        "page 2",
    ]
    assert not reading.founds


@needs_tesseract
def test_the_stamp_of_a_fax_server_does_not_hide_the_page_below_it():
    reading = read(stamped(pdf(scanned=True), STAMP))
    assert "MedicationStatement" in kinds(reading)
    assert {one.detail.get("read_by") for one in reading.entries} == {"ocr"}


def test_what_a_scanner_laid_unseen_below_its_image_was_read_by_a_machine():
    reading = read(stamped(pdf(scanned=True), LETTER, unseen=True))
    assert kinds(reading) == ["AllergyIntolerance", "DocumentReference", "MedicationStatement"]
    assert {one.detail.get("read_by") for one in reading.entries} == {"ocr"}


@needs_tesseract
def test_a_letter_on_paper_with_a_picture_behind_it_is_taken_as_it_stands():
    paper = io.BytesIO()
    Image.new("L", (850, 1100), 250).save(paper, "PDF", resolution=100)
    reading = read(stamped(paper.getvalue(), LETTER))
    assert "MedicationStatement" in kinds(reading)
    assert reading.founds


def test_a_page_that_names_two_people_is_refused():
    with pytest.raises(PatientMismatch):
        read(pdf(LETTER + "Date of Birth: 07/01/1950\n"))


def test_a_page_that_names_nobody_is_nobodys():
    reading = read(pdf("A letter without a name, long enough to be a page of text that somebody wrote.\n"))
    assert (reading.person, reading.founds) == (Person(), False)


def test_without_tesseract_an_image_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="Tesseract"):
        read(image())


@pytest.mark.parametrize(
    "data",
    [pdf()[:200], image()[:300], b"%PDF-1.7\n" + b"\x00" * 50, b"\x89PNG\r\n\x1a\n" + b"junk"],
    ids=["half a PDF", "half a PNG", "an empty PDF", "a junk PNG"],
)
def test_a_damaged_scan_is_named_as_such(data):
    with pytest.raises(InputError, match=r"damaged|shows no text"):
        read(data)


def test_a_small_file_that_unfolds_into_a_huge_image_is_refused():
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(InputError, match=r"more points|damaged"):
        read(out.getvalue())


def test_the_picture_of_a_page_is_drawn_for_whoever_compares():
    assert scan.picture(pdf(), 1).startswith(b"\x89PNG")
    with pytest.raises(InputError):
        scan.picture(pdf(), 2)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("06/30/1949", "1949-06-30"),
        ("1949-06-30", "1949-06-30"),
        ("June 30, 1949", "1949-06-30"),
        ("30/06/1949", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_as_it_is_written_in_the_united_states_or_not_at_all(written, day):
    assert iso_day(written) == day
