"""No statement tells its reader to start, stop, hold, restart or change a drug; it asks who may decide.

Source   FDA, Clinical Decision Support Software guidance (2022), section IV (supports a professional, who can review the
         basis); DESIGN, the tiers: a medication change is the physician's
Misses   an instruction without a verb of change ("metformin twice as much"); one in a language other than English
"""

import re
from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity, Statement
from careloom.check.plain import PLAIN_TEXT
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts

NAME = "instructs"
_CHANGE = (
    "start|begin|initiate|add|stop|discontinue|hold|withhold|restart|resume|increase|decrease|reduce|lower|raise|"
    "titrate|taper|switch|change|replace|substitute|double|halve|skip|avoid|wean|continue|cut"
)
_DONE = (
    "started|begun|initiated|added|stopped|discontinued|held|withheld|restarted|resumed|increased|decreased|reduced|"
    "lowered|raised|titrated|tapered|switched|changed|replaced|substituted|doubled|halved|skipped|avoided|continued|cut"
)
# An order: the verb itself at the head of a clause or after a modal; or a participle after one.
_ORDER = re.compile(
    rf"(?:^|[;:,(]\s*|\b(?:and|or|then|please|not|to|should|must|shall|will|can|may)\s+)(?:{_CHANGE})\b"
    rf"|\b(?:should|must|shall|will|can|may|needs? to|has to|have to)\s+(?:not\s+)?be\s+(?:{_DONE})\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\b(?:ask|discuss|consult|request|review|clarify|confirm|send|raise|bring|tell|report|refer)\b[^.;]*"
    r"\b(?:physician|pharmacist|prescriber|doctor|clinician)s?\b|\b(?:physician|pharmacist|prescriber|doctor)s?\b[^.;]*"
    r"\b(?:decides?|considers?|reviews?|whether)\b",
    re.IGNORECASE,
)
_DRUG_WORD = re.compile(
    r"\b(?:drugs?|medications?|medicines?|doses?|dosage|tablets?|pills?|insulin|inhalers?|nsaids?|inhibitors?|"
    r"blockers?|diuretics?|statins?|antibiotics?|opioids?|anticoagulants?|steroids?|agonists?|antagonists?)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”")
_WORD = re.compile(r"\w+")
# Whoever orders a change says one of these; most sentences have none, and needn't be searched for an order.
_VERBS = frozenset(f"{_CHANGE}|{_DONE}".split("|"))
_MAY_DECIDE = frozenset({"physician", "pharmacist"})


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Low where a known guideline and somebody who may decide stand behind it or it is asked of them; else high."""
    knowledge = facts.knowledge
    for statement in document.statements:
        said = _QUOTED.sub(" ", statement.text)
        if not _orders(said) or not _about_a_drug(said, knowledge):
            continue
        if document.kind == PLAIN_TEXT:
            # Somebody else's note tells what was ordered; its class sends the sentence to the physician all the same.
            message = "It tells of a change of a drug"
            yield Finding(NAME, Severity.LOW, message, statement.citations, statement.id)
        elif _is_for_the_physician(statement, said, knowledge):
            message = "It puts a change of a drug to the physician or pharmacist"
            yield Finding(NAME, Severity.LOW, message, statement.citations, statement.id)
        else:
            message = "It tells its reader to start, stop or change a drug"
            yield Finding(NAME, Severity.HIGH, message, statement.citations, statement.id)


def _orders(said: str) -> bool:
    if said.isascii() and _VERBS.isdisjoint(_WORD.findall(said.lower())):
        return False
    return _ORDER.search(said) is not None


def _about_a_drug(said: str, knowledge: Knowledge) -> bool:
    return bool(
        _DRUG_WORD.search(said) or knowledge.drugs.mentions(said) or knowledge.drugs.class_mentions(said)
    )


def _is_for_the_physician(statement: Statement, said: str, knowledge: Knowledge) -> bool:
    if _QUESTION.search(said):
        return True
    known = statement.guideline is not None and knowledge.protocols.rule(statement.guideline.id) is not None
    return known and statement.activity is not None and statement.activity.owner in _MAY_DECIDE
