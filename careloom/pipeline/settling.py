"""Settling: where sources disagree on a dose, an allergy or a diagnosis, a physician says which is right; a nurse asks her to.

Takes    a dispute of the record, what somebody chose of what its sources state, and why
Gives    a message of ours by which the record says it, the entries that it overrules, and what follows for the medicines, before
         anything is stored; whom a nurse asks, and what a physician was asked
Never    changes or hides what a source said, settles by itself, or lets what was settled stand against what a source says later
"""

import hashlib
import io
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom import check, review
from careloom.care.access import Permission, may
from careloom.care.document import Document, Finding, Reviewer, Severity, Statement, Tier
from careloom.care.entry import RECORDED_HERE, Entry, Message
from careloom.care.notices import NoticeKind
from careloom.care.record import PatientRecord, Settled
from careloom.care.ruling import Asked, Dispute, Family, Ruling
from careloom.care.texts import Site
from careloom.connect import fhir
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.pipeline.intake import Intake
from careloom.pipeline.report import Report
from careloom.pipeline.resting import signed_upon
from careloom.pipeline.settled_as import Word, message, withdrawal
from careloom.pipeline.weaving import Trial, Weaving
from careloom.record.disputes import Chosen, choice_of, covers, disputes
from careloom.review.tiers import reach_of
from careloom.store.opening import Store

