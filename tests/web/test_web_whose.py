"""A fax that names nobody is nobody's until somebody who has looked at it says whose it is; and that can be undone."""

import shutil
from dataclasses import replace

import pytest
from django.test import Client

from careloom.errors import InputError
from careloom.store.models import AuditEvent
from careloom.web.present.whose import offered
from tests.connect.scanned import image, pdf
from tests.web.desk import PASSWORD, row_of, signed_in
from tests.web.people import DOCUMENT, PROPOSAL

MARTA = "Patient: Marta Quill\nBirth date: 1949-06-30\nMRN: Q-778\nMRN system: urn:clinic\n\nLives alone.\n"
BORIS = "Patient: Boris Quillan\nBirth date: 1951-01-02\nMRN: Q-902\nMRN system: urn:clinic\n\nLives alone.\n"
NAMELESS = (
    "She takes metoprolol 50 mg twice a day.\nShe is allergic to penicillin: hives.\nSeen again in May.\n"
)
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


@pytest.fixture
def people(real, tmp_path):
    """The ids of Marta and Boris."""
    found = []
    for name, note in (("marta", MARTA), ("boris", BORIS)):
        (tmp_path / f"{name}.txt").write_text(note)
        found += real.connect([tmp_path / f"{name}.txt"], source="clinic").patients
    return found


@pytest.fixture
def fax(real, people, tmp_path):
    """The id of a PDF whose text names nobody."""
    return came(real, tmp_path, pdf(NAMELESS))


def came(real, tmp_path, data):
    (tmp_path / "fax").write_bytes(data)
    assert real.connect([tmp_path / "fax"], source="lakeside").rejected
    return real.assigning.waiting()[0].message


def drugs(real, patient):
    return [one.name for one in real.record("operator", patient).medications]


def test_a_fax_of_nobody_is_in_no_record_and_stands_on_the_page(real, people, fax):
    assert all("metoprolol" not in drugs(real, one) for one in people)
    page = signed_in("cam").get("/scans").content.decode()
    assert "1 scan of nobody whom we know" in page
    assert signed_in("cam").get(f"/whose/{fax}/1.png").content.startswith(b"\x89PNG")


def test_a_coordinator_finds_her_by_name_or_number_and_says_that_it_is_hers(real, people, fax):
    marta, boris = people
    cam = signed_in("cam")
    for words in ("Quill Marta", "q-778", "1949-06-30"):
        page = cam.post(f"/whose/{fax}", {"words": words}).content.decode()
        assert marta in page and boris not in page
    assert marta in cam.post(f"/whose/{fax}", {"words": "quill"}).content.decode()
    assert cam.post(f"/whose/{fax}/assign", {"patient": marta}).status_code == 302
    assert drugs(real, marta) == ["metoprolol"]
    assert not drugs(real, boris)
    assert real.assigning.waiting() == ()
    assert real.dead_letters.all() == ()
    assert AuditEvent.objects.filter(action="assign", patient=marta).count() == 1


def test_it_is_taken_back_whole_and_given_to_the_right_one(real, people, fax):
    marta, boris = people
    cam = signed_in("cam")
    cam.post(f"/whose/{fax}/assign", {"patient": boris})
    assert "Undo" in cam.get(f"/scans?done=assigned&scan={fax}").content.decode()
    cam.post(f"/whose/{fax}/back")
    assert not drugs(real, boris)
    assert [one.message for one in real.assigning.waiting()] == [fax]
    cam.post(f"/whose/{fax}/assign", {"patient": marta})
    real.replay()
    assert (drugs(real, marta), drugs(real, boris)) == (["metoprolol"], [])


def test_nobody_is_taken_for_another_since_a_scan_was_assigned_to_them(real, people, tmp_path):
    marta, _ = people
    stranger = (
        "Patient Name: Ada Moreno\nDate of Birth: 03/02/1965\nShe takes metoprolol 50 mg twice a day.\n"
    )
    message = came(
        real, tmp_path, pdf("Somebody's letter, who takes metoprolol 50 mg daily and feels well now.\n")
    )
    real.assigning.assign(
        next(one for one in real.store.users.all() if one.role == "registered_nurse"), message, marta
    )
    (tmp_path / "other.pdf").write_bytes(pdf(stranger))
    assert marta not in real.connect([tmp_path / "other.pdf"], source="lakeside").patients


@needs_tesseract
def test_an_image_that_names_her_by_a_number_alone_waits_and_what_it_says_waits_again(real, people, tmp_path):
    marta, _ = people
    message = came(real, tmp_path, image("MRN: Q-778\n" + NAMELESS))
    assert not drugs(real, marta)
    signed_in("rosa").post(f"/whose/{message}/assign", {"patient": marta})
    assert not drugs(real, marta)
    drug = next(one.entry for one in real.scans.waiting() if one.entry.kind == "MedicationStatement")
    signed_in("rosa").post(f"/scans/{drug.id}/confirm", {"said": "right"})
    assert drugs(real, marta) == ["metoprolol"]


def test_a_scan_of_two_people_is_given_to_nobody(real, people, tmp_path):
    two = (
        "Patient Name: Marta Quill\nDate of Birth: 06/30/1949\nDate of Birth: 01/02/1951\nMetoprolol 50 mg.\n"
    )
    message = came(real, tmp_path, pdf(two))
    answer = signed_in("cam").post(f"/whose/{message}/assign", {"patient": people[0]})
    assert (answer.status_code, "more than one person" in answer.content.decode()) == (422, True)
    assert real.assigning.assigned() == ()


def test_who_does_not_work_with_patients_sees_and_says_nothing(real, people, fax):
    real.store.users.create("quinn", name="Q. Audit", role="auditor", password=PASSWORD)
    assert Client().get(f"/whose/{fax}").status_code == 302
    quinn = signed_in("quinn")
    for answer in (
        quinn.get(f"/whose/{fax}"),
        quinn.get(f"/whose/{fax}/1.png"),
        quinn.post(f"/whose/{fax}/assign", {"patient": people[0]}),
        quinn.post(f"/whose/{fax}/back"),
    ):
        assert answer.status_code == 403
    with pytest.raises(InputError):
        real.assigning.find("0" * 64)


def test_of_a_long_queue_the_first_are_offered_and_it_says_how_many_more_there_are(real, people, fax):
    found = {
        one: row_of(
            replace(PROPOSAL, document=replace(DOCUMENT, patient=str(one))),
            True,
            name=f"P{one}",
            birth_date="1950",
        )
        for one in range(11)
    }
    first, more = offered((*found.values(), *found.values()), 11)
    assert [one.label for one in first] == [f"P{one} · 1950" for one in range(8)]
    assert more == 3
    for one in people:
        real.propose("operator", one)
    assert "more of the queue" not in signed_in("cam").get(f"/whose/{fax}").content.decode()
