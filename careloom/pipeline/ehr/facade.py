"""Facade: the charts as a FHIR server gives them: read and searched by whoever may see their patients.

Takes    a person and what she asks for
Gives    resources of charts as they are now, of what was signed alone; what is in a chart no more, as gone
Never    shows a draft, a patient outside her care, or what her role doesn't read (42 CFR Part 2); asks without an audit event
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.entry import Person
from careloom.chart.searching import Pair, Search, folded
from careloom.chart.served import entered_in_error, served
from careloom.errors import ConfigError, InputError
from careloom.pipeline.access import Access
from careloom.pipeline.ehr.charting import Charting
from careloom.pipeline.events import Counting, Events, uncounted
from careloom.store.opening import Store
from careloom.store.shelf import Shown

# A search by name that finds more than so many says more of whom it means.
MOST_PEOPLE = 200
# So many charts are made at once for an id that nobody knows; a worker makes the others.
MOST_UNMADE = 20
# A link to the next page is good for so long, and only for whoever was given it.
LASTS = timedelta(hours=1)
READ, SEARCH = "read", "search"


class Place(msgspec.Struct, frozen=True):
    """Where a next page begins: the search, how many came before (or after which one), and when it was asked."""

    kind: str
    pairs: tuple[Pair, ...]
    at: int
    asked: datetime
    before: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of it, what goes with it, how many there are in all, and the next page's name ("" for none)."""

    page: tuple[Shown, ...]
    beside: tuple[Shown, ...]
    total: int
    after: str


@dataclass(frozen=True)
class Facade:
    """The served charts of one organisation."""

    store: Store
    access: Access
    charting: Charting
    clock: Callable[[], datetime]

    def read(self, actor: Reviewer, kind: str, name: str, counting: Counting = uncounted) -> Shown:
        """A resource as it is now; `counting` counts the request beside the event that tells of it.

        Raises InputError for one that there isn't, NotInCareTeam, NotLicensed.
        """
        self.access.must(actor, Permission.SEE)
        closed = _is_closed(actor)
        rows = self._named(kind, (name,), closed=closed)
        if not rows:
            raise InputError("unknown resource")
        patients = dict.fromkeys(one.patient for one in rows)
        seen = self.access.seen(actor, patients)
        patient = next((one for one in patients if one in seen), "")
        if not patient:
            self.access.must_see(actor, *patients)
        if self._fresh((patient,), closed=closed):
            rows = self.store.shelf.named(kind, (name,), closed=closed)
        found = next(one for one in rows if one.patient == patient)
        with self.store.transaction():
            counting()
            self.store.audit.note(actor.user, READ, patient=patient, what=f"{kind}/{name}")
        return found

    def search(self, actor: Reviewer, search: Search, at: int = 0, counting: Counting = uncounted) -> Found:
        """A page of what a search means, from that place on; `counting` as for a read.

        Raises InputError where it doesn't say whom it is about or means too many, NotInCareTeam for a patient of another team.
        """
        self.access.must(actor, Permission.SEE)
        closed = _is_closed(actor)
        patients = self._people(actor, search) if search.kind == "Patient" else self._whose(actor, search)
        self._fresh(patients, closed=closed)
        rows = self.store.shelf.of(patients, _kinds(search), closed=closed) if patients else ()
        page, total, beside = _of(search, rows, at)
        after = at + len(page)
        about = {one.patient for one in page} or {one for one in patients if search.kind != "Patient"}
        with self.store.transaction():
            counting()
            self._audited(actor, search, about)
        more = after < total and not search.only_count
        return Found(page, beside, total, self.seal(actor, search, after) if more else "")

    def _audited(self, actor: Reviewer, search: Search, patients: Collection[str]) -> None:
        what = f"{search.kind}?{'&'.join(dict.fromkeys(name for name, _ in search.used))}"
        if patients:
            self.store.audit.note_all(actor.user, SEARCH, patients, what)
        else:
            self.store.audit.note(actor.user, SEARCH, what=what)

    def _whose(self, actor: Reviewer, search: Search) -> tuple[str, ...]:
        """The patients in whose charts a search looks."""
        said = [*search.values.get("patient", ()), *search.values.get("subject", ())]
        if said:
            known = self._patients(said, _kinds(search), closed=_is_closed(actor))
            if known:
                self.access.must_see(actor, *known)
            return tuple(dict.fromkeys(known))
        closed = _is_closed(actor)
        if names := search.values.get("_id"):
            rows = self._named(search.kind, names, closed=closed)
        elif targets := search.values.get("target"):
            parts = [one.rstrip("/").split("/")[-2:] for one in targets if "/" in one]
            rows = [row for kind, name in parts for row in self._named(kind, (name,), closed=closed)]
        else:
            raise InputError("say whose: by patient, subject, _id or (Provenance) target", where=search.kind)
        patients = dict.fromkeys(one.patient for one in rows)
        seen = self.access.seen(actor, patients)
        return tuple(one for one in patients if one in seen)

    def _patients(self, texts: Iterable[str], kinds: Collection[str] = (), *, closed: bool) -> list[str]:
        """The patients whom these references or ids of ours name; of their charts these `kinds` are looked into next."""
        named = dict.fromkeys(one for text in texts if (one := _patient_id(text)))
        known = self.store.shelf.known(named, kinds, closed=closed)
        clusters = self.store.sameness.clusters(known)
        # Somebody who was merged into another is read under the other's id.
        return [
            one for one in named if one in known and clusters.first(one) == one and not clusters.is_void(one)
        ]

    def _people(self, actor: Reviewer, search: Search) -> tuple[str, ...]:
        """The patients whom a search may mean, so many at most; those whom this person sees."""
        if names := search.values.get("_id"):
            known = self._patients(names, _kinds(search), closed=_is_closed(actor))
            return tuple(self.access.seen(actor, known))
        wanted = search.values.get("identifier", ())
        if wanted and all("|" in one and one.partition("|")[0] for one in wanted):
            found = self._by_number(wanted)
        else:
            found = [
                patient for patient, persons in self.store.patients.all().items() if _may_be(search, persons)
            ]
        seen = self.access.seen(actor, found)
        if len(seen) > MOST_PEOPLE:
            raise InputError("this means too many patients: say more of whom you look for", where="Patient")
        return tuple(one for one in found if one in seen)

    def _by_number(self, numbers: Iterable[str]) -> list[str]:
        found: dict[str, None] = {}
        for number in numbers:
            try:
                found[self.store.patients.find(number)] = None
            except InputError:
                continue
        return list(found)

    def _named(self, kind: str, names: Sequence[str], *, closed: bool) -> Sequence[Shown]:
        """Resources by their ids; charts in which something was filed since they were made last are made first."""
        rows = self.store.shelf.named(kind, names, closed=closed)
        if rows:
            return rows
        unmade = (
            self._patients(names, closed=closed)
            if kind == "Patient"
            else self.store.shelf.unmade(MOST_UNMADE, closed=closed)
        )
        return (
            self.store.shelf.named(kind, names, closed=closed) if self._fresh(unmade, closed=closed) else ()
        )

    def _fresh(self, patients: Collection[str], *, closed: bool) -> bool:
        """Make those of these charts anew that rest on something else now; whether there were any."""
        if not patients:
            return False
        stale = self.store.shelf.stale(patients, self.charting.rest(), closed=closed)
        for patient, mark in stale.items():
            resources = served(self.charting.bundle(patient, closed=closed))
            self.store.shelf.keep(
                patient, mark, resources, closed=closed, at=self.clock(), gone=entered_in_error
            )
        return bool(stale)

    @property
    def events(self) -> Events:
        """The audit log, for those who may read it."""
        return Events(self.store, self.access)

    def seal(self, actor: Reviewer, search: Search, at: int, before: str = "") -> str:
        """The name of a search's next page: good for this person alone, and telling nobody what is looked for."""
        place = msgspec.json.encode(Place(search.kind, search.used, at, self.clock(), before))
        return urlsafe_b64encode(self.store.keys.seal(place, _page_of(actor))).decode().rstrip("=")

    def open(self, actor: Reviewer, name: str) -> Place:
        """The place that a page's name means. Raises InputError for one that isn't hers, was made up or is too old."""
        try:
            sealed = urlsafe_b64decode(name + "=" * (-len(name) % 4))
            found = msgspec.json.decode(self.store.keys.open(sealed, _page_of(actor)), type=Place)
        except (ValueError, ConfigError, msgspec.MsgspecError):
            raise InputError("is no page that was given to you", where="page") from None
        if self.clock() - found.asked > LASTS:
            raise InputError("is too old: search again", where="page")
        return found


