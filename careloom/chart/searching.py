"""Searching: which resources of a chart a FHIR R4 search means.

Takes    a type and the parameters of a search, as the client wrote them
Gives    whether a resource is meant, the order, and what of the search was used
Never    passes over a value or a modifier that it doesn't understand: that is an InputError

Source   FHIR R4 (4.0.1) search.html: prefixes, modifiers, "," and "\\," in values, handling=strict and lenient
Misses   chains, `:in`, `:above`, `:below`; `_filter`; `:iterate`
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from careloom.chart.parameters import MANDATORY, PARAMETERS, SUMMARY, By, Parameter
from careloom.chart.paths import found_at
from careloom.chart.people import Resource
from careloom.chart.spans import FIRST, LAST, lasting, span
from careloom.errors import InputError

Pair = tuple[str, str]
Test = Callable[[Resource], bool]
COUNT, MOST = 50, 200
REVINCLUDE, INCLUDE = "Provenance:target", "_include"
# Parameters that say how to answer, not what is meant.
RESULT = ("_count", "_sort", "_elements", "_summary", "_total", "_revinclude")
# Answered in one form alone, whatever these say.
FORMS = ("_format", "_pretty")
MODIFIERS = {
    By.TOKEN: ("", "not", "missing", "text"),
    By.STRING: ("", "exact", "contains", "missing"),
    By.DATE: ("", "missing"),
    By.REFERENCE: ("", "missing", "identifier"),
}
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
# What `_summary` may say (FHIR R4, search.html#summary).
WHOLE, COUNTED = "false", "count"
SUMMARIES = ("true", "text", "data", COUNTED, WHOLE)
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it was understood: `used` of its parameters and which were `unknown`, whom it is about, and how it is answered: with which
    `elements` or `summary` of what is found, with its Provenances, and with what its parameters of `includes` refer to."""

    kind: str
    used: tuple[Pair, ...]
    tests: tuple[Test, ...]
    values: dict[str, tuple[str, ...]]
    count: int = COUNT
    sort: tuple[tuple[str, bool], ...] = ()
    elements: frozenset[str] = frozenset()
    summary: str = WHOLE
    only_count: bool = False
    provenance: bool = False
    includes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def meant(self, resources: Iterable[Resource]) -> list[Resource]:
        """Those that it means, in their order."""
        meant = list(resources)
        for test in self.tests:
            meant = list(filter(test, meant))
        return meant

    def referred(self, resources: Iterable[Resource]) -> frozenset[str]:
        """What is to come with these ("Patient/ID")."""
        known = PARAMETERS[self.kind]
        return frozenset(
            found["reference"]
            for one in resources
            for name in self.includes
            for found in found_at(one, known[name])
            if "reference" in found
        )

    def key(self, resource: Resource) -> Any:
        """By what it stands where it stands; what has no value comes last."""
        return tuple(
            _ordered(_first(resource, PARAMETERS[self.kind][name], last=down), down=down)
            for name, down in self.sort
        )

    @property
    def whole(self) -> bool:
        """Whether what is found is told with all its elements."""
        return not self.elements and self.summary == WHOLE

    def told(self, resource: Resource) -> Resource:
        """A resource with the elements that were asked for, and a tag that says that there are more."""
        if self.whole:
            return resource
        if self.summary == "data":
            kept = frozenset(resource) - {"text"}
        else:
            asked = {"true": frozenset(SUMMARY[self.kind].split()), "text": frozenset({"text"})}
            kept = asked.get(self.summary, self.elements) | MANDATORY.get(self.kind, frozenset())
        found = {
            key: value for key, value in resource.items() if key in kept | {"resourceType", "id", "meta"}
        }
        meta = found.get("meta", {})
        return {**found, "meta": {**meta, "tag": [*meta.get("tag", ()), SUBSETTED]}}


def parse(kind: str, pairs: Sequence[Pair], now: datetime, *, strict: bool = False) -> Search:
    """What a search of a type asks for; `strict` refuses what lenient handling leaves out.

    Raises InputError for a value or modifier that can't be understood, and where `strict` for an unknown parameter.
    """
    known, used, tests = PARAMETERS[kind], [], []
    values: dict[str, tuple[str, ...]] = {}
    how: dict[str, str] = {}
    includes: list[str] = []
    unknown: list[str] = []
    for name, value in pairs:
        bare, _, modifier = name.partition(":")
        if bare in FORMS or not value.strip():
            continue
        if bare in RESULT and not modifier:
            how[bare] = value
        elif bare in known:
            tests.append(_test(known[bare], bare, modifier, value, now))
            if modifier in ("", "Patient"):
                values[bare] = (*values.get(bare, ()), *_split(value))
        elif name == INCLUDE and (included := _included(kind, value)):
            includes.append(included)
        elif strict:
            raise InputError("this parameter is not known here", where=_told(bare))
        else:
            unknown.append(_told(bare))
            continue
        used.append((name, value))
    if how.get("_summary") == "text" and (includes or "_revinclude" in how):
        raise InputError("text goes without _include and _revinclude", where="_summary")
    return Search(
        kind,
        tuple(used),
        tuple(tests),
        values,
        includes=tuple(includes),
        unknown=tuple(dict.fromkeys(unknown)),
        **(_how(kind, how, strict=strict) if how else {}),
    )


