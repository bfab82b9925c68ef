"""Words and shapes for the house's codes: a mark is a shape and a word, and colour only helps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext, ngettext

from careloom.care.document import ContentClass, Severity, Verdict
from careloom.care.entry import When
from careloom.care.second import LineSaid
from careloom.care.system import source_name, spoken
from careloom.knowledge.days import age_on
from careloom.web.saying import both, later

# What drafts and pages say alike.
__all__ = ["source_name", "spoken"]

ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource")
CHARACTERS = re.compile(r"characters (\d+)[-–](\d+)")
_NOTE = re.compile(r"\{[^}]*\}")

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
    Verdict.SUPPORTED: Mark("✓", later("supported"), "ok", later("its sources say so")),
    Verdict.CONTRADICTED: Mark("✗", later("contradicted"), "act", later("its sources say otherwise")),
    Verdict.NOT_ADDRESSED: Mark(
        "?", later("not in its sources"), "look", later("its sources do not say this")
    ),
}
CLASSES: Mapping[ContentClass, Mark] = {
    ContentClass.ADMINISTRATIVE: Mark(
        "–", later("administrative"), "plain", later("names, times and places alone")
    ),
    ContentClass.GENERAL_EDUCATION: Mark(
        "–", later("education"), "plain", later("general words with nothing of this patient")
    ),
    ContentClass.CLINICAL_SUMMARY: Mark("○", later("summary"), "plain", later("what the record holds")),
    ContentClass.PLAN_CHANGE: Mark("◇", later("plan change"), "plain", later("something to do or to reach")),
    ContentClass.MEDICATION_CHANGE: Mark(
        "◆", later("medication"), "plain", later("changes or instructs about a drug")
    ),
    ContentClass.DIAGNOSTIC_IMPRESSION: Mark(
        "◆", later("impression"), "plain", later("says what the patient may have")
    ),
    ContentClass.UNCLEAR: Mark("◆", later("unclear"), "plain", later("what it asks for is unclear")),
}
WRITERS: Mapping[str, Mark] = {
    "template": Mark("▤", later("template"), "plain", later("filled from approved words and the record")),
    "model": Mark("✦", later("machine"), "machine", later("written by a language model and verified again")),
    "person": Mark("✎", later("person"), "plain", later("written by a person")),
}
SEVERITIES: Mapping[Severity, Mark] = {
    Severity.HIGH: Mark("▲", later("high"), "act", later("a finding that a physician judges")),
    Severity.MODERATE: Mark("■", later("moderate"), "look", later("a finding that at least a nurse judges")),
    Severity.LOW: Mark("▫", later("low"), "plain", later("a finding for information")),
}
# How many findings of a severity: "3 moderate".
GRADED: Mapping[Severity, tuple[str, str]] = {
    Severity.HIGH: both("{number} high", "{number} high"),
    Severity.MODERATE: both("{number} moderate", "{number} moderate"),
    Severity.LOW: both("{number} low", "{number} low"),
}
SOFTWARE = Mark("✦", later("software alone"), "look", later("no person and no other source says so"))
PHYSICIAN = Mark("▲", later("physician"), "look", later("a physician signs this line"))
FATES: Mapping[str, Mark] = {
    "struck": Mark("×", later("struck"), "plain", later("neither signed nor filed")),
    "signed": Mark("✓", later("signed"), "ok", later("somebody signed this line")),
    "carried": Mark(
        "✓", later("signed before"), "ok", later("signed in the one in the chart, where it says the same")
    ),
    "automatic": Mark(
        "✓", later("automatic"), "plain", later("an approved text; nobody had to sign this line")
    ),
    "sent back": Mark(
        "↩",
        later("sent back"),
        "look",
        later("somebody sent this line back; it waits to be amended, struck or drafted anew"),
    ),
    "to sign": Mark("☑", later("to sign"), "ok", later("you marked this line for your signature")),
    "not filed": Mark(
        "◌", later("not filed"), "plain", later("folded, never opened, and so neither signed nor filed")
    ),
}
# What a second reader says of a line, in her own reading.
SECOND_SAID: Mapping[LineSaid, Mark] = {
    LineSaid.APPROVE: Mark(
        "☑", later("you: approve"), "ok", later("what you say of this line in your second reading")
    ),
    LineSaid.AMEND: Mark("✎", later("you: reword"), "look", later("you would word this line otherwise")),
    LineSaid.STRIKE: Mark("×", later("you: strike"), "look", later("you would strike this line")),
    LineSaid.BACK: Mark("↩", later("you: send back"), "look", later("you would send this line back")),
}
# What differs from the document of its kind that was filed before.
NEWS: Mapping[str, Mark] = {
    "new": Mark("●", later("new"), "plain", later("not in the one that was filed before")),
    "changed": Mark(
        "◐", later("changed"), "plain", later("worded otherwise in the one that was filed before")
    ),
}

# One and many, for "9 more: 2 goals, 5 activities, 2 unknowns".
KINDS: Mapping[str, tuple[str, str]] = {
    "concern": both("concern", "concerns"),
    "goal": both("goal", "goals"),
    "activity": both("activity", "activities"),
    "fact": both("fact", "facts"),
    "gap": both("unknown", "unknowns"),
}
ENTRY_KINDS: Mapping[str, str] = {
    "AllergyIntolerance": later("allergy"),
    "Appointment": later("appointment"),
    "CarePlan": later("earlier care plan"),
    "CareTeam": later("care team"),
    "Claim": later("claim"),
    "ClaimResponse": later("payer's answer"),
    "Condition": later("condition"),
    "Coverage": later("insurance"),
    "DiagnosticReport": later("report"),
    "DocumentReference": later("note"),
    "Encounter": later("visit"),
    "ExplanationOfBenefit": later("payer's statement"),
    "FamilyMemberHistory": later("family history"),
    "Goal": later("earlier goal"),
    "Immunization": later("immunisation"),
    "List": later("list"),
    "MedicationAdministration": later("dose given"),
    "MedicationDispense": later("pharmacy fill"),
    "MedicationRequest": later("prescription"),
    "MedicationStatement": later("medicine as reported"),
    "Observation": later("result"),
    "Patient": later("patient details"),
    "Procedure": later("procedure"),
    "QuestionnaireResponse": later("questionnaire"),
    "ServiceRequest": later("order"),
    "DeviceRequest": later("order of a device"),
    "AdverseEvent": later("adverse event"),
    "Communication": later("communication"),
    "Task": later("task"),
}
# HL7 v3 ObservationInterpretation, the codes that laboratories send.
INTERPRETATIONS: Mapping[str, str] = {
    "H": later("high"),
    "HH": later("critically high"),
    "L": later("low"),
    "LL": later("critically low"),
    "A": later("abnormal"),
    "AA": later("critically abnormal"),
    "N": later("normal"),
    "POS": later("positive"),
    "NEG": later("negative"),
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
    "registered_nurse": later("nurse"),
    "physician": later("physician"),
    "care_coordinator": later("coordinator"),
    "pharmacist": later("pharmacist"),
    "social_worker": later("social worker"),
    "community_health_worker": later("community health worker"),
    "medical_assistant": later("medical assistant"),
    "practical_nurse": later("practical nurse"),
    "advanced_practice_nurse": later("advanced practice nurse"),
    "physician_assistant": later("physician assistant"),
    "dietitian": later("dietitian"),
    "quality_lead": later("quality lead"),
    "administrator": later("administrator"),
    "auditor": later("auditor"),
}
# Whose an activity is (care/document.py ROLES), as it is read.
OWNERS: Mapping[str, str] = {
    "coordinator": later("coordinator"),
    "nurse": later("nurse"),
    "physician": later("physician"),
    "pharmacist": later("pharmacist"),
    "social_worker": later("social worker"),
    "dietitian": later("dietitian"),
    "patient": later("patient"),
    "caregiver": later("caregiver"),
}

# What people do for a patient (care/worked.py ACTIVITIES), as it is read.
ACTIVITIES: Mapping[str, str] = {
    "review": later("Reviewing a draft"),
    "write": later("Writing"),
    "read": later("Reading"),
    "call": later("On the phone"),
    "visit": later("On a visit"),
    "paper": later("On paper"),
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
    """A UCUM unit as a person writes it, with a space before it where there is one; "" for none.

    What UCUM has in braces is a note and no unit: "{INR}" is none, "{beats}/min" is /min.
    """
    said = UNITS.get(code or "", _NOTE.sub("", code or "").strip())
    return f" {said}" if said else ""


def owner_words(owner: str) -> str:
    """Whose an activity is, as the reader's language says it; "" for nobody's."""
    return str(OWNERS.get(owner, owner.replace("_", " ")))


def activity_word(activity: str) -> str:
    """What an activity is called in the reader's language."""
    return str(ACTIVITIES.get(activity, activity))


