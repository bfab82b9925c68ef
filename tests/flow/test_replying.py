"""What a patient writes back: urgent words page somebody before anything else, STOP is honoured, the rest waits for a person."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest

from careloom.care.document import Reviewer
from careloom.care.entry import REPLIES
from careloom.care.sending import State
from careloom.errors import ConfigError, InputError, NotLicensed
from careloom.pipeline.paging import chain
from careloom.pipeline.replying import Replying, _envelope
from tests.connect.made import about, coded
from tests.flow.letters import Site

pytestmark = pytest.mark.django_db
PEOPLE = "R. Blake <blake@harbor.example>; Dr. Osei <osei@harbor.example>"


@pytest.fixture
def site(home: Path, key: str) -> Site:
    home.mkdir()
    return Site(home, key=key, settings={"urgent_people": PEOPLE})


@pytest.fixture
def marta(site) -> str:
    return site.sends()


def outbox(site: Site, channel: str) -> list[str]:
    folder = site.home / "outbox" / channel / "new"
    return [one.read_text() for one in sorted(folder.iterdir())] if folder.exists() else []


def told(site: Site) -> list[str]:
    return [
        line for one in outbox(site, "pages/email") for line in one.splitlines() if line.startswith("To: ")
    ]


def an_hour_on(site: Site) -> None:
    """After what was stored in this test, which bears the machine's own time."""
    site.clock.now = site.clock.now.now(site.clock.now.tzinfo) + timedelta(hours=1)


def says(site: Site, who: str, text: str, channel="text"):
    return site.desk.replying.take(text.encode(), channel, patient=who)


def test_chest_pain_pages_the_first_at_once_and_is_answered_with_emergency_numbers_alone(site, marta):
    reply = says(site, marta, "I have had chest pain since this morning")
    assert (reply.kind, reply.language) == ("urgent", "en")
    (page,) = site.desk.store.pages.waiting()
    assert (page.patient, page.cause, page.reference) == (marta, "reply", reply.message)
    assert page.words == "A reply speaks of chest pain or pressure"
    assert told(site) == ["To: blake@harbor.example"]
    assert not any(word in "".join(outbox(site, "pages/email")) for word in ("Marta", "Quill", "chest pain"))
    (answer,) = (json.loads(one) for one in outbox(site, "text"))
    assert answer["to"] == "+15555550142"
    assert answer["text"].startswith("If this is an emergency, call 911 now.")
    assert "988" in answer["text"]
    assert not site.desk.store.proposals.of(marta)


def test_in_spanish_it_is_answered_in_spanish_and_in_an_unknown_language_in_both(site, marta):
    assert says(site, marta, "me duele el pecho y no puedo respirar").language == "es"
    (answer,) = (json.loads(one)["text"] for one in outbox(site, "text"))
    assert answer.startswith("Si es una emergencia, llame al 911 ahora.")
    says(site, marta, "suicide tôi buồn quá")
    both = [json.loads(one)["text"] for one in outbox(site, "text")]
    assert any("call 911" in one and "llame al 911" in one for one in both)


def test_until_somebody_takes_it_the_next_is_told_and_after_the_last_the_first_again(site, marta):
    says(site, marta, "quiero morirme")
    for minutes, people in ((9, 1), (2, 2), (5, 2), (6, 3)):
        site.clock.later(minutes=minutes)
        site.desk.paging.escalate()
        assert len(told(site)) == people
    assert sorted(told(site)) == ["To: blake@harbor.example"] * 2 + ["To: osei@harbor.example"]
    (page,) = site.desk.store.pages.waiting()
    nora, osei = nurse("nora"), nurse("osei")
    site.desk.paging.acknowledge(nora, page.id)
    site.clock.later(minutes=59)
    assert site.desk.paging.escalate() == 0
    assert not site.desk.store.pages.waiting()
    again = site.desk.paging.acknowledge(osei, page.id)
    assert [step.whom for step in again.steps if step.what == "acknowledged"] == ["nora"]


def nurse(user: str, role: str = "registered_nurse") -> Reviewer:
    return Reviewer(user, role)


def taken_page(site, marta):
    says(site, marta, "quiero morirme")
    (page,) = site.desk.store.pages.waiting()
    return site.desk.paging.acknowledge(nurse("nora"), page.id)


