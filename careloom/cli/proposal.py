"""A proposal in the command line's JSON, both ways, and in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

from careloom.care.document import (
    Accepted,
    Activity,
    Coverage,
    Document,
    Finding,
    GoalTarget,
    Guideline,
    ModelUse,
    Proposal,
    Severity,
    Statement,
)
from careloom.errors import InputError
from careloom.review.accepted import ends


def to_json(proposal: Proposal) -> dict[str, Any]:
    """The contract's object; owner, due, goal and rank stand beside what the contract asks for."""
    document = proposal.document
    return {
        "id": proposal.id,
        "patient": document.patient,
        "kind": document.kind,
        "status": proposal.status,
        "created": proposal.created.isoformat(timespec="seconds"),
        "as_of": document.as_of.isoformat(),
        "record_version": document.record_version,
        "knowledge_version": document.knowledge_version,
        "knowledge": dict(document.knowledge),
        "model": {
            "name": document.model.name,
            "sha256": document.model.sha256,
            "prompts": dict(document.model.prompts),
            "calls": document.model.calls,
            "fallbacks": document.model.fallbacks,
            "prompt_tokens": document.model.prompt_tokens,
            "completion_tokens": document.model.completion_tokens,
            "seconds": document.model.seconds,
            "note": document.model.note or None,
        },
        "statements": [statement_json(statement) for statement in document.statements],
        "findings": [finding_json(finding) for finding in proposal.findings],
        "left_out": [
            {"what": one.what, "why": one.why, "rule": one.rule or None, "evidence": list(one.evidence)}
            for one in document.left_out
        ],
        "accepted": [accepted_json(one) for one in proposal.accepted],
        "coverage": coverage_json(proposal.coverage) if proposal.coverage else None,
        "given": dict(document.given),
        "tier": proposal.tier.word,
        "top": list(document.top),
        "since": proposal.since or None,
        "unchanged": list(proposal.unchanged),
        "earlier": [day.isoformat() for day in document.earlier],
        "assigned_to": proposal.assigned_to,
        "due": proposal.due.isoformat(timespec="seconds") if proposal.due else None,
    }


def statement_json(statement: Statement) -> dict[str, Any]:
    """One statement."""
    guideline = statement.guideline
    found: dict[str, Any] = {
        "id": statement.id,
        "section": statement.section,
        "kind": statement.kind,
        "text": statement.text,
        "class": statement.content_class.value,
        "tier": statement.tier.word,
        "verdict": statement.verdict.value,
        "citations": list(statement.citations),
        "guideline": {
            "id": guideline.id,
            "source": guideline.source,
            "says": guideline.says,
            "due": guideline.due,
        }
        if guideline
        else None,
        "written_by": statement.written_by,
        "about": statement.about,
        "rank": statement.rank,
        "filled_from": statement.filled_from or None,
        "slots": dict(statement.slots),
    }
    if statement.activity:
        found["activity"] = {
            "owner": statement.activity.owner,
            "due": statement.activity.due,
            "category": statement.activity.category,
        }
    if statement.goal:
        goal = statement.goal
        found["goal"] = {
            "measure": {
                "system": goal.measure_system,
                "code": goal.measure_code,
                "display": goal.measure_display,
            },
            "comparator": goal.comparator,
            "value": goal.value,
            "unit": goal.unit,
            "due": goal.due,
        }
    return found


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "statement": finding.statement,
    }


def accepted_json(one: Accepted) -> dict[str, Any]:
    """A finding that stays quiet, with who accepted it and when it speaks again."""
    return {
        **finding_json(one.finding),
        "accepted_by": one.by,
        "accepted_on": one.on.isoformat(),
        "until": ends(one).isoformat(),
    }


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """What the medication checks looked at."""
    return {
        "checked": coverage.checked,
        "drugs": coverage.drugs,
        "unknown": list(coverage.unknown),
        "lists": list(coverage.lists),
        "words": coverage.words,
    }


def from_json(given: Any) -> Document:
    """The document of a proposal's JSON. Class, tier and verdict are not read; they are computed anew.

    Raises InputError naming the place of what is missing or of another type.
    """
    if not isinstance(given, dict) or not isinstance(given.get("statements"), list):
        raise InputError("a proposal is an object with a list of statements", where="statements")
    statements = tuple(_statement(one, f"statements[{n}]") for n, one in enumerate(given["statements"]))
    ids = [statement.id for statement in statements]
    if len(set(ids)) != len(ids):
        raise InputError("two statements have the same id", where="statements")
    try:
        as_of = date.fromisoformat(given["as_of"])
    except (KeyError, TypeError, ValueError):
        raise InputError("a date such as 2026-11-23 is needed", where="as_of") from None
    model = given.get("model") or {}
    try:
        earlier = tuple(date.fromisoformat(day) for day in given.get("earlier") or ())
    except (TypeError, ValueError):
        raise InputError("a list of dates such as 2026-11-23 is needed", where="earlier") from None
    return Document(
        patient=_text(given, "patient", "", required=False),
        kind=_text(given, "kind", "", required=False) or "care_plan",
        as_of=as_of,
        record_version=_text(given, "record_version", "", required=False),
        statements=statements,
        top=tuple(one for one in given.get("top") or () if isinstance(one, str) and one in ids),
        model=ModelUse(name=str(model.get("name", "none")), sha256=str(model.get("sha256", ""))),
        knowledge_version=_text(given, "knowledge_version", "", required=False),
        earlier=earlier,
        given=_fields(given.get("given") or {}),
    )


