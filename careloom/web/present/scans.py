"""Statements read off scans, scan by scan, as the page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from careloom.pipeline.scans import ToConfirm
from careloom.web.present.words import ENTRY_KINDS, source_name


@dataclass(frozen=True, slots=True)
class Read:
    """One statement: what it would count as, and the sentence in which it stands."""

    entry: str
    kind: str
    name: str
    quote: str


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of a patient: a statement's id by which its pictures are shown, the pages, the statements."""

    who: str
    source: str
    first: str
    pages: tuple[int, ...]
    reads: tuple[Read, ...]


def to_confirm(waiting: Iterable[ToConfirm]) -> tuple[Scan, ...]:
    """The scans in the order of their statements."""
    scans = []
    for _, group in groupby(waiting, key=lambda one: (one.patient, one.entry.references)):
        found = list(group)
        scans.append(
            Scan(
                who=f"{found[0].name} · {found[0].birth_date}",
                source=source_name(found[0].entry.source.system),
                first=found[0].entry.id,
                pages=found[0].pages,
                reads=tuple(_read(one) for one in found),
            )
        )
    return tuple(scans)


def _read(one: ToConfirm) -> Read:
    entry = one.entry
    dose = entry.dosage.text if entry.dosage else ""
    name = " ".join(part for part in ("no" if entry.negated else "", entry.name, dose) if part)
    return Read(entry.id, ENTRY_KINDS.get(entry.kind, entry.kind), name, entry.detail.get("quote", ""))
