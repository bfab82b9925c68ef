"""Words and shapes for the house's codes: a mark is a shape and a word, and colour only helps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from careloom.care.document import ContentClass, Severity, Verdict
from careloom.care.entry import When
from careloom.care.second import LineSaid
from careloom.care.system import source_name, spoken
from careloom.knowledge.days import age_on

# What drafts and pages say alike.
__all__ = ["source_name", "spoken"]

ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource")
CHARACTERS = re.compile(r"characters (\d+)[-–](\d+)")

# No number that an address or a form of ours says has more of them.
MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a line: `tone` is ok, plain, look, act or machine and never the only difference."""

    shape: str
    word: str
    tone: str = "plain"
    why: str = ""


VERDICTS: Mapping[Verdict, Mark] = {
    Verdict.SUPPORTED: Mark("✓", "supported", "ok", "its sources say so"),
    Verdict.CONTRADICTED: Mark("✗", "contradicted", "act", "its sources say otherwise"),
    Verdict.NOT_ADDRESSED: Mark("?", "not in its sources", "look", "its sources do not say this"),
}
CLASSES: Mapping[ContentClass, Mark] = {
    ContentClass.ADMINISTRATIVE: Mark("–", "administrative", "plain", "names, times and places alone"),
    ContentClass.GENERAL_EDUCATION: Mark(
        "–", "education", "plain", "general words with nothing of this patient"
    ),
    ContentClass.CLINICAL_SUMMARY: Mark("○", "summary", "plain", "what the record holds"),
    ContentClass.PLAN_CHANGE: Mark("◇", "plan change", "plain", "something to do or to reach"),
    ContentClass.MEDICATION_CHANGE: Mark("◆", "medication", "plain", "changes or instructs about a drug"),
    ContentClass.DIAGNOSTIC_IMPRESSION: Mark("◆", "impression", "plain", "says what the patient may have"),
    ContentClass.UNCLEAR: Mark("◆", "unclear", "plain", "what it asks for is unclear"),
}
WRITERS: Mapping[str, Mark] = {
    "template": Mark("▤", "template", "plain", "filled from approved words and the record"),
    "model": Mark("✦", "machine", "machine", "written by a language model and verified again"),
    "person": Mark("✎", "person", "plain", "written by a person"),
}
SEVERITIES: Mapping[Severity, Mark] = {
    Severity.HIGH: Mark("▲", "high", "act", "a finding that a physician judges"),
    Severity.MODERATE: Mark("■", "moderate", "look", "a finding that at least a nurse judges"),
    Severity.LOW: Mark("▫", "low", "plain", "a finding for information"),
}
SOFTWARE = Mark("✦", "software alone", "look", "no person and no other source says so")
PHYSICIAN = Mark("▲", "physician", "look", "a physician signs this line")
FATES: Mapping[str, Mark] = {
    "struck": Mark("×", "struck", "plain", "neither signed nor filed"),
    "signed": Mark("✓", "signed", "ok", "somebody signed this line"),
    "carried": Mark("✓", "signed before", "ok", "signed in the one in the chart, where it says the same"),
    "automatic": Mark("✓", "automatic", "plain", "an approved text; nobody had to sign this line"),
    "sent back": Mark(
        "↩",
        "sent back",
        "look",
        "somebody sent this line back; it waits to be amended, struck or drafted anew",
    ),
    "to sign": Mark("☑", "to sign", "ok", "you marked this line for your signature"),
    "not filed": Mark("◌", "not filed", "plain", "folded, never opened, and so neither signed nor filed"),
}
# What a second reader says of a line, in her own reading.
SECOND_SAID: Mapping[LineSaid, Mark] = {
    LineSaid.APPROVE: Mark("☑", "you: approve", "ok", "what you say of this line in your second reading"),
    LineSaid.AMEND: Mark("✎", "you: reword", "look", "you would word this line otherwise"),
    LineSaid.STRIKE: Mark("×", "you: strike", "look", "you would strike this line"),
    LineSaid.BACK: Mark("↩", "you: send back", "look", "you would send this line back"),
}
# What differs from the document of its kind that was filed before.
NEWS: Mapping[str, Mark] = {
    "new": Mark("●", "new", "plain", "not in the one that was filed before"),
    "changed": Mark("◐", "changed", "plain", "worded otherwise in the one that was filed before"),
}

