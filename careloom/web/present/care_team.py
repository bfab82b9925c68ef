"""A care team and what was opened in an emergency, as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.team import BreakGlass, Member
from careloom.web.present.words import ROLES, moment


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody of a team: the user's id, name, role, since when, and by whom they were put in."""

    user: str
    name: str
    role: str
    since: str
    by: str


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """A record opened in an emergency."""

    id: str
    patient: str
    who: str
    role: str
    at: str
    until: str
    why: str
    open: bool
    looked_at_by: str


def members(team: Iterable[Member], people: Sequence[Reviewer], now: datetime) -> list[MemberRow]:
    """The rows of a team."""
    known = {one.user: one for one in people}
    return [
        MemberRow(
            one.user,
            _name(known, one.user),
            role_of(known[one.user]) if one.user in known else gettext("no longer here"),
            moment(one.since, now),
            _name(known, one.by),
        )
        for one in team
    ]


def offered(team: Iterable[Member], staff: Iterable[Reviewer]) -> list[tuple[str, str]]:
    """Who may be put in: user ids with name and role, by name."""
    inside = {one.user for one in team}
    rows = [(one.user, f"{one.name} · {role_of(one)}") for one in staff if one.user not in inside]
    return sorted(rows, key=lambda row: row[1].casefold())


def emergencies(
    found: Iterable[BreakGlass], names: Mapping[str, str], people: Sequence[Reviewer], now: datetime
) -> list[EmergencyRow]:
    """The rows of what was opened so, the newest first."""
    known = {one.user: one for one in people}
    return [
        EmergencyRow(
            one.id,
            names.get(one.patient, one.patient),
            _name(known, one.who),
            role_of(known[one.who]) if one.who in known else "",
            moment(one.at, now),
            moment(one.until, now),
            one.why,
            one.until > now,
            _name(known, one.looked_at_by) if one.looked_at_by else "",
        )
        for one in found
    ]


def role_of(person: Reviewer) -> str:
    """A person's role in words."""
    return ROLES.get(person.role, person.role.replace("_", " "))


def _name(known: Mapping[str, Reviewer], user: str) -> str:
    return known[user].name if user in known else user
