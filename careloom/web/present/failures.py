"""Failure modes as the page tells them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.document import Severity
from careloom.care.failure import Failure
from careloom.web.present.kinds import named
from careloom.web.present.result import REASONS
from careloom.web.saying import later

SEVERITIES: Mapping[Severity, str] = {
    Severity.HIGH: later("could have harmed somebody"),
    Severity.MODERATE: later("misleads whoever reads it"),
    Severity.LOW: later("a matter of wording"),
}
CAUSES: Mapping[str, str] = {
    "source": later("the source was wrong or silent"),
    "reading": later("the source was read wrongly"),
    "knowledge": later("our knowledge lacks it or is wrong"),
    "rule": later("a rule did not speak, or spoke wrongly"),
    "wording": later("the wording of a template"),
    "model": later("what a model wrote"),
    "no_failure": later("no failure: the draft was right"),
    "unknown": later("not known"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A failure: where, what was said, how it was judged, and the values of its form."""

    id: str
    proposal: str
    title: str
    on: str
    said: str
    severity: str
    cause: str
    prevents: str
    why: str
    words: str


def row_of(one: Failure) -> Row:
    """A failure for the list."""
    newest = one.newest
    severity = newest.severity.value if newest else one.said.get("severity", "")
    judged = ""
    if newest:
        judged = f"{SEVERITIES[newest.severity]}; {CAUSES[newest.cause]}"
    return Row(
        one.id,
        one.proposal,
        named(one.kind).title,
        one.at.date().isoformat(),
        said_of(one.said),
        severity,
        newest.cause if newest else "",
        newest.prevents if newest else "",
        newest.why if newest else "",
        judged,
    )


def said_of(said: Mapping[str, str]) -> str:
    """What was said, in one line: the reason of the short list and the person's words."""
    reason = str(REASONS[said["code"]]) if said.get("code") in REASONS else said.get("code", "")
    words = said.get("words") or said.get("reason") or ""
    rule = gettext("finding of the rule {rule}").format(rule=said["rule"]) if said.get("rule") else ""
    return ": ".join(filter(None, (reason, words, rule))) or gettext("nothing said in words")


def counts(found: Iterable[Failure]) -> str:
    """How many there are, how many were judged, and how many of these are prevented now."""
    every = list(found)
    judged = [one.newest for one in every if one.newest]
    return gettext("{all} told, {judged} judged, {prevented} prevented by a rule or a test").format(
        all=len(every), judged=len(judged), prevented=sum(bool(one.prevents) for one in judged)
    )
