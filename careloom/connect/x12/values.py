"""Values: what a value must be that a guide leaves to a list outside of it; the values themselves are never told.

Source: code lists 22 (states), 237 (places of service), 507 and 508 (claim status) as pyx12's `codes.xml` has them; 45 CFR
162.406 (NPI); the forms of ICD-10-CM, ICD-10-PCS, CPT and HCPCS codes, of revenue codes (NUBC), taxonomies (NUCC) and
adjustment reasons (code list 139); the guides' note on decimal points in HI (none is sent).
Misses: whether a code of the right form exists, which takes lists that may not be shipped.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from lxml import etree

from careloom.connect.x12.element import Said
from careloom.connect.x12.segment import Segment
from careloom.text.digits import NPI, is_npi

HOME = frozenset({"", "US", "USA", "CA", "CAN"})
# States and provinces that the list lacks: Palau, the outlying islands, Newfoundland, Nunavut, Quebec.
LATER = frozenset({"PW", "UM", "NL", "NU", "QC"})
ICD10_CODE = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}")
ICD9_CODE = re.compile(r"(?:\d{3}|V\d{2}|E\d{3})\d{0,2}")
PCS_CODE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
SERVICE_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
REVENUE_CODE = re.compile(r"\d{4}")
TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
REASON = re.compile(r"\d{1,3}|[A-Z]{1,2}\d{1,2}")
STATUS = re.compile(r"\d{1,3}")
DECISION = re.compile(r"[0-9A-Z]{2}")
# HI: what the codes of each list look like.
DIAGNOSES: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("ABK", "ABF", "ABJ", "APR", "ABN"), ICD10_CODE),
    **dict.fromkeys(("BK", "BF", "BJ", "PR", "BN"), ICD9_CODE),
    **dict.fromkeys(("BBR", "BBQ"), PCS_CODE),
}
# Where each segment has a product or service, a place of service, a revenue code.
SERVICES: Mapping[str, int] = {"SV1": 1, "SV2": 2, "SVC": 1}
PLACES: Mapping[str, int] = {"SV1": 5, "SV3": 3}
WRONG_CODE = "IK4 7"


def faults(segment: Segment) -> Iterator[Said]:
    """Every fault of the values of a segment: its place ("-03"), words and code."""
    found = CHECKS.get(segment.id)
    if found is not None:
        yield from found(segment)


def doubts(segment: Segment) -> Iterator[Said]:
    """Faults of values that senders invent in interchanges marked as tests, X12's own published examples among them."""
    found = DOUBTS.get(segment.id)
    if found is not None:
        yield from found(segment)


@lru_cache(maxsize=8)
def listed(name: str) -> frozenset[str]:
    """A code list by its name in pyx12's table."""
    root = etree.fromstring(files("pyx12").joinpath("map").joinpath("codes.xml").read_bytes())
    found = [one for one in root.iter("codeset") if one.findtext("id") == name]
    return frozenset(code.text or "" for one in found for code in one.iter("code"))


def _name(segment: Segment) -> Iterator[Said]:
    place = 9 if segment.id == "NM1" else 4
    said = segment.get(place)
    if segment.get(place - 1) != "XX" or not said:
        return
    if not NPI.fullmatch(said):
        yield f"-{place:02}", f"is no NPI of ten digits, it has {len(said)} characters", WRONG_CODE
    elif not is_npi(said):
        yield f"-{place:02}", "the check digit of the NPI is wrong", "ours"


def _place(segment: Segment) -> Iterator[Said]:
    state = segment.get(2)
    if state and segment.get(4) in HOME and state not in listed("states") | LATER:
        yield "-02", "is no state or province", WRONG_CODE


def _claim(segment: Segment) -> Iterator[Said]:
    if segment.part(5, 2) == "B" and segment.part(5, 1) not in listed("pos"):
        yield "-05-1", "is no place of service", WRONG_CODE


def _health(segment: Segment) -> Iterator[Said]:
    for place, form, code in _listed_in(segment):
        if not form.fullmatch(code.replace(".", "")):
            yield f"-{place:02}-2", "is no code of the list that its qualifier names", WRONG_CODE


def _points(segment: Segment) -> Iterator[Said]:
    for place, _, code in _listed_in(segment):
        if "." in code:
            yield f"-{place:02}-2", "has a decimal point, which is not sent", WRONG_CODE


def _listed_in(segment: Segment) -> Iterator[tuple[int, re.Pattern[str], str]]:
    for place in range(1, len(segment.elements)):
        form, code = DIAGNOSES.get(segment.part(place, 1)), segment.part(place, 2)
        if form is not None and code:
            yield place, form, code


def _service(segment: Segment) -> Iterator[Said]:
    at = SERVICES[segment.id]
    code = segment.part(at, 2)
    if segment.part(at, 1) == "HC" and code and not SERVICE_CODE.fullmatch(code):
        yield f"-{at:02}-2", "is no procedure code (CPT or HCPCS)", WRONG_CODE
    where = PLACES.get(segment.id)
    if where and segment.get(where) and segment.get(where) not in listed("pos"):
        yield f"-{where:02}", "is no place of service", WRONG_CODE


def _revenue(segment: Segment) -> Iterator[Said]:
    if segment.get(1) and not REVENUE_CODE.fullmatch(segment.get(1)):
        yield "-01", "is no revenue code of four digits", WRONG_CODE


def _provider(segment: Segment) -> Iterator[Said]:
    if segment.get(2) == "PXC" and segment.get(3) and not TAXONOMY.fullmatch(segment.get(3)):
        yield "-03", "is no provider taxonomy code", WRONG_CODE


def _adjustment(segment: Segment) -> Iterator[Said]:
    for place in range(2, len(segment.elements), 3):
        if segment.get(place) and not REASON.fullmatch(segment.get(place)):
            yield f"-{place:02}", "is no adjustment reason code", WRONG_CODE


def _status(segment: Segment) -> Iterator[Said]:
    for place in (1, 10, 11):
        category, status = segment.part(place, 1), segment.part(place, 2)
        if category and category not in listed("claim_status_cat"):
            yield f"-{place:02}-1", "is no claim status category code", WRONG_CODE
        if status and segment.part(place, 4) != "RX" and not STATUS.fullmatch(status):
            yield f"-{place:02}-2", "is no claim status code", WRONG_CODE


def _review(segment: Segment) -> Iterator[Said]:
    if any(not DECISION.fullmatch(code) for code in segment.repeats(3)):
        yield "-03", "is no review decision reason code", WRONG_CODE


CHECKS = {
    "N4": _place, "CLM": _claim, "HI": _health, "SV1": _service, "SV2": _service, "SVC": _service, "CAS": _adjustment,
    "STC": _status, "HCR": _review,
}  # fmt: skip
DOUBTS = {"NM1": _name, "N1": _name, "HI": _points, "SV2": _revenue, "PRV": _provider}
