"""The document's side of the review page: findings, the lines in their order, and what signing would do."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from careloom.care.document import Accepted, Finding, LeftOut, Proposal, Severity, Statement, Tier, Verdict
from careloom.pipeline import Review
from careloom.review.accepted import ends
from careloom.review.decisions import first_screen, seen, waiting
from careloom.review.tiers import WHOLE, findings_of, needs_whole, untold
from careloom.web.present.kinds import Named, Told, named, told
from careloom.web.present.lines import Line, lines_of
from careloom.web.present.words import (
    KINDS,
    SEVERITIES,
    Mark,
    count,
    listed,
    moment,
    sentence,
)

FINDINGS_SHOWN = 4
WHOLE_BUTTON = "Sign the whole"
STATUSES: Mapping[str, str] = {
    "active": "filed in the chart",
    "on-hold": "returned for rework",
    "revoked": "rejected",
    "draft": "waiting for signatures",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document; `unopened` are the ids of folded lines that nobody has opened yet."""

    id: str
    title: str
    counts: str
    findings: int
    unopened: tuple[str, ...]
    lines: tuple[Line, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding above the plan; `key` chooses it ("f0"), `line` is the statement it names, `about` its words.

    `untold` is whether no line tells it and a physician therefore signs for it with the whole plan.
    """

    key: str
    mark: Mark
    message: str
    rule: str
    line: str
    about: str
    chosen: bool
    untold: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """A finding that somebody accepted: what it says, and who, when and until when."""

    mark: Mark
    message: str
    by: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What signing would do now. `offered` is whether signing is offered at all; `stands` are lines in the way."""

    offered: bool
    button: str
    sentence: str
    stands: tuple[Line, ...]
    open: bool


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
    coverage: str
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
    bar: Bar
    stamp: str
    new_entries: int


def plan(review: Review, chosen: str, now: datetime, reach: Tier) -> Plan:
    """The left side of the page for a reviewer of that reach; `chosen` is a line's id, a finding's key or ""."""
    proposal, document = review.proposal, review.proposal.document
    whole = document.demands.whole
    shown = first_screen(proposal)
    lines = {line.id: line for line in lines_of(review, chosen)}
    top = [] if whole else [lines[one] for one in document.top if one in lines]
    first = [
        lines[one.id]
        for one in _ranked(document.statements)
        if not whole and one.id in shown and one.id not in document.top
    ]
    folded = [one for one in document.statements if one.id not in shown]
    sections = tuple(_sections(document.statements if whole else _ranked(folded), lines, review))
    rows = finding_rows(proposal, chosen)
    # A high finding is never folded, however many there are.
    shown_findings = max(FINDINGS_SHOWN, sum(row.mark is SEVERITIES[Severity.HIGH] for row in rows))
    return Plan(
        proposal=proposal.id,
        kind=named(document.kind),
        title=_title(proposal, moment(proposal.created, now)),
        due=moment(proposal.due, now) if proposal.status == "draft" else "",
        yours=_yours(review),
        findings=rows[:shown_findings],
        more_findings=rows[shown_findings:],
        findings_words=findings_words(proposal.findings),
        accepted=tuple(quiet(one) for one in proposal.accepted),
        coverage=f"{proposal.coverage.words}." if proposal.coverage else "",
        compared=_compared(proposal),
        top_words={1: "The first", 2: "Top two", 3: "Top three"}.get(len(top), "First"),
        top=tuple(top),
        first=tuple(first),
        more=f"{len(folded)} more: {_kinds(folded)}" if folded else "",
        whole=whole,
        sections=sections,
        given=told(document),
        left_out=document.left_out,
        bar=bar(review, reach),
        stamp=stamp(proposal),
        new_entries=len(review.new_entries),
    )


def _compared(proposal: Proposal) -> str:
    """How much of a redrafted plan differs from the plan in the chart; "" for a plan that was compared with none."""
    if not proposal.since:
        return ""
    same = len(proposal.unchanged)
    differ = count(len(proposal.document.statements) - same, "line")
    return f"{differ} new or changed since the {named(proposal.document.kind).noun} in the chart; {same} say the same as there and are folded."


def _title(proposal: Proposal, drafted: str) -> str:
    """ "draft today 08:12", "filed in the chart, drafted yesterday 16:40"."""
    if proposal.status == "draft":
        return f"draft {drafted}"
    return f"{STATUSES.get(proposal.status, proposal.status)}, drafted {drafted}"


def default_choice(review: Review) -> str:
    """What the pane shows before anything was chosen: the first of the top three, else the first line."""
    document = review.proposal.document
    if document.demands.whole:
        return document.statements[0].id if document.statements else ""
    ranked = [*document.top, *(one.id for one in _ranked(document.statements))]
    return ranked[0] if ranked else ""


def finding_rows(proposal: Proposal, chosen: str = "") -> tuple[FindingRow, ...]:
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
            said = f"{rows[place].message} {sentence(finding.message)}"
            rows[place] = replace(rows[place], message=said, chosen=rows[place].chosen or chosen == key)
            continue
        mark, said = SEVERITIES[finding.severity], sentence(finding.message)
        about, whole = texts.get(line, ""), id(finding) in loose
        rows[place] = FindingRow(key, mark, said, finding.rule, line, about, chosen == key, whole)
    return tuple(rows.values())


def quiet(one: Accepted) -> Quiet:
    """An accepted finding as it stands folded below those that speak."""
    said = f"accepted by {one.by} on {one.on}; it speaks again on {ends(one)}, or when a drug, dose, result or diagnosis of it changes"
    return Quiet(SEVERITIES[one.finding.severity], sentence(one.finding.message), said)


def findings_words(findings: Sequence[Finding]) -> str:
    """ "1 high, 3 moderate findings", "no findings"."""
    counted = Counter(finding.severity for finding in findings)
    said = [f"{counted[severity]} {severity.value}" for severity in Severity if counted[severity]]
    return f"{', '.join(said)} {'finding' if len(findings) == 1 else 'findings'}" if said else "no findings"


def stamp(proposal: Proposal) -> str:
    """A digest of everything that a signature would cover, so that nobody signs what they have not seen."""
    parts = [proposal.status, *sorted(proposal.struck), *sorted(proposal.released), *sorted(proposal.opened)]
    parts += [
        f"{one.id}\x1f{one.text}\x1f{one.verdict}\x1f{one.tier}" for one in proposal.document.statements
    ]
    parts += [f"{one.rule}\x1f{one.severity}\x1f{one.message}" for one in proposal.findings]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:16]


