"""What `verify` makes of every statement of a document, asked once for all rules that need it, and as findings."""

from collections.abc import Iterator, Mapping, Sequence

from careloom.care.document import Document, Finding, Severity, Statement, Verdict
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.texts import Site
from careloom.check.plain import PLAIN_TEXT
from careloom.errors import InputError
from careloom.knowledge.facts import Facts
from careloom.verify import Fault, Index, Judgement, judge_text, judge_with
from careloom.verify.filling import fill_of
from careloom.verify.plainly import is_plain
from careloom.verify.policy import CRITERIA, Answered, Line, letter


def judgements(document: Document, facts: Facts, site: Site) -> Mapping[str, Judgement]:
    """The judgement on each statement by its id; the record is made ready once.

    A statement is judged against the entries that it cites (one that is a text of ours, and nothing more, by
    what stands in its slots, one in plain words for a patient by the sentence that the library has for what it
    cites); a sentence of a plain text against the whole record, which may be silent on it.
    """
    record = facts.record
    index = Index(record, facts.knowledge, (*document.earlier, document.as_of), facts, site.zone)
    if document.kind == PLAIN_TEXT:
        parts = [(statement.text, statement.section) for statement in document.statements]
        judged = judge_text(index, parts)
        return {statement.id: one for statement, one in zip(document.statements, judged, strict=True)}
    found = {}
    frames = _frames(document, facts) if document.demands.policy else {}
    for statement in document.statements:
        entries = cited(statement, record)
        one = _framed(statement, entries, frames, index) if frames else None
        if one and not (one.verdict is Verdict.SUPPORTED and _has_more(statement)):
            found[statement.id] = one
            continue
        fill = fill_of(statement.text, entries, record, facts.knowledge, site, document.given)
        found[statement.id] = (
            Judgement(Verdict.SUPPORTED)
            if (fill and fill.supported and not _has_more(statement))
            or (document.demands.grade and _is_plain(index, statement, entries))
            else judge_with(
                index,
                statement.text,
                entries,
                statement.guideline,
                (statement.goal, statement.activity),
                by_person=statement.written_by == "person",
            )
        )
    return found


def _frames(document: Document, facts: Facts) -> Mapping[str, Line]:
    """What a letter about a policy must say of each criterion, computed anew, by the words before its evidence; the longest first."""
    try:
        lines = letter(document.given, facts).lines
    except InputError:
        return {}
    found = {line.frame: line for line in lines if line.frame}
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


def _framed(
    statement: Statement, entries: Sequence[Entry], frames: Mapping[str, Line], index: Index
) -> Judgement | None:
    """The judgement on a line that answers a criterion: its answer by what the policy and the record come to, the sentences behind it by
    what they cite. None for a line that answers none.
    """
    text = statement.text
    frame = next((one for one in frames if text == one or text.startswith(f"{one} ")), None)
    if frame is None:
        return _otherwise(statement, frames)
    rest = text[len(frame) :].strip()
    says = frames[frame].says
    if len(says) > 1 and text == frames[frame].text:
        # Each sentence by its own entries: what one of them denies is another's matter.
        each = [
            judge_with(index, said.text, [one for one in entries if one.id in said.entries]) for said in says
        ]
        return next((one for one in each if one.verdict is not Verdict.SUPPORTED), each[0])
    if rest:
        return judge_with(index, rest, entries, by_person=statement.written_by == "person")
    fault = Fault("citation", "", 0, 0)
    return Judgement(Verdict.SUPPORTED) if entries else Judgement(Verdict.NOT_ADDRESSED, (fault,))


def _otherwise(statement: Statement, frames: Mapping[str, Line]) -> Judgement | None:
    """The judgement on another answer to a criterion than the record's: a person may give it where the record gives none."""
    text = statement.text
    asked = next(
        (
            one
            for one, line in frames.items()
            if line.section == CRITERIA and "”" in one and text.startswith(one[: one.index("”") + 1])
        ),
        None,
    )
    if asked is None:
        return None
    place = asked.index("”") + 1
    hers = statement.written_by == "person" and frames[asked].answered in (
        Answered.JUDGE,
        Answered.NOT_DOCUMENTED,
    )
    wrong = Fault("result", text[place:].strip(": ")[:60], place, len(text), contradicts=not hers)
    return Judgement(Verdict.NOT_ADDRESSED if hers else Verdict.CONTRADICTED, (wrong,))


def _has_more(statement: Statement) -> bool:
    """Whether something hangs on a statement that no text of ours has, so that its words alone don't carry it."""
    return bool(statement.guideline or statement.goal or statement.activity)


def _is_plain(index: Index, statement: Statement, entries: Sequence[Entry]) -> bool:
    """Whether a statement is the library's sentence for what it cites, with no goal and no task beside its words."""
    if statement.goal or statement.activity:
        return False
    return is_plain(index, statement.text, entries, statement.guideline)


def cited(statement: Statement, record: PatientRecord) -> Sequence[Entry]:
    """The entries that a statement cites and that exist, each once."""
    found = (record.by_id[citation] for citation in statement.citations if citation in record.by_id)
    return tuple({entry.id: entry for entry in found}.values())


def faults_as_findings(
    name: str, says: Mapping[str, str], document: Document, judged: Mapping[str, Judgement]
) -> Iterator[Finding]:
    """Faults of the kinds in `says` as findings of the rule `name`, one for each statement and kind."""
    for statement in document.statements:
        faults = judged[statement.id].faults
        for kind, message in says.items() if faults else ():
            found = [fault for fault in faults if fault.kind == kind]
            if found:
                yield Finding(
                    name,
                    severity_of(found),
                    _worded(message, found),
                    _evidence(statement, found),
                    statement.id,
                )


def _worded(message: str, faults: Sequence[Fault]) -> str:
    """A message with the words at fault, where the record has others."""
    words = dict.fromkeys(fault.words for fault in faults if fault.evidence and fault.words)
    return f"{message}: {', '.join(f'“{one}”' for one in words)}" if words else message


def _evidence(statement: Statement, faults: Sequence[Fault]) -> tuple[str, ...]:
    found = (entry for fault in faults for entry in fault.evidence)
    return tuple(dict.fromkeys((*statement.citations, *found)))


def severity_of(faults: Sequence[Fault]) -> Severity:
    """High where a source contradicts, moderate where none speaks of it, low where a foreign text tells what none does."""
    if any(fault.contradicts for fault in faults):
        return Severity.HIGH
    return Severity.LOW if all(fault.kind == "silent" for fault in faults) else Severity.MODERATE
