"""A document for paper: the top three, what speaks against it, its parts, and its sources as footnotes, on two pages.

Of a kind that is read whole everything stands, in the kind's own order. Of any other, what two pages don't hold is folded behind a count: the lines that stand last, unsigned ones first where some are signed,
and never the last line of a part. What was signed keeps its words; who acts and by when stand once before several lines. What stands
around the lines is in the language of whoever reads it; a letter's in the letter's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.document import ROLES, LeftOut, Proposal, Statement
from careloom.care.unfiled import Unfiled
from careloom.check import software
from careloom.pipeline import Review
from careloom.review.decisions import AUTOMATIC
from careloom.web.present import paper
from careloom.web.present.bar import STATUSES
from careloom.web.present.choice import cosigned
from careloom.web.present.evidence import show
from careloom.web.present.kinds import named, told
from careloom.web.present.on_paper import findings_on_paper, not_filed, stands
from careloom.web.present.plan import finding_rows
from careloom.web.present.rules import COVERAGE, HOLES
from careloom.web.present.sheets import Note, Part, PrintedLine, Row, Sheet, Source
from careloom.web.present.told import as_words, in_words
from careloom.web.present.words import KINDS, brief, count, full, listed
from careloom.web.present.words import ROLES as ROLE_WORDS
from careloom.web.saying import later

# As many of the lines that were left out are printed, with so many words each.
_LEFT_OUT, _CUT = 3, 12
_FINDINGS = 8
# Sources that are no system: their footnotes stand last.
_GUIDELINES, _NOT_THERE = "guidelines", "not there"
_APART = {_GUIDELINES: later("Guidelines"), _NOT_THERE: later("not in this record")}
_TOP = {1: later("The first"), 2: later("Top two"), 3: later("Top three")}


def sheet(review: Review, now: datetime, head: str = "") -> Sheet:
    """The document for paper; as much of it as two pages hold below `head`, the words of the banner, unless it is read whole.

    Struck lines are left out. Of what was filed only what was signed stands, with how many lines it leaves out; in a draft of which
    some lines are signed, the others say that they are not.
    """
    proposal = review.proposal
    kept = [
        one for one in proposal.document.statements if one.id not in proposal.struck and stands(one, review)
    ]
    if proposal.document.demands.whole:
        return _sheet(kept, (), review, now)
    order = _foldable(kept, review)
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        fits = _height(_sheet(kept, order[:middle], review, now), head) <= paper.space()
        low, high = (low, middle) if fits else (middle + 1, high)
    return _sheet(kept, order[:low], review, now)


def _more(folded: Sequence[Statement]) -> str:
    if not folded:
        return ""
    said = ngettext(
        "{number} more line in the record: {kinds}.",
        "{number} more lines in the record: {kinds}.",
        len(folded),
    )
    return said.format(number=len(folded), kinds=_kinds(folded))


def _status(review: Review) -> str:
    """What has become of it: of one that was taken back since when, by whom and why."""
    said = STATUSES.get(review.proposal.status, review.proposal.status)
    return in_full(review.back) if review.back is not None else str(said)


def in_full(back: Unfiled) -> str:
    """Since when, by whom and why a document is taken back, on paper."""
    by = back.name or ROLE_WORDS.get(back.role, back.role.replace("_", " "))
    return gettext("taken back out of the chart by {by} on {day}: {reason}").format(
        by=by, day=back.at.date().isoformat(), reason=back.reason
    )


def _checked(proposal: Proposal) -> str:
    """What the drug checks looked at, and how many of their findings stay quiet."""
    said = as_words(proposal.coverage.brief, COVERAGE, HOLES) if proposal.coverage else ""
    quiet = ngettext(
        "{number} finding accepted before.", "{number} findings accepted before.", len(proposal.accepted)
    ).format(number=len(proposal.accepted))
    return " ".join(filter(None, (said, quiet if proposal.accepted else "")))


def _foldable(kept: Sequence[Statement], review: Review) -> list[str]:
    """The ids of the lines that may be folded, those to be folded first at the beginning."""
    released, top = review.proposal.released, review.proposal.document.top
    left = Counter(one.section for one in kept)
    order = []
    for one in sorted(kept, key=lambda one: (one.id in released, -one.rank, one.id)):
        if one.id not in top and left[one.section] > 1:
            left[one.section] -= 1
            order.append(one.id)
    return order


def _drafted(proposal: Proposal, now: datetime) -> str:
    """When it was drafted, and of which day the record was where that is another one: due dates count from it."""
    when, as_of = full(proposal.created, now), proposal.document.as_of
    if as_of == proposal.created.astimezone(now.tzinfo).date():
        return gettext("Drafted {when}").format(when=when)
    return gettext("Drafted {when} from the record as of {day}").format(
        when=when, day=brief(as_of, year=True)
    )


def _sheet(kept: Sequence[Statement], folded: Iterable[str], review: Review, now: datetime) -> Sheet:
    proposal, away = review.proposal, set(folded)
    shown = [one for one in kept if one.id not in away]
    sources = _sources(shown, review)
    numbers = {key: note.number for source, keys in sources for key, note in keys.items()}
    top = () if proposal.document.demands.whole else proposal.document.top
    first = {one: place for place, one in enumerate(top, 1)}
    by_id = {one.id: one for one in shown}
    rows = finding_rows(findings_on_paper(review))
    loud = [row for row in rows if row.mark.tone != "plain"]
    machine = any(one.written_by == "model" for one in kept)
    signed = len([one for one in kept if proposal.released.get(one.id, AUTOMATIC) != AUTOMATIC])
    folded_lines = [one for one in kept if one.id in away]
    return Sheet(
        kind=named(proposal.document.kind),
        given=told(proposal.document),
        status=_status(review),
        filed=proposal.status == "active",
        drafted=_drafted(proposal, now),
        printed=gettext("printed {when}").format(when=full(now, now)),
        signed=gettext("{signed} of {lines} signed.").format(signed=signed, lines=count(len(kept), "line")),
        top=tuple(_printed(by_id[one], numbers, review) for one in first if one in by_id),
        top_words=str(_TOP.get(len(first)) or gettext("First")),
        parts=tuple(_parts(shown, folded_lines, first, numbers, review)),
        more=" ".join(filter(None, (_more(folded_lines), not_filed(review)))),
        findings=tuple(loud[:_FINDINGS]),
        left_out=_left_out(proposal.document.left_out),
        coverage=_checked(proposal),
        more_findings=_more_findings(len(loud) - _FINDINGS),
        sources=tuple(Source(name, tuple(keys.values())) for name, keys in sources),
        label=gettext("Some lines were written by a language model and verified.") if machine else "",
    )


def _more_findings(number: int) -> str:
    if number <= 0:
        return ""
    return ngettext(
        "{number} more finding in the record.", "{number} more findings in the record.", number
    ).format(number=number)


def _parts(
    shown: Sequence[Statement],
    folded: Sequence[Statement],
    first: Mapping[str, int],
    numbers: Mapping[str, int],
    review: Review,
) -> Iterator[Part]:
    kind = named(review.proposal.document.kind)
    for section in dict.fromkeys([*kind.sections, *(one.section for one in shown)]):
        mine = [one for one in shown if one.section == section]
        away = [one for one in folded if one.section == section]
        on_top = listed([str(first[one.id]) for one in mine if one.id in first])
        if mine:
            told = gettext("see {numbers} above").format(numbers=on_top) if on_top else ""
            more = gettext("{number} more in the record: {kinds}").format(
                number=len(away), kinds=_kinds(away)
            )
            yield Part(
                title=kind.section(section),
                rows=tuple(_rows([one for one in mine if one.id not in first], numbers, review)),
                tail="; ".join(filter(None, (told, more if away else ""))),
            )


def _rows(lines: Sequence[Statement], numbers: Mapping[str, int], review: Review) -> Iterator[Row]:
    """Lines in their order; what one person does by one day stands together where its first line stands."""
    together: dict[str, list[Statement]] = {}
    for one in lines:
        together.setdefault(_who(one) or one.id, []).append(one)
    for who, group in together.items():
        if len(group) == 1:
            yield Row((_printed(group[0], numbers, review),))
        else:
            yield Row(tuple(_printed(one, numbers, review, _act(one)) for one in group), who)


def _who(one: Statement) -> str:
    """Who does it by which day ("Nurse by 2026-12-23"), where its sentence says so in the plan's own form; else ""."""
    return f"{_role(one)} by {one.activity.due}".capitalize() if one.activity and _act(one) else ""