def bar(review: Review, reach: Tier) -> Bar:
    """What signing would do now, in one sentence, and whether it is offered to somebody of that reach."""
    proposal = review.proposal
    left = waiting(proposal)
    if proposal.status != "draft":
        return Bar(
            False,
            "",
            f"This {named(proposal.document.kind).noun} is {STATUSES.get(proposal.status, proposal.status)}.",
            (),
            False,
        )
    stands = [one for one in left if one.verdict is not Verdict.SUPPORTED]
    if stands:
        lines = {one.id: one for one in lines_of(review)}
        many = f"{len(stands)} lines say more than their sources do"
        words = many if len(stands) > 1 else "1 line says more than its source does"
        words = f"Nothing can be signed yet: {words}. {_who_mends(review, stands)}"
        return Bar(False, "", words, tuple(lines[one.id] for one in stands), True)
    mine = [one for one in left if review.may.get(one.id)]
    theirs = [one for one in left if not review.may.get(one.id)]
    whole = needs_whole(proposal) and WHOLE not in proposal.released
    if not mine and not (whole and reach is Tier.PHYSICIAN):
        return Bar(False, "", _nothing(proposal, theirs, whole), (), True)
    button = f"Sign {count(len(mine), 'line')}" if mine else WHOLE_BUTTON
    return Bar(True, button, _will(proposal, button, theirs, whole, reach), (), True)


def _who_mends(review: Review, stands: Sequence[Statement]) -> str:
    hers = sum(bool(review.may.get(one.id)) for one in stands)
    if hers == len(stands):
        return "Amend or strike first."
    mends = "A physician amends or strikes first."
    return (
        f"Amend or strike yours; a physician the other{'s' if len(stands) - hers > 1 else ''}."
        if hers
        else mends
    )


