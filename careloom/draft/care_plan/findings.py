"""Measured things: an answer about self-harm, strong trends, assessments and symptoms, each the newest of its kind."""

from collections.abc import Iterable, Iterator, Sequence

from careloom.care.document import Statement
from careloom.care.entry import LOINC, Entry
from careloom.care.record import Trend
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, listed, pressure, value
from careloom.knowledge.facts import Facts
from careloom.knowledge.kidney_rise import creatinine_rise
from careloom.knowledge.self_harm import positive
from careloom.text.orders import speaks_to_software
from careloom.text.plural import was

# Measurements (knowledge's names) and further LOINC codes, by the part of the plan that they belong to.
COGNITIVE_FUNCTIONAL = frozenset({"mmse", "moca", "audit_c", "katz_adl"})
SYMPTOMS = frozenset({"pain", "phq2", "phq9", "gad7", "epds"})
# DAST-10 and HARK total scores, Morse fall risk score and level, fall risk assessment.
FURTHER = frozenset({"82667-7", "76504-0", "59460-6", "59461-4", "73830-2"})
_MOST = 6
_FRESH_DAYS = 1100
_RECENT_DAYS = 366


def self_harm(pen: Pen) -> Iterator[Statement]:
    """The newest answer about self-harm, where it is positive: in the words of the question and of the answer."""
    answered = positive(pen.record.entries, pen.record.as_of)
    if answered is None:
        return
    entry, part = answered
    asked = bare(part.name if isinstance(part, Entry) else part.text or part.codes[0].display)
    text = pen.say("finding.answered", name=asked, value=value(part, pen.knowledge.labs), day=happened(entry))
    if asked and fits(text) and pen.is_fit(text):
        yield pen.line(
            "symptom_management",
            "concern",
            text,
            [entry.id],
            about="self_harm",
            by="answer",
            rank=ranks.SELF_HARM,
        )


def trends(pen: Pen, guided: Sequence[Statement]) -> Iterator[Statement]:
    """A concern for each trend that is strong or that an urgent protocol line rests on: from, to, and when."""
    for trend in pen.record.trends:
        ends = set(_ends(trend))
        urgent = any(one.rank <= ranks.URGENT and ends <= set(one.citations) for one in guided)
        text = moved(trend, pen) if trend.strong or urgent else ""
        if text and fits(text):
            yield pen.line(
                "problem_list",
                "concern",
                text,
                _ends(trend),
                about=trend.about,
                by="trend",
                rank=ranks.STRONG_TREND,
            )


def kidney(pen: Pen, written: Sequence[Statement]) -> Iterator[Statement]:
    """A concern for a creatinine that rose by KDIGO's measure of acute kidney injury, where no line tells of the rise."""
    rise = creatinine_rise(Facts(pen.record, pen.knowledge))
    if rise is None or any(one.about == "creatinine" and one.kind == "concern" for one in written):
        return
    first, last = pen.record.by_id[rise.first.entry], pen.record.by_id[rise.last.entry]
    text = pen.say(
        "concern.rose",
        label=rise.last.lab.label,
        first=value(first, pen.knowledge.labs),
        last=value(last, pen.knowledge.labs),
        first_day=happened(first),
        last_day=happened(last),
    )
    if fits(text):
        cited, rank = (first.id, last.id), ranks.STRONG_TREND
        yield pen.line("problem_list", "concern", text, cited, about="creatinine", by="rise", rank=rank)


def cognitive_functional(pen: Pen) -> Iterator[Statement]:
    """The newest result of each cognitive, functional, fall or substance-use instrument."""
    yield from _newest_of(COGNITIVE_FUNCTIONAL, FURTHER, "cognitive_functional", pen)


def symptoms(pen: Pen) -> Iterator[Statement]:
    """The newest pain, mood and anxiety scores."""
    yield from _newest_of(SYMPTOMS, frozenset(), "symptom_management", pen)


def untold(lines: Iterable[Statement], guided: Sequence[Statement]) -> Iterator[Statement]:
    """The lines whose words no protocol line has: a score that a concern tells is not told a second time."""
    for line in lines:
        if not any(line.text.rstrip(".") in one.text for one in guided):
            yield line


def _ends(trend: Trend) -> tuple[str, ...]:
    return (trend.entries[0], trend.entries[-1])


def moved(trend: Trend, pen: Pen) -> str:
    """A trend as a sentence: from which value on which day to which; "" for a steady one."""
    first, last = (pen.record.by_id.get(one) for one in _ends(trend))
    if first is None or last is None or trend.direction == "steady":
        return ""
    return pen.say(
        "concern.fell" if trend.direction == "falling" else "concern.rose",
        label=trend.label,
        first=_of(first, trend, pen),
        last=_of(last, trend, pen),
        first_day=happened(first),
        last_day=happened(last),
    )


def _of(entry: Entry, trend: Trend, pen: Pen) -> str:
    """The value that the trend is about: the entry's own, or that of the component with its code."""
    if entry.value is not None:
        return value(entry, pen.knowledge.labs)
    for part in entry.components:
        lab = pen.knowledge.labs.find(part.codes)
        if lab is not None and lab.concept == trend.about:
            return value(part, pen.knowledge.labs)
    return ""


def blood_pressure(pen: Pen) -> Iterator[Statement]:
    """The two newest blood pressures of the last two years, diastolic and all."""
    found: list[tuple[str, Entry]] = []
    for entry in reversed(pen.record.entries):
        said = pressure(entry, pen.knowledge.labs) if entry.kind == "Observation" else ""
        if not said or entry.subject != "patient" or entry.negated or entry.happened is None:
            continue
        if (pen.record.as_of - entry.happened.day).days > 2 * _RECENT_DAYS or len(found) == 2:
            break
        found.append((f"{said} on {happened(entry)}", entry))
    if found:
        text = pen.say("finding.series", name="blood pressure", values=listed(said for said, _ in found))
        cited = [entry.id for _, entry in found]
        rank = ranks.PRESSURE
        yield pen.line("problem_list", "fact", text, cited, about="systolic", by="pressure", rank=rank)


def _newest_of(labs: frozenset[str], codes: frozenset[str], section: str, pen: Pen) -> Iterator[Statement]:
    seen: set[str] = set()
    for entry in reversed(pen.record.entries):
        if entry.kind != "Observation" or entry.subject != "patient" or entry.negated or not entry.happened:
            continue
        if (pen.record.as_of - entry.happened.day).days > _FRESH_DAYS or len(seen) == _MOST:
            return
        lab = pen.knowledge.labs.find(entry.codes, entry.text)
        what = lab.concept if lab and lab.concept in labs else _among(codes, entry)
        said, name = value(entry, pen.knowledge.labs), lab.label if lab else bare(entry.name)
        if not what or what in seen or not said or speaks_to_software(f"{name} {said}"):
            continue
        seen.add(what)
        template = "finding.measured" if entry.value is not None else "finding.answered"
        text = pen.say(template, name=name, was=was(name), value=said, day=happened(entry))
        if fits(text):
            yield pen.line(section, "fact", text, [entry.id], by=what, rank=ranks.FINDING)


def _among(codes: frozenset[str], entry: Entry) -> str:
    return next((one.code for one in entry.codes if one.system == LOINC and one.code in codes), "")
