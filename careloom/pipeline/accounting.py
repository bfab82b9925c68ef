"""Accounting: who did what with whose record, and what left about a patient.

Takes    a question of somebody who may read the audit log, or something that left by another way than ours
Gives    events of the log, a page of them or as FHIR R4; the accounting of disclosures
Never    shows the log without a new event that says who read it, or changes what stands there
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from careloom import chart
from careloom.care.audited import Asked, AuditedEvent
from careloom.care.disclosure import BY_ID, PART2_YEARS, WRITTEN, YEARS, Account, Disclosure
from careloom.errors import InputError
from careloom.pipeline.assigning import Match, called, matched
from careloom.pipeline.ehr.hooking import ANSWER
from careloom.pipeline.emergency import TOLD
from careloom.store.opening import Store

DISCLOSE = "disclose"
SENT, FILED, WRITTEN_BACK = "send message", "file", "write back"
# What the log calls what leaves.
LEAVES = (DISCLOSE, TOLD, SENT, FILED, WRITTEN_BACK, ANSWER)
# The events of what was done once with several records that are one person's are appended together.
ONCE = timedelta(seconds=10)
# So many events at most are given at once, as a table or as FHIR; who wants more asks for less time.
MOST = 20_000
# A letter of this kind is for the payer.
FOR_PAYERS = "prior_auth_letter"


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of something that left: to whom, at which address, what, what for, on which ground (its id) and day."""

    to: str
    what: str
    why: str
    ground: str
    on: date
    address: str = ""


