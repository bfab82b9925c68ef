"""The calendar of watching as its pages tell it: the year as a picture, each period, and what its report came to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from careloom.care.programme import Standing
from careloom.web.saying import later

ITEMS: Mapping[str, tuple[str, str]] = {
    "weekly": (later("Week: substantial revisions"), later("Which drafts needed substantial revision, and what they have in common.")),
    "monthly": (later("Month: accuracy audit"), later("A random sample of the month's drafts, read line by line by people who didn't decide on them.")),
    "quarterly": (later("Quarter: minutes, equity, vigilance"), later("Work, groups, how reviewers read, and whether to train or write anew.")),
    "yearly": (later("Year: compliance review"), later("Questions with the evidence that this installation has of each.")),
}  # fmt: skip
STATES: Mapping[str, tuple[str, str, str]] = {
    "coming": ("quiet", "·", later("coming")),
    "running": ("quiet", "◌", later("its report is made within a day")),
    "reading": ("look", "◐", later("being read")),
    "waiting": ("look", "◆", later("waits to be looked through")),
    "overdue": ("act", "■", later("overdue")),
    "failed": ("act", "✗", later("failed; tried again each day")),
    "done": ("ok", "✓", later("done")),
}
DECISIONS: Mapping[str, str] = {
    "retrain": later("train or write anew"),
    "keep": later("keep what there is"),
    "more_data": later("wait for more data"),
}
# The picture: its width, the height of a row, and the room of the words on its left.
WIDTH, ROW, LEFT, TOP = 900, 34, 150, 22


@dataclass(frozen=True, slots=True)
class Box:
    """A period in the picture: where it is, how it looks, where it leads and what it says."""

    x: int
    y: int
    width: int
    tone: str
    shape: str
    address: str
    words: str
    late: bool


def picture(year: int, every: Iterable[Standing]) -> dict[str, Any]:
    """The year: a row for each item, a box for each period; `newest` is where the newest period stands that has come."""
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    scale, order = (WIDTH - LEFT) / days, list(ITEMS)
    boxes, newest = [], 0
    for one in every:
        start = max((one.period.first - date(year, 1, 1)).days, 0)
        end = min((one.period.last - date(year, 1, 1)).days + 1, days)
        if one.state != "coming":
            newest = max(newest, round(LEFT + end * scale))
        boxes.append(
            Box(
                round(LEFT + start * scale),
                TOP + order.index(one.period.item) * ROW,
                max(round((end - start) * scale) - 2, 4),
                STATES[one.state][0],
                STATES[one.state][1],
                f"/calendar/{one.period.item}/{one.period.name}",
                f"{one.period.name}: {STATES[one.state][2]}",
                one.late,
            )
        )
    months = [
        (round(LEFT + (date(year, month, 1) - date(year, 1, 1)).days * scale), f"{month}")
        for month in range(1, 13)
    ]
    rows = [(TOP + number * ROW, str(ITEMS[one][0]).partition(":")[0]) for number, one in enumerate(order)]
    return {
        "boxes": boxes,
        "newest": newest,
        "months": months,
        "rows": rows,
        "width": WIDTH,
        "height": TOP + ROW * len(order),
        "words": summary(every),
    }


def summary(every: Iterable[Standing]) -> str:
    """The year in one sentence, for whoever doesn't see the picture."""
    found = list(every)
    numbers = {state: sum(one.state == state for one in found) for state in STATES}
    late = sum(one.late for one in found)
    return gettext(
        "{done} done, {waiting} to look through, {overdue} overdue, {failed} failed, {coming} to come; {late} reports were made late"
    ).format(
        done=numbers["done"],
        waiting=numbers["waiting"] + numbers["reading"],
        overdue=numbers["overdue"],
        failed=numbers["failed"],
        coming=numbers["coming"] + numbers["running"],
        late=late,
    )


def row_of(one: Standing) -> dict[str, Any]:
    """A period for the list."""
    tone, shape, words = STATES[one.state]
    return {
        "address": f"/calendar/{one.period.item}/{one.period.name}",
        "item": one.period.item,
        "name": one.period.name,
        "title": ITEMS[one.period.item][0],
        "days": f"{one.period.first} – {one.period.last}",
        "due": one.period.due.isoformat(),
        "tone": tone,
        "shape": shape,
        "state": words,
        "late": one.late,
        "reports": len(one.reports),
    }
