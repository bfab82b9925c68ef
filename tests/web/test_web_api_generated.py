"""Requests that nobody thought of, made from the API's own description: none breaks it, and each answer is one that it describes."""

from collections.abc import Iterator, Mapping

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import strategies
from pytest_django import Settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from careloom import demo
from careloom.pipeline import Pipeline
from tests.web.desk import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
# Made once and for all: the same requests in every run.
AS_EVER = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.generate],
)


def described() -> BaseSchema:
    """The API by its description; who asks is the test's to say."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    schema.config.generation.update(with_security_parameters=False)
    return schema


@pytest.fixture
def known(real: Pipeline, settings: Settings) -> Mapping[str, str]:
    """Ada's record with a plan, and what an address may name of it."""
    settings.CARELOOM_API_PER_MINUTE = settings.CARELOOM_WRONG_PER_MINUTE = 0
    real.connect([folder for _, folder in demo.PEOPLE[:1]], source="riverside_ehr")
    patient = real.find(demo.SHOWN)
    plan = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    line = plan.document.statements[0].id
    return {"proposal_id": plan.id, "patient_id": patient, "line_id": line}


@pytest.fixture
def cookies(known: Mapping[str, str]) -> dict[str, str]:
    """Dr. Osei's session."""
    osei = signed_in("osei")
    osei.get("/queue")
    return {name: osei.cookies[name].value for name in ("sessionid", "csrftoken")}


@pytest.fixture
def one_connection(cookies: dict[str, str]) -> Iterator[None]:
    """A request leaves the test's own connection open, as Django's test client sees to; it comes after the client's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_that_the_description_allows_or_forbids_breaks_the_api(
    known: Mapping[str, str], cookies: dict[str, str], one_connection: None
) -> None:
    schema = described()
    asked: dict[str, int] = {}
    statuses: set[int] = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @AS_EVER
        @hypothesis.given(case=operation.as_strategy(), ours=strategies.booleans())
        def ask(case: Case, ours: bool) -> None:
            if ours:
                case.path_parameters = {
                    name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
                }
            answer = case.call(cookies=cookies, headers={"X-CSRFToken": cookies["csrftoken"]})
            case.validate_response(answer, checks=CHECKS)
            asked[case.operation.label] = asked.get(case.operation.label, 0) + 1
            statuses.add(answer.status_code)

        ask()
    assert len(asked) >= 18 and min(asked.values()) >= 1
    assert {200, 404, 422} <= statuses


def test_without_a_session_every_operation_says_so_as_it_is_described(one_connection: None) -> None:
    schema = described()
    for found in schema.get_all_operations():

        @hypothesis.settings(AS_EVER, max_examples=2)
        @hypothesis.given(case=found.ok().as_strategy())
        def ask(case: Case) -> None:
            answer = case.call()
            assert answer.status_code in (401, 403), "a form without the token of its page is refused first"
            case.validate_response(answer, checks=CHECKS)

        ask()
