"""Equity: whether drafts need substantial revision as often for everybody: by age, sex, race, ethnicity, language and payer, as far as sources say these.

Takes    the drafts on which somebody decided in a span of time, and what sources said of each patient by its end
Gives    by dimension and group how many there are, how many were revised substantially, with its interval; how many of whom nothing is recorded
Never    tells anything of a group of fewer than FEWEST patients, or of one from whose number such a group's could be counted back

Source   small groups: CMS Cell Size Suppression Policy (2020), with complementary suppression
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from careloom.care.document import Proposal
from careloom.care.entry import Entry, Person
from careloom.care.pilot import PilotProtocol
from careloom.errors import CareloomError
from careloom.store.opening import Store
from careloom.study.pilot.groups import DIMENSIONS, UNKNOWN, groups_of_entries
from careloom.study.pilot.revised import revision
from careloom.study.statistics.estimate import Estimate
from careloom.study.statistics.proportions import Count, share
from careloom.study.statistics.subgroups import FEWEST

# At most so many drafts are looked at, the newest of the span.
MOST = 5_000
__all__ = ["FEWEST", "Equity", "Group", "equity"]
Entries = Callable[[str, date], Sequence[Entry]]
# Of a draft as it was queued and as it stands whether it fared ill; None where it says nothing of what is asked.
Judge = Callable[[Proposal, Proposal], bool | None]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of FEWEST patients at least: how many drafts, how many revised substantially, and that share from 0 to 1 with its 95 % interval."""

    dimension: str
    name: str
    drafts: int
    patients: int
    substantial: int
    interval: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Equity:
    """The groups that are told, by dimension; `small` how many groups aren't, `unknown` of how many drafts nothing is recorded (None: too few to tell), `drafts` of how many in all."""

    groups: tuple[Group, ...]
    small: dict[str, int]
    unknown: dict[str, int | None]
    drafts: int

    @property
    def compared(self) -> tuple[str, ...]:
        """The dimensions of which two groups at least are told, so that they can be compared."""
        told = [one.dimension for one in self.groups]
        return tuple(one for one in DIMENSIONS if told.count(one) > 1)


def is_revised(first: Proposal, now: Proposal) -> bool | None:
    """Whether a draft was substantially revised, as a pilot calls it."""
    return revision(first, now, PilotProtocol().edited).substantial


def model_is_revised(first: Proposal, now: Proposal) -> bool | None:
    """Whether a line that a model worded was changed or struck, or all of it was sent back; None of a draft in which no model worded a line."""
    worded = {one.id: one.text for one in first.document.statements if one.written_by == "model"}
    if not worded:
        return None
    after = {one.id: one.text for one in now.document.statements if one.id not in now.struck}
    sent_back = revision(first, now, PilotProtocol().edited).sent_back
    return sent_back or any(after.get(line) != text for line, text in worded.items())


def equity(
    store: Store, entries: Entries, span: tuple[datetime, datetime], judge: Judge = is_revised
) -> Equity:
    """Of the drafts that were decided from then until before then, and of which `judge` says something; what people wrote by hand isn't among them."""
    day = span[1].date()
    drafts: list[tuple[str, bool]] = []
    for proposal in store.programmes.decided(*span)[-MOST:]:
        first = store.proposals.revision(proposal, 1)
        if not first.document.by_hand:
            said = judge(first, store.proposals.get(proposal))
            if said is not None:
                drafts.append((first.document.patient, said))
    whose = {patient: _groups(entries, patient, day) for patient in sorted({one for one, _ in drafts})}
    return _told((patient, whose[patient], revised) for patient, revised in drafts)


def _groups(entries: Entries, patient: str, day: date) -> dict[str, str]:
    try:
        said = entries(patient, day)
    except CareloomError:
        return dict.fromkeys(DIMENSIONS, UNKNOWN)
    own = [one.detail for one in said if one.kind == "Patient"]
    persons = [Person(birth_date=one.get("birth_date"), sex=one.get("sex")) for one in own]
    return groups_of_entries(said, persons, day)


def _told(drafts: Iterable[tuple[str, dict[str, str], bool]]) -> Equity:
    by: dict[str, dict[str, list[tuple[str, bool]]]] = {one: defaultdict(list) for one in DIMENSIONS}
    number = 0
    for patient, groups, revised in drafts:
        number += 1
        for dimension in DIMENSIONS:
            by[dimension][groups[dimension]].append((patient, revised))
    told: list[Group] = []
    small: dict[str, int] = {}
    unknown: dict[str, int | None] = {}
    for dimension, held in by.items():
        hidden = _hidden({name: len({one for one, _ in rows}) for name, rows in held.items()})
        unknown[dimension] = None if UNKNOWN in hidden else len(held.get(UNKNOWN, ()))
        small[dimension] = len(hidden - {UNKNOWN})
        told += [_group(dimension, name, held[name]) for name in sorted(held.keys() - hidden - {UNKNOWN})]
    return Equity(tuple(told), small, unknown, number)


def _hidden(patients: dict[str, int]) -> frozenset[str]:
    """The groups that aren't told: the small ones, and as many more, the smallest first, as it takes so that together they are two at least and of FEWEST
    patients: else the one could be counted back from the sum of all."""
    order = sorted(patients, key=lambda name: (patients[name], name))
    hidden = [name for name in order if patients[name] < FEWEST]
    for name in order[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(patients[one] for one in hidden) >= FEWEST):
            break
        hidden.append(name)
    return frozenset(hidden)


def _group(dimension: str, name: str, rows: list[tuple[str, bool]]) -> Group:
    revised = sum(one for _, one in rows)
    found = share(Count(revised, len(rows)))
    interval = (found.value, found.low, found.high) if isinstance(found, Estimate) else None
    return Group(dimension, name, len(rows), len({patient for patient, _ in rows}), revised, interval)
