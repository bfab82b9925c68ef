"""My panel today: each patient with why now, how long it waits, what is new, and one next step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from careloom.care.panel import Because, Line, Panel, Reason, Whose
from careloom.web.present.patient.timeline import told
from careloom.web.present.words import Mark, age, count, moment, sentence, sex, source_name, span

WHOSE: Mapping[Whose, str] = {
    "team": "The patients in whose care team you are.",
    "all": "Nobody has put you into a care team yet: all patients whom you may see.",
}
_MARKS: Mapping[Because, Mark] = {
    Because.URGENT: Mark("▲", "act now", "act"),
    Because.EMERGENCY: Mark("●", "emergency", "look"),
    Because.DISCHARGED: Mark("●", "discharged", "look"),
    Because.ADMITTED: Mark("●", "admitted", "look"),
    Because.OVERDUE: Mark("■", "overdue", "look"),
    Because.CALL: Mark("☎", "call", "look"),
    Because.REPLY: Mark("◀", "reply", "look"),
    Because.ASKED: Mark("?", "asked", "look"),
    Because.DRAFT: Mark("○", "to review", "plain"),
    Because.DUE: Mark("○", "today", "plain"),
    Because.TAKEN: Mark("✓", "taken", "ok"),
    Because.REFERRAL: Mark("○", "referral", "plain"),
}
# One and many of the patients of a reason, for the line on top.
_COUNTED: Mapping[Because, tuple[str, str]] = {
    Because.URGENT: ("patient with something that can't wait", "patients with something that can't wait"),
    Because.EMERGENCY: ("emergency visit", "emergency visits"),
    Because.DISCHARGED: ("discharged", "discharged"),
    Because.ADMITTED: ("admitted", "admitted"),
    Because.OVERDUE: ("patient with something overdue", "patients with something overdue"),
    Because.CALL: ("call due after a discharge", "calls due after a discharge"),
    Because.REPLY: ("patient whose reply nobody read", "patients whose replies nobody read"),
    Because.ASKED: (
        "patient of whom you are asked to settle something",
        "patients of whom you are asked to settle something",
    ),
    Because.DRAFT: ("patient with documents for you", "patients with documents for you"),
    Because.DUE: ("patient with something due today", "patients with something due today"),
    Because.TAKEN: ("urgent page taken by somebody", "urgent pages taken by somebody"),
    Because.REFERRAL: ("patient with an open referral", "patients with open referrals"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as a sentence with its mark."""

    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, and where."""

    words: str
    address: str


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


def shown(panel: Panel, users: Mapping[str, str], now: datetime, *, works: bool) -> Shown:
    """The page; `works` says whether the reader does the care team's work, `users` are names by id."""
    return Shown(
        rows=tuple(_row(line, users, now, works=works) for line in panel.lines),
        counts=tuple(
            Why(_MARKS[kind], count(number, *_COUNTED[kind])) for kind, number in sorted(panel.counts.items())
        ),
        whose=WHOSE[panel.whose],
        total=panel.total,
        page=panel.page,
        pages=panel.pages,
        more=panel.more,
    )


def _row(line: Line, users: Mapping[str, str], now: datetime, *, works: bool) -> Row:
    first = line.reasons[0] if line.reasons else None
    new = ", ".join(told(line.new))
    step, call = _step(line.patient, first, new, works=works), reverse("call", args=[line.patient])
    return Row(
        patient=line.patient,
        name=line.name or "Name not recorded",
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
    more = f" And {one.number - 1} more." if one.number > 1 else ""
    return f"{sentence(one.words)} Nobody has taken it since {moment(one.at, now)}.{more}"


def _taken(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    return f"{sentence(one.words)} Taken by {users.get(one.by, 'somebody')}, {moment(one.at, now)}."


def _visit(what: str) -> Callable[[Reason, Mapping[str, str], datetime], str]:
    def words(one: Reason, _: Mapping[str, str], __: datetime) -> str:
        return f"{what} on {one.due:%a %-d %b}, as {source_name(one.source)} says."

    return words


def _call(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    by = f"{one.due:%a %-d %b}"
    if one.late:
        return f"The call within 2 business days of the discharge was due by {by}; none is documented."
    return f"Call by {by}: within 2 business days of the discharge."


def _overdue(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    many = count(one.number, "activity", "activities")
    first = f": {sentence(one.words)}" if one.words else "."
    return f"{many} overdue, the first since {one.due:%-d %b}{first}"


def _due(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    first = f": {sentence(one.words)}" if one.words else "."
    return f"{count(one.number, 'activity', 'activities')} due today{first}"


def _reply(one: Reason, _: Mapping[str, str], now: datetime) -> str:
    many = count(one.number, "reply", "replies")
    return f"{many} that nobody has read, the first of {moment(one.at, now)}."


def _draft(one: Reason, _: Mapping[str, str], __: datetime) -> str:
    many = count(one.number, "document")
    if one.late:
        return f"{many} for you to decide, overdue{', with a high finding' if one.high else ''}."
    due = f", due {one.due:%-d %b}" if one.due else ""
    return f"{many} for you to decide{due}{', with a high finding' if one.high else ''}."


def _asked(one: Reason, users: Mapping[str, str], now: datetime) -> str:
    more = f" And {one.number - 1} more." if one.number > 1 else ""
    by = users.get(one.by, "Somebody")
    return f"{by} asks you to settle what sources disagree on, since {moment(one.at, now)}.{more}"


def _referral(one: Reason, _: Mapping[str, str], now: datetime) -> str:
    many = count(one.number, "referral")
    return f"{many} without an answer, the oldest since {one.at.astimezone(now.tzinfo):%-d %b %Y}: {sentence(one.words)}"


_SAID: Mapping[Because, Callable[[Reason, Mapping[str, str], datetime], str]] = {
    Because.URGENT: _urgent,
    Because.EMERGENCY: _visit("Emergency visit"),
    Because.DISCHARGED: _visit("Discharged from hospital"),
    Because.ADMITTED: _visit("Admitted to hospital"),
    Because.OVERDUE: _overdue,
    Because.CALL: _call,
    Because.REPLY: _reply,
    Because.ASKED: _asked,
    Because.DRAFT: _draft,
    Because.DUE: _due,
    Because.TAKEN: _taken,
    Because.REFERRAL: _referral,
}


def _step(patient: str, first: Reason | None, new: str, *, works: bool) -> Step:
    """The one next step of the worst reason."""
    record = Step("Read what is new" if new else "Open the record", reverse("patient", args=[patient]))
    if first is None:
        return record
    match first.because:
        case Because.URGENT:
            return Step("Take it" if works else "See it", reverse("urgent"))
        case Because.DISCHARGED | Because.CALL if works:
            return Step("Call", reverse("call", args=[patient]))
        case Because.OVERDUE | Because.DUE:
            return Step(
                "Say what became of it" if works else "See it", f"{reverse('tasks')}?plan={first.reference}"
            )
        case Because.REPLY:
            return Step("Read it", reverse("replies"))
        case Because.ASKED:
            return Step("Settle it", reverse("settle", args=[patient, first.reference]))
        case Because.DRAFT:
            return Step("Review it", reverse("review", args=[first.reference]))
        case Because.REFERRAL:
            address = reverse("patient_fact", args=[patient, "timeline", first.reference])
            return Step("See the referral", address)
        case _:
            return Step("Read what came", record.address)
