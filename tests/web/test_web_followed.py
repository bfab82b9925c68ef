"""Pages and hooks follow a release and a rollback without a restart, for one question to the database a second."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.change import ChangeKind, Criteria, Criterion, Result, Stage
from careloom.demo import AS_OF
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.web import deps
from tests.flow.conftest import NOW
from tests.flow.samuel import SAMUEL, samuels_desk
from tests.flow.test_access import person

pytestmark = pytest.mark.django_db
WORDS = dict.fromkeys(("title", "description", "why", "impact"), "an invented change")
CRITERIA = Criteria(shadow_fewest=1, group_fewest=1, stages=(Stage(100, 0),))


def asked(client: Client) -> list[str]:
    """What a page that needs nothing else asks of the database."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/health").status_code == 200
    return [one["sql"] for one in queries if "change" in one["sql"]]


def test_a_page_works_with_what_was_released_a_second_ago_and_asks_once_for_it(
    home: Path, settings: Settings, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = samuels_desk(home, lambda: NOW)
    desk.propose("test", desk.find(SAMUEL), as_of=AS_OF, model="none")
    made = replace(pipelines.build(replace(desk.settings, physician_due_hours=7)), store=desk.store).current()
    settings.CARELOOM_PIPELINE = lambda _: made
    assert deps.pipeline().settings.physician_due_hours == 48
    assert asked(client) == []
    change = made.propose_from_here("operator", ChangeKind.THRESHOLDS, WORDS, CRITERIA)
    for one in Criterion:
        made.releasing.keep("operator", change, Result(criterion=one, met=True, words="so it is"))
    for role in ("pharmacist", "quality_lead"):
        made.releasing.sign(person(made, f"{role}-here", role), change)
    for _ in range(2):
        made.releasing.go_on("operator", change)
    settings.CARELOOM_FOLLOWS = 0.0
    asked(client)
    assert deps.pipeline().settings.physician_due_hours == 7
    assert len(asked(client)) == 1
    settings.CARELOOM_FOLLOWS = 60.0
    assert asked(client) == []
    settings.CARELOOM_FOLLOWS = 0.0
    made.releasing.roll_back("operator", change, "too early")
    with monkeypatch.context() as lost:
        lost.setattr(Pipeline, "current", refuses)
        asked(client)
    assert deps.pipeline().settings.physician_due_hours == 7
    asked(client)
    assert deps.pipeline().settings.physician_due_hours == 48


def refuses(_: Pipeline) -> Pipeline:
    raise ConfigError("what was released isn't kept")
