"""Pulling: read a FHIR server search by search; every page is stored, and read, as any file is.

What is known of how far a search was read is advanced only after all its pages are stored, so that a pull that was
cut off is made good by the next one; what comes twice is kept once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from careloom.care.entry import Message
from careloom.pipeline.arrivals import Arrival
from careloom.pipeline.intake import Intake
from careloom.pipeline.naming import Names
from careloom.pipeline.report import Report
from careloom.pipeline.whom import whom
from careloom.store.opening import Store
from careloom.wire import fhir

# Clocks of one server's parts differ, and what is written takes a while until a search finds it.
OVERLAP_MINUTES = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a pull is to read: what has changed since a time, everything (`full`), or what is new since the last one.

    `patients` are named by our id, SYSTEM|VALUE or the server's id; `group` is a Group of the server. `bulk` asks for
    an export in place of searches, `cancel` gives up the one that is under way.
    """

    since: datetime | None = None
    full: bool = False
    patients: tuple[str, ...] = ()
    group: str = ""
    bulk: bool = False
    cancel: bool = False


@dataclass
class Pulled:
    """What came of reading one source: its pages and results by search, what it can't answer, what it remarks."""

    source: str
    report: Report = field(default_factory=Report)
    pages: dict[str, int] = field(default_factory=dict)
    results: dict[str, int] = field(default_factory=dict)
    cannot: dict[str, None] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)
    failed: str = ""


# Told what is done, how much of it, and of how much.
Step = Callable[[str, int, int], None]


def silently(words: str, done: int, of: int) -> None:
    """A `Step` that tells nobody."""
    del words, done, of


@dataclass
class Pulling:
    """One pull of one server."""

    server: fhir.Server
    store: Store
    intake: Intake
    wish: Wish
    step: Step = silently
    later: list[tuple[Message, str]] = field(default_factory=list)

    @cached_property
    def pulled(self) -> Pulled:
        """What has come of it so far."""
        return Pulled(self.server.name)

    def run(self) -> Pulled:
        """Read what was asked for.

        What the server can't answer is said and the rest goes on. Raises SourceError where nothing more can be had of
        it now; what came until then is stored.
        """
        plan = fhir.searches(self.server.profile, self.server.capability, self.server.system.options)
        self.pulled.cannot |= dict.fromkeys(plan.cannot)
        patients = whom(self.server, self.store, self.wish.patients, self.wish.group)
        rounds = [("", one) for one in plan.searches] if patients is None else []
        rounds += [(patient, one) for patient in patients or () for one in plan.searches]
        try:
            for number, (patient, search) in enumerate(rounds):
                self.step(search.label, number, len(rounds))
                self._read(search, patient)
            self.step("", len(rounds), len(rounds))
        finally:
            self.intake.settle(self.later, self.pulled.report)
        self.pulled.cannot |= dict.fromkeys(self._names.cannot)
        self.pulled.remarks |= dict.fromkeys(self._names.remarks)
        return self.pulled

    def _read(self, search: fhir.Search, patient: str) -> None:
        """One search to its end; its mark is advanced where everything of it is stored."""
        mark = self.store.pulls.mark(self.server.name, search.label, patient)
        since = self._since(search, mark)
        whole = search.of(self.server.profile, patient) if patient else search
        asked = whole.since(since, self.server.profile.last_updated) if since else whole
        try:
            begun = self._pages(asked)
        except fhir.CannotAnswer as error:
            if since is None or error.status not in (400, 422):
                self.pulled.cannot[f"{error.what}: {error.why}"] = None
                return
            self.pulled.remarks[f"{search.label}: can't be asked for changes alone, so that all is read"] = (
                None
            )
            try:
                begun = self._pages(whole)
            except fhir.CannotAnswer as again:
                self.pulled.cannot[f"{again.what}: {again.why}"] = None
                return
        gap = self.wish.since is not None and mark is not None and self.wish.since > mark
        if begun is not None and not gap:
            self.store.pulls.advance(self.server.name, search.label, begun, patient)

    def _since(self, search: fhir.Search, mark: datetime | None) -> datetime | None:
        """Since when changes are asked for; None for everything."""
        profile = self.server.profile
        if profile.last_updated == "none" or "_lastUpdated" in profile.lacks.get(search.kind, ()):
            return None
        if self.wish.since is not None:
            return self.wish.since
        if self.wish.full or mark is None:
            return None
        minutes = float(self.server.system.options.get("overlap_minutes", OVERLAP_MINUTES))
        return mark - timedelta(minutes=minutes)

    def _pages(self, search: fhir.Search) -> datetime | None:
        """Store and read the pages of a search; the server's time when it began, None where it may lack something."""
        begun, lacks = self._round(search)
        if lacks > 0:
            # What came or went meanwhile may have moved the pages under us; who merely counts otherwise does so again.
            again, still = self._round(search)
            begun = min(begun, again) if begun and again and still in (0, lacks) else None
            if still > 0:
                self.pulled.remarks[f"{search.label}: it said that there are more than it gave"] = None
        return begun

    def _round(self, search: fhir.Search) -> tuple[datetime | None, int]:
        """One way through the pages: the server's time when it began, and how many results fewer came than it said."""
        begun, total, matches, partial = None, None, 0, False
        for page in fhir.pages(self.server, search):
            begun, matches = page.begun, matches + page.matches
            total = page.total if page.number == 1 else total
            partial = partial or any(one.partial for one in page.issues)
            self._take(search.label, page)
        if partial:
            remark = (
                f"{search.label}: not all of it may have come, so that the same is asked for again next time"
            )
            self.pulled.remarks[remark] = None
        return None if partial else begun, max((total or 0) - matches, 0)

    def _take(self, label: str, page: fhir.Page) -> None:
        pulled = self.pulled
        self.later += self._names.bring(page.body, pulled.report)
        self.later += self.intake.take(
            whole(f"{label} page {page.number}", page.body),
            pulled.report,
            source=self.server.name,
            format="fhir",
        )
        pulled.pages[label] = pulled.pages.get(label, 0) + 1
        pulled.results[label] = pulled.results.get(label, 0) + page.matches
        pulled.remarks |= {f"{label}: {one.words}": None for one in page.issues}

    @cached_property
    def _names(self) -> Names:
        return Names(self.server, self.store, self.intake)


def whole(name: str, body: bytes) -> Arrival:
    """An arrival of bytes that are here already."""
    return Arrival(name, lambda: iter((body,)), lambda: iter((body,)))
