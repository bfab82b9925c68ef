"""Verify: does this sentence follow from these entries?

Takes    a sentence, the entries (and the guideline) that it cites, the record, and knowledge
Gives    a judgement: supported, contradicted or not addressed, with the words that are at fault
Never    asks a model, trusts a document's own words for its guideline, or reads entries that aren't cited
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careloom.care.document import Activity, GoalTarget, Guideline, Verdict
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.verify.assays import check_assays
from careloom.verify.assigned import activity_faults
from careloom.verify.bound import check_bound
from careloom.verify.case import LONGEST, Case, Fault
from careloom.verify.disputes import check_disputes
from careloom.verify.doses import check_doses
from careloom.verify.figures import check_figures
from careloom.verify.goals import goal_faults
from careloom.verify.grounds import check_grounds
from careloom.verify.index import Index
from careloom.verify.kinds import check_kinds
from careloom.verify.newest import check_newest
from careloom.verify.own import claimed
from careloom.verify.prose import faults_of, kept
from careloom.verify.standing import check_standing
from careloom.verify.tokens import Sort
from careloom.verify.typed import is_typed
from careloom.verify.words import check_words

# A sentence with more numbers than that is a table, or meant to cost time.
MOST_NUMBERS = 60

__all__ = ["Fault", "Index", "Judgement", "judge", "judge_text", "judge_with"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a statement; `faults` are in the order of the sentence."""

    verdict: Verdict
    faults: tuple[Fault, ...] = ()


def judge(
    text: str,
    entries: Sequence[Entry],
    record: PatientRecord,
    guideline: Guideline | None,
    knowledge: Knowledge,
) -> Judgement:
    """Whether a sentence follows from the entries and the guideline that it cites.

    Polarised lexical grounding: every number with its unit, date, drug and content word must stand in them, beside
    the thing that it is said of and with the same polarity. For many sentences make one `Index`, then `judge_with`.
    """
    return judge_with(Index(record, knowledge), text, entries, guideline)


def judge_with(
    index: Index,
    text: str,
    entries: Sequence[Entry],
    guideline: Guideline | None = None,
    computable: Sequence[GoalTarget | Activity | None] = (),
    *,
    by_person: bool = False,
) -> Judgement:
    """`judge` against a record that was made ready before, and the computable parts of a goal or activity with it.

    What a person wrote (`by_person`) may have words of general English that no source has; a draft of ours may not.
    """
    if len(text) > LONGEST:
        return Judgement(Verdict.NOT_ADDRESSED, (Fault("word", text[:40], 0, len(text)),))
    if by_person and guideline is None and is_typed(text, entries):
        return Judgement(Verdict.SUPPORTED)
    if by_person and guideline is None and not entries and (named := index.named_in(text)):
        # Nothing is cited: what the record holds of what she names says whether it is wrong, and never that it stands.
        held = judge_with(index, text, named, None, computable, by_person=True)
        return _judgement((*held.faults, Fault("citation", "", 0, 0)))
    case = _judged(index, text, entries, guideline)
    is_goal = any(isinstance(part, GoalTarget) for part in computable)
    beside = False
    if guideline and not is_goal and not case.free:
        beside = index.only_named(text, guideline, entries)
    if case.faults and beside:
        # A fact beside the guideline that it is a deviation from, or that it meets, stands on its entries alone.
        alone = _judged(index, text, entries, None)
        case = case if alone.faults else alone
    if by_person:
        case.who, case.problems, case.zone = index.who, index.problems, index.zone
        case.changes, case.strange = index.changes(entries, case.parsed), index.strange(entries, text)
        case.faults = claimed(case)
    else:
        # A person keeps a line's citations and says it in words of her own, lay names of tests too.
        _check_citations(index, case, guideline, beside=beside)
    for part in computable:
        if isinstance(part, GoalTarget):
            case.faults.extend(goal_faults(index, part, text, guideline))
        elif part is not None:
            case.faults.extend(activity_faults(index, part, text, guideline))
    return _judgement(case.faults)


def _check_citations(index: Index, case: Case, guideline: Guideline | None, *, beside: bool) -> None:
    rule = index.knowledge.protocols.rule(guideline.id) if guideline else None
    asked = (
        frozenset(name for term in rule.when for name in term.names)
        if rule and not beside
        else frozenset("*")
    )
    check_assays(case, index.knowledge.labs, index.measured(case.cited), asked)
    check_grounds(case, index.why(rule) if rule else None, beside=beside)


def judge_text(index: Index, parts: Sequence[tuple[str, str]]) -> Iterator[Judgement]:
    """Judge the sentences of somebody else's text, each with the kind of its section ("" for none), against the record.

    What the record is silent on is not addressed (a fault "silent"), not held against the text.
    """
    for (text, _), found in zip(parts, faults_of(index, parts), strict=True):
        numbers = sum(token.sort is Sort.NUMBER for token in index.parse(text).tokens)
        if len(text) > LONGEST or numbers > MOST_NUMBERS:
            # No sentence that anybody wrote; word for word it would take seconds, and nothing supports it.
            yield _judgement((*found, Fault("unlisted", text[:40], 0, len(text))))
            continue
        case = _judged(index, text, index.named_in(text), None)
        faults = (*found, *kept(case))
        if not faults and any(fault.kind != "result" for fault in case.faults):
            faults = (Fault("silent", "", 0, 0),)
        yield _judgement(faults)


def _judged(index: Index, text: str, entries: Sequence[Entry], guideline: Guideline | None) -> Case:
    """A statement with every fault of its words; a goal's are its own."""
    guidance = index.rule(guideline.id) if guideline else None
    parsed = index.parse(text)
    case = Case(
        parsed=parsed,
        entries=index.of_entries(entries),
        further=index.following(entries, parsed),
        guidance=guidance,
        due=index.due(guideline) if guideline else frozenset(),
        told=index.drugs_told(guideline, entries) if guideline else frozenset(),
        today=frozenset(day.isoformat() for day in index.as_of),
        cited=tuple(entries),
        record=index.record.entries,
        class_mentions=index.knowledge.drugs.class_mentions,
    )
    if not entries or (not case.speaks_of_something and not index.stand_for_all(entries)):
        case.faults.append(Fault("citation", "", 0, 0))
    if guideline and index.misused(guideline, entries):
        case.faults.append(Fault("guideline", guideline.id, 0, 0, contradicts=guidance is not None))
    check_figures(case)
    check_doses(case)
    check_words(case)
    check_standing(case)
    check_disputes(case)
    check_bound(case)
    check_newest(case, index.newest)
    check_kinds(case, index.kinds, index.knowledge.conditions, index.newest)
    return case


def _judgement(faults: Sequence[Fault]) -> Judgement:
    return Judgement(_verdict(faults), tuple(sorted(faults, key=lambda fault: (fault.start, fault.kind))))


def _verdict(faults: Sequence[Fault]) -> Verdict:
    if any(fault.contradicts for fault in faults):
        return Verdict.CONTRADICTED
    return Verdict.NOT_ADDRESSED if faults else Verdict.SUPPORTED
