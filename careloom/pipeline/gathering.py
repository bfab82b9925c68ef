"""Gathering: training sets of what was signed here and of invented people, each without identifiers and of nobody who refused.

Takes    decisions and amendments of signed documents, what people say of learning from their record, and invented people
Gives    sets, kept sealed in the home under their version, and a set cleared for training
Never    learns from somebody who refused (by now, not only when the set was made) or from what holds an identifier
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from careloom import draft, llm
from careloom.care.document import Proposal
from careloom.care.entry import RECORDED_HERE
from careloom.care.record import PatientRecord
from careloom.errors import CareloomError, ConfigError, Refused
from careloom.improve import invented, people, signed, teaching, training_set
from careloom.improve.cleared import Cleared, is_clean
from careloom.improve.training_set import DECIDED, INVENTED, Pair, TrainingSet
from careloom.knowledge import Knowledge
from careloom.pipeline.scrubbing import known_of
from careloom.privacy.known import Known
from careloom.record import consents
from careloom.settings import Settings
from careloom.store.opening import Store

FOLDER, SETS = "learning", "sets"
# So many invented people a set has, and the seed by which they are drawn.
PEOPLE, SEED = 80, "learn-1"
# So many of the newest documents are read.
MOST = 20_000
SCRUBBED = "what is known of the person, then patterns: nothing may be found (privacy.scrub)"
UNREADABLE = "its record can't be read"
NOT_SIGNED = "the document is not in the chart"
NOT_AGREED = "the person has not agreed"
Step = Callable[[str, int, int], None]


def silent(said: str, done: int, of: int) -> None:
    """Nobody hears how far it is."""


@dataclass(frozen=True)
class Gathering:
    """What one organisation learns from. `record_of` gives a patient's record as of a day."""

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

    def make_set(
        self, *, invented_people: int = PEOPLE, agreed: bool = False, step: Step = silent
    ) -> TrainingSet:
        """The set of today, kept sealed under its version: what was signed here, and so many invented people's cases.

        Of people who said nothing of it there are pairs, unless `agreed` asks for those who agreed alone.
        """
        self._people.clear()
        out: Counter[str] = Counter()
        pairs = list(self._decided(out, agreed, step))
        for one in self._taught(invented.drawn(self.knowledge, invented_people, SEED)):
            if is_clean(one):
                pairs.append(one)
            else:
                out[signed.NAMES] += 1
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

    def cleared(self, version: str = "") -> Cleared:
        """A kept set as training takes it: held once more against what is known by now of whom it is about, and what they say of it now.

        Raises Refused, naming pairs and nobody, where an identifier is found or somebody of it has refused since it was made; ConfigError
        where there is no such set.
        """
        found, known = self.set_of(version), dict[str, tuple[Known, ...]]()
        self._people.clear()
        for one in found.pairs:
            if one.source != DECIDED or one.group in known:
                continue
            now = self.store.proposals.get(one.decisions[0].partition("/")[0])
            patient = self.store.patients.find(now.document.patient)
            why, _, known[one.group] = self._person(patient)
            if why:
                raise Refused(
                    f"training set {found.version[:12]}: of somebody in it nothing is learned any more ({why}). "
                    "Make the set anew: careloom learn set"
                )
        return Cleared(found, known)

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

    def _decided(self, out: Counter[str], agreed: bool, step: Step) -> Iterator[Pair]:
        """The pairs of what was signed here; `out` counts by its reason what there is no pair of."""
        for number, (first, now, _) in enumerate(self.store.proposals.histories(MOST)):
            step("documents", number, 0)
            if not (kind := draft.KINDS.get(now.document.kind)) or not kind.kind().tasks:
                continue
            if now.status != "active":
                out[NOT_SIGNED] += 1
                continue
            try:
                yield from self._of(first, now, agreed, out)
            except CareloomError:
                out[UNREADABLE] += 1

    def _of(self, first: Proposal, now: Proposal, agreed: bool, out: Counter[str]) -> Iterator[Pair]:
        patient = self.store.patients.find(now.document.patient)
        refused, consent, known = self._person(patient)
        if refused := refused or (NOT_AGREED if agreed and consent != signed.ALLOWED else ""):
            out[refused] += 1
            return
        record = _as_sent(self.record_of(patient, now.document.as_of))
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

    def _person(self, patient: str) -> tuple[str, str, tuple[Known, ...]]:
        """Why nothing is learned from somebody, what she said of it, and what is known of her, by today: what was signed before counts no less."""
        if patient not in self._people:
            today, entries = self.clock().astimezone().date(), self.store.entries.of(patient)
            said = consents(entries, today)
            known = (known_of(self.store, patient, self.record_of(patient, today)),)
            self._people[patient] = (signed.refusal(entries, said), signed.allowed(said), known)
        return self._people[patient]

    def now(self) -> str:
        """The minute (ISO, UTC) of what is made."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")


def _as_sent(record: PatientRecord) -> PatientRecord:
    """The record without what says here alone that there is such a person: a consent that was entered since is no other question."""
    ours = {one.id for one in record.entries if one.kind == "Patient" and one.source.system == RECORDED_HERE}
    who = record.demographics
    told = tuple(one for one in who.entries if one not in ours)
    entries = tuple(one for one in record.entries if one.id not in ours)
    return replace(record, entries=entries, demographics=replace(who, entries=told or who.entries))


def _place(version: str) -> str:
    return f"training set/{version}"
