"""Problems: conditions grouped over codings and sources, which of them are current, and why.

"History of" is the past, a relative's disease is the relative's, and a guess is no diagnosis. Where sources contradict
each other the problem stays listed and a conflict says so: choosing is a physician's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from careloom.care.entry import ICD10, ICD10_WHO, SNOMED, Code, Entry, When, when
from careloom.care.record import Conflict, Problem, ProblemStatus
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.conditions import bare
from careloom.knowledge.none_known import allergies_denied, is_silent, problems_denied
from careloom.record.counting import overtaken
from careloom.record.groups import grouped
from careloom.record.software import is_software
from careloom.record.words import day, day_of, key, plain, senders, whence

# What a classification says of what it was not told.
_UNSAID = re.compile(
    r",?\s*\b(?:unspecified(?: (?:organism|site|type))?|site not specified|not (?:otherwise|elsewhere) (?:specified|classified)|nos)\b,?",
    re.I,
)
_PAST = re.compile(
    r"^\s*(?:(?:personal |past |prior )?history of|past medical history|h/o|hx of|status post|s/p)\b", re.I
)
_FAMILY = re.compile(r"\bfamily (?:history|hx)\b|\bfhx?\b", re.I)
_ENDED = frozenset({"inactive", "remission", "resolved"})
_GUESSED = frozenset({"unconfirmed", "provisional", "differential"})
# Where knowledge has no concept: events by their nature. An entry that still calls one active years later was never closed.
_EVENT = re.compile(
    r"\bacute\b|fracture|sprain|laceration|\bburn\b|concussion|whiplash|overdose|miscarriage|pregnan|appendicitis|"
    r"appendix|cardiac arrest|\binfarction\b|^stroke$|pneumonia|\binjury\b|\bwound\b|pharyngitis|bronchitis, acute",
    re.I,
)
_PREGNANCY = "pregnancy"
_DIABETES = ("type_1_diabetes", "type_2_diabetes")
# ICD-10-CM chapter 21: risks and states that last; Z91.4 and Z91.5 are histories.
_STANDING = re.compile(r"Z(?:79|89|9[345679]|91(?!\.?[45]))")
# ICD-10-CM's "in remission" of chapter 5: use of a substance (F10.11, F10.21, F10.91, F17.211), depression in full remission.
_REMISSION = re.compile(r"F1[0-689]\.?[129]1$|F17\.?2[0-9]1$|F32\.?5$|F33\.?42$")
_STALE_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says of a problem: status, from when, until when, and whether it is only a guess, a machine's too."""

    entry: Entry
    status: ProblemStatus
    end: When | None = None
    past: bool = False
    guess: bool = False

    @property
    def start(self) -> When | None:
        """Since when it is said to be."""
        return self.entry.effective.start or self.entry.recorded

    @property
    def last(self) -> date:
        """The last day for which it speaks."""
        times = (self.entry.effective.start, self.entry.recorded, self.end)
        return max((time.day for time in times if time), default=date.min)


def is_problem(entry: Entry, knowledge: Knowledge) -> bool:
    """Whether a Condition speaks of the patient's own health: no relative's disease, no social finding, no office task."""
    if entry.subject != "patient" or _FAMILY.search(entry.name):
        return False
    if problems_denied(entry) or allergies_denied(entry) or is_silent(entry):
        return False
    if knowledge.conditions.group(entry.codes, entry.text) in ("social", "administrative"):
        return False
    return not any(
        code.system in (ICD10, ICD10_WHO) and re.match(r"Z8[0-4]", code.code) for code in entry.codes
    )


def problems(
    conditions: Iterable[Entry], knowledge: Knowledge, as_of: date
) -> tuple[tuple[Problem, ...], tuple[Conflict, ...]]:
    """The problems that Condition entries (those that `is_problem`) tell of, active ones first, and the conflicts over their status.

    Groups are made by knowledge's concept, else by code or name. A problem is active while any source says so.
    """
    found: list[Problem] = []
    conflicts: list[Conflict] = []
    for concept, group in _groups(list(conditions), knowledge, as_of):
        said = _unclosed(group, [said_of(entry, knowledge, as_of) for entry in group])
        if all(one.entry.negated and "quote" in one.entry.detail for one in said):
            continue
        against = _contradictions(said)
        problem = _problem(concept, said, against, knowledge, as_of)
        found.append(problem)
        if against:
            entries = tuple(dict.fromkeys([*_ids(_of(said, "active")), *_ids(against)]))
            conflicts.append(Conflict("problem_status", problem.name, entries, problem.why))
        elif problem.doubtful:
            conflicts.append(Conflict("problem_status", problem.name, problem.entries, problem.why))
    found = _overtaken(found)
    order = {"active": 0, "resolved": 1, "refuted": 2}
    found.sort(
        key=lambda one: (order[one.status], one.doubtful, one.concept is None, key(one.name), one.entries)
    )
    return tuple(found), tuple(conflicts)


