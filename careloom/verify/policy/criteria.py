"""Criteria: one criterion of a policy, or a group of them, and how the parts of a group join."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

# What a group asks of its criteria: each, at least `needed`, or what its words and its joining words leave open.
Mode = Literal["leaf", "all", "some", "unclear"]
_ENDS = re.compile(r"[;,.]?\s*\b(?P<word>and/or|and|or)\s*[;,.:]?$", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SOME = re.compile(
    r"\b(?:at least |any |a minimum of |minimum of )?(?P<number>one|two|three|four|five|[1-5])\s*(?:\(\d\)\s*)?(?:or more )?of\b"
    r"|\b(?P<any>any of|either of|either)\b|\bmust meet (?P<or>\w{1,2}(?:,? \w{1,2})* or \w{1,2})\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all of|all the|each of|both of|both|all criteria|all are)\b|\bALL\b", re.IGNORECASE)
# "Does not have any one of the following": each of them speaks against a request.
_NONE = re.compile(
    r"\bnone of\b|\b(?:not|never) (?:currently |also |be |been )*(?:have|had|having|has|be|been|exhibit|meet|using|taking|receiving|treated with|diagnosed with)"
    r"(?: a history of| evidence of)?,? (?:any|either|one)(?: one)?(?: \(1\))?(?: or more)? of\b|\bwithout (?:any|either|one)(?: one)?(?: or more)? of\b"
    r"|\babsence of (?:all|any|each|both|either) of\b|\bany of\b[^.:]{0,60}\b(?:not covered|excluded)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|absence|cannot|unable|lack(?:s|ing)?|free of)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,;.]|\band\b|\bwhen\b|\bif\b|\bwho\b|\bunless\b|\bonly\b", re.IGNORECASE)
# A title of what speaks against a request, and a sentence that says so.
_EXCLUDING_TITLE = re.compile(
    r"\W*(?:[\dIVX]{1,4}[.)]\s*)?(?:general |coverage |policy )?(?:exclusions?|limitations|contraindications|conditions not covered|non-?covered"
    r"|not covered|investigational)\b",
    re.IGNORECASE,
)
_EXCLUDING = re.compile(
    r"\bnot (?:be )?(?:considered )?(?:covered|approved|medically necessary|authori[sz]ed)\b|\bnon-?covered\b|\bexclusion criteria\b"
    r"|\b(?:is|are|considered)(?: \w+){0,3} investigational\b|\bdenied (?:if|when|for)\b|\bexcluded (?:if|when|for|from)\b",
    re.IGNORECASE,
)
# "Not covered unless all of these are met" asks for them.
_ONLY = re.compile(r"\bunless\b|\bexcept\b|\buntil\b|\bonly\b", re.IGNORECASE)
_RENEWS = re.compile(
    r"\brenewals?\b|\bre-?authori[sz]|\bcontinuation\b|\bcontinued\b|\bre-?certif|\bextension\b",
    re.IGNORECASE,
)
# A line that only leads to others, which a text without indents has beside it.
_LEADS = re.compile(r":$|\bfollowing(?: \w+){0,3}$", re.IGNORECASE)


@dataclass
class Criterion:
    """One criterion, or a group of them. `quote` is its line as the policy has it, with its label; `text` the same without.

    Of a group `needed` is how many of its `parts` must be met (all of them where the mode is "all"). `excludes` where it speaks
    against what is asked for; `doubtful` where it isn't clear whether it does. A group that `waives` makes others needless. What
    speaks to software is `hostile`: it is never quoted. A group that is about another drug than what is asked for is `elsewhere`. One without a
    label among others that have parts is `numbered` by its path, so that its reader sees which belongs to which.
    """

    quote: str
    text: str
    path: str = ""
    mode: Mode = "leaf"
    needed: int = 0
    parts: list["Criterion"] = field(default_factory=list)
    excludes: bool = False
    doubtful: bool = False
    renewal: bool = False
    waives: bool = False
    hostile: bool = False
    elsewhere: bool = False
    numbered: bool = False
    joins: list[str] = field(default_factory=list)

    @property
    def leads(self) -> bool:
        """Whether its line only leads to others, and none of them was found inside it."""
        return not self.parts and _LEADS.search(self.text) is not None

    def every(self) -> Iterator["Criterion"]:
        """Itself, and all criteria inside it."""
        yield self
        for part in self.parts:
            yield from part.every()

    def leaves(self) -> Iterator["Criterion"]:
        """The criteria that have no parts, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def excludes(text: str) -> bool:
    """Whether a title, or the sentence above a list, says that what follows speaks against a request."""
    return bool(_EXCLUDING_TITLE.match(text) or (_EXCLUDING.search(text) and not _ONLY.search(text)))


def renews(text: str) -> bool:
    """Whether a title, or the sentence above a list, is about the renewal of what was approved before."""
    return _RENEWS.search(text) is not None


