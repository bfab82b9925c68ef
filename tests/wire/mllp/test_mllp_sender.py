"""What is sent is acknowledged or told, however the receiver behaves: nothing counts as there that nobody acknowledged."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from careloom.errors import ConfigError, WriteBackError, WriteBackUnknown
from careloom.wire.guard import may_be_asked
from careloom.wire.mllp.answer import answer
from careloom.wire.mllp.peer import Peer, address, connect, tls
from careloom.wire.mllp.sender import Sender, Taken
from tests.flow.test_listen import certificate
from tests.wire.mllp.messages import admit
from tests.wire.mllp.receiving import Receiver, receiving
from tests.wire.mllp.unkind_peer import acknowledgement

BOTH = {"f15": "AL", "f16": "AL"}
STORED_ALONE = {"f15": "AL", "f16": "NE"}
Ask = Callable[..., Taken]


def sender(receiver: Receiver, seconds: float = 5.0) -> Sender:
    return Sender(Peer(host="127.0.0.1", port=receiver.port, answer_seconds=seconds))


def asked(folder: Path, *plans: str, seconds: float = 5.0, **msh: str) -> Taken:
    """What becomes of one message to a receiver that behaves so."""
    with receiving(folder, *plans) as receiver:
        return sender(receiver, seconds).send(admit("M1", **msh))


def test_a_message_is_taken_once_its_own_acknowledgement_came(tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as receiver:
        assert sender(receiver).send(admit("M1")) == Taken("AA")
        assert receiver.bodies == [admit("M1")]


def test_an_error_is_told_by_field_and_code_and_never_in_the_receivers_words(tmp_path: Path) -> None:
    with pytest.raises(WriteBackError) as told:
        asked(tmp_path, "AE:101:PID:5")
    assert str(told.value) == "answered AE: PID-5; 101 Required field missing"
    assert told.value.permanent


@pytest.mark.parametrize(
    ("plan", "permanent"),
    [
        ("AE", True),
        ("CE", True),
        ("AR", False),
        ("CR", False),
        ("AR:207:MSH:10", False),
        ("AR:203:MSH:12", True),
    ],
)
def test_what_is_wrong_with_the_message_waits_for_a_person_and_what_may_pass_does_not(
    tmp_path: Path, plan: str, permanent: bool
) -> None:
    with pytest.raises(WriteBackError) as told:
        asked(tmp_path, plan)
    assert told.value.permanent is permanent
    assert not isinstance(told.value, WriteBackUnknown)


def test_two_acknowledgements_are_waited_for_where_two_were_asked_for(tmp_path: Path) -> None:
    assert asked(tmp_path, "CA+wait:0.3+AA", **BOTH) == Taken("AA")


def test_stored_and_then_refused_by_the_application_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteBackError, match="answered AE: TXA-2; 103 Table value not found"):
        asked(tmp_path, "CA+AE:103:TXA:2", **BOTH)


def test_stored_is_enough_where_nothing_more_was_asked_for(tmp_path: Path) -> None:
    began = time.monotonic()
    assert asked(tmp_path, "CA", **STORED_ALONE) == Taken("CA")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("plan", ["CA", "CA+close", "CA+endless"])
def test_what_the_receiver_has_taken_charge_of_is_not_sent_again_and_it_is_said(
    tmp_path: Path, plan: str
) -> None:
    taken = asked(tmp_path, plan, seconds=1.0, **BOTH)
    assert taken == Taken("CA", "it is stored there; whether it was taken in was not acknowledged")


@pytest.mark.parametrize("plan", ["other+AA", "garbage+AA", "noise+AA", "AA+AA", "other+other+garbage+AA"])
def test_what_else_comes_is_not_taken_for_the_acknowledgement(tmp_path: Path, plan: str) -> None:
    assert asked(tmp_path, plan) == Taken("AA")


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ("silent", "no acknowledgement of it came"),
        ("other", r"no acknowledgement of it came \(1 for something else\)"),
        ("garbage", r"no acknowledgement of it came \(1 for something else\)"),
        ("noise", "no acknowledgement of it came"),
        ("half", "no acknowledgement of it came"),
        ("half+close", "closed the connection without an acknowledgement"),
        ("close", "closed the connection without an acknowledgement"),
        ("trickle", "no acknowledgement of it came"),
        ("endless", "sends without end"),
    ],
)
def test_whoever_never_acknowledges_is_waited_for_no_longer_than_said_and_nobody_knows_what_became_of_it(
    tmp_path: Path, plan: str, why: str
) -> None:
    began = time.monotonic()
    with pytest.raises(WriteBackUnknown, match=why) as told:
        asked(tmp_path, plan, seconds=1.0)
    assert not told.value.permanent
    assert time.monotonic() - began < 4


def test_an_acknowledgement_that_comes_too_late_is_not_that_of_the_next_message(tmp_path: Path) -> None:
    with receiving(tmp_path, "wait:1.5+AA", "AE") as receiver:
        one = sender(receiver, 1.0)
        with pytest.raises(WriteBackUnknown):
            one.send(admit("M1"))
        time.sleep(1)
        with pytest.raises(WriteBackError, match="answered AE"):
            one.send(admit("M2"))
        assert receiver.controls == ["M1", "M2"]


def test_a_connection_serves_many_messages_each_after_the_last_was_answered(tmp_path: Path) -> None:
    numbers = [f"M{number}" for number in range(20)]
    with receiving(tmp_path, "wait:0.01+AA") as receiver:
        one = sender(receiver)
        threads = [threading.Thread(target=one.send, args=(admit(number),)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(receiver.controls) == sorted(numbers)
        first = one._open
        one.send(admit("LAST"))
        assert one._open is first
        assert receiver.controls[-1] == "LAST"


def test_a_connection_that_was_closed_meanwhile_is_opened_again(tmp_path: Path) -> None:
    with receiving(tmp_path, "AA+close", "AA") as receiver:
        one = sender(receiver)
        assert one.send(admit("M1")) == Taken("AA")
        time.sleep(0.2)
        assert one.send(admit("M2")) == Taken("AA")
        assert receiver.controls == ["M1", "M2"]


def test_a_receiver_that_takes_no_bytes_holds_nobody_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        peer = Peer(host="127.0.0.1", port=deaf.getsockname()[1], answer_seconds=1.0)
        began = time.monotonic()
        with pytest.raises(WriteBackUnknown):
            Sender(peer).send(admit("M1") + b"NTE|1||" + b"x" * (32 << 20) + b"\r")
        assert time.monotonic() - began < 4


def test_a_receiver_that_is_not_there_got_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(WriteBackError, match="can't be reached") as told:
        Sender(Peer(host="127.0.0.1", port=port)).send(admit("M1"))
    assert not isinstance(told.value, WriteBackUnknown) and not told.value.permanent


def test_a_receiver_without_a_certificate_that_we_accept_is_sent_nothing(tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as receiver:
        peer = Peer(host="127.0.0.1", port=receiver.port, tls=tls(), answer_seconds=2, connect_seconds=2)
        with pytest.raises(WriteBackError, match="no TLS with it"):
            Sender(peer).send(admit("M1"))
        assert receiver.controls == []


def test_over_tls_a_receiver_whose_certificate_holds_gets_its_messages_over_one_connection(
    tmp_path: Path,
) -> None:
    own = certificate(tmp_path, "hospital")
    with receiving(tmp_path, "AA", tls=own) as receiver:
        one = Sender(Peer(host="localhost", port=receiver.port, tls=tls(own[0])))
        assert one.send(admit("M1")) == Taken("AA")
        first = one._open
        assert one.send(admit("M2")) == Taken("AA")
        assert one._open is first and receiver.controls == ["M1", "M2"]


@pytest.mark.parametrize(
    ("host", "ends", "known", "why"),
    [
        ("localhost", -1, True, "certificate has expired"),
        ("127.0.0.1", 1, True, "is not accepted"),
        ("localhost", 1, False, "is not accepted"),
    ],
)
def test_a_receiver_whose_certificate_ended_is_anothers_or_is_of_nobody_we_know_is_sent_nothing(
    tmp_path: Path, host: str, ends: int, known: bool, why: str
) -> None:
    own = certificate(tmp_path, "hospital", ends=ends)
    with receiving(tmp_path, "AA", tls=own) as receiver:
        context = tls(own[0] if known else None)
        with pytest.raises(WriteBackError, match=why) as told:
            Sender(Peer(host=host, port=receiver.port, tls=context)).send(admit("M1"))
        assert not isinstance(told.value, WriteBackUnknown)
        assert receiver.controls == []


@pytest.mark.parametrize(
    "said",
    ["169.254.169.254", "169.254.1.1", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "fd00:ec2::254",
     "100.100.100.200", "255.255.255.255"],
)  # fmt: skip
def test_no_address_is_asked_that_no_receiver_of_messages_has(said: str) -> None:
    assert not may_be_asked(ip_address(said))
    with pytest.raises(WriteBackError) as told:
        connect(Peer(host=said, port=2575, connect_seconds=1))
    assert told.value.permanent


@pytest.mark.parametrize("said", ["10.1.2.3", "192.168.4.4", "127.0.0.1", "::1", "fd12::9", "8.8.8.8"])
def test_addresses_inside_a_hospital_are_asked(said: str) -> None:
    assert may_be_asked(ip_address(said))


@pytest.mark.parametrize(
    "said",
    ["", "http://ehr.example:80", "mllps://ehr.example", "mllps://ehr.example:0", "mllps://ehr.example:99999",
     "mllps://u:p@ehr.example:2575", "mllps://ehr.example:2575/path", "mllps://ehr.example:2575?x=1", "mllp://ehr.example:2575"],
)  # fmt: skip
def test_an_address_that_is_none_or_in_clear_is_a_setting_to_mend(said: str) -> None:
    with pytest.raises(ConfigError, match=r"mercy\.write\.options\.address"):
        address(said, "mercy.write.options.address", allow_plain=False)


def test_in_clear_only_to_this_machine_or_where_the_site_says_so() -> None:
    assert address("mllp://127.0.0.1:2575", "x", allow_plain=False) == ("127.0.0.1", 2575, False)
    assert address("mllp://ehr.example:2575", "x", allow_plain=True) == ("ehr.example", 2575, False)
    assert address("mllps://ehr.example:2575", "x", allow_plain=False) == ("ehr.example", 2575, True)


def test_old_and_new_errors_are_read_and_nothing_that_could_be_a_patients() -> None:
    old = b"MSH|^~\\&|A|B|C|D|1||ACK|1|P|2.3.1\rMSA|AE|M1|Moreno Ada\rERR|PID^1^5^101&Moreno&HL70357\r"
    found = answer(old)
    assert found is not None
    assert found.words == "answered AE: PID-5; 101 Required field missing"
    odd = answer(acknowledgement("AE:Moreno:Ada:Smith", "M1")[1:-2])
    assert odd is not None
    assert odd.words == "answered AE without saying why"


@pytest.mark.parametrize(
    "body", [b"", b"MSA|AA|M1", b"MSH|^~\\&|\rPID|1", b"MSH|^~\\&|\rMSA|AA", b"MSH|^~\\&|\rMSA|XX|M1"]
)
def test_what_is_no_acknowledgement_is_none(body: bytes) -> None:
    assert answer(body) is None


def test_tls_files_that_are_none_are_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        tls(tmp_path / "nothing.pem")
    (tmp_path / "odd.pem").write_text("odd")
    with pytest.raises(ConfigError):
        tls(None, tmp_path / "odd.pem")
    assert tls().minimum_version is ssl.TLSVersion.TLSv1_2
