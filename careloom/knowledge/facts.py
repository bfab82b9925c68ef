"""Facts: one patient record, indexed once, so that every line of every rule is answered at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from careloom.care.entry import Entry, When
from careloom.care.record import Medication, Need, PatientRecord, Problem
from careloom.knowledge import Knowledge, answers
from careloom.knowledge.days import age_on, months_before
from careloom.knowledge.labs import CALLED_CRITICAL, Lab, holds
from careloom.knowledge.lapsed import lapsed, onset
from careloom.knowledge.local import local
from careloom.knowledge.match import Match
from careloom.knowledge.measured import Each, Measured, measured, plainly, satisfies
from careloom.knowledge.noted import noted
from careloom.knowledge.opioids import RESCUE, rescues
from careloom.knowledge.variants import unsalted
from careloom.knowledge.when import Limit, Term
from careloom.text.plural import was

# What is told of a domain and asks for something else: who only smokes is asked about tobacco, and who cares for the patient carries a strain
# that isn't the patient's.
_TOPICS = {
    ("substance_use", "tobacco"): "tobacco",
    ("social_support", "caregiver under strain"): "caregiver_strain",
}
# When something that is missing was last recorded.
LAST = ("the last was recorded on {day}", "none is recorded")


def _shown(entries: Sequence[Entry], knowledge: Knowledge, each: Each | None) -> dict[str, list[Entry]]:
    if each is None:
        return knowledge.sightings.among(entries)
    found: dict[str, list[Entry]] = {}
    for entry, names in zip(entries, each(knowledge.sightings.shown_by, entries), strict=True):
        for name in names:
            found.setdefault(name, []).append(entry)
    return found


class Facts:
    """A record's problems, values, drugs and the rest by the names that rules use."""

    def __init__(self, record: PatientRecord, knowledge: Knowledge, each: Each | None = None) -> None:
        """`each` asks something of every entry of a list, and may remember what it told before (`record.Remembered`)."""
        self.record = record
        self.knowledge = knowledge
        self.age = age_on(record.as_of, record.demographics.birth_date)
        # A person known from claims or notes alone has no Patient entry: her newest entry stands for her.
        self.patient = _of_patient(record) or tuple(entry.id for entry in record.entries[-1:])
        self.problems = self._problems()
        self.drugs, self.states = self._drugs()
        self.allergies = self._allergies()
        self._answered: dict[Term, list[Match]] = {}
        self._each = each

    # What goes through every entry is done when a line first asks for it: few rules of drugs ever do.
    @cached_property
    def _results(self) -> tuple[dict[str, list[Measured]], list[Measured]]:
        return measured(self.record, self.knowledge, self._each or plainly)

    @property
    def labs(self) -> dict[str, list[Measured]]:
        """Usable values by lab, the newest first."""
        return self._results[0]

    @property
    def unusable(self) -> list[Measured]:
        """Values beyond what is plausible."""
        return self._results[1]

    @cached_property
    def seen(self) -> Mapping[str, Sequence[Entry]]:
        """Entries by the sightings that they are."""
        return _shown(self.record.entries, self.knowledge, self._each)

    def _problems(self) -> dict[str, list[Problem]]:
        found: dict[str, list[Problem]] = {}
        conditions = self.knowledge.conditions
        for problem in (*self.record.problems, *self.record.births):
            if problem.status != "active" or problem.doubtful or problem.concept is None:
                continue
            concepts = set(conditions.above(problem.concept))
            # Whether codes of a birth or of the pregnancy before it still hold, the record has settled.
            told = () if conditions.is_a(problem.concept, "postpartum") else problem.entries
            for entry in (self.record.by_id.get(one) for one in told):
                if entry and not entry.negated and entry.kind == "Condition":
                    exact = conditions.specific(entry.codes, entry.text)
                    concepts |= conditions.above(exact) if exact else set()
            for concept in concepts:
                found.setdefault(concept, []).append(problem)
        return found

    @cached_property
    def by_scale(self) -> dict[str, list[Match]]:
        """Conditions that a scale's newest score of the last 12 months shows, whoever wrote a diagnosis or not."""
        found: dict[str, list[Match]] = {}
        for last in (values[0] for values in self.labs.values()):
            for concept, bound in last.lab.shows if last.day >= months_before(self.record.as_of, 12) else ():
                if satisfies(last, bound.comparator, bound.value):
                    label = self.knowledge.conditions.label(concept)
                    found.setdefault(concept, []).append(Match((last.entry,), {"problem": label}))
        return found

    def _drugs(self) -> tuple[dict[str, list[Medication]], dict[str, list[Medication]]]:
        drugs: dict[str, list[Medication]] = {}
        states: dict[str, list[Medication]] = {}
        for one in self.record.medications:
            states.setdefault(one.state, []).append(one)
            if one.current:
                for name in self._taken_as(one) | unsalted(one, self.record):
                    drugs.setdefault(name, []).append(one)
        return drugs, states

    def _taken_as(self, one: Medication) -> set[str]:
        """Its ingredients and their classes; what acts where it is put is none of its class (a gel is no NSAID for the kidney)."""
        found: set[str] = set()
        for name in one.ingredients or (one.name,):
            drug = self.knowledge.drugs.named(name)
            if name in RESCUE and not rescues(name, one.ingredients, self.knowledge.drugs):
                continue
            apart = drug is not None and local(one, self.record, drug)
            found |= {name.lower()} if apart else _names_of((name,), self.knowledge)
        return found

    def _allergies(self) -> dict[str, list[Match]]:
        found: dict[str, list[Match]] = {}
        for one in self.record.allergies:
            if one.status == "active":
                match = Match(one.entries, {"allergy": one.substance})
                for name in {
                    "*",
                    one.substance.lower(),
                    *one.classes,
                    *_names_of(one.ingredients, self.knowledge),
                }:
                    found.setdefault(name, []).append(match)
        return found

    def matches(self, term: Term) -> list[Match]:
        """What makes a line hold, best first; [] where it does not. `no` and `each` are the caller's."""
        found = self._answered.get(term)
        if found is None:
            found = self._answered[term] = _ANSWERS[term.kind](self, term)
        return found

    def held(self, term: Term) -> list[Match]:
        """`matches` for what must be so today: a drug on hold is on the list and isn't taken."""
        return [match for match in self.matches(term) if not match.paused or term.no]

    def since(self, term: Term) -> date:
        """The first day that the line's "within" still covers."""
        if term.months is not None:
            return months_before(self.record.as_of, term.months)
        return self.record.as_of - timedelta(days=term.days) if term.days is not None else date.min


