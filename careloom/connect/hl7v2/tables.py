"""HL7 tables as FHIR's words. Source: HL7 v2-to-FHIR concept maps (2025); what they leave open is "unknown" here too,
unless the table's own words are those of a FHIR status."""

from careloom.care.entry import Code
from careloom.connect.hl7v2.segments import Segment

# 0001, administrative sex.
SEX = {"F": "female", "M": "male", "O": "other", "U": "unknown", "A": "other", "N": "other"}
# 0200, name type, as FHIR's name use; types without a use stay in the order in which they came.
NAME_USES = {
    "L": "official", "R": "official", "D": "usual", "N": "nickname", "MSK": "anonymous", "S": "anonymous",
    "TEMP": "temp", "NAV": "temp", "M": "maiden", "BAD": "old", "NOUSE": "old",
}  # fmt: skip
USES = ("official", "usual", "", "nickname", "anonymous", "temp", "maiden", "old")
# 0085, status of an observation. U and V say "final" in the table itself, B is FHIR's "amended" ("new information").
RESULT = {
    "A": "amended", "B": "amended", "C": "corrected", "D": "entered-in-error", "F": "final", "P": "preliminary",
    "U": "final", "V": "final", "W": "entered-in-error", "X": "cancelled",
}  # fmt: skip
# 0123, status of a report. A is FHIR's "partial" in the table's words ("some, but not all").
REPORT = {
    "O": "registered", "I": "registered", "S": "registered", "N": "registered", "A": "partial", "P": "preliminary",
    "C": "corrected", "R": "partial", "F": "final", "X": "cancelled",
}  # fmt: skip
# 0038, order status.
ORDER = {
    "A": "active", "CA": "revoked", "CM": "completed", "DC": "revoked", "ER": "entered-in-error", "HD": "on-hold",
    "IP": "active", "RP": "revoked", "SC": "active",
}  # fmt: skip
# 0119, order control, where no order status stands. HL7's map has CA (cancel request) as active and DC (discontinue
# request) as revoked; whoever asks that an order be cancelled does not want it done, so that both are revoked here. What is changed (XO, XR, XX) stands as changed.
CONTROL = {
    "AF": "active", "CA": "revoked", "CR": "revoked", "DC": "revoked", "DF": "revoked", "DR": "revoked",
    "FU": "completed", "HD": "active", "HR": "on-hold", "NW": "active", "OC": "revoked", "OD": "revoked",
    "OH": "on-hold", "OK": "active", "PR": "active", "PY": "active", "RL": "active", "RO": "active", "RQ": "active", "XO": "active",
    "XR": "active", "XX": "active",
}  # fmt: skip
# 0119 for a drug's order (FHIR medicationrequest-status): what was cancelled before it began, what was stopped. An
# order that is being replaced (RP, RQ, RU) stops; its replacement (RO) follows with its own control code.
DRUG_CONTROL = {
    "CA": "cancelled", "CR": "cancelled", "OC": "cancelled", "DF": "cancelled", "UA": "cancelled", "DC": "stopped",
    "DR": "stopped", "OD": "stopped", "RP": "stopped", "RQ": "stopped", "RU": "stopped", "HD": "on-hold",
    "HR": "on-hold", "OH": "on-hold", "NW": "active", "OK": "active", "RO": "active", "RL": "active", "XO": "active",
    "XR": "active", "XX": "active", "AF": "active", "RF": "active", "OE": "active", "OR": "active", "PR": "active",
    "PY": "active", "OP": "active", "FU": "completed",
}  # fmt: skip
DRUG_STATUS = {
    "A": "active", "CA": "cancelled", "CM": "completed", "DC": "stopped", "ER": "entered-in-error", "HD": "on-hold",
    "IP": "active", "RP": "stopped", "SC": "active",
}  # fmt: skip
# 0322, completion of an administration.
COMPLETION = {"CP": "completed", "PA": "completed", "RE": "not-done", "NA": "not-done"}
# 0027 and 0485, priority.
PRIORITY = {"S": "stat", "A": "asap", "R": "routine"}
# 0004, patient class, in the words of v3-ActCode; the second is the status of a visit whose event says none.
CLASSES = {
    "E": ("emergency", "in-progress"),
    "I": ("inpatient", "in-progress"),
    "O": ("ambulatory", "in-progress"),
    "P": ("pre-admission", "planned"),
    "R": ("recurring patient", "in-progress"),
    "B": ("obstetrics", "in-progress"),
    "C": ("commercial account", "in-progress"),
    "N": ("not applicable", "in-progress"),
    "U": ("unknown", "unknown"),
}
# Events (0003) that say of themselves what becomes of the visit.
CANCELLED_VISITS = frozenset({"A11", "A27", "A38"})
PLANNED_VISITS = frozenset({"A05", "A14"})
ENDED_VISITS = frozenset({"A03"})
# Events that say how a visit stands. Others (an order's, a change of a person) bring one along as it was known there.
VISIT_EVENTS = frozenset(
    {f"A{number:02}" for number in range(1, 18)}
    | {"A21", "A22", "A23", "A25", "A26", "A27", "A38", "A52", "A53"}
)
GOING_VISITS = frozenset({"A01", "A02", "A06", "A07", "A09", "A10", "A12", "A13", "A15", "A16", "A25", "A26"})
# Events that take a discharge back: its time in PV1-45 no longer holds.
REOPENED_VISITS = frozenset({"A13", "A25"})
# 0127, allergen type, as FHIR's category.
ALLERGENS = {
    "DA": "medication",
    "FA": "food",
    "EA": "environment",
    "AA": "biologic",
    "PA": "environment",
    "LA": "environment",
}
ALLERGIES = frozenset({"DA", "FA", "MA", "EA", "AA", "PA", "LA"})
# 0128, severity.
SEVERITIES = {"SV": "severe", "MO": "moderate", "MI": "mild"}
RISKS = {"SV": "high", "MI": "low"}
# 0436, sensitivity to a causative agent.
SENSITIVITIES = {"AL": "allergy", "IN": "intolerance"}
# 0438, allergy clinical status: clinical status, verification status.
ALLERGY_STATUS = {
    "U": ("active", "unconfirmed"),
    "P": ("active", "unconfirmed"),
    "S": ("active", "unconfirmed"),
    "D": ("active", "unconfirmed"),
    "C": ("active", "confirmed"),
    "I": ("inactive", "confirmed"),
    "E": ("entered-in-error", "entered-in-error"),
}
# 0278, filler status of an appointment, and what an event says of it.
APPOINTMENT = {
    "PENDING": "pending", "WAITLIST": "waitlist", "BOOKED": "booked", "OVERBOOK": "booked", "STARTED": "checked-in",
    "COMPLETE": "fulfilled", "CANCELLED": "cancelled", "CANCELED": "cancelled", "DISCONTINUED": "cancelled",
    "DELETED": "entered-in-error", "NOSHOW": "noshow",
}  # fmt: skip
APPOINTMENT_EVENTS = {
    "S12": "booked", "S13": "booked", "S14": "booked", "S15": "cancelled", "S16": "cancelled",
    "S17": "entered-in-error", "S26": "noshow",
}  # fmt: skip
# 0063, relationship: HL7's own mapping to v3-RoleCode or to contact roles (0131), and its words.
ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
CONTACTS = "http://terminology.hl7.org/CodeSystem/v2-0131"
RELATIONS = {
    "SEL": (ROLES, "ONESELF", "self"), "SPO": (ROLES, "SPS", "spouse"),
    "DOM": (ROLES, "SIGOTHR", "significant other"), "CHD": (ROLES, "CHILD", "child"),
    "GCH": (ROLES, "GRNDCHILD", "grandchild"), "NCH": (ROLES, "NCHILD", "natural child"),
    "SCH": (ROLES, "STPCHLD", "step child"), "FCH": (ROLES, "CHLDFOST", "foster child"),
    "PAR": (ROLES, "PRN", "parent"), "MTH": (ROLES, "MTH", "mother"), "FTH": (ROLES, "FTH", "father"),
    "GRP": (ROLES, "GRPRN", "grandparent"), "EXF": (ROLES, "EXT", "extended family member"),
    "SIB": (ROLES, "SIB", "sibling"), "BRO": (ROLES, "BRO", "brother"), "SIS": (ROLES, "SIS", "sister"),
    "FND": (ROLES, "FRND", "unrelated friend"), "CGV": ("", "", "care giver"), "GRD": ("", "", "guardian"),
    "WRD": ("", "", "ward of court"), "DEP": ("", "", "handicapped dependent"), "OAD": ("", "", "other adult"),
    "EME": ("", "", "employee"), "EMR": (CONTACTS, "E", "employer"), "ASC": ("", "", "associate"),
    "EMC": (CONTACTS, "C", "emergency contact"), "OTH": (CONTACTS, "O", "other"),
}  # fmt: skip
CONTACT_ROLES = {
    "E": "employer",
    "C": "emergency contact",
    "F": "federal agency",
    "I": "insurance company",
    "N": "next of kin",
    "S": "state agency",
    "O": "other",
}
# 0052, type of a diagnosis: a working diagnosis is provisional.
DIAGNOSES = {"W": "provisional"}
# 0443, roles of providers, in the table's words.
PROVIDERS = {
    "AD": "admitting provider", "AT": "attending provider", "CP": "consulting provider",
    "FHCP": "family health care professional", "PP": "primary care provider", "RP": "referring provider",
    "RT": "referred to provider", "PH": "pharmacist", "AP": "administering provider",
}  # fmt: skip
# ISO 639-2 codes of languages as BCP 47 writes them.
LANGUAGES = {
    "ara": "ar", "ben": "bn", "bos": "bs", "chi": "zh", "zho": "zh", "cze": "cs", "ces": "cs", "dan": "da",
    "dut": "nl", "nld": "nl", "eng": "en", "fin": "fi", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de",
    "gre": "el", "ell": "el", "guj": "gu", "hat": "ht", "heb": "he", "hin": "hi", "hun": "hu", "hye": "hy",
    "arm": "hy", "ita": "it", "jpn": "ja", "khm": "km", "kor": "ko", "lao": "lo", "nav": "nv", "nep": "ne",
    "nor": "no", "pan": "pa", "per": "fa", "fas": "fa", "pol": "pl", "por": "pt", "pus": "ps", "rum": "ro",
    "ron": "ro", "rus": "ru", "som": "so", "spa": "es", "srp": "sr", "swa": "sw", "swe": "sv", "tam": "ta",
    "tel": "te", "tgl": "tl", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "yid": "yi",
}  # fmt: skip


def given_or_not(rxa: Segment) -> str:
    """FHIR's status of a dose: RXA-20, else that any reason for refusing it (RXA-18) says that it was not taken.

    Source: HL7 v2.8.2, 4A.4.7.18.
    """
    if rxa.text(21).upper() == "D":
        return "entered-in-error"
    return COMPLETION.get(rxa.text(20).upper(), "not-done" if rxa.raw(18) else "completed")


def relation(codes: tuple[Code, ...], words: str) -> tuple[tuple[Code, ...], str]:
    """A relationship's codes, with HL7's own mapping of each before them, and its words."""
    mapped = []
    for code in codes:
        system, role, plain = RELATIONS.get(code.code.upper(), ("", "", ""))
        if role:
            mapped.append(Code(system, role, plain))
    first = codes[0].code.upper() if codes else ""
    plain = RELATIONS[first][2] if first in RELATIONS else CONTACT_ROLES.get(first, "")
    return tuple(dict.fromkeys([*mapped, *codes])), plain if plain and words in ("", first) else words
