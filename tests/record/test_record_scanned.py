"""What was read off an image is no drug, no allergy and no evidence; that it waits is told."""

from dataclasses import replace

from tests.record.people import a_report, an_allergy, the_record


def read_off_an_image(entry, scan="scan-1"):
    return replace(entry, detail={**entry.detail, "read_by": "ocr"}, references=(scan,))


def test_a_dose_read_off_an_image_is_not_current_and_contradicts_nobody():
    listed = a_report("metoprolol 25 mg daily")
    read = read_off_an_image(a_report("metoprolol 250 mg daily"))
    alone, both = the_record(listed), the_record(listed, read)
    assert both.medications == alone.medications
    assert both.conflicts == alone.conflicts
    assert read.id not in {entry.id for entry in both.entries}


def test_each_scan_is_one_gap_however_much_was_read_off_it():
    record = the_record(
        read_off_an_image(a_report("metoprolol 50 mg daily")),
        read_off_an_image(an_allergy("penicillin")),
        read_off_an_image(an_allergy("latex"), scan="scan-2"),
    )
    gaps = [gap for gap in record.gaps if gap.about == "scan_confirmation"]
    assert [gap.entries for gap in gaps] == [("scan-1",), ("scan-2",)]
    assert not record.allergies
    assert gaps[0].why.startswith("2 statements were")
