"""Messages to patients as their lists show them, and the channels by which a document can be sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.sending import Sending, State
from careloom.pipeline.delivering import Offer
from careloom.web.present.words import Mark, moment, sentence
from careloom.web.saying import later

NOBODY = later("somebody whom nobody has found yet")
MARKS = {
    State.QUEUED: Mark("○", later("waits"), "plain"),
    State.SENDING: Mark("○", later("is being sent"), "plain"),
    State.SENT: Mark("✓", later("sent"), "ok"),
    State.FAILED: Mark("▲", later("not delivered"), "look"),
    State.CANCELLED: Mark("–", later("cancelled"), "plain"),
    State.UNKNOWN: Mark("▲", later("unknown: somebody must say"), "look"),
}
_CALLED = {"text": later("text message"), "email": later("e-mail"), "portal": later("portal")}


@dataclass(frozen=True, slots=True)
class SendingRow:
    """A message to a patient (`patient` by id, `who` by name). `waits` says from when it may go out, where it does."""

    id: str
    proposal: str
    patient: str
    who: str
    channel: str
    mark: Mark
    why: str
    at: str
    unknown: bool
    waits: str


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A channel to choose: `to` is its address, `held` why nothing goes out by it."""

    channel: str
    words: str
    to: str
    text: str
    held: str
    chosen: bool


def called(channel: str) -> str:
    """A channel's name in a sentence."""
    return _CALLED.get(channel, channel)


def sending_rows(
    sendings: Iterable[Sending], names: Mapping[str, str], now: datetime
) -> tuple[SendingRow, ...]:
    """The messages: what a person must look at first."""
    rows = [
        SendingRow(
            one.id,
            one.proposal,
            one.patient,
            names.get(one.patient, NOBODY),
            called(one.channel),
            MARKS[one.state],
            sentence(one.why) if one.why else "",
            moment(one.created, now),
            one.state is State.UNKNOWN,
            moment(one.not_before, now) if one.state is State.QUEUED else "",
        )
        for one in sendings
    ]
    return tuple(sorted(rows, key=lambda row: (not row.unknown, row.mark is not MARKS[State.FAILED])))


def offer_rows(offers: Iterable[Offer], chosen: str) -> tuple[OfferRow, ...]:
    """The channels; the one that was chosen, else the first by which something can go out, is ticked."""
    offers = tuple(offers)
    best = chosen or next((one.channel for one in offers if not one.why_not), "")
    return tuple(
        OfferRow(
            one.channel,
            called(one.channel).capitalize(),
            "" if one.channel == "portal" else one.to,
            one.text,
            sentence(one.why_not) if one.why_not else "",
            one.channel == best,
        )
        for one in offers
    )
