"""The work list as a page: one row per proposal, what waits in it, how soon, and by when; and what can be asked of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from careloom import draft
from careloom.care.document import Severity, Tier
from careloom.care.worklist import Counted, Found, Order, Risk, Sought, Waiting, Whose
from careloom.care.worklist import Row as Listed
from careloom.web.present.kinds import Named, named
from careloom.web.present.leaves import asked_for, leaf
from careloom.web.present.words import SEVERITIES, Mark, age, count, graded, moment, sex, span
from careloom.web.saying import later

Word = TypeVar("Word", Whose, Order)
SOON = 2 * 3600
OLD_DAYS = (2, 7)
TABS = {Whose.MINE: later("Mine"), Whose.TEAM: later("My team's"), Whose.ALL: later("All")}
TIERS = {"nurse": Tier.NURSE, "physician": Tier.PHYSICIAN, "automatic": Tier.AUTO}
RISKS = {
    Risk.HIGH: Mark("▲", later("high risk"), "act"),
    Risk.RAISED: Mark("■", later("look sooner"), "look"),
}
REASONS = {
    "urgent page": later("an urgent page is open"),
    "high finding": later("a high finding"),
    "left hospital": later("in hospital or emergency care lately"),
    "overdue": later("overdue"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal of the work list."""

    proposal: str
    kind: str
    noun: str
    patient: str
    who: str
    why: str
    findings: tuple[Mark, ...]
    risk: Mark | None
    because: str
    due: str
    due_mark: Mark | None
    age: str
    yours: str
    waits: str
    whose: str
    opened: str
    progress: str
    mine: bool
    held: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to another part of the list, with how much there is."""

    words: str
    number: int
    query: str
    here: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of the work list: its rows, where else one can look, and what narrows it."""

    rows: tuple[Row, ...]
    words: str
    tabs: tuple[Tab, ...]
    filters: Mapping[str, tuple[Option, ...]]
    overdue_only: bool
    narrowed: bool
    whose: str
    place: str
    before: str
    after: str
    nothing_anywhere: bool


def sought(asked: Mapping[str, str]) -> Sought:
    """What an address asks to see; a word that isn't known excludes nothing."""
    risks = {one.word: one for one in Risk}
    return Sought(
        whose=_one(Whose, asked.get("whose", ""), Whose.MINE),
        tier=TIERS.get(asked.get("tier", "")),
        kind=asked.get("kind", "") if asked.get("kind", "") in draft.KINDS else "",
        risk=risks.get(asked.get("risk", "")),
        overdue=asked.get("overdue") == "1",
        older_than_days=int(asked["older"]) if asked.get("older", "") in map(str, OLD_DAYS) else 0,
        order=_one(Order, asked.get("order", ""), Order.DUE),
        page=asked_for(asked.get("page", "")),
    )


def _one(words: type[Word], text: str, otherwise: Word) -> Word:
    return words(text) if text in {one.value for one in words} else otherwise


def work_list(found: Found, asked: Sought, now: datetime, reach: Tier) -> WorkList:
    """The page for a reader of that reach."""
    kinds = {kind: named(kind) for kind in {row.waiting.kind for row in found.rows}}
    rows = tuple(_row(row, kinds[row.waiting.kind], now, reach) for row in found.rows)
    where = leaf(asked.page, len(rows), found.total, lambda one: _query(asked, page=str(one)))
    return WorkList(
        rows=rows,
        words=_words(found, rows, asked),
        tabs=tuple(
            Tab(words, found.by_whose.get(one, 0), _query(asked, whose=one.value), one is asked.whose)
            for one, words in TABS.items()
        ),
        filters=dict(_filters(asked)),
        overdue_only=asked.overdue,
        narrowed=_is_narrowed(asked),
        whose=asked.whose.value,
        place=where.place,
        before=where.before,
        after=where.after,
        nothing_anywhere=not found.by_whose.get(Whose.ALL),
    )


def _words(found: Found, rows: Sequence[Row], asked: Sought) -> str:
    noun = _noun(rows) if len(rows) == found.total else "document"
    late = gettext(", {overdue} overdue").format(overdue=found.overdue) if found.overdue else ""
    if asked.whose is Whose.MINE:
        return (
            gettext("{many} to review{late}").format(many=count(found.total, noun), late=late)
            if found.total
            else gettext("Nothing waits for you")
        )
    if not found.total:
        return gettext("Nothing waits here")
    return ngettext("{many} waits{late}", "{many} wait{late}", found.total).format(
        many=count(found.total, noun), late=late
    )


def _noun(rows: Sequence[Row]) -> str:
    """What all of these are: "plan" where they are care plans, "document" where they are of several kinds."""
    nouns = {row.noun for row in rows}
    return nouns.pop() if len(nouns) == 1 else "document"


def _is_narrowed(asked: Sought) -> bool:
    wishes = (
        asked.tier is not None,
        asked.kind,
        asked.risk is not None,
        asked.overdue,
        asked.older_than_days,
    )
    return any(wishes) or asked.order is not Order.DUE


