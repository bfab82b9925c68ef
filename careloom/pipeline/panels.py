"""Panels: whom somebody looks after, and why each of them is looked at now.

Takes    a person, and which page of her panel
Gives    her patients, who must be acted on first: urgent pages, high findings of their records, emergencies, discharges and admissions, signed activities, calls after a
         discharge or for a document that was taken back, replies, drafts, referrals without an answer; and what came since she looked at each
Never    tells what a substance-use programme sent (42 CFR Part 2), weaves a record, or hides an urgent page because its patient is
         nobody's
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from careloom.care.access import Permission, may
from careloom.care.document import Proposal, Reviewer
from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.hours import Calendar
from careloom.care.panel import MOST, PAGE, Because, Line, Panel, Reason, SentBack, Stands, Whose, contact_by
from careloom.care.question import Question
from careloom.care.ruling import Asked
from careloom.care.task import TaskSaid
from careloom.care.urgent import Page
from careloom.care.visit import ended, goes_home, setting, took_place
from careloom.care.worklist import Row
from careloom.pipeline.access import Access
from careloom.pipeline.paged import Paged
from careloom.pipeline.unfiling import went_out
from careloom.store.clusters import Clusters
from careloom.store.opening import Store
from careloom.store.today import Came

# What came in from longer ago is history: an old chart that is loaded is no news.
NEWS = timedelta(days=14)
LATELY = timedelta(days=30)
_REFERRALS = ("ServiceRequest", "Task")
_OPEN_REFERRAL = frozenset({"active", "on-hold", "requested", "received", "accepted", "in-progress", "ready"})
# FHIR R4 US Core's and SDOH Clinical Care's way to say that an order is a referral; else its words do.
_REFERRAL_CODES = frozenset({"3457005", "306206005", "referral"})


@dataclass(frozen=True)
class Panels:
    """The panels of one organisation's people. `here` is the time in the site's zone, `every` what waits for a reader, unopened, `calendar` the site's working hours."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    every: Callable[[Reviewer], tuple[Row, ...]]
    questions: Callable[[Reviewer], tuple[Question, ...]]
    calendar: Callable[[], Calendar]
    paged: Paged
    is_programmes: Callable[[Entry], bool] = lambda _: False

    def panel(self, actor: Reviewer, page: int = 1) -> Panel:
        """A page of somebody's panel. Raises NotLicensed. That their names were read is in the audit log."""
        self.access.must(actor, Permission.SEE)
        clusters = self.store.today.clusters()
        pages = self._pages(actor, clusters)
        rows = self.every(actor)
        covers = self.store.turns.covered_by(actor.user, self.here().date())
        asked, questions = self.store.rulings.asked((actor.user, *covers)), self.questions(actor)
        told = [*(one.patient for one in asked), *(one.patient for one in questions)]
        mine = (*(row.waiting.patient for row in rows if row.mine), *told)
        whose, patients = self._whose(actor, clusters, (*(one.patient for one in pages), *mine))
        if told and whose == "team":
            # A patient without a team of whom she is asked something stands beside those of her teams.
            patients = self._seen(actor, (*patients, *told), clusters)
        kept = patients[:MOST]
        looked = self.store.looks.last(actor.user, kept)
        reasons = self._reasons(actor, kept, clusters, looked, pages, rows, asked)
        for patient, found in self._questioned(questions, clusters).items():
            if patient in kept:
                both = (*reasons.get(patient, ()), *found)
                reasons[patient] = tuple(sorted(both, key=lambda one: one.because))
        ordered = sorted(kept, key=lambda one: _rank(reasons.get(one, ()), one))
        number = max(-(-len(ordered) // PAGE), 1)
        page = min(max(page, 1), number)
        shown = ordered[(page - 1) * PAGE : page * PAGE]
        labels = self.store.patients.labels(shown) if shown else {}
        new = self._new({one: looked[one] for one in shown if one in looked}, clusters)
        self.store.audit.note_all(actor.user, "list", shown, "panel")
        lines = tuple(
            Line(one, *labels.get(one, ("", "", "")), reasons.get(one, ()), looked.get(one), new.get(one, {}))
            for one in shown
        )
        counts = Counter(kind for found in reasons.values() for kind in {one.because for one in found})
        return Panel(lines, whose, counts, len(ordered), page, number, len(patients) - len(kept))

    def _questioned(self, asked: Iterable[Question], clusters: Clusters) -> dict[str, tuple[Reason, ...]]:
        """What each patient's questions ask of her, or tell her."""
        found: dict[str, list[Reason]] = {}
        for one in asked:
            found.setdefault(clusters.first(one.patient), []).extend(_questioned(one, self.here()))
        return {patient: _gathered(reasons) for patient, reasons in found.items()}

    def _pages(self, actor: Reviewer, clusters: Clusters) -> list[Page]:
        """The urgent pages of the patients whom she may see, each under the id by which its patient is read."""
        found = [one for one in self.store.today.pages() if one.patient]
        seen = self.access.seen(actor, {one.patient for one in found})
        told = self.paged.read(actor, (one for one in found if one.patient in seen))
        return [replace(one, patient=clusters.first(one.patient)) for one in told]

    def _whose(self, actor: Reviewer, clusters: Clusters, first: Iterable[str]) -> tuple[Whose, list[str]]:
        """Whose patients the panel shows: of her care teams, else all whom she may see, those with something for her and those
        at whom she looked lately first, since the panel ends somewhere."""
        team = self._seen(actor, self.store.teams.cared_for_by(actor.user), clusters)
        if team:
            return "team", team
        lately = self.store.looks.of_late(actor.user, self.here() - LATELY)
        return "all", self._seen(
            actor,
            (*first, *self.store.standings.patients(), *lately, *self.store.arrived.patients()),
            clusters,
        )

    def _seen(self, actor: Reviewer, patients: Iterable[str], clusters: Clusters) -> list[str]:
        asked = list(dict.fromkeys(clusters.first(one) for one in patients if not clusters.is_void(one)))
        seen = self.access.seen(actor, asked)
        return [one for one in asked if one in seen]

    def _reasons(
        self,
        actor: Reviewer,
        patients: Collection[str],
        clusters: Clusters,
        looked: Mapping[str, datetime],
        pages: Iterable[Page],
        rows: Iterable[Row],
        asked: Iterable[Asked] = (),
    ) -> dict[str, tuple[Reason, ...]]:
        """Why each is looked at now, worst first; who isn't is absent."""
        now, known = self.here(), frozenset(patients)
        found: dict[str, list[Reason]] = {}

        def add(patient: str, reasons: Iterable[Reason]) -> None:
            if patient in known:
                found.setdefault(patient, []).extend(reasons)

        for one in pages:
            add(one.patient, (_paged(one),))
        for patient, stands in self.store.standings.of(patients).items():
            add(patient, _stands(stands))
        for patient, came in self.store.today.came(patients, ("Encounter",), clusters, now - NEWS).items():
            add(patient, _visited(self._told(came), looked.get(patient), now, self.calendar()))
        for patient, reason in self._taken_back(patients, clusters):
            add(patient, (reason,))
        # The words of a signed line may rest on what a programme sent: whoever doesn't read that is told the number alone.
        reads = may(actor.role, Permission.PART2)
        for said, plan in self.store.today.tasks(patients, clusters):
            told = _task(said, plan, now)
            add(clusters.first(said.patient), told if reads else (replace(one, words="") for one in told))
        for patient, urgent, at in self.store.today.unread():
            words = "can't wait" if urgent else ""
            add(clusters.first(patient), (Reason(because=Because.REPLY, at=at, words=words),))
        for question in asked:
            add(clusters.first(question.patient), (_asked(question),))
        for row in rows:
            add(clusters.first(row.waiting.patient), (_drafted(row, now),))
        for patient, sent in self.store.today.sent_back(patients, clusters).items():
            add(patient, (_sent_back(one) for one in sent if not self.access.withheld(actor, one.proposal)))
        for patient, came in self.store.today.came(patients, _REFERRALS, clusters).items():
            add(patient, _referred([entry for entry, _ in self._told(came)], now))
        return {patient: _gathered(reasons) for patient, reasons in found.items() if reasons}

    def _taken_back(self, patients: Collection[str], clusters: Clusters) -> Iterator[tuple[str, Reason]]:
        """Whoever got a document that was taken back since, and wasn't spoken to after that: of the few, one by one."""
        gone = self.store.today.taken_back(patients, clusters)
        if not gone:
            return
        first = min(at for rows in gone.values() for _, at in rows)
        came = self.store.today.came(gone, ("Encounter",), clusters, first)
        for patient, rows in gone.items():
            # A contact of a day without an hour is after it where it was typed after it.
            spoken = [
                min(entry.effective.start.latest, received)
                for entry, received in came.get(patient, ())
                if entry.source.system == RECORDED_HERE and took_place(entry) and entry.effective.start
            ]
            for name, at in rows:
                if not any(one >= at for one in spoken) and went_out(
                    self.store, self.store.proposals.get(name)
                ):
                    yield patient, _withdrawn(name, at, self.here(), self.calendar())

    def _told(self, came: Iterable[Came]) -> list[Came]:
        return [one for one in came if not self.is_programmes(one[0])]

    def _new(self, looked: Mapping[str, datetime], clusters: Clusters) -> dict[str, dict[str, int]]:
        """How many entries of each kind came since she looked."""
        return {
            patient: dict(Counter(one.kind for one in entries if not self.is_programmes(one)))
            for patient, entries in self.store.today.new(looked, clusters).items()
        }


def _paged(page: Page) -> Reason:
    taken = page.taken
    if taken is None:
        return Reason(because=Because.URGENT, at=page.at, words=page.words, reference=page.id)
    return Reason(because=Because.TAKEN, at=taken.at, words=page.words, by=taken.whom, reference=page.id)


def _withdrawn(proposal: str, at: datetime, now: datetime, calendar: Calendar) -> Reason:
    """That somebody phones whoever got what was taken back, by the next working day."""
    due = calendar.next_day(at.astimezone(now.tzinfo).date())
    return Reason(because=Because.TAKEN_BACK, at=at, due=due, reference=proposal, late=due < now.date())


def _stands(stands: Sequence[Stands]) -> Iterator[Reason]:
    """The worst of what stands of a record, with how many there are."""
    worst = stands[0]
    yield Reason(
        because=Because.FINDING,
        at=worst.since,
        words=worst.finding.message,
        reference=worst.finding.evidence[0] if worst.finding.evidence else "",
        rule=worst.finding.rule,
        number=len(stands),
        high=True,
    )


def _visited(
    came: Iterable[Came], looked: datetime | None, now: datetime, calendar: Calendar
) -> Iterator[Reason]:
    """Stays and emergencies of late that she has not seen, and the contact that a discharge asks for."""
    visits = [(entry, at) for entry, at in came if took_place(entry) and entry.effective.start]
    contacts = [
        entry.effective.start.latest
        for entry, _ in visits
        if entry.source.system == RECORDED_HERE and entry.effective.start
    ]
    told: set[tuple[str, str]] = set()
    for entry, received in sorted(visits, key=lambda one: not ended(one[0])):
        kind, start = setting(entry), entry.effective.start
        end = entry.effective.end
        if kind == "visit" or start is None or entry.source.system == RECORDED_HERE:
            continue
        # The same stay as another source tells it.
        if (kind, f"{start.day}") in told:
            continue
        told.add((kind, f"{start.day}"))
        at = end or start if ended(entry) else start
        if at.latest < now - NEWS or at.earliest > now:
            continue
        source, of = entry.source.system, entry.id
        because = (
            Because.EMERGENCY
            if kind == "emergency"
            else Because.DISCHARGED
            if ended(entry)
            else Because.ADMITTED
        )
        if looked is None or received > looked:
            yield Reason(because=because, at=at.earliest, due=at.day, source=source, reference=of)
        if (
            because is Because.DISCHARGED
            and end
            and goes_home(entry)
            and not any(one >= end.earliest for one in contacts)
        ):
            by = contact_by(end.day, calendar)
            yield Reason(
                because=Because.CALL,
                at=end.earliest,
                due=by,
                source=source,
                reference=of,
                late=by < now.date(),
            )


def _questioned(question: Question, now: datetime) -> Iterator[Reason]:
    """That she is asked something, or that what she asked is answered."""
    if answer := question.answer:
        yield Reason(
            because=Because.ANSWER, at=answer.at, words=answer.what, by=answer.who, reference=question.id
        )
    else:
        due = question.due.astimezone(now.tzinfo).date()
        late = question.late(now)
        yield Reason(
            because=Because.QUESTION,
            at=question.at,
            by=question.who,
            due=due,
            reference=question.id,
            late=late,
        )


def _task(said: TaskSaid, plan: Proposal, now: datetime) -> Iterator[Reason]:
    line = next((one for one in plan.document.statements if one.id == said.statement), None)
    if line is None or line.activity is None or not line.activity.due:
        return
    due = datetime.fromisoformat(line.activity.due[:10]).replace(tzinfo=now.tzinfo)
    if due.date() > now.date():
        return
    late = due.date() < now.date()
    yield Reason(
        because=Because.OVERDUE if late else Because.DUE,
        at=due,
        words=line.text,
        due=due.date(),
        reference=said.proposal,
        late=late,
    )


def _asked(asked: Asked) -> Reason:
    """A question as the panel tells it: by whom, and no word of what it is about."""
    return Reason(because=Because.ASKED, at=asked.at, by=asked.who, reference=asked.key)


def _drafted(row: Row, now: datetime) -> Reason:
    waiting = row.waiting
    return Reason(
        because=Because.DRAFT if row.mine else Because.OTHERS,
        at=waiting.created,
        words=waiting.kind,
        due=waiting.due.astimezone(now.tzinfo).date() if waiting.due else None,
        reference=waiting.proposal,
        late=waiting.due is not None and waiting.due < now,
        high=bool(waiting.counted.high),
    )


def _sent_back(sent: SentBack) -> Reason:
    return Reason(
        because=Because.SENT_BACK, at=sent.at, words=sent.kind, by=sent.who, reference=sent.proposal
    )


def _referred(entries: Iterable[Entry], now: datetime) -> Iterator[Reason]:
    """Referrals that are still open as their sources tell them; one whose task was done is not."""
    entries = tuple(entries)
    done = {one for entry in entries if entry.status in ("completed", "rejected") for one in entry.references}
    for entry in entries:
        if (
            entry.id in done
            or entry.status not in _OPEN_REFERRAL
            or entry.negated
            or entry.subject != "patient"
        ):
            continue
        # A task that is about an order stands for it.
        if _is_referral(entry) and entry.happened and entry.happened.earliest <= now:
            yield Reason(
                because=Because.REFERRAL,
                at=entry.happened.earliest,
                words=entry.name,
                source=entry.source.system,
                reference=entry.id,
            )


def _is_referral(entry: Entry) -> bool:
    codes = {code.code for code in entry.codes} | set(entry.category)
    return (
        bool(codes & _REFERRAL_CODES)
        or "referral" in entry.name.casefold()
        or entry.name.casefold().startswith("refer ")
    )


def _gathered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """One reason of each kind, the one that waits longest, with how many there are; worst first."""
    found: dict[Because, list[Reason]] = {}
    for one in reasons:
        found.setdefault(one.because, []).append(one)
    return tuple(
        replace(
            min(same, key=lambda one: one.at),
            number=sum(one.number for one in same),
            late=any(one.late for one in same),
            high=any(one.high for one in same),
        )
        for _, same in sorted(found.items())
    )


def _rank(reasons: tuple[Reason, ...], patient: str) -> tuple[int, bool, bool, float, str]:
    if not reasons:
        return (len(Because), True, True, 0.0, patient)
    return (reasons[0].because, not reasons[0].late, not reasons[0].high, reasons[0].at.timestamp(), patient)
