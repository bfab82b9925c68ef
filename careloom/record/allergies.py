"""Allergies: united over sources by what they are to, with refuted, resolved and intolerance kept apart.

"No known allergies" is somebody's assertion and no allergy; an absent entry asserts nothing. Where one source lists an
allergy and another denies it, that is a conflict: removing an allergy is a physician's. Where another's own list only lacks
it, or was denied before anybody recorded it, nobody contradicts: that too is told, in words of its own, and it stays an allergy.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from careloom.care.entry import Entry
from careloom.care.record import Allergy, Conflict, ConflictKind
from careloom.knowledge import Knowledge
from careloom.knowledge.none_known import allergies_denied, is_silent, substance_denied
from careloom.record.delabelled import is_delabelled
from careloom.record.overruled import is_overruled, is_settled
from careloom.record.words import day, key, listed, on, plain, senders, systems, whence

Kind = Literal["allergy", "intolerance", "unknown"]

_AROUND = re.compile(
    r"^(?:allergy|allergic|hypersensitivity|intolerance|adverse reaction)(?: disorder)? (?:to|caused by|of)(?: the)? |"
    r"^alergia a (?:la |el )?| (?:allergy|intolerance|hypersensitivity)$",
    re.I,
)

# What a source writes where it does not know the reaction.
_NO_REACTION = re.compile(
    r"(?:reaction )?(?:unknown|not known|unspecified|not specified|unsure|other|other \(see comments\)|see comments?|n/?a|none|none listed|"
    r"no reaction(?: recorded| listed)?|desconocid[oa]|"
    r"none\s*[-\u2013\u2014:,(].*)\.?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says: of which substance, with which status, as which kind."""

    entry: Entry
    substance: str
    ingredients: tuple[str, ...]
    classes: tuple[str, ...]
    status: str
    kind: Kind
    delabelled: bool = False

    @property
    def thing(self) -> object:
        """What it is to: the ingredients, else the classes, else the words."""
        return self.ingredients or self.classes or key(self.substance)


def allergies(
    entries: Iterable[Entry], knowledge: Knowledge, orders: Iterable[Entry] = ()
) -> tuple[tuple[Allergy, ...], tuple[Conflict, ...]]:
    """The allergies that AllergyIntolerance entries tell of, active first, and where the sources' lists disagree.

    Among `entries` may be others that say that none is known (`allergies_denied`): they stand for no allergy.
    `orders` are MedicationRequest entries: a system that orders drugs and holds nothing at all about allergies is
    named too where another knows an allergy to a drug.
    """
    own = [entry for entry in entries if entry.subject == "patient" and not is_silent(entry)]
    none_known = [(entry, what) for entry in own if (what := allergies_denied(entry))]
    denying = {entry.id for entry, _ in none_known}
    said = [said_of(entry, knowledge) for entry in own if entry.id not in denying and not is_overruled(entry)]
    kinds: dict[object, set[Kind]] = {}
    for one in said:
        if one.kind != "unknown":
            kinds.setdefault((one.thing, one.status), set()).add(one.kind)
    rows: dict[tuple[object, str, Kind], list[Said]] = {}
    for one in said:
        # A source that states no kind joins the one kind that others state for the same thing and status.
        stated = kinds.get((one.thing, one.status), set())
        kind = next(iter(stated)) if one.kind == "unknown" and len(stated) == 1 else one.kind
        rows.setdefault((one.thing, one.status, kind), []).append(one)
    found = [_allergy(group, kind) for (_, _, kind), group in rows.items()]
    order = {"active": 0, "resolved": 1, "refuted": 2}
    found.sort(key=lambda one: (order[one.status], key(one.substance), one.kind, one.entries))
    told = {system for entry in own for system in systems(entry)}
    blind: dict[str, Entry] = {}
    for ordered in orders:
        for system in systems(ordered):
            if system not in told:
                blind[system] = ordered
    return tuple(found), tuple(_conflicts(said, none_known, blind))


def said_of(entry: Entry, knowledge: Knowledge) -> Said:
    """What an AllergyIntolerance entry says: of which substance, with which status, as which kind."""
    denied = substance_denied(entry)
    substance = denied or _AROUND.sub("", plain(entry.name)).strip() or entry.name
    drugs = knowledge.drugs.find(substance, entry.codes)
    refuted = entry.negated or entry.certainty == "refuted" or bool(denied)
    ended = entry.status in ("inactive", "resolved")
    stated = entry.detail.get("allergy_type", "")
    kind: Kind = "allergy" if stated == "allergy" else "intolerance" if stated == "intolerance" else "unknown"
    if kind == "unknown" and "intolerance" in entry.name.lower():
        kind = "intolerance"
    return Said(
        entry,
        substance,
        tuple(sorted(drug.name for drug in drugs)),
        knowledge.drugs.allergy_classes(substance),
        "refuted" if refuted else "resolved" if ended else "active",
        kind,
        # What was settled to be one stays one, whatever the reason quotes.
        is_delabelled(entry) and (refuted or "settled" not in entry.detail),
    )


def _allergy(group: Sequence[Said], kind: Kind) -> Allergy:
    newest = max(group, key=lambda one: ("quote" not in one.entry.detail, day(one.entry), one.entry.id))
    reactions = [part.strip() for one in group for part in one.entry.detail.get("reaction", "").split(";")]
    return Allergy(
        substance=newest.substance,
        ingredients=tuple(dict.fromkeys(name for one in group for name in one.ingredients)),
        classes=tuple(dict.fromkeys(name for one in group for name in one.classes)),
        status=newest.status,
        kind=kind,
        reaction="; ".join(
            dict.fromkeys(part for part in reactions if part and not _NO_REACTION.fullmatch(part))
        ),
        entries=tuple(dict.fromkeys(one.entry.id for one in group)),
        why="; ".join(dict.fromkeys(_phrase(one) for one in group)),
        delabelled=any(one.delabelled for one in group),
        settled=next((told for one in group if (told := one.entry.detail.get("settled", ""))), ""),
    )


