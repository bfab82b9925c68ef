"""OperationOutcomes: what a server says went wrong."""

import msgspec

from careloom.care.outcome import is_partial, is_serious, meaning

MOST = 5


class Issue(msgspec.Struct, frozen=True):
    """OperationOutcome.issue: its codes alone."""

    severity: str = ""
    code: str = ""

    @property
    def words(self) -> str:
        """The issue in words; its code where FHIR has no such code."""
        return meaning(self.code)

    @property
    def serious(self) -> bool:
        """Whether it is an error."""
        return is_serious(self.severity)

    @property
    def partial(self) -> bool:
        """Whether an answer that carries it may lack something of what was asked for."""
        return is_partial(self.severity, self.code)


class Outcome(msgspec.Struct, rename="camel"):
    """An OperationOutcome."""

    resource_type: str = ""
    issue: list[Issue] = []


DECODER = msgspec.json.Decoder(Outcome)


def issues(body: bytes) -> tuple[Issue, ...]:
    """The issues of an OperationOutcome; none where the bytes are something else."""
    try:
        found = DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ()
    return tuple(found.issue) if found.resource_type == "OperationOutcome" else ()


def words(body: bytes) -> str:
    """What an OperationOutcome says, "" where there is none; errors before the rest, each once."""
    found = sorted(issues(body), key=lambda one: not one.serious)
    return "; ".join(list(dict.fromkeys(one.words for one in found))[:MOST])
