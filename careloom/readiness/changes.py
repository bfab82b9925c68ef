"""What is otherwise than in the run before: fields of sources that more or fewer patients have."""

from dataclasses import dataclass

from careloom.readiness.report import Report

# Less than this (of 1) is no change worth a line.
WORTH = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """The share of a source's patients ("": of all) who have a field: `before` in the last run, and `now`.

    `had` and `has` are the same as (patients who have it, patients).
    """

    source: str
    field: str
    label: str
    before: float
    now: float
    had: tuple[int, int] = (0, 0)
    has: tuple[int, int] = (0, 0)

    @property
    def lost(self) -> bool:
        """Whether fewer patients have it, and not only a smaller share of more patients."""
        return self.now < self.before and self.has[0] < self.had[0]


def changes(now: Report, before: Report | None) -> tuple[Change, ...]:
    """What moved by at least 5 in 100 since the run before, losses first; nothing without one.

    A source or field that one of the two runs did not know is no change.
    """
    if before is None:
        return ()
    old = {(source, name): (share, told) for source, name, _, share, told in _shares(before)}
    found = [
        Change(source, name, label, old[source, name][0], share, old[source, name][1], told)
        for source, name, label, share, told in _shares(now)
        if (source, name) in old and abs(share - old[source, name][0]) >= WORTH
    ]
    return tuple(sorted(found, key=lambda one: (one.now - one.before, one.source, one.field)))


def _shares(report: Report) -> list[tuple[str, str, str, float, tuple[int, int]]]:
    patients = {"": report.patients} | {one.name: one.patients for one in report.sources}
    return [
        (source, field.name, field.label, cell.share, (cell.patients, patients.get(source, 0)))
        for field in report.fields
        for source, cell in [("", field.whole), *field.sources.items()]
    ]
