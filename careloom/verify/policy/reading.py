"""Reading: a payer's policy, as text or markdown, into its criteria with their structure.

Takes    the policy's text
Gives    its groups of criteria: each criterion word for word, all of them or how many are asked for, what excludes, what renews; and
         what of it was passed over
Never    says what a criterion means, or takes a list for criteria that nothing calls so
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from careloom.errors import InputError
from careloom.text.orders import is_for_software
from careloom.verify.policy.criteria import Criterion, counts, excludes, give_numbers, renews, settle
from careloom.verify.policy.labels import LABEL, Place, is_bullet, place

_MOST = 200
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.+?)\s*#*$")
_RULE = re.compile(r"[-=_*\s]{3,}$")
_JOIN = re.compile(r"(?:and|or|plus|and/or)\s*[:;,.]?$", re.IGNORECASE)
_CALLED = re.compile(
    r"criteri|medical(?:ly)? necess|prior.?auth|pre-?auth|precertif|approv|authoriz|authoris|step therapy|eligib"
    r"|\b(?:is|are|be|considered)(?: not)? (?:covered|payable)\b|coverage|must (?:meet|have|be)|requirement|\bclinical indications?\b"
    r"|\bcovers?\b[^.]*\b(?:when|if|for)\b|\b(?:members?|patients?|beneficiar\w+|individuals?) (?:who|meets?)\b",
    re.IGNORECASE,
)
_FIRMLY = re.compile(r"criteri|medical(?:ly)? necess|prior.?auth|approv|coverage", re.IGNORECASE)
_OTHER = re.compile(
    r"fda[- ](?:approved|labell?ed)|indications for prior|background|overview|reference|\bcod(?:es?|ing)\b|\bcpt\b|hcpcs|\bicd\b|definition|revision|history of|policy history"
    r"|appendix|disclaimer|dosage|dosing|quantity|duration|length of|period|how to|contact|submission|rationale|evidence"
    r"|description|product|table of contents|ingredients|instructions|availability",
    re.IGNORECASE,
)
_WAIVES = re.compile(r"\bwaive|\bexceptions?\b", re.IGNORECASE)
_PATIENT = re.compile(
    r"\b(?:members?|patients?|individuals?|beneficiar|enrollee|recipient|diagnos|therap|treat|trial|prescri|document|disease"
    r"|medic|clinical|years?\b|pregnan|symptom|mg|dose|drug|failure|failed)|[<>≥≤]=?\s*\d",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_STRANGE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")


_WEB_PAGE = re.compile(r"</?(?:html|body|div|p|li|ul|ol|td|tr|span|h[1-6])\b[^>]*>", re.IGNORECASE)
# For how long an approval holds, and a page's number, are no criteria, wherever they stand.
_TERM = re.compile(
    r"(?:length|duration|period|term) of (?:approval|authorization|coverage)\b|(?:approval|authorization|coverage) (?:duration|period|length|term)\b"
    r"|(?:(?:initial|renewal|subsequent|continued|all)\s+)?(?:approvals?|authorizations?|re-?authorizations?)\s+(?:is|are|will be|may be|shall be)\s+"
    r"(?:granted |given |issued )?for\s+(?:the duration of |up to |a period of |a duration of )?\w+(?:\s*\(\d+\))?\s+(?:days?|weeks?|months?|years?)\b"
    r"|page \d+(?: of \d+)?$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\W{0,3}(?:please )?(?:note|alert|important|reminder|nota bene)\b\s*[:!—-]", re.IGNORECASE
)
# A title that isn't marked as one: "Reauthorization criteria".
_TITLE = re.compile(
    r"[A-Z][\w /&(),-]*\b(?:[Cc]riteria|[Dd]urations?|[Ll]imits?|[Rr]equirements?|[Ee]xclusions?|[Rr]eferences|[Cc]odes|[Cc]oding|[Bb]ackground"
    r"|[Ll]imitations|[Tt]herapy|[Ii]ndications?|[Aa]uthorization)$"
)
# Chapters of one list that are none of its criteria.
_CHAPTER = re.compile(
    r"(?:fda[- ](?:approved|labell?ed) (?:indications?|uses?)|general information|therapeutic alternatives|references?|background|overview|definitions?"
    r"|dosage and administration|coding|codes|revision|policy history|product (?:information|availability)|description|appendix)\b[^.]{0,40}$",
    re.IGNORECASE,
)
_LONGEST_NAME = 80


@dataclass
class _Open:
    place: Place
    criterion: Criterion


@dataclass
class _Paused:
    """A list that a line without a label broke off: its next item may follow."""

    group: Criterion
    stack: list[_Open]


@dataclass
class _Reader:
    """Where the reading is: the heading and the sentence above a list, and the items that are still open."""

    groups: list[Criterion] = field(default_factory=list)
    heading: str = ""
    intro: str = ""
    group: Criterion | None = None
    stack: list[_Open] = field(default_factory=list)
    paused: list[_Paused] = field(default_factory=list)
    last: Criterion | None = None
    blank: bool = False
    noting: bool = False
    passed: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Policy:
    """A policy's groups of criteria, and by their names the parts and notes that were not taken for criteria."""

    groups: tuple[Criterion, ...]
    passed: tuple[str, ...]


