"""Two results of one day for one measurement, from two sources, that are too far apart to be one state of the body.

Source   none; the limit is our own: a fifth of the larger. It asks, and says of neither that it is wrong
Misses   results of two moments of a day (each source states its own); glucose, which a meal moves; values with < or >
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab
from careloom.record.counting import instant
from careloom.record.words import day, senders, whence

_PART = Decimal("0.2")
_USABLE = frozenset({"final", "amended", "corrected", "preliminary", "unknown", None})
# A meal, a step, a breath or another questioner moves them within minutes; two weights have limits of their own.
_RESTLESS = frozenset(
    {
        "glucose",
        "fasting_glucose",
        "weight",
        "height",
        "bmi",
        "systolic",
        "diastolic",
        "heart_rate",
        "respiratory_rate",
    }
    | {"temperature", "spo2", "pain", "phq9", "phq2", "epds", "gad7", "mmse", "moca", "audit_c", "katz_adl"}
)


def same_day(observations: Iterable[Entry], knowledge: Knowledge) -> Iterator[Conflict]:
    """One conflict for each measurement (its newest such day), entries in time order."""
    found: dict[str, tuple[Lab, Entry, Entry]] = {}
    newest: dict[tuple[str, object], tuple[Entry, Decimal]] = {}
    for entry in observations:
        if entry.effective.start is None or entry.value is None or entry.comparator:
            continue
        if entry.status not in _USABLE or entry.subject != "patient" or entry.negated:
            continue
        lab = knowledge.labs.find(entry.codes, entry.text)
        value = lab.canonical(entry.value, entry.unit) if lab and lab.concept not in _RESTLESS else None
        if lab is None or value is None or not lab.plausible(entry.value, entry.unit):
            continue
        moment = (lab.concept, instant(entry.effective.start))
        before = newest.get(moment)
        if before is None:
            newest[moment] = (entry, value)
        elif set(senders(before[0])).isdisjoint(senders(entry)) and _apart(before[1], value):
            found[lab.concept] = (lab, before[0], entry)
    for lab, one, other in found.values():
        why = "; ".join(
            f"{each.value} {knowledge.labs.plain(each.unit or '')} in {whence(each)}"
            for each in sorted((one, other), key=whence)
        )
        yield Conflict("results_differ", lab.label, (one.id, other.id), f"{why}, both of {day(one)}")


def _apart(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) > _PART * max(abs(one), abs(other))
