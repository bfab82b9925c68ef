"""What goes into other systems' charts, as its pages show it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.system import source_name
from careloom.care.writing import AGAIN, GIVEN_UP, OPEN, STUCK, State, Writing
from careloom.pipeline.ehr.destinations import Standing
from careloom.web.present.charts_said import NOTES, WHYS, said_of
from careloom.web.present.sending import NOBODY
from careloom.web.present.told import Pieces
from careloom.web.present.words import Mark, moment
from careloom.web.saying import later

MARKS = {
    State.QUEUED: Mark("○", later("waits"), "plain"),
    State.SENDING: Mark("○", later("is being written"), "plain"),
    State.UNKNOWN: Mark("○", later("sent, no answer yet"), "plain"),
    State.WRITTEN: Mark("✓", later("in the chart"), "ok"),
    State.REFUSED: Mark("▲", later("refused"), "look"),
    State.FAILED: Mark("▲", later("not written"), "look"),
    State.CANCELLED: Mark("–", later("not to be written"), "plain"),
    State.LEAVING: Mark("○", later("is to be taken back"), "plain"),
    State.TAKING: Mark("○", later("is being taken back"), "plain"),
    State.GONE: Mark("–", later("taken back"), "plain"),
}
# So many rows stand on a patient's page.
SHOWN = 6
_HEADS: Mapping[State, str] = {
    State.QUEUED: later("Waits to be written into the chart of {system}, since {at}."),
    State.SENDING: later("Is being written into the chart of {system}."),
    State.UNKNOWN: later("Sent to {system}; whether it is in the chart there isn't known yet."),
    State.REFUSED: later("Not in the chart of {system}."),
    State.FAILED: later("Not in the chart of {system}, and tried no more."),
    State.CANCELLED: later("Not to be written into the chart of {system}."),
    State.LEAVING: later("Is to be taken back out of the chart of {system}."),
    State.TAKING: later("Is being taken back out of the chart of {system}."),
    State.GONE: later("Taken back out of the chart of {system}, {at}."),
}


@dataclass(frozen=True, slots=True)
class WritingRow:
    """A document in, or on its way into, a system's chart. `head` is what became of it, in a sentence, `tried` how often and since when in
    vain, `why` for which reason, `held` each resource there with its version, `notes` what a person must know of it; `again`, `give_up` and
    `undo` say what can be asked for.
    """

    id: str
    proposal: str
    title: str
    patient: str
    who: str
    system: str
    mark: Mark
    head: str
    tried: str
    why: Pieces
    waits: str
    held: tuple[str, ...]
    notes: tuple[Pieces, ...]
    again: bool
    give_up: bool
    undo: bool


def writing_rows(
    writings: Iterable[Writing],
    now: datetime,
    *,
    names: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> tuple[WritingRow, ...]:
    """The rows: what a person must look at first. `names` are the patients' by id, `titles` the documents'."""
    rows = [_row(one, names or {}, titles or {}, now) for one in writings]
    return tuple(sorted(rows, key=lambda row: row.mark.tone != "look"))


@dataclass(frozen=True, slots=True)
class SystemRow:
    """How it stands with a system that is written to: `facts` in words, `fails` why nothing arrives there, `refuses` what it doesn't take."""

    name: str
    facts: tuple[str, ...]
    fails: Pieces
    refuses: tuple[Pieces, ...]


def system_rows(standings: Iterable[Standing], now: datetime) -> tuple[SystemRow, ...]:
    """The systems that the site writes to, each with what was taken last, what waits and since when."""
    return tuple(
        SystemRow(
            source_name(one.system),
            tuple(_facts(one, now)),
            said_of(one.failing, WHYS) if one.failing else (),
            tuple(said_of(said, NOTES) for said in one.refuses),
        )
        for one in standings
    )


def _facts(one: Standing, now: datetime) -> Iterator[str]:
    if one.took:
        yield gettext("took something last {when}").format(when=moment(one.took, now))
    else:
        yield gettext("took nothing yet")
    if one.waiting:
        said = ngettext("{number} document waits for it", "{number} documents wait for it", one.waiting)
        yield said.format(number=one.waiting)
    if one.stuck:
        said = ngettext(
            "{number} document waits for a person", "{number} documents wait for a person", one.stuck
        )
        yield said.format(number=one.stuck)
    if one.oldest:
        yield gettext("the oldest since {when}").format(when=moment(one.oldest, now))
    if one.since:
        yield gettext("nothing arrives since {when}").format(when=moment(one.since, now))


def foremost(writings: Iterable[Writing], kinds: Mapping[str, str]) -> tuple[Writing, ...]:
    """Of all writings about a patient, the newest first, those that her page shows: what did not arrive, what waits, and of each kind of
    document the newest that is in each chart.
    """
    found: list[Writing] = []
    there: set[tuple[str, str]] = set()
    for one in writings:
        which = (kinds.get(one.proposal, ""), one.system)
        newest = one.state is State.WRITTEN and which not in there
        if newest:
            there.add(which)
        if newest or one.state in (*STUCK, *OPEN):
            found.append(one)
    return tuple(sorted(found, key=lambda one: (one.state not in STUCK, one.state not in OPEN)))


def _row(one: Writing, names: Mapping[str, str], titles: Mapping[str, str], now: datetime) -> WritingRow:
    there, failures = one.there, one.failures
    waits = one.state in OPEN and one.why.startswith(AGAIN)
    return WritingRow(
        id=one.id,
        proposal=one.proposal,
        title=titles.get(one.proposal, ""),
        patient=one.patient,
        who=names.get(one.patient, str(NOBODY)),
        system=source_name(one.system),
        mark=MARKS[one.state],
        head=_head(one, now),
        tried=_tried(len(failures), moment(failures[0].at, now)) if failures else "",
        why=said_of(one.why.removeprefix(AGAIN), WHYS) if one.why else (),
        waits=moment(one.not_before, now) if waits else "",
        held=tuple(
            f"{copy.address}{f', {copy.version}' if copy.version else ''}"
            for copy in (there.copies if there else ())
            if copy.address
        ),
        notes=tuple(said_of(note, NOTES) for note in (there.notes if there else ())),
        again=one.state in (*STUCK, State.QUEUED, State.UNKNOWN) or one.why == GIVEN_UP,
        give_up=one.can_be_given_up,
        undo=not one.undoing and (one.state is State.WRITTEN or bool(one.sent)),
    )


def _head(one: Writing, now: datetime) -> str:
    """Since when it is in which chart; before that, and beside it where something newer isn't there yet, what it waits for."""
    system, at = source_name(one.system), moment(one.created, now)
    heads = []
    if one.since and one.state is not State.GONE:
        said = gettext("In the chart of {system} since {since}.")
        heads.append(said.format(system=system, since=moment(one.since, now)))
    if one.state is State.GONE:
        at = moment(one.steps[-1].at, now)
    if one.since and one.state in (*STUCK, State.QUEUED, State.UNKNOWN, State.SENDING):
        heads.append(gettext("What changed since isn't there yet."))
    elif one.state in _HEADS:
        heads.append(gettext(_HEADS[one.state]).format(system=system, at=at))
    return " ".join(heads)


def _tried(number: int, since: str) -> str:
    if number == 1:
        return gettext("Tried once, {since}.").format(since=since)
    return gettext("Tried {number} times since {since}.").format(number=number, since=since)
