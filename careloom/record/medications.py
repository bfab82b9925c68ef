"""Medications: one drug as the lists, the reports and the pharmacies tell it, and whether it counts as taken.

An order that a source still lists as active stays current, however old: the reason says how old. A fill that is not seen
is "no fill seen", never "not taking". A report that somebody stopped is a conflict with the order: ending it is a
physician's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from careloom.care.entry import Code, Entry
from careloom.care.fills import is_claim
from careloom.care.record import Conflict, ConflictKind, Medication, MedicationState, Regimen
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Ingredient
from careloom.record.by_class import told_by_class
from careloom.record.changed_strength import changed_strength
from careloom.record.counting import order
from careloom.record.doses import Dose, disagree
from careloom.record.drug_group import LISTED, REPORTED, Group, day_of_entry, last_day
from careloom.record.fills import Supply, is_given_in_care, is_only_supplied, pharmacies, supply
from careloom.record.overruled import is_overruled, is_settled
from careloom.record.regimens import regimen, united
from careloom.record.together import is_one_regimen, ordered_together, with_their_fills
from careloom.record.words import day, key, listed, on, systems, whence

_CITED = 6
_RENEWALS = 50
_STRENGTH_AND_FORM = re.compile(
    r"\b\d[\d.,/]*\s*(?:mcg|mg|g|ml|meq|units?|iu|%|hr|actuat)?\b|"
    r"\b(?:oral|tablets?|capsules?|solution|suspension|extended|release|delayed|injection|pack|day)\b",
    re.I,
)


def medications(
    entries: Iterable[Entry], knowledge: Knowledge, as_of: date
) -> tuple[tuple[Medication, ...], tuple[Conflict, ...]]:
    """The drugs that orders, reports and claims (entries in time order) tell of, and where the sources disagree.

    Groups are made by the set of ingredients, else by the drug's text without strength and form. Current ones first.
    """
    found: list[Medication] = []
    conflicts: list[Conflict] = []
    groups = _groups(entries, knowledge, as_of)
    claims = sorted((entry for group in groups for entry in group.entries if is_claim(entry)), key=order)
    unknown = frozenset(entry.id for group in groups if not group.ingredients for entry in group.entries)
    known = pharmacies(claims, unknown)
    for group in groups:
        if not group.ingredients and is_only_supplied(group.name, group.entries):
            continue
        filled = supply(group.entries, as_of, known)
        if not filled.last and is_given_in_care(group.listed, group.ingredients):
            filled = replace(filled, missing="", lapsed=False, evidence=())
        if group.listed or group.reported or group.stopped or filled.last:
            drug, disputed = _medication(group, filled)
            found.append(drug)
            conflicts += disputed
    found.sort(key=lambda drug: (not drug.current, drug.name.lower(), drug.entries))
    return tuple(found), tuple(conflicts)


def _groups(entries: Iterable[Entry], knowledge: Knowledge, as_of: date) -> list[Group]:
    known: dict[tuple[str, tuple[Code, ...]], tuple[Ingredient, ...]] = {}
    misspelt: dict[str, str] = {}
    groups: dict[object, tuple[tuple[Ingredient, ...], list[Entry]]] = {}
    for entry in entries:
        if entry.subject != "patient" or not (entry.text or entry.codes):
            continue
        asked = (entry.text, entry.codes)
        if asked not in known:
            known[asked] = knowledge.drugs.find(*asked)
            if not known[asked]:
                misspelt[entry.text], known[asked] = knowledge.drugs.nearly(entry.text)
        drugs = known[asked]
        thing = (
            frozenset(drug.name for drug in drugs)
            or key(_STRENGTH_AND_FORM.sub(" ", entry.name))
            or key(entry.name)
        )
        groups.setdefault(thing, (drugs, []))[1].append(entry)
    for vague, meant in told_by_class(groups, knowledge).items():
        told = groups.pop(vague)[1]
        for one in meant:
            groups[one][1].extend(told)
            groups[one][1].sort(key=order)
    return [
        Group(
            drugs,
            " and ".join(drug.name for drug in drugs) or found[-1].name,
            tuple(found),
            as_of,
            frozenset(entry.text for entry in found if drugs and misspelt.get(entry.text)),
        )
        for drugs, found in groups.values()
    ]


def _medication(group: Group, filled: Supply) -> tuple[Medication, list[Conflict]]:
    current = bool(group.listed or _still_reported(group) or filled.in_hand)
    doses = _doses(group, filled) if current else ()
    by_id = {entry.id: entry for entry in group.entries} if doses else {}
    parts = [(regimen([by_id[id] for id in ids], dose, group.ingredients), dose) for dose, ids in doses]
    conflicts = _disputes(group, filled, doses) if current else []
    conflicts += _doubtful(group, [one for one, _ in parts], doses)
    # Where doses differ or a dose was settled here, which of them is taken is asked and told already.
    if (
        current
        and not any(one.kind == "dose" for one in conflicts)
        and not any(map(is_settled, group.entries))
    ):
        conflicts += changed_strength(group)
    telling = _telling(group, filled)
    drug = Medication(
        name=group.name,
        ingredients=tuple(one.name for one in group.ingredients),
        state=_state(group, filled, conflicts),
        current=current,
        entries=tuple(dict.fromkeys(entry.id for entry in telling)),
        why=_why(group, filled),
        doses=tuple((dose.words, ids) for dose, ids in doses),
        refused=(filled.refusal.id,) if current and filled.refusal else (),
        last_fill=filled.last.happened if filled.last else None,
        over_the_counter=any(_over_the_counter(entry) for entry in telling),
        regimens=united(parts),
    )
    return drug, conflicts


def _still_reported(group: Group) -> bool:
    """Whether a report says that it is taken, and no later one that it is not."""
    if not group.reported:
        return False
    newest = max(day_of_entry(entry) for entry in group.reported)
    return not any(last_day(entry) > newest for entry in group.said_stopped)


def _is_held(group: Group, filled: Supply) -> bool:
    """Whether every order of it is on hold, and nobody says or fills otherwise."""
    orders = group.listed
    return (
        bool(orders)
        and all(one.status == "on-hold" for one in orders)
        and not (_still_reported(group) or filled.in_hand)
    )


def _state(group: Group, filled: Supply, conflicts: Sequence[Conflict]) -> MedicationState:
    if _is_held(group, filled):
        return "on_hold"
    if any(conflict.kind == "dose" for conflict in conflicts):
        return "dose_in_conflict"
    if group.listed:
        return "prescribed_and_filled" if filled.last and not filled.lapsed else "prescribed_no_fill_seen"
    if _still_reported(group):
        return "taking_as_reported"
    if filled.in_hand or not group.stopped:
        return "filled_not_listed"
    last = group.stopped[-1]
    old_report = last.kind == "MedicationStatement" and last.status in REPORTED and not last.negated
    return "taking_as_reported" if old_report else "stopped"


def _doses(group: Group, filled: Supply) -> tuple[tuple[Dose, tuple[str, ...]], ...]:
    """The distinct readings of current sources: orders, later reports, and the newest fill of the ordered regimen's time."""
    since = max((day_of_entry(entry) for entry in group.listed), default=date.min)
    current = [*reversed(group.listed)]
    if _still_reported(group):
        told = [entry for entry in group.reported if not is_overruled(entry, "dose")]
        here = [entry for entry in told if is_settled(entry)]
        others = [entry for entry in told if not is_settled(entry)]
        current += [entry for entry in _newest_of_each_system(others) if day_of_entry(entry) >= since]
        # What was settled here stands beside every later word, of whoever's, until it is settled anew.
        current += here
    if filled.last and not filled.lapsed and day_of_entry(filled.last) >= _regimen_since(group):
        current.append(filled.last)
    stated = [
        (entry, dose)
        for entry in current
        if (dose := group.dose(entry)).stated and not is_overruled(entry, "dose")
    ]
    variants = {dose.variant for _, dose in stated}
    unlike = any(one.unlike(other) for one in variants for other in variants)
    found: dict[object, list[tuple[Entry, Dose]]] = {}
    for entry, dose in stated:
        apart = dose.variant if unlike else None
        found.setdefault((dose.meaning, apart), []).append((entry, dose))
    readings = []
    for said in found.values():
        # Who says how it is taken gives the words, the newest first; `sorted` keeps the order of those of one day.
        ordered = sorted(said, key=lambda pair: (not pair[1].dispensed, day_of_entry(pair[0])), reverse=True)
        first, ids = ordered[0][1], tuple(entry.id for entry, _ in ordered[:_CITED])
        if unlike and first.variant.words:
            first = replace(first, words=", ".join(filter(None, (first.variant.words, first.words))))
        readings.append((first, ids))
    return with_their_fills(readings, _CITED)


