"""A site's code systems, mappings and model are held as its files are, and a running process follows what is released."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from careloom import pipeline as pipelines
from careloom.care.change import ChangeKind, ChangeState, Criterion
from careloom.demo import AS_OF
from careloom.errors import ConfigError, InputError
from careloom.jobs.due import Due
from careloom.jobs.handlers import standard
from careloom.knowledge.releases import compile_release
from careloom.knowledge.releases.listed import LIST
from careloom.pipeline import Pipeline
from careloom.pipeline.escalating import Escalating
from tests.connect.tabled import FILE, HEADER, PERSON, PROBLEM, ROW
from tests.flow.test_holding import CRITERIA, WORDS, signed

pytestmark = pytest.mark.django_db
Build = Callable[..., Pipeline]
LINE = "00001 {code}    1 {name:<60} {name}\n"


@pytest.fixture
def again(desk: Pipeline) -> Build:
    """Another process of the same site, a week later each time."""
    weeks = iter(range(1, 100))

    def build(**settings: Any) -> Pipeline:
        later = timedelta(days=7 * next(weeks))
        built = pipelines.build(replace(desk.settings, **settings), lambda: desk.clock() + later)
        return replace(built, store=desk.store).current()

    return build


def loaded(home: Path, tmp_path: Path, year: int, name: str) -> None:
    file = tmp_path / f"icd10cm_order_{year}.txt"
    file.write_text(LINE.format(code="E1199", name=name))
    compile_release([file], home / "knowledge", loaded=date(year, 10, 1))


def named(desk: Pipeline) -> list[str]:
    return [one.version for one in desk.knowledge.terms.releases]


def released(desk: Pipeline, kind: ChangeKind) -> str:
    change = desk.propose_from_here("operator", kind, WORDS, CRITERIA)
    signed(desk, change)
    for _ in range(3):
        if desk.store.changes.get(change).state is not ChangeState.RELEASED:
            desk.releasing.go_on("operator", change)
    return change


def test_another_code_system_waits_is_released_and_goes_back_while_processes_run(
    desk: Pipeline, who: str, home: Path, tmp_path: Path, again: Build
) -> None:
    loaded(home, tmp_path, 2025, "Invented of then")
    first = again()
    draft = first.propose("test", who, as_of=AS_OF, model="none")
    loaded(home, tmp_path, 2026, "Invented of now")
    running = again()
    assert named(running) == ["2025"]
    assert running.holding.waiting().files == (("codes/icd10cm", "changed"),)
    change = released(running, ChangeKind.KNOWLEDGE)
    assert named(running) == ["2025"] and named(running.current()) == ["2026"]
    after = running.current()
    assert after.current() is after and after.holding.waiting().files == ()
    assert after.reproducing.reproduce(draft.id).why == ()
    after.releasing.roll_back("operator", change, "an invented harm")
    assert named(after.current()) == ["2025"]
    gone = next((home / "knowledge").glob("icd10cm-*.db")).parent
    kept = {one.file for one in after.current().knowledge.terms.releases}
    for file in kept:
        (gone / file).unlink()
    with pytest.raises(ConfigError, match="restore a backup"):
        again()
    assert (gone / LIST).is_file()


def test_where_what_was_released_is_lost_what_cannot_wait_goes_on_and_no_draft_is_made(
    desk: Pipeline, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_: Pipeline) -> Pipeline:
        raise ConfigError("an invented file is lost")

    due, done = Due(desk.settings, desk.store), list[str]()
    assert due._pipeline.settings.home == desk.settings.home
    work = standard(desk.settings)
    monkeypatch.setattr(Pipeline, "current", lost)
    monkeypatch.setattr(Escalating, "run", lambda _: done.append("told"))
    due._waiting(desk.clock())
    work["findings"]({})
    assert done == ["told"]
    with pytest.raises(ConfigError, match="is lost"):
        work["draft"]({"patient": who})


def test_another_mapping_waits_and_past_messages_are_read_by_it_before_anybody_signs(
    desk: Pipeline, who: str, home: Path, tmp_path: Path, again: Build
) -> None:
    folder, table = home / "mappings", tmp_path / "export.csv"
    folder.mkdir()
    (folder / "clinic.toml").write_text(FILE + PERSON + PROBLEM)
    table.write_text(f"{HEADER}\n{ROW}\n")
    first = again()
    (marta,) = first.connect([table]).patients
    first.propose("test", marta, model="none")
    (folder / "clinic.toml").write_text(
        FILE + PERSON + PROBLEM.replace('start = "Onset"', 'recorded = "Onset"')
    )
    (folder / "other.toml").write_text(FILE + PERSON + PROBLEM.replace("Problem", "Trouble"))
    desk = again()
    assert dict(desk.holding.waiting().mappings) == {"clinic": "changed", "other": "added"}
    assert set(desk.mappings.in_force) == {"clinic"} and "waits" in desk.mappings.problems["other"]
    assert 'start = "Onset"' in desk.mappings.in_force["clinic"].text
    with pytest.raises(ConfigError, match="was not released"):
        desk.mappings.take(folder / "other.toml")
    live = desk.propose("test", marta, model="none")
    change = desk.propose_from_here("operator", ChangeKind.MAPPINGS, WORDS, CRITERIA)
    found = desk.measuring_changes._reread(desk.store.changes.get(change), lambda *_: None)
    assert found.met and [found.values[one] for one in ("messages", "other", "gone")] == ["1", "1", "0"]
    assert live.created > first.clock()
    assert desk.measuring_changes.shadow(desk.store.changes.get(change)) >= 1
    assert all("drafted" not in one.worse for one in desk.store.changes.compared(change))
    signed(desk, change)
    assert desk.releasing.go_on("operator", change).share == 100
    now = desk.current()
    assert 'recorded = "Onset"' in now.mappings.in_force["clinic"].text and "other" in now.mappings.in_force
    now.releasing.roll_back("operator", change, "the day is another one")
    assert 'start = "Onset"' in now.current().mappings.in_force["clinic"].text
    (folder / "clinic.toml").write_text(FILE + PERSON + PROBLEM.replace("Onset", "Onset of it"))
    worse = again()
    bad = worse.propose_from_here("operator", ChangeKind.MAPPINGS, WORDS, CRITERIA)
    told = worse.measuring_changes._measured(worse.store.changes.get(bad), Criterion.TASKS, lambda *_: None)
    assert told is not None and not told.met and told.values["refused"] != "0"


def test_another_model_waits_until_then_the_earlier_one_words_drafts_or_templates_do_and_say_why(
    desk: Pipeline, who: str, again: Build
) -> None:
    mine = {
        "model": "openai",
        "model_name": "invented-1",
        "model_url": "http://127.0.0.1:9/v1",
        "model_may_receive_phi": True,
    }
    first = again(**mine)
    first.propose("test", who, as_of=AS_OF, model="none")
    other = again(**{**mine, "model_name": "invented-2"})
    assert other.settings.model_name == "invented-1" and not other.unreleased
    assert other.opened(None).model is not None and other.opened(None).model.name == "invented-1"
    assert other.opened("invented-2").model is not None
    ((before, here),) = other.holding.waiting().model
    assert "invented-1" in before and "invented-2" in here
    elsewhere = again(**{**mine, "model_url": "http://127.0.0.2:9/v1"})
    assert elsewhere.opened(None).model is None and "page Changes" in elsewhere.opened(None).why
    drafted = elsewhere.propose("test", who, as_of=AS_OF + timedelta(1))
    assert drafted.document.model.name == "none" and "not released" in drafted.document.model.note
    off = again(**{**mine, "model": "none"})
    assert off.opened(None).model is None and off.opened(None).why == "" and off.holding.waiting().model == ()
    plan = {
        **WORDS,
        "kind": "model",
        "candidate": {"model": "invented-2"},
        "criteria": {"earned": ["care_plan join"], "stages": [[100, 0]]},
    }
    change = other.propose_plan("operator", plan)
    signed(other, change)
    for _ in range(2):
        other.releasing.go_on("operator", change)
    after = other.current()
    assert after.settings.model_name == "invented-2" and after.holding.waiting().model == ()
    after.releasing.roll_back("operator", change, "it was worse")
    assert after.current().settings.model_name == "invented-1"


def test_a_worker_works_with_what_was_released_before_its_next_job(
    desk: Pipeline, who: str, again: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.propose("test", who, as_of=AS_OF, model="none")
    made = again(physician_due_hours=7)
    seen: list[int] = []
    monkeypatch.setattr(pipelines, "build", lambda _: made)
    monkeypatch.setattr(
        Pipeline, "standing", property(lambda site: Noted(seen, site.settings.physician_due_hours))
    )
    work = standard(made.settings)["findings"]
    work({})
    released(made, ChangeKind.THRESHOLDS)
    work({})
    assert seen == [48, 7]


class Noted:
    """What a job asked, with the hours that its pipeline has."""

    def __init__(self, seen: list[int], hours: int) -> None:
        self.seen, self.hours = seen, hours

    def keep_up(self) -> None:
        self.seen.append(self.hours)


def test_a_plan_of_mappings_has_one_stage_and_nothing_waits_where_nothing_differs(
    desk: Pipeline, who: str, again: Build
) -> None:
    desk.propose("test", who, as_of=AS_OF, model="none")
    with pytest.raises(InputError, match="what is in force"):
        again().propose_from_here("operator", ChangeKind.MAPPINGS, WORDS, CRITERIA)
