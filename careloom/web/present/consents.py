"""Consents as their page lists them: to what, for whom, from when until when, who says so, and what each opens."""

from collections.abc import Iterable
from dataclasses import dataclass

from careloom.pipeline.consenting import Kept
from careloom.web.present.words import Mark, listed, sentence, source_name

IN_FORCE = Mark("✓", "in force", "ok")
NOT_IN_FORCE = Mark("–", "not in force", "plain")


@dataclass(frozen=True, slots=True)
class Row:
    """One consent; `opens` says of each programme that it names what comes of it, `ours` whether it can be taken back here."""

    id: str
    scope: str
    mark: Mark
    recipients: str
    days: str
    source: str
    document: str
    opens: tuple[str, ...]
    ours: bool


def rows(kept: Iterable[Kept]) -> tuple[Row, ...]:
    """The consents, the newest first."""
    return tuple(_row(one) for one in reversed(tuple(kept)))


def _row(one: Kept) -> Row:
    consent = one.consent
    return Row(
        id=one.entry.id,
        scope=sentence(consent.scope) or "It doesn't say to what.",
        mark=IN_FORCE if consent.given else NOT_IN_FORCE,
        recipients=listed(list(consent.recipients)) or "no recipient named",
        days=f"from {consent.start or 'a day not stated'} to {consent.until or 'no end stated'}",
        source=source_name(consent.system),
        document=sentence(one.entry.detail.get("document", "")),
        opens=tuple(_opens(programme, why, one) for programme, why in one.barriers.items()),
        ours=one.ours,
    )


def _opens(programme: str, why: str, one: Kept) -> str:
    if why:
        return f"What {programme} sent stays closed by it: {why}."
    notes = "" if one.consent.counselling else " Counselling notes stay closed (2.31(b))."
    return f"Opens what {programme} sent.{notes}"