def _role(one: Statement) -> str:
    owner = one.activity.owner if one.activity else ""
    return owner.replace("_", " ") if owner in ROLES else ""


def _act(one: Statement) -> str:
    """What is done, in the sentence's own words without who and by when; "" where it is said in another form."""
    if one.activity is None or not one.activity.due or not _role(one):
        return ""
    form = rf"The {re.escape(_role(one))} (.+?),? by {re.escape(one.activity.due)}\b(.*)"
    found = re.fullmatch(form, one.text)
    return f"{found[1][:1].upper()}{found[1][1:]}{found[2]}" if found else ""


def _kinds(lines: Sequence[Statement]) -> str:
    counted = Counter(one.kind for one in lines)
    return listed([count(counted[kind], *KINDS.get(kind, (kind, ""))) for kind in [*KINDS] if counted[kind]])


def _keys(statement: Statement) -> tuple[str, ...]:
    basis = (f"guideline:{statement.guideline.source}",) if statement.guideline else ()
    return (*statement.citations, *basis)


def _left_out(found: Sequence[LeftOut]) -> str:
    """What was left out, the first of it with its reason; the rest stands in the record."""
    if not found:
        return ""
    told = "; ".join(f"{_cut(one.what)} ({one.why})" for one in found[:_LEFT_OUT])
    more = len(found) - _LEFT_OUT
    if more > 0:
        told += "; " + ngettext(
            "{number} more line in the record", "{number} more lines in the record", more
        ).format(number=more)
    return gettext("Left out: {told}.").format(told=told)


