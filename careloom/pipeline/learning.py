"""Learning: what a site's decisions teach a model: training sets, adapters, examples for prompts, and an endpoint's new version.

Takes    decisions and amendments of signed documents, and invented people
Gives    sets without identifiers, and candidates, each with what it is made of; both kept in the home
Never    learns from somebody who refused or from what holds an identifier, gives a candidate a task, or replaces what is in use
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from careloom import draft, improve, llm
from careloom.care.document import Proposal
from careloom.care.record import PatientRecord
from careloom.draft.earned import file_name
from careloom.draft.kind import Task
from careloom.errors import CareloomError, ConfigError
from careloom.improve import candidates, invented, people, signed, teaching, training_set
from careloom.improve.candidates import Candidate
from careloom.improve.examples import Tried, tried
from careloom.improve.training_set import DECIDED, INVENTED, Pair, TrainingSet
from careloom.knowledge import Knowledge
from careloom.llm.fingerprint import SHA256, verified
from careloom.pipeline.evaluating import TABLES
from careloom.pipeline.scrubbing import known_of
from careloom.privacy.known import Known
from careloom.record import consents
from careloom.settings import Settings
from careloom.store.opening import Store

FOLDER, SETS, CANDIDATES, ADAPTERS = "learning", "sets", "candidates", "adapters"
# So many invented people a set has, and the seed by which they are drawn.
PEOPLE, SEED = 80, "learn-1"
# So many of the newest documents are read.
MOST = 20_000
SCRUBBED = "what is known of the person, then patterns: nothing may be found (privacy.scrub)"
UNREADABLE = "its record can't be read"
NOT_SIGNED = "the document is not in the chart"
Step = Callable[[str, int, int], None]


def _silent(said: str, done: int, of: int) -> None:
    """Nobody hears how far it is."""


@dataclass(frozen=True)
class Learning:
    """What one organisation learns. `record_of` gives a patient's record as of a day."""

    store: Store
    settings: Settings
    knowledge: Knowledge
    clock: Callable[[], datetime]
    record_of: Callable[[str, date], PatientRecord]
    opened: Callable[[str | None], llm.Opened]
    _people: dict[str, tuple[str, str, tuple[Known, ...]]] = field(default_factory=dict)
    # The questions with which models are measured.
    _measured: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """Where it is kept, below the home."""
        return self.settings.home / FOLDER

    # ── training sets ────────────────────────────────────────────────────────────────────────────────

    def make_set(self, *, invented_people: int = PEOPLE, step: Step = _silent) -> TrainingSet:
        """The set of today, kept sealed under its version: what was signed here, and so many invented people's cases."""
        out: Counter[str] = Counter()
        pairs = list(self._decided(out, step))
        pairs += self._taught(invented.drawn(self.knowledge, invented_people, SEED))
        if pairs and not self._measured:
            self._measured.update(one.asked for one in self._taught(people.people(self.knowledge)))
        home = self.store.keys.index("learning home", self.settings.organisation)[:16]
        decided = any(one.source == DECIDED for one in pairs)
        made = training_set.made(pairs, out, home=home if decided or out else "", held_out=self._measured)
        self._keep(made)
        self.store.audit.note("operator", "make training set", what=made.version[:32])
        return made

    def sets(self) -> tuple[str, ...]:
        """The versions that are kept, the newest first."""
        found = sorted((self.folder / SETS).glob("*.sealed"), key=lambda path: path.stat().st_mtime_ns)
        return tuple(path.stem for path in reversed(found))

    def set_of(self, wanted: str = "") -> TrainingSet:
        """The set whose version begins so ("" for the newest). Raises ConfigError where there is none, or it was altered."""
        found = [one for one in self.sets() if one.startswith(wanted)]
        if not found or (wanted and len(found) > 1):
            raise ConfigError("there is no such training set; make one: careloom learn set")
        version = found[0]
        sealed = (self.folder / SETS / f"{version}.sealed").read_bytes()
        read = training_set.from_json(self.store.keys.open(sealed, _place(version)))
        if read.version != version:
            raise ConfigError(f"the training set {version[:12]} is not what its name says")
        return read

    def _keep(self, made: TrainingSet) -> None:
        path = self.folder / SETS / f"{made.version}.sealed"
        half = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(self.store.keys.seal(training_set.to_json(made), _place(made.version)))
            half.replace(path)
        except OSError as error:
            raise ConfigError(f"{path}: can't be written: {error.strerror}") from None

    def _taught(self, found: Iterator[people.Invented]) -> Iterator[Pair]:
        for one in teaching.taught(found, self.knowledge, tuple(teaching.RULES)):
            task = draft.kind_of(one.kind).tasks[one.task]
            yield Pair(
                kind=one.kind,
                task=one.task,
                version=task.version,
                prompt=task.asked,
                asked=one.asked,
                said=one.said,
                source=INVENTED,
                group=one.who,
            )

    def _decided(self, out: Counter[str], step: Step) -> Iterator[Pair]:
        """The pairs of what was signed here; `out` counts by its reason what there is no pair of."""
        for number, (first, now, _) in enumerate(self.store.proposals.histories(MOST)):
            step("documents", number, 0)
            if not (kind := draft.KINDS.get(now.document.kind)) or not kind.kind().tasks:
                continue
            if now.status != "active":
                out[NOT_SIGNED] += 1
                continue
            try:
                yield from self._of(first, now, out)
            except CareloomError:
                out[UNREADABLE] += 1

    def _of(self, first: Proposal, now: Proposal, out: Counter[str]) -> Iterator[Pair]:
        patient = self.store.patients.find(now.document.patient)
        record = self.record_of(patient, now.document.as_of)
        refused, consent, known = self._person(patient, record)
        if refused:
            out[refused] += 1
            return
        reader = signed.Reader(
            record, self.knowledge, self.store.answers, known, first.document, now.document, now.released
        )
        for one in reader.pairs(out):
            yield Pair(
                kind=one.kind,
                task=one.task.name,
                version=one.task.version,
                prompt=one.task.asked,
                asked=one.asked,
                said=one.said,
                drafted=one.drafted,
                source=DECIDED,
                group=self.store.keys.index("learning group", patient)[:16],
                decisions=tuple(
                    f"{now.id}/{each.revision}" for each in self.store.proposals.decisions(now.id)
                ),
                scrubbed=SCRUBBED,
                consent=consent,
            )

    def _person(self, patient: str, record: PatientRecord) -> tuple[str, str, tuple[Known, ...]]:
        """Why nothing is learned from somebody, what she said of it, and what is known of her; looked up once."""
        if patient not in self._people:
            said = consents(record.entries, self.clock().date())
            known = (known_of(self.store, patient, record),)
            self._people[patient] = (signed.refusal(record, said), signed.allowed(said), known)
        return self._people[patient]

    # ── candidates ───────────────────────────────────────────────────────────────────────────────────

    def candidates(self) -> tuple[Candidate, ...]:
        """All that were made here, the newest first."""
        return candidates.kept(self.folder / CANDIDATES)

    def adapter(
        self, version: str = "", recipe: Path | None = None, *, step: Step = _silent
    ) -> tuple[Candidate, str]:
        """Train an adapter of the embedded model from a set and a recipe; the candidate, and its file.

        One that is no better on the development split is kept as a record that can't be released. Raises ConfigError.
        """
        from careloom.improve.lora import recipe as recipes  # late: PyTorch is an extra

        read = recipes.read(recipe) if recipe else recipes.read()
        found = self.set_of(version)
        weights = self.settings.model_weights
        if not weights.is_file() or not verified(weights):
            raise ConfigError(f"{weights}: the embedded model's weights are not there")
        try:
            from careloom.improve.lora import making
        except ImportError:
            raise ConfigError("the extra `train` is not installed (docs/learning.md)") from None
        made = making.make(weights, SHA256, found, read, self.folder / ADAPTERS, task_of, step=step)
        first, best = made.looks[0], min(made.looks, key=lambda look: look.development)
        one = Candidate(
            kind=candidates.ADAPTER,
            made_of={
                "adapter": made.sha256,
                "weights": made.weights,
                "set": made.set,
                "recipe": dict(made.recipe),
                "tasks": [f"{task.name} {task.version} {task.asked}" for _, task in _tasks(made.tasks)],
            },
            measured={
                "examples": made.examples,
                "development": made.development,
                "loss without": round(first.development, 4),
                "loss with": round(best.development, 4),
                "best at step": best.step,
                "steps": made.steps,
            },
            at=self._now(),
            refused="it is no better on the development split than no adapter" if made.worse else "",
        )
        candidates.keep(self.folder / CANDIDATES, one)
        self.store.audit.note("operator", "train adapter", what=one.id[:32])
        return one, made.file

    def examples(
        self, name: str, version: str = "", *, rounds: int, step: Step = _silent
    ) -> tuple[tuple[Tried, ...], Candidate | None]:
        """Other examples for a task's prompt, from a set's training split, judged on its invented people of the development split.

        What was tried, the best first; the best is a candidate where it beats the task's own examples there. Raises ConfigError,
        ModelError.
        """
        opened = self.opened(None)
        if opened.model is None:
            raise ConfigError(opened.why or "there is no model to try examples with")
        found = self.set_of(version)
        pool = found.of("train", name)
        theirs = {one.group for one in found.of("development", name) if one.source == INVENTED}
        known = list(_tasks((name,)))
        if not known or not pool or not theirs:
            raise ConfigError(f"the set has no examples of a task {name!r} to choose from and to judge by")
        kind, task = known[0]
        drawn = invented.drawn(self.knowledge, max(int(who.rpartition("-")[2]) for who in theirs), SEED)
        cases = improve.cases(self.knowledge, (one for one in drawn if one.id in theirs))
        own = [one for one in cases if (one.kind, one.task) == (kind, name)]
        made = tried(opened.model, task, pool, own, rounds=rounds, seed=found.version, step=step)
        best, before = made[0], next((one for one in made if one.own), None)
        if best.own:
            return made, None
        one = Candidate(
            kind=candidates.PROMPT,
            made_of={
                "kind": kind,
                "task": name,
                "prompt": best.task.asked,
                "rules": best.task.rules,
                "examples": [list(shot) for shot in best.task.shots],
                "set": found.version,
                "model": opened.model.name,
                "weights": opened.model.sha256,
            },
            measured={
                "development": best.of,
                "better": best.better,
                "stood": best.stood,
                "better with its own": before.better if before else "fewer than this",
            },
            at=self._now(),
        )
        candidates.keep(self.folder / CANDIDATES, one)
        self.store.audit.note("operator", "choose examples", what=one.id[:32])
        return made, one

    def adapter_of(self, digest: str) -> Path:
        """The file of an adapter that was trained here, by the beginning of its SHA-256. Raises ConfigError where there is none."""
        for path in sorted((self.folder / ADAPTERS).glob("*/adapter.gguf")):
            if digest and hashlib.sha256(path.read_bytes()).hexdigest().startswith(digest):
                return path
        raise ConfigError(f"no adapter that was trained here begins with {digest or 'that'}")

    def endpoint(self) -> tuple[Candidate, bool]:
        """The endpoint's model as it is served now, and whether it is another than before: then what was earned is set aside.

        The first look only notes it. Raises ConfigError where there is no endpoint, ModelError where it doesn't answer.
        """
        model = self.opened("openai" if self.settings.model in ("none", "embedded") else None).model
        if not isinstance(model, llm.OpenAI):
            raise ConfigError("CARELOOM_MODEL_URL is not set: there is no endpoint to look at")
        name = model.name
        before = [one for one in self.candidates() if one.made_of.get("name") == name]
        one = Candidate(kind=candidates.ENDPOINT, made_of={"name": name, **model.version()}, at=self._now())
        if before and before[0].id == one.id:
            return before[0], False
        if any(each.id == one.id for each in before):
            # What was served once, then not, and is again, is told anew: nobody knows that it is the same.
            one = replace(one, made_of={**one.made_of, "again": one.at})
        candidates.keep(self.folder / CANDIDATES, one)
        if before:
            self._set_aside(name, before[0].id)
        self.store.audit.note("operator", "new endpoint version", what=one.id[:32])
        return one, bool(before)

    def _set_aside(self, name: str, former: str) -> None:
        """The table of what an endpoint's former version had earned counts no more; it is kept beside."""
        table = self.settings.home / TABLES / file_name(name, "")
        if table.is_file():
            kept = table.parent / "former" / f"{former[:12]}-{table.name}"
            kept.parent.mkdir(exist_ok=True)
            table.replace(kept)

    def _now(self) -> str:
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")


def task_of(pair: Pair) -> Task:
    """The task of a pair as it is asked today. Raises ConfigError where it is asked otherwise than when the pair was made."""
    task = draft.kind_of(pair.kind).tasks.get(pair.task)
    if task is None or task.asked != pair.prompt:
        raise ConfigError(f"the task {pair.task} is asked otherwise now: make the set anew")
    return task


def _tasks(names: tuple[str, ...]) -> Iterator[tuple[str, Task]]:
    """The tasks of these names, each with its kind of document."""
    for kind, way in draft.KINDS.items():
        yield from ((kind, task) for name, task in way.kind().tasks.items() if name in names)


def _place(version: str) -> str:
    return f"training set/{version}"