def _fields(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise InputError("an object of texts is needed", where="given")
    return given


def _statement(given: Any, where: str) -> Statement:
    if not isinstance(given, dict):
        raise InputError("a statement is an object", where=where)
    citations = given.get("citations") or []
    if not isinstance(citations, list) or not all(isinstance(one, str) for one in citations):
        raise InputError("citations are a list of entry ids", where=f"{where}.citations")
    rank = given.get("rank", 1000)
    return Statement(
        id=_text(given, "id", where),
        section=_text(given, "section", where, required=False),
        kind=_text(given, "kind", where, required=False) or "fact",
        text=_text(given, "text", where),
        citations=tuple(citations),
        guideline=_guideline(given.get("guideline"), f"{where}.guideline"),
        about=_text(given, "about", where, required=False),
        rank=rank if isinstance(rank, int) else 1000,
        written_by=_text(given, "written_by", where, required=False) or "person",
        goal=_goal(given.get("goal"), f"{where}.goal"),
        activity=_activity(given.get("activity"), f"{where}.activity"),
    )


def _guideline(given: Any, where: str) -> Guideline | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InputError("a guideline is an object", where=where)
    return Guideline(
        id=_text(given, "id", where),
        source=_text(given, "source", where, required=False),
        says=_text(given, "says", where, required=False),
        due=_text(given, "due", where, required=False),
    )


def _goal(given: Any, where: str) -> GoalTarget | None:
    if not isinstance(given, dict):
        return None
    measure = given.get("measure")
    if not isinstance(measure, dict):
        raise InputError("a goal names its measure", where=f"{where}.measure")
    return GoalTarget(
        measure_system=_text(measure, "system", where),
        measure_code=_text(measure, "code", where),
        measure_display=_text(measure, "display", where, required=False),
        comparator=_text(given, "comparator", where, required=False),
        value=_text(given, "value", where),
        unit=_text(given, "unit", where, required=False),
        due=_text(given, "due", where, required=False),
    )


def _activity(given: Any, where: str) -> Activity | None:
    if not isinstance(given, dict):
        return None
    return Activity(
        owner=_text(given, "owner", where),
        due=_text(given, "due", where, required=False),
        category=_text(given, "category", where, required=False),
    )


def _text(given: Mapping[str, Any], key: str, where: str, *, required: bool = True) -> str:
    value = given.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise InputError("text is needed", where=f"{where}.{key}".lstrip("."))
    return value


MARK = {"supported": "✓", "contradicted": "✗", "not_addressed": "?"}


def words(proposal: Proposal, console: Console) -> None:
    """The proposal as a person reads it: findings, the top three, then section by section with citations."""
    document = proposal.document
    console.print(
        Text(f"{document.kind.replace('_', ' ').capitalize()} as of {document.as_of}", style="bold"),
        f"· {len(document.statements)} statements · signs: {proposal.tier.word} · written by {document.model_that_wrote or 'templates'}",
    )
    if used := document.model.words:
        console.print(Text(f"  Model: {used}", overflow="fold"))
    if proposal.since:
        same = len(proposal.unchanged)
        left = len(document.statements) - same
        console.print(f"  {left} lines differ from the plan in the chart, {same} say the same as there.")
    for finding in proposal.findings:
        if finding.severity is not Severity.LOW:
            console.print(
                Text(f"  ▲ {finding.severity.value}: {finding.message} [{finding.rule}]", style="yellow")
            )
    for quiet in proposal.accepted:
        console.print(
            Text(
                f"  quiet, accepted by {quiet.by} on {quiet.on}: {quiet.finding.message} [{quiet.finding.rule}]",
                style="dim",
            )
        )
    if proposal.coverage:
        console.print(Text(f"  Safety: {proposal.coverage.words}.", overflow="fold"))
    for one in document.left_out:
        console.print(Text(f"  Left out: {one.what} ({one.why})", style="dim", overflow="fold"))
    by_id = {statement.id: statement for statement in document.statements}
    for heading, lines in [
        ("Top three", [by_id[top] for top in document.top if top in by_id]),
        *_sections(document),
    ]:
        if lines:
            console.print(Text(heading, style="bold"))
        for line in lines:
            console.print(Text(f"  {MARK[line.verdict.value]} {line.text}", overflow="fold"))
            basis = f" · {line.guideline.source}" if line.guideline else ""
            cited = ", ".join(citation[:8] for citation in line.citations)
            console.print(Text(f"      [{cited}]{basis} · {line.tier.word}", style="dim", overflow="fold"))


def _sections(document: Document) -> list[tuple[str, list[Statement]]]:
    sections: dict[str, list[Statement]] = {}
    for line in document.statements:
        if line.id not in document.top:
            sections.setdefault(line.section, []).append(line)
    return [(section.replace("_", " ").capitalize(), lines) for section, lines in sections.items()]
