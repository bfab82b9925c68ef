"""Consents: to what, for whom, from when until when, and whether one opens what a substance-use programme sent.

Source   42 CFR 2.31 (2024): a consent names whose, what, to whom, what for, and when it ends; 2.31(b): counselling notes need one
         of their own. Where a part is missing nothing is opened
         Of C-CDA's authorization and HL7 v2's CON neither has a recipient: they open nothing
Misses   a consent on paper that nobody entered; a consent that names its recipient in words that the site has not set
"""

import re
from collections.abc import Collection, Iterable
from datetime import date

from careloom.care.entry import Entry
from careloom.care.record import Consented
from careloom.record.counting import order
from careloom.record.words import day_of, key

_PART2 = re.compile(
    r"\b42\s*C\.?F\.?R\.?\s*(?:§\s*)?(?:part\s*)?2\b|\bpart 2\b|\bsubstance[- ](?:use|abuse)\b", re.I
)
_PART2_CODES = frozenset({"42CFRPart2", "42CFRPart2CD", "ETH", "ETHUD", "SUD"})
_COUNSELLING = re.compile(r"\bcounsell?ing notes?\b", re.I)


def consents(entries: Iterable[Entry], as_of: date) -> tuple[Consented, ...]:
    """The consents among the entries, oldest first; directives on treatment are none."""
    found = [entry for entry in entries if entry.kind == "Consent" and "adr" not in entry.category]
    return tuple(_consented(entry, as_of) for entry in sorted(found, key=_said))


def _said(entry: Entry) -> tuple[object, ...]:
    """By when it was signed or taken back: what begins later may have been said before."""
    return (entry.recorded.earliest, "", entry.id) if entry.recorded else order(entry)


def barrier(consent: Consented, programme: str, system: str, recipients: Collection[str]) -> str | None:
    """Why a consent opens nothing of a programme (that sends as `system`) here; "" where it opens, None where it isn't about it."""
    if opens(consent, programme, system, recipients, counselling=False):
        return ""
    if not consent.part2 or (consent.system != system and key(programme) not in key(consent.scope)):
        return None
    if not consent.given:
        return "it is not in force: refused, taken back, ended, or not yet begun (2.31(a)(7))"
    return (
        "it names others than this site as recipients (2.31(a)(4))"
        if consent.recipients
        else "it names no recipient (2.31(a)(4))"
    )


def opens(
    consent: Consented, programme: str, system: str, recipients: Collection[str], *, counselling: bool
) -> bool | None:
    """Whether it lets entries of a programme (that sends as `system`) be used here; None where it is not about that."""
    ours = consent.part2 and (consent.system == system or key(programme) in key(consent.scope))
    if not ours:
        return None
    if not consent.given:
        return False
    named = {key(one) for one in consent.recipients}
    if not named & {key(one) for one in recipients}:
        return None
    return True if not counselling or consent.counselling else None


def _consented(entry: Entry, as_of: date) -> Consented:
    detail = entry.detail
    scope = "; ".join(filter(None, (entry.text, detail.get("purpose", ""), detail.get("note", ""))))
    labels = {*detail.get("labels", "").split(), *(code.code for code in entry.codes)}
    start, end = entry.effective.start, entry.effective.end
    in_force = (start is None or start.day <= as_of) and (end is None or end.day >= as_of)
    return Consented(
        scope=scope,
        recipients=tuple(filter(None, detail.get("recipient", "").split("; "))),
        start=day_of(start) if start else None,
        until=day_of(end) if end else None,
        given=entry.status == "active" and entry.value != "deny" and not entry.negated and in_force,
        system=entry.source.system,
        part2=bool(_PART2.search(scope) or labels & _PART2_CODES),
        counselling=bool(_COUNSELLING.search(scope)),
        entries=(entry.id,),
    )
