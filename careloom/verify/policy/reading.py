"""Reading: a payer's policy, as text or markdown, into its criteria with their structure.

Takes    the policy's text
Gives    its groups of criteria: each criterion word for word, all of them or how many are asked for, what excludes, what renews
Never    says what a criterion means, or takes a list for criteria that nothing calls so
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from careloom.errors import InputError
from careloom.text.orders import orders_software, speaks_to_software

# What a group asks of its criteria: each, at least `needed`, or what its words and its joining words leave open.
Mode = Literal["leaf", "all", "some", "unclear"]
_MOST = 200
_LABEL = re.compile(
    r"(?P<label>[-*+•◦▪‣●○■□☐–—]|o(?=\s)|\[[ xX]?\]|\d{1,2}(?:\.\d{1,2})+\.?(?:\s+-(?=\s))?|\d{1,2}\s+-(?=\s)|\(?(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,5})[.)])\s+(?=\S)"
)
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.+?)\s*#*$")
_RULE = re.compile(r"[-=_*\s]{3,}$")
_JOIN = re.compile(r"(?:and|or|plus|and/or)\s*[:;,.]?$", re.IGNORECASE)
_ENDS = re.compile(r"[;,.]?\s*\b(?P<word>and/or|and|or)\s*[;,.:]?$", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SOME = re.compile(
    r"\b(?:at least |any |a minimum of |minimum of )?(?P<number>one|two|three|four|five|[1-5])\s*(?:\(\d\)\s*)?(?:or more )?of\b"
    r"|\b(?P<any>any of|either of|either)\b|\bmust meet (?P<or>\w{1,2}(?:,? \w{1,2})* or \w{1,2})\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all of|all the|each of|both of|both|all criteria|all are)\b|\bALL\b", re.IGNORECASE)
_NONE = re.compile(
    r"\bnone of\b|\b(?:not|no|never|without)\b[^.:]{0,60}\bany of\b|\bany of\b[^.:]{0,60}\b(?:not covered|excluded)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"criteri|medical(?:ly)? necess|prior.?auth|pre-?auth|precertif|approv|authoriz|authoris|step therapy|eligib"
    r"|\b(?:is|are|be|considered) covered\b|coverage|must (?:meet|have|be)|requirement|\bindications?\b"
    r"|\bcovers?\b[^.]*\b(?:when|if|for)\b|\b(?:members?|patients?|beneficiar\w+|individuals?) (?:who|meets?)\b",
    re.IGNORECASE,
)
_FIRMLY = re.compile(r"criteri|medical(?:ly)? necess|prior.?auth|approv|coverage", re.IGNORECASE)
_OTHER = re.compile(
    r"background|overview|reference|\bcod(?:es?|ing)\b|\bcpt\b|hcpcs|\bicd\b|definition|revision|history of|policy history"
    r"|appendix|disclaimer|dosage|dosing|quantity|duration|length of|period|how to|contact|submission|rationale|evidence"
    r"|description|product|table of contents|ingredients|instructions|availability",
    re.IGNORECASE,
)
_RENEWAL = re.compile(r"renewal|reauthori[sz]|continuation|continued|re-?certif|extension", re.IGNORECASE)
_EXCLUDES = re.compile(
    r"exclusion|exclud|not (?:be )?(?:covered|approved|medically necessary|authori[sz]ed)|non-?cover|limitations"
    r"|contraindications|investigational|denied",
    re.IGNORECASE,
)
_WAIVES = re.compile(r"\bwaive|\bexceptions?\b", re.IGNORECASE)
_PATIENT = re.compile(
    r"\b(?:members?|patients?|individuals?|beneficiar|enrollee|recipient|diagnos|therap|treat|trial|prescri|document|disease"
    r"|medic|clinical|years?\b|pregnan|symptom|mg|dose|drug|failure|failed)|[<>≥≤]=?\s*\d",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


@dataclass
class Criterion:
    """One criterion, or a group of them. `quote` is its line as the policy has it, with its label; `text` the same without.

    Of a group `needed` is how many of its `parts` must be met (all of them where the mode is "all"). `excludes` where it speaks
    against what is asked for. A group that `waives` makes others needless. What speaks to software is `hostile`: it is never quoted.
    """

    quote: str
    text: str
    path: str = ""
    mode: Mode = "leaf"
    needed: int = 0
    parts: list["Criterion"] = field(default_factory=list)
    excludes: bool = False
    renewal: bool = False
    waives: bool = False
    hostile: bool = False
    joins: list[str] = field(default_factory=list)

    def leaves(self) -> Iterator["Criterion"]:
        """The criteria that have no parts, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass
