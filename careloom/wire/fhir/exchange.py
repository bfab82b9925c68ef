"""One request at a time: bounded in time and size, and tried again where that helps."""

import math
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from careloom.errors import ConfigError, SourceError
from careloom.wire.certificate import ends
from careloom.wire.fhir.address import is_this_machine
from careloom.wire.fhir.deadline import Deadline
from careloom.wire.guard import NobodysAddress, must_be_asked, resolved

# Another try helps: too many requests, and what stands before the server is out of order.
PASSING = frozenset({408, 429, 502, 503, 504})
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
CHUNK = 1 << 16
# Of an answer at least so many bytes must come in the time that one may take.
SLOWEST = 1 << 10


@dataclass(frozen=True, slots=True)
class Time:
    """The time it is (with its zone), and a way to let some seconds pass."""

    now: Callable[[], datetime]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much: tries in all, seconds for one, the longest Retry-After kept, bytes of one answer; `in_all` are the seconds
    for all answers of an exchange together, from the first question on.
    """

    tries: int = 5
    timeout: float = 60.0
    longest_wait: float = 300.0
    most_bytes: int = 64 << 20
    in_all: float = math.inf


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its headers, and its bytes (unpacked)."""

    status: int
    headers: httpx.Headers
    body: bytes = b""

    @property
    def at(self) -> datetime | None:
        """The server's own time."""
        return _http_date(self.headers.get("date", ""))


Form = Callable[[], Mapping[str, str]]


