"""Decisions on a request for prior authorisation, as X12 and FHIR code them."""

from collections.abc import Iterable, Mapping

# X12 code list 306 (HCR-01; Da Vinci PAS, reviewActionCode).
REVIEW_ACTIONS: Mapping[str, str] = {
    "A1": "approved",
    "A2": "partially approved",
    "A3": "denied",
    "A4": "pended",
    "A6": "modified",
    "C": "cancelled",
    "CT": "contact payer",
    "NA": "no action required",
}


def decision(actions: Iterable[str]) -> str:
    """One decision of several: the one that all name, "partially approved" where some are, else all of them."""
    named = list(dict.fromkeys(action for action in actions if action))
    if len(named) <= 1:
        return "".join(named)
    return "partially approved" if "approved" in named else "; ".join(named)
