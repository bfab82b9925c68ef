"""The form under a document that is written by hand: its parts, what a line can be, the entries that it may cite, and her own lines that nobody signed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from careloom import draft
from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.pipeline import Review
from careloom.pipeline.by_hand import line_kinds, own_lines
from careloom.verify.matching import Match
from careloom.web.present.evidence import show
from careloom.web.saying import later

WORDS = {
    "fact": later("what is so"),
    "concern": later("a problem or risk"),
    "goal": later("a goal"),
    "activity": later("something to be done"),
}


# Under this name what she types is kept until she adds the line.
KEPT = "write"


@dataclass(frozen=True, slots=True)
class Citable:
    """An entry to choose: what it says, where it stands, and whether it was chosen."""

    id: str
    words: str
    where: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """The form with what was typed, and the `problem` that kept it from being added. `own` are lines that she may take out,
    `kept` is what the site has of what she types."""

    sections: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    entries: tuple[Citable, ...]
    own: tuple[tuple[str, str], ...]
    section: str = ""
    kind: str = ""
    text: str = ""
    kept: str = ""
    cited: bool = False
    problem: str = ""


def writing(
    review: Review,
    who: Reviewer,
    *,
    section: str = "",
    kind: str = "",
    text: str = "",
    cites: Collection[str] = (),
    problem: str = "",
) -> Writing | None:
    """The form, where this person may write a line of this document now; without `text`, with what she typed and didn't send."""
    document = review.proposal.document
    if not document.by_hand or review.proposal.status != "draft" or not may(who.role, Permission.DECIDE):
        return None
    own = own_lines(review.proposal, review.decisions, who.user)
    sections = draft.kind_of(document.kind).sections
    return Writing(
        sections=tuple((one.id, one.title) for one in sections),
        kinds=tuple((one, WORDS[one]) for one in line_kinds(document.kind)),
        entries=tuple(citable(review, cites)),
        own=tuple((one.id, one.text) for one in document.statements if one.id in own),
        section=section,
        kind=kind,
        text=text or review.progress.typed.get(KEPT, ""),
        kept=review.progress.typed.get(KEPT, ""),
        cited=bool(cites),
        problem=problem,
    )


def citable(review: Review, cites: Collection[str] = ()) -> Iterator[Citable]:
    """The record's entries but whom it is about and what came since, each kind together, the newest first."""
    newer = set(review.new_entries)
    entries = [
        one for one in review.record.entries if one.kind != "Patient" and one.id not in newer and _open(one)
    ]
    entries.sort(key=lambda one: str(one.happened or ""), reverse=True)
    for entry in sorted(entries, key=lambda one: one.kind):
        words, where = _told(entry)
        yield Citable(entry.id, words, where, entry.id in cites)


@dataclass(frozen=True, slots=True)
class Offered:
    """An entry that a typed line could cite: what it says, where it stands, and whether it bears out the whole line."""

    id: str
    words: str
    where: str
    whole: bool


def offered(matches: Iterable[Match]) -> tuple[Offered, ...]:
    """What the words of a typed line fit best."""
    return tuple(Offered(one.entry.id, *_told(one.entry), one.whole) for one in matches)


def _told(entry: Entry) -> tuple[str, str]:
    shown = show(entry, ())
    words = " ".join(filter(None, (f"{shown.kind}:", shown.title, shown.value, *shown.said)))
    return words, " · ".join(filter(None, (shown.when, shown.source)))


def _open(entry: Entry) -> bool:
    return "part2" not in entry.detail
