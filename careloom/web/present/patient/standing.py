"""What stands of a patient: problems, allergies and needs, each with who says so."""

from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.record import Allergy, Conflict, Need, PatientRecord, Problem
from careloom.knowledge.none_known import allergies_denied
from careloom.web.present.patient.said import Said, coded, said
from careloom.web.present.recorded import domain_named, need_named, recorded
from careloom.web.present.settling import Disagreement, Stands, stands, to_settle
from careloom.web.present.told import Pieces
from careloom.web.present.words import Mark, day
from careloom.web.saying import later

_ACTIVE = Mark("●", later("active"), "plain")
_DOUBTFUL = Mark(
    "■", later("in doubt"), "look", later("a source still lists it, and nothing confirms it since")
)
_PROBLEMS = {
    "resolved": Mark("○", later("resolved"), "plain"),
    "refuted": Mark("×", later("ruled out"), "plain"),
}
_ALLERGIES = {
    "refuted": Mark("×", later("refuted"), "plain"),
    "resolved": Mark("○", later("resolved"), "plain"),
}
_DELABELLED = Mark(
    "×", later("label removed"), "plain", later("a source says that a test or a review removed it")
)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact that stands: its name, a mark, what is said of it, what is in doubt, and who says so."""

    name: str
    mark: Mark
    more: str
    why: Pieces
    doubts: tuple[Pieces, ...]
    said: Said | None
    open: tuple[Disagreement, ...] = ()
    settled: tuple[Stands, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """What holds, and apart from it what no longer does."""

    now: tuple[Row, ...]
    past: tuple[Row, ...]


def problems(record: PatientRecord) -> Rows:
    """The problems: active ones, and those that are resolved or were ruled out."""
    return Rows(
        tuple(_problem(one, record) for one in record.problems if one.status == "active"),
        tuple(_problem(one, record) for one in record.problems if one.status != "active"),
    )


def _problem(one: Problem, record: PatientRecord) -> Row:
    since = (
        gettext("since {day}").format(day=day(one.since)[:10])
        if one.since
        else gettext("since a day not stated")
    )
    mark = _DOUBTFUL if one.doubtful else _PROBLEMS.get(one.status, _ACTIVE)
    return Row(
        name=one.name,
        mark=mark,
        more=" · ".join(filter(None, (since, coded(one.codes)))),
        why=recorded(one.why),
        doubts=doubts(record, one.entries, ("problem_status", "diagnosis", "laterality")),
        said=said(one.entries, record),
        open=to_settle(one.entries, "problem", record),
        settled=stands(one.entries, record),
    )


def allergies(record: PatientRecord) -> Rows:
    """Allergies and intolerances: active ones, and apart those that a source refutes or calls resolved."""
    return Rows(
        tuple(_allergy(one, record) for one in record.allergies if one.status == "active"),
        tuple(_allergy(one, record) for one in record.allergies if one.status != "active"),
    )


def none_known(record: PatientRecord) -> Said | None:
    """Who recorded that there are no known allergies (of some kind); None where nobody did."""
    told = [entry for entry in record.entries if entry.subject == "patient" and allergies_denied(entry)]
    return said((entry.id for entry in told), record)


def _allergy(one: Allergy, record: PatientRecord) -> Row:
    kind = {"allergy": "allergy", "intolerance": "intolerance"}.get(
        one.kind, gettext("allergy or intolerance, not said which")
    )
    mark = _DELABELLED if one.delabelled else _ALLERGIES.get(one.status, _ACTIVE)
    return Row(
        name=one.substance,
        mark=mark,
        more=gettext("{kind} · reaction: {recorded}").format(
            kind=kind, recorded=one.reaction or gettext("not recorded")
        ),
        why=recorded(one.why),
        doubts=doubts(record, one.entries, ("allergy_list", "allergy_unlisted", "allergy_against_drug")),
        said=said(one.entries, record),
        open=to_settle(one.entries, "allergy", record),
        settled=stands(one.entries, record),
    )


def needs(record: PatientRecord) -> Rows:
    """Social needs: open ones, and those that were met."""
    return Rows(
        tuple(_need(one, record) for one in record.needs if one.status == "open"),
        tuple(_need(one, record) for one in record.needs if one.status != "open"),
    )


def _need(one: Need, record: PatientRecord) -> Row:
    mark = Mark("●", "open", "look") if one.status == "open" else Mark("✓", "met", "ok")
    return Row(need_named(one.name), mark, domain_named(one.domain), (), (), said(one.entries, record))


def doubts(record: PatientRecord, entries: tuple[str, ...], kinds: tuple[str, ...]) -> tuple[Pieces, ...]:
    """What the sources disagree on about these entries, as far as it is of these kinds."""
    mine = set(entries)
    return tuple(
        recorded(one.why) for one in record.conflicts if one.kind in kinds and mine.intersection(one.entries)
    )


def others(record: PatientRecord) -> tuple[tuple[Conflict, Said | None], ...]:
    """Every conflict of the record, with who says what."""
    return tuple((one, said(one.entries, record)) for one in record.conflicts)
