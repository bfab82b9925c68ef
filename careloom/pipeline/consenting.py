"""Consenting: a consent on paper, entered by somebody who holds it, and taken back.

Takes    what stands on the paper, whose it is, and who enters it
Gives    a message of ours with one FHIR Consent, read as every message is; what it opens, and why what it doesn't stays closed
Never    opens anything itself, guesses what the paper doesn't say, or changes a consent that a sender sent

Source   42 CFR 2.31(a) (2024): what a consent to the use of a substance-use programme's records must hold; 2.31(b): counselling
         notes are consented to apart
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from careloom.care.document import Reviewer
from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.record import Consented
from careloom.errors import InputError, NotLicensed
from careloom.improve.signed import is_of_learning
from careloom.pipeline.emergency import Emergency
from careloom.pipeline.intake import Intake
from careloom.pipeline.people import MAY
from careloom.pipeline.report import Report
from careloom.record import Programmes, barrier, consents
from careloom.store.ids import new_id
from careloom.store.opening import Store

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
SCOPE = {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands on a consent: `what` may be used or told, by the `programme` that may tell it ("" where it is about no
    substance-use programme), to whom (`recipients`, each a name or a class), `purpose`, the days on which it was signed, begins and
    ends, or in `ends_with` the event with which it ends ("none" where it has no end), by whom it was signed, and where the
    paper lies. `refused` where it says no."""

    what: str
    recipients: tuple[str, ...]
    purpose: str
    signed: date
    signer: str = "the patient"
    start: date | None = None
    until: date | None = None
    ends_with: str = ""
    programme: str = ""
    counselling: bool = False
    document: str = ""
    refused: bool = False


# What somebody agrees to, or refuses, who is asked about learning (pipeline/gathering.py reads it by "machine learning").
LEARNING = "machine learning: what was drafted and signed about the person, in marks and without identifiers, may teach the model that drafts"


@dataclass(frozen=True, slots=True)
class Kept:
    """A consent of the record: its entry, what the record says of it, for each programme that it names why it opens nothing ("" where
    it does), and whether it can be taken back here."""

    entry: Entry
    consent: Consented
    barriers: Mapping[str, str]
    ours: bool


