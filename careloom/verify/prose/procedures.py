"""Was what a text says was done done, and not something else?

Misses   a procedure that the record leaves out; one told by its purpose alone
"""

import re
from collections.abc import Iterator

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import Line

_HEAD = (
    r"[a-z]*(?:ectomy|ectomies|plasty|otomy|ostomy|scopy|centesis|pexy|desis)|transplant(?:ation)?|transfusions?|infusions?|dialysis|"
    r"biopsy|surgery|stent(?:ing)?|catheterization|ablation|intubation|fixation|implant(?:ation)?|resection|drainage|excision|bypass(?: grafting)?|"
    r"grafting|repair|replacement|reduction|intervention|embolization|lithotripsy|cardioversion|amputation|debridement|(?:radiation|radio|chemo|physical|"
    r"oxygen|light|hormone|cpap|photo)[ -]?therapy|supplemental oxygen|cpap|bipap|oxygen|ventilation|brachytherapy|phlebotomy|paracentesis"
)
_NAMED = re.compile(
    rf"\b(?P<before>(?:[A-Za-z-]+\s+){{0,3}}?)(?P<head>{_HEAD})\b(?! saturation| level| requirement)",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:under(?:went|go|gone)|had|has had|received|treated (?:with|by)|status post|s/p|post|after|following|performed|done|was given|given|ordered|"
    r"started on|uses|placed on|by means of|managed with|by)\b",
    re.I,
)
_NOT = re.compile(
    r"\b(?:may|might|will|would|could|should|if|consider\w*|discuss\w*|plan\w*|need\w*|candidate|declin\w*|refus\w*|scheduled|recommend\w*|awaiting)\b",
    re.I,
)
_SAYS_NOTHING = "therapy surgery total partial open laparoscopic left right repeat emergent elective procedure of the a an"
_WEAK = frozenset(stem(word) for word in _SAYS_NOTHING.split())


def procedures(line: Line, held: Held) -> Iterator[Fault]:
    """A procedure in the place of one that the record has and the text leaves out."""
    done = [
        one for one in held.of("Procedure", "ServiceRequest") if one.was or one.entry.status == "completed"
    ]
    left_out = [one for one in done if not _is_told(one, held)]
    if not left_out or line.is_a_goal or not _DONE.search(line.text) or _NOT.search(line.text):
        return
    for found in _NAMED.finditer(line.text):
        span = found.span("head")
        said = line.content(found.start(), span[1]) - LEXICON.small - _WEAK
        there = (one for one in held.things if one.entry.kind in _TELLING)
        if (
            not said
            or line.says(*span) != "yes"
            or any(2 * len(said & one.words) >= len(said) for one in there)
        ):
            continue
        ids = tuple(one.entry.id for one in left_out)
        yield Fault(
            "named",
            line.text[found.start() : span[1]].strip(),
            found.start(),
            span[1],
            contradicts=True,
            evidence=ids,
        )


_TELLING = frozenset({"Procedure", "ServiceRequest", "DiagnosticReport", "Encounter", "Device"})


def _is_told(thing: Thing, held: Held) -> bool:
    """Whether the text names a procedure by the words that tell it from others; those of a diagnosis don't."""
    telling = thing.core - _WEAK or thing.core
    diagnoses = frozenset().union(*(one.words for one in held.of("Condition")))
    telling = telling - diagnoses or telling
    return any(2 * len(telling & line.keys) >= len(telling) for line in held.lines)