def _of(search: Search, rows: Sequence[Shown], at: int) -> tuple[tuple[Shown, ...], int, tuple[Shown, ...]]:
    """The page from a place on, how many there are, and what goes with the page: what it refers to, and its Provenances."""
    here = {one.name: one for one in rows if one.kind == search.kind and not one.gone}
    meant = [here[one["id"]] for one in search.meant([row.resource for row in here.values()])]
    if search.sort:
        meant.sort(key=lambda one: search.key(one.resource))
    if search.only_count:
        return (), len(meant), ()
    page = tuple(meant[at : at + search.count])
    if not search.provenance and not search.includes:
        return page, len(meant), ()
    targets = {f"{one.kind}/{one.name}" for one in page}
    referred = search.referred(one.resource for one in page) - targets
    beside = {
        (one.kind, one.name): one
        for one in rows
        if not one.gone and (f"{one.kind}/{one.name}" in referred or _tells_of(search, one, targets))
    }
    return page, len(meant), tuple(beside.values())


def _kinds(search: Search) -> tuple[str, ...]:
    """The types among which a search looks; none said, where it is any: what something refers to may be of each."""
    if search.includes:
        return ()
    return tuple(dict.fromkeys((search.kind, "Provenance") if search.provenance else (search.kind,)))


def _tells_of(search: Search, one: Shown, targets: Collection[str]) -> bool:
    """Whether it is a Provenance of one of these that comes along."""
    return (
        search.provenance
        and one.kind == "Provenance"
        and any(target.get("reference") in targets for target in one.resource["target"])
    )


def _may_be(search: Search, persons: Iterable[Person]) -> bool:
    """Whether a patient may be meant by a name or birth date; the chart's Patient is asked then."""
    told = list(persons)
    names = [
        folded(part) for one in told for name in one.names for part in (name.family, *name.given, name.full)
    ]
    for asked in ("name", "family", "given"):
        for value in search.values.get(asked, ()):
            if not any(folded(value) in name for name in names):
                return False
    return True


def _patient_id(text: str) -> str:
    """The id of ours in a reference to a patient; "" where there is none."""
    kind, _, name = text.rpartition("/")
    try:
        return name if str(UUID(name)) == name and (not kind or kind.endswith("Patient")) else ""
    except ValueError:
        return ""


def _is_closed(actor: Reviewer) -> bool:
    return not may(actor.role, Permission.PART2)


def _page_of(actor: Reviewer) -> str:
    return f"fhir page/{actor.user}"
