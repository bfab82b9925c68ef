"""Of groups: whether drafts and models did as well by age, sex, race, ethnicity, language and payer, where there are enough people to tell."""

from collections.abc import Iterator
from datetime import UTC, timedelta

from careloom.care.compliance import Evidence, Grid
from careloom.pipeline.equity import FEWEST, Equity, equity
from careloom.pipeline.evidence.looked import Site, counted
from careloom.study.pilot.groups import DIMENSIONS

YEAR = timedelta(days=365)
WHERE = "decisions of the last year, with what sources recorded of each patient"


def looked(site: Site) -> Equity:
    """The groups of the drafts that were decided within the last year."""
    return equity(site.store, site.entries, (site.at - YEAR, site.at))


def of_groups(site: Site, found: Equity) -> Iterator[Evidence]:
    """Evidence of performance by group."""
    missing = [one for one in DIMENSIONS if one not in found.compared]
    told = ", ".join(found.compared)
    value = f"of {counted(found.drafts, 'decided draft', 'decided drafts')}: " + (
        f"compared by {told}" if told else "no two groups are large enough to be compared by anything"
    )
    if missing:
        value += f"; NOT MEASURED by {', '.join(missing)} (fewer than two groups of {FEWEST} patients)"
    yield site.tell(
        "groups.measured",
        "How often drafts are revised substantially was measured by age, sex, race, ethnicity, language and payer",
        value,
        not missing,
        WHERE,
        "/calendar",
    )
    yield site.tell(
        "groups.models",
        "What models earned was measured by group",
        "NOT MEASURED: the tables of what models earned have no groups, and the people in them are invented",
        False,
        "the evaluation tables in force",
    )
    counts = site.store.quality.monthly(site.at.tzinfo or UTC)
    newest = max((one.at for one in counts), default=None)
    yield site.tell(
        "outcomes.counted",
        "Outcomes and quality measures are counted",
        f"{counted(len(counts), 'count', 'counts')}, the newest of {newest:%Y-%m-%d}; what drafts changed is told by pilots and careloom outcomes"
        if newest
        else "nothing was ever counted",
        None,
        "the counts of measures that are kept",
        "/measures",
    )


def groups(found: Equity) -> Grid:
    """The groups that are told, with how many aren't."""
    rows = [
        (
            one.dimension,
            one.name,
            str(one.drafts),
            f"{one.interval[0]:.0%} ({one.interval[1]:.0%} to {one.interval[2]:.0%})" if one.interval else "too few",
        )
        for one in found.groups
    ]  # fmt: skip
    red = []
    for dimension in DIMENSIONS:
        if dimension not in found.compared:
            red.append(len(rows))
            rows.append((dimension, "NOT MEASURED", "", f"fewer than two groups of {FEWEST} patients"))
    hidden = ", ".join(f"{one} {number}" for one, number in found.small.items() if number)
    unknown = ", ".join(
        f"{one} {'too few to tell' if number is None else number}"
        for one, number in found.unknown.items()
        if number != 0
    )
    note = (
        f"Drafts on which somebody decided within a year. Groups of fewer than {FEWEST} patients, and those that would give one away, aren't told"
        f" ({hidden or 'there is none'}). Not recorded, of so many drafts: {unknown or 'none'}. A difference may be of the patients and not of the drafts."
    )
    head = ("by", "group", "drafts", "revised substantially, with the 95 % interval")
    return Grid("Performance of drafts by group", head, tuple(rows), note, tuple(red))
