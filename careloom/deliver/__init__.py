"""Deliver: hand a released message to the system that brings it to a patient.

Takes    an Outgoing, and a function to call at the last moment at which nothing has gone out yet
Gives    nothing where it was taken, else a DeliveryError that says whether trying again can help
Never    decides whether anything may be sent, changes a word, or sends again what may have gone out
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from careloom.care.sending import Channel, Outgoing, Sending
from careloom.deliver import mail, portal, text
from careloom.deliver.port import Adapter
from careloom.deliver.reach import address, whither, why_unreachable
from careloom.deliver.server import server_of

__all__ = ["Adapter", "adapters", "address", "outgoing", "whither", "why_unreachable"]


def adapters(outbox: Path, smtp_url: str, sender: str, timeout: float) -> Mapping[Channel, Adapter]:
    """The adapter of each channel: files below `outbox`, and e-mail through a server where there is one.

    Raises ConfigError for a server's address that does not fit.
    """
    by_mail: Adapter = (
        mail.Mail(server_of(smtp_url), sender, timeout)
        if smtp_url
        else mail.Letters(outbox / "email", sender)
    )
    return {"email": by_mail, "text": text.Texts(outbox / "text"), "portal": portal.Portal(outbox / "portal")}


def outgoing(sending: Sending, key: str, at: datetime) -> Outgoing:
    """A sending as its adapter takes it."""
    return Outgoing(key, sending.to, sending.subject, sending.text, at)
