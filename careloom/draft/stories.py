"""Stories: the facts that belong to a top concern, so that one sentence can say them together."""

from collections.abc import Iterator, Sequence

from careloom.care.document import Document, Statement
from careloom.draft.pen import Pen
from careloom.draft.prose import Wanted
from careloom.draft.wording import MOST_WORDS

MOST_FACTS = 4
# Measurements that tell how a problem goes, by its broadest concept.
SIGNS = {
    "chronic_kidney_disease": ("egfr", "uacr", "creatinine", "potassium"),
    "diabetes": ("hba1c",),
    "heart_failure": ("weight", "nt_probnp", "bnp", "lvef"),
    "hypertension": ("systolic",),
}


def wanted(document: Document, pen: Pen) -> Iterator[Wanted]:
    """For each top concern the lines of the plan that rest on the same entries, at most four facts in all."""
    by_id = {one.id: one for one in document.statements}
    for one in (by_id[id] for id in document.top):
        lines = [one, *_beside(one, document.statements, pen)]
        facts = [line.text for line in lines]
        while len(facts) > 1 and sum(len(fact.split()) for fact in facts) > MOST_WORDS + 5:
            facts.pop()
        if len(facts) > 1:
            cited = [citation for line in lines[: len(facts)] for citation in line.citations[:3]]
            yield Wanted(one, tuple(facts), tuple(dict.fromkeys(cited))[:8])


def _beside(one: Statement, statements: Sequence[Statement], pen: Pen) -> list[Statement]:
    rests_on = set(one.citations)
    signs = _signs(one, statements, pen)
    found = [
        line
        for line in statements
        if line.id != one.id
        and line.kind in ("fact", "concern")
        and line.guideline is None
        and (rests_on & set(line.citations) or line.about in signs)
    ]
    found.sort(key=lambda line: (-len(rests_on & set(line.citations)), line.rank))
    return found[: MOST_FACTS - 1]


def _signs(one: Statement, statements: Sequence[Statement], pen: Pen) -> frozenset[str]:
    conditions = pen.knowledge.conditions
    concepts = {line.about for line in statements if set(line.citations) & set(one.citations)} | {one.about}
    return frozenset(
        sign
        for broad, signs in SIGNS.items()
        if any(conditions.is_a(concept, broad) for concept in concepts)
        for sign in signs
    )
