"""Pages and replies as their lists show them."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.urgent import DETAIL, NOT_REACHED, ON_AN_ENTRY, REACHED, Page, Reply, Told, may_take
from careloom.review.tiers import expired
from careloom.web.present.recorded import flags_named, listed_words
from careloom.web.present.sending import NOBODY, called
from careloom.web.present.told import Said, in_words, told_by
from careloom.web.present.words import moment, sentence
from careloom.web.saying import later

# What a page says, as the pipeline writes it (pipeline/paging.py, replying.py, visiting.py).
SAYS = (
    later("a positive answer about self-harm (PHQ-9, item 9)"),
    later("a note ({source}, {day}) tells of thoughts of suicide or self-harm"),
    later("a note ({source}, {day}) tells of a blow to the head, with a blood thinner"),
    later("a fever ({source}, {day}), with sickle cell disease"),
    later("a fever ({source}, {day}), with few neutrophils"),
    later("a note ({source}, {day}) tells of {labels}, with a blood thinner"),
    later("a note ({source}, {day}) tells of an urgent maternal warning sign"),
    later("{label} critically high ({source})"),
    later("{label} critically low ({source})"),
    later("a result, which its laboratory calls critical"),
    later("{label}, which its laboratory calls critical"),
    later("A contact that was documented tells of {labels}"),
    later("A reply speaks of {labels}"),
    later("something critical waits in what is restricted (42 CFR Part 2)"),
)
_DETAILS = (later("{value} on {when}, {source}"),)
CALLED = {
    REACHED: later("phoned and reached somebody"),
    NOT_REACHED: later("phoned and reached nobody"),
}
_DONE = {
    "told": later("told"),
    "failed": later("could not be told"),
    "acknowledged": later("took it"),
    "returned": later("gave it back"),
    "lapsed": later("wrote nothing of what was done in time; it is open again:"),
    "added": later("came new on it"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """What was done about a page, in words; `ticked` is the call's number where it is the reader's own tick, which she may take back (0: not)."""

    words: str
    ticked: int = 0


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: what it is, about whom (`patient` by id, "" where nobody knows; `who` by name), since when, what was done about it, and
    the address of what it rests on ("" where there is none, or the reader doesn't see the patient). `restricted` where it doesn't say what
    it is (42 CFR Part 2), `reads` where the reader may read that in an emergency, `takes` where she may act on it, `held` says who holds it ("" for nobody) and
    `hers` that she does.
    """

    id: str
    patient: str
    who: str
    words: str
    at: str
    steps: tuple[StepRow, ...]
    source: str = ""
    restricted: bool = False
    reads: bool = False
    takes: bool = False
    hers: bool = False
    held: str = ""


@dataclass(frozen=True, slots=True)
class PageReader:
    """Who reads pages: the names of patients and of people by id, the patients whom she sees, and whether she reads what is
    restricted in an emergency (`reads`)."""

    who: Reviewer
    names: Mapping[str, str]
    users: Mapping[str, str]
    seen: Container[str]
    reads: bool = False


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply (`patient` by id, "" where nobody knows; `who` by name); `unknown` where no machine can tell its language."""

    id: str
    patient: str
    who: str
    text: str
    at: str
    channel: str
    urgent: bool
    unknown: bool


def page_rows(pages: Iterable[Page], reader: PageReader, now: datetime) -> tuple[PageRow, ...]:
    """The pages, in their order. The value of a result, and what was done, are told of patients whom the reader sees alone."""
    return tuple(_page_row(one, reader, now) for one in pages)


def _page_row(one: Page, reader: PageReader, now: datetime) -> PageRow:
    sees = one.patient in reader.seen or not one.patient
    # What was done may tell what a programme sent.
    tells = sees and not one.restricted
    return PageRow(
        one.id,
        one.patient,
        reader.names.get(one.patient, NOBODY),
        page_words(one.words if sees else one.words.partition(DETAIL)[0]),
        moment(one.at, now),
        tuple(
            StepRow(
                _step(one, step, reader.users, now, tells=tells),
                number if one.may_uncall(number, reader.who.user) else 0,
            )
            for number, step in enumerate(one.steps, 1)
        ),
        source_of(one) if one.patient in reader.seen and not one.restricted else "",
        one.restricted,
        reader.reads and one.patient in reader.seen,
        may_take(reader.who.role, one.cause) and not expired(reader.who, now.date()),
        one.taken is not None and one.taken.whom == reader.who.user,
        gettext("taken by {person}, {when}, not yet acted on").format(
            person=reader.users.get(one.taken.whom) or gettext("somebody"), when=moment(one.taken.at, now)
        )
        if one.taken
        else "",
    )


def _step(page: Page, step: Told, users: Mapping[str, str], now: datetime, *, tells: bool) -> str:
    if step.what == "outcome":
        done = gettext("What was done, {when}").format(when=moment(step.at, now))
        return f"{done}: {step.whom}" if tells else done
    who, _, said = step.whom.partition(DETAIL)
    if step.what == "called":
        how = gettext(CALLED[said]) if said in CALLED else said
        return f"{users.get(who, who)} {how} {moment(step.at, now)}"
    if step.what == "uncalled":
        ticked = page.steps[int(said) - 1]
        return gettext("{person} took back, {when}, the tick of {earlier}").format(
            person=users.get(who, who), when=moment(step.at, now), earlier=moment(ticked.at, now)
        )
    if step.what == "undone":
        back = gettext("{person} took back what was written, {when}").format(
            person=users.get(who, who), when=moment(step.at, now)
        )
        return f"{back}: {said}" if tells else back
    whom = in_words(flags_named(step.whom)) if step.what == "added" else users.get(step.whom, step.whom)
    return f"{whom} {gettext(_DONE[step.what])} {moment(step.at, now)}"


def page_words(words: str) -> str:
    """What a page says in the reader's language; the value, its unit and its source stay as they were written."""
    said, apart, detail = words.partition(DETAIL)
    told = told_by(said, SAYS, {"label": listed_words, "labels": flags_named}) or (Said(said, True),)
    more = told_by(detail, _DETAILS) or (Said(detail, True),)
    return sentence(f"{in_words(told)}{apart}{in_words(more)}")


def source_of(page: Page) -> str:
    """The address of the entry that a page rests on, in its own words; "" for one that rests on none."""
    if page.cause not in ON_AN_ENTRY:
        return ""
    section = "results" if page.cause == "critical_result" else "documents"
    return reverse("patient_fact", args=[page.patient, section, page.reference])


def reply_rows(replies: Iterable[Reply], names: Mapping[str, str], now: datetime) -> tuple[ReplyRow, ...]:
    """The replies: urgent ones first, then those in a language that nobody reads here, then the rest."""
    rows = [
        ReplyRow(
            one.id,
            one.patient,
            names.get(one.patient, NOBODY),
            one.text,
            moment(one.at, now),
            called(one.channel),
            one.kind == "urgent",
            not one.language,
        )
        for one in replies
    ]
    return tuple(sorted(rows, key=lambda row: (not row.urgent, not row.unknown)))