# One and many, for "9 more: 2 goals, 5 activities, 2 unknowns".
KINDS: Mapping[str, tuple[str, str]] = {
    "concern": ("concern", "concerns"),
    "goal": ("goal", "goals"),
    "activity": ("activity", "activities"),
    "fact": ("fact", "facts"),
    "gap": ("unknown", "unknowns"),
}
ENTRY_KINDS: Mapping[str, str] = {
    "AllergyIntolerance": "allergy",
    "Appointment": "appointment",
    "CarePlan": "earlier care plan",
    "CareTeam": "care team",
    "Claim": "claim",
    "ClaimResponse": "payer's answer",
    "Condition": "condition",
    "Coverage": "insurance",
    "DiagnosticReport": "report",
    "DocumentReference": "note",
    "Encounter": "visit",
    "ExplanationOfBenefit": "payer's statement",
    "FamilyMemberHistory": "family history",
    "Goal": "earlier goal",
    "Immunization": "immunisation",
    "List": "list",
    "MedicationAdministration": "dose given",
    "MedicationDispense": "pharmacy fill",
    "MedicationRequest": "prescription",
    "MedicationStatement": "medicine as reported",
    "Observation": "result",
    "Patient": "patient details",
    "Procedure": "procedure",
    "QuestionnaireResponse": "questionnaire",
    "ServiceRequest": "order",
    "Task": "task",
}
# HL7 v3 ObservationInterpretation, the codes that laboratories send.
INTERPRETATIONS: Mapping[str, str] = {
    "H": "high",
    "HH": "critically high",
    "L": "low",
    "LL": "critically low",
    "A": "abnormal",
    "AA": "critically abnormal",
    "N": "normal",
    "POS": "positive",
    "NEG": "negative",
}
# UCUM as a person writes it; whatever is not here is printed as the source wrote it.
UNITS: Mapping[str, str] = {
    "mm[Hg]": "mmHg",
    "[degF]": "°F",
    "Cel": "°C",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "mL/min/{1.73_m2}{m2}": "mL/min/1.73 m²",
    "kg/m2": "kg/m²",
    "{score}": "",
    "1": "",
}
ROLES: Mapping[str, str] = {
    "registered_nurse": "nurse",
    "physician": "physician",
    "care_coordinator": "coordinator",
    "pharmacist": "pharmacist",
    "social_worker": "social worker",
    "community_health_worker": "community health worker",
    "medical_assistant": "medical assistant",
    "practical_nurse": "practical nurse",
    "advanced_practice_nurse": "advanced practice nurse",
    "physician_assistant": "physician assistant",
    "dietitian": "dietitian",
    "quality_lead": "quality lead",
    "administrator": "administrator",
    "auditor": "auditor",
}


LEGEND: tuple[Mark, ...] = (
    *VERDICTS.values(),
    *SEVERITIES.values(),
    *CLASSES.values(),
    *WRITERS.values(),
    PHYSICIAN,
    *NEWS.values(),
    *FATES.values(),
)


def unit(code: str | None) -> str:
    """A UCUM unit as a person writes it, with a space before it where there is one; "" for none."""
    said = UNITS.get(code or "", code or "")
    return f" {said}" if said else ""


def place_words(where: str) -> str:
    """A place in a source as a person says it: "entry 4 of its file", "characters 196–239 of the note"."""
    if match := ENTRY.fullmatch(where):
        return f"entry {int(match[1]) + 1} of its file"
    if match := CHARACTERS.fullmatch(where):
        return f"characters {match[1]}–{match[2]} of the note"
    return where


def count(number: int, one: str, many: str = "") -> str:
    """ "1 line", "6 lines"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def number(text: str, otherwise: int = 1) -> int:
    """The whole number that an address or a form says; `otherwise` where it says none, or one of more than nine digits."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else otherwise


def listed(parts: list[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def day(at: When | None) -> str:
    """A time as a page prints it: the source's precision, ISO, with the clock time where there is one."""
    if at is None:
        return "no date"
    if len(at.text) >= 16 and at.text[10] in "T ":
        return f"{at.text[:10]} {at.text[11:16]}"
    return at.day.isoformat() if len(at.text) >= 8 and at.text[:8].isdigit() else at.text


def moment(at: datetime | None, now: datetime) -> str:
    """A time of ours in the reader's zone (that of `now`): "08:12", "yesterday 16:40", "20 Nov 16:40"."""
    if at is None:
        return ""
    local = at.astimezone(now.tzinfo)
    clock = f"{local:%H:%M}"
    days = (now.date() - local.date()).days
    if days == 0:
        return f"today {clock}"
    if days in (1, -1):
        return f"{'yesterday' if days == 1 else 'tomorrow'} {clock}"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {clock}"


def full(at: datetime, now: datetime) -> str:
    """A time of ours for paper: "23 Nov 2026 08:12" in the zone of `now`."""
    local = at.astimezone(now.tzinfo)
    return f"{local.day} {local:%b %Y %H:%M}"


def span(seconds: float) -> str:
    """How long in the largest unit that fits: "5 min", "2 h", "3 d"."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def age(birth_date: str | None, on: date) -> str:
    """Age in whole years on a day; from a partial birth date at most the year's difference, marked "about"."""
    if not birth_date or not birth_date[:4].isdigit():
        return ""
    if len(birth_date) < 10:
        return f"about {on.year - int(birth_date[:4])}"
    years = age_on(on, birth_date[:10])
    return "" if years is None else str(years)


def sex(code: str | None) -> str:
    """FHIR's administrative gender as a banner prints it."""
    return {"female": "F", "male": "M"}.get(code or "", code or "")


def sentence(words: str) -> str:
    """The words with a capital at the front and a full stop at the end."""
    words = spoken(words.strip())
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}" if words else ""
