"""Reading one protocol file: rules with their conditions, sentence, source and examples, and what is wrong in it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from careloom.care.document import ROLES
from careloom.knowledge.when import Term, read

RULE_KINDS = ("concern", "goal", "activity")
COMPARATORS = ("<", "<=", ">", ">=")
_FILE_KEYS = frozenset(("title", "note", "about", "part", "when", "unless", "source", "year", "off", "rule"))
_NEEDED = ("id", "kind", "text", "says", "source", "section", "year", "rank")
_TEXTS = ("id", "kind", "part", "about", "owner", "category", "text", "says", "source", "section", "grade")
SLOT = re.compile(r"\{([^{}]+)\}")
MOST_WORDS = 45
# What a verb becomes behind several things: "apixaban and warfarin are taken".
_OF_SEVERAL = {
    "is": "are", "was": "were", "has": "have", "goes": "go", "protects": "protect", "prevents": "prevent", "raises": "raise",
    "weakens": "weaken", "treats": "treat", "makes": "make", "acts": "act", "fits": "fit", "needs": "need", "helps": "help",
}  # fmt: skip
_LEADING = re.compile(rf"\s*({'|'.join(_OF_SEVERAL)})\b")
_JOINED = re.compile(rf"\band ({'|'.join(_OF_SEVERAL)})\b")


@dataclass(frozen=True, slots=True)
class Target:
    """A goal's measurable target: a lab's name, a comparator, and a value in a UCUM unit."""

    lab: str
    comparator: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Example:
    """A rule's own test: a record in lines, and the sentence that it yields ("" for none)."""

    given: tuple[str, ...]
    yields: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a protocol: when it applies, the sentence it gives, and what it rests on.

    kind     concern, goal or activity         part   the section of the plan (PARTS)
    about    the problem concept or need domain that it serves
    text     one sentence with slots           says   our own summary of the recommendation, with its numbers
    source, section, year, grade               the document it comes from; grade as the document writes it
    when     lines that all hold               unless lines of which none holds
    cites    which lines' entries to cite (all where empty)
    goes_on  whether its drugs are those that go on: none that a kidney result makes contraindicated (ends.py)
    """

    id: str
    kind: str
    part: str
    about: str
    rank: int
    text: str
    says: str
    source: str
    section: str
    year: int
    grade: str = ""
    when: tuple[Term, ...] = ()
    unless: tuple[Term, ...] = ()
    owner: str = ""
    category: str = ""
    due_days: int | None = None
    target: Target | None = None
    cites: tuple[str, ...] = ()
    goes_on: bool = False
    examples: tuple[Example, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def cited_as(self) -> str:
        """The source as a plan prints it: document, section, year (grade)."""
        place = ", ".join(filter(None, (self.source, self.section, str(self.year or ""))))
        return f"{place} ({self.grade})" if self.grade else place

    def cites_line(self, term: Term) -> bool:
        """Whether its sentence cites what makes this line of its `when` hold."""
        return (
            not self.cites or term.kind in self.cites or ":".join((term.kind, *term.names[:1])) in self.cites
        )


_RULE_KEYS = frozenset(one.name for one in fields(Rule)) - {"file", "line", "examples"} | {"example"}


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a protocol file holds, and each thing in it that can't be used, by line or rule."""

    rules: tuple[Rule, ...] = ()
    off: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    off_line: int = 1


def read_file(path: Path, parts: Sequence[str]) -> FileRead:
    """The rules of a protocol file. Nothing is raised: what is wrong is named with file and line or rule."""
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        return FileRead(problems=(f"{path.name}: it is not UTF-8 text",))
    except tomllib.TOMLDecodeError as fault:
        # A bracket or a quotation that is never closed: the parser says no line, and the last one is where it looked.
        said = str(fault).replace(
            "at end of document", f"at line {len(text.splitlines())}, the end of the file"
        )
        return FileRead(problems=(f"{path.name}: {said}",))
    except OSError as fault:
        return FileRead(problems=(f"{path.name}: {fault}",))
    problems = [
        f"{path.name}, line {line_of(text, key)}: there is no key {key!r}"
        for key in sorted(data.keys() - _FILE_KEYS)
    ]
    rows, off = data.get("rule", []), data.get("off", [])
    shaped = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not shaped or not isinstance(off, list) or not all(isinstance(one, str) for one in off):
        return FileRead(
            problems=(*problems, f"{path.name}: write [[rule]] for a rule, and off = [...] for a list")
        )
    rules = []
    for place, row in enumerate(rows, 1):
        line = _line(text, place)
        try:
            rules.append(_rule(row, data, parts, (path.name, line)))
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            problems.append(f"{path.name}, line {line}: rule {row.get('id', place)}: {fault}")
    return FileRead(tuple(rules), tuple(off), tuple(problems), line_of(text, "off"))


