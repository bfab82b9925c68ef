"""Queue policy: by when a proposal is due, what a list tells of it, and in what order it is shown."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from careloom.care.document import Proposal, Severity, Tier
from careloom.care.entry import Entry
from careloom.care.visit import Setting, setting, took_place
from careloom.care.worklist import Counted
from careloom.review.decisions import asks_whole, seen, waiting

# CMS transitional care management (99495): the first 14 days after a hospital stay; NCQA measure FMC: the first 7 days after an
# emergency visit.
WATCHED: Mapping[Setting, timedelta] = {"stay": timedelta(days=14), "emergency": timedelta(days=7)}


def due_at(
    tier: Tier,
    created: datetime,
    *,
    nurse_hours: float,
    physician_hours: float,
    at_most: float = 0,
    later: Callable[[datetime, float], datetime] | None = None,
) -> datetime | None:
    """When a proposal of this tier must be decided; None where nobody has to.

    `at_most` are the hours that its risk leaves (0 for none of its own); `later` counts hours by the site's calendar.
    """
    if tier is Tier.AUTO:
        return None
    hours = nurse_hours if tier is Tier.NURSE else physician_hours
    hours = min(hours, at_most) if at_most else hours
    return later(created, hours) if later else created + timedelta(hours=hours)


def in_order(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Worst first: due soonest, then most high findings, then oldest."""
    return tuple(
        sorted(
            proposals,
            key=lambda proposal: (
                proposal.due or datetime.max.replace(tzinfo=proposal.created.tzinfo),
                -sum(finding.severity is Severity.HIGH for finding in proposal.findings),
                proposal.created,
            ),
        )
    )


def counted(proposal: Proposal) -> Counted:
    """What a list tells of a proposal."""
    severities = Counter(finding.severity for finding in proposal.findings)
    left = Counter(line.tier for line in waiting(proposal))
    lines = seen(proposal)
    texts = {line.id: line.text for line in proposal.document.statements}
    return Counted(
        high=severities[Severity.HIGH],
        moderate=severities[Severity.MODERATE],
        low=severities[Severity.LOW],
        automatic=left[Tier.AUTO],
        nurse=left[Tier.NURSE],
        physician=left[Tier.PHYSICIAN],
        whole=asks_whole(proposal),
        lines=len(lines),
        signed=sum(line.id in proposal.released for line in lines),
        why=next((texts[top] for top in proposal.document.top if top in texts), ""),
    )


def watched_until(entries: Iterable[Entry], today: date) -> date | None:
    """The last day on which somebody looks sooner because of a hospital stay or an emergency visit; None without one.

    What a substance-use programme sent tells nothing here (42 CFR 2.13): the list is seen by more people than the record.
    """
    found = [last for entry in entries if (last := _watched(entry, today)) is not None]
    return max(found, default=None)


def _watched(entry: Entry, today: date) -> date | None:
    if not took_place(entry) or "part2" in entry.detail:
        return None
    ended, span = entry.effective.end or entry.effective.start, WATCHED.get(setting(entry))
    if ended is None or span is None or ended.day > today + timedelta(days=1):
        return None
    return ended.day + span