def test_a_page_of_which_nobody_wrote_in_time_what_was_done_is_nobodys_again_and_told_to_the_next(
    site, marta
):
    page = taken_page(site, marta)
    before = len(told(site))
    site.clock.later(minutes=60)
    assert site.desk.paging.escalate() == 1
    assert len(told(site)) == before + 1
    (again,) = site.desk.store.pages.waiting()
    assert [step.what for step in again.steps][-2:] == ["lapsed", "told"]
    site.desk.paging.finish(nurse("osei"), page.id, "Reached her sister, 988 is with her")
    site.clock.later(hours=9)
    assert site.desk.paging.escalate() == 0
    assert site.desk.store.pages.unfinished() == ()
    (last,) = [step for step in site.desk.store.pages.get(page.id).steps if step.what == "outcome"]
    assert last.whom == "Reached her sister, 988 is with her"


def test_whoever_took_a_page_gives_it_back_and_the_next_is_told_at_once(site, marta):
    page = taken_page(site, marta)
    before = len(told(site))
    with pytest.raises(InputError, match="only who holds"):
        site.desk.paging.give_back(nurse("osei"), page.id)
    assert site.desk.paging.give_back(nurse("nora"), page.id).is_open
    assert len(told(site)) == before + 1
    with pytest.raises(InputError, match="only who holds"):
        site.desk.paging.give_back(nurse("nora"), page.id)


@pytest.mark.parametrize(
    "role", ["community_health_worker", "medical_assistant", "care_coordinator", "dietitian", "auditor"]
)
def test_who_may_not_act_on_a_danger_takes_no_page_and_ends_none(site, marta, role):
    says(site, marta, "quiero morirme")
    (page,) = site.desk.store.pages.waiting()
    with pytest.raises(NotLicensed, match="a nurse, a physician"):
        site.desk.paging.acknowledge(nurse("milo", role), page.id)
    with pytest.raises(NotLicensed):
        site.desk.paging.finish(nurse("milo", role), page.id, "fine")
    assert site.desk.store.pages.get(page.id).is_open


@pytest.mark.parametrize("role", ["registered_nurse", "practical_nurse", "physician", "pharmacist"])
def test_whoever_has_a_licence_that_expired_takes_no_page_and_ends_none(site, marta, role):
    says(site, marta, "quiero morirme")
    (page,) = site.desk.store.pages.waiting()
    today = site.desk.paging.clock().date()
    lapsed = Reviewer("olga", role, "MA:X1", f"{today - timedelta(days=1)}")
    for does in (
        lambda: site.desk.paging.acknowledge(lapsed, page.id),
        lambda: site.desk.paging.finish(lapsed, page.id, "fine"),
        lambda: site.desk.paging.called(lapsed, page.id, reached=True),
    ):
        with pytest.raises(NotLicensed, match="somebody else takes"):
            does()
    assert site.desk.store.pages.get(page.id).is_open
    last_day = Reviewer("olga", role, "MA:X1", f"{today}")
    assert not site.desk.paging.acknowledge(last_day, page.id).is_open


def test_a_page_is_not_over_without_words_of_what_was_done(site, marta):
    page = taken_page(site, marta)
    with pytest.raises(InputError, match="what was done"):
        site.desk.paging.finish(nurse("nora"), page.id, "  ")
    assert not site.desk.store.pages.get(page.id).is_done


def test_whoever_cannot_be_told_is_passed_over_at_once(site, marta):
    site.settings["urgent_people"] = "R. Blake <not an address@>; Dr. Osei <osei@harbor.example>"
    says(site, marta, "he hit me")
    (page,) = site.desk.store.pages.waiting()
    assert [(step.what, step.whom) for step in page.steps] == [
        ("told", "R. Blake"),
        ("failed", "R. Blake"),
        ("told", "Dr. Osei"),
    ]


def test_with_nobody_named_it_still_stands_on_the_page(site, marta):
    site.settings["urgent_people"] = ""
    says(site, marta, "I took too many pills")
    (page,) = site.desk.store.pages.waiting()
    assert page.steps == ()
    with pytest.raises(ConfigError, match="CARELOOM_URGENT_PEOPLE"):
        chain("R. Blake")