def place_words(where: str) -> str:
    """A place in a source as a person says it: "entry 4 of its file", "characters 196–239 of the note"."""
    if match := ENTRY.fullmatch(where):
        return gettext("entry {more} of its file").format(more=int(match[1]) + 1)
    if match := CHARACTERS.fullmatch(where):
        return gettext("characters {match}–{match2} of the note").format(match=match[1], match2=match[2])
    return where


def count(number: int, one: str, many: str = "") -> str:
    """ "1 line", "6 lines"."""
    return f"{number} {ngettext(one, many or f'{one}s', number)}"


def graded(severity: Severity, number: int) -> str:
    """ "1 high", "3 moderate", of findings."""
    return ngettext(*GRADED[severity], number).format(number=number)


def number(text: str, otherwise: int = 1) -> int:
    """The whole number that an address or a form says; `otherwise` where it says none, or one of more than nine digits."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else otherwise


def listed(parts: Sequence[str], last: str = "") -> str:
    """ "a", "a and b", "a, b and c"; `last` where another language than the reader's has its own word for "and"."""
    if len(parts) < 2:
        return str(parts[0]) if parts else ""
    joined = last or gettext("and")
    # Spanish says "e" before the sound of an i.
    if joined == "y" and re.match(r"h?i(?!e)", str(parts[-1]), re.IGNORECASE):
        joined = "e"
    return f"{', '.join(map(str, parts[:-1]))} {joined} {parts[-1]}"