def included_by(kind: str) -> tuple[str, ...]:
    """What `_include` may say of a type."""
    known = PARAMETERS[kind].items()
    return tuple(f"{kind}:{name}" for name, one in known if one.by is By.REFERENCE and one.paths)


def _included(kind: str, value: str) -> str:
    """The parameter that an `_include` names, whose references come along; "" for one that we don't know."""
    whose, _, rest = value.partition(":")
    name, _, target = rest.partition(":")
    fits = f"{whose}:{name}" in included_by(kind)
    return name if fits and target in ("", PARAMETERS[kind][name].target) else ""


def _how(kind: str, said: dict[str, str], *, strict: bool) -> dict[str, Any]:
    count = said.get("_count", str(COUNT))
    if not re.fullmatch(r"\d{1,6}", count):
        raise InputError("is a number", where="_count")
    summary = said.get("_summary", WHOLE)
    if summary not in SUMMARIES:
        raise InputError(f"is one of {', '.join(SUMMARIES)}", where="_summary")
    if summary != WHOLE and said.get("_elements", "").strip():
        raise InputError("says it, or _elements does: not both", where="_summary")
    if said.get("_total", "none") not in ("none", "estimate", "accurate"):
        raise InputError("is none, estimate or accurate", where="_total")
    if said.get("_revinclude", REVINCLUDE) != REVINCLUDE and strict:
        raise InputError(f"is {REVINCLUDE} here", where="_revinclude")
    sort = (
        tuple(
            (one.strip().removeprefix("-"), one.strip().startswith("-")) for one in said["_sort"].split(",")
        )
        if "_sort" in said
        else ()
    )
    if any(name not in PARAMETERS[kind] for name, _ in sort):
        raise InputError("names a parameter of this type", where="_sort")
    return {
        "count": min(int(count), MOST),
        "sort": sort,
        "elements": frozenset(filter(None, (one.strip() for one in said.get("_elements", "").split(",")))),
        "summary": summary,
        "only_count": summary == COUNTED or int(count) == 0,
        "provenance": said.get("_revinclude") == REVINCLUDE,
    }


def _test(parameter: Parameter, name: str, modifier: str, value: str, now: datetime) -> Test:
    by = parameter.by
    if by is By.REFERENCE and modifier and modifier in (parameter.target, "Patient", "Practitioner"):
        value = ",".join(one if "/" in one else f"{modifier}/{one}" for one in _split(value))
        modifier = ""
    if modifier not in MODIFIERS[by]:
        raise InputError(f"the modifier {_told(modifier)} is not known here", where=name)
    if modifier == "missing":
        if value not in ("true", "false"):
            raise InputError("is true or false", where=f"{name}:missing")
        return lambda one: bool(found_at(one, parameter)) is (value == "false")
    if not parameter.paths:
        # Whose chart it is in; asked where the chart is looked up.
        return lambda _: True
    asked = [_asked(parameter, one, modifier, name, now) for one in _split(value)]

    def means(one: Resource) -> bool:
        found = found_at(one, parameter)
        return any(any(map(test, found)) for test in asked)

    return (lambda one: not means(one)) if modifier == "not" else means


def _asked(
    parameter: Parameter, value: str, modifier: str, name: str, now: datetime
) -> Callable[[Any], bool]:
    if parameter.by is By.TOKEN:
        return _in_words(value) if modifier == "text" else _token(value)
    if parameter.by is By.STRING:
        return _string(value, modifier)
    if parameter.by is By.DATE:
        return _date(value, name, now)
    if modifier == "identifier":
        test = _token(value)
        return lambda found: "identifier" in found and test(found["identifier"])
    wanted = reference(value, parameter.target)
    return lambda found: found.get("reference") == wanted


def reference(value: str, target: str) -> str:
    """A reference as our resources have it, from one that a client wrote: relative, absolute, or an id alone."""
    parts = value.rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else f"{target}/{value}" if target else value


