"""Events: the audit log as a FHIR server gives it, to those who may read it.

Takes    a person and what she asks for
Gives    AuditEvents, the newest first
Never    shows the log without an event that says who read it
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from careloom.care.access import Permission
from careloom.care.audited import Asked, AuditedEvent
from careloom.care.document import Reviewer
from careloom.chart.audit import audit_event
from careloom.chart.people import Resource
from careloom.chart.searching import Search, bounds
from careloom.errors import InputError
from careloom.pipeline.access import Access
from careloom.store.opening import Store
from careloom.store.shelf import instant

# So many events are looked through for one page; who means rarer ones says more, or of which time.
MOST, AT_ONCE = 20_000, 500


# Counts the request that asks, in the transaction that keeps who asked.
Counting = Callable[[], None]


def uncounted() -> None:
    """What is asked from inside is counted by nobody."""


@dataclass(frozen=True)
class Events:
    """The served audit log of one organisation."""

    store: Store
    access: Access

    def read(self, actor: Reviewer, name: str, counting: Counting = uncounted) -> Resource:
        """One event; `counting` counts the request beside the event that tells of it. Raises NotLicensed, InputError for one that there isn't."""
        self.access.must(actor, Permission.AUDIT)
        found = self.store.audit.get(name)
        with self.store.transaction():
            counting()
            self.store.audit.note(actor.user, "read", what="audit log")
        return self._served(found)

    def search(
        self, actor: Reviewer, search: Search, before: str, counting: Counting = uncounted
    ) -> tuple[list[Resource], str, int | None]:
        """A page of what a search means, older than the event `before`; the last one where more may come; how many, where that was asked.

        Raises NotLicensed, InputError where too much would have to be looked through.
        """
        self.access.must(actor, Permission.AUDIT)
        asked = self._asked(search)
        page: list[Resource] = []
        last, total = "", 0
        for number, event in enumerate(self._newest(asked, before)):
            if number >= MOST:
                raise InputError("this means looking through too much: say a date", where="AuditEvent")
            if not search.meant([resource := self._served(event)]):
                continue
            total += 1
            if search.only_count:
                continue
            if len(page) == search.count:
                last = page[-1]["id"]
                break
            page.append(resource)
        with self.store.transaction():
            counting()
            self.store.audit.note(actor.user, "read", next(iter(asked.patients), None), "audit log")
        return page, last, total if search.only_count else None

    def _newest(self, asked: Asked, before: str) -> Iterator[AuditedEvent]:
        while rows := self.store.audit.page(asked, AT_ONCE, before):
            yield from rows
            before = rows[-1].id

    def _asked(self, search: Search) -> Asked:
        patients = []
        for text in search.values.get("patient", ()):
            try:
                patients.append(self.store.patients.find(text.rpartition("/")[2]))
            except InputError:
                continue
        since, until = bounds(search.values.get("date", ()))
        return Asked(patients=tuple(patients), since=since, until=until)

    def _served(self, event: AuditedEvent) -> Resource:
        meta = {"versionId": "1", "lastUpdated": instant(event.at)}
        return {**audit_event(event, self.store.keys.organisation), "meta": meta}
