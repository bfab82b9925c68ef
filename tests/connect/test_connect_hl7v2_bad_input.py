"""Whatever comes: readings and rejections with their place, never anything else, and never a word of content."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connect.hl7 import MSH, NEVER_IN_ERRORS, PID, hl7, read, rejections, seg

SEGMENTS = (
    "EVN|A08|20260304",
    "PD1||||7^Hart^Lou|||Y",
    "NK1|1|Quill^Jon|SON",
    "PV1|1|I|2W^201|E|||7^Hart^Lou",
    "PV2|||^Chest pain",
    "AL1|1|DA|70618^Penicillin^RXNORM|SV|Hives",
    "DG1|1||I10^Hypertension^I10C||20260101|W",
    "PR1|1||1^Biopsy^L||20260101||20",
    "IN1|1|P|1|Payer",
    "ORC|NW|P-1||||||||||7^Hart^Lou",
    "OBR|1|||24323-8^CMP^LN|||202603040800||||||||||||||||||F",
    "OBX|1|NM|2823-3^Potassium^LN|1|7.0|mmol/L^^UCUM|3.5-5.1|H|||F|||202603040800",
    "OBX|2|SN|1^x^L||>^5",
    "OBX|3|ED|1^x^L||^TEXT^PLAIN^Base64^UmVzdA==",
    "NTE|1||Remark",
    "SPM|1|||119297000^Blood^SCT|||||||||||||20260304",
    "RXE||860975^metformin^RXNORM|1||TAB",
    "TQ1|1||BID",
    "RXR|PO",
    "RXA|0|1|20260304||141^Influenza^CVX|0.5|mL",
    "TXA|1|CN|TX|20260304||20260304",
    "SCH|1|2||||^x|||30|min|^^^202604010900",
    "AIS|1||1^x^L|202604010900",
    "FT1|1|||20260304|||1^x^L",
    "MRG|H-1^^^HARBOR^MR",
    "RF1|A|A|1^x^L",
    "PRB|AD|20260304|1^x^L",
    "IAM|1|DA|1^x^L",
    "GOL|AD|20260304|1^x^L",
    "ZZZ|1|a^b&c~d",
)
KINDS = (
    "ADT^A08", "ADT^A40", "ADT^A45", "ADT^A24", "ADT^A37", "ORU^R01", "OUL^R22", "ORM^O01", "OML^O21", "MDM^T02",
    "MDM^T11", "SIU^S12", "RDE^O11", "RDS^O13", "RAS^O17", "VXU^V04", "REF^I12", "PPR^PC1", "DFT^P03", "BAR^P01", "XX^Y",
)  # fmt: skip


def counted(data: bytes) -> int:
    """Read it; how many entries came. Whatever is rejected tells of nobody."""
    found = read(data)
    for reading in found:
        for one in reading.rejected:
            assert not any(word in one.where + one.reason for word in NEVER_IN_ERRORS)
        ids = [entry.id for entry in reading.entries]
        assert len(set(ids)) == len(ids)
    return sum(len(reading.entries) for reading in found)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), st.lists(st.sampled_from(SEGMENTS), max_size=14), st.booleans())
def test_any_order_of_segments_is_read_or_counted(kind, segments, twice):
    data = hl7(kind, *segments, *([PID.replace("H-778", "H-779"), *segments] if twice else []))
    found = read(data)
    counted(data)
    assert found
    unknown = sum(sum(reading.unknown.values()) for reading in found)
    told = sum(len(reading.entries) + len(reading.rejected) for reading in found) + unknown
    assert told > 0


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_message_spoiled_anywhere_is_read_or_rejected(data):
    whole = hl7(data.draw(st.sampled_from(KINDS)), *SEGMENTS)
    at = data.draw(st.integers(0, len(whole)))
    piece = data.draw(st.binary(max_size=6))
    gone = data.draw(st.integers(0, 40))
    counted(whole[:at] + piece + whole[at + gone :])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_rejected_or_read(data):
    counted(data)
    counted(b"MSH|^~\\&|" + data)
    counted(hl7("ORU^R01") + data)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='|^~\\&"0123456789.<>-:/\r\nA ', max_size=60))
def test_any_field_is_read_or_rejected(said):
    for line in (
        f"OBX|1|NM|1^x^L||{said}",
        f"OBX|1|{said}|||||F",
        f"DG1|1||{said}",
        f"PV1|{said}",
        f"AL1|1|DA|{said}",
    ):
        counted(hl7("ADT^A08", line))


@pytest.mark.parametrize("kind", KINDS)
def test_every_prefix_of_a_message_is_read_or_rejected(kind):
    whole = hl7(kind, *SEGMENTS)
    for length in range(0, len(whole), 7):
        counted(whole[:length])


@pytest.mark.parametrize(
    ("data", "where", "why"),
    [
        (hl7("ADT^A08", pid=""), "message 1, PID", "names no patient"),
        (hl7("", pid=PID), "message 1, MSH-9", "names no message type"),
        (b"MSH|\r" + PID.encode(), "message 1, MSH-2", "names no delimiters"),
        (b"MSH|^~\\&|A\r" + PID.encode(), "message 1, MSH-9", "names no message type"),
        (MSH.format(kind="ADT^A08").encode()[:40], "message 1", "cut short"),
        (b"PID|1||H-778\r", "before message 1", "belong to no message"),
        (b"\x89PNG\r\n\x1a\n", "before message 1", "belong to no message"),
        (hl7("ADT^A08").decode().encode("utf-16"), "before message 1", "belong to no message"),
    ],
)
def test_what_is_no_message_is_refused_by_its_place(data, where, why):
    (found, *_) = rejections(data)
    assert found[0].startswith(where)
    assert why in found[1] or "control character" in found[1] or "NUL" in found[1]


def test_a_unit_that_cannot_be_converted_is_kept_as_it_was_sent():
    (found,) = read(
        hl7("ORU^R01", SEGMENTS[10], "OBX|1|NM|2823-3^Potassium^LN||4.1|spoons per bath^^L|||||F")
    )
    assert [one.unit for one in found.entries if one.kind == "Observation"] == ["spoons per bath"]


def test_a_comment_under_what_is_not_read_is_counted():
    (found,) = read(hl7("ADT^A08", "ZZZ|1", "NTE|1||lost?"))
    assert found.unknown == {"segment ZZZ": 1, "segment NTE": 1}


def test_a_message_of_a_thousand_results_is_read_in_one_piece():
    many = [seg("OBX", {1: str(n), 2: "NM", 3: f"{n}^x^L", 5: str(n), 11: "F"}) for n in range(1_000)]
    assert counted(hl7("ORU^R01", SEGMENTS[10], *many)) == 1_003
