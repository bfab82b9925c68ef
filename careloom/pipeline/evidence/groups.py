"""Of groups: whether drafts and models did as well by age, sex, race, ethnicity, language and payer, where there are enough people to tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

from careloom.care.compliance import Evidence, Grid
from careloom.pipeline.equity import FEWEST, Equity, Judge, equity, is_revised
from careloom.pipeline.evidence.looked import Site, counted
from careloom.study.pilot.groups import DIMENSIONS

YEAR = timedelta(days=365)
WHERE = "decisions of the last year, with what sources recorded of each patient"


def looked(site: Site, judge: Judge = is_revised) -> Equity:
    """The groups of the drafts that were decided within the last year, and of which `judge` says something."""
    return equity(site.store, site.entries, (site.at - YEAR, site.at), judge)


def of_groups(site: Site, found: Equity, worded: Equity) -> Iterator[Evidence]:
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
    missing = [one for one in DIMENSIONS if one not in worded.compared]
    yield site.tell(
        "groups.models",
        "How often what a model worded was changed, struck or sent back was measured by age, sex, race, ethnicity, language and payer",
        _models_told(worded, missing),
        not missing,
        f"{WHERE}; drafts in which a model worded a line",
        "/calendar",
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


def _models_told(worded: Equity, missing: list[str]) -> str:
    """What was measured; of what wasn't, what is missing and how to get it."""
    drafts = counted(worded.drafts, "decided draft", "decided drafts")
    told = (
        f"of {drafts} in which a model worded a line: compared by {', '.join(worded.compared) or 'nothing'}"
    )
    if not missing:
        return told
    how = (
        f"two groups of {FEWEST} patients each are asked for; it is measured by itself as people decide on drafts with a model's lines, and as sources record it"
        if worded.drafts
        else "no model has worded a line of a draft on which somebody decided: use a model that earned a task (CARELOOM_MODEL, careloom eval), and decide"
    )
    return f"{told}; NOT MEASURED by {', '.join(missing)}: {how}"


def of_models(worded: Equity) -> Grid:
    """What models worded, by group."""
    made = groups(worded)
    note = f"Drafts in which a model worded at least one line. {made.note}"
    head = ("by", "group", "drafts", "a model's line changed, struck or sent back, with the 95 % interval")
    return replace(made, title="Performance of models by group", head=head, note=note)


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
