"""Licensing: in which states a site's people sign, and whether a licence of another state counts there.

Source   NCSBN, Nurse Licensure Compact (nursecompact.com, "Nurses and the NLC" and "Frequently Asked Questions"): a nurse is licensed in the
         state where the patient is at the time; a multistate licence, issued by the compact state in which a nurse lives, holds
         in the other compact states; it is for registered and practical nurses, not for advanced practice nurses
Misses   which states are in the compact, and since when (the site says it of its own); other professions' compacts; where a patient is today
"""

import re
from collections.abc import Mapping

from careloom.errors import ConfigError

# Whose multistate licence holds in other compact states, among those who sign here.
COMPACT_ROLES = frozenset({"registered_nurse"})
_STATE = re.compile(r"([A-Z]{2})(\+compact)?")


def states(text: str) -> dict[str, bool]:
    """The states of a setting such as "MA NH+compact", each with whether it is in the compact. Raises ConfigError for anything else."""
    found = {}
    for word in text.split():
        said = _STATE.fullmatch(word)
        if said is None:
            raise ConfigError(
                "CARELOOM_LICENCE_STATES holds states, such as MA, or NH+compact for one in the Nurse Licensure Compact"
            )
        found[said[1]] = bool(said[2])
    return found


def holds(known: Mapping[str, bool], state: str, role: str, *, multistate: bool) -> bool:
    """Whether a licence of a state counts in one of these; where none is set, any does."""
    if not known or state.upper() in known:
        return True
    return multistate and role in COMPACT_ROLES and any(known.values())
