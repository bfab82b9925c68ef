"""Owning: who answers for each kind of alarm and each item of the calendar.

Takes    what an administrator said, and who works here today
Gives    a duty's owner and the people to tell; a person who has left is said, and the duty falls to the role
Never    leaves a duty with nobody: where no one has the role, it is who runs the site
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from careloom.care.access import ROLES, Permission, may
from careloom.care.alarm import KINDS, Owner
from careloom.care.document import Reviewer
from careloom.care.programme import ITEMS
from careloom.errors import InputError
from careloom.pipeline.access import Access
from careloom.store.opening import Store


class _Clock(Protocol):
    def __call__(self) -> datetime: ...


@dataclass(frozen=True)
class Owning:
    """The duties of one organisation; `duties` are all of them, each with the role that has it where nobody said otherwise."""

    store: Store
    access: Access
    clock: _Clock
    duties: Mapping[str, str]

    def every(self) -> tuple[Owner, ...]:
        """Every duty with its owner, in their order."""
        said, here = self.store.owners.of(), {one.user: one.role for one in self.store.users.all()}
        return tuple(
            _as_it_is(said.get(duty), Owner(duty, "", role), here) for duty, role in self.duties.items()
        )

    def of(self, duty: str) -> Owner:
        """Who answers for one. Raises InputError for a duty that there is not."""
        self._must_be(duty)
        return next(one for one in self.every() if one.duty == duty)

    def people(self, duty: str) -> tuple[Reviewer, ...]:
        """Who is told of what belongs to it: the person, everybody of the role, or who runs the site."""
        owner, users = self.of(duty), self.store.users.all()
        hers = tuple(one for one in users if owner.user and not owner.left and one.user == owner.user)
        role = tuple(one for one in users if one.role == owner.role)
        return hers or role or tuple(one for one in users if may(one.role, Permission.ADMINISTER))

    def who_can(self) -> tuple[Reviewer, ...]:
        """The people who may be named."""
        return tuple(one for one in self.store.users.all() if may(one.role, Permission.TEND))

    def name(self, actor: Reviewer, duty: str, who: str) -> None:
        """An administrator says who answers for a duty: a user's id, or "role:ROLE". Raises NotLicensed, InputError."""
        self.access.must(actor, Permission.ADMINISTER)
        self._must_be(duty)
        at = self.clock()
        if who.startswith("role:"):
            role = who.removeprefix("role:")
            if role not in ROLES or not may(role, Permission.TEND):
                raise InputError("choose a person or a role of the list", where="owner")
            owner = Owner(duty, "", role, actor.user, at)
        else:
            found = next((one for one in self.who_can() if one.user == who), None)
            if found is None:
                raise InputError("choose a person or a role of the list", where="owner")
            owner = Owner(duty, found.user, found.role, actor.user, at)
        with self.store.transaction():
            self.store.owners.say(owner, at)
            self.store.audit.note(actor.user, "name owner", what=duty)

    def _must_be(self, duty: str) -> None:
        if duty not in self.duties:
            raise InputError("there is no such duty", where="duty")


def _as_it_is(said: Owner | None, default: Owner, here: Mapping[str, str]) -> Owner:
    if said is None or said.user == "":
        return said or default
    # Somebody whose role changed to one that doesn't tend has left the duty as well.
    left = not may(here.get(said.user, ""), Permission.TEND)
    return replace(said, left=left)


# Every duty, with the role that has it where nobody said otherwise.
DUTIES: Mapping[str, str] = {
    **{f"alarm:{kind}": role for kind, role in KINDS.items()},
    **{f"programme:{one.name}": one.role for one in ITEMS.values()},
}