def counts(text: str) -> bool:
    """Whether the sentence above a list says how many of its parts are needed."""
    return bool(_SOME.search(text) or _ALL.search(text))


def settle(one: Criterion, path: str) -> None:
    """The path and the mode of a group and of everything in it."""
    one.path = path
    none, doubtful = _NONE.search(one.text) is not None, bool(one.parts) and _is_turned(one.text)
    for place, part in enumerate(one.parts, start=1):
        part.excludes = one.excludes or none or bool(part.parts and excludes(part.text))
        part.renewal = one.renewal or bool(part.parts and renews(part.text))
        # "None of the following:" without an indent behind it: which lines it is about is not said.
        part.doubtful = one.doubtful or doubtful
        # Of "none of: both of a and b" neither a nor b excludes for itself.
        part.doubtful = part.doubtful or bool(part.parts and (one.excludes or none))
        doubtful = doubtful or (part.leads and bool(_NONE.search(part.text) or excludes(part.text)))
        settle(part, f"{path}.{place}")
    if one.parts:
        one.mode, one.needed = _mode(one)


def give_numbers(group: Criterion) -> None:
    """Let the criteria of a group have their paths where bullets stand below bullets."""
    inside = [one for part in group.parts for one in part.every()]
    if any(one.parts and one.quote == one.text for one in inside):
        for one in [group, *inside]:
            one.numbered = one is group or one.quote == one.text


def _is_turned(lead: str) -> bool:
    """Whether the last clause of a line above a list has a "not" that says neither that its parts are asked for nor that they exclude
    ("not controlled with one of the following").
    """
    counted = _SOME.search(lead) or _ALL.search(lead)
    if counted is None or _NONE.search(lead) or excludes(lead):
        return False
    return _NEGATION.search(_CLAUSE.split(lead[: counted.start()])[-1]) is not None


def _mode(group: Criterion) -> tuple[Mode, int]:
    joined = _joined(group)
    if any(part.leads for part in group.parts):
        return "unclear", 0
    if group.excludes or _NONE.search(group.text):
        # Each of them excludes for itself.
        return "all", len(group.parts)
    said = _asked(group.text.rpartition("\n")[2])
    if said is not None and said != 0:
        return ("unclear", 0) if joined == {"and"} and len(group.parts) > said else ("some", said)
    if said == 0:
        return ("unclear", 0) if joined == {"or"} else ("all", len(group.parts))
    if len(joined) > 1 or "and/or" in joined:
        return "unclear", 0
    return ("some", 1) if joined == {"or"} else ("all", len(group.parts))


def _asked(text: str) -> int | None:
    """How many of its parts the words of a group ask for; 0 for all, None where they don't say."""
    some, every = _SOME.search(text), _ALL.search(text)
    if some and (every is None or some.start() > every.start()):
        number = (some["number"] or "one").lower()  # "either", "any of", "1 or 2": one of them
        return _NUMBERS.get(number) or int(number)
    return 0 if every else None


def _joined(group: Criterion) -> set[str]:
    """The words that join a group's parts: at their ends, and between them; those of the last part join nothing."""
    found = set()
    for part in group.parts[:-1]:
        found |= set(part.joins)
        last = part
        while last.parts:
            last = last.parts[-1]
            found |= set(last.joins)
        ending = _ENDS.search(last.text)
        if ending:
            found.add(ending["word"].lower())
    return {"and" if word == "plus" else word for word in found}


# What a group's line says of its parts alone: how many of them, and that they are to be shown.
_JOINING = re.compile(
    r"(?:all|any|each|both|either|one|two|three|four|five|at|least|or|more|a|minimum|must|meets?|met|the|of|following|criteria|criterion|"
    r"conditions?|requirements?|are|is|be|when|if|apply|applies|has|have|had|members?|patients?|individuals?|beneficiary|documentation|"
    r"documented|evidence|and|initial|approval|authori[sz]ation|coverage|clinical|medical|necessity|for|considered|medically|necessary|below|"
    r"listed|these|options?|satisf(?:y|ied|ies)|there|with|by|as|request|requests|continued|continuation|therapy|renewal|\d)\Z",
    re.IGNORECASE,
)

_ABOUT_PARTS = re.compile(
    r"\(?\b(?:must meet|and|with|plus)?\s*(?:all|any|each|both|either|one|two|three|at least \w+|\d)(?:\s*\(\d\))?(?: or more)?"
    r"(?: of)?(?: the)? (?:following|below|criteria)[^.]*$|\(must meet[^)]*\)|[:;,.]\s*$",
    re.IGNORECASE,
)


def own_words(group: Criterion) -> str:
    """What a group's line asks for besides its parts ("Heart failure with one of the following": heart failure); "" for nothing."""
    words = re.findall(r"[^\W_]+", group.text)
    if all(_JOINING.match(word) for word in words):
        return ""
    said = _ABOUT_PARTS.sub("", group.text.strip(" :\n"))
    return said.strip(" :;,.")
