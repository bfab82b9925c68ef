"""What a note repeats of the chart where somebody ticked it: each line says that it comes from there.

Never    gives out as the chart's what the contact itself brought in
"""

from collections.abc import Iterator, Sequence

from careloom.care.document import Statement
from careloom.draft import care_plan
from careloom.draft.care_plan import naming, ranks
from careloom.draft.care_plan.medicines import named
from careloom.draft.pen import Pen
from careloom.text.naming import inside

SECTION = "chart"
_TOGETHER = 8
_ALLERGIES = (ranks.ALLERGY, ranks.OTHER_ALLERGY)


def lines(pen: Pen, ticked: Sequence[str], own: frozenset[str]) -> Iterator[Statement]:
    """The parts that were ticked, each from the entries that aren't the contact's `own`."""
    if "problems" in ticked:
        active = [one for one in pen.record.problems if one.status == "active" and not one.doubtful]
        yield from _listed(pen, "problem", [(naming.named(one, pen), one.entries) for one in active], own)
    if "medicines" in ticked:
        drugs = (
            one for one in pen.record.medications if named(one) and (one.current or own & set(one.entries))
        )
        yield from _listed(pen, "drug", [(named(one), one.entries) for one in drugs], own)
    if "allergies" in ticked:
        plan = Pen(pen.record, care_plan.kind(), pen.knowledge)
        for one in care_plan.statements(plan):
            if (
                one.kind == "fact"
                and one.rank in _ALLERGIES
                and not one.guideline
                and own.isdisjoint(one.citations)
            ):
                text = pen.say("chart.line", line=inside(one.text))
                yield pen.line(SECTION, "fact", text, one.citations, about=one.about, by=f"allergy {one.id}")


def _listed(
    pen: Pen, what: str, found: Sequence[tuple[str, Sequence[str]]], own: frozenset[str]
) -> Iterator[Statement]:
    """Names, some to a sentence, each with the first of its entries that the chart had before."""
    before = [(name, [one for one in entries if one not in own][:2]) for name, entries in found if name]
    before = [(name, entries) for name, entries in before if entries]
    for start in range(0, len(before), _TOGETHER):
        some = before[start : start + _TOGETHER]
        text = pen.say(
            f"chart.{what}s" if len(some) > 1 else f"chart.{what}",
            names="; ".join(inside(name) for name, _ in some),
        )
        cited = [entry for _, entries in some for entry in entries]
        yield pen.line(SECTION, "fact", text, cited, by=f"{what} {start}", most=2 * _TOGETHER)
