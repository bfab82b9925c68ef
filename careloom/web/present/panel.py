"""My panel today: each patient with why now, how long it waits, what is new, and one next step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from careloom import draft
from careloom.care.document import Finding, Severity
from careloom.care.panel import Because, Line, Panel, Reason, Whose
from careloom.text.sentences import sentences
from careloom.web.present.kinds import named
from careloom.web.present.next_steps import next_step
from careloom.web.present.patient.timeline import told
from careloom.web.present.questions import SAID
from careloom.web.present.rules import in_words
from careloom.web.present.urgent import page_words
from careloom.web.present.words import Mark, age, brief, count, moment, sentence, sex, source_name, span
from careloom.web.saying import both, later

WHOSE: Mapping[Whose, str] = {
    "team": later("The patients in whose care team you are."),
    "all": later("Nobody has put you into a care team yet: all patients whom you may see."),
}
_UNREAD = later("This record could not be looked through for what can't wait: read it yourself.")
_MARKS: Mapping[Because, Mark] = {
    Because.URGENT: Mark("▲", later("act now"), "act"),
    Because.FINDING: Mark("▲", later("high finding"), "look"),
    Because.EMERGENCY: Mark("●", later("emergency"), "look"),
    Because.DISCHARGED: Mark("●", later("discharged"), "look"),
    Because.ADMITTED: Mark("●", later("admitted"), "look"),
    Because.TAKEN_BACK: Mark("☎", later("taken back"), "look"),
    Because.OVERDUE: Mark("■", later("overdue"), "look"),
    Because.CALL: Mark("☎", later("call"), "look"),
    Because.QUESTION: Mark("?", later("asks you"), "look"),
    Because.ANSWER: Mark("◀", later("answered"), "look"),
    Because.REPLY: Mark("◀", later("reply"), "look"),
    Because.ASKED: Mark("?", later("asked"), "look"),
    Because.DRAFT: Mark("○", later("to review"), "plain"),
    Because.SENT_BACK: Mark("↩", later("returned"), "plain"),
    Because.DUE: Mark("○", later("today"), "plain"),
    Because.TAKEN: Mark("▲", later("taken"), "look"),
    Because.REFERRAL: Mark("○", later("referral"), "plain"),
    Because.OTHERS: Mark("○", later("with others"), "plain"),
}
# One and many of the patients of a reason, for the line on top.
_COUNTED: Mapping[Because, tuple[str, str]] = {
    Because.URGENT: both("patient with something that can't wait", "patients with something that can't wait"),
    Because.FINDING: both("patient with a high finding", "patients with high findings"),
    Because.EMERGENCY: both("emergency visit", "emergency visits"),
    Because.DISCHARGED: both("discharged", "discharged"),
    Because.ADMITTED: both("admitted", "admitted"),
    Because.TAKEN_BACK: both("patient who got what was taken back", "patients who got what was taken back"),
    Because.OVERDUE: both("patient with something overdue", "patients with something overdue"),
    Because.CALL: both("call due after a discharge", "calls due after a discharge"),
    Because.QUESTION: both("patient with a question for you", "patients with questions for you"),
    Because.ANSWER: both("answer to a question of yours", "answers to questions of yours"),
    Because.REPLY: both("patient whose reply nobody read", "patients whose replies nobody read"),
    Because.ASKED: both(
        "patient of whom you are asked to settle something",
        "patients of whom you are asked to settle something",
    ),
    Because.DRAFT: both("patient with documents for you", "patients with documents for you"),
    Because.SENT_BACK: both(
        "patient with a returned document to draft again", "patients with returned documents to draft again"
    ),
    Because.DUE: both("patient with something due today", "patients with something due today"),
    Because.TAKEN: both("urgent page taken and not yet acted on", "urgent pages taken and not yet acted on"),
    Because.REFERRAL: both("patient with an open referral", "patients with open referrals"),
    Because.OTHERS: both("patient with documents for others", "patients with documents for others"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as a sentence with its mark."""

    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, and where; `call` where it is a call."""

    words: str
    address: str
    call: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A patient of the panel; `new` says what came since she looked, `looked` when that was ("" for never), `call` where she is called
    ("" where the reader doesn't call, or that is the next step)."""

    patient: str
    name: str
    who: str
    whys: tuple[Why, ...]
    waiting: str
    new: str
    looked: str
    step: Step
    call: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the panel."""

    rows: tuple[Row, ...]
    counts: tuple[Why, ...]
    whose: str
    total: int
    page: int
    pages: int
    more: int


def shown(panel: Panel, users: Mapping[str, str], now: datetime, *, works: bool, acts: bool) -> Shown:
    """The page; `works` says whether the reader does the care team's work, `acts` whether she takes what can't wait, `users` are names by id."""
    return Shown(
        rows=tuple(_row(line, users, now, works=works, acts=acts) for line in panel.lines),
        counts=tuple(
            Why(_MARKS[kind], count(number, *_COUNTED[kind])) for kind, number in sorted(panel.counts.items())
        ),
        whose=WHOSE[panel.whose],
        total=panel.total,
        page=panel.page,
        pages=panel.pages,
        more=panel.more,
    )


def _row(line: Line, users: Mapping[str, str], now: datetime, *, works: bool, acts: bool) -> Row:
    first = line.reasons[0] if line.reasons else None
    new = ", ".join(told(line.new))
    step, call = _step(line, new, works=works, acts=acts), reverse("call", args=[line.patient])
    return Row(
        patient=line.patient,
        name=line.name or gettext("Name not recorded"),
        who=" · ".join(filter(None, (age(line.birth_date, now.date()), sex(line.sex), line.birth_date))),
        whys=tuple(Why(_MARKS[one.because], _words(one, users, now)) for one in line.reasons),
        waiting=span((now - first.at).total_seconds()) if first else "",
        new=new,
        looked=moment(line.looked, now),
        step=step,
        call=call if works and step.address != call else "",
    )


def _words(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    return _SAID[one.because](one, users, now)


def _urgent(one: Reason, _: Mapping[str, str], now: datetime) -> str:
    more = gettext(" And {more} more.").format(more=one.number - 1) if one.number > 1 else ""
    return gettext("{said} Nobody has taken it since {when}.{more}").format(
        said=page_words(one.words), when=moment(one.at, now), more=more
    )


def _taken(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    more = gettext(" And {more} more.").format(more=one.number - 1) if one.number > 1 else ""
    return gettext("{said} Taken by {person}, {when}; not yet acted on.{more}").format(
        said=page_words(one.words),
        person=users.get(one.by) or gettext("somebody"),
        when=moment(one.at, now),
        more=more,
    )


def _finding(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    """What was found, in one sentence, and what to do about it; the rest of it stands with the plan."""
    if not one.rule:
        return gettext(_UNREAD)
    found = next(iter(sentences(in_words(Finding(one.rule, Severity.HIGH, one.words)))))
    more = gettext(" And {more} more.").format(more=one.number - 1) if one.number > 1 else ""
    return f"{sentence(found.text)} {gettext(next_step(one.rule))}{more}"


def _visit(what: str) -> Callable[[Reason, Mapping[str, str], datetime], str]:
    def words(one: Reason, _: Mapping[str, str], __: datetime) -> str:
        return gettext("{what} on {due}, as {source} says.").format(
            what=what, due=brief(one.due, weekday=True), source=source_name(one.source)
        )

    return words


def _call(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    by = brief(one.due, weekday=True)
    if one.late:
        return gettext(
            "The call within 2 business days of the discharge was due by {by}; none is documented."
        ).format(by=by)
    return gettext("Call by {by}: within 2 business days of the discharge.").format(by=by)


def _withdrawn(one: Reason, _: Mapping[str, str], now: datetime) -> str:
    many, by = count(one.number, "document"), brief(one.due, weekday=True)
    if one.late:
        return gettext(
            "{many} taken back ({when}) that went out to the patient: the call about it was due by {by}; none is documented."
        ).format(many=many, when=moment(one.at, now), by=by)
    return gettext("{many} taken back ({when}) that went out to the patient: call by {by}.").format(
        many=many, when=moment(one.at, now), by=by
    )


def _overdue(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    many = count(one.number, "activity", "activities")
    first = f": {sentence(one.words)}" if one.words else "."
    return gettext("{many} overdue, the first since {due}{first}").format(
        many=many, due=brief(one.due), first=first
    )


def _due(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    first = f": {sentence(one.words)}" if one.words else "."
    return gettext("{many} due today{first}").format(
        many=count(one.number, "activity", "activities"), first=first
    )


def _question(one: Reason, users: Mapping[str, str], _: datetime) -> str:
    many, by = count(one.number, "question"), users.get(one.by) or gettext("somebody")
    if one.late:
        return gettext("{many} to you by {by}, overdue since {day}.").format(
            many=many, by=by, day=brief(one.due)
        )
    return gettext("{many} to you by {by}, due {day}.").format(many=many, by=by, day=brief(one.due))


def _answer(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    by, said = users.get(one.by) or gettext("Somebody"), gettext(SAID[one.words]).lower()
    return gettext("{by} answered your question, {when}: {said}.").format(
        by=by, when=moment(one.at, now), said=said
    )


def _reply(one: Reason, _: Mapping[str, str], now: datetime) -> str:
    many = count(one.number, "reply", "replies")
    return gettext("{many} that nobody has read, the first of {when}.").format(
        many=many, when=moment(one.at, now)
    )


def _draft(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    many = count(one.number, "document")
    if one.late:
        return gettext("{many} for you to decide, overdue{more}.").format(
            many=many, more=gettext(", with a high finding") if one.high else ""
        )
    due = gettext(", due {due}").format(due=brief(one.due)) if one.due else ""
    return gettext("{many} for you to decide{due}{more}.").format(
        many=many, due=due, more=gettext(", with a high finding") if one.high else ""
    )


def _sent_back(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    more = gettext(" And {more} more.").format(more=one.number - 1) if one.number > 1 else ""
    return gettext("{title}: returned by {person}, {when}; nobody has drafted it again.{more}").format(
        title=named(one.words).title,
        person=users.get(one.by, gettext("Somebody")),
        when=moment(one.at, now),
        more=more,
    )


def _others(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    return gettext("{many} for somebody else to decide{late}{more}.").format(
        many=count(one.number, "document"),
        late=gettext(", overdue") if one.late else "",
        more=gettext(", with a high finding") if one.high else "",
    )


def _asked(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    more = gettext(" And {more} more.").format(more=one.number - 1) if one.number > 1 else ""
    by = users.get(one.by, gettext("Somebody"))
    return gettext("{by} asks you to settle what sources disagree on, since {when}.{more}").format(
        by=by, when=moment(one.at, now), more=more
    )


def _referral(one: Reason, _: Mapping[str, str], now: datetime) -> str:
    many = count(one.number, "referral")
    return gettext("{many} without an answer, the oldest since {day}: {said}").format(
        many=many, day=brief(one.at.astimezone(now.tzinfo), year=True), said=sentence(one.words)
    )


_SAID: Mapping[Because, Callable[[Reason, Mapping[str, str], datetime], str]] = {
    Because.URGENT: _urgent,
    Because.FINDING: _finding,
    Because.EMERGENCY: _visit(later("Emergency visit")),
    Because.DISCHARGED: _visit(later("Discharged from hospital")),
    Because.ADMITTED: _visit(later("Admitted to hospital")),
    Because.TAKEN_BACK: _withdrawn,
    Because.OVERDUE: _overdue,
    Because.CALL: _call,
    Because.QUESTION: _question,
    Because.ANSWER: _answer,
    Because.REPLY: _reply,
    Because.ASKED: _asked,
    Because.DRAFT: _draft,
    Because.SENT_BACK: _sent_back,
    Because.DUE: _due,
    Because.TAKEN: _taken,
    Because.REFERRAL: _referral,
    Because.OTHERS: _others,
}


def _step(line: Line, new: str, *, works: bool, acts: bool) -> Step:
    """The one next step of the worst reason."""
    patient, first = line.patient, line.reasons[0] if line.reasons else None
    record = Step(
        gettext("Read what is new") if new else gettext("Open the record"), reverse("patient", args=[patient])
    )
    if first is None:
        return record
    match first.because:
        case Because.URGENT:
            return Step(gettext("Take it") if acts else gettext("See who was paged"), reverse("urgent"))
        case Because.TAKEN:
            return Step(gettext("Say what was done") if acts else gettext("See it"), reverse("urgent"))
        case Because.FINDING:
            return _to_plan(line, works=works) or record
        case Because.TAKEN_BACK:
            return Step(gettext("See whom to phone about what"), reverse("review", args=[first.reference]))
        case Because.DISCHARGED | Because.CALL if works:
            return Step(gettext("Call"), reverse("call", args=[patient]), call=True)
        case Because.OVERDUE | Because.DUE:
            return Step(
                gettext("Say what became of it") if works else gettext("See it"),
                f"{reverse('tasks')}?plan={first.reference}",
            )
        case Because.QUESTION | Because.ANSWER:
            word = gettext("Answer it") if first.because is Because.QUESTION else gettext("Read the answer")
            return Step(word, f"{reverse('questions')}#q-{first.reference}")
        case Because.REPLY:
            return Step(gettext("Read it"), reverse("replies"))
        case Because.ASKED:
            return Step(gettext("Settle it"), reverse("settle", args=[patient, first.reference]))
        case Because.OTHERS:
            return Step(gettext("See it"), reverse("review", args=[first.reference]))
        case Because.DRAFT:
            return Step(gettext("Review it"), reverse("review", args=[first.reference]))
        case Because.SENT_BACK if works and first.words in draft.KINDS:
            address = reverse("draft_kind", args=[patient, first.words])
            return Step(gettext("Draft it again"), address)
        case Because.SENT_BACK:
            return Step(gettext("See it"), reverse("review", args=[first.reference]))
        case Because.REFERRAL:
            address = reverse("patient_fact", args=[patient, "timeline", first.reference])
            return Step(gettext("See the referral"), address)
        case _:
            return Step(gettext("Read what came"), record.address)


def _to_plan(line: Line, *, works: bool) -> Step | None:
    """Where what was found is answered: the plan that waits, else one to draft; None for whoever drafts none."""
    waits = [one for one in line.reasons if one.because in (Because.DRAFT, Because.OTHERS)]
    if waits:
        word = gettext("Review it") if waits[0].because is Because.DRAFT else gettext("See it")
        return Step(word, reverse("review", args=[waits[0].reference]))
    if not works:
        return None
    return Step(gettext("Draft a plan"), reverse("draft_kind", args=[line.patient, "care_plan"]))
