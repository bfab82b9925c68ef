"""Of what the release is made: inputs by which people differ, installed software, knowledge and its licences."""

from collections.abc import Iterator

from careloom import draft
from careloom.care.compliance import Evidence, Grid
from careloom.comply import bill, inputs
from careloom.knowledge.releases import in_force
from careloom.pipeline.evidence.looked import Site, counted
from careloom.pipeline.evidence.release import ROOT

SEX, AGE, RACE, LANGUAGE, DISABILITY = (
    "sex",
    "age",
    "race, colour, national origin",
    "language (may stand for national origin)",
    "disability",
)
# Where a site's own code systems are, below its home.
RELEASES = "knowledge"


def of_inputs(site: Site) -> Iterator[Evidence]:
    """Section 1557: what was found by looking through the release."""
    found, number = inputs.tools()
    where = "the release's code, protocols and tables, looked through when the pack was made"
    yield site.tell(
        "inputs.found",
        "Tools with such inputs are found by looking through the release",
        f"{len(found)} in {number} files",
        number > 0,
        where,
    )
    race = [one for one in inputs.using(RACE) if not one.where.startswith("measure/")]
    yield site.tell(
        "inputs.race",
        "No rule, score or protocol looks at race, colour or national origin (quality measures report by them, and judge nobody)",
        "none does" if not race else ", ".join(one.where for one in race),
        not race,
        where,
    )
    bare = inputs.unsourced()
    yield site.tell(
        "inputs.sourced",
        "Each tool that judges by one of these names a public source for it",
        "each does" if not bare else f"{len(bare)} don't: {', '.join(one.where for one in bare[:12])}",
        not bare,
        where,
    )
    for name, group in (("sex", SEX), ("age", AGE), ("language", LANGUAGE), ("disability", DISABILITY)):
        using = inputs.using(group)
        yield site.tell(
            f"inputs.{name}", f"Tools that look at {group}", counted(len(using), "tool", "tools"), None, where
        )
    kinds = [writing.kind() for writing in draft.KINDS.values()]
    guarded = [one.title for one in kinds if one.translator]
    yield site.tell(
        "inputs.translated",
        "What goes out in another language than English and Spanish waits for a qualified human translator",
        f"asked for: {', '.join(guarded)}" if guarded else "no kind asks for it",
        bool(guarded),
        "the kinds of documents that run",
    )


def components() -> tuple[bill.Component, ...]:
    """What is installed, with the hashes that this release allows."""
    return bill.installed(bill.pinned(ROOT / "requirements"))


def of_materials(site: Site) -> Iterator[Evidence]:
    """Software and knowledge in force."""
    every = components()
    unknown = [one.name for one in every if not one.licence]
    yield site.tell(
        "bill.licences",
        "Installed distributions say their licences",
        f"{len(every) - len(unknown)} of {len(every)}"
        + (f"; NOT KNOWN: {', '.join(unknown)}" if unknown else ""),
        not unknown,
        "the installed distributions' own metadata",
    )
    bare = [one.name for one in every if not one.hashes]
    yield site.tell(
        "bill.hashes",
        "Installed distributions stand in requirements/ with hashes, in this version",
        f"{len(every) - len(bare)} of {len(every)}" + (f"; not: {', '.join(bare[:20])}" if bare else ""),
        not bare,
        "requirements/*.txt of this release",
    )
    lone = [one.name for one in every if not one.supplier]
    yield site.tell(
        "bill.elements",
        "The bill has the minimum elements of each distribution: supplier, name, version, identifier, dependencies, author and time",
        f"{len(every) - len(lone)} of {len(every)}"
        + (f"; no supplier said: {', '.join(lone)}" if lone else ""),
        not lone,
        "the installed distributions' own metadata",
    )
    silent = [row for row in _knowledge(site) if not row[3]]
    yield site.tell(
        "bill.knowledge",
        "Lists of knowledge in force say their licence or source",
        f"{len(_knowledge(site)) - len(silent)} of {len(_knowledge(site))}"
        + (f"; not: {', '.join(row[0] for row in silent)}" if silent else ""),
        not silent,
        "knowledge as it is loaded",
    )


def materials(site: Site) -> tuple[Grid, ...]:
    """The bill of materials, and the lists of knowledge."""
    rows = _knowledge(site)
    red = tuple(at for at, row in enumerate(rows) if not row[3])
    told = tuple(
        (name, dated or "undated", number, licence or "NOT SAID") for name, dated, number, licence in rows
    )
    return (
        bill.grid(components()),
        Grid("Knowledge in force", ("list", "dated", "rows", "licence"), told, "", red),
    )


def _knowledge(site: Site) -> tuple[tuple[str, str, str, str], ...]:
    ours = "our own wording of public sources, each row with source, section and year"
    own = site.knowledge.interactions.lists[:1]
    lists = [
        (one.name, one.dated, str(one.rows), one.licence or (ours if one in own else ""))
        for one in site.knowledge.interactions.lists
    ]
    releases, _ = in_force(site.settings.home / RELEASES)
    return (*lists, *((one.name, getattr(one, "version", ""), "", one.licence) for one in releases))