@dataclass(frozen=True)
class Accounting:
    """The audit log of one organisation, for those who may read it."""

    store: Store
    clock: Callable[[], datetime]

    def about(self, patient: str) -> tuple[str, ...]:
        """The patients who are one person with this one (our id or SYSTEM|VALUE). Raises InputError for nobody."""
        return tuple(map(str, self.store.sameness.members(self.store.patients.find(patient))))

    def search(self, actor: str, words: str) -> tuple[Match, ...]:
        """Patients by name, number or birth date, or by our id or SYSTEM|VALUE. Raises InputError where too many are meant."""
        try:
            known = self.store.patients.find(words.strip())
        except InputError:
            return called(self.store, actor, words)
        self.store.audit.note(actor, "search", patient=known)
        return (matched(known, self.store.patients.persons(known)),)

    def lookers(self, asked: Asked) -> tuple[tuple[str, int, datetime], ...]:
        """Who did something of what is asked for, how often, and when last; the newest first."""
        return self.store.audit.lookers(asked)

    def page(self, actor: str, asked: Asked, number: int, before: str = "") -> tuple[AuditedEvent, ...]:
        """So many events, the newest first; that they were read is one itself."""
        found = self.store.audit.page(asked, number, before)
        self._read(actor, asked)
        return found

    def every(self, actor: str, asked: Asked) -> Iterator[AuditedEvent]:
        """All events, the oldest first. Raises InputError where they are more than can be given at once."""
        if self.store.audit.count(asked) > MOST:
            raise InputError(f"these are more than {MOST} events: ask for less time")
        self._export(actor, asked)
        return self.store.audit.every(asked, MOST)

    def as_fhir(self, actor: str, asked: Asked) -> dict[str, object]:
        """The same as a FHIR R4 Bundle of AuditEvents."""
        return chart.audit_events(self.every(actor, asked), self.store.keys.organisation)

    def disclose(self, actor: str, patient: str, said: Said) -> None:
        """Write down that something left, by fax, phone or paper. Raises InputError for what 164.528(b)(2) asks for and isn't said."""
        ground = BY_ID.get(said.ground)
        if ground is None or ground not in WRITTEN:
            raise InputError(
                f"the ground must be one of {', '.join(one.id for one in WRITTEN)}", where="ground"
            )
        for name, text, missing in (
            ("to", said.to, "who received it (45 CFR 164.528(b)(2)(ii))"),
            ("what", said.what, "what it was, in a few words (45 CFR 164.528(b)(2)(iii))"),
            ("why", said.why, "what for (45 CFR 164.528(b)(2)(iv))"),
        ):
            if not text.strip():
                raise InputError(f"say {missing}", where=name)
        if said.on > self._today():
            raise InputError("it can't have left on a day that is still to come", where="on")
        found = self.store.patients.find(patient)
        told = replace(said, to=said.to.strip(), what=said.what.strip(), why=said.why.strip())
        self.store.audit.note(actor, DISCLOSE, patient=found, what=ground.id, why=_written(told))

    def disclosures(self, actor: str, patient: str, since: date | None = None) -> Account:
        """What left about a patient in the six years until today, or since a later day. Raises InputError for nobody."""
        found, today = self.store.patients.find(patient), self._today()
        start = max(_years_before(today, YEARS), since or date.min)
        asked = Asked(patients=self.about(found), since=datetime.combine(start, time.min).astimezone())
        left = [
            one
            for action in LEAVES
            for event in _each_once(self.store.audit.every(replace(asked, action=action)))
            for one in self._left(event)
        ]
        within = sorted((one for one in left if start <= one.on), key=lambda one: one.on)
        part2_start = max(start, _years_before(today, PART2_YEARS))
        self.store.audit.note(actor, "read", patient=found, what="disclosures")
        return Account(
            patient=found,
            since=start,
            until=today,
            counted=tuple(one for one in within if one.ground.counted),
            part2=tuple(one for one in within if one.ground.part2 and one.on >= part2_start),
            left_out=tuple(one for one in within if not one.ground.counted and not one.ground.part2),
        )

    def _left(self, event: AuditedEvent) -> Iterator[Disclosure]:
        """What left by an event of the log."""
        on = event.at.astimezone().date()
        if event.action == DISCLOSE:
            said = json.loads(event.why)
            yield Disclosure(
                date.fromisoformat(said["on"]),
                said["to"],
                said["address"],
                said["what"],
                said["why"],
                BY_ID[event.what],
                event.actor,
            )
        elif event.action == TOLD:
            to, _, nature = event.why.removeprefix("to ").partition(": ")
            yield Disclosure(on, to, "", event.what, nature, BY_ID["part2-emergency"], event.actor)
        elif event.action == SENT:
            sending = self.store.sendings.get(event.what)
            what = self._kind(sending.proposal)
            yield Disclosure(on, "", sending.channel, what, "", BY_ID["patient"], event.actor)
        elif event.action == ANSWER:
            ehr = event.actor.removeprefix("hook ")
            service, _, user = event.what.partition(" ")
            yield Disclosure(on, ehr, user, service, "", BY_ID["treatment"], event.actor)
        elif event.action == WRITTEN_BACK:
            ground, _, system = event.why.partition(" ")
            what = self._kind(self.store.writings.get(event.what).proposal)
            yield Disclosure(on, system, "", what, "", BY_ID[ground], event.actor)
        elif event.action == FILED and self._kind(event.what) == FOR_PAYERS:
            yield Disclosure(on, "", "", FOR_PAYERS, "", BY_ID["payment"], event.actor)

    def _kind(self, proposal: str) -> str:
        return self.store.proposals.get(proposal).document.kind

    def _read(self, actor: str, asked: Asked) -> None:
        if asked.patients:
            self.store.audit.note(actor, "read", patient=asked.patients[0], what="audit log")
        else:
            self.store.audit.note(actor, "read", what="audit log")

    def _export(self, actor: str, asked: Asked) -> None:
        patient = asked.patients[0] if asked.patients else None
        self.store.audit.note(actor, "export audit log", patient=patient)

    def _today(self) -> date:
        return self.clock().astimezone().date()


def _each_once(events: Iterable[AuditedEvent]) -> Iterator[AuditedEvent]:
    """What was done with somebody's record: the log has it for each of those who are one person."""
    before: dict[tuple[str, ...], tuple[datetime, set[str]]] = {}
    for event in events:
        key = (event.actor, event.action, event.what, event.why)
        at, told = before.get(key, (event.at, {event.patient}))
        if event.patient not in told and event.at - at < ONCE:
            told.add(event.patient)
            continue
        before[key] = (event.at, {event.patient})
        yield event


def _written(said: Said) -> str:
    told = {"on": said.on.isoformat(), "to": said.to, "address": said.address.strip()}
    return json.dumps({**told, "what": said.what, "why": said.why}, ensure_ascii=False)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
