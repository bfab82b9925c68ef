"""A substance-use programme's messages through the door: kept, checked, and read by nobody without consent."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Reviewer
from careloom.errors import NotLicensed
from careloom.pipeline import Pipeline
from careloom.record import to_json
from tests.connect.made import body, bundle, patient
from tests.record.sources import condition, icd, of, order

pytestmark = pytest.mark.django_db
HIDDEN = ("ethadone", "lighthouse", "Lighthouse", "F11", "pioid")
LABEL = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]}
CONSENT = of(
    "Consent",
    status="active",
    scope={"coding": [{"code": "patient-privacy"}]},
    category=[{"text": "Release of 42 CFR Part 2 records"}],
    dateTime="2026-01-01",
    provision={
        "type": "permit",
        "period": {"start": "2026-01-01", "end": "2030-01-01"},
        "actor": [{"role": {"coding": [{"code": "IRCP"}]}, "reference": {"display": "Harbor Clinic"}}],
    },
)


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Pipeline:
    sources = tmp_path / "sources.toml"
    sources.write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n', encoding="utf-8")
    made = replace(
        settings.read(), home=home, model="none", sources=sources,
        consent_names="Harbor Clinic", programme_roles="physician",
    )  # fmt: skip
    return pipelines.build(made)


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path):
    """Sends resources about one person from a system; gives the patient."""

    def send(source: str, *resources) -> str:
        data = body(bundle(patient(), *resources))
        file = tmp_path / f"{source}-{hashlib.sha256(data).hexdigest()[:8]}.json"
        file.write_bytes(data)
        report = desk.connect([file], source=source)
        assert not report.rejected
        return next(iter(report.patients))

    return send


def everything(desk: Pipeline, who: str) -> str:
    """All that a reader without the role gets: the record, a draft and its findings."""
    proposal = desk.propose("operator", who)
    return json.dumps(to_json(desk.record("operator", who))) + repr(proposal)


def programme(*more):
    return (
        order("Methadone 80 MG Oral Tablet", "2026-09-01"),
        condition(icd("F11.20", "Opioid dependence"), "2026-01-01"),
        *more,
    )


def test_without_consent_nothing_of_it_is_read_and_the_check_runs_all_the_same(desk, sends):
    who = sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    assert sends("lighthouse", *programme()) == who
    told = everything(desk, who)
    assert not [word for word in HIDDEN if word in told]
    assert "restricted information; check incomplete" in told
    assert len(desk.store.entries.of(who)) == 5


def test_the_role_that_the_site_named_reads_the_finding_and_its_reading_is_audited(desk, sends):
    who = sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    sends("lighthouse", *programme())
    proposal = desk.propose("operator", who)
    nurse, physician = (Reviewer(user=role, role=role) for role in ("registered_nurse", "physician"))
    assert desk.review(nurse, proposal.id).restricted == ()
    found = desk.review(physician, proposal.id).restricted
    assert any("methadone" in one.message for one in found)
    assert "restricted findings" in [one["what"] for one in desk.store.audit.of(who)]


def test_a_consent_opens_it_until_it_is_taken_back(desk, sends):
    who = sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    sends("lighthouse", *programme(CONSENT))
    assert "methadone" in [one.name for one in desk.record("operator", who).medications]
    sends("lighthouse", {**CONSENT, "dateTime": "2026-06-01", "provision": {**CONSENT["provision"], "type": "deny", "period": {"start": "2026-06-01"}}})  # fmt: skip
    assert "methadone" not in [one.name for one in desk.record("operator", who).medications]


def test_a_resource_that_its_sender_labelled_is_kept_apart_and_the_others_of_its_message_are_not(desk, sends):
    labelled = {**condition(icd("F10.20", "Alcohol use disorder"), "2026-01-01"), "meta": LABEL}
    plain = condition(icd("F10.20", "Alcohol dependence"), "2026-02-01")
    who = sends("ehr", labelled, plain)
    assert [
        one.text or one.name for one in desk.record("operator", who).entries if one.kind == "Condition"
    ] == ["Alcohol dependence"]


def test_a_bundle_that_is_labelled_as_a_whole_is_apart_as_a_whole(desk, tmp_path):
    whole = {**bundle(patient(), condition(icd("I10", "Hypertension"), "2026-01-01")), "meta": LABEL}
    file = tmp_path / "whole.json"
    file.write_bytes(body(whole))
    (who,) = desk.connect([file], source="ehr").patients
    assert desk.record("operator", who).entries == ()


def test_a_source_that_is_marked_later_is_restricted_from_then_on(desk, home, sends):
    who = sends("ehr", *programme())
    later = home / "later.toml"
    later.write_text('[ehr]\npart2 = true\nprogramme = "Lighthouse Recovery"\n', encoding="utf-8")
    marked = pipelines.build(replace(desk.settings, sources=later))
    assert desk.record("operator", who).problems
    assert marked.record("operator", who).problems == ()


def test_with_a_consent_it_is_read_by_the_roles_that_may_and_by_no_other(desk, sends):
    who = sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    sends("lighthouse", *programme(CONSENT))
    nurse, aide = (Reviewer(user=role, role=role) for role in ("registered_nurse", "medical_assistant"))
    assert "methadone" in [one.name for one in desk.record(nurse, who).medications]
    shown = to_json(desk.record(aide, who))
    assert not any(word in json.dumps(shown) for word in HIDDEN)
    proposal = desk.propose("operator", who)
    assert any("methadone" in line.text for line in proposal.document.statements)
    assert desk.review(nurse, proposal.id).proposal.id == proposal.id
    with pytest.raises(NotLicensed):
        desk.review(aide, proposal.id)


def test_a_document_that_cites_nothing_of_it_is_read_without_it(desk, sends):
    who = sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    aide = Reviewer(user="mo", role="medical_assistant")
    proposal = desk.propose("operator", who)
    sends("lighthouse", *programme(CONSENT))
    found = desk.review(aide, proposal.id)
    assert not any("part2" in one.detail for one in found.record.entries)
