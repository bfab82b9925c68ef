"""What another system says went wrong, in words of ours: its own may name a patient."""

import re

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
# Not all of what was asked for may have been given, and more of it when it is asked for again.
PARTIAL = frozenset(
    {"incomplete", "timeout", "too-costly", "throttled", "transient", "no-store", "lock-error"}
)


def meaning(code: str) -> str:
    """An issue's code in words; the code where FHIR has no such code."""
    if code in MEANINGS:
        return MEANINGS[code]
    return f"it says {code!r}" if TOKEN.fullmatch(code) else "it gives no reason"


def is_serious(severity: str) -> bool:
    """Whether an issue of this severity is an error."""
    return severity in SERIOUS


def is_partial(severity: str, code: str) -> bool:
    """Whether an answer that carries such an issue may lack something of what was asked for."""
    return is_serious(severity) or code in PARTIAL