def _regimen_since(group: Group) -> date:
    """Since when the newest listed order's dose has been ordered, renewals of the same dose included."""
    if not group.listed:
        return date.min
    newest = group.listed[-1]
    dose, since = group.dose(newest), day_of_entry(newest)
    orders = [
        entry
        for entry in group.entries
        if entry.kind == "MedicationRequest" and set(systems(entry)) & set(systems(newest))
    ]
    for earlier in reversed(orders[-_RENEWALS:]):
        if disagree(group.dose(earlier), dose):
            break
        since = min(since, day_of_entry(earlier))
    return since


def _disputes(group: Group, filled: Supply, doses: Sequence[tuple[Dose, tuple[str, ...]]]) -> list[Conflict]:
    found = []
    by_id = {entry.id: entry for entry in group.entries}
    together = ordered_together(doses, by_id)
    differing = [
        reading
        for place, reading in enumerate(doses)
        if any(
            disagree(reading[0], other)
            for beside, (other, _) in enumerate(doses)
            if beside != place and not is_one_regimen(place, beside, doses, together)
        )
    ]
    if differing:
        words = [
            f"{dose.words} in {listed(f'{whence(by_id[id])} {on(by_id[id])}' for id in ids)}"
            for dose, ids in differing
        ]
        found.append(
            Conflict("dose", group.name, tuple(id for _, ids in differing for id in ids), "; ".join(words))
        )
    # A drug that anybody can buy may be taken without a fill.
    bought = bool(group.ingredients) and all(drug.otc for drug in group.ingredients)
    if group.listed and filled.missing and not bought and not _is_held(group, filled):
        about = dict.fromkeys(entry.id for entry in (group.listed[-1], *filled.evidence))
        found.append(Conflict("no_fill", group.name, tuple(about), filled.missing))
    if against := _against(group, filled):
        about = dict.fromkeys(entry.id for entry in (*_telling(group, filled), *against))
        found.append(Conflict("medication_status", group.name, tuple(about), _why(group, filled)))
    return found