def _names_of(ingredients: Iterable[str], knowledge: Knowledge) -> set[str]:
    names: set[str] = set()
    for ingredient in ingredients:
        names.add(ingredient.lower())
        known = knowledge.drugs.named(ingredient)
        names |= known.classes if known else set()
    return names


# ---- answers, one function for each kind of line ----------------------------------------------------


def _problem(facts: Facts, term: Term) -> list[Match]:
    label = facts.knowledge.conditions.label(
        next((name for name in term.names if name in facts.problems), "")
    )
    unique = {problem.entries: problem for name in term.names for problem in facts.problems.get(name, ())}
    diagnosed = [Match(problem.entries[:2], {"problem": label}) for problem in unique.values()]
    return diagnosed + [match for name in term.names for match in facts.by_scale.get(name, ())]


def _lab(facts: Facts, term: Term) -> list[Match]:
    values = facts.labs.get(term.names[0], [])
    if not values or values[0].day < facts.since(term):
        return []
    last = values[0]
    if term.limit is None:
        return [_of_lab(last, term.names[0], facts)]
    limit = _canonical(term.limit, last.lab)
    if not satisfies(last, term.limit.comparator, limit):
        return []
    if term.apart is None:
        return [_of_lab(last, term.names[0], facts)]
    for earlier in values[1:]:
        if not satisfies(earlier, term.limit.comparator, limit):
            return []
        if (last.day - earlier.day).days >= term.apart:
            first = {f"lab:{term.names[0]}.first.{key}": said for key, said in _said(earlier, facts).items()}
            match = _of_lab(last, term.names[0], facts)
            return [Match((*match.entries, earlier.entry), {**match.slots, **first})]
    return []


