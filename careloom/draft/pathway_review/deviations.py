"""Deviations from the protocols: what is off its goal, overdue, harmful or not taken, each with the reason that the record has.

A reason is what an entry tells: why an order was made, why a payer refused, why something was not done. Where none of the cited entries
tells any, the line says so. What speaks against a rule as a whole (an allergy, an illness) is no deviation: it stands among what was left out.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.draft.pathway_review.steps import is_frame
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, day, happened, listed, quoted
from careloom.knowledge.protocol import MOST_CITED
from careloom.knowledge.protocols import Rule
from careloom.knowledge.when import Term
from careloom.text.naming import inside

SECTION = "deviations"
STANDING = "standing"
_NOT_DONE = frozenset({"not-done", "not-taken", "cancelled", "stopped", "revoked", "noshow"})
_ORDERS = ("Medication", "ClaimResponse", "ExplanationOfBenefit")
_WHY = ("note", "disposition", "absent", "reason")
_DENIED = frozenset({"denied", "rejected", "refused"})
# A guideline's sentence of at most 45 words, and how it ends.
_MOST_WORDS = 60


def deviations(pen: Pen, lines: Sequence[Statement]) -> Iterator[Statement]:
    """The protocols' concerns, then what their steps find missing, each once."""
    told: set[str] = set()
    for one in sorted(lines, key=lambda line: line.kind != "concern"):
        rule = pen.knowledge.protocols.rule(one.guideline.id) if one.guideline else None
        if rule and one.kind == "concern" and is_frame(rule):
            # What may be harm now stands first; it is off no pathway.
            yield replace(one, section=STANDING)
        elif one.kind == "concern":
            yield from _told(one, *_concern(one, pen), told)
        for term in rule.when if rule and one.kind == "activity" else ():
            if term.kind == "gap":
                for text, cited in _gaps(term, pen):
                    yield from _told(one, text, cited, told)
            elif term.no and term.kind == "drug" and rule:
                yield from _told(one, *_no_drug(term, rule, one, pen), told)


def _told(one: Statement, text: str, cited: Sequence[str], told: set[str]) -> Iterator[Statement]:
    """A deviation beside the guideline of the line that asks; it is nobody's task, since the step is."""
    if not text or text in told or len(text.split()) > _MOST_WORDS:
        return
    told.add(text)
    kind = "concern" if one.kind == "concern" else "gap"
    guideline = replace(one.guideline, due="") if one.guideline else None
    yield replace(
        one,
        section=SECTION,
        kind=kind,
        text=text,
        citations=tuple(dict.fromkeys(cited))[: max(MOST_CITED, len(one.citations))],
        activity=None,
        guideline=guideline,
    )


def _concern(one: Statement, pen: Pen) -> tuple[str, Sequence[str]]:
    """A protocol's concern with the reason that what it cites tells; what can't be quoted is left to its entry."""
    cited = _entries(one.citations, pen)
    # Why somebody came to a visit is no reason for anything but the visit.
    said = next((why for entry in cited if entry.kind.startswith(_ORDERS) and (why := _why(entry, pen))), "")
    text = one.text.rstrip(".")
    if said:
        return pen.say("open.concern", concern=text, why=pen.say("why.reason", reason=said)), one.citations
    if any(_tells(entry) for entry in cited):
        return one.text, one.citations
    return f"{text}{pen.say('why.none')}", one.citations


def _gaps(term: Term, pen: Pen) -> Iterator[tuple[str, Sequence[str]]]:
    """What a step finds missing: with a reason, or since a day, each for itself; what nobody ever recorded together."""
    found = [one for one in pen.record.gaps if one.about in term.names]
    together = []
    for gap in found:
        label, entry = bare(gap.label), _not_done(gap.about, pen)
        if entry is not None:
            slots = {"reason": _why(entry, pen), "day": happened(entry)}
            yield (
                pen.say("open.gap", label=label, why=pen.say("why.dated", **slots)),
                [*gap.entries, entry.id],
            )
        elif gap.since:
            cited = _silent(gap.entries, pen)
            yield pen.say("open.since", label=label, since=gap.since[:10], why=none(cited, pen)), cited
        else:
            together.append(gap)
    if together:
        labels = listed((bare(one.label) for one in together), last="or")
        cited = _silent([entry for one in together for entry in one.entries], pen)
        yield pen.say("open.gap", label=labels, why=none(cited, pen)), cited


