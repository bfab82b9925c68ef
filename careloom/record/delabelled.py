"""Whether an allergy's own words say that the label was removed: after a test, a challenge, or a review.

Source   AAAAI and ACAAI, Drug allergy: a 2022 practice parameter update: a penicillin allergy is removed after negative testing or
         a tolerated challenge (its abstract was read, not its text)
Misses   other words for it; a removal that only the list's silence tells
"""

import re

from careloom.care.entry import Entry

_REMOVED = re.compile(
    r"\bde-?\s?labell?(?:ed|ing)?\b|"
    r"\b(?:allergy|label)\b[^.;]{0,40}\b(?:removed|cleared|disproved|ruled out)\b|"
    r"\b(?:removed|cleared|disproved)\b[^.;]{0,40}\b(?:allergy|label|(?:after|following|by) [^.;]{0,30}(?:test|challenge|evaluat))|"
    r"\b(?:skin|oral|drug|graded|intradermal|amoxicillin|penicillin)\b[^.;]{0,30}\b(?:tests?|testing|challenge|provocation)\b"
    r"[^.;]{0,30}\bnegative\b|\bnegative\b[^.;]{0,40}\b(?:skin test|challenge|provocation|testing)|"
    r"\b(?:tolerated|passed)\b[^.;]{0,60}\bchallenge\b",
    re.I,
)
_NOT_YET = re.compile(
    r"\b(?:if|refer|referral|consider|plan|planned|pending|scheduled|recommend|candidate|should|could|not|never|declin|refus|failed)",
    re.I,
)


def is_delabelled(entry: Entry) -> bool:
    """Whether one of its sentences says that the allergy was removed, and not that it might be."""
    told = (
        entry.text,
        entry.value or "",
        *(entry.detail.get(key, "") for key in ("note", "reaction", "quote")),
    )
    sentences = (sentence for words in told for sentence in re.split(r"[.;\n]+", words))
    return any(_REMOVED.search(sentence) and not _NOT_YET.search(sentence) for sentence in sentences)