def _canonical(limit: Limit, lab: Lab) -> Decimal:
    found = lab.canonical(str(limit.value), limit.unit or lab.unit)
    if found is None:
        raise ValueError(f"{limit.unit!r} is no unit of {lab.concept}")
    return found


def _of_patient(record: PatientRecord) -> tuple[str, ...]:
    """The entries that say who she is; those of a substance-use programme last, since who she is tells nothing of it."""
    return tuple(sorted(record.demographics.entries, key=lambda one: "part2" in record.by_id[one].detail))


def _said(one: Measured, facts: Facts) -> dict[str, str]:
    return {
        "value": one.comparator + one.value,
        "unit": facts.knowledge.labs.plain(one.unit),
        "date": one.day.isoformat(),
    }


def _of_lab(one: Measured, name: str, facts: Facts) -> Match:
    return Match((one.entry,), {f"lab:{name}.{key}": said for key, said in _said(one, facts).items()})


def _drug(facts: Facts, term: Term) -> list[Match]:
    found: dict[str, Match] = {}
    for name in term.names:
        for one in facts.drugs.get(name, ()):
            match = [each for each in one.ingredients if name in _names_of((each,), facts.knowledge)]
            slots = {"drug": " and ".join(match) or one.name}
            found.setdefault(one.name, Match(one.entries[:4], slots, one.state == "on_hold"))
    return list(found.values())


def _medication(facts: Facts, term: Term) -> list[Match]:
    """A drug in such a state; of one that is filled and on no list, not where somebody says that it is stopped: that is a conflict."""
    disputed = {one.about for one in facts.record.conflicts if one.kind == "medication_status"}
    return [
        Match(one.entries[:6], {"medication": " and ".join(one.ingredients) or one.name})
        for name in term.names
        for one in facts.states.get(name, ())
        if name != "filled_not_listed" or one.name not in disputed
    ]


def _allergy(facts: Facts, term: Term) -> list[Match]:
    found = {match.entries: match for name in term.names for match in facts.allergies.get(name.lower(), ())}
    return list(found.values())


def _aged(facts: Facts, term: Term) -> list[Match]:
    age = facts.age
    if age is None:
        return []
    if term.limit is not None:
        fits = holds(Decimal(age), term.limit.comparator, term.limit.value)
    else:
        fits = (term.low or 0) <= age <= (term.high or 0)
    return [Match(facts.patient[:1], {"age": str(age)})] if fits else []


def _need(facts: Facts, term: Term) -> list[Match]:
    return [
        Match(entries[:3], {"need": one.name, "need.domain": one.domain})
        for one in facts.record.needs
        if one.status == "open"
        for topic, entries in _topics(one, facts).items()
        if "*" in term.names or topic in term.names
    ]


def _topics(need: Need, facts: Facts) -> dict[str, tuple[str, ...]]:
    """A need's entries by what a rule asks for: its domain, or what of it is another's matter by the name of what was told."""
    found: dict[str, list[str]] = {}
    for one in need.entries:
        entry = facts.record.by_id.get(one)
        name = entry.text.lower() if entry else ""
        found.setdefault(_TOPICS.get((need.domain, name), need.domain), []).append(one)
    return {topic: tuple(entries) for topic, entries in found.items()} or {need.domain: ()}