def _query(asked: Sought, **changed: str) -> str:
    """The address of the list as asked, with something changed; another part begins at its first page."""
    words = {
        "whose": asked.whose.value,
        "tier": next((word for word, tier in TIERS.items() if tier is asked.tier), ""),
        "kind": asked.kind,
        "risk": asked.risk.word if asked.risk is not None else "",
        "overdue": "1" if asked.overdue else "",
        "older": str(asked.older_than_days or ""),
        "order": asked.order.value if asked.order is not Order.DUE else "",
    } | changed
    return urlencode({name: word for name, word in words.items() if word})


def _filters(asked: Sought) -> Iterator[tuple[str, tuple[Option, ...]]]:
    def options(chosen: str, *all_: tuple[str, str]) -> tuple[Option, ...]:
        return tuple(Option(value, words, value == chosen) for value, words in all_)

    tier = next((word for word, tier in TIERS.items() if tier is asked.tier), "")
    yield (
        "tier",
        options(
            tier,
            ("", gettext("Anybody")),
            ("nurse", gettext("A nurse signs")),
            ("physician", gettext("A physician signs")),
        ),
    )
    kinds = sorted((named(kind).title, kind) for kind in draft.KINDS)
    yield "kind", options(asked.kind, ("", gettext("Every kind")), *((kind, title) for title, kind in kinds))
    risk = asked.risk.word if asked.risk is not None else ""
    risks = (("high", gettext("High")), ("raised", gettext("Look sooner")), ("routine", gettext("Routine")))
    yield "risk", options(risk, ("", gettext("Any")), *risks)
    older = ((str(days), gettext("More than {days} days").format(days=days)) for days in OLD_DAYS)
    yield "older", options(str(asked.older_than_days or ""), ("", gettext("Any time")), *older)
    orders = (
        ("", gettext("Due first")),
        ("risk", gettext("Highest risk first")),
        ("age", gettext("Oldest first")),
    )
    yield "order", options(asked.order.value if asked.order is not Order.DUE else "", *orders)


def _row(row: Listed, kind: Named, now: datetime, reach: Tier) -> Row:
    waiting = row.waiting
    reach = reach if row.mine else Tier.AUTO
    born = waiting.birth_date
    risks = waiting.risks(now)
    return Row(
        proposal=waiting.proposal,
        kind=kind.title,
        noun=kind.noun,
        patient=waiting.name,
        who=" · ".join(part for part in (age(born, now.date()), sex(waiting.sex), born) if part),
        why=waiting.counted.why,
        findings=_found(waiting.counted),
        risk=RISKS.get(max(risks.values(), default=Risk.ROUTINE)),
        because=", ".join(str(REASONS[one]) for one in risks),
        due=moment(waiting.due, now) if waiting.due else gettext("no date"),
        due_mark=_due_mark(waiting.due, now),
        age=span((now - waiting.created).total_seconds()),
        yours=_yours(waiting, reach),
        waits=_waits(waiting.counted, reach),
        whose=_whose(waiting, now),
        opened=gettext("{opened_by} has it open since {when}").format(
            opened_by=waiting.opened_by, when=moment(waiting.opened_since, now)
        )
        if waiting.opened_by
        else "",
        progress=gettext("{signed} of {lines} signed").format(
            signed=waiting.counted.signed, lines=waiting.counted.lines
        )
        if waiting.counted.signed
        else "",
        mine=row.mine,
        held=waiting.signed,
    )


def _whose(waiting: Waiting, now: datetime) -> str:
    if not waiting.owner:
        return ""
    since = gettext(" since {when}").format(when=moment(waiting.since, now)) if waiting.since else ""
    return f"{waiting.owner}{since}"


def _yours(waiting: Waiting, reach: Tier) -> str:
    """ "10 lines"; where all lines are signed, "the whole"; "" where nothing is this reader's."""
    mine = waiting.counted.left(reach)
    if mine:
        return count(mine, "line")
    return gettext("the whole") if reach is Tier.PHYSICIAN and waiting.counted.whole else ""


def _waits(counted: Counted, reach: Tier) -> str:
    """What waits for others: "5 for a physician", "10 for a nurse, 5 for a physician", "the whole for a physician"."""
    nurse = counted.nurse if reach < Tier.NURSE else 0
    physician = counted.physician if reach < Tier.PHYSICIAN else 0
    said = [gettext("{nurse} for a nurse").format(nurse=nurse)] if nurse else []
    if physician:
        said.append(gettext("{physician} for a physician").format(physician=physician))
    elif reach < Tier.PHYSICIAN and counted.whole:
        said.append(gettext("the whole for a physician"))
    return ", ".join(said)


def _found(counted: Counted) -> tuple[Mark, ...]:
    """One mark per severity that occurs, with its count as the word."""
    numbers = {Severity.HIGH: counted.high, Severity.MODERATE: counted.moderate, Severity.LOW: counted.low}
    return tuple(
        Mark(SEVERITIES[severity].shape, graded(severity, number), SEVERITIES[severity].tone)
        for severity, number in numbers.items()
        if number
    )


def _due_mark(due: datetime | None, now: datetime) -> Mark | None:
    if due is None:
        return None
    left = (due - now).total_seconds()
    if left < 0:
        return Mark("▲", gettext("overdue"), "act")
    return Mark("■", gettext("soon"), "look") if left < SOON else None
