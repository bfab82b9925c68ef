"""A patient's care management as rows and choices of its page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.management import PRACTITIONERS, Managed, Said, standing
from careloom.web.present.care_team import role_of
from careloom.web.present.words import moment
from careloom.web.saying import later

PROGRAMME = {
    "ccm": later("Chronic care management"),
    "apcm": later("Advanced primary care management"),
}
WAY = {"verbal": later("said aloud"), "written": later("in writing")}
COMPLEXITY = {
    "low": later("low complexity"),
    "moderate": later("moderate complexity"),
    "high": later("high complexity"),
}
TOLD = {
    "available": later("what the programme offers"),
    "cost_sharing": later("that a share of its cost may have to be paid"),
    "one_practitioner": later("that only one practitioner can be paid for it in a month"),
    "may_stop": later("that it may be stopped at any time, which holds from the end of that month"),
}
WHAT = {
    "consent": later("Consent"),
    "visit": later("Initiating visit"),
    "attest": later("Conditions and risk"),
    "month": later("A month's decisions"),
    "copy": later("Copy of the plan"),
    "beneficiary": later("Qualified Medicare beneficiary"),
    "transition": later("After a discharge"),
    "end": later("End of the programme"),
}
LACKS = {
    "consent": later("a consent"),
    "visit": later("an initiating visit, or why none is needed"),
    "attested": later("a practitioner's word on conditions and risk"),
    "copies": later("that a copy of the signed plan was given; what Careloom sent counts without it"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Something that was said: its id, what, on which day, in words, by whom and when, and whether it stands."""

    id: str
    what: str
    day: str
    words: str
    who: str
    stands: bool


def rows(said: Iterable[Said], people: Iterable[Reviewer], now: datetime) -> list[Row]:
    """What was said, the newest first; what was taken back stays to be seen."""
    every, known = tuple(said), {one.user: one for one in people}
    stand = {one.id for one in standing(every)}
    return [
        Row(
            one.id,
            str(WHAT[one.what]),
            one.day.isoformat()[:7] if one.what == "month" else one.day.isoformat(),
            _words(one, known),
            gettext("{who}, {when}").format(who=_name(known, one.who), when=moment(one.at, now)),
            one.id in stand,
        )
        for one in reversed(every)
        if one.what != "back"
    ]


def lacking(held: Managed) -> list[str]:
    """What nobody has said yet of a programme that is in force, or that is to begin."""
    return [str(words) for name, words in LACKS.items() if not getattr(held, name)]


def practitioners(people: Iterable[Reviewer]) -> list[tuple[str, str]]:
    """Who may be responsible: user ids with name and role, by name."""
    found = [(one.user, f"{one.name} · {role_of(one)}") for one in people if one.role in PRACTITIONERS]
    return sorted(found, key=lambda row: row[1].casefold())


def _words(one: Said, known: Mapping[str, Reviewer]) -> str:
    """What of it tells more than its day."""
    parts = [
        str(PROGRAMME[one.programme]) if one.programme else "",
        str(WAY[one.way]) if one.way else "",
        one.by,
        gettext("responsible: {who}").format(who=_name(known, one.practitioner)) if one.practitioner else "",
        gettext("none is needed") if one.needless else "",
        *(each.name for each in one.conditions),
        str(COMPLEXITY[one.complexity]) if one.complexity else "",
        gettext("plan established or substantially revised") if one.revised else "",
        gettext("answers for all primary care") if one.focal else "",
        gettext("visit on {day}").format(day=one.visit.isoformat()) if one.visit else "",
        gettext("medicines reconciled by then") if one.reconciled else "",
        (gettext("yes") if one.qualified else gettext("no")) if one.what == "beneficiary" else "",
        one.why,
    ]
    return " · ".join(part for part in parts if part)


def _name(known: Mapping[str, Reviewer], user: str) -> str:
    return known[user].name if user in known else user
