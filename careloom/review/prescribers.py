"""What only a licensed prescriber does: whether a line has somebody order, refer, start, stop, change, prescribe, diagnose or decide.

Takes    a statement
Gives    whether it is the physician's whoever owns it: a line that says so is done when it is signed
Never    asks the record: a drug, a diagnosis and a target have classes of their own (classes.py)

A nurse signs what she asks ("asks Dr. Osei whether to refer"), tells and hears, and that the physician speaks with the patient. A referral to
help with social needs (food, housing, transport, benefits, classes) is no order, nor is what somebody offers.

Source   the design's table of tiers; the state boards' rule that a registered nurse does not prescribe or diagnose; for referrals and orders 42 CFR
         410.32(a) (diagnostic tests are ordered by the physician or practitioner who treats the patient)
Misses   an order in words that no verb here has; other languages than English and Spanish; a test that a nurse "arranges" as a guideline has it due
"""

import re

from careloom.care.document import Statement
from careloom.text.folding import fold

_ORDERS = ("activity", "goal")
_QUOTED = re.compile(r"“[^”]*”")
_PRESCRIBER = (
    r"(?:(?:primary|care|obstetric|treating|family|attending|covering|on-call|hospital|kidney|heart|eye|other|new|her|his|medic[oa] de) )*(?:physicians?|doctors?|prescribers?|clinicians?|specialists?|surgeons?|\w+ologists?|obstetricians?|psychiatrists?|pediatricians?|"
    r"pcp|nurse practitioners?|physician assistants?|medic[oa]s?|doctor[ae]s?|cardiolog[oa]s?|nefrolog[oa]s?)|dra?\.? \w+(?: \w+)?"
)
# Where one act ends and another may begin with somebody else.
_CLAUSE = re.compile(
    rf"[;:!?\n]+|(?<!\bdr)(?<!\bdra)\.\s+|,\s+(?:and|but|then|so|y|pero)\s+|\b(?:and|y)\s+(?=(?:the|el|la)\s+(?:{_PRESCRIBER})\b)"
)
_BY = r"(?:,? (?:with|along with|together with|con) [^,;]{1,40},?)?(?: (?:also|then|now|today|will|should|may|can|must|tambien|va a))*(?: by \S+)?(?: (?:la|lo|le|her|him))?"
_HEAD = re.compile(
    rf"^\W*(?:(?:if|when|where|since|so that|si|cuando) [^,]*, )?(?:the |el |la |her |his |su |an? )?(?:{_PRESCRIBER})"
    rf"(?: (?:and|or|y|o) (?:the |el |la )?(?:\w+ team|\w+))?{_BY} (?P<verb>[a-z]+)\b"
)
# A physician who says, hears, sees or meets orders nothing by it.
_SPEAKS = frozenset(
    [
        "talks",
        "talk",
        "speaks",
        "speak",
        "tells",
        "tell",
        "discusses",
        "discuss",
        "says",
        "say",
        "said",
        "explains",
        "explain",
        "informs",
        "inform",
        "records",
        "record",
        "recorded",
        "hears",
        "hear",
        "meets",
        "meet",
        "calls",
        "call",
        "knows",
        "know",
        "is",
        "are",
        "was",
        "were",
        "be",
        "has",
        "had",
        "gets",
        "get",
        "receives",
        "receive",
        "answers",
        "answer",
        "asks",
        "ask",
        "learns",
        "learn",
        "of",
        "on",
        "in",
        "for",
        "to",
        "at",
        "from",
        "by",
        "with",
        "about",
        "who",
        "whether",
        "and",
        "or",
        "that",
        "what",
        "why",
        "told",
        "agrees",
        "agree",
        "habla",
        "hablan",
        "dice",
        "explica",
        "informa",
        "recibe",
        "sabe",
        "es",
        "esta",
        "fue",
        "pregunta",
        "contesta",
        "the",
        "a",
        "does",
        "did",
        "do",
        "not",
        "wrote",
        "writes",
        "listed",
        "lists",
        "saw",
        "reported",
        "reports",
        "referred",
        "ordered",
        "started",
        "stopped",
        "changed",
        "prescribed",
        "diagnosed",
        "decided",
        "reviewed",
        "confirmed",
    ]
)
_ACT = (
    r"refers?|referring|orders?|ordering|starts?|begins?|initiates?|stops?|discontinues?|changes?|adjusts?|switch(?:es)?|increases?|decreases?|prescribes?|"
    r"prescribing|diagnos(?:es?|ing)|admits?|discharges?|decides?|authori[sz]es?|certif(?:y|ies)|overrides?"
)
_ACT_ES = r"refer(?:ir|imos)|remit(?:e|ir|imos)|deriv(?:a|ar|amos)|orden(?:a|ar|amos)|solicit(?:a|ar|amos)|recet(?:a|ar|amos)|prescrib(?:e|ir)|suspend(?:e|er)|diagnostic(?:a|ar)|autoriza|autorizar"
# What somebody may order or refer for who isn't named: at the head of a clause, or with who does it before the verb.
_SOMEBODY = re.compile(
    rf"^\W*(?:(?:please|por favor|plan to|we|i|will|to|and|then|also|must|should|the|el|la|an?|nurse|coordinator|social worker|pharmacist|dietitian|team|care team|clinic|"
    rf"staff|rn|enfermera|coordinadora|trabajadora social|by|\S*\d\S*|{{due}}|her|him|patient)\W+)*(?P<verb>(?:re-?)?(?:refers?|referring|orders?|ordering|prescribes?|diagnoses?|admits?|authori[sz]es?|overrides?)|{_ACT_ES})\b(?! (?:of|from|by|on)\b)"
)
_DR_ACTS = re.compile(rf"\b(?:{_PRESCRIBER}){_BY} (?:{_ACT}|{_ACT_ES})\b")
_ASKED = re.compile(
    r"\b(?:asks?|asking|ask(?:s|ed)? for|requests?|questions?|tells?|reports?|messages?|calls?|sends?|reminds?|pregunta\w*|pide|pedir|solicita que|avis[ae]\w*)\b"
    r"|\bwhether\b|\bsi (?:el|la) "
)
# Help with what a person lacks, which anybody on the team may send her to.
_SOCIAL = re.compile(
    r"\b(?:food|meals?|pantry|pantries|snap|wic|housing|shelters?|rent|eviction|legal|transport\w*|rides?|utilit\w*|benefits?|211|2-1-1|community|"
    r"support groups?|peer|social (?:work\w*|services?|needs?)|senior (?:center|services?)|area agency|adult day|respite|caregiver (?:support|program\w*)|literacy|"
    r"classes|class|education program\w*|quit ?line|interpreters?|financial|assistance program\w*|job|employment|library|alimentos|comida|despensa|vivienda|"
    r"transporte|beneficios|abogad\w*|albergue|trabajador\w* social)\b"
)


def is_a_prescribers(statement: Statement) -> bool:
    """Whether a line that is an activity or a goal, or that somebody typed, says what a prescriber alone does."""
    if statement.kind not in _ORDERS and statement.written_by != "person":
        return False
    said = fold(_QUOTED.sub(" ", statement.text))
    return any(_acts(clause.strip()) for clause in _CLAUSE.split(said) if clause and clause.strip())


def _acts(clause: str) -> bool:
    head = _HEAD.match(clause)
    if head and head["verb"] not in _SPEAKS:
        return True
    found = _DR_ACTS.search(clause) or _SOMEBODY.match(clause)
    if found is None or _ASKED.search(clause, 0, found.end()):
        return False
    return not _SOCIAL.search(clause, found.end()) or head is not None
