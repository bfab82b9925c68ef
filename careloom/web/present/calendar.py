"""The calendar of watching as its pages tell it: the year as a picture, each period, and what its report came to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from careloom.care.document import Severity, Tier
from careloom.care.programme import Standing
from careloom.web.present.failures import CAUSES
from careloom.web.present.kinds import named
from careloom.web.present.site_alarms import KINDS, SEVERITIES
from careloom.web.saying import later

ITEMS: Mapping[str, tuple[str, str]] = {
    "weekly": (later("Week: substantial revisions"), later("Which drafts needed substantial revision, and what they have in common.")),
    "monthly": (later("Month: accuracy audit"), later("A random sample of the month's drafts, read line by line by people who didn't decide on them.")),
    "quarterly": (later("Quarter: minutes, equity, vigilance"), later("Work, groups, how reviewers read, and whether to train or write anew.")),
    "yearly": (later("Year: compliance review"), later("Questions with the evidence that this installation has of each.")),
}  # fmt: skip
STATES: Mapping[str, tuple[str, str, str]] = {
    "coming": ("quiet", "·", later("coming")),
    "running": ("quiet", "◌", later("its report is made within a day")),
    "reading": ("look", "◐", later("being read")),
    "waiting": ("look", "◆", later("waits to be looked through")),
    "overdue": ("act", "■", later("overdue")),
    "failed": ("act", "✗", later("failed; tried again each day")),
    "done": ("ok", "✓", later("done")),
}
DECISIONS: Mapping[str, str] = {
    "retrain": later("train or write anew"),
    "keep": later("keep what there is"),
    "more_data": later("wait for more data"),
}
BY: Mapping[str, str] = {
    "protocol": later("protocol"),
    "rule": later("rule"),
    "model": later("model"),
    "template": later("template and section"),
    "source": later("source and kind of entry"),
    "reason": later("reviewer's reason"),
}
PROPOSED: Mapping[str, str] = {
    "protocol": later("read the protocol again; change it where reviewers do"),
    "rule": later("look at the rule, or draft another from one of these drafts"),
    "prompt": later("change the prompt, or take the task from the model"),
    "template": later("change the wording of the template"),
    "mapping": later("look at the mapping of this source"),
}
QUESTIONS: Mapping[str, str] = {
    "audit": later("Is the audit log whole?"),
    "access": later("Does everybody with an account still need it?"),
    "licences": later("Do the licences of those who sign hold?"),
    "training": later("Has everybody who decides the certificate of the training?"),
    "backup": later("Are there backups, and was one restored?"),
    "transport": later("Is the site behind TLS, with a second factor?"),
    "emergencies": later("Has somebody looked at every record opened in an emergency?"),
    "alarms": later("Were alarms acknowledged and ended?"),
    "calendar": later("Was everything of this calendar looked through?"),
    "knowledge": later("Can all of the knowledge be read?"),
}
WELL: Mapping[bool | None, tuple[str, str, str]] = {
    True: ("ok", "✓", later("well")),
    False: ("act", "✗", later("not so")),
    None: ("look", "◆", later("for a person to say")),
}
FOUND: Mapping[str, str] = {
    "events": later("events"),
    "accounts": later("accounts"),
    "unused": later("not signed in for 90 days"),
    "administrators": later("administrators"),
    "licences": later("licences"),
    "expired": later("expired"),
    "must": later("who must have it"),
    "hold": later("who have it"),
    "backups": later("backups"),
    "restores": later("restores"),
    "recovery_key": later("sealed for a recovery key"),
    "behind_tls": later("behind TLS"),
    "second_factor": later("second factor"),
    "session_minutes": later("idle minutes of a session"),
    "unreported": later("not looked at"),
    "raised": later("raised"),
    "escalated": later("not acknowledged in time"),
    "standing": later("standing now"),
    "reports": later("reports"),
    "late": later("late"),
    "looked_through": later("looked through"),
    "problems": later("problems"),
    "version": later("version"),
}
# The picture: its width, the height of a row, and the room of the words on its left.
WIDTH, ROW, LEFT, TOP = 900, 34, 150, 22


@dataclass(frozen=True, slots=True)
class Box:
    """A period in the picture: where it is, how it looks, where it leads and what it says."""

    x: int
    y: int
    width: int
    tone: str
    shape: str
    address: str
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: a table with a head, and words before it."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def picture(year: int, every: Iterable[Standing]) -> dict[str, Any]:
    """The year: a row for each item, a box for each period."""
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    scale, order = (WIDTH - LEFT) / days, list(ITEMS)
    boxes = []
    for one in every:
        start = max((one.period.first - date(year, 1, 1)).days, 0)
        end = min((one.period.last - date(year, 1, 1)).days + 1, days)
        boxes.append(
            Box(
                round(LEFT + start * scale),
                TOP + order.index(one.period.item) * ROW,
                max(round((end - start) * scale) - 2, 4),
                STATES[one.state][0],
                STATES[one.state][1],
                f"/calendar/{one.period.item}/{one.period.name}",
                f"{one.period.name}: {STATES[one.state][2]}",
                one.late,
            )
        )
    months = [
        (round(LEFT + (date(year, month, 1) - date(year, 1, 1)).days * scale), f"{month}")
        for month in range(1, 13)
    ]
    rows = [(TOP + number * ROW, str(ITEMS[one][0]).partition(":")[0]) for number, one in enumerate(order)]
    return {
        "boxes": boxes,
        "months": months,
        "rows": rows,
        "width": WIDTH,
        "height": TOP + ROW * len(order),
        "words": summary(every),
    }


def summary(every: Iterable[Standing]) -> str:
    """The year in one sentence, for whoever doesn't see the picture."""
    found = list(every)
    numbers = {state: sum(one.state == state for one in found) for state in STATES}
    late = sum(one.late for one in found)
    return gettext(
        "{done} done, {waiting} to look through, {overdue} overdue, {failed} failed, {coming} to come; {late} reports were made late"
    ).format(
        done=numbers["done"],
        waiting=numbers["waiting"] + numbers["reading"],
        overdue=numbers["overdue"],
        failed=numbers["failed"],
        coming=numbers["coming"] + numbers["running"],
        late=late,
    )


