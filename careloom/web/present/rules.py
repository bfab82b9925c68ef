"""What the rules of the check say, as the templates from which a reader's language is told: the English is kept, signed and filed.

What fills a hole is a name, a value or the words of a list (interactions, kidney limits, guidelines) and stays in the list's English.
"""

from collections.abc import Iterable, Mapping

from careloom.care.document import Finding
from careloom.check import grounding, polarity, restricted
from careloom.web.present import alarms
from careloom.web.present.medicines import sentences
from careloom.web.present.recorded import flags_named, listed_words, lists_named, measure_begun, together
from careloom.web.present.told import Holes, Said, as_words, in_english_now, told, told_by
from careloom.web.present.told import in_words as in_one
from careloom.web.saying import later

BETWEEN = Said(" ", False)
_RECOMMENDS = later("It recommends {more}")
# What is said of other words than the sources' has those words behind it.
_JUDGED = (later("{more}: “{words}”"),)
# What the medication checks looked at.
COVERAGE = (
    later("{checked} of {drugs} drugs checked against {lists}; not known here: {names}"),
    later("{checked} of {drugs} drugs checked against {lists}"),
    later("No current drug is recorded, so none was checked against {lists}"),
)
_HARMS = (
    *COVERAGE,
    _RECOMMENDS,
    later("{more} Besides, {more2}"),
    later("{more} This patient: {values}. The prescriber is told today."),
    later("{more} This patient: {values}."),
    later("{more} Also: {others}."),
    later("{more} Worst: {more2}"),
    later("{drugs} together: {said}"),
    later("{drugs} with {others} at age {age}: {said}"),
    later("{drugs} with {others}: {said}"),
    later("{drugs} at age {age}: {said}"),
)
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    grounding.NAME: (*map(later, grounding.SAYS.values()), *_JUDGED),
    polarity.NAME: (*map(later, polarity.SAYS.values()), *_JUDGED),
    "citations": (
        later("The document is about another patient than the record"),
        later("It cites nothing"),
        later("No citation is given; the record supports it"),
        later("Its source withdrew the cited entry {entry}"),
        later("It cites something that is no id, which is no entry of this patient's record"),
        later("It cites {entry}, which is no entry of this patient's record"),
    ),
    "people": (
        later("It names a person who is neither the patient nor of the care team"),
        later("It may name a person: a capitalised word that its sources don't have"),
    ),
    "instructs": (
        later("It tells of a change of a drug"),
        later("It puts a change of a drug to the physician or pharmacist"),
        later("It tells its reader to start, stop or change a drug"),
    ),
    "injected": (
        later("A source holds text that speaks to software; it is shown, not obeyed"),
        later("It repeats text that speaks to software"),
    ),
    "allergy": (
        later("{drug} is current, and {more}"),
        later("It recommends {drug}, and {more}"),
        later("an allergy to {substance} is recorded: {more}"),
        later("an intolerance to {substance} is recorded: {more}"),
        later("an allergy to {substance} was recorded; {said}"),
        later("an intolerance to {substance} was recorded; {said}"),
        later("it is the same drug"),
        later("it belongs to the same class ({source})"),
        later("it belongs to the same class"),
    ),
    "interaction": _HARMS,
    "circumstance": _HARMS,
    "renal": (
        later("It recommends {drug}. Cannot dose it: {more}"),
        _RECOMMENDS,
        later("Cannot dose {drugs}: {more}"),
        later("{more} Taken: {amount} mg a day."),
        later(
            "{drug} at creatinine clearance {value} mL/min (Cockcroft-Gault: age {age}, actual weight {weight}, "
            "creatinine {creatinine}): {said}"
        ),
        later("{drug} at {more}: {said}"),
        later("{drug} with {problem}: {said}"),
        later("eGFR {value} mL/min/1.73 m2 (CKD-EPI 2021 from creatinine {creatinine})"),
        later("{count} of 3 hold (age {age}, weight {weight}, creatinine {creatinine})"),
        later("with {problems}"),
        later("no potassium of the last 12 months"),
        later("no weight of the last 12 months"),
        later("no creatinine of the last 12 months"),
        later("no creatinine or eGFR of the last 12 months"),
        later("age or sex is not known"),
        later("the equations are for adults"),
        later("{more} (the last is of {day})"),
        later("{more} (that of {day} is no number)"),
        later("{more} (that of {day} has a unit that is not its own)"),
        later("{more} (that of {day} has no unit)"),
    ),
    "duplicate": (
        later(
            "A note ({source}, {day}) tells that two bottles of {drug} are used: ask what is taken, and check the sum of both"
        ),
        later("{more}; a long-acting and a short-acting one are often meant"),
        later("{drug} is in two products ({products}): check the sum of both"),
        later("It recommends {drug}, and {other} is taken: {said}"),
        later("{drug} and {other}: {said}"),
    ),
    "opioid": (
        later("{more} No naloxone is listed; it is offered with {reasons}. {more2}"),
        later("{more} From {amount} MME a day on, weigh benefit and risk anew. {more2}"),
        later("MME is no dose to change opioids by. ({source})"),
        later(
            "Opioids: at most {total} MME a day, an upper bound by what was filled and no dose ({each}); {more}"
        ),
        later("Opioids: at most {total} MME a day, an upper bound by what was filled and no dose ({each})."),
        later("Opioids: {total} MME a day ({each}); {more}"),
        later("Opioids: {total} MME a day ({each})."),
        later("{drugs}: no daily amount that can be counted."),
    ),
    "fills": (
        later(
            "{drug} (by {who}) and {other} (by {whose}) come from two prescribers: look at the state's prescription drug monitoring program, "
            "and see that both know of each other today ({source})"
        ),
        later(
            "{drug} (by {who}) and {other} (by {whose}) come from two prescribers of one practice ({practice}): look at the state's prescription drug "
            "monitoring program, and see that both know of each other today ({source})"
        ),
        later(
            "{more}, by another prescriber of the same practice, {practice} ({who}; {whose}): ask what is taken and what is left, and tell both ({source})"
        ),
        later(
            "{more}, by another prescriber ({who}; {whose}): ask what is taken and what is left, and tell both ({source})"
        ),
        later(
            "{more}, at another pharmacy ({who}; {whose}): ask what is taken and what is left, and tell the prescriber ({source})"
        ),
        later("{more}: ask what is taken and what is left, and tell the prescriber ({source})"),
        later(
            "{drug} was filled on {day} for {days} days and again on {day2}, {early} days before that was used up"
        ),
    ),
    "omission": (
        later("No statement cites {result} of {day}, which is critically high ({source})"),
        later("No statement cites {result} of {day}, which is critically low ({source})"),
        later("No statement cites that {measure} is rising: {values}"),
        later("No statement cites that {measure} is falling: {values}"),
        later("No statement cites that {measure} are rising: {values}"),
        later("No statement cites that {measure} are falling: {values}"),
        later("No statement cites that {measure} is steady: {values}"),
        later("No statement cites that {measure} are steady: {values}"),
        later("No statement cites the active problem {problem}"),
        later("No statement cites {drug}, a high-alert drug"),
    ),
    "self_harm": (
        later(
            "The question about self-harm (PHQ-9, item 9) was answered yes on {day}: act on it now, outside this plan"
        ),
        later(
            "A note ({source}) tells of thoughts of suicide or self-harm: act on it now, outside this plan"
        ),
        later(
            "A note ({source}) tells of thoughts of suicide or self-harm; whether they are the patient's or those of the relative who is "
            "named isn't clear: ask now, outside this plan"
        ),
    ),
    "lapse": (
        later(
            "{drug} is stopped or ran out, with {problem}: without it a clot can close a stent, a valve or an artery; reach the patient today, and let "
            "the physician decide ({guideline})"
        ),
    ),
    "oxygen_fire": (
        later(
            "Smoking is told (note of {day}) beside oxygen at home: fire; speak with the patient and household, and tell the physician ({guideline})"
        ),
    ),
    "lethal_means": (
        later(
            "A note ({source}) tells of a firearm, or of medicines put away or put by, and thoughts of suicide are told: ask today how they are "
            "kept out of reach, away from the home or locked by somebody else ({guideline})"
        ),
    ),
    "red_flag": (later("It tells of {signs}: act on it now, outside this note"),),
    "head_injury": (
        later(
            "A note ({source}) tells of a blow to the head, and {drugs} is taken: see today that an emergency department has looked, "
            "or send for it ({guideline})"
        ),
        later(
            "A note ({source}) tells of a blow to the head, and {drugs} are taken: see today that an emergency department has looked, "
            "or send for it ({guideline})"
        ),
    ),
    "weekly": (
        later(
            "A note ({source}) tells of methotrexate as taken every day: for joints and skin it is taken once a week, and every day it has killed: "
            "call the patient and the prescriber today, about a blood count and creatinine too ({guideline})"
        ),
    ),
    **alarms.TEMPLATES,
    "danger_sign": (later("A note ({source}) tells of {signs}: see that somebody has acted on it"),),
    "bleeding": (
        later(
            "A note ({source}) tells of {signs}, and {drugs} is taken: speak with the patient and the physician now; iron and bismuth turn "
            "stool black, too, which is asked and not assumed ({guideline})"
        ),
        later(
            "A note ({source}) tells of {signs}, and {drugs} are taken: speak with the patient and the physician now; iron and bismuth turn "
            "stool black, too, which is asked and not assumed ({guideline})"
        ),
    ),
    "maternal": (
        later(
            "A note ({source}) tells of {signs} in a pregnancy or in the year after a birth: reach her now, have blood pressure measured and tell the "
            "obstetric physician ({guideline})"
        ),
    ),
    "alcohol": (
        later(
            "A note ({source}) tells of drinking alcohol, and {drugs} is taken: deep sedation, breathing slows or stops; ask how much, and "
            "tell the prescriber today ({guideline})"
        ),
        later(
            "A note ({source}) tells of drinking alcohol, and {drugs} are taken: deep sedation, breathing slows or stops; ask how much, and "
            "tell the prescriber today ({guideline})"
        ),
    ),
    "hypoglycemia": (
        later(
            "{more}, and {drugs} is taken: call today, ask for a value of now and about meals left out, and tell the prescriber today "
            "({guideline})"
        ),
        later(
            "{more}, and {drugs} are taken: call today, ask for a value of now and about meals left out, and tell the prescriber today "
            "({guideline})"
        ),
        later("{more}, and {drugs} is taken: ask about it, and tell the prescriber ({guideline})"),
        later("{more}, and {drugs} are taken: ask about it, and tell the prescriber ({guideline})"),
        later("Glucose was below {limit} mg/dL (level 2) in the last 30 days: {values}"),
        later("Glucose was below {limit} mg/dL (level 1) in the last 30 days: {values}"),
        later(
            "A note ({source}) tells of fainting, a seizure or somebody who couldn't be woken, which may be low glucose (level 3)"
        ),
        later("A note ({source}) tells of low glucose that needed help (level 3)"),
        later("A note ({source}) tells of glucose {value} mg/dL, below {limit} (level 2)"),
        later("A note ({source}) tells of glucose {value} mg/dL, below {limit} (level 1)"),
        later("A note ({source}) tells of confusion, which may be low glucose (level 3)"),
        later("A note ({source}) tells of low glucose"),
    ),
    "reye": (
        later(
            "{drugs} at age {age}, and a fever, the flu or chickenpox is told: not to be used then, speak with the family and the prescriber "
            "today ({source})"
        ),
        later(
            "{drugs} at age {age}: ask what for; it is not to be used with or after chickenpox or flu-like symptoms ({source})"
        ),
    ),
    restricted.NAME: (later("restricted information; check incomplete"),),
    "absent": (later("Absent from this draft is what could not be used: {problem}"),),
    "software": (
        later("Only what software wrote supports it ({sources}); no person and no other source says so"),
    ),
    "hard_words": (later("It reads at grade {grade}; what patients read is to be at grade {most} or below"),),
    "language": (
        later(
            "A source tells of a need with language, and none says which one this patient reads: ask before this goes out"
        ),
    ),
}

