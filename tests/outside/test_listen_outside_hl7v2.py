"""The live listener takes HL7 v2 that nobody here wrote: each message is answered, with a reason where it is faulty, and stored once."""

import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.listening import listening, stored_when_read
from tests.wire.mllp.messages import answered, framed

HL7 = Path(__file__).parents[2].parent / "shared" / "data" / "hl7v2"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not HL7.exists(), reason="../shared/data/hl7v2 is absent"),
]
KEPT, FAULTY = ("AA", "CA"), ("AE", "CE")


def messages() -> Iterator[bytes]:
    """Each whole message of the samples, as an interface engine would send it."""
    for file in sorted(HL7.rglob("*.hl7")):
        data = file.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\r").replace(b"\n", b"\r")
        starts = [
            at for at in range(len(data)) if data.startswith(b"MSH", at) and data[at - 1 : at] in (b"", b"\r")
        ]
        yield from (
            data[at:end].rstrip(b"\r") + b"\r"
            for at, end in zip(starts, [*starts[1:], len(data)], strict=True)
        )


def answers(port: int, body: bytes) -> list[dict[str, list[str]]]:
    """All that the listener answers to a message, on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as one:
        one.sendall(framed(body))
        one.shutdown(socket.SHUT_WR)
        came = b""
        while more := one.recv(1 << 16):
            came += more
    return answered(came)


def test_every_message_of_the_samples_is_answered_with_its_reason_and_stored_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    every = list(dict.fromkeys(messages()))
    assert len(every) > 180
    said: Counter[str] = Counter()
    with listening(home, "--source", "samples") as one:
        for body in every:
            header = [one.decode() for one in body.split(b"\r", 1)[0].split(body[3:4])] + [""] * 16
            number = header[9]
            found = answers(one.port, body)
            # Who asks for no answer at all (MSH-15, MSH-16) gets none; it is stored all the same.
            assert found or header[14:16] == ["NE", "NE"], f"no answer to {number}"
            said["none wanted"] += not found
            for answer in found:
                code, whose = answer["MSA"][1], answer["MSA"][2]
                assert code in KEPT + FAULTY, (code, number)
                assert whose == number
                if code in FAULTY:
                    assert len(answer["ERR"]) > 8 and (answer["ERR"][8] or answer["ERR"][7]), number
                said[code] += 1
        stored = stored_when_read(home, seconds=300)
        told = one.stop()
    print(f"\n{len(every)} messages: {dict(said)}, {told}")
    print(Counter(f"{where}: {reason}" for _, where, reason in stored["rejected"]).most_common(25))
    assert Counter(text.encode() for _, _, _, text in stored["messages"]) == Counter(every)
    assert stored["rows"] == len(every) == told["kept"] + told["faulty"]
    assert stored["unfinished"] == 0
