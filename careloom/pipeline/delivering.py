"""Delivering: from a released document of a patient's kind to its delivery, once.

Takes    a proposal that was filed, the patient's entries as they are at the moment of sending, and the channels' adapters
Gives    what became of each sending, step by step; what a person must see is told with its reason
Never    sends what isn't filed, anything about somebody who has died, is in hospice or in hospital or opted out, anything in quiet
         hours, or anything a second time: a sending whose outcome nobody knows waits for a person's word (docs/decisions/0015)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careloom import deliver
from careloom.care.document import Proposal, Statement
from careloom.care.entry import Entry
from careloom.care.sending import CHANNELS, ENDED, Channel, Sending, State, Step
from careloom.deliver import Adapter, wording
from careloom.deliver.quiet import Quiet, quiet
from careloom.draft import kind_of
from careloom.draft.kind import PATIENT
from careloom.errors import (
    ConfigError,
    DeliveryError,
    DeliveryUnknown,
    InputError,
    NotApproved,
    StaleRecord,
)
from careloom.knowledge import Knowledge
from careloom.pipeline.planned import BACK, is_unsafe, outdated
from careloom.pipeline.stopping import must_go
from careloom.pipeline.translated import is_read, translation
from careloom.record import consents, people
from careloom.review.decisions import seen
from careloom.settings import Settings
from careloom.store.opening import Store
from careloom.store.sendings import Letter
from careloom.text.language import Language

# From whom letters in the outbox are, where the site has set nobody.
NOBODY = "careloom@localhost"
# Minutes until a refusal "for now" is tried again; after the last it has failed.
PAUSES = (1, 5, 15, 60, 240)
# For so long whoever hands a message over may be at it; sooner it is asked for again only where its worker is known to have died.
IN_HAND = timedelta(minutes=30)
# What never reached its patient may be asked for again.
_GONE_NOWHERE = frozenset({State.CANCELLED, State.FAILED})
_ASKED_AGAIN = "asked for again"


@dataclass(frozen=True, slots=True)
class Practice:
    """Who writes: the name that patients know, and the number under which they reach a person."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A channel as a document can be sent by it: the address that the sources name ("" where a person must say one), the message as
    it goes out, and what speaks against it now.
    """

    channel: Channel
    to: str
    text: str
    why_not: str


@dataclass(frozen=True)
class Delivering:
    """What goes to one organisation's patients. `entries_of` gives what may be used of a patient today, `audience_of` a kind's, and
    `wants_translator` whether a kind goes to who reads neither English nor Spanish only with a human translator's release.
    """

    store: Store
    knowledge: Knowledge
    entries_of: Callable[[str], Sequence[Entry]]
    audience_of: Callable[[str], str]
    clock: Callable[[], datetime]
    practice: Practice
    quiet: Quiet
    adapters: Mapping[Channel, Adapter]
    wants_translator: Callable[[str], bool]

    def queue(self, actor: str, proposal_id: str, channel: Channel, to: str = "") -> Sending:
        """Have a filed document sent to its patient; the same again is the same sending, queued anew where it went nowhere.

        `to` is an address that a person gives where the sources name none, or several. Raises NotApproved for what isn't filed or not
        written for patients, InputError where there is no address, ConfigError where nobody could be reached.
        """
        proposal = self.store.proposals.get(self.store.proposals.find(proposal_id))
        self._must_be_released(proposal)
        return self._queue(actor, proposal, channel, self._to(proposal, channel, to))

    def as_asked(self, proposal: Proposal) -> None:
        """Queue what was filed just now by the channel that it was asked for with, if any; where it has no way, it is kept as failed."""
        channel = asked(proposal)
        if channel is None or self.audience_of(proposal.document.kind) != PATIENT or not _text(proposal):
            return
        try:
            to, why = self._to(proposal, channel), ""
        except (InputError, ConfigError) as problem:
            to, why = "", str(problem)
        sending = self._queue("careloom", proposal, channel, to)
        if why:
            self._say(sending, State.FAILED, why)

    def offers(self, proposal_id: str) -> tuple[Offer, ...]:
        """Each channel with the whole message as it would go out and the address, or why it can't. Raises as `queue` does."""
        proposal = self.store.proposals.get(self.store.proposals.find(proposal_id))
        self._must_be_released(proposal)
        entries = self.entries_of(self.store.sameness.first(proposal.document.patient))
        return tuple(self._offer(proposal, channel, entries) for channel in CHANNELS)

    def _offer(self, proposal: Proposal, channel: Channel, entries: Sequence[Entry]) -> Offer:
        letter = self._letter(proposal, channel, "", entries)
        try:
            to = self._to(proposal, channel)
        except (InputError, ConfigError) as problem:
            return Offer(channel, "", letter.text, str(problem))
        return Offer(channel, to, letter.text, self._held(proposal, letter.patient, channel, entries))

    def _to(self, proposal: Proposal, channel: Channel, to: str = "") -> str:
        """Whither it goes. Raises InputError where no address is known or one is none, ConfigError where nobody could be reached."""
        if not (self.practice.name and self.practice.phone):
            raise ConfigError(
                "set CARELOOM_PRACTICE_NAME and CARELOOM_PRACTICE_PHONE: no message without a way to reach a person"
            )
        if to:
            return deliver.address(to, channel)
        patient = self.store.sameness.first(proposal.document.patient)
        return deliver.whither(self.store.patients.persons(patient), channel, patient)

    def _letter(self, proposal: Proposal, channel: Channel, to: str, entries: Sequence[Entry]) -> Letter:
        patient = self.store.sameness.first(proposal.document.patient)
        language = _language(entries)
        return Letter(
            proposal=proposal.id,
            patient=patient,
            channel=channel,
            to=to,
            subject=wording.subject(self.practice.name, language),
            text=wording.whole(
                self._words(proposal, entries), channel, language, self.practice.name, self.practice.phone
            ),
        )

    def _queue(self, actor: str, proposal: Proposal, channel: Channel, to: str) -> Sending:
        entries = self.entries_of(self.store.sameness.first(proposal.document.patient))
        letter, now = self._letter(proposal, channel, to, entries), self.clock()
        with self.store.transaction():
            sending, new = self.store.sendings.add(
                letter, at=now, not_before=self._may_go(proposal), by=actor
            )
            if new or sending.state in _GONE_NOWHERE:
                self.store.audit.note(actor, "queue message", patient=letter.patient, what=sending.id)
            if sending.state in _GONE_NOWHERE:
                may_go = self._may_go(proposal)
                sending = self._say(sending, State.QUEUED, _ASKED_AGAIN, by=actor, not_before=may_go)
        return sending

    def _may_go(self, proposal: Proposal) -> datetime:
        """When it may go out: not in quiet hours, and in the part of the day that the patient wishes."""
        return self.quiet.wished(proposal.document.given.get("hours", ""), self.clock())

    def deliver(self, sending_id: str) -> Sending:
        """Send what may be sent now. Whatever happens stands in the sending's steps; harmless when it is done twice. Raises Stopped where its kind is:
        it stays as it is."""
        sending = self.store.sendings.get(sending_id)
        waits = sending.state is State.QUEUED and sending.not_before > self.clock()
        if sending.state in ENDED or waits:
            return sending
        adapter = self.adapters[sending.channel]
        if sending.state is State.SENDING and not adapter.once:
            return self._say(sending, State.UNKNOWN, "the process died while it was handed over")
        proposal = self.store.proposals.get(sending.proposal)
        if why := self._why_not(sending, proposal):
            return self._say(sending, State.CANCELLED, why)
        until = self._may_go(proposal)
        if until > self.clock():
            quiet = self.quiet.over(self.clock()) > self.clock()
            why = "quiet hours" if quiet else "the patient wishes another part of the day"
            return self._say(sending, State.QUEUED, why, not_before=until)
        return self._send(sending, proposal, adapter)

    def _send(self, sending: Sending, proposal: Proposal, adapter: Adapter) -> Sending:
        handed = [sending]

        def about_to() -> None:
            # Durable before anything goes out: whoever finds it after a crash knows that it may have gone.
            with self.store.transaction():
                must_go(self.store, proposal.document.kind)
                handed[0] = self._say(sending, State.SENDING, "", not_before=self.clock() + IN_HAND)

        try:
            adapter.send(deliver.outgoing(sending, self.store.sendings.key(sending), self.clock()), about_to)
        except StaleRecord:
            return self.store.sendings.get(sending.id)  # another worker has it
        except DeliveryUnknown as unknown:
            return self._ended(handed[0], State.UNKNOWN, str(unknown))
        except DeliveryError as failure:
            return self._refused(handed[0], failure)
        sent = self._ended(handed[0], State.SENT, "")
        self.store.audit.note("careloom", "send message", patient=sent.patient, what=sent.id)
        return sent

    def _ended(self, sending: Sending, state: State, why: str) -> Sending:
        """What came of it, also where somebody who took us for dead said something else meanwhile."""
        try:
            return self._say(sending, state, why)
        except StaleRecord:
            return self._say(self.store.sendings.get(sending.id), state, why)

    def _refused(self, sending: Sending, failure: DeliveryError) -> Sending:
        since = max((n for n, step in enumerate(sending.steps) if step.why == _ASKED_AGAIN), default=0)
        tried = sum(
            step.state is State.QUEUED and step.why.startswith("again: ") for step in sending.steps[since:]
        )
        if failure.permanent or tried >= len(PAUSES):
            return self._say(sending, State.FAILED, str(failure))
        later = self.clock() + timedelta(minutes=PAUSES[tried])
        return self._say(sending, State.QUEUED, f"again: {failure}", not_before=later)

    def _why_not(self, sending: Sending, proposal: Proposal) -> str:
        if proposal.status != "active":
            return "the document was taken back"
        return self._held(proposal, sending.patient, sending.channel, self.entries_of(sending.patient))

    def _held(self, proposal: Proposal, patient: str, channel: Channel, entries: Sequence[Entry]) -> str:
        """Why this doesn't go to this patient by this channel today; "" where nothing speaks against it."""
        if why := outdated(self.store, proposal):
            return BACK if why == BACK else f"{why}; its copy goes in place of this one"
        if is_unsafe(proposal, entries):
            return "safety is a need of this patient; what tells of the plan is given by hand, to the patient alone"
        if self.store.wishes.is_out(patient, channel):
            return "has opted out of these messages"
        today = self.clock().astimezone(self.quiet.zone).date()
        return deliver.why_unreachable(entries, consents(entries, today), channel, today, self.knowledge)

    def cancel(self, actor: str, sending_id: str, *, why: str) -> Sending:
        """Take back what waits. Raises NotApproved for what is gone or being handed over, InputError without a reason."""
        if not why.strip():
            raise InputError("say in a few words why")
        sending = self.store.sendings.get(sending_id)
        if sending.state is not State.QUEUED:
            raise NotApproved(f"this message is {sending.state.value}; only what waits is cancelled")
        with self.store.transaction():
            self.store.audit.note(actor, "cancel message", patient=sending.patient, what=sending.id, why=why)
            return self._say(sending, State.CANCELLED, "a person took it back", by=actor)

    def settle(self, actor: str, sending_id: str, *, arrived: bool) -> Sending:
        """A person's word on a sending whose outcome is unknown: it arrived, or it did not and is sent again."""
        sending = self.store.sendings.get(sending_id)
        if sending.state is not State.UNKNOWN:
            raise NotApproved(f"this message is {sending.state.value}; nothing is unknown about it")
        with self.store.transaction():
            self.store.audit.note(actor, "settle message", patient=sending.patient, what=sending.id)
            if arrived:
                return self._say(sending, State.SENT, "a person says that it arrived", by=actor)
            why = "a person says that it did not arrive"
            return self._say(sending, State.QUEUED, why, by=actor, not_before=self.clock())

    def bounced(self, actor: str, key: str, why: str) -> Sending | None:
        """What came back undelivered, by the name under which it went out; None where nothing went out so."""
        sending = self.store.sendings.by_key(key)
        if sending is None or sending.state not in (State.SENT, State.UNKNOWN):
            return sending
        return self._say(sending, State.FAILED, why, by=actor)

    def opt(self, actor: str, patient: str, channel: Channel, *, out: bool) -> None:
        """Keep a wish; with `out` what waits for them on this channel is cancelled."""
        patient = self.store.sameness.first(self.store.patients.find(patient))
        self.store.wishes.say(patient, channel, out=out, who=actor, at=self.clock())
        self.store.audit.note(
            actor, "opt out" if out else "opt in", patient=patient, what=f"channel {channel}"
        )
        for sending in self.store.sendings.waiting(patient, channel) if out else ():
            self._say(sending, State.CANCELLED, "has opted out of these messages", by=actor)

    def _must_be_released(self, proposal: Proposal) -> None:
        if self.audience_of(proposal.document.kind) != PATIENT:
            raise NotApproved("this kind of document is not written for patients")
        if proposal.status != "active":
            raise NotApproved(f"this document is {proposal.status}; only what was released and filed is sent")
        if not _text(proposal):
            raise NotApproved("no line of this document was released")

    def _say(
        self,
        sending: Sending,
        state: State,
        why: str,
        *,
        by: str = "careloom",
        not_before: datetime | None = None,
    ) -> Sending:
        return self.store.sendings.step(sending, Step(state, self.clock(), why, by), not_before=not_before)

    def _words(self, proposal: Proposal, entries: Sequence[Entry]) -> str:
        """What is written: the released lines, or to whoever doesn't read these a translator's. Raises NotApproved."""
        if is_read(entries) or not self.wants_translator(proposal.document.kind):
            return _text(proposal)
        return translation(self.store, proposal, _sent(proposal))