def row_of(one: Standing) -> dict[str, Any]:
    """A period for the list."""
    tone, shape, words = STATES[one.state]
    return {
        "address": f"/calendar/{one.period.item}/{one.period.name}",
        "item": one.period.item,
        "name": one.period.name,
        "title": ITEMS[one.period.item][0],
        "days": f"{one.period.first} – {one.period.last}",
        "due": one.period.due.isoformat(),
        "tone": tone,
        "shape": shape,
        "state": words,
        "late": one.late,
        "reports": len(one.reports),
    }


def percent(found: Sequence[float] | None) -> str:
    """A share with its 95 % interval; a dash where none is said."""
    if not found:
        return gettext("not said: too few")
    return f"{100 * found[0]:.1f} % ({100 * found[1]:.1f}–{100 * found[2]:.1f})"


def sections(item: str, body: Mapping[str, Any], people: Mapping[str, str]) -> list[Section]:
    """A report in words."""
    return {"weekly": _weekly, "monthly": _monthly, "quarterly": _quarterly, "yearly": _yearly}[item](
        body, people
    )


def _table(title: str, rows: Iterable[Sequence[object]], note: str = "", head: Sequence[str] = ()) -> Section:
    return Section(title, note, tuple(head), tuple(tuple(str(cell) for cell in row) for row in rows))


