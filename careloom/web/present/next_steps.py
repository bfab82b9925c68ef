"""What to do about a finding: each rule's next step in one sentence, for whoever reads it. It orders nothing; who may do it is the tier's."""

from collections.abc import Mapping

from careloom.web.saying import later

# By the rule's name, as docs/safety.md lists them.
NEXT: Mapping[str, str] = {
    "citations": later("Strike the line, or amend it to what an entry of this record says."),
    "grounding": later(
        "Compare the line with its source beside it; amend it to the source's words, or strike it."
    ),
    "polarity": later(
        "Compare what the line says with what its source says, whose it is and whether it still holds; amend or strike it."
    ),
    "people": later(
        "Take the name out, or strike the line, unless it is somebody of this patient's care team."
    ),
    "instructs": later("Amend the line so that it asks who may decide, or leave it to the physician."),
    "injected": later(
        "Read the source's own words as data; amend or strike a line that repeats what it asks of software."
    ),
    "allergy": later(
        "Ask the patient what happened and when, and let the prescriber know before anything is given; record what was said."
    ),
    "interaction": later("Ask whether both are taken, and how; let the prescriber decide."),
    "circumstance": later("Ask whether it is taken, and by whose advice; let the prescriber decide."),
    "renal": later(
        "Look at the newest kidney result and its date; let the prescriber decide on the dose, or on a new result first."
    ),
    "duplicate": later(
        "Ask which of the products are taken, from whom and how; let the prescriber say which one stays."
    ),
    "opioid": later("Ask what is taken and whether naloxone is at hand; let the prescriber decide."),
    "fills": later(
        "Ask what is taken, from whom, and what is left at home; look at the state's prescription drug monitoring program where it is a controlled drug, "
        "and tell each prescriber; stop nothing at once."
    ),
    "omission": later(
        "Open the entry; amend a line so that it tells it, send the draft back, or say in your reason why it needn't be told."
    ),
    "self_harm": later(
        "Don't wait for this document: see the page Urgent, and speak with the patient and a clinician now."
    ),
    "lapse": later(
        "Reach the patient today: ask whether it is taken, since when not and why; tell the physician or cardiologist at once, and stop or start nothing yourself."
    ),
    "oxygen_fire": later(
        "Ask who smokes in the home and where the oxygen stands; speak of fire, offer help to quit, and tell the physician."
    ),
    "lethal_means": later(
        "Speak with the patient today, and with the family where the patient agrees: who keeps the firearm or the medicines, and where; tell the clinician."
    ),
    "red_flag": later(
        "Don't wait for this document: see the page Urgent, and speak with the patient and a clinician now."
    ),
    "danger_sign": later(
        "Find out whether somebody has acted on this note; if not, speak with the patient and a clinician now."
    ),
    "maternal": later(
        "Don't wait for this document: reach her now, ask about the sign and have blood pressure measured, and tell the obstetric physician; 911 where she can't be reached or gets worse."
    ),
    "bleeding": later(
        "Don't wait for this document: ask the patient now how much, since when and what else, and tell the physician; any bleeding that goes on is an emergency."
    ),
    "head_injury": later(
        "Don't wait for this document: ask now how the patient is and whether an emergency department has looked; if not, tell the physician and send the patient there."
    ),
    "weekly": later(
        "Don't wait for this document: ask the patient now which tablets are taken on which day, and tell the prescriber before the next dose."
    ),
    "fever": later(
        "Don't wait for this document: reach the family now, and see that an emergency department looks at once."
    ),
    "strangulation": later(
        "Speak with the patient alone today: ask about breath, voice, swallowing and headache, have a clinician look, and ask about safety; nothing of it by mail."
    ),
    "adrenal": later(
        "Tell the physician now, with the results and the day on which the drug was last taken; let the physician decide."
    ),
    "weight_gain": later(
        "Call today: ask about breathlessness lying down, swelling and what is taken; tell the physician the same day."
    ),
    "alcohol": later(
        "Ask today how much is drunk and whether naloxone is at hand; let the prescriber decide, and stop nothing at once."
    ),
    "hypoglycemia": later(
        "Call today: ask for a value of now, about meals left out, and who helped; let the prescriber decide on the dose."
    ),
    "reye": later(
        "Ask the family today what it is given for and how the child is; let the prescriber decide."
    ),
    "restricted": later("Somebody whose role reads restricted records looks at it before this is signed."),
    "absent": later(
        "Whoever runs the site mends the file that is named; until then check by hand what it would have asked for."
    ),
    "software": later("Ask the patient, or find a source that a person wrote, before you rely on it."),
    "hard_words": later("Say it in shorter sentences and plainer words."),
    "language": later("Ask which language the patient reads, and have it recorded, before this is sent."),
}


def next_step(rule: str) -> str:
    """What to do about a finding of this rule; "" for one that we don't know."""
    return NEXT.get(rule, "")
