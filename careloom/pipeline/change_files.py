"""Change files: a plan as somebody writes it, TOML or a form's fields, read into the noun."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from careloom.care.change import BY_NAME, OFFERED, ChangeKind, ChangePlan, Criteria, Stage
from careloom.errors import ConfigError, InputError
from careloom.llm import Opened
from careloom.pipeline.change_plans import task_of

WORDS = ("title", "description", "why", "impact")
NUMBERS = {"shadow_fewest": int, "worse_most": float, "group_fewest": int, "group_most": float}
PAIRS = ("returned", "failed")


def said_of(text: str) -> dict[str, Any]:
    """What a plan's TOML text says. Raises InputError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not TOML: {error}") from None


def made(said: Mapping[str, Any]) -> ChangePlan:
    """The plan that mappings say; the hash of its candidate is that of its words, or given as `sha256` for a model. Raises InputError."""
    try:
        kind = ChangeKind(str(said.get("kind", "")))
    except ValueError:
        raise InputError(f"is one of {', '.join(OFFERED)}", where="kind") from None
    if kind not in OFFERED:
        raise InputError(
            "a site's files and thresholds are proposed from what the machine has: the kinds knowledge, mappings and thresholds, without [candidate]",
            where="kind",
        )
    candidate = {str(name): str(value) for name, value in dict(said.get("candidate", {})).items()}
    lacks = [
        name
        for name in (("model",) if kind in BY_NAME else ("kind", "task", "content"))
        if not candidate.get(name)
    ]
    if lacks:
        raise InputError("fill this in", where=lacks[0])
    told = ChangePlan(
        kind=kind,
        title=_words(said, "title"),
        candidate=candidate,
        sha256=str(said.get("sha256", "")),
        description=_words(said, "description"),
        why=_words(said, "why"),
        impact=_words(said, "impact"),
        criteria=criteria_of(dict(said.get("criteria", {}))),
    )
    return told if kind in BY_NAME else replace(told, sha256=task_of(told)[1].asked)


def with_weights(plan: ChangePlan, opened: Opened) -> ChangePlan:
    """A plan about a model with the hash of its weights; of an endpoint's, whose weights nobody knows, that of its name. Raises ConfigError where there is none."""
    if plan.kind not in BY_NAME:
        return plan
    if opened.model is None:
        raise ConfigError(opened.why or "there is no such model here")
    name = hashlib.sha256(plan.candidate["model"].encode()).hexdigest()
    return replace(plan, sha256=opened.model.sha256 or name)


def _words(said: Mapping[str, Any], name: str) -> str:
    return " ".join(str(said.get(name, "")).split())[:2000]


def criteria_of(said: Mapping[str, Any]) -> Criteria:
    """Criteria as mappings say them; what isn't said is as usual. Raises InputError."""
    usual = Criteria()
    told: dict[str, Any] = {"earned": tuple(map(str, said.get("earned", ())))}
    for name, kind in NUMBERS.items():
        try:
            told[name] = kind(said.get(name, getattr(usual, name)))
        except (TypeError, ValueError):
            raise InputError("is a number", where=name) from None
    try:
        told["stages"] = (
            tuple(
                Stage(int(share), int(days), tuple(map(str, clinics)))
                for share, days, *clinics in said["stages"]
            )
            if "stages" in said
            else usual.stages
        )
    except (TypeError, ValueError):
        raise InputError(
            "is a list of [per cent, days], each with the clinics it is at", where="stages"
        ) from None
    for name in PAIRS:
        try:
            good, bad = map(float, said.get(name, getattr(usual, name)))
        except (TypeError, ValueError):
            raise InputError("is two shares: as expected, and as it is rolled back", where=name) from None
        told[name] = (good, bad)
    return Criteria(**told)
