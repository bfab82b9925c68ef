"""A message's own delimiters, escapes and character set."""

import pytest

from careloom.connect.hl7v2.delimiters import delimiters
from careloom.errors import InputError
from tests.connect.hl7 import MSH, PID, entries, hl7, read, rejections, result, the_entry

MARKS = delimiters("|", "^~\\&", "utf-8")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"A\T\E of 5 \S\ 6", "A&E of 5 ^ 6"),
        (r"a\F\b\R\c\E\d", "a|b~c\\d"),
        (r"one\.br\two\.sp2\three", "one\ntwo\n\nthree"),
        (r"\H\warning\N\: \.in+4\stop\.ce\now", "warning: stop\nnow"),
        (r"caf\XC3A9\ and \X0D\line", "café and \nline"),
        (r"5 \X00\ 6 \Zlocal\ 7", r"5 \X00\ 6 \Zlocal\ 7"),
        (r"C:\ward\list", r"C:\ward\list"),
        ("no escape", "no escape"),
        ('""', ""),
    ],
)
def test_escapes_are_what_they_stand_for(written, said):
    assert MARKS.plain(written) == said


def test_a_message_may_name_other_delimiters():
    data = (
        b"MSH#*%!+#WARD#HARBOR###20260304101500##ORU*R01#C#P#2.5\r"
        b"PID#1##H-778***HARBOR+1.2.3+ISO*MR##Quill+van*Marta##19490630#F\r"
        b"OBR#1###24323-8*CMP*LN\r"
        b"OBX#1#ST#9*Remark!S!s*L##5 % 6 !T! 7!R!##mg/dL####F\r"
    )
    (found,) = read(data)
    assert found.person.names[0].full == "Marta Quill"
    assert found.person.identifiers[0].system == "urn:oid:1.2.3"
    observation = next(one for one in found.entries if one.kind == "Observation")
    assert (observation.codes[0].display, observation.value) == ("Remark*s", "5 \n 6 + 7%")


@pytest.mark.parametrize("encoding", ["", "^^\\&", "^~\\&|", "^A\\&", "^~ &", "^~\\&#?", "^~\x07&"])
def test_delimiters_that_can_be_none_are_refused_by_their_place(encoding):
    data = hl7("ORU^R01", msh=MSH.replace("^~\\&", encoding, 1)) + hl7("ADT^A08")
    found = read(data)
    ((where, reason),) = [(one.where, one.reason) for reading in found for one in reading.rejected]
    assert where.startswith("message 1")
    assert "delimiter" in reason or "control character" in reason or "names no message type" in reason
    assert sum(len(one.entries) for one in found) == 1


def test_a_null_field_says_nothing():
    data = hl7("ADT^A08", pid='PID|1||H-778^^^HARBOR^MR||Quill^Marta||""|""|||""|||||||||||||||||||""')
    (found,) = read(data)
    assert (found.person.birth_date, found.person.sex, found.person.deceased) == (None, None, None)
    assert found.entries[0].detail == {}


LATIN = PID.replace("Marta", "Zoë")


@pytest.mark.parametrize(
    ("named", "codec"),
    [
        ("", "utf-8"),
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("ISO 8859/15", "iso8859-15"),
        ("ASCII", "utf-8"),
        ("8859/1~ISO IR87", "latin-1"),
    ],
)
def test_the_character_set_that_the_message_names_is_taken(named, codec):
    text = hl7("ADT^A08", pid=LATIN, msh=f"{MSH}||||||{named}").decode()
    (found,) = read(text.encode(codec))
    assert found.person.names[0].given == ("Zoë", "Jo")


def test_the_sites_own_word_on_a_source_wins():
    data = hl7("ADT^A08", pid=LATIN).decode().encode("latin-1")
    ((where, reason),) = rejections(data)
    assert where == "message 1, line 2, byte 35"
    assert "character set" in reason
    (found,) = read(data, charset="latin-1")
    assert found.person.names[0].given == ("Zoë", "Jo")
    assert rejections(data, charset="klingon")[0][0] == "message 1, MSH-18"


def test_windows_quotation_marks_under_the_name_of_latin_1_are_read():
    note = "NTE|1||Won’t take it – “no”"
    text = hl7("ORU^R01", "OBR|1|||1^x^L", "OBX|1|NM|2^y^L||7", note, msh=f"{MSH}||||||8859/1").decode()
    (found,) = read(text.encode("cp1252"))
    assert found.entries[-1].detail["note"] == "Won’t take it – “no”"


@pytest.mark.parametrize("named", ["ISO IR6000", "EBCDIC", "8859/12", "8859/0", "8859/"])
def test_a_character_set_that_is_not_read_is_refused(named):
    ((where, reason),) = rejections(hl7("ADT^A08", msh=f"{MSH}||||||{named}"))
    assert (where, reason) == ("message 1, MSH-18", "names a character set that is not read")


def test_a_nul_in_a_segment_refuses_its_message_alone():
    data = hl7("ADT^A08", pid=PID.replace("Quill", "Qu\x00ill")) + hl7("ADT^A08")
    assert rejections(data) == [("message 1, line 2, byte 29", "holds a NUL byte")]
    assert sum(len(one.entries) for one in read(data)) == 1


def test_a_control_character_in_a_segment_refuses_its_message():
    assert rejections(hl7("ADT^A08", pid=PID.replace("Quill", "Qu\x07ill"))) == [
        ("message 1, line 2, character 29", "holds a control character")
    ]


def test_text_with_delimiters_that_nobody_escaped_is_kept_whole():
    found = result("OBX|1|TX|1^Remark^L||BP 120/80 & pulse 60 ^ stable||||||F")
    assert found.value == "BP 120/80 & pulse 60 ^ stable"


def test_too_many_separators_are_no_more_fields_than_a_segment_has():
    assert the_entry(hl7("ADT^A08", pid=PID + "|" * 60), "Patient").detail["sex"] == "female"


def test_fewer_delimiters_than_four_are_enough():
    data = hl7("ADT^A08", pid="PID|1||H-778||Quill^Marta\\T\\Ana", msh=MSH.replace("^~\\&", "^~", 1))
    assert entries(data)[0].kind == "Patient"
    (found,) = read(data)
    assert found.person.names[0].given == ("Marta\\T\\Ana",)
    with pytest.raises(InputError):
        delimiters("|", "", "utf-8")
