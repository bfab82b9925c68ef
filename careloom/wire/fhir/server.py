"""A server, opened: its address, its profile, what it says it can, and how to ask it with a token."""

import math
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import httpx

from careloom.care.system import SourceSystem
from careloom.errors import ConfigError, SourceError
from careloom.wire.fhir.address import absolute, asking, checked, is_inside, origin
from careloom.wire.fhir.capability import Capability, smart_token_url, statement
from careloom.wire.fhir.exchange import Exchange, Limits, Reply, Time
from careloom.wire.fhir.keys import private_key
from careloom.wire.fhir.profile import Profile, profile
from careloom.wire.fhir.token import Client, Tokens

FHIR_JSON = "application/fhir+json"
WELL_KNOWN = ".well-known/smart-configuration"
# Where all of it has an end and nobody waits at a page, so many answers may take their longest.
ANSWERS = 10
RELEASES = ("4.0", "4.1", "4.3")


def open_server(
    system: SourceSystem,
    time: Time,
    most_bytes: int,
    *,
    waited_for: float = math.inf,
    longest: float = math.inf,
) -> "Server":
    """The server of a system; nothing is asked yet. Raises ConfigError naming the key of sources.toml to mend.

    Where somebody waits at a page, `waited_for` is how many seconds she does for one answer, and at most twice as many for all: then each
    thing is asked once. `longest` is how many seconds all of it may take, and no longer than ANSWERS answers may.
    """
    options = system.options
    if not system.url:
        raise ConfigError(f"{system.name}.url: the system has no address in sources.toml")
    allow_http = options.get("allow_http", "") == "yes"
    base = checked(system.url, f"{system.name}.url", allow_http=allow_http)
    if bool(system.client_id) != bool(system.key):
        raise ConfigError(f"{system.name}: client_id and key belong together")
    for name in ("count", "overlap_minutes"):
        _number(system, name, 1)
    ends = not (math.isinf(waited_for) and math.isinf(longest))
    patience = min(_number(system, "timeout", 60), waited_for)
    limits = Limits(
        tries=int(_number(system, "tries", 5)) if math.isinf(waited_for) else 1,
        timeout=patience,
        in_all=min(longest, (ANSWERS if math.isinf(waited_for) else 2) * patience) if ends else math.inf,
        longest_wait=_number(system, "longest_wait", 300),
        most_bytes=most_bytes,
    )
    hosts = (one.strip() for one in options.get("trusted_hosts", "").split(","))
    trusted = tuple(
        checked(one, f"{system.name}.options.trusted_hosts", allow_http=allow_http) for one in hosts if one
    )
    authorities = Path(options["ca_file"]) if "ca_file" in options else None
    exchange = Exchange(system.name, base, limits, time, authorities)
    return Server(system, profile(system.profile), exchange, base, trusted, allow_http=allow_http)


def _number(system: SourceSystem, name: str, default: float) -> float:
    try:
        found = float(system.options.get(name, default))
    except ValueError:
        found = 0
    if not 0 < found < 1e6:
        raise ConfigError(f"{system.name}.options.{name} is no number above 0")
    return found