def _no_drug(term: Term, rule: Rule, one: Statement, pen: Pen) -> tuple[str, Sequence[str]]:
    """That no drug of a class is taken that a step asks about, and what the record tells of one that was refused or ended."""
    asked = [
        (rule.text[start:end], kind) for start, end, kind in pen.knowledge.drugs.class_mentions(rule.text)
    ]
    wanted = [(said, kind) for said, kind in asked if _holds(kind, term, pen)]
    if not wanted or any(_is_taken(kind, pen) for _, kind in wanted):
        return "", ()
    drugs, kinds = listed((said for said, _ in wanted), last="or"), {kind for _, kind in wanted}
    for entry in reversed(pen.record.entries):
        if (why := _against(entry, pen)) and _is_of(entry, kinds, pen):
            return pen.say("open.drug", drugs=drugs, why=why), [*one.citations, entry.id]
    cited = _silent(one.citations, pen)
    return pen.say("open.drug", drugs=drugs, why=none(cited, pen)), cited


def _holds(kind: str, term: Term, pen: Pen) -> bool:
    """Whether a class is what a line says that nobody takes, by its name or by its drugs."""
    return kind in term.names or any(
        drug.name in term.names for drug in pen.knowledge.drugs.class_members(kind)
    )


def _is_taken(kind: str, pen: Pen) -> bool:
    taken = {name for one in pen.record.medications if one.current for name in one.ingredients}
    return any(drug.name in taken for drug in pen.knowledge.drugs.class_members(kind))


def _against(entry: Entry, pen: Pen) -> str:
    """How a sentence ends that an entry gives the reason for: a payer's refusal, or a drug that was ended; "" for any other."""
    why, on = _why(entry, pen), day(entry.effective.end) or happened(entry)
    if not why or not on or entry.subject != "patient":
        return ""
    if entry.kind in ("ClaimResponse", "ExplanationOfBenefit") and entry.detail.get("outcome") in _DENIED:
        service = inside(bare(entry.detail.get("service") or entry.name))
        return pen.say("why.denied", service=service, day=on, reason=why) if pen.is_fit(service) else ""
    ended = entry.kind.startswith("Medication") and (entry.negated or entry.status in _NOT_DONE)
    return pen.say("why.dated", day=on, reason=why) if ended else ""


def _is_of(entry: Entry, kinds: Collection[str], pen: Pen) -> bool:
    """Whether an entry is about a drug of one of the classes."""
    found = pen.knowledge.drugs.find(entry.detail.get("service") or entry.name, entry.codes)
    return any(kind in drug.classes for drug in found for kind in kinds)


def _not_done(about: str, pen: Pen) -> Entry | None:
    """The newest entry that says why a thing was not done."""
    gap = pen.knowledge.gaps.get(about)
    names = {name for term in gap.look_for if term.kind == "seen" for name in term.names} if gap else set()
    for entry in reversed(pen.record.entries):
        undone = entry.negated or entry.status in _NOT_DONE
        told = undone and entry.subject == "patient" and happened(entry) and _why(entry, pen)
        if told and names & set(pen.knowledge.sightings.about(entry)):
            return entry
    return None


def _why(entry: Entry, pen: Pen) -> str:
    """What an entry tells as a reason, quoted in its own words; "" where it tells none, or nothing that can be quoted."""
    said = next((entry.detail[key] for key in _WHY if entry.detail.get(key)), "")
    return quoted(said, pen.names)


def _tells(entry: Entry) -> bool:
    return any(entry.detail.get(key) for key in _WHY)


def _entries(cited: Sequence[str], pen: Pen) -> list[Entry]:
    return [pen.record.by_id[one] for one in cited if one in pen.record.by_id]


def _silent(cited: Sequence[str], pen: Pen) -> list[str]:
    """Those of the entries that tell no reason of anything; all where each does."""
    found = _entries(cited, pen)
    return [one.id for one in found if not _tells(one)] or [one.id for one in found]


def none(cited: Sequence[str], pen: Pen) -> str:
    """How a sentence ends of which nothing that is cited tells why: that no reason is recorded, where that is so of everything that is cited."""
    return "." if any(_tells(one) for one in _entries(cited, pen)) else pen.say("why.none")
