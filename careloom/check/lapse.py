"""A drug against clots that was stopped or ran out while it is needed most is somebody's to ask about on the day itself.

Source   knowledge/protocols/antithrombotics.toml, each rule with its own: the ACC/AHA guideline on acute coronary syndromes (2025) and the focused
         update on dual antiplatelet therapy (2016), FDA labels (boxed warnings of stopping early), the ACC/AHA guideline on valves (2020), CHEST (2021)
Misses   a stent of which only a note tells without its day or in words that nothing here knows (knowledge/stents.py); a drug on hold, which somebody meant; one paid in cash or by mail order, of which no
         claim is seen; aspirin; a left ventricular thrombus
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.knowledge.facts import Facts
from careloom.knowledge.protocol import Candidate, run

NAME = "lapse"
# The protocol rules whose line this finding stands beside.
RULES = (
    "lapsed-anticoagulant-valve",
    "lapsed-p2y12-after-infarction",
    "lapsed-p2y12-after-stent",
    "lapsed-p2y12-after-noted-stent",
    "lapsed-anticoagulant-fibrillation",
    "lapsed-anticoagulant-clot",
)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each drug of which the protocols ask on the day itself; none of a rule that a site switched off."""
    del document
    for asked in (facts.knowledge.protocols.rule(name) for name in RULES):
        for one in run(asked, facts) if asked else ():
            yield _asked(one, facts)


def _asked(one: Candidate, facts: Facts) -> Finding:
    asked = facts.knowledge.protocols.by_id[one.rule]
    slots = {
        key: said for term in asked.when for match in facts.held(term) for key, said in match.slots.items()
    }
    problem = slots.get(
        "problem", f"a stent of which the note of {slots.get('noted:coronary_stent.date')} tells"
    )
    since = f" of {slots['onset']}" if "onset" in slots else ""
    message = (
        f"{slots['drug']} is stopped or ran out, with {problem}{since}: without it a clot can close a stent, a valve or an artery; reach "
        f"the patient today, and let the physician decide ({asked.cited_as})"
    )
    return Finding(NAME, Severity.HIGH, message, one.citations)
