"""Learning: what a site's decisions may change: adapters, examples for prompts, and an endpoint's new version.

Takes    training sets (pipeline/gathering.py)
Gives    candidates, each with what it is made of and what was measured, kept in the home
Never    reads anything but a cleared set, gives a candidate a task, or replaces what is in use
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from careloom import draft, improve, llm
from careloom.draft import earned
from careloom.draft.earned import Table, file_name
from careloom.draft.kind import Task
from careloom.errors import ConfigError
from careloom.improve import candidates, invented
from careloom.improve.answer_file import AnswerFile
from careloom.improve.candidates import Candidate
from careloom.improve.examples import Tried, tried
from careloom.improve.training_set import INVENTED, Pair
from careloom.improve.under_way import UnderWay, told
from careloom.improve.under_way import read as read_under_way
from careloom.llm.embedded import known_with
from careloom.llm.fingerprint import SHA256, verified
from careloom.pipeline.drafting import model_options
from careloom.pipeline.evaluating import TABLES
from careloom.pipeline.gathering import SEED, Gathering, Step, silent

CANDIDATES, ADAPTERS, EXAMPLES = "candidates", "adapters", "examples"
UNDER_WAY = "under_way.json"


@dataclass(frozen=True)
class Learning(Gathering):
    """What one organisation learns."""

    def candidates(self) -> tuple[Candidate, ...]:
        """All that were made here, the newest first."""
        return candidates.kept(self.folder / CANDIDATES)

    def in_use(self) -> tuple[str, Table | None, str]:
        """The model that drafts are written with, by its table's name, what it earned where it was measured, and its adapter's file ("" for none)."""
        options = model_options(self.settings)
        name, sha256 = llm.known_as(self.settings.model, options)
        adapter = llm.adapter_of(options.adapter) if self.settings.model == "embedded" else None
        return name, self._table(name, sha256), adapter.name if adapter else ""

    def measured(self, every: Iterable[Candidate]) -> dict[str, Table]:
        """What candidates earned, by their ids, of those adapters that were evaluated here or came with Careloom."""
        found = dict[str, Table]()
        for one in every:
            if one.kind == candidates.ADAPTER:
                name, sha256 = known_with(str(one.made_of["adapter"]), str(one.made_of["weights"]))
                if table := self._table(name, sha256):
                    found[one.id] = table
        return found

    def _table(self, name: str, sha256: str) -> Table | None:
        every = (*earned.found((self.settings.home / TABLES).glob("*.json")), *earned.shipped())
        return next((one for one in every if (one.model, one.sha256) == (name, sha256)), None)

    def under_way(self) -> UnderWay | None:
        """What is being trained or tried now, or was cut off."""
        return read_under_way(self.folder / UNDER_WAY)

    def adapter(
        self, version: str = "", recipe: Path | None = None, *, step: Step = silent
    ) -> tuple[Candidate, str]:
        """Train an adapter of the embedded model from a set and a recipe; the candidate, and its file.

        One that is no better on the development split is kept as a record that can't be released. Raises ConfigError, and Refused for a
        set that can't be cleared.
        """
        from careloom.improve.lora import recipe as recipes  # late: PyTorch is an extra

        read = recipes.read(recipe) if recipe else recipes.read()
        found = self.cleared(version)
        weights = self.settings.model_weights
        if not weights.is_file() or not verified(weights):
            raise ConfigError(f"{weights}: the embedded model's weights are not there")
        try:
            from careloom.improve.lora import making
        except ImportError:
            raise ConfigError("the extra `train` is not installed (docs/learning.md)") from None
        with told(self.folder / UNDER_WAY, "adapter", step, self.clock) as heard:
            made = making.make(weights, SHA256, found, read, self.folder / ADAPTERS, task_of, step=heard)
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
                "looks": [
                    [look.step, look.train and round(look.train, 4), round(look.development, 4)]
                    for look in made.looks
                ],
            },
            at=self.now(),
            refused="it is no better on the development split than no adapter" if made.worse else "",
        )
        candidates.keep(self.folder / CANDIDATES, one)
        self.store.audit.note("operator", "train adapter", what=one.id[:32])
        return one, made.file

    def examples(
        self, name: str, version: str = "", *, rounds: int, step: Step = silent
    ) -> tuple[tuple[Tried, ...], Candidate | None]:
        """Other examples for a task's prompt, from a set's training split, judged on its invented people of the development split.

        What was tried, the best first; the best is a candidate where it beats the task's own examples there. Interrupted, the next run asks
        only what wasn't answered. Raises ConfigError, ModelError, and Refused for a set that can't be cleared.
        """
        found = self.cleared(version).found
        opened = self.opened(None)
        if opened.model is None:
            raise ConfigError(opened.why or "there is no model to try examples with")
        pool = found.of("train", name)
        theirs = {one.group for one in found.of("development", name) if one.source == INVENTED}
        known = list(_tasks((name,)))
        if not known or not pool or not theirs:
            raise ConfigError(f"the set has no examples of a task {name!r} to choose from and to judge by")
        kind, task = known[0]
        drawn = invented.drawn(self.knowledge, max(int(who.rpartition("-")[2]) for who in theirs), SEED)
        cases = improve.cases(self.knowledge, (one for one in drawn if one.id in theirs))
        own = [one for one in cases if (one.kind, one.task) == (kind, name)]
        answers = AnswerFile(self.folder / EXAMPLES / f"{file_name(opened.model.name, opened.model.sha256)}l")
        with told(self.folder / UNDER_WAY, f"examples {name}", step, self.clock) as heard:
            made = tried(
                opened.model, task, pool, own, rounds=rounds, seed=found.version, answers=answers, step=heard
            )
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
            at=self.now(),
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
        one = Candidate(kind=candidates.ENDPOINT, made_of={"name": name, **model.version()}, at=self.now())
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
