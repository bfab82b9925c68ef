"""Which drugs are not to go on: what the kidney table calls contraindicated at the newest result, whatever the dose.

Source   knowledge/drug_safety/renal.csv, each row with its own
Misses   what ends for another reason: an allergy, another drug, a problem
"""

from careloom.knowledge.facts import Facts
from careloom.knowledge.match import Match


def ends(match: Match, facts: Facts) -> bool:
    """Whether a drug that a line matched is contraindicated by a newest kidney or potassium result, at any dose."""
    drugs = [facts.knowledge.drugs.named(name) for name in match.slots.get("drug", "").split(" and ")]
    active = facts.problems.keys()
    for limit in (limit for drug in drugs if drug for limit in facts.knowledge.renal.limits(drug)):
        newest = facts.labs.get(limit.measure)
        if limit.severity != "high" or limit.at_most is not None or not newest:
            continue
        if limit.only_with and not limit.only_with & active:
            continue
        found = newest[0].lab.canonical(newest[0].value, newest[0].unit)
        if found is not None and limit.passed(float(found)):
            return True
    return False
