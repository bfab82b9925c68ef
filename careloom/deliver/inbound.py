"""A letter that came in: which of ours it answers, what the patient wrote, and whether it says that ours came back.

Source   RFC 3464 and 6522: a multipart/report of the type delivery-status; RFC 5322, section 3.6.4: In-Reply-To, References
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default

_KEY = re.compile(r"<([0-9a-f]{32})@")
_QUOTED = re.compile(r"^\s*(?:>.*|On .+ wrote:\s*|El .+ escribi[óo]:\s*|-{2,}.*Original.*)$", re.M | re.I)
_FAILED = re.compile(r"^Action:\s*failed", re.M | re.I)


@dataclass(frozen=True, slots=True)
class Inbound:
    """`key` names the sending that it answers ("" where none does), `text` is what was written above what is quoted."""

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
    return Inbound(key[1] if key else "", written(str(body.get_content()) if body else ""), bounce)


def written(text: str) -> str:
    """A text up to what it quotes."""
    quoted = _QUOTED.search(text)
    return (text[: quoted.start()] if quoted else text).strip() or text.strip()


def _reports(found: EmailMessage) -> Iterator[str]:
    for part in found.walk():
        if part.get_content_type() == "message/delivery-status":
            yield part.as_string()
