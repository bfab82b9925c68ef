"""Who the patient is, who cares for them, and which sources were searched."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from careloom.care.entry import Entry, HumanName, Identifier, Person
from careloom.care.record import Conflict, Demographics, Searched
from careloom.record.words import key, listed, systems
from careloom.text.language import code_of

_OPEN = frozenset({"active", "proposed", None})
# Somebody who wrote or ordered on this many days is taken to be part of the care.
_RECURRING = 3
_SPOKEN = {"true": "needed", "false": "not needed", "ok": "may be left", "no": "may not be left"}
_TITLES = re.compile(r"\b(?:dr|mr|mrs|ms|prof|md|do|rn|np|pa|phd|lcsw|pharmd|rd)\b\.?", re.I)


def demographics(
    entries: Iterable[Entry], persons: Sequence[Person], as_of: date
) -> tuple[Demographics, tuple[Conflict, ...]]:
    """Who the patient is, from Patient entries and from what messages said of the person; and where these disagree.

    The value that most sources give stands; a tie goes to the newest entry's.
    """
    own = [entry for entry in entries if entry.kind == "Patient"]
    births = _told(own, "birth_date", (person.birth_date for person in persons))
    sexes = _told(own, "sex", (person.sex for person in persons))
    sexes = {said: ids for said, ids in sexes.items() if said != "unknown"} or sexes
    stated = (
        ("birth date", _unlike(births)),
        ("sex", sexes),
        ("language", _languages(own)),
        ("need of an interpreter", _told(own, "interpreter")),
        ("wish about messages", _told(own, "contact")),
    )
    conflicts = [
        Conflict("demographics", about, tuple(dict.fromkeys(id for ids in said.values() for id in ids)), why)
        for about, said in stated
        if len(said) > 1
        for why in ["; ".join(_whose(value, said[value], own) for value in sorted(said))]
    ]
    found = Demographics(
        names=_names(persons),
        identifiers=_identifiers(persons),
        birth_date=_chosen(births),
        sex=_chosen(sexes),
        deceased=_died(own, persons, as_of),
        language=_spoken(own),
        interpreter=_yes_or_no(own),
        proxy=_chosen(_told(own, "proxy")),
        # Whoever asks that no message be left is believed, however many others say that one may be.
        safe_contact="no" if "no" in _told(own, "contact") else _chosen(_told(own, "contact")),
        entries=tuple(entry.id for entry in own),
    )
    return found, tuple(conflicts)


def language(entries: Iterable[Entry]) -> str:
    """The language that a patient speaks by most of her sources, as its code without region; "" where none says."""
    own = [entry for entry in entries if entry.kind == "Patient"]
    return code_of(_spoken(own) or "")


def searched(entries: Iterable[Entry]) -> tuple[Searched, ...]:
    """The receipt: per source how many entries it gave and the newest day among them (future plans aside)."""
    counts: Counter[str] = Counter()
    newest: dict[str, date] = {}
    for entry in entries:
        system = entry.source.system
        counts[system] += 1
        if entry.happened and entry.kind != "Appointment":
            newest[system] = max(newest.get(system, date.min), entry.happened.day)
    return tuple(
        Searched(system, counts[system], newest[system].isoformat() if system in newest else None)
        for system in sorted(counts)
    )


def care_team(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The people around the patient: active CareTeam members ("role: name"), relatives, and who recurs in the entries."""
    team: dict[str, str] = {}
    days: dict[str, set[date | None]] = {}
    for entry in entries:
        if entry.kind == "CareTeam" and entry.status in _OPEN:
            for member in entry.detail.get("participants", "").split("; "):
                _add(team, member)
        elif entry.kind == "RelatedPerson" and entry.status in _OPEN:
            _add(team, entry.text)
        named = [entry.detail[role] for role in ("author", "prescriber") if role in entry.detail]
        if named:
            on = entry.happened.day if entry.happened else None
            for name in "; ".join(named).split("; "):
                if name != "patient":
                    days.setdefault(name, set()).add(on)
    recurring = sorted(
        (name for name in days if len(days[name]) >= _RECURRING), key=lambda name: (-len(days[name]), name)
    )
    for name in recurring:
        _add(team, name)
    return tuple(team.values())


