"""Sealed: every column and file of the store that a data key seals, as one list; which key, and whether each opens in its place.

A table with a new sealed column has its line in COLUMNS (a test walks all models and compares).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, models
from django.db.models import Count

from careloom.errors import ConfigError
from careloom.privacy.crypto import KEY_ID_BYTES, Keys
from careloom.privacy.frames import MAGIC
from careloom.privacy.records import HEADER, RecordOpener
from careloom.store import models as tables
from careloom.store.bodies import Bodies
from careloom.store.journal import record_files
from careloom.store.row import Row, place

AT_ONCE = 2_000
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column, and the words by which its values' place is named (`row.place`)."""

    model: type[Row]
    column: str
    table: str
    what: str

    @property
    def name(self) -> str:
        """As people are told of it."""
        return f"{self.model._meta.db_table}.{self.column}"


COLUMNS = (
    SealedColumn(tables.User, "sealed_name", "user", "name"),
    SealedColumn(tables.StoredFactor, "sealed_secret", "factor", "secret"),
    SealedColumn(tables.StoredMessage, "sealed_name", "message", "name"),
    SealedColumn(tables.Settlement, "sealed_why", "settlement", "why"),
    SealedColumn(tables.Receipt, "sealed", "receipt", "sender"),
    SealedColumn(tables.PatientSaying, "sealed", "saying", "person"),
    SealedColumn(tables.EntryRevision, "sealed", "entry", "entry"),
    SealedColumn(tables.StoredName, "sealed", "name", "body"),
    SealedColumn(tables.StoredSameness, "sealed_why", "sameness", "why"),
    SealedColumn(tables.CareTeamStep, "sealed_why", "care team", "why"),
    SealedColumn(tables.BrokenGlass, "sealed_why", "broken glass", "why"),
    SealedColumn(tables.ChartResource, "sealed", "chart resource", "resource"),
    SealedColumn(tables.StoredWebhook, "sealed_secret", "webhook", "secret"),
    SealedColumn(tables.StoredWebhook, "sealed_before", "webhook", "before"),
    SealedColumn(tables.StoredProposal, "sealed_cited", "proposal", "cited"),
    SealedColumn(tables.ListedProposal, "sealed", "listed", "shown"),
    SealedColumn(tables.StandingFindings, "sealed", "standing", "findings"),
    SealedColumn(tables.TurnStep, "sealed_why", "turn", "why"),
    SealedColumn(tables.ProposalRevision, "sealed", "proposal revision", "proposal"),
    SealedColumn(tables.StoredDecision, "sealed", "decision", "decision"),
    SealedColumn(tables.Unfiling, "sealed", "unfiling", "said"),
    SealedColumn(tables.StoredProgress, "sealed", "progress", "progress"),
    SealedColumn(tables.StoredPolicy, "sealed_seed", "policy", "seed"),
    SealedColumn(tables.StoredPolicy, "sealed_why", "policy", "why"),
    SealedColumn(tables.SecondStep, "sealed", "second step", "step"),
    SealedColumn(tables.FailureStep, "sealed_why", "failure step", "why"),
    SealedColumn(tables.FailureCase, "sealed", "failure case", "case"),
    SealedColumn(tables.FrozenInputs, "sealed", "frozen inputs", "inputs"),
    SealedColumn(tables.StoredRule, "sealed", "site rule", "body"),
    SealedColumn(tables.SiteRuleStep, "sealed", "site rule step", "said"),
    SealedColumn(tables.StoredAlarm, "sealed", "alarm", "body"),
    SealedColumn(tables.AlarmStep, "sealed", "alarm step", "said"),
    SealedColumn(tables.StoredChange, "sealed", "change", "plan"),
    SealedColumn(tables.StoredChangeStep, "sealed", "change step", "said"),
    SealedColumn(tables.ShadowCase, "sealed", "shadow case", "compared"),
    SealedColumn(tables.RegisteredPart, "sealed", "registered part", "content"),
    SealedColumn(tables.StoredPack, "sealed", "compliance pack", "pack"),
    SealedColumn(tables.StoredAnswer, "sealed", "compliance answer", "words"),
    SealedColumn(tables.LegalHold, "sealed", "legal hold", "why"),
    SealedColumn(tables.LegalHoldEnd, "sealed", "legal hold end", "why"),
    SealedColumn(tables.StoredStop, "sealed_why", "stop", "why"),
    SealedColumn(tables.StopStep, "sealed_note", "stop step", "note"),
    SealedColumn(tables.StoredEvent, "sealed", "safety event", "reported"),
    SealedColumn(tables.EventStep, "sealed", "safety event step", "said"),
    SealedColumn(tables.ProgrammeStep, "sealed", "programme step", "body"),
    SealedColumn(tables.StoredRun, "sealed_seed", "run", "seed"),
    SealedColumn(tables.RunStep, "sealed", "run step", "step"),
    SealedColumn(tables.StoredPilot, "sealed_seed", "pilot", "seed"),
    SealedColumn(tables.PilotStep, "sealed", "pilot step", "step"),
    SealedColumn(tables.QualityRun, "sealed", "quality run", "counts"),
    SealedColumn(tables.StoredDayCount, "sealed", "day count", "counts"),
    SealedColumn(tables.StoredWatch, "sealed", "watch", "watched"),
    SealedColumn(tables.QualityCases, "sealed", "quality cases", "people"),
    SealedColumn(tables.StoredQuestion, "sealed", "question", "parts"),
    SealedColumn(tables.StoredQuestionStep, "sealed_words", "question step", "words"),
    SealedColumn(tables.StoredCall, "sealed", "call", "call"),
    SealedColumn(tables.Lesson, "sealed", "lesson", "feedback"),
    SealedColumn(tables.RulingStep, "sealed", "ruling", "said"),
    SealedColumn(tables.ManagementStep, "sealed", "management step", "said"),
    SealedColumn(tables.TaskEvent, "sealed_why", "task", "why"),
    SealedColumn(tables.CareTeamStep, "sealed_why", "care team", "why"),
    SealedColumn(tables.BrokenGlass, "sealed_why", "broken glass", "why"),
    SealedColumn(tables.StoredDrill, "sealed", "drill", "drill"),
    SealedColumn(tables.StoredTraining, "sealed_why", "training", "why"),
    SealedColumn(tables.StoredVoice, "sealed_words", "voice", "words"),
    SealedColumn(tables.VoiceStep, "sealed", "voice step", "said"),
    SealedColumn(tables.ShareStep, "sealed", "share", "numbers"),
    SealedColumn(tables.TimeCorrection, "sealed_why", "time correction", "why"),
    SealedColumn(tables.StoredAttestation, "sealed_why", "attestation", "why"),
    SealedColumn(tables.StoredSending, "sealed", "sending", "letter"),
    SealedColumn(tables.WritingStep, "sealed_there", "writing step", "there"),
    SealedColumn(tables.StoredPage, "sealed", "page", "words"),
    SealedColumn(tables.PageStep, "sealed_whom", "page step", "whom"),
    SealedColumn(tables.StoredReply, "sealed_text", "reply", "text"),
    SealedColumn(tables.StoredExport, "sealed", "export", "said"),
    SealedColumn(tables.HookFeedback, "sealed_comment", "hook feedback", "comment"),
    SealedColumn(tables.Answer, "sealed", "answer", "text"),
    SealedColumn(tables.AuditEvent, "sealed_why", "audit", "why"),
    SealedColumn(tables.StoredActivityList, "sealed_why", "activity list", "why"),
    SealedColumn(tables.StoredTimeStudy, "sealed", "time study", "said"),
    SealedColumn(tables.StoredTap, "sealed_text", "tap", "text"),
    SealedColumn(tables.TapWord, "sealed_why", "tap word", "why"),
)


