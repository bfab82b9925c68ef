"""Invented X12 interchanges, and short ways to read them."""

import hashlib
import io

from careloom.care.entry import Entry, Message, Reading
from careloom.connect import x12

NEVER_IN_FAULTS = ("QUILL", "MARTA", "OTTO", "19490630", "1949-06-30", "QX778", "20110211")
PAYER = "NM1*PR*2*LARCH HEALTH PLAN*****PI*60054"
BILLER = [
    "NM1*85*2*ALDER CLINIC*****XX*1234567893",
    "N3*12 MILL ROAD",
    "N4*BANGOR*ME*04401",
    "REF*EI*112233445",
]
MARTA = [
    "NM1*IL*1*QUILL*MARTA*J***MI*QX778",
    "N3*8 ASH LANE",
    "N4*BANGOR*ME*04401",
    "DMG*D8*19490630*F",
]
OTTO = ["NM1*QC*1*QUILL*OTTO", "N3*8 ASH LANE", "N4*BANGOR*ME*04401", "DMG*D8*20110211*M"]
# A set's segments begin after ST and end before SE.
HEADER = [
    "BHT*0019*00*77*20260301*1015*CH",
    "NM1*41*2*ALDER CLINIC*****46*112233445",
    "PER*IC*FRONT DESK*TE*2075550100",
    "NM1*40*2*LARCH HEALTH PLAN*****46*60054",
    "HL*1**20*1",
    *BILLER,
]
SUBSCRIBER = ["HL*2*1*22*0", "SBR*P*18*GRP1******CI", *MARTA, PAYER]
CLAIM = [
    "CLM*A1*150***11:B:1*Y*A*Y*Y",
    "REF*G1*AUTH77",
    "HI*ABK:E1122*ABF:I10",
    "LX*1",
    "SV1*HC:99213*100*UN*1***1",
    "DTP*472*D8*20260214",
    "LX*2",
    "SV1*HC:J1815*50*UN*10***1",
    "DTP*472*D8*20260216",
    "LIN**N4*00002871501",
    "CTP****10*ML",
]
PROFESSIONAL = [*HEADER, *SUBSCRIBER, *CLAIM]
GUIDES = {
    "837": ("HC", "005010X222A1"),
    "835": ("HP", "005010X221A1"),
    "270": ("HS", "005010X279A1"),
    "271": ("HB", "005010X279A1"),
    "276": ("HR", "005010X212"),
    "277": ("HN", "005010X212"),
    "278": ("HI", "005010X217"),
    "834": ("BE", "005010X220A1"),
}


def transaction(segments: list[str], kind: str = "837", control: str = "0001", guide: str = "") -> list[str]:
    """A transaction set with its header and a trailer that fits."""
    told = guide or GUIDES[kind][1]
    head = f"ST*{kind}*{control}" + (f"*{told}" if told.startswith("005") else "")
    return [head, *segments, f"SE*{len(segments) + 2}*{control}"]


def group(sets: list[list[str]], kind: str = "837", control: str = "5", guide: str = "") -> list[str]:
    """A functional group around sets."""
    code, told = GUIDES[kind]
    head = f"GS*{code}*ALDER*LARCH*20260301*1015*{control}*X*{guide or told}"
    return [head, *(line for one in sets for line in one), f"GE*{len(sets)}*{control}"]


def interchange(
    groups: list[list[str]], control: str = "000000007", usage: str = "P", version: str = "00501"
) -> list[str]:
    """An interchange around groups."""
    head = f"ISA*00*          *00*          *ZZ*ALDER          *ZZ*LARCH          *260301*1015*^*{version}*{control}*0*{usage}*:"
    return [head, *(line for one in groups for line in one), f"IEA*{len(groups)}*{control}"]


def whole(segments: list[str], kind: str = "837", guide: str = "") -> list[str]:
    """The segments of a file with one set."""
    version = "00401" if guide.startswith("004") else "00501"
    return interchange(
        [group([transaction(segments, kind, guide=guide)], kind, guide=guide)], version=version
    )


def body(segments: list[str]) -> bytes:
    """A file's bytes."""
    return "".join(f"{one}~\n" for one in segments).encode()


def message(data: bytes) -> Message:
    """The message of some bytes, from a source called clearing house."""
    return Message(hashlib.sha256(data).hexdigest(), "clearing_house", "x12", "a.x12", "America/New_York")


def read(data: bytes | list[str]) -> list[Reading]:
    """All readings of a file."""
    data = body(data) if isinstance(data, list) else data
    return list(x12.read(message(data), io.BytesIO(data)))


def entries(data: bytes | list[str], kind: str = "") -> list[Entry]:
    """All entries of a file, of one kind if asked."""
    return [entry for one in read(data) for entry in one.entries if kind in ("", entry.kind)]


def faults(data: bytes | list[str]) -> list[tuple[str, str]]:
    """Place and reason of every fault; none tells of the person."""
    found = [(one.where, one.reason) for reading in read(data) for one in reading.rejected]
    for where, reason in found:
        assert not any(word in where + reason for word in NEVER_IN_FAULTS), (where, reason)
    return found


def codes_of(data: bytes | list[str]) -> list[str]:
    """The codes of every fault, in order ("IK5 4")."""
    return [reason.rpartition("(")[2].rstrip(")") for _, reason in faults(data)]


def without(segments: list[str], start: str) -> list[str]:
    """The segments without the first that begins so."""
    at = next(place for place, one in enumerate(segments) if one.startswith(start))
    return segments[:at] + segments[at + 1 :]


def instead(segments: list[str], start: str, *others: str) -> list[str]:
    """The segments with others in the place of the first that begins so."""
    at = next(place for place, one in enumerate(segments) if one.startswith(start))
    return [*segments[:at], *others, *segments[at + 1 :]]
