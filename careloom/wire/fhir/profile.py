"""Profiles: how servers of a vendor want to be asked; one TOML file each, with its sources."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from careloom.errors import ConfigError

STANDARD = "standard"
PRECISIONS = ("instant", "date", "none")
SCOPES = ("server", "patient")
TABLES = ("by", "each", "given", "lacks", "counts", "bulk")
WORDS = (
    "title",
    "sources",
    "like",
    "count",
    "last_updated",
    "scope",
    "typed",
    "includes",
    "provenance",
    "without",
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """How a server exports: at which levels (group, patient, system), and which parameters it takes."""

    levels: tuple[str, ...] = ("group", "patient", "system")
    since: bool = True
    type_filter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one kind of server wants to be asked.

    by            resource type → the search parameter that takes a patient, in the order in which they are asked for
    each          type → parameter → values of which the server wants one in each search
    given         type → parameter → value that every search has
    lacks         type → parameters that it does not take
    count         how many results a page may have; `counts` where a type allows fewer
    last_updated  what _lastUpdated takes: an instant, a date, or nothing ("none": it can't be asked for changes)
    scope         "patient" where every search must name one
    typed         whether a patient is named as "Patient/1" (FHIR R4, Search, allows both) or as "1" alone
    includes      what a search may bring along, as "Type:parameter"; `provenance` says that it brings Provenance
    """

    name: str
    title: str
    sources: tuple[str, ...]
    by: Mapping[str, str]
    each: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    count: int = 100
    counts: Mapping[str, int] = field(default_factory=dict)
    last_updated: str = "instant"
    scope: str = "server"
    typed: bool = True
    includes: tuple[str, ...] = ()
    provenance: bool = True
    bulk: Bulk = Bulk()


def names() -> tuple[str, ...]:
    """Every profile that ships."""
    found = files("careloom.wire.fhir").joinpath("profiles").iterdir()
    return tuple(sorted(one.name.removesuffix(".toml") for one in found if one.name.endswith(".toml")))


@lru_cache
def profile(name: str) -> Profile:
    """The profile of a name. Raises ConfigError naming those that there are."""
    if name not in names():
        raise ConfigError(f"there is no profile {name!r}: it is one of {', '.join(names())}")
    tables = _tables(name)
    precision, scope = tables.get("last_updated", "instant"), tables.get("scope", "server")
    if precision not in PRECISIONS or scope not in SCOPES:
        raise ConfigError(f"profile {name}: last_updated is one of {PRECISIONS}, scope one of {SCOPES}")
    each = {kind: _lists(asked) for kind, asked in tables.get("each", {}).items()}
    bulk = tables.get("bulk", {})
    gone = tables.get("without", [])
    return Profile(
        name=name,
        title=tables["title"],
        sources=tuple(tables["sources"]),
        by={kind: by for kind, by in tables["by"].items() if kind not in gone},
        each=each,
        given=tables.get("given", {}),
        lacks=_lists(tables.get("lacks", {})),
        count=tables.get("count", 100),
        counts=tables.get("counts", {}),
        last_updated=precision,
        scope=scope,
        typed=tables.get("typed", True),
        includes=tuple(tables.get("includes", ())),
        provenance=tables.get("provenance", True),
        bulk=Bulk(**{**bulk, "levels": tuple(bulk.get("levels", Bulk().levels))}),
    )


def _lists(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in table.items()}


def _tables(name: str) -> dict[str, Any]:
    """A profile's TOML over the one that it is like."""
    text = files("careloom.wire.fhir").joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")
    own = tomllib.loads(text)
    unknown = sorted(set(own) - {*TABLES, *WORDS})
    if unknown:
        raise ConfigError(f"profile {name}: {unknown[0]} is nothing that a profile says")
    if "like" not in own:
        return own
    other = _tables(own["like"])
    merged = {table: {**other.get(table, {}), **own.get(table, {})} for table in TABLES}
    return {**other, **own, **merged}