@dataclass(frozen=True)
class Consenting:
    """The consents of one organisation's patients that people enter."""

    store: Store
    intake: Intake
    programmes: Programmes
    clock: Callable[[], datetime]

    @property
    def emergency(self) -> Emergency:
        """What a programme sent, read once without consent in a medical emergency."""
        return Emergency(self.store, self.programmes, self.clock)

    def all(self, actor: Reviewer, patient: str) -> tuple[Kept, ...]:
        """A patient's consents, oldest first: all that the record shows, and all that were entered here, in force or not."""
        _must_record(actor)
        patient = self.store.sameness.first(self.store.patients.find(patient))
        self.store.audit.note(actor.user, "read", patient=patient, what="consents")
        entries, today = self.store.entries.of(patient), self.clock().astimezone().date()
        shown = {one.id for one in self.programmes.apart(entries, today).open}
        by_id = {one.id: one for one in entries}
        found = []
        for consent in consents(entries, today):
            entry = by_id[consent.entries[0]]
            ours = entry.source.system == RECORDED_HERE
            if ours or entry.id in shown:
                active = ours and entry.status == "active"
                found.append(Kept(entry, consent, self._barriers(consent), active))
        return tuple(found)

    def add(self, actor: Reviewer, patient: str, paper: Paper) -> Entry:
        """Enter a consent; the entry that the record has of it.

        Raises NotLicensed, and InputError where the paper lacks what 2.31(a) asks for, or its days can't be.
        """
        _must_record(actor)
        now = self.clock().astimezone()
        _complete(paper, now.date())
        return self._keep(
            actor, self.store.patients.find(patient), self._resource(actor, paper, now), "consent"
        )

    def say_learning(self, actor: Reviewer, patient: str, paper: Paper) -> Entry:
        """Enter what somebody said of learning from her record: agreed or, `refused`, not; what `paper` says it is about isn't read.

        The next training set follows it. Raises NotLicensed, and InputError for a day that can't be, or nobody who said it.
        """
        if not paper.signer.strip():
            raise InputError("say who said it: the patient, or who may for the patient", where="signer")
        _must_record(actor)
        now = self.clock().astimezone()
        said = replace(
            paper, what=LEARNING, programme="", recipients=("this site",), purpose="", counselling=False
        )
        _complete(said, now.date())
        done = "refuse learning" if paper.refused else "agree to learning"
        return self._keep(actor, self.store.patients.find(patient), self._resource(actor, said, now), done)

    def learning(self, actor: Reviewer, patient: str) -> tuple[Kept, ...]:
        """What somebody said of learning from her record, the newest first, which counts; () where nobody said anything."""
        every = self.all(actor, patient)
        return tuple(one for one in reversed(every) if is_of_learning(one.consent))

    def revoke(self, actor: Reviewer, patient: str, consent: str, *, why: str) -> Entry:
        """Take back a consent that was entered here (the id of its entry): from now on it opens nothing.

        What was told while it was in force stays told (2.31(a)(6)). Raises NotLicensed, and InputError where no reason is given,
        or nothing of the kind is in force.
        """
        _must_record(actor)
        if not why.strip():
            raise InputError("say in a few words who took it back, and how")
        kept = next((one for one in self.all(actor, patient) if one.entry.id == consent and one.ours), None)
        if kept is None:
            raise InputError("no consent that was entered here and is in force has this id")
        with self.store.messages.open(kept.entry.source.message) as body:
            resource = json.loads(body.read())["entry"][1]["resource"]
        now = self.clock().astimezone()
        paper = resource.get("sourceAttachment", {}).get("title", "")
        resource["status"] = "inactive"
        resource["dateTime"] = now.isoformat()
        resource["sourceAttachment"] = {
            "title": f"{paper}; taken back, as {_name(actor)} recorded on {_minute(now)}: {why.strip()}"
        }
        return self._keep(actor, self.store.patients.find(patient), resource, "take back consent")

    def _keep(self, actor: Reviewer, patient: str, resource: dict[str, Any], done: str) -> Entry:
        resource["meta"] = {**resource.get("meta", {}), "lastUpdated": self.clock().astimezone().isoformat()}
        resource["patient"] = {"reference": f"Patient/{patient}"}
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {"resource": {"resourceType": "Patient", "id": patient}},
                {"resource": {"resourceType": "Consent", **resource}},
            ],
        }
        body = json.dumps(bundle, ensure_ascii=False).encode()
        message, _ = self.store.messages.put(
            iter([body]), source=RECORDED_HERE, format="fhir", name="consent.json", zone=self.intake.zone
        )
        self.store.assignments.add(message, patient, who=actor.user)
        report = Report()
        self.intake.read(message, message.name, report)
        found = [
            one
            for one in self.store.entries.of(patient)
            if one.source.message == message.sha256 and one.kind == "Consent"
        ]
        if not found:
            raise InputError(report.rejected[0]["reason"] if report.rejected else "it could not be read")
        self.store.audit.note(actor.user, done, patient=patient, what=f"message {message.sha256}")
        return found[0]

    def _resource(self, actor: Reviewer, paper: Paper, now: datetime) -> dict[str, Any]:
        about = f"{paper.what}: 42 CFR Part 2 records of {paper.programme}" if paper.programme else paper.what
        counselling = "counselling notes" if paper.counselling else ""
        ends = f"ends with: {paper.ends_with}" if paper.ends_with else ""
        # What is signed today is newer than what was taken back this morning.
        signed = now.isoformat() if paper.signed == now.date() else paper.signed.isoformat()
        start = paper.start.isoformat() if paper.start else signed
        document = f"{paper.document or 'paper'}; recorded by {_name(actor)} on {_minute(now)}"
        label = [{"system": ACT_CODE, "code": "42CFRPart2"}] if paper.programme else []
        provision: dict[str, Any] = {
            "type": "deny" if paper.refused else "permit",
            "period": {"start": start, **({"end": paper.until.isoformat()} if paper.until else {})},
            "actor": [
                {
                    "role": {"coding": [{"system": PARTICIPATION, "code": "IRCP"}]},
                    "reference": {"display": one},
                }
                for one in paper.recipients
            ],
            "purpose": [{"display": paper.purpose}],
        }
        if not paper.recipients:
            del provision["actor"]
        if not paper.purpose:
            del provision["purpose"]
        return {
            "id": str(new_id()),
            "meta": {"security": label} if label else {},
            "status": "active",
            "scope": {"coding": [SCOPE]},
            "category": [{"text": "; ".join(filter(None, (about, counselling, ends)))}],
            "dateTime": signed,
            "performer": [{"display": paper.signer}],
            "sourceAttachment": {"title": document},
            "provision": provision,
        }

    def _barriers(self, consent: Consented) -> Mapping[str, str]:
        """For each programme of the site that a consent speaks of, why it opens nothing; "" where it opens."""
        said = {}
        for system, programme in self.programmes.by_system.items():
            why = barrier(consent, programme, system, self.programmes.recipients)
            if why is not None:
                said[programme] = why
        return said


def _complete(paper: Paper, today: date) -> None:
    """Raises InputError for what a consent lacks, naming the section; a programme's needs all of them."""
    if not paper.what.strip():
        raise InputError("say what may be used or told (42 CFR 2.31(a)(3))")
    if paper.signed > today:
        raise InputError("it can't have been signed later than today")
    if paper.until and paper.until < (paper.start or paper.signed):
        raise InputError("it ends before it begins")
    asked = (
        (paper.recipients, "to whom, each by name or as a class (42 CFR 2.31(a)(4))"),
        (paper.purpose.strip(), "what for (42 CFR 2.31(a)(5))"),
        (paper.until or paper.ends_with.strip(), "until when: a day, an event, or none (42 CFR 2.31(a)(7))"),
        (paper.signer.strip(), "who signed it (42 CFR 2.31(a)(8))"),
    )
    for said, missing in asked if paper.programme else asked[:1]:
        if not said:
            raise InputError(f"say {missing}")


def _must_record(actor: Reviewer) -> None:
    if actor.role not in MAY:
        raise NotLicensed("a nurse, a physician or a coordinator records consents")


def _name(actor: Reviewer) -> str:
    return actor.name or actor.user


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
