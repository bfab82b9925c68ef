"""Alarming: what is watched went wrong: its owner is told, somebody acknowledges it, and it ends with a note.

Takes    an alarm's kind, the cause that it stands for and the evidence on which it rests; who owns its kind; the site's calendar
Gives    one standing alarm a cause, told in Careloom, by e-mail and to webhooks; told to the lead where nobody acknowledges it in time
Never    raises a standing alarm twice, raises a quietened one without new evidence, sends more than its kind, id and address,
         or ends one without a note
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from careloom.care.access import Permission, may
from careloom.care.alarm import CAUSE, KINDS, Alarm, AlarmStep, AlarmStepKind, is_worse
from careloom.care.document import Reviewer, Severity
from careloom.care.hours import Calendar
from careloom.care.notices import ALARM_LETTERS, ALARM_SUBJECTS, NoticeKind
from careloom.care.sending import Outgoing
from careloom.deliver import Adapter
from careloom.errors import DeliveryError, InputError, StaleRecord
from careloom.pipeline.access import Access
from careloom.pipeline.owning import Owning
from careloom.settings import Settings
from careloom.store.opening import Store

log = structlog.get_logger(__name__)

LONGEST = 2000
# Names of a machine that lead nobody else to it.
LOCAL = ("localhost", "127.0.0.1", "[::1]")
# What could not be mailed is tried again after so long, so often in all.
MAIL_AGAIN, MAIL_TRIES = timedelta(minutes=15), 4
# So many of the ended ones are listed.
LISTED = 100


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm's id, and whether it was raised now (else it stands already, or was quietened on the same evidence)."""

    id: str
    fresh: bool


