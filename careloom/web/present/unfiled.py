"""Taking a filed document back: what it will do, in sentences, and what became of one that was taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.document import Proposal
from careloom.care.sending import Sending
from careloom.care.system import source_name
from careloom.care.unfiled import Unfiled
from careloom.care.writing import Writing
from careloom.pipeline.unfiling import Follows
from careloom.web.present.kinds import named
from careloom.web.present.other_charts import MARKS
from careloom.web.present.sending import called
from careloom.web.present.words import ROLES, Mark, moment, sentence
from careloom.web.saying import later

# The short list, as a person chooses from it.
REASONS: Mapping[str, str] = {
    "wrong_patient": later("It is about the wrong patient"),
    "wrong_content": later("What it says is wrong"),
    "entered_in_error": later("It should not have been filed"),
    "superseded": later("Something newer takes its place"),
    "other": later("Another reason"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was written from the one that is taken back: its page, and what it is."""

    proposal: str
    words: str


@dataclass(frozen=True, slots=True)
class Asking:
    """The form: what it will do, what must be done by telephone, which documents stay; or `why_not` it can't be."""

    will: tuple[str, ...]
    phone: tuple[str, ...]
    written: tuple[Written, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What became of it in another system's chart."""

    system: str
    mark: Mark
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """The banner of a document that was taken back: by whom and when, why, whom to phone about what, and what else rests on it."""

    headline: str
    words: str
    phone: tuple[str, ...]
    charts: tuple[Chart, ...]
    written: tuple[Written, ...]


def asking(follows: Follows, now: datetime) -> Asking:
    """What taking it back does, before it is done."""
    noun = named(follows.proposal.document.kind).noun
    will = [
        gettext(
            "This {noun} stays in the chart, struck through, with your name and reason. Nothing builds on it any more, and nothing is deleted."
        ).format(noun=noun)
    ]
    if follows.tasks:
        will.append(
            ngettext(
                "{number} open task of it ends with that reason; what was done stays done.",
                "{number} open tasks of it end with that reason; what was done stays done.",
                follows.tasks,
            ).format(number=follows.tasks)
        )
    if follows.before is not None:
        will.append(
            gettext("The care plan before it, drafted {when}, is in force again, with its tasks.").format(
                when=moment(follows.before.created, now)
            )
        )
    if follows.drafts:
        will.append(
            ngettext(
                "{number} draft that rests on it can't be signed and is drafted again.",
                "{number} drafts that rest on it can't be signed and are drafted again.",
                follows.drafts,
            ).format(number=follows.drafts)
        )
    if follows.waiting:
        will.append(
            ngettext(
                "{number} message to the patient that still waits is not sent.",
                "{number} messages to the patient that still wait are not sent.",
                follows.waiting,
            ).format(number=follows.waiting)
        )
    if follows.charts:
        systems = ", ".join(source_name(one) for one in follows.charts)
        will.append(
            gettext("It is taken back in the chart of {systems} too, as far as that system allows.").format(
                systems=systems
            )
        )
    return Asking(
        will=tuple(will),
        phone=phone(follows.reached, now),
        written=written(follows.written, now),
        why_not=sentence(gettext(follows.why_not)) if follows.why_not else "",
    )


def back(
    said: Unfiled,
    sendings: Sequence[Sending],
    documents: Iterable[Proposal],
    writings: Iterable[Writing],
    now: datetime,
) -> Back:
    """What became of a document that was taken back."""
    role = ROLES.get(said.role, said.role.replace("_", " "))
    who = f"{said.name}, {role}" if said.name and said.name != role else str(role)
    return Back(
        headline=gettext("Taken back out of the chart by {who}, {when}: {why}").format(
            who=who, when=moment(said.at, now), why=gettext(REASONS[said.why]).lower()
        ),
        words=said.words,
        phone=phone(sendings, now),
        charts=tuple(
            Chart(source_name(one.system), MARKS[one.state], one.there.notes if one.there else ())
            for one in writings
        ),
        written=written(documents, now),
    )


def phone(sendings: Iterable[Sending], now: datetime) -> tuple[str, ...]:
    """What went out to the patient, or may have, each in a sentence: somebody phones about it."""
    return tuple(
        gettext("by {channel} to {to}, {when}").format(
            channel=called(one.channel), to=one.to, when=moment(one.steps[-1].at, now)
        )
        if one.channel != "portal"
        else gettext("by {channel}, {when}").format(
            channel=called(one.channel), when=moment(one.steps[-1].at, now)
        )
        for one in sendings
    )


def written(documents: Iterable[Proposal], now: datetime) -> tuple[Written, ...]:
    """The documents in the chart that were written from it."""
    return tuple(
        Written(
            one.id,
            gettext("{title}, drafted {when}").format(
                title=named(one.document.kind).title, when=moment(one.created, now)
            ),
        )
        for one in documents
    )


# What `pipeline/unfiling.py` and `pipeline/resting.py` say, for the catalogue.
WHY_NOT = (
    later("this document was taken back already"),
    later("only what is filed in the chart is taken back"),
    later("a newer document carries signed lines of it on; take that one back first"),
    later("a physician takes this back: a line in it is a physician's"),
    later("a signed line rests on what was reported in it"),
    later("something was settled upon what was reported in it; take that back first"),
)