class Server:
    """A FHIR R4 server. Asked things are named by `what`, never by their address."""

    def __init__(
        self,
        system: SourceSystem,
        ways: Profile,
        exchange: Exchange,
        base: str,
        trusted: tuple[str, ...] = (),
        *,
        allow_http: bool,
    ) -> None:
        """See `open_server`."""
        self.system = system
        self.profile = ways
        self.exchange = exchange
        self.base = base
        self._allow_http = allow_http
        self._below = f"{base}/"
        self._origins = frozenset(map(origin, (base, *trusted)))

    @property
    def name(self) -> str:
        """The name under which the site knows it."""
        return self.system.name

    @property
    def time(self) -> Time:
        """The clock that it is asked by."""
        return self.exchange.time

    @cached_property
    def capability(self) -> Capability:
        """What it says it can, read once; unknown where it says nothing. Raises SourceError where it is no R4."""
        reply = self.exchange.ask("GET", asking(self.base, "metadata"), {"Accept": FHIR_JSON})
        if reply.status in (401, 403) and self.system.client_id:
            reply = self.get(asking(self.base, "metadata"))
        found = statement(reply.body) if reply.status == 200 else Capability()
        if found.version and not found.version.startswith(RELEASES):
            raise SourceError(f"{self.name} speaks FHIR {found.version}, not R4", permanent=True)
        return found

    @cached_property
    def tokens(self) -> Tokens | None:
        """Its tokens; None where the site has set no client_id. Raises ConfigError, SourceError."""
        system = self.system
        if not system.client_id or system.key is None:
            return None
        key = private_key(system.key, system.options.get("kid", ""))
        url = checked(self.token_url, f"{self.name}.token_url", allow_http=self._allow_http)
        client = Client(url, system.client_id, key, system.scope)
        return Tokens(client, self.exchange, lambda: secrets.token_urlsafe(32))

    @cached_property
    def token_url(self) -> str:
        """Where it gives tokens: as the site has set, else as it says itself. Raises SourceError where nobody says."""
        if self.system.token_url:
            return self.system.token_url
        reply = self.exchange.ask("GET", asking(self.base, WELL_KNOWN), {"Accept": "application/json"})
        said = smart_token_url(reply.body) if reply.status == 200 else ""
        if not said:
            # Not through `capability`, which may itself need a token.
            open_ = self.exchange.ask("GET", asking(self.base, "metadata"), {"Accept": FHIR_JSON})
            said = statement(open_.body).token_url if open_.status == 200 else ""
        if not said:
            raise SourceError(
                f"{self.name} does not say where it gives tokens: set token_url", permanent=True
            )
        return absolute(self.base, said)

    def get(self, url: str, headers: Mapping[str, str] | None = None, *, at_once: bool = False) -> Reply:
        """The answer to a GET, with a token where one is needed (renewed once when it is no longer taken).

        With `at_once` one that may pass is given and not waited out. Raises SourceError, and for an address that is not
        this server's.
        """
        return self._asked("GET", url, headers or {}, at_once=at_once)

    def delete(self, url: str) -> Reply:
        """The answer to a DELETE; see `get`."""
        return self._asked("DELETE", url, {})

    def send(self, method: str, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to a POST or PUT of FHIR JSON, handed over once (once more with a new token where the first is no longer taken).

        Raises SourceError as `get` does; `reached` of it says whether it may have arrived all the same.
        """
        sent = {"Content-Type": FHIR_JSON, "Prefer": "return=minimal", **(headers or {})}
        return self._answered(
            url,
            lambda: self.exchange.send(method, url, {"Accept": FHIR_JSON, **sent, **self._bearer()}, body),
        )

    @contextmanager
    def stream(self, url: str, headers: Mapping[str, str], *, token: bool) -> Iterator[httpx.Response]:
        """An answer whose bytes are read while they come, from any host where no `token` is sent.

        httpx's errors pass through; see `Exchange.failed`.
        """
        if token:
            self.refuse_foreign(url)
        sent = {**headers, **(self._bearer() if token else {})}
        with self.exchange.stream(url, sent) as answer:
            yield answer

    def is_own(self, url: str) -> bool:
        """Whether an address is on this server, or on a host that the site trusts as much (`trusted_hosts`)."""
        return url.startswith(self._below) or origin(url) in self._origins

    def refuse_foreign(self, url: str) -> None:
        """Nothing for an address of this server; raises SourceError for any other."""
        if not self.is_own(url):
            raise SourceError(
                f"{self.name} sends us to another host; set options.trusted_hosts where that is right",
                permanent=True,
            )

    def may_fetch(self, url: str) -> bool:
        """Whether an address may be asked without a token: on this very server, or over https at a public name.

        A server must not be able to make us ask the machines beside us.
        """
        return self.is_own(url) or (origin(url)[0] == "https" and not is_inside(url))

    def forget_token(self) -> None:
        """Ask for a new token next time."""
        if self.tokens is not None:
            self.tokens.forget()

    def _asked(self, method: str, url: str, headers: Mapping[str, str], *, at_once: bool = False) -> Reply:
        return self._answered(
            url,
            lambda: self.exchange.ask(
                method, url, {"Accept": FHIR_JSON, **headers, **self._bearer()}, at_once=at_once
            ),
        )

    def _answered(self, url: str, ask: Callable[[], Reply]) -> Reply:
        self.refuse_foreign(url)
        reply = ask()
        if reply.status == 401 and self.tokens is not None:
            self.tokens.forget()
            reply = ask()
        if reply.status == 401:
            raise SourceError(f"{self.name} does not let us in (401)", permanent=True)
        if 300 <= reply.status < 400 and reply.status != 304:
            raise SourceError(f"{self.name} has moved: put its new address into sources.toml", permanent=True)
        return reply

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.token()}"} if self.tokens is not None else {}