def _groups(own: Sequence[Entry], knowledge: Knowledge, as_of: date) -> list[tuple[str | None, list[Entry]]]:
    keys = []
    concepts: dict[str, str | None] = {}
    for entry in own:
        concept = knowledge.conditions.find(entry.codes, entry.text)
        concepts[entry.id] = concept
        if concept and (
            not _stands_apart(concept, knowledge) or _is_just_now(entry, concept, knowledge, as_of)
        ):
            keys.append([("concept", concept)])
        else:
            coded = [
                (code.system, code.code) for code in entry.codes if code.system in (ICD10, ICD10_WHO, SNOMED)
            ]
            keys.append([*coded, ("name", key(_UNSAID.sub("", _PAST.sub("", bare(entry.name)))))])
    types = [one for one in _DIABETES if ("concept", one) in {own[0] for own in keys}]
    if len(types) == 1:
        # "Diabetes" without a type is the one type that another source names.
        keys = [[("concept", types[0]), *own] if own[0] == ("concept", "diabetes") else own for own in keys]
    groups = grouped(own, keys)
    named = [[concepts[entry.id] for entry in group] for group in groups]
    return [
        (next((one for one in found if one != "diabetes"), found[0]), group)
        for found, group in zip(named, groups, strict=True)
    ]


def _stands_apart(concept: str, knowledge: Knowledge) -> bool:
    """Whether a concept lumps illnesses that stand each for itself: short ones (sinusitis and bronchitis), or cancers."""
    known = knowledge.conditions.get(concept)
    return bool(known and (known.resolves or known.many))


def _is_just_now(entry: Entry, concept: str, knowledge: Knowledge, as_of: date) -> bool:
    """Whether an entry says of somebody that she is pregnant now, and no more than that: whoever says so means the one pregnancy."""
    known = knowledge.conditions.get(concept)
    if concept != _PREGNANCY or known is None or not known.resolves:
        return False
    said = said_of(entry, knowledge, as_of)
    names = [bare(entry.name), *(bare(code.display) for code in entry.codes if code.display)]
    is_just = all(
        knowledge.conditions.called(concept, name) == known.label
        or knowledge.conditions.is_name(concept, name)
        for name in names
    )
    return is_just and said.status == "active" and said.last > as_of - timedelta(days=known.resolves)


def _overtaken(found: Sequence[Problem]) -> list[Problem]:
    """Prediabetes beside diabetes is its past (ADA Standards of Care in Diabetes, Section 2, 2025: it is glucose that
    does not meet the criteria for diabetes); it stays listed, as doubtful."""
    diabetes = next(
        (one for one in found if one.status == "active" and one.concept in (*_DIABETES, "diabetes")), None
    )
    return [
        replace(one, doubtful=True, why=f"{one.why}; {diabetes.name} is listed too")
        if diabetes and one.concept == "prediabetes" and one.status == "active"
        else one
        for one in found
    ]


def _unclosed(group: Sequence[Entry], said: Sequence[Said]) -> list[Said]:
    """Without what a later export of the same system shows as ended."""
    over = {one.entry.id for one in said if one.status != "active"}
    closed = overtaken(group, lambda entry: entry.id in over)
    return [one for one in said if one.entry.id not in closed]


def said_of(entry: Entry, knowledge: Knowledge, as_of: date) -> Said:
    """What a Condition entry says of a problem on a day."""
    if entry.negated or entry.certainty == "refuted":
        return Said(entry, "refuted")
    if _is_past(entry, knowledge):
        return Said(entry, "resolved", past=True)
    end, ended = _end(entry)
    if end is not None and end.day > as_of:
        end, ended = None, False
    elif entry.status in _ENDED:
        ended = True
    guess = entry.certainty in _GUESSED or is_software(entry)
    return Said(entry, "resolved" if ended else "active", end, guess=guess)


def _is_past(entry: Entry, knowledge: Knowledge) -> bool:
    """Whether an entry tells of the past alone. "History of falls" and "renal transplant status" are of the present:
    a risk that goes on, an organ that is there.
    """
    if any(code.system in (ICD10, ICD10_WHO) and re.match(r"Z8[5-7]", code.code) for code in entry.codes):
        return True
    if any(code.system == ICD10 and _REMISSION.match(code.code) for code in entry.codes):
        return True
    concept = knowledge.conditions.find(entry.codes, entry.text)
    known = knowledge.conditions.get(concept) if concept else None
    if known is not None and known.group == "history":
        return True
    lasts = any(code.system in (ICD10, ICD10_WHO) and _STANDING.match(code.code) for code in entry.codes)
    called_so = concept is not None and knowledge.conditions.is_name(concept, entry.text)
    return bool(_PAST.search(entry.name)) and not (lasts or called_so)


def _end(entry: Entry) -> tuple[When | None, bool]:
    """When it ended, if that is known, and whether the source says at all that it did."""
    if entry.effective.end is not None:
        return entry.effective.end, True
    text = entry.detail.get("abatement", "")
    try:
        return when(text), True
    except InputError:
        return None, bool(text) and text != "false"


