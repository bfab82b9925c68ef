"""What decisions teach, as its page tells it: what drafts are written with now, the newest training set, the candidates, and what comes next."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext

from careloom import draft
from careloom.draft.earned import Table
from careloom.improve import candidates, signed
from careloom.improve.candidates import Candidate
from careloom.improve.training_set import DECIDED, SPLITS, TrainingSet, of_people
from careloom.improve.under_way import UnderWay
from careloom.pipeline import gathering
from careloom.web.present.words import moment
from careloom.web.saying import later

KINDS: Mapping[str, str] = {
    candidates.PROMPT: later("examples of a prompt"),
    candidates.ADAPTER: later("an adapter"),
    candidates.ENDPOINT: later("an endpoint's model version"),
}
SPLIT_WORDS: Mapping[str, str] = {
    "train": later("learned from"),
    "development": later("decides when to stop"),
    "test": later("never looked at"),
}
CONSENTS: Mapping[str, str] = {
    signed.ALLOWED: later("the person agreed"),
    signed.NOT_REFUSED: later("the person said nothing of it"),
    "": later("invented: nobody's"),
}
# Why there is no pair (improve/signed.py, pipeline/gathering.py, improve/training_set.py), for the catalogue.
LEFT_OUT = (
    later("a substance-use programme's records are in it (42 CFR Part 2)"),
    later("the person refused, took a consent back, or it has ended"),
    later("the person has not agreed"),
    later("signed as the template had it: there is nothing to learn"),
    later("its question can't be asked again: the record or the templates have changed"),
    later("what was signed can't be put back to its facts"),
    later("what was signed holds what looks like an identifier"),
    later("nobody signed it"),
    later("its record can't be read"),
    later("the document is not in the chart"),
    later("it reads as a question with which models are measured"),
    later("it reads as a question about somebody else"),
)
NO_BETTER = later("it is no better on the development split than no adapter")
# A run that said nothing for so long was cut off: a step of the recipe takes a minute or two.
SILENT = timedelta(minutes=15)
WIDTH, HEIGHT = 240, 90


@dataclass(frozen=True, slots=True)
class Earned:
    """A task of a model as it was measured: how many answers stood and were better, of how many, the range in per cent, and whether it earned it."""

    kind: str
    task: str
    better: int
    asked: int
    low: int
    high: int
    least: int
    earned: bool
    obeyed: int


@dataclass(frozen=True, slots=True)
class Set:
    """A training set in numbers: rows of a table (what, for each split), whose consent, what was left out, and the largest number of a row."""

    version: str
    splits: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    people: tuple[int, ...]
    decided: int
    invented: int
    consents: tuple[tuple[str, int], ...]
    left_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate: `measured` in words, what it earned where it was evaluated, why it can't be released, and its loss by step as a picture."""

    id: str
    kind: str
    at: str
    of_set: str
    measured: str
    earned: tuple[Earned, ...]
    refused: str
    points: str
    worst: float
    best: float


def earned(table: Table | None) -> tuple[Earned, ...]:
    """The tasks of a model's table as they are asked today; () where it has none."""
    if table is None:
        return ()
    found = []
    for kind, way in draft.KINDS.items():
        for task in way.kind().tasks.values():
            if row := table.row(kind, task):
                low, high = row.interval
                found.append(
                    Earned(
                        kind=way.kind().title,
                        task=task.name,
                        better=row.better,
                        asked=row.asked,
                        low=round(100 * low),
                        high=round(100 * high),
                        least=round(100 * task.least),
                        earned=row.earned(task.least),
                        obeyed=row.obeyed,
                    )
                )
    return tuple(found)


def of_set(one: TrainingSet) -> Set:
    """A set's counts; its left-out reasons in the reader's language."""
    tasks = sorted({pair.task for pair in one.pairs})
    consents = Counter(pair.consent for pair in one.pairs)
    decided = sum(pair.source == DECIDED for pair in one.pairs)
    return Set(
        version=one.version,
        splits=tuple(gettext(SPLIT_WORDS[split]) for split in SPLITS),
        rows=tuple((task, tuple(len(one.of(split, task)) for split in SPLITS)) for task in tasks),
        people=tuple(of_people(one.of(split)) for split in SPLITS),
        decided=decided,
        invented=len(one.pairs) - decided,
        consents=tuple((gettext(CONSENTS.get(said, said)), many) for said, many in sorted(consents.items())),
        left_out=tuple((gettext(why), many) for why, many in one.left_out.items()),
    )


