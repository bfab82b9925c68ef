"""Change candidates: what `careloom learn` made, as the fields of a plan that anybody may complete: what it is, and what was measured when it was made."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from careloom import draft
from careloom.care.change import Change
from careloom.errors import InputError
from careloom.improve.candidates import ADAPTER, ENDPOINT, PROMPT, Candidate

SHORT = 12


def fields_of(one: Candidate) -> dict[str, Any]:
    """A plan's mappings (`change_files.made`). Raises InputError for a record of what can't be released, or what can't be put in force here."""
    if one.refused:
        raise InputError(f"this one can't be released: {one.refused}", where="candidate")
    measured = "; ".join(f"{name}: {value}" for name, value in one.measured.items())
    told = (
        f"On the development split, when it was made: {measured}."
        if measured
        else "Nothing was measured when it was made."
    )
    said = {
        "description": f"Candidate {one.id[:SHORT]} of careloom learn ({one.kind}), made {one.at}. {told}",
        "why": "What decisions here taught.",
        "impact": "It may leave facts out or word them worse; verification refuses what doesn't follow from the record, and a person signs.",
    }
    return {**said, **_of[one.kind](one)}


def _adapter(one: Candidate) -> dict[str, Any]:
    tasks = {each.split(" ", 1)[0] for each in one.made_of.get("tasks", ())}
    return {
        "kind": "adapter",
        "title": f"Adapter {str(one.made_of['adapter'])[:SHORT]}",
        "candidate": {"model": f"embedded+{str(one.made_of['adapter'])[:SHORT]}"},
        "criteria": {"earned": [f"{kind} {name}" for kind, name in _named(tasks)]},
    }


def _prompt(one: Candidate) -> dict[str, Any]:
    kind, name = str(one.made_of["kind"]), str(one.made_of["task"])
    task = draft.kind_of(kind).tasks.get(name)
    if task is None:
        raise InputError("there is no such task of this kind any more", where="candidate")
    told = {
        "version": f"{task.version}-{one.id[:6]}",
        "rules": one.made_of["rules"],
        "shots": one.made_of["examples"],
    }
    return {
        "kind": "few_shot" if one.made_of["rules"] == task.rules else "prompt",
        "title": f"Examples for {name}, {one.id[:6]}",
        "candidate": {"kind": kind, "task": name, "content": orjson.dumps(told).decode()},
        "criteria": {"earned": [f"{kind} {name}"]},
    }


def _endpoint(one: Candidate) -> dict[str, Any]:
    name = str(one.made_of["name"])
    every = {name for kind in draft.KINDS for name in draft.kind_of(kind).tasks}
    return {
        "kind": "model",
        "title": f"{name}, {one.id[:6]}",
        "candidate": {"model": name},
        "criteria": {"earned": [f"{kind} {name}" for kind, name in _named(every)]},
    }


_of: Mapping[str, Any] = {ADAPTER: _adapter, PROMPT: _prompt, ENDPOINT: _endpoint}


def _named(tasks: Iterable[str]) -> list[tuple[str, str]]:
    wanted = set(tasks)
    return [(kind, name) for kind in draft.KINDS for name in draft.kind_of(kind).tasks if name in wanted]


def waiting(made: Iterable[Candidate], changes: Iterable[Change]) -> tuple[Candidate, ...]:
    """The candidates that may be proposed and were not."""
    said = [one.plan.description for one in changes]
    return tuple(
        one
        for one in made
        if not one.refused and not any(f"Candidate {one.id[:SHORT]} " in each for each in said)
    )
