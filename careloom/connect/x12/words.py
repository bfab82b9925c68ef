"""What X12's codes mean, in words: relations, kinds of insurance, and what payers answer.

Short words of our own for the codes that these readers meet; a code without words here is told as the code it is.
Sources: X12 elements 1069 (relationship), 1032 (claim filing indicator), 1029 (claim status), 875 and 1321
(maintenance and coverage), 1390 (eligibility or benefit), external code
lists 139 (adjustment reasons), 507 and 508 (claim status). Lists 306, 886 and 901 stand in `care.review`.
"""

from collections.abc import Mapping

RELATIONS: Mapping[str, str] = {
    "01": "spouse", "18": "self", "19": "child", "20": "employee", "21": "unknown", "39": "organ donor",
    "40": "cadaver donor", "53": "life partner", "G8": "other", "04": "grandparent", "05": "grandchild",
    "07": "nephew or niece", "10": "foster child", "15": "ward", "17": "stepchild", "22": "handicapped dependent",
    "23": "sponsored dependent", "24": "dependent of a minor dependent", "29": "significant other", "32": "mother",
    "33": "father", "34": "other adult", "36": "emancipated minor", "41": "injured plaintiff",
    "43": "child for whom the insured is not financially responsible", "03": "parent", "08": "cousin",
    "25": "ex-spouse", "26": "guardian", "31": "court-appointed guardian", "38": "collateral dependent",
    "60": "annuitant", "D2": "trustee", "GD": "guardian",
}  # fmt: skip
FILING: Mapping[str, str] = {
    "11": "other non-federal programme", "12": "preferred provider organisation", "13": "point of service",
    "14": "exclusive provider organisation", "15": "indemnity insurance",
    "16": "health maintenance organisation, Medicare risk", "17": "dental maintenance organisation",
    "AM": "automobile medical", "BL": "Blue Cross and Blue Shield", "CH": "CHAMPUS", "CI": "commercial insurance",
    "DS": "disability", "FI": "federal employees programme", "HM": "health maintenance organisation",
    "LM": "liability medical", "MA": "Medicare Part A", "MB": "Medicare Part B", "MC": "Medicaid",
    "OF": "other federal programme", "TV": "Title V", "VA": "Veterans Affairs", "WC": "workers' compensation",
}  # fmt: skip
# CLP-02.
CLAIM_STATUSES: Mapping[str, str] = {
    "1": "processed as primary", "2": "processed as secondary", "3": "processed as tertiary", "4": "denied",
    "5": "pended", "10": "received, not in process", "13": "suspended", "15": "suspended, investigation",
    "16": "suspended, return with material", "17": "suspended, review pending",
    "19": "processed as primary, forwarded", "20": "processed as secondary, forwarded",
    "21": "processed as tertiary, forwarded", "22": "reversal of an earlier payment",
    "23": "not our claim, forwarded", "25": "predetermination of price only, no payment",
}  # fmt: skip
# CAS-01 and the commonest of code list 139; the list itself is X12's.
ADJUSTMENTS: Mapping[str, str] = {
    "1": "deductible", "2": "coinsurance", "3": "co-payment", "4": "procedure and modifier do not agree",
    "11": "diagnosis and procedure do not agree", "16": "information is lacking", "18": "duplicate",
    "22": "another payer may be responsible", "23": "what another payer paid or adjusted",
    "26": "before coverage began", "27": "after coverage ended", "29": "filed too late",
    "31": "patient not identified as insured", "35": "lifetime maximum reached", "45": "charge above the allowed amount",
    "49": "routine or preventive service not covered", "50": "not held medically necessary",
    "54": "several physicians not covered", "55": "held experimental", "96": "not covered", "97": "included in another service",
    "109": "not covered by this payer", "119": "benefit maximum reached", "151": "frequency not supported",
    "167": "diagnosis not covered", "197": "no precertification or authorisation", "198": "authorisation exceeded",
    "204": "not covered by the patient's plan", "226": "information from the provider is lacking",
    "227": "information from the patient is lacking", "242": "not by a provider of the network",
    "252": "documentation is lacking",
}  # fmt: skip
# STC-01-1, code list 507, by its first letter and by itself.
STATUS_CATEGORIES: Mapping[str, str] = {
    "A0": "forwarded", "A1": "received", "A2": "accepted for adjudication", "A3": "returned as not processable",
    "A4": "not found", "A5": "split", "A6": "rejected: information missing", "A7": "rejected: information invalid",
    "A8": "rejected: relational field in error", "D0": "search unsuccessful", "E0": "error in the request",
    "E1": "no answer, system trouble", "E2": "no answer, information holder", "E3": "correction required",
    "E4": "trading partner agreement required", "F0": "finalized", "F1": "finalized: paid", "F2": "finalized: denied",
    "F3": "finalized: revised", "F3F": "finalized: forwarded", "F3N": "finalized: not forwarded",
    "F4": "finalized: adjudication complete, no payment", "P0": "pending", "P1": "pending: in process",
    "P2": "pending: payer review", "P3": "pending: provider requested information",
    "P4": "pending: patient requested information", "P5": "pending: payer administrative or system hold",
    "R0": "information requested", "R1": "information requested: entity", "R3": "information requested: claim",
    "R4": "information requested: documentation", "R5": "information requested: additional",
    "R6": "information requested: regulatory", "R7": "information requested: pre-certification",
}  # fmt: skip
# EB-01.
BENEFITS: Mapping[str, str] = {
    "1": "active coverage", "2": "active, full risk capitation", "3": "active, services capitated",
    "4": "active, services capitated to primary care physician", "5": "active, pending investigation",
    "6": "inactive", "7": "inactive, pending eligibility update", "8": "inactive, pending investigation",
    "A": "coinsurance", "B": "co-payment", "C": "deductible", "CB": "coverage basis", "D": "benefit description",
    "E": "exclusions", "F": "limitations", "G": "out of pocket (stop loss)", "H": "unlimited", "I": "not covered",
    "J": "cost containment", "K": "reserve", "L": "primary care provider", "M": "pre-existing condition",
    "MC": "managed care coordinator", "N": "services restricted to provider", "O": "not deemed a medical necessity",
    "P": "benefit disclaimer", "Q": "second surgical opinion required", "R": "other or additional payer",
    "S": "prior year history", "T": "card reported lost or stolen", "U": "contact for benefit information",
    "V": "cannot process", "W": "other source of data", "X": "health care facility", "Y": "spend down",
}  # fmt: skip
ACTIVE, INACTIVE = ("1", "2", "3", "4", "5"), ("6", "7", "8")
# EB-03, EQ-01, UM-03: service types (element 1365), those that guides name most.
SERVICES: Mapping[str, str] = {
    "1": "medical care", "2": "surgical", "3": "consultation", "4": "diagnostic X-ray", "5": "diagnostic laboratory",
    "6": "radiation therapy", "7": "anaesthesia", "8": "surgical assistance", "11": "used durable medical equipment",
    "12": "durable medical equipment purchase", "14": "renal supplies in the home", "18": "durable medical equipment rental",
    "20": "second surgical opinion", "23": "diagnostic dental", "30": "health benefit plan coverage", "33": "chiropractic",
    "35": "dental care", "42": "home health care", "44": "home health visits", "45": "hospice", "47": "hospital",
    "48": "hospital, inpatient", "50": "hospital, outpatient", "51": "hospital, emergency accident",
    "52": "hospital, emergency medical", "53": "hospital, ambulatory surgical", "54": "long-term care", "56": "medically related transport",
    "62": "MRI or CAT scan", "65": "newborn care", "68": "well baby care", "69": "maternity", "73": "diagnostic medical",
    "76": "dialysis", "78": "chemotherapy", "80": "immunisations", "81": "routine physical", "82": "family planning",
    "86": "emergency services", "88": "pharmacy", "93": "podiatry", "98": "professional visit, office",
    "99": "professional visit, inpatient", "A4": "psychiatric", "A6": "psychotherapy", "A7": "psychiatric, inpatient",
    "A8": "psychiatric, outpatient", "A9": "rehabilitation", "AC": "rehabilitation, outpatient", "AD": "occupational therapy",
    "AE": "physical medicine", "AF": "speech therapy", "AG": "skilled nursing care", "AI": "substance abuse", "AL": "vision",
    "BB": "partial hospitalisation", "BS": "invasive procedures", "BY": "physician visit, sick", "BZ": "physician visit, well",
    "CQ": "case management", "MH": "mental health", "PT": "physical therapy", "UC": "urgent care",
}  # fmt: skip
# UM-01.
REVIEWS: Mapping[str, str] = {
    "AR": "admission review", "HS": "health services review", "SC": "specialty care review", "IN": "initial medical services reservation",
}  # fmt: skip
# HSD-01, QTY and EB-09 units of visits and time.
UNITS: Mapping[str, str] = {
    "DY": "days", "FL": "units", "HS": "hours", "MN": "months", "VS": "visits", "UN": "units", "DA": "days", "HR": "hours",
    "MJ": "minutes", "MO": "months", "WK": "weeks", "YR": "years", "P6": "", "99": "",
}  # fmt: skip
# CTP-05, units of a drug (element 355).
MEASURES: Mapping[str, str] = {"F2": "international units", "GR": "g", "ME": "mg", "ML": "mL", "UN": "units"}
# EB-06, HSD-05 periods (element 615).
PERIODS: Mapping[str, str] = {
    "6": "hour", "7": "day", "13": "24 hours", "21": "years", "22": "service year", "23": "calendar year", "24": "year to date",
    "25": "contract", "26": "episode", "27": "visit", "29": "remaining", "32": "lifetime", "33": "lifetime remaining",
    "34": "month", "35": "week", "36": "admission",
}  # fmt: skip
# HD-03, insurance lines of an enrolment.
LINES: Mapping[str, str] = {
    "HLT": "health", "DEN": "dental", "VIS": "vision", "PDG": "prescription drug", "HMO": "health maintenance organisation",
    "PPO": "preferred provider organisation", "POS": "point of service", "EPO": "exclusive provider organisation",
    "HE": "hearing", "LTC": "long-term care", "LTD": "long-term disability", "STD": "short-term disability",
    "MM": "major medical", "MOD": "mail order drug", "AH": "24 hour care", "AG": "preventative care", "AJ": "Medicare risk",
    "AK": "mental health", "DCP": "dental capitation", "FAC": "facility", "PRA": "practitioners", "UR": "utilisation review",
}  # fmt: skip


def told(table: Mapping[str, str], code: str, list_name: str) -> str:
    """The words for a code with the code itself, or the code alone: "duplicate (CARC 18)"."""
    if not code:
        return ""
    words = table.get(code, "")
    return f"{words} ({list_name} {code})" if words else f"{list_name} {code}"
