"""Stops: what people stopped at once, whom it takes to start it again, and whether a document falls under one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from careloom.care.document import Document

# The version of the form in which stops and rules are kept that this program knows. A row that needs a later one stops everything here:
# what it means isn't known.
KNOWN = 1
# Who writes without a model.
NO_MODEL = "none"


class StopScope(StrEnum):
    """What a stop is about. With no name a stop of models is one of every model."""

    SITE = "site"  # everything that is drafted, signed, filed or sent here
    KIND = "kind"  # one kind of document
    MODEL = "model"  # what one language model, or any, writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Somebody says that what was stopped may start again: who, in which role, when, and why."""

    who: str
    role: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop: of what, by whom (user id, role), when and why; who agreed that it starts again, and since when it has (None: it holds)."""

    id: str
    scope: StopScope
    name: str
    who: str
    role: str
    at: datetime
    why: str
    agreed: tuple[Agreed, ...] = ()
    over: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stopping:
    """What is stopped at this moment, without anybody's words: the scopes with their names. `unread` where one could not be understood."""

    held: frozenset[tuple[str, str]] = frozenset()
    unread: bool = False

    @property
    def of_site(self) -> bool:
        """Whether everything is."""
        return self.unread or (StopScope.SITE, "") in self.held

    def of_kind(self, kind: str) -> bool:
        """Whether nothing of this kind may be drafted, signed, filed or sent."""
        return self.of_site or (StopScope.KIND, kind) in self.held

    def of_model(self, *names: str) -> bool:
        """Whether one of these (names of models, of which a model may have several) may write nothing."""
        named = {one for one in names if one and one != NO_MODEL}
        return bool(named) and (
            self.unread
            or (StopScope.MODEL, "") in self.held
            or any((StopScope.MODEL, one) in self.held for one in named)
        )

    def of_document(self, document: Document) -> bool:
        """Whether a document may be neither signed nor filed: its kind is stopped, or the model that wrote of it."""
        return self.of_kind(document.kind) or self.of_model(document.model_that_wrote)


def in_force(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Those that hold."""
    return tuple(one for one in stops if one.over is None)
