"""A month's board report for paper: the rate of every measure, its trend where there is one, and each definition."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext

from careloom.care.board import Beside
from careloom.care.quality import QualityCount
from careloom.measure.quality import MEASURES
from careloom.web.present import quality as present
from careloom.web.present.report import Part, Picture, Table, report


def of_board(
    found: QualityCount, day: date, trend: Sequence[QualityCount], beside: Beside
) -> dict[str, object]:
    """The report of a month from the count of its year, the day on which the records stood so, the counts that were kept until then, and
    what is told `beside`."""
    period = found.periods[0]
    rows = present.rows_of(found, period)
    head = (
        gettext("Measure"),
        gettext("Rate"),
        gettext("Number"),
        gettext("Excluded"),
        gettext("Excepted"),
        gettext("Direction"),
    )
    counted = [
        (
            " · ".join(filter(None, (row.measure.name, row.measure.title, row.title))),
            row.share or "–",
            f"{row.hits} / {row.number}",
            str(row.excluded),
            str(row.excepted),
            row.better,
        )
        for row in rows
        if row.key
    ]
    lacking = [f"{row.measure.name} {row.measure.title}" for row in rows if not row.key]
    parts = [
        Part(
            gettext("Quality measures"),
            tables=[Table(head, counted)] if counted else [],
            items=[(f"{gettext('Not counted')}.", one) for one in lacking],
        ),
        *_trends(found, trend, period),
        Part(gettext("Outcomes and effort"), items=_items(beside.effort)),
        Part(gettext("Cost and revenue"), items=_items(beside.money)),
        Part(
            gettext("Definitions"),
            items=[
                (f"{one.name}.", f"{one.denominator} {one.numerator}")
                for one in MEASURES
                if any(row.measure is one and row.key for row in rows)
            ],
        ),
    ]
    lead = gettext("Records as they stood on {day}, {number} patients; {year} so far.").format(
        day=day.isoformat(), number=found.patients, year=period
    )
    return report(gettext("Board report {month}").format(month=f"{day:%Y-%m}"), (lead,), parts)


def _items(told: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"{name}.", f"{words.rstrip('.')}.") for name, words in told]


def _trends(found: QualityCount, trend: Sequence[QualityCount], period: str) -> list[Part]:
    """Each line whose kept counts are a chart by now."""
    parts = []
    for measure in MEASURES:
        counted = found.of(measure.name, period)
        for line in counted.lines if counted else ():
            shown = present.over_time(measure, line, trend)
            if shown.svg:
                title = " · ".join(filter(None, (measure.name, line.title)))
                picture = Picture(shown.svg, f"{title}. {shown.alt}", shown.alt, shown.name)
                parts.append(Part(title, shown.said, [shown.table], pictures=[picture]))
    return parts
