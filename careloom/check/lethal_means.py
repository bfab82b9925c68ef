"""A firearm, or medicines that are put away or put by, told of somebody with thoughts of suicide is asked about the same day.

Source   VA/DoD Clinical Practice Guideline for the Assessment and Management of Patients at Risk for Suicide, recommendation 21 (Lethal Means
         Safety: less access to firearms and to medication lowers the risk), 2019 (the 2024 edition was not read); that it is asked the same day,
         and that the note is one of the last 14 days, is ours
Misses   other means; a firearm that no note tells of; where it is kept now; whether somebody has asked already
"""

import re
from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import source_name
from careloom.check.signs import FRESH, there
from careloom.check.thoughts import noted_self_harm
from careloom.knowledge.facts import Facts
from careloom.knowledge.self_harm import positive

NAME = "lethal_means"
SOURCE = "VA/DoD Clinical Practice Guideline for Patients at Risk for Suicide, recommendation 21, lethal means safety, 2019"
_FIREARM = r"\b(?:(?:hand|shot)?guns?|pistols?|revolvers?|rifles?|firearms?|armas? de fuego|pistolas?|escopetas?|revolver(?:es)?)\b"
_MEDICINE = r"(?:pills?|tablets?|meds|medications?|medicines?|opioids?|oxycodone|insulin|pastillas|medicinas|medicamentos)\b"
_PUT_AWAY = (
    r"\b(?:hid(?:es|den|ing)?|lock(?:s|ed|ing)?(?: up| away)?|put away|took away|takes away|sav(?:es|ed|ing)(?: up)?|hoard\w*|stockpil\w*|stor(?:es|ed|ing) up|"
    rf"escond\w*|guard\w*|acumul\w*|junt(?:a|o|ando))\W+(?:\w+\W+){{0,4}}?{_MEDICINE}"
    rf"|\b{_MEDICINE}\W+(?:\w+\W+){{0,3}}?(?:lock(?:ed|box)|hidden|put away|bajo llave|escondid\w+)"
)
_MEANS = re.compile(f"{_FIREARM}|{_PUT_AWAY}")


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last 14 days that tells of such means as of now, where thoughts of suicide are told by whatever source."""
    del document
    record = facts.record
    if not (positive(record.entries, record.as_of) or noted_self_harm(record.entries, record.as_of)):
        return
    for entry in record.entries:
        if entry.kind != "DocumentReference" or not entry.text or entry.happened is None:
            continue
        if entry.subject != "patient" or not record.as_of - FRESH <= entry.happened.day <= record.as_of:
            continue
        if there(entry.text, _MEANS, whoever=True):
            source = f"{source_name(entry.source.system)}, {entry.happened.text[:10]}"
            message = (
                f"A note ({source}) tells of a firearm, or of medicines put away or put by, and thoughts of suicide are told: ask today how they are "
                f"kept out of reach, away from the home or locked by somebody else ({SOURCE})"
            )
            yield Finding(NAME, Severity.HIGH, message, (entry.id,))
