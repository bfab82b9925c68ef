"""Files of one message or many: segment ends, frames, batches, junk between; each message for itself."""

import io

import pytest

from careloom.connect import hl7v2
from tests.connect.hl7 import MSH, PID, Made, entries, hl7, read, rejections, sent, the_reading

OBR = "OBR|1|||24323-8^CMP^LN|||202603040800||||||||||||||||||F"
OBX = "OBX|1|NM|2823-3^Potassium^LN||4.10|mmol/L|3.5-5.1|N|||F"
MESSAGE = hl7("ORU^R01", OBR, OBX)
START, END = b"\x0b", b"\x1c\r"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_end_as_the_standard_says_or_as_files_have_it(end):
    assert [entry.value for entry in entries(hl7("ORU^R01", OBR, OBX, end=end), "Observation")] == ["4.10"]


def test_a_file_holds_many_messages_each_with_its_number():
    found = read(MESSAGE + MESSAGE.replace(b"4.10", b"4.20") + MESSAGE)
    assert [entry.source.where for one in found for entry in one.entries if entry.kind == "Observation"] == [
        "message 1, OBX",
        "message 2, OBX",
        "message 3, OBX",
    ]
    assert len({entry.id for one in found for entry in one.entries}) == sum(len(one.entries) for one in found)


def test_messages_come_in_frames_of_a_listener_too():
    data = START + MESSAGE + END + START + MESSAGE + END
    assert len(entries(data, "Observation")) == 2
    assert len(entries(b"\r\n\x0b" + MESSAGE + b"\x1c\r\n", "Observation")) == 1


def test_a_frame_that_nothing_ends_is_a_message_cut_short():
    data = START + MESSAGE + START + MESSAGE + END
    assert rejections(data) == [("message 1", "no end block (0x1C) ends it: it is cut short")]
    assert len(entries(MESSAGE) + [e for one in read(data) for e in one.entries]) == 8
    assert rejections(START + MESSAGE) == [("message 1", "no end block (0x1C) ends it: it is cut short")]


def test_a_byte_order_mark_does_no_harm():
    assert len(entries(b"\xef\xbb\xbf" + MESSAGE, "Observation")) == 1


def test_a_batch_whose_counts_are_right_is_only_its_messages():
    data = b"FHS|^~\\&|LAB\rBHS|^~\\&|LAB\r" + MESSAGE * 2 + b"BTS|2\rFTS|1\r"
    assert len(entries(data, "Observation")) == 2


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (
            b"BHS|^~\\&|LAB\r",
            b"BTS|3\r",
            ("batch 1, BTS-1", "its count is not that of the messages that came (2)"),
        ),
        (
            b"BHS|^~\\&|LAB\r",
            b"BTS|two\r",
            ("batch 1, BTS-1", "its count is not that of the messages that came (2)"),
        ),
        (b"BHS|^~\\&|LAB\r", b"", ("batch 1", "no BTS ends the batch: it may be cut short")),
        (b"FHS|^~\\&|LAB\r", b"", ("the end of the file", "no FTS ends the file: it may be cut short")),
        (b"FHS|^~\\&|LAB\r", b"FTS|4\r", ("FTS-1", "its count is not that of the batches that came (0)")),
    ],
)
def test_a_batch_whose_counts_are_wrong_says_so_and_its_messages_are_read(start, end, expected):
    data = start + MESSAGE * 2 + end
    assert rejections(data) == [expected]
    assert sum(len(one.entries) for one in read(data)) == 8


def test_a_batch_without_counts_claims_nothing():
    assert len(entries(b"BHS|^~\\&\r" + MESSAGE + b"BTS\r", "Observation")) == 1