def line_of(text: str, key: str) -> int:
    """The line on which a key of the file's top stands (1 where it is written in another way)."""
    found = re.search(rf"^\s*(?:\[+)?{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1 if found else 1


def _line(text: str, place: int) -> int:
    starts = [match.start() for match in re.finditer(r"^\[\[rule\]\]", text, re.MULTILINE)]
    return text.count("\n", 0, starts[place - 1]) + 1 if place <= len(starts) else 1


def _rule(
    row: Mapping[str, Any], data: Mapping[str, Any], parts: Sequence[str], place: tuple[str, int]
) -> Rule:
    if unknown := sorted(row.keys() - _RULE_KEYS):
        raise ValueError(f"there is no key {unknown[0]!r}")
    given = {key: data[key] for key in ("about", "source", "year", "part") if key in data} | dict(row)
    if wrong := [key for key in _TEXTS if not isinstance(given.get(key, ""), str)]:
        raise ValueError(f"{wrong[0]} is no text")
    if missing := [key for key in _NEEDED if key not in given]:
        raise ValueError(f"{missing[0]} is missing")
    rule = Rule(
        id=given["id"],
        kind=given["kind"],
        part=given.get("part")
        or {"concern": "problem_list", "goal": "goals"}.get(given["kind"], "interventions"),
        about=given.get("about", ""),
        rank=int(given["rank"]),
        text=" ".join(given["text"].split()),
        says=" ".join(given["says"].split()),
        source=given["source"],
        section=given["section"],
        year=int(given["year"]),
        grade=given.get("grade", ""),
        when=tuple(read(line) for line in (*data.get("when", ()), *given.get("when", ()))),
        unless=tuple(read(line) for line in (*data.get("unless", ()), *given.get("unless", ()))),
        owner=given.get("owner", ""),
        category=given.get("category", ""),
        due_days=given.get("due_days"),
        target=Target(**given["target"]) if "target" in given else None,
        cites=tuple(given.get("cites", ())),
        goes_on=bool(given.get("goes_on", False)),
        examples=tuple(
            Example(tuple(one["given"]), one.get("yields", "")) for one in given.get("example", ())
        ),
        file=place[0],
        line=place[1],
    )
    if fault := next(_faults(rule, parts), ""):
        raise ValueError(fault)
    return rule


def _faults(rule: Rule, parts: Sequence[str]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id):
        yield "an id is small letters, digits and hyphens"
    if rule.kind not in RULE_KINDS:
        yield f"kind is one of {', '.join(RULE_KINDS)}"
    if rule.part not in parts:
        yield f"part is one of {', '.join(parts)}"
    if rule.kind == "activity" and rule.owner not in ROLES:
        yield f"an activity's owner is one of {', '.join(ROLES)}"
    if rule.kind in ("activity", "goal") and not isinstance(rule.due_days, int):
        yield f"due_days is missing: by when is this {rule.kind} due?"
    if rule.target and rule.target.comparator not in COMPARATORS:
        yield f"a target's comparator is one of {', '.join(COMPARATORS)}"
    if not any(not term.no for term in rule.when):
        yield "when is missing: a line that says for whom it is"
    if not rule.text.endswith((".", "?")):
        yield "text is a whole sentence: it ends with a full stop"
    if len(rule.text.split()) > MOST_WORDS:
        yield f"text has over {MOST_WORDS} words"
    known = {slot for term in rule.when if not term.no for slot in slots_of(term)} | {"as_of"}
    if rule.due_days is not None:
        known.add("due")
    for slot in (*SLOT.findall(rule.text), *SLOT.findall(rule.about)):
        if slot not in known:
            yield f"no line of when gives {{{slot}}} (known: {', '.join(sorted(known))})"


def slots_of(term: Term) -> tuple[str, ...]:
    """The slots that a line gives to a sentence."""
    name = f"{term.kind}:{term.names[0]}" if term.names else term.kind
    figures = ("value", "unit", "date")
    return {
        "problem": ("problem",),
        "lab": tuple(
            f"{name}.{key}"
            for key in (*figures, *(f"first.{key}" for key in figures if term.apart is not None))
        ),
        "drug": ("drug",),
        "lapsed": ("drug",),
        "onset": ("problem", "onset"),
        "noted": (f"{name}.date",),
        "medication": ("medication",),
        "allergy": ("allergy",),
        "age": ("age",),
        "need": ("need", "need.domain"),
        "gap": ("gap", "gap.each", "gap.last", "gap.since"),
        "trend": tuple(
            f"{name}.{key}" for key in ("first", "last", "change", "unit", "per", "first.date", "last.date")
        ),
        "conflict": ("conflict", "conflict.why"),
        "seen": (name, f"{name}.date", f"{name}.service"),
        "booked": (name, f"{name}.date"),
        "result": ("result", "result.was", *(f"result.{key}" for key in figures)),
        "person": ("language",),
        "history": ("problem",),
        "matter": ("matter",),
        "score": (name, f"{name}.from"),
    }[term.kind]


def agreeing(piece: str) -> str:
    """What stands behind a slot, as it stands behind several things: its verb, and one that a first "and" joins to it before a comma."""
    found = _LEADING.match(piece)
    if found is None:
        return piece
    clause = re.match(r"[^,;.:]*", piece)
    end = clause.end() if clause else len(piece)
    head = piece[: found.start(1)] + _OF_SEVERAL[found[1]] + piece[found.end(1) : end]
    return _JOINED.sub(lambda one: f"and {_OF_SEVERAL[one[1]]}", head, count=1) + piece[end:]


def put_together(pieces: Sequence[str], values: Sequence[str]) -> str:
    """A rule's sentence from what stands between its slots and what fills them; a verb behind several things agrees with them."""
    said = pieces[0]
    for value, piece in zip(values, pieces[1:], strict=True):
        said += value + (agreeing(piece) if " and " in value else piece)
    return said
