"""Where and with whom the patient lives: social needs in the sources' words, and who cares for her."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from careloom.care.detail import LIKENESS
from careloom.care.document import Activity, Statement
from careloom.care.entry import Entry
from careloom.care.record import Need
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, listed, quoted
from careloom.knowledge.alarms import tells_of_strangling
from careloom.text.days import days_named
from careloom.text.naming import inside

# Which part of the plan a need's domain belongs to; every other stands in the environmental evaluation.
_PARTS = {"social_support": "caregiver", "relationship": "caregiver", "parent_or_caregiver": "caregiver"}
# Needs that can become harm within weeks.
_URGENT = frozenset({"housing", "food", "utilities"})
# What has a day within a month, or is announced in words that set one, can't wait; nor can one that just went by.
_AHEAD = timedelta(days=30)
_JUST_PAST = timedelta(days=7)
_ANNOUNCED = re.compile(
    r"\bevict|\bforeclos|\bshut[- ]?offs?\b|\bdisconnect|\b(?:cut|turned|shut) off\b|\block(?:ed)?[- ]?out\b|"
    r"\bcourt\b|\bmarshal\b|\bnotice to (?:quit|vacate)\b|\bdesaloj|\bcort(?:e|an|ar[áa]n?) (?:de |la )",
    re.IGNORECASE,
)
_WORDS = {"access_to_care": "reaching care"}


def environment(pen: Pen, guided: Iterable[Statement]) -> Iterator[Statement]:
    """Open needs outside the family, each in its source's words, and who takes up what no protocol line does."""
    found = [one for one in pen.record.needs if one.status == "open" and _part(one) == "environment"]
    yield from _needs(found, pen)
    met = {entry for one in guided if one.kind == "activity" for entry in one.citations}
    left = [one for one in found if not met & set(one.entries)]
    if left:
        names = listed(domain_words(one.domain) for one in left[:5])
        yield pen.line(
            "environment",
            "activity",
            pen.say("need.ask", names=names),
            [entry for one in left for entry in one.entries[:2]],
            about=left[0].domain,
            by="ask",
            rank=ranks.UNSAFE_HOME + ranks.ANSWER,
            activity=Activity("social_worker", "", "social"),
        )


def caregiver(pen: Pen) -> Iterator[Statement]:
    """Who cares for the patient, what is said of them, and the needs among them."""
    for entry in pen.record.entries:
        if entry.kind == "RelatedPerson":
            coded = next((code.display for code in entry.codes if code.display), "")
            relation = inside(bare(entry.detail.get("relation") or coded))
            if relation and pen.is_fit(relation):
                text = pen.say("care.caregiver", relation=relation)
                yield pen.line("caregiver", "fact", text, [entry.id], by=entry.id, rank=ranks.CARE)
    if pen.record.demographics.proxy:
        cited = [one for one in pen.patient_entries if pen.record.by_id[one].detail.get("proxy")]
        yield pen.line("caregiver", "fact", pen.say("care.proxy"), cited, by="proxy", rank=ranks.CARE)
    yield from _needs(
        [one for one in pen.record.needs if one.status == "open" and _part(one) == "caregiver"], pen
    )


def domain_words(domain: str) -> str:
    """A need's domain in plain words."""
    return _WORDS.get(domain, domain.replace("_", " "))


def _part(need: Need) -> str:
    return _PARTS.get(need.domain, "environment")


def _needs(needs: Sequence[Need], pen: Pen) -> Iterator[Statement]:
    """One line for each need; one for several that rest on the same sentence of a note."""
    together: dict[str, list[Need]] = {}
    for one in needs:
        together.setdefault(_newest(one, pen).detail.get("quote", one.domain), []).append(one)
    for group in together.values():
        yield _need(group, pen)


def _need(group: list[Need], pen: Pen) -> Statement:
    need, newest = group[0], _newest(group[0], pen)
    words = quoted(newest.detail.get("quote", ""), pen.names)
    name = listed(domain_words(one.domain) for one in group)
    text = pen.say("need.quoted", name=name, day=happened(newest), quote=words)
    if not words or not fits(text) or not happened(newest):
        known = inside(bare(need.name)) if pen.is_fit(need.name) and len(group) == 1 else ""
        text = pen.say("need.reported", name=known or name, day=happened(newest))
    rank = ranks.UNSURE if _is_unsure(group, pen) else min(_rank(one, pen) for one in group)
    cited = [entry for one in group for entry in one.entries]
    return pen.line(_part(need), "concern", text, cited, about=need.domain, by="need", rank=rank)


def _is_unsure(group: Iterable[Need], pen: Pen) -> bool:
    """Whether no phrase told any of these needs, only the likeness of a sentence, of which the reviewer is asked."""
    every = (pen.record.by_id[entry] for one in group for entry in one.entries if entry in pen.record.by_id)
    return all(LIKENESS in entry.detail.get("found_by", "") for entry in every)


def _rank(need: Need, pen: Pen) -> int:
    if need.domain == "safety":
        return ranks.UNSAFE
    if _is_dated(_newest(need, pen), need.domain in _URGENT, pen):
        return ranks.DATED
    return ranks.UNSAFE_HOME if need.domain in _URGENT else ranks.NEED


def _is_dated(entry: Entry, urgent: bool, pen: Pen) -> bool:
    """Whether the source's words name a day that is near, or announce in the last month what comes with one."""
    if entry.happened is None:
        return False
    as_of, written, words = pen.record.as_of, entry.happened.day, entry.detail.get("quote", "")
    announced = bool(_ANNOUNCED.search(words))
    days = [one for one in days_named(words, written) if one > written]
    if announced and not days:
        return as_of - written <= _AHEAD
    past = _JUST_PAST if announced or urgent else timedelta(0)
    return any(-past <= one - as_of <= _AHEAD for one in days)


def _newest(need: Need, pen: Pen) -> Entry:
    """The newest entry, of one day the one that tells of the gravest."""
    entries = [pen.record.by_id[one] for one in need.entries if one in pen.record.by_id]
    return max(
        entries,
        key=lambda entry: (
            happened(entry),
            tells_of_strangling(entry.detail.get("quote", "")),
            entry.id,
        ),
    )
