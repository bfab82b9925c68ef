"""Managing: a patient's enrolment in a care-management programme, and what practitioners attest of it.

Takes    what somebody says: a consent and what was told before it, the initiating visit, conditions and risk, a month's complexity, a copy of the plan, the end
Gives    what stands, with who said it and when, for the months of care that a biller looks at (pipeline/care_months.py)
Never    takes a consent of somebody who wasn't told what CMS asks for, an attestation of anybody but a licensed practitioner, or a condition that the record
         doesn't document; changes what was said; enrols anybody itself
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.kinds import CARE_PLAN, UNSEEN
from careloom.care.management import (
    COMPLEXITIES,
    PRACTITIONERS,
    PRACTITIONERS_SAY,
    PROGRAMMES,
    TOLD,
    WAYS,
    Managed,
    Named,
    Said,
    managed,
    standing,
)
from careloom.care.record import PatientRecord
from careloom.errors import InputError, NotLicensed
from careloom.measure.finance.care_months import initiated
from careloom.pipeline.access import Access
from careloom.pipeline.chronic import Chronic
from careloom.review.tiers import licensed
from careloom.store.opening import Store

LONGEST = 500
FEWEST_WORDS = 2


@dataclass(frozen=True)
class Managing:
    """The care management of one organisation's patients. `record` gives a patient's record as of a day, without what substance-use programmes sent."""

    store: Store
    access: Access
    chronic: Chronic
    record: Callable[[str, date], PatientRecord]
    here: Callable[[], datetime]

    def of(self, actor: Reviewer | str, patient: str) -> tuple[Said, ...]:
        """Everything that was said of a patient, oldest first, what was taken back too."""
        if isinstance(actor, Reviewer):
            self.access.must_see(actor, patient)
        who = actor.user if isinstance(actor, Reviewer) else actor
        self.store.audit.note(who, "read", patient=patient, what="care management")
        return self.store.management.of(patient)

    def stands(self, patient: str, last: date) -> Managed:
        """How a patient's care management stands by a day; the reading isn't audited."""
        return managed(self.store.management.of(patient), last)

    def conditions(self, patient: str) -> tuple[Named, ...]:
        """The chronic conditions that the record documents today, each of which may be attested."""
        return self.chronic.named(self.record(patient, self.here().date()))

    def say(self, actor: Reviewer, said: Said) -> str:
        """Append what somebody says; its id. Who says it and when are the actor's and the clock's.

        Raises NotLicensed for whoever may not record it, or attests without a practitioner's licence in force; NotInCareTeam; InputError naming what doesn't fit.
        """
        self._must(actor, said)
        made = replace(said, who=actor.user, role=actor.role, at=self.here())
        self._must_fit(made)
        if made.what == "attest":
            made = replace(made, conditions=self._documented(made))
        with self.store.transaction():
            self._must_go_with(made)
            row = self.store.management.add(made)
            what = f"{made.what} {row}"
            self.store.audit.note(actor.user, f"care management {made.what}", patient=made.patient, what=what)
        return row

    def take_back(self, actor: Reviewer, patient: str, said: str, why: str) -> None:
        """Take one of these back, with a reason; both stay to be seen. A practitioner's word is taken back by a practitioner. Raises as `say`."""
        self.access.must_see(actor, patient)
        found = next((one for one in standing(self.store.management.of(patient)) if one.id == said), None)
        if found is None:
            raise InputError("nothing of the kind stands")
        back = Said(
            patient=found.patient,
            what="back",
            who=actor.user,
            role=actor.role,
            at=self.here(),
            day=self.here().date(),
            why=in_words(why),
            of=said,
        )
        self._must(actor, found)
        with self.store.transaction():
            self.store.management.add(back)
            what = f"{found.what} {said}"
            self.store.audit.note(
                actor.user, "care management taken back", patient=patient, what=what, why=back.why
            )

    def _must(self, actor: Reviewer, said: Said) -> None:
        self.access.must(actor, Permission.SETTLE)
        self.access.must_see(actor, said.patient)
        if said.what in PRACTITIONERS_SAY:
            if actor.role not in PRACTITIONERS:
                raise NotLicensed(
                    "a physician, an advanced practice nurse or a physician assistant attests this"
                )
            licensed(actor, self.here().date())

    def _must_fit(self, said: Said) -> None:
        """Raises InputError for what can't be so by itself."""
        if said.day > self.here().date():
            raise InputError("this day is yet to come", where="day")
        if any(len(one) > LONGEST or UNSEEN.search(one) for one in (said.by, said.why)):
            raise InputError("this is too long, or holds what can't be seen", where="why")
        checks: dict[str, Callable[[Said], None]] = {
            "consent": self._consent,
            "visit": _visit,
            "attest": _attest,
            "month": _month,
            "copy": self._copy,
            "transition": _transition,
            "end": _end,
        }
        if said.what in checks:
            checks[said.what](said)
        elif said.what != "beneficiary":
            raise InputError("nothing of the kind is recorded", where="what")

    def _consent(self, said: Said) -> None:
        if said.programme not in PROGRAMMES:
            raise InputError(f"say to which programme: {', '.join(PROGRAMMES)}", where="programme")
        if said.way not in WAYS or not said.way:
            raise InputError("say whether the consent was verbal or written", where="way")
        if not said.by.strip():
            raise InputError("say who consented: the patient, or who may for her", where="by")
        for key, words in TOLD.items():
            if key not in said.told:
                raise InputError(f"a consent holds only after the patient was told {words}", where="told")
        known = {one.user: one.role for one in self.store.users.all()}
        if known.get(said.practitioner) not in PRACTITIONERS:
            raise InputError("say which practitioner of this site is responsible", where="practitioner")

    def _copy(self, said: Said) -> None:
        proposal = self.store.proposals.find(said.plan)
        found = self.store.proposals.get(proposal)
        same = self.store.sameness.first(found.document.patient) == self.store.sameness.first(said.patient)
        if not same or found.document.kind != CARE_PLAN or found.status != "active":
            raise InputError("a copy is of a signed care plan of this patient", where="plan")

    def _must_go_with(self, said: Said) -> None:
        """Raises InputError for what doesn't go with what stands."""
        self.store.management.hold(said.patient)
        held = managed(self.store.management.of(said.patient), self.here().date())
        consent = held.consent
        if said.what == "end" and (consent is None or held.ended is not None or said.day < consent.day):
            raise InputError("no programme is in force that could end on that day", where="day")
        if said.what == "consent" and consent is not None and held.enrolled and said.day < consent.day:
            raise InputError("a later consent is in force", where="day")
        if (
            said.what == "visit"
            and consent is not None
            and consent.programme
            and not initiated(said.day, consent.day, consent.programme)
        ):
            raise InputError("this visit is too long before the consent to count", where="day")

    def _documented(self, said: Said) -> tuple[Named, ...]:
        """The attested conditions as the record has them. Raises InputError for one that it doesn't document."""
        known = {one.concept: one for one in self.conditions(said.patient)}
        for one in said.conditions:
            if one.concept not in known:
                raise InputError("the record documents no such chronic condition", where="conditions")
        return tuple(known[one] for one in dict.fromkeys(each.concept for each in said.conditions))


