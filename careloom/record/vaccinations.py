"""A vaccine that one source says was given and another, on that day or later, that it was refused.

Somebody who refused and was vaccinated afterwards changed their mind: no conflict. The span is our own: half a year, in which
nobody is offered the same vaccine twice for another season.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.record.words import key, on, senders, whence

_SPAN = timedelta(days=180)
_SEASONAL = ("influenza", "covid", "sars cov 2")
# Not refused, but not needed or not possible then.
_NO_REFUSAL = (
    "immun",
    "already",
    "given elsewhere",
    "stock",
    "contraindic",
    "precaution",
    "not due",
    "up to date",
)


def vaccinations(immunizations: Iterable[Entry]) -> Iterator[Conflict]:
    """One conflict for each vaccine that was given in one source and refused in another (entries in time order)."""
    by_vaccine: dict[str, list[Entry]] = {}
    for entry in immunizations:
        if entry.subject == "patient" and entry.happened:
            by_vaccine.setdefault(_vaccine(entry), []).append(entry)
    for entries in by_vaccine.values():
        given = [entry for entry in entries if entry.status == "completed" and not entry.negated]
        refused = [entry for entry in entries if _is_refused(entry)]
        clash = [pair for one in given for other in refused if _clash(*(pair := (one, other)))]
        if clash:
            one, other = clash[-1]
            why = f"{whence(one)} says given {on(one)}; {whence(other)} says refused {on(other)}"
            yield Conflict("vaccination", one.name, (one.id, other.id), why)


def _is_refused(entry: Entry) -> bool:
    reason = key(" ".join((entry.detail.get("reason", ""), entry.detail.get("note", ""))))
    return (entry.status == "not-done" or entry.negated) and not any(word in reason for word in _NO_REFUSAL)


def _clash(given: Entry, refused: Entry) -> bool:
    if given.happened is None or refused.happened is None or set(senders(given)) & set(senders(refused)):
        return False
    return timedelta(0) <= refused.happened.day - given.happened.day <= _SPAN


def _vaccine(entry: Entry) -> str:
    """What it is against, as far as the name tells: a season's vaccines have many codes."""
    said = key(entry.name)
    return next((name for name in _SEASONAL if name in said), said)
