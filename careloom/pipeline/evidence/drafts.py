"""Of drafts: who released them, what they cite, which model wrote them, and whether anything lowers a tier."""

from collections.abc import Iterator

from careloom import draft
from careloom.care.compliance import Evidence
from careloom.care.document import ContentClass, Proposal, Tier
from careloom.care.stop import StopScope
from careloom.pipeline.evidence.looked import Site, counted
from careloom.review.tiers import raised, tier_for

# So many of the newest drafts are opened and looked at.
OPENED = 50
FLOORS = {
    ContentClass.MEDICATION_CHANGE: Tier.PHYSICIAN,
    ContentClass.DIAGNOSTIC_IMPRESSION: Tier.PHYSICIAN,
    ContentClass.UNCLEAR: Tier.PHYSICIAN,
    ContentClass.PLAN_CHANGE: Tier.NURSE,
    ContentClass.CLINICAL_SUMMARY: Tier.NURSE,
}
# What may be released without a person: its text was approved by one before, and each line is administrative or general.
ALONE = frozenset({"appointment_reminder", "outreach_message", "education"})


def of_drafts(site: Site) -> Iterator[Evidence]:
    """Evidence of drafts, of who decides on them, and of what is kept of them."""
    released = site.store.retained.released()
    wrongly = sum(alone for kind, (_, alone) in released.items() if kind not in ALONE)
    number = sum(every for every, _ in released.values())
    yield site.tell(
        "review.licensed",
        "Nothing clinical is in the chart that no licensed person signed",
        f"{counted(number, 'document', 'documents')} filed, {sum(one for _, one in released.values())} of them by themselves, "
        f"{wrongly} of these of a clinical kind",
        not wrongly if number else None,
        "filings and decisions",
        "/queue",
    )
    yield _floors(site)
    opened = [site.store.proposals.get(one) for one in site.store.retained.newest_drafts(OPENED)]
    yield from _looked_through(site, opened)
    kept, left = site.store.site_rules.numbers()
    yield site.tell(
        "drafts.inputs_kept",
        "What rules looked at is kept of each draft",
        f"of {kept} drafts, and of {left} nothing was kept",
        not left if kept + left else None,
        "frozen rule inputs",
    )
    lessons = site.store.retained.of("lessons").number
    yield site.tell(
        "failures.registered",
        "What was wrong with drafts is registered",
        f"{counted(lessons, 'item', 'items')} in the registry, to which every returned or reported draft comes by itself",
        None if not lessons else True,
        "the failure registry",
        "/studies/failures",
    )
    decided = site.store.retained.decided()
    yield site.tell(
        "decisions.other",
        "People decide against drafts, too",
        ", ".join(f"{name} {number}" for name, number in decided.items())
        or "nobody has decided on any draft yet",
        any(name in decided for name in ("return", "reject", "amend")) if decided else None,
        "decisions",
    )
    rate = site.settings.reading_rate
    yield site.tell(
        "review.pace",
        "Whoever signs faster than anybody reads is told so",
        f"below the time that reading takes at {rate} words a minute" if rate else "switched off",
        rate > 0,
        "CARELOOM_READING_RATE",
    )
    scopes = ", ".join(one.value for one in StopScope)
    yield site.tell(
        "stop.switch",
        "Drafting can be stopped at once, and is started again by two roles alone",
        f"by {scopes}; {counted(len(site.store.stops.holding()), 'stop is', 'stops are')} in force now",
        len(tuple(StopScope)) > 1,
        "the stops of this site",
        "/safety",
    )


def _floors(site: Site) -> Evidence:
    """A site's setting that would lower a tier is tried, and so are the site's own."""
    lowering = raised(", ".join(f"{one.value}=auto" for one in FLOORS))
    own = raised(site.settings.raise_tiers)
    low = [
        one.value
        for one, floor in FLOORS.items()
        if tier_for(one, (), raised=lowering) < floor or tier_for(one, (), raised=own) < floor
    ]
    return site.tell(
        "tiers.not_lowered",
        "No setting lowers who must sign",
        "settings that would lower it were tried just now, without effect"
        if not low
        else f"lowered: {', '.join(low)}",
        not low,
        "careloom/review/tiers.py, tried when the pack was made",
    )


def _looked_through(site: Site, opened: list[Proposal]) -> Iterator[Evidence]:
    lines = [line for one in opened if not one.document.by_hand for line in one.document.statements]
    # A line that asks for what isn't there, or an approved text's own, has nothing to cite.
    bare = [
        line
        for line in lines
        if not line.citations and line.kind != "gap" and not line.filled_from and not line.guideline
    ]
    yield site.tell(
        "drafts.cited",
        "Each drafted line shows what it rests on",
        f"of {counted(len(lines), 'line', 'lines')} of the newest {len(opened)} drafts {len(bare)} cite neither an entry nor a guideline"
        f" ({sum(line.kind == 'gap' for line in lines)} say that something is missing, and cite nothing)",
        not bare if lines else None,
        f"the newest {OPENED} drafts, opened just now",
        "/queue",
    )
    unknown = [one for one in opened if not one.document.knowledge_version or not one.document.record_version]
    written = sum(line.written_by == "model" or line.written_by.startswith("model") for line in lines)
    yield site.tell(
        "drafts.reproducible",
        "Each draft names the record, the knowledge and the model that it was made from",
        f"{len(opened) - len(unknown)} of {len(opened)} do; {written} of their lines were worded by a model",
        not unknown if opened else None,
        f"the newest {OPENED} drafts, opened just now",
    )


def kinds() -> tuple[str, ...]:
    """The kinds of documents that this release drafts."""
    return tuple(draft.KINDS)