def test_stop_cancels_what_waits_and_start_takes_it_back(site, marta):
    waits = site.delivering.queue("nora", site.released(marta).id, "text")
    assert says(site, marta, "ALTO").kind == "stop"
    assert site.delivering.deliver(waits.id).state is State.CANCELLED
    assert site.desk.store.wishes.is_out(marta, "text")
    assert not site.desk.store.wishes.is_out(marta, "email")
    says(site, marta, "START")
    assert not site.desk.store.wishes.is_out(marta, "text")
    assert not site.desk.store.pages.waiting()


def test_stop_is_honoured_in_an_urgent_reply_too(site, marta):
    assert says(site, marta, "STOP\nI can't breathe").kind == "urgent"
    assert site.desk.store.wishes.is_out(marta, "text")
    assert len(site.desk.store.pages.waiting()) == 1


class Stumbling(Replying):
    """Fails at every reply that speaks of breath, as a reader with a defect would."""

    def _understand(self, message, envelope):
        said = envelope["entry"][1]["resource"]["content"][0]["attachment"]["data"]
        if b"breathe" in base64.b64decode(said):
            raise RuntimeError
        return super()._understand(message, envelope)


def test_one_reply_that_cannot_be_read_keeps_no_other_back(site, marta):
    whole = site.desk.replying
    stumbling = Stumbling(whole.store, whole.intake, whole.delivering, whole.paging, whole.clock)
    for text in ("I can't breathe", "he hit me"):
        envelope = _envelope(text.encode(), "text", marta, "", site.clock.now)
        whole.store.messages.put(
            iter([json.dumps(envelope).encode()]), source=REPLIES, format="fhir", name="r", zone="UTC"
        )
    an_hour_on(site)
    assert stumbling.sweep() == 1
    (page,) = site.desk.store.pages.waiting()
    assert "violence" in page.words
    assert whole.sweep() == 1
    assert len(site.desk.store.pages.waiting()) == 2


def test_a_language_that_nobody_reads_here_is_put_to_a_person_and_not_read_as_harmless(site, marta):
    reply = says(site, marta, "mwen pa ka respire")
    assert (reply.kind, reply.language) == ("person", "")
    assert [one.id for one in site.desk.store.replies.waiting()] == [reply.id]
    site.desk.replying.read("nora", reply.id)
    assert not site.desk.store.replies.waiting()


def test_every_reply_is_an_entry_of_the_record_in_her_own_words_also_the_same_one_twice(site, marta):
    says(site, marta, "I lost my ride to the clinic")
    says(site, marta, "I lost my ride to the clinic")
    texts = [one.text for one in site.desk.store.entries.of(marta) if one.kind == "DocumentReference"]
    assert texts == ["I lost my ride to the clinic"] * 2
    assert len(site.desk.store.replies.waiting()) == 2
    assert "replies" in {one.system for one in site.desk.record("operator", marta).searched}


def test_an_e_mail_is_hers_by_the_letter_that_it_answers_and_a_report_says_that_one_came_back(site, marta):
    site.settings["quiet_hours"] = ""
    sent = site.delivering.deliver(site.delivering.queue("nora", site.released(marta).id, "email").id)
    key = site.desk.store.sendings.key(sent)
    raw = f"From: x@example.org\r\nIn-Reply-To: <{key}@harbor.example>\r\nSubject: Re\r\n\r\nThank you, I will come.\r\n\r\nOn Tue somebody wrote:\r\n> answer with the word STOP\r\n"
    reply = site.desk.replying.take_letter(raw.encode())
    assert (reply.patient, reply.kind, reply.text) == (marta, "person", "Thank you, I will come.")
    report = (
        'From: mailer@example.org\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such box.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; m@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{key}@harbor.example>\r\n\r\n--b--\r\n"
    )
    assert site.desk.replying.take_letter(report.encode()) is None
    assert site.desk.store.sendings.get(sent.id).state is State.FAILED


def test_a_reply_of_nobody_whom_we_know_still_pages(site):
    reply = site.desk.replying.take(b"I can't breathe", "text", to="5555550111")
    assert (reply.patient, reply.kind) == ("", "urgent")
    (page,) = site.desk.store.pages.waiting()
    assert page.patient == ""
    assert json.loads(outbox(site, "text")[0])["to"] == "+15555550111"
    with pytest.raises(InputError):
        site.desk.replying.take(b"  ", "text")


