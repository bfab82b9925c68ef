"""What belongs to an identifier goes with it, who was named once is found again, and a scanner's slips hide nobody; what only looks so stays."""

from datetime import date

import pytest

from careloom.privacy.scanned import as_meant
from careloom.privacy.scrub import scrub

AS_OF = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Seen by Oyelaran RN. later oyelaran called back.", "Seen by [name] RN. later [name] called back."),
        ("TT = Tuyet Trinh CRMA. | 8p | TT | refused |", "[name] = [name] CRMA. | 8p | [name] | refused |"),
        ('Joan Hatcher ("Dub"), 93, rode along.', '[name] ("[name]"), 93, rode along.'),
        ("Next visit Weds 11/6.", "Next visit [date]."),
        ("Device MIR 904 771 H, home number 605/555/0107.", "Device [device], home number [phone]."),
        ("spoke with dtr tenille. jw lpn", "spoke with dtr [name]. [name] lpn"),
        ("07:03 tk: ok\n07:05 farouk: sent\n07:06 tk: thanks", "07:03 [name]: ok\n07:05 [name]: sent\n07:06 [name]: thanks"),
        ('{"name": "Tila", "note": "brings lunch"}', '{"name": "[name]", "note": "brings lunch"}'),
        ("NM1*IL*1*HASSANZADEH*PARVANEH*L****MI*SPX80044719~", "NM1*IL*1*[name]*[name]*[name]****MI*[other]~"),
        ("| Med | 3/1 | 3/2 | 3/3 |", "| Med | [date] | [date] | [date] |"),
        ("HRN 61-40-27.", "HRN [record number]."),
        ("Surgery on 04MAR2024.", "Surgery on [date]2024."),
        ("Signed by J.R. at noon.", "Signed by [name] at noon."),
        ("plate TX-KRN 4471, tail N417HD", "plate [vehicle], tail [vehicle]"),
    ],
)  # fmt: skip
def test_what_belongs_to_an_identifier_goes_with_it(text: str, said: str):
    assert scrub(text, as_of=AS_OF).text == said


@pytest.mark.parametrize(
    "text",
    [
        "07:30 vitals: stable. BP 120/80, HR 98, CPT 99490, NYHA III, HLA B27, PHQ-9 12.",
        "Per RN the wound is clean; the MD will see. Call if fever; pt denies pain; mother reports a cough.",
        "1500-2000 mL a day; 80-90 percent; U.S. born; I.V. fluids; G2P1; CHA2DS2-VASc 4; T2N0M0.",
        "Freq: SN 2w4, 1w5; PT 2w6. 31 y/o G2P1001. Abd soft, last BM today. A1c/lipids drawn, RLL clear.",
        "Fish and rice twice a week. Puede dañar el corazón. Vive con ella; se fue la luz.",
        "Mohs surgery; Toldt line; Semmes-Weinstein monofilament; Epworth Sleepiness Scale 8; Koebner phenomenon.",
    ],
)
def test_what_only_looks_so_stays(text: str):
    assert scrub(text, as_of=AS_OF).text == text


def test_a_name_that_is_such_a_word_still_goes():
    said = scrub(
        "Ella called. Mrs. Corazon left. Fish reports pain. Cook left AMA. Device SN 2W4K998.", as_of=AS_OF
    )
    assert (
        said.text == "[name] called. Mrs. [name] left. [name] reports pain. [name] left AMA. Device [device]."
    )


def test_signs_of_any_script_are_read():
    assert scrub("BMI 31 kg/m ², dose ½, ٣ tablets, \x00\x01.", as_of=AS_OF).text.startswith("BMI 31 kg/m ²")


def test_a_scanned_text_is_read_as_it_was_meant():
    text = "Whit3pine Farnily Medlcine, D0B: l1/O9/l932, seen by Jos1yn Ta1sma NP, Ph: (4O2) 555-0lO2, ce11 rings."
    meant = as_meant(text)
    assert meant is not None and len(meant) == len(text)
    assert "11/09/1932" in meant and "Joslyn Talsma" in meant and "(402) 555-0102" in meant
    out = scrub(text, as_of=AS_OF).text
    assert not any(one in out for one in ("l932", "Ta1sma", "0lO2"))


def test_a_text_without_slips_is_no_scanned_one():
    assert as_meant("HbA1c 7.1, vitamin B12 and D3, CHA2DS2-VASc 4, 2nd visit, SpO2 95 on O2.") is None
