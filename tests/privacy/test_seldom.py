"""Identifiers in writings that notes hold seldom are taken, and what looks like them in medicine stays."""

from datetime import date

import pytest

from careloom.privacy.scrub import scrub

AS_OF = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("aus Toronto M4B 1G5 geschickt", "M4B 1G5"),
        ("practice at Hull HU5 2QT today", "HU5 2QT"),
        ("found at ///apple.river.stone", "apple.river.stone"),
        ("hit on SE Powell, #12", "SE Powell"),
        ("stays at Desert Palms MHP, Sp 14", "Palms MHP, Sp 14"),
        ("call 503—555—0144 now", "503—555—0144"),
        ("Study UID 1.2.840.113704.1.111.5104", "113704"),
        ("mug shot #88121 on file", "88121"),
        ("Tattoos: \"Nan\" on R calf, anchor on chest.", "Nan"),
        ("served with 2nd Bn 5th Marines in 1969", "2nd Bn 5th Marines"),
        ("deckhand on the F/V Blue Heron", "Blue Heron"),
        ("seen 7/iii/2025 again", "7/iii"),
        ("Drawn 031426 0640", "031426"),
        ("home Sat. Meds then.", "Sat"),
        ("great-grandmother (97) helps", "97"),
        ("the night aide (Zdenka, new) left", "Zdenka"),
        ("RAHIMZOI FNU arrived", "RAHIMZOI FNU"),
        ("name=Odile+Brandt&dob=1979-02-14&reason=cough", "Odile"),
        ("patient oswald quimby the second date of birth", "oswald"),
        ("Dep 01 QUENTIN 02 OTTOLINE", "QUENTIN"),
        ("OBX|1|NM|718-7^Hgb^LN||9.1|g/dL|||||F||||4417^VOSS^HELGA^^^MD", "VOSS"),
        ("two days before Thanksgiving she fell", "two days before"),
        ("seen by officer Q. Halvard today", "Halvard"),
        ("Member ALDOUS T WINTERBOURNE here", "WINTERBOURNE"),
        ("released to Halvorsen & Daughters", "Daughters"),
        ("left her job last August, poor sleep", "last"),
        ("Operators Zamora/Petrovic used 110 mL", "Petrovic"),
        ("0820 Vu, An - diabetes; 0840 Ito, Ken new", "Vu, An"),
        ("courier to 27 Camino del Rey, side door", "27 Camino"),
        ("no orders. Ilse Brandt, RN, 9/9", "9/9"),
        ("incident log 25-0611 filed", "25-0611"),
        ("grandfather, b. 3 Nov 1889, colon cancer", "1889"),
    ],
)  # fmt: skip
def test_a_seldom_writing_is_taken(text: str, said: str):
    assert said in text
    assert said not in scrub(text, as_of=AS_OF).text


@pytest.mark.parametrize(
    "text",
    [
        "O2 Sat 94% on RA. SpO2 sat 92 %. Avoid sun exposure on arms.",
        "Tattoo ink placed 3 cm distal to the polyp for surgery.",
        "OBX|1|NM|2160-0^CREATININE^LN||1.42|mg/dL",
        "Lives in an old apartment; pain in the left lower extremity, numbness in both feet.",
        "A. Colon, sigmoid: adenoma. B. Skin, left shoulder: nevus. C. Stomach: gastritis.",
        "Gauge #18 catheter; suture #4 removed; T4 N2 M0; V4 5 mm; S1 2 mm.",
        "Call for fever over 101 F or temp 100 F; visits last year, next week, this month.",
        "0800 Lasix, Potassium given; and/or, Right/Left, Systolic/Diastolic, Ortho/Neuro.",
        "[1] Heart failure has been active since D2.\n[3] Low back pain has been active since D5.",
        "Mother (62) has diabetes; father (71) had a stroke.",
        "Images: no acute findings. Photos deferred.",
    ],
)
def test_what_only_looks_so_stays(text: str):
    assert scrub(text, as_of=AS_OF).text == text