def _doubtful(
    group: Group, parts: Sequence[Regimen], doses: Sequence[tuple[Dose, tuple[str, ...]]]
) -> list[Conflict]:
    """Doses whose number cannot be relied on: shown with who says so, and used by nobody before a person looked."""
    found: dict[ConflictKind, list[Regimen]] = {}
    for part, (dose, _) in zip(parts, doses, strict=True):
        if part.doubt:
            found.setdefault("dose_without_unit" if dose.unitless else "implausible_dose", []).append(part)
    return [
        Conflict(
            kind,
            group.name,
            tuple(dict.fromkeys(id for part in doubted for id in part.entries)),
            "; ".join(dict.fromkeys(part.doubt.split("; ")[0] for part in doubted)),
        )
        for kind, doubted in found.items()
    ]


def _against(group: Group, filled: Supply) -> tuple[Entry, ...]:
    """What contradicts that it is current: a later stop, or a stop after which it was reported or filled all the same.

    Of what is only filled, a stop told since the fill too: the bottle is still at home.
    """
    if group.listed or group.reported:
        return group.said_stopped or group.stopped_before or group.held_elsewhere
    if filled.in_hand and filled.last:
        return tuple(
            entry
            for entry in group.stopped[-1:]
            if day_of_entry(entry) <= day_of_entry(filled.last)
            or entry.negated
            or entry.status in ("stopped", "not-taken")
        )
    return ()


