"""What a site's decisions teach: a set with what was left out, kept sealed, and candidates that change nothing by themselves."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.draft.earned import file_name, to_json
from careloom.errors import ConfigError
from careloom.improve.candidates import ENDPOINT, PROMPT
from careloom.improve.signed import UNCHANGED
from careloom.improve.training_set import DECIDED, INVENTED
from careloom.llm import Scripted
from careloom.pipeline import Pipeline
from careloom.pipeline.gathering import NOT_SIGNED
from careloom.store.models import AuditEvent
from tests.draft.drafted import won
from tests.llm.endpoint import LocalEndpoint

pytestmark = pytest.mark.django_db


def test_a_home_without_a_signature_has_a_set_of_invented_people_and_an_empty_one_says_so(
    desk: Pipeline,
) -> None:
    made = desk.learning.make_set(invented_people=3)
    assert made.home == "" and {one.source for one in made.pairs} <= {INVENTED}
    again = desk.learning.make_set(invented_people=3)
    assert again.version == made.version == desk.learning.set_of().version
    assert not desk.learning.make_set(invented_people=0).pairs
    assert AuditEvent.objects.filter(action="make training set").count() == 3


def test_what_was_amended_and_signed_is_in_the_set_with_its_decisions_and_no_name(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    assert desk.learning.make_set(invented_people=0).left_out == {NOT_SIGNED: 1}
    every = tuple(line.id for line in plan.document.statements)
    line = next(one for one in plan.document.statements if "shares the signed plan" in one.text)
    plainer = line.text.replace("or caregiver", "or family")
    desk.decide(physician, plan.id, Action.AMEND, edits={line.id: plainer})
    desk.decide(physician, plan.id, Action.APPROVE, opened=every)
    made = desk.learning.make_set(invented_people=0)
    assert made.left_out[UNCHANGED] > 2 and made.home
    assert [one.task for one in made.pairs] == ["plain"] and "or family" in made.pairs[0].said
    for one in made.pairs:
        assert one.source == DECIDED and one.decisions and one.decisions[0].startswith(plan.id)
        assert one.consent == "not refused" and one.scrubbed
        assert not {"Samuel", "Green"} & set(one.asked.split() + one.said.split() + one.drafted.split())
    [file] = list((desk.settings.home / "learning" / "sets").glob(f"{made.version}*"))
    assert b"pairs" not in file.read_bytes()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(ConfigError, match="altered"):
        desk.learning.set_of(made.version)


def test_an_adapter_needs_a_set_weights_and_pytorch_and_says_which_it_lacks(desk: Pipeline) -> None:
    with pytest.raises(ConfigError, match="there is no such training set"):
        desk.learning.adapter()
    desk.learning.make_set(invented_people=0)
    bare = replace(desk.settings, model_weights=desk.settings.home / "none.gguf")
    with pytest.raises(ConfigError, match="weights are not there"):
        replace(desk.learning, settings=bare).adapter()


def test_another_version_at_an_endpoint_is_told_and_has_earned_nothing(
    desk: Pipeline, endpoint: LocalEndpoint, tmp_path: Path
) -> None:
    settings = replace(desk.settings, model="openai", model_url=endpoint.url, model_name="strong")
    site = replace(desk, settings=settings)
    endpoint.answer = lambda _: "Yes"
    endpoint.fingerprint, endpoint.listed = (
        "fp-1",
        [{"id": "strong", "object": "model", "created": 5, "owned_by": "x"}],
    )
    table = settings.home / "eval" / file_name("strong", "")
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_bytes(to_json(replace(won(Scripted(lambda _: "")), model="strong", sha256="")))
    first, new = site.learning.endpoint()
    assert (first.kind, new) == (ENDPOINT, False) and table.exists()
    assert first.made_of["fingerprint"] == "fp-1" and first.made_of["created"] == "5"
    assert site.learning.endpoint() == (first, False)
    endpoint.fingerprint = "fp-2"
    second, new = site.learning.endpoint()
    assert new and second.id != first.id and not table.exists()
    assert len(list((table.parent / "former").iterdir())) == 1
    assert site.evaluating.tables() == ()
    assert site.learning.candidates()[0].made_of["fingerprint"] in ("fp-1", "fp-2")


def test_examples_are_chosen_on_the_development_split_and_only_better_ones_are_a_candidate(
    desk: Pipeline, endpoint: LocalEndpoint
) -> None:
    settings = replace(desk.settings, model="openai", model_url=endpoint.url, model_name="strong")
    site = replace(desk, settings=settings)
    site.learning.make_set(invented_people=9)
    own = site.learning.set_of()
    asked: list[str] = []

    def answers(body: dict) -> str:
        asked.append(body["messages"][-1]["content"])
        shown = body["messages"][1]["content"]
        if "Asthma has been active" in shown:  # the task's own first example
            return "No."
        lines = [
            line.partition("] ")[2].rstrip(".") for line in asked[-1].splitlines() if line.startswith("[")
        ]
        return ", and ".join(f"{line} [{n}]" for n, line in enumerate(lines, 1)) + "."

    endpoint.answer = answers
    made, one = site.learning.examples("section", rounds=1)
    assert one is not None and one.kind == PROMPT and not made[0].own and made[0].better
    assert {shot[0] for shot in one.made_of["examples"]} <= {
        pair.asked for pair in own.of("train", "section")
    }
    held = {pair.asked for split in ("train", "test") for pair in own.of(split, "section")}
    assert not held & {"\n".join(x for x in each.splitlines() if x.startswith("[")) for each in asked}
    assert site.learning.candidates() == (one,)
    with pytest.raises(ConfigError, match="no examples of a task 'plain'"):
        site.learning.examples("plain", rounds=1)
