"""Questions: what was asked of physicians, and what they answered. All of it is appended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from careloom.care.question import ANSWERS, UNREAD_FOR, Outline, Question, QuestionStep
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.questioned import StoredQuestion, StoredQuestionStep
from careloom.store.row import place


class Told(msgspec.Struct):
    """What of a question is sealed."""

    parts: dict[str, str]
    citations: tuple[str, ...]


@dataclass(frozen=True)
class Questions:
    """The questions of one organisation."""

    keys: Keys

    def add(self, question: Question, key: str) -> Question:
        """Keep a question; the one that is there already, where one came of the same call."""
        if known := self._rows().filter(key=key).first():
            return self._question(known)
        row_id = new_id()
        told = Told(dict(question.parts), question.citations)
        try:
            with writing():
                row = StoredQuestion.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    key=key,
                    patient_id=as_uuid(question.patient, "patient"),
                    note_id=as_uuid(question.note, "proposal"),
                    statement=question.statement,
                    who=question.who,
                    to=question.to,
                    at=question.at,
                    due=question.due,
                    orders=question.orders,
                    sealed=self.keys.seal(codec.encode(told), place("question", row_id, "parts")),
                )
        except IntegrityError:
            return self._question(self._rows().get(key=key))
        return self._question(row)

    def step(self, question: Question, step: QuestionStep) -> bool:
        """Append what was done about a question since it was read; False where somebody else was first."""
        row_id = new_id()
        try:
            with writing():
                StoredQuestionStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    question_id=as_uuid(question.id, "question"),
                    number=len(question.steps) + 1,
                    what=step.what,
                    who=step.who,
                    at=step.at,
                    sealed_words=self.keys.seal(step.words.encode(), place("question step", row_id, "words")),
                )
        except IntegrityError:
            return False
        return True

    def get(self, question_id: str) -> Question:
        """A question. Raises InputError for an unknown one."""
        row = self._rows().filter(pk=as_uuid(question_id, "question")).first()
        if row is None:
            raise InputError("unknown question")
        return self._question(row)

    def patient(self, question_id: str) -> str:
        """Whom a question is about; "" where there is no such question. It is not opened for it."""
        found = self._rows().filter(pk=as_uuid(question_id, "question")).values_list("patient", flat=True)
        return next((str(one) for one in found), "")

    def of_call(self, key: str) -> Question | None:
        """The question that came of a call."""
        row = self._rows().filter(key=key).first()
        return self._question(row) if row is not None else None

    def of_note(self, note: str) -> tuple[Question, ...]:
        """The questions that a note tells of, the oldest first."""
        rows = self._rows().filter(note=as_uuid(note, "proposal")).order_by("at", "id")
        return tuple(self._questions(rows))

    def outlines(self) -> tuple[Outline, ...]:
        """Everything that was asked, the newest first; nothing of it is opened."""
        columns = ("pk", "patient_id", "note_id", "who", "to", "due", "last", "last_at")
        rows = self._by_last().order_by("-at", "-id").values_list(*columns)
        return tuple(Outline(str(pk), str(patient), note.hex, *rest) for pk, patient, note, *rest in rows)

    def open(self, to: Iterable[str] | None = None, due: datetime | None = None) -> tuple[Question, ...]:
        """Those that wait for an answer, the oldest first; with `to` those that these people are asked, or that were due before a time."""
        rows = self._by_last().filter(Q(last__in=("", "back")))
        if to is not None:
            rows = rows.filter(Q(to__in=tuple(to)) | Q(due__lt=due))
        return tuple(self._questions(rows.order_by("at", "id")))

    def unread(self, now: datetime, who: str = "") -> tuple[Question, ...]:
        """Those whose answer whoever asked (`who`, or anybody) has not read, and that was given not long ago; the oldest first."""
        rows = self._by_last().filter(Q(last__in=ANSWERS, last_at__gt=now - UNREAD_FOR))
        rows = rows.filter(who=who) if who else rows
        return tuple(self._questions(rows.order_by("at", "id")))

    def these(self, ids: Sequence[str]) -> tuple[Question, ...]:
        """The questions of these ids, in their order."""
        rows = {str(row.pk): row for row in self._rows().filter(pk__in=ids)}
        return tuple(self._questions(rows[one] for one in ids if one in rows))

    def _by_last(self) -> QuerySet[StoredQuestion]:
        """Each with what was done about it last ("" for nothing), and when."""
        steps = StoredQuestionStep.objects.filter(question=OuterRef("pk")).order_by("-number")
        last = Coalesce(Subquery(steps.values("what")[:1]), Value(""))
        return self._rows().annotate(last=last, last_at=Subquery(steps.values("at")[:1]))

    def _rows(self) -> QuerySet[StoredQuestion]:
        rows = StoredQuestion.objects.filter(organisation=self.keys.organisation)
        return rows.prefetch_related("steps")

    def _questions(self, rows: Iterable[StoredQuestion]) -> Iterable[Question]:
        return map(self._question, rows)

    def _question(self, row: StoredQuestion) -> Question:
        sealed = self.keys.open(bytes(row.sealed), place("question", row.id, "parts"))
        told = msgspec.json.decode(sealed, type=Told)
        return Question(
            id=str(row.id),
            patient=str(row.patient_id),
            note=row.note_id.hex,
            statement=row.statement,
            who=row.who,
            to=row.to,
            at=row.at,
            due=row.due,
            orders=row.orders,
            parts=told.parts,
            citations=told.citations,
            steps=tuple(map(self._step, sorted(row.steps.all(), key=lambda one: one.number))),
        )

    def _step(self, row: StoredQuestionStep) -> QuestionStep:
        opened = self.keys.open(bytes(row.sealed_words), place("question step", row.id, "words"))
        return QuestionStep(row.what, row.who, row.at, opened.decode())
