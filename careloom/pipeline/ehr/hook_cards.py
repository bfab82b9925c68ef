"""Cards: what an EHR shows at a hook, made of alerts, of a plan that waits or is in force, and of what could not be checked.

Source   CDS Hooks 2.0, "Card Attributes": a summary under 140 characters, details as GitHub-flavoured Markdown
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from careloom.care.alert import Alert, Card, Indicator
from careloom.care.document import Severity
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.system import source_name

LONGEST = 139
# So many sources of an alert are named.
NAMED = 8
# What begins something of Markdown or of GitHub's, an address that becomes a link among it.
_MARKDOWN = re.compile(r"([\\`*_\[\]#!|~>]|(?<=://)(?=.)|(?<=www)\.)")
# A source ends with its year.
_SOURCE_AT_END = re.compile(r"\(([^()]+, (?:19|20)\d\d)\)\.?\s*$")
_SENTENCE = re.compile(r"(?<=[^.])\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a card offers: a draft order to take back, by reference and drug, and tests to order (LOINC code, name) for `whom`."""

    remove: tuple[str, str] = ("", "")
    tests: tuple[tuple[str, str], ...] = ()
    whom: str = ""


def of_alert(
    alert: Alert,
    record: PatientRecord,
    own: Collection[str],
    orders: Collection[str],
    offered: Offered,
) -> Card:
    """An alert's card. `own` are the ids of entries that Careloom keeps, `orders` those of the draft orders."""
    finding = alert.finding
    said = _SENTENCE.split(finding.message)[0]
    found = _SOURCE_AT_END.search(finding.message)
    source = alert.source or (found[1] if found else "")
    rests = [record.by_id[one] for one in finding.evidence if one in record.by_id]
    told = "\n".join(f"- {plain(_whence(one, own, orders))}" for one in _each_once(rests)[:NAMED])
    detail = f"{plain(finding.message)}\n\nIt rests on:\n\n{told}" if told else plain(finding.message)
    return Card(
        summary=cut(f"{said[:1].upper()}{said[1:]}"),
        indicator=indicator(alert),
        rule=finding.rule,
        detail=detail,
        source=source or "Careloom",
        topic=finding.rule,
        remove=offered.remove if alert.interrupts else ("", ""),
        tests=offered.tests,
        whom=offered.whom,
        overridable=True,
    )


def indicator(alert: Alert) -> Indicator:
    """Critical for what stops whoever orders alone; a low finding is to be read, the rest warns."""
    if alert.interrupts:
        return "critical"
    return "info" if alert.finding.severity is Severity.LOW else "warning"


def of_scope(lines: Sequence[str], *, grave: bool) -> Card | None:
    """What was not checked or not used, and why; None where there is nothing to say."""
    if not lines:
        return None
    return Card(
        summary=cut(lines[0]),
        indicator="warning" if grave else "info",
        rule="scope",
        detail="\n".join(f"- {plain(one)}" for one in lines),
        source="Careloom",
        topic="scope",
    )


def of_stop(words: str) -> Card:
    """What is stopped here, so that nobody takes silence for a check that found nothing."""
    return Card(summary=words, indicator="warning", rule="stopped", source="Careloom")


def cut(text: str) -> str:
    """A text on one line, under 140 characters; a longer one ends with "…" at a word."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    return f"{line[: LONGEST - 1].rpartition(' ')[0] or line[: LONGEST - 1]}…"


def plain(text: str) -> str:
    """A text in which Markdown and HTML find nothing of theirs: it may come from any source."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(lambda found: f"\\{found[1]}" if found[1] else "\u200b", line)


def _each_once(entries: Iterable[Entry]) -> list[Entry]:
    return list({one.id: one for one in entries}.values())


def _whence(entry: Entry, own: Collection[str], orders: Collection[str]) -> str:
    """An entry by its name, value and day, and who said it."""
    value = f" {entry.comparator}{entry.value} {entry.unit or ''}".rstrip() if entry.value else ""
    day = f", {entry.happened.day.isoformat()}" if entry.happened else ""
    if entry.id in orders:
        return f"{entry.name[:120]} (this order)"
    who = source_name(entry.source.system) if entry.id in own else "this chart"
    return f"{entry.name[:120]}{value[:60]} ({who}{day})"
