"""What a server says went wrong, in words of ours: its own may name a patient."""

import re

import msgspec

# FHIR R4, ValueSet issue-type: what each code means to whoever must mend it.
MEANINGS = {
    "invalid": "the request is not valid to it",
    "structure": "it found the request malformed",
    "required": "it wants a search parameter that was not given",
    "value": "it does not take the value of a search parameter",
    "invariant": "a rule of its own was broken",
    "security": "it refuses for reasons of security",
    "login": "it asks to sign in",
    "unknown": "it does not know who asks",
    "expired": "the sign-in has expired",
    "forbidden": "it does not allow this",
    "suppressed": "it left something out for reasons of privacy",
    "processing": "it could not process the request",
    "not-supported": "it does not support this",
    "duplicate": "it has this twice",
    "multiple-matches": "several things match",
    "not-found": "it did not find this",
    "deleted": "this was deleted",
    "too-long": "the request is too long for it",
    "code-invalid": "it does not know a code",
    "extension": "it does not take an extension",
    "too-costly": "the search is too costly for it",
    "business-rule": "a rule of that site says no",
    "conflict": "something was changed meanwhile",
    "transient": "it is out of order for the moment",
    "lock-error": "something is locked",
    "no-store": "it lost its database",
    "exception": "it failed inside",
    "timeout": "it took too long inside",
    "incomplete": "it gave only a part of the results",
    "throttled": "it was asked too often",
    "informational": "it only informs",
}
TOKEN = re.compile(r"[A-Za-z][A-Za-z-]{1,30}")
SERIOUS = ("fatal", "error")
MOST = 5


class Issue(msgspec.Struct, frozen=True):
    """OperationOutcome.issue: its codes alone."""

    severity: str = ""
    code: str = ""

    @property
    def words(self) -> str:
        """The issue in words; its code where FHIR has no such code."""
        if self.code in MEANINGS:
            return MEANINGS[self.code]
        return f"it says {self.code!r}" if TOKEN.fullmatch(self.code) else "it gives no reason"

    @property
    def serious(self) -> bool:
        """Whether it is an error."""
        return self.severity in SERIOUS


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
