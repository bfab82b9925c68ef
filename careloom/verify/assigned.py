"""Is an activity's computable part what its sentence says, and what its guideline wants: whose task it is, and by when?"""

import re
from collections.abc import Iterator

from careloom.care.document import ROLES, Activity, Guideline
from careloom.verify.case import Fault
from careloom.verify.index import Index
from careloom.verify.tokens import Sort

_SPOKEN = {role.replace("_", " "): role for role in ROLES}
_ABOUT = frozenset({"patient", "caregiver"})
_ROLE = re.compile(rf"\b(?:{'|'.join(_SPOKEN)})\b", re.IGNORECASE)
_LED = re.compile(rf"(?:The\s+)?({'|'.join(_SPOKEN)})\b(?!['’])", re.IGNORECASE)


def activity_faults(
    index: Index, activity: Activity, text: str, guideline: Guideline | None
) -> Iterator[Fault]:
    """Faults of an activity's owner or due date; a sentence that names no role may leave its task to any."""
    rule = index.knowledge.protocols.rule(guideline.id) if guideline else None
    if rule is not None and rule.owner:
        owners = {rule.owner}
    elif led := _LED.match(text):
        owners = {_SPOKEN[led[1].lower()]}
    else:
        # "The care team decides together with the patient": whom a task is about isn't who does it.
        owners = {_SPOKEN[found.group().lower()] for found in _ROLE.finditer(text)} - _ABOUT
    if owners and activity.owner not in owners:
        yield Fault("owner", activity.owner, 0, 0, contradicts=True)
    due = index.due(guideline) if guideline else frozenset()
    days = due or {token.key for token in index.parse(text).tokens if token.sort is Sort.DATE}
    if activity.due and days and activity.due not in days:
        yield Fault("date", activity.due, 0, 0, contradicts=True)
