"""What gatherers share: the site that is looked at, and evidence as they tell it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from careloom.care.alert import Card, HookAsked
from careloom.care.compliance import Evidence
from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.care.system import SourceSystem
from careloom.knowledge import Knowledge
from careloom.pipeline.deidentifying import Residual
from careloom.settings import Settings
from careloom.store.opening import Store
from careloom.study.training.certifying import State

# What an EHR would be answered at a service's hook about somebody invented; nothing of it is kept.
Cards = Callable[[str, HookAsked], Sequence[Card]]


def no_cards(_service: str, _asked: HookAsked) -> Sequence[Card]:
    """What a process answers that answers no EHR."""
    return ()


@dataclass(frozen=True, slots=True)
class Site:
    """What is looked at: settings, store, knowledge, other systems, everybody active with whether her certificate holds, the moment, what may be used of a patient, what EHRs are answered, and what people found in samples of de-identified text."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    systems: Mapping[str, SourceSystem]
    people: tuple[Reviewer, ...]
    trained: Mapping[str, State]
    at: datetime
    entries: Callable[[str, date], Sequence[Entry]] = lambda _patient, _day: ()
    cards: Cards = no_cards
    samples: Callable[[], Sequence[Residual]] = tuple

    def tell(
        self, name: str, what: str, value: str, holds: bool | None, where: str, link: str = ""
    ) -> Evidence:
        """One value, measured now."""
        return Evidence(name, what, value, holds, where, self.at, link)


def counted(number: int, one: str, more: str) -> str:
    """ "1 account", "3 accounts"."""
    return f"{number} {one if number == 1 else more}"
