"""CQL's timing phrases over a view's interval columns: each gives the rows for which CQL says that it certainly is so.

A time whose source wrote a day alone, or nothing, is uncertain: `start` … `start_to` bound when it began, `end` … `end_to` when
it ended. CQL (1.5, sections "Timing and Interval Operators" and "Uncertainty") then says "unknown", which no `where` lets through.
`of` names other columns than those of the main time: "supply" for supply_start, supply_start_to, supply_end, supply_end_to; a point such as "latest", "recorded" has two columns.
"""

from careloom.measure.quality.noun import DAY, Span, Table, Truth

POINTS = ("latest", "recorded", "onset", "abatement")


def first_day(span: Span) -> int:
    """The first millisecond of the day on which a span begins."""
    return span.start // DAY * DAY


def last_day(span: Span) -> int:
    """The last millisecond of the day on which a span ends."""
    return span.end // DAY * DAY + DAY - 1


def ends_of(table: Table, of: str = "") -> tuple[Truth, Truth, Truth, Truth]:
    """(earliest start, latest start, earliest end, latest end) of a table's interval."""
    if of in POINTS:
        low, high = table[of], table[f"{of}_to"]
        return low, high, low, high
    before = f"{of}_" if of else ""
    return (
        table[f"{before}start"],
        table[f"{before}start_to"],
        table[f"{before}end"],
        table[f"{before}end_to"],
    )


def during(table: Table, span: Span, of: str = "") -> Table:
    """Rows that lie in the span."""
    start, _, _, end = ends_of(table, of)
    return table.filter((start >= span.start) & (end <= span.end))


def during_day(table: Table, span: Span, of: str = "") -> Table:
    """Rows that lie in the days of the span."""
    return during(table, Span(first_day(span), last_day(span)), of)


def starts_during(table: Table, span: Span, of: str = "") -> Table:
    """Rows that begin in the span."""
    start, start_to, _, _ = ends_of(table, of)
    return table.filter((start >= span.start) & (start_to <= span.end))


def starts_during_day(table: Table, span: Span, of: str = "") -> Table:
    """Rows that begin in the days of the span."""
    return starts_during(table, Span(first_day(span), last_day(span)), of)


def ends_during_day(table: Table, span: Span, of: str = "") -> Table:
    """Rows that end in the days of the span."""
    _, _, end, end_to = ends_of(table, of)
    return table.filter((end >= first_day(span)) & (end_to <= last_day(span)))


def overlaps(table: Table, span: Span, of: str = "") -> Table:
    """Rows that share a moment with the span."""
    _, start_to, end, _ = ends_of(table, of)
    return table.filter((start_to <= span.end) & (end >= span.start))


def overlaps_day(table: Table, span: Span, of: str = "") -> Table:
    """Rows that share a day with the span."""
    return overlaps(table, Span(first_day(span), last_day(span)), of)


def ends_on_or_before(table: Table, at: int, of: str = "") -> Table:
    """Rows that end at a millisecond or before."""
    return table.filter(ends_of(table, of)[3] <= at)


def ends_on_or_before_day(table: Table, at: int, of: str = "") -> Table:
    """Rows that end on the day of a millisecond or before."""
    return ends_on_or_before(table, at // DAY * DAY + DAY - 1, of)


def starts_on_or_before(table: Table, at: int, of: str = "") -> Table:
    """Rows that begin at a millisecond or before."""
    return table.filter(ends_of(table, of)[1] <= at)


def starts_on_or_before_day(table: Table, at: int, of: str = "") -> Table:
    """Rows that begin on the day of a millisecond or before."""
    return starts_on_or_before(table, at // DAY * DAY + DAY - 1, of)


def starts_before_day(table: Table, at: int, of: str = "") -> Table:
    """Rows that begin before the day of a millisecond."""
    return starts_on_or_before(table, at // DAY * DAY - 1, of)


def day(column: Truth) -> Truth:
    """The day of a millisecond, counted from 1970."""
    return column // DAY