def read(text: str) -> Policy:
    """A policy. Raises InputError where it has no criteria, or is no text."""
    if "%PDF" in text[:20] or len(_STRANGE.findall(text)) > len(text) // 200:
        raise InputError("is no text; give the policy's words", where="policy")
    if len(_WEB_PAGE.findall(text)) > 3:
        raise InputError("is the source of a web page; give the words that it shows", where="policy")
    reader = _Reader()
    text = _INVISIBLE.sub("", text)
    for line in text.expandtabs(4).split("\n"):
        _take(line, reader)
    found = [one for one in reader.groups if one.parts and _is_of_criteria(one)] or _under_a_title(reader)
    passed = [_short(one.quote) for one in reader.groups if one.parts and one not in found]
    passed += [_short(name) for name in reader.passed]
    passed += [name for one in found for name in _without_chapters(one)]
    found = [one for one in found if one.parts]
    _check(found)
    for number, one in enumerate(found, start=1):
        settle(one, str(number))
        give_numbers(one)
    return Policy(tuple(found), tuple(dict.fromkeys(name for name in passed if name)))


def _under_a_title(reader: _Reader) -> list[Criterion]:
    """The lists of a text that calls only itself criteria ("Hospital bed criteria", then each bed under its name)."""
    if not any("criteri" in one.lower() for one in reader.titles):
        return []
    return [one for one in reader.groups if one.parts and not _OTHER.search(one.text)]


def _check(found: list[Criterion]) -> None:
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


def _short(name: str) -> str:
    """A name of at most 80 characters; "" where it speaks to software."""
    if is_for_software(name):
        return ""
    said = " ".join(name.split())
    return said if len(said) <= _LONGEST_NAME else f"{said[:_LONGEST_NAME].rsplit(' ', 1)[0]} …"


def _without_chapters(group: Criterion) -> Iterator[str]:
    """Take the chapters that aren't criteria out of a list, and give their names."""
    for part in list(group.parts):
        if _CHAPTER.match(part.text.strip(" :")):
            group.parts.remove(part)
            yield _short(part.quote)


def _take(line: str, reader: _Reader) -> None:
    plain = _MARKS.sub("", line).strip()
    if not plain or (_RULE.match(line) and not LABEL.match(plain)):
        reader.blank, reader.noting = True, False
        return
    bare = line.strip().lstrip("*") if line.strip().startswith("**") else line.strip()
    label, indent = LABEL.match(bare), _indent(line)
    body = LABEL.sub("", plain, count=1).strip() if label and LABEL.match(plain) else plain
    if heading := _heading(line, plain, reader, is_item=label is not None):
        _pause(reader)
        reader.heading, reader.intro = heading, ""
        reader.titles.append(heading)
    elif _JOIN.match(body):
        _join(body, label["label"] if label else "", indent, reader)
    elif _TERM.match(body):
        # "Approval duration: 12 months" is none of the criteria, and ends no list.
        reader.last = None
    elif label is not None:
        _item(plain, body, label["label"], indent, reader)
    else:
        _words(plain, indent, reader)
    reader.blank = False


def _words(plain: str, indent: int, reader: _Reader) -> None:
    """A line without a label: a note, the rest of the item above it, or a sentence above the next list."""
    if _NOTE.match(plain) or reader.noting:
        if not reader.noting:
            reader.passed.append(plain)
        reader.last, reader.noting = None, True
    elif reader.stack and indent > reader.stack[0].place.indent and _OTHER.search(plain) and ":" in plain:
        reader.passed.append(plain)
    elif reader.last is not None and _goes_on(indent, reader):
        reader.last.quote += f" {plain}"
        reader.last.text += f" {plain}"
    else:
        is_new = reader.blank or not reader.intro or reader.group is not None
        _pause(reader)
        reader.intro = plain if is_new else f"{reader.intro} {plain}"


def _pause(reader: _Reader) -> None:
    """Break a list off; it is kept in mind in case its next item follows."""
    if reader.group is not None and reader.stack:
        reader.paused = [*reader.paused[-4:], _Paused(reader.group, reader.stack)]
    reader.group, reader.stack, reader.last, reader.noting = None, [], None, False


def _resumed(at: Place, reader: _Reader) -> bool:
    """Whether an item goes on with a list that was broken off, which is open again then."""
    if any(at.follows(one.place) for one in reader.stack) or (
        reader.group is None and reader.intro.endswith(":")
    ):
        return False
    for number in range(len(reader.paused) - 1, -1, -1):
        paused = reader.paused[number]
        for depth in range(len(paused.stack) - 1, -1, -1):
            if at.follows(paused.stack[depth].place):
                if reader.group is None and reader.intro:
                    reader.passed.append(reader.intro)
                reader.group, reader.stack = paused.group, paused.stack[:depth]
                del reader.paused[number:]
                return True
    return False


