"""Queue policy: by when a proposal is due, who it should go to, and in what order it is shown."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from careloom.care.document import Proposal, Severity, Tier


def due_at(tier: Tier, created: datetime, *, nurse_hours: int, physician_hours: int) -> datetime | None:
    """When a proposal of this tier must be decided; None where nobody has to."""
    if tier is Tier.AUTO:
        return None
    return created + timedelta(hours=nurse_hours if tier is Tier.NURSE else physician_hours)


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
