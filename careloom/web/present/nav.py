"""The pages in the head, in their order: each for whoever may open it."""

from dataclasses import dataclass

from careloom.care.access import Permission, may
from careloom.web.saying import later


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the head: its address's name, its word, what it needs, and `go` where a key leads to it."""

    name: str
    word: str
    needs: Permission
    go: str = ""


PLACES = (
    Place("panel", later("Panel"), Permission.SEE, "panel"),
    Place("queue", later("Queue"), Permission.SEE, "queue"),
    Place("draft", later("Draft"), Permission.WORK, "draft"),
    Place("tasks", later("Tasks"), Permission.SEE),
    Place("questions", later("Questions"), Permission.SEE),
    Place("urgent", later("Urgent"), Permission.SEE),
    Place("replies", later("Replies"), Permission.SEE),
    Place("writings", later("Other charts"), Permission.LEAD),
    Place("rejected", later("Not read"), Permission.FAULTS),
    Place("scans", later("Scans"), Permission.SEE),
    Place("time", later("My time"), Permission.WORK),
    Place("studies", later("Studies"), Permission.STUDIES),
    # Those who decide on drafts, and who asks it of them; everybody comes to it from the foot of each page.
    Place("training", later("Training"), Permission.DECIDE),
    Place("training", later("Training"), Permission.LEAD),
    Place("training", later("Training"), Permission.ADMINISTER),
    Place("people", later("People"), Permission.MATCH),
    Place("readiness", later("Data"), Permission.DATA),
    Place("measures", later("Measures"), Permission.MEASURES),
    Place("gaps", later("Gaps"), Permission.WORK),
    Place("emergencies", later("Emergencies"), Permission.AUDIT),
    # Leads, auditors and who runs the site; whoever reads comes to her own from the second readings.
    Place("agreement", later("Agreement"), Permission.AUDIT),
    Place("agreement", later("Agreement"), Permission.ADMINISTER),
    Place("audit", later("Audit"), Permission.AUDIT),
    Place("tokens", later("Tokens"), Permission.ADMINISTER),
    Place("accounts", later("Accounts"), Permission.ADMINISTER),
)


def places(role: str) -> tuple[Place, ...]:
    """What somebody of this role finds in the head."""
    return tuple(one for one in PLACES if may(role, one.needs))