def _join(word: str, label: str, indent: int, reader: _Reader) -> None:
    """ "AND" between two items, with or without a bullet of its own."""
    said = word.rstrip(":;,. ").lower()
    if label:
        _close(place(label, indent, [one.place for one in reader.stack]), reader.stack)
        owner = reader.stack[-1].criterion if reader.stack else reader.group
        if owner is not None and owner.parts:
            owner.parts[-1].joins.append(said)
    elif reader.stack:
        reader.stack[-1].criterion.joins.append(said)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _heading(line: str, plain: str, reader: _Reader, *, is_item: bool) -> str:
    """A line's words where it is a heading; "" for any other."""
    if found := _HEADING.match(line.strip()):
        return _MARKS.sub("", found["text"]).strip()
    if is_item or plain.endswith((".", ";", ",")) or len(plain.split()) > 10 or _TERM.match(plain):
        return ""
    is_bold = line.strip().startswith("**") and line.strip().rstrip(":").endswith("**")
    shouts = plain.isupper() and len(plain) > 4
    titled = not plain.endswith(":") and all(
        word.lstrip("(")[:1].isupper() for word in plain.split() if len(word) > 3
    )
    # A line as far out as the list itself isn't the rest of an item of it.
    is_out = not reader.stack or _indent(line) <= reader.stack[0].place.indent
    is_title = is_out and len(plain.split()) <= 7 and _TITLE.match(plain) is not None
    # "AND" and "OR" between two lists are no headings.
    return plain.rstrip(":") if (is_bold or shouts or titled or is_title) and not _JOIN.match(plain) else ""


def _goes_on(indent: int, reader: _Reader) -> bool:
    """Whether a line without a label is the rest of the item above it."""
    if not reader.stack or reader.last is None:
        return False
    if indent > reader.stack[0].place.indent:
        return True
    return not reader.blank and not reader.last.text.endswith((".", ":", ";"))


def _item(plain: str, body: str, label: str, indent: int, reader: _Reader) -> None:
    quote = body if is_bullet(label) else plain
    hostile = is_for_software(body)
    made = Criterion(quote=clean(quote), text=clean(body), hostile=hostile)
    at = place(label, indent, [one.place for one in reader.stack])
    if not _resumed(at, reader):
        _close(at, reader.stack)
    if not reader.stack:
        if reader.group is None:
            reader.group = _group(reader)
            reader.groups.append(reader.group)
        reader.group.parts.append(made)
    else:
        reader.stack[-1].criterion.parts.append(made)
    reader.stack.append(_Open(at, made))
    reader.last, reader.noting = made, False


def clean(text: str) -> str:
    """Words as they are quoted: in one line, their own quotation marks become single ones."""
    return " ".join(text.replace("“", "‘").replace("”", "’").replace('"', "’").split())


def _group(reader: _Reader) -> Criterion:
    said = clean(reader.intro) or clean(reader.heading)
    above = f"{reader.heading} {reader.intro}"
    group = Criterion(quote=said, text=f"{reader.heading}\n{reader.intro}")
    group.renewal = renews(above)
    group.excludes = excludes(reader.heading) or excludes(reader.intro)
    group.waives = _WAIVES.search(above) is not None
    group.hostile = is_for_software(said)
    return group


def _close(at: Place, stack: list[_Open]) -> None:
    """Close what an item isn't inside of: deeper ones, and its own siblings."""
    while stack and stack[-1].place.indent > at.indent + 1:
        stack.pop()
    same = next((n for n in range(len(stack) - 1, -1, -1) if stack[n].place.style == at.style), None)
    if same is not None and stack[same].place.indent >= at.indent - 1:
        del stack[same:]
    elif stack and stack[-1].place.indent > at.indent:
        stack.pop()
    elif at.depth is not None:
        _shallower(at, at.depth, stack)


def _shallower(at: Place, depth: int, stack: list[_Open]) -> None:
    """Close what stands deeper by its label where nothing is indented: "2." before "B."."""
    while stack and stack[-1].place.indent >= at.indent - 1:
        top, over = stack[-1], [one.place.depth for one in stack if one.place.depth is not None]
        if top.criterion.text.endswith(":") or not any(one != depth for one in over):
            return
        if top.place.depth is not None and top.place.depth < depth:
            return
        if top.place.depth is None and not any(one < depth for one in over):
            return
        stack.pop()


def _is_of_criteria(group: Criterion) -> bool:
    """Whether what stands above a list calls it criteria, and nothing that it is something else."""
    heading, _, intro = group.text.partition("\n")
    is_called = bool(_CALLED.search(intro) or counts(intro))
    if is_called or group.excludes or (group.renewal and intro):
        return is_called or bool(intro) or not _OTHER.search(heading)
    if _OTHER.search(intro) or (_OTHER.search(heading) and "criteri" not in heading.lower()):
        return False
    # "A hospital bed is covered if one or more of these are met" may itself be an item.
    return bool(
        _CALLED.search(heading)
        or any(part.parts and _CALLED.search(part.text) and counts(part.text) for part in group.parts)
    )
