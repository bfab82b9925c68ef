"""The pack is gathered from the running system: it moves with settings, rows and files, holds nothing of a patient, and holds stop deletions."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import resolve
from pytest_django import Settings

import careloom
from careloom import comply
from careloom.care.change import ChangeKind, ChangePlan, ChangeStep, ChangeStepKind, Criteria
from careloom.care.compliance import Evidence, Verdict
from careloom.care.document import Proposal
from careloom.care.progress import Progress
from careloom.comply import bill, inputs
from careloom.comply.page import as_html
from careloom.comply.retention import DELETIONS
from careloom.errors import InputError, NotLicensed, Refused, StaleRecord
from careloom.pipeline import Pipeline
from careloom.pipeline.evidence import (
    changing,
    drafts,
    keeping,
    made,
    models,
    people,
    probing,
    safekeeping,
    texts,
    worksheet,
)
from careloom.pipeline.evidence.looked import Site
from careloom.record import Programmes
from tests.flow.test_access import person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, tzinfo=UTC)
Gatherer = Callable[[Site], Iterator[Evidence]]


def site_of(desk: Pipeline, **settings: Any) -> Site:
    site = desk.complying._site()
    return replace(site, settings=replace(site.settings, **settings))


def one(gather: Gatherer, site: Site, name: str) -> Evidence:
    (found,) = [told for told in gather(site) if told.name == name]
    return found


def test_a_pack_is_kept_with_its_hash_and_tells_nothing_of_a_patient(desk: Pipeline, plan: Proposal) -> None:
    lena = person(desk, "lena", "auditor")
    pack = desk.complying.make(lena)
    (kept,) = desk.complying.packs(lena)
    found, told = desk.complying.get(lena, pack.id)
    assert found == pack and comply.digest(told) == kept.sha256 and kept.by == lena.user
    names = [
        name
        for label in desk.store.patients.labels({plan.document.patient}).values()
        for name in label[0].split()
    ]
    said = told.decode() + as_html(pack, kept.sha256)
    assert names and not [name for name in names if name in said]
    assert plan.document.patient not in said
    with pytest.raises(NotLicensed):
        desk.complying.make(desk.store.users.reviewer("nora"))


def test_what_is_no_longer_met_is_told_first(desk: Pipeline) -> None:
    desk.complying.make("operator")
    worse = replace(desk.complying, settings=replace(desk.settings, session_minutes=0))
    after = worse.make("operator")
    _, changes = desk.complying.since("operator", after.id)
    assert changes[0].worse and {change.key for change in changes if change.worse} >= {"312.a.2.iii"}


SETTINGS = [
    (people.of_people, "session.ends", {"session_minutes": 15}, {"session_minutes": 0}),
    (people.of_people, "lockout.addresses", {}, {"wrong_per_minute": 0}),
    (
        people.of_people,
        "factor.asked",
        {"second_factor": "everybody", "demo": False},
        {"second_factor": "nobody"},
    ),
    (people.of_people, "emergency.open", {}, {"break_glass_hours": 0}),
    (safekeeping.of_backups, "backup.sealed", {"backup_to": "careloom-recovery-x"}, {"backup_to": ""}),
    (safekeeping.of_networks, "tls.pages", {"behind_tls": True}, {"behind_tls": False}),
    (safekeeping.of_networks, "tls.database", {}, {"database_url": "postgresql://u@db.example/n"}),
    (safekeeping.of_networks, "tls.mail", {"smtp_url": "smtps://m.example"}, {"smtp_url": "ftp://m.example"}),
    (
        safekeeping.of_networks,
        "model.inside",
        {"model": "openai", "model_url": "https://m.example", "model_deidentified": True},
        {"model": "openai", "model_url": "https://m.example", "model_may_receive_phi": True},
    ),
    (drafts.of_drafts, "review.pace", {"reading_rate": 238}, {"reading_rate": 0}),
    (keeping.of_retention, "retention.said", {"retention_years": 10}, {"retention_years": 5}),
    (keeping.of_programmes, "part2.roles", {}, {"programme_roles": "physician"}),
]


@pytest.mark.parametrize(("gather", "name", "well", "ill"), SETTINGS, ids=[one[1] for one in SETTINGS])
def test_a_setting_that_changes_changes_the_verdict(
    desk: Pipeline, gather: Gatherer, name: str, well: dict[str, Any], ill: dict[str, Any]
) -> None:
    assert one(gather, site_of(desk, **well), name).holds is True
    assert not one(gather, site_of(desk, **ill), name).holds


def test_rows_and_files_that_change_change_the_verdict(
    desk: Pipeline, plan: Proposal, settings: Settings
) -> None:
    site = site_of(desk)
    assert one(safekeeping.of_audit, site, "audit.appended").holds
    assert one(safekeeping.of_audit, site, "audit.chain").holds
    assert not one(safekeeping.of_audit, site, "audit.read").holds
    assert not one(safekeeping.of_backups, site, "backup.made").holds
    desk.store.audit.note("lena", "read", what="audit log")
    desk.store.audit.note("operator", "backup")
    later = replace(desk.complying._site(), at=desk.store.audit.last("backup") + timedelta(seconds=1))
    assert one(safekeeping.of_audit, later, "audit.read").holds
    assert one(safekeeping.of_backups, later, "backup.made").holds
    assert not one(
        safekeeping.of_backups, replace(later, at=later.at + timedelta(days=3)), "backup.made"
    ).holds
    assert one(people.of_people, site, "password.weak").holds
    settings.AUTH_PASSWORD_VALIDATORS = []
    from django.contrib.auth.password_validation import get_default_password_validators

    get_default_password_validators.cache_clear()
    assert not one(people.of_people, site, "password.weak").holds
    get_default_password_validators.cache_clear()
    desk.store.audit.seal()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER store_auditevent_no_update")
            cursor.execute("UPDATE store_auditevent SET action = 'nothing' WHERE action = 'backup'")
            assert not one(safekeeping.of_audit, site, "audit.appended").holds
            assert not one(safekeeping.of_audit, site, "audit.chain").holds
    assert one(probing.of_programmes, site, "part2.probe").holds


def test_a_person_answers_with_words_and_the_pack_says_who(desk: Pipeline) -> None:
    lena = person(desk, "lena", "administrator")
    for key, answer, words in (
        ("308.a.2", "yes", "x"),
        ("308.a.2", "maybe", "see the binder"),
        ("312.b", "yes", "see it there"),
    ):
        with pytest.raises(InputError):
            desk.complying.say(lena, key, answer, words)
    desk.complying.say(lena, "308.a.2", "yes", "Lena Invented, by the board's letter of May")
    found = {told.key: told for _, told in desk.complying.make(lena).requirements()}
    assert found["308.a.2"].verdict is Verdict.SAID and found["308.a.2"].why.startswith("lena said so on")
    assert found["308.a.1.ii.C"].verdict is Verdict.PERSON


def test_a_hold_stops_what_could_delete_something_of_a_record(
    desk: Pipeline, plan: Proposal, who: str
) -> None:
    lena, nora = person(desk, "lena", "auditor"), desk.store.users.reviewer("nora")
    begun = desk.store.unfinished
    begun.change(plan.id, nora.user, lambda _: Progress(typed={"why": "an unsigned word"}))
    hold = desk.complying.hold(lena, who, "a letter of counsel")
    assert desk.store.holds.holds(who) and desk.store.holds.holds()
    begun.decided(plan.id, nora.user, over=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_storedprogress")
        assert cursor.fetchone()[0] == 1
    assert begun.of(plan.id, nora.user) == Progress()
    with pytest.raises(Refused, match="legal hold"):
        desk.store.webhooks.remove("whichever")
    desk.complying.lift(lena, hold, "the case is closed")
    assert not desk.store.holds.holds(who)
    with pytest.raises(StaleRecord):
        desk.complying.lift(lena, hold, "the case is closed")
    (told,) = desk.complying.holds(lena)
    assert (told.why, told.lifted_why, told.who) == ("a letter of counsel", "the case is closed", "lena")
    with pytest.raises(InputError):
        desk.complying.hold(lena, who, "")
    desk.complying.hold("operator", "", "everybody, an audit")
    assert desk.store.holds.holds(who)


def test_every_place_that_deletes_something_is_listed() -> None:
    root, found = Path(careloom.__file__).parent, set()
    for file in root.rglob("*.py"):
        text = file.read_text("utf-8")
        if "migrations" in file.parts or not any(
            f".{word}(" in text for word in ("delete", "unlink", "rmtree")
        ):
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("delete", "unlink", "rmtree")
            ):
                found.add(str(file.relative_to(root)))
    assert found == {one.where for one in DELETIONS}
    assert {one.held for one in DELETIONS} <= {"guarded", "nothing of a record", "not guarded"}


def test_what_speaks_to_patients_is_set_and_an_invented_identifier_is_looked_for(desk: Pipeline) -> None:
    site = site_of(desk, practice_name="an invented practice", practice_phone="555-0100")
    told = {one.name: one for one in (*texts.of_messages(site), *texts.of_identifiers(site))}
    assert told["ab3030.begins"].holds and told["ab3030.person"].holds and told["ab3030.phone"].holds
    assert not one(texts.of_messages, site_of(desk), "ab3030.phone").holds
    assert told["ab3030.audio"].holds is False
    assert told["harbor.ssn"].holds and set(texts.SAMPLES) == {
        key.removeprefix("harbor.") for key in told if "harbor." in key
    }


def test_what_looks_at_age_or_sex_is_found_by_looking_and_one_that_is_planted_is_found_too(
    tmp_path: Path,
) -> None:
    (tmp_path / "check").mkdir()
    (tmp_path / "check" / "planted.py").write_text(
        '"""A planted rule.\n\nSource   A guideline, section 2,\n         2020\nMisses   much\n"""\n\ndef rule(person):\n    return person.race\n'
    )
    (tmp_path / "knowledge" / "protocols").mkdir(parents=True)
    (tmp_path / "knowledge" / "protocols" / "old.toml").write_text(
        'title = "Old"\n[[rule]]\nwhen = ["age: >= 65"]\nsource = "A guideline"\n'
    )
    found, number = inputs.tools(tmp_path)
    assert number == 2 and {(tool.where, tool.groups) for tool in found} == {
        ("check/planted.py", (made.RACE,)),
        ("knowledge/protocols/old.toml", (made.AGE,)),
    }
    assert found[1].source == "A guideline, section 2, 2020"  # whole, though it stands on two lines
    assert len(inputs.tools()[0]) > 50 and not [
        tool for tool in inputs.using(made.RACE) if tool.where.startswith("check/")
    ]


def test_the_bill_of_materials_has_each_distribution_and_says_what_is_not_known(tmp_path: Path) -> None:
    pinned = bill.pinned(made.ROOT / "requirements")
    every = bill.installed(pinned)
    told = bill.as_cyclonedx(every, "0" * 32, NOW, "1")
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert "django" in {one.name for one in every} and not [one for one in every if one.name == "careloom"]
    assert len([one for one in every if one.name == "django" and one.hashes and one.licence]) == 1
    (tmp_path / "base.txt").write_text("Some_Thing==1.0 \\\n    --hash=sha256:" + "a" * 64 + "\n")
    assert bill.pinned(tmp_path) == {("some-thing", "1.0"): ("a" * 64,)}
    assert bill.grid((bill.Component("x", "1", "", ()),)).red == (0,)


def test_screens_show_sentences_with_their_basis_and_a_model_nobody_measured_has_a_card_that_misses(
    desk: Pipeline,
) -> None:
    site = site_of(desk)
    shown = worksheet.examples(site)
    (screen, *_) = worksheet.screens(shown)
    assert screen.lines and all(line.basis for line in screen.lines)
    (plan,) = [one for one in shown if one.kind.id == "care_plan"]
    bare = replace(
        plan.document,
        statements=tuple(replace(line, citations=(), guideline=None) for line in plan.document.statements),
    )
    assert not worksheet._basis(site, replace(plan, document=bare)).holds
    assert worksheet._basis(site, plan).holds
    known = {
        told.name: told
        for told in models.of_models(replace(site, settings=replace(site.settings, model="embedded")), ())
    }
    assert (
        known["card.output"].holds
        and "MISSING" in known["card.local"].value
        and not known["card.validity"].holds
    )


def test_a_programme_that_is_no_longer_restricted_is_told(desk: Pipeline) -> None:
    site = site_of(desk)
    assert not next(iter(probing.of_programmes(site, Programmes({})))).holds


def test_the_change_plan_is_the_gates_own_and_a_change_in_force_that_nobody_measured_is_told_in_red(
    desk: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(desk)
    gather = partial(changing.of_changes, tables=())
    assert one(gather, site, "changes.gate").holds
    assert resolve(one(gather, site, "changes.gate").link).url_name == "changes"
    assert one(gather, site, "changes.plan").holds is None
    (told,) = changing.plans(site)
    assert told.rows == () and "what this release came with is in force" in told.note
    said = ChangePlan(
        kind=ChangeKind.MODEL,
        title="Another model",
        candidate={"model": "m"},
        sha256="0" * 64,
        description="d",
        why="w",
        impact="i",
        criteria=Criteria(earned=("care_plan join",)),
    )
    at = site.at
    made = desk.store.changes.add(said, "a" * 64, release="", who="lena", at=at)
    assert one(gather, site, "changes.plan").holds is None
    stage = ChangeStep(what=ChangeStepKind.STAGE, who="lena", role="quality_lead", at=at, stage=0)
    desk.store.changes.say(made, stage)
    assert one(gather, site, "changes.plan").holds is False
    (told,) = changing.plans(site)
    assert told.red == (0,) and told.rows[0][1] == "rolling" and "not measured" in told.rows[0][3]
    monkeypatch.setattr("careloom.pipeline.evidence.changing.must_be_whole", lambda _: None)
    assert one(gather, site, "changes.gate").holds is False
