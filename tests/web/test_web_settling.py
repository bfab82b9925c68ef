"""A physician settles in place what sources disagree on; a nurse is told who does and asks her; both say before what they do."""

import json
import re
from datetime import date

import pytest

from careloom.care.record import PatientRecord
from careloom.pipeline.settling import Said
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.record.sources import allergy, order, sct
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def her(real, tmp_path) -> str:
    """Lisinopril in two doses, and a penicillin allergy that one clinic refutes beside amoxicillin."""
    sent = {
        "clinic": (
            order("Lisinopril 20 MG Oral Tablet", dosageInstruction=[{"text": "20 mg once daily"}]),
            allergy(sct("91936005", "Allergy to penicillin"), reaction=[{"manifestation": [{"text": "rash"}]}]),
            order("Amoxicillin 500 MG Oral Capsule", dosageInstruction=[{"text": "500 mg three times a day"}]),
        ),
        "heart": (
            order("Lisinopril 10 MG Oral Tablet", dosageInstruction=[{"text": "10 mg once daily"}]),
            allergy(sct("91936005", "Allergy to penicillin"), "2026-10-05", verified="refuted"),
        ),
    }  # fmt: skip
    for source, resources in sent.items():
        file = tmp_path / f"{source}.json"
        file.write_bytes(body(bundle(patient(), *resources)))
        (found,) = real.connect([file], source=source).patients
    return found


def text(answer) -> str:
    """A page without the marks that keep a number and its unit on one line."""
    return re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", answer.content.decode())


def record_of(real, her) -> PatientRecord:
    return real.record("operator", her)


def dispute(real, her, family="drug"):
    osei = real.store.users.reviewer("osei")
    return next(one for one in real.settling.open(osei, her) if one.family == family)


def choice(found, words: str) -> str:
    return next(one.value for one in found.choices if one.words == words)


def test_a_physician_chooses_sees_what_follows_proves_who_she_is_and_it_is_settled(real, her):
    osei, found = signed_in("osei"), dispute(real, her)
    medicines = text(osei.get(f"/patients/{her}/medications"))
    assert f'href="/patients/{her}/settle/{found.key}"' in medicines
    address = f"/patients/{her}/settle/{found.key}"
    shown = text(osei.get(address))
    assert "20 mg once daily" in shown and "10 mg once daily" in shown
    assert "clinic on 2026-10-01" in shown
    said = {"choice": choice(found, "20 mg once daily"), "reason": "as she and I agreed", "other": ""}
    then = text(osei.post(address, {"step": "look", **said}))
    assert "If you settle it so" in then and "Your password" in then
    assert record_of(real, her).settled == ()
    reads = re.findall(r'name="read" value="(\w+)"', then)
    wrong = osei.post(address, {"step": "settle", **said, "read": reads, "password": "not mine at all"})
    assert wrong.status_code == 403 and "Nothing was settled" in text(wrong)
    assert record_of(real, her).settled == ()
    done = osei.post(address, {"step": "settle", **said, "read": reads, "password": PASSWORD}, follow=True)
    shown = text(done)
    assert (
        "Settled: lisinopril" in shown and "as she and I agreed" in shown and "clinic on 2026-10-01" in shown
    )
    assert [one.choice for one in record_of(real, her).settled] == ["20 mg once daily"]
    after = text(osei.get(f"/patients/{her}/medications"))
    assert "Settled: 20 mg once daily, by" in after and "doses in conflict" not in after
    # Undo is offered on the same page.
    ruling = re.search(r'name="ruling" value="(\w+)"', shown)
    assert ruling is not None
    back = osei.post(f"{address}/undo", {"ruling": ruling[1], "back": found.key}, follow=True)
    assert "it is open again" in text(back)
    assert record_of(real, her).settled == ()


