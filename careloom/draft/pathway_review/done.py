"""What is met: what a protocol asks for and the record shows, with the guideline that asks; and goals that are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Guideline, Statement
from careloom.care.entry import Entry
from careloom.care.record import Medication
from careloom.draft.care_plan import medicines
from careloom.draft.pathway_review import deviations
from careloom.draft.pathway_review.steps import is_pathway, strength
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, pressure, value
from careloom.knowledge.facts import Facts
from careloom.knowledge.labs import number
from careloom.knowledge.met import Met, met
from careloom.text.naming import inside
from careloom.text.plural import was

SECTION = "met"
# A drug that nobody fills, or that may not be taken, meets nothing yet.
OPEN = "deviations"
_DOUBTS = ("no_fill", "medication_status")
_KEPT = "-kept"


def done(pen: Pen, plan: Pen, facts: Facts) -> Iterator[Statement]:
    """One line for each result, visit, vaccine and drug that answers a rule, with the strongest of those that it answers."""
    rules = [rule for rule in pen.knowledge.protocols.all if is_pathway(rule)]
    found = [one for rule in rules for one in met(rule, facts)]
    found.sort(key=lambda one: (strength(one.rule.grade), one.rule.rank, one.rule.id))
    told: set[str] = set()
    for one in found:
        text, cited = _said(one, pen, plan)
        if text and fits(text) and text not in told:
            told.add(text)
            guideline = Guideline(one.rule.id, one.rule.cited_as, one.rule.says)
            about, rank = one.rule.about, one.rule.rank
            section = OPEN if _is_in_doubt(one, pen) else SECTION
            yield pen.line(
                section, "fact", text, cited, about=about, by=one.rule.id, rank=rank, guideline=guideline
            )


def _is_in_doubt(one: Met, pen: Pen) -> bool:
    drug = _drug(one, pen)
    if drug is None:
        return False
    disputed = any(each.kind in _DOUBTS and each.about == drug.name for each in pen.record.conflicts)
    return disputed or bool(drug.refused) or drug.state == "filled_not_listed"


def _drug(one: Met, pen: Pen) -> Medication | None:
    """The drug that answers a rule, None where something else does."""
    if one.term.kind != "drug":
        return None
    return next((each for each in pen.record.medications if set(one.match.entries) & set(each.entries)), None)


def _none(one: Met, cited: Sequence[str], pen: Pen) -> str:
    """How a drug's row ends: where it is in doubt, with no reason for it in what it cites."""
    return deviations.none(cited, pen) if _is_in_doubt(one, pen) else "."


def kept(lines: Sequence[Statement]) -> Iterator[Statement]:
    """Goals whose value is where it should be: the protocols' own lines of them."""
    for one in lines:
        if one.kind == "goal" and _is_kept(one):
            yield replace(one, section=SECTION)


def _is_kept(one: Statement) -> bool:
    return one.guideline is not None and one.guideline.id.endswith(_KEPT)


def _said(one: Met, pen: Pen, plan: Pen) -> tuple[str, Sequence[str]]:
    """What answers a rule as a sentence, and what it cites; "" where its words are not fit."""
    if one.term.kind == "drug":
        drug = _drug(one, pen)
        if drug is None or not medicines.named(drug):
            return "", ()
        row = medicines.row(drug, plan)
        return f"{row.text.rstrip('.')}{_none(one, row.citations, pen)}", row.citations
    entry = pen.record.by_id.get(one.match.entries[0]) if one.match.entries else None
    return (_shown(entry, pen, plan), (entry.id,)) if entry else ("", ())


def _shown(entry: Entry, pen: Pen, plan: Pen) -> str:
    lab = plan.knowledge.labs.find(entry.codes, entry.text) if entry.kind == "Observation" else None
    name, said = lab.label if lab else bare(entry.name), value(entry, plan.knowledge.labs)
    if not said and (both := pressure(entry, plan.knowledge.labs)):
        return pen.say("met.measured", name="blood pressure", was="was", value=both, day=happened(entry))
    if entry.kind == "DocumentReference" or not happened(entry) or not plan.is_fit(f"{name} {said}"):
        return ""
    slots = {"name": name, "value": said, "day": happened(entry)}
    if not said:
        return plan.say("finding.recorded", **slots)
    if number(entry.value) is None:
        return plan.say("finding.answered", **slots | {"value": inside(said)})
    return pen.say("met.measured", was=was(name), **slots)
