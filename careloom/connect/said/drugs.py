"""Drugs in the words of a note: what is taken, was stopped or is not taken, with dose and frequency.

Gives    MedicationStatements: active, on-hold, stopped, completed (past), unknown (somebody took some), or not-taken (negated)
Misses   a drug that is only advised, planned, tested for or given at the visit says nothing of what is taken: left out
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import RXNORM, Code, Dosage
from careloom.connect.said import amounts
from careloom.connect.said.adherence import NOT_AS_DIRECTED, Otherwise, need, otherwise
from careloom.connect.said.amounts import CLOSE, Place
from careloom.connect.said.informants import informant
from careloom.connect.said.saying import Line, Note, Saying
from careloom.knowledge import Knowledge
from careloom.text.language import Language
from careloom.text.phrases import Found, Phrases
from careloom.text.scope import Scope

FILE = Path(__file__).with_name("drugs.toml")
STATUS = {
    "taking": "active",
    "held": "on-hold",
    "stopped": "stopped",
    "denied": "not-taken",
    "past": "completed",
    "unsure": "unknown",
}
FAR = 120
TELLING = re.compile(
    r"\s*(?:with|called|named|containing|that contains|such as|like|con|llamad[oa]|[(:,-])?\s*"
)
CLOSING = re.compile(
    r"(?:\d|-|\||:)\s*(completed|discontinued|stopped|inactive|expired|suspendid[oa]|completad[oa])\W*$"
)
BROKEN = re.compile(r";|\b(?:but|however|although|pero|aunque)\b")
# "Stop metformin" is an order where it begins what is said, and hangs on nothing: "Hold metoprolol if …" is none.
JOINS = frozenset({"-", "/", " / ", "–"})
LASTING = re.compile(
    r"\s*,?\s*(?:x|for|por|durante)\s*\d+\s*(?:more\s+)?(?:days?|weeks?|months?|d|wks?|dias?|semanas?)\b"
)
ORDERS = {"stop_order": "stopped", "hold_order": "held"}
HEAD = re.compile(r"(?:^|[.;:,)–-])\s*(?:(?:and|then|also|will)\s+)?$")
HANGS = re.compile(
    r"\b(?:if|when|unless|until after|before|prior to|tomorrow|only|(?:morning|day) of|for (?:surgery|procedure)|for (?:sbp|hr|bp))\b|[<>]"
)
# In a list a remark may stand after further words: "300 mg q4 weeks (on hold, insurance)".
ASIDE = re.compile(r"(?:\(|\s[-–—]{1,2}|;)\s*$")
RESUMED = re.compile(r"\b(?:resum|restart|reinici|reanud)")
JOINING = re.compile(r"\b(?:and|or|the|her|his|also|y|e)\b")
ADVICE = re.compile(r"recommend|suggest|recomend")
SILENT_SECTIONS = frozenset({"allergies", "plan", "instructions", "given"})
# What stands in a list under such a heading, where nothing else is said of it.
LISTS = {
    "medications": "taking",
    "medicines_at_home": "taking",
    "stopped_medications": "stopped",
    "held_medications": "held",
    "untaken_medications": "denied",
}
# Who gives a drug takes none of it: "Mother gives Tylenol" tells what the child takes.
_GIVES = re.compile(r"\b(?:gives?|is giving|has been giving)\b(?! (?:up|away|back)\b)[^.;]{0,30}$")


@dataclass(frozen=True, slots=True)
class Named:
    """A drug named in a sentence (offsets in it). `sure` names stand in the table of drugs; products are `bought`, and
    classes neither."""

    start: int
    end: int
    codes: tuple[Code, ...]
    sure: bool
    bought: bool = False

    def place(self, limit: int) -> Place:
        """The drug for `amounts`; `limit` is where the next one begins."""
        return Place(self.start, self.end, limit, self.sure, len(self.codes) > 1)


@dataclass(frozen=True, slots=True)
class Table:
    """drugs.toml, compiled."""

    before: Mapping[Language, Phrases[str]]
    after: Mapping[Language, Phrases[str]]
    less: Mapping[Language, Phrases[str]]
    often: Mapping[Language, Phrases[str]]
    route: Mapping[Language, Phrases[str]]
    shelf: Mapping[Language, Phrases[bool]]
    products: Mapping[Language, Phrases[bool]]


def drugs(note: Note, knowledge: Knowledge, *, taken: Sequence[tuple[int, int]]) -> Iterator[Saying]:
    """Every drug of which the note tells whether it is taken. `taken` are spans that tell of allergies."""
    table = _table()
    spoken_for = sorted(taken)
    for place, line in enumerate(note.lines):
        following = note.lines[place + 1].folded if place + 1 < len(note.lines) else ""
        near = _within(spoken_for, line)
        named = [one for one in _named(line, knowledge, table) if not _overlaps(line, one, near)]
        cues = table.before[line.language].find(line.folded, line.keys) if named else []
        for number, one in enumerate(named):
            limit = named[number + 1].start if number + 1 < len(named) else len(line.folded)
            since = named[number - 1].end if number else 0
            told = _otherwise(line, one, limit, cues, following)
            what = _what(line, one, limit, cues, table)
            if what is not None and told.said:
                what = _instead(told.said)
            if what is None and (told.both or told.said in ("missed", "out")) and _holds(line, one):
                what = "denied" if told.said == "out" else "taking"
            if what is not None:
                saying = _saying(line, one, what, (since, limit), table)
                yield _told_otherwise(saying, told)
                if told.cost and saying.subject == "patient":
                    yield need(line, one.start, one.end)


def _otherwise(line: Line, one: Named, limit: int, cues: Sequence[Found[str]], following: str) -> Otherwise:
    """How the drug is taken otherwise than directed; nothing where a cue nearer to it says something else."""
    told = otherwise(line, (one.start, one.end), limit, following)
    nearest = _nearest(one, cues)
    if told.at >= 0 and nearest is not None and nearest.start >= told.at:
        return replace(told, said="", cost=False)
    return told


def _instead(said: str) -> str | None:
    """What is told of a drug (a key of STATUS) of which doses are missed or kept, or none is left; None where it is only advised."""
    return {"missed": "taking", "kept": "taking", "out": "denied"}.get(said)


def _holds(line: Line, one: Named) -> bool:
    scope = line.scopes.at(one.start, one.end)
    return one.sure and not (scope.supposed or scope.past or line.is_open)


def _told_otherwise(saying: Saying, told: Otherwise) -> Saying:
    detail = dict(saying.detail)
    if told.said == "missed":
        detail["adherence"] = NOT_AS_DIRECTED
    if told.cost:
        detail["reason"] = "cost"
    if told.both:
        detail["doubled"] = "true"
    # What two bottles hold is no dose of one.
    return replace(saying, detail=detail, dosage=None if told.both else saying.dosage)


def _named(line: Line, knowledge: Knowledge, table: Table) -> list[Named]:
    text = line.sentence.text
    found: dict[tuple[int, int], list[Code]] = {}
    for start, end, drug in knowledge.drugs.mentions(text):
        codes = found.setdefault((start, end), [])
        if drug.rxcui:
            codes.append(Code(RXNORM, drug.rxcui, drug.name))
    named = _joined(text, [Named(start, end, tuple(codes), True) for (start, end), codes in found.items()])
    vague = [(start, end, False) for start, end, _ in knowledge.drugs.class_mentions(text)]
    vague += [
        (one.start, one.end, True) for one in table.products[line.language].find(line.folded, line.keys)
    ]
    for start, end, bought in sorted(vague, key=lambda one: one[0] - one[1]):
        same = any(start < one.end and one.start < end for one in named)
        if not same and not any(_names(line.folded, end, one) for one in named if one.sure):
            named.append(Named(start, end, (), sure=False, bought=bought))
    return sorted(named, key=lambda one: one.start)


def _joined(text: str, named: Sequence[Named]) -> list[Named]:
    """Drugs that a hyphen or a stroke joins, as the one combination that they are: "carbidopa-levodopa"."""
    whole: list[Named] = []
    for one in sorted(named, key=lambda one: one.start):
        if whole and text[whole[-1].end : one.start] in JOINS:
            before = whole.pop()
            one = replace(one, start=before.start, codes=(*before.codes, *one.codes))
        whole.append(one)
    return whole


def _names(folded: str, end: int, one: Named) -> bool:
    """Whether a drug tells what the vague words before it mean: "a cold medicine with pseudoephedrine"."""
    return one.start >= end and TELLING.fullmatch(folded[end : one.start]) is not None


def _within(spans: Sequence[tuple[int, int]], line: Line) -> Sequence[tuple[int, int]]:
    """Of the spans, in order, those that begin in the sentence."""
    return spans[bisect_left(spans, (line.sentence.start, 0)) : bisect_left(spans, (line.sentence.end, 0))]


def _overlaps(line: Line, one: Named, taken: Sequence[tuple[int, int]]) -> bool:
    start, end = line.sentence.start + one.start, line.sentence.start + one.end
    return any(start < until and since < end for since, until in taken)


def _what(line: Line, one: Named, limit: int, cues: Sequence[Found[str]], table: Table) -> str | None:
    """What is said of the drug: a key of STATUS, or None."""
    scope = line.scopes.at(one.start, one.end)
    if scope.supposed or line.is_open:
        return None
    if line.answer is not None:
        return "taking" if line.answer else "denied"
    said = _after(line, one, limit, table) or _closing(line) or _before(line, one, cues)
    if said in ORDERS:
        said = _ordered(line, one, said, cues)
    if said == "denied" and table.less[line.language].find(line.folded[one.end : limit]):
        return "taking"
    if said in (None, "taking", "unsure") and (scope.denied or (scope.negated and said is not None)):
        return "denied"
    if said == "taking" and scope.past and not scope.negated:
        return "past"
    if said is not None:
        return None if said == "talk" else said
    return _listed(line, one, limit, scope, table)


def _listed(line: Line, one: Named, limit: int, scope: Scope, table: Table) -> str | None:
    """What its place says of a drug of which no word says anything: a list, or a dose behind it."""
    kind = line.sentence.kind
    listed = LISTS.get(kind)
    if scope.negated:
        return "denied" if listed == "taking" else None
    if kind in SILENT_SECTIONS or not (one.sure or (one.bought and listed)):
        return None
    dosed = amounts.dose(line, one.place(limit)) or amounts.often(line, one.place(limit), table.often)
    return listed or ("taking" if dosed else None)


def _ordered(line: Line, one: Named, order: str, cues: Sequence[Found[str]]) -> str:
    """What an order to stop or to hold says: done, unless it hangs on something or is only recommended."""
    cue = _nearest(one, cues)
    if cue is None or not HEAD.search(line.folded[: cue.start]) or HANGS.search(line.folded, one.end):
        return "talk"
    # "Hold metformin, sliding scale insulin": what stands behind a comma with words of its own is another thing.
    _, comma, last = line.folded[cue.end : one.start].rpartition(",")
    if comma and JOINING.sub("", last).strip():
        return "talk"
    return "talk" if ADVICE.search(line.sentence.section.lower()) else ORDERS[order]


def _after(line: Line, one: Named, limit: int, table: Table) -> str | None:
    """What a cue right behind the drug, or behind its dose, says."""
    place = one.place(limit)
    begin = one.end
    if dose := amounts.dose(line, place):
        begin = max(begin, dose[1])
        if count := amounts.pieces(line, place, dose):
            begin = count[1]
    for found in (amounts.route(line, place, table.route), *amounts.often(line, place, table.often)):
        if found is not None and found[1] > begin and found[0] - begin < CLOSE:
            begin = found[1]
    if lasting := LASTING.match(line.folded, begin, limit):
        begin = lasting.end()
    behind = line.folded[begin:limit]
    listed = line.sentence.kind in LISTS
    for cue in table.after[line.language].find(behind):
        ahead = behind[: cue.start]
        apart = listed and cue.meaning != "talk" and ASIDE.search(ahead) is not None
        if apart or not ahead.strip(" ,:-()"):
            resumed = cue.meaning == "held" and RESUMED.search(behind, cue.end) is not None
            return "taking" if resumed else cue.meaning
    return None


def _closing(line: Line) -> str | None:
    """What the status that closes a row of a list says ("… 81 mg daily 2013-09-11 Completed")."""
    found = CLOSING.search(line.folded)
    return None if found is None else "past" if found.group(1).startswith("complet") else "stopped"


def _before(line: Line, one: Named, cues: Sequence[Found[str]]) -> str | None:
    """What the nearest cue before the drug says, unless a "but" or a semicolon stands between."""
    nearest = _nearest(one, cues)
    if nearest is None or one.start - nearest.end > FAR:
        return None
    between = line.folded[nearest.end : one.start]
    # What stands in brackets with a drug before this one is said of that.
    closed = ")" in between and "(" not in between[: between.index(")")]
    return None if closed or BROKEN.search(between) else nearest.meaning


def _nearest(one: Named, cues: Sequence[Found[str]]) -> Found[str] | None:
    """The cue that ends nearest before the drug; of those that end together the longest: "no longer takes", not "takes"."""
    ahead = [cue for cue in cues if cue.end <= one.start]
    return max(ahead, key=lambda cue: (cue.end, -cue.start), default=None)


def _saying(line: Line, one: Named, what: str, around: tuple[int, int], table: Table) -> Saying:
    since, limit = around
    text = line.sentence.text
    told, name, places = _dosage(line, one.place(limit), since, table)
    start = min([one.start, *(place[0] for place in places)])
    end = max([one.end, *(place[1] for place in places if place[1] - one.end <= CLOSE)])
    told_by = informant(line, one.start, (one.end, limit))
    is_given = _GIVES.search(line.folded, 0, one.start) is not None
    family = line.scopes.at(one.start, one.end).family and not is_given
    family = family or line.sentence.kind == "family_history"
    return Saying(
        kind="MedicationStatement",
        start=line.sentence.start + start,
        end=line.sentence.start + end,
        sentence=line.sentence,
        text=name or text[one.start : one.end],
        codes=one.codes,
        category=("otc",) if table.shelf[line.language].find(line.folded, line.keys) else (),
        dosage=told if told != Dosage() else None,
        status=STATUS[what],
        negated=what == "denied",
        subject="family" if family else "patient",
        detail={"informant": told_by} if told_by else {},
    )


def _dosage(line: Line, place: Place, since: int, table: Table) -> tuple[Dosage, str, list[tuple[int, int]]]:
    """The dosage in the note's words, the drug's name with its strength where several pieces of it are taken, and places."""
    text = line.sentence.text
    dose = amounts.dose(line, place)
    dose = dose if dose and dose[0] >= since else None
    count = amounts.pieces(line, place, dose) if dose else None
    often = amounts.often(line, place, table.often)
    way = amounts.route(line, place, table.route)
    said = [one[:2] for one in (dose, count, way, *often) if one is not None]
    places = [
        one
        for one in said
        if not any(one != other and other[0] <= one[0] and one[1] <= other[1] for other in said)
    ]
    # Several pieces of a strength: the name has it, as an order's does, so that pieces can be counted in it.
    several = dose is not None and count is not None and amounts.are_several(line, count)
    words = sorted({one for one in places if not (several and one == dose)})
    parts = [text[one[0] : one[1]] for one in (dose, count) if one]
    dosage = Dosage(
        text=" ".join(text[start:end] for start, end in words),
        dose=", ".join(parts),
        route=way[2] if way else "",
        frequency=" ".join(dict.fromkeys(meaning for _, _, meaning in often)),
    )
    return dosage, text[place.start : dose[1]] if several and dose else "", places


@lru_cache(maxsize=1)
def _table() -> Table:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    named = tables["words"]

    def cues(spoken: Language, side: str) -> Phrases[str]:
        return Phrases(
            ((phrase, what) for what, said in tables[spoken][side].items() for phrase in said), named
        )

    def plain(spoken: Language, key: str) -> Phrases[bool]:
        return Phrases(((phrase, True) for phrase in tables[key][spoken]), named)

    languages: tuple[Language, Language] = ("en", "es")

    def meanings(key: str) -> Mapping[Language, Phrases[str]]:
        return {
            spoken: Phrases((phrase, words) for words, said in tables[key][spoken].items() for phrase in said)
            for spoken in languages
        }

    return Table(
        before={spoken: cues(spoken, "before") for spoken in languages},
        after={spoken: cues(spoken, "after") for spoken in languages},
        less={spoken: cues(spoken, "less") for spoken in languages},
        often=meanings("frequency"),
        route=meanings("route"),
        shelf={spoken: plain(spoken, "shelf") for spoken in languages},
        products={spoken: plain(spoken, "products") for spoken in languages},
    )
