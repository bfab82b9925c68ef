"""Destinations: how it stands with every system that the site writes to, for who runs it.

Takes    the site's systems, what was written to them, and a way to ask each
Gives    a row a system: whether it answers, until when its certificate holds, whether it gives a token, what it took last, what waits and
         since when, what it doesn't take; never a word of a patient
Never    writes or sends anything
"""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from careloom.care.system import SourceSystem
from careloom.care.writing import AGAIN, AS_DOCUMENT, OPEN, STUCK, Writing
from careloom.chart.written import KINDS
from careloom.errors import CareloomError
from careloom.pipeline.ehr.mdm_settings import mdm_settings
from careloom.store.writings import Writings
from careloom.wire import fhir, mllp
from careloom.wire.certificate import ends

# A certificate that ends sooner is told.
SOON = timedelta(days=30)
# So many seconds whoever looks waits for one answer.
WAITED_FOR = 5.0
# So many of what waits are looked at.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with one system. `failing` is why nothing arrives there, since `since`; `took` when it took something last, `waiting` and
    `stuck` how many wait, for it or for a person, `oldest` since when; `refuses` what it doesn't take, in words.
    """

    system: str
    way: str
    took: datetime | None
    waiting: int
    stuck: int
    oldest: datetime | None
    failing: str
    since: datetime | None
    refuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system answers now: `fault` where it can't be reached, or gives no token; `ends` is its certificate's last day, `token` whether
    one is given ("" where none is needed)."""

    fault: str = ""
    ends: datetime | None = None
    token: str = ""
    refuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Destinations:
    """Those of one site. `opened` opens a FHIR server for one who waits, `home` is where files of settings lie."""

    systems: Callable[[], Mapping[str, SourceSystem]]
    writings: Writings
    opened: Callable[[SourceSystem], fhir.Server]
    home: Path
    clock: Callable[[], datetime]

    def all(self) -> tuple[Standing, ...]:
        """How it stands with each, from what was written; nobody is asked."""
        waiting, stuck = self.writings.last(MOST, OPEN), self.writings.last(MOST, STUCK)
        took = self.writings.accepted()
        return tuple(
            self._standing(
                one,
                took.get(one.name),
                [writing for writing in waiting if writing.system == one.name],
                [writing for writing in stuck if writing.system == one.name],
            )
            for one in self._written_to()
        )

    def _standing(
        self, one: SourceSystem, took: datetime | None, waiting: Sequence[Writing], stuck: Sequence[Writing]
    ) -> Standing:
        assert one.write is not None
        failed = [(each.failures[-1], each.failures[0].at) for each in (*waiting, *stuck) if each.failures]
        newest = max(failed, key=lambda found: found[0].at, default=None)
        # What arrived since shows that it takes things again.
        fails = newest is not None and (took is None or newest[0].at > took)
        begun = (each.steps[each.begun].at for each in (*waiting, *stuck))
        return Standing(
            system=one.name,
            way=one.write.way,
            took=took,
            waiting=len(waiting),
            stuck=len(stuck),
            oldest=min(begun, default=None),
            failing=newest[0].why.removeprefix(AGAIN) if newest and fails else "",
            since=min(since for _, since in failed) if fails else None,
            refuses=self._left_out(one),
        )

    def _left_out(self, one: SourceSystem) -> tuple[str, ...]:
        """What it didn't take the last time, and what the site has set so."""
        assert one.write is not None
        there = self.writings.newest_there(one.name)
        notes = there.there.notes if there and there.there else ()
        told = [note for note in notes if note.startswith(("without ", AS_DOCUMENT))]
        known = " ".join(told)
        return (*told, *(f"{kind}: the site has set so" for kind in one.write.refuses if kind not in known))

    def ask(self, name: str) -> Answer:
        """What a system answers now; it is asked once, and not for long."""
        one = next(found for found in self._written_to() if found.name == name)
        assert one.write is not None
        try:
            return self._listens(one) if one.write.way == "mdm" else self._answers(one)
        except CareloomError as error:
            return Answer(str(error))

    def _answers(self, one: SourceSystem) -> Answer:
        assert one.write is not None
        server = self.opened(replace(one, scope=one.write.scope))
        given = ""
        try:
            can = server.capability
            if server.tokens is not None:
                server.tokens.token()
                given = "it gives a token"
            refused = tuple(kind for kind in KINDS if not can.takes(kind))
            return Answer("", server.exchange.certificate_ends, given, refused)
        except CareloomError as error:
            return Answer(str(error), server.exchange.certificate_ends, given)
        finally:
            server.exchange.close()

    def _listens(self, one: SourceSystem) -> Answer:
        line = mllp.connect(mdm_settings(one).peer(self.home))
        try:
            return Answer(ends=ends(line if isinstance(line, ssl.SSLSocket) else None))
        finally:
            line.close()

    def _written_to(self) -> tuple[SourceSystem, ...]:
        return tuple(one for one in self.systems().values() if one.write is not None)


def in_words(standing: Standing, answer: Answer, now: datetime) -> Iterator[str]:
    """How it stands with a system and what it answers now, in words for who runs it."""
    yield answer.fault or "answers"
    if answer.token:
        yield answer.token
    if answer.ends is not None:
        left = answer.ends - now
        soon = f", in {max(left.days, 0)} days" if left < SOON else ""
        yield f"its certificate ends on {answer.ends:%Y-%m-%d}{soon}"
    yield f"took something last {_at(standing.took)}" if standing.took else "took nothing yet"
    if standing.waiting:
        yield f"{standing.waiting} wait for it"
    if standing.stuck:
        yield f"{standing.stuck} wait for a person"
    if standing.oldest:
        yield f"the oldest since {_at(standing.oldest)}"
    if standing.failing:
        yield f"nothing arrives since {_at(standing.since)} ({standing.failing})"
    if answer.refuses:
        yield f"does not offer {', '.join(answer.refuses)}"
    yield from standing.refuses


def as_row(standing: Standing, answer: Answer, well: bool) -> dict[str, object]:
    """The same as JSON."""
    return {
        **asdict(standing),
        "ok": well,
        "fault": answer.fault,
        "certificate_ends": answer.ends,
        "token": answer.token,
        "not_offered": answer.refuses,
    }


def is_well(standing: Standing, answer: Answer, now: datetime) -> bool:
    """Whether nobody need do anything: it answers, nothing waits for a person, and its certificate holds for a while."""
    holds = answer.ends is None or answer.ends - now >= SOON
    return not answer.fault and not standing.stuck and not standing.failing and holds


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""
