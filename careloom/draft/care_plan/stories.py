"""Stories: the facts behind a top concern, so that one sentence can tell them together: problem, values, drugs, allergy."""

from collections.abc import Iterator

from careloom.care.document import Document, Statement
from careloom.care.record import Conflict, Medication
from careloom.draft.care_plan import findings, medicines, problems
from careloom.draft.care_plan.living import domain_words
from careloom.draft.care_plan.ranks import TOP_LAST
from careloom.draft.pen import Pen
from careloom.draft.prose import KEPT_WORDS, Wanted, long_words
from careloom.draft.wording import happened, quoted
from careloom.knowledge.facts import LAST

MOST_FACTS = 4
MOST_WORDS = 45
# An activity of fewer long words, beside those that it begins with, can't be said much plainer.
FEWEST_LONG = 2
# Measurements that tell how a problem goes, by its broadest concept.
SIGNS = {
    "chronic_kidney_disease": ("egfr", "uacr", "potassium"),
    "diabetes": ("hba1c",),
    "heart_failure": ("weight", "nt_probnp", "bnp"),
    "hypertension": ("systolic",),
}
# What is said of an allergy stays word for word.
_ALLERGIES = ("allergy_list", "allergy_unlisted")
Fact = tuple[str, tuple[str, ...]]


def wanted(document: Document, pen: Pen) -> Iterator[Wanted]:
    """What a model may say better: the stories of our own concerns, the top ones first, then protocols' activities.

    A protocol's concern is vetted word for word and stays as it is; so does a dispute over an allergy.
    """
    ranked = sorted(document.statements, key=lambda one: (one.id not in document.top, one.rank, one.id))
    disputed = {conflict.about for conflict in pen.record.conflicts if conflict.kind in _ALLERGIES}
    templates = tuple(pen.kind.templates.values())
    told: set[tuple[str, ...]] = set()
    for one in ranked:
        if one.kind != "concern" or one.guideline or one.rank > TOP_LAST or one.about in disputed:
            continue
        facts = _short(_facts(one, pen))
        texts = tuple(text for text, _ in facts)
        if len(facts) > 1 and texts not in told:
            told.add(texts)
            cited = dict.fromkeys(entry for _, entries in facts for entry in entries[:3])
            yield Wanted("join", one, texts, tuple(cited)[:8], tuple(_spans(one, pen)), templates)
    for one in ranked:
        rule = pen.knowledge.protocols.rule(one.guideline.id) if one.guideline else None
        if (
            one.kind == "activity"
            and rule
            and long_words(" ".join(one.text.split()[KEPT_WORDS:])) >= FEWEST_LONG
        ):
            yield Wanted("plain", one, (one.text,), one.citations, templates=(rule.text, *LAST))


def _spans(one: Statement, pen: Pen) -> Iterator[str]:
    for drug in _drugs(one, pen):
        for words, _ in drug.doses:
            yield medicines.dose_words(words)
            yield words


def _short(facts: list[Fact]) -> list[Fact]:
    kept: list[Fact] = []
    for fact in facts:
        if len(kept) < MOST_FACTS and sum(len(text.split()) for text, _ in (*kept, fact)) <= MOST_WORDS:
            kept.append(fact)
    return kept


def _facts(one: Statement, pen: Pen) -> list[Fact]:
    """The facts behind a concern: its problem, how the values go, the drugs, the allergy; or itself and others."""
    own: list[Fact] = [] if _structured(one, pen) else [(one.text, one.citations)]
    dispute = next(
        (each for each in pen.record.conflicts if each.kind == "dose" and each.about == one.about), None
    )
    doses = list(_doses(dispute, pen)) if dispute else []
    about = [
        (problems.said(problem, pen), problem.entries)
        for problem in pen.record.problems
        if problem.status == "active"
        and not problem.doubtful
        and (_shares(problem.entries, one) or one.about in _signs({problem.concept}, pen))
    ]
    drugs = [] if doses else [(medicines.said(drug, pen), drug.entries) for drug in _drugs(one, pen)]
    allergies = [
        (medicines.allergy_said(allergy, pen), allergy.entries)
        for allergy in pen.record.allergies
        if _shares(allergy.entries, one)
    ]
    return [*own, *doses, *about[:1], *_values(one, pen), *drugs[:2], *allergies[:1], *_needs(one, pen)]


def _needs(one: Statement, pen: Pen) -> Iterator[Fact]:
    """Further open needs of which the same source told on the same day, beside a need."""
    mine = [need for need in pen.record.needs if _shares(need.entries, one)]
    first = pen.record.by_id[one.citations[0]] if mine else None
    for need in pen.record.needs if first else ():
        entry = pen.record.by_id.get(need.entries[0])
        same = (
            entry
            and first
            and (entry.source.system, happened(entry)) == (first.source.system, happened(first))
        )
        if entry and same and need.status == "open" and not _shares(need.entries, one):
            words = quoted(entry.detail.get("quote", ""), pen.names)
            if words:
                slots = {"name": domain_words(need.domain), "day": happened(entry), "quote": words}
                yield pen.say("need.quoted", **slots), (entry.id,)


def _structured(one: Statement, pen: Pen) -> bool:
    """Whether the record's own parts tell all that the concern says."""
    return bool(_drugs(one, pen)) or any(trend.about == one.about for trend in pen.record.trends)


def _shares(entries: tuple[str, ...], one: Statement) -> bool:
    return bool(set(entries) & set(one.citations))


def _drugs(one: Statement, pen: Pen) -> list[Medication]:
    return [drug for drug in pen.record.medications if drug.current and _shares(drug.entries, one)]


def _values(one: Statement, pen: Pen) -> Iterator[Fact]:
    """The trend of a value that the concern cites or that tells how its problem goes."""
    concepts = {problem.concept for problem in pen.record.problems if _shares(problem.entries, one)}
    signs = _signs(concepts | {one.about}, pen)
    for trend in pen.record.trends:
        last = trend.entries[-1]
        if trend.direction == "steady" or not (
            last in one.citations or (trend.strong and trend.about in signs)
        ):
            continue
        text = findings.moved(trend, pen)
        if text:
            yield text, (trend.entries[0], last)
            return


def _doses(conflict: Conflict, pen: Pen) -> Iterator[Fact]:
    """Each source's reading of a disputed dose."""
    drug = next((one for one in pen.record.medications if one.name == conflict.about), None)
    for words, entry in list(medicines.readings(drug, pen))[:3] if drug else ():
        fill = entry.kind in medicines.FILLS
        text = pen.say(
            "medicine.fill" if fill else "medicine.reading",
            name=conflict.about,
            dose=words if fill else medicines.dose_words(words),
            system=medicines.system(entry),
            day=happened(entry),
        )
        yield text, (entry.id,)


def _signs(concepts: set[str | None], pen: Pen) -> frozenset[str]:
    """The measurements that tell how problems go."""
    is_a = pen.knowledge.conditions.is_a
    return frozenset(
        sign for broad, every in SIGNS.items() for sign in every if any(is_a(one, broad) for one in concepts)
    )
