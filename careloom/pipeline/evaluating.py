"""Evaluating: which tasks a model has earned on this machine, measured and kept in the home, where drafting looks first."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from careloom import improve
from careloom.draft import earned
from careloom.draft.earned import Table
from careloom.draft.kind import Kind
from careloom.errors import ConfigError
from careloom.knowledge import Knowledge
from careloom.llm import Opened, known_as
from careloom.pipeline.drafting import model_options
from careloom.settings import Settings

# Where a site's own tables are, below its home.
TABLES = "eval"
Step = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Evaluating:
    """The evaluation of one site, whose tables lie in a folder of its home."""

    settings: Settings
    knowledge: Knowledge
    opened: Callable[[str | None], Opened]

    def tables(self) -> tuple[Table, ...]:
        """The site's own tables; one that can't be read counts for nothing."""
        return earned.found((self.settings.home / TABLES).glob("*.json"))

    def earned(self, kind: Kind) -> frozenset[str]:
        """The tasks of a kind that the site's model has earned by the tables; it isn't opened for that."""
        known = known_as(self.settings.model, model_options(self.settings))
        return earned.of(kind, *known, (*self.tables(), *earned.shipped()))

    def run(
        self, name: str | None, *, seconds: float, step: Step = lambda _task, _done, _of: None
    ) -> tuple[Table, str]:
        """Measure the model of a name in at most so many seconds, with loading it; the table, and the file in which it is kept.

        One that was interrupted is kept in none (""). Raises ModelError where the model fails, ConfigError where there is none to ask or the home can't be written; the
        table of before stays then.
        """
        begun = perf_counter()
        opened = self.opened(name)
        if opened.model is None:
            raise ConfigError(opened.why or "there is no model to evaluate; name one with --model")
        every = improve.cases(self.knowledge)
        left = seconds - (perf_counter() - begun)
        table = improve.evaluated(opened.model, every, seconds=left, step=step)
        if any(row.stopped == improve.INTERRUPTED for row in table.rows):
            return table, ""
        file = self.settings.home / TABLES / table.name
        half = file.with_name(f"{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(earned.to_json(table))
            half.replace(file)
        except OSError as error:
            raise ConfigError(f"{file}: can't be written: {error.strerror}") from None
        return table, str(file)
