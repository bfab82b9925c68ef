"""What careloom learn made becomes a plan by its id, with what was measured then; and a failure that a rule prevents is a case of the gate."""

import hashlib
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from careloom.care.change import ChangeKind, ChangeState, Criterion
from careloom.care.document import Proposal
from careloom.check import by_rule
from careloom.demo import AS_OF
from careloom.errors import ConfigError, InputError
from careloom.improve import candidates
from careloom.improve.candidates import ADAPTER, PROMPT, Candidate
from careloom.llm import Opened, Scripted
from careloom.pipeline import Pipeline
from careloom.pipeline.change_candidates import fields_of, waiting
from careloom.pipeline.learning import ADAPTERS, CANDIDATES
from careloom.pipeline.regressing import Regressing
from tests.flow.test_access import person
from tests.flow.test_deciding import note
from tests.flow.test_releasing import JOIN, plan

pytestmark = pytest.mark.django_db
MADE = Candidate(
    kind=PROMPT,
    made_of={
        "kind": "care_plan",
        "task": "join",
        "prompt": JOIN.asked,
        "rules": JOIN.rules,
        "examples": [["asked", "said"]],
        "set": "a" * 64,
    },
    measured={"development": 9, "better": 7},
    at="2026-11-30T10:00:00+00:00",
)


def test_a_candidate_is_read_into_a_plan_with_what_was_measured_then(desk: Pipeline) -> None:
    candidates.keep(desk.learning.folder / CANDIDATES, MADE)
    assert waiting(desk.learning.candidates(), desk.releasing.every("operator")) == (MADE,)
    change = desk.releasing.get("operator", desk.propose_candidate("operator", MADE.id[:10]))
    said = change.plan
    assert (said.kind, change.state) == (ChangeKind.FEW_SHOT, ChangeState.PROPOSED)
    assert said.criteria.earned == ("care_plan join",) and "development: 9; better: 7" in said.description
    assert orjson.loads(said.candidate["content"])["shots"] == [["asked", "said"]]
    assert waiting(desk.learning.candidates(), desk.releasing.every("operator")) == ()
    with pytest.raises(InputError):
        desk.propose_candidate("operator", MADE.id[:10], criteria={"earned": ["no task"]})


def test_an_adapter_that_was_trained_here_is_opened_by_its_hash_and_one_that_got_worse_is_refused(
    desk: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.learning.folder / ADAPTERS / "one"
    folder.mkdir(parents=True)
    (folder / "adapter.gguf").write_bytes(b"an invented adapter")
    digest = hashlib.sha256(b"an invented adapter").hexdigest()
    made = Candidate(kind=ADAPTER, made_of={"adapter": digest, "tasks": ["join 1 x"]}, at="now")
    candidates.keep(desk.learning.folder / CANDIDATES, made)
    opened: list[str] = []

    def model(name: str, options: object) -> Opened:
        opened.append(f"{name} {getattr(options, 'adapter', '')}")
        return Opened(Scripted(lambda _: "No."))

    monkeypatch.setattr("careloom.pipeline.grounds.models.opened", model)
    change = desk.releasing.get("operator", desk.propose_candidate("operator", made.id))
    assert change.plan.kind is ChangeKind.ADAPTER and change.plan.criteria.earned == ("care_plan join",)
    assert opened == [f"embedded {folder / 'adapter.gguf'}"]
    with pytest.raises(ConfigError):
        desk.learning.adapter_of("0" * 12)
    with pytest.raises(InputError, match="no better"):
        fields_of(replace(made, refused="it is no better on the development split than no adapter"))


def test_a_failure_that_a_rule_prevents_is_a_case_and_is_lost_where_the_rule_finds_nothing(
    desk: Pipeline, plan_: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, rule = person(desk, "lena", "quality_lead"), "interaction"
    desk.flag_for_improvement(plan_, {"words": "this was wrong", "severity": "high"})
    (failure,) = desk.store.failures.newest(1)
    monkeypatch.setattr("careloom.pipeline.regressing.rules", lambda: frozenset({rule, "software"}))
    change = desk.store.changes.get(desk.releasing.propose("operator", plan()))
    hand = desk.measuring_changes
    assert hand._regression(change, lambda *_: None).values["failures"] == "0"
    for named, lost in ((rule, "0"), ("software", "1")):
        monkeypatch.setattr("careloom.pipeline.failing.rules", lambda named=named: frozenset({named}))
        desk.failing.judge(lead, failure.id, severity="high", cause="rule", prevents=named)
        found = hand._regression(change, lambda *_: None)
        assert (found.values["failures"], found.values["lost"]) == ("1", lost) and found.met == (lost == "0")
    assert found.values["which"] == failure.id and found.criterion is Criterion.REGRESSION
    record = desk.record_of(plan_.document.patient, AS_OF)
    assert by_rule("software", plan_.document, record, desk.knowledge) == ()
    assert Regressing(desk.store).cases(desk.weaving, desk.knowledge).asked == 1


@pytest.fixture
def plan_(desk: Pipeline, who: str, tmp_path: Path) -> Proposal:
    note(desk, tmp_path, "He takes warfarin 5 mg daily and ibuprofen 600 mg three times a day.")
    return desk.propose("test", who, as_of=AS_OF, model="none")
