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
    CALL_UNREAD = "call_unread"
    CALL_BACK = "call_back"
    TAKEN_BACK = "taken_back"
    SECOND = "second"
    SECOND_LATE = "second_late"
    THIRD = "third"
    CORRECT = "correct"
    QUESTION = "question"
    UNANSWERED = "unanswered"
    UNDELIVERED = "undelivered"
    WEBHOOK_OFF = "webhook_off"
    PILOT = "pilot"
    PILOT_TURN = "pilot_turn"
    ALARM = "alarm"


# By language: one, and many.
ENGLISH = {
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
    NoticeKind.CALL_UNREAD: (
        "1 answer to a question was not read by whoever asked.",
        "{number} answers to questions were not read by whoever asked.",
    ),
    NoticeKind.CALL_BACK: (
        "A call was taken back of which 1 question that you answered came.",
        "Calls were taken back of which {number} questions that you answered came.",
    ),
    NoticeKind.TAKEN_BACK: (
        "1 document that you signed was taken back out of the chart.",
        "{number} documents that you signed were taken back out of the chart.",
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
    NoticeKind.UNDELIVERED: (
        "1 signed document did not reach another system's chart and waits for somebody to look at it.",
        "{number} signed documents did not reach another system's chart and wait for somebody to look at them.",
    ),
    NoticeKind.WEBHOOK_OFF: (
        "1 webhook was turned off, since its server took nothing: another system hears of nothing any more.",
        "{number} webhooks were turned off, since their servers took nothing: other systems hear of nothing any more.",
    ),
    NoticeKind.PILOT: (
        "A stop rule holds in 1 pilot that you watch over: it is held until you decide.",
        "A stop rule holds in {number} pilots that you watch over: they are held until you decide.",
    ),
    NoticeKind.PILOT_TURN: (
        "1 pilot of yours was held, goes on again or is over: its page says which, and why.",
        "{number} pilots of yours were held, go on again or are over: their pages say which, and why.",
    ),
    NoticeKind.ALARM: (
        "1 alarm waits for you to acknowledge it.",
        "{number} alarms wait for you to acknowledge them.",
    ),
}
SPANISH = {
    NoticeKind.DAILY: ("1 documento le espera.", "{number} documentos le esperan."),
    NoticeKind.OVERDUE: ("1 documento suyo está vencido.", "{number} documentos suyos están vencidos."),
    NoticeKind.POOL: (
        "1 documento vencido volvió a todos los que pueden decidir sobre él.",
        "{number} documentos vencidos volvieron a todos los que pueden decidir sobre ellos.",
    ),
    NoticeKind.LEAD: (
        "1 documento está vencido y nadie ha decidido sobre él.",
        "{number} documentos están vencidos y nadie ha decidido sobre ellos.",
    ),
    NoticeKind.CALL_QUESTION: (
        "1 pregunta espera su respuesta.",
        "{number} preguntas esperan su respuesta.",
    ),
    NoticeKind.CALL_LATE: (
        "1 pregunta está vencida y nadie la ha contestado.",
        "{number} preguntas están vencidas y nadie las ha contestado.",
    ),
    NoticeKind.CALL_ANSWER: (
        "Se contestó 1 pregunta suya.",
        "Se contestaron {number} preguntas suyas.",
    ),
    NoticeKind.CALL_UNREAD: (
        "Quien preguntó no ha leído 1 respuesta.",
        "Quienes preguntaron no han leído {number} respuestas.",
    ),
    NoticeKind.CALL_BACK: (
        "Se retiró una llamada de la que vino 1 pregunta que usted contestó.",
        "Se retiraron llamadas de las que vinieron {number} preguntas que usted contestó.",
    ),
    NoticeKind.TAKEN_BACK: (
        "Se retiró del expediente 1 documento que usted firmó.",
        "Se retiraron del expediente {number} documentos que usted firmó.",
    ),
    NoticeKind.EMERGENCY: (
        "1 expediente se abrió en una emergencia y nadie lo ha revisado desde entonces.",
        "{number} expedientes se abrieron en una emergencia y nadie los ha revisado desde entonces.",
    ),
    NoticeKind.SECOND: ("1 segunda lectura le espera.", "{number} segundas lecturas le esperan."),
    NoticeKind.SECOND_LATE: (
        "1 segunda lectura está vencida, o no hay quien pueda hacerla.",
        "{number} segundas lecturas están vencidas, o no hay quien pueda hacerlas.",
    ),
    NoticeKind.THIRD: (
        "Dos lectores no coinciden en algo que importa: 1 documento espera que se resuelva.",
        "Dos lectores no coinciden en algo que importa: {number} documentos esperan que se resuelvan.",
    ),
    NoticeKind.CORRECT: (
        "Urgente: hay que corregir 1 documento que ya salió.",
        "Urgente: hay que corregir {number} documentos que ya salieron.",
    ),
    NoticeKind.QUESTION: (
        "Se le pide resolver en qué no coinciden las fuentes: 1 pregunta espera.",
        "Se le pide resolver en qué no coinciden las fuentes: {number} preguntas esperan.",
    ),
    NoticeKind.UNANSWERED: (
        "1 pregunta sobre lo que no coincide entre fuentes espera demasiado a un médico.",
        "{number} preguntas sobre lo que no coincide entre fuentes esperan demasiado a un médico.",
    ),
    NoticeKind.UNDELIVERED: (
        "1 documento firmado no llegó al expediente de otro sistema y espera que alguien lo revise.",
        "{number} documentos firmados no llegaron al expediente de otro sistema y esperan que alguien los revise.",
    ),
    NoticeKind.WEBHOOK_OFF: (
        "Se desactivó 1 webhook porque su servidor no aceptaba nada: otro sistema ya no se entera de nada.",
        "Se desactivaron {number} webhooks porque sus servidores no aceptaban nada: otros sistemas ya no se enteran de nada.",
    ),
    NoticeKind.PILOT: (
        "En 1 piloto que usted vigila se cumple una regla de suspensión: queda detenido hasta que usted decida.",
        "En {number} pilotos que usted vigila se cumple una regla de suspensión: quedan detenidos hasta que usted decida.",
    ),
    NoticeKind.PILOT_TURN: (
        "1 piloto suyo se detuvo, sigue o terminó: su página dice cuál de las tres y por qué.",
        "{number} pilotos suyos se detuvieron, siguen o terminaron: sus páginas dicen cuál de las tres y por qué.",
    ),
    NoticeKind.ALARM: (
        "1 alarma espera que usted la confirme.",
        "{number} alarmas esperan que usted las confirme.",
    ),
}
WORDS = {"en": ENGLISH, "es": SPANISH}
# What goes out by e-mail around the words, and its subject.
LETTERS = {
    "en": "{words}\n\nOpen Careloom to see more. This message names nobody; please don't answer it.",
    "es": "{words}\n\nAbra Careloom para ver más. Este mensaje no nombra a nadie; por favor no lo conteste.",
}
# What an alarm's own letter says, and its subject; no other letter goes out for such a notice.
ALARM_LETTERS = {
    "en": "An alarm waits for you to acknowledge it.\n\nKind: {kind}\nAlarm: {id}\nOpen: {address}\n\nThis message names nobody; please don't answer it.",
    "es": "Una alarma espera que usted la confirme.\n\nTipo: {kind}\nAlarma: {id}\nAbrir: {address}\n\nEste mensaje no nombra a nadie; por favor no lo conteste.",
}
ALARM_SUBJECTS = {"en": "Careloom: alarm", "es": "Careloom: alarma"}
MAILED_APART = frozenset({NoticeKind.ALARM})
SUBJECTS = {"en": "Careloom: work waits", "es": "Careloom: hay trabajo pendiente"}


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person (a user's id) was told, of how many, and when; `seen` says that she has read it here."""

    id: str
    user: str
    kind: NoticeKind
    number: int
    at: datetime
    seen: bool = False

    def words(self, language: str) -> str:
        """As a sentence in the language of whoever reads it ("en", "es")."""
        one, many = WORDS[language][self.kind]
        return one if self.number == 1 else many.format(number=self.number)


@dataclass(frozen=True, slots=True)
class Escalated:
    """A step of an overdue or waiting document: its kind, and when it was taken."""

    proposal: str
    kind: NoticeKind
    at: datetime
