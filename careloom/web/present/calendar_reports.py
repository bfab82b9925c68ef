"""The reports of the calendar as their pages tell them: each a few tables, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from careloom.care.compliance import Verdict
from careloom.care.document import Severity, Tier
from careloom.care.system import source_name
from careloom.comply.page import SHAPES
from careloom.web.present.calendar import DECISIONS
from careloom.web.present.calendar_words import (
    BY,
    CODES,
    ENTRIES,
    FOUND,
    HIGHER,
    KIND_IDS,
    LOWER,
    OUTCOMES,
    PROPOSED,
    QUESTIONS,
    WELL,
)
from careloom.web.present.compliance import WORDS as VERDICTS
from careloom.web.present.failures import CAUSES
from careloom.web.present.kinds import named
from careloom.web.present.pilot_report import DIMENSIONS
from careloom.web.present.result import REASONS
from careloom.web.present.site_alarms import KINDS, SEVERITIES


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: a table with a head, and words before it."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
            (BY[one["by"]], _which(one["by"], one["name"]), one["drafts"], one["of"], one["lines"], PROPOSED[one["proposes"]])
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
        [(stratum(one["stratum"]), one["frame"], one["sample"], one["read"], one["accurate"] if one["read"] else "–") for one in body["strata"]],
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
        _equity(body["equity"]),
        *([_outcomes(body["outcomes"])] if "outcomes" in body else []),
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


def _equity(said: Mapping[str, Any]) -> Section:
    head = (gettext("By"), gettext("Group"), gettext("Drafts"), gettext("substantially revised"))
    if "groups" not in said:  # a report of before the other groups were told
        rows = [
            (DIMENSIONS["language"], one, told["number"], percent(told["substantial"]))
            for one, told in said.items()
        ]
        return _table(
            gettext("Groups"), rows, gettext("Groups of fewer than 10 decided drafts aren't told."), head
        )
    rows = [
        (DIMENSIONS[one["dimension"]], one["name"], one["drafts"], percent(one["interval"]))
        for one in said["groups"]
    ]
    rows += [
        (words, gettext("not measured"), "", gettext("fewer than two groups are large enough"))
        for name, words in DIMENSIONS.items()
        if name not in said["compared"]
    ]
    unknown = ", ".join(
        f"{DIMENSIONS[name]} {gettext('too few to tell') if number is None else number}"
        for name, number in said["unknown"].items()
        if number != 0
    )
    note = gettext(
        "Groups of fewer than 11 patients, and those that would give one away, aren't told: {hidden}. Drafts of which nothing is recorded: {unknown}."
    ).format(hidden=sum(said["small"].values()), unknown=unknown or gettext("none"))
    return _table(gettext("Groups"), rows, note, head)


def _outcomes(said: Mapping[str, Any]) -> Section:
    rows = [
        (
            OUTCOMES.get(one["name"], one["title"]),
            "–" if one["patients"] is None else one["patients"],
            _number(one),
            LOWER if one["better"] == "lower" else HIGHER,
        )
        for one in said["rows"]
    ]
    return _table(
        gettext("Outcomes of patients"),
        rows,
        gettext(
            "Over the quarter, of {number} patients; of fewer than 11 nothing is told. What drafts changed of them a quarter alone can't say: careloom outcomes compares."
        ).format(number=said["patients"]),
        (gettext("Outcome"), gettext("Patients"), gettext("with the 95 % interval"), gettext("better is")),
    )


def _number(one: Mapping[str, Any]) -> str:
    found = one["value"]
    if not found:
        return gettext("not said: too few")
    if one["scale"] == "share":
        return percent(found)
    return f"{found[0]:.1f} ({found[1]:.1f}–{found[2]:.1f}) {one['unit']}".rstrip()


def _yearly(body: Mapping[str, Any], _: Mapping[str, str]) -> list[Section]:
    rows = []
    for one in body["questions"]:
        shape, words = WELL[one["well"]][1:]
        found = "; ".join(f"{FOUND.get(name, name)}: {_said(value)}" for name, value in one["found"].items())
        rows.append((QUESTIONS[one["key"]], f"{shape} {words}", found))
    head = (gettext("Question"), gettext("How it stands"), gettext("Evidence"))
    return [_table(gettext("Questions"), rows, "", head), _pack(body["pack"])]


def _pack(said: Mapping[str, Any] | None) -> Section:
    if not said:
        return _table(gettext("Compliance pack"), [], gettext("No compliance pack is attached."))
    counts = [(f"{SHAPES[one]} {VERDICTS[one]}", said["counts"].get(one.value, 0)) for one in Verdict]
    rows = [
        *counts,
        (gettext("no longer met since the pack before"), "; ".join(said["worse"]) or gettext("none")),
        (gettext("not met"), "; ".join(said["not_met"]) or gettext("none")),
        (gettext("SHA-256 of its JSON"), said["sha256"]),
    ]
    note = gettext(
        "Made for this review and kept as it was; {red} of its requirements are red. Requirements are in English."
    ).format(red=said["red"])
    return _table(gettext("Compliance pack"), rows, note)


def cases(body: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Each revised draft of a week with what is kept of it, in the reader's language."""
    said = body.get("said", {})
    return [(one, _words(said[one]) if one in said else words) for one, words in body["cases"].items()]


def _words(said: Mapping[str, Any]) -> list[str]:
    changed = gettext("{percent} % of the words changed").format(percent=said["percent"])
    weighty = ngettext(
        "{number} weighty line changed or struck", "{number} weighty lines changed or struck", said["weighty"]
    ).format(number=said["weighty"])
    return [changed, weighty, *(f"{BY[by]}: {_which(by, name)}" for by, name in said["common"])]


def _which(by: str, name: str) -> str:
    """What a group has in common: a reviewer's reason, a kind of entry or of document in words; the name of a rule, protocol or model as it is."""
    if by == "reason":
        return str(REASONS.get(name) or CODES.get(name, name))
    if by == "source":
        system, _, kind = name.rpartition("/")
        return f"{source_name(system)}, {ENTRIES.get(kind, kind)}"
    if by == "template":
        kind, _, section = name.partition("/")
        return (
            f"{named(kind).title}, {named(kind).section(section)}" if kind in KIND_IDS and section else name
        )
    return name


def _said(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)
