"""What a patient writes back: urgent words page somebody before anything else, STOP is honoured, the rest waits for a person."""

import base64
import json
from datetime import timedelta

import pytest

from careloom.care.document import Reviewer
from careloom.care.entry import REPLIES
from careloom.care.sending import State
from careloom.errors import ConfigError, InputError, NotLicensed
from careloom.pipeline.paging import chain
from careloom.pipeline.replying import Replying, _envelope
from tests.flow.letters import Site, outbox, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(site) -> str:
    return site.sends()


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
    today = site.desk.today
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
