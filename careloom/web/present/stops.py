"""What is stopped, as pages tell it: the sentence of the banner, the rows of its page, and what may be chosen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.stop import Stop, Stopping, StopScope
from careloom.web.present.kinds import named
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop on its page: what it is of, who said why and when, who agreed that it starts again, whether this reader may say so, and when it did."""

    id: str
    what: str
    said: str
    why: str
    agreed: tuple[tuple[str, str], ...]
    may_agree: bool
    over: str


def what_of(scope: str, name: str) -> str:
    """What a stop is of."""
    if scope == StopScope.SITE:
        return gettext("Everything at this site")
    if scope == StopScope.KIND:
        return named(name).title
    return gettext("The model {name}").format(name=name) if name else gettext("Every model")


def banner(found: Stopping) -> str:
    """The sentence at the head of every page while something is stopped; "" where nothing is."""
    if found.unread:
        return gettext(
            "What is stopped here can't be read: nothing is drafted, signed, filed or sent until it can."
        )
    if not found.held:
        return ""
    every = ", ".join(what_of(scope, name) for scope, name in sorted(found.held))
    return gettext("Stopped here: {every}.").format(every=every)


def row_of(one: Stop, people: Mapping[str, str], now: datetime, reader: Reviewer) -> StopRow:
    """A stop as its page has it."""
    return StopRow(
        id=one.id,
        what=what_of(one.scope, one.name),
        said=_said(one.who, one.role, one.at, people, now),
        why=one.why,
        agreed=tuple((_said(two.who, two.role, two.at, people, now), two.note) for two in one.agreed),
        may_agree=all(two.who != reader.user for two in one.agreed),
        over=moment(one.over, now) if one.over else "",
    )


def _said(user: str, role: str, at: datetime, people: Mapping[str, str], now: datetime) -> str:
    known = people.get(user) or (
        gettext("At the machine") if role == "operator" else gettext("Somebody who left")
    )
    return gettext("{who} ({role}), {when}").format(
        who=known, role=ROLES.get(role, role.replace("_", " ")), when=moment(at, now)
    )


def choices(kinds: Collection[str]) -> list[tuple[str, str]]:
    """What may be stopped: the value of the form and its words."""
    return [
        ("site:", gettext("Everything at this site")),
        *((f"kind:{one}", named(one).title) for one in sorted(kinds)),
        ("model:", gettext("A model, or every model")),
    ]


def asked(said: Mapping[str, str]) -> str:
    """The choice that an address names."""
    if said.get("kind"):
        return f"kind:{said['kind']}"
    return "model:" if "model" in said else ""


# What alarms say of safety.
ALARMS = (
    later("A safety event was reported (NCC MERP category {category})."),
    later("Something was stopped here: {what}."),
    later("What was stopped here runs again: {what}."),
)
