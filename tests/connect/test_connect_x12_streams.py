"""X12 that is long, damaged or no X12: it streams, and what is wrong is told without a word of the patient."""

import io
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.care.detail import DETAIL
from careloom.connect import detect, x12
from careloom.errors import InputError
from tests.connect.test_connect_x12_payers import ANSWER, ENROLMENT, PAYMENT, REQUEST, RESPONSE, STATUS
from tests.connect.x12_made import (
    CLAIM,
    GUIDES,
    HEADER,
    NEVER_IN_FAULTS,
    PROFESSIONAL,
    SUBSCRIBER,
    body,
    codes_of,
    entries,
    faults,
    message,
    read,
    whole,
)

EVERY = [
    ("837", PROFESSIONAL),
    ("835", PAYMENT),
    ("271", ANSWER),
    ("277", STATUS),
    ("834", ENROLMENT),
    ("278", REQUEST),
    ("278", RESPONSE),
]


@pytest.mark.parametrize(("kind", "segments"), EVERY)
def test_the_same_bytes_give_the_same_entries_each_with_an_id_of_its_own(kind, segments):
    data = whole(segments, kind)
    once, again = entries(data), entries(data)
    assert once == again
    assert len({one.id for one in once}) == len(once)
    assert all(set(one.detail) <= set(DETAIL) for one in once)


@pytest.mark.parametrize("kind", GUIDES)
def test_a_set_with_nothing_in_it_gives_nothing_and_says_what_is_missing(kind):
    assert entries(whole([], kind)) == []


def test_the_format_is_told_by_what_is_in_the_file():
    data = body(whole(PROFESSIONAL))
    assert detect("a.txt", data[:200]) == "x12"
    assert detect("a.837", b"\xef\xbb\xbf" + data[:200]) == "x12"
    assert detect("a.837", data[106:300].lstrip()) == "x12"


def test_wide_characters_are_refused():
    with pytest.raises(InputError, match="UTF-16"):
        read(body(whole(PROFESSIONAL)).decode().encode("utf-16"))


def test_a_name_in_latin_1_is_read_and_told():
    data = body(whole(PROFESSIONAL)).replace(b"QUILL*MARTA", b"QUILL*JOS\xe9")
    assert codes_of(data) == ["IK4 6"]
    (person,) = [one.person for one in read(data) if one.entries]
    assert person.names[0].given[0] == "JOSé"


def test_a_control_character_is_told():
    assert codes_of(body(whole(PROFESSIONAL)).replace(b"12 MILL ROAD", b"12 MILL\x07 ROAD")) == ["IK4 6"]


def test_a_segment_that_never_ends_is_told():
    data = body(whole(PROFESSIONAL)).replace(b"12 MILL ROAD", b"x" * 70_000)
    assert "TA1 004" in codes_of(data)


def test_a_set_of_three_thousand_claims_needs_no_more_memory_than_a_small_one():
    head = body(whole([*HEADER, *SUBSCRIBER]))
    start, _, _ = head.partition(b"SE*")

    def claims(number: int) -> bytes:
        return b"".join(body([f"CLM*A{one}*150***11:B:1*Y*A*Y*Y", *CLAIM[1:]]) for one in range(number))

    def peak(number: int) -> int:
        trailer = (
            f"SE*{2 + len(HEADER) + len(SUBSCRIBER) + number * len(CLAIM)}*0001~\nGE*1*5~\nIEA*1*000000007~\n"
        )
        data = start + claims(number) + trailer.encode()
        stream, told = io.BytesIO(data), message(data)
        tracemalloc.start()
        found = sum(len(one.entries) for one in x12.read(told, stream))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == number + 1
        return most

    peak(300)
    assert peak(3_000) < 1.5 * peak(800)


def test_whatever_is_damaged_nothing_crashes_and_no_fault_tells_of_her():
    chance = random.Random(12)
    for kind, segments in EVERY:
        data = body(whole(segments, kind))
        for _ in range(60):
            damaged = bytearray(data)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(damaged))
                damaged[at : at + chance.randint(0, 6)] = bytes(
                    chance.choices(b"*~:^AZ09 \n\x00\xff", k=chance.randint(0, 3))
                )
            try:
                faults(bytes(damaged))
            except InputError as error:
                assert not any(word in str(error) for word in NEVER_IN_FAULTS)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_junk_is_refused_or_told_and_never_read(junk):
    try:
        found = read(b"ISA*" + junk)
    except InputError:
        return
    assert not any(one.entries for one in found)


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=1, max_value=1_300))
def test_wherever_a_file_breaks_off_no_claim_is_half_read(at):
    data = body(whole(PROFESSIONAL))
    whole_claim = entries(data, "Claim")
    assert entries(data[: min(at, data.index(b"SE*"))], "Claim") in ([], whole_claim)


@pytest.mark.parametrize("data", [b"", b" \r\n\n"])
def test_an_empty_file_is_told(data):
    with pytest.raises(InputError, match="is empty"):
        read(data)