def day(at: When | None) -> str:
    """A time as a page prints it: the source's precision, ISO, with the clock time where there is one."""
    if at is None:
        return gettext("no date")
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
        return gettext("today {clock}").format(clock=clock)
    if days in (1, -1):
        word = gettext("yesterday") if days == 1 else gettext("tomorrow")
        return f"{word} {clock}"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{brief(local)}{year} {clock}"


def brief(at: date | None, *, year: bool = False, weekday: bool = False) -> str:
    """A day of ours in the reader's language: "23 Nov", "Mon 23 Nov", "23 Nov 2026"; "23 nov" in Spanish; "" for none."""
    if at is None:
        return ""
    named, month = str(WEEKDAYS_ABBR[at.weekday()]), str(MONTHS_3[at.month])
    month = month if (get_language() or "").startswith("es") else month.title()
    return " ".join(
        filter(None, (named if weekday else "", str(at.day), month, str(at.year) if year else ""))
    )


def full(at: datetime, now: datetime) -> str:
    """A time of ours for paper: "23 Nov 2026 08:12" in the zone of `now`."""
    local = at.astimezone(now.tzinfo)
    return f"{brief(local, year=True)} {local:%H:%M}"


def span(seconds: float) -> str:
    """How long in the largest unit that fits: "5 min", "2 h", "3 d"."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return gettext("{max} min").format(max=max(minutes, 0))
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def age(birth_date: str | None, on: date) -> str:
    """Age in whole years on a day; from a partial birth date at most the year's difference, marked "about"."""
    if not birth_date or not birth_date[:4].isdigit():
        return ""
    if len(birth_date) < 10:
        return gettext("about {int}").format(int=on.year - int(birth_date[:4]))
    years = age_on(on, birth_date[:10])
    return "" if years is None else str(years)


def sex(code: str | None) -> str:
    """FHIR's administrative gender as a banner prints it."""
    return {"female": "F", "male": "M"}.get(code or "", code or "")


def sentence(words: str) -> str:
    """The words with a capital at the front and a full stop at the end."""
    words = spoken(words.strip())
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}" if words else ""
