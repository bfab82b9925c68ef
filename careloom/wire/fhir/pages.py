"""Pages: what a search gave, page by page, and the single resources that it points at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from careloom.errors import SourceError
from careloom.wire.fhir.address import absolute, asking
from careloom.wire.fhir.exchange import PASSING, Reply, retry_after
from careloom.wire.fhir.outcome import Issue, words
from careloom.wire.fhir.searches import Search
from careloom.wire.fhir.server import Server

# No search is that long; a server that goes on and on repeats itself.
MOST_PAGES = 10_000
# A page that moved by one while it was read may show the same results once more, and not again and again.
MOST_SAME = 3
REASONS = {
    403: "our token does not cover it",
    404: "it has no such search",
    405: "it has no such search",
    410: "it is gone",
    413: "the answer is too large for it",
    501: "it has not built this",
}


class CannotAnswer(SourceError):
    """A request that FHIR allows and this server can't answer; the others go on."""

    def __init__(self, name: str, what: str, status: int, why: str) -> None:
        super().__init__(f"{name} can't answer {what}: {why}", permanent=True)
        self.what = what
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the server sent it.

    `number` counts from 1, `matches` its results without what came along, `total` what the server says that there
    are in all, `begun` the server's time when the search began (ours where its clock is ahead), `issues` what it
    remarks.
    """

    number: int
    body: bytes
    matches: int
    total: int | None
    begun: datetime | None
    issues: tuple[Issue, ...] = ()


class _Link(msgspec.Struct):
    relation: str = ""
    url: str = ""


class _Mode(msgspec.Struct):
    mode: str = ""


class _Inside(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    id: str = ""
    issue: list[Issue] = []


class _Entry(msgspec.Struct):
    search: _Mode | None = None
    resource: _Inside | None = None


class _Bundle(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    total: int | None = None
    link: list[_Link] = []
    entry: list[_Entry] = []


BUNDLE = msgspec.json.Decoder(_Bundle)


def pages(server: Server, search: Search) -> Iterator[Page]:
    """The pages of a search, one after the other.

    Raises CannotAnswer where the server refuses it or answers something else, SourceError where it can't be asked.
    """
    url = asking(server.base, search.kind, search.params)
    asked: set[str] = set()
    begun: datetime | None = None
    shown: tuple[str, ...] = ()
    same = 0
    for number in range(1, MOST_PAGES + 1):
        asked.add(url)
        reply = server.get(url)
        bundle = _bundle(server, search, number, reply)
        now = server.time.now()
        begun = begun or min(reply.at or now, now)
        yield _page(number, reply, bundle, begun)
        before, shown = shown, _shown(bundle)
        same = same + 1 if shown and shown == before else 0
        if same == MOST_SAME:
            raise CannotAnswer(server.name, search.label, reply.status, "its pages lead in a circle")
        link = next((one.url for one in bundle.link if one.relation == "next" and one.url), "")
        if not link:
            return
        url = absolute(server.base, f"{search.kind}{link}" if link.startswith("?") else link)
        server.refuse_foreign(url)
        if url in asked:
            raise CannotAnswer(server.name, search.label, reply.status, "its pages lead in a circle")
    raise CannotAnswer(server.name, search.label, 200, f"it gives more than {MOST_PAGES:,} pages")


def resource(server: Server, address: str, what: str) -> Reply:
    """One resource by "Type/id"; raises CannotAnswer where there is none."""
    reply = server.get(asking(server.base, address))
    if reply.status != 200:
        raise _refusal(server, what, reply)
    return reply


def _bundle(server: Server, search: Search, number: int, reply: Reply) -> _Bundle:
    what = search.label if number == 1 else f"page {number} of {search.label}"
    if reply.status != 200:
        raise _refusal(server, what, reply)
    try:
        found = BUNDLE.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        found = _Bundle()
    if found.resource_type != "Bundle":
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        why = "its answer is XML and not JSON" if kind.endswith("xml") else "its answer is no Bundle"
        raise CannotAnswer(server.name, what, reply.status, why)
    return found


def _shown(bundle: _Bundle) -> tuple[str, ...]:
    """The addresses of a page's resources."""
    inside = (one.resource for one in bundle.entry if one.resource)
    return tuple(f"{one.resource_type}/{one.id}" for one in inside if one.id)


def _page(number: int, reply: Reply, bundle: _Bundle, begun: datetime) -> Page:
    remarks = [one.resource for one in bundle.entry if one.resource]
    return Page(
        number=number,
        body=reply.body,
        matches=sum(one.search is None or one.search.mode in ("match", "") for one in bundle.entry),
        total=bundle.total,
        begun=begun,
        issues=tuple(
            issue for one in remarks if one.resource_type == "OperationOutcome" for issue in one.issue
        ),
    )


def _refusal(server: Server, what: str, reply: Reply) -> SourceError:
    """Why there is no answer: what the server says, else what its status means."""
    if reply.status in PASSING:
        later = SourceError(f"{server.name} is overloaded or out of order ({reply.status}): pull again later")
        later.after = retry_after(reply, server.time.now()) or 0.0
        return later
    said = words(reply.body) or REASONS.get(reply.status, "")
    why = f"{said} ({reply.status})" if said else f"it answered {reply.status}"
    return CannotAnswer(server.name, what, reply.status, why)
