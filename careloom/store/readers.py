"""Readers: the rows of the work list that somebody may see, and those of them that she asks for, as questions of the database's own.

They say of many patients what `pipeline.access` says of one; a test compares the two. A question's SQL is made once for each `Form` of it
(store/asked.py); what it is asked with are values by name: organisation, user, owners, now, day, and where the question has them blind,
paged, opened, merged, seen, hers, tier, kind, risk and older.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from careloom.care.document import Tier
from careloom.care.worklist import PAGE, Order, Risk, Sought, Whose
from careloom.store.asked import Asked, Given
from careloom.store.caring import CareTeamMember
from careloom.store.ids import as_uuid
from careloom.store.listed import ListedProposal

Values: TypeAlias = Mapping[str, Given]
Rows: TypeAlias = QuerySet[ListedProposal, Any]
# Forms that are kept made: each page of each order and wish is one.
FORMS = 256
# What is counted: a row, of which no column is read.
ROW = Value(1)
# Values that some of the questions need and others don't; without one of the others a question would tell too much.
OPTIONAL = frozenset({"user", "owners", "now", "day", "paged", "hers"})
COUNTS = ("high", "moderate", "low", "automatic", "nurse", "physician", "whole", "lines", "signed")
COLUMNS = (
    "id",
    "patient_id",
    *COUNTS,
    "watched_until",
    "mine",
    "paged",
    "kind",
    "tier",
    "created",
    "due",
    "assigned_to",
    "closed",
    "told",
    "sealed",
)


@dataclass(frozen=True, slots=True)
class Sees:
    """Whom somebody sees: everybody, or the patients of her care teams and those that she has `opened` in an emergency, and where she is
    `free` those without a team. Patients who were `merged` with others were asked about one by one: of them she sees those
    `seen`, and is in the team of `hers`."""

    everybody: bool = False
    free: bool = False
    opened: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    hers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """For whom a list is made: user, how far her licence reaches, for whom else she stands in, and whom she sees.

    To a `closed` one no word is shown that may rest on what a substance-use programme sent (42 CFR Part 2). `blind` are documents that she reads
    a second time: how far they are signed would tell her what was decided; and those that a parallel run keeps from her.
    """

    user: str
    reach: Tier
    sees: Sees = Sees()
    covers: frozenset[str] = frozenset()
    closed: bool = True
    blind: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """What makes the SQL of a question another one; `names` are those of its values."""

    everybody: bool
    free: bool
    reach: Tier
    whose: Whose
    order: Order
    overdue: bool
    names: tuple[str, ...]


def question(
    organisation: str, reader: Reader, sought: Sought, now: datetime, paged: Collection[str]
) -> tuple[Form, Values]:
    """The form of what somebody asks to see, and its values."""
    sees = reader.sees
    given: dict[str, Given | None] = {
        "organisation": organisation,
        "user": reader.user,
        "owners": (reader.user, *sorted(reader.covers)),
        "now": now,
        "day": now.date(),
        "blind": _ids(reader.blind, "proposal"),
        "paged": _ids(paged, "patient"),
        "opened": _ids(sees.opened, "patient"),
        "merged": _ids(sees.merged, "patient"),
        "seen": _ids(sees.seen, "patient"),
        "hers": _ids(sees.hers, "patient"),
        "tier": None if sought.tier is None else int(sought.tier),
        "kind": sought.kind or None,
        "risk": None if sought.risk is None else int(sought.risk),
        "older": now - timedelta(days=sought.older_than_days) if sought.older_than_days else None,
    }
    values = {name: one for name, one in given.items() if one is not None and one != ()}
    form = Form(
        everybody=sees.everybody,
        free=sees.free,
        reach=reader.reach,
        whose=sought.whose,
        order=sought.order,
        overdue=sought.overdue,
        names=tuple(values),
    )
    return form, values


@lru_cache(FORMS)
def numbers(form: Form) -> Asked:
    """Asks for one row: how many are hers, her team's, and all; how many are asked for, and how many of those are overdue."""

    def make(values: Values) -> Rows:
        wanted = _wanted(form, values)
        groups = _seen(form, values).order_by().values("organisation")
        return groups.annotate(
            n_mine=Count(ROW, filter=Q(mine=True)),
            n_team=Count(ROW, filter=_in_team(values)),
            n_all=Count(ROW),
            n_wanted=Count(ROW, filter=wanted) if wanted else Count(ROW),
            n_overdue=Count(ROW, filter=wanted & Q(due__lt=values["now"])),
        ).values_list("n_mine", "n_team", "n_all", "n_wanted", "n_overdue")

    return _asked(form, make)


