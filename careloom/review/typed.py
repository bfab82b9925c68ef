"""What a person typed: whether it is about what is to be done with a drug, a judgement of a disease or an allergy, or a target.

Takes    a sentence that a person wrote, the record, knowledge
Gives    the class that is the physician's, or None where a nurse may sign it
Never    trusts quotation marks, hidden signs or another script: an order stays one in whatever it is wrapped

Source   the state boards' rule that a registered nurse does not prescribe or diagnose; the design's table of tiers
Misses   a disease or a drug by a word that no list has; other languages than English and Spanish
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import partial

from careloom.care.document import ContentClass, Statement
from careloom.care.entry import RECORDED_HERE
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.review import typed_words as words
from careloom.text.folding import fold
from careloom.text.language import language
from careloom.text.scope import Scopes

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_QUOTED = re.compile(r"“[^”]*”")
_CLAUSE = re.compile(r"[;!?\n]+|\.\s+|:\s+|\.$")
# What was taught is how a thing is done, not that it is to be.
_TAUGHT = re.compile(r"\bhow to [a-z]+ ")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
# Letters of measurements ("µg"), which no other script's word is made of here.
_SIGNS = frozenset("µμαβγδΔΩ")
# How a disease and whoever has it are told by one stem: psychosis and psychotic, depression and depressed.
_WORD, _DOUBLE = re.compile(r"[a-z]+"), re.compile(r"(.)\1")
_OF_OSIS = re.compile(r"(?<=[op])tic$")
_ENDING = re.compile(r"(?<=\w{3})(?:ed|ion|ive|ism|istic|atic|ic|ia|al|a|e|i|o|u|y)?s?$")
_ORDERS = ("activity", "goal")
DRUG, JUDGED = ContentClass.MEDICATION_CHANGE, ContentClass.DIAGNOSTIC_IMPRESSION


def typed_class(statement: Statement, record: PatientRecord, knowledge: Knowledge) -> ContentClass | None:
    """The physician's class of what somebody typed, or None."""
    said = plainly(statement.text)
    if any(sign.isalpha() and not _is_ours(sign) for sign in said):
        return ContentClass.UNCLEAR
    rest = _QUOTED.sub(" ", said)
    if words.SAID.search(fold(rest)):
        said = rest
    folded = fold(said)
    if _orders_a_drug(statement, said, folded, record, knowledge):
        return DRUG
    if _judges(statement, said, folded, record, knowledge):
        return JUDGED
    return None


def plainly(text: str) -> str:
    """A text without hidden signs, its letters as they look ("ｓtop" is "stop")."""
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", text))


def sets_a_target(statement: Statement) -> bool:
    """Whether somebody typed a target of a measurement whose numbers the line's guideline doesn't have."""
    if statement.written_by != "person":
        return False
    folded = _DATE.sub(" ", fold(plainly(statement.text)))
    if statement.kind != "goal" and not words.TARGET.search(folded):
        return False
    if not words.MEASURE.search(folded):
        return False
    known = statement.guideline.says if statement.guideline else ""
    return not _numbers(folded) <= _numbers(known)


def _numbers(text: str) -> set[float]:
    return {float(one) for one in _NUMBER.findall(text)}


def _is_ours(sign: str) -> bool:
    return sign in _SIGNS or unicodedata.name(sign, "").startswith(("LATIN", "MASCULINE", "FEMININE"))


def _is_reported(folded: str) -> bool:
    """Whether it tells somebody else's words, and nothing of the writer's own."""
    one_clause = len([part for part in words.NEXT_CLAUSE.split(folded) if part.strip(" .\"'“”")]) <= 1
    return (
        one_clause and bool(words.ATTRIBUTED.match(folded)) and not words.OWN_VOICE.search(_past_head(folded))
    )


def _past_head(folded: str) -> str:
    head = words.ATTRIBUTED.match(folded)
    return folded[head.end() :] if head else folded


