"""What a clause of a protocol's sentence says to do with a drug: begin with it, go on, end, give more or less of it, or put another in its place.

Takes    a clause of a sentence, without the points of its slots
Gives    what is advised, each with the stretch of the clause in which its drug is named
Never    takes a verb that tells of what was or may be for advice
Misses   advice by a noun alone ("the end of {drug} is near"), and verbs in other words than these
"""

import re
from collections.abc import Iterator

START, KEEP, STOP = "start", "continue", "stop"
MORE, LESS = "raise the dose of", "lower the dose of"
# "is replaced", of which nobody says by what.
REPLACE = "replace"
# What one rule says and another mustn't, for one person and drug.
OPPOSITE = {
    START: frozenset({STOP}),
    KEEP: frozenset({STOP}),
    MORE: frozenset({LESS, STOP}),
    LESS: frozenset({MORE}),
    STOP: frozenset({START, KEEP, MORE}),
}
_SWITCH, _TAKE, _AGAINST = "switch", "take", "against"
_VERBS = {
    START: r"start(?:s|ed|ing)?|begin(?:s|ning)?|begun|commenc\w+|initiat\w+|introduc\w+|institut\w+|launch\w*|add(?:s|ed|ing)?(?! up)|resum\w+|restart\w*"
    r"|reinstat\w+|reintroduc\w+|prescribes?|prescribing|gives?|given|offer(?:s|ed)?|put on|administers?|administered",
    KEEP: r"continu(?:es?|ed|ing)|maintain(?:s|ed|ing)?|carr(?:y|ies|ied) on|go(?:es)? on|sta(?:ys?|yed) on|remains? on|kept|keeps?(?= (?:taking|using|on|\{drug)| on\b)",
    STOP: r"stop(?:s|ped|ping)?|discontinu\w+|avoid(?:s|ed|ing)?|withdr[ae]w\w*|withh[eo]ld\w*|held|holds?|paus\w+|taper(?:s|ed|ing)?|deprescrib\w+|ceas\w+|suspend\w*"
    r"|terminat\w+|halt(?:s|ed|ing)?|omit\w*|eliminat\w+|wean(?:s|ed|ing)?|refrain\w*|forgo(?:es|ne)?|quit(?:s|ting)?|abstain\w*|take[sn]? off|took off|com(?:es?|ing) off"
    r"|drop(?:s|ped|ping)?|abandon\w*|interrupt(?:s|ed|ing)?|end(?:s|ed|ing)?(?= \{drug)|phas(?:es?|ed|ing) out|cut(?:s|ting)? out|get rid of|rules? out|spar(?:es?|ed|ing)",
    MORE: r"increas\w+|rais\w+|doubl\w+|escalat\w+|up-?titrat\w+|titrat\w+ up(?:wards?)?|step\w* up|higher",
    LESS: r"reduc\w+|lower\w*|halv\w+|decreas\w+|de-?escalat\w+|down-?titrat\w+|titrat\w+ down(?:wards?)?|step\w* down|cut(?:s|ting)?(?! out)|smaller",
    _SWITCH: r"replac(?:es?|ed|ing)|substitut(?:es?|ed|ing)|switch(?:es|ed|ing)?|swap(?:s|ped|ping)?|exchang(?:es?|ed|ing)|chang(?:es?|ed|ing)|convert(?:s|ed|ing)?",
    _TAKE: r"tak(?:es?|en|ing)|us(?:es?|ed|ing)|receiv(?:es?|ed|ing)|recommended|advised|indicated|favou?red|be on",
    _AGAINST: r"contraindicated|inadvisable|no longer (?:be )?(?:taken|given|used|prescribed|needed|indicated|recommended)|(?:is|are) (?:harmful|unsafe)",
}
_VERB = re.compile(
    r"\b(?:" + "|".join(f"(?P<v{at}>{words})" for at, words in enumerate(_VERBS.values())) + r")\b"
)
_KINDS = tuple(_VERBS)
_CLAUSE = re.compile(r"[,;:.?]|\band\b(?= (?:the|that|whether|tells|asks|calls)\b)")
_SLOT = re.compile(r"\{[^{}]*\}")
# A verb behind these tells of what was or may be, not what is to be done; behind the others the advice is turned round.
_ASIDE = re.compile(
    r"\b(?:before|when|where|until|if|once|was|were|since|because|after|what|who|how|at earlier|why)\b"
)
_NOT = re.compile(r"\b(?:not|never|no|none|nothing|nobody|without|neither)\b[^,;]*$")
_MUST_NOT = re.compile(
    r"\b(?:(?:should|shall|must|may|can|to|ought|do|does)(?: not|n't)|cannot|not to|(?:is|are) not|never)(?: be)? ?$"
)
# "is never stopped at once" says how, and nothing of whether.
_HOW = re.compile(r"^ ?(?:[^,;]{0,30} )?(?:at once|abruptly|suddenly|overnight|without|by (?:herself|himself|themselves)|on (?:her|his|their) own|too|early|alone)\b")  # fmt: skip
# "should not be taken with grapefruit" and "not used for longer than five days" say how, too.
_WAY = re.compile(r"\b(?:as|with|together|beside|within|(?:for )?(?:more|longer) than|on an empty|every)\b")
_INSTEAD = re.compile(r"\b(?:instead of|in place of|rather than)\b")
# What takes a place stands behind these, and no slot does: "by {due}" is a day. "for" turns a substitution round.
_BY = re.compile(r"\b(?:by|with|to|into|for)\b(?! \{\})")


