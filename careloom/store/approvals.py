"""Approvals of texts by a site's licensed people: each is appended, the newest counts."""

from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Reviewer
from careloom.care.texts import ApprovableText
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.models import TextApproval


@dataclass(frozen=True, slots=True)
class Approval:
    """What was said last of one version of a text: by whom (user id and role), under which licence, when."""

    approved: bool
    who: str
    role: str
    licence: str
    at: datetime


@dataclass(frozen=True)
class Approvals:
    """What one organisation's people approved."""

    keys: Keys

    def add(self, text: ApprovableText, person: Reviewer, at: datetime, *, approved: bool) -> None:
        """Append that somebody approves a version of a text, or takes that back."""
        with writing():
            TextApproval.objects.create(
                organisation=self.keys.organisation,
                text=text.name,
                digest=text.digest,
                approved=approved,
                who=person.user,
                role=person.role,
                licence=f"{person.licence} until {person.licence_expiry}",
                at=at,
            )

    def standing(self) -> dict[str, Approval]:
        """What was said last, by `ApprovableText.approval`."""
        rows = TextApproval.objects.filter(organisation=self.keys.organisation).order_by("at", "id")
        return {
            f"{row.text}#{row.digest}": Approval(row.approved, row.who, row.role, row.licence, row.at)
            for row in rows
        }

    def in_force(self) -> frozenset[str]:
        """The texts that are approved."""
        return frozenset(name for name, one in self.standing().items() if one.approved)
