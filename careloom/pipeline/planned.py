"""Planned: what keeps a document that was written from a care plan: a newer plan, and a home that isn't safe for it."""

from collections.abc import Iterable
from datetime import date

from careloom import draft
from careloom.care.document import Proposal
from careloom.care.entry import Entry
from careloom.care.kinds import CARE_PLAN
from careloom.record.needs import needs
from careloom.store.opening import Store


def newer_plan(store: Store, proposal: Proposal) -> bool:
    """Whether a newer care plan is in the patient's chart than the one that a document was written from; never for a kind that isn't
    written from one.
    """
    document = proposal.document
    if not _is_from_plan(document.kind):
        return False
    plans = {one.id for one in store.proposals.of(document.patient) if one.document.kind == CARE_PLAN}
    filed = store.chart.of(document.patient)
    return any(one in plans and at > proposal.created for one, at in filed)


def is_unsafe(proposal: Proposal, entries: Iterable[Entry]) -> bool:
    """Whether what tells of a plan may be read by somebody at home of whom the patient has to be afraid (45 CFR 164.522(b)): it is
    given by hand then. Never for a kind that isn't written from a plan.
    """
    if not _is_from_plan(proposal.document.kind):
        return False
    told = sorted(entries, key=lambda one: one.happened.day if one.happened else date.min)
    return any(one.domain == "safety" and one.status == "open" for one in needs(told))


def _is_from_plan(kind: str) -> bool:
    return kind in draft.KINDS and draft.kind_of(kind).plan
