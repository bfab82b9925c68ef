"""What does the work of each kind."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import cast

from django.conf import settings as django_settings
from django.utils.module_loading import import_string

from careloom import pipeline
from careloom.jobs.port import Handler
from careloom.pipeline import Review
from careloom.pipeline.following import Following
from careloom.pipeline.residue import Drawing
from careloom.pipeline.shown import Printer
from careloom.privacy.modes import Mode
from careloom.programme import Programme
from careloom.settings import Settings

# Work that waits where what was released can't be read; the rest goes on by what it was before.
AS_RELEASED = frozenset({"draft", "measure", "changes"})


def standard(settings: Settings) -> Mapping[str, Handler]:
    """The handlers of every kind of work.

    readiness  args actor: the data audit, and what is watched (docs/monitoring.md)
    watch   args actor: what is watched alone
    deliver args sending: sends what may be sent now
    write   args writing: writes what is filed to another system's chart, or takes it back there
    webhook args webhook: tells a subscription what waits for it
    measures  args actor: counts the quality measures over everybody, and keeps the count
    comply    args actor: makes a compliance pack, and keeps it
    residue   args actor, k: how many people share what describes each; or number, mode: draws a sample of scrubbed pieces (docs/deidentification.md)
    findings  no args: looks through the records that changed, or were not looked through today, for what can't wait
    rule    args actor, rule (the id of a version): tries a rule of the site over the past
    programme no args: makes the reports of the calendar that are owed
    looks   no args: takes the looks at pilots that are due, and tells again of those that are held
    changes no args: asks the signals of roll-outs, and makes live drafts beside for changes that are tried out
    measure args change: measures a change as far as it can be
    draft   args patient, and optionally kind, as_of (ISO date) and model: drafts, checks and queues a document
    """
    following = Following(replace(pipeline.build(settings), printer=_printed))
    built = following.now

    def draft(args: Mapping[str, str]) -> None:
        built.propose(
            "worker",
            args["patient"],
            kind=args.get("kind", "care_plan"),
            as_of=date.fromisoformat(args["as_of"]) if "as_of" in args else None,
            model=args.get("model"),
        )

    def audit(args: Mapping[str, str]) -> None:
        built.data_audit.run(args["actor"], built.today)
        built.watching.keep_up(args["actor"])

    def watch(args: Mapping[str, str]) -> None:
        built.watching.keep_up(args["actor"])

    def measures(args: Mapping[str, str]) -> None:
        built.quality.count(args["actor"])

    def pack(args: Mapping[str, str]) -> None:
        built.complying.make(args["actor"])

    def residue(args: Mapping[str, str]) -> None:
        if "k" in args:
            built.residue.count(args["actor"], built.today, int(args["k"]))
        else:
            drawing = Drawing(secrets.token_hex(8), secrets.randbelow)
            built.residue.draw(args["actor"], int(args["number"]), Mode(args["mode"]), built.today, drawing)

    def deliver(args: Mapping[str, str]) -> None:
        built.delivering.deliver(args["sending"])

    def write(args: Mapping[str, str]) -> None:
        built.writing_back.work(args["writing"])

    def webhook(args: Mapping[str, str]) -> None:
        built.tellings.tell(args["webhook"])

    def rule(args: Mapping[str, str]) -> None:
        built.protecting.try_over_the_past(args["actor"], args["rule"])

    def findings(_: Mapping[str, str]) -> None:
        built.standing.keep_up()

    def looks(_: Mapping[str, str]) -> None:
        built.trials.keep_up("worker")

    def programme(_: Mapping[str, str]) -> None:
        Programme(built).keep_up("worker")

    def changes(_: Mapping[str, str]) -> None:
        built.releasing.keep_up()
        built.measuring_changes.keep_up()

    def measure(args: Mapping[str, str]) -> None:
        built.measuring_changes.measure("worker", args["change"])

    every: dict[str, Handler] = {
        "draft": draft,
        "measure": measure,
        "changes": changes,
        "readiness": audit,
        "watch": watch,
        "measures": measures,
        "comply": pack,
        "residue": residue,
        "deliver": deliver,
        "write": write,
        "webhook": webhook,
        "findings": findings,
        "rule": rule,
        "looks": looks,
        "programme": programme,
    }

    def followed(kind: str, handler: Handler) -> Handler:
        def work(args: Mapping[str, str]) -> None:
            nonlocal built
            if kind in AS_RELEASED:
                following.now = following.now.current()
            built = following.follow(0.0)
            handler(args)

        return work

    return {kind: followed(kind, handler) for kind, handler in every.items()}


def _printed(found: Review, at: datetime, fonts: Path | None) -> tuple[str, bytes]:
    """A document as a PDF. What sets a page is a door, which the site's settings name."""
    return cast(Printer, import_string(django_settings.CARELOOM_PRINTER))(found, at, fonts)
