"""Standing: on what a patient's chart rests, who is in the care team, and what is in the chart, told by one statement.

What a request asks of a chart before it is answered (is it as it was made last, who may see it, what is in it) is asked together, as it
all stands at one moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from careloom.store.caring import CareTeamStep
from careloom.store.charted import ChartMark, ChartResource
from careloom.store.models import (
    Confirmation,
    EntryRevision,
    Filing,
    Patient,
    PatientSaying,
    ResourceVersion,
    RulingStep,
    StoredSameness,
    TaskEvent,
    Unfiling,
)

# What is appended or counted up whenever something of a chart may have changed, by patient.
_RESTS_ON: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Filing, ()),
    (Unfiling, ()),
    (TaskEvent, ()),
    (RulingStep, ()),
    (Confirmation, ()),
    (PatientSaying, ()),
    (EntryRevision, ()),
    (ResourceVersion, (" AND x.superseded", " AND x.withdrawn IS NOT NULL")),
)
# The columns of a resource's row, as the shelf opens one.
ROW = ("patient_id", "id", "kind", "name", "gone", "sealed")


@dataclass(frozen=True, slots=True)
class Standing:
    """How much there is of each thing that a patient's chart rests on, the mark with which the chart was made last ("": never), whether
    anything was said of any two patients, and the care team by the steps of this patient alone (users' ids)."""

    counts: tuple[int, ...]
    mark: str
    any_said: bool
    team: frozenset[str]


def told(row: Sequence[Any]) -> tuple[UUID, Standing]:
    """From a row of an answer: whose it is, and what stands. The row of a resource follows it (all None where there is none)."""
    whose, *counts, mark, any_said, team = row[: -len(ROW)]
    standing = Standing(
        tuple(counts), mark or "", bool(any_said), frozenset(team.split(",")) if team else frozenset()
    )
    return whose if isinstance(whose, UUID) else UUID(whose), standing


@cache
def of_patients(vendor: str, patients: int, kinds: int) -> str:
    """What asks for so many patients, with the resources of their charts of so many types.

    Sent with: the view, the organisation, it again, the patients, the view, the organisation, the types.
    """
    quote = connection.ops.quote_name
    resources, asked = quote(ChartResource._meta.db_table), ", ".join(["%s"] * patients)
    types = ", ".join(["%s"] * kinds) or "NULL"
    rows = ", ".join(f"r.{one}" for one in ROW)
    return " ".join(
        (
            "WITH s AS MATERIALIZED (SELECT p.id,", _stands(vendor), "FROM", quote(Patient._meta.db_table),
            "p WHERE p.organisation = %s AND p.id IN (", asked, ")) SELECT s.*,", rows, "FROM s LEFT JOIN", resources,
            "r ON r.patient_id = s.id AND r.view = %s AND r.organisation = %s AND r.kind IN (", types, ")",
        )
    )  # fmt: skip


@cache
def of_names(vendor: str, names: int) -> str:
    """The same by the names of resources of one type, in whosever charts they are.

    Sent with: the view, the organisation, it again, the view, the type, the names.
    """
    quote = connection.ops.quote_name
    resources, asked = quote(ChartResource._meta.db_table), ", ".join(["%s"] * names)
    rows = ", ".join(f"r.{one}" for one in ROW)
    return " ".join(
        (
            "SELECT p.id,", _stands(vendor), ",", rows, "FROM", resources, "r JOIN", quote(Patient._meta.db_table),
            "p ON p.id = r.patient_id WHERE r.organisation = %s AND r.view = %s AND r.kind = %s AND r.name IN (", asked,
            ") ORDER BY r.id",
        )
    )  # fmt: skip


def _stands(vendor: str) -> str:
    """The columns of what stands of a patient `p`, each with a name."""
    quote, parts = connection.ops.quote_name, []
    for model, conditions in _RESTS_ON:
        of_hers = ("(SELECT COUNT(*) FROM", quote(model._meta.db_table), "x WHERE x.patient_id = p.id")
        parts += [" ".join((*of_hers, condition, ")")) for condition in ("", *conditions)]
    marks, said, steps = (quote(one._meta.db_table) for one in (ChartMark, StoredSameness, CareTeamStep))
    listed = "string_agg(x.member, ',')" if vendor == "postgresql" else "group_concat(x.member)"
    later = " ".join(("SELECT 1 FROM", steps, "y WHERE y.patient_id = x.patient_id AND y.member = x.member"))
    parts += [
        " ".join(("(SELECT m.mark FROM", marks, "m WHERE m.patient_id = p.id AND m.view = %s)")),
        " ".join(("EXISTS (SELECT 1 FROM", said, "s WHERE s.organisation = %s)")),
        " ".join(
            (
                "(SELECT", listed, "FROM", steps, "x WHERE x.patient_id = p.id AND x.joined AND NOT EXISTS (", later,
                "AND (y.at, y.id) > (x.at, x.id)))",
            )
        ),
    ]  # fmt: skip
    return ", ".join(f"{part} AS c{number}" for number, part in enumerate(parts))
