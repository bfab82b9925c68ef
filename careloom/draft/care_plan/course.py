"""How a problem goes: its row together with the measurement that tells of it, for kinds that are read at once."""

from collections.abc import Iterator, Mapping

from careloom.care.entry import Entry
from careloom.care.record import Problem, Trend
from careloom.draft.care_plan import findings, stories
from careloom.draft.care_plan import problems as listing
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, pressure
from careloom.knowledge.facts import Facts
from careloom.text.plural import are, was

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


def course(one: Problem, pen: Pen, facts: Facts, told: set[str]) -> tuple[str, list[str]]:
    """A problem's row with its course, and the results behind it; "" where nothing tells how it goes.

    Of what is in `told` (measurements by their concepts) the direction alone is said.
    """
    row = listing.said(one, pen).rstrip(".")
    for sign in signs(one, pen):
        trend = next((each for each in pen.record.trends if each.about == sign), None)
        for text, cited in _told(row, sign, trend, pen, facts, told):
            if fits(text):
                return text, cited
    return "", []


def _told(
    row: str, sign: str, trend: Trend | None, pen: Pen, facts: Facts, told: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """The ways to tell it, the fullest first: from where to where, in which direction, or the newest value."""
    if trend is not None and trend.direction != "steady":
        ends = [trend.entries[0], trend.entries[-1]]
        if sign not in told:
            yield pen.say("course.moved", problem=row, moved=_lower(findings.moved(trend, pen))), ends
        yield pen.say(f"course.{trend.direction}", problem=row, label=trend.label, are=are(trend.label)), ends
        return
    found = _newest(sign, pen, facts)
    if found is not None and sign not in told:
        entry, label, words = found
        slots = {"label": label, "value": words, "day": happened(entry)}
        yield pen.say("course.value", problem=row, was=was(label), **slots), [entry.id]


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


def signs(one: Problem, pen: Pen) -> tuple[str, ...]:
    """The measurements that tell how a problem goes, the most telling first."""
    if one.concept is None:
        return ()
    broad = [every for concept, every in SIGNS.items() if pen.knowledge.conditions.is_a(one.concept, concept)]
    return tuple(dict.fromkeys(sign for every in broad for sign in every))