def test_an_allergy_that_another_list_only_lacks_is_not_told_as_a_disagreement(real, tmp_path):
    latex = allergy({"text": "Latex"})
    for source, resources in {"clinic": (latex, allergy({"text": "Penicillin"})), "heart": (latex,)}.items():
        file = tmp_path / f"{source}.json"
        file.write_bytes(body(bundle(patient(), *resources)))
        (who,) = real.connect([file], source=source).patients
    found = dispute(real, who, "allergy")
    shown = text(signed_in("osei").get(f"/patients/{who}/settle/{found.key}"))
    assert "Not on every list: Penicillin" in shown and "The sources disagree" not in shown
    assert "the list of heart does not mention it" in shown
    listed = text(signed_in("osei").get(f"/patients/{who}/allergies"))
    assert "the list of heart does not mention it" in listed and "isagree" not in listed


def test_a_high_finding_is_read_before_it_is_settled(real, her):
    osei, found = signed_in("osei"), dispute(real, her, "allergy")
    address = f"/patients/{her}/settle/{found.key}"
    said = {"choice": "allergy", "reason": "she had hives again"}
    then = text(osei.post(address, {"step": "look", **said}))
    reads = re.findall(r'name="read" value="(\w+)"', then)
    assert reads and "Amoxicillin is current, and an allergy" in then
    refused = osei.post(address, {"step": "settle", **said, "password": PASSWORD})
    assert refused.status_code == 422 and "you have read it" in text(refused)
    assert record_of(real, her).settled == ()
    osei.post(address, {"step": "settle", **said, "read": reads, "password": PASSWORD})
    assert [one.choice for one in record_of(real, her).settled] == ["an allergy"]


def test_a_removed_allergy_stands_among_what_is_no_longer_held_to_be_one(real, her):
    osei, found = signed_in("osei"), dispute(real, her, "allergy")
    address = f"/patients/{her}/settle/{found.key}"
    said = {"choice": "tolerated", "reason": "tolerated amoxicillin last year"}
    osei.post(address, {"step": "settle", **said, "password": PASSWORD})
    shown = text(osei.get(f"/patients/{her}/allergies"))
    assert "No longer held to be one" in shown and "no allergy: the drug was tolerated, by" in shown


def test_a_nurse_is_told_who_settles_it_and_asks_with_one_tap(real, her):
    rosa, found = signed_in("rosa"), dispute(real, her)
    shown = text(rosa.get(f"/patients/{her}/medications"))
    name = real.store.users.reviewer("osei").name
    assert f"{name} settles this: it chooses a dose." in shown and ">Settle</a>" not in shown
    assert f"<button>Ask {name}</button>" in shown
    whom = real.store.users.reviewer("osei").user
    words = "She takes one of the small ones."
    (name, *_) = re.findall(r'name="form" value="(\w{32})"', shown)
    address, said = f"/patients/{her}/settle/{found.key}/ask", {"whom": whom, "words": words, "form": name}
    asked = rosa.post(address, said, follow=True)
    assert "it stands on the list" in text(asked) and words in text(asked)
    assert rosa.post(address, said).status_code == 409 and len(real.store.rulings.asked([whom])) == 1
    panel = signed_in("osei").get("/panel").content.decode()
    assert "asks you to settle what sources disagree on" in panel
    assert f'href="/patients/{her}/settle/{found.key}"' in panel
    assert "ask" in signed_in("osei").get("/notices").content.decode()


def test_a_nurse_who_sends_the_form_all_the_same_is_refused_in_words(real, her):
    rosa, found = signed_in("rosa"), dispute(real, her)
    said = {"choice": choice(found, "20 mg once daily"), "reason": "as agreed", "password": PASSWORD}
    answer = rosa.post(f"/patients/{her}/settle/{found.key}", {"step": "settle", **said})
    assert answer.status_code == 403
    assert "A physician settles this: it chooses a dose. Nothing was settled." in text(answer)
    assert record_of(real, her).settled == ()


