"""Vouching: a site's licensed people approve the texts that go to patients without anybody reading each message.

Takes    a version of a text, and who approves it or takes that back
Gives    what the site says of itself in messages, with the texts whose approval is in force
Never    approves a text itself, lets an unlicensed person approve one, or keeps an approval for words that were changed
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from careloom import review
from careloom.care.document import Reviewer
from careloom.care.texts import ApprovableText, Site
from careloom.errors import InputError
from careloom.knowledge.texts import Texts
from careloom.settings import Settings
from careloom.store.approvals import Approval
from careloom.store.opening import Store


@dataclass(frozen=True)
class Vouching:
    """The texts of one site and what its people said of them."""

    store: Store
    texts: Texts
    clock: Callable[[], datetime]

    def all(self) -> tuple[tuple[ApprovableText, Approval | None], ...]:
        """Every version of every text, each with what was said last of these very words."""
        standing = self.store.approvals.standing()
        return tuple((one, standing.get(one.approval)) for one in self.texts.all)

    def find(self, name: str) -> tuple[ApprovableText, Approval | None]:
        """A text by its name ("appointment_reminder.en@1"). Raises InputError for an unknown one."""
        found = self.texts.find(name)
        if found is None:
            raise InputError(
                f"there is no such text; there is {', '.join(one.name for one in self.texts.all)}"
            )
        return found, self.store.approvals.standing().get(found.approval)

    def approve(self, actor: Reviewer, name: str, today: date) -> ApprovableText:
        """Approve a version. Raises NotLicensed where no licence of a nurse or physician is in force, InputError where it is approved."""
        return self._say(actor, name, today, approved=True)

    def withdraw(self, actor: Reviewer, name: str, today: date) -> ApprovableText:
        """Take an approval back: from now on nothing of the text goes out by itself. Raises as `approve`."""
        return self._say(actor, name, today, approved=False)

    def _say(self, actor: Reviewer, name: str, today: date, *, approved: bool) -> ApprovableText:
        review.reach(actor, today)
        text, before = self.find(name)
        if approved is (before is not None and before.approved):
            raise InputError(f"this text is {'already' if approved else 'not'} approved")
        with self.store.transaction():
            self.store.approvals.add(text, actor, self.clock(), approved=approved)
            word = "approve text" if approved else "withdraw text"
            self.store.audit.note(actor.user, word, what=text.name)
        return text


def site(settings: Settings, store: Store) -> Site:
    """What a site says of itself in messages, as it is now."""
    return Site(settings.practice_name, settings.practice_phone, settings.zone, store.approvals.in_force())
