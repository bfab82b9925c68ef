"""Questioning: one question of a call to a physician, answered yes, no or call me; nothing of it is lost or waits unseen.

Takes    a call that ended with a question; what a physician answers
Gives    the question before whoever may answer it, a notice without a patient's word, and for a yes a task: to do as she answered
Never    changes a medicine, a plan or the record by an answer; lets somebody answer whose licence doesn't reach it
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from careloom.care.access import CLINICAL_ROLES, Permission, may
from careloom.care.call import Call
from careloom.care.document import Proposal, Reviewer, Statement, Tier
from careloom.care.hours import Calendar
from careloom.care.notices import NoticeKind
from careloom.care.question import ANSWERS, PARTS, WORDS, Answered, Outline, Question, QuestionStep
from careloom.care.record import PatientRecord
from careloom.care.worklist import PAGE
from careloom.draft.visit_note import sbar
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.pipeline.tracking import QUESTION, Tracking
from careloom.pipeline.turning import Turning
from careloom.review.classes import classify
from careloom.review.tiers import FLOOR, reach_of
from careloom.store.opening import Store

LONGEST = 500


@dataclass(frozen=True)
class Questioning:
    """The questions of one organisation. `here` is the time in the site's zone, `hours` working hours until one is due."""

    store: Store
    access: Access
    turning: Turning
    tracking: Tracking
    knowledge: Knowledge
    record_of: Callable[[str, date], PatientRecord]
    calendar: Callable[[], Calendar]
    here: Callable[[], datetime]
    hours: float

    def able(self, patient: str) -> tuple[Reviewer, ...]:
        """Who may answer a question about a patient: whose licence reaches the physician's tier today, and who sees the patient."""
        people = self.store.users.all()
        return self.access.in_care_of((one for one in people if self.reaches(one)), patient)

    def reaches(self, person: Reviewer) -> bool:
        """Whether this person's licence reaches the physician's tier today."""
        return reach_of(person, self.here().date()) >= Tier.PHYSICIAN

    def ask(self, actor: Reviewer, call: Call, note: Proposal, record: PatientRecord) -> Question:
        """Put the question of a call before the physician. Raises InputError for somebody who can't answer it. Harmless twice."""
        if call.of("to") not in {one.user for one in self.able(call.patient)}:
            raise InputError("this person may not answer; choose another", where="question")
        line = next(one for one in note.document.statements if one.section == QUESTION)
        now = self.here()
        asked = Question(
            id="",
            patient=call.patient,
            note=note.id,
            statement=line.id,
            who=actor.user,
            to=call.of("to"),
            at=now,
            due=self.calendar().later(now, self.hours),
            parts={name: " ".join(call.of(name).split()) for name in PARTS},
            citations=sbar.cited(call),
            orders=self.is_an_order(call.of("request"), record),
        )
        with self.store.transaction():
            known = self.store.questions.of_call(call.id)
            kept = known or self.store.questions.add(asked, call.id)
            if known is None:
                whom = self._whom(kept.to)
                self.store.notices.add((), {(one, NoticeKind.CALL_QUESTION): 1 for one in whom}, now)
                self.store.audit.note(
                    actor.user, "question asked", patient=kept.patient, what=f"{kept.id} {kept.to}"
                )
        return kept

    def is_an_order(self, request: str, record: PatientRecord) -> bool:
        """Whether a yes to this would be an order: the words are of a class that the physician signs."""
        line = Statement(id="q", section=QUESTION, kind="fact", text=request, written_by="person")
        return FLOOR[classify(line, record, self.knowledge)] >= Tier.PHYSICIAN

    def hers(self, actor: Reviewer) -> tuple[Question, ...]:
        """What waits for this person's answer: what she is asked, what whom she covers for is, and what is overdue and anybody's."""
        if not self.reaches(actor):
            return ()
        people = (actor.user, *self.turning.covers(actor.user))
        return self._seen(actor, self.store.questions.open(people, self.here()))

    def answered(self, actor: Reviewer) -> tuple[Question, ...]:
        """What this person asked, or whom she covers for, and was answered since that was read; for thirty days."""
        now = self.here()
        people = (actor.user, *sorted(self.turning.covers(actor.user)))
        return self._seen(actor, (q for one in people for q in self.store.questions.unread(now, one)))

    def listed(self, actor: Reviewer, page: int = 1) -> tuple[tuple[Question, ...], int]:
        """A page of the questions that this person may read, and how many there are: first what waits for her answer, then answers
        that she hasn't read, then what she asked and waits, then the others; in each the newest first."""
        now, reaches = self.here(), self.reaches(actor)
        people = {actor.user, *self.turning.covers(actor.user)}

        def rank(one: Outline) -> int:
            if reaches and one.open and (one.to in people or one.due < now):
                return 0
            if one.who in people and one.unread(now):
                return 1
            return 2 if one.who == actor.user and one.open else 3

        every = self.store.questions.outlines()
        seen = self.access.seen(actor, {one.patient for one in every})
        mine = (one for one in every if one.patient in seen)
        found = sorted(self.access.readable(actor, mine, lambda one: one.note), key=rank)
        shown = [one.id for one in found[(page - 1) * PAGE : page * PAGE]]
        return self._noted(actor, self.store.questions.these(shown)), len(found)

    def get(self, actor: Reviewer, question_id: str) -> Question:
        """A question. Raises InputError for an unknown one, NotLicensed and NotInCareTeam."""
        found = self.store.questions.get(question_id)
        self.access.must_see(actor, found.patient)
        if not self.access.may_read(actor, found.note):
            raise NotLicensed(
                "this holds what a substance-use programme sent (42 CFR Part 2); another role reads it"
            )
        return found

    def answer(
        self, actor: Reviewer, question_id: str, said: str, words: str = "", *, proved: bool = False
    ) -> Question:
        """Yes, no or call me, with words of her own; a yes is a task for whoever asked. No answer changes a medicine or a plan.

        Whoever calls vouches that she `proved` who she is, which a yes to what `orders` asks for needs, and words that order something.
        Raises NotLicensed where her licence doesn't reach it, InputError for another word or such words without that proof, NotApproved
        where it is answered or withdrawn.
        """
        found = self.get(actor, question_id)
        if not self.reaches(actor):
            raise NotLicensed("a physician answers this, whose licence is valid today")
        known: Answered | None = next((one for one in ANSWERS if one == said), None)
        if known is None:
            raise InputError("answer yes, no or call me", where="answer")
        if not found.open:
            raise NotApproved(
                "this question is withdrawn" if found.withdrawn else "this question is answered already"
            )
        told, now = " ".join(words.split())[:LONGEST], self.here()
        if told and not proved and self.is_an_order(told, self.record_of(found.patient, now.date())):
            raise InputError(
                "these words are an order, and an answer to this question confirms nobody's hand: answer call me, or write it into the plan",
                where="words",
            )
        with self.store.transaction():
            self._step(found, QuestionStep(known, actor.user, now, told))
            if known == "yes":
                self.tracking.do_as_answered(actor, found, told)
            self.store.notices.add((), {(found.who, NoticeKind.CALL_ANSWER): 1}, now)
            self.store.audit.note(
                actor.user, "question answered", patient=found.patient, what=f"{found.id} {known}", why=told
            )
        return self.store.questions.get(found.id)

    def take_back(self, actor: Reviewer, question_id: str) -> Question:
        """Take back one's own answer, until whoever asked has read it or begun what it asks for.

        Raises NotLicensed where it is somebody else's, NotApproved where it is too late or there is none.
        """
        found = self.get(actor, question_id)
        if found.answer is None or found.read:
            raise NotApproved("there is no answer, or it was read already: call whoever asked")
        if found.answer.who != actor.user:
            raise NotLicensed("somebody else answered; only that person takes it back")
        with self.store.transaction():
            if found.answer.what == "yes":
                self.tracking.not_as_answered(actor, found)
            self._step(found, QuestionStep("back", actor.user, self.here()))
            self.store.audit.note(actor.user, "answer taken back", patient=found.patient, what=found.id)
        return self.store.questions.get(found.id)

    def see(self, actor: Reviewer, question_id: str) -> Question:
        """Whoever asked, or covers for her, has read the answer. Raises NotLicensed, NotApproved where there is none."""
        found = self.get(actor, question_id)
        if found.who not in self.turning.covers(actor.user):
            found = self._asked_by(actor, question_id)
        if found.answer is None:
            raise NotApproved("nobody has answered it")
        if not found.read:
            self._step(found, QuestionStep("seen", actor.user, self.here()))
            self.store.audit.note(actor.user, "answer read", patient=found.patient, what=found.id)
        return self.store.questions.get(found.id)

    def withdraw(self, actor: Reviewer, question_id: str) -> Question:
        """Whoever asked takes the question back, until it is answered. Raises NotLicensed, NotApproved."""
        found = self._asked_by(actor, question_id)
        if not found.open:
            raise NotApproved("it is answered or withdrawn already")
        self._step(found, QuestionStep("withdrawn", actor.user, self.here()))
        self.store.audit.note(actor.user, "question withdrawn", patient=found.patient, what=found.id)
        return self.store.questions.get(found.id)

    def to_tell(self, now: datetime) -> Mapping[tuple[str, NoticeKind], int]:
        """Who is to be told, and of how many: of what is overdue whoever may answer it, and the leads; of answers that nobody has read
        whoever asked, and after as long as an answer may take the leads, for thirty days."""
        leading = [one.user for one in self.store.users.all() if may(one.role, Permission.LEAD)]
        told: Counter[tuple[str, NoticeKind]] = Counter()
        for question in self.store.questions.open():
            if question.late(now):
                people = dict.fromkeys([*(one.user for one in self.able(question.patient)), *leading])
                told.update((one, NoticeKind.CALL_LATE) for one in people)
        for question in self.store.questions.unread(now):
            told.update((one, NoticeKind.CALL_ANSWER) for one in self._whom(question.who))
            said = question.answer
            if said is not None and now >= self.calendar().later(said.at, self.hours):
                told.update((one, NoticeKind.CALL_UNREAD) for one in leading)
        return told

    def _asked_by(self, actor: Reviewer, question_id: str) -> Question:
        found = self.get(actor, question_id)
        if actor.role not in CLINICAL_ROLES or found.who != actor.user:
            raise NotLicensed("somebody else asked this")
        return found

    def _step(self, found: Question, step: QuestionStep) -> None:
        if not self.store.questions.step(found, step):
            raise StaleRecord("somebody did something about this question meanwhile; look at it again")

    def _seen(self, actor: Reviewer, found: Iterable[Question]) -> tuple[Question, ...]:
        every = tuple(found)
        seen = self.access.seen(actor, {one.patient for one in every})
        mine = (one for one in every if one.patient in seen)
        return self._noted(actor, tuple(self.access.readable(actor, mine, lambda one: one.note)))

    def _noted(self, actor: Reviewer, mine: tuple[Question, ...]) -> tuple[Question, ...]:
        self.store.audit.note_all(actor.user, "read", sorted({one.patient for one in mine}), "questions")
        return mine

    def _whom(self, user: str) -> tuple[str, ...]:
        """Who is told: whom it asks, and where she is away who covers for her."""
        away = [one.cover for one in self.store.turns.absences(self.here().date()) if one.who == user]
        return tuple(dict.fromkeys((user, *away)))


def words_of(question: Question) -> str:
    """The answer in words; "" where there is none."""
    return WORDS[question.answer.what] if question.answer else ""


def as_json(one: Question, now: datetime) -> dict[str, Any]:
    """A question as API and command line print it; times with their offset."""
    said = one.answer
    answered = said and {"answer": said.what, "words": said.words, "by": said.who, "at": _iso(said.at)}
    return {
        "id": one.id,
        "patient": one.patient,
        "asked_by": one.who,
        "to": one.to,
        "at": _iso(one.at),
        "due": _iso(one.due),
        "late": one.late(now),
        "orders": one.orders,
        **dict(one.parts),
        "citations": list(one.citations),
        "withdrawn": one.withdrawn,
        "answered": answered,
    }


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