def test_what_a_dead_process_left_is_taken_up_again_once(site, marta):
    class Died(Exception):
        pass

    def dies(*_):
        raise Died

    desk = site.desk
    with pytest.raises(Died):
        broken = type("Broken", (Replying,), {"_understand": dies})
        broken(desk.store, desk.intake, desk.delivering, desk.paging, desk.clock).take(
            b"chest pain", "text", patient=marta
        )
    assert not site.desk.store.pages.waiting()
    an_hour_on(site)
    assert site.desk.replying.sweep() == 1
    assert site.desk.replying.sweep() == 0
    assert len(site.desk.store.pages.waiting()) == 1


def answer(code: str, day: str):
    item = coded("44260-8", "Thoughts that you would be better off dead")
    return about("Observation", id=f"phq-{day}", status="final", code=item, effectiveDateTime=day,
                 valueCodeableConcept=coded(code, "Several days"))  # fmt: skip


def potassium(value: str, day: str, **said):
    quantity = {
        "value": float(value),
        "unit": "mmol/L",
        "system": "http://unitsofmeasure.org",
        "code": "mmol/L",
    }
    return about("Observation", id=f"k-{value}-{day}", status="final", code=coded("2823-3", "Potassium"),
                 effectiveDateTime=day, valueQuantity=quantity, **said)  # fmt: skip


def test_a_positive_answer_about_self_harm_pages_and_not_at_all_or_an_old_one_does_not(site):
    site.sends(answer("LA6568-5", "2026-11-24"), answer("LA6569-3", "2026-03-01"))
    assert not site.desk.store.pages.waiting()
    site.sends(answer("LA6569-3", "2026-11-23"))
    site.sends(answer("LA6569-3", "2026-11-23"))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "self_harm"
    assert len(told(site)) == 1


def test_a_critical_result_of_today_pages_and_one_of_last_year_does_not(site):
    site.sends(potassium("7.1", "2025-11-24"), potassium("4.1", "2026-11-24"))
    assert not site.desk.store.pages.waiting()
    site.sends(potassium("7.1", "2026-11-24"))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "critical_result"
    assert page.words.startswith("potassium critically high (")
    assert " · 7.1 mmol/L on 2026-11-24, " in page.words
    assert "7.1" not in "".join(outbox(site, "pages/email"))


def test_what_the_laboratory_itself_calls_critical_pages_too(site):
    called = coded(
        "HH", "Critical high", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    )
    site.sends(replace_code(potassium("5.2", "2026-11-24", interpretation=[called])))
    (page,) = site.desk.store.pages.waiting()
    assert "potassium, which its laboratory calls critical · 5.2 mmol/L on 2026-11-24" in page.words


def test_a_critical_result_that_no_table_of_ours_has_is_told_by_its_own_name_and_value(site):
    called = coded(
        "HH", "Critical high", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    )
    level = {"value": 18.4, "unit": "ng/mL", "system": "http://unitsofmeasure.org", "code": "ng/mL"}
    site.sends(
        about("Observation", id="vor", status="final", code=coded("38370-3", "Voriconazole [Mass/volume] in Serum or Plasma"),
              effectiveDateTime="2026-11-24", valueQuantity=level, interpretation=[called])
    )  # fmt: skip
    (page,) = site.desk.store.pages.waiting()
    assert page.words.startswith(
        "Voriconazole [Mass/volume] in Serum or Plasma, which its laboratory calls critical"
    )
    assert "18.4 ng/mL on 2026-11-24" in page.words
    letters = "".join(outbox(site, "pages/email"))
    assert "18.4" not in letters and "oriconazole" not in letters


def note(text: str, day: str, number: int = 1):
    data = base64.b64encode(text.encode()).decode()
    return about(
        "DocumentReference",
        id=f"note-{number}",
        status="current",
        date=f"{day}T10:00:00-05:00",
        content=[{"attachment": {"contentType": "text/plain", "data": data}}],
    )


