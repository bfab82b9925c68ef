"""Consents as their page lists them: to what, for whom, from when until when, who says so, and what each opens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.pipeline.consenting import Kept
from careloom.web.present.words import Mark, listed, sentence, source_name
from careloom.web.saying import later

IN_FORCE = Mark("✓", later("in force"), "ok")
REFUSED = Mark("–", later("refused"), "plain")
NOT_IN_FORCE = Mark("–", later("not in force"), "plain")


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
        scope=sentence(consent.scope) or gettext("It doesn't say to what."),
        mark=IN_FORCE if consent.given else REFUSED if _is_refusal(one) else NOT_IN_FORCE,
        recipients=listed(list(consent.recipients)) or gettext("no recipient named"),
        days=gettext("from {start} to {start2}").format(
            start=consent.start or gettext("a day not stated"),
            start2=consent.until or gettext("no end stated"),
        ),
        source=source_name(consent.system),
        document=sentence(one.entry.detail.get("document", "")),
        opens=tuple(_opens(programme, why, one) for programme, why in one.barriers.items()),
        ours=one.ours,
    )


def _is_refusal(one: Kept) -> bool:
    return one.entry.status == "active" and one.entry.value == "deny"


def of_learning(said: Sequence[Kept]) -> Mark:
    """What counts of what somebody said of learning from her record."""
    if not said:
        return Mark("○", later("nobody asked"), "plain")
    return Mark("✓", later("agreed"), "ok") if said[0].consent.given else Mark("–", later("no"), "look")


def _opens(programme: str, why: str, one: Kept) -> str:
    if why:
        return gettext("What {programme} sent stays closed by it: {why}.").format(
            programme=programme, why=why
        )
    notes = "" if one.consent.counselling else gettext(" Counselling notes stay closed (2.31(b)).")
    return gettext("Opens what {programme} sent.{notes}").format(programme=programme, notes=notes)