def _sent(proposal: Proposal) -> tuple[Statement, ...]:
    """The released lines, in their order."""
    return tuple(line for line in seen(proposal) if line.tier == 0 or line.id in proposal.released)


def _text(proposal: Proposal) -> str:
    return "\n".join(line.text for line in _sent(proposal))


def asked(proposal: Proposal) -> Channel | None:
    """The channel by which whoever asked for a document wants it sent once it is filed; None where nobody said one that sends."""
    return next((one for one in CHANNELS if one == proposal.document.given.get("channel")), None)


def _language(entries: Sequence[Entry]) -> Language:
    """The language in which a message to this patient is written, as the drafts choose it."""
    return "es" if people.language(entries) == "es" else "en"


def pager(settings: Settings) -> Adapter:
    """What brings pages to the people of the site: e-mail, or letters in the outbox. Raises ConfigError."""
    outbox = (settings.outbox or settings.home / "outbox") / "pages"
    sender = settings.smtp_from or NOBODY
    return deliver.adapters(outbox, settings.smtp_url, sender, settings.smtp_timeout)["email"]


def delivering_of(
    settings: Settings,
    store: Store,
    knowledge: Knowledge,
    clock: Callable[[], datetime],
    entries_of: Callable[[str], Sequence[Entry]],
) -> Delivering:
    """Put together as the site's settings say. Raises ConfigError for one that does not fit."""
    outbox = settings.outbox or settings.home / "outbox"
    sender = settings.smtp_from or NOBODY
    return Delivering(
        store,
        knowledge,
        entries_of,
        lambda kind: kind_of(kind).audience,
        clock,
        Practice(settings.practice_name, settings.practice_phone),
        quiet(settings.quiet_hours, settings.zone),
        deliver.adapters(outbox, settings.smtp_url, sender, settings.smtp_timeout),
        lambda kind: kind_of(kind).translator,
    )
