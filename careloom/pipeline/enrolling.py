"""Enrolling: the cases of a pilot: who comes in, how each is written, and what people say of it.

Takes    a participant and a patient of hers, or somebody of the care team and a case
Gives    the case with its arm; why somebody isn't enrolled; what the desk offers for a case
Never    enrols one person twice, tells an arm before the case is in, or keeps anybody from declining a draft (she says why, and it is counted)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from careloom.care.access import Permission
from careloom.care.document import Proposal, Reviewer
from careloom.care.pilot import Arm, Enrolled, Happened, Pilot, Stage, Step, Written
from careloom.care.record import PatientRecord
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.pipeline.access import Access
from careloom.pipeline.by_hand import is_blank
from careloom.pipeline.piloting import Piloting, in_words
from careloom.store.opening import Store
from careloom.study.pilot.allocating import arm_of, last_day
from careloom.study.pilot.groups import groups_of
from careloom.study.pilot.including import Judged, judged
from careloom.study.pilot.surveyed import answers

NEAR_MISS, MINOR, SERIOUS = "near_miss", "minor", "serious"
SEVERITIES = (NEAR_MISS, MINOR, SERIOUS)
LONGEST = 2000


@dataclass(frozen=True)
class Looked:
    """What enrolling somebody came to: the rules one by one, and the case where all hold."""

    judged: tuple[Judged, ...]
    case: Enrolled | None


@dataclass(frozen=True)
class Enrolling:
    """The cases of the pilots of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    piloting: Piloting
    record_of: Callable[[str, date], PatientRecord]
    here: Callable[[], datetime]

    # ── in ──────────────────────────────────────────────────────────────────────────────────────

    def enrol(self, actor: Reviewer, pilot_id: str, patient: str) -> Looked:
        """Look at a patient by the rules and, where all hold, enrol and allocate; the refusal is kept, too, without who it was for.

        Raises NotLicensed, NotInCareTeam, NotApproved where nobody is enrolled now, InputError for who is in a pilot already.
        """
        self.access.must(actor, Permission.DECIDE)
        self.access.must_see(actor, patient)
        first, day = self.store.sameness.first(patient), self.here().date()
        with self.store.transaction():
            pilot = self.store.pilots.held(pilot_id)
            self._must_enrol(actor, pilot, day)
            self._must_be_new(pilot, first)
            record = self.record_of(first, day)
            if record.demographics.deceased:
                raise InputError("nobody is enrolled who has died", where="patient")
            rules = judged(record, pilot.protocol, day)
            failed = [one.inclusion.rule.value for one in rules if not one.holds]
            if failed:
                said = Happened(
                    what=Step.REFUSE,
                    who=actor.user,
                    at=self.here(),
                    day=day,
                    said={"rules": " ".join(failed)},
                )
                self.store.pilots.add(pilot, said)
                return Looked(rules, None)
            arm = arm_of(pilot, self.store.pilots.seed(pilot.id).encode(), actor.user, day)
            made = self.store.pilots.add(
                pilot,
                Happened(
                    what=Step.ENROL,
                    who=actor.user,
                    at=self.here(),
                    patient=first,
                    day=day,
                    arm=arm,
                    said=groups_of(record, day),
                ),
            )
            self.store.audit.note(actor.user, "enrol", patient=first, what=pilot.id)
        return Looked(rules, made.enrolled[-1])

    def open_to(self, actor: Reviewer) -> tuple[Pilot, ...]:
        """The pilots into which somebody may enrol today."""
        found = []
        for one in self.store.pilots.all():
            try:
                self._must_enrol(actor, one, self.here().date())
            except (NotApproved, NotLicensed):
                continue
            found.append(one)
        return tuple(found)

    # ── what the desk offers ────────────────────────────────────────────────────────────────────

    def allocated(self, patient: str) -> dict[str, Written]:
        """By kind how the next document of this patient is to be written, where she is a case of a pilot that isn't over and whose document
        isn't filed."""
        members, found = self._everybody(patient), {}
        for pilot in self.store.pilots.with_patients(map(UUID, members)):
            if pilot.stage not in (Stage.RUNNING, Stage.HELD):
                continue
            for case in pilot.enrolled:
                if case.patient in members and not self._is_done(pilot, case):
                    departed = any(one.patient in members for one in pilot.all(Step.DEPART))
                    found[pilot.protocol.kind] = Written(pilot.id, pilot.protocol.title, case.arm, departed)
        return found

    def must_be_so(self, patient: str, kind: str, *, by_hand: bool, again: bool = False) -> None:
        """Raises NotApproved where a case is to be written the other way and nobody departed from that with a reason; what was begun may go
        on `again`, against a newer record."""
        found = None if again else self.allocated(patient).get(kind)
        if found is None or found.departed or (found.arm is Arm.HAND) is by_hand:
            return
        way = "by hand" if found.arm is Arm.HAND else "from a draft"
        raise NotApproved(
            f"this is a case of the pilot “{found.title}” that is written {way}; whoever writes it otherwise says first why, on the pilot's page of her cases"
        )

    def depart(self, actor: Reviewer, pilot_id: str, patient: str, why: str) -> None:
        """A case is written another way than it was allocated, and why: from now on both ways are open. Raises NotLicensed, InputError."""
        self._say(
            actor,
            pilot_id,
            patient,
            Happened(what=Step.DEPART, who=actor.user, at=self.here(), why=in_words(why)),
        )

    # ── what is said of a case ──────────────────────────────────────────────────────────────────

    def mark(self, actor: Reviewer, pilot_id: str, patient: str, substantial: bool) -> None:
        """Her own word on whether the draft needed substantial revision; the newest counts. Raises NotLicensed, NotApproved without a draft."""
        self.access.must(actor, Permission.DECIDE)
        case = self.case(pilot_id, patient)
        if not any(not one.document.by_hand for one in self.documents(self.store.pilots.get(pilot_id), case)):
            raise NotApproved("this case has no draft")
        said = {"substantial": "yes" if substantial else "no"}
        self._say(
            actor, pilot_id, patient, Happened(what=Step.MARK, who=actor.user, at=self.here(), said=said)
        )

    def rate(self, actor: Reviewer, pilot_id: str, patient: str, stars: str) -> None:
        """What the patient answered, from 1 to 5; the newest counts. Raises NotLicensed, InputError."""
        if stars not in ("1", "2", "3", "4", "5"):
            raise InputError("from 1 (not at all) to 5 (very)", where="stars")
        self._say(
            actor,
            pilot_id,
            patient,
            Happened(what=Step.RATED, who=actor.user, at=self.here(), said={"stars": stars}),
        )

    def report(
        self, actor: Reviewer, pilot_id: str, patient: str, *, severity: str, related: bool, why: str
    ) -> Pilot:
        """A safety event or a near miss of a case. As many serious ones that have to do with the draft as the protocol says hold the pilot at once.

        Raises NotLicensed, NotInCareTeam, InputError.
        """
        if severity not in SEVERITIES:
            raise InputError("say how severe it was", where="severity")
        said = {"severity": severity, "related": "yes" if related else "no"}
        told = Happened(what=Step.EVENT, who=actor.user, at=self.here(), said=said, why=in_words(why))
        with self.store.transaction():
            pilot = self._say(actor, pilot_id, patient, told)
            serious = sum(
                one.said["severity"] == SERIOUS and one.said["related"] == "yes"
                for one in pilot.all(Step.EVENT)
            )
            if severity == SERIOUS and related and serious >= pilot.protocol.stops.serious:
                words = f"{serious} serious safety {'event' if serious == 1 else 'events'} that may have to do with a draft"
                pilot = self.piloting.hold(pilot, words, "careloom")
        return pilot

    def survey(self, actor: Reviewer, pilot_id: str, said: Mapping[str, str], words: str) -> None:
        """A participant's answers; her newest count, and nobody else sees them singly. Raises NotLicensed, InputError."""
        given = answers(said)
        with self.store.transaction():
            pilot = self.store.pilots.held(pilot_id)
            if actor.user not in pilot.protocol.participants:
                raise NotLicensed("the survey is for whoever takes part")
            if pilot.stage is Stage.WRITTEN:
                raise NotApproved("this pilot has not started")
            told = Happened(
                what=Step.SURVEY,
                who=actor.user,
                at=self.here(),
                said=given,
                why=" ".join(words.split())[:LONGEST],
            )
            self.store.pilots.add(pilot, told)
            self.store.audit.note(actor.user, "answer survey", what=pilot.id)

    # ── what there is ───────────────────────────────────────────────────────────────────────────

    def case(self, pilot_id: str, patient: str) -> Enrolled:
        """A patient's case. Raises InputError where she has none in this pilot."""
        members = self._everybody(patient)
        for one in self.store.pilots.get(pilot_id).enrolled:
            if one.patient in members:
                return one
        raise InputError("this patient is no case of this pilot", where="patient")

    def documents(self, pilot: Pilot, case: Enrolled) -> tuple[Proposal, ...]:
        """The documents of the pilot's kind that were begun for a case since it was enrolled, the oldest first; blank ones are nobody's work."""
        return tuple(
            one
            for one in self.store.proposals.of(case.patient)
            if one.document.kind == pilot.protocol.kind and one.created >= case.at and not is_blank(one)
        )

    # ── inside ──────────────────────────────────────────────────────────────────────────────────

    def _everybody(self, patient: str) -> tuple[str, ...]:
        """Our ids of a patient and whoever is one person with her."""
        return tuple(map(str, self.store.sameness.members(patient)))

    def _is_done(self, pilot: Pilot, case: Enrolled) -> bool:
        return any(one.status == "active" for one in self.documents(pilot, case))

    def _must_enrol(self, actor: Reviewer, pilot: Pilot, day: date) -> None:
        protocol, began = pilot.protocol, pilot.began
        if actor.user not in protocol.participants or actor.user in pilot.left:
            raise NotLicensed("cases are enrolled by whoever takes part in the pilot")
        if pilot.stage is Stage.HELD:
            raise NotApproved(
                "a stop rule holds: nobody is enrolled until whoever watches over the pilot has decided"
            )
        if pilot.stage is not Stage.RUNNING or began is None:
            raise NotApproved("this pilot doesn't run")
        if day > last_day(protocol, began):
            raise NotApproved(
                f"the {protocol.weeks} weeks of this pilot are over: nobody is enrolled any more"
            )
        if sum(one.who == actor.user for one in pilot.enrolled) >= protocol.cases:
            raise NotApproved(f"your {protocol.cases} cases are enrolled")

    def _must_be_new(self, pilot: Pilot, first: str) -> None:
        """Raises InputError for who is in a pilot that isn't over, NotApproved where a document of the kind waits already."""
        members = self._everybody(first)
        for one in self.store.pilots.with_patients(map(UUID, members)):
            number = next((case.number for case in one.enrolled if case.patient in members), 0)
            if one.id == pilot.id:
                raise InputError(
                    f"this patient is enrolled already, as case {number} of this pilot", where="patient"
                )
            if one.stage in (Stage.RUNNING, Stage.HELD):
                raise InputError("this patient is a case of another pilot that runs", where="patient")
        kind = pilot.protocol.kind
        waits = (
            one
            for one in self.store.proposals.of(first)
            if one.status == "draft" and one.document.kind == kind
        )
        if any(not is_blank(one) for one in waits):
            raise NotApproved("a document of this kind waits for a decision already: decide on it first")

    def _say(self, actor: Reviewer, pilot_id: str, patient: str, told: Happened) -> Pilot:
        """Append what somebody of the care team says of a case."""
        self.access.must(actor, Permission.WORK)
        self.access.must_see(actor, patient)
        with self.store.transaction():
            pilot = self.store.pilots.held(pilot_id)
            case = self.case(pilot_id, patient)
            made = self.store.pilots.add(pilot, replace(told, patient=case.patient))
            self.store.audit.note(actor.user, f"pilot {told.what.value}", patient=case.patient, what=pilot.id)
        return made
