"""Origins: the group of race or ethnicity that a source's codes say; nothing of a draft, a check or a tier ever asks for them.

Source   the minimum categories of OMB, Federal Register 62:58782 (1997), by CDC's Race and Ethnicity Code Set 1.0 (2000), as US Core 6.1.0, the value set "OMB
         Race Categories"; HL7 v2.8.2, tables 0005 (CDC's codes) and 0189
Misses   OMB's revision of 2024 (Federal Register 89:22182), which asks one question for both; a code of a people or country without its category
"""

from collections.abc import Iterable, Mapping

CDC = "urn:oid:2.16.840.1.113883.6.238"
TABLES = "http://terminology.hl7.org/CodeSystem/v2-"
RACES: Mapping[str, str] = {
    "1002-5": "American Indian or Alaska Native",
    "2028-9": "Asian",
    "2054-5": "Black or African American",
    "2076-8": "Native Hawaiian or other Pacific Islander",
    "2106-3": "White",
    "2131-1": "another race",
}
ETHNICITIES: Mapping[str, str] = {
    "2135-2": "Hispanic or Latino",
    "2186-5": "not Hispanic or Latino",
    "H": "Hispanic or Latino",
    "N": "not Hispanic or Latino",
}
SEVERAL = "more than one"
# A source says something, in codes that name none of the categories.
IN_DETAIL = "said in other codes alone"
# Asked and not answered, or not known: FHIR's data-absent and null flavours, HL7 table 0189.
UNSAID = frozenset({"ASKU", "UNK", "NI", "NASK", "U", "asked-unknown", "asked-declined", "unknown"})


def origin(name: str, codes: Iterable[str]) -> str:
    """The group of the codes ("system|code") of a Patient entry, `name` being race or ethnicity; "" where they say none."""
    known = RACES if name == "race" else ETHNICITIES
    said = [
        (system, code) for system, _, code in (one.rpartition("|") for one in codes) if code not in UNSAID
    ]
    groups = {known[code] for system, code in said if code in known and _speaks(system)}
    if groups:
        return groups.pop() if len(groups) == 1 else SEVERAL
    return IN_DETAIL if said else ""


def _speaks(system: str) -> bool:
    """Whether a system's codes are CDC's or of HL7's tables of them; v2 senders mostly name none."""
    return system in ("", CDC) or system.startswith(TABLES)
