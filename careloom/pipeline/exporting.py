"""Exporting: a bulk export of a FHIR server, asked for, waited for, stored file by file, and taken up where it stopped.

What is under way is a row in the store: where it is asked after, its files, and which of them are stored.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain

import msgspec

from careloom.care.entry import Message, when
from careloom.errors import ConfigError, InputError, SourceError
from careloom.pipeline.arrivals import Arrival
from careloom.pipeline.intake import Intake
from careloom.pipeline.pulling import Pulled, Step, Wish, silently
from careloom.store.opening import Store
from careloom.store.pulls import KeptExport
from careloom.wire import fhir
from careloom.wire.fhir import bulk
from careloom.wire.fhir.download import is_whole
from careloom.wire.fhir.outcome import issues

MARK = "bulk export"
# What others refer to is read before what refers to it; the rest in the order of the profile.
NAMING = ("Organization", "Location", "Practitioner", "PractitionerRole", "Medication", "Binary")
# An export that runs out while it is fetched is asked for anew so often.
MOST_EXPORTS = 3
# Of a large file it is told each time that so much more of it has come.
TOLD_BYTES = 8 << 20
AGAIN = "the next export asks for the same time again"
# So often it may be out of order when it is asked how far it is.
MOST_SILENT = 10
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
    lacking: bool = False

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
        """Fetch the export that is under way, else a new one; with `wish.cancel` give up what is under way.

        Raises SourceError where nothing more can be had now; what came until then is stored and is not fetched again.
        """
        if self.wish.cancel:
            return self._cancelled()
        try:
            for _ in range(MOST_EXPORTS):
                try:
                    self._finish(self._begun())
                    break
                except bulk.Expired as error:
                    self._give_up(f"{error}; a new one is asked for")
            else:
                why = "it ran out each time before it was fetched"
                raise fhir.CannotAnswer(self.server.name, "the export", 404, why)
        except fhir.CannotAnswer as error:
            self._give_up("")
            self.pulled.cannot[f"{error.what}: {error.why}"] = None
            self.pulled.failed = str(error)
        finally:
            self.intake.settle(self.later, self.pulled.report)
        return self.pulled

    def _cancelled(self) -> Pulled:
        """Give up every export under way, and tell the server that it may forget it."""
        for export in self.store.pulls.all_under_way(self.server.name):
            told = bulk.forget(self.server, export.status_url)
            self.store.pulls.end(export, "given up")
            said = "the server was told" if told else "the server could not be told"
            self.pulled.remarks[f"an export under way was given up; {said}"] = None
        if not self.pulled.remarks:
            self.pulled.remarks["no export is under way"] = None
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
        refused: list[SourceError] = []
        for place, (number, part, file) in enumerate(files):
            told = self._telling(place, len(files))
            told(f"{part} {file.kind}".strip())
            # What went wrong must be known to whoever notes until when all has been read: it is fetched each time.
            if number in export.done and part != ERRORS:
                continue
            try:
                whole = self._store(manifest, number, part, file, told)
            except SourceError as error:
                if not error.permanent:
                    raise
                refused.append(error)
                continue
            if whole:
                export = self.store.pulls.stored(export, number)
        if refused:
            # The export stays under way: its other files are not fetched again when this is mended.
            raise refused[0]
        self.step("", len(files), len(files))
        self._note(manifest)
        self.store.pulls.end(export, "done")
        bulk.forget(self.server, export.status_url)

    def _telling(self, place: int, of: int) -> Callable[[str], None]:
        """Tells what is done with the file at a place of the list."""
        return lambda said: self.step(said, place, of)

    def _listed(self, export: KeptExport) -> fhir.Manifest:
        number = silent = 0
        while True:
            number += 1
            found = bulk.ask(self.server, export.status_url, number)
            if isinstance(found, fhir.Manifest):
                return found
            silent = silent + 1 if found.silent else 0
            if silent >= MOST_SILENT:
                raise SourceError(f"{self.server.name} does not say how far its export is: pull again later")
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

    def _store(
        self,
        manifest: fhir.Manifest,
        number: int,
        part: str,
        file: fhir.File,
        told: Callable[[str], None],
    ) -> bool:
        """Store and read one file, and count what came of it; whether all of it came, as far as can be known."""
        lines = Lines(self.errors if part == ERRORS else None)
        label = part or file.kind

        def chunks() -> Iterator[bytes]:
            most, size = self.intake.max_unpacked_mb << 20, 0
            found = bulk.chunks(self.server, file, needs_token=manifest.needs_token, most_bytes=most)
            for chunk in lines.through(found):
                size += len(chunk)
                if size % TOLD_BYTES < len(chunk):
                    told(f"{label}, {size >> 20} MB")
                yield chunk

        begun = chunks()
        first = next(begun, b"")
        if first:
            once = partial(chain, (first,), begun)
            arrival = Arrival(f"export {label} {number + 1}", once, once)
            self.later += self.intake.take(
                arrival, self.pulled.report, source=self.server.name, format="fhir"
            )
        self.pulled.pages[label] = self.pulled.pages.get(label, 0) + 1
        self.pulled.results[label] = self.pulled.results.get(label, 0) + lines.count
        if file.count is not None and file.count != lines.count:
            said = f"a file of {label} was said to have {file.count} lines and has {lines.count}"
            self.pulled.remarks[said] = None
        if not lines.whole:
            self.pulled.remarks[f"a file of {label} breaks off inside a line"] = None
        whole = lines.whole and (file.count or 0) <= lines.count
        self.lacking = self.lacking or not whole
        return whole

    def _note(self, manifest: fhir.Manifest) -> None:
        """Note until when all has been read, unless some of it could not be exported: then it is asked for again."""
        for words, number in sorted(self.errors.items()):
            self.pulled.remarks[f"the server could not export {number} things: {words}"] = None
        if self.errors or self.lacking:
            self.pulled.remarks[AGAIN] = None
            return
        try:
            # A server whose clock is ahead must not make us pass over what it writes until then.
            until = min(when(manifest.until).earliest, self.server.time.now())
        except InputError:
            self.pulled.remarks["the server does not say until when the export is complete"] = None
            return
        mark = self.store.pulls.mark(self.server.name, MARK, self.scope)
        gap = self.wish.since is not None and mark is not None and self.wish.since > mark
        if not gap:
            self.store.pulls.advance(self.server.name, MARK, until, self.scope)


class Lines:
    """Counts the lines of a file while it goes by and, of a file of OperationOutcomes, what went wrong.

    `whole` says whether the last one is a whole line.
    """

    def __init__(self, errors: Counter[str] | None) -> None:
        """Without `errors` the lines are only counted."""
        self.count = 0
        self._errors = errors
        self._rest = b""
        self._last = b""

    @property
    def whole(self) -> bool:
        """Whether the file does not break off inside a line."""
        return is_whole(self._last)

    def through(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks as they came."""
        for chunk in chunks:
            *whole, rest = chunk.split(b"\n")
            for line in whole:
                self._line(self._rest + line)
                self._rest = b""
            # Of a file that is only counted nothing but whether a line has begun is kept.
            self._rest += rest if self._errors is not None else rest[:1]
            self._last = chunk.rstrip()[-1:] or self._last
            yield chunk
        self._line(self._rest)

    def _line(self, line: bytes) -> None:
        if not line.strip():
            return
        self.count += 1
        if self._errors is not None:
            self._errors.update(one.words for one in issues(line) if one.serious)
