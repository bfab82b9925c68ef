"""Escalating: nothing waits for ever unseen. People are told of what waits, of what is overdue, and then somebody else is.

Takes    what waits, whose it is, the site's calendar, and what was told before
Gives    notices, in Careloom and by e-mail; an overdue document goes to the cover or back to everybody, then to a lead
Never    puts a word of a patient into a notice, tells the same step twice, or counts outside working time
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.hours import Calendar
from careloom.care.notices import LETTERS, MAILED_APART, SUBJECTS, Escalated, Notice, NoticeKind
from careloom.care.sending import Outgoing
from careloom.care.worklist import Waiting
from careloom.deliver import Adapter
from careloom.errors import DeliveryError, StaleRecord
from careloom.pipeline.turning import Turning
from careloom.pipeline.working import Working
from careloom.store.notices import FAILED, MAILED
from careloom.store.opening import Store

log = structlog.get_logger(__name__)

# What could not be mailed for longer than this is read in Careloom.
MAIL_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Escalating:
    """The escalation of one organisation. `hours` pass between two steps, `without_due` until what has no due time counts as overdue;
    `addresses` are e-mail addresses by user name, `language` what mails are in to whoever chose none; `seconds` says who is to be told of second readings and of
    questions, and of how many, `undelivered` how many documents did not reach another system's chart."""

    store: Store
    working: Working
    turning: Turning
    calendar: Calendar
    here: Callable[[], datetime]
    hours: float
    without_due: float
    addresses: Mapping[str, str]
    adapter: Adapter
    seconds: Callable[[datetime], Mapping[tuple[str, NoticeKind], int]]
    undelivered: Callable[[], int]
    language: str = "en"

    def run(self) -> int:
        """Tell what is to be told now; how many documents were told of. Harmless at any time, and by several processes at once."""
        now = self.here()
        steps: list[tuple[Escalated, str]] = []
        if self.calendar.is_open(now):
            steps = list(self._steps(now))
            if steps:
                self._tell(steps, now)
            self._emergencies(now)
            self._seconds(now)
            self._questions(now)
            self._undelivered(now)
        self._mail(now)
        return len(steps)

    def _steps(self, now: datetime) -> Iterable[tuple[Escalated, str]]:
        """Each waiting document's next step, where its time has come: at most one at a time, and once a working day in any case."""
        told = self.store.notices.escalated()
        for waiting in self.working.all():
            if waiting.signed:
                continue  # it is held for its second reader, of whom `seconds` tells
            before = told.get(waiting.proposal, ())
            kind = self._next(waiting, before, now)
            if kind is not None:
                again = f":{now.date()}" if kind in (NoticeKind.DAILY, NoticeKind.LEAD) else ""
                turned = f":{len(before)}" if kind in (NoticeKind.OVERDUE, NoticeKind.POOL) else ""
                yield Escalated(waiting.proposal, kind, now), f"{kind.value}{again}{turned}"

    def _next(self, waiting: Waiting, before: tuple[Escalated, ...], now: datetime) -> NoticeKind | None:
        due = waiting.due or self.calendar.later(waiting.created, self.without_due)
        since_due = [one for one in before if one.at >= due]
        last = since_due[-1].at if since_due else due
        kinds = {one.kind for one in since_due}
        today = any(one.at.astimezone(now.tzinfo).date() == now.date() for one in before)
        if now < due:
            return None if today else NoticeKind.DAILY
        if NoticeKind.OVERDUE not in kinds:
            return NoticeKind.OVERDUE
        if now >= self.calendar.later(last, self.hours):
            if waiting.assigned_to and NoticeKind.POOL not in kinds:
                return NoticeKind.POOL
            if NoticeKind.LEAD not in kinds:
                return NoticeKind.LEAD
        return None if today else NoticeKind.LEAD

    def _tell(self, steps: list[tuple[Escalated, str]], now: datetime) -> None:
        """Move what nobody decided on in time, and write the steps and the notices: all of it or nothing."""
        try:
            with self.store.transaction():
                for step, _ in steps:
                    if step.kind is NoticeKind.POOL:
                        self._move(step.proposal, now.date())
                told = self._told(steps)
                if not self.store.notices.add(steps, told, now):
                    raise StaleRecord("another process told it")
        except StaleRecord:
            log.info("what waits changed while it was told of; the next round tells it")
            return
        if not told:
            log.error("something waits and there is nobody to be told of it")

    def _told(self, steps: list[tuple[Escalated, str]]) -> Counter[tuple[str, NoticeKind]]:
        """Who is told what, and of how many: whoever may decide on each, and a lead where nobody may or nobody does."""
        hers = self.working.hers(self._people())
        leads = [one.user for one in self._leads()]
        told: Counter[tuple[str, NoticeKind]] = Counter()
        for step, _ in steps:
            people = hers.get(step.proposal, frozenset())
            if step.kind is NoticeKind.LEAD:
                told.update((one, NoticeKind.LEAD) for one in leads)
                told.update((one, NoticeKind.OVERDUE) for one in people)
            else:
                told.update((one, step.kind) for one in people or leads)
        return told

    def _move(self, proposal_id: str, today: date) -> None:
        """To whoever covers for somebody who is away and may decide on it, else back to everybody who may."""
        proposal = self.store.proposals.get(proposal_id)
        away = {one.who: one.cover for one in self.store.turns.absences(today)}
        cover = away.get(proposal.assigned_to or "", "")
        to = cover if cover and cover not in away and self.turning.may_have(cover, proposal) else ""
        self.turning.turn(proposal, "escalate" if to else "pool", to)

    def _people(self) -> tuple[Reviewer, ...]:
        return tuple(one for one in self.store.users.all() if may(one.role, Permission.DECIDE))

    def _leads(self) -> tuple[Reviewer, ...]:
        """Who leads; where nobody does, who runs the site: a notice names no patient."""
        users = self.store.users.all()
        leads = tuple(one for one in users if may(one.role, Permission.LEAD))
        return leads or tuple(one for one in users if may(one.role, Permission.ADMINISTER))

    def _emergencies(self, now: datetime) -> None:
        """Each working day a lead is told of records that were opened in an emergency before it and that nobody has looked at."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        opened = len(self.store.teams.unreported(midnight))
        self._tell_more({(one.user, NoticeKind.EMERGENCY): opened for one in self._leads() if opened}, now)

    def _seconds(self, now: datetime) -> None:
        """Whoever second readings wait for is told."""
        self._tell_more(self.seconds(now), now)

    def _questions(self, now: datetime) -> None:
        """A physician (or whoever covers for her) is told of what she is asked to settle, and a lead of what waits twice as long as passes
        between two steps."""
        waiting = self.store.rulings.asked()
        away = {one.who: one.cover for one in self.store.turns.absences(now.date())}
        counts = Counter((away.get(one.whom, one.whom), NoticeKind.QUESTION) for one in waiting)
        late = sum(now >= self.calendar.later(one.at, 2 * self.hours) for one in waiting)
        counts.update({(one.user, NoticeKind.UNANSWERED): late for one in self._leads() if late})
        self._tell_more(counts, now)

    def _undelivered(self, now: datetime) -> None:
        """Each working day a lead is told of what waits for a person, or has waited for a day, to be in another system's chart."""
        number = self.undelivered()
        self._tell_more({(one.user, NoticeKind.UNDELIVERED): number for one in self._leads() if number}, now)

    def _tell_more(self, counts: Mapping[tuple[str, NoticeKind], int], now: datetime) -> None:
        """Each working day, and when there are more than somebody was told of today, she is told how many there are."""
        if not counts:
            return
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with self.store.transaction():
            self.store.notices.hold()
            known = {
                kind: self.store.notices.told_since(kind, midnight) for kind in {kind for _, kind in counts}
            }
            told = {
                (user, kind): number
                for (user, kind), number in counts.items()
                if number > known[kind].get(user, 0)
            }
            if told:
                self.store.notices.add((), told, now)

    def _mail(self, now: datetime) -> None:
        """Bring notices to whoever has an address. It is noted before it goes out: a killed process tells nobody twice."""
        if not self.addresses:
            return
        people = {one.id: one for one in self.store.users.accounts() if one.active}
        for notice in self.store.notices.unmailed(now - MAIL_WITHIN):
            if notice.kind in MAILED_APART:
                continue
            who = people.get(notice.user)
            address = self.addresses.get(who.username, "") if who else ""
            if who is None or not address or not self.store.notices.step(notice.id, MAILED, now):
                continue
            try:
                letter = _letter(notice, address, who.language or self.language)
                self.adapter.send(letter, lambda: None)
            except DeliveryError as failure:
                log.error("a notice could not be mailed", error_class=type(failure).__name__)
                self.store.notices.step(notice.id, FAILED, now)


def _letter(notice: Notice, address: str, language: str) -> Outgoing:
    text = LETTERS[language].format(words=notice.words(language))
    return Outgoing(notice.id.replace("-", ""), address, SUBJECTS[language], text, notice.at)