class Exchange:
    """A connection to one system, named in errors by `name`. Certificates are verified, redirects not followed."""

    def __init__(self, name: str, url: str, limits: Limits, time: Time, ca_file: Path | None = None) -> None:
        """Opens no connection yet. Raises ConfigError for a file of authorities that can't be read."""
        self.name = name
        self.limits = limits
        self.time = time
        self._deadline = Deadline(limits.in_all)
        # Until when the certificate that it showed last holds; None where it showed none.
        self.certificate_ends: datetime | None = None
        try:
            verify = _trusted(ca_file, ca_file.stat().st_mtime_ns) if ca_file else _trusted_here()
        except (OSError, ssl.SSLError):
            raise ConfigError(f"{name}: options.ca_file holds no certificates") from None
        local = is_this_machine(urlsplit(url).hostname or "")
        self._client = httpx.Client(
            timeout=httpx.Timeout(limits.timeout),
            follow_redirects=False,
            verify=verify,
            # A proxy has no business between us and this machine.
            trust_env=not local,
        )

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        form: Form | None = None,
        *,
        at_once: bool = False,
    ) -> Reply:
        """The answer to a request; `form` is made anew for each try.

        An answer that may pass (408, 429, 502, 503, 504) is given as it is when the tries are used up, or `at_once`.
        Raises SourceError where there is none, where it is too large, and where the server asks for more patience
        than the site allows.
        """
        last = self.limits.tries
        for number in range(1, last + 1):
            data = dict(form()) if form else None
            try:
                with self._asking(method, url, headers, data=data) as answer:
                    reply = Reply(answer.status_code, answer.headers, self._whole(answer))
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                hopeless = isinstance(error, httpx.InvalidURL) or certificate_fault(error)
                if number == last or hopeless or self._deadline.is_over:
                    raise self.failed(error) from None
                self.pause(number, None)
                continue
            if reply.status not in PASSING or number == last or at_once:
                return reply
            self.pause(number, reply)
        raise AssertionError("the last try gives or raises")

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to something that changes what is there: handed over once, and never again by itself.

        Raises SourceError where there is none; `reached` of it says whether it may have arrived all the same.
        """
        try:
            with self._asking(method, url, headers, content=body) as answer:
                return Reply(answer.status_code, answer.headers, self._whole(answer))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            failure = self.failed(error)
            failure.reached = not isinstance(
                error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL
            )
            raise failure from None

    @contextmanager
    def _asking(
        self, method: str, url: str, headers: Mapping[str, str], **sent: Any
    ) -> Iterator[httpx.Response]:
        with (
            self._deadline.running() as left,
            self._client.stream(
                method,
                url,
                headers=dict(headers),
                timeout=min(left, self.limits.timeout),
                extensions={"trace": self._trace},
                **sent,
            ) as answer,
        ):
            yield answer

    @contextmanager
    def stream(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """An answer whose bytes are read while they come; tried once. httpx's errors pass through."""
        with self._client.stream(
            "GET", url, headers=dict(headers), extensions={"trace": self._trace}
        ) as answer:
            yield answer

    def _trace(self, event: str, told: dict[str, Any]) -> None:
        """See that a connection goes to a server, before it is opened and when it is (httpx's extension "trace"). Raises SourceError."""
        try:
            if event.endswith("connect_tcp.started"):
                with suppress(OSError):
                    resolved(str(told["host"]), int(told["port"]))
            elif event.endswith("connect_tcp.complete"):
                opened = told["return_value"].get_extra_info("socket")
                if isinstance(opened, socket.socket):
                    must_be_asked(str(opened.getpeername()[0]))
            elif event.endswith("start_tls.complete"):
                self.certificate_ends = ends(told["return_value"].get_extra_info("ssl_object"))
        except NobodysAddress:
            if event.endswith("complete"):
                told["return_value"].close()
            raise SourceError(f"{self.name}: its address is one that no server has", permanent=True) from None
        self._deadline.trace(event, told)

    def paced(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        """The parts of an answer while they come. Raises httpx.ReadTimeout where it only trickles."""
        begun, size = self.time.now(), 0
        for part in parts:
            size += len(part)
            now = self.time.now()
            if (now - begun).total_seconds() > self.limits.timeout:
                if size < SLOWEST:
                    raise httpx.ReadTimeout("trickles")
                begun, size = now, 0
            yield part

    def pause(self, number: int, reply: Reply | None) -> None:
        """Wait before another try: as long as the server asks for, else longer each time.

        Raises SourceError where it asks for more than the site allows, or than there is time for.
        """
        asked = retry_after(reply, self.time.now()) if reply else None
        if asked is not None and asked > min(self.limits.longest_wait, self._deadline.left):
            failure = SourceError(
                f"{self.name} asks to be left alone for {round(asked)} seconds: pull again later"
            )
            failure.after = asked
            raise failure
        self.time.wait(min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE) if asked is None else asked)

    def failed(self, error: Exception) -> SourceError:
        """Why there was no answer, in words; the error's own may hold the address that was asked."""
        fault = certificate_fault(error)
        if fault:
            return SourceError(f"{self.name}: its certificate is not trusted ({fault})", permanent=True)
        if isinstance(error, httpx.TimeoutException) and self._deadline.is_over:
            return SourceError(f"{self.name} did not answer within {self.limits.in_all:g} seconds in all")
        if isinstance(error, httpx.TimeoutException):
            waited = min(self.limits.timeout, self.limits.in_all)
            return SourceError(f"{self.name} did not answer within {waited:g} seconds")
        if isinstance(error, httpx.ConnectError):
            return SourceError(f"{self.name} can't be reached")
        if isinstance(error, httpx.DecodingError):
            return SourceError(f"{self.name} answered something that can't be unpacked")
        return SourceError(f"{self.name}: the connection broke ({type(error).__name__})")

    def _whole(self, answer: httpx.Response) -> bytes:
        size, parts = 0, []
        for part in self.paced(answer.iter_bytes()):
            size += len(part)
            if size > self.limits.most_bytes:
                most = self.limits.most_bytes >> 20
                raise SourceError(f"{self.name} answered more than {most} MB at once", permanent=True)
            parts.append(part)
        return b"".join(parts)


@lru_cache(maxsize=64)
def _trusted(ca_file: Path, _changed: int) -> ssl.SSLContext:
    """Who is trusted by a file of authorities, as it was changed last: kept, since reading it takes longer than writing a plan does."""
    return ssl.create_default_context(cafile=ca_file)


@lru_cache(maxsize=1)
def _trusted_here() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def retry_after(reply: Reply, now: datetime) -> float | None:
    """The seconds that Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3); None where it says nothing.

    A date is compared with the server's own clock where it tells it.
    """
    said = reply.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    then = _http_date(said)
    return max((then - (reply.at or now)).total_seconds(), 0.0) if then else None


def certificate_fault(error: BaseException | None) -> str:
    """Why a certificate is not trusted, where that is what went wrong."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""


@lru_cache(maxsize=64)
def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