def _orders_a_drug(
    statement: Statement, said: str, folded: str, record: PatientRecord, knowledge: Knowledge
) -> bool:
    folded = _TAUGHT.sub("how to ", folded)
    acts = bool(words.ACTION.search(folded))
    is_order = statement.kind in _ORDERS
    if words.TREATMENT.search(folded) and (acts or (is_order and words.TREATED.search(folded))):
        return not _is_reported(folded)
    named = partial(_names_a_drug, knowledge=knowledge, is_order=is_order)
    clauses = [part for part in _CLAUSE.split(said) if part and named(part)]
    # A name may be cut by its own dot ("St. John's wort").
    clauses = clauses or [said] * named(said)
    cites_one = any(
        record.by_id[one].kind.startswith("Medication") for one in statement.citations if one in record.by_id
    )
    if not clauses and not (cites_one and (acts or words.AMOUNT.search(folded))):
        return False
    if _is_reported(folded):
        return False
    if acts or words.ADVICE.search(folded):
        return True
    if is_order:
        return not all(words.PLAIN_LEAD.match(fold(part)) for part in clauses)
    return not all(words.PLAIN_LEAD.match(fold(part)) or words.REPORT.search(fold(part)) for part in clauses)


def _names_a_drug(part: str, knowledge: Knowledge, *, is_order: bool) -> bool:
    folded = fold(part)
    if is_order and not words.MEASURED.search(folded) and knowledge.drugs.find(part):
        return True
    return bool(
        words.THING.search(folded)
        or words.AMOUNT.search(folded)
        or knowledge.drugs.mentions(part)
        or knowledge.drugs.class_mentions(part)
    )


def _judges(
    statement: Statement, said: str, folded: str, record: PatientRecord, knowledge: Knowledge
) -> bool:
    is_order = statement.kind in _ORDERS
    reported = _is_reported(folded)
    undone = words.ALLERGY.search(folded) and words.UNDONE.search(folded)
    if undone and not reported and (record.allergies or is_order):
        return True
    if words.CODE.search(folded) and not words.WISH.search(folded) and not words.PLAIN_LEAD.match(folded):
        return True
    if not is_order and words.HEDGE.search(folded):
        return True
    return _judges_a_disease(said, folded, record, knowledge, is_told=reported)


def _judges_a_disease(
    said: str, folded: str, record: PatientRecord, knowledge: Knowledge, *, is_told: bool
) -> bool:
    """Whether it has a disease that no other source knows of, denies one that is known, or says that it is over or of another stage.

    What is known only since somebody typed it here isn't known yet: it may be this very sentence.
    """
    typed = {one.id for one in record.entries if one.source.system == RECORDED_HERE}
    known = [problem for problem in record.problems if not typed.issuperset(problem.entries)]
    concepts = {up for one in known if one.concept for up in knowledge.conditions.above(one.concept)}
    names, scopes = fold("; ".join(one.name for one in known)), Scopes(said, language(said))
    named = list(_named(said, concepts, knowledge))
    fresh = [(start, end) for start, end, is_known in named if not is_known]
    fresh += [one.span() for one in words.DISEASE.finditer(folded) if not _stands_in(one.group(0), names)]
    if any(not scopes.at(start, end).negated for start, end in fresh):
        return True
    old = [(start, end) for start, end, is_known in named if is_known]
    denied = any(scopes.at(start, end).negated for start, end in old) or words.ENDED.search(folded)
    if old and denied and not is_told:
        return True
    return any(one.group(0).strip() not in names for one in words.STAGE.finditer(folded))


def _named(said: str, concepts: set[str], knowledge: Knowledge) -> Iterator[tuple[int, int, bool]]:
    kinds = knowledge.conditions
    for start, end, concept in kinds.mentions(said):
        if kinds.group((), said[start:end]) == "condition":
            yield start, end, (kinds.find((), said[start:end]) or concept) in concepts


def _stands_in(disease: str, names: str) -> bool:
    """Whether a disease is one of the known names, or one of their words by its stem: "cirrhotic" is "cirrhosis", and "arthritis" told in
    "osteoarthritis"; "thrombosis" isn't "thrombocytopenia".
    """
    if " " in disease:
        return disease in names
    return any(
        _stem(word) == _stem(disease) or (disease.endswith("itis") and word.endswith(disease))
        for word in _WORD.findall(names)
    )


def _stem(word: str) -> str:
    """A word of English or Spanish without what it is inflected by, its double letters once."""
    return _DOUBLE.sub(r"\1", _ENDING.sub("", _OF_OSIS.sub("sis", word)))


__all__ = ["plainly", "sets_a_target", "typed_class"]