def clauses(text: str) -> Iterator[str]:
    """The clauses of a sentence; of its slots alone {drug} is kept, as other words end no clause."""
    spoken = _SLOT.sub(lambda slot: "{drug}" if slot[0].startswith("{drug") else "{}", text)
    yield from _CLAUSE.split(spoken)


def advised(clause: str) -> Iterator[tuple[str, str, str]]:
    """What is advised with which stretch of a clause, and the stretch that must name a drug, too, for it to count ("" for none)."""
    left, _, instead = (
        (clause[: cut.start()], cut[0], clause[cut.end() :])
        if (cut := _INSTEAD.search(clause.lower()))
        else (clause, "", "")
    )
    small = left.lower()
    for verb in _VERB.finditer(small):
        kind = next(one for at, one in enumerate(_KINDS) if verb[f"v{at}"])
        before, behind = small[: verb.start()], small[verb.end() :]
        if _ASIDE.search(before):
            continue
        if kind is _SWITCH:
            yield from _switched(left, verb, turned=bool(_NOT.search(before)), instead=instead)
            continue
        if what := _meant(kind, small, before, behind):
            # What something is added to, or told about, isn't what is begun.
            aside = (
                re.search(r"\b(?:about|to(?=\b(?! \{\})) (?!start|begin|take|use))\b", behind)
                if what == START
                else None
            )
            yield what, left[: verb.end() + aside.start()] if aside else left, ""
    if instead and _VERB.search(small) and not _ASIDE.search(small) and not _NOT.search(small):
        yield STOP, instead, ""


def _meant(kind: str, clause: str, before: str, behind: str) -> str:
    if kind is _AGAINST:
        return "" if _NOT.search(before) else STOP
    if kind is _TAKE:
        return STOP if _MUST_NOT.search(before) and not _WAY.search(behind) else ""
    if kind in (MORE, LESS) and "dose" not in clause and not re.search(r"titrat|escalat|step", clause):
        return ""
    if not _NOT.search(before):
        return kind
    if kind is STOP and not _HOW.match(behind) and _MUST_NOT.search(before):
        return KEEP
    # "is not started" and "is not continued" are advice to go without it.
    return STOP if kind in (START, KEEP) else ""


def _switched(
    clause: str, verb: re.Match[str], *, turned: bool, instead: str
) -> Iterator[tuple[str, str, str]]:
    """What is put in the place of what. "replace" alone names what goes; other verbs do so only where another drug is named."""
    word, stretch = verb[0], clause[verb.start() :]
    cut = _BY.search(stretch)
    goes, comes = clause, ""
    if cut:
        goes, comes = clause[: verb.start()] + stretch[: cut.start()], stretch[cut.end() :]
        if word.startswith("substitut") and cut[0] == "for":
            goes, comes = comes, goes
    if turned:
        return
    if comes:
        yield STOP, goes, comes
        yield START, comes, goes
    elif instead:
        yield START, clause, ""
    elif word.startswith("replac"):
        yield REPLACE, goes, ""
