"""A document that is set on paper as a letter: to whom, its words from top to bottom, and who signed it.

A patient's is in the patient's language, with the headings that the text itself has, and so are its title and whatever stands around its words; one
to professionals is in the English of its lines. Only what says that it is no letter yet is for whoever reads it here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext, override

from careloom.care.document import Statement
from careloom.knowledge.months import date_words
from careloom.pipeline import Review
from careloom.web.present.banner import name
from careloom.web.present.bar import STATUSES
from careloom.web.present.kinds import named
from careloom.web.present.printed import in_full, sheet
from careloom.web.present.sheets import Part, Source
from careloom.web.present.words import ROLES, listed, sentence
from careloom.web.saying import in_english

# What stands around a patient's letter.
FRAME: Mapping[str, Mapping[str, str]] = {
    "en": {
        "to": "For {name}",
        "signed": "Prepared with the help of software{by}.",
        "by": "; read and signed by {people}",
        "and": "and",
    },
    "es": {
        "to": "Para {name}",
        "signed": "Preparado con la ayuda de un programa{by}.",
        "by": "; leído y firmado por {people}",
        "and": "y",
    },
}


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter in its `language`, `headed` by its kind's title unless that is for whoever reviews it alone. `sources` are its footnotes, none for a
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
    sources_word: str
    language: str


def letter(review: Review, now: datetime) -> Letter:
    """The letter as it stands: what was signed once it is filed, everything that isn't struck before."""
    proposal = review.proposal
    filed = proposal.status == "active"
    was = filed or review.back is not None
    kept = tuple(one for one in proposal.document.statements if not was or one.id in proposal.released)
    who, day = review.record.demographics, proposal.document.as_of
    language = "en" if named(proposal.document.kind).professional else _language(kept)
    with override(language):
        shown, sources_word = sheet(_with(review, kept), now), gettext("Sources")
    to = FRAME[language]["to"].format(name=name(who))
    if shown.kind.professional and who.birth_date:
        to = f"About {name(who)}, born {who.birth_date}"
    return Letter(
        title=shown.kind.title,
        to=to,
        day=f"{day.day} {day:%B %Y}" if language == "en" else date_words(day, language),
        parts=shown.parts if shown.kind.headings else tuple(_own(one, _heads(kept)) for one in shown.parts),
        signed=_signed(review, language) if was else "",
        warning=_warning(review),
        headed=shown.kind.headings,
        sources=shown.sources if shown.kind.professional else (),
        sources_word=sources_word,
        language=language,
    )


def _warning(review: Review) -> str:
    """That it is no letter yet, or none any more, in the language of whoever reads it here; "" once it is filed."""
    status = review.proposal.status
    if status == "active":
        return ""
    draft = gettext("This is a draft ({status}).").format(status=STATUSES.get(status, status))
    said = sentence(in_full(review.back).rstrip(".")) if review.back is not None else draft
    return f"{said} {gettext('It is not to be given to anybody.')}"


def _language(statements: Sequence[Statement]) -> str:
    """The language of the texts from which it was filled ("education.es@1/title")."""
    return "es" if any(".es@" in one.filled_from for one in statements) else "en"


def _heads(statements: Sequence[Statement]) -> frozenset[str]:
    """The lines that stand over others, by the names that their texts give them."""
    lines = ((one.filled_from.rpartition("/")[2], one.text) for one in statements)
    return frozenset(text for line, text in lines if line == "title" or line.startswith("lead_"))


def _own(part: Part, heads: frozenset[str]) -> Part:
    """A section under its own heading, where its first line is one, else under none."""
    first = part.lines[0].text if part.lines else ""
    if first not in heads or len(part.rows[0].lines) > 1:
        return replace(part, title="")
    return replace(part, title=first, rows=part.rows[1:])


def _with(review: Review, statements: tuple[Statement, ...]) -> Review:
    document = replace(review.proposal.document, statements=statements)
    return replace(review, proposal=replace(review.proposal, document=document))


def _signed(review: Review, language: str) -> str:
    """ "Prepared with the help of software; read and signed by R. Blake, nurse." """
    words = FRAME[language]
    signed = set(review.proposal.released.values())
    people = dict.fromkeys(
        ", ".join(filter(None, (one.name, _role(one.role) if language == "en" else "")))
        for one in review.decisions
        if one.reviewer in signed
    )
    said = listed(list(people), words["and"])
    by = words["by"].format(people=said) if said else ""
    return words["signed"].format(by=by)


def _role(role: str) -> str:
    return in_english(ROLES.get(role, role.replace("_", " ")))
