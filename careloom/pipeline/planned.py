"""Planned: what keeps a document that was written from a care plan: another plan in force now, and a home that isn't safe for it."""

from collections.abc import Iterable
from datetime import date, datetime

from careloom import draft
from careloom.care.document import Proposal
from careloom.care.entry import Entry
from careloom.care.kinds import CARE_PLAN
from careloom.record.needs import needs
from careloom.store.opening import Store

NEWER = "a newer care plan was signed since"
BACK = "the care plan that it was written from was taken back"


def outdated(store: Store, proposal: Proposal) -> str:
    """Why a document isn't of the care plan in force, in words: NEWER or BACK; "" where it is, or isn't written from a plan."""
    document = proposal.document
    if not is_from_plan(document.kind):
        return ""
    then, now = _in_force(store, document.patient, proposal.created), _in_force(store, document.patient)
    if then == now:
        return ""
    return BACK if then in store.chart.taken_back(document.patient) else NEWER


def written_from(store: Store, plan: Proposal) -> tuple[Proposal, ...]:
    """The documents in the chart that were written from a care plan, oldest first."""
    patient = plan.document.patient
    return tuple(
        one
        for one in store.proposals.of(patient)
        if one.status == "active"
        and is_from_plan(one.document.kind)
        and _in_force(store, patient, one.created) == plan.id
    )


def _in_force(store: Store, patient: str, at: datetime | None = None) -> str:
    """The plan that was in force at a time, or is now: filed last of those that nobody had taken back; "" for none."""
    plans = {one.id for one in store.proposals.of(patient) if one.document.kind == CARE_PLAN}
    back = store.chart.taken_back(patient)
    stood = [
        one
        for one, filed in store.chart.of(patient)
        if one in plans
        and (at is None or filed <= at)
        and (one not in back or (at is not None and back[one].at >= at))
    ]
    return stood[-1] if stood else ""


def is_unsafe(proposal: Proposal, entries: Iterable[Entry]) -> bool:
    """Whether what tells of a plan may be read by somebody at home of whom the patient has to be afraid (45 CFR 164.522(b)): it is
    given by hand then. Never for a kind that isn't written from a plan.
    """
    if not is_from_plan(proposal.document.kind):
        return False
    told = sorted(entries, key=lambda one: one.happened.day if one.happened else date.min)
    return any(one.domain == "safety" and one.status == "open" for one in needs(told))


def is_from_plan(kind: str) -> bool:
    """Whether documents of a kind are written from a care plan."""
    return kind in draft.KINDS and draft.kind_of(kind).plan
