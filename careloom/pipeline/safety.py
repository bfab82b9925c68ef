"""Safety: what went wrong or nearly did, from the first word of whoever saw it to somebody else's word that what was done of it worked.

Takes    a report by anybody who works here, from wherever she saw it; judgements, a root-cause record with actions, and links
Gives    each event with its whole history; the safety lead told at once; counts and rows without identifiers
Never    puts a word of a patient into what is sent, changes what was said, shows words to whoever may not see the patient before they
         are scrubbed, or lets whoever wrote of causes and actions close what she wrote
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from careloom.care.access import SEES_ALL, Permission, may
from careloom.care.document import Reviewer, Severity
from careloom.care.record import PatientRecord
from careloom.care.safety_event import (
    FACTORS,
    HARM_FROM,
    HARMS,
    MERP,
    PLACES,
    REPORTS,
    STRENGTHS,
    STRONG_ENOUGH,
    UNHARMED,
    Reported,
    SafetyEvent,
    SafetyStep,
    SafetyStepKind,
)
from careloom.errors import CareloomError, InputError, NotApproved, NotLicensed
from careloom.pipeline.access import Access
from careloom.pipeline.safety_lead import SafetyNews
from careloom.pipeline.scrubbing import known_of
from careloom.privacy.scrub import scrub
from careloom.store.opening import Store

log = structlog.get_logger(__name__)
LONGEST = 4000
SHORT = 300
MOST = 500
# What an event may be linked to.
LINKS = ("failure", "rule", "stop", "event")


@dataclass(frozen=True, slots=True)
class Read:
    """An event as somebody reads it: `words` are scrubbed where she may not see the patient, `open` is its document where she may open it."""

    event: SafetyEvent
    words: str
    scrubbed: bool
    open: str


@dataclass(frozen=True)
class Safety:
    """The safety events of one organisation; `here` is the time in the site's zone. `tell` brings news without anything of a patient to the safety
    lead and gives whom it told."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    record_of: Callable[[str, date], PatientRecord]
    tell: Callable[[SafetyNews], Sequence[str]]

    # ── reporting ───────────────────────────────────────────────────────────────────────────────

    def report(self, actor: Reviewer, said: Mapping[str, str]) -> str:
        """Keep what somebody reports and tell the safety lead; the event's id. `said` are the fields of `Reported` by name.

        Raises InputError, naming the field, for what can't be taken; NotLicensed or NotInCareTeam for a document that she may not see.
        """
        self.access.must(actor, Permission.REPORT)
        now = self.here()
        document, patient, kind = self._document(actor, said.get("document", "").strip())
        reported = Reported(
            report=_one_of(said, "report", REPORTS),
            category=_one_of(said, "category", MERP),
            harm=_harm(said),
            words=_words(said, "words", LONGEST),
            happened=_day(said, "happened", latest=now.date()),
            place=said.get("place", "") if said.get("place", "") in PLACES else "elsewhere",
            kind=kind or said.get("kind", "").strip()[:64],
            document=document,
            statement=said.get("statement", "").strip()[:64] if document else "",
            model=said.get("model", "").strip()[:200],
            rule=said.get("rule", "").strip()[:64],
        )
        with self.store.transaction():
            made = self.store.safety_events.add(
                reported, who=actor.user, role=actor.role, at=now, patient=patient
            )
            self.store.audit.note(
                actor.user, "report safety event", patient=patient or None, what=document or made
            )
        self._told(made, reported)
        return made

    def _document(self, actor: Reviewer, document: str) -> tuple[str, str, str]:
        if not document:
            return "", "", ""
        try:
            named = self.store.proposals.find(document)
        except InputError:
            raise InputError("there is no such document", where="document") from None
        patient = self.store.proposals.patient(named)
        self.access.must_see(actor, patient)
        self.access.must_read(actor, named)
        return named, patient, self.store.proposals.kind(named)

    def _told(self, event: str, reported: Reported) -> None:
        """Tell the safety lead; that it was tried stands in the event's history, whoever was reached."""
        news = SafetyNews(
            cause=f"event:{event}",
            evidence=event,
            words="A safety event was reported (NCC MERP category {category}).",
            values={"category": reported.category},
            severity=Severity.HIGH if reported.category >= HARM_FROM else Severity.MODERATE,
            link=f"/safety/events/{event}",
        )
        try:
            people = self.tell(news)
        except CareloomError as fault:
            log.error("the safety lead could not be told", event=event, error_class=type(fault).__name__)
            people = ()
        said = {"whom": ", ".join(people)}
        step = SafetyStep(what=SafetyStepKind.TOLD, who="careloom", role="", at=self.here(), said=said)
        self.store.safety_events.say(event, step, after=0)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    def registry(self, actor: Reviewer) -> tuple[SafetyEvent, ...]:
        """The newest events (MOST): everybody's for whoever looks into them, else those that she reported herself."""
        self.access.must(actor, Permission.REPORT)
        everybodys = may(actor.role, Permission.EVENTS)
        self.store.audit.note(actor.user, "read", what="safety events")
        return self.store.safety_events.newest(MOST, who="" if everybodys else actor.user)

    def get(self, actor: Reviewer, event: str) -> Read:
        """One event. Raises InputError for one that there isn't, or that is another's for whoever only reports."""
        self.access.must(actor, Permission.REPORT)
        found = self.store.safety_events.get(event)
        if found.who != actor.user and not may(actor.role, Permission.EVENTS):
            raise InputError("there is no such event", where="event")
        patient = self.store.safety_events.patient(event)
        sees = bool(patient) and patient in self.access.seen(actor, {patient})
        in_clear = found.who == actor.user or actor.role in SEES_ALL or sees
        words = found.reported.words if in_clear else self._scrubbed(found.reported.words, patient)
        self.store.audit.note(actor.user, "read", patient=patient or None, what=f"safety event {event}")
        return Read(found, words, not in_clear, found.reported.document if sees else "")

    def _scrubbed(self, words: str, patient: str) -> str:
        known = (
            (known_of(self.store, patient, self.record_of(patient, self.here().date())),) if patient else ()
        )
        return scrub(words, known).text

    def rows(self, actor: Reviewer) -> list[dict[str, str]]:
        """Every event for an export, without identifiers: nobody's name or number, no words, the year alone (45 CFR 164.514(b)(2)). Raises NotLicensed."""
        self.access.must(actor, Permission.EVENTS)
        self.store.audit.note(actor.user, "export", what="safety events")
        return [_row(one) for one in self.store.safety_events.newest(MOST)]

    # ── looking into it ─────────────────────────────────────────────────────────────────────────

    def judge(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Say how severe it was. `after` is how many steps she has read. Raises NotLicensed, InputError, NotApproved where it is closed, StaleRecord."""
        words = {
            "category": _one_of(said, "category", MERP),
            "harm": _harm(said),
            "why": said.get("why", "").strip()[:LONGEST],
        }
        self._say(actor, event, SafetyStepKind.JUDGED, words, after)

    def cause(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Write the root-cause record anew: the factors (`factors`: words of FACTORS, with commas) and what led to it. Raises as `judge`."""
        factors = [one.strip() for one in said.get("factors", "").split(",") if one.strip()]
        if not factors or any(one not in FACTORS for one in factors):
            raise InputError("choose where the contributing factors lay", where="factors")
        words = {"factors": ",".join(dict.fromkeys(factors)), "why": _words(said, "why", LONGEST)}
        self._say(actor, event, SafetyStepKind.CAUSE, words, after)

    def act(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Add an action: what, how strong, whose, by when, and how it will be seen whether it worked. Raises as `judge`."""
        owner = said.get("owner", "").strip()
        if owner not in {one.user for one in self.store.users.all()}:
            raise InputError("choose whose it is", where="owner")
        words = {
            "words": _words(said, "words", SHORT),
            "strength": _one_of(said, "strength", STRENGTHS),
            "owner": owner,
            "due": _day(said, "due").isoformat(),
            "measure": _words(said, "measure", SHORT),
        }
        self._say(actor, event, SafetyStepKind.ACTION, words, after)

    def worked(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Say of an action, by its number, whether it worked ("yes" or "no"), and what was measured. Raises as `judge`."""
        found = self.store.safety_events.get(event)
        number = said.get("action", "")
        if number not in {one.number for one in found.actions}:
            raise InputError("there is no such action", where="action")
        words = {
            "action": number,
            "worked": _one_of(said, "worked", ("yes", "no")),
            "found": _words(said, "found", SHORT),
        }
        self._say(actor, event, SafetyStepKind.WORKED, words, after)

    def link(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Link it to a failure, a rule, a stop or another event, by its id. Raises as `judge`."""
        what, named = _one_of(said, "what", LINKS), said.get("id", "").strip()
        found = {
            "failure": self.store.failures.get,
            "rule": self.store.site_rules.get,
            "stop": self.store.stops.get,
            "event": self.store.safety_events.get,
        }[what]
        try:
            found(named)
        except InputError:
            raise InputError("there is nothing of that id", where="id") from None
        self._say(actor, event, SafetyStepKind.LINKED, {"what": what, "id": named.replace("-", "")}, after)

    def close(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Close it. Raises as `judge`; NotLicensed for whoever wrote of its causes or actions, NotApproved while the causes, an action that is strong
        enough, or whether one worked is lacking."""
        found = self.store.safety_events.get(event)
        if actor.user in found.authors:
            raise NotLicensed("whoever wrote of its causes or actions doesn't close it")
        if not found.newest(SafetyStepKind.CAUSE):
            raise NotApproved("its root causes are not written yet")
        if not any(one.strength in STRONG_ENOUGH for one in found.actions):
            raise NotApproved("it takes one stronger or intermediate action at least")
        if any(one.worked != "yes" for one in found.actions):
            raise NotApproved("of each action it is said first that it worked, as it was measured")
        self._say(actor, event, SafetyStepKind.CLOSED, {"why": _words(said, "why", LONGEST)}, after)

    def reopen(self, actor: Reviewer, event: str, said: Mapping[str, str], after: int) -> None:
        """Open a closed one again. Raises NotLicensed, InputError without a reason, NotApproved where it is open, StaleRecord."""
        self._say(actor, event, SafetyStepKind.REOPENED, {"why": _words(said, "why", LONGEST)}, after)

    def _say(
        self, actor: Reviewer, event: str, what: SafetyStepKind, said: Mapping[str, str], after: int
    ) -> None:
        self.access.must(actor, Permission.SAFETY)
        found = self.store.safety_events.get(event)
        if found.closed is not (what is SafetyStepKind.REOPENED):
            raise NotApproved("this event is closed" if found.closed else "this event is open")
        step = SafetyStep(what=what, who=actor.user, role=actor.role, at=self.here(), said=said)
        with self.store.transaction():
            self.store.safety_events.say(event, step, after=after)
            self.store.audit.note(actor.user, f"safety event {what.value}", what=event)


def _one_of(said: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    found = said.get(name, "").strip()
    if found not in choices:
        raise InputError("choose one", where=name)
    return found


def _harm(said: Mapping[str, str]) -> str:
    """The harm that is left. Categories A to D of the NCC MERP Index (2022) are errors that did no harm."""
    found = _one_of(said, "harm", HARMS)
    if said.get("category", "").strip() < HARM_FROM and found not in UNHARMED:
        raise InputError("categories A to D did no harm: choose another category, or no harm", where="harm")
    return found


def _words(said: Mapping[str, str], name: str, most: int) -> str:
    found = said.get(name, "").strip()[:most]
    if not found:
        raise InputError("fill this in", where=name)
    return found


def _day(said: Mapping[str, str], name: str, latest: date | None = None) -> date:
    try:
        found = date.fromisoformat(said.get(name, ""))
    except ValueError:
        raise InputError("a day, as 2026-11-23", where=name) from None
    if latest is not None and found > latest:
        raise InputError("a day that has been", where=name)
    return found


def _row(one: SafetyEvent) -> dict[str, str]:
    cause = one.newest(SafetyStepKind.CAUSE)
    return {
        "event": one.id,
        "year": str(one.reported.happened.year),
        "report": one.reported.report,
        "ncc_merp": one.category,
        "ahrq_harm": one.harm,
        "state": one.state,
        "role": one.role,
        "kind": one.reported.kind,
        "rule": one.reported.rule,
        "factors": cause.said["factors"] if cause else "",
        "actions": ";".join(f"{two.strength}:{two.worked or 'open'}" for two in one.actions),
        "links": ";".join(
            f"{two.said['what']}:{two.said['id']}" for two in one.steps if two.what is SafetyStepKind.LINKED
        ),
    }
