"""Studies: what a site tries out and measures, as one list of places; each for whoever may open it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission, may
from careloom.web.saying import later
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, page


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of study: the name of its address, its title, what it is for, and what opening it needs."""

    name: str
    title: str
    about: str
    needs: Permission


# In the order in which a site goes: what takes the time, does a draft save it, is it as good, what went wrong.
SHELVES = (
    Shelf(
        "time_studies",
        later("Time studies"),
        later(
            "Which work takes the most time, as somebody saw it who sat beside a colleague; and which is worth drafting first."
        ),
        Permission.OWN,
    ),
    Shelf(
        "pilots",
        later("Pilots"),
        later(
            "Cases written from drafts against cases written by hand: with a protocol that is locked before it starts, and stop rules."
        ),
        Permission.STUDIES,
    ),
    Shelf(
        "parallels",
        later("Parallel runs"),
        later(
            "The same case written by hand and by draft, compared blinded: is a site ready to switch, by criteria that were stated before?"
        ),
        Permission.STUDIES,
    ),
    Shelf(
        "failures",
        later("Failure modes"),
        later(
            "What was wrong with drafts: how severe, from what it came, and the rule or test that prevents it now."
        ),
        Permission.FAILURES,
    ),
    Shelf(
        "site_rules",
        later("Rules of this site"),
        later(
            "Drafted from what was missed, tried over the past, silent until a pharmacist and a physician sign."
        ),
        Permission.FAILURES,
    ),
)


@needs(Permission.STUDIES)
def studies(request: HttpRequest) -> HttpResponse:
    """What there is."""
    role = actor(request).role
    return page(request, "web/studies.html", {"shelves": [one for one in SHELVES if may(role, one.needs)]})
