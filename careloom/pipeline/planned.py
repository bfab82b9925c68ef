"""Planned: whether a care plan was signed after a document had been written from an older one."""

from careloom import draft
from careloom.care.document import Proposal
from careloom.care.kinds import CARE_PLAN
from careloom.store.opening import Store


def newer_plan(store: Store, proposal: Proposal) -> bool:
    """Whether a newer care plan is in the patient's chart than the one that a document was written from; never for a kind that isn't
    written from one.
    """
    document = proposal.document
    if document.kind not in draft.KINDS or not draft.kind_of(document.kind).plan:
        return False
    plans = {one.id for one in store.proposals.of(document.patient) if one.document.kind == CARE_PLAN}
    filed = store.chart.of(document.patient)
    return any(one in plans and at > proposal.created for one, at in filed)
