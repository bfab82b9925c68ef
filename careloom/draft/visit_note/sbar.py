"""SBAR: the parts of a question as far as what was ticked and the record say them; the nurse edits them and asks.

Takes    a call, and the record from which it was asked
Gives    situation and background in the words that were ticked, with what sources list beside them; the entries behind them
Never    assesses or recommends: those two are the nurse's own words

Source   Institute for Healthcare Improvement, Patient Safety Essentials Toolkit (2017): SBAR. Situation: a concise statement of the
         problem; background: pertinent and brief information (medicines, allergies); assessment and recommendation: what she thinks and wants
"""

from collections.abc import Iterable, Iterator

from careloom.care.call import LONGEST, NEEDS, TAKING, Call, Drug
from careloom.care.record import PatientRecord
from careloom.care.system import spoken
from careloom.draft.visit_note import called

_SAID_BY = {"caregiver": "the caregiver", "patient_and_caregiver": "the patient and the caregiver"}


def drafted(call: Call, record: PatientRecord, whole: PatientRecord) -> dict[str, str]:
    """The parts that can be drafted, by name, from what may be carried of the `whole` record that she reads."""
    by = _SAID_BY.get(call.of("whom"), "the patient")
    told = _cut([*_situations(call)], f"On the telephone {by} said: ")
    doubts = [spoken(one.doubt) for one in _differing(call) if one.doubt]
    known = _cut([*_listed(call), _allergies(record, whole), *doubts], "")
    return {name: text for name, text in (("situation", told), ("background", known)) if text}


def cited(call: Call) -> tuple[str, ...]:
    """The entries behind what was ticked: of each drug that isn't taken as listed, each need and each answered question."""
    found = [entry for one in _differing(call) for entry in one.entries]
    found += [entry for one in call.sheet.needs if call.of(f"need:{one.domain}") for entry in one.entries]
    found += [entry for one in call.sheet.asks if call.of(f"ask:{one.key}") for entry in one.entries]
    return tuple(dict.fromkeys(found))


def _situations(call: Call) -> Iterator[str]:
    for drug in _differing(call):
        yield called.taken(call, drug).replace(":", "", 1)
    for need in call.sheet.needs:
        if state := call.of(f"need:{need.domain}"):
            yield f"{need.name}, {NEEDS[state][0]}"
    for words in call.of("reported").splitlines():
        if words.strip():
            yield f"“{' '.join(words.split())}”"


def _differing(call: Call) -> list[Drug]:
    return [one for one in call.sheet.drugs if call.of(f"drug:{one.key}") in (set(TAKING) - {"taking"})]


def _listed(call: Call) -> Iterator[str]:
    for drug in _differing(call):
        yield f"Listed: {drug.name}{f', {drug.how[0]}' if drug.how else ''}"


def _allergies(record: PatientRecord, whole: PatientRecord) -> str:
    names = _active(record)
    said = ", ".join(names) or "none recorded"
    if len(_active(whole)) > len(names):
        said = ", ".join((*names, "see the record"))
    return f"Allergies: {said}"


def _active(record: PatientRecord) -> list[str]:
    active = (one for one in record.allergies if one.status == "active")
    return [f"{one.substance}{f' ({one.reaction})' if one.reaction else ''}" for one in active]


def _cut(parts: Iterable[str], start: str) -> str:
    """As many whole parts as a field holds; "" for none."""
    text = ""
    for part in parts:
        longer = f"{text}; {part}" if text else f"{start}{part}"
        if len(longer) >= LONGEST:
            break
        text = longer
    return f"{text}." if text else ""
