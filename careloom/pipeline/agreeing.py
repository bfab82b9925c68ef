"""Agreeing: how far second readers agree with the first, over a time, by kind, tier and pair of readers.

Takes    who asks, and from which day to which
Gives    for whole documents and for lines the agreement over all, each kind, each tier, and each pair of readers
Never    says a number over few pairs, tells a reviewer of anybody's agreement but her own, or tells anybody whose a pair's is
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from careloom.care.access import Permission, may
from careloom.care.agreed import LINES, WHOLE, Group, Over
from careloom.care.document import Reviewer
from careloom.care.second import LineSaid, Pair, SecondReading, Step, WholeSaid
from careloom.errors import InputError, NotLicensed
from careloom.measure.agreement import FEWEST, Agreement, agreement
from careloom.pipeline.access import Access
from careloom.review.second import WHOLE as WHOLE_LINE
from careloom.store.opening import Store

LONGEST = timedelta(days=3660)
LATELY = timedelta(days=89)
SAID: Mapping[str, tuple[str, ...]] = {
    WHOLE: tuple(one.value for one in WholeSaid),
    LINES: tuple(one.value for one in LineSaid),
}
# Pairs stand apart, without names, where at least so many people read; of fewer their numbers would tell whose they are.
FEWEST_READERS = 5
SEES_ALL = (Permission.LEAD, Permission.AUDIT, Permission.ADMINISTER)


@dataclass(frozen=True, slots=True)
class Row:
    """A group with how many pairs it has and their agreement; None where they are too few."""

    group: Group
    number: int
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The answer: over which time and whose, how many documents, and the rows; `months` is kappa of lines month by month."""

    over: Over
    documents: int
    rows: tuple[Row, ...]
    months: tuple[tuple[str, Row], ...]


@dataclass(frozen=True)
class Agreeing:
    """The agreement of one organisation's readers; `here` is the time in the site's zone."""

    store: Store
    access: Access
    here: Callable[[], datetime]

    def over(self, actor: Reviewer | str, over: Over) -> Agreed:
        """The agreement over a time: of everybody for a lead, an auditor and the administrator, else of her own readings alone.

        Raises NotLicensed for whoever reads nothing, InputError for days that don't fit.
        """
        asked = self._allowed(actor, over)
        if not asked.first <= asked.last or asked.last - asked.first > LONGEST:
            raise InputError("the first day is not after the last, and within ten years of it")
        zone = self.here().tzinfo
        since = datetime.combine(asked.first, time.min, zone)
        until = datetime.combine(asked.last + timedelta(days=1), time.min, zone)
        found = [one for one in self.store.seconds.read_since(since, until) if _of(one, asked.user)]
        about = self.store.proposals.about(one.proposal for one in found)
        said, months = defaultdict[Group, list[Pair]](list), defaultdict[str, list[Pair]](list)
        for one in found:
            for group, pair in _grouped(one, about[one.proposal][1], asked.user):
                said[group].append(pair)
                if group == Group(LINES, "all"):
                    months[f"{_compared(one).astimezone(zone):%Y-%m}"].append(pair)
        self.store.audit.note(actor if isinstance(actor, str) else actor.user, "read", what="agreement")
        lines = Group(LINES, "all")
        return Agreed(
            asked,
            len(found),
            tuple(_row(group, pairs) for group, pairs in sorted(_nameless(said).items(), key=_place)),
            tuple((month, _row(lines, pairs)) for month, pairs in sorted(months.items())),
        )

    def lately(self, last: date | None = None, first: date | None = None) -> Over:
        """The 90 days up to a day (today), or from another one on."""
        until = last or self.here().date()
        return Over(first or until - LATELY, until)

    def _allowed(self, actor: Reviewer | str, over: Over) -> Over:
        if isinstance(actor, str) or any(may(actor.role, one) for one in SEES_ALL):
            return over
        if not may(actor.role, Permission.DECIDE):
            raise NotLicensed("agreement is for those who read, leads and auditors")
        return Over(over.first, over.last, actor.user)


def _grouped(second: SecondReading, kind: str, user: str) -> Iterator[tuple[Group, Pair]]:
    """Each pair of a reading (of a `user`'s own) of a document of a kind with every group that it counts in: as both first said it, before
    anybody saw the other's."""
    for pair in _of(second, user):
        readers = tuple(sorted((pair.who or second.first, second.reader)))
        of = WHOLE if pair.line == WHOLE_LINE else LINES
        yield Group(of, "all"), pair
        yield Group(of, "kind", (kind,)), pair
        yield Group(of, "tier", (pair.tier,)), pair
        if not user:
            yield Group(of, "readers", readers), pair


def _nameless(said: Mapping[Group, list[Pair]]) -> dict[Group, list[Pair]]:
    """The same with numbers in the place of readers, the pair with the most first; without their rows where they are too few."""
    by = [group for group in said if group.by == "readers"]
    people = {user for group in by for user in group.which}
    found = {group: pairs for group, pairs in said.items() if group.by != "readers"}
    if len(people) < FEWEST_READERS:
        return found
    lines = sorted(by, key=lambda group: (-len(said[group]), group.which))
    number = {
        which: f"{place:02}" for place, which in enumerate(dict.fromkeys(group.which for group in lines), 1)
    }
    return found | {replace(group, which=(number[group.which],)): said[group] for group in by}


def _compared(second: SecondReading) -> datetime:
    return next(one.at for one in second.steps if one.what is Step.COMPARE)


def _of(second: SecondReading, user: str) -> tuple[Pair, ...]:
    """The pairs of the first comparison; of one person those alone in which she is one of the two."""
    compared = next(one for one in second.steps if one.what is Step.COMPARE)
    return tuple(
        pair for pair in compared.pairs if not user or user in (pair.who or second.first, second.reader)
    )


def _row(group: Group, pairs: list[Pair]) -> Row:
    said = [(pair.first, pair.second) for pair in pairs]
    return Row(group, len(said), agreement(said, SAID[group.of]))


def _place(item: tuple[Group, list[Pair]]) -> tuple[int, int, tuple[str, ...]]:
    group = item[0]
    return (WHOLE, LINES).index(group.of), ("all", "kind", "tier", "readers").index(group.by), group.which


def as_json(found: Agreed) -> dict[str, Any]:
    """The answer as the command and the API print it; numbers of too few pairs are null, and so is how many they are."""
    return {
        "from": found.over.first.isoformat(),
        "to": found.over.last.isoformat(),
        "own": bool(found.over.user),
        "documents": found.documents,
        "fewest": FEWEST,
        "agreement": [_told(row) for row in found.rows],
        "months": [{"month": month, **_told(row)} for month, row in found.months],
    }


def _told(row: Row) -> dict[str, Any]:
    one = row.agreement
    return {
        "of": row.group.of,
        "by": row.group.by,
        "which": list(row.group.which),
        "pairs": row.number if one else None,
        "observed": one.observed if one else None,
        "kappa": one.kappa if one else None,
        "low": one.low if one else None,
        "high": one.high if one else None,
        "ac1": one.ac1 if one else None,
        "first": dict(one.first) if one else None,
        "second": dict(one.second) if one else None,
        "same": dict(one.same) if one else None,
    }