def test_an_expired_licence_settles_nothing(real, her):
    real.store.users.create(
        "old", role="physician", password=PASSWORD, licence=Licence("MA", "MD9", date(2020, 1, 1))
    )
    found = dispute(real, her)
    said = {"choice": choice(found, "20 mg once daily"), "reason": "as agreed", "password": PASSWORD}
    answer = signed_in("old").post(f"/patients/{her}/settle/{found.key}", {"step": "settle", **said})
    assert answer.status_code == 403 and "licence expired" in text(answer)


def test_the_evidence_of_a_plans_line_offers_it_too(real, her):
    plan = real.propose("operator", her, model="none")
    line = next(one for one in plan.document.statements if "differ on the dose" in one.text)
    address = f"/review/{plan.id}/evidence/{line.id}"
    found = dispute(real, her)
    assert (
        f'href="/patients/{her}/settle/{found.key}"'
        in signed_in("osei").get(address, headers=HTMX).content.decode()
    )
    for_rosa = signed_in("rosa").get(address, headers=HTMX).content.decode()
    assert "settles this: it chooses a dose" in for_rosa and "Record what the patient says" in for_rosa


def test_what_nobody_disputes_has_no_page(real, her):
    osei = signed_in("osei")
    assert osei.get(f"/patients/{her}/settle/{'0' * 32}").status_code == 404
    assert osei.post(f"/patients/{her}/settle/{'0' * 32}", {"step": "look"}).status_code in (404, 409)


def send(client, address, body):
    return client.post(f"/api{address}", json.dumps(body), content_type="application/json")


def test_a_program_lists_what_is_disputed_asks_and_a_physician_settles_by_her_password(real, her):
    osei, rosa = signed_in("osei"), signed_in("rosa")
    address = f"/patients/{her}/disputes"
    (drug,) = [one for one in rosa.get(f"/api{address}").json()["disputes"] if one["family"] == "drug"]
    said = {"choice": drug["choices"][0]["value"], "reason": "as she and I agreed"}
    one = f"{address}/{drug['id']}"
    whom = real.store.users.reviewer("osei").user
    assert send(rosa, f"{one}/ask", {"whom": whom}).json()["id"]
    refused = send(rosa, f"{one}/settle", {**said, "password": PASSWORD})
    assert refused.status_code == 403 and "it chooses a dose" in refused.content.decode()
    assert send(osei, f"{one}/settle", {**said, "preview": True}).json()["settled"] == ""
    assert send(osei, f"{one}/settle", {**said, "password": "not mine at all"}).status_code == 403
    read = [
        found["id"] for found in send(osei, f"{one}/settle", {**said, "preview": True}).json()["findings"]
    ]
    done = send(osei, f"{one}/settle", {**said, "password": PASSWORD, "read": read}).json()
    after = rosa.get(f"/api{address}").json()
    assert [one["id"] for one in after["settled"]] == [done["settled"]]
    assert [one["family"] for one in after["disputes"]] == ["allergy"]
    assert send(osei, f"{one}/settle", {**said, "password": PASSWORD}).status_code == 409
    undone = send(osei, f"/patients/{her}/settled/{done['settled']}/undo", {})
    assert undone.json()["id"] == done["settled"]
    assert len(rosa.get(f"/api{address}").json()["disputes"]) == 2


def test_the_page_of_what_stands_settled_tells_that_its_source_ended_the_order_since(real, her, tmp_path):
    osei, found = real.store.users.reviewer("osei"), dispute(real, her)
    said = Said(choice(found, "20 mg once daily"), "as she told me")
    real.settling.settle(
        osei, her, found.key, said, real.settling.preview(osei, her, found.key, said).to_read
    )
    (own,) = record_of(real, her).settled[0].own
    file = tmp_path / "ended.json"
    ended = order("Lisinopril 20 MG Oral Tablet", status="completed")
    file.write_bytes(body(bundle(patient(), ended)))
    before = text(signed_in("osei").get(f"/patients/{her}/settle/{own}"))
    real.connect([file], source="clinic")
    after = text(signed_in("osei").get(f"/patients/{her}/settle/{own}"))
    told = "Since then:</b> completed in clinic (ordered 2026-10-01)"
    assert (told in before, told in after) == (False, True)
