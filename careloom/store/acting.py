"""Acting: a user's row as the nouns know the person. What a row says is opened once in a process, for as long as it says the same."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from careloom.care.document import Reviewer
from careloom.care.licensing import holds
from careloom.privacy.held import site_keys
from careloom.store.row import place

# So many rows are kept opened; in memory alone, and gone with the process.
OPENED = 2_000


class Person(NamedTuple):
    """What a user's row says of the person, the name as it is sealed."""

    id: UUID
    organisation: str
    sealed_name: bytes
    role: str
    licence_state: str
    licence_number: str
    licence_expiry: date | None
    licence_independent: bool
    licence_multistate: bool


def reviewer_of(row: Person) -> Reviewer:
    """Who that is: id, role, licence as STATE:NUMBER, expiry, name, whether they practise on their own here, and whether the licence is
    of a state in which nobody signs here."""
    return _opened(
        row, settings.CARELOOM_INDEPENDENT_PRACTICE, tuple(settings.CARELOOM_LICENCE_STATES.items())
    )


@lru_cache(maxsize=OPENED)
def _opened(row: Person, independent: tuple[str, ...], states: tuple[tuple[str, bool], ...]) -> Reviewer:
    keys = site_keys(row.organisation, settings.CARELOOM_HOME, settings.CARELOOM_CUSTODY, timezone.now())
    scope = {tuple(one.split(":")) for one in independent}
    here = holds(dict(states), row.licence_state, row.role, multistate=row.licence_multistate)
    return Reviewer(
        user=str(row.id),
        role=row.role,
        licence=f"{row.licence_state}:{row.licence_number}" if row.licence_number else "",
        licence_expiry=row.licence_expiry.isoformat() if row.licence_expiry else "",
        name=keys.open(row.sealed_name, place("user", row.id, "name")).decode(),
        independent=row.licence_independent and (row.licence_state, row.role) in scope,
        elsewhere=bool(row.licence_number) and not here,
    )
