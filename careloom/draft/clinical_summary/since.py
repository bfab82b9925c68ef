"""Since when something is new: the day that was given, else that of the newest signed care plan, else three months ago."""

from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord

# Where no plan was ever signed: what came within three months is news to whoever meets the patient.
_NO_PLAN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Since:
    """What came after `day` is new; `compares` only where the record reaches back before it, so that there is an old to compare with.

    `told` are the entries that the signed plan cites, where it is the plan's day: what came on that very day and no line of the plan
    tells is new, too.
    """

    day: date
    compares: bool
    told: frozenset[str] | None = None

    def is_new(self, entry: Entry, as_of: date) -> bool:
        """Whether an entry happened after that day and not after the record's."""
        if entry.happened is None or not self.day <= entry.happened.day <= as_of:
            return False
        if entry.happened.day > self.day:
            return True
        return self.told is not None and not self.told & {entry.id, *entry.same_as}


def since(record: PatientRecord, given: Given) -> Since:
    """The day after which something is new, as of the record's date."""
    if "since" in given.fields:
        day = date.fromisoformat(given.fields["since"])
    else:
        day = given.signed.as_of if given.signed else record.as_of - _NO_PLAN
    told = None
    if given.signed and "since" not in given.fields:
        told = frozenset(one for line in given.signed.statements for one in line.citations)
    older = any(entry.happened and entry.happened.day <= day for entry in record.entries)
    return Since(day, older, told)
