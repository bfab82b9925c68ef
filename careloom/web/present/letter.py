"""A document that is set on paper as a letter: to whom, its words from top to bottom, and who signed it."""

from dataclasses import dataclass, replace
from datetime import datetime

from careloom.care.document import Statement
from careloom.pipeline import Review
from careloom.web.present.banner import name
from careloom.web.present.printed import Part, Source, sheet
from careloom.web.present.words import ROLES, listed


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter, `headed` by its kind's title unless that is for whoever reviews it alone. `sources` are its footnotes, none for a
    reader who is no professional; `warning` says that it isn't one yet.
    """

    title: str
    to: str
    day: str
    parts: tuple[Part, ...]
    signed: str
    warning: str
    headed: bool
    sources: tuple[Source, ...]


def letter(review: Review, now: datetime) -> Letter:
    """The letter as it stands: what was signed once it is filed, everything that isn't struck before."""
    proposal = review.proposal
    filed = proposal.status == "active"
    kept = tuple(one for one in proposal.document.statements if not filed or one.id in proposal.released)
    shown = sheet(_with(review, kept), now)
    who = review.record.demographics
    born = f", born {who.birth_date}" if shown.kind.professional and who.birth_date else ""
    return Letter(
        title=shown.kind.title,
        to=f"{'About' if born else 'For'} {name(who)}{born}",
        day=f"{proposal.document.as_of.day} {proposal.document.as_of:%B %Y}",
        parts=shown.parts if shown.kind.headings else tuple(replace(one, title="") for one in shown.parts),
        signed=_signed(review) if filed else "",
        warning="" if filed else f"This is a draft ({shown.status}). It is not to be given to anybody.",
        headed=shown.kind.headings,
        sources=shown.sources if shown.kind.professional else (),
    )


def _with(review: Review, statements: tuple[Statement, ...]) -> Review:
    document = replace(review.proposal.document, statements=statements)
    return replace(review, proposal=replace(review.proposal, document=document))


def _signed(review: Review) -> str:
    """ "Prepared with the help of software; read and signed by R. Blake, nurse." """
    signed = set(review.proposal.released.values())
    people = dict.fromkeys(
        ", ".join(filter(None, (one.name, ROLES.get(one.role, one.role.replace("_", " ")))))
        for one in review.decisions
        if one.reviewer in signed
    )
    by = f"; read and signed by {listed(list(people))}" if people else ""
    return f"Prepared with the help of software{by}."