def _telling(group: Group, filled: Supply) -> list[Entry]:
    """The entries that the state rests on: what is listed or reported, the last fill, what speaks against it."""
    telling = [*reversed(group.listed[-_CITED:])]
    if not telling or _still_reported(group):
        telling += _newest_of_each_system(group.reported)
    if filled.last:
        telling.append(filled.last)
    telling += group.said_stopped[-1:] or group.stopped_before
    if not group.listed and not group.reported:
        telling += _newest_of_each_system(group.stopped)
    return telling


def _why(group: Group, filled: Supply) -> str:
    parts = []
    for system, orders in _by_system(group.listed).items():
        held = " (on hold)" if all(entry.status == "on-hold" for entry in orders) else ""
        first = min((entry for entry in orders if entry.happened), key=day_of_entry, default=None)
        since = f" since {day(first)}" if first else ""
        parts.append(f"{'on hold' if held else 'active'} in {system}{since}")
    if not group.listed or _still_reported(group):
        parts += [f"reported in {whence(one)} {on(one)}" for one in _newest_of_each_system(group.reported)]
    parts += [
        f"taken with doses left out, as told in {whence(one)} {on(one)}"
        for one in _newest_of_each_system(group.reported)
        if one.detail.get("adherence")
    ]
    parts += [
        f"not taken as directed for its cost, as told in {whence(one)} {on(one)}"
        for one in _newest_of_each_system([*group.reported, *group.stopped])
        if one.detail.get("reason") == "cost" and "quote" in one.detail
    ]
    if filled.words:
        parts.append(filled.words if parts else f"{filled.words}; on no list")
    if group.listed and not filled.looked:
        parts.append("no pharmacy source is known")
    if group.listed and filled.missing:
        parts.append(filled.missing)
    if parts and filled.refused:
        parts.append(filled.refused)
    stops = (
        (group.said_stopped[-1:] or group.stopped_before) if parts else _newest_of_each_system(group.stopped)
    )
    if filled.in_hand and not (group.listed or group.reported):
        stops = _against(group, filled)
    parts += _read_as(group)
    # Last, since who shortens it keeps the last: who contradicts.
    parts += [stop_words(entry) for entry in stops]
    return "; ".join(dict.fromkeys(parts)) or "named without a status"


def _read_as(group: Group) -> list[str]:
    """What an entry's own words do not say outright: a name one letter off, a code that only another source puts in words."""
    slips = [
        f"{entry.text} in {whence(entry)} is read as {group.name}"
        for entry in group.entries
        if entry.text in group.misspelt
    ]
    bare = [
        f"code {entry.codes[0].code} in {whence(entry)} is {entry.name} in {entry.detail['named_by']}"
        for entry in group.entries
        if entry.detail.get("named_by")
    ]
    return [*slips, *bare]


def stop_words(entry: Entry) -> str:
    """That it is stopped, in words: who says so, and on which day."""
    if entry.kind == "MedicationStatement":
        return f"reported as {'not taken' if entry.negated else entry.status or 'ended'} in {whence(entry)} {on(entry)}"
    end = entry.effective.end
    if entry.status in LISTED and entry.status != "on-hold":
        return f"order ended in {whence(entry)} on {end.day.isoformat() if end else 'an unknown date'}"
    until = f" on {end.day.isoformat()}" if end else f" (ordered {day(entry)})" if entry.happened else ""
    return f"{(entry.status or 'ended').replace('-', ' ')} in {whence(entry)}{until}"


def _newest_of_each_system(entries: Sequence[Entry]) -> list[Entry]:
    """Of one day what its system states, before what was read out of a note's words."""
    return [
        max(found, key=lambda entry: (day_of_entry(entry), "quote" not in entry.detail, entry.id))
        for found in _by_system(entries).values()
    ]


def _by_system(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(whence(entry), []).append(entry)
    return found


def _over_the_counter(entry: Entry) -> bool:
    said = f"{entry.text} {' '.join(entry.category)} {entry.detail.get('quote', '')}".lower()
    return "over the counter" in said or "over-the-counter" in said or bool(re.search(r"\botc\b", said))
