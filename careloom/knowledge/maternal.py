"""Urgent maternal warning signs in notes: those that are of a pregnancy, or of the year after a birth, and of nobody else.

Source   CDC, Hear Her, Urgent Maternal Warning Signs, 2024: a headache that won't go away or gets worse, changes in vision, swelling of hands or face, severe
         belly pain, heavy bleeding; 14 days are ours, as of other signs
Misses   a sign in other words; fever, and what is a danger sign of anybody (chest pain, trouble breathing, fainting); a note without a day
"""

import re
from collections.abc import Iterator
from datetime import date

from careloom.care.entry import Entry
from careloom.knowledge.signs import is_fresh, there

# Over folded text. A headache counts where it lasts, grows or is severe.
_SIGNS = (
    (
        "a headache that won't go away or gets worse",
        re.compile(
            r"(?:severe|bad|terrible|worst|constant|persistent|throbbing|pounding)\s+headaches?|headaches?\b[^.;]{0,60}\b(?:not go away|n.?t go away|"
            r"won.?t go|worse|worsening|severe|persist\w*|since|for (?:two|three|\d) days|not (?:relieved|better|helped)|despite)\b|"
            r"dolor de cabeza\b[^.;]{0,60}\b(?:no se (?:le )?(?:quita|va|pasa)|fuerte|intenso|desde|empeora\w*)|(?:fuerte|intenso) dolor de cabeza"
        ),
    ),
    (
        "changes in vision",
        re.compile(
            r"\b(?:see(?:s|ing)?|saw) (?:spots|stars|flashes|flashing lights|floaters|double)\b|\bblurr(?:y|ed) vision\b|\bvision (?:is |was |has been )?(?:blurr\w*|chang\w*)|"
            r"\b(?:visual|vision) (?:changes?|disturbances?|symptoms?)\b|\bscotoma\w*|\bve (?:manchas|luces|destellos|borroso|doble)\b|\bvision borrosa\b"
        ),
    ),
    (
        "swelling of the face or hands",
        re.compile(
            r"\b(?:face|hands?|facial)\b[^.;]{0,20}\b(?:swollen|swelling)\b|\b(?:swollen|swelling of)(?: (?:the|her))? (?:face|hands?)\b|\b(?:cara|manos) hinchad\w+"
        ),
    ),
    (
        "severe belly pain",
        re.compile(
            r"\bsevere (?:belly|abdominal|stomach|epigastric) pain\b|\b(?:epigastric|right upper quadrant|ruq) pain\b|\bdolor (?:fuerte|intenso) (?:de|en) (?:el |la )?(?:vientre|barriga|abdomen|estomago)\b"
        ),
    ),
    (
        "heavy bleeding",
        re.compile(
            r"\b(?:soak\w*|soaks through) (?:\w+ ){0,3}pads?\b|\bheavy (?:vaginal )?bleeding\b|\bpass\w* (?:large |big )?clots\b|\bsangrado (?:vaginal )?abundante\b"
        ),
    ),
)
# What she was taught, or is to look out for.
_TAUGHT = re.compile(
    r"\b(?:call|return|seek|report any|watch for|precautions?|instruct\w*|educat\w*|taught|teach\w*|counsel\w*|warning signs|llam[ea]\w*|ensen\w*)\b"
)


def signs_of(entry: Entry, today: date) -> tuple[str, ...]:
    """The signs that a note of the last 14 days tells as there, by what they are called, whoever it is about."""
    if not is_fresh(entry, today):
        return ()
    return tuple(label for label, words in _SIGNS if there(entry.text, words, unless=_TAUGHT))


def signed(entries: tuple[Entry, ...], today: date) -> Iterator[Entry]:
    """The notes that tell such signs."""
    return (one for one in entries if signs_of(one, today))