def _visit(said: Said) -> None:
    if said.needless and len(said.why.split()) < FEWEST_WORDS:
        raise InputError("say in a few words why no initiating visit is needed", where="why")


def _attest(said: Said) -> None:
    if not said.conditions:
        raise InputError("name the chronic conditions, from the record", where="conditions")
    if not (said.lasting and said.at_risk):
        raise InputError(
            "attest that they are expected to last 12 months or until death, and put the patient at significant risk",
            where="attest",
        )


def _month(said: Said) -> None:
    if said.day.day != 1:
        raise InputError("a month is told by its first day", where="day")
    if said.complexity not in COMPLEXITIES or not said.complexity:
        raise InputError("say how complex the month's decisions were", where="complexity")


def _transition(said: Said) -> None:
    if said.complexity not in COMPLEXITIES or not said.complexity:
        raise InputError("say how complex the decisions were", where="complexity")
    if said.visit is None or said.visit < said.day:
        raise InputError("say on which day the visit was; it is not before the discharge", where="visit")


def _end(said: Said) -> None:
    if not said.by.strip():
        raise InputError("say who ended it: the patient, who may for her, or this site", where="by")


def in_words(why: str) -> str:
    """A reason. Raises InputError where it is too short or too long to be one."""
    if len(why.split()) < FEWEST_WORDS or len(why) > LONGEST or UNSEEN.search(why):
        raise InputError("say in a few words why", where="why")
    return why.strip()
