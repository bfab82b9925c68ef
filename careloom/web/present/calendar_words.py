"""The words of the calendar's reports: what drafts have in common, what a review of a year asks and found, what outcomes are called."""

from collections.abc import Mapping

from careloom import draft
from careloom.web.saying import later

BY: Mapping[str, str] = {
    "protocol": later("protocol"),
    "rule": later("rule"),
    "model": later("model"),
    "template": later("template and section"),
    "source": later("source and kind of entry"),
    "reason": later("reviewer's reason"),
}
PROPOSED: Mapping[str, str] = {
    "protocol": later("read the protocol again; change it where reviewers do"),
    "rule": later("look at the rule, or draft another from one of these drafts"),
    "prompt": later("change the prompt, or take the task from the model"),
    "template": later("change the wording of the template"),
    "mapping": later("look at the mapping of this source"),
}
QUESTIONS: Mapping[str, str] = {
    "audit": later("Is the audit log whole?"),
    "access": later("Does everybody with an account still need it?"),
    "licences": later("Do the licences of those who sign hold?"),
    "training": later("Has everybody who decides the certificate of the training?"),
    "backup": later("Are there backups, and was one restored?"),
    "transport": later("Is the site behind TLS, with a second factor?"),
    "emergencies": later("Has somebody looked at every record opened in an emergency?"),
    "alarms": later("Were alarms acknowledged and ended?"),
    "calendar": later("Was everything of this calendar looked through?"),
    "knowledge": later("Can all of the knowledge be read?"),
}
WELL: Mapping[bool | None, tuple[str, str, str]] = {
    True: ("ok", "✓", later("well")),
    False: ("act", "✗", later("not so")),
    None: ("look", "◆", later("for a person to say")),
}
# A decision that gave no reason of the list.
CODES: Mapping[str, str] = {
    "return": later("sent back"),
    "reject": later("rejected"),
    "taken_back": later("taken back out of the chart"),
}
ENTRIES: Mapping[str, str] = {
    "Condition": later("problems"),
    "Observation": later("results and observations"),
    "MedicationRequest": later("prescriptions"),
    "MedicationStatement": later("medicines as they were told"),
    "MedicationDispense": later("fills"),
    "AllergyIntolerance": later("allergies"),
    "DocumentReference": later("notes"),
    "Encounter": later("visits"),
    "Appointment": later("appointments"),
    "Procedure": later("procedures"),
    "Goal": later("goals"),
    "Coverage": later("coverage"),
    "Patient": later("who the patient is"),
}
OUTCOMES: Mapping[str, str] = {
    "hba1c": later("HbA1c"),
    "systolic": later("Blood pressure, systolic"),
    "diastolic": later("Blood pressure, diastolic"),
    "readmission": later("Unplanned readmission within 30 days"),
    "emergency": later("Emergency visits"),
    "appointments": later("Appointments that were kept"),
    "phq9": later("Depression (PHQ-9)"),
    "gad7": later("Anxiety (GAD-7)"),
    "promis_physical": later("Physical health (PROMIS)"),
    "promis_mental": later("Mental health (PROMIS)"),
}
LOWER, HIGHER = later("lower"), later("higher")
KIND_IDS = frozenset(draft.KINDS)
FOUND: Mapping[str, str] = {
    "events": later("events"),
    "accounts": later("accounts"),
    "unused": later("not signed in for 90 days"),
    "administrators": later("administrators"),
    "licences": later("licences"),
    "expired": later("expired"),
    "must": later("who must have it"),
    "hold": later("who have it"),
    "backups": later("backups"),
    "restores": later("restores"),
    "recovery_key": later("sealed for a recovery key"),
    "behind_tls": later("behind TLS"),
    "second_factor": later("second factor"),
    "session_minutes": later("idle minutes of a session"),
    "unreported": later("not looked at"),
    "raised": later("raised"),
    "escalated": later("not acknowledged in time"),
    "standing": later("standing now"),
    "reports": later("reports"),
    "late": later("late"),
    "looked_through": later("looked through"),
    "problems": later("problems"),
    "version": later("version"),
}