def test_junk_before_and_between_framed_messages_is_named_once_and_the_rest_is_read():
    data = b"\x00\xff\x07 junk\rmore\r" + START + MESSAGE + END + b"\x80\x81\r\x00\r" + START + MESSAGE + END
    assert rejections(data) == [
        ("before message 1", "holds bytes that belong to no message"),
        ("after message 1", "holds bytes that belong to no message"),
    ]
    assert sum(len(one.entries) for one in read(data)) == 8


def test_binary_junk_after_an_unframed_message_is_rejected_and_both_messages_are_read():
    data = MESSAGE + b"\x00\xff\xfe\x13junk\r" + MESSAGE
    assert rejections(data) == [("message 1, line 5", "holds bytes that are neither a segment nor text")]
    assert sum(len(one.entries) for one in read(data)) == 8


def test_a_line_break_that_nobody_escaped_stays_in_its_text():
    data = hl7("MDM^T02", "TXA|1|CN|TX|20260304|", "OBX|1|TX|1^Note^L||First line.\n\nThird line.||||||F")
    assert entries(data, "DocumentReference")[0].text == "First line.\n\nThird line."
    assert the_reading(data).unknown == {"line without a segment's name, read as part of the one before": 1}


def test_an_empty_file_says_so():
    assert rejections(b"") == [("line 1", "is empty")]
    assert rejections(b"\r\n  \r\n") == [("line 1", "is empty")]


def test_a_message_larger_than_one_may_be_is_rejected_and_the_rest_is_read():
    data = hl7("ORU^R01", OBR, OBX.replace("4.10", "9" * 300_000)) + MESSAGE
    found = read(data, limit=200_000)
    assert [one.where for reading in found for one in reading.rejected] == ["message 1"]
    assert sum(len(one.entries) for one in found) == 4


def test_a_line_without_end_is_never_held_as_a_whole():
    pieces = (b"x" * 1_000_000 if n else MSH.format(kind="ORU^R01").encode() + b"\r" for n in range(40))
    stream = Made(pieces)
    found = list(hl7v2.read(sent(b""), io.BufferedReader(stream), limit=2_000_000, options={}))
    assert [one.reason for reading in found for one in reading.rejected] == [
        "is larger than a message may be"
    ]


def test_a_long_file_is_never_held_as_a_whole():
    piece = MESSAGE + b"NTE|1||" + b"x" * 4_000 + b"\r"
    stream = Made(piece for _ in range(2_000))
    given = most = 0
    for reading in hl7v2.read(sent(b""), io.BufferedReader(stream), limit=8 << 20, options={}):
        given += bool(reading.entries)
        most = max(most, stream.made - given)
    assert given == 2_000
    assert most <= (3 << 20) // len(piece)  # What lies in one piece of a file that is read at once.


def test_one_broken_message_leaves_the_others_alone():
    broken = hl7("ORU^R01", OBR, OBX, pid="")
    found = read(MESSAGE * 2 + broken + MESSAGE)
    assert [(one.where, one.reason) for reading in found for one in reading.rejected] == [
        ("message 3, PID", "is missing: the message names no patient")
    ]
    assert sum(len(one.entries) for one in found) == 12


def test_what_is_hl7_is_told_by_its_first_bytes():
    assert hl7v2.is_ours(MESSAGE)
    assert hl7v2.is_ours(b"\x0b" + MESSAGE)
    assert hl7v2.is_ours(b"\xef\xbb\xbf\r\nFHS|^~\\&|LAB\r")
    assert hl7v2.is_ours(b"MSH#*~\\&#A\r")
    assert not hl7v2.is_ours(b"MSHA is a name")
    assert not hl7v2.is_ours(b"MSH")
    assert not hl7v2.is_ours(b"Patient: A\nMRN: 1\n\nMSH|^~\\&|")


def test_no_two_messages_share_an_entry_however_alike_they_are():
    first, second = read(MESSAGE * 2)
    assert {one.id for one in first.entries}.isdisjoint(one.id for one in second.entries)
    assert [one.value for one in first.entries] == [one.value for one in second.entries]
    assert PID.encode() in MESSAGE
