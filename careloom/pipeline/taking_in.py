"""Taking in: how messages come in, from files, a listener's journal and other systems' servers, and whether a server would give or take any."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from careloom.connect import TABLE
from careloom.errors import CareloomError, SourceError
from careloom.pipeline.arrivals import files
from careloom.pipeline.checking import Check, checks
from careloom.pipeline.ehr.checking_writes import write_checks
from careloom.pipeline.exporting import Exporting
from careloom.pipeline.gated import Gated
from careloom.pipeline.listening import Reader
from careloom.pipeline.pulling import Pulled, Pulling, Step, Wish, silently
from careloom.pipeline.report import Report
from careloom.pipeline.versions import heard
from careloom.wire import fhir


@dataclass(frozen=True)
class TakingIn(Gated):
    """The way in, over every part. Every method that reads or writes a patient leaves an audit event."""

    def connect(
        self,
        paths: Iterable[Path],
        *,
        actor: str = "operator",
        source: str | None = None,
        format: str | None = None,
        mapping: Path | None = None,
        step: Callable[[int], None] = lambda _: None,
    ) -> Report:
        """Read files and folders into the store; what can't be read is kept, counted and named.

        `mapping` is a mapping file by which all of them are read.
        """
        if mapping is not None:
            format = TABLE + self.mappings.take(mapping)
        report = self.intake.run(files(paths), source=source, format=format, step=step)
        self.store.audit.note_all(actor, "connect", report.patients)
        self.store.audit.seal()
        return report

    def journal_reader(self, name: str, *, alone: bool) -> Reader:
        """What reads a listener's journal into the store; with `alone` for one that nobody writes.

        Raises ConfigError where another process reads or writes it.
        """
        return Reader(self.store, self.intake, self.store.journals.read(name, alone=alone))

    def replay(self, *, actor: str = "operator", step: Callable[[int], None] = lambda _: None) -> Report:
        """Read every stored message again with today's readers; what changed becomes a new revision."""
        report = Report()
        for message in self.store.messages.all():
            self.store.messages.forgive(message)
            report.messages += 1
            self.intake.read(message, message.name, report, whole=True)
            step(1)
        self.store.audit.note(actor, "replay", what=f"{report.messages} messages")
        return report

    def check_source(self, name: str, patient: str = "", *, actor: str = "operator") -> tuple[Check, ...]:
        """Whether a source system can be read from, and what it would answer; nothing of it is stored."""
        server = self.server(name)
        found = tuple(checks(server, patient))
        self._hear(server)
        self.store.audit.note(actor, "check source", what=name)
        return found

    def check_writing(self, name: str, *, actor: str = "operator") -> tuple[Check, ...]:
        """Whether a system can be written to, and how; nothing is written. Raises ConfigError where the site hasn't set it."""
        system = self.writing_back.system(name)
        assert system.write is not None
        time, most = fhir.Time(self.clock, self.wait), self.settings.max_json_mb << 20
        server = fhir.open_server(replace(system, scope=system.write.scope), time, most)
        found = tuple(write_checks(server, system))
        self._hear(server)
        self.store.audit.note(actor, "check source", what=name)
        return found

    def pull(
        self,
        name: str,
        wish: Wish,
        *,
        actor: str = "operator",
        step: Step = silently,
    ) -> Pulled:
        """Read a source system's server. Where it fails, `failed` says why; what came until then is stored."""
        way = Exporting if wish.bulk or wish.cancel else Pulling
        server = self.server(name)
        pulling = way(server, self.store, self.intake, wish, step)
        try:
            pulling.run()
            self._hear(server)
        except SourceError as error:
            pulling.pulled.failed = str(error)
        for patient in pulling.pulled.report.patients:
            self.store.audit.note(actor, "pull", patient=patient, what=name)
        self.store.audit.seal()
        return pulling.pulled

    def _hear(self, server: fhir.Server) -> None:
        """What a server says of its software is watched; one that doesn't answer says nothing."""
        with suppress(CareloomError):
            here = self.clock().astimezone(ZoneInfo(self.settings.zone))
            heard(self.store, server.name, server.capability, here)
