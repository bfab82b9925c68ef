"""The document's side of the review page: findings, the lines in their order, and what signing would do."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom import check
from careloom.care.document import (
    Accepted,
    Document,
    Finding,
    LeftOut,
    Proposal,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.pipeline import Review
from careloom.review.accepted import ends
from careloom.review.decisions import first_screen
from careloom.review.known import known
from careloom.review.tiers import findings_by_line, untold
from careloom.review.vigilance import mark_of, to_open
from careloom.web.present.bar import STATUSES, Bar, bar, unopened_of, untrained_bar, yours
from careloom.web.present.kinds import Named, Told, named, told
from careloom.web.present.lines import Line, lines_of
from careloom.web.present.rules import BETWEEN, COVERAGE, HOLES, said
from careloom.web.present.second import Told as Second
from careloom.web.present.second import bar_of
from careloom.web.present.second import told as second_told
from careloom.web.present.told import Said
from careloom.web.present.told import told as told_of
from careloom.web.present.words import (
    KINDS,
    SEVERITIES,
    Mark,
    count,
    graded,
    listed,
    moment,
    sentence,
)

FINDINGS_SHOWN = 4
# From so many high findings on each is one line until it is chosen.
MANY_HIGH = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document; `unopened` are the ids of folded lines that nobody has opened yet. `lines` are there where it stands
    open (`is_open`); a folded part is asked for when it is opened."""

    id: str
    title: str
    counts: str
    findings: int
    unopened: tuple[str, ...]
    number: int
    lines: tuple[Line, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding above the plan; `key` chooses it ("f0"), `line` is the statement it names, `about` its words.

    `untold` is whether no line tells it and a physician therefore signs for it with the whole plan, `closed` whether the reader must
    open it before she signs, `next` what to do about it. `message` is as it is kept, `said` the same in the reader's language.
    """

    key: str
    mark: Mark
    message: str
    said: tuple[Said, ...]
    rule: str
    line: str
    about: str
    chosen: bool
    untold: bool = False
    closed: bool = False
    next: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A finding that somebody accepted: what it says, and who, when and until when."""

    mark: Mark
    said: tuple[Said, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The left side of the page. `stamp` is a digest of what is shown: what is signed is what was seen.

    Of a kind that is read `whole` every section stands unfolded, in the kind's own order; of any other what matters most comes
    first, and `sections` are folded.
    """

    proposal: str
    kind: Named
    title: str
    due: str
    yours: str
    findings: tuple[FindingRow, ...]
    more_findings: tuple[FindingRow, ...]
    findings_words: str
    opened_words: str
    many_high: bool
    coverage: tuple[Said, ...]
    compared: str
    accepted: tuple[Quiet, ...]
    top_words: str
    top: tuple[Line, ...]
    first: tuple[Line, ...]
    more: str
    whole: bool
    sections: tuple[Section, ...]
    given: tuple[Told, ...]
    left_out: tuple[LeftOut, ...]
    gone: tuple[str, ...]
    bar: Bar
    stamp: str
    marks: str
    new_entries: int
    second: Second | None = None


def plan(
    review: Review, chosen: str, now: datetime, reach: Tier, opened: Collection[str] = frozenset()
) -> Plan:
    """The left side of the page for a reviewer of that reach; `chosen` is a line's id, a finding's key or "", `opened` are the folded
    parts that stand open on her page."""
    proposal, document = review.proposal, review.proposal.document
    whole = document.demands.whole
    shown = first_screen(proposal)
    lines = {line.id: line for line in lines_of(review, chosen, shown)}
    top = [] if whole else [lines[one] for one in document.top if one in lines]
    first = [
        lines[one.id]
        for one in _ranked(document)
        if not whole and one.id in shown and one.id not in document.top
    ]
    folded = [one for one in document.statements if one.id not in shown]
    parts = _sections(document.statements, lines, review) if whole else folded_parts(review, chosen, opened)
    rows = most_urgent_first(finding_rows(proposal, chosen, _closed(review)))
    # A high finding is never folded, however many there are.
    shown_findings = max(FINDINGS_SHOWN, sum(row.mark is SEVERITIES[Severity.HIGH] for row in rows))
    return Plan(
        proposal=proposal.id,
        kind=named(document.kind),
        title=_title(proposal, moment(proposal.created, now)),
        due=moment(proposal.due, now) if proposal.status == "draft" else "",
        yours="" if review.second is not None and review.second.blind else yours(review),
        findings=rows[:shown_findings],
        more_findings=rows[shown_findings:],
        findings_words=findings_words(proposal.findings),
        opened_words=opened_words(rows) if proposal.status == "draft" else "",
        many_high=len(_high(rows)) >= MANY_HIGH,
        accepted=tuple(quiet(one) for one in proposal.accepted),
        coverage=told_of(proposal.coverage.words, COVERAGE, HOLES) if proposal.coverage else (),
        compared=_compared(proposal),
        top_words={1: gettext("The first"), 2: gettext("Top two"), 3: gettext("Top three")}.get(
            len(top), gettext("First")
        ),
        top=tuple(top),
        first=tuple(first),
        more=gettext("{number} more: {kinds}").format(number=len(folded), kinds=_kinds(folded))
        if folded
        else "",
        whole=whole,
        sections=tuple(parts),
        given=told(document),
        left_out=document.left_out,
        gone=tuple(line.text for line in review.gone),
        bar=untrained_bar(review) if review.untrained else bar_of(review, bar(review, reach)),
        second=second_told(review, now),
        stamp=stamp(proposal),
        marks=marks_of(review),
        new_entries=len(review.new_entries),
    )


def _compared(proposal: Proposal) -> str:
    """How much of a redrafted plan differs from the plan in the chart; "" for a plan that was compared with none."""
    if not proposal.since:
        return ""
    same = len(proposal.unchanged)
    differ = count(len(proposal.document.statements) - same, "line")
    return gettext(
        "{differ} new or changed since the {noun} in the chart; {same} say the same as there and are folded."
    ).format(differ=differ, noun=named(proposal.document.kind).noun, same=same)


def _title(proposal: Proposal, drafted: str) -> str:
    """ "draft today 08:12", "filed in the chart, drafted yesterday 16:40"."""
    if proposal.status == "draft":
        return gettext("draft {drafted}").format(drafted=drafted)
    return gettext("{status}, drafted {drafted}").format(
        status=STATUSES.get(proposal.status, proposal.status), drafted=drafted
    )


def default_choice(review: Review) -> str:
    """What the pane shows before anything was chosen: the first of the top three, else the first line."""
    document = review.proposal.document
    if document.demands.whole:
        return document.statements[0].id if document.statements else ""
    ranked = [*document.top, *(one.id for one in _ranked(document))]
    return ranked[0] if ranked else ""


def _closed(review: Review) -> frozenset[str]:
    """The digests of the findings that the reader must open before she signs."""
    draft = review.proposal.status == "draft"
    return (
        frozenset(mark_of(one) for one in to_open(review.proposal, review.progress)) if draft else frozenset()
    )


def finding_rows(
    proposal: Proposal, chosen: str = "", closed: frozenset[str] = frozenset()
) -> tuple[FindingRow, ...]:
    """All findings that still matter, those of one line and severity as one row; struck lines have none."""
    texts = {one.id: one.text for one in proposal.document.statements}
    loose = {id(one) for one in untold(proposal)}
    rows: dict[tuple[str, Severity, str], FindingRow] = {}
    for number, finding in enumerate(proposal.findings):
        line, key = finding.statement or "", f"f{number}"
        if line in proposal.struck:
            continue
        place = (line, finding.severity, "" if line else key)
        if place in rows:
            rows[place] = replace(
                rows[place],
                message=f"{rows[place].message} {sentence(finding.message)}",
                said=(*rows[place].said, BETWEEN, *said((finding,))),
                chosen=rows[place].chosen or chosen == key,
                closed=rows[place].closed or mark_of(finding) in closed,
            )
            continue
        rows[place] = FindingRow(
            key,
            SEVERITIES[finding.severity],
            sentence(finding.message),
            said((finding,)),
            finding.rule,
            line,
            texts.get(line, ""),
            chosen == key,
            id(finding) in loose,
            mark_of(finding) in closed,
        )
    return tuple(rows.values())


def most_urgent_first(rows: Sequence[FindingRow]) -> tuple[FindingRow, ...]:
    """High findings by what can wait least, those of one rule together; the others as they stand."""
    rank = {rule: place for place, rule in enumerate(check.URGENT)}
    high = sorted(_high(rows), key=lambda row: rank.get(row.rule, len(rank)))
    return (*high, *(row for row in rows if row.mark is not SEVERITIES[Severity.HIGH]))


def _high(rows: Sequence[FindingRow]) -> list[FindingRow]:
    return [row for row in rows if row.mark is SEVERITIES[Severity.HIGH]]


def opened_words(rows: Sequence[FindingRow]) -> str:
    """ "3 of 14 high findings opened"; "" for fewer than two."""
    high = _high(rows)
    if len(high) < 2:
        return ""
    done = sum(not row.closed for row in high)
    return gettext("{done} of {number} high findings opened").format(done=done, number=len(high))


def quiet(one: Accepted) -> Quiet:
    """An accepted finding as it stands folded below those that speak."""
    by = gettext(
        "accepted by {by} on {on}; it speaks again on {ends}, or when a drug, dose, result or diagnosis of it changes"
    ).format(by=one.by, on=one.on, ends=ends(one))
    return Quiet(SEVERITIES[one.finding.severity], said((one.finding,)), by)


def findings_words(findings: Sequence[Finding]) -> str:
    """ "1 high, 3 moderate findings", "no findings"."""
    counted = Counter(finding.severity for finding in findings)
    said = [graded(severity, counted[severity]) for severity in Severity if counted[severity]]
    if not said:
        return gettext("no findings")
    return ngettext("{counted} finding", "{counted} findings", len(findings)).format(counted=", ".join(said))


@known
def stamp(proposal: Proposal) -> str:
    """A digest of everything that a signature would cover, so that nobody signs what they have not seen."""
    parts = [proposal.status, *sorted(proposal.struck), *sorted(proposal.released), *sorted(proposal.opened)]
    parts += [*sorted(proposal.sent_back), *sorted(proposal.cosigned)]
    parts += [
        f"{one.id}\x1f{one.text}\x1f{one.verdict}\x1f{one.tier}" for one in proposal.document.statements
    ]
    parts += [f"{one.rule}\x1f{one.severity}\x1f{one.message}" for one in proposal.findings]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:16]


def marks_of(review: Review) -> str:
    """A digest of what the reader marked and answered, "" for nothing: another window of hers may have changed it."""
    said = [
        *sorted(review.progress.marked),
        *(f"{line} {word}" for line, word in sorted(review.progress.answers.items())),
    ]
    return hashlib.sha256("\x1e".join(said).encode()).hexdigest()[:16] if said else ""


@known
def _ranked(document: Document) -> tuple[Statement, ...]:
    return tuple(sorted(document.statements, key=lambda one: one.rank))


def folded_parts(review: Review, chosen: str, opened: Collection[str]) -> Iterable[Section]:
    """The folded parts; with their lines those that stand open, or hold the `chosen` line."""
    proposal = review.proposal
    shown = first_screen(proposal)
    folded = [one for one in _ranked(proposal.document) if one.id not in shown]
    at = {one.section for one in folded if one.id == chosen}
    wanted = {one.id for one in folded if one.section in at or one.section in opened}
    lines = {line.id: line for line in lines_of(review, chosen, wanted)} if wanted else {}
    return _sections(folded, lines, review)


def unopened_in(review: Review, sections: Collection[str], line: str = "") -> tuple[str, ...]:
    """The lines that nobody opened yet of these folded parts, and of the part that holds a line."""
    shown = first_screen(review.proposal)
    statements = review.proposal.document.statements
    parts = {*sections, *(one.section for one in statements if one.id == line and one.id not in shown)}
    wanted = {one.id for one in statements if one.section in parts and one.id not in shown}
    waits = review.proposal.status == "draft"
    return tuple(one for one in unopened_of(review.proposal) if one in wanted) if waits and wanted else ()


def _sections(parts: Sequence[Statement], lines: Mapping[str, Line], review: Review) -> Iterable[Section]:
    """The parts of the document among some statements; each with its lines where they are given."""
    proposal, kind = review.proposal, named(review.proposal.document.kind)
    # What nobody opened before the decision stays out of it: from then on nothing is to be opened.
    unopened = set(unopened_of(proposal)) if proposal.status == "draft" else set()
    worrying = _worrying(proposal)
    found: dict[str, list[Statement]] = {section: [] for section in kind.sections}
    for one in parts:
        found.setdefault(one.section, []).append(one)
    for section, inside in found.items():
        if inside:
            yield Section(
                id=section,
                title=kind.section(section),
                counts=_kinds(inside),
                findings=sum(one.id in worrying for one in inside),
                unopened=tuple(one.id for one in inside if one.id in unopened),
                number=len(inside),
                lines=tuple(lines[one.id] for one in inside if one.id in lines),
                is_open=inside[0].id in lines,
            )


@known
def _worrying(proposal: Proposal) -> frozenset[str]:
    """The lines that a moderate or high finding speaks against, or that say more than their sources do."""
    found = findings_by_line(proposal)
    return frozenset(
        line.id
        for line in proposal.document.statements
        if line.verdict is not Verdict.SUPPORTED
        or any(one.severity is not Severity.LOW for one in found[line.id])
    )


def _kinds(statements: Sequence[Statement]) -> str:
    """ "2 goals, 5 activities and 2 unknowns"."""
    counted = Counter(one.kind for one in statements)
    return listed(
        [
            count(counted[kind], *KINDS.get(kind, (kind, "")))
            for kind in [*KINDS, *(set(counted) - set(KINDS))]
            if counted[kind]
        ]
    )
