"""Events of one patient together: which rows have a partner that stands in a stated relation to them (CQL's "with … such that").

Takes    tables of the views (views.py) and the relation, as an expression over both
Gives    the rows of the first that have a partner; a relation that is unknown (null) is none
Never    pairs two patients
"""

from collections.abc import Callable

from careloom.measure.quality.noun import DAY, Table, Truth

Relation = Callable[[Truth, Truth], Truth]


def having(rows: Table, partners: Table, such_that: Relation) -> Table:
    """The rows for which some partner of the same patient makes `such_that(row, partner)` true; a table can be its own partner."""
    partner = partners.view()
    return rows.semi_join(partner, [rows.patient == partner.patient, such_that(rows, partner)])


def each(table: Table) -> Table:
    """One row a resource: a resource with several matching codings has as many rows in a view."""
    return table.distinct(on="row", keep="first")


def at_or_after(low: Truth, high: Truth, other_low: Truth, other_high: Truth) -> Truth:
    """Whether a moment in [low, high] certainly isn't before one in [other_low, other_high]: two that were written alike are the same (CQL 1.5)."""
    return (low >= other_high) | ((low == other_low) & (high == other_high))


def at_or_before(low: Truth, high: Truth, other_low: Truth, other_high: Truth) -> Truth:
    """The same for not being after it."""
    return (high <= other_low) | ((low == other_low) & (high == other_high))


def within_instants(low: Truth, high: Truth, whole: Truth) -> Truth:
    """Whether a moment certainly lies in the other's interval, to the millisecond (CQL's "during X.period")."""
    return at_or_after(low, high, whole.start, whole.start_to) & at_or_before(
        low, high, whole.end, whole.end_to
    )


def within_days(low: Truth, high: Truth, whole: Truth) -> Truth:
    """The same by calendar days (CQL's "during day of X.period")."""
    return (low // DAY >= whole.start_to // DAY) & (high // DAY <= whole.end // DAY)