def _token(value: str) -> Callable[[Any], bool]:
    system, bar, code = value.rpartition("|")

    def fits(its_system: str | None, its_code: str) -> bool:
        # A code that stands alone has its system by its binding, which a search may name or not.
        same = not bar or its_system is None or its_system == system
        return same and code in ("", its_code)

    return lambda found: any(fits(*one) for one in _tokens(found))


def _in_words(value: str) -> Callable[[Any], bool]:
    """Whether what stands beside a code begins so: its text, or how a coding is shown."""
    wanted = folded(value)
    return lambda found: any(folded(one).startswith(wanted) for one in _words(found) if one)


def _words(found: Any) -> list[str]:
    told = [found, *found.get("coding", ())] if isinstance(found, dict) else []
    return [one.get(name, "") for one in told for name in ("text", "display")]


def _tokens(found: Any) -> Iterator[tuple[str | None, str]]:
    if isinstance(found, str):
        yield None, found
    elif isinstance(found, bool):
        yield None, str(found).lower()
    elif "coding" in found:
        for one in found["coding"]:
            yield one.get("system", ""), one.get("code", "")
    elif "value" in found or "code" in found:
        yield found.get("system", ""), found.get("value", found.get("code", ""))


def _string(value: str, modifier: str) -> Callable[[Any], bool]:
    if modifier == "exact":
        return lambda found: found == value
    wanted = folded(value)
    if modifier == "contains":
        return lambda found: wanted in folded(found)
    return lambda found: folded(found).startswith(wanted)


def folded(text: str) -> str:
    """A text without case and accents."""
    apart = unicodedata.normalize("NFKD", str(text).casefold())
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())


def _date(value: str, name: str, now: datetime) -> Callable[[Any], bool]:
    prefix = value[:2] if value[:2] in PREFIXES else "eq"
    low, high = span(value[2:] if value[:2] in PREFIXES else value, name)
    if prefix == "ap":
        # A tenth of how long ago or ahead it is (FHIR R4, search.html#prefix).
        wide = abs(now - low) / 10
        low, high = low - min(wide, low - FIRST), high + min(wide, LAST - high)

    def compare(found: Any) -> bool:
        there = lasting(found)
        if there is None:
            return False
        begins, ends = there
        return {
            "eq": low <= begins and ends <= high,
            "ne": not (low <= begins and ends <= high),
            "gt": ends > high,
            "lt": begins < low,
            "ge": ends > high or (low <= begins and ends <= high),
            "le": begins < low or (low <= begins and ends <= high),
            "sa": begins >= high,
            "eb": ends <= low,
            "ap": begins < high and low < ends,
        }[prefix]

    return compare


def bounds(values: Iterable[str]) -> tuple[datetime | None, datetime | None]:
    """From when and until when (not inclusive) what one of these date parameters means can lie; None for no bound."""
    since: list[datetime] = []
    until: list[datetime] = []
    said = list(values)
    for value in said:
        prefix = value[:2] if value[:2] in PREFIXES else "eq"
        low, high = span(value[2:] if value[:2] in PREFIXES else value, "date")
        since += [low] if prefix in ("eq", "ge", "gt", "sa") else []
        until += [high] if prefix in ("eq", "le", "lt", "eb") else []
    # Each of them bounds it where all do: several are alternatives, or each true of its own.
    return (
        min(since) if since and len(since) == len(said) else None,
        max(until) if until and len(until) == len(said) else None,
    )


def _first(resource: Resource, parameter: Parameter, *, last: bool) -> str | None:
    found = []
    for one in found_at(resource, parameter):
        if parameter.by is By.DATE:
            there = lasting(one)
            found += [there[1 if last else 0].astimezone(UTC).isoformat()] if there else []
        elif parameter.by is By.TOKEN:
            found += [code for _, code in _tokens(one)]
        else:
            found.append(folded(one.get("reference", "") if isinstance(one, dict) else one))
    return (max(found) if last else min(found)) if found else None


class _Down(str):
    """A value that sorts the other way round."""

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


def _ordered(value: str | None, *, down: bool) -> tuple[bool, str]:
    return value is None, _Down(value or "") if down else value or ""


def _split(value: str) -> list[str]:
    return [one.replace("\\,", ",") for one in re.split(r"(?<!\\),", value) if one.strip()]


def _told(name: str) -> str:
    """A parameter's name as an error may repeat it: what is none could hold anybody's name."""
    return name if re.fullmatch(r"[A-Za-z_][\w-]{0,39}", name) else "one of them"


__all__ = ["COUNT", "MOST", "REVINCLUDE", "Search", "included_by", "parse", "reference", "span"]
