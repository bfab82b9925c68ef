"""A record follows what a named source says over several messages: newer versions, deletions, names sent apart."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from careloom import pipeline
from careloom.care.entry import Entry
from careloom.pipeline import Pipeline, Report
from careloom.settings import Settings
from careloom.store.clock import now

Resource = dict[str, Any]
MARTA = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Quill", "given": ["Marta"]}],
    "birthDate": "1949-06-30",
    "gender": "female",
}
EARLY, LATE = {"lastUpdated": "2026-05-01T10:00:00Z"}, {"lastUpdated": "2026-05-02T10:00:00Z"}


@pytest.fixture
def desk(db: None, home: Path, key: str) -> Pipeline:
    return pipeline.build(Settings(home=home, encryption_key=key), now)


Send = Callable[..., Report]


@pytest.fixture
def send(desk: Pipeline, tmp_path: Path) -> Send:
    """Connect resources as one NDJSON file of that name."""

    def connect(name: str, *found: Resource, source: str | None = "mercy") -> Report:
        file = tmp_path / f"{name}.ndjson"
        file.write_text(
            "".join(json.dumps(one) + "\n" for one in (found if len(found) > 1 else (*found, PADDING)))
        )
        return desk.connect([file], source=source)

    return connect


PADDING = {"resourceType": "Organization", "id": "o1", "name": "Mercy"}


def about(kind: str, id: str, **given: Any) -> Resource:
    return {"resourceType": kind, "id": id, "subject": {"reference": "Patient/p1"}, **given}


def order(status: str, **given: Any) -> Resource:
    drug = {"text": "metformin 500 mg"}
    return about(
        "MedicationRequest", "m1", status=status, intent="order", medicationCodeableConcept=drug, **given
    )


def hers(desk: Pipeline, kind: str) -> list[Entry]:
    (patient,) = desk.store.patients.all()
    return [one for one in desk.store.entries.of(patient) if one.kind == kind]


def deletion(*addresses: str, **given: Any) -> Resource:
    entry = [{"request": {"method": "DELETE", "url": one}} for one in addresses]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entry, **given}


def test_an_order_that_was_stopped_is_no_second_order(desk: Pipeline, send: Send) -> None:
    send("may", MARTA, order("active", meta=EARLY))
    send("june", MARTA, order("stopped", meta=LATE))
    assert [one.status for one in hers(desk, "MedicationRequest")] == ["stopped"]
    desk.replay()
    assert [one.status for one in hers(desk, "MedicationRequest")] == ["stopped"]


def test_an_older_export_that_comes_late_changes_nothing(desk: Pipeline, send: Send) -> None:
    send("june", MARTA, order("stopped", meta=LATE))
    send("may", MARTA, order("active", meta=EARLY))
    assert [one.status for one in hers(desk, "MedicationRequest")] == ["stopped"]


def test_without_a_named_source_or_a_time_two_files_are_two_statements(desk: Pipeline, send: Send) -> None:
    send("a", MARTA, order("active", meta=EARLY), source=None)
    send("b", MARTA, order("stopped", meta=LATE), source=None)
    assert len(hers(desk, "MedicationRequest")) == 2
    send("c", MARTA, order("active"))
    send("d", MARTA, order("stopped"))
    assert len(hers(desk, "MedicationRequest")) == 4


def test_what_a_notes_text_says_goes_with_its_older_version(desk: Pipeline, send: Send) -> None:
    def note(text: str, meta: Resource) -> Resource:
        # base64 of short texts that tell a need
        import base64

        data = base64.b64encode(text.encode()).decode()
        content = [{"attachment": {"contentType": "text/plain", "data": data}}]
        return about(
            "DocumentReference", "d1", status="current", date="2026-05-01", content=content, meta=meta
        )

    send("a", MARTA, note("She was evicted and is homeless.", EARLY))
    before = len(hers(desk, "Observation")) + len(hers(desk, "Condition"))
    send("b", MARTA, note("She has moved into her own flat.", LATE))
    assert before > 0
    assert not [
        one
        for kind in ("Observation", "Condition")
        for one in hers(desk, kind)
        if "evicted" in str(one.detail)
    ]
    assert len(hers(desk, "DocumentReference")) == 1


def test_what_was_deleted_is_withdrawn_from_the_record(desk: Pipeline, send: Send) -> None:
    send(
        "may",
        MARTA,
        order("active", meta=EARLY),
        about("Condition", "c1", code={"text": "asthma"}, meta=EARLY),
    )
    report = send("deleted", deletion("MedicationRequest/m1", "Observation/9"), meta_padding())
    assert report.deleted == 2
    assert report.rejected == []
    (patient,) = desk.store.patients.all()
    record = desk.record("test", patient)
    assert [one.kind for one in record.withdrawn] == ["MedicationRequest"]
    assert "deleted at its source" in record.withdrawn[0].detail["note"]
    assert [one.kind for one in record.entries if one.kind == "Condition"] == ["Condition"]
    desk.replay()
    assert [one.kind for one in desk.record("test", patient).withdrawn] == ["MedicationRequest"]


def meta_padding() -> Resource:
    return deletion(meta=LATE)


def test_a_deletion_in_a_history_is_followed_and_older_versions_are_not_read(
    desk: Pipeline, send: Send, tmp_path: Path
) -> None:
    send("may", MARTA, order("active", meta=EARLY))
    entry = [
        {
            "request": {"method": "DELETE", "url": "MedicationRequest/m1"},
            "response": {"status": "204", "lastModified": LATE["lastUpdated"]},
        },
        {
            "request": {"method": "PUT", "url": "MedicationRequest/m1"},
            "resource": order("active", meta=EARLY),
        },
    ]
    file = tmp_path / "history.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "history", "entry": entry}))
    report = desk.connect([file], source="mercy")
    assert report.unknown == {"MedicationRequest (earlier version)": 1}
    assert [one.status for one in hers(desk, "MedicationRequest")] == ["entered-in-error"]


def test_a_deletion_that_cannot_be_followed_is_named(send: Send) -> None:
    report = send("deleted", deletion("Observation?status=final"), meta_padding())
    (rejected,) = report.rejected
    assert rejected["where"] == "line 1.entry[0]"
    assert "deletes what a search finds" in rejected["reason"]
    assert send("unnamed", deletion("Observation/1"), meta_padding(), source=None).unknown == {
        "deletion by an unnamed sender": 1
    }


def test_a_drug_that_is_sent_in_a_file_of_its_own_is_named_in_the_order(desk: Pipeline, send: Send) -> None:
    coding = {
        "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "code": "860975",
        "display": "metformin",
    }
    refers = about(
        "MedicationRequest",
        "m1",
        status="active",
        intent="order",
        medicationReference={"reference": "Medication/7"},
    )
    report = send("orders", MARTA, refers)
    assert [one["reason"] for one in report.rejected] == ["names a drug that nobody has sent yet"]
    report = send("drugs", {"resourceType": "Medication", "id": "7", "code": {"coding": [coding]}}, PADDING)
    assert report.rejected == []
    (entry,) = hers(desk, "MedicationRequest")
    assert entry.codes[0].code == "860975"
    assert desk.store.messages.rejections() == ()


def test_reasons_and_who_wrote_it_are_known_across_files(desk: Pipeline, send: Send) -> None:
    send("conditions", MARTA, about("Condition", "c1", code={"text": "type 2 diabetes"}, meta=EARLY))
    refers = order("active", meta=EARLY, reasonReference=[{"reference": "Condition/c1"}])
    provenance = {
        "resourceType": "Provenance",
        "id": "v1",
        "target": [{"reference": "Condition/c1"}],
        "recorded": "2026-05-01T10:00:00Z",
        "agent": [{"who": {"display": "Dr. Osei"}}],
    }
    report = send("orders", refers, provenance)
    assert report.rejected == []
    assert hers(desk, "MedicationRequest")[0].detail["reason"] == "type 2 diabetes"
    assert hers(desk, "Provenance")[0].detail["author"] == "Dr. Osei"


def test_what_waits_for_another_file_is_told_once(desk: Pipeline, send: Send) -> None:
    provenance = {"resourceType": "Provenance", "id": "v1", "target": [{"reference": "Condition/c9"}]}
    assert len(send("a", provenance, PADDING).rejected) == 1
    assert send("b", MARTA).rejected == []
    assert [one.error for one in desk.store.messages.rejections()] == ["UnknownReference"]
