"""Frames come out of a stream whole, however it is cut, and one that breaks off takes nothing else with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.wire.mllp.framing import BEGINNING, Frame, Framer
from tests.wire.mllp.messages import END, START, admit, framed

ALICE, BOB = admit("M1"), admit("M2", mrn="4712", family="Bright")


def cut(data: bytes, sizes: list[int], limit: int = 10_000) -> tuple[list[Frame], Framer]:
    """The frames of a stream that arrives in pieces of these sizes, the rest at once."""
    framer = Framer(limit)
    frames: list[Frame] = []
    for size in sizes:
        frames += framer.feed(data[:size])
        data = data[size:]
    return frames + list(framer.feed(data)), framer


@given(st.lists(st.integers(1, 60), max_size=40))
def test_two_messages_come_out_however_the_stream_is_cut(sizes: list[int]) -> None:
    frames, framer = cut(framed(ALICE, BOB), sizes)
    assert frames == [Frame(ALICE), Frame(BOB)]
    assert (framer.stray, framer.given_up, framer.held, framer.inside) == (0, 0, 0, False)


@given(st.binary(max_size=400), st.lists(st.integers(1, 40), max_size=20))
def test_any_bytes_in_a_frame_come_out_unchanged(body: bytes, sizes: list[int]) -> None:
    if b"\x1c" in body or b"\x0b" in body:
        return
    frames, _ = cut(framed(body), sizes)
    assert frames == [Frame(body)]


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=20))
def test_how_a_stream_is_cut_changes_nothing(data: bytes, sizes: list[int]) -> None:
    whole, one = cut(data, [])
    pieces, other = cut(data, sizes)
    assert whole == pieces
    assert (one.stray, one.given_up, one.inside) == (other.stray, other.given_up, other.inside)


@given(st.lists(st.integers(1, 60), max_size=40))
def test_a_message_that_was_broken_off_and_sent_anew_comes_once(sizes: list[int]) -> None:
    frames, framer = cut(START + ALICE[:70] + framed(ALICE, BOB), sizes)
    assert frames == [Frame(ALICE), Frame(BOB)]
    assert framer.given_up == 1


def test_a_frame_without_its_last_byte_ends_where_the_next_one_begins() -> None:
    frames, framer = cut(START + ALICE + b"\x1c" + framed(BOB), [])
    assert frames == [Frame(ALICE), Frame(BOB)]
    assert framer.given_up == 0


def test_an_end_byte_inside_a_text_does_not_cut_the_message_short() -> None:
    body = ALICE + b"NTE|1||a stray \x1c in a text\r"
    assert cut(framed(body), [])[0] == [Frame(body)]


def test_line_ends_between_frames_are_nothing_and_other_bytes_are_counted() -> None:
    frames, framer = cut(b"\r\n" + framed(ALICE) + b"\r\n\r\nHELLO\r" + framed(BOB), [])
    assert frames == [Frame(ALICE), Frame(BOB)]
    assert framer.stray == len(b"HELLO")


@pytest.mark.parametrize("piece", [7, 1000, 100_000])
def test_a_message_that_is_too_long_is_named_by_its_beginning_and_takes_no_memory(piece: int) -> None:
    long = ALICE + b"NTE|1||" + b"x" * 50_000 + b"\r"
    framer = Framer(20_000)
    frames: list[Frame] = []
    data = framed(long, BOB)
    most = 0
    for start in range(0, len(data), piece):
        frames += framer.feed(data[start : start + piece])
        most = max(most, framer.held)
    assert frames == [Frame(long[:BEGINNING], whole=False), Frame(BOB)]
    assert most <= 20_000 + piece


def test_a_message_of_exactly_the_longest_size_is_taken() -> None:
    framer = Framer(len(ALICE))
    assert list(framer.feed(framed(ALICE))) == [Frame(ALICE)]
    assert [one.whole for one in Framer(len(ALICE) - 1).feed(framed(ALICE))] == [False]


def test_a_long_message_that_another_one_breaks_off_is_forgotten() -> None:
    framer = Framer(500)
    frames = list(framer.feed(START + ALICE + b"x" * 2_000))
    frames += framer.feed(framed(BOB))
    assert frames == [Frame(BOB)]
    assert framer.given_up == 1


def test_two_start_bytes_in_a_row_begin_one_message() -> None:
    frames, framer = cut(START + framed(ALICE), [])
    assert frames == [Frame(ALICE)]
    assert framer.given_up == 0


def test_the_end_bytes_alone_are_no_message() -> None:
    frames, framer = cut(END + END + framed(ALICE), [])
    assert frames == [Frame(ALICE)]
    assert framer.stray == 0
