"""Each channel takes a message once, says in words of ours why it refused one, and tells before anything goes out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careloom import deliver
from careloom.care.sending import CHANNELS, Outgoing
from careloom.deliver.mail import Letters, Mail
from careloom.deliver.quiet import quiet
from careloom.deliver.server import server_of
from careloom.errors import ConfigError, DeliveryError, DeliveryUnknown
from tests.deliver.smtp import said, serving

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ADDRESSES = {"email": "marta@example.org", "text": "5555550142", "portal": "p-1"}
HER = Outgoing("a1b2" * 8, ADDRESSES["email"], "A message", ".Dear Marta,\n.\nÉl viene mañana.\n", AT)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def mail(server, timeout=5.0) -> Mail:
    return Mail(server_of(server.url), "team@clinic.example", timeout)


class Told:
    """How often it was told that a message is about to go out."""

    times = 0

    def __call__(self) -> None:
        self.times += 1


def test_a_letter_arrives_whole_with_an_id_that_is_the_same_each_time(server):
    told = Told()
    mail(server).send(HER, told)
    mail(server).send(HER, told)
    first, second = server.letters
    assert first["To"] == "marta@example.org"
    assert first["From"] == "team@clinic.example"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] == f"<{HER.key}@clinic.example>"
    assert said(first) == HER.text
    assert told.times == 2


@pytest.mark.parametrize(("code", "permanent"), [(450, False), (550, True)])
def test_a_refused_recipient_is_told_by_the_code_alone_and_nothing_went_out(server, code, permanent):
    server.rcpt, told = code, Told()
    with pytest.raises(DeliveryError, match=f"refused it for .*{code}") as refused:
        mail(server).send(HER, told)
    assert refused.value.permanent is permanent
    assert "marta" not in str(refused.value)
    assert told.times == 0
    assert not server.letters


def test_a_password_that_the_server_refuses_is_the_sites_to_mend_and_the_message_waits(server):
    server.login, told = 535, Told()
    signed_in = Mail(server_of(server.url.replace("//", "//team:wrong@")), "team@clinic.example", 5.0)
    with pytest.raises(DeliveryError, match="does not let us in") as refused:
        signed_in.send(HER, told)
    assert not refused.value.permanent
    assert told.times == 0


def test_a_server_that_hangs_up_once_it_has_the_letter_has_it(server):
    server.hurries = True
    for _ in range(5):
        mail(server).send(HER, Told())
    assert len(server.letters) == 5


@pytest.mark.parametrize("to", ["marta@härbor.example", "ma rta@example.org", "@"])
def test_an_address_that_smtp_cannot_carry_is_told_and_never_raises_anything_else(server, to):
    with pytest.raises(DeliveryError, match="no e-mail address"):
        mail(server).send(replace(HER, to=to), Told())


def test_a_refused_letter_is_no_letter_of_unknown_fate(server):
    server.after = 451
    with pytest.raises(DeliveryError) as refused:
        mail(server).send(HER, Told())
    assert not isinstance(refused.value, DeliveryUnknown)
    assert not refused.value.permanent


@pytest.mark.parametrize("after", [0, -1])
def test_where_the_server_is_silent_after_the_last_byte_nobody_knows(server, after):
    server.after = after
    with pytest.raises(DeliveryUnknown, match="never came"):
        mail(server, timeout=0.3).send(HER, Told())
    assert len(server.letters) == 1


def test_a_server_that_stalls_earlier_or_is_not_there_is_tried_again(server):
    server.rcpt = 0
    with pytest.raises(DeliveryError, match="can't be reached") as stalled:
        mail(server, timeout=0.3).send(HER, Told())
    assert not stalled.value.permanent
    nowhere = Mail(server_of("smtp://127.0.0.1:9"), "team@clinic.example", 1)
    with pytest.raises(DeliveryError) as absent:
        nowhere.send(HER, Told())
    assert not absent.value.permanent


@pytest.mark.parametrize("to", ["marta", "marta@example.org\r\nBcc: x@example.org", "", "a b@c@d"])
def test_what_is_no_address_is_refused_for_good(to, tmp_path):
    with pytest.raises(DeliveryError) as refused:
        Letters(tmp_path, "team@clinic.example").send(replace(HER, to=to), Told())
    assert refused.value.permanent


def test_a_server_elsewhere_must_speak_tls_and_its_password_is_in_no_word():
    assert server_of("smtp://mail.example.org").tls == "starttls"
    found = server_of("smtps://team:p%40ss@mail.example.org")
    assert (found.tls, found.port, found.user, found.password) == ("at once", 465, "team", "p@ss")
    assert "p@ss" not in repr(found)
    for wrong in ("mail.example.org", "http://mail.example.org", "smtp://h:port", "smtp://h/path?secret=1"):
        with pytest.raises(ConfigError) as refused:
            server_of(wrong)
        assert "secret" not in str(refused.value)


def test_a_letter_that_would_go_in_clear_is_refused(server):
    in_clear = Mail(replace(server_of(server.url), tls="starttls"), "team@clinic.example", 2)
    with pytest.raises(DeliveryError):
        in_clear.send(HER, Told())
    assert not server.letters


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_of_files_takes_a_message_once_also_after_the_gateway_took_it(channel, tmp_path):
    adapter = deliver.adapters(tmp_path / "outbox", "", "team@clinic.example", 5)[channel]
    assert adapter.once
    message = replace(HER, to=ADDRESSES[channel])
    adapter.send(message, Told())
    adapter.send(message, Told())
    (file,) = (tmp_path / "outbox" / channel / "new").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    file.rename(tmp_path / "outbox" / channel / "taken" / file.name)
    adapter.send(message, Told())
    assert not list((tmp_path / "outbox" / channel / "new").iterdir())


def test_a_text_is_a_number_and_words_a_portal_message_a_communication(tmp_path):
    by = deliver.adapters(tmp_path, "", "team@clinic.example", 5)
    by["text"].send(replace(HER, to=ADDRESSES["text"]), Told())
    by["portal"].send(replace(HER, to=ADDRESSES["portal"]), Told())
    text, portal = (
        json.loads(next((tmp_path / one / "new").iterdir()).read_text()) for one in ("text", "portal")
    )
    assert (text["to"], text["text"]) == ("+15555550142", HER.text)
    assert portal["resourceType"] == "Communication"
    assert portal["recipient"] == [{"reference": "Patient/p-1"}]
    with pytest.raises(DeliveryError, match="longer than a text message"):
        by["text"].send(replace(HER, key="b" * 32, text="long " * 400), Told())


def over(text, now, zone="America/New_York"):
    return quiet(text, zone).over(datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))).isoformat()


def test_quiet_hours_end_by_the_clock_on_the_wall():
    assert over("21:00-08:00", "2026-11-24T20:59") == "2026-11-25T01:59:00+00:00"
    assert over("21:00-08:00", "2026-11-24T21:00") == "2026-11-25T13:00:00+00:00"
    assert over("21:00-08:00", "2026-11-25T07:59") == "2026-11-25T13:00:00+00:00"
    assert over("21:00-08:00", "2026-11-25T08:00") == "2026-11-25T13:00:00+00:00"
    assert over("12:00-13:00", "2026-11-25T12:30") == "2026-11-25T18:00:00+00:00"
    assert over("", "2026-11-25T03:00") == "2026-11-25T08:00:00+00:00"


def test_the_night_on_which_the_clock_is_changed_is_an_hour_shorter_or_longer():
    # 8 March and 1 November 2026, New York.
    assert over("21:00-08:00", "2026-03-07T23:00") == "2026-03-08T12:00:00+00:00"
    assert over("21:00-08:00", "2026-10-31T23:00") == "2026-11-01T13:00:00+00:00"
    # Half past one comes twice: only the second time the night is over.
    assert over("21:00-01:30", "2026-11-01T00:45") == "2026-11-01T06:30:00+00:00"
    # Half past two never comes.
    late = quiet("21:00-02:30", "America/New_York").over(datetime(2026, 3, 8, 6, 30, tzinfo=UTC))
    assert timedelta(0) <= late - datetime(2026, 3, 8, 7, 0, tzinfo=UTC) <= timedelta(hours=1)


@pytest.mark.parametrize("wrong", ["late", "21-8", "21:00", "25:00-08:00"])
def test_quiet_hours_that_are_none_name_the_setting(wrong):
    with pytest.raises(ConfigError, match="CARELOOM_QUIET_HOURS"):
        quiet(wrong, "America/New_York")
