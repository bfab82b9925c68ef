"""Notices: what somebody is told of waiting work. A notice holds a number and a kind, never a word of a patient."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    DAILY = "daily"
    OVERDUE = "overdue"
    POOL = "pool"
    LEAD = "lead"
    EMERGENCY = "emergency"
    CALL_QUESTION = "call_question"
    CALL_LATE = "call_late"
    CALL_ANSWER = "call_answer"
    SECOND = "second"
    SECOND_LATE = "second_late"
    THIRD = "third"
    CORRECT = "correct"
    QUESTION = "question"
    UNANSWERED = "unanswered"


# One, and many.
WORDS = {
    NoticeKind.DAILY: ("1 document waits for you.", "{number} documents wait for you."),
    NoticeKind.OVERDUE: ("1 document of yours is overdue.", "{number} documents of yours are overdue."),
    NoticeKind.POOL: (
        "1 overdue document went back to everybody who may decide on it.",
        "{number} overdue documents went back to everybody who may decide on them.",
    ),
    NoticeKind.LEAD: (
        "1 document is overdue and nobody has decided on it.",
        "{number} documents are overdue and nobody has decided on them.",
    ),
    NoticeKind.CALL_QUESTION: (
        "1 question waits for your answer.",
        "{number} questions wait for your answer.",
    ),
    NoticeKind.CALL_LATE: (
        "1 question is overdue and nobody has answered it.",
        "{number} questions are overdue and nobody has answered them.",
    ),
    NoticeKind.CALL_ANSWER: (
        "1 question of yours was answered.",
        "{number} questions of yours were answered.",
    ),
    NoticeKind.EMERGENCY: (
        "1 record was opened in an emergency and nobody has looked at it since.",
        "{number} records were opened in an emergency and nobody has looked at them since.",
    ),
    NoticeKind.SECOND: ("1 second reading waits for you.", "{number} second readings wait for you."),
    NoticeKind.SECOND_LATE: (
        "1 second reading is overdue, or there is nobody who may do it.",
        "{number} second readings are overdue, or there is nobody who may do them.",
    ),
    NoticeKind.THIRD: (
        "Two readers differ in something that matters: 1 document waits to be settled.",
        "Two readers differ in something that matters: {number} documents wait to be settled.",
    ),
    NoticeKind.CORRECT: (
        "Urgent: 1 document that was released is to be corrected.",
        "Urgent: {number} documents that were released are to be corrected.",
    ),
    NoticeKind.QUESTION: (
        "You are asked to settle what sources disagree on: 1 question waits.",
        "You are asked to settle what sources disagree on: {number} questions wait.",
    ),
    NoticeKind.UNANSWERED: (
        "1 question of what sources disagree on waits too long for a physician.",
        "{number} questions of what sources disagree on wait too long for a physician.",
    ),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person (a user's id) was told, of how many, and when; `seen` says that she has read it here."""

    id: str
    user: str
    kind: NoticeKind
    number: int
    at: datetime
    seen: bool = False

    @property
    def words(self) -> str:
        """As a sentence."""
        one, many = WORDS[self.kind]
        return one if self.number == 1 else many.format(number=self.number)


@dataclass(frozen=True, slots=True)
class Escalated:
    """A step of an overdue or waiting document: its kind, and when it was taken."""

    proposal: str
    kind: NoticeKind
    at: datetime
