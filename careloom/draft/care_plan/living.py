"""Where and with whom the patient lives: social needs in the sources' words, and who cares for her."""

from collections.abc import Iterator

from careloom.care.document import Activity, Statement
from careloom.care.entry import Entry
from careloom.care.record import Need
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, inside, listed, quoted, speaks_to_software

# Which part of the plan a need's domain belongs to; every other stands in the environmental evaluation.
_PARTS = {"social_support": "caregiver", "relationship": "caregiver", "parent_or_caregiver": "caregiver"}
# Needs that can become harm within weeks.
_URGENT = frozenset({"housing", "food", "utilities", "safety"})
_WORDS = {"access_to_care": "reaching care"}


def environment(pen: Pen) -> Iterator[Statement]:
    """Open needs outside the family, each in its source's words, and who takes them up."""
    found = [one for one in pen.record.needs if one.status == "open" and _part(one) == "environment"]
    for one in found:
        yield _need(one, pen)
    if found:
        names = listed(domain_words(one.domain) for one in found[:5])
        cited = [entry for one in found for entry in one.entries[:2]]
        yield pen.line(
            "environment",
            "activity",
            pen.say("need.ask", names=names),
            cited,
            about=found[0].domain,
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
            if relation:
                text = pen.say("care.caregiver", relation=relation)
                yield pen.line("caregiver", "fact", text, [entry.id], by=entry.id, rank=ranks.CARE)
    if pen.record.demographics.proxy:
        cited = [one for one in pen.patient_entries if pen.record.by_id[one].detail.get("proxy")]
        yield pen.line("caregiver", "fact", pen.say("care.proxy"), cited, by="proxy", rank=ranks.CARE)
    for one in pen.record.needs:
        if one.status == "open" and _part(one) == "caregiver":
            yield _need(one, pen)


def domain_words(domain: str) -> str:
    """A need's domain in plain words."""
    return _WORDS.get(domain, domain.replace("_", " "))


def name_words(pen: Pen) -> frozenset[str]:
    """The words, in lower case, that name the patient in any source."""
    parts = [part for name in pen.record.demographics.names for part in (*name.given, name.family, name.text)]
    return frozenset(
        word.lower() for part in parts for word in part.replace("-", " ").split() if len(word) > 1
    )


def _part(need: Need) -> str:
    return _PARTS.get(need.domain, "environment")


def _need(need: Need, pen: Pen) -> Statement:
    entries = [pen.record.by_id[one] for one in need.entries if one in pen.record.by_id]
    newest = max(entries, key=lambda entry: (happened(entry), entry.id))
    words = quoted(newest.detail.get("quote", ""), name_words(pen))
    name = domain_words(need.domain)
    text = pen.say("need.quoted", name=name, day=happened(newest), quote=words)
    if not words or not fits(text) or not _dated_note(newest):
        known = "" if speaks_to_software(need.name) else inside(bare(need.name))
        text = pen.say("need.reported", name=known or name, day=happened(newest))
    rank = ranks.UNSAFE_HOME if need.domain in _URGENT else ranks.NEED
    return pen.line(_part(need), "concern", text, need.entries, about=need.domain, by="need", rank=rank)


def _dated_note(entry: Entry) -> bool:
    return bool(entry.detail.get("quote") and happened(entry))
