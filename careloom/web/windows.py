"""Windows: what an EHR opened inside itself, with one patient. Each has an address, a cookie and a session of its own.

Two charts that stand open beside each other in one browser so never mix, and the session of the pages by themselves is neither seen
nor touched from inside a frame. What a window is about was said by the EHR at its launch, and no address changes it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.http import HttpRequest
from django.utils.translation import gettext

from careloom.errors import AnotherChart
from careloom.web import deps

# The first part of a window's addresses; its name follows, then the address of a page as it is elsewhere.
BELOW = "/smart/in/"
# Under these words a session keeps which window it is of, and a request from which it comes.
KEPT, NAMED = "window", "window"
# What is about no patient and belongs to every window.
WITHIN = frozenset(("here", "keys", "smart_again", "smart_proved"))


@dataclass(frozen=True, slots=True)
class Window:
    """A window: its name (which stands in its addresses and is no secret), by which system, how people call that, with which patient
    of ours, and whether our banner is wanted. `framed` is one inside the EHR's own page, `confirms` where it asks anew for a signature."""

    name: str
    system: str
    label: str
    patient: str
    banner: bool = True
    framed: bool = True
    confirms: bool = False


def at(path: str) -> str:
    """The name of the window that an address is below; "" for any other address."""
    return path.removeprefix(BELOW).partition("/")[0] if path.startswith(BELOW) else ""


def address(name: str, page: str) -> str:
    """Where a page (its address by itself) is in a window."""
    return f"{BELOW}{name}{page}"


def named(request: HttpRequest) -> str:
    """The name of the window from which a request comes; "" for a page by itself."""
    return str(getattr(request, NAMED, ""))


def of(request: HttpRequest) -> Window | None:
    """The window of a request, where its session is just this window's."""
    name, session = named(request), getattr(request, "session", None)
    if not name or session is None:
        return None
    kept = session.get(KEPT)
    return Window(**kept) if kept and kept["name"] == name else None


def keep(request: HttpRequest, window: Window) -> None:
    """This session is this window's from now on."""
    request.session[KEPT] = asdict(window)


def fits(request: HttpRequest) -> bool:
    """Whether whoever is signed in comes by the door of her session: a window's from its window, any other from none."""
    return (of(request) is not None) if named(request) else KEPT not in request.session


def must_be_about(request: HttpRequest, patients: Iterable[str]) -> None:
    """Raises AnotherChart where a window is asked for another patient, or for a page that is not about its own."""
    window = of(request)
    if window is None:
        return
    asked = tuple(patients)
    match = request.resolver_match
    if not asked and match is not None and match.view_name in WITHIN:
        return
    first = deps.pipeline().store.sameness.first
    if not asked or {first(one) for one in asked} != {window.patient}:
        raise AnotherChart(
            gettext("the EHR opened this window with one patient, and it shows nobody else")
            if asked
            else gettext(
                "the EHR opened this window with one patient; lists of all stand in Careloom by itself"
            )
        )