@lru_cache(FORMS)
def page(form: Form, number: int) -> Asked:
    """Asks for the columns of a page of the rows that are asked for, the first one being 1."""
    first = (number - 1) * PAGE

    def make(values: Values) -> Rows:
        rows = _seen(form, values).filter(_wanted(form, values))
        return _ordered(rows, form.order)[first : first + PAGE].values_list(*COLUMNS)

    return _asked(form, make)


@lru_cache(FORMS)
def every(form: Form) -> Asked:
    """Asks for the columns of all rows that somebody may see, worst first."""
    return _asked(form, lambda values: _ordered(_seen(form, values), Order.DUE).values_list(*COLUMNS))


def _asked(form: Form, make: Callable[[Values], Rows]) -> Asked:
    optional = frozenset(place for place, name in enumerate(form.names) if name in OPTIONAL)
    return Asked(lambda *given: make(dict(zip(form.names, given, strict=True))), optional)


def _seen(form: Form, values: Values) -> Rows:
    """What waits and this reader may see, each with whether it is hers, whether a page is open, and its risk."""
    left = Q(automatic__gt=0)
    if form.reach >= Tier.NURSE:
        left |= Q(nurse__gt=0)
    if form.reach >= Tier.PHYSICIAN:
        left |= Q(physician__gt=0) | Q(whole=True)
    rows = ListedProposal.objects.filter(_may_see(form, values), organisation=values["organisation"])
    if "blind" in values:
        rows = rows.filter(~Q(pk__in=values["blind"]))
    paged = Q(patient__in=values.get("paged", ()))
    risk = Case(
        When(Q(high__gt=0) | paged, then=Value(Risk.HIGH.value)),
        When(Q(watched_until__gte=values["day"]) | Q(due__lt=values["now"]), then=Value(Risk.RAISED.value)),
        default=Value(Risk.ROUTINE.value),
        output_field=IntegerField(),
    )
    hers = Q(assigned_to__in=values["owners"]) | (Q(assigned_to__isnull=True) & left)
    return rows.annotate(
        mine=ExpressionWrapper(hers, output_field=BooleanField()),
        paged=ExpressionWrapper(paged, output_field=BooleanField()),
        risk=risk,
    )


def _may_see(form: Form, values: Values) -> Q:
    if form.everybody:
        return Q()
    hers = _member(values)
    if "opened" in values:
        hers |= Q(patient__in=values["opened"])
    if form.free:
        hers |= ~Q(Exists(CareTeamMember.objects.filter(patient=OuterRef("patient"))))
    return _beside_merged(hers, values, "seen")


def _in_team(values: Values) -> Q:
    """The rows of the patients in whose care team she is."""
    return _beside_merged(_member(values), values, "hers")


def _beside_merged(rows: Q, values: Values, name: str) -> Q:
    if "merged" not in values:
        return rows
    return (rows & ~Q(patient__in=values["merged"])) | Q(patient__in=values.get(name, ()))


def _member(values: Values) -> Q:
    members = CareTeamMember.objects.filter(organisation=values["organisation"], member=values["user"])
    return Q(patient__in=members.values("patient"))


def _wanted(form: Form, values: Values) -> Q:
    wanted = {Whose.MINE: Q(mine=True), Whose.TEAM: _in_team(values), Whose.ALL: Q()}[form.whose]
    for name in ("tier", "kind", "risk"):
        if name in values:
            wanted &= Q(**{name: values[name]})
    if form.overdue:
        wanted &= Q(due__lt=values["now"])
    if "older" in values:
        wanted &= Q(created__lt=values["older"])
    return wanted


def _ordered(rows: Rows, order: Order) -> Rows:
    """Worst first: due soonest, then most high findings, then oldest; or by risk or age before that."""
    first: dict[Order, tuple[str, ...]] = {Order.DUE: (), Order.RISK: ("-risk",), Order.AGE: ("created",)}
    return rows.order_by(*first[order], F("due").asc(nulls_last=True), "-high", "created", "id")


def _ids(known: Collection[str], what: str) -> tuple[UUID, ...]:
    return tuple(as_uuid(one, what) for one in sorted(known))
