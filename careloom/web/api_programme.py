"""The JSON API's part about the calendar of watching: how each week, month, quarter and year stands (docs/programme.md). Nothing of it is of a patient."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from careloom.care.access import Permission
from careloom.programme import Programme
from careloom.programme.telling import as_json
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor, now, users_by_id

router = Router()


class DoneOut(Schema):
    """Who looked a report through (user id), when, and what follows from it."""

    at: datetime
    by: str
    note: str


class PeriodOut(Schema):
    """A period of an item: its days, when it is due, who answers for it, how it stands, and how many versions of its report there are."""

    item: Literal["weekly", "monthly", "quarterly", "yearly"]
    period: str
    first: date
    last: date
    due: date
    owner: str
    state: Literal["coming", "running", "reading", "waiting", "overdue", "failed", "done"]
    late: bool
    reports: int
    done: DoneOut | None


class ProgrammeOut(Schema):
    """The periods of a year that the calendar covers here."""

    year: int
    periods: list[PeriodOut]


@router.get("/programme", response=ProgrammeOut, tags=["site"], summary="The calendar of watching")
@operation(Permission.WATCH)
def programme(
    request: HttpRequest, year: Annotated[int | None, Query(ge=2000, le=2999)] = None
) -> dict[str, Any]:
    """The periods of a year, this one where none is named."""
    made, asked = Programme(deps.pipeline()), year or now().year
    return as_json(asked, made.listed(actor(request), asked), made.owners(users_by_id()))
