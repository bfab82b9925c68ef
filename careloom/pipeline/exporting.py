"""Exporting: a bulk export of a FHIR server, asked for, waited for, stored file by file, and taken up where it stopped.

What is under way is a row in the store: where it is asked after, its files, and which of them are stored.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from careloom.care.entry import Message, when
from careloom.errors import ConfigError, InputError
from careloom.pipeline.arrivals import Arrival
from careloom.pipeline.intake import Intake
from careloom.pipeline.pulling import Pulled, Step, Wish, silently
from careloom.store.opening import Store
from careloom.store.pulls import KeptExport
from careloom.wire import fhir
from careloom.wire.fhir import bulk
from careloom.wire.fhir.outcome import issues

MARK = "bulk export"
# What others refer to is read before what refers to it; the rest in the order of the profile.
NAMING = ("Organization", "Location", "Practitioner", "PractitionerRole", "Medication", "Binary")
# An export that runs out while it is fetched is asked for anew so often.
MOST_EXPORTS = 3
DELETED, ERRORS = "deleted", "errors"


@dataclass
class Exporting:
    """One bulk export of one server, new or under way."""

    server: fhir.Server
    store: Store
    intake: Intake
    wish: Wish
    step: Step = silently
    later: list[tuple[Message, str]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @cached_property
    def pulled(self) -> Pulled:
        """What has come of it so far."""
        return Pulled(self.server.name)

    @cached_property
    def asked(self) -> fhir.Export:
        """What is asked for. Raises InputError, ConfigError for what this server can't be asked."""
        server, options = self.server, self.server.system.options
        if self.wish.patients:
            raise InputError("an export is of a group, of all patients or of the system; leave out --patient")
        group = (self.wish.group or options.get("group", "")).removeprefix("Group/")
        level = "group" if group else options.get("export", "patient")
        if level not in server.profile.bulk.levels:
            levels = ", ".join(server.profile.bulk.levels)
            raise ConfigError(f"{server.name} exports by {levels} alone: name --group, or set options.group")
        chosen = fhir.wanted(server.profile, options) if options.get("types") else ()
        return fhir.Export(
            level=level,
            group=group,
            types=(*(one for one in NAMING if chosen), *chosen),
            since=self._since(f"{level} {group}"),
            filters=fhir.filters(server.profile, options) if server.profile.bulk.type_filter else (),
        )

    @property
    def scope(self) -> str:
        """Whom the export is about, as its row and its mark know it."""
        return f"{self.asked.level} {self.asked.group}"

    def run(self) -> Pulled:
        """Fetch the export that is under way, else a new one.

        Raises SourceError where nothing more can be had now; what came until then is stored and is not fetched again.
        """
        try:
            for _ in range(MOST_EXPORTS):
                try:
                    self._finish(self._begun())
                    break
                except bulk.Expired as error:
                    self._give_up(f"{error}; a new one is asked for")
            else:
                self.pulled.cannot["the export: it ran out each time before it was fetched"] = None
        except fhir.CannotAnswer as error:
            self._give_up("")
            self.pulled.cannot[f"{error.what}: {error.why}"] = None
        finally:
            self.intake.settle(self.later, self.pulled.report)
        return self.pulled

    def _since(self, scope: str) -> str:
        if not self.server.profile.bulk.since or self.wish.full:
            return ""
        mark = self.wish.since or self.store.pulls.mark(self.server.name, MARK, scope)
        return mark.isoformat(timespec="milliseconds") if mark else ""

    def _begun(self) -> KeptExport:
        """The export under way, if it is the one that is asked for; else a new one."""
        wish = msgspec.json.encode(self.asked).decode()
        kept = self.store.pulls.under_way(self.server.name, self.scope)
        if kept is not None and kept.wish == wish:
            return kept
        if kept is not None:
            bulk.forget(self.server, kept.status_url)
            self._give_up("an export under way that asked for something else was given up")
        return self.store.pulls.begin(
            self.server.name, self.scope, wish, bulk.kick_off(self.server, self.asked)
        )

    def _give_up(self, remark: str) -> None:
        kept = self.store.pulls.under_way(self.server.name, self.scope)
        if kept is not None:
            self.store.pulls.end(kept, "given up")
        if remark:
            self.pulled.remarks[remark] = None

    def _finish(self, export: KeptExport) -> None:
        """Fetch every file that is not stored yet, note until when all has been read, and let the server forget it."""
        if not export.listing:
            export = self.store.pulls.listed(export, msgspec.json.encode(self._listed(export)).decode())
        manifest = msgspec.json.decode(export.listing, type=fhir.Manifest)
        files = self._files(manifest)
        for place, (number, part, file) in enumerate(files):
            self.step(f"{part} {file.kind}".strip(), place, len(files))
            # What went wrong must be known to whoever notes until when all has been read: it is fetched each time.
            if number not in export.done or part == ERRORS:
                self._store(manifest, number, part, file)
                export = self.store.pulls.stored(export, number)
        self.step("", len(files), len(files))
        self._note(manifest)
        self.store.pulls.end(export, "done")
        bulk.forget(self.server, export.status_url)

    def _listed(self, export: KeptExport) -> fhir.Manifest:
        number = 0
        while True:
            number += 1
            found = bulk.ask(self.server, export.status_url, number)
            if isinstance(found, fhir.Manifest):
                return found
            self.step(f"waiting for the export {found.progress}".strip(), 0, 0)
            self.server.time.wait(found.wait)

    def _files(self, manifest: fhir.Manifest) -> list[tuple[int, str, fhir.File]]:
        """The files with their number in the list, in the order in which they are read."""
        ranks = {kind: rank for rank, kind in enumerate((*NAMING, *self.server.profile.by))}
        parts = [("", one) for one in manifest.output]
        parts += [(DELETED, one) for one in manifest.deleted]
        parts += [(ERRORS, one) for one in manifest.errors]
        order = ["", DELETED, ERRORS]
        numbered = [(number, part, file) for number, (part, file) in enumerate(parts)]
        return sorted(
            numbered, key=lambda one: (order.index(one[1]), ranks.get(one[2].kind, len(ranks)), one[0])
        )

    def _store(self, manifest: fhir.Manifest, number: int, part: str, file: fhir.File) -> None:
        """Store and read one file, and count what came of it."""
        lines = Lines(self.errors if part == ERRORS else None)

        def chunks() -> Iterator[bytes]:
            most = self.intake.max_unpacked_mb << 20
            yield from lines.through(
                bulk.chunks(self.server, file, needs_token=manifest.needs_token, most_bytes=most)
            )

        label = part or file.kind
        arrival = Arrival(f"export {label} {number + 1}", chunks, chunks)
        self.later += self.intake.take(arrival, self.pulled.report, source=self.server.name, format="fhir")
        self.pulled.pages[label] = self.pulled.pages.get(label, 0) + 1
        self.pulled.results[label] = self.pulled.results.get(label, 0) + lines.count
        if file.count is not None and file.count != lines.count:
            said = f"a file of {label} was said to have {file.count} lines and has {lines.count}"
            self.pulled.remarks[said] = None

    def _note(self, manifest: fhir.Manifest) -> None:
        """Note until when all has been read, unless some of it could not be exported: then it is asked for again."""
        for words, number in sorted(self.errors.items()):
            self.pulled.remarks[f"the server could not export {number} things: {words}"] = None
        if self.errors:
            self.pulled.remarks["the next export asks for the same time again"] = None
            return
        try:
            until = when(manifest.until).earliest
        except InputError:
            self.pulled.remarks["the server does not say until when the export is complete"] = None
            return
        mark = self.store.pulls.mark(self.server.name, MARK, self.scope)
        gap = self.wish.since is not None and mark is not None and self.wish.since > mark
        if not gap:
            self.store.pulls.advance(self.server.name, MARK, until, self.scope)


class Lines:
    """Counts the lines of a file while it goes by and, of a file of OperationOutcomes, what went wrong."""

    def __init__(self, errors: Counter[str] | None) -> None:
        """Without `errors` the lines are only counted."""
        self.count = 0
        self._errors = errors
        self._rest = b""

    def through(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks as they came."""
        for chunk in chunks:
            *whole, rest = chunk.split(b"\n")
            for line in whole:
                self._line(self._rest + line)
                self._rest = b""
            # Of a file that is only counted nothing but whether a line has begun is kept.
            self._rest += rest if self._errors is not None else rest[:1]
            yield chunk
        self._line(self._rest)

    def _line(self, line: bytes) -> None:
        if not line.strip():
            return
        self.count += 1
        if self._errors is not None:
            self._errors.update(one.words for one in issues(line) if one.serious)