def _gap(facts: Facts, term: Term) -> list[Match]:
    found = []
    for one in facts.record.gaps:
        if "*" in term.names or one.about in term.names:
            last = LAST[0].format(day=one.since) if one.since else LAST[1]
            slots = {"gap": one.label, "gap.last": last, "gap.since": one.since or ""}
            slots["gap.each"] = f"{one.label} (last {one.since})" if one.since else one.label
            found.append(Match(one.entries or facts.patient[:1], slots))
    return found


def _ended(entry: Entry) -> When | None:
    """When a stay was over; its start where it went over one midnight at most, whose end is no day of its own."""
    start, end = entry.happened, entry.effective.end
    return end if start and end and (end.day - start.day).days > 1 else start or end


def _seen(facts: Facts, term: Term) -> list[Match]:
    found = []
    for name in term.names:
        for entry in reversed(facts.seen.get(name, ())):
            at = _ended(entry) if facts.knowledge.sightings.by_name[name].ended else entry.happened
            if at is None and (term.months or term.days):
                continue
            if at is not None and not facts.since(term) <= at.day <= facts.record.as_of:
                continue
            slots = {f"seen:{name}": entry.name, f"seen:{name}.date": at.day.isoformat() if at else ""}
            slots[f"seen:{name}.service"] = entry.detail.get("service", "")
            found.append(Match((entry.id,), slots))
    return sorted(
        found,
        key=lambda match: [said for key, said in match.slots.items() if key.endswith(".date")],
        reverse=True,
    )


def _booked(facts: Facts, term: Term) -> list[Match]:
    return [
        Match(
            (entry.id,), {f"booked:{name}": entry.name, f"booked:{name}.date": entry.happened.day.isoformat()}
        )
        for name in term.names
        for entry in facts.seen.get(name, ())
        if entry.kind == "Appointment" and entry.status != "cancelled"
        if entry.happened and entry.happened.day >= facts.record.as_of
    ]


def _result(facts: Facts, term: Term) -> list[Match]:
    found = []
    for kind in term.names:
        newest = facts.unusable if kind == "implausible" else [values[0] for values in facts.labs.values()]
        for one in newest:
            if kind == "critical" and not _is_critical(one, facts):
                continue
            if one.day < facts.since(term):
                continue
            slots = {f"result.{key}": said for key, said in _said(one, facts).items()}
            slots["result.was"] = was(one.lab.label)
            found.append(Match((one.entry,), {"result": one.lab.label, **slots}))
    return found


def _is_critical(one: Measured, facts: Facts) -> bool:
    """Beyond a critical limit that holds for this person, or called critical by the laboratory itself."""
    entry = facts.record.by_id.get(one.entry)
    if entry is not None and entry.value == one.value and entry.interpretation in CALLED_CRITICAL:
        return True
    return bool(one.lab.meant(facts.age, facts.problems).critical(one.value, one.unit))


def _person(facts: Facts, term: Term) -> list[Match]:
    who = facts.record.demographics
    language = (who.language or "").lower()
    held = {
        "deceased": bool(who.deceased),
        "interpreter": bool(who.interpreter),
        "other_language": bool(language) and not language.startswith("en"),
        "female": who.sex == "female",
        "male": who.sex == "male",
        # Somebody without a list of problems has no drug without a reason: nobody told the reasons.
        "listed_problems": any(one.status == "active" for one in facts.record.problems),
        "anybody": True,
    }
    told = ("interpreter", "other_language")
    return [
        Match(facts.patient if name in told else facts.patient[:1], {"language": language})
        for name in term.names
        if held.get(name)
    ]


_ANSWERS = {
    "problem": _problem,
    "lab": _lab,
    "drug": _drug,
    "medication": _medication,
    "allergy": _allergy,
    "age": _aged,
    "need": _need,
    "gap": _gap,
    "trend": answers.trend,
    "conflict": answers.conflict,
    "seen": _seen,
    "booked": _booked,
    "result": _result,
    "person": _person,
    "history": answers.history,
    "matter": answers.matter,
    "score": answers.score,
    "lapsed": lapsed,
    "onset": onset,
    "noted": noted,
}
