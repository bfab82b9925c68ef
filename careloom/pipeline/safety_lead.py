"""The safety lead: told at once, by e-mail and by an alarm, that something was reported or stopped; never a word of a patient.

Takes    words that name nobody, and the people whom the site has named
Gives    the names of those who were reached by e-mail; an alarm, which somebody acknowledges in time and ends with a note
Never    gives up on the next one where one can't be reached, or waits in a queue of work for the e-mail
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from careloom.care.document import Severity
from careloom.care.sending import Outgoing
from careloom.care.urgent import Somebody
from careloom.deliver import Adapter
from careloom.errors import DeliveryError
from careloom.pipeline.alarming import Alarming
from careloom.store.ids import new_id

log = structlog.get_logger(__name__)
SUBJECT = "Careloom: safety"
# What alarms are of.
KIND = "safety"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyNews:
    """What the lead is told: the alarm's cause, its words (English, with {names} of `values`), how severe, and the page that has more."""

    cause: str
    evidence: str
    words: str
    severity: Severity
    link: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SafetyLead:
    """Those who are told, all of them at once; `adapter` brings it to them."""

    people: tuple[Somebody, ...]
    adapter: Adapter
    clock: Callable[[], datetime]
    alarming: Alarming

    def tell(self, news: SafetyNews) -> tuple[str, ...]:
        """Tell everybody; the names of those who were reached by e-mail. Where nobody is named the alarm stands alone, which is logged."""
        self.alarming.raise_alarm(
            KIND,
            news.cause,
            news.words,
            evidence=news.evidence,
            values=news.values,
            severity=news.severity,
            link=news.link,
        )
        if not self.people:
            log.warning("nobody is named as the site's safety lead")
        text, reached = f"{news.words.format_map(news.values)}\n\nOpen the page Safety in Careloom.", []
        for one in self.people:
            try:
                self.adapter.send(
                    Outgoing(new_id().hex, one.address, SUBJECT, text, self.clock()), lambda: None
                )
                reached.append(one.name)
            except DeliveryError as failure:
                log.error("a safety lead could not be told", error_class=type(failure).__name__)
        return tuple(reached)
