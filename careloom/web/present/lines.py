"""A line of the plan as a row: its text, at most four marks, and what has become of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from careloom.care.document import Document, Finding, Proposal, Severity, Statement, Tier, Verdict
from careloom.care.unfiled import STATUS
from careloom.check import software
from careloom.draft.care_plan.order import particulars
from careloom.pipeline import Review
from careloom.review.carrying import undated
from careloom.review.decisions import AUTOMATIC
from careloom.review.tiers import findings_of
from careloom.review.vigilance import answer_of, hers, wording
from careloom.web.present.recorded import unsure
from careloom.web.present.words import (
    CLASSES,
    FATES,
    NEWS,
    PHYSICIAN,
    SECOND_SAID,
    SEVERITIES,
    SOFTWARE,
    VERDICTS,
    WRITERS,
    Mark,
)
from careloom.web.saying import later

# What `review/who.py` says, for the catalogue.
WHO_SIGNS = (
    later("Nobody has to sign this line."),
    later("A registered nurse signs this line."),
    later("A registered nurse signs this line: it changes or instructs about a drug."),
    later("A registered nurse signs this line: it gives a diagnostic impression."),
    later("A registered nurse signs this line: what it asks for is unclear."),
    later("A physician signs this line: it changes or instructs about a drug."),
    later("A physician signs this line: it gives a diagnostic impression."),
    later("A physician signs this line: what it asks for is unclear."),
    later("A physician signs this line: it weighs another target."),
    later("A physician signs this line: it says what a physician orders, refers for or decides."),
    later("A physician signs this line: it carries a high finding."),
    later("A physician signs this line: its sources do not say this."),
    later("A physician signs this line: this site, or what the line said before, asks for one."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One statement as a row: its text, at most four marks, and what has become of it.

    `marked` is whether the reader marked it for her signature; `asks` says why it asks for a yes or no of its own, where it is hers
    to answer, and `answer` what she said. `beside` is the number of the line on top that is about the same result, 0 for none.
    """

    id: str
    number: int
    text: str
    marks: tuple[Mark, ...]
    state: str
    struck: bool
    mine: bool
    who: str
    chosen: bool
    marked: bool = False
    asks: str = ""
    answer: str = ""
    was: str = ""
    language: str = "en"
    beside: int = 0


def lines_of(review: Review, chosen: str = "", only: Collection[str] | None = None) -> Iterable[Line]:
    """Every line as it stands now, or `only` those of these ids, in the document's order; `chosen` is a line's id."""
    proposal = review.proposal
    # What is read whole is read from top to bottom: nothing in it is ranked.
    top = () if proposal.document.demands.whole else proposal.document.top
    numbers = {one: number for number, one in enumerate(top, 1)}
    on_top = [one for one in proposal.document.statements if one.id in numbers]
    results = {one.id: particulars(one, review.record) for one in on_top}
    before = _before(review.previous)
    draft = proposal.status == "draft"
    open_lines = {one.id for one in hers(proposal, review.may)} if draft else set()
    for statement in proposal.document.statements:
        if only is not None and statement.id not in only:
            continue
        state = _state(proposal, statement)
        news = "" if before is None or state else _news(statement, before)
        open_to_her = statement.id in open_lines
        marked = open_to_her and statement.id in review.progress.marked
        yield Line(
            id=statement.id,
            number=numbers.get(statement.id, 0),
            text=statement.text,
            marks=_seconded(
                review,
                statement.id,
                _fourth(marks(statement, proposal.findings), state or ("to sign" if marked else ""), news),
            ),
            state=state,
            # What was taken back is struck through as a whole.
            struck=statement.id in proposal.struck or proposal.status == STATUS,
            mine=bool(review.may.get(statement.id)),
            who=_who(review.who.get(statement.id, "")),
            chosen=statement.id == chosen,
            marked=marked,
            asks=unsure(review.doubts.get(statement.id, "")) if open_to_her else "",
            answer=answer_of(statement, review.progress),
            was=wording(statement),
            language="es" if ".es@" in statement.filled_from else "en",
            beside=0 if statement.id in numbers else _beside(statement, results, numbers, review),
        )


def _beside(
    statement: Statement, results: Mapping[str, set[str]], numbers: Mapping[str, int], review: Review
) -> int:
    """The number of the first line on top that tells of the same result or drug as a folded concern."""
    if statement.kind != "concern":
        return 0
    mine = particulars(statement, review.record)
    return next((number for one, number in numbers.items() if mine & results.get(one, set())), 0)


def line(review: Review, statement_id: str, chosen: str = "") -> Line:
    """One line as it stands now. Raises KeyError where the plan has no such line."""
    return {one.id: one for one in lines_of(review, chosen, (statement_id,))}[statement_id]


def marks(statement: Statement, findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """At most four marks: the worst finding or else the verdict, the class, who wrote it, and the physician's."""
    worst = [one for one in findings_of(statement, findings) if one.severity is not Severity.LOW]
    first = VERDICTS[statement.verdict]
    alone = any(one.rule == software.NAME and one.statement == statement.id for one in findings)
    if statement.verdict is Verdict.SUPPORTED and worst:
        high = any(one.severity is Severity.HIGH for one in worst)
        first = SEVERITIES[Severity.HIGH if high else Severity.MODERATE]
    elif statement.verdict is Verdict.SUPPORTED and alone:
        first = SOFTWARE
    found = [first, CLASSES[statement.content_class], WRITERS.get(statement.written_by, WRITERS["person"])]
    return tuple([*found, PHYSICIAN] if statement.tier is Tier.PHYSICIAN else found)


def _seconded(review: Review, line: str, found: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """In a second reading what the reader says of a line stands in the fourth place."""
    said = review.second.said.get(line) if review.second is not None and review.second.blind else None
    return (*found[:3], SECOND_SAID[said]) if said is not None else found


def _state(proposal: Proposal, statement: Statement) -> str:
    """What has become of a line; "" while it waits."""
    if statement.id in proposal.struck:
        return "struck"
    if statement.id in proposal.released:
        if proposal.released[statement.id] == AUTOMATIC:
            return "automatic"
        return "carried" if statement.id in proposal.carried else "signed"
    if proposal.status in ("active", STATUS):
        return "not filed"
    return "sent back" if statement.id in proposal.sent_back else ""


def _who(sentence: str) -> str:
    """Who signs a line, as `review/who.py` says it."""
    return gettext(sentence) if sentence else ""


def _before(previous: Document | None) -> Mapping[str, str] | None:
    """The words of each line of the plan filed before, without due dates; None where there is no such plan."""
    return None if previous is None else {one.id: undated(one) for one in previous.statements}


def _news(statement: Statement, before: Mapping[str, str]) -> str:
    if statement.id not in before:
        return "new"
    return "changed" if before[statement.id] != undated(statement) else ""


def _fourth(found: tuple[Mark, ...], state: str, news: str) -> tuple[Mark, ...]:
    """Four marks at most: what has become of a line, or what is new in it, stands in the fourth place.

    A line that is new and the physician's says so in the mark of its class.
    """
    if not state and not news:
        return found
    verdict, kind, writer, *physician = found
    if physician and not state:
        kind = replace(PHYSICIAN, shape=kind.shape, word=f"{kind.word} → {PHYSICIAN.word}")
    return verdict, kind, writer, FATES[state] if state else NEWS[news]