LONGEST, SHORTEST = 500, 2
CHOOSES: dict[Family, str] = {
    "drug": "it chooses a dose",
    "allergy": "it confirms or removes an allergy",
    "problem": "it chooses a diagnosis",
}
# The rules that judge how a drug is taken; the others judge a document.
MEDICINES = frozenset(
    one.NAME for one in (check.allergy, check.interaction, check.renal, check.duplicate, check.opioid)
)
# What a chosen dose must have done away with.
_OF_A_DRUG = frozenset({"dose", "dose_without_unit", "implausible_dose", "medication_status"})
GONE = (
    "the sources no longer disagree on this as you saw it, or somebody settled it meanwhile; look at it again"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody chose: `choice` is a value of the dispute's choices, `other` what she typed where it is another one."""

    choice: str
    reason: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """A dispute as one reader is shown it: open or settled, whether she may settle it, else who does; and what was asked about it."""

    dispute: Dispute | None
    settled: Settled | None
    may: bool
    who: tuple[Reviewer, ...]
    asked: tuple[Asked, ...]
    may_undo: bool
    record: PatientRecord

    @property
    def why_not(self) -> str:
        """Who settles it, and why not she: "Dr. Osei settles this: it chooses a dose"."""
        family = self.dispute.family if self.dispute else "drug"
        names = " or ".join(one.name or one.user for one in self.who) or "A physician of the care team"
        return f"{names} settles this: {CHOOSES[family]}"


@dataclass(frozen=True, slots=True)
class Follows:
    """What would follow if it were settled so: in words, and what the checks find about the drug then, worst first."""

    dispute: Dispute
    words: str
    findings: tuple[Finding, ...]

    @property
    def to_read(self) -> tuple[str, ...]:
        """The high findings, each of which is read before it is settled."""
        return tuple(key_of(one) for one in self.findings if one.severity is Severity.HIGH)

    @property
    def told(self) -> list[dict[str, str]]:
        """The findings as the command's and the API's JSON tell them."""
        return [
            {"id": key_of(one), "rule": one.rule, "severity": one.severity.value, "message": one.message}
            for one in self.findings
        ]


def key_of(finding: Finding) -> str:
    """A finding's name in a form, the same however often it is asked for."""
    return hashlib.sha256(f"{finding.rule}\0{finding.message}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Settling:
    """What people of one organisation settle."""

    store: Store
    intake: Intake
    weaving: Weaving
    knowledge: Knowledge
    access: Access
    site: Callable[[], Site]
    clock: Callable[[], datetime]
    # Knowledge with the site's own rules as they are now.
    known: Callable[[], Knowledge]

    def open(self, actor: Reviewer, patient: str) -> tuple[Dispute, ...]:
        """What of a patient's record waits to be settled, as this person may read it. Raises NotLicensed, NotInCareTeam."""
        return disputes(self._record(actor, patient))

    def look(self, actor: Reviewer, patient: str, key: str) -> Matter:
        """A dispute or what was settled of it, by one of its entries. Raises InputError where there is neither."""
        record = self._record(actor, patient)
        dispute = _find(disputes(record), key)
        settled = next((one for one in record.settled if key in (*one.own, *one.entries)), None)
        if dispute is None and settled is None:
            raise InputError("nothing here is disputed or was settled")
        if dispute is not None and settled is None:
            settled = next((one for one in record.settled if set(one.own) & set(dispute.entries)), None)
        about = {dispute.about if dispute else "", settled.about if settled else ""}
        asked = self.store.rulings.asked(patient=record.patient)
        return Matter(
            dispute=dispute,
            settled=settled,
            may=self.may(actor),
            who=self.physicians(record.patient),
            asked=tuple(one for one in asked if one.about in about),
            may_undo=settled is not None
            and self.may(actor)
            and not signed_upon(self.store, record.patient, settled.own),
            record=record,
        )

    def may(self, actor: Reviewer) -> bool:
        """Whether this person's role and licence let her settle."""
        return may(actor.role, Permission.DECIDE) and reach_of(actor, self._today) >= Tier.PHYSICIAN

    def physicians(self, patient: str) -> tuple[Reviewer, ...]:
        """Those who settle what is disputed of a patient: a licence of the physician's tier, and they see the patient."""
        able = (one for one in self.store.users.all() if self.may(one))
        return self.access.in_care_of(able, patient)

    def preview(self, actor: Reviewer, patient: str, key: str, said: Said) -> Follows:
        """What would follow. Nothing is stored. Raises as `settle`."""
        return self._prepared(actor, patient, key, said)[1]

    def settle(
        self, actor: Reviewer, patient: str, key: str, said: Said, read: Collection[str] = ()
    ) -> Ruling:
        """Settle a dispute; whoever calls vouches that she proved who she is. `read` are the high findings that she has read.

        Raises NotLicensed, NotInCareTeam, InputError for a choice that there isn't or words that are missing, NotApproved where a high
        finding wasn't read, StaleRecord where it was settled or changed meanwhile.
        """
        patient = self.store.sameness.first(self.store.patients.find(patient))
        with self.store.transaction():
            self.store.rulings.hold(patient)
            ruling, follows, body = self._prepared(actor, patient, key, said)
            if set(follows.to_read) - set(read):
                raise NotApproved("read first what the checks find of it")
            self.store.rulings.add(patient, ruling)
            self._keep(patient, actor, body)
            about = [one for one in self.store.rulings.asked(patient=patient) if one.about == ruling.about]
            self.store.rulings.done(about, who=actor.user, at=self.clock())
            self.store.audit.note(actor.user, "settle", patient=patient, what=f"ruling {ruling.id}")
        return ruling

    def undo(self, actor: Reviewer, patient: str, ruling: str) -> None:
        """Take back what was settled, as long as no signed line and no later ruling rests on it: the sources disagree again.

        Raises NotLicensed, NotInCareTeam, NotApproved, InputError for one that there isn't.
        """
        patient = self.store.sameness.first(self.store.patients.find(patient))
        with self.store.transaction():
            # Whoever signs meanwhile either finds it taken back or is found: a signature waits for this, and this for a signature.
            self.store.rulings.hold(patient)
            record = self._record(actor, patient)
            self._must(actor, "drug")
            settled = next((one for one in record.settled if one.ruling == ruling), None)
            if settled is None:
                raise InputError("nothing of the kind stands settled")
            if signed_upon(self.store, patient, settled.own):
                raise NotApproved("a signed line rests on it; settle it anew where a source says otherwise")
            self.store.rulings.undo(patient, ruling, who=actor.user, at=self.clock())
            own = [record.by_id[one] for one in settled.own]
            self._keep(patient, actor, withdrawal(patient, own))
            self.store.audit.note(actor.user, "take back settled", patient=patient, what=f"ruling {ruling}")

    def ask(self, actor: Reviewer, patient: str, key: str, whom: str, words: str = "") -> str:
        """Ask a physician to settle a dispute, in one's own words or none; she is told at once. The question's id.

        Raises NotLicensed, NotInCareTeam, InputError for a dispute that there isn't, or somebody who can't settle it.
        """
        self.access.must(actor, Permission.WORK)
        record = self._record(actor, patient)
        dispute = _find(disputes(record), key)
        if dispute is None:
            raise StaleRecord(GONE)
        person = next((one for one in self.physicians(record.patient) if whom in (one.user, one.name)), None)
        if person is None:
            person = self.store.users.reviewer(whom)
            if person.user not in {one.user for one in self.physicians(record.patient)}:
                raise InputError("this person can't settle it", where="whom")
        now, said = self.clock(), " ".join(words.split())[:LONGEST]
        with self.store.transaction():
            asked = self.store.rulings.ask(
                record.patient, key, dispute.about, said, who=actor.user, whom=person.user, at=now
            )
            self.store.notices.add((), {(person.user, NoticeKind.QUESTION): 1}, now)
            self.store.audit.note(
                actor.user, "ask to settle", patient=record.patient, what=f"{asked} {person.user}"
            )
        return asked

    def answered(self, actor: Reviewer, patient: str, question: str) -> None:
        """A question needs no answer any more: its sources agree, or it was answered otherwise. Raises NotLicensed, InputError."""
        record = self._record(actor, patient)
        found = [one for one in self.store.rulings.asked(patient=record.patient) if one.id == question]
        if not found:
            raise InputError("nobody waits for an answer to this")
        if not self.may(actor) and found[0].who != actor.user:
            raise NotLicensed("whoever was asked, or who asked, says so")
        with self.store.transaction():
            self.store.rulings.done(found, who=actor.user, at=self.clock())
            self.store.audit.note(actor.user, "answer question", patient=record.patient, what=question)

    def _prepared(self, actor: Reviewer, patient: str, key: str, said: Said) -> tuple[Ruling, Follows, bytes]:
        record = self._record(actor, patient)
        dispute = _find(disputes(record), key)
        if dispute is None:
            self._must(actor, "drug")
            raise StaleRecord(GONE)
        self._must(actor, dispute.family)
        word = self._word(actor, dispute, said)
        ruling = Ruling(
            id=self.store.rulings.new_id(),
            family=dispute.family,
            about=dispute.about,
            choice=said.choice,
            words=word.words,
            reason=word.reason,
            who=actor.user,
            name=word.name,
            at=word.at,
            covers=(),
        )
        body = message(record.patient, ruling.address, word, record)
        own = _read(body, ruling.address, self.intake)
        every = self.weaving.entries(record.patient, self._today)
        cited = replace(dispute, entries=_with_copies(dispute.entries, record))
        found = covers(Chosen(cited, said.choice, own, self._today), every, self.knowledge)
        ruling = replace(ruling, covers=found)
        return ruling, self._follows(ruling, dispute, own, word), body

    def _word(self, actor: Reviewer, dispute: Dispute, said: Said) -> Word:
        choice = choice_of(dispute, said.choice)
        other, reason = (" ".join(one.split())[:LONGEST] for one in (said.other, said.reason))
        if choice.value == "other" and not other:
            raise InputError("write what it is", where="other")
        if len(reason.split()) < SHORTEST:
            raise InputError("say in a few words why", where="reason")
        name = actor.name or actor.user
        return Word(
            dispute=dispute,
            choice=choice,
            other=other,
            reason=reason,
            name=name,
            at=self.clock().astimezone(),
        )

    def _follows(self, ruling: Ruling, dispute: Dispute, own: tuple[Entry, ...], word: Word) -> Follows:
        """The record as it would be, and what the checks of medicines find there of the thing that is settled."""
        then = self.weaving.record(
            self.store.entries.patient(dispute.entries[0]), self._today, trial=Trial(ruling, own)
        )
        line = Statement(
            id="settled",
            section="",
            kind="fact",
            text=f"{dispute.about}: {word.words}.",
            citations=tuple(one.id for one in own),
            written_by="person",
        )
        document = Document(
            patient=then.patient,
            kind="text",
            as_of=then.as_of,
            record_version=then.version,
            statements=(line,),
        )
        found, _ = check.examine(document, then, self.known(), self.site())
        about = {one.id for one in own} | {
            entry for drug in then.medications if drug.name == dispute.about for entry in drug.entries
        }
        told = tuple(
            one
            for one in found
            if one.rule in MEDICINES and (about.intersection(one.evidence) or one.statement)
        )
        if dispute.family == "drug":
            _must_be_clear(then, dispute, {one.id for one in own})
        return Follows(dispute, word.words, told)

    def _keep(self, patient: str, actor: Reviewer, body: bytes) -> None:
        stored, _ = self.store.messages.put(
            iter([body]), source=RECORDED_HERE, format="fhir", name="settled.json", zone=self.intake.zone
        )
        self.store.assignments.add(stored, patient, who=actor.user)
        report = Report()
        self.intake.read(stored, stored.name, report)
        if report.rejected:
            raise InputError(report.rejected[0]["reason"])

    def _record(self, actor: Reviewer, patient: str) -> PatientRecord:
        known = self.store.sameness.first(self.store.patients.find(patient))
        self.access.must_see(actor, known)
        return self.weaving.record(known, self._today, closed=not may(actor.role, Permission.PART2))

    def _must(self, actor: Reviewer, family: Family) -> None:
        """Raises NotLicensed in words where this person's role or licence doesn't let her."""
        self.access.must(actor, Permission.DECIDE)
        if review.reach(actor, self._today) < Tier.PHYSICIAN:
            raise NotLicensed(f"a physician settles this: {CHOOSES[family]}")

    @property
    def _today(self) -> date:
        return self.clock().astimezone().date()


def _read(body: bytes, address: str, intake: Intake) -> tuple[Entry, ...]:
    """The entries that a message of ours gives, as the record will have them."""
    stored = Message(hashlib.sha256(body).hexdigest(), RECORDED_HERE, "fhir", "settled.json", intake.zone)
    found = [
        one
        for reading in fhir.read(stored, io.BytesIO(body), max_json_mb=intake.max_json_mb)
        for one in reading.entries
    ]
    own = (one for one in found if one.kind != "Patient")
    # A message that stands for itself has no addresses; stored, it has those that its resources name.
    return tuple(
        replace(one, source=replace(one.source, resource=f"{one.kind}/{address}-{number}"))
        for number, one in enumerate(own, 1)
    )


def _find(found: Iterable[Dispute], key: str) -> Dispute | None:
    """The dispute that one of its entries names; the first one that is named by it."""
    every = tuple(found)
    named = next((one for one in every if one.key == key), None)
    return named or next((one for one in every if key in one.entries), None)


def _with_copies(entries: Iterable[str], record: PatientRecord) -> tuple[str, ...]:
    """Entries with those that said the very same thing."""
    return tuple(dict.fromkeys(same for one in entries for same in (one, *record.by_id[one].same_as)))


def _must_be_clear(then: PatientRecord, dispute: Dispute, own: set[str]) -> None:
    """Raises InputError where a dose can't be relied on, or the sources would speak against it all the same."""
    drug = next((one for one in then.medications if one.name == dispute.about), None)
    for way in drug.regimens if drug else ():
        if way.doubt and own.intersection(way.entries):
            raise InputError(way.doubt.rpartition("; ")[2], where="other")
    if any(one.kind in _OF_A_DRUG and one.about == dispute.about for one in then.conflicts):
        raise InputError(
            "the sources would still contradict it; write amount and how often, as in 10 mg once daily",
            where="other",
        )
