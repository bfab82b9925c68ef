"""Order: what stands on top, what goes together, and what a plan of two printed pages folds last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.draft.care_plan import ranks
from careloom.draft.kind import Kind
from careloom.draft.pen import Pen, statement_id

TOP = 3
_PARTICULAR = ("Observation", "Medication", "AllergyIntolerance", "DocumentReference", "ClaimResponse")
# LOINC: systolic, diastolic, and the panels of both.
_PRESSURE = frozenset({"8480-6", "8462-4", "85354-9", "55284-4"})
MOST = 60


def unique(statements: Iterable[Statement], pen: Pen) -> list[Statement]:
    """Each id once (a second statement of one id gets a number), and no sentence twice."""
    texts: set[tuple[str, str]] = set()
    ids: dict[str, int] = {}
    kept = []
    for one in statements:
        said = (one.kind, one.text)
        if said in texts:
            continue
        texts.add(said)
        times = ids[one.id] = ids.get(one.id, 0) + 1
        if times > 1:
            own = statement_id(pen.record.patient, one.section, one.kind, one.about, f"{one.id} {times}")
            one = replace(one, id=own)
        kept.append(one)
    return kept


def top(statements: Sequence[Statement], record: PatientRecord) -> tuple[str, ...]:
    """The ids of the three that matter most, the newest of those that matter alike first.

    What is due on the day itself stands with the concerns, by its rank; concerns come before what is done about them, and both before routine. Each is about another thing: a second line
    about one result or drug stands there only where it is a concern of harm that tells of a drug the first doesn't, a third never
    while there is anything else. One measurement of blood pressure is one result, however many values it has.
    """
    ranked = sorted(
        statements,
        key=lambda one: (
            _sort(one, record.as_of),
            one.rank,
            one.kind != "concern",
            -_newest(one, record),
            one.id,
        ),
    )
    chosen: list[Statement] = []
    for one in ranked:
        if len(chosen) < TOP and not _is_told(one, chosen, record):
            chosen.append(one)
    chosen += [one for one in ranked if one not in chosen][: TOP - len(chosen)]
    return tuple(one.id for one in chosen)


def _sort(one: Statement, today: date) -> int:
    """Concerns and facts that matter and what is due today, then what is to be done this week, then routine concerns, then the rest."""
    if one.kind in ("concern", "fact") and one.rank <= ranks.TOP_LAST:
        return 0
    if (
        one.activity
        and one.activity.due
        and one.activity.due <= today.isoformat()
        and one.rank <= ranks.URGENT
    ):
        return 0
    if one.rank <= ranks.THIS_WEEK:
        return 1
    return 2 if one.kind == "concern" else 3


def _newest(one: Statement, record: PatientRecord) -> int:
    days = [record.by_id[entry].happened for entry in one.citations if entry in record.by_id]
    return max((day.day.toordinal() for day in days if day), default=0)


def _is_told(one: Statement, chosen: Sequence[Statement], record: PatientRecord) -> bool:
    """Whether the chosen ones say the same thing already: about the same, or resting on the same result or drug."""
    if one.about and one.about in {each.about for each in chosen}:
        return True
    thing = _connected(one, chosen, record)
    if not thing:
        return False
    drugs = _drugs(one, record)
    another = any(drugs != _drugs(each, record) for each in thing)
    return len(thing) > 1 or one.kind != "concern" or one.rank > ranks.TWICE_LAST or not another


def _connected(one: Statement, chosen: Sequence[Statement], record: PatientRecord) -> list[Statement]:
    """Those of the chosen that share a particular with it, and those that share one with them."""
    found, reached = [], particulars(one, record)
    for _ in chosen:
        for each in chosen:
            if each not in found and reached & particulars(each, record):
                found.append(each)
                reached |= particulars(each, record)
    return found


def particulars(one: Statement, record: PatientRecord) -> set[str]:
    """The results, drugs and allergies that a line rests on; a problem is behind too many lines to tell two apart."""
    cited = [entry for entry in _cited(one, record) if entry.kind.startswith(_PARTICULAR)]
    measured = {f"pressure {entry.happened.day}" for entry in cited if entry.happened and _is_pressure(entry)}
    return {entry.id for entry in cited} | measured


def results(one: Statement, record: PatientRecord) -> set[str]:
    """The results that a line rests on."""
    return {entry.id for entry in _cited(one, record) if entry.kind == "Observation"}


def _drugs(one: Statement, record: PatientRecord) -> set[str]:
    return {entry.id for entry in _cited(one, record) if entry.kind.startswith("Medication")}


def _cited(one: Statement, record: PatientRecord) -> Iterator[Entry]:
    return (record.by_id[entry] for entry in one.citations if entry in record.by_id)


def _is_pressure(entry: Entry) -> bool:
    """Whether an entry is a blood pressure, or the systolic or diastolic value of one: their sources write them as one or as two."""
    return any(code.code in _PRESSURE for code in entry.codes) or "blood pressure" in entry.name.casefold()


def arranged(statements: Iterable[Statement], kind: Kind) -> tuple[Statement, ...]:
    """Section by section, in each by rank."""
    return tuple(sorted(statements, key=lambda one: (kind.order(one.section), one.rank, one.text, one.id)))


def folded(statements: Sequence[Statement]) -> list[Statement]:
    """The least important facts and routine protocol lines beyond `MOST` rank last: folded, never dropped.

    Never the last line of a part, a concern, or a drug, allergy or problem in force.
    """
    ranked = {one.id: one for one in statements}
    left = Counter(one.section for one in statements)
    beyond = len(statements) - MOST
    for one in sorted(statements, key=lambda each: (-_lightness(each), each.id)):
        if beyond <= 0 or not _lightness(one):
            break
        if left[one.section] > 1:
            left[one.section] -= 1
            beyond -= 1
            ranked[one.id] = replace(one, rank=one.rank + ranks.LAST)
    return list(ranked.values())


def _lightness(one: Statement) -> int:
    """How readily a line is folded last; 0 where it never is. An activity of a protocol is lighter than a fact of its rank."""
    if one.kind == "activity":
        return one.rank + ranks.ACTIVITY_LIGHTER if one.guideline and one.rank >= ranks.CAN_WAIT else 0
    if one.kind not in ("fact", "gap") or (one.section == "medication_management" and one.rank < ranks.PAST):
        return 0
    return one.rank