# What fills these holes are words of our lists.
HOLES: Holes = {
    "lists": lists_named,
    "drugs": together,
    "others": together,
    "products": together,
    "names": together,
    "signs": flags_named,
    "results": alarms.results_named,
    "measure": listed_words,
    "begun": measure_begun,
    "said": sentences,
}
# Why something is asked on the telephone that may harm now (record/asks.py): results, then what a finding says of its drugs.
_PRESSING = (
    later("{begun} was {value} on {iso}, a critical result. {more}"),
    later("{begun} was {value} on {iso}, a critical result."),
    later("{begun} were {value} on {iso}, a critical result. {more}"),
    later("{begun} were {value} on {iso}, a critical result."),
    *_HARMS,
    *TEMPLATES["renal"],
    *TEMPLATES["allergy"],
    *TEMPLATES["duplicate"],
)
# What stands behind it: what to do and who says so, then what else does the same.
_TO_DO = (later("{said} Also: {others}."),)

# What a rule is called beside what it says.
NAMES: Mapping[str, str] = {
    "grounding": later("grounding"),
    "polarity": later("polarity"),
    "citations": later("citations"),
    "people": later("people"),
    "instructs": later("instructs"),
    "injected": later("injected"),
    "allergy": later("allergy"),
    "interaction": later("interaction"),
    "circumstance": later("circumstance"),
    "renal": later("renal"),
    "duplicate": later("duplicate"),
    "opioid": later("opioid"),
    "fills": later("fills"),
    "omission": later("omission"),
    "self_harm": later("self harm"),
    "lapse": later("a drug against clots that ran out"),
    "oxygen_fire": later("oxygen and fire"),
    "lethal_means": later("lethal means"),
    "red_flag": later("red flag"),
    "danger_sign": later("danger sign"),
    "bleeding": later("bleeding"),
    "maternal": later("maternal warning sign"),
    "head_injury": later("head injury"),
    "fever": later("fever"),
    "strangulation": later("strangulation"),
    "adrenal": later("adrenal insufficiency"),
    "weight_gain": later("weight gain"),
    "alcohol": later("alcohol"),
    "hypoglycemia": later("low glucose"),
    "weekly": later("methotrexate every day"),
    "reye": later("aspirin in childhood"),
    "restricted": later("restricted"),
    "absent": later("absent"),
    "software": later("software"),
    "hard_words": later("hard words"),
    "language": later("language"),
}


def named(rule: str) -> str:
    """What a rule is called, in the reader's language."""
    return str(NAMES.get(rule, rule.replace("_", " ")))


def said(findings: Iterable[Finding]) -> tuple[Said, ...]:
    """What findings say, one after the other, in the reader's language."""
    found: list[Said] = []
    for one in findings:
        found += [BETWEEN] if found else []
        found += told(one.message, TEMPLATES.get(one.rule, ()), HOLES)
    return tuple(found)


def pressing(why: str) -> str:
    """Why something that may harm is asked on the telephone."""
    return in_one(told_by(why, _PRESSING, HOLES)) or why


def what_to_do(words: str) -> str:
    """What a list says to do and who says so, which stands behind why it is asked."""
    return words if in_english_now() else in_one(told_by(words, _TO_DO, HOLES) or tuple(sentences(words)))


def in_words(finding: Finding) -> str:
    """What one says, for places that can't mark what stays English."""
    return as_words(finding.message, TEMPLATES.get(finding.rule, ()), HOLES)
