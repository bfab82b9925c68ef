"""Which of two versions of a release is the later one, by what publishers call them: a day, a year, or a number."""

import re

_DAY = re.compile(r"(?<!\d)(20\d{2})(?:[-./ ]?(1[0-2]|0?[1-9])(?:[-./ ]?(3[01]|[12]\d|0?[1-9]))?)?(?!\d)")
# As RxNorm's files are called: RxNorm_full_11032026.
_MONTH_FIRST = re.compile(r"(?<!\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(20\d{2})(?!\d)")
_NUMBER = re.compile(r"(?<!\d)\d+(?:\.\d+)+(?!\d)")
# What is called by its hash says nothing of before and after.
UNKNOWN = "sha256 "
Order = tuple[str, tuple[int, ...], str]


def order_of(version: str) -> Order | None:
    """A version to compare by: what it counts ("day" or "number"), its parts, and letters behind a year ("2026AB"); None where it says neither."""
    if version.startswith(UNKNOWN):
        return None
    if found := _MONTH_FIRST.search(version):
        month, day, year = map(int, found.groups())
        return "day", (year, month, day), ""
    if found := _NUMBER.search(version):
        parts = tuple(map(int, found[0].split(".")))
        if not 2000 <= parts[0] < 2100:
            return "number", parts, ""
    if found := _DAY.search(version):
        letters = re.match(r"[A-Z]{2}(?![A-Za-z])", version[found.end() :])
        return "day", tuple(int(one) for one in found.groups() if one), letters[0] if letters else ""
    return None


def is_older(version: str, standing: str) -> bool | None:
    """Whether a version comes before the one that stands; of days as far as both say one. None where that can't be told, and something is known of the one that stands."""
    new, old = order_of(version), order_of(standing)
    if old is None:
        return False
    if new is None or new[0] != old[0]:
        return None
    both = min(len(new[1]), len(old[1])) if new[0] == "day" else max(len(new[1]), len(old[1]))
    return (new[1][:both], new[2]) < (old[1][:both], old[2] if new[2] else "")
