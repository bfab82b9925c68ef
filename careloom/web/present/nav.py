"""The pages in the head: five that somebody of a role opens all day, and the rest folded under heads; each for whoever may open it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.web.saying import later


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the head: its address's name, its word, and what opens it (one of these is enough)."""

    name: str
    word: str
    needs: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A page as the head prints it; `current` is what aria-current says: "page", "true" for a page below it, or ""."""

    word: str
    address: str
    current: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The head of somebody's pages: what stands there, what is folded under which head, and the word of the folded page she is on."""

    first: tuple[Link, ...]
    more: tuple[tuple[str, tuple[Link, ...]], ...]
    here: str


HEADS: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        later("Patients"),
        (
            Place("panel", later("Panel"), (Permission.SEE,)),
            Place("queue", later("Queue"), (Permission.SEE,)),
            Place("draft", later("Draft"), (Permission.WORK,)),
            Place("tasks", later("Tasks"), (Permission.SEE,)),
            Place("questions", later("Questions"), (Permission.SEE,)),
            Place("urgent", later("Urgent"), (Permission.SEE,)),
            Place("replies", later("Replies"), (Permission.SEE,)),
            Place("gaps", later("Gaps"), (Permission.WORK,)),
        ),
    ),
    (
        later("Records"),
        (
            Place("rejected", later("Not read"), (Permission.FAULTS,)),
            Place("scans", later("Scans"), (Permission.SEE,)),
            Place("people", later("People"), (Permission.MATCH,)),
            Place("readiness", later("Data"), (Permission.DATA,)),
            Place("writings", later("Other charts"), (Permission.LEAD,)),
        ),
    ),
    (
        later("Time, training, studies"),
        (
            Place("time", later("My time"), (Permission.WORK,)),
            # Those who decide on drafts, and who asks it of them; everybody comes to it from the foot of each page.
            Place("training", later("Training"), (Permission.DECIDE, Permission.LEAD, Permission.ADMINISTER)),
            Place("studies", later("Studies"), (Permission.STUDIES,)),
            Place("measures", later("Measures"), (Permission.MEASURES,)),
            Place("failures", later("Failures"), (Permission.FAILURES,)),
            Place("site_rules", later("Rules"), (Permission.FAILURES,)),
            Place("changes", later("Changes"), (Permission.FAILURES,)),
            Place("learning", later("Learning"), (Permission.FAILURES,)),
            # Leads, auditors and who runs the site; whoever reads comes to her own from the second readings.
            Place("agreement", later("Agreement"), (Permission.AUDIT, Permission.ADMINISTER)),
        ),
    ),
    (
        later("The site"),
        (
            Place("calendar", later("Calendar"), (Permission.WATCH,)),
            Place("watching", later("What moved"), (Permission.WATCH,)),
            Place("alarms", later("Alarms"), (Permission.WATCH,)),
            Place("safety", later("Safety"), (Permission.REPORT,)),
            Place("emergencies", later("Emergencies"), (Permission.AUDIT,)),
            Place("audit", later("Audit"), (Permission.AUDIT,)),
            Place("compliance", later("Compliance"), (Permission.COMPLY,)),
            Place("deidentification", later("De-identification"), (Permission.COMPLY,)),
            Place("accounts", later("Accounts"), (Permission.ADMINISTER,)),
            Place("tokens", later("Tokens"), (Permission.ADMINISTER,)),
        ),
    ),
)

# What is open all day, the page after signing in first. Questions, replies and what is due stand on the panel, too.
DAILY = ("panel", "queue", "draft", "tasks", "urgent")
_ASKED = ("panel", "queue", "questions", "tasks", "urgent")
FIRST: Mapping[str, tuple[str, ...]] = {
    "physician": _ASKED,
    "advanced_practice_nurse": _ASKED,
    "physician_assistant": _ASKED,
    "quality_lead": ("panel", "queue", "measures", "studies", "audit"),
    "auditor": ("panel", "audit", "emergencies", "agreement", "measures"),
    "administrator": ("rejected", "readiness", "accounts", "tokens", "measures"),
}
_PLACES = {place.name: place for _, places in HEADS for place in places}


def first_page(role: str) -> str:
    """The address's name of the page that somebody of this role comes to; "" where none is hers."""
    return next((place.name for place in _first(role)), "")


def menu(role: str, path: str) -> Menu:
    """What somebody of this role finds in the head of the page at this path."""
    first = _first(role)
    more = []
    for head, places in HEADS:
        folded = tuple(_link(one, path) for one in places if _opens(role, one) and one not in first)
        if folded:
            more.append((head, folded))
    every = [link for _, links in more for link in links]
    here = next((one.word for said in ("page", "true") for one in every if one.current == said), "")
    return Menu(tuple(_link(one, path) for one in first), tuple(more), here)


def _first(role: str) -> list[Place]:
    return [_PLACES[name] for name in FIRST.get(role, DAILY) if _opens(role, _PLACES[name])]


def _opens(role: str, place: Place) -> bool:
    return any(may(role, one) for one in place.needs)


def _link(place: Place, path: str) -> Link:
    address = reverse(place.name)
    return Link(
        place.word, address, "page" if path == address else "true" if path.startswith(f"{address}/") else ""
    )
