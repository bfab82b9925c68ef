"""A letter that came in: which of ours it answers, what the patient wrote, and whether it says that ours came back.

Source   RFC 3464 and 6522: a multipart/report of the type delivery-status; RFC 5322, section 3.6.4: In-Reply-To, References
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.policy import default

from careloom.text.markup import plain

_KEY = re.compile(r"<([0-9a-f]{32})@")
_QUOTED = re.compile(r"^[ \t]*(?:>.*|On .+ wrote:[ \t\r]*|El .+ escribi[óo]:[ \t\r]*)$", re.M | re.I)
_FORWARDED = re.compile(r"^[ \t]*-{2,}.*Original.*$", re.M | re.I)
_FAILED = re.compile(r"^Action:\s*failed", re.M | re.I)


@dataclass(frozen=True, slots=True)
class Inbound:
    """`key` names the sending that it answers ("" where none does), `text` is what was written around what is quoted, the subject
    where nothing was."""

    key: str
    text: str
    bounce: bool


def letter(raw: bytes) -> Inbound:
    """A letter as it came."""
    found = email.message_from_bytes(raw, policy=default)
    bounce = found.get_content_type() == "multipart/report" and any(map(_FAILED.search, _reports(found)))
    headers = " ".join(str(found.get(name, "")) for name in ("In-Reply-To", "References"))
    # A report holds our own letter, or its headers alone.
    key = _KEY.search(headers) or (_KEY.search(raw.decode("latin-1")) if bounce else None)
    body = found.get_body(("plain", "html"))
    text = written(_words(body) if body else "") or str(found.get("Subject", "")).strip()
    return Inbound(key[1] if key else "", text, bounce)


def written(text: str) -> str:
    """A text without the lines that it quotes, up to a letter that hangs below it; the whole where nothing else stands."""
    forwarded = _FORWARDED.search(text)
    above = text[: forwarded.start()] if forwarded else text
    return _QUOTED.sub("", above).strip() or text.strip()


def _words(body: MIMEPart) -> str:
    """What a reader would see of a letter's text; bytes of an unknown character set as Latin-1."""
    try:
        said = str(body.get_content())
    except LookupError:
        said = bytes(body.get_payload(decode=True)).decode("latin-1")
    return plain(said) if body.get_content_type() == "text/html" else said


def _reports(found: EmailMessage) -> Iterator[str]:
    for part in found.walk():
        if part.get_content_type() == "message/delivery-status":
            yield part.as_string()
