"""Asking for a document: patients to choose from, the kinds with their fields, and what was written before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext

from careloom import draft
from careloom.care.document import Proposal
from careloom.care.kinds import CARE_PLAN, Field, checked
from careloom.care.pilot import Written as Tried
from careloom.draft.kind import PATIENT, Kind
from careloom.errors import InputError
from careloom.pipeline.asking import Offered
from careloom.pipeline.assigning import Match
from careloom.web.present.bar import STATUSES
from careloom.web.present.fields import ERRORS
from careloom.web.present.kinds import named
from careloom.web.present.pilots import ARMS
from careloom.web.present.refused import HOLES, REFUSALS
from careloom.web.present.told import as_words
from careloom.web.present.words import count, moment
from careloom.web.saying import later

# What waits for somebody first; then what came of the others.
GROUPS: Mapping[str, str] = {
    "draft": later("Waiting"),
    "active": later("Filed"),
    "on-hold": later("Returned"),
    "revoked": later("Rejected"),
    "entered-in-error": later("Taken back"),
}
WIDGETS: Mapping[str, str] = {"date": "date", "time": "datetime-local"}


@dataclass(frozen=True, slots=True)
class Row:
    """A patient who can be chosen."""

    patient: str
    name: str
    numbers: str
    drafted: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind that can be asked for, or written `by_hand`. `not_yet` says why it can't be now. Of a case of a `pilot` (an id) whose document is to
    be written one way, `only` says which (an Arm's value), and `why_only` so in words."""

    id: str
    title: str
    about: str
    audience: str
    fields: str
    not_yet: str
    by_hand: bool = False
    pilot: str = ""
    only: str = ""
    why_only: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A document that there is already."""

    proposal: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """Documents of one status."""

    title: str
    rows: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a field's choices as it is read, and whether it was chosen. Its value is what the field takes, in any language."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the form with what was typed, its title and help in the reader's language; `widget` is its input's type."""

    field: Field
    title: str
    help: str
    widget: str
    value: str
    choices: tuple[Choice, ...]
    problem: str


def offered(found: Iterable[Offered], now: datetime) -> tuple[Row, ...]:
    """Patients of whom something was drafted of late, and those who came last."""
    return tuple(
        _row(
            one.patient,
            gettext("drafted {when}").format(when=moment(one.drafted, now))
            if one.drafted
            else gettext("nothing drafted yet"),
        )
        for one in found
    )


def matches(found: Iterable[Match]) -> tuple[Row, ...]:
    """Patients whom a search found."""
    return tuple(_row(one, "") for one in found)


def _row(one: Match, drafted: str) -> Row:
    name = (
        f"{one.name or gettext('Name not recorded')} · {one.birth_date or gettext('birth date not recorded')}"
    )
    return Row(one.patient, name, ", ".join(one.numbers), drafted)


def offers(signed: bool, tried: Mapping[str, Tried]) -> tuple[Offer, ...]:
    """Every kind; `signed` is whether a care plan of the patient is, `tried` by kind how a pilot says that the next one is written."""
    return tuple(_tried(offer(draft.kind_of(kind), signed), tried.get(kind)) for kind in draft.KINDS)


def _tried(one: Offer, tried: Tried | None) -> Offer:
    if tried is None:
        return one
    words = gettext("A case of the pilot “{title}”, written {arm}.").format(
        title=tried.title, arm=ARMS[tried.arm]
    )
    return replace(one, pilot=tried.pilot, only="" if tried.departed else tried.arm.value, why_only=words)


def offer(kind: Kind, signed: bool) -> Offer:
    """A kind as it is offered, and why not where it can't be asked for."""
    needed = sum(one.required for one in kind.fields)
    may = gettext("{needed} needed").format(needed=needed) if needed else gettext("none needed")
    fields = f"{count(len(kind.fields), 'field')}, {may}" if kind.fields else ""
    if kind.plan:
        fields = "; ".join(filter(None, (gettext("written from the signed care plan"), fields)))
    audience = gettext("the patient") if kind.audience == PATIENT else gettext(kind.audience)
    not_yet = (
        gettext("It needs a signed care plan, and none is signed yet.") if kind.plan and not signed else ""
    )
    return Offer(
        kind.id,
        gettext(kind.short or kind.title),
        gettext(kind.about),
        audience,
        fields,
        not_yet,
        kind.by_hand,
    )


def has_signed_plan(documents: Iterable[Proposal]) -> bool:
    """Whether a care plan is among what is in the chart."""
    return any(one.status == "active" and one.document.kind == CARE_PLAN for one in documents)


def written(documents: Sequence[Proposal], now: datetime) -> tuple[Group, ...]:
    """What there is already: what waits first, then what is filed, returned, rejected; the newest first in each."""
    return tuple(
        Group(title, tuple(_written(one, now) for one in documents if one.status == status))
        for status, title in GROUPS.items()
        if any(one.status == status for one in documents)
    )


def _written(one: Proposal, now: datetime) -> Written:
    due = (
        gettext(", due {when}").format(when=moment(one.due, now)) if one.due and one.status == "draft" else ""
    )
    words = gettext("{status}, drafted {when}{due}").format(
        status=STATUSES.get(one.status, one.status), when=moment(one.created, now), due=due
    )
    return Written(one.id, named(one.document.kind).title, words)


def asked(kind: Kind, typed: Mapping[str, str], problems: Mapping[str, str]) -> tuple[Asked, ...]:
    """The form of a kind with what was typed, and what is wrong with it beside each field."""
    return tuple(
        Asked(
            field=one,
            title=gettext(one.title),
            help=gettext(one.help) if one.help else "",
            widget=WIDGETS.get(one.type, "text"),
            value=typed.get(one.id, one.default),
            choices=_choices(one, typed.get(one.id, one.default).split("\n")),
            problem=problems.get(one.id, ""),
        )
        for one in kind.fields
    )


def _choices(field: Field, chosen: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(one, gettext(one.replace("_", " ")), one in chosen) for one in field.choices)


def wrong(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, all of them at once."""
    found = {}
    for one in kind.fields:
        try:
            checked((one,), {one.id: typed.get(one.id, "")})
        except InputError as error:
            found[one.id] = told(error)
    return found


def told(error: InputError) -> str:
    """An error beside its field: "This is needed." """
    reason = "is needed" if error.reason.startswith("is needed:") else error.reason
    return whole(f"this {reason}" if reason.startswith("is ") else reason)


def whole(words: str) -> str:
    """An error as a sentence in the reader's language, where we know who says it."""
    return as_words(words, (*ERRORS, *REFUSALS), HOLES)
