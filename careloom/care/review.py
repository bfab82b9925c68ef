"""Decisions on a request for prior authorisation, and why there is none, as X12 and FHIR code them.

The words are our own, short; the lists are X12's (306, 886, element 901).
"""

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

# Why it was decided so: X12 code list 886 (HCR-03; PAS, reviewAction.reasonCode).
REASONS: Mapping[str, str] = {
    "04": "authorised quantity exceeded", "07": "administrative cancellation", "09": "out of network",
    "0B": "forwarded to an external review, decision to follow", "0C": "authorisation or access restrictions",
    "0D": "authorisation of the primary care physician required", "0E": "provider is not the primary care physician",
    "0F": "not held medically necessary", "0G": "level of care not appropriate",
    "0H": "no certification required for this service", "0J": "for an external review to certify",
    "0K": "primary care service", "0L": "plan maximum exceeded", "0M": "not covered", "0N": "no prior approval",
    "0P": "requested information not received", "0Q": "duplicate request", "0R": "service and diagnosis do not agree",
    "0S": "pre-existing condition", "0T": "held experimental", "0U": "further information on the patient required",
    "0V": "medical review required", "0W": "decision pending review", "0X": "service and provider type do not agree",
    "0Y": "service and age do not agree", "0Z": "service and sex do not agree",
    "10": "pattern of delivery (units, days, visits)", "11": "pricing", "12": "restricted to a specific provider",
    "13": "authorised for another provider", "14": "plan guidelines not followed", "15": "geographic restriction of the plan",
    "16": "inappropriate facility type", "17": "time limits not met", "18": "notification received", "19": "cosmetic",
    "20": "once in a lifetime", "21": "transport denied", "25": "not considered for other errors in the request",
    "26": "provider's role missing",
}  # fmt: skip
# Why it could not be decided: X12 element 901 (AAA-03; PAS, ClaimResponse.error).
REJECTS: Mapping[str, str] = {
    "04": "authorised quantity exceeded", "15": "required application data missing", "33": "input errors",
    "35": "out of network", "41": "authorisation or access restrictions", "42": "unable to respond now",
    "43": "provider's identification invalid or missing", "44": "provider's name invalid or missing",
    "45": "provider's specialty invalid or missing", "46": "provider's phone invalid or missing",
    "47": "provider's state invalid or missing", "48": "referring provider's number invalid or missing",
    "49": "provider is not the primary care physician", "50": "provider ineligible for inquiries",
    "51": "provider not on file", "52": "service dates not within the provider's plan enrolment",
    "53": "inquired benefit inconsistent with provider type", "54": "product or service qualifier inappropriate",
    "55": "product or service inappropriate", "56": "date inappropriate", "57": "date of service invalid or missing",
    "58": "birth date invalid or missing", "60": "birth date follows the date of service",
    "61": "date of death precedes the date of service", "62": "date of service not within the inquiry period",
    "63": "date of service in the future", "64": "patient's number invalid or missing",
    "65": "patient's name invalid or missing", "66": "patient's sex invalid or missing", "67": "patient not found",
    "68": "patient's number stands for several", "69": "inconsistent with the patient's age",
    "70": "inconsistent with the patient's sex", "71": "birth date does not match the payer's",
    "72": "member number invalid or missing", "73": "subscriber's name invalid or missing",
    "74": "subscriber's sex invalid or missing", "75": "subscriber not found",
    "76": "member number stands for several", "77": "subscriber found, patient not found",
    "78": "subscriber not in the group or plan", "79": "participant's identification invalid",
    "80": "no response received", "95": "patient not eligible", "97": "provider's address invalid or missing",
    "98": "experimental service or procedure", "AA": "authorisation number not found",
    "AE": "authorisation must be requested elsewhere", "T4": "payer's name or number missing",
}  # fmt: skip


def decision(actions: Iterable[str]) -> str:
    """One decision of several: the one that all name, "partially approved" where some are, else all of them."""
    named = list(dict.fromkeys(action for action in actions if action))
    if len(named) <= 1:
        return "".join(named)
    return "partially approved" if "approved" in named else "; ".join(named)