def _weekly(body: Mapping[str, Any], _: Mapping[str, str]) -> list[Section]:
    note = gettext(
        "Substantial: sent back, rejected or taken back, a line of a weighty class changed or struck, or at least {edited} % of the words changed (our own limit)."
    ).format(edited=f"{body['edited']:g}")
    first = _table(
        gettext("Drafts of the week"),
        [
            (gettext("decided on"), body["decided"]),
            (gettext("of these substantially revised"), body["substantial"]),
            (gettext("share, with its 95 % interval"), percent(body["share"])),
            (gettext("of these sent back, rejected or taken back"), body["sent_back"]),
            (gettext("written by hand, and left out"), body["by_hand"]),
        ],
        note,
    )
    groups = _table(
        gettext("What they have in common"),
        [
            (BY[one["by"]], one["name"], one["drafts"], one["of"], one["lines"], PROPOSED[one["proposes"]])
            for one in body["groups"]
        ],
        gettext("A draft stands in every group that fits. A group says where changes were made most often, not why."),
        (gettext("In common"), gettext("Which"), gettext("Drafts"), gettext("of decided"), gettext("Lines"), gettext("What could be changed")),
    )  # fmt: skip
    return [first, groups] if body["groups"] else [first]


def _monthly(body: Mapping[str, Any], _: Mapping[str, str]) -> list[Section]:
    told = body["accurate"]
    if not body["frame"]:
        words = gettext("No draft was made in this month: nothing was drawn, and there is no share to say.")
        return [_table(gettext("Result"), [], words)]
    rows = [
        (gettext("drafts of the month"), body["frame"]),
        (gettext("drawn"), body["sample"]),
        (gettext("read"), f"{body['read']} ({gettext('twice')}: {body['read_twice']} / {body['twice']})"),
        (gettext("not read"), len(body["unread"])),
    ]
    if told:
        rows += [
            (
                gettext("accurate, with its 95 % interval"),
                percent([told["value"], told["low"], told["high"]]),
            ),
            (gettext("numerator and denominator"), f"{told['hits']} / {told['number']}"),
        ]
    else:
        rows.append((gettext("accurate"), gettext("nothing was read: no share is said")))
    result = _table(
        gettext("Result"),
        rows,
        gettext(
            "Accurate is a document, as it was drafted, in which its reader found no high or moderate fault: a line that is wrong or that its sources don't support, or something left out. Strata count by their number of drafts; the interval is Wilson's at Kish's effective size, for a finite population. What wasn't read counts nowhere."
        ),
    )
    lines = body["lines"]
    omitted = ", ".join(f"{SEVERITIES[one]}: {body['omitted'].get(one.value, 0)}" for one in Severity)
    kappa = body["kappa"]
    detail = _table(
        gettext("Lines and readers"),
        [
            (gettext("correct lines, with the 95 % interval (lines of one document aren't independent: too narrow)"), percent(body["correct"])),
            (gettext("correct / wrong / unsupported"), " / ".join(str(lines.get(one, 0)) for one in ("correct", "wrong", "unsupported"))),
            (gettext("left out"), omitted),
            (gettext("two readers: pairs of lines, kappa (95 % interval), AC1"), _kappa(kappa)),
        ],
    )  # fmt: skip
    strata = _table(
        gettext("Strata"),
        [(stratum(one["stratum"]), one["frame"], one["sample"], one["read"], one["accurate"]) for one in body["strata"]],
        gettext("Tier, kind and language; in proportion, and at least {least} of each.").format(least=body["least"]),
        (gettext("Stratum"), gettext("drafts of the month"), gettext("drawn"), gettext("read"), gettext("accurate")),
    )  # fmt: skip
    return [result, detail, strata, _proof(body)]


