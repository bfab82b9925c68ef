"""The pages in the head, in their order: each for whoever may open it."""

from dataclasses import dataclass

from careloom.care.access import Permission, may


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the head: its address's name, its word, what it needs, and `go` where a key leads to it."""

    name: str
    word: str
    needs: Permission
    go: str = ""


PLACES = (
    Place("panel", "Panel", Permission.SEE, "panel"),
    Place("queue", "Queue", Permission.SEE, "queue"),
    Place("draft", "Draft", Permission.WORK, "draft"),
    Place("tasks", "Tasks", Permission.SEE),
    Place("urgent", "Urgent", Permission.SEE),
    Place("replies", "Replies", Permission.SEE),
    Place("rejected", "Not read", Permission.MEND),
    Place("scans", "Scans", Permission.SEE),
    Place("time", "My time", Permission.WORK),
    Place("people", "People", Permission.MATCH),
    Place("readiness", "Data", Permission.DATA),
    Place("emergencies", "Emergencies", Permission.AUDIT),
    # Leads, auditors and who runs the site; whoever reads comes to her own from the second readings.
    Place("agreement", "Agreement", Permission.AUDIT),
    Place("agreement", "Agreement", Permission.ADMINISTER),
    Place("audit", "Audit", Permission.AUDIT),
    Place("tokens", "Tokens", Permission.ADMINISTER),
    Place("accounts", "Accounts", Permission.ADMINISTER),
)


def places(role: str) -> tuple[Place, ...]:
    """What somebody of this role finds in the head."""
    return tuple(one for one in PLACES if may(role, one.needs))
