"""Working: the work list, whose turn it is, and how soon.

Takes    a person and what she asks to see
Gives    rows of what waits, worst first, of the patients whom she may see; a page at a time
Never    opens a document to list it, or shows a row whose document has changed since
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.access import SEES_ALL, Permission, may
from careloom.care.document import Reviewer, Tier
from careloom.care.entry import Entry
from careloom.care.worklist import Found, Load, Row, Sought, Waiting
from careloom.pipeline.access import ASSIGNED, Access
from careloom.pipeline.by_hand import is_blank
from careloom.pipeline.paged import Paged
from careloom.review.queue import counted, watched_until
from careloom.review.tiers import reach_of
from careloom.store.opening import Store
from careloom.store.readers import Reader, Sees
from careloom.store.worklists import Listed

VISIT = "Encounter"
EVERYBODY = Sees(everybody=True)


@dataclass(frozen=True)
class Working:
    """The work of one organisation. `here` is the time in the site's zone; a programme's entry is one that a
    substance-use programme sent (42 CFR Part 2)."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    paged: Paged
    is_programmes: Callable[[Entry], bool] = lambda _: False

    def found(self, actor: Reviewer, sought: Sought) -> Found:
        """A page of what somebody asked to see; which rows she saw is in the audit log. Raises NotLicensed."""
        self.access.must(actor, Permission.SEE)
        self.keep_up()
        now = self.here()
        found = self.store.work_lists.found(self._reader(actor, now), sought, now, self._paged(actor))
        found = replace(found, rows=self._with_people(found.rows, now))
        shown = " ".join(row.waiting.proposal for row in found.rows)
        self.store.audit.note(actor.user, "read", what=f"queue {shown}".strip())
        return found

    def every(self, actor: Reviewer) -> tuple[Row, ...]:
        """Everything that waits and she may see, worst first, without names and words. Raises NotLicensed."""
        self.access.must(actor, Permission.SEE)
        self.keep_up()
        now = self.here()
        self.store.audit.note(actor.user, "read", what="queue")
        return self.store.work_lists.every(self._reader(actor, now), now, self._paged(actor))

    def all(self) -> tuple[Waiting, ...]:
        """Everything that waits, for what Careloom itself does with it; nobody reads it."""
        self.keep_up()
        now = self.here()
        rows = self.store.work_lists.every(Reader("", Tier.AUTO, EVERYBODY), now, ())
        return tuple(row.waiting for row in rows)

    def hers(self, people: Iterable[Reviewer]) -> Mapping[str, frozenset[str]]:
        """By document, those of these people (users' ids) whose it is to decide now."""
        self.keep_up()
        now, found = self.here(), dict[str, set[str]]()
        for one in people:
            for row in self.store.work_lists.every(self._reader(one, now), now, ()):
                if row.mine:
                    found.setdefault(row.waiting.proposal, set()).add(one.user)
        return {proposal: frozenset(users) for proposal, users in found.items()}

    def load(self, actor: Reviewer, since: datetime) -> Mapping[str, Load]:
        """Everybody's work, with what each decided since a time. Raises NotLicensed for whoever doesn't lead."""
        self.access.must(actor, Permission.LEAD)
        self.store.audit.note(actor.user, "read", what="load")
        return self.loads(since)

    def loads(self, since: datetime) -> Mapping[str, Load]:
        """The same for what Careloom itself does with it."""
        self.keep_up()
        return self.store.work_lists.load(self.here(), since)

    def _with_people(self, rows: tuple[Row, ...], now: datetime) -> tuple[Row, ...]:
        """The rows with whose each is, since when, and who has it open."""
        ids = [row.waiting.proposal for row in rows]
        turns, held = self.store.turns.since(ids), self.store.turns.held(ids, now)
        people = {row.waiting.assigned_to for row in rows} | {one.who for one in held.values()}
        names = self.store.users.names(one for one in people if one)

        def with_people(row: Row) -> Row:
            owner, opened = row.waiting.assigned_to, held.get(row.waiting.proposal)
            if not owner and opened is None:
                return row
            whom, at = turns.get(row.waiting.proposal, ("", None))
            waiting = replace(
                row.waiting,
                owner=names.get(owner, "somebody") if owner else "",
                since=at if owner and whom == owner else None,
                opened_by=names.get(opened.who, "somebody") if opened else "",
                opened_since=opened.since if opened else None,
            )
            return replace(row, waiting=waiting)

        return tuple(map(with_people, rows))

    def keep_up(self) -> int:
        """List anew what is not listed as it is; how many proposals that were."""
        return self.store.work_lists.keep_up(self.listed)

    def listed(self, proposals: Sequence[str]) -> Iterator[Listed]:
        """What is to be listed of these proposals (ids): of those that wait and in which something stands."""
        for one, _ in self.store.proposals.newest(proposals):
            if one.status == "draft" and not is_blank(one) and self.access.still_waits(one.id):
                watched = self._watched(one.document.patient)
                yield Listed(one, counted(one), watched, self.access.is_closed(one.id))

    def arrived(self, patient: str, entries: Sequence[Entry]) -> None:
        """New entries of a patient are stored: a stay or a visit changes how soon somebody looks."""
        if any(entry.kind == VISIT for entry in entries):
            self.store.work_lists.arrived(patient)

    def _watched(self, patient: str) -> date | None:
        visits = self.store.entries.of_kind(patient, VISIT)
        return watched_until((one for one in visits if not self.is_programmes(one)), self.here().date())

    def _reader(self, actor: Reviewer, now: datetime) -> Reader:
        closed, withheld = not may(actor.role, Permission.PART2), self.access.all_withheld(actor)
        if actor.role in SEES_ALL:
            return Reader(actor.user, Tier.AUTO, EVERYBODY, closed=closed, blind=withheld)
        return Reader(
            user=actor.user,
            reach=reach_of(actor, now.date()),
            sees=self._sees(actor, now),
            covers=self.store.turns.covered_by(actor.user, now.date()),
            closed=closed,
            blind=self.store.seconds.reads(actor.user) | withheld,
        )

    def _sees(self, actor: Reviewer, now: datetime) -> Sees:
        opened = self.store.teams.opened_by(actor.user, now)
        sees = Sees(free=self.access.rule == ASSIGNED, opened=opened)
        merged = self.store.work_lists.merged()
        if not merged:
            return sees
        clusters = self.store.sameness.clusters(merged)
        teams = self.store.teams.members(merged, clusters)
        hers = frozenset(one for one in merged if actor.user in teams.get(clusters.first(one), ()))
        return replace(sees, merged=merged, seen=self.access.seen(actor, merged), hers=hers)

    def _paged(self, actor: Reviewer) -> frozenset[str]:
        """Everybody about whom a page is open that she may know of, and whoever is one person with them."""
        paged = self.paged.patients(actor)
        return _everybody(self.store, paged) if paged else paged


def _everybody(store: Store, patients: Iterable[str]) -> frozenset[str]:
    asked = tuple(patients)
    clusters = store.sameness.clusters(asked)
    return frozenset(member for one in asked for member in clusters.members(one))
