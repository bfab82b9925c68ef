"""A listener answers what is kept and nothing else, whoever else is connected and however they behave."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace

import hl7.mllp
import pytest

from careloom.care.received import Received
from careloom.errors import ConfigError
from careloom.wire.mllp.limits import Limits
from tests.wire.mllp.messages import START, admit, answered, codes, framed
from tests.wire.mllp.talking import SMALL, Sender, listener, listening, sender, talk


class Keeper:
    """Keeps messages in a list; refuses while it is `full`, and what is longer than `room`."""

    def __init__(self) -> None:
        self.kept: list[Received] = []
        self.commits: list[int] = []
        self.full = False
        self.room = 1_000_000

    def __call__(self, batch: Sequence[Received]) -> None:
        if self.full or sum(len(one.body) for one in batch) > self.room:
            raise ConfigError("the journal can't be written: No space left on device")
        self.kept += batch
        self.commits.append(len(batch))

    @property
    def numbers(self) -> list[str]:
        return [one.control for one in self.kept]


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


def test_a_message_is_kept_as_it_came_before_it_is_answered(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            assert codes(await alice.ask(admit("M1"))) == [("AA", "M1")]
            (kept,) = keeper.kept
            assert kept.body == admit("M1")
            assert (kept.source, kept.control, kept.faults, kept.readable) == ("mercy", "M1", (), True)
            assert kept.peer.startswith("127.0.0.1 ")
            assert kept.at.tzinfo is not None

    talk(story())


def test_an_independent_sender_understands_the_answer(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            reader, writer = await hl7.mllp.open_hl7_connection("127.0.0.1", port, encoding="utf-8")
            writer.writemessage(hl7.parse(admit("M5").decode()))
            answer = await asyncio.wait_for(reader.readmessage(), 10)
            assert str(answer.segment("MSA")) == "MSA|AA|M5"
            writer.close()

    talk(story())


def test_messages_of_one_connection_are_kept_and_answered_in_their_order(keeper: Keeper) -> None:
    async def story() -> None:
        numbers = [f"M{number}" for number in range(50)]
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            answers = await alice.ask(*map(admit, numbers))
            assert codes(answers) == [("AA", number) for number in numbers]
            assert keeper.numbers == numbers

    talk(story())


def test_what_many_send_at_once_is_kept_in_few_commits(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            senders = [await sender(port) for _ in range(16)]
            for number, one in enumerate(senders):
                one.send(framed(admit(f"M{number}")))
            assert [codes(await one.answers()) for one in senders] == [[("AA", f"M{n}")] for n in range(16)]
            assert sum(keeper.commits) == 16
            assert len(keeper.commits) < 16

    talk(story())


def test_what_cannot_be_kept_is_refused_and_the_connection_stays(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            keeper.full = True
            (answer,) = answered(await alice.ask(admit("M1")))
            assert answer["MSA"][1:3] == ["AR", "M1"]
            assert "send it again later" in answer["MSA"][3]
            assert codes(await alice.ask(admit("M2", f15="AL"))) == [("CR", "M2")]
            keeper.full = False
            assert codes(await alice.ask(admit("M1"))) == [("AA", "M1")]
            assert keeper.numbers == ["M1"]

    talk(story())


def test_a_keeper_with_a_defect_refuses_too(keeper: Keeper) -> None:
    def keep(batch: Sequence[Received]) -> None:
        if not keeper.full:
            raise RuntimeError("Ashdown")
        keeper(batch)

    async def story() -> None:
        async with listening(listener(keep)) as port:
            alice = await sender(port)
            assert codes(await alice.ask(admit("M1"))) == [("AR", "M1")]

    talk(story())


def test_a_large_message_that_does_not_fit_does_not_refuse_the_small_ones_beside_it(keeper: Keeper) -> None:
    async def story() -> None:
        keeper.room = 1_000
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            answers = await alice.ask(admit("M1"), admit("M2", family="A" * 2_000), admit("M3"))
            assert codes(answers) == [("AA", "M1"), ("AR", "M2"), ("AA", "M3")]
            assert keeper.numbers == ["M1", "M3"]

    talk(story())


def test_a_message_of_bad_form_is_kept_with_its_faults_and_answered_with_them(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            (answer,) = answered(await alice.ask(admit("M1", version="7.1")))
            assert answer["MSA"][1:3] == ["AE", "M1"]
            (kept,) = keeper.kept
            assert [(one.where, one.reason) for one in kept.faults] == [
                ("MSH-12", "the version is none of 2.1 to 2.9")
            ]
            assert kept.readable

    talk(story())


def test_what_is_no_message_is_kept_aside_and_refused(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            assert codes(await alice.ask(b"PID|1||4711\r")) == [("AR", "")]
            assert codes(await alice.ask(b"")) == [("AR", "")]
            assert [(one.body, one.readable) for one in keeper.kept] == [(b"PID|1||4711\r", False)]
            assert codes(await alice.ask(admit("M2"))) == [("AA", "M2")]

    talk(story())


def test_a_message_that_is_too_long_is_refused_by_its_number_and_the_next_one_is_taken(
    keeper: Keeper,
) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            (long, short) = answered(await alice.ask(admit("M1") + b"x" * 30_000, admit("M2")))
            assert long["MSA"][1:3] == ["AR", "M1"]
            assert "longer than this listener takes" in long["MSA"][3]
            assert short["MSA"][1:3] == ["AA", "M2"]
            assert keeper.numbers == ["M2"]

    talk(story())


def test_when_too_much_comes_in_at_once_somebody_is_refused_and_nobody_falls_over(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            senders = [await sender(port) for _ in range(10)]
            half = admit("M1") + b"x" * 8_000
            for one in senders:
                one.send(START + half)
            await asyncio.sleep(0.3)
            for one in senders:
                one.send(b"\r\x1c\r")
            said = [answered(await one.answers())[0]["MSA"] for one in senders]
            refused = [one for one in said if one[1] == "AR"]
            assert 4 <= len(refused) <= 7
            assert all("too much is coming in" in one[3] for one in refused)
            assert len(keeper.kept) == 10 - len(refused)
            assert codes(await senders[0].ask(half)) == [("AA", "M1")]

    talk(story())


def test_half_a_message_is_never_kept(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice, bob = await sender(port), await sender(port)
            alice.send(START + admit("M1")[:60])
            await asyncio.sleep(0.1)
            alice.leave()
            assert codes(await bob.ask(admit("M2"))) == [("AA", "M2")]
            assert keeper.numbers == ["M2"]

    talk(story())


def test_who_hangs_up_after_sending_is_still_answered(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            alice = await sender(port)
            alice.send(framed(admit("M1")))
            alice.writer.write_eof()
            assert codes(await asyncio.wait_for(alice.reader.read(), 10)) == [("AA", "M1")]

    talk(story())


def test_a_slow_sender_holds_up_nobody_and_is_let_go_when_it_stops(keeper: Keeper) -> None:
    async def story() -> None:
        limits = replace(SMALL, frame_seconds=1.5)
        async with listening(listener(keeper, limits)) as port:
            slow, bob = await sender(port), await sender(port)
            for byte in framed(admit("M1"))[:20]:
                slow.send(bytes([byte]))
                assert codes(await bob.ask(admit("M2"))) == [("AA", "M2")]
            assert await slow.is_closed()
            assert set(keeper.numbers) == {"M2"}

    talk(story())


def test_who_says_nothing_is_let_go_and_who_speaks_stays(keeper: Keeper) -> None:
    async def story() -> None:
        limits = replace(SMALL, first_seconds=0.5, idle_seconds=60.0)
        async with listening(listener(keeper, limits)) as port:
            silent, alice = await sender(port), await sender(port)
            assert codes(await alice.ask(admit("M1"))) == [("AA", "M1")]
            assert await silent.is_closed()
            assert codes(await alice.ask(admit("M2"))) == [("AA", "M2")]

    talk(story())


def test_an_idle_connection_is_closed_in_the_end(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper, replace(SMALL, idle_seconds=0.5))) as port:
            alice = await sender(port)
            assert codes(await alice.ask(admit("M1"))) == [("AA", "M1")]
            assert await alice.is_closed()

    talk(story())


def test_a_stranger_who_speaks_no_mllp_is_let_go(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper, replace(SMALL, stray_bytes=1_000))) as port:
            stranger = await sender(port)
            stranger.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"y" * 2_000)
            assert await stranger.is_closed()
            assert keeper.kept == []
            odd = await sender(port)
            odd.send(framed(admit("M1")) + b"y" * 2_000)
            assert codes(await odd.answers()) == [("AA", "M1")]  # what is kept is answered first
            assert await odd.is_closed()

    talk(story())


def test_a_flood_of_connections_does_not_keep_a_sender_out(keeper: Keeper) -> None:
    async def story() -> None:
        limits = replace(SMALL, connections=8, newcomer_seconds=0.1)
        async with listening(listener(keeper, limits)) as port:
            alice = await sender(port)
            assert codes(await alice.ask(admit("M1"))) == [("AA", "M1")]
            flood = [await sender(port) for _ in range(40)]
            await asyncio.sleep(0.3)
            late = await sender(port)
            assert codes(await late.ask(admit("M2"))) == [("AA", "M2")]
            assert codes(await alice.ask(admit("M3"))) == [("AA", "M3")]
            closed = [await one.is_closed(0.05) for one in flood]
            assert sum(closed) >= 40 - 7

    talk(story())


def test_who_takes_no_answers_is_not_read_any_further(keeper: Keeper) -> None:
    async def story() -> None:
        long = "A" * 190  # is echoed four times, so that the answers are longer than any buffer on the way
        flood = framed(admit(long, f3=long, f4=long, f5=long)) * 15_000
        async with listening(listener(keeper)) as port:
            bob = await sender(port)
            rude = socket.create_connection(("127.0.0.1", port))
            rude.setblocking(False)
            pouring = asyncio.create_task(asyncio.get_running_loop().sock_sendall(rude, flood))
            taken = -1
            while taken < len(keeper.kept):
                taken = len(keeper.kept)
                await asyncio.sleep(0.5)
            assert 0 < taken < 15_000
            assert not pouring.done()
            assert codes(await bob.ask(admit("M2"))) == [("AA", "M2")]
            pouring.cancel()
            rude.close()

    talk(story())


def test_stopping_answers_what_is_kept_and_keeps_what_is_answered(keeper: Keeper) -> None:
    async def story() -> None:
        senders: list[Sender] = []
        async with listening(listener(keeper)) as port:
            senders = [await sender(port) for _ in range(4)]
            for number, one in enumerate(senders):
                one.send(framed(*(admit(f"M{number}-{n}") for n in range(30))))
            await asyncio.sleep(0.02)
        answers = [codes(await asyncio.wait_for(one.reader.read(), 10)) for one in senders]
        told = [number for one in answers for code, number in one if code == "AA"]
        assert sorted(told) == sorted(keeper.numbers)

    talk(story())


def test_a_port_that_is_taken_is_an_operators_error(keeper: Keeper) -> None:
    async def story() -> None:
        async with listening(listener(keeper)) as port:
            with pytest.raises(ConfigError, match=str(port)):
                await listener(keeper).run("127.0.0.1", port, stop=asyncio.Event(), ready=lambda _: None)

    talk(story())


def test_the_log_tells_of_no_patient(keeper: Keeper, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with listening(listener(keeper, Limits(frame_bytes=10_000))) as port:
            alice = await sender(port)
            await alice.ask(
                admit("M1", version="7.1"), b"PID|1||4711||Ashdown^Alice\r", admit("M2") + b"x" * 20_000
            )
            keeper.full = True
            await alice.ask(admit("M3"))
            alice.send(START + admit("M4")[:150] + START + b"MSH|^~\\&|Ashdown")
            await asyncio.sleep(0.1)
            alice.leave()
            await asyncio.sleep(0.1)

    caplog.set_level("DEBUG")
    talk(story())
    assert "can't be kept" in caplog.text
    assert not [word for word in ("Ashdown", "Alice", "4711") if word in caplog.text]