def _cut(text: str) -> str:
    words = text.rstrip(".").split()
    return text.rstrip(".") if len(words) <= _CUT else f"{' '.join(words[:_CUT])} …"


def _printed(statement: Statement, numbers: Mapping[str, int], review: Review, text: str = "") -> PrintedLine:
    released = review.proposal.released
    unsigned = released and statement.id not in released
    alone = any(
        one.rule == software.NAME and one.statement == statement.id for one in review.proposal.findings
    )
    state = ", ".join(
        filter(
            None,
            (
                gettext("software alone says so") if alone else "",
                gettext("not signed") if unsigned else "",
                cosigned(review, statement.id).rstrip("."),
            ),
        )
    )
    notes = sorted({numbers[key] for key in _keys(statement)})
    return PrintedLine(text or statement.text, tuple(notes), state)


def _sources(shown: Sequence[Statement], review: Review) -> list[tuple[str, dict[str, Note]]]:
    """Each source with its footnotes by what they stand for, numbered through; guidelines last."""
    grouped: dict[str, dict[str, str]] = {}
    for key in dict.fromkeys(key for one in shown for key in _keys(one)):
        name, words = _words(key, review)
        grouped.setdefault(name, {})[key] = words
    names = sorted(grouped, key=lambda name: (name in _APART, name))
    found, number = [], 0
    for name in names:
        notes = {}
        for key, words in grouped[name].items():
            number += 1
            notes[key] = Note(number, words)
        found.append((str(_APART.get(name, name)), notes))
    return found


def _words(key: str, review: Review) -> tuple[str, str]:
    """The source of what is cited, and what it is: value and day, and the words of a note; or the guideline's own name."""
    if key.startswith("guideline:"):
        return _GUIDELINES, key.removeprefix("guideline:")
    entry = review.record.by_id.get(key)
    if entry is None:
        return _NOT_THERE, key
    shown = show(entry, ())
    title = shown.title if shown.title != entry.kind else shown.kind
    when = _day(shown.when) if entry.happened else ""
    told = ", ".join(part for part in (f"{title} {shown.value}".strip(), when) if part)
    quote = entry.detail.get("quote", "")
    return shown.source, f"{told}: “{_cut(quote)}”" if quote else told


def _day(when: str) -> str:
    """A time without its clock: a footnote names the day."""
    return re.sub(r" \d\d:\d\d\b", "", when)


def _height(made: Sheet, head: str) -> float:
    """How much of the pages a sheet takes, in points."""
    top = [paper.body(f"1 {_text(line)}", paper.WIDTH) for line in made.top]
    parts = [_heading_height(part) + sum(_row_height(row) for row in part.rows) for part in made.parts]
    findings = [paper.body(f"■ {row.mark.word} {in_words(row.said)}") for row in made.findings]
    notes = [
        paper.note(f"{source.name} " + " ".join(f"{note.number} {note.words} ·" for note in source.notes))
        for source in made.sources
    ]
    whole = (
        paper.TITLE
        + paper.body(f"{head} {made.coverage} {made.left_out}", paper.WIDTH)
        + 3 * paper.HEADING
        + sum(top)
    )
    return whole + paper.in_columns([*findings, *parts]) + paper.in_columns(notes) + 2 * paper.BODY_LINE


def _row_height(row: Row) -> float:
    return paper.body(" ".join([row.who, *map(_text, row.lines)]))


def _heading_height(part: Part) -> float:
    """Capitals are wide: a heading takes half as much again as its letters in a line."""
    return paper.HEADING - paper.BODY_LINE + paper.body(f"{part.title} {part.title[::2]} {part.tail}")


def _text(line: PrintedLine) -> str:
    return f"{line.text} {line.marks} {line.state}"