class _Open:
    indent: int
    style: str
    criterion: Criterion


@dataclass
class _Reader:
    """Where the reading is: the heading and the sentence above a list, and the items that are still open."""

    groups: list[Criterion] = field(default_factory=list)
    heading: str = ""
    intro: str = ""
    group: Criterion | None = None
    stack: list[_Open] = field(default_factory=list)
    last: Criterion | None = None
    blank: bool = False


def read(text: str) -> tuple[Criterion, ...]:
    """The groups of criteria of a policy. Raises InputError where it has none, or is no text."""
    if "%PDF" in text[:20] or len(_STRANGE.findall(text)) > len(text) // 200:
        raise InputError("is no text; give the policy's words", where="policy")
    reader = _Reader()
    for line in text.expandtabs(4).split("\n"):
        _take(line, reader)
    found = [one for one in reader.groups if one.parts and _is_of_criteria(one)]
    leaves = [leaf for one in found for leaf in one.leaves()]
    is_named = any(_FIRMLY.search(one.text) for one in found)
    if not leaves or not (is_named or any(_PATIENT.search(leaf.text) for leaf in leaves)):
        raise InputError(
            "has no criteria that can be found: a policy lists them by numbers, letters or bullets",
            where="policy",
        )
    if len(leaves) > _MOST:
        raise InputError(
            f"has more than {_MOST} criteria; give the part that is about the service", where="policy"
        )
    for place, one in enumerate(found, start=1):
        _settle(one, str(place))
    return tuple(found)


def _take(line: str, reader: _Reader) -> None:
    plain = _MARKS.sub("", line).strip()
    if not plain or (_RULE.match(line) and not _LABEL.match(plain)):
        reader.blank = True
        return
    label, indent = (
        _LABEL.match(line.strip().lstrip("*") if line.strip().startswith("**") else line.strip()),
        _indent(line),
    )
    if heading := _heading(line, plain, is_item=label is not None):
        reader.heading, reader.intro, reader.group, reader.stack, reader.last = heading, "", None, [], None
    elif _JOIN.match(plain) and reader.stack:
        reader.stack[-1].criterion.joins.append(plain.rstrip(":;,. ").lower())
    elif label is not None:
        _item(plain, label["label"], indent, reader)
    elif reader.stack and indent > reader.stack[0].indent and _OTHER.search(plain) and ":" in plain:
        # "Approval duration: 12 months" inside a list is none of its criteria, and doesn't end it.
        pass
    elif reader.last is not None and _goes_on(indent, reader):
        reader.last.quote += f" {plain}"
        reader.last.text += f" {plain}"
    else:
        reader.intro = (
            plain if reader.blank or not reader.intro or reader.group else f"{reader.intro} {plain}"
        )
        reader.group, reader.stack, reader.last = None, [], None
    reader.blank = False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _heading(line: str, plain: str, *, is_item: bool) -> str:
    """A line's words where it is a heading; "" for any other."""
    if found := _HEADING.match(line.strip()):
        return _MARKS.sub("", found["text"]).strip()
    if is_item or plain.endswith((".", ";", ",")) or len(plain.split()) > 10:
        return ""
    is_bold = line.strip().startswith("**") and line.strip().rstrip(":").endswith("**")
    shouts = plain.isupper() and len(plain) > 4
    titled = not plain.endswith(":") and all(word[:1].isupper() for word in plain.split() if len(word) > 3)
    # "AND" and "OR" between two lists are no headings.
    return plain.rstrip(":") if (is_bold or shouts or titled) and not _JOIN.match(plain) else ""


def _goes_on(indent: int, reader: _Reader) -> bool:
    """Whether a line without a label is the rest of the item above it."""
    if not reader.stack or reader.last is None:
        return False
    if indent > reader.stack[0].indent:
        return True
    return not reader.blank and not reader.last.text.endswith((".", ":", ";"))


