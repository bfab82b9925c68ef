"""A past draft is shown with what it was made with, and made anew from the entries of then; what isn't the same is said."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.registered import PartKind, digest_of
from careloom.cli.reproduce import account_json, as_json
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from careloom.pipeline import registering as module
from careloom.store.models import DraftVersions, RegisteredPart, RegisteredSet
from tests.flow.test_deciding import note
from tests.flow.visiting.calls import CALL

pytestmark = pytest.mark.django_db
PACK = "drug a,drug b,severity,description,source\nlisinopril,metformin,contraindicated,{},An invented list\n"


def test_a_draft_is_made_again_line_for_line_although_the_record_went_on(
    desk: Pipeline, plan: Proposal, tmp_path: Path
) -> None:
    note(desk, tmp_path, "He takes metformin 500 mg twice a day.")
    made = desk.reproducing.reproduce(plan.id)
    assert made.why == () and made.same and made.record_same
    assert made.lines == len(plan.document.statements) > 5
    shown = as_json(made)
    assert shown["same"] and len(shown["set"]) == 64 and not shown["differ"]


def test_every_version_is_written_down_once_and_a_draft_names_its_set(
    desk: Pipeline, plan: Proposal, tmp_path: Path
) -> None:
    parts, sets = RegisteredPart.objects.count(), RegisteredSet.objects.count()
    note(desk, tmp_path, "He takes metformin 500 mg twice a day.")
    other = desk.propose("test", plan.document.patient, as_of=AS_OF, model="none")
    assert other.id != plan.id and DraftVersions.objects.count() == 2
    assert (RegisteredPart.objects.count(), RegisteredSet.objects.count()) == (parts, sets) and sets == 1
    digest, change = desk.store.registry.of_draft(plan.id) or ("", "")
    found = desk.store.registry.parts(digest)
    assert digest_of(found) == digest and change == ""
    assert {one.kind for one in found} >= {
        *(PartKind.RELEASE, PartKind.CODE, PartKind.RULE, PartKind.TEMPLATE, PartKind.PROMPT),
        *(PartKind.KNOWLEDGE, PartKind.MODEL, PartKind.SETTINGS),
    }
    assert all(len(one.sha256) == 64 for one in found if one.kind is not PartKind.MODEL)
    assert {one.drafts for one in desk.store.registry.every()} == {2}


def test_a_sites_own_list_of_then_is_taken_from_the_registry(
    desk: Pipeline, who: str, home: Path, tmp_path: Path
) -> None:
    note(desk, tmp_path, "He takes metformin 500 mg twice a day.")
    packs = home / "knowledge" / "packs"
    packs.mkdir(parents=True)
    (packs / "interactions-then.csv").write_text(PACK.format("an invented harm of then"))
    then = _again(desk)
    first = then.propose("test", who, as_of=AS_OF, model="none")
    (packs / "interactions-then.csv").write_text(PACK.format("an invented harm of now"))
    now = _again(desk)
    made = now.reproducing.reproduce(first.id)
    assert any("harm of then" in one.message for one in first.findings)
    assert made.why == () and made.record_same


def test_a_part_that_is_not_here_any_more_is_named_with_its_release(
    desk: Pipeline, plan: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = {
        replace(one, sha256="0" * 64) if (one.kind, one.name) == (PartKind.RULE, "renal") else one: body
        for one, body in module._built_in().items()
    }
    monkeypatch.setattr(module, "_built_in", lambda: shipped)
    made = _again(desk).reproducing.reproduce(plan.id)
    assert made.why == ("rule renal: made by release 0.1.0 with other code than what runs here",)
    assert not made.same and made.differ == ()


def test_a_line_that_comes_out_otherwise_is_shown_beside_what_it_was(desk: Pipeline, plan: Proposal) -> None:
    line = plan.document.statements[0]
    document = replace(
        plan.document, statements=(replace(line, text="Other words."), *plan.document.statements[1:])
    )
    desk.store.proposals.add(
        replace(plan, id="b" * 32, document=document),
        desk.store.proposals.frozen(plan.id),
        desk.store.proposals.seen_entries(plan.id),
    )
    made = desk.reproducing.reproduce("b" * 32)
    assert [(one.then, one.now) for one in made.differ][:1] == [("Other words.", line.text)]
    assert "what it was made with was not registered: it is older than the registry" in made.why


def test_whoever_audits_gets_one_answer(desk: Pipeline, plan: Proposal, physician: Reviewer) -> None:
    desk.open_lines(physician, plan.id, [one.id for one in plan.document.statements])
    desk.decide(physician, plan.id, Action.APPROVE)
    told = desk.testifying.of("walt", plan.id)
    assert told.missing == () and told.whole and told.chain["ok"]
    assert [one.action for one in told.decisions] == [Action.APPROVE]
    assert sum(len(one.messages) for one in told.sources) >= 1
    shown = account_json(told)
    assert {one["signed_by"] for one in shown["lines"]} == {physician.user}
    (event,) = [one for one in desk.store.audit.of(plan.document.patient) if one["action"] == "account"]
    assert event["actor"] == "walt"


def test_the_note_of_a_contact_is_made_anew_after_it_was_typed_again(
    desk: Pipeline, who: str, nurse: Reviewer
) -> None:
    given = {**CALL, "start": "08:05", "reported": "My daughter does the shopping"}
    told = desk.propose(nurse, who, kind="visit_note", given=given, as_of=AS_OF)
    other = desk.propose(
        nurse, who, kind="visit_note", given={**given, "reported": "Nobody does"}, as_of=AS_OF
    )
    assert told.id != other.id
    for one in (told, other):
        made = desk.reproducing.reproduce(one.id)
        assert made.why == () and made.record_same and made.lines == len(one.document.statements) == 2


def test_of_a_cited_message_whose_bytes_are_gone_it_is_said(
    desk: Pipeline, plan: Proposal, home: Path
) -> None:
    for file in (home / "messages").glob("*/*"):
        if file.parent.name != "unfinished":
            file.unlink()
    told = desk.testifying.of("walt", plan.id)
    assert any("are not there any more" in one for one in told.missing) and told.held == ()
    desk.store.holds.place(plan.document.patient, who="u", why="a letter", at=desk.clock())
    assert len(desk.testifying.of("walt", plan.id).held) == 1


def _again(desk: Pipeline) -> Pipeline:
    """Another process of the same site, a day later."""
    made = pipelines.build(desk.settings, lambda: desk.clock() + timedelta(days=1))
    return replace(made, store=desk.store)
