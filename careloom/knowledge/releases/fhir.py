"""FHIR R4 terminology resources as JSON: ValueSet (expanded or listed), CodeSystem, ConceptMap, or a Bundle of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from careloom.errors import InputError
from careloom.knowledge.releases.reading import Rows, Seen

MOST_MB = 256


class NotListed(InputError):
    """A file that holds no terminology, or a value set that describes its members instead of listing them."""


def rows(file: Path, seen: Seen) -> Rows:
    """What the resources list. Raises InputError for a value set whose members are only described, not listed."""
    for resource in resources(file, seen):
        kind = resource.get("resourceType")
        url = str(resource.get("url") or "")
        if not url:
            raise InputError(f"a {kind} has no url", file.name)
        if kind == "CodeSystem":
            yield from _concepts(url, resource.get("concept") or [])
        elif kind == "ValueSet":
            yield from _members(url, resource, file)
        else:
            yield from _mapped(resource)


def resources(file: Path, seen: Seen) -> Iterator[dict[str, Any]]:
    """The terminology resources of a file."""
    if file.stat().st_size > MOST_MB << 20:
        raise InputError(f"is larger than {MOST_MB} MB; load it in parts", file.name)
    data = file.read_bytes()
    seen(data)
    try:
        whole = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        line = data.rstrip().count(b"\n") + 1
        raise InputError(f"is not JSON, or cut off (it ends in line {line})", file.name) from None
    except RecursionError:
        raise InputError("is nested too deeply", file.name) from None
    listed = (
        [one.get("resource") for one in whole.get("entry", [])]
        if whole.get("resourceType") == "Bundle"
        else [whole]
    )
    found = [
        one for one in listed if one and one.get("resourceType") in ("ValueSet", "CodeSystem", "ConceptMap")
    ]
    if not found:
        raise NotListed("has no ValueSet, CodeSystem or ConceptMap", file.name)
    yield from found


def _concepts(url: str, concepts: list[dict[str, Any]]) -> Rows:
    waiting = list(reversed(concepts))
    while waiting:
        one = waiting.pop()
        if one.get("code"):
            yield "code", (url, str(one["code"]), str(one.get("display") or ""))
        waiting += reversed(one.get("concept") or [])


def _members(url: str, resource: dict[str, Any], file: Path) -> Rows:
    expanded = (resource.get("expansion") or {}).get("contains")
    if expanded is not None:
        waiting = list(reversed(expanded))
        while waiting:
            one = waiting.pop()
            if one.get("code") and not one.get("abstract"):
                yield (
                    "member",
                    (url, str(one.get("system") or ""), str(one["code"]), str(one.get("display") or "")),
                )
            waiting += reversed(one.get("contains") or [])
        return
    compose = resource.get("compose") or {}
    described = [one for one in compose.get("include") or [] if not one.get("concept")]
    if described or compose.get("exclude") or not compose.get("include"):
        raise NotListed(f"ValueSet {url} describes its members; load its expansion", file.name)
    for one in compose["include"]:
        for concept in one["concept"]:
            yield (
                "member",
                (url, str(one.get("system") or ""), str(concept["code"]), str(concept.get("display") or "")),
            )


def _mapped(resource: dict[str, Any]) -> Rows:
    for group in resource.get("group") or []:
        for element in group.get("element") or []:
            for target in element.get("target") or []:
                if element.get("code") and target.get("code"):
                    said = (group.get("source"), element["code"], group.get("target"), target["code"])
                    yield "mapped", (*(str(one or "") for one in said), str(target.get("equivalence") or ""))
