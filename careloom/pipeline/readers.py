"""Readers: where a policy that holds documents has too few people who could read them, so that a document would wait for ever.

Takes    the policy, everybody with her licence as it is today, and the care teams
Gives    each tier, and each care team, in which fewer than two people could sign: whoever decides first can't be the second reader, too
Never    names a patient, or counts somebody who sees her in an emergency alone
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from careloom.care.access import SEES_ALL, Permission, may
from careloom.care.document import Reviewer, Tier
from careloom.care.second import Mode, Stage
from careloom.pipeline.access import Access
from careloom.pipeline.choosing import Choosing
from careloom.review import second as rules
from careloom.review.tiers import reach_of
from careloom.store.opening import Store

# Whoever decides, and whoever reads it a second time.
TWO = 2


@dataclass(frozen=True, slots=True)
class Lack:
    """Who could sign at a tier and so decide or read, by name, where they are fewer than two. `team` are the names of a care team, () for the
    whole site; `patients` is how many patients have that team."""

    tier: Tier
    able: tuple[str, ...]
    team: tuple[str, ...] = ()
    patients: int = 0


@dataclass(frozen=True, slots=True)
class Lacks:
    """Where a second reader lacks; `nobody` is how many held documents wait now with nobody who may read them."""

    of: tuple[Lack, ...] = ()
    nobody: int = 0

    def __bool__(self) -> bool:
        return bool(self.of or self.nobody)


@dataclass(frozen=True)
class Readers:
    """The second readers of one organisation. `here` is the time in the site's zone."""

    store: Store
    access: Access
    choosing: Choosing
    here: Callable[[], datetime]

    def lacking(self) -> Lacks:
        """What lacks while the policy in force holds documents; nothing where it holds none."""
        if Mode.HOLD not in self.store.seconds.policy().modes.values():
            return Lacks()
        people = [one for one in self.store.users.all() if may(one.role, Permission.DECIDE)]
        site = [lack for tier in (Tier.NURSE, Tier.PHYSICIAN) if (lack := self._lack(tier, people))]
        short = {one.tier for one in site}
        teams = [
            lack
            for team, patients in self._teams().items()
            for tier in (Tier.NURSE, Tier.PHYSICIAN)
            if tier not in short and (lack := self._lack(tier, people, team, patients))
        ]
        teams.sort(key=lambda one: (-one.patients, one.tier, one.team))
        return Lacks((*site, *teams), self._nobody())

    def _lack(
        self, tier: Tier, people: Iterable[Reviewer], team: frozenset[str] | None = None, patients: int = 0
    ) -> Lack | None:
        """What lacks at a tier of those people who are in a team; None where two could sign."""
        today = self.here().date()
        seeing = [one for one in people if team is None or one.user in team or one.role in SEES_ALL]
        # Two accounts of one licence are one person.
        by_licence = {one.licence: one.name for one in seeing if reach_of(one, today) >= tier}
        if len(by_licence) >= TWO:
            return None
        able = tuple(by_licence.values())
        names = {one.user: one.name for one in self.store.users.all()}
        return Lack(tier, able, tuple(sorted(names[one] for one in team or () if one in names)), patients)

    def _teams(self) -> Counter[frozenset[str]]:
        """Each care team, with how many patients have it."""
        patients = self.store.teams.patients()
        clusters = self.store.sameness.clusters(patients)
        return Counter(self.store.teams.members(patients, clusters).values())

    def _nobody(self) -> int:
        held = [one for one in self.store.seconds.unfinished() if one.mode is Mode.HOLD]
        waiting = [one for one in held if rules.stage(one) is Stage.WAITS]
        return sum(not self.choosing.able(one) for one in waiting)
