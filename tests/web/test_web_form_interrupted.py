"""The database goes away in the middle of a form that counts once: nothing was done, the same form may come again, and then it is done once."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from careloom.pipeline import Pipeline
from careloom.store.turned import AbsenceStep
from tests.web.desk import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def gone_at(table: str) -> Iterator[None]:
    """From the first row for a table on nothing reaches the database any more: PostgreSQL ends the connection, SQLite's file can't be written."""
    away = False

    def asked(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        nonlocal away
        if sql.startswith("INSERT") and table in sql and not away:
            away = True
            if connection.vendor == "postgresql":
                end_connection()
        if away and connection.vendor == "sqlite":
            raise OperationalError("the database went away")
        return execute(sql, *more)

    with connection.execute_wrapper(asked):
        yield


def end_connection() -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()


@pytest.fixture
def form(real: Pipeline) -> dict[str, str]:
    """That Rosa is away tomorrow, as her page has it."""
    page = signed_in("rosa").get("/queue/away").content.decode()
    (name, *_) = re.findall(r'name="form" value="(\w{32})"', page)
    day = timezone.localdate().isoformat()
    osei = real.store.users.reviewer("osei").user
    return {"first": day, "last": day, "cover": osei, "form": name}


def sent(form: dict[str, str], client: Client | None = None) -> int:
    rosa = client or signed_in("rosa")
    rosa.raise_request_exception = False
    return rosa.post("/queue/away/say", form).status_code


def test_a_form_whose_work_the_database_did_not_take_may_be_sent_again_and_counts_once(form):
    rosa = signed_in("rosa")
    with gone_at(AbsenceStep._meta.db_table):
        assert sent(form, rosa) == 503
    assert not AbsenceStep.objects.exists()
    assert sent(form, rosa) == 302 and AbsenceStep.objects.count() == 1
    assert sent(form, rosa) == 409 and AbsenceStep.objects.count() == 1


def test_a_form_whose_name_the_database_did_not_take_may_be_sent_again(form):
    rosa = signed_in("rosa")
    with gone_at("takenform"):
        assert sent(form, rosa) == 503
    assert sent(form, rosa) == 302 and AbsenceStep.objects.count() == 1


def test_the_same_form_twice_at_the_same_moment_counts_once(form):
    together, people = Barrier(2), [signed_in("rosa") for _ in range(2)]

    def sends(rosa: Client) -> int:
        try:
            together.wait(20)
            return sent(form, rosa)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sends, people)) == [302, 409]
    assert AbsenceStep.objects.count() == 1
