"""Whose a waiting document is, in words, and what this reader may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    since = f" since {moment(about.since, now)}" if about.since else ""
    if about.mine:
        words = f"Yours{since}."
    elif about.owner:
        words = f"{about.owner} has it{since}."
        if about.covered:
            words = f"{about.owner} is away and you stand in: it is yours to do."
    else:
        words = "Nobody in particular has it."
    return Turn(
        words=words,
        open_words=f"{about.opened_by} has it open since {moment(held.since, now)}."
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
