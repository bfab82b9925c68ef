"""What is unknown: what the record lacks, the most telling first; problems that may be over; how old the record is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.record import Conflict, Gap
from careloom.draft.care_plan import disputes, ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, listed
from careloom.text.orders import speaks_to_software

SECTION = "unknown"
_MOST_OLD = 3
_MOST_DOUBTS = 3
_MOST_CITED = 24
# What was there once and is overdue says more than what nobody ever did; of that, what shows how a problem goes comes first.
_KINDS = ("assessment", "monitoring", "documentation")
_RANKS = {"assessment": ranks.CARE - 5, "monitoring": ranks.CARE - 10, "documentation": ranks.GAP}
_SENTENCES = {"assessment": 2, "monitoring": 2, "documentation": 1}
# Told in the social picture.
SOCIAL = ("caregiver_assessment", "environment_assessment", "social_needs_screen")


def unknown(pen: Pen, plan: Pen, lines: Sequence[Statement]) -> Iterator[Statement]:
    """Empty lists first, then gaps by kind, doubts, and the age of the record."""
    for section in pen.kind.sections:
        if section.kinds and section.none and not _has(section.kinds, pen):
            cited = pen.patient_entries[:1]
            yield pen.line(
                section.id, "gap", section.none, cited, about=section.id, by="none", rank=ranks.GAP
            )
    yield from _gaps(pen, plan)
    yield from _doubts(pen, plan)
    for one in lines:
        if one.section == "revision" and one.kind in ("fact", "concern"):
            yield replace(one, section=SECTION, rank=ranks.PAST)


def _has(kinds: frozenset[str], pen: Pen) -> bool:
    return any(entry.kind in kinds and entry.subject == "patient" for entry in pen.record.entries)


def _gaps(pen: Pen, plan: Pen) -> Iterator[Statement]:
    """Of each kind as many sentences as there is room for, what nobody ever recorded together."""
    social = [one for one in pen.record.gaps if one.about in SOCIAL]
    if social:
        yield replace(_line(_absent(social, pen), social, "assessment", pen), section="social")
    for kind in _KINDS:
        every = [one for one in pen.record.gaps if one.kind == kind and one not in social]
        old = [one for one in every if one.since]
        for one in old[:_MOST_OLD]:
            text = plan.say("gap.since", label=bare(one.label), since=(one.since or "")[:10])
            yield _line(text, [one], kind, pen)
        left = [one for one in every if not one.since]
        for _ in range(_SENTENCES[kind]):
            many = next((n for n in range(len(left), 0, -1) if fits(_absent(left[:n], pen))), 0)
            if many:
                yield _line(_absent(left[:many], pen), left[:many], kind, pen)
            left = left[many:]


def _absent(gaps: Sequence[Gap], pen: Pen) -> str:
    return pen.say("unknown.absent", labels=listed((bare(one.label) for one in gaps), last="or"))


def _line(text: str, gaps: Sequence[Gap], kind: str, pen: Pen) -> Statement:
    # A line about one gap alone may say since when, which its last result tells.
    few = 3 if len(gaps) == 1 else 1
    cited = [*pen.patient_entries[:1], *(entry for one in gaps for entry in one.entries[:few])]
    by = "gap " + "/".join(one.about for one in gaps)
    return pen.line(
        SECTION, "gap", text, cited, about=gaps[0].about, by=by, rank=_RANKS[kind], most=_MOST_CITED
    )


def _doubts(pen: Pen, plan: Pen) -> Iterator[Statement]:
    """Sources that differ on whether a problem is active, also where that is told of one that may be long over."""
    doubtful = {one.name for one in pen.record.problems if one.doubtful}
    for one in [each for each in pen.record.conflicts if _is_doubt(each, doubtful)][:_MOST_DOUBTS]:
        text = disputes.told(one, plan)
        if text:
            yield pen.line(
                SECTION, "gap", text, one.entries, about=one.about, by=one.kind, rank=ranks.PROBLEM
            )


def _is_doubt(one: Conflict, doubtful: set[str]) -> bool:
    fit = not speaks_to_software(f"{one.about} {one.why}")
    return fit and one.kind == "problem_status" and one.about in doubtful