def _add(team: dict[str, str], member: str) -> None:
    """Add a member once: a bare name is left out where "role: name" already stands ("L. Osei", "Dr. L. Osei")."""
    role, colon, name = member.rpartition(": ")
    person = key(_TITLES.sub(" ", name))
    if person and person not in team:
        team[person] = f"{role}{colon}{name}"


def _told(own: Iterable[Entry], name: str, further: Iterable[str | None] = ()) -> dict[str, list[str]]:
    """Every value that is stated, with the ids of the entries that state it (none for a Person's own)."""
    found: dict[str, list[str]] = {}
    for said in further:
        if said:
            found.setdefault(said, [])
    for entry in own:
        if said := entry.detail.get(name):
            found.setdefault(said, []).extend((entry.id, *entry.same_as))
    return found


def _languages(own: Iterable[Entry]) -> dict[str, list[str]]:
    """The languages that are stated, without region: "en-US" is "en"."""
    found: dict[str, list[str]] = {}
    for said, ids in _told(own, "language").items():
        found.setdefault(code_of(said), []).extend(ids)
    return found


def _spoken(own: Sequence[Entry]) -> str | None:
    """The language of most entries, counted by its code, as most of those write it; one that says it doesn't know counts where all do."""
    counted = _languages(own)
    code = _chosen({code: ids for code, ids in counted.items() if code} or counted)
    return _chosen({said: ids for said, ids in _told(own, "language").items() if code_of(said) == code})


def _whose(value: str, ids: Sequence[str], own: Iterable[Entry]) -> str:
    """A value with the systems whose Patient entry states it; of a claim's or note's header no system is known."""
    known = sorted({system for entry in own if entry.id in ids for system in systems(entry)})
    return f"{_SPOKEN.get(value, value)} in {listed(known) or 'a claim or note'}"


def _unlike(births: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Without dates that another one only states more precisely ("1950" beside "1950-03-02")."""
    return {
        said: ids
        for said, ids in births.items()
        if not any(other != said and other.startswith(said) for other in births)
    }


def _chosen(told: Mapping[str, list[str]]) -> str | None:
    """The value of most entries, the longer one where that is equal, then the smaller: never by chance."""
    return min(told, key=lambda said: (-len(told[said]), -len(said), said), default=None)


def _names(persons: Sequence[Person]) -> tuple[HumanName, ...]:
    """Every name once (the one in parts, where sources write it differently), the most frequent first."""
    counts = Counter(spelt for person in persons for spelt in {key(name.full) for name in person.names})
    best: dict[str, HumanName] = {}
    for name in sorted((name for person in persons for name in person.names), key=_in_parts):
        best.setdefault(key(name.full), name)
    return tuple(
        best[spelt] for spelt in sorted(best, key=lambda spelt: (-counts[spelt], -len(spelt), spelt))
    )


def _in_parts(name: HumanName) -> tuple[object, ...]:
    return (not (name.family and name.given), name.family, name.given, name.suffix, name.text)


def _identifiers(persons: Sequence[Person]) -> tuple[Identifier, ...]:
    """What numbers the person; not what numbers a message that named nobody's number ("note 1f…")."""
    every = (one for person in persons for one in person.identifiers if one.system)
    return tuple(
        dict.fromkeys(
            one
            for one in every
            if not (one.system.startswith("urn:careloom:source:") and one.value.startswith("note "))
        )
    )


def _died(own: Iterable[Entry], persons: Iterable[Person], as_of: date) -> str | None:
    told = _told(own, "deceased", (person.deceased for person in persons))
    dated = sorted(said for said in told if said not in ("true", "false"))
    if dated:
        return dated[0] if dated[0][:10] <= as_of.isoformat() else None
    return "true" if "true" in told else None


def _yes_or_no(own: Iterable[Entry]) -> bool | None:
    told = _told(own, "interpreter")
    return "true" in told if told else None