def test_a_fresh_note_that_tells_of_suicide_pages_once_and_an_old_chart_pages_nobody(site):
    site.sends(*(note(f"Visit {one}. Wants to die.", "2026-03-02", one) for one in range(2, 40)))
    site.sends(note("Denies suicidal ideation.", "2026-11-23", 50))
    assert not site.desk.store.pages.waiting()
    site.sends(note("Pt says some days she thinks about ending it all.", "2026-11-23"))
    site.sends(note("Pt says some days she thinks about ending it all.", "2026-11-23"))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "self_harm"
    assert "tells of thoughts of suicide or self-harm" in page.words
    assert "ending" not in "".join(outbox(site, "pages/email"))


def test_thoughts_of_three_weeks_ago_page_and_a_brothers_own_words_do_not(site):
    site.sends(note("Her brother said he did not want to wake up.", "2026-11-20", 70))
    assert not site.desk.store.pages.waiting()
    site.sends(note("Last week she said she did not want to wake up.", "2026-11-02", 71))
    (page,) = site.desk.store.pages.waiting()
    assert (page.cause, "2026-11-02" in page.words) == ("self_harm", True)


def test_black_stool_in_a_fresh_note_pages_where_a_blood_thinner_is_taken_and_only_there(site):
    site.sends(note("She reports black stools for two days.", "2026-11-23", 60))
    assert not site.desk.store.pages.waiting()
    warfarin = about(
        "MedicationRequest",
        id="warfarin",
        status="active",
        intent="order",
        authoredOn="2026-06-02",
        medicationCodeableConcept={"text": "warfarin sodium 5 MG Oral Tablet"},
    )
    site.sends(warfarin, note("Denies black stools.", "2026-11-23", 61))
    assert not site.desk.store.pages.waiting()
    site.sends(note("She reports black stools for three days.", "2026-11-23", 62))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "bleeding"
    assert "black stool" in page.words and "blood thinner" in page.words
    assert "stool" not in "".join(outbox(site, "pages/email"))


def test_a_fever_pages_with_sickle_cell_disease_and_nobody_without_or_at_a_lower_temperature(site):
    def temperature(value, number):
        return about(
            "Observation",
            id=f"temperature-{number}",
            status="final",
            effectiveDateTime="2026-11-23T08:00:00-05:00",
            code={
                "coding": [{"system": "http://loinc.org", "code": "8310-5", "display": "Body temperature"}]
            },
            valueQuantity={
                "value": value,
                "unit": "Cel",
                "system": "http://unitsofmeasure.org",
                "code": "Cel",
            },
        )

    site.sends(temperature(39.2, 1))
    assert not site.desk.store.pages.waiting()
    sickle = {
        "system": "http://hl7.org/fhir/sid/icd-10-cm",
        "code": "D57.1",
        "display": "Sickle-cell disease",
    }
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    site.sends(
        about("Condition", id="sickle", clinicalStatus={"coding": [active]}, code={"coding": [sickle]}),
        temperature(37.9, 2),
    )
    assert not site.desk.store.pages.waiting()
    site.sends(temperature(38.9, 3))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "fever"
    assert "with sickle cell disease" in page.words and "2026-11-23" in page.words


def test_a_blow_to_the_head_pages_where_an_anticoagulant_is_taken_and_not_with_aspirin_alone_or_an_old_note(
    site,
):
    def takes(drug, number):
        return about(
            "MedicationRequest",
            id=f"drug-{number}",
            status="active",
            intent="order",
            authoredOn="2026-06-02",
            medicationCodeableConcept={"text": drug},
        )

    site.sends(
        takes("aspirin 81 MG Oral Tablet", 1), note("Fell in the kitchen and hit her head.", "2026-11-23", 80)
    )
    site.sends(takes("apixaban 5 MG Oral Tablet", 2), note("Fell and hit her head.", "2026-11-02", 81))
    site.sends(note("Fell on the stairs, did not hit her head.", "2026-11-23", 82))
    assert not site.desk.store.pages.waiting()
    site.sends(note("Se cayó y se golpeó la cabeza.", "2026-11-22", 83))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "head_injury"
    assert "2026-11-22" in page.words and "a blow to the head, with a blood thinner" in page.words
    assert "head" not in "".join(outbox(site, "pages/email"))


def replace_code(resource):
    return {**resource, "id": "k-called"}
