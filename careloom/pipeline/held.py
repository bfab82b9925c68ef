"""Held: what is in force of what a site has of its own, what waits on its machine, and how both are told apart."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import orjson

from careloom.care.change import OF_SITE, Change, ChangeKind, ChangePlan
from careloom.care.registered import Part, PartKind
from careloom.llm import known_as
from careloom.pipeline.drafting import model_options
from careloom.pipeline.mappings import Mappings
from careloom.settings import Settings

# The settings that say who signs, until when, and how much a model is asked.
THRESHOLDS = (
    *("raise_tiers", "nurse_due_hours", "physician_due_hours", "high_risk_due_hours"),
    *("raised_risk_due_hours", "model_calls"),
)
# What of a release, an upgrade or a change of the site says something of the site's own.
SAYING = (*OF_SITE, ChangeKind.BEGAN, ChangeKind.UPGRADE)
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InForce:
    """What drafts are made with of a site's files and mappings (name → SHA-256), thresholds, and the terms of its model; None before its first draft, when all that the machine has counts."""

    files: Mapping[str, str] | None = None
    said: Said | None = None
    mappings: Mapping[str, str] | None = None
    model: Mapping[str, str] | None = None

    def behind(self, other: "InForce") -> "InForce":
        """This, and what it doesn't say as another says it."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return InForce(**{name: getattr(other, name) if one is None else one for name, one in told.items()})


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the machine has and no draft is made with: files and mappings with "added", "changed" or "gone"; settings, and the model, with what is in force and the machine's."""

    files: tuple[tuple[str, str], ...] = ()
    said: tuple[tuple[str, str, str], ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()
    model: tuple[tuple[str, str], ...] = ()


def said_by(change: Change) -> InForce:
    """What a change puts in force of the site's own."""
    if change.plan.kind not in SAYING:
        return InForce()
    told = change.plan.candidate
    files, said, mappings, model = (
        orjson.loads(told[name]) if told.get(name) else None
        for name in ("files", "settings", "mappings", "model")
    )
    return InForce(files, said, mappings, model)


def model_of(settings: Settings) -> dict[str, str]:
    """The terms of a site's model: its name, an endpoint's name for it and the hash of its address, its adapter and the hash of its weights ("" where nobody knows them).

    Raises ConfigError for an adapter that can't be read.
    """
    if settings.model == "none":
        return {"model": "none"}
    url = "" if settings.model == "embedded" else settings.model_url
    return {
        "model": settings.model,
        "name": settings.model_name if url else "",
        "address": hashlib.sha256(url.encode()).hexdigest() if url else "",
        "adapter": "" if url else settings.model_adapter,
        "sha256": known_as(settings.model, model_options(settings))[1],
    }


def called(model: Mapping[str, str]) -> str:
    """What a model is called, by its terms."""
    words = [model["model"], model.get("name", ""), model.get("adapter", "")]
    return " ".join(filter(None, [*words, model.get("sha256", "")[:12]]))


def with_thresholds(settings: Settings, said: Mapping[str, Any] | None) -> Settings:
    """Settings with the thresholds that were released; a name that this release lacks is left out."""
    return replace(settings, **{name: said[name] for name in THRESHOLDS if said and name in said})


def thresholds_of(settings: Settings) -> bytes:
    """The thresholds of settings, as a change keeps them."""
    # A demonstration drafts with fewer calls than its pages do, so that it is soon there.
    names = [name for name in THRESHOLDS if not (settings.demo and name == "model_calls")]
    return json_of({name: getattr(settings, name) for name in names})


def hashes(bodies: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 by name."""
    return {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}


def mark(said: Mapping[str, Any] | None) -> str:
    """What is in force, as a hash; "" for nothing yet."""
    body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return "" if said is None else hashlib.sha256(body).hexdigest()


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Names whose hash isn't the same, with "added", "changed" or "gone"."""
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield name, "added" if name not in before else "gone" if name not in now else "changed"


def digest_of(plan: ChangePlan, who: str, at: datetime) -> str:
    """The hash over a plan, who proposed it and when. What plans of before lack stands in it only where it is said."""
    told = msgspec.to_builtins(plan, order="deterministic")
    for stage in told["criteria"]["stages"]:
        if not stage["clinics"]:
            del stage["clinics"]
    said = (msgspec.json.encode(told), who.encode(), at.isoformat().encode())
    return hashlib.sha256(b"\x1f".join(said)).hexdigest()


def part_of(name: str, sha: str) -> Part:
    """A file of the site as the registry keeps it."""
    return Part(PartKind.KNOWLEDGE, name, "", sha, kept=True)


def mapping_part(name: str, sha: str) -> Part:
    """A mapping as the registry keeps it."""
    return Part(PartKind.MAPPING, name, "", sha, kept=True)


def sums(mappings: Mappings) -> dict[str, str]:
    """SHA-256 of the text of each mapping, by name."""
    return {one.name: one.digest for one in mappings}


def texts_of(mappings: Mappings) -> dict[Part, bytes]:
    """The texts of mappings as the registry keeps them."""
    return {mapping_part(one.name, one.digest): one.text.encode() for one in mappings}


def json_of(said: object) -> bytes:
    """What is said, as JSON that is the same each time."""
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
