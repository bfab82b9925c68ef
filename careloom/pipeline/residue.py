"""Residue: what is left of the risk after identifiers were taken out, counted and looked through by people, for a page and its worker.

Takes    a person who answers for compliance, and for samples one who may read every record
Gives    how many people share what describes each, samples of scrubbed pieces, what was found in them, and the expert's statement
Never    keeps a piece as it was written, counts a sample that wasn't looked through whole, or says that a text identifies nobody
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from careloom.care.access import Permission
from careloom.care.audited import Asked
from careloom.care.document import Reviewer
from careloom.errors import ConfigError, InputError
from careloom.pipeline.access import Access
from careloom.pipeline.deidentifying import SAMPLE, Deidentifying, Residual, Sampled
from careloom.privacy.kinds import Kind
from careloom.privacy.modes import Mode, Statement
from careloom.privacy.risk import Described, Risk

# The kind of work that a worker does for the page, and so many of the newest are looked at.
WORK, RECENT = "residue", 20
RISK, DRAWN = "residual risk", "draw sample"
NOTHING = "nothing"
FOLDER, FILE = "deidentification", "sample.sealed"
PLACE = "de-identified sample"
# So many of the smallest classes are told; a page holds no more.
MOST_SMALL, MOST_PIECES = 40, 200


@dataclass(frozen=True, slots=True)
class Counted:
    """The risk as it was counted once: when, by whom, and the smallest classes that stand under k with their people."""

    risk: Risk
    small: tuple[tuple[Described, int], ...]
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample that waits to be looked through, or was: its pieces in the mode in which they left."""

    id: str
    mode: Mode
    third: bool
    at: datetime
    pieces: tuple[Sampled, ...]
    judged: bool


