"""Problems with their course: each serious one with the value that tells how it goes, the others together, then scores and findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.care.record import Problem, Trend
from careloom.draft.care_plan import findings, ranks, stories
from careloom.draft.care_plan import problems as listing
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, pressure
from careloom.knowledge.facts import Facts

SECTION = "problems"
# Measurements that tell how a problem goes, by its broadest concept, the first that is measured; beside those of a plan's stories.
SIGNS: Mapping[str, tuple[str, ...]] = {
    **stories.SIGNS,
    "heart_failure": ("weight", "nt_probnp", "bnp", "lvef"),
    "prediabetes": ("hba1c",),
    "hyperlipidemia": ("ldl",),
    "hypothyroidism": ("tsh",),
    "anemia": ("hemoglobin",),
    "gout": ("uric_acid",),
    "obesity": ("bmi", "weight"),
    "depression": ("phq9",),
    "anxiety": ("gad7",),
    "atrial_fibrillation": ("inr",),
    "cirrhosis": ("bilirubin", "albumin", "platelets"),
    "copd": ("spo2",),
    "dementia": ("moca", "mmse"),
}
_FRESH_DAYS = 731
_SCORES = ("cognitive_functional", "symptom_management")


def problems(
    pen: Pen, plan: Pen, lines: Sequence[Statement], news: Sequence[Statement]
) -> Iterator[Statement]:
    """A line for each chronic problem that has a course; the rest as the plan lists it; then scores, and results out of range."""
    active = [one for one in pen.record.problems if one.status == "active" and not one.doubtful]
    facts, told = Facts(pen.record, pen.knowledge), {one.about for one in news}
    rows: list[Problem] = []
    for one in active:
        text, cited = _course(one, plan, pen, facts, told)
        if text:
            rows.append(one)
            told |= set(_signs(one, pen)[:1])
            rank = listing.rank_of(one, plan)
            about = listing.key(one)
            yield pen.line(
                SECTION, "concern", text, [*one.entries[:6], *cited], about=about, by="course", rank=rank
            )
    rest = [one for one in active if one not in rows]
    for line in listing.rows(rest, plan, more=bool(rows)):
        yield replace(line, section=SECTION)
    yield from _further(lines, news)


def _further(lines: Sequence[Statement], news: Sequence[Statement]) -> Iterator[Statement]:
    """Scores, the blood pressure and results that no line above tells."""
    known = {one.id for one in news}
    for line in lines:
        scored = line.section in _SCORES and line.kind == "fact" and not line.guideline
        measured = line.section == "problem_list" and line.kind in ("concern", "fact") and not line.guideline
        is_result = measured and ranks.POOR <= line.rank <= ranks.BEYOND
        if (scored or is_result) and line.id not in known:
            yield replace(line, section=SECTION, kind="fact", rank=ranks.FINDING)


def _course(one: Problem, plan: Pen, pen: Pen, facts: Facts, told: set[str]) -> tuple[str, list[str]]:
    """A problem's row with its course, and the results behind it; "" where nothing tells how it goes."""
    row = listing.said(one, plan).rstrip(".")
    for sign in _signs(one, pen):
        trend = next((each for each in pen.record.trends if each.about == sign), None)
        for text, cited in _told(row, sign, trend, plan, pen, facts, told):
            if fits(text):
                return text, cited
    return "", []


def _told(
    row: str, sign: str, trend: Trend | None, plan: Pen, pen: Pen, facts: Facts, told: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """The ways to tell it, the fullest first: from where to where, in which direction, or the newest value."""
    if trend is not None and trend.direction != "steady":
        ends = [trend.entries[0], trend.entries[-1]]
        if sign not in told:
            yield pen.say("course.moved", problem=row, moved=_lower(findings.moved(trend, plan))), ends
        yield pen.say(f"course.{trend.direction}", problem=row, label=trend.label), ends
        return
    found = _newest(sign, pen, facts)
    if found is not None and sign not in told:
        entry, label, words = found
        slots = {"label": label, "value": words, "day": happened(entry)}
        yield pen.say("course.value", problem=row, **slots), [entry.id]


def _lower(sentence: str) -> str:
    """A sentence as it goes on after a semicolon: "Systolic blood pressure rose" in lower case, "HbA1c rose" as it is."""
    word = sentence.partition(" ")[0]
    return sentence[:1].lower() + sentence[1:] if word.isalpha() and word.istitle() else sentence


def _newest(sign: str, pen: Pen, facts: Facts) -> tuple[Entry, str, str] | None:
    """The newest value of a measurement in the last two years: its entry, its name and its words."""
    found = facts.labs.get(sign)
    if not found or (pen.record.as_of - found[0].day).days > _FRESH_DAYS:
        return None
    newest, entry = found[0], pen.record.by_id[found[0].entry]
    if sign == "systolic" and (both := pressure(entry, pen.knowledge.labs)):
        return entry, "blood pressure", both
    unit = pen.knowledge.labs.plain(newest.unit) if newest.unit else ""
    return entry, _lower(newest.lab.label), bare(f"{newest.comparator}{newest.value} {unit}")


def _signs(one: Problem, pen: Pen) -> tuple[str, ...]:
    if one.concept is None:
        return ()
    broad = [signs for concept, signs in SIGNS.items() if pen.knowledge.conditions.is_a(one.concept, concept)]
    return tuple(dict.fromkeys(sign for signs in broad for sign in signs))
