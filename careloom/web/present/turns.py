"""Whose a waiting document is, in words, and what this reader may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.turns import About, Held
from careloom.web.present.words import ROLES, moment


@dataclass(frozen=True, slots=True)
class Turn:
    """`words` whose it is; `open_words` who else has it open, "" for nobody; `page` tells this opening from the next.

    `claims`, `releases`, `gives`, `undoes`: what is offered; `asks_why` where taking it needs a word.
    """

    words: str
    open_words: str
    page: int
    claims: bool
    releases: bool
    gives: bool
    undoes: bool
    asks_why: bool
    people: Sequence[tuple[str, str]]
    why: str = ""


def turn(about: About, held: Held | None, who: Reviewer, now: datetime) -> Turn:
    """The turn of a document for this reader, who has it open herself unless `held` says who has."""
    others = held is not None and held.who != who.user
    since = gettext(" since {when}").format(when=moment(about.since, now)) if about.since else ""
    if about.mine:
        words = gettext("Yours{since}.").format(since=since)
    elif about.owner:
        words = gettext("{owner} has it{since}.").format(owner=about.owner, since=since)
        if about.covered:
            words = gettext("{owner} is away and you stand in: it is yours to do.").format(owner=about.owner)
    else:
        words = gettext("Nobody in particular has it.")
    return Turn(
        words=words,
        open_words=gettext("{opened_by} has it open since {when}.").format(
            opened_by=about.opened_by, when=moment(held.since, now)
        )
        if others and held
        else "",
        page=held.page if held and not others else 0,
        claims=about.may_decide and not about.mine,
        releases=about.may_release,
        gives=about.may_give,
        undoes=about.may_undo,
        asks_why=bool(about.owner) and not about.mine and not about.covered,
        people=[(one.user, f"{one.name} · {ROLES.get(one.role, one.role)}") for one in about.people],
        why=about.why,
    )
