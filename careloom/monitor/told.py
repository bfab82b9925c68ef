"""Told: a signal in a sentence of plain English with {names}, for alarms and the command; pages have it in the reader's language."""

from collections.abc import Mapping

from careloom.care.watched import Cause
from careloom.monitor.series import about_of, kind_of
from careloom.monitor.signals import Moved, Shift, Signal

# What moved, by kind of series, with what it is about.
WHAT: Mapping[str, str] = {
    "shown": "messages of {one} that show {other}",
    "whole": "messages of {one} with {other} that have its {third}",
    "coding": "coding systems of {other} in messages of {one}",
    "units": "units of {other} in messages of {one}",
    "delay": "hours from what happened to the message of {one}",
    "messages": "messages of {one} a day",
    "age": "ages of those of whom something came",
    "sex": "sex of those of whom something came",
    "language": "languages of those of whom something came",
    "payer": "payers of those of whom something came",
    "conditions": "conditions of those of whom something came",
    "fired": "drafts in which the rule {one} finds something",
    "overridden": "findings of the rule {one} that are signed over",
    "edited": "documents ({one}) that are changed before they are signed",
    "sent_back": "documents ({one}) that are sent back or rejected",
    "reasons": "reasons why documents are sent back",
    "measure": "measure {one}",
    "unverified": "answers of the model that fail verification",
    "refused": "answers in which the model refuses",
    "fallbacks": "lines that the model was to write and that are the template's",
    "trouble": "drafts in which something of the model went wrong",
    "seconds": "seconds that an answer of the model takes",
    "tokens": "tokens of the model's answers",
    "findings": "findings for each draft",
    "burden": "findings that each reviewer has before her a day",
    "read": "findings that each reviewer opens a day",
    "overdue": "waiting documents that are over due",
    "waiting": "hours that documents have waited",
    "decided": "hours from a draft to what somebody decides",
    "version": "version that {one} names",
    "knowledge": "version of our knowledge: {one}",
    "model": "the model",
}
# What to look at first.
FIRST: Mapping[Cause, str] = {
    Cause.DATA: "Ask whoever runs the source what changed that day; the page Data shows which field lacks where.",
    Cause.POPULATION: "Ask who came newly (a clinic, a payer, a programme); look whether protocols and staffing fit them.",
    Cause.PRACTICE: "Read some of the changed drafts with who signed them; look at the rule or protocol that changed then.",
    Cause.MODEL: "Look at the model's version and its endpoint; drafts stand on templates meanwhile.",
    Cause.LOAD: "Look at who is away and at the rules that find most.",
    Cause.QUEUE: "Assign what is over due; look at who is away and at what comes more than before.",
}
SENTENCE = "{what}: from {before} to {after} since about {since} (between {earliest} and {latest}; {cases} cases since). {first}"
MARK = "{what}: {after} since {since}, before {before}. Nothing that is counted moved with it so far. {first}"


def words_of(signal: Signal) -> tuple[str, dict[str, str]]:
    """The sentence, and the values of its names: what leads, from what to what, since when, of how many, and what to look at first."""
    leads = signal.leads
    before, after = from_to(leads)
    return MARK if is_name(signal) else SENTENCE, {
        "what": what_of(leads.series),
        "before": before,
        "after": after,
        "since": signal.since.isoformat(),
        "earliest": signal.earliest.isoformat(),
        "latest": signal.latest.isoformat(),
        "cases": f"{leads.shift.cases:,.0f}",
        "first": FIRST[signal.cause],
    }


def is_name(signal: Signal) -> bool:
    """Whether nothing but a name changed."""
    kind = kind_of(signal.leads.series)
    return kind is not None and kind.shape == "mark"


def what_of(series: str, what: Mapping[str, str] = WHAT) -> str:
    """What a series counts."""
    kind, about = series.partition("|")[0], (*about_of(series), "", "", "")
    words = what.get(kind, kind)
    return words.format(one=about[0], other=about[1].replace("_", " "), third=about[2])


def from_to(moved: Moved) -> tuple[str, str]:
    """From what to what a series moved: shares in percent, rates, or of a mix the category that moved most."""
    kind, shift = kind_of(moved.series), moved.shift
    if kind is not None and kind.shape == "mark":
        return ", ".join(shift.bins_before), ", ".join(shift.bins_after)
    if kind is not None and kind.shape in ("mix", "spread"):
        return _most_moved(shift)
    shares = [hits / number if number else 0.0 for number, hits in (shift.before, shift.after)]
    if kind is not None and kind.shape == "rate":
        return f"{shares[0]:.3g}", f"{shares[1]:.3g}"
    return percent(shares[0]), percent(shares[1])


def _most_moved(shift: Shift) -> tuple[str, str]:
    a, b = sum(shift.bins_before.values()) or 1, sum(shift.bins_after.values()) or 1
    names = sorted({*shift.bins_before, *shift.bins_after})
    if not names:
        return "", ""
    was = {one: shift.bins_before.get(one, 0) / a for one in names}
    now = {one: shift.bins_after.get(one, 0) / b for one in names}
    most = max(names, key=lambda one: (abs(now[one] - was[one]), one))
    return f"{percent(was[most])} {most}", percent(now[most])


def percent(share: float) -> str:
    """A share, with a digit where it is small."""
    return f"{100 * share:.1f} %" if 0 < share < 0.1 or 0.9 < share < 1 else f"{100 * share:.0f} %"
