"""Paths: what stands in a resource where a search parameter looks."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from careloom.chart.parameters import Parameter
from careloom.chart.people import Resource


def found_at(resource: Resource, parameter: Parameter) -> list[Any]:
    """What a parameter searches in a resource, of each of its paths in their order."""
    return [one for path in parameter.paths for one in _at(resource, _parts(path))]


@cache
def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _at(resource: Resource, parts: Sequence[str]) -> list[Any]:
    """What stands at a path, of lists each member; nothing where it ends before."""
    nodes: list[Any] = [resource]
    for part in parts:
        nodes = _flat([node[part] for node in nodes if isinstance(node, dict) and part in node])
    return nodes


def _flat(nodes: list[Any]) -> list[Any]:
    """These, of lists each member, without null."""
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, list):
            found += _flat(node)
        elif node is not None:
            found.append(node)
    return found
