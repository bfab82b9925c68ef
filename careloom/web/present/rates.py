"""How often the rules of the check fired and were signed over, as a table of the page Data."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.review.rates import Rate
from careloom.web.present.rules import named
from careloom.web.present.words import count

# From so many decided findings on a share says something.
_ENOUGH = 10
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Row:
    """A rule in spoken words with its counts; `look` is whether nearly all that it says is signed over."""

    rule: str
    counts: Rate
    share: str
    look: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """The table, and over how many drafts it was counted."""

    words: str
    rows: tuple[Row, ...]


def told(plans: int, rates: Sequence[Rate]) -> Rates | None:
    """The table; None where nothing was drafted yet, or nothing found in any."""
    if not rates:
        return None
    return Rates(
        gettext("Counted over {many}, the newest first.").format(many=count(plans, "draft")),
        tuple(map(_row, rates)),
    )


def _row(one: Rate) -> Row:
    share, decided = one.override_rate, one.overridden + one.heeded
    return Row(
        rule=named(one.rule),
        counts=one,
        share="–" if share is None else f"{share:.0%}",
        look=share is not None and share >= _MOSTLY and decided >= _ENOUGH,
    )
