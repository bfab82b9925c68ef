"""A message about somebody whose number is another's: the page shows both, takes a person's word, and takes it back."""

from pathlib import Path

import pytest

from careloom.pipeline import Pipeline
from tests.connect.hl7 import hl7
from tests.flow.feed import Sends, feed
from tests.flow.test_merging import LATEX, NUTS, PENICILLIN, allergies, merge
from tests.flow.test_used_again import IVER, MISTYPED, arrives, waits
from tests.web.desk import PASSWORD, signed_in


@pytest.fixture
def desk(real):
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path) -> Sends:
    return feed(desk, tmp_path)


@pytest.fixture
def marta(sends) -> str:
    (patient,) = sends(hl7("ADT^A01", PENICILLIN)).patients
    return patient


def test_the_list_and_the_page_name_her_and_not_her_id(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    cam = signed_in("cam")
    for address in ("/rejected", f"/rejected/{waits(desk)}", f"/rejected/{waits(desk)}/who"):
        shown = cam.get(address).content.decode()
        assert "the birth date differs (Marta Jo Quill Jr · 1949-06-30)" in shown
        assert marta not in shown.split("<form")[0]
    assert "Iver Ost · 1950-01-12" in shown
    assert "H-778 (HARBOR)" in shown


def test_somebody_new_is_said_and_undone(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    message, cam = waits(desk), signed_in("cam")
    who = f"/rejected/{message}/who"
    assert "say why" in cam.post(f"{who}/say", {"patient": "new", "why": " "}).content.decode()
    answer = cam.post(f"{who}/say", {"patient": "new", "why": "used again"}, follow=True).content.decode()
    assert "Somebody new was founded" in answer
    assert len(desk.store.patients.all()) == 2
    listed = cam.get("/people").content.decode()
    assert "<strong>Iver Ost · 1950-01-12</strong> is somebody new" in listed
    assert "Used again." in listed
    assert "on the list again" in cam.post(f"{who}/back", follow=True).content.decode()
    assert len(desk.store.patients.all()) == 1
    assert waits(desk) == message
    assert "Nothing was taken back" in cam.post(f"{who}/back", follow=True).content.decode()


def test_it_is_this_patient_or_one_whom_a_search_finds(desk, sends, marta):
    (iver,) = sends(arrives("ADT^A01", NUTS, IVER.replace("H-778", "N-1")), source="northgate").patients
    sends(arrives("ADT^A01", LATEX, MISTYPED), arrives("ADT^A01", LATEX, IVER, "C-2"))
    message, rosa = waits_of_two(desk), signed_in("rosa")
    first, second = desk.refusals.waiting(desk.store.users.reviewer("rosa"), message)
    who = f"/rejected/{message}/who"
    rosa.post(f"{who}/say", {"patient": marta, "key": first.key, "why": "her passport"})
    assert allergies(desk, marta) == {"Penicillin", "Latex"}
    found = rosa.post(who, {"words": "ost", "key": second.key}).content.decode()
    assert f'value="{iver}">It is Iver Ost' in found
    rosa.post(f"{who}/say", {"patient": iver, "key": second.key, "why": "his licence"})
    assert allergies(desk, iver) == {"Nuts", "Latex"}
    assert desk.store.messages.rejections() == ()


def waits_of_two(desk) -> str:
    (message,) = {one.message for one in desk.store.messages.rejections()}
    return message


def test_the_second_of_two_tabs_is_told_that_it_was_decided(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    message, cam, rosa = waits(desk), signed_in("cam"), signed_in("rosa")
    (one,) = desk.refusals.waiting(desk.store.users.reviewer("rosa"), message)
    said = {"patient": "new", "key": one.key, "why": "asked"}
    cam.post(f"/rejected/{message}/who/say", said)
    answer = rosa.post(f"/rejected/{message}/who/say", {**said, "patient": marta}, follow=True)
    assert "Somebody had decided it meanwhile" in answer.content.decode()
    assert allergies(desk, marta) == {"Penicillin"}


def test_who_may_not_decide_is_told_who_may_and_an_address_alone_decides_nothing(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    who = f"/rejected/{waits(desk)}/who"
    cam = signed_in("cam")
    assert cam.get(f"{who}/say").status_code == 405
    assert cam.get(f"/rejected/{'0' * 64}/who").status_code == 404
    desk.store.users.create("pia", name="P. Ray", role="pharmacist", password=PASSWORD)
    pia = signed_in("pia")
    assert pia.get(who).status_code == 403
    assert pia.post(f"{who}/say", {"patient": "new", "why": "x"}).status_code == 403
    assert len(desk.store.patients.all()) == 1


def test_a_contradicted_merge_names_both_and_leads_to_the_pair(desk, sends, marta):
    sends(hl7("ADT^A01", NUTS, pid=IVER.replace("H-778", "H-900")))
    sends(merge(prior="H-900"))
    (pair,) = desk.people.waiting()
    shown = signed_in("cam").get("/rejected").content.decode()
    assert f'<a href="/people/{pair.id}">Compare the two</a>' in shown
    assert "Iver Ost · 1950-01-12" in shown
    assert "Say who it is" not in shown
    desk.store.users.create("ada", name="A. Root", role="administrator", password=PASSWORD)
    assert "Iver" not in signed_in("ada").get("/rejected").content.decode()
