"""How much of a drug a dose's words amount to in a day."""

import re
from decimal import Decimal

from careloom.knowledge.strengths import parse_strengths

_MG = {"mg": Decimal(1), "g": Decimal(1000), "mcg": Decimal("0.001")}
_NUMBERS = {"half": "0.5", "one": "1", "once": "1", "two": "2", "twice": "2", "three": "3", "four": "4"}
_PIECES = re.compile(
    r"\b(\d+(?:\.\d+)?|half|one|two|three|four)\s*(?:an?\s+)?(?:tab|cap|pill|caplet|softgel)", re.I
)
_UNSURE = re.compile(
    r"\bas needed\b|\bprn\b|\bif needed\b|\bweek|\bmonth|every other|alternate|;|\btaper|\d\s*(?:-|to)\s*\d",
    re.IGNORECASE,
)
_OFTEN = (
    (re.compile(r"\bevery (\d+) ?h(?:ou)?rs?\b|\bq ?(\d+) ?h\b", re.I), True),
    (re.compile(r"\b(\d+|two|three|four) (?:times|x)(?: a| per| each)? ?(?:day|daily)\b", re.I), False),
    (re.compile(r"\b(\d) ?/ ?(?:d|day)\b", re.I), False),
)
_WORDS = (
    (re.compile(r"\b(?:four times|qid)\b", re.I), 4),
    (re.compile(r"\b(?:three times|thrice|tid)\b", re.I), 3),
    (re.compile(r"\b(?:twice|two times|bid|morning and (?:evening|night|bedtime))\b", re.I), 2),
    (
        re.compile(r"\b(?:once|daily|every day|each day|nightly|bedtime|every (?:morning|evening|night)|qd|qhs|qam)\b", re.I),
        1,
    ),
)  # fmt: skip
# A bare quantity, as a fill has it: "1 tablet for 10 days" is what somebody is told to take.
_FILLED = re.compile(r"(?:^|, )(\d+(?:\.\d+)?) for (\d+) days\Z")


def daily_mg(said: str) -> Decimal | None:
    """The amount in mg a day that a dose's words state ("500 mg, 2 tablets twice daily" gives 2000).

    None where they don't state it plainly: as needed, weekly, a taper, a range, two strengths, no frequency.
    """
    strengths = set(parse_strengths(said))
    if len(strengths) != 1 or is_unsure(said):
        return None
    strength, times = milligrams(*strengths.pop()), times_a_day(said)
    if strength is None or times is None:
        return None
    pieces = {_NUMBERS.get(count.lower(), count) for count in _PIECES.findall(said)}
    if len(pieces) > 1:
        return None
    return strength * times * Decimal(pieces.pop() if pieces else 1)


def daily_mg_at_most(said: str) -> Decimal | None:
    """The amount in mg a day that a dose's words state, or that a fill's allow ("500 mg, 60 for 30 days" gives 1000); None where neither."""
    stated, filled = daily_mg(said), _FILLED.search(said)
    strengths = set(parse_strengths(said))
    if stated is not None or filled is None or len(strengths) != 1:
        return stated
    strength, days = milligrams(*strengths.pop()), Decimal(filled[2])
    return strength * Decimal(filled[1]) / days if strength is not None and days else None


def milligrams(amount: str, unit: str) -> Decimal | None:
    """A strength in mg; None where its unit is no weight ("units", "mg/mL")."""
    return Decimal(amount) * _MG[unit] if unit in _MG else None


def is_unsure(said: str) -> bool:
    """Whether a dose's words state no plain daily amount: as needed, weekly, a taper, a range."""
    return bool(_UNSURE.search(said))


def times_a_day(said: str) -> Decimal | None:
    """How often a day the words say, or None ("every 8 hours" gives 3)."""
    for pattern, hours in _OFTEN:
        if found := pattern.search(said):
            count = Decimal(next(_NUMBERS.get(group.lower(), group) for group in found.groups() if group))
            return (Decimal(24) / count if hours else count) if count else None
    return next((Decimal(times) for pattern, times in _WORDS if pattern.search(said)), None)
