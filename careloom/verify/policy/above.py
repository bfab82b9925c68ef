"""Above: what the line above a list asks for: of whom the list is, and what it asks of each of its drugs."""

import re

from careloom.knowledge import Knowledge
from careloom.verify.policy.asks import AGE, DEGREE, EXAMPLES, NO, Ask, Asked, aged, only_frame, plain, tried
from careloom.verify.policy.spans import Taken

# "TWO of the following preventive therapies" says how many, and that they are drugs.
_COUNTED = re.compile(
    r"\b(?:at least |any |a minimum of )?(?:one|two|three|four|five|\d|all|any|each|both|either)(?:\s*\(\d\))?(?:\s+or more)?\s+(?:of\s+)?(?:the\s+)?"
    r"(?:following|below|these)(?:\s+(?:\w+\s+)?(?:drugs?|medications?|therap(?:y|ies)|agents?|treatments?|classes))?\s*$"
    r"|\b(?:the\s+)?following(?:\s+(?:\w+\s+)?(?:drugs?|medications?|therap(?:y|ies)|agents?|treatments?|classes))?\s*$",
    re.IGNORECASE,
)
_ANY_DRUG = "metformin"
# What stands before it is approved ("Requests for … may be approved"), and from the word on after which the list comes.
APPROVED = re.compile(
    r"\b(?:is|are|be|being)\s+(?:\w+\s+){0,2}?(?:approved|covered|authori[sz]ed|medically necessary|indicated)\b",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:when|if|provided|as long as|and meets?|who meets?)\b.*$", re.IGNORECASE | re.DOTALL)
_WHOM = re.compile(
    r"(?:treatment|management|therapy|children|initial|criteria|approval|prior|authori[sz]ation|coverage|clinical|policy|requests?|considered|following|when|"
    r"all|one|met|meets?|if|under|conditions?)\Z",
    re.IGNORECASE,
)


def asked_above(text: str, knowledge: Knowledge) -> tuple[Asked, ...]:
    """What the sentence above a list says of whom it is for ("for adults with rheumatoid arthritis when all of …"): diagnoses, any of
    them, and an age; () where it says nothing of it. It is understood where it says no more of them.
    """
    said = plain(text)
    mentions = list(knowledge.conditions.mentions(said))
    found = dict.fromkeys(concept for _, _, concept in mentions)
    ages = re.search(rf"\badults?\b|{AGE.pattern}", said, re.IGNORECASE)
    is_plain = NO.search(said) is None and _only_whom(said, knowledge)
    about = (
        [Asked(tuple(Ask("problem", (one,)) for one in found), every=False, understood=is_plain)]
        if found
        else []
    )
    if ages:
        age = aged(ages.group(), knowledge)
        about.append(Asked((age,) if age else (), understood=age is not None))
    return tuple(about)


def _only_whom(said: str, knowledge: Knowledge) -> bool:
    """Whether nothing but diagnoses and an age is said of whom a list is for: no degree of a disease, nothing else that they have."""
    parts = APPROVED.split(said, maxsplit=1)
    whom = Taken(_THEN.sub("", parts[-1]))
    for start, end, concept in knowledge.conditions.mentions(whom.text):
        degrees = set(DEGREE.findall(whom.text[start:end].lower()))
        if not degrees <= set(knowledge.conditions.label(concept).lower().split()):
            return False
        whom.mark(start, end)
    whom.take(AGE)
    # "Obstructive sleep apnea (OSA)" has its own letters behind it.
    for letters in re.finditer(r"\([A-Z][A-Za-z0-9]{1,6}\)", whom.text):
        whom.mark(letters.start(), letters.end())
    return only_frame(whom, _WHOM)


def lead_of(text: str, knowledge: Knowledge) -> str:
    """What a list's own line asks of each of its drugs ("trial and failure of at least two of the following" of each: "trial and
    failure of"); "" where it asks for anything else.
    """
    said = plain(_COUNTED.sub(" ", plain(text)))
    # It is a lead where a drug is all that it lacks.
    whole = tried(f"{said} {_ANY_DRUG}", knowledge) if said else None
    return said if whole and whole.names == (_ANY_DRUG,) else ""


def asked_under(lead: str, text: str, knowledge: Knowledge) -> Asked | None:
    """What a drug in a list asks for by the line above it; None where both together aren't understood."""
    found = tried(f"{lead} {plain(EXAMPLES.sub('', text))}", knowledge)
    return Asked((found,)) if found else None
