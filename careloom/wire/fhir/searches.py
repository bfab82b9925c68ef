"""Searches: what is asked of a server, type by type, as its profile and its own statement allow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from urllib.parse import parse_qsl

from careloom.errors import ConfigError
from careloom.wire.fhir.capability import Capability
from careloom.wire.fhir.profile import Profile

PROVENANCE = "Provenance:target"
NARROWING = "search."


@dataclass(frozen=True, slots=True)
class Search:
    """A search of one resource type; `label` names it without any value of a person."""

    kind: str
    params: tuple[tuple[str, str], ...] = ()
    label: str = ""

    def of(self, profile: Profile, patient: str) -> "Search":
        """The same search for one patient, by the server's id."""
        by = profile.by[self.kind]
        said = patient if by == "_id" or not profile.typed else f"Patient/{patient}"
        return replace(self, params=((by, said), *self.params))

    def since(self, moment: datetime, precision: str) -> "Search":
        """The same search for what has changed since; with dates alone, since that whole day in UTC."""
        instant = moment.astimezone(UTC)
        said = f"{instant:%Y-%m-%d}" if precision == "date" else f"{instant:%Y-%m-%dT%H:%M:%SZ}"
        return replace(self, params=(*self.params, ("_lastUpdated", f"ge{said}")))


@dataclass(frozen=True, slots=True)
class Plan:
    """The searches that will be made, in order, and what can't be asked, in words."""

    searches: tuple[Search, ...]
    cannot: tuple[str, ...]


def searches(profile: Profile, capability: Capability, options: Mapping[str, str]) -> Plan:
    """The searches of a server. A site narrows them: `types`, and `search.<Type>` ("category=laboratory").

    Raises ConfigError for a type that no search is known for.
    """
    found: list[Search] = []
    cannot: list[str] = []
    for kind in wanted(profile, options):
        if not capability.searches(kind):
            cannot.append(f"{kind}: its capability statement has no search for it")
            continue
        narrow, left = _narrowing(kind, profile, options)
        cannot += [f"{kind}: it can't be searched by {name}, so that all are read" for name in left]
        common = tuple(_common(kind, profile, capability, options))
        found += [
            Search(kind, (*given, *narrow, *common), _label(kind, given))
            for given in _given(kind, profile, {name for name, _ in narrow})
        ]
    return Plan(tuple(found), tuple(cannot))


def wanted(profile: Profile, options: Mapping[str, str]) -> tuple[str, ...]:
    """The types to ask for, in the profile's order: the site's `types`, else all. Raises ConfigError."""
    chosen = [one.strip() for one in options.get("types", "").split(",") if one.strip()]
    unknown = [one for one in chosen if one not in profile.by]
    if unknown:
        raise ConfigError(f"options.types: {unknown[0]} is nothing that profile {profile.name} asks for")
    return tuple(kind for kind in profile.by if not chosen or kind in chosen)


def filters(profile: Profile, options: Mapping[str, str]) -> tuple[str, ...]:
    """What a site narrows, as the values of a bulk export's _typeFilter."""
    asked = ((kind, options.get(f"{NARROWING}{kind}", "")) for kind in wanted(profile, options))
    return tuple(f"{kind}?{query}" for kind, query in asked if query)


def _narrowing(
    kind: str, profile: Profile, options: Mapping[str, str]
) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """What the site narrows a type by, and the parameters among it that the server does not take."""
    asked = parse_qsl(options.get(f"{NARROWING}{kind}", ""))
    lacking = profile.lacks.get(kind, ())
    return (
        tuple((name, value) for name, value in asked if name not in lacking),
        [name for name, _ in asked if name in lacking],
    )


def _given(kind: str, profile: Profile, narrowed: Iterable[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """What the server wants given in each search: every combination, without what the site has chosen itself."""
    always = tuple(
        (name, value) for name, value in profile.given.get(kind, {}).items() if name not in narrowed
    )
    chosen = [
        [(name, value) for value in values]
        for name, values in profile.each.get(kind, {}).items()
        if name not in narrowed
    ]
    for one in product(*chosen):
        yield (*one, *always)


def _common(
    kind: str, profile: Profile, capability: Capability, options: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    most = profile.counts.get(kind, profile.count)
    yield "_count", str(min(int(options.get("count", most)), most))
    for name in profile.includes:
        if name.partition(":")[0] == kind and capability.includes(kind, name):
            yield "_include", name
    if profile.provenance and capability.revincludes(kind, PROVENANCE):
        yield "_revinclude", PROVENANCE


def _label(kind: str, given: tuple[tuple[str, str], ...]) -> str:
    # What a profile gives are codes of ours; lists of them would only lengthen the name.
    said = ", ".join(f"{name} {value.rpartition('|')[2]}" for name, value in given if "," not in value)
    return f"{kind} ({said})" if said else kind
