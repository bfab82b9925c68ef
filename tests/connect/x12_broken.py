"""Invented transactions of every kind that is read, and ways to break one segment of them."""

import re
from collections.abc import Callable, Iterator

from tests.connect.test_connect_x12_claims import INSTITUTIONAL
from tests.connect.test_connect_x12_payers import ANSWER, PAYMENT, REQUEST, RESPONSE, STATUS
from tests.connect.x12_made import PROFESSIONAL, whole

PAYER = "NM1*PR*2*LARCH HEALTH PLAN*****PI*60054"
CLINIC = "NM1*1P*2*ALDER CLINIC*****XX*1234567893"
MARTA = "NM1*IL*1*QUILL*MARTA****MI*QX778"
QUESTION = [
    "BHT*0022*13*10001234*20260301*1319", "HL*1**20*1", PAYER, "HL*2*1*21*1", CLINIC, "HL*3*2*22*0",
    "TRN*1*93175*9877281234", MARTA, "DMG*D8*19490630*F", "DTP*291*D8*20260301", "EQ*30",
]  # fmt: skip
STATUS_QUESTION = [
    "BHT*0010*13*77*20260301*1015", "HL*1**20*1", PAYER, "HL*2*1*21*1",
    "NM1*41*2*ALDER CLINIC*****46*112233445", "HL*3*2*19*1", CLINIC, "HL*4*3*22*0", "DMG*D8*19490630*F", MARTA,
    "TRN*1*A1", "REF*BLT*131", "AMT*T3*150", "DTP*472*D8*20260214",
]  # fmt: skip
ACKNOWLEDGED = [
    "BHT*0085*08*277X*20260302*0900*TH", "HL*1**20*1", PAYER, "TRN*1*R1", "DTP*050*D8*20260301",
    "DTP*009*D8*20260302", "HL*2*1*21*1", "NM1*41*2*ALDER CLINIC*****46*112233445", "TRN*2*77",
    "STC*A1:19:PR*20260302*WQ*150", "QTY*90*1", "AMT*YU*150", "HL*3*2*19*1",
    "NM1*85*2*ALDER CLINIC*****XX*1234567893", "TRN*1*0", "HL*4*3*PT", "NM1*QC*1*QUILL*MARTA****MI*QX778",
    "TRN*2*A1", "STC*A2:20:PR*20260302*WQ*150", "REF*1K*ICN1", "DTP*472*D8*20260214",
]  # fmt: skip
# The segments of a set, its number, and its guide where it is not the usual one.
KINDS = {
    "837P": (PROFESSIONAL, "837", ""),
    "837I": (INSTITUTIONAL, "837", "005010X223A2"),
    "835": (PAYMENT, "835", ""),
    "270": (QUESTION, "270", ""),
    "271": (ANSWER, "271", ""),
    "276": (STATUS_QUESTION, "276", ""),
    "277": (STATUS, "277", ""),
    "277CA": (ACKNOWLEDGED, "277", "005010X214"),
    "278 request": (REQUEST, "278", ""),
    "278 response": (RESPONSE, "278", ""),
}
Way = Callable[[list[str], int], list[str]]


def put(place: int, value: str) -> Way:
    """An element of the segment with another value."""

    def way(segments: list[str], at: int) -> list[str]:
        elements = segments[at].split("*")
        elements += [""] * (place + 1 - len(elements))
        elements[place] = value
        return [*segments[:at], "*".join(elements), *segments[at + 1 :]]

    return way


def swap(before: str, after: str) -> Way:
    """The segment with a part of it replaced (a pattern)."""
    return lambda segments, at: [*segments[:at], re.sub(before, after, segments[at]), *segments[at + 1 :]]


def drop(segments: list[str], at: int) -> list[str]:
    """Without the segment."""
    return segments[:at] + segments[at + 1 :]


def twice(segments: list[str], at: int) -> list[str]:
    """With the segment twice."""
    return [*segments[: at + 1], *segments[at:]]


def before(other: str) -> Way:
    """With another segment before it."""
    return lambda segments, at: [*segments[:at], other, *segments[at:]]


def broken(pattern: str, way: Way, kinds: str = "") -> Iterator[tuple[str, list[str]]]:
    """The file of every kind that has such a segment (of `kinds` alone where told), broken in this way."""
    for kind, (segments, number, guide) in KINDS.items():
        if kinds and not re.fullmatch(kinds, kind):
            continue
        at = next((place for place, one in enumerate(segments) if re.match(pattern, one)), None)
        if at is not None and (other := way(list(segments), at)) != segments:
            yield kind, whole(other, number, guide)
