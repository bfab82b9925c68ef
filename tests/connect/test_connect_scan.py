"""A fax comes in: its text layer or what a machine reads off it, whose it is, and nothing certain that isn't."""

import io
import shutil

import pytest

from careloom import connect, knowledge
from careloom.connect import scan
from careloom.connect.scan import ocr
from careloom.connect.scan.whose import iso_day
from careloom.errors import InputError, PatientMismatch
from tests.connect.made import message
from tests.connect.scanned import LETTER, image, pdf

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
    with pytest.raises(InputError, match="names no patient for certain"):
        read(image("MRN: 778812\nShe takes metoprolol 50 mg twice a day. She sleeps well and walks daily.\n"))


def test_a_page_that_names_two_people_is_refused():
    with pytest.raises(PatientMismatch):
        read(pdf(LETTER + "Date of Birth: 07/01/1950\n"))


def test_a_page_that_names_nobody_is_refused():
    with pytest.raises(InputError, match="names no patient"):
        read(pdf("A letter without a name, long enough to be a page of text that somebody wrote.\n"))


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