@dataclass(frozen=True)
class Alarming:
    """The alarms of one organisation. Somebody acknowledges one within `hours` (working hours; by the clock where it is high) or the lead is told,
    and again after each such time; `addresses` are e-mail addresses by user name, `at` is where the site's pages are ("" where that isn't set)."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    owning: Owning
    calendar: Callable[[], Calendar]
    hours: float
    addresses: Callable[[], Mapping[str, str]]
    adapter: Callable[[], Adapter]
    language: str = "en"
    at: str = ""

    def raise_alarm(
        self,
        kind: str,
        cause: str,
        words: str,
        *,
        evidence: str,
        values: Mapping[str, str] | None = None,
        severity: Severity = Severity.MODERATE,
        link: str = "",
    ) -> Raised:
        """Raise one, once for each `cause` that stands. `words` are English with {names} of `values`, and nothing of a patient; `evidence` names what
        is new about it (a period, a version): one that was ended comes again on other evidence alone, one that stands takes note of it.

        Raises InputError for a kind, cause or link that doesn't fit.
        """
        if kind not in KINDS or not CAUSE.fullmatch(cause) or not evidence:
            raise InputError("an alarm has a kind, a cause in letters and digits, and its evidence")
        if link and not link.startswith("/"):
            raise InputError("an alarm leads to a page of this site")
        now = self.here()
        with self.store.transaction():
            self.store.alarms.hold()
            before = self.store.alarms.newest_of(kind, cause)
            if before is not None and not before.ended:
                self._again(before, evidence, severity, now)
                return Raised(before.id, fresh=False)
            if before is not None and evidence in before.known and not is_worse(severity, before.severity):
                return Raised(before.id, fresh=False)
            made = Alarm(
                id="",
                kind=kind,
                cause=cause,
                number=before.number + 1 if before else 1,
                first=severity,
                at=now,
                words=words[:LONGEST],
                values=dict(values or {}),
                evidence=evidence,
                link=link,
            )
            alarm = self.store.alarms.add(made)
            self.store.audit.note("careloom", "raise alarm", what=alarm)
            self._tell(alarm, self._owners(kind), now)
        return Raised(alarm, fresh=True)

    def _again(self, one: Alarm, evidence: str, severity: Severity, now: datetime) -> None:
        """New evidence of one that stands is noted; where it is worse, its owner is told again and it is to be acknowledged again."""
        worse = is_worse(severity, one.severity)
        if evidence in one.known and not worse:
            return
        step = AlarmStep(what=AlarmStepKind.AGAIN, at=now, evidence=evidence, severity=severity)
        self.store.alarms.say(one.id, step)
        if worse:
            self._tell(one.id, self._owners(one.kind), now)

    def run(self) -> int:
        """Tell the lead of what nobody acknowledged in time, and bring letters to whoever has an address; how many were escalated.

        Harmless at any time, and by several processes at once.
        """
        now, number = self.here(), 0
        for one in self.store.alarms.open():
            try:
                number += self._escalate(one, now)
                self._mail(one.id, now)
            except StaleRecord:
                log.info("an alarm changed while it was told of; the next round tells it")
        return number

    def due(self, one: Alarm) -> datetime:
        """Until when somebody is to acknowledge it, counted from when it was raised, became worse, or was told last."""
        since = max((one.at, *(step.at for step in one.steps if _begins(step, one))))
        if one.severity is Severity.HIGH:
            return since + timedelta(hours=self.hours)
        return self.calendar().later(since, self.hours)

    def _escalate(self, one: Alarm, now: datetime) -> bool:
        if one.acknowledged or now < self.due(one):
            return False
        with self.store.transaction():
            self.store.alarms.hold()
            fresh = self.store.alarms.get(one.id)
            if fresh.acknowledged or fresh.ended or now < self.due(fresh):
                return False
            self.store.alarms.say(one.id, AlarmStep(what=AlarmStepKind.ESCALATED, at=now))
            self._tell(one.id, {**self._leads(), **self._owners(one.kind)}, now)
        return True

    def _tell(self, alarm: str, people: Mapping[str, Reviewer], now: datetime) -> None:
        """A notice in Careloom for each, and a step that says so."""
        for user in people:
            self.store.alarms.say(alarm, AlarmStep(what=AlarmStepKind.TOLD, at=now, who=user))
        if people:
            self.store.notices.add((), {(user, NoticeKind.ALARM): 1 for user in people}, now)
        else:
            log.error("an alarm was raised and there is nobody to be told of it", alarm=alarm)

    def _owners(self, kind: str) -> dict[str, Reviewer]:
        return {one.user: one for one in self.owning.people(f"alarm:{kind}")}

    def _leads(self) -> dict[str, Reviewer]:
        users = self.store.users.all()
        return {
            one.user: one
            for one in users
            if may(one.role, Permission.LEAD) or may(one.role, Permission.ADMINISTER)
        }

    def _mail(self, alarm: str, now: datetime) -> None:
        """A letter for each time somebody was told, noted before it goes out: a killed process writes to nobody twice."""
        addresses = self.addresses()
        if not addresses:
            return
        one = self.store.alarms.get(alarm)
        accounts = {account.id: account for account in self.store.users.accounts() if account.active}
        for user in dict.fromkeys(step.who for step in one.steps if step.what is AlarmStepKind.TOLD):
            account = accounts.get(user)
            address = addresses.get(account.username, "") if account else ""
            if account is None or not address or not _to_mail(one, user, now):
                continue
            self.store.alarms.say(alarm, AlarmStep(what=AlarmStepKind.MAILED, at=now, who=user))
            mine = sum(step.what is AlarmStepKind.MAILED and step.who == user for step in one.steps)
            try:
                self.adapter().send(
                    self._letter(one, f"{user}{mine}", address, account.language), lambda: None
                )
            except DeliveryError as failure:
                log.error("an alarm could not be mailed", error_class=type(failure).__name__)
                self.store.alarms.say(alarm, AlarmStep(what=AlarmStepKind.FAILED, at=now, who=user))

    def _letter(self, one: Alarm, mark: str, address: str, language: str) -> Outgoing:
        language = language or self.language
        text = ALARM_LETTERS[language].format(kind=one.kind, id=one.id, address=f"{self.at}/alarms/{one.id}")
        return Outgoing(
            f"{one.id}{mark}".replace("-", ""), address, ALARM_SUBJECTS[language], text, self.here()
        )

    # ── what people do ──────────────────────────────────────────────────────────────────────────

    def listed(self, actor: Reviewer, kind: str = "") -> tuple[tuple[Alarm, ...], tuple[Alarm, ...]]:
        """Those that stand, what nobody took first and the worst of it before the rest; and the newest that ended. Raises NotLicensed."""
        self.access.must(actor, Permission.WATCH)
        self.store.audit.note(actor.user, "read", what="alarms")
        standing = [one for one in self.store.alarms.open() if not kind or one.kind == kind]
        standing.sort(key=lambda one: (bool(one.acknowledged), one.severity is not Severity.HIGH, one.at))
        return tuple(standing), self.store.alarms.ended(LISTED, kind)

    def get(self, actor: Reviewer, alarm: str) -> Alarm:
        """One of them. Raises NotLicensed, InputError."""
        self.access.must(actor, Permission.WATCH)
        return self.store.alarms.get(alarm)

    def acknowledge(self, actor: Reviewer, alarm: str) -> None:
        """She takes it: nobody else is told from now on. Raises NotLicensed, InputError for one that has ended."""
        self._say(actor, alarm, AlarmStepKind.ACKNOWLEDGED, "")

    def note(self, actor: Reviewer, alarm: str, words: str) -> None:
        """She writes what is known or done so far. Raises NotLicensed, InputError."""
        self._say(actor, alarm, AlarmStepKind.NOTED, words)

    def end(self, actor: Reviewer, alarm: str, note: str) -> None:
        """It ends, with what was found and done. Raises NotLicensed, InputError without a note or for one that has ended."""
        self._say(actor, alarm, AlarmStepKind.ENDED, note)

    def _say(self, actor: Reviewer, alarm: str, what: AlarmStepKind, words: str) -> None:
        self.access.must(actor, Permission.TEND)
        words, now = " ".join(words.split())[:LONGEST], self.here()
        if what is not AlarmStepKind.ACKNOWLEDGED and not words:
            raise InputError("say what was found and what was done about it", where="note")
        with self.store.transaction():
            self.store.alarms.hold()
            one = self.store.alarms.get(alarm)
            if one.ended:
                raise InputError("this alarm has ended", where="alarm")
            if what is AlarmStepKind.ENDED and not one.acknowledged:
                self.store.alarms.say(
                    alarm, AlarmStep(what=AlarmStepKind.ACKNOWLEDGED, at=now, who=actor.user)
                )
            self.store.alarms.say(alarm, AlarmStep(what=what, at=now, who=actor.user, words=words))
            self.store.audit.note(actor.user, f"{_DID[what]} alarm", what=alarm)


_DID = {
    AlarmStepKind.ACKNOWLEDGED: "acknowledge",
    AlarmStepKind.NOTED: "note",
    AlarmStepKind.ENDED: "end",
}


def _begins(step: AlarmStep, one: Alarm) -> bool:
    """Whether the time to acknowledge begins anew with a step: it was escalated, or became worse."""
    worse = step.severity is not None and is_worse(step.severity, one.first)
    return step.what is AlarmStepKind.ESCALATED or (step.what is AlarmStepKind.AGAIN and worse)


def _to_mail(one: Alarm, user: str, now: datetime) -> bool:
    """Whether a letter to somebody is owed: she was told since the last one, or it failed a while ago and not too often."""
    hers = [step for step in one.steps if step.who == user]
    told = [step.what for step in hers].count(AlarmStepKind.TOLD)
    failed = [step for step in hers if step.what is AlarmStepKind.FAILED]
    mailed = [step.what for step in hers].count(AlarmStepKind.MAILED) - len(failed)
    if mailed >= told:
        return False
    return not failed or (len(failed) < MAIL_TRIES and now >= failed[-1].at + MAIL_AGAIN)


def address_of(settings: Settings) -> str:
    """Where the site's pages are, for a link that goes out; "" where it has no name but this machine's."""
    name = settings.allowed_hosts.split(",")[0].strip()
    if not name or name in LOCAL or name.startswith((".", "*")):
        return ""
    return f"{'https' if settings.behind_tls else 'http'}://{name}"
