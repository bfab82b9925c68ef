"""E-mail: through an SMTP server, or as letters in a folder where there is none.

A message's Message-ID is made of its key, so that the same message has the same one each time (RFC 5322, section 3.6.4).
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from careloom.care.sending import Outgoing
from careloom.deliver.outbox import deposit
from careloom.deliver.server import MailServer
from careloom.errors import DeliveryError, DeliveryUnknown

READY, GO_ON = 250, 354
FOR_GOOD = 500


@dataclass(frozen=True)
class Mail:
    """Through a server. Nothing is sent a second time once its last byte may have been read."""

    server: MailServer
    sender: str
    timeout: float
    once: bool = False

    def send(self, message: Outgoing, about_to: Callable[[], None]) -> None:
        """Hand it over; refused before the text was sent is refused for sure."""
        letter = written(message, self.sender)
        with self._connected() as server:
            for code, _ in (server.mail(self.sender), server.rcpt(message.to), server.docmd("DATA")):
                _took(code)
            about_to()
            try:
                server.send(_stuffed(letter))
                code, _ = server.getreply()
            except (OSError, smtplib.SMTPException) as error:
                raise DeliveryUnknown(
                    f"the mail server's answer never came ({type(error).__name__})"
                ) from None
            _took(code)
            with suppress(OSError, smtplib.SMTPException):  # it has the letter; nobody waits for the rest
                server.putcmd("QUIT")

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection, greeted, encrypted and signed in; what breaks before anything went out is said and may be tried again,
        a refused password too: that is the site's to mend, and nothing that the message did."""
        server: smtplib.SMTP | None = None
        try:
            server = self._open()
            yield server
        except (OSError, smtplib.SMTPException) as error:
            code = getattr(error, "smtp_code", 0)
            said = f"the mail server does not let us in ({code})" if code else _said(0, error)
            raise DeliveryError(said, permanent=False) from None
        finally:
            if server is not None:
                server.close()

    def _open(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.tls == "at once":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=self.timeout)
        server.ehlo_or_helo_if_needed()
        if self.server.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self.server.user:
            server.login(self.server.user, self.server.password)
        return server


@dataclass(frozen=True)
class Letters:
    """As files: each letter whole, for whoever brings it to a server."""

    folder: Path
    sender: str
    once: bool = True

    def send(self, message: Outgoing, about_to: Callable[[], None]) -> None:
        """Put the letter into the folder."""
        letter = written(message, self.sender)
        about_to()
        deposit(self.folder, f"{message.key}.eml", letter)


def written(message: Outgoing, sender: str) -> bytes:
    """The letter as it goes out. Raises DeliveryError for an address that can't be one."""
    letter = EmailMessage(policy=SMTP)
    try:
        letter["From"] = Address(addr_spec=sender)
        letter["To"] = Address(addr_spec=message.to)
        message.to.encode("ascii")  # SMTP without SMTPUTF8 takes no other address
    except (ValueError, IndexError, TypeError, MessageError):
        raise DeliveryError("this is no e-mail address", permanent=True) from None
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.at)
    letter["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    # RFC 3834, section 5: an answering machine must not answer it.
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text, cte="quoted-printable")
    return letter.as_bytes()


def _stuffed(letter: bytes) -> bytes:
    """A letter with its dots doubled and its end (RFC 5321, section 4.5.2)."""
    return letter.replace(b"\r\n.", b"\r\n..").rstrip(b"\r\n") + b"\r\n.\r\n"


def _took(code: int) -> None:
    if code not in (READY, 251, GO_ON):
        raise DeliveryError(_said(code, None), permanent=code >= FOR_GOOD)


def _said(code: int, error: Exception | None) -> str:
    """In words of ours: what a server says may quote the address."""
    if code >= FOR_GOOD:
        return f"the mail server refused it for good ({code})"
    if code > 0:
        return f"the mail server refused it for now ({code})"
    return f"the mail server can't be reached ({type(error).__name__})"
