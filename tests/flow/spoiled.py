"""Every kind of bad input, beside ten good files: what is wrong with each, where, and the same without the fault."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.connect.hl7 import hl7
from tests.connect.made_ccda import CCD as MARTA
from tests.connect.x12_made import PROFESSIONAL, body, instead, whole
from tests.flow.test_bad_input import PATIENT, bundle, observation

ORU = hl7(
    "ORU^R01",
    "OBR|1|||24323-8^CMP^LN|||202603040800|||||||||||||||202603040930||LAB|F",
    "OBX|1|NM|2345-7^Glucose^LN||110|mg/dL|70-99|H|||F",
)
ROWS = "member_id,member_family,birth_date,fill_date,ndc,drug_name,status\n"
FILL = "q7,Pike,1952-06-30,2026-03-05,{},metformin 500 mg,paid\n"
# Five people with one illness of their file each: nobody is taken for somebody else.
CCD = MARTA.replace("Quill", "Hale").replace("19490630", "19510630")
ROTH = [one.replace("QUILL", "ROTH").replace("19490630", "19530630") for one in PROFESSIONAL]
X12 = body(whole(ROTH))
NOTE = "Patient: Nora Vale\nBirth date: 1954-06-30\nMRN: Q-778\n\n{}\n"
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE l [{}]>'
BOMB = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
FOREIGN = '<!ENTITY x SYSTEM "file:///etc/passwd">'
TWIN = PATIENT | {"id": "p2", "identifier": [{"system": "urn:test", "value": "2"}]}
LATER = observation(effectiveDateTime="2199-01-01")
# Potassium by the piece.
PIECES = observation(
    code={"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
    valueQuantity={"value": 4.1, "unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}"},
)
# No word of a person may stand in a reason or a place.
NEVER_SAID = (
    "Quill",
    "QUILL",
    "Marta",
    "MARTA",
    "Dana",
    "1949-06-30",
    "19490630",
    "1970-01-01",
    "H-778",
    "Q-778",
)


# So little may be unpacked here that a bomb takes no time to make.
MOST_UNPACKED_MB = 8


@dataclass(frozen=True)
class Spoiled:
    """A bad file, the beginning of where its fault is, some words of why, and the corrected file."""

    name: str
    bad: bytes
    where: str
    why: str
    good: bytes


def _document(types: str, use: str) -> bytes:
    return (DOCTYPE.format(types) + CCD.split("?>", 1)[1].replace("<title>", f"<title>{use}", 1)).encode()


def _zip_bomb() -> bytes:
    """Five files that unpack to more than all that an archive may hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.json", bytes(MOST_UNPACKED_MB << 18))
    return out.getvalue()


def every() -> list[Spoiled]:
    """One of each kind of the list."""
    one = bundle(PATIENT, observation())
    note = NOTE.format("She walks every day.").encode()
    unended = body(instead(whole(ROTH), "SE*", "SE*999*0001"))
    return [
        Spoiled("delimiters.hl7", ORU.replace(b"|^~\\&|", b"|^^^^|"), "message 1, MSH-2", "delimiters", ORU),
        Spoiled("delimiters.x12", X12.replace(b"ISA*00*", b"ISA*0*"), "ISA 1/ISA-01", "characters", X12),
        Spoiled("charset.json", one.replace(b"Doe", b"D\xf6e"), "line 1, byte", "not UTF-8", one),
        Spoiled("charset.hl7", ORU.replace(b"Quill", b"Qu\xebll"), "message 1, line 2", "character set", ORU),
        Spoiled("utf-16.txt", note.decode().encode("utf-16"), "line 1", "UTF-16", note),
        Spoiled("short.json", one[:-30], "line 1, byte", "cut short", one),
        Spoiled("short.hl7", ORU[: ORU.index(b"2345-7")], "message 1, OBX", "cut short", ORU),
        Spoiled("short.xml", CCD.encode()[:-900], "line", "not well-formed", CCD.encode()),
        Spoiled("short.x12", X12[: len(X12) // 2], "ISA 1", "the file ends", X12),
        Spoiled("short.json.gz", gzip.compress(one)[:-20], "", "damaged", one),
        Spoiled("event.hl7", hl7("ADT^Z99"), "message 1, MSH-9", "no reader knows", hl7("ADT^A08")),
        Spoiled("counts.x12", unended, "ISA 1/GS 1/ST 1/SE-01", "number of segments", X12),
        Spoiled(
            "ndc.csv", (ROWS + FILL.format("123456789")).encode(), "row 1, ndc", "NDC of 9 digits",
            (ROWS + FILL.format("00093104801")).encode(),
        ),
        Spoiled("bomb.xml", _document(BOMB, "&b;"), "line 1", "DTD", CCD.encode()),
        Spoiled("entity.xml", _document(FOREIGN, "&x;"), "line 1", "DTD", CCD.encode()),
        Spoiled("bomb.zip", _zip_bomb(), "", "unpacks to more than", one),
        Spoiled("long.txt", NOTE.format("She walks. " * 700_000).encode(), "line 1", "larger than a note", note),
        Spoiled("two.json", bundle(PATIENT, TWIN), "Bundle.entry[0]", "two patients", one),
        Spoiled("unit.json", bundle(PATIENT, PIECES), "Bundle.entry[1]", "unit can't be converted", one),
        Spoiled("later.json", bundle(PATIENT, LATER), "Bundle.entry[1]", "after the message came", one),
    ]  # fmt: skip


def good(folder: Path) -> list[str]:
    """Ten good files about ten people, in a folder; their names."""
    names = []
    for number in range(10):
        person = PATIENT | {
            "id": f"g{number}",
            "identifier": [{"system": "urn:test", "value": f"g{number}"}],
            "name": [{"family": f"Good{'ABCDEFGHIJ'[number]}", "given": ["Invented"]}],
            "birthDate": f"195{number}-01-01",
        }
        result = observation(subject={"reference": f"Patient/g{number}"})
        names.append(f"good-{number}.json")
        (folder / names[-1]).write_bytes(bundle(person, result))
    return names
