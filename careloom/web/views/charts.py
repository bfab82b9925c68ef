"""What pages about a patient or a document have of other systems' charts: what is there, what waits, and what the reader may do about it."""

from collections.abc import Iterable, Sequence

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.writing import Writing
from careloom.pipeline import Review
from careloom.web import deps
from careloom.web.present.choice import reads_blind
from careloom.web.present.kinds import named
from careloom.web.present.other_charts import SHOWN, foremost, writing_rows
from careloom.web.views.page import now


def readable(who: Reviewer, writings: Sequence[Writing]) -> list[Writing]:
    """Those whose documents somebody reads: none that tells what her role doesn't read, or that she reads a second time."""
    blind = deps.pipeline().store.seconds.reads(who.user)
    known = [one for one in writings if one.proposal not in blind]
    return deps.pipeline().access.readable(who, known, lambda one: one.proposal)


def titles(writings: Iterable[Writing]) -> dict[str, str]:
    """What the documents are called, by id."""
    about = deps.pipeline().store.proposals.about({one.proposal for one in writings})
    return {one: named(kind).title for one, (_, kind) in about.items()}


def allowed(who: Reviewer) -> dict[str, bool]:
    """What somebody may do about what is in other charts."""
    return {"works": may(who.role, Permission.WORK), "decides": may(who.role, Permission.DECIDE)}


def charts_of(who: Reviewer, patient: str) -> dict[str, object]:
    """What a patient's page has of other charts."""
    store = deps.pipeline().store
    every = readable(who, store.writings.to(patient))
    called = titles(every)
    found = foremost(every, called)
    shown = store.writings.whole(found[:SHOWN])
    rows = writing_rows(shown, now(), titles=called)
    return {"charts": rows, "charts_more": len(found) - len(rows), **allowed(who)}


def charts_of_document(who: Reviewer, review: Review) -> dict[str, object]:
    """What a document's own page has of them: nothing before it is filed, and nothing for who reads it a second time."""
    if review.proposal.status == "draft" or reads_blind(review):
        return {"charts": (), **allowed(who)}
    rows = writing_rows(deps.pipeline().store.writings.of(review.proposal.id), now())
    return {"charts": rows, "charts_fault": any(one.mark.tone == "look" for one in rows), **allowed(who)}