def _nothing(proposal: Proposal, theirs: Sequence[Statement], whole: bool) -> str:
    unopened = len(_unopened(proposal))
    if theirs:
        waits = "waits" if len(theirs) == 1 else "wait"
        rest = f" {_folded(unopened)}." if unopened else ""
        return (
            f"No line here is yours to sign: {count(len(theirs), 'line')} {waits} for {_whom(theirs)}.{rest}"
        )
    if whole:
        return f"All lines are signed; a physician also signs for {_untold(proposal)}."
    return (
        f"All lines are signed but {count(unopened, 'folded line')} nobody opened."
        if unopened
        else "All signed."
    )


def _whom(lines: Sequence[Statement]) -> str:
    """ "a physician", or "a nurse (14) and a physician (1)" where lines of both wait."""
    physician = sum(one.tier is Tier.PHYSICIAN for one in lines)
    if physician in (0, len(lines)):
        return "a physician" if physician else "a nurse"
    return f"a nurse ({len(lines) - physician}) and a physician ({physician})"


def _will(proposal: Proposal, button: str, theirs: Sequence[Statement], whole: bool, reach: Tier) -> str:
    hers = whole and reach is Tier.PHYSICIAN
    parts = [
        f"{button}{'' if button == WHOLE_BUTTON else ' and'} for {_untold(proposal)}" if hers else button
    ]
    if theirs:
        parts.append(f"{len(theirs)} {'goes' if len(theirs) == 1 else 'go'} to {_whom(theirs)}")
    if whole and not hers:
        parts.append(f"a physician also signs for {_untold(proposal)}")
    unopened = len(_unopened(proposal))
    if unopened:
        parts.append(_folded(unopened))
    if not theirs and (hers or not whole):
        parts.append(f"the {named(proposal.document.kind).noun} is then filed in the chart")
    return f"{'; '.join(parts)}."


def _folded(unopened: int) -> str:
    return f"{count(unopened, 'folded line')} nobody opened {'stays' if unopened == 1 else 'stay'} out"


def _untold(proposal: Proposal) -> str:
    number = len(untold(proposal))
    return f"the {'high finding' if number == 1 else f'{number} high findings'} above that no line tells"


def _unopened(proposal: Proposal) -> list[str]:
    counted = {one.id for one in seen(proposal)} | set(proposal.struck) | set(proposal.released)
    return [one.id for one in proposal.document.statements if one.id not in counted]


def _yours(review: Review) -> str:
    left = waiting(review.proposal)
    mine = sum(bool(review.may.get(one.id)) for one in left)
    theirs = [one for one in left if not review.may.get(one.id)]
    if review.proposal.status != "draft":
        return ""
    said = f"for you: {count(mine, 'line')}" if mine else "none for you"
    return f"{said}, {len(theirs)} for {_whom(theirs)}" if theirs else said


def _ranked(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda one: one.rank)


def _sections(parts: Sequence[Statement], lines: Mapping[str, Line], review: Review) -> Iterable[Section]:
    proposal, kind = review.proposal, named(review.proposal.document.kind)
    # What nobody opened before the decision stays out of it: from then on nothing is to be opened.
    unopened = set(_unopened(proposal)) if proposal.status == "draft" else set()
    for section in dict.fromkeys([*kind.sections, *(one.section for one in parts)]):
        inside = [one for one in parts if one.section == section]
        if inside:
            yield Section(
                id=section,
                title=kind.section(section),
                counts=_kinds(inside),
                findings=sum(bool(_worrying(one, proposal.findings)) for one in inside),
                unopened=tuple(one.id for one in inside if one.id in unopened),
                lines=tuple(lines[one.id] for one in inside),
                chosen=any(lines[one.id].chosen for one in inside),
            )


def _worrying(statement: Statement, findings: Sequence[Finding]) -> bool:
    worst = any(one.severity is not Severity.LOW for one in findings_of(statement, findings))
    return worst or statement.verdict is not Verdict.SUPPORTED


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
