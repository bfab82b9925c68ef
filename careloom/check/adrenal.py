"""A glucocorticoid taken for weeks and then stopped, with results that fit, may be adrenal insufficiency, and that is said to the physician the same day.

Source   European Society of Endocrinology and Endocrine Society, Glucocorticoid-Induced Adrenal Insufficiency, 2024, essential points and recommendation 2.1:
         3 to 4 weeks or more, above 4 to 6 mg of prednisone a day, bring the risk. The results (systolic 90 mmHg or less, or two of sodium below 135 mmol/L,
         potassium above 5.0 mmol/L and glucose below 70 mg/dL), their 14 days and the half year since it stopped are ours; the dose is not counted
Misses   one that was stopped in a hospital, or inhaled or injected into a joint for long; signs that only a note tells; less than four weeks, again and again
"""

from collections.abc import Iterator, Sequence

from careloom.care.document import Document, Finding, Severity
from careloom.check.taken import listed
from careloom.knowledge.alarms import adrenal_signs, stopped_steroids
from careloom.knowledge.facts import Facts
from careloom.knowledge.measured import Measured

NAME = "adrenal"
SOURCE = "ESE/Endocrine Society, Glucocorticoid-Induced Adrenal Insufficiency, Essential Points and Recommendation 2.1, 2024"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """One high finding where such a drug was stopped, or no fill of it is seen, and the results fit."""
    del document
    signs = adrenal_signs(facts)
    drugs = stopped_steroids(facts) if signs else ()
    if drugs:
        names = listed(list(dict.fromkeys(" and ".join(one.ingredients) or one.name for one in drugs)))
        message = (
            f"{names} was taken for weeks, and was stopped or ran out; with {told(signs, facts)} it may be adrenal insufficiency: "
            f"the physician looks into it today, and what else explains it is asked after that ({SOURCE})"
        )
        evidence = (*(one.entry for one in signs), *(entry for one in drugs for entry in one.entries[:4]))
        yield Finding(NAME, Severity.HIGH, message, tuple(dict.fromkeys(evidence)))


def told(signs: Sequence[Measured], facts: Facts) -> str:
    """Results in a sentence, each with its value."""
    return ", ".join(f"{one.lab.label} {one.value} {facts.knowledge.labs.plain(one.unit)}" for one in signs)
