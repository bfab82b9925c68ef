"""Writings: a filed document on its way into another system's chart, and what became of it there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class State(StrEnum):
    """What a writing is. Of REFUSED and FAILED a person must hear; LEAVING and TAKING are the way back out."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"  # sent, and no answer came: it is looked for before anything is sent again
    WRITTEN = "written"
    REFUSED = "refused"  # the system, or a rule of ours, said no
    FAILED = "failed"  # tried for too long
    CANCELLED = "cancelled"
    LEAVING = "leaving"
    TAKING = "taking"
    GONE = "gone"


# What a worker still has to do something about.
OPEN = (State.QUEUED, State.SENDING, State.UNKNOWN, State.LEAVING, State.TAKING)
# What waits for a person.
STUCK = (State.REFUSED, State.FAILED)
# Why somebody's word is that it isn't to be written after all.
GIVEN_UP = "a person gave it up"
# What became of a task is told there too.
CHANGED = "what became of its tasks has changed"
# So the reason of a try begins after which another one comes by itself.
AGAIN = "again: "
# So the note begins that says why a plan is there as a document alone.
AS_DOCUMENT = "the readable plan is there instead of its resources: "
# By these it is known whether it is being written or taken back.
_WAYS = frozenset({State.QUEUED, State.LEAVING})
_MAY_BE = (State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Copy:
    """Something of ours as the other system holds it.

    `key` is what it is found by there, `address` where it is ("CarePlan/5", or a control id), `version` the one that we read, and
    `sent` what we sent of it (JSON, or "" for what isn't compared).
    """

    key: str
    address: str = ""
    version: str = ""
    sent: str = ""


@dataclass(frozen=True, slots=True)
class There:
    """What another system holds of a document: whose chart it is in there, in which form ("resources", "document", "message"), and
    what a person must know of it, in words of ours: what it didn't take, what it holds otherwise, what somebody changed there.
    """

    form: str = ""
    whose: str = ""
    copies: tuple[Copy, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a writing became at a time, why (never a word of a patient), by whom, and what the other system holds, where that is known."""

    state: State
    at: datetime
    why: str = ""
    by: str = "careloom"
    there: There | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A filed document on its way into a system's chart; the same document to the same system is one."""

    id: str
    proposal: str
    patient: str
    system: str
    way: str
    state: State
    created: datetime
    not_before: datetime
    steps: tuple[Step, ...] = ()

    @property
    def why(self) -> str:
        """Why it is what it is."""
        return self.steps[-1].why if self.steps else ""

    @property
    def there(self) -> There | None:
        """What the other system holds, as far as it was read last; None before anything was there."""
        ended = (State.WRITTEN, State.GONE)
        return next((one.there for one in reversed(self.steps) if one.there and one.state in ended), None)

    @property
    def sent(self) -> There | None:
        """What was handed over last, whatever became of it."""
        return next((one.there for one in reversed(self.steps) if one.there), None)

    @property
    def since(self) -> datetime | None:
        """Since when it is in the chart there; None where it isn't."""
        if self.there is None or not self.there.copies:
            return None
        return next((one.at for one in self.steps if one.state is State.WRITTEN), None)

    @property
    def undoing(self) -> bool:
        """Whether it is being taken back."""
        last = next((one.state for one in reversed(self.steps) if one.state in _WAYS), State.QUEUED)
        return last is State.LEAVING

    @property
    def unanswered(self) -> bool:
        """Whether something was handed over of which nobody knows yet what became of it: it may be under way still."""
        return self.state in (State.SENDING, State.TAKING, State.UNKNOWN)

    @property
    def went(self) -> datetime | None:
        """When that was handed over, or no answer to it came; None where nothing is unanswered."""
        ours = (one.at for one in self.steps if one.state in _MAY_BE and one.by == "careloom")
        return max(ours, default=None) if self.unanswered else None

    @property
    def can_be_given_up(self) -> bool:
        """Whether it waits, or was refused, and nothing of it is in the other chart or may be."""
        handed = [after.state for one, after in pairwise(self.steps) if one.state is State.SENDING]
        nothing_there = not self.since and all(after is State.REFUSED for after in handed)
        return self.state in (*STUCK, State.QUEUED) and not self.undoing and nothing_there

    @property
    def begun(self) -> int:
        """The number of the step since which it is tried: the first, or the last by which a person, or what became of a task, asked for it anew."""
        asked = (n for n, step in enumerate(self.steps) if step.by != "careloom" or step.why == CHANGED)
        return max(asked, default=0)

    @property
    def failures(self) -> tuple[Step, ...]:
        """The tries that failed since it was there, or was taken back, last: why it waits, since when, and how often it was tried."""
        ended = (n for n, step in enumerate(self.steps, 1) if step.state in (State.WRITTEN, State.GONE))
        since = self.steps[max(ended, default=0) :]
        return tuple(one for one in since if one.why.startswith(AGAIN) or one.state in STUCK)

    @property
    def attempts(self) -> int:
        """How often it was handed over."""
        return sum(one.state in (State.SENDING, State.TAKING) for one in self.steps)


def as_json(writing: Writing) -> dict[str, object]:
    """A writing as the command line and the API give it: `tried` without success so often, `failing` since then; never a word of a patient."""
    there, failures = writing.there or There(), writing.failures
    return {
        "id": writing.id,
        "proposal": writing.proposal,
        "patient": writing.patient,
        "system": writing.system,
        "way": writing.way,
        "state": writing.state.value,
        "why": writing.why,
        "attempts": writing.attempts,
        "tried": len(failures),
        "failing": failures[0].at if failures else None,
        "created": writing.created,
        "not_before": writing.not_before,
        "since": writing.since,
        "form": there.form,
        "held": [{"address": one.address, "version": one.version} for one in there.copies if one.address],
        "notes": list(there.notes),
    }
