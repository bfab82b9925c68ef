"""Regressing: the cases of failures that something prevents now, asked anew: is the draft that was wrong still caught, from the record that it saw?

Takes    the failures of the registry that a rule of the check prevents, as a lead judged, and knowledge
Gives    how many cases there are, and those that the named rule finds nothing in any more
Never    counts a case as caught that can't be made anew, or tells whom one is about
"""

from collections.abc import Callable
from dataclasses import dataclass

from careloom import check
from careloom.care.document import Severity
from careloom.care.failure import Failure
from careloom.errors import CareloomError
from careloom.knowledge import Knowledge
from careloom.pipeline.failing import MOST, rules
from careloom.pipeline.weaving import Weaving
from careloom.store.opening import Store

# So many cases are asked, of the newest failures: each makes a record anew.
ASKED = 300


@dataclass(frozen=True, slots=True)
class Cases:
    """How many failures have a case, and the ids of those that aren't caught."""

    asked: int
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Regressing:
    """The failures of one organisation as regression cases."""

    store: Store

    def cases(
        self,
        weaving: Weaving,
        knowledge: Knowledge,
        step: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Cases:
        """Ask each case with this knowledge, in which the rules of the site stand; `weaving` makes records by it."""
        prevented = [one for one in self.store.failures.newest(MOST) if prevents(one)][:ASKED]
        lost = []
        for done, one in enumerate(prevented):
            step(done, len(prevented))
            if not self._caught(one, weaving, knowledge):
                lost.append(one.id)
        return Cases(len(prevented), tuple(lost))

    def _caught(self, failure: Failure, weaving: Weaving, knowledge: Knowledge) -> bool:
        """Whether the rule that is said to prevent a failure finds something high or moderate in the draft that was wrong."""
        try:
            first = self.store.proposals.revision(failure.proposal, 1)
            at, seen = self.store.past.queued(first.id), self.store.proposals.seen_entries(first.id)
            document = first.document
            record = weaving.then(document.patient, document.as_of, at, seen, knowledge)
            found = check.by_rule(prevents(failure), document, record, knowledge)
        except CareloomError:
            return False
        return any(one.severity is not Severity.LOW for one in found)


def prevents(failure: Failure) -> str:
    """The rule of the check that prevents a failure now, as its newest judgement says; "" for none, and for one that a test of Careloom holds."""
    newest = failure.newest
    named = newest.prevents if newest and newest.cause != "no_failure" else ""
    return named if named in rules() else ""
