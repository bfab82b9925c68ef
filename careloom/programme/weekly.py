"""A week: which of the drafts that were decided needed substantial revision, and what such drafts have in common.

Takes    the drafts on which somebody decided in the week, each as it was queued and as it stands
Gives    how many were revised substantially, and groups of them by protocol, rule, model, template, source and reason, with what could be changed
Never    says that a group is a cause: it says what was changed most often where

Substantial is what a pilot calls so (docs/pilot.md): sent back, rejected or taken back; a line of a weighty class changed or struck; or at
least `EDITED` percent of the words changed. The percent is ours, with no source.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from careloom.care.document import Proposal, Statement
from careloom.care.pilot import PilotProtocol
from careloom.pipeline import Pipeline
from careloom.study.pilot.revised import Revision, revision
from careloom.study.statistics.estimate import Estimate
from careloom.study.statistics.proportions import Count, share

EDITED = PilotProtocol().edited
# So many drafts of a group are named, and so many groups listed.
NAMED, GROUPS = 5, 40
# What could be changed, by what a group has in common.
PROPOSED = {
    "protocol": "protocol",
    "rule": "rule",
    "model": "prompt",
    "template": "template",
    "source": "mapping",
    "reason": "rule",
}
Key = tuple[str, str]


def report(pipeline: Pipeline, since: datetime, until: datetime) -> dict[str, Any]:
    """The report of a week as JSON has it; shares from 0 to 1, `edited` in percent."""
    store = pipeline.store
    lines, drafts, of = Counter[Key](), defaultdict[Key, set[str]](set), defaultdict[Key, set[str]](set)
    cases: dict[str, list[str]] = {}
    said: dict[str, dict[str, Any]] = {}
    decided = back = by_hand = 0
    for proposal in store.programmes.decided(since, until):
        now, first = store.proposals.get(proposal), store.proposals.revision(proposal, 1)
        if first.document.by_hand:
            by_hand += 1
            continue
        decided += 1
        found = revision(first, now, EDITED)
        back += found.sent_back
        for key in {key for line in first.document.statements for key in _common(first, line)}:
            of[key].add(proposal)
        if not found.substantial:
            continue
        changed = Counter(
            key
            for line in _changed(first, now)
            for key in (*_common(first, line), *_sources(pipeline, line, first))
        )
        changed.update(_reasons(pipeline, proposal, found))
        cases[proposal] = _words(found, changed)
        said[proposal] = {
            "percent": round(found.percent),
            "weighty": found.weighty,
            "common": [list(key) for key, _ in changed.most_common(NAMED)],
        }
        for key, number in changed.items():
            lines[key] += number
            drafts[key].add(proposal)
    told = share(Count(len(cases), decided))
    groups = sorted(drafts, key=lambda key: (-len(drafts[key]), -lines[key], key))[:GROUPS]
    return {
        "decided": decided,
        "by_hand": by_hand,
        "substantial": len(cases),
        "sent_back": back,
        "edited": EDITED,
        "share": [told.value, told.low, told.high] if isinstance(told, Estimate) else None,
        "groups": [
            {
                "by": by,
                "name": name,
                "drafts": len(drafts[by, name]),
                "of": len(of[by, name] | drafts[by, name]),
                "lines": lines[by, name],
                "proposes": PROPOSED[by],
                "named": sorted(drafts[by, name])[:NAMED],
            }
            for by, name in groups
        ],
        "cases": cases,
        "said": said,
    }


def _changed(first: Proposal, now: Proposal) -> Iterator[Statement]:
    """The lines of the draft that were struck or say something else now."""
    after = {one.id: one.text for one in now.document.statements if one.id not in now.struck}
    yield from (one for one in first.document.statements if after.get(one.id) != one.text)


def _common(proposal: Proposal, line: Statement) -> tuple[Key, ...]:
    """What a line has in common with others: its protocol, the rules that spoke of it, and the model or template that wrote it."""
    found: list[Key] = []
    if line.guideline:
        found.append(("protocol", line.guideline.id))
    found += sorted({("rule", one.rule) for one in proposal.findings if one.statement == line.id})
    if line.written_by == "model":
        found.append(("model", proposal.document.model.name))
    else:
        name = line.filled_from.partition("/")[0] or f"{proposal.document.kind}/{line.section}"
        found.append(("template", name))
    return tuple(found)


def _sources(pipeline: Pipeline, line: Statement, proposal: Proposal) -> tuple[Key, ...]:
    """The kinds of entries, and the systems that sent them, on which a line rests."""
    cited = pipeline.store.proposals.frozen(proposal.id)
    entries = [cited[one] for one in line.citations if one in cited]
    return tuple(sorted({("source", f"{one.source.system}/{one.kind}") for one in entries}))


def _reasons(pipeline: Pipeline, proposal: str, found: Revision) -> Counter[Key]:
    """The reviewers' reasons, by their code; a draft that was sent back without one counts as such."""
    codes = Counter(
        ("reason", one.feedback.get("code") or one.action.value)
        for one in pipeline.store.proposals.decisions(proposal)
        if one.action.value in ("return", "reject")
    )
    return codes or Counter({("reason", "taken_back"): 1} if found.sent_back else {})


def _words(found: Revision, changed: Counter[Key]) -> list[str]:
    """What is kept of a revised draft: numbers and names of ours, no word of the draft."""
    said = [f"{found.percent:.0f} % of the words changed", f"{found.weighty} weighty lines changed or struck"]
    return said + [f"{by}: {name}" for (by, name), _ in changed.most_common(NAMED)]