def _item(plain: str, label: str, indent: int, reader: _Reader) -> None:
    body = _LABEL.sub("", plain, count=1).strip() if _LABEL.match(plain) else plain
    quote = body if _is_bullet(label) else plain
    hostile = speaks_to_software(body) or orders_software(body)
    made = Criterion(quote=_clean(quote), text=_clean(body), hostile=hostile)
    style = _style(label, reader.stack)
    _close(indent, style, reader.stack)
    if not reader.stack:
        if reader.group is None:
            reader.group = _group(reader)
            reader.groups.append(reader.group)
        reader.group.parts.append(made)
    else:
        reader.stack[-1].criterion.parts.append(made)
    reader.stack.append(_Open(indent, style, made))
    reader.last = made


def _clean(text: str) -> str:
    """A line as it is quoted: its own quotation marks become single ones."""
    return " ".join(text.replace("“", "‘").replace("”", "’").replace('"', "’").split())


def _group(reader: _Reader) -> Criterion:
    said = _clean(reader.intro) or _clean(reader.heading)
    above = f"{reader.heading} {reader.intro}"
    group = Criterion(quote=said, text=f"{reader.heading}\n{reader.intro}".strip())
    group.renewal = _RENEWAL.search(above) is not None
    group.excludes = _EXCLUDES.search(above) is not None
    group.waives = _WAIVES.search(above) is not None
    group.hostile = speaks_to_software(said) or orders_software(said)
    return group


def _is_bullet(label: str) -> bool:
    return not any(sign.isalnum() for sign in label) or label == "o" or label.lower() == "[x]"


def _style(label: str, stack: Sequence[_Open]) -> str:
    """The kind of a label: the bullet itself, its depth by points, or digits, letters and Roman numerals."""
    said = label.strip("().- ")
    if _is_bullet(label):
        return label
    if "." in said:
        return f"points {said.count('.')}"
    if said.isdigit():
        return "digits" + ("(" if label.startswith("(") else "")
    case = "upper" if said.isupper() else "lower"
    is_roman = re.fullmatch(r"[ivx]+", said, re.IGNORECASE) is not None
    before = [one for one in stack if one.style == f"{case} letters"]
    # "i" behind "h" is a letter, at the head of a list a numeral.
    if is_roman and not (
        len(said) == 1
        and before
        and before[-1].criterion.quote.strip("(")[:1].lower() == chr(ord(said.lower()) - 1)
    ):
        return f"{case} numerals"
    return f"{case} letters"


def _close(indent: int, style: str, stack: list[_Open]) -> None:
    """Close what an item isn't inside of: deeper ones, and its own siblings."""
    while stack and stack[-1].indent > indent + 1:
        stack.pop()
    place = next((n for n in range(len(stack) - 1, -1, -1) if stack[n].style == style), None)
    if place is not None and stack[place].indent >= indent - 1:
        del stack[place:]
    elif stack and stack[-1].indent > indent:
        stack.pop()


def _is_of_criteria(group: Criterion) -> bool:
    """Whether what stands above a list calls it criteria, and nothing that it is something else."""
    heading, _, intro = group.text.partition("\n")
    is_called = bool(_CALLED.search(intro) or _SOME.search(intro) or _ALL.search(intro))
    if is_called or group.excludes or (group.renewal and intro):
        return is_called or bool(intro) or not _OTHER.search(heading)
    if _OTHER.search(intro) or (_OTHER.search(heading) and "criteri" not in heading.lower()):
        return False
    return bool(_CALLED.search(heading))


def _settle(one: Criterion, path: str) -> None:
    """The path and the mode of a group and of everything in it."""
    one.path = path
    for place, part in enumerate(one.parts, start=1):
        part.excludes = one.excludes or bool(
            _NONE.search(one.text) or (part.parts and _EXCLUDES.search(part.text))
        )
        part.renewal = one.renewal or bool(part.parts and _RENEWAL.search(part.text))
        _settle(part, f"{path}.{place}")
    if one.parts:
        one.mode, one.needed = _mode(one)


def _mode(group: Criterion) -> tuple[Mode, int]:
    joined = _joined(group)
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
    said = _ABOUT_PARTS.sub("", group.text.strip(" :"))
    return said.strip(" :;,.")