def _phrase(one: Said) -> str:
    recorded = f", recorded {day(one.entry)}" if one.entry.happened else ""
    removed = ", the label removed" if one.delabelled else ""
    return f"{one.status} in {whence(one.entry)}{recorded}{removed}"


def _conflicts(
    said: Sequence[Said], none_known: Sequence[tuple[Entry, frozenset[str]]], blind: Mapping[str, Entry]
) -> Iterable[Conflict]:
    """One conflict per substance that some list as active: "allergy_list" where others deny or refute it, "allergy_unlisted" where
    others' lists only leave it out.

    `blind` are systems that order drugs without any allergy entry, each with its newest order.
    """
    things: dict[object, list[Said]] = {}
    for one in said:
        things.setdefault(one.thing, []).append(one)
    lists = _lists(said)
    for ones in things.values():
        active = [one for one in ones if one.status == "active"]
        if not active:
            continue
        by = {system for one in active for system in systems(one.entry)}
        own = {sender for one in active for sender in senders(one.entry)}
        refuted = [one.entry for one in ones if one.status == "refuted"]
        ended = [
            one.entry for one in ones if one.status == "resolved" and not own.intersection(senders(one.entry))
        ]
        here = any(is_settled(one.entry) for one in active)
        speaking = [
            entry
            for entry, what in none_known
            if _contradicts(entry, what, active, own) and not (here and is_overruled(entry, "denial"))
        ]
        before = [entry for entry in speaking if _is_before(entry, active)]
        denied = [entry for entry in speaking if entry not in before]
        removed = [one.entry for one in active if one.delabelled]
        told = {system for entry in (*refuted, *speaking) for system in systems(entry)}
        told |= {system for one in ones for system in systems(one.entry)}
        kinds = _unlike_kinds(active)
        silent = {system: found for system, found in lists.items() if system not in by | told}
        unaware = blind if _is_drug(active) else {}
        if here:
            # Somebody settled that it is one: a list without it says nothing against that.
            silent, unaware, before = {}, {}, []
        contradicted = bool(refuted or ended or denied or removed or kinds)
        if not (contradicted or silent or unaware or before):
            continue
        against = [
            *(f"refuted in {whence(entry)}" for entry in refuted),
            *(f"{entry.status} in {whence(entry)}" for entry in ended),
            *(
                f"{whence(entry)} lists it although its own words say that the label was removed"
                for entry in removed
            ),
            *(f"{whence(entry)} says {_denial(entry)}" for entry in denied),
            *kinds,
            *(
                f"{whence(entry)} said {_denial(entry)} {on(entry)}, before it was recorded"
                for entry in before
            ),
            *(f"the list of {system} does not mention it" for system in silent),
            *(f"{system} orders drugs and lists no allergies" for system in unaware),
        ]
        entries = [one.entry.id for one in active]
        entries += [entry.id for entry in (*refuted, *ended, *denied, *before)]
        entries += [found[0].id for found in silent.values()] + [order.id for order in unaware.values()]
        why = f"listed in {listed(sorted(by))}; {'; '.join(dict.fromkeys(against))}"
        kind: ConflictKind = "allergy_list" if contradicted else "allergy_unlisted"
        yield Conflict(kind, active[-1].substance, tuple(dict.fromkeys(entries)), why)


def _unlike_kinds(active: Sequence[Said]) -> list[str]:
    """Who calls it an allergy and who an intolerance, where they are not the same."""
    stated = [one for one in active if one.kind != "unknown"]
    if len({one.kind for one in stated}) < 2:
        return []
    return [f"an {one.kind} in {whence(one.entry)}" for one in stated]


def _lists(said: Sequence[Said]) -> dict[str, list[Entry]]:
    """The allergy lists that sources keep, by system. What a sentence of a note mentions is no list, nor what was settled of one allergy."""
    lists: dict[str, list[Entry]] = {}
    for one in said:
        if "quote" not in one.entry.detail and one.status != "refuted" and not is_settled(one.entry):
            for system in systems(one.entry):
                lists.setdefault(system, []).append(one.entry)
    return lists


def _is_drug(said: Iterable[Said]) -> bool:
    return any(one.ingredients or one.classes or "medication" in one.entry.category for one in said)


def _denial(entry: Entry) -> str:
    """The words of a denial: "NKDA"; of an empty list that none is known; of a refuted "allergy to drug" that it is none."""
    if entry.kind == "List":
        return "that none is known"
    said = plain(entry.name)
    if entry.certainty == "refuted":
        return f"that {said} is refuted"
    return f"{said}: {plain(entry.value)}" if entry.kind == "Observation" and entry.value else said


def _contradicts(entry: Entry, what: frozenset[str], active: Sequence[Said], own: set[str]) -> bool:
    """Whether "no known …" speaks against an allergy. The same source's older assertion is overtaken."""
    sorts = {"drug"} if _is_drug(active) else {sort for one in active for sort in one.entry.category}
    if not what & (sorts | {"any"}):
        return False
    newest = max(day(one.entry) for one in active)
    return not (set(senders(entry)) <= own and day(entry) <= newest)


def _is_before(entry: Entry, active: Sequence[Said]) -> bool:
    """Whether "no known …" was said before any source recorded the allergy: it was not known then, and is not denied."""
    days = [day(one.entry) for one in active]
    return bool(day(entry)) and all(days) and day(entry) < min(days)
