"""The way into a FHIR R4 server's chart: read, compared, changed where it must be, read back.

Takes    what is to be written or taken back, and a way to open the system's server
Gives    what the server holds afterwards, beside what we sent, and what it didn't take, in words
Never    writes to a chart that isn't surely this patient's, sends what it didn't look for first, or overwrites what somebody changed there
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from careloom.care.system import SourceSystem
from careloom.care.writing import Copy, There
from careloom.chart.changes import (
    Change,
    Known,
    as_text,
    changes,
    left_alone,
    of_text,
    transaction,
)
from careloom.chart.compared import same_address
from careloom.chart.parts import ident
from careloom.chart.written import (
    LASTING,
    NEEDED,
    Wanted,
    Whither,
    in_error,
    is_over,
    left_behind,
    replacing,
    wanted,
)
from careloom.errors import SourceError, WriteBackError, WriteBackUnknown
from careloom.pipeline.ehr.destination import AboutTo, Job
from careloom.pipeline.ehr.held_there import MAINS, as_copy, copies, held_there, said_before, standing
from careloom.pipeline.ehr.tries import DOCUMENT, RESOURCES, Again, Try, first_try, fitting, without
from careloom.pipeline.ehr.whose_chart import whose
from careloom.pipeline.filing import plan_as_document
from careloom.wire import fhir

# So often what is there is read anew because somebody changed it meanwhile, or because less can be written than was tried.
ROUNDS = 6
# So many changes of what is there already go at once.
AT_ONCE = 40
# For so long a server may be at what it never answered.
UNDER_WAY = timedelta(hours=2)
# So long a server may need until a search finds what it took.
FOUND_AFTER = timedelta(minutes=1)
# What has a task.
_DONE = ("Task", "ServiceRequest")
LASTS = "Provenance: a record of what happened; it stays there"


@dataclass(frozen=True)
class FhirDestination:
    """Writes to the FHIR server of a system, which `opened` opens."""

    opened: Callable[[SourceSystem], fhir.Server]

    def write(self, job: Job, about_to: AboutTo) -> There:
        """See `Destination`."""
        return self._guarded(lambda server: _Writing(server, job, about_to).run(), job)

    def take_back(self, job: Job, about_to: AboutTo) -> There:
        """See `Destination`."""
        return self._guarded(lambda server: _Writing(server, job, about_to).back(), job)

    def _guarded(self, act: Callable[[fhir.Server], There], job: Job) -> There:
        assert job.system.write is not None
        server = self.opened(replace(job.system, scope=job.system.write.scope))
        try:
            return act(server)
        except SourceError as failure:
            told = WriteBackError(str(failure), permanent=failure.permanent)
            told.after = failure.after
            raise told from None
        finally:
            server.exchange.close()


@dataclass
class _Writing:
    server: fhir.Server
    job: Job
    about_to: AboutTo
    # Where what is ours was, or was just made, by key: a search may not find it yet, or no longer.
    _addresses: dict[str, str] = field(default_factory=dict, init=False)

    # What this very attempt has handed over, and the version that it became, by key, where the server said it.
    _handed: list[Copy] = field(default_factory=list, init=False)
    _became: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for copy in reversed(copies([self.job.writing, *self.job.beside, *self.job.gone])):
            if copy.address:
                self._addresses[copy.key] = copy.address

    # ── there ───────────────────────────────────────────────────────────────────────────────────

    def run(self) -> There:
        address = whose(self.server, self.job.said)
        tried = first_try(self.server, self.job)
        for _ in range(ROUNDS):
            try:
                return self._round(address, tried)
            except Again as again:
                tried = again.tried
        raise WriteBackError(f"{self.server.name}: what is there changes while it is written")

    def _round(self, address: str, tried: Try) -> There:
        if "DocumentReference" in tried.refused and (tried.as_document or self.job.filed.form):
            why = tried.refused["DocumentReference"]
            raise WriteBackError(
                f"{self.server.name} takes neither the plan's resources nor a document ({why})",
                permanent=True,
            )
        form = DOCUMENT if tried.as_document or self.job.filed.form else RESOURCES
        goes = self._goes(address, tried)
        leaving = self._leaving(goes)
        known = self._known([*goes, *leaving], tried)
        self._must_be_in(address, goes, known)
        made, notes = changes(goes, leaving, known)
        there = There(form, address, tuple(as_copy(one, known) for one in (*goes, *leaving)))
        if made:
            self._wait_for_what_went(made, known)
            self._hand_over(made, there, tried)
            known = self._known([*goes, *leaving], tried)
            self._must_be_in(address, goes, known)
            left, _ = changes(goes, leaving, known)
            if left:
                self._must_be_there(left, known)
        return self._read_back(there, goes, known, (*without(tried, form), *notes))

    def _goes(self, address: str, tried: Try) -> list[Wanted]:
        plan = plan_as_document() if tried.as_document else None
        whither = Whither(
            system=self.server.name, whose=address, refuses=frozenset(tried.refused), as_document=plan
        )
        mains = {ident(kind, older.proposal) for older in self.job.older for kind in MAINS}
        older = (one.there.copies for one in self.job.older if one.there)
        newest = next(([one for one in copies if one.key in mains] for copies in older), [])
        before = [(one.address.partition("/")[0], one.address) for one in newest if one.address]
        return list(replacing(wanted(self.job.filed, whither), before))

    def _leaving(self, goes: Sequence[Wanted]) -> list[Wanted]:
        """What is there of older plans and not in this one, as it is to be now; and what an attempt left that went otherwise in the end."""
        older, own = copies(self.job.older), [*self._handed, *copies([self.job.writing])]
        if not older and not own:
            return []
        keys = {one.key for one in goes}
        record, statuses = self.job.filed.record, self.job.tasks
        status = {ident(kind, record.patient, one): said for one, said in statuses.items() for kind in _DONE}
        found: dict[str, Wanted] = {}
        for copy in older:
            old = left_behind(of_text(copy.sent), status.get(copy.key, ""))
            if copy.key not in keys and old:
                found.setdefault(copy.key, Wanted(copy.key, old))
        for copy in own:
            wrong = in_error(of_text(copy.sent))
            if copy.key not in keys and wrong:
                found.setdefault(copy.key, Wanted(copy.key, wrong))
        return list(found.values())

    # ── what is there ───────────────────────────────────────────────────────────────────────────

    def _known(self, ours: Sequence[Wanted], tried: Try) -> Known:
        offers = self.server.capability.offers
        every = [self.job.writing, *self.job.beside, *self.job.gone]
        seen = {copy.key for copy in (self.job.writing.there or There()).copies if copy.address}
        before, became = said_before(every, self._handed, self._became)
        return Known(
            held=held_there(self.server, ours, self._addresses),
            before=before,
            became=became,
            seen=frozenset(seen),
            named_by_us=frozenset(kind for kind, offer in offers.items() if offer.update_create),
            conditional=tried.conditional,
        )

    # ── out ─────────────────────────────────────────────────────────────────────────────────────

    def _wait_for_what_went(self, made: Sequence[Change], known: Known) -> None:
        """What was handed over a moment ago and never answered may be there without being found yet. Raises until it would be found."""
        went = self.job.writing.went
        new = any(one.key not in known.held for one in made)
        if went is not None and new and not self._handed and self.job.at - went < FOUND_AFTER:
            raise WriteBackUnknown(
                f"{self.server.name} never answered what it was handed, and may not find it yet: it is looked for again first"
            )

    def _hand_over(self, made: Sequence[Change], there: There, tried: Try) -> None:
        self.about_to(there)
        self._handed = [*there.copies, *self._handed]
        if tried.one_by_one or len(made) == 1:
            self._one_by_one(made, tried)
            return
        # What is new goes as one with what it replaces; what only changes is conditional by itself, and servers limit how much of it goes at once.
        changed = [one for one in made if one.if_match and one.kind not in MAINS]
        new = [one for one in made if one not in changed]
        parts = [changed[n : n + AT_ONCE] for n in range(0, len(changed), AT_ONCE)]
        for part in filter(None, [new, *parts]):
            self._as_one(part, tried)

    def _as_one(self, made: Sequence[Change], tried: Try) -> None:
        try:
            answers = fhir.transact(self.server, transaction(made))
        except fhir.Refusal as refusal:
            raise self._less(refusal, made, tried) from None
        for one, said in zip(made, answers, strict=False):
            if said.done:
                self._note(one, said)
        if any(one.status in fhir.MOVED for one in answers):
            raise Again(tried)
        refused = {
            one.kind: said.why
            for one, said in zip(made, answers, strict=False)
            if not said.done and 400 <= said.status < 500 and said.status not in (408, 429)
        }
        if refused:
            raise Again(fitting(replace(tried, refused={**tried.refused, **refused}), self.server, self.job))

    def _note(self, made: Change, said: fhir.Answered) -> None:
        """Keep where something is now. Its version is ours unless it was there already, which a conditional create says with a 200."""
        if said.address:
            self._addresses[made.key] = said.address
        if said.version and (made.method == "PUT" or said.status == 201):
            self._became[made.key] = said.version

    def _less(self, refusal: fhir.Refusal, made: Sequence[Change], tried: Try) -> Exception:
        """What is tried after a transaction of which nothing was taken."""
        if refusal.status in fhir.MOVED:
            return Again(tried)
        if self._is_under_way():
            # Otherwise what was sent before may be there too in the end.
            return WriteBackUnknown(f"{refusal}; what was sent before may be under way still")
        if tried.conditional and any(one.if_none_exist for one in made):
            # Some servers take no conditional creates, or few at once; we looked just now, and nothing of ours is under way.
            return Again(replace(tried, conditional=False))
        if self.job.filed.form is None and not tried.as_document:
            return Again(replace(tried, as_document=str(refusal), conditional=True, one_by_one=True))
        return refusal

    def _is_under_way(self) -> bool:
        """Whether something was handed over before that the server may still be at."""
        last = self.job.writing.steps[-1].at
        return self.job.writing.unanswered and self.job.at - last < UNDER_WAY

    def _one_by_one(self, made: Sequence[Change], tried: Try) -> None:
        """Changes that refer to nothing that isn't there yet, each by itself; what refers to another waits for the next round."""
        waits = {f"urn:uuid:{one.key}" for one in made if one.method == "POST"}
        ready = [one for one in made if not any(f'"{urn}"' in as_text(one.resource) for urn in waits)]
        for one in ready:
            conditions = {"If-Match": one.if_match} if one.if_match else {}
            if one.if_none_exist:
                conditions["If-None-Exist"] = one.if_none_exist
            try:
                answer = fhir.change(self.server, one.method, one.url, one.resource, conditions)
            except fhir.Refusal as refusal:
                if one.kind in NEEDED:
                    raise
                raise Again(replace(tried, refused={**tried.refused, one.kind: str(refusal)})) from None
            if answer.status in fhir.MOVED:
                raise Again(tried)
            self._note(one, answer)
        if len(ready) < len(made):
            raise Again(tried)

    def _must_be_in(self, address: str, goes: Sequence[Wanted], known: Known) -> None:
        """Raises WriteBackError where what the server gives as ours is about somebody else."""
        for held in (known.held[one.key] for one in goes if one.key in known.held):
            about = held.resource.get("subject") or held.resource.get("for") or {}
            if not same_address(address, str(about.get("reference", address))):
                raise WriteBackError(
                    f"{self.server.name} has what is ours in another patient's chart ({held.address}): look there first",
                    permanent=True,
                )

    def _must_be_there(self, left: Sequence[Change], known: Known) -> None:
        """Something that was handed over isn't there although nobody refused it. Raises; what is there and says something else is told."""
        kinds = ", ".join(dict.fromkeys(one.kind for one in left if one.key not in known.held))
        if kinds:
            raise WriteBackError(f"{self.server.name} does not have all of it ({kinds})")

    def _read_back(self, there: There, goes: Sequence[Wanted], known: Known, notes: Iterable[str]) -> There:
        told = list(notes)
        noted = {one.partition(":")[0] for one in told}
        for one in goes:
            held = known.held.get(one.key)
            if held is None or one.kind in LASTING or held.address in noted:
                continue
            if where := known.differs(one):
                # Of a server that tells no versions nobody knows it; labels are no word of anybody.
                known_as = self._became.get(one.key, held.version) if held.version else ""
                moved = known_as != held.version
                otherwise = f"{held.address}: it holds otherwise than we sent: {', '.join(where)}"
                told.append(left_alone(held.address, where) if moved else otherwise)
        copies = tuple(
            Copy(one.key, held.address, held.version, one.sent)
            for one in there.copies
            if (held := known.held.get(one.key))
        )
        return replace(there, copies=copies, notes=tuple(told))

    # ── back ────────────────────────────────────────────────────────────────────────────────────

    def back(self) -> There:
        """Mark what is there of this document as entered in error; what other documents of ours share with it stays, and is over again
        where the newest of them had ended it."""
        sent = {one.key: of_text(one.sent) for one in reversed(copies([self.job.writing]))}
        shared = standing(self.job.beside)
        own = [(key, one) for key, one in sent.items() if key not in shared]
        leaving = [Wanted(key, error) for key, one in own if (error := in_error(one))]
        again = ((key, shared[key]) for key, one in sent.items() if key in shared and not is_over(one))
        leaving += [Wanted(key, ended) for key, ended in again if is_over(ended)]
        lasting = any(one["resourceType"] in LASTING for _, one in own)
        known = self._known(leaving, Try({}))
        made, notes = changes((), leaving, known)
        otherwise = {one.key: known.kept_otherwise(one.key, sent[one.key]) for one in leaving}
        there = There(whose=(self.job.writing.sent or There()).whose)
        refused: dict[str, str] = {}
        if made:
            self.about_to(replace(there, copies=tuple(as_copy(one, known) for one in leaving)))
            refused = self._undone(made)
            known = self._known(leaving, Try({}))
        # What the server keeps its own way stays so; what counts is whether it says now that it was an error.
        stands = [
            one for one in leaving if one.key in known.held and set(known.differs(one)) - otherwise[one.key]
        ]
        told = [*notes, *(f"{address}: not taken back: {why}" for address, why in refused.items())]
        kept = tuple(as_copy(one, known) for one in stands)
        return replace(there, copies=kept, notes=(*told, *([LASTS] if lasting else [])))

    def _undone(self, made: Sequence[Change]) -> dict[str, str]:
        """Each by itself, so that what can be undone is; why not, by address."""
        refused = {}
        for one in made:
            conditions = {"If-Match": one.if_match} if one.if_match else {}
            try:
                answer = fhir.change(self.server, "PUT", one.url, one.resource, conditions)
            except fhir.Refusal as refusal:
                refused[one.url] = str(refusal)
            else:
                if answer.status in fhir.MOVED:
                    refused[one.url] = "it was changed there meanwhile"
        return refused
