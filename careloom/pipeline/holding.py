"""Holding: a site's own protocols, lists, packs, code systems, mappings, thresholds and model are in force as they were released, whatever lies on its machine.

Takes    the files and settings of the machine, and what was released of them
Gives    the folders, mappings and settings that a process works with, and what of the machine waits for a change
Never    lets an edited file, another threshold or another model into a draft by itself once a site has drafted, or starts with other files than those that were released
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from careloom import __version__
from careloom.care.change import (
    BY_NAME,
    Change,
    ChangeKind,
    ChangePlan,
    ChangeState,
    ChangeStep,
    ChangeStepKind,
    Criteria,
)
from careloom.care.registered import Part, PartKind
from careloom.connect import tables
from careloom.errors import ConfigError, InputError
from careloom.knowledge import cache
from careloom.knowledge.inventory import CODES, own_files
from careloom.knowledge.packs import FOLDER
from careloom.knowledge.releases.listed import LIST
from careloom.knowledge.releases.listed import in_force as codes_in
from careloom.pipeline.held import (
    THRESHOLDS,
    InForce,
    Waiting,
    called,
    differing,
    digest_of,
    hashes,
    json_of,
    mapping_part,
    mark,
    model_of,
    part_of,
    said_by,
    sums,
    texts_of,
    thresholds_of,
    with_thresholds,
)
from careloom.pipeline.mappings import Mappings
from careloom.review.tiers import raised
from careloom.settings import Settings
from careloom.store.opening import Store

# Where a site's own code systems and packs are, below its home, and in there the files that were released where others lie on the machine.
RELEASES, HELD = "knowledge", "held"
# The parts that come with a release.
SHIPPED = frozenset(
    {
        *(PartKind.RELEASE, PartKind.CODE, PartKind.RULE, PartKind.TEMPLATE),
        *(PartKind.PROMPT, PartKind.KNOWLEDGE),
    }
)
SHOWN = 12


@dataclass(frozen=True)
class Holding:
    """What holds the files and thresholds of one site; `machine` are its settings as the machine has them."""

    store: Store
    machine: Settings
    clock: Callable[[], datetime]
    _read: dict[tuple[str, ...], InForce] = field(default_factory=dict, init=False, repr=False, compare=False)
    _begun: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    # ── what a process works with ───────────────────────────────────────────────────────────────

    def at_start(self) -> tuple[Settings, Path, str]:
        """The settings as they are in force, with the folder of protocols, and the folder of code systems and packs; and why no model words drafts, "" where one does or none is wanted.

        Raises ConfigError.
        """
        now, releases, site = self.in_force(), self.machine.home / RELEASES, self.machine.protocols
        settings, why = self._with_model(with_thresholds(self.machine, now.said), now)
        if now.files is None or (site is not None and not site.is_dir()) or hashes(self.here()) == now.files:
            return settings, releases, why
        site, releases = self.folders(now.files)
        return replace(settings, protocols=site), releases, why

    def _with_model(self, settings: Settings, now: InForce) -> tuple[Settings, str]:
        """Settings with the model that was released: the machine's where it is that one, was released by its name or is none; the earlier one where it can be asked still; else none, and why."""
        held = now.model
        if held is None or settings.model == "none" or model_of(settings) == held or self._by_name(settings):
            return settings, ""
        before = replace(
            settings,
            model=held["model"],
            model_name=held.get("name") or settings.model_name,
            model_adapter=held.get("adapter", ""),
        )
        if held["model"] != "none" and model_of(before) == held:
            return before, ""
        return (
            replace(settings, model="none"),
            f"The model {settings.model} is set on this machine and was not released: propose it on the page Changes. Drafts are written from templates alone.",
        )

    def _by_name(self, settings: Settings) -> bool:
        """Whether a change of the model that is set here was released or rolls out."""
        names = {settings.model, *([settings.model_name] if settings.model == "openai" else [])}
        return any(
            one.plan.kind in BY_NAME
            and one.plan.candidate["model"] in names
            and one.state is ChangeState.RELEASED
            for one in self.store.changes.in_force()
        )

    def mappings(self, here: Mappings) -> Mappings:
        """Of the mappings that lie here, those that were released, in the text of then; a mapping that waits is among the problems. Raises ConfigError for a text that isn't kept."""
        held = self.in_force().mappings
        if held is None:
            return here
        found = self.mapped(held, here)
        for name, how in differing(held, sums(here)):
            found.problems.setdefault(
                name,
                f"the mapping {name} is {how} on this machine and waits on the page Changes; what was released before counts",
            )
        return found

    def mapped(self, held: Mapping[str, str], here: Mappings) -> Mappings:
        """Mappings of these texts (name → SHA-256), as they lie here or are kept. Raises ConfigError."""
        found = Mappings(here.kept, problems=dict(here.problems), held=True)
        for name, sha in held.items():
            mine = here.in_force.get(name)
            if mine is None or mine.digest != sha:
                mine = tables.parse(name, self._kept(mapping_part(name, sha)).decode())
            found.in_force[name] = mine
        return found

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
        return said_by(rolling).behind(found)

    def _released(self, ids: Iterable[str]) -> InForce:
        found = InForce()
        for one in ids:
            found = found.behind(said_by(self.store.changes.get(one)))
        return found

    def folders(self, files: Mapping[str, str]) -> tuple[Path | None, Path]:
        """The folder of a site's protocols (None without one), and that of code systems and packs, with these very files in them; both to be read alone.

        Raises ConfigError where one isn't kept, or they can't be written.
        """
        releases = self.machine.home / RELEASES
        beside = sorted(
            one.name
            for one in (releases.iterdir() if releases.is_dir() else ())
            if one.name not in (FOLDER, HELD, LIST, f"{LIST}.new") and not one.name.startswith(cache.NAME)
        )
        said = orjson.dumps([sorted(files.items()), beside])
        place = releases / HELD / hashlib.sha256(said).hexdigest()[:32]
        site = place / "site" if any(name.startswith("site/") for name in files) else None
        if place.is_dir():
            lies = own_files(site, place / "releases")
            if {one.name: one.sha256 for one in lies} == dict(files) and self._compiled(place / "releases"):
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
            codes = [self.content(name, sha) for name, sha in files.items() if name.startswith(CODES)]
            (new / "releases" / LIST).write_bytes(b"[" + b",".join(codes) + b"]")
            if not self._compiled(new / "releases"):
                raise ConfigError(
                    "a code system that was released is not below the home any more; restore a backup, or load it again with --older"
                )
            for name, sha in files.items():
                if name.startswith(CODES):
                    continue
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

    @staticmethod
    def _compiled(releases: Path) -> bool:
        """Whether every code system that a folder lists is there."""
        return not codes_in(releases)[1]

    def content(self, name: str, sha: str) -> bytes:
        """A file's bytes out of the registry. Raises ConfigError where they aren't kept."""
        return self._kept(part_of(name, sha))

    def _kept(self, part: Part) -> bytes:
        body = self.store.registry.content(part)
        if hashlib.sha256(body).hexdigest() != part.sha256:
            raise ConfigError(f"{part.name}: what was released of it isn't in the registry; restore a backup")
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
        mapped = () if now.mappings is None else tuple(differing(now.mappings, sums(self._mapped())))
        return Waiting(tuple(files), tuple(settings), mapped, self._waiting_model(now))

    def _waiting_model(self, now: InForce) -> tuple[tuple[str, str], ...]:
        held, settings = now.model, self.machine
        if held is None or settings.model == "none" or model_of(settings) == held or self._by_name(settings):
            return ()
        return ((called(held), called(model_of(settings))),)

    def _mapped(self) -> Mappings:
        """The mappings as they lie on the machine."""
        home = self.machine.home
        return Mappings.of(self.machine.mappings or home / "mappings", home / "mappings" / "kept")

    def plan(self, kind: ChangeKind, words: Mapping[str, str], criteria: Criteria) -> ChangePlan:
        """The plan of what waits on the machine, whose files are kept from now on. Raises InputError where nothing of this kind waits, ConfigError for tiers that aren't."""
        waits, now = self.waiting(), self.in_force()
        parts: dict[Part, bytes] = {}
        if kind is ChangeKind.KNOWLEDGE:
            bodies = self.here()
            name, of, content = "files", now.files, json_of(hashes(bodies))
            differs = [f"{how} {file}" for file, how in waits.files]
            parts = {part_of(name, sha): bodies[name] for name, sha in hashes(bodies).items()}
        elif kind is ChangeKind.MAPPINGS:
            here = self._mapped()
            if here.problems:
                raise InputError("; ".join(here.problems.values()), where="kind")
            name, of, content = "mappings", now.mappings, json_of(sums(here))
            differs = [f"{how} {each}" for each, how in waits.mappings]
            parts = texts_of(here)
            criteria = replace(criteria, stages=criteria.stages[-1:])
        else:
            raised(self.machine.raise_tiers)
            name, of, content = "settings", now.said, thresholds_of(self.machine)
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
        of = {ChangeKind.KNOWLEDGE: now.files, ChangeKind.MAPPINGS: now.mappings}.get(
            change.plan.kind, now.said
        )
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
                {part_of(name, sha): bodies[name] for name, sha in files.items()}, self.clock(), __version__
            )
        candidate = {
            "files": json_of(files).decode(),
            "settings": thresholds_of(self.machine).decode(),
            "parts": json_of(shipped).decode(),
            **self._mine(InForce()),
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
            "parts": json_of(shipped).decode(),
            "differs": "; ".join(differs),
            **self._mine(self.in_force()),
        }
        self._add(ChangeKind.UPGRADE, f"{before.release} → {__version__}", candidate, digest, words)

    def _mine(self, now: InForce) -> dict[str, str]:
        """The site's mappings and the terms of its model, as far as nothing of them was ever released."""
        found = {}
        if now.mappings is None:
            here = self._mapped()
            if here.in_force:
                self.store.registry.add(texts_of(here), self.clock(), __version__)
            found["mappings"] = json_of(sums(here)).decode()
        if now.model is None:
            found["model"] = json_of(model_of(self.machine)).decode()
        return found

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
