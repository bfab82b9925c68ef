"""Visits: whether an encounter was a stay in hospital, an emergency visit, or another visit.

Source   HL7 v3 ActEncounterCode (IMP, ACUTE, NONAC, SS, OBSENC, EMER), HL7 v2 table 0004 (I, E), SNOMED CT 32485007, 8715000,
         183452005 (hospital admission), 4525004 (emergency department visit), as readers name them
Misses   a stay or an emergency visit whose source gives neither a class nor one of these codes
"""

import re
from typing import Literal, TypeAlias

from careloom.care.entry import SNOMED, Entry

Setting: TypeAlias = Literal["stay", "emergency", "visit"]
_ADMISSIONS = frozenset({"32485007", "8715000", "183452005"})
_EMERGENCIES = frozenset({"4525004"})
_STAYS = ("inpatient", "short stay", "observation")
# Where nobody calls after a discharge: to another facility, or nowhere any more.
_NOT_HOME = re.compile(
    r"expire|died|death|deceas|morgue|skilled|\bsnf\b|nursing|rehab|long.?term|\bltac?h?\b|hospice|hospital|transfer|psychiatric",
    re.I,
)
# What did not happen, or not yet.
_NOT_THEN = frozenset({"planned", "cancelled", "entered-in-error"})


def setting(entry: Entry) -> Setting:
    """What an Encounter was, by its class, else by its codes."""
    said = entry.detail.get("class", "").casefold()
    codes = {code.code for code in entry.codes if code.system == SNOMED}
    if said.startswith("emergency") or (codes & _EMERGENCIES and not said.startswith(_STAYS)):
        return "emergency"
    if said.startswith(_STAYS) or codes & _ADMISSIONS:
        return "stay"
    return "visit"


def took_place(entry: Entry) -> bool:
    """Whether an entry is a visit of the patient that was or is, not one that is only planned or was called off."""
    return (
        entry.kind == "Encounter"
        and entry.subject == "patient"
        and not entry.negated
        and (entry.status or "") not in _NOT_THEN
    )


def goes_home(entry: Entry) -> bool:
    """Whether a discharge is to the community, as far as its source says; where it says nothing, it is taken to be."""
    return not _NOT_HOME.search(entry.detail.get("discharge", ""))


def ended(entry: Entry) -> bool:
    """Whether a visit is over, as far as its source says."""
    return entry.effective.end is not None or entry.status in ("finished", "completed")
