"""A year: a review of compliance, prefilled from the running system: each question with the evidence that this installation has of it.

Takes    the site's settings, its audit chain, its accounts, what was done in the year
Gives    each question with what was found, and whether that is well, isn't, or is for a person to say; and a compliance pack, made for it
Never    says that the site complies, or that something is well which it can't see
"""

from datetime import date, datetime, timedelta
from typing import Any

from careloom.care.access import Permission, may
from careloom.care.alarm import AlarmStepKind
from careloom.care.audited import Asked
from careloom.care.compliance import Verdict
from careloom.care.programme import ITEMS, Period, StepKind
from careloom.comply import as_json, digest
from careloom.pipeline import Pipeline

# Who has not signed in for so long is named to whoever reviews access.
UNUSED = timedelta(days=90)


def report(pipeline: Pipeline, actor: str, period: Period) -> dict[str, Any]:
    """The questions as JSON has them: `key`, `found` (numbers by name) and `well` (true, false, or null where a person says it)."""
    return {
        "questions": [
            _audit(pipeline),
            _access(pipeline),
            _licences(pipeline),
            _training(pipeline, actor),
            _backup(pipeline, period),
            _transport(pipeline),
            _emergencies(pipeline),
            _alarms(pipeline, period),
            _calendar(pipeline, period),
            _knowledge(pipeline),
        ],
        "pack": attached(pipeline, actor),
    }


def attached(pipeline: Pipeline, actor: str) -> dict[str, Any]:
    """The compliance pack that is made for the review and kept: its id, the SHA-256 of its JSON, how many requirements have which verdict, how many are
    red, and which are no longer met since the pack before."""
    pack = pipeline.complying.make(actor)
    _, changes = pipeline.complying.since(actor, pack.id)
    return {
        "id": pack.id,
        "made": pack.made.isoformat(),
        "sha256": digest(as_json(pack)),
        "counts": {verdict.value: number for verdict, number in pack.counts().items()},
        "red": len(pack.reds()),
        "not_met": [f"{one.section} {one.title}" for _, one in pack.reds() if one.verdict is Verdict.NOT_MET],
        "worse": [f"{one.part}: {one.title}" for one in changes if one.worse],
    }


def _question(key: str, well: bool | None, **found: object) -> dict[str, Any]:
    return {"key": key, "well": well, "found": found}


def _audit(pipeline: Pipeline) -> dict[str, Any]:
    said = pipeline.store.audit.verify()
    return _question("audit", bool(said["ok"]), events=pipeline.store.audit.count(Asked()))


def _access(pipeline: Pipeline) -> dict[str, Any]:
    accounts = [one for one in pipeline.store.users.accounts() if one.active]
    before = pipeline.clock() - UNUSED
    unused = [one for one in accounts if one.last is None or one.last < before]
    runs = [one for one in accounts if may(one.role, Permission.ADMINISTER)]
    return _question("access", None, accounts=len(accounts), unused=len(unused), administrators=len(runs))


def _licences(pipeline: Pipeline) -> dict[str, Any]:
    today = pipeline.clock().date()
    held = [one.licence for one in pipeline.store.users.accounts() if one.active and one.licence]
    over = [one for one in held if one.expiry is not None and one.expiry < today]
    return _question("licences", not over, licences=len(held), expired=len(over))


def _training(pipeline: Pipeline, actor: str) -> dict[str, Any]:
    standings = pipeline.training.standings(actor)
    must = [one for one in standings.values() if one.must]
    holds = [one for one in standings.values() if one.until is not None]
    # Where nobody is asked for it, that nobody lacks it is no answer.
    well = False if any(not one.may for one in must) else True if len(holds) == len(standings) > 0 else None
    return _question("training", well, accounts=len(standings), must=len(must), hold=len(holds))


def _backup(pipeline: Pipeline, period: Period) -> dict[str, Any]:
    made, restored = _done(pipeline, "backup", period), _done(pipeline, "restore drill", period)
    sealed = bool(pipeline.settings.backup_to)
    return _question(
        "backup", None if made and restored else False, backups=made, restores=restored, recovery_key=sealed
    )


def _done(pipeline: Pipeline, action: str, period: Period) -> int:
    return pipeline.store.audit.count(
        Asked(action=action, since=_start(period.first), until=_start(period.last + timedelta(days=1)))
    )


def _start(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def _transport(pipeline: Pipeline) -> dict[str, Any]:
    settings = pipeline.settings
    return _question(
        "transport",
        settings.behind_tls,
        behind_tls=settings.behind_tls,
        second_factor=settings.second_factor or ("signers" if settings.behind_tls else "nobody"),
        session_minutes=settings.session_minutes,
    )


def _emergencies(pipeline: Pipeline) -> dict[str, Any]:
    waiting = len(pipeline.store.teams.unreported(pipeline.clock()))
    return _question("emergencies", not waiting, unreported=waiting)


def _alarms(pipeline: Pipeline, period: Period) -> dict[str, Any]:
    found = [one for one in pipeline.store.alarms.since(_start(period.first)) if one.at.date() <= period.last]
    late = [one for one in found if any(step.what is AlarmStepKind.ESCALATED for step in one.steps)]
    standing = len(pipeline.store.alarms.open())
    return _question("alarms", not standing, raised=len(found), escalated=len(late), standing=standing)


def _calendar(pipeline: Pipeline, period: Period) -> dict[str, Any]:
    steps = [
        one
        for (item, _), every in pipeline.store.programmes.steps().items()
        if item in ITEMS
        for one in every
        if period.first <= one.at.date() <= period.last
    ]
    reports = [one for one in steps if one.what is StepKind.REPORTED]
    late = [one for one in reports if one.body.get("late")]
    done = [one for one in steps if one.what is StepKind.DONE]
    return _question("calendar", None, reports=len(reports), late=len(late), looked_through=len(done))


def _knowledge(pipeline: Pipeline) -> dict[str, Any]:
    problems = len(pipeline.knowledge.problems)
    return _question("knowledge", not problems, problems=problems, version=pipeline.knowledge.version[:12])
