"""What the check says of weight, fever, a glucocorticoid that stopped and a hand on a throat, as templates (rules.py)."""

import re
from collections.abc import Iterable, Mapping

from careloom.web.present.recorded import listed_words
from careloom.web.present.told import Said
from careloom.web.saying import later

# A measurement and its value.
_RESULT = re.compile(r"(\D+?)( \d.*)")
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "fever": (
        later(
            "{more}, with sickle cell disease: an emergency: reach the family now, and see that an emergency department looks at once ({guideline})"
        ),
        later(
            "{more}, with neutrophils {value}: an emergency: reach the family now, and see that an emergency department looks at once ({guideline})"
        ),
        later("Body temperature was {value} ({day})"),
        later("A note ({source}, {day}) tells of a fever"),
    ),
    "strangulation": (
        later(
            "A note ({source}) tells of strangulation or of being held by the throat: speak with the patient alone today, ask about breath, voice, "
            "swallowing and headache, and have a clinician look; it foretells killing ({guideline})"
        ),
    ),
    "adrenal": (
        later(
            "{drugs} was taken for weeks, and was stopped or ran out; with {results} it may be adrenal insufficiency: the physician looks into it "
            "today, and what else explains it is asked after that ({guideline})"
        ),
    ),
    "weight_gain": (
        later(
            "Weight rose from {from} ({day}) to {value} ({day2}), more than 2 kg in 3 days, with heart failure: call today, ask about breathlessness "
            "lying down, swelling and what is taken, and tell the physician today ({guideline})"
        ),
        later(
            "A note ({source}) tells of {value} gained, with heart failure: call today, ask about breathlessness lying down, swelling and what is "
            "taken, and tell the physician today ({guideline})"
        ),
    ),
}


def results_named(words: str) -> Iterable[Said]:
    """Results with commas between, each a measurement of our lists and its value ("sodium 127 mmol/L, potassium 5.3 mmol/L")."""
    for place, one in enumerate(words.split(", ")):
        name, value = (found[1], found[2]) if (found := _RESULT.match(one)) else (one, "")
        yield from (*((Said(", ", False),) if place else ()), *listed_words(name), Said(value, False))
