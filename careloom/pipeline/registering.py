"""Registering: what shapes a draft is written down by itself, each version once, when a process first makes a draft with it.

Takes    a checked draft, and what the running process has: its code, knowledge, templates, prompts, rules, mappings, settings
Gives    the hash of the set that the draft was made with
Never    stops a draft because of a fault of its own (that is logged, and the draft's set is unknown), or looks again at what it wrote down before
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
import structlog

from careloom import __version__, check, draft
from careloom.care.document import Proposal
from careloom.care.registered import Part, PartKind, digest_of
from careloom.care.site_rule import SiteRule
from careloom.draft import earned
from careloom.draft.earned import Table
from careloom.draft.kind import Task
from careloom.knowledge import Knowledge, version_of
from careloom.knowledge.inventory import files
from careloom.pipeline.mappings import Mappings
from careloom.settings import Settings
from careloom.store.opening import Store

log = structlog.get_logger(__name__)
ROOT = Path(check.__file__).parent.parent
# The rooms whose code decides what a draft says and what is found of it.
ROOMS = ("care", "check", "draft", "knowledge", "record", "review", "text", "verify")
# The settings that do; none of them is a secret.
SHAPING = (
    *("model", "model_name", "model_calls", "raise_tiers", "zone", "language", "practice_name"),
    *("practice_phone", "consent_names", "nurse_due_hours", "physician_due_hours"),
    *("high_risk_due_hours", "raised_risk_due_hours"),
)
Contents = Mapping[Part, bytes]


@dataclass(frozen=True)
class Registering:
    """The registry of one site. `known` is knowledge with the site's rules in force, `tables` what models have earned here."""

    store: Store
    settings: Settings
    knowledge: Knowledge
    releases: Path
    known: Callable[[], Knowledge]
    mappings: Callable[[], Mappings]
    tables: Callable[[], Sequence[Table]]
    clock: Callable[[], datetime]
    # The tasks of a change by its id, in the words in which they are asked, and what was measured of them.
    changed: Callable[[str], tuple[Mapping[tuple[str, str], Task], Sequence[Table]]] = lambda _change: (
        {},
        (),
    )
    _noted: dict[tuple[object, ...], str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _standing: dict[Part, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    def note(self, proposal: Proposal) -> str:
        """The hash of the set that a draft was made with, registered where it is a new one; "" where that failed, which is logged."""
        try:
            use = proposal.document.model
            tables = () if use.name == "none" else tuple(self.tables())
            prompts = tuple(sorted(use.prompts.items()))
            key = (self.known().version, use.name, use.sha256, prompts, use.change, tables)
            if found := self._noted.get(key):
                return found
            instead, measured = self.changed(use.change) if use.change else ({}, ())
            named = {f"{kind}/{name}" for kind, name in instead}
            whole = {
                part: body
                for part, body in self.standing().items()
                if part.kind is not PartKind.PROMPT or part.name not in named
            }
            whole |= dict(prompt_of(kind, task) for (kind, _), task in instead.items())
            parts = {**whole, **self._own(proposal, (*measured, *tables))}
            digest = digest_of(parts)
            if not self.store.registry.has(digest):
                self.store.registry.add(parts, self.clock(), __version__)
            self.store.registry.once_committed(lambda: self._noted.__setitem__(key, digest))
            return digest
        except Exception as fault:
            log.error(
                "what a draft was made with was not registered",
                proposal=proposal.id,
                error_class=type(fault).__name__,
            )
            return ""

    def standing(self) -> Contents:
        """What every draft of this process is made with: code, rules, templates, prompts, knowledge, mappings and settings."""
        if not self._standing:
            self._standing.update(_built_in())
            self._standing.update(self._known())
            self._standing.update(
                {
                    Part(
                        PartKind.MAPPING, one.name, "", _sha(one.text.encode()), kept=True
                    ): one.text.encode()
                    for one in self.mappings()
                }
            )
            said = {name: getattr(self.settings, name) for name in SHAPING}
            body = json.dumps(said, sort_keys=True).encode()
            self._standing[Part(PartKind.SETTINGS, "settings", "", _sha(body), kept=True)] = body
        return self._standing

    def _own(self, proposal: Proposal, tables: Sequence[Table]) -> Contents:
        """What this draft alone is made with: its model, what that has earned, and the site's rules in force."""
        use = proposal.document.model
        found = {Part(PartKind.MODEL, use.name, "", use.sha256): b""}
        for one in tables:
            if (one.model, one.sha256) == (use.name, use.sha256):
                body = earned.to_json(one)
                found[Part(PartKind.EARNED, one.name, "", _sha(body), kept=True)] = body
        return found | dict(map(_rule, self.store.site_rules.active()))

    def _known(self) -> Contents:
        """Each file of knowledge; by parts alone where the files were changed since this process compiled them."""
        site = self.settings.protocols
        releases = self.releases if self.releases.is_dir() else None
        if version_of(site, releases) != self.knowledge.version:
            return {
                Part(PartKind.KNOWLEDGE, name, version, "", kept=False): b""
                for name, version in self.knowledge.versions.items()
            }
        named = {
            Part(PartKind.KNOWLEDGE, one.name, "", one.sha256, kept=one.own): one.body
            for one in files(site, releases)
        }
        loaded = {
            Part(PartKind.KNOWLEDGE, f"release {one.name}", one.version, ""): b""
            for one in self.knowledge.terms.releases
        }
        return {**named, **loaded}


def prompt_of(kind: str, task: Task) -> tuple[Part, bytes]:
    """A prompt as a part, with every word of it."""
    body = msgspec.json.Encoder(order="deterministic").encode(task)
    return Part(PartKind.PROMPT, f"{kind}/{task.name}", task.version, task.asked, kept=True), body


def _rule(one: SiteRule) -> tuple[Part, bytes]:
    body = msgspec.json.Encoder(order="deterministic").encode(one.body)
    return Part(PartKind.SITE_RULE, one.rule, str(one.version), _sha(body), kept=True), body


@lru_cache(maxsize=1)
def _built_in() -> Contents:
    """What came with the release, which is the same for every site: hashed once a process."""
    return dict(_shipped())


def _shipped() -> Iterator[tuple[Part, bytes]]:
    rooms = {room: _code(ROOT / room) for room in ROOMS}
    for room, digest in rooms.items():
        yield Part(PartKind.CODE, room, __version__, digest), b""
    whole = _sha("".join(rooms.values()).encode())
    yield Part(PartKind.RELEASE, "careloom", __version__, whole), b""
    for rule in (*check.JUDGED, *check.RULES):
        file = ROOT / "check" / f"{rule.__module__.rpartition('.')[2]}.py"
        yield Part(PartKind.RULE, file.stem, __version__, _sha(file.read_bytes())), b""
    for name in draft.KINDS:
        folder = ROOT / "draft" / name
        bodies = [
            (folder / file).read_bytes()
            for file in ("kind.toml", "templates.toml")
            if (folder / file).is_file()
        ]
        yield Part(PartKind.TEMPLATE, name, __version__, _sha(b"\0".join(bodies))), b""
        for task in draft.kind_of(name).tasks.values():
            yield prompt_of(name, task)


def _code(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