@dataclass
class Opened:
    """What was opened in its place, by column, and what did not open: where, and the row or file."""

    values: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sealed:
    """What one organisation's keys have sealed."""

    keys: Keys
    home: Path

    def by_key(self) -> Mapping[str, Mapping[str, int]]:
        """How many values each key sealed, by the key's id (8 hex digits) and what was sealed."""
        found: dict[str, Counter[str]] = {}
        for one in COLUMNS:
            for key, number in self._counted(one):
                found.setdefault(key, Counter())[one.name] += number
        links = tables.AuditSeal.objects.filter(organisation=self.keys.organisation)
        for link in links.values("key").annotate(number=Count("id")):
            found.setdefault(link["key"], Counter())["links of the audit chain"] += link["number"]
        for what, key in self._files():
            found.setdefault(key, Counter())[what] += 1
        return found

    def open_all(self, step: Step, *, most: int | None = None, whole: bool = False) -> Opened:
        """Open every sealed value in its place (or of each column and of the messages `most`); `whole` reads each message's bytes."""
        opened = Opened()
        for one in COLUMNS:
            self._open_column(one, opened, step, most)
        self._open_messages(opened, step, most, whole=whole)
        self._open_journals(opened)
        return opened

    def _rows(self, model: type[Row]) -> "models.QuerySet[Row]":
        return model._default_manager.filter(organisation=self.keys.organisation)

    def _counted(self, one: SealedColumn) -> Iterator[tuple[str, int]]:
        column, table = one.column, one.model._meta.db_table
        start = (
            f"encode(substring({column} from 1 for {KEY_ID_BYTES}), 'hex')"
            if connection.vendor == "postgresql"
            else f"lower(hex(substr({column}, 1, {KEY_ID_BYTES})))"
        )
        # Only names of our own tables and columns stand in this text.
        sql = f"SELECT {start}, COUNT(*) FROM {table} WHERE organisation = %s AND length({column}) > 0 GROUP BY 1"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.keys.organisation])
            yield from cursor.fetchall()

    def _files(self) -> Iterator[tuple[str, str]]:
        """Each sealed file: what it is, and the id of the key that sealed its own."""
        folders = (("messages", "messages' bytes", "*/*"), ("journal", "journals", "*/*"))
        for folder, what, pattern in folders:
            for file in (self.home / folder).glob(pattern):
                if file.parent.name != "unfinished" and file.is_file():
                    with file.open("rb") as opened:
                        start = opened.read(len(MAGIC) + KEY_ID_BYTES)
                    if len(start) == len(MAGIC) + KEY_ID_BYTES:
                        yield what, start[len(MAGIC) :].hex()

    def _open_column(self, one: SealedColumn, opened: Opened, step: Step, most: int | None) -> None:
        rows = self._rows(one.model).order_by("pk").values_list("id", one.column)
        total = rows.count()
        for done, (row_id, value) in enumerate(_some(rows, most), start=1):
            if bytes(value):
                try:
                    self.keys.open(bytes(value), place(one.table, row_id, one.what))
                    opened.values[one.name] += 1
                except ConfigError:
                    opened.faults.append(f"{one.name} of {row_id}")
            if not done % AT_ONCE:
                step(one.name, done, total)

    def _open_messages(self, opened: Opened, step: Step, most: int | None, *, whole: bool) -> None:
        mine = tables.StoredMessage.objects.filter(organisation=self.keys.organisation)
        rows = mine.order_by("pk").values_list("sha256", flat=True)
        bodies, total = Bodies(self.keys, self.home), rows.count()
        for done, sha256 in enumerate(_some(rows, most), start=1):
            try:
                bodies.check(sha256, whole=whole)
                opened.values["messages' bytes"] += 1
            except ConfigError:
                opened.faults.append(f"the bytes of message {sha256}")
            step("messages", done, total)

    def _open_journals(self, opened: Opened) -> None:
        for folder in (self.home / "journal").glob("*"):
            for file in record_files(folder):
                try:
                    with file.open("rb") as begun:
                        RecordOpener(self.keys, file.name, begun.read(HEADER))
                    opened.values["journals"] += 1
                except FileNotFoundError:
                    continue  # its reader has stored it meanwhile
                except ConfigError:
                    opened.faults.append(f"journal {folder.name}/{file.name}")


def _some(rows: "models.QuerySet[Any, Any]", most: int | None) -> Iterable[Any]:
    """All rows; or, of the oldest and of the newest, `most` together."""
    if not most or rows.count() <= most:
        return rows.iterator(AT_ONCE)
    return (*rows[: most - most // 2], *rows.reverse()[: most // 2])
