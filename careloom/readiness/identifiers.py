"""Which kinds of identifiers of the Safe Harbor method occur, by their structure alone.

Source   45 CFR 164.514(b)(2)(i), (A) to (R)
Misses   what stands in free text (counted beside it), and numbers whose system does not say what they are
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from careloom.care.entry import Entry, Person

KINDS: Mapping[str, str] = {
    "A": "names",
    "B": "places smaller than a state",
    "C": "dates, and ages over 89",
    "D": "telephone numbers",
    "E": "fax numbers",
    "F": "e-mail addresses",
    "G": "social security numbers",
    "H": "medical record numbers",
    "I": "health plan numbers",
    "J": "account numbers",
    "K": "certificate and licence numbers",
    "L": "vehicle identifiers",
    "M": "device identifiers",
    "N": "web addresses",
    "O": "IP addresses",
    "P": "biometric identifiers",
    "Q": "photographs of the face",
    "R": "any other unique number",
}
# What the system of an identifier says, the first that fits (OIDs as HL7 and the US registries assign them).
_SYSTEMS = (
    ("G", ("us-ssn", "2.16.840.1.113883.4.1")),
    ("K", ("driver", "licen", "passport", "2.16.840.1.113883.4.3.")),
    ("I", ("member", "subscriber", "medicare", "us-mbi", "medicaid", "health_plan", "payer", "policy")),
    ("J", ("account",)),
)
# Kinds that no field of ours holds: they can only stand in free text or in an attachment.
ELSEWHERE = ("L", "O", "P")


def kinds_told(
    entries: Sequence[Entry], persons: Sequence[tuple[str, Person]]
) -> Mapping[str, frozenset[str]]:
    """The letters of the kinds that each source tells of one patient."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source, person in persons:
        found[source] |= _of_person(person)
    for entry in entries:
        found[entry.source.system] |= _of_entry(entry)
    return {source: frozenset(kinds) for source, kinds in found.items()}


def _of_person(person: Person) -> set[str]:
    kinds = {"A"} if person.names else set()
    kinds |= {"B"} if person.addresses else set()
    kinds |= {"C"} if person.birth_date or person.deceased else set()
    kinds |= {_telecom(one) for one in person.telecoms}
    return kinds | {_identifier(one.system) for one in person.identifiers}


def _of_entry(entry: Entry) -> set[str]:
    kinds = {"C"} if entry.happened or entry.detail.get("due") else set()
    if entry.detail.get("proxy") or entry.kind == "RelatedPerson":
        kinds.add("A")
    if entry.kind.startswith("Device"):
        kinds.add("M")
    if entry.kind == "Media":
        kinds.add("Q")
    return kinds


def _telecom(text: str) -> str:
    low = text.lower()
    if "fax" in low:
        return "E"
    if "@" in low:
        return "F"
    return "N" if low.startswith(("http", "www.")) else "D"


def _identifier(system: str) -> str:
    low = system.lower()
    if "note" in low:
        return "R"
    return next((kind for kind, marks in _SYSTEMS if any(mark in low for mark in marks)), "H")