def _proof(body: Mapping[str, Any]) -> Section:
    before = (
        gettext("before the month was over")
        if body["committed_before"]
        else gettext("only after the month was over")
    )
    return _table(
        gettext("How it was drawn"),
        [
            (gettext("hash of the seed (SHA-256)"), f"{body['hash']}, {before}"),
            (gettext("seed"), body["seed"]),
            (gettext("drawn again now"), gettext("the same list") if body["drawn_again"] else gettext("another list")),
        ],
        gettext(
            "The size is for {half} points to each side of a share of {expected} (Cochran 1977, chapter 4, finite population); {double} % are read twice. The list can't be changed."
        ).format(half=round(100 * body["half"]), expected=f"{body['expected']:g}", double=round(100 * body["double"])),
    )  # fmt: skip


def _kappa(found: Mapping[str, Any] | None) -> str:
    if not found:
        return gettext("not said: too few")
    if found["kappa"] is None:
        return f"{found['pairs']}, {gettext('not defined: only one thing was said')}"
    between = "" if found["low"] is None else f" ({found['low']:.2f}–{found['high']:.2f})"
    return f"{found['pairs']}, {found['kappa']:.2f}{between}, {found['ac1']:.2f}"


def stratum(name: str) -> str:
    """A stratum in words: tier, kind, language."""
    tier, kind, language = name.split("/")
    return f"{Tier(int(tier)).name.lower()} · {named(kind).title} · {language}"


def _quarterly(body: Mapping[str, Any], people: Mapping[str, str]) -> list[Section]:
    watch = body["vigilance"]
    return [
        _table(
            gettext("Work"),
            [
                (gettext("documents worked on"), body["cases"]),
                (gettext("filed"), body["filed"]),
                (gettext("changed, with the 95 % interval"), percent(body["changed"])),
                (gettext("substantially revised"), percent(body["substantial"])),
                (gettext("quality measures counted on"), ", ".join(body["counts"]) or gettext("no day of this quarter")),
            ],
            body["caveat"],
        ),
        _table(
            gettext("Groups by language"),
            [(one, said["number"], percent(said["substantial"])) for one, said in body["equity"].items()],
            gettext("Groups of fewer than 10 decided drafts aren't told."),
            (gettext("Language"), gettext("Drafts"), gettext("substantially revised")),
        ),
        _table(
            gettext("Vigilance of reviewers"),
            [
                (people.get(one["who"], gettext("Somebody who left")), one["signed"], f"{100 * one['as_it_was']:.0f} %",
                 "–" if one["seconds_a_line"] is None else f"{one['seconds_a_line']:.1f}")
                for one in watch["reviewers"]
            ],
            gettext("In drills of the last 90 days, faults caught: {caught}; false alarms: {alarms}. Reviewers with fewer than 10 signatures aren't told.").format(
                caught=percent(watch["caught"]), alarms=percent(watch["false_alarms"])
            ),
            (gettext("Reviewer"), gettext("Signatures"), gettext("as it was drafted"), gettext("seconds a line")),
        ),
        _table(
            gettext("What the numbers say"),
            [
                *((str(CAUSES.get(one, one)), number) for one, number in body["failures"].items()),
                *((str(KINDS.get(one, one)), number) for one, number in body["alarms"].items()),
                (gettext("suggestion"), DECISIONS[body["suggested"]]),
            ],
            gettext("Judged failures by cause, alarms by kind. Suggested by rule: wait below 30 decided drafts or without a judged failure; train or write anew where model and wording are the cause of more failures than sources, reading, knowledge and rules; else keep."),
        ),
    ]  # fmt: skip


def _yearly(body: Mapping[str, Any], _: Mapping[str, str]) -> list[Section]:
    rows = []
    for one in body["questions"]:
        shape, words = WELL[one["well"]][1:]
        found = "; ".join(f"{FOUND.get(name, name)}: {_said(value)}" for name, value in one["found"].items())
        rows.append((QUESTIONS[one["key"]], f"{shape} {words}", found))
    pack = gettext("No compliance pack is attached.") if not body["pack"] else ""
    head = (gettext("Question"), gettext("How it stands"), gettext("Evidence"))
    return [_table(gettext("Questions"), rows, pack, head)]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)