@dataclass(frozen=True, slots=True)
class InHand:
    """A count ("counting") or a draw ("drawing") that a worker has yet to do, does ("waiting", "running") or gave up ("dead"); `error` is a class, `tries` how often it failed."""

    what: str
    state: str
    error: str
    tries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a sample is drawn: its id (hex digits), and `chance(n)`, which gives a whole number below n."""

    id: str
    chance: Callable[[int], int]


@dataclass(frozen=True)
class Residue:
    """What is left, for people of a site."""

    deidentifying: Deidentifying
    access: Access
    home: Path

    @property
    def _file(self) -> Path:
        return self.home / FOLDER / FILE

    def in_hand(self, actor: Reviewer) -> tuple[InHand, ...]:
        """Of counts and of draws the one asked for last, where it isn't done. Raises NotLicensed."""
        self.access.must(actor, Permission.COMPLY)
        last: dict[str, InHand] = {}
        for task, at in self.deidentifying.store.work.newest(WORK, RECENT):
            what = "drawing" if "number" in task.args else "counting"
            tries = task.attempts - (task.state == "running")
            last.setdefault(what, InHand(what, task.state, task.error, tries, at))
        return tuple(one for one in last.values() if one.state != "done")

    # ── classes ─────────────────────────────────────────────────────────────────────────────────

    def count(self, actor: Reviewer | str, as_of: date, k: int) -> Counted:
        """Count over all patients and append what came of it. Raises NotLicensed, and InputError for a k below 2."""
        self._must(actor, Permission.COMPLY)
        risk, small = self.deidentifying.classes(as_of, k)
        told = {
            "people": risk.people, "k": risk.k, "classes": risk.classes, "smallest": risk.smallest, "under": risk.under,
            "sizes": {str(size): number for size, number in risk.sizes.items()},
            "small": [[asdict(one), number] for one, number in small[:MOST_SMALL]],
        }  # fmt: skip
        self._note(actor, RISK, json.dumps(told))
        return Counted(risk, small[:MOST_SMALL], _user(actor), self.deidentifying.clock())

    def counted(self, actor: Reviewer) -> tuple[Counted, ...]:
        """What was counted, the newest first. Raises NotLicensed."""
        self.access.must(actor, Permission.COMPLY)
        self._note(actor, "read", "", what="de-identification")
        return tuple(
            _counted(one.why, one.actor, one.at)
            for one in self.deidentifying.store.audit.page(Asked(action=RISK), 20)
        )

    # ── the expert's statement ──────────────────────────────────────────────────────────────────

    def state(self, actor: Reviewer, said: Statement) -> None:
        """Record an expert's statement. Raises NotLicensed, and InputError as `record_statement` does."""
        self.access.must(actor, Permission.COMPLY)
        self.deidentifying.record_statement(actor.user, said)

    # ── samples ─────────────────────────────────────────────────────────────────────────────────

    def draw(
        self,
        actor: Reviewer | str,
        number: int,
        mode: Mode,
        as_of: date,
        drawing: Drawing,
        *,
        third: bool = True,
    ) -> Drawn:
        """Draw pieces and keep them sealed until the next draw. Raises NotLicensed, Refused as `Deidentifying.sample`, InputError for none to draw from."""
        self._must(actor, Permission.AUDIT)
        if not 1 <= number <= MOST_PIECES:
            raise InputError(f"a sample has 1 to {MOST_PIECES} pieces", where="number")
        part = replace(self.deidentifying, third=third)
        pieces = part.sample(number, mode, as_of, drawing.chance)
        if not pieces:
            raise InputError("there are no notes to draw from", where="number")
        made = {
            "id": drawing.id, "mode": mode.value, "third": part.has_third, "at": part.clock().isoformat(), "pieces": [one.text for one in pieces],
        }  # fmt: skip
        half = self._file.with_name(f"{FILE}.part")
        try:
            half.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(part.store.keys.seal(json.dumps(made).encode(), PLACE))
            half.replace(self._file)
        except OSError as error:
            raise ConfigError(f"{self._file}: can't be written: {error.strerror}") from None
        self._note(
            actor, DRAWN, json.dumps({"sample": made["id"], "number": len(pieces), "mode": mode.value})
        )
        return self._drawn(made)

    def drawn(self, actor: Reviewer) -> Drawn | None:
        """The sample that was drawn last, or None. Raises NotLicensed; ConfigError for a file that was altered."""
        self.access.must(actor, Permission.AUDIT)
        if not self._file.exists():
            return None
        said = self.deidentifying.store.keys.open(self._file.read_bytes(), PLACE)
        self._note(actor, "read", "", what="de-identified sample")
        return self._drawn(json.loads(said))

    def judge(self, actor: Reviewer, sample: str, answers: Mapping[int, str]) -> Residual:
        """Append what somebody found in each piece: NOTHING, or the kind of what is left. Raises NotLicensed, and InputError naming the piece without an answer."""
        drawn = self.drawn(actor)
        if drawn is None or drawn.id != sample:
            raise InputError("another sample was drawn meanwhile; look through that one", where="sample")
        if drawn.judged:
            raise InputError("this sample was looked through already; draw another", where="sample")
        for one in drawn.pieces:
            if answers.get(one.number, "") not in (NOTHING, *KINDS):
                raise InputError("say of every piece what is left in it", where=str(one.number))
        kinds = Counter(said for said in answers.values() if said != NOTHING)
        return self.deidentifying.judge(
            actor.user, len(drawn.pieces), sum(kinds.values()), kinds, drawn.id, drawn.mode.value
        )

    def judged(self, actor: Reviewer) -> tuple[Residual, ...]:
        """What was found in samples, the newest first. Raises NotLicensed."""
        self.access.must(actor, Permission.COMPLY)
        return self.deidentifying.judged()

    def _drawn(self, said: Mapping[str, Any]) -> Drawn:
        done = {
            json.loads(one.why).get("sample")
            for one in self.deidentifying.store.audit.page(Asked(action=SAMPLE), 50)
        }
        pieces = tuple(Sampled(place, text) for place, text in enumerate(said["pieces"], 1))
        return Drawn(
            said["id"],
            Mode(said["mode"]),
            said["third"],
            datetime.fromisoformat(said["at"]),
            pieces,
            said["id"] in done,
        )

    def _must(self, actor: Reviewer | str, permission: Permission) -> None:
        # A worker acts for somebody whose page has asked her permission already.
        if isinstance(actor, Reviewer):
            self.access.must(actor, permission)

    def _note(self, actor: Reviewer | str, action: str, why: str, what: str = "deidentification") -> None:
        self.deidentifying.store.audit.note(_user(actor), action, what=what, why=why)


KINDS: tuple[Kind, ...] = ("name", "date", "geography", "phone", "email", "ssn", "mrn", "health_plan", "account", "licence", "vehicle", "device", "url", "ip", "other")  # fmt: skip


def _user(actor: Reviewer | str) -> str:
    return actor.user if isinstance(actor, Reviewer) else actor


def _counted(why: str, who: str, at: datetime) -> Counted:
    said = json.loads(why)
    small = tuple((Described(**one), number) for one, number in said.pop("small"))
    sizes = {int(size): number for size, number in said.pop("sizes").items()}
    return Counted(Risk(**said, sizes=sizes), small, who, at)