def _problem(
    concept: str | None, said: Sequence[Said], against: Sequence[Said], knowledge: Knowledge, as_of: date
) -> Problem:
    active = _of(said, "active")
    guesses = [one for one in active if one.guess]
    firm = [one for one in active if not one.guess]
    status: ProblemStatus = "active" if active else "resolved" if _of(said, "resolved") else "refuted"
    telling = firm or guesses or _of(said, status)
    speaker = max(
        telling,
        key=lambda one: ("quote" not in one.entry.detail, one.last, key(one.entry.name), one.entry.id),
    )
    doubtful = status == "active" and _is_stale(telling, concept, knowledge, as_of)
    since = min((one.start for one in telling if one.start), key=lambda time: time.earliest, default=None)
    return Problem(
        name=plain(speaker.entry.name),
        status=status,
        entries=tuple(_ids([*sorted(telling, key=lambda one: one is not speaker), *against])),
        why=_why(status, telling, against, doubtful),
        concept=None if guesses and not firm else concept,
        codes=_codes(telling),
        since=since,
        doubtful=doubtful,
    )


def _is_stale(telling: Sequence[Said], concept: str | None, knowledge: Knowledge, as_of: date) -> bool:
    """Whether all that speaks for it is an acute event or illness of long ago (a year, unless knowledge says sooner)."""
    known = knowledge.conditions.get(concept) if concept else None
    lasts = timedelta(days=known.resolves) if known and known.resolves else _STALE_AFTER
    if max(one.last for one in telling) > as_of - lasts:
        return False
    if known is not None:
        return not known.chronic
    return any(_EVENT.search(plain(one.entry.name)) for one in telling)


def _why(status: str, telling: Sequence[Said], against: Sequence[Said], doubtful: bool) -> str:
    places: dict[str, list[Said]] = {}
    for one in sorted(
        telling, key=lambda one: (one.start is None, one.start.earliest if one.start else one.last)
    ):
        places.setdefault(whence(one.entry), []).append(one)
    parts = [_phrase(status, system, ones) for system, ones in places.items()]
    if status == "active" and (confirmed := _confirmed(telling)):
        parts.append(confirmed)
    parts += [f"{one.status} in {whence(one.entry)}{_dated(one)}" for one in against]
    if doubtful:
        parts.append("an event of the past that nothing confirms since")
    return "; ".join(dict.fromkeys(parts))


def _phrase(status: str, system: str, ones: Sequence[Said]) -> str:
    first = ones[0]
    if status == "active":
        guessed = first.entry.certainty if first.entry.certainty in _GUESSED else "told by software"
        word = guessed if all(one.guess for one in ones) else "active"
        said = first.entry.effective.start
        return (
            f"{word} in {system} since {day_of(said)}"
            if said
            else f"{word} in {system}{_recorded(first.entry)}"
        )
    if status == "resolved" and all(one.past for one in ones):
        return f"past history in {system}{_recorded(first.entry)}"
    newest = max(ones, key=lambda one: one.last)
    return f"{status} in {system}{_dated(newest)}"


def _recorded(entry: Entry) -> str:
    return f", recorded {day(entry)}" if entry.happened else ", without a date"


def _dated(one: Said) -> str:
    if one.end:
        return f" on {day_of(one.end)}"
    return _recorded(one.entry) if one.entry.happened else ""


def _confirmed(telling: Sequence[Said]) -> str:
    """The newest statement, where it is a later one than the first."""
    dated = [one for one in telling if one.start]
    if len(dated) < 2:
        return ""
    newest = max(dated, key=lambda one: (one.last, one.entry.id))
    first = min(dated, key=lambda one: one.last)
    if newest.last <= first.last:
        return ""
    return f"last confirmed {newest.last.isoformat()} in {whence(newest.entry)}"


def _contradictions(said: Sequence[Said]) -> list[Said]:
    """Statements that it ended or never was, against an active one that is not newer than the end.

    A system's own earlier episode that ended does not contradict its later one.
    """
    began: dict[str, date] = {}
    for one in _of(said, "active"):
        for system in senders(one.entry):
            began[system] = min(began.get(system, date.max), one.start.day if one.start else date.min)
    against = []
    for one in said:
        if one.status == "active" or one.past:
            continue
        own = senders(one.entry) if one.status == "resolved" else ()
        starts = [start for system, start in began.items() if system not in own]
        until = one.last if one.end is None or one.status == "refuted" else one.end.day
        if starts and (until == date.min or min(starts) <= until):
            against.append(one)
    return against


def _of(said: Iterable[Said], status: str) -> list[Said]:
    return [one for one in said if one.status == status]


def _ids(said: Iterable[Said]) -> list[str]:
    return list(dict.fromkeys(one.entry.id for one in said))


def _codes(telling: Iterable[Said]) -> tuple[Code, ...]:
    codes: dict[tuple[str, str], Code] = {}
    for one in telling:
        for code in one.entry.codes:
            codes.setdefault((code.system, code.code), code)
    return tuple(codes.values())
