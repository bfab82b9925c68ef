"""Times in a person's sentence: those of what it names, and of a cited line in its own words."""

import re
from dataclasses import replace

from careloom.verify.case import Fault
from careloom.verify.lexicon import stem
from careloom.verify.own.told import Told, with_topics
from careloom.verify.parse import figure, is_content
from careloom.verify.support import Support
from careloom.verify.tokens import Sort

# Of "this past summer" the word that a source may have.
_WHICH = re.compile(r"^this (?:past )?(?=spring|summer|autumn|fall|winter)")
# What has its own day, and isn't read out of a note of another.
_DATED = frozenset(
    {
        "Encounter",
        "Procedure",
        "Immunization",
        "Appointment",
        "ServiceRequest",
        "MedicationRequest",
        "MedicationDispense",
    }
)


def date_is_told(told: Told, fault: Fault) -> bool:
    """Whether a time is that of a cited line in its own words, or how long a cited stay was."""
    place = told.at.get(fault.start)
    if place is None:
        return False
    token = told.case.parsed.tokens[place]
    if told.case.polarity.denied[place] and any(one.dated(token.key) for one in told.case.about(place)):
        return True
    number, _, period = token.unit.partition(" ")
    if token.unit and period == "day":
        return any(
            number in (str(one.nights), str(one.nights + 1)) for one in told.case.entries if one.nights
        )
    words = _WHICH.sub("", token.text.lower())
    ends = next((at for at, one in enumerate(told.case.parsed.tokens) if one.key == "resolv"), -1)
    if place < ends and any(one.dated(token.key) for one in told.named if one.kind == "Condition"):
        return True
    if any(_of_year(one, told).dated(token.key) for one, said in told.lines if said in told.retold(place)):
        return True
    whole = not token.unit and not re.search(r"\d+ |past|over", token.text.lower())
    since = place > 0 and told.case.parsed.tokens[place - 1].key in ("since", "sinc")
    happened = [one for one in told.named if one.kind in _DATED and one.dates]
    if since and len(happened) > 1:
        return min(happened, key=lambda one: min(one.dates)).dated(token.key)
    numbers = {figure(one.key) for one in told.case.parsed.tokens if one.sort is Sort.NUMBER}
    measured = [
        one
        for one in told.case.entries
        if one.measured and any(held in numbers for held, _ in one.quantities)
    ]
    if whole and any(one.dated(token.key) for one in measured):
        return True
    if whole and any(one.dated(token.key) for one in told.named if one.kind in _DATED or one.measured):
        return True
    keys = with_topics(
        {one.key for one in told.case.parsed.tokens if is_content(one) or one.sort is Sort.DRUG}
    ) - {
        token.key,
        *map(stem, words.split()),
    }
    return any(
        not one.kind and keys & said and re.search(rf"\b{re.escape(words)}\b", one.text.lower())
        for one, said in told.lines
    )


def _of_year(support: Support, told: Told) -> Support:
    """A line of a note whose days without a year are of the last year that has them."""
    today = max(told.case.today, default="")
    days = {day[1:] for day in support.dates if day.startswith("--")}
    ends = {
        f"{today[:4]}{day}" if f"{today[:4]}{day}" <= today else f"{int(today[:4]) - 1}{day}"
        for day in days
        if today
    }
    return replace(support, dates=frozenset(ends))