def rows(every: Iterable[Candidate], tables: Mapping[str, Table], at: datetime) -> tuple[Row, ...]:
    """The candidates, the newest first; `tables` are what was evaluated, by the candidate's id."""
    return tuple(_row(one, tables.get(one.id), at) for one in every)


def _row(one: Candidate, table: Table | None, at: datetime) -> Row:
    looks = [(step, loss) for step, _, loss in one.measured.get("looks", ())]
    made = datetime.fromisoformat(one.at) if one.at else None
    return Row(
        id=one.id,
        kind=gettext(KINDS[one.kind]),
        at=moment(made, at) if made else "",
        of_set=str(one.made_of.get("set", ""))[:12],
        measured=_measured(one),
        earned=earned(table),
        refused=gettext(one.refused) if one.refused else "",
        points=_points(looks),
        worst=max((loss for _, loss in looks), default=0.0),
        best=min((loss for _, loss in looks), default=0.0),
    )


def _measured(one: Candidate) -> str:
    said = one.measured
    if one.kind == candidates.ADAPTER and "loss with" in said:
        return gettext(
            "Loss on {development} held-out pairs: {before} without, {after} with it (nats a word), at step {step} of {steps}."
        ).format(
            development=said["development"],
            before=said["loss without"],
            after=said["loss with"],
            step=said["best at step"],
            steps=said["steps"],
        )
    if one.kind == candidates.PROMPT:
        return gettext(
            "Task {task}: better than the template in {better} of {number} cases; with its own examples in {own}."
        ).format(
            task=one.made_of.get("task", ""),
            better=said["better"],
            number=said["development"],
            own=said["better with its own"],
        )
    return gettext("Model {name}; nothing is measured by noting it.").format(name=one.made_of.get("name", ""))


def _points(looks: Sequence[tuple[int, float]]) -> str:
    """The loss by step as an SVG polyline's points; "" for fewer than two looks."""
    if len(looks) < 2:
        return ""
    last, most = max(step for step, _ in looks) or 1, max(loss for _, loss in looks) or 1.0
    return " ".join(
        f"{4 + (WIDTH - 8) * step / last:.0f},{4 + (HEIGHT - 8) * (1 - loss / most):.0f}"
        for step, loss in looks
    )


@dataclass(frozen=True, slots=True)
class Running:
    """What runs now, or was `cut_off`: what it does, how far it is in per cent (None where nobody knows), and when it was last heard of."""

    what: str
    said: str
    percent: int | None
    at: str
    cut_off: bool
    command: str


def running(one: UnderWay | None, at: datetime) -> Running | None:
    """A run that is under way; None where nothing is."""
    if one is None:
        return None
    heard = datetime.fromisoformat(one.at).astimezone(UTC)
    return Running(
        what=one.what,
        said=one.said,
        percent=round(100 * one.done / one.of) if one.of else None,
        at=moment(heard, at),
        cut_off=at - heard > SILENT,
        command=f"careloom learn {one.what}",
    )


def next_steps(
    sets: Sequence[str], every: Sequence[Candidate], tables: Mapping[str, Table]
) -> tuple[tuple[str, str], ...]:
    """What can be done now: in words, and the command at the machine ("" where it is done on a page)."""
    if not sets:
        return ((gettext("Put together a training set of what was signed so far."), "careloom learn set"),)
    found = []
    open_ones = [one for one in every if not one.refused]
    adapters = [one for one in open_ones if one.kind == candidates.ADAPTER]
    if not any(one.made_of.get("set") == sets[0] for one in every if one.kind == candidates.ADAPTER):
        found.append((gettext("Train an adapter from the newest set."), "careloom learn adapter"))
    for one in adapters:
        if one.id not in tables:
            found.append(
                (
                    gettext("Measure candidate {id}: which tasks does it earn?").format(id=one.id[:12]),
                    f"CARELOOM_MODEL_ADAPTER={gathering.FOLDER}/adapters/…/adapter.gguf careloom eval",
                )
            )
    if not any(one.kind == candidates.PROMPT for one in every):
        found.append((gettext("Try other examples for a prompt."), "careloom learn examples section"))
    if any(one.id in tables for one in adapters) or any(one.kind != candidates.ADAPTER for one in open_ones):
        found.append((gettext("Propose a candidate as a change: it goes through the gate."), ""))
    found.append(
        (gettext("Put together a new set when more was signed, or a consent changed."), "careloom learn set")
    )
    return tuple(found)
