"""Holding: a site's own protocols, lists, packs and thresholds are in force as they were released, whatever lies on its machine.

Takes    the files and settings of the machine, and what was released of them
Gives    the folders and settings that a process works with, and what of the machine waits for a change
Never    lets an edited file or another threshold into a draft by itself once a site has drafted, or starts with other files than those that were released
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson

from careloom import __version__
from careloom.care.change import (
    OF_SITE,
    Change,
    ChangeKind,
    ChangePlan,
    ChangeStep,
    ChangeStepKind,
    Criteria,
)
from careloom.care.registered import Part, PartKind
from careloom.errors import ConfigError, InputError
from careloom.knowledge import cache
from careloom.knowledge.inventory import own_files
from careloom.knowledge.packs import FOLDER
from careloom.review.tiers import raised
from careloom.settings import Settings
from careloom.store.opening import Store

# Where a site's own code systems and packs are, below its home, and in there the files that were released where others lie on the machine.
RELEASES, HELD = "knowledge", "held"
# The settings that say who signs, until when, and how much a model is asked.
THRESHOLDS = (
    *("raise_tiers", "nurse_due_hours", "physician_due_hours", "high_risk_due_hours"),
    *("raised_risk_due_hours", "model_calls"),
)
# The parts that come with a release.
SHIPPED = frozenset(
    {
        *(PartKind.RELEASE, PartKind.CODE, PartKind.RULE, PartKind.TEMPLATE),
        *(PartKind.PROMPT, PartKind.KNOWLEDGE),
    }
)
SHOWN = 12


@dataclass(frozen=True, slots=True)
class InForce:
    """What drafts are made with of a site's files (name → SHA-256) and thresholds; None before its first draft, when all that the machine has counts."""

    files: Mapping[str, str] | None = None
    said: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the machine has and no draft is made with: files with "added", "changed" or "gone"; settings with their value in force and the machine's."""

    files: tuple[tuple[str, str], ...] = ()
    said: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Holding:
    """What holds the files and thresholds of one site; `machine` are its settings as the machine has them."""

    store: Store
    machine: Settings
    clock: Callable[[], datetime]
    _read: dict[tuple[str, ...], InForce] = field(default_factory=dict, init=False, repr=False, compare=False)
    _begun: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    # ── what a process works with ───────────────────────────────────────────────────────────────

    def at_start(self) -> tuple[Settings, Path]:
        """The settings as they are in force, with the folder of protocols, and the folder of code systems and packs. Raises ConfigError."""
        now, releases, site = self.in_force(), self.machine.home / RELEASES, self.machine.protocols
        settings = with_thresholds(self.machine, now.said)
        if now.files is None or (site is not None and not site.is_dir()) or hashes(self.here()) == now.files:
            return settings, releases
        site, releases = self.folders(now.files)
        return replace(settings, protocols=site), releases

    def here(self) -> dict[str, bytes]:
        """The site's own files as they lie on the machine, by name."""
        releases = self.machine.home / RELEASES
        return {one.name: one.body for one in own_files(self.machine.protocols, releases)}

    @staticmethod
    def working(site: Path | None, releases: Path | None) -> dict[str, str]:
        """SHA-256 of the site's own files of these folders, by name."""
        return {one.name: one.sha256 for one in own_files(site, releases)}

    def in_force(self, rolling: Change | None = None) -> InForce:
        """What was released, with what a roll-out puts in its place."""
        ids = self.store.changes.standing()
        if ids not in self._read:
            self._read.clear()
            self._read[ids] = self._released(ids)
        found = self._read[ids]
        if rolling is None:
            return found
        own = _said(rolling)
        return InForce(
            found.files if own.files is None else own.files, found.said if own.said is None else own.said
        )

    def _released(self, ids: Iterable[str]) -> InForce:
        files, said = None, None
        for one in ids:
            own = _said(self.store.changes.get(one))
            files = own.files if files is None else files
            said = own.said if said is None else said
            if files is not None and said is not None:
                break
        return InForce(files, said)

    def folders(self, files: Mapping[str, str]) -> tuple[Path | None, Path]:
        """The folder of a site's protocols (None without one), and that of code systems and packs, with these very files in them; both to be read alone.

        Raises ConfigError where one isn't kept, or they can't be written.
        """
        releases = self.machine.home / RELEASES
        beside = sorted(
            one.name
            for one in (releases.iterdir() if releases.is_dir() else ())
            if one.name not in (FOLDER, HELD) and not one.name.startswith(cache.NAME)
        )
        said = orjson.dumps([sorted(files.items()), beside])
        place = releases / HELD / hashlib.sha256(said).hexdigest()[:32]
        site = place / "site" if any(name.startswith("site/") for name in files) else None
        if place.is_dir():
            lies = own_files(site, place / "releases")
            if {one.name: one.sha256 for one in lies} == dict(files):
                return site, place / "releases"
        try:
            self._write(place, files, [releases / one for one in beside])
        except OSError as error:
            raise ConfigError(
                f"the files that were released can't be written below the home: {error.strerror}"
            ) from None
        return site, place / "releases"

    def _write(self, place: Path, files: Mapping[str, str], beside: Iterable[Path]) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=place.parent))
        try:
            (new / "releases" / FOLDER).mkdir(parents=True)
            for one in beside:
                (new / "releases" / one.name).symlink_to(one.resolve())
            for name, sha in files.items():
                body = self.content(name, sha)
                folder, _, rest = name.partition("/")
                file = (new / "site" if folder == "site" else new / "releases" / FOLDER) / rest
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)
            if place.is_dir():
                shutil.rmtree(place)
            new.replace(place)
        except OSError:
            # Another process may have put the same there.
            if not place.is_dir():
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def content(self, name: str, sha: str) -> bytes:
        """A file's bytes out of the registry. Raises ConfigError where they aren't kept."""
        body = self.store.registry.content(_part(name, sha))
        if hashlib.sha256(body).hexdigest() != sha:
            raise ConfigError(f"{name}: what was released of it isn't in the registry; restore a backup")
        return body

    # ── what is on the machine and isn't in force ───────────────────────────────────────────────

    def waiting(self) -> Waiting:
        """What the machine has and no draft is made with."""
        now, lie = self.in_force(), hashes(self.here())
        held, said = now.files, now.said
        files = [] if held is None else list(differing(held, lie))
        settings = [
            (name, str(said[name]), str(getattr(self.machine, name)))
            for name in THRESHOLDS
            if said is not None and name in said and said[name] != getattr(self.machine, name)
        ]
        return Waiting(tuple(files), tuple(settings))

    def plan(self, kind: ChangeKind, words: Mapping[str, str], criteria: Criteria) -> ChangePlan:
        """The plan of what waits on the machine, whose files are kept from now on. Raises InputError where nothing of this kind waits, ConfigError for tiers that aren't."""
        waits, now = self.waiting(), self.in_force()
        if kind is ChangeKind.KNOWLEDGE:
            bodies = self.here()
            name, of, content = "files", now.files, orjson.dumps(hashes(bodies), option=orjson.OPT_SORT_KEYS)
            differs = [f"{how} {file}" for file, how in waits.files]
            parts = {_part(name, sha): bodies[name] for name, sha in hashes(bodies).items()}
        else:
            raised(self.machine.raise_tiers)
            name, of, content, parts = "settings", now.said, thresholds_of(self.machine), {}
            differs = [f"{each}: {before or '-'} → {here or '-'}" for each, before, here in waits.said]
        if not differs:
            raise InputError("what this machine has is what is in force", where="kind")
        if parts:
            with self.store.transaction():
                self.store.registry.add(parts, self.clock(), __version__)
        return ChangePlan(
            kind=kind,
            title=words["title"],
            candidate={name: content.decode(), "from": mark(of), "differs": "; ".join(differs)},
            sha256=hashlib.sha256(content).hexdigest(),
            description=words["description"],
            why=words["why"],
            impact=words["impact"],
            criteria=criteria,
        )

    def is_of_now(self, change: Change) -> bool:
        """Whether what a change was proposed against is what is in force still."""
        now = self.in_force()
        of = now.files if change.plan.kind is ChangeKind.KNOWLEDGE else now.said
        return change.plan.candidate["from"] == mark(of)

    # ── what a site began with, and what an upgrade brought ─────────────────────────────────────

    def settle(self, standing: Callable[[], Mapping[Part, bytes]]) -> None:
        """Before a process's first draft: write down what a site begins with, and what another release brought. `standing` gives all parts."""
        if self._begun:
            return
        parts = [one for one in standing() if one.kind in SHIPPED and not one.name.startswith("release ")]
        if not all(one.sha256 for one in parts):
            # Files of knowledge were edited since this process read them: the next one tells what is here.
            return
        shipped = {
            f"{one.kind.value} {one.name}": one.sha256
            for one in parts
            if not (one.kind is PartKind.KNOWLEDGE and one.kept)
        }
        digest = hashlib.sha256(orjson.dumps(shipped, option=orjson.OPT_SORT_KEYS)).hexdigest()
        known = self.store.changes.by_itself()
        if not any(one.plan.sha256 == digest for one in known):
            with self.store.transaction():
                self.store.changes.hold()
                known = self.store.changes.by_itself()
                if not known:
                    self._begin(shipped, digest)
                elif not any(one.plan.sha256 == digest for one in known):
                    self._upgrade(known[0], shipped, digest)
        self.store.registry.once_committed(lambda: self._begun.append(digest))

    def _begin(self, shipped: Mapping[str, str], digest: str) -> None:
        bodies = self.here()
        files = hashes(bodies)
        if files:
            self.store.registry.add(
                {_part(name, sha): bodies[name] for name, sha in files.items()}, self.clock(), __version__
            )
        candidate = {
            "files": orjson.dumps(files, option=orjson.OPT_SORT_KEYS).decode(),
            "settings": thresholds_of(self.machine).decode(),
            "parts": orjson.dumps(shipped, option=orjson.OPT_SORT_KEYS).decode(),
        }
        self._add(
            ChangeKind.BEGAN, f"Careloom {__version__}", candidate, digest, "What this site began with."
        )

    def _upgrade(self, before: Change, shipped: Mapping[str, str], digest: str) -> None:
        was = orjson.loads(before.plan.candidate["parts"])
        differs = [f"{how} {name}" for name, how in differing(was, shipped)]
        more = len(differs) - SHOWN
        words = "; ".join(differs[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
        candidate = {
            "parts": orjson.dumps(shipped, option=orjson.OPT_SORT_KEYS).decode(),
            "differs": "; ".join(differs),
        }
        self._add(ChangeKind.UPGRADE, f"{before.release} → {__version__}", candidate, digest, words)

    def _add(self, kind: ChangeKind, title: str, candidate: dict[str, str], digest: str, words: str) -> None:
        plan = ChangePlan(
            kind=kind,
            title=title,
            candidate=candidate,
            sha256=digest,
            description=words,
            why="",
            impact="",
            criteria=Criteria(),
        )
        at, who = self.clock().astimezone(UTC), "careloom"
        made = self.store.changes.add(plan, digest_of(plan, who, at), release=__version__, who=who, at=at)
        step = ChangeStep(what=ChangeStepKind.RELEASED, who=who, role="", at=at)
        self.store.changes.say(made, step)


def with_thresholds(settings: Settings, said: Mapping[str, Any] | None) -> Settings:
    """Settings with the thresholds that were released; a name that this release lacks is left out."""
    return replace(settings, **{name: said[name] for name in THRESHOLDS if said and name in said})


def thresholds_of(settings: Settings) -> bytes:
    """The thresholds of settings, as a change keeps them."""
    return orjson.dumps({name: getattr(settings, name) for name in THRESHOLDS}, option=orjson.OPT_SORT_KEYS)


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


def _said(change: Change) -> InForce:
    said = change.plan.candidate
    if change.plan.kind not in (*OF_SITE, ChangeKind.BEGAN):
        return InForce()
    files, settings = said.get("files"), said.get("settings")
    return InForce(orjson.loads(files) if files else None, orjson.loads(settings) if settings else None)


def _part(name: str, sha: str) -> Part:
    return Part(PartKind.KNOWLEDGE, name, "", sha, kept=True)
