"""Of what is kept: retention, legal holds, what a substance-use programme sent, and packs made before."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from careloom.care.compliance import Evidence, Grid
from careloom.comply.retention import DELETIONS, SCHEDULE
from careloom.pipeline.evidence.looked import Site, counted

# So many entries are opened to look whether their sender labelled them.
OPENED = 1_000_000
SIX_MONTHS, SIX_YEARS, A_YEAR = timedelta(days=183), 6, timedelta(days=366)


def of_retention(site: Site) -> Iterator[Evidence]:
    """Evidence of how long things are kept."""
    guarded, every = site.store.appended()
    first = site.store.audit.first()
    yield site.tell(
        "retention.kept",
        "Nothing of history is deleted by the product, at whatever age",
        f"the oldest audit event is of {first:%Y-%m-%d}; rows of {guarded} of {every} tables of history can't be deleted"
        if first
        else "there is no audit event yet",
        first is not None and guarded == every,
        "the audit log and the database's triggers",
    )
    years = site.settings.retention_years
    yield site.tell(
        "retention.said",
        "The site has said how long it keeps records, and it is six years at least",
        f"{years} years" if years else "nothing is set",
        years >= SIX_YEARS,
        "CARELOOM_RETENTION_YEARS",
    )
    yield site.tell(
        "retention.logs",
        "Logs are kept for six months at least",
        _since(first, site.at),
        first is not None and guarded == every,
        "the audit log; nothing deletes an event",
    )
    unguarded = [one for one in DELETIONS if one.held == "not guarded"]
    yield site.tell(
        "holds.guard",
        "A legal hold stops every path by which a record could be deleted",
        f"{len(DELETIONS)} places delete something; {sum(one.held == 'guarded' for one in DELETIONS)} could delete what belongs to a record "
        f"and ask first; {len(unguarded)} don't",
        not unguarded,
        "the list of deletions, which a test compares with the code",
    )
    holds = site.store.holds.all()
    yield site.tell(
        "holds.in_force",
        "Legal holds",
        f"{sum(one.lifted is None for one in holds)} in force, {sum(one.lifted is not None for one in holds)} lifted",
        None,
        "the table of holds",
        "/compliance/holds",
    )
    last = site.store.compliance.last_made()
    yield site.tell(
        "pack.before",
        "A compliance pack was made within the year before this one",
        f"last on {last:%Y-%m-%d}" if last else "this is the first",
        last is not None and site.at - last <= A_YEAR,
        "the packs that are kept",
        "/compliance",
    )


def _since(first: datetime | None, at: datetime) -> str:
    if first is None:
        return "there is no event yet"
    young = " (the site is younger than six months)" if at - first < SIX_MONTHS else ""
    return f"since {first:%Y-%m-%d}, and nothing deletes one{young}"


def schedule(site: Site) -> tuple[Grid, ...]:
    """What is kept how long, which holds are in force, what would be due, and every place that deletes something."""
    years = site.settings.retention_years
    rows = []
    for one in SCHEDULE:
        found = site.store.retained.of(one.kind)
        told = f"{found.number}, since {found.oldest:%Y-%m-%d}" if found.oldest else "none yet"
        site_says = f"{years} years" if years else "NOT SAID"
        rows.append((one.title, told, one.law, site_says, "never deleted by the product"))
    kept = Grid(
        "What is kept how long",
        ("records", "there are", "what rules ask", "the site says", "the product does"),
        tuple(rows),
        "Law of the state, of payers and of accreditors may ask for longer: counsel says which years to set. "
        "The product deletes none of it by itself, so keeping longer than asked is what happens where nobody acts.",
        () if years else tuple(range(len(rows))),
    )
    return (kept, _holds(site), _due(site), _deletions())


def _holds(site: Site) -> Grid:
    rows = tuple(
        (
            one.id[:8],
            f"patient {one.patient[:8]}" if one.patient else "everybody",
            one.who,
            f"{one.at:%Y-%m-%d}",
            f"lifted {one.lifted:%Y-%m-%d} by {one.lifted_by}" if one.lifted else "in force",
        )
        for one in site.store.holds.all()
    )
    note = "Reasons stand on the page Legal holds; none is in this pack, since it may name a person."
    return Grid(
        "Legal holds",
        ("hold", "on", "placed by", "since", "state"),
        rows,
        note if rows else f"None was ever placed. {note}",
    )


def _due(site: Site) -> Grid:
    years, title = site.settings.retention_years, "What would be due"
    head = ("what", "how many")
    if not years:
        return Grid(
            title, head, (("NOT SAID: without CARELOOM_RETENTION_YEARS nothing can be due", "—"),), "", (0,)
        )
    before = site.at - timedelta(days=round(years * 365.25))
    found = site.store.retained.untouched(before)
    held = sum(site.store.holds.holds(one) for one in found)
    return Grid(
        title,
        head,
        (
            (
                f"patients of whom nothing came, was drafted or was looked at since {before:%Y-%m-%d}",
                str(len(found)),
            ),
            ("of these under a legal hold: they stay", str(held)),
            ("of these that a person may decide on", str(len(found) - held)),
        ),
        "The product has no command that destroys one patient's records. Where law asks for it, it is done by whoever runs the database, with counsel; "
        "a home as a whole ends with its keys (docs/phi.md).",
    )


def _deletions() -> Grid:
    rows = tuple((one.where, one.what, one.held) for one in DELETIONS)
    red = tuple(at for at, one in enumerate(DELETIONS) if one.held == "not guarded")
    return Grid(
        "Every place in the product that deletes something", ("place", "what", "under a hold"), rows, "", red
    )


def of_programmes(site: Site) -> Iterator[Evidence]:
    """Evidence of 42 CFR Part 2."""
    marked = {name: one for name, one in site.systems.items() if one.part2}
    yield site.tell(
        "part2.sources",
        "Substance-use programmes among the sources are marked",
        f"{counted(len(marked), 'source is', 'sources are')} marked"
        + (
            f": {', '.join(sorted(marked))}"
            if marked
            else " (what a sender labels itself is restricted all the same)"
        ),
        None,
        "sources.toml",
    )
    own = site.store.retained.labelled(tuple(marked), OPENED)
    entries = sum(number for number, _ in own.labels.values())
    part = "" if own.looked == own.of else f" (of the newest {own.looked} of {own.of} that were opened)"
    yield site.tell(
        "part2.labelled",
        "Entries that another source's sender labelled as of a programme are restricted like a programme's own",
        f"{counted(entries, 'entry', 'entries')}{part}"
        + (
            f": {', '.join(f'{label} {number}' for label, (number, _) in own.labels.items())}"
            if entries
            else ""
        ),
        None,
        "the entries of all sources that aren't marked, opened just now",
    )
    names = [one for one in site.settings.consent_names.split(";") if one.strip()]
    yield site.tell(
        "part2.names",
        "The site has names by which a consent may name it as recipient",
        counted(len(names), "name", "names"),
        bool(names) if marked or entries else None,
        "CARELOOM_CONSENT_NAMES",
    )
    roles = [one for one in site.settings.programme_roles.split(",") if one.strip()]
    yield site.tell(
        "part2.roles",
        "Roles that read findings resting on a programme's entries without consent",
        ", ".join(roles) or "none",
        not roles or None,
        "CARELOOM_PROGRAMME_ROLES",
    )


def programmes(site: Site) -> tuple[Grid, ...]:
    """What the store holds by programme, and what was told; counts alone."""
    marked = tuple(sorted(name for name, one in site.systems.items() if one.part2))
    found = site.store.retained.by_source(marked)
    rows = tuple((name, site.systems[name].programme, *(str(one) for one in found[name])) for name in marked)
    own = site.store.retained.labelled(marked, OPENED)
    rows += tuple(
        ("labelled by their sender", label, "", str(entries), str(patients))
        for label, (entries, patients) in own.labels.items()
    )
    note = f"{own.looked} of {own.of} entries of sources that aren't marked were opened to look for a sender's own label (v3-ActCode ETH, 42CFRPart2); the newest first."
    kept = Grid(
        "What is kept, by source programme",
        ("source", "programme or label", "messages", "entries", "patients"),
        rows,
        note if rows else f"No source is marked as a programme, and no entry is labelled. {note}",
    )
    told = site.store.audit.numbers(site.at - timedelta(days=round(3 * 365.25)))
    names = {
        "told in an emergency": "told in a medical emergency (2.51)",
        "disclose": "disclosures that somebody wrote down (of every ground)",
        "send message": "messages to patients",
        "consent add": "consents entered",
        "consent revoke": "consents taken back",
    }
    counts = tuple((words, str(told.get(action, 0))) for action, words in names.items())
    return (
        kept,
        Grid(
            "What was told, in three years",
            ("what", "how often"),
            counts,
            "From the audit log; the accounting of one patient is on the page Audit.",
        ),
    )
