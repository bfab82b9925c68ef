"""What was released reaches its patient once; who died, went to hospital or opted out meanwhile gets nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.sending import State
from careloom.errors import ConfigError, InputError, NotApproved
from tests.connect.made import about, coded
from tests.deliver.smtp import said, serving
from tests.flow.letters import WORDS, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def site(home: Path, key: str, server) -> Site:
    home.mkdir()
    return Site(home, key=key, settings={"smtp_url": server.url, "smtp_timeout": 0.5})


def queued(site: Site, channel="email", **other):
    who = site.sends(**other)
    return site.delivering.queue("nora", site.released(who).id, channel)


def test_a_released_reminder_arrives_once_with_the_disclaimer_first_and_a_person_to_call(site, server):
    sending = queued(site)
    assert site.delivering.deliver(sending.id).state is State.SENT
    assert site.delivering.deliver(sending.id).state is State.SENT
    again = site.delivering.queue("nora", sending.proposal, "email")
    assert (again.id, again.state) == (sending.id, State.SENT)
    (letter,) = server.letters
    lines = said(letter).split("\n\n")
    assert lines[0].startswith(
        "This message from Harbor Clinic was prepared by software that uses artificial"
    )
    assert lines[1:] == [
        WORDS,
        "To reach a person, call 555-555-0100. In an emergency, call 911.",
        "To stop these e-mails, answer with the word STOP.\n",
    ]
    assert letter["Subject"] == "A message from Harbor Clinic"
    assert [one["action"] for one in site.desk.store.audit.of(sending.patient)][-2:] == [
        "queue message",
        "send message",
    ]


def test_whoever_speaks_spanish_reads_the_words_around_it_in_spanish(site):
    spoken = [{"language": coded("es-MX", system="urn:ietf:bcp:47"), "preferred": True}]
    sending = queued(site, "text", communication=spoken)
    site.delivering.deliver(sending.id)
    (file,) = (site.home / "outbox" / "text" / "new").iterdir()
    text = json.loads(file.read_text())["text"]
    assert text.startswith("Este mensaje de Harbor Clinic fue preparado por un programa que usa inteligencia")
    assert text.endswith(
        "llame al 555-555-0100. En una emergencia, llame al 911.\nResponda ALTO para no recibir más mensajes."
    )


@pytest.mark.parametrize("status", ["draft", "on-hold", "revoked"])
def test_nothing_goes_out_before_it_is_released_or_after_it_was_taken_back(site, server, status):
    who = site.sends()
    with pytest.raises(NotApproved, match=status):
        site.delivering.queue("nora", site.released(who, status=status).id, "email")
    filed = site.released(who)
    sending = site.delivering.queue("nora", filed.id, "email")
    site.desk.store.proposals.replace(filed, replace(filed, status="revoked"))
    assert site.delivering.deliver(sending.id).why == "the document was taken back"
    assert not server.letters


def test_a_line_that_nobody_released_does_not_go_out(site):
    filed = site.released(site.sends(), released={})
    with pytest.raises(NotApproved, match="no line"):
        site.delivering.queue("nora", filed.id, "email")


def test_a_document_for_the_team_is_never_sent(site):
    filed = site.released(site.sends())
    team = replace(site.delivering, audience_of=lambda _: "the care team")
    with pytest.raises(NotApproved, match="not written for patients"):
        team.queue("nora", filed.id, "email")


def test_without_a_way_to_reach_a_person_nothing_is_sent(site):
    filed = site.released(site.sends())
    site.settings["practice_phone"] = ""
    with pytest.raises(ConfigError, match="CARELOOM_PRACTICE_PHONE"):
        site.delivering.queue("nora", filed.id, "email")


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ({"said": {"deceasedDateTime": "2026-11-23"}}, "died"),
        ({"resources": [about("Encounter", status="in-progress", **{"class": {"code": "IMP"}}, period={"start": "2026-11-23T08:00:00Z"})]}, "in hospital"),
        ({"resources": [about("Encounter", status="in-progress", **{"class": {"code": "HH"}}, type=[coded("385763009", "Hospice care", "http://snomed.info/sct")], period={"start": "2026-11-23T08:00:00Z"})]}, "hospice"),
        ({"resources": [{"resourceType": "Consent", "id": "c1", "status": "inactive", "patient": {"reference": "Patient/p1"}, "scope": {"coding": [{"code": "patient-privacy"}]}, "category": [{"text": "E-mail reminders"}], "dateTime": "2026-11-23"}]}, "consent"),
    ],
    ids=["she died yesterday", "she was admitted", "hospice began", "she took her consent back"],
)  # fmt: skip
def test_what_happened_while_it_waited_cancels_it(site, server, since, why):
    sending = queued(site)
    site.sends(*since.get("resources", ()), **since.get("said", {}))
    gone = site.delivering.deliver(sending.id)
    assert gone.state is State.CANCELLED
    assert why in gone.why
    assert not server.letters
    assert site.delivering.deliver(sending.id) == gone


def test_an_opt_out_cancels_what_waits_on_that_channel_alone_until_it_is_taken_back(site, server):
    mail, portal = queued(site), None
    portal = site.delivering.queue("nora", mail.proposal, "portal")
    site.delivering.opt("reply", mail.patient, "email", out=True)
    assert site.delivering.deliver(mail.id).why == "has opted out of these messages"
    assert site.delivering.deliver(portal.id).state is State.SENT
    later = site.delivering.queue("nora", site.released(mail.patient).id, "email")
    assert site.delivering.deliver(later.id).state is State.CANCELLED
    site.delivering.opt("nora", mail.patient, "email", out=False)
    another = site.delivering.queue("nora", site.released(mail.patient).id, "email")
    assert site.delivering.deliver(another.id).state is State.SENT
    assert len(server.letters) == 1


def test_in_quiet_hours_it_waits_for_the_morning(site, server):
    site.clock.later(hours=12)
    sending = queued(site)
    assert sending.not_before.isoformat() == "2026-11-25T13:00:00+00:00"
    assert site.delivering.deliver(sending.id).state is State.QUEUED
    site.clock.later(hours=10)
    assert site.delivering.deliver(sending.id).state is State.SENT


def test_what_was_queued_by_day_and_is_reached_by_night_waits_too(site, server):
    sending = queued(site)
    site.clock.later(hours=12)
    waits = site.delivering.deliver(sending.id)
    assert (waits.state, waits.why) == (State.QUEUED, "quiet hours")
    assert not server.letters


def test_a_refusal_for_now_is_tried_again_ever_later_and_then_told(site, server):
    server.rcpt = 450
    sending = queued(site)
    waited = []
    for _ in range(9):
        now = site.delivering.deliver(sending.id)
        if now.state is State.FAILED:
            break
        waited.append((now.not_before - site.clock.now).total_seconds() / 60)
        assert site.delivering.deliver(sending.id) == now
        site.clock.now = now.not_before
    assert waited == [1, 5, 15, 60, 240]
    assert now.why == "the mail server refused it for now (450)"
    server.rcpt = 250
    assert site.delivering.deliver(sending.id).state is State.FAILED


def test_a_mail_box_that_is_not_there_is_not_tried_again(site, server):
    server.rcpt = 550
    sending = queued(site)
    assert site.delivering.deliver(sending.id).why == "the mail server refused it for good (550)"


def test_a_letter_whose_fate_nobody_knows_waits_for_a_persons_word(site, server):
    server.after = -1
    sending = queued(site)
    lost = site.delivering.deliver(sending.id)
    assert (lost.state, lost.attempts) == (State.UNKNOWN, 1)
    server.after = 250
    assert site.delivering.deliver(sending.id).state is State.UNKNOWN
    assert len(server.letters) == 1
    site.delivering.settle("nora", sending.id, arrived=False)
    assert site.delivering.deliver(sending.id).state is State.SENT
    assert [one["Message-ID"] for one in server.letters] == [server.letters[0]["Message-ID"]] * 2
    with pytest.raises(NotApproved, match="nothing is unknown"):
        site.delivering.settle("nora", sending.id, arrived=True)


def test_what_a_dead_process_was_handing_over_is_not_sent_again_but_a_file_is_there_once(site, server):
    mail, text = queued(site), None
    text = site.delivering.queue("nora", mail.proposal, "text")
    for one in (mail, text):
        site.delivering._say(one, State.SENDING, "")  # as a process does that dies the next moment
    assert site.delivering.deliver(mail.id).state is State.UNKNOWN
    assert site.delivering.deliver(text.id).state is State.SENT
    assert not server.letters
    assert len(list((site.home / "outbox" / "text" / "new").iterdir())) == 1


def test_a_person_takes_back_what_waits_and_not_what_is_gone(site, server):
    sending = queued(site)
    with pytest.raises(InputError, match="why"):
        site.delivering.cancel("nora", sending.id, why=" ")
    site.delivering.cancel("nora", sending.id, why="she came by")
    assert site.delivering.deliver(sending.id).state is State.CANCELLED
    with pytest.raises(NotApproved):
        site.delivering.cancel("nora", sending.id, why="again")
    assert not server.letters


def test_a_landline_or_no_address_is_told_and_an_address_that_a_person_gives_is_taken(site, server):
    landline = [{"system": "phone", "value": "555-555-0142", "use": "home"}]
    filed = site.released(site.sends(telecom=landline))
    with pytest.raises(InputError, match="no mobile ones"):
        site.delivering.queue("nora", filed.id, "text")
    with pytest.raises(InputError, match="no e-mail address"):
        site.delivering.queue("nora", filed.id, "email")
    sending = site.delivering.queue("nora", filed.id, "email", "marta.q@example.org")
    site.delivering.deliver(sending.id)
    assert server.letters[0]["To"] == "marta.q@example.org"


def test_a_letter_that_comes_back_is_told(site, server):
    sending = site.delivering.deliver(queued(site).id)
    key = server.letters[0]["Message-ID"].strip("<>").partition("@")[0]
    gone = site.delivering.bounced("reply", key, "came back undelivered")
    assert (gone.id, gone.state) == (sending.id, State.FAILED)
    assert site.delivering.bounced("reply", "0" * 32, "") is None


def test_no_address_and_no_word_of_a_message_stands_in_clear(site, home):
    sending = queued(site)
    site.delivering.deliver(sending.id)
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("store_storedsending", "store_sendingstep", "store_auditevent"):
            cursor.execute(f"SELECT * FROM {table}")
            told = repr(cursor.fetchall())
            assert "marta" not in told.lower()
            assert "November" not in told


def test_what_was_taken_back_or_failed_waits_again_when_somebody_asks_again_and_what_was_sent_does_not(
    site, server
):
    sending = queued(site)
    site.delivering.cancel("nora", sending.id, why="by mistake")
    again = site.delivering.queue("nora", sending.proposal, "email")
    assert (again.id, again.state, again.why) == (sending.id, State.QUEUED, "asked for again")
    assert site.delivering.deliver(sending.id).state is State.SENT
    assert site.delivering.queue("nora", sending.proposal, "email").state is State.SENT
    assert len(server.letters) == 1


def test_who_wishes_the_afternoon_is_written_to_in_the_afternoon(site, server):
    proposal = site.released(site.sends(), given={"hours": "afternoon"})
    sending = site.delivering.queue("nora", proposal.id, "email")
    assert site.delivering.deliver(sending.id).state is State.QUEUED
    assert not server.letters
    site.clock.later(hours=2)
    assert site.delivering.deliver(sending.id).state is State.SENT


def test_a_message_that_comes_too_late_for_the_wish_says_so_and_waits(site, server):
    proposal = site.released(site.sends(), given={"hours": "morning"})
    sending = site.delivering.queue("nora", proposal.id, "email")
    site.clock.later(hours=3)
    waits = site.delivering.deliver(sending.id)
    assert (waits.state, waits.why) == (State.QUEUED, "the patient wishes another part of the day")
    assert waits.not_before.hour == 13
    assert not server.letters


def test_a_letter_for_somebody_who_reads_neither_language_waits_for_a_human_translator(site):
    team = replace(site.delivering, wants_translator=lambda _: True)
    spoken = [{"language": coded("vi", system="urn:ietf:bcp:47"), "preferred": True}]
    proposal = site.released(site.sends(communication=spoken))
    with pytest.raises(NotApproved, match="translator"):
        team.queue("nora", proposal.id, "portal")
    assert site.delivering.queue("nora", proposal.id, "portal").state is State.QUEUED


@pytest.mark.parametrize("language", ["en-US", "eng", "Spanish; Castilian", "spa", "und"])
def test_who_reads_ours_needs_no_translator_however_a_source_calls_the_language(site, language):
    team = replace(site.delivering, wants_translator=lambda _: True)
    spoken = [{"language": coded(language, system="urn:ietf:bcp:47"), "preferred": True}]
    assert (
        team.queue("nora", site.released(site.sends(communication=spoken)).id, "portal").state is State.QUEUED
    )


def test_what_goes_out_is_the_translators_line_and_none_that_was_changed_after_it(site):
    team = replace(site.delivering, wants_translator=lambda _: True)
    spoken = [{"language": coded("et", system="urn:ietf:bcp:47"), "preferred": True}]
    who, given = (
        site.sends(communication=spoken),
        {"translator": "Mari Tamm", "translation": "Palun helistage meile."},
    )
    proposal = site.released(who, given=given)
    sending = team.queue("nora", proposal.id, "portal")
    assert "Palun helistage meile." in sending.text and WORDS not in sending.text
    other = site.released(who, given=given)
    lines = (replace(other.document.statements[0], text="Please come today."),)
    site.desk.store.proposals.replace(
        other, replace(other, document=replace(other.document, statements=lines))
    )
    with pytest.raises(NotApproved, match="changed after"):
        team.queue("nora", other.id, "portal")
