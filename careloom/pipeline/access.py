"""Access: whom somebody may see, and how a record is opened in an emergency from outside its care team.

Takes    a person, a permission and a patient
Gives    nothing where it is allowed; who is in a care team; what was opened in an emergency
Never    lets a role do what it may not because somebody is in a team, or opens anything without a reason and an end

Source   45 CFR 164.502(b), 164.514(d) (minimum necessary); 164.312(a)(2)(ii) (emergency access procedure)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from careloom.care.access import CLINICAL_ROLES, SEES_ALL, Permission, may
from careloom.care.document import Reviewer
from careloom.care.team import BreakGlass, Member
from careloom.errors import ConfigError, InputError, NotInCareTeam, NotLicensed
from careloom.settings import Settings
from careloom.store.once import once
from careloom.store.opening import Store
from careloom.study.parallel.closed import closed, is_kept, waits

Got = TypeVar("Got")
# A patient without a care team is seen by every clinical person of the organisation, or by nobody of them.
ASSIGNED, STRICT = "assigned", "strict"
RULES = (ASSIGNED, STRICT)
# An emergency that lasts longer is a care team.
MOST_HOURS = 24

REFUSAL = {
    Permission.SEE: "patients' records are for the care team",
    Permission.WORK: "this is the care team's work",
    Permission.ACT: "a nurse, a physician, a physician assistant or a pharmacist takes what can't wait",
    Permission.DECIDE: "deciding on drafts is for those who sign or co-sign them",
    Permission.MATCH: "who may be one person is seen by those who settle it",
    Permission.SETTLE: "a nurse, a physician or a coordinator says this",
    Permission.TEAM: "care teams are set by a nurse, a physician, a coordinator, or who runs the site",
    Permission.BREAK_GLASS: "only licensed people open a record in an emergency",
    Permission.FAULTS: "that messages could not be read is for the care team and whoever runs the site",
    Permission.MEND: "messages are seen and corrected by the care team and by whoever runs the site",
    Permission.DATA: "the data audit is for the care team and for whoever runs the site",
    Permission.COUNT: "the data audit is made for the care team and for whoever runs the site",
    Permission.PART2: "this holds what a substance-use programme sent (42 CFR Part 2); another role reads it",
    Permission.LEAD: "other people's work is the lead's",
    Permission.AUDIT: "the audit log is for auditors and the quality lead",
    Permission.ADMINISTER: "people and settings are the administrator's",
    Permission.AGREEMENT: "how far readers agree is seen by them, by leads and by auditors",
    Permission.STUDIES: "what is tried here is for the care team and for whoever leads it",
    Permission.PROTOCOL: "the quality lead or the administrator writes what is tried",
    Permission.GAPS: "who is due by quality measures is for the care team and whoever leads it",
    Permission.MEASURES: "rates over all patients are for the quality lead, the administrator and auditors",
    Permission.FAILURES: "what was wrong with drafts is for pharmacists, physicians, the quality lead, the administrator and auditors",
    Permission.RULES: "rules of the site are drafted by pharmacists, physicians, the quality lead and the administrator",
    Permission.WATCH: "alarms and the calendar are for pharmacists, physicians, the quality lead, the administrator and auditors",
    Permission.TEND: "alarms are acknowledged and ended by pharmacists, physicians, the quality lead and the administrator",
    Permission.COMPLY: "the compliance pack is for the administrator, auditors and the quality lead",
    Permission.REPORT: "this role is unknown here",
    Permission.STOP: "licensed clinicians and the quality lead stop what is drafted here, and start it again",
    Permission.EVENTS: "others' safety events are read by pharmacists, physicians, the quality lead and auditors",
    Permission.SAFETY: "safety events are looked into by pharmacists, physicians and the quality lead",
    Permission.OWN: "this role is unknown here",
}


def access_of(settings: Settings, store: Store, clock: Callable[[], datetime]) -> "Access":
    """The access of a site. Raises ConfigError for a rule that there is not, or an emergency that does not end."""
    if settings.care_teams not in RULES:
        raise ConfigError(f"CARELOOM_CARE_TEAMS must be {' or '.join(RULES)}")
    if not 0 < settings.break_glass_hours <= MOST_HOURS:
        raise ConfigError(f"CARELOOM_BREAK_GLASS_HOURS must be more than 0 and at most {MOST_HOURS}")
    return Access(store, clock, settings.care_teams, timedelta(hours=settings.break_glass_hours))


@dataclass(frozen=True)
class Access:
    """The care teams of one organisation. `rule` says who sees a patient without one, `lasts` how long an emergency."""

    store: Store
    clock: Callable[[], datetime]
    rule: str = ASSIGNED
    lasts: timedelta = timedelta(hours=4)

    def must(self, actor: Reviewer, permission: Permission) -> None:
        """Raises NotLicensed where this person's role may not do that."""
        if not may(actor.role, permission):
            raise NotLicensed(REFUSAL[permission])

    def must_see(self, actor: Reviewer, *patients: str) -> bool:
        """Whether only an emergency lets this person see one of these now.

        Raises NotLicensed for a role that sees nobody, NotInCareTeam where one of these is not in this person's care.
        """
        self.must(actor, Permission.SEE)
        known = frozenset(patients)
        found = self._seen(actor, known)
        if outside := known - found.keys():
            raise NotInCareTeam(sorted(outside)[0])
        return any(found.values())

    def seen(self, actor: Reviewer, patients: Iterable[str]) -> frozenset[str]:
        """Those of these patients whom this person may see now."""
        return frozenset(self._seen(actor, frozenset(patients)))

    def _seen(self, actor: Reviewer, asked: frozenset[str]) -> dict[str, bool]:
        """Those of them whom this person may see, each with whether only an emergency lets her."""
        if not may(actor.role, Permission.SEE) or not asked:
            return {}
        if actor.role in SEES_ALL:
            return dict.fromkeys(asked, False)
        question = ("seen", self.store.keys.organisation, actor.user, asked)
        return once(question, lambda: self._in_care(actor, asked))

    def _in_care(self, actor: Reviewer, asked: frozenset[str]) -> dict[str, bool]:
        clusters = self.store.sameness.clusters(asked)
        teams = self.store.teams.members(asked, clusters)

        def in_care(patient: str) -> bool:
            team = teams.get(patient)
            return self.rule == ASSIGNED if team is None else actor.user in team

        firsts = {one: clusters.first(one) for one in asked}
        cared = {one: in_care(first) for one, first in firsts.items()}
        if all(cared.values()):
            return dict.fromkeys(asked, False)
        opened = {clusters.first(one) for one in self.store.teams.opened_by(actor.user, self.clock())}
        return {one: not cared[one] for one, first in firsts.items() if cared[one] or first in opened}

    def cares_for(self, actor: Reviewer, patients: Iterable[str]) -> frozenset[str]:
        """Those of these patients whom this person sees without an emergency."""
        found = self._seen(actor, frozenset(patients))
        return frozenset(one for one, emergency in found.items() if not emergency)

    def in_care_of(self, people: Iterable[Reviewer], patient: str) -> tuple[Reviewer, ...]:
        """Those of these people who see a patient without an emergency; asked once, however many they are."""
        clusters = self.store.sameness.clusters((patient,))
        team = self.store.teams.members((patient,), clusters).get(clusters.first(patient))

        def sees(one: Reviewer) -> bool:
            if one.role in SEES_ALL:
                return True
            return self.rule == ASSIGNED if team is None else one.user in team

        return tuple(one for one in people if may(one.role, Permission.SEE) and sees(one))

    def may_read(self, actor: Reviewer, proposal: str) -> bool:
        """Whether a document tells nothing that this person's role doesn't read (42 CFR Part 2), and isn't kept from her by a parallel run."""
        if self.withheld(actor, proposal):
            return False
        return may(actor.role, Permission.PART2) or not self.is_closed(proposal)

    def must_read(self, actor: Reviewer, proposal: str) -> None:
        """Raises NotLicensed in words where a parallel run keeps a document from this person now."""
        if why := self.withheld(actor, proposal):
            raise NotLicensed(why)

    def withheld(self, actor: Reviewer, proposal: str) -> str:
        """Why a parallel run keeps a document from this person now (docs/parallel.md); "" where none does."""
        found = self.store.parallels.case_of(proposal)
        return closed(*found, actor.user) if found else ""

    def all_withheld(self, actor: Reviewer) -> frozenset[str]:
        """Every document (ids) that a parallel run keeps from this person now."""
        return frozenset(one for one in self.store.parallels.documents() if self.withheld(actor, one))

    def is_compared(self, proposal: str) -> bool:
        """Whether a document belongs to a case of a parallel run and isn't to be filed: the draft, kept for the comparison."""
        found = self.store.parallels.case_of(proposal)
        return found is not None and is_kept(*found[1:])

    def still_waits(self, proposal: str) -> bool:
        """Whether a document waits for somebody as far as a parallel run has to say; a reviewed draft of a case doesn't."""
        found = self.store.parallels.case_of(proposal)
        return found is None or waits(*found[1:])

    def readable(self, actor: Reviewer, rows: Iterable[Got], proposal_of: Callable[[Got], str]) -> list[Got]:
        """Those of some rows whose document this person's role reads; each document is asked about once."""
        every = list(rows)
        hidden = {one for one in {proposal_of(row) for row in every} if not self.may_read(actor, one)}
        return [row for row in every if proposal_of(row) not in hidden]

    def is_closed(self, proposal: str) -> bool:
        """Whether a document rests on what a substance-use programme sent (42 CFR Part 2)."""
        return any("part2" in entry.detail for entry in self.store.proposals.frozen(proposal).values())

    def team(self, patient: str) -> tuple[Member, ...]:
        """Who is in a patient's care team."""
        return self.store.teams.of(patient)

    def join(self, actor: Reviewer | str, patient: str, user: str, why: str = "") -> None:
        """Put somebody (a user name or id) into a patient's care team.

        The operator, who sits at the machine itself, may. Raises NotLicensed, NotInCareTeam where the one who says so does not
        see the patient, InputError for somebody who doesn't care for patients or is in it already.
        """
        member = self._may_set(actor, patient, user)
        if member.role not in CLINICAL_ROLES:
            raise InputError("a care team is made of people who care for patients")
        if any(one.user == member.user for one in self.team(patient)):
            raise InputError("this person is in the care team already")
        self._step(actor, patient, member.user, why, joined=True)

    def leave(self, actor: Reviewer | str, patient: str, user: str, why: str = "") -> None:
        """Take somebody out of it. Raises NotLicensed, NotInCareTeam, InputError for somebody who isn't in it."""
        member = self._may_set(actor, patient, user)
        if all(one.user != member.user for one in self.team(patient)):
            raise InputError("this person is not in the care team")
        self._step(actor, patient, member.user, why, joined=False)

    def break_glass(self, actor: Reviewer, patient: str, why: str) -> datetime:
        """Open a record in an emergency; until when it stays open. Raises NotLicensed, and InputError without a reason."""
        self.must(actor, Permission.BREAK_GLASS)
        if len(why.split()) < 2:
            raise InputError("say in a few words what the emergency is", where="why")
        found = self.store.patients.find(patient)
        now = self.clock()
        with self.store.transaction():
            self.store.teams.break_glass(
                found, who=actor.user, why=why.strip(), at=now, until=now + self.lasts
            )
            self.store.audit.note(actor.user, "break glass", patient=found, why=why.strip())
        return now + self.lasts

    def broken(self, actor: Reviewer, since: datetime | None = None) -> tuple[BreakGlass, ...]:
        """What was opened so, the newest first. Raises NotLicensed."""
        self.must(actor, Permission.AUDIT)
        return self.store.teams.broken(since)

    def look_at(self, actor: Reviewer, glass: str) -> None:
        """Say that one was looked at. Raises NotLicensed, InputError."""
        self.must(actor, Permission.LEAD)
        self.store.teams.report(glass, who=actor.user, at=self.clock())
        self.store.audit.note(actor.user, "break glass looked at", what=glass)

    def _may_set(self, actor: Reviewer | str, patient: str, user: str) -> Reviewer:
        if isinstance(actor, Reviewer):
            self.must(actor, Permission.TEAM)
            if may(actor.role, Permission.WORK):
                self.must_see(actor, patient)
        return self.store.users.reviewer(user)

    def _step(self, actor: Reviewer | str, patient: str, member: str, why: str, *, joined: bool) -> None:
        who = actor.user if isinstance(actor, Reviewer) else actor
        with self.store.transaction():
            self.store.teams.step(patient, member, joined=joined, who=who, why=why.strip(), at=self.clock())
            word = "join care team" if joined else "leave care team"
            self.store.audit.note(who, word, patient=patient, what=member)
