"""A signed document as an HL7 v2 message: what was signed arrives with the same words, and nothing else goes along."""

import base64
import hashlib
import io
from dataclasses import replace
from datetime import timedelta

import hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.care.entry import Entry, HumanName, Identifier, Message, Person
from careloom.care.entry import Reading as HL7Reading
from careloom.chart.mdm import NOBODY, NOT_TOLD, Notice, Receiver, message
from careloom.chart.parts import Filed, FiledAs
from careloom.chart.v2 import LONGEST, lines, pieces, plain
from careloom.chart.v2_people import numbers
from careloom.connect import hl7v2
from careloom.errors import InputError
from tests.chart.filed import AT, filed

FORM = FiledAs("Interdisciplinary care plan", "18776-5", {"problem_list": "Problem list", "goals": "Goals"})
ADA = Person(
    identifiers=(
        Identifier("urn:careloom:source:mercy:MERCY", "4711"),
        Identifier("urn:oid:2.16.840.1.113883.19.5.1", "RV104471"),
        Identifier("http://hl7.org/fhir/sid/us-ssn", "900-11-2222"),
        Identifier("urn:careloom:number:mercy:MERCY", "visit 8"),
        Identifier("urn:careloom:source:mercy:DL:OH", "licence 9"),
    ),
    names=(HumanName("Moreno", ("Ada", "Lucía"), "Jr"), HumanName("Quill", ("Ada",))),
    birth_date="1965-03-02",
    sex="female",
)
TO = Receiver(facility="COUNTY", to_application="EHR", to_facility="MERCY")
T02 = Notice(event="T02", key="w1/1", at=AT)


def body(one: Filed | None = None, to: Receiver = TO, notice: Notice = T02, who: Person = ADA) -> bytes:
    return message(one or filed(), FORM, who, to, notice).body


def segments(data: bytes) -> dict[str, list[list[str]]]:
    """The fields of each segment, by its name; a field's number is its place (MSH-1 is the separator)."""
    found: dict[str, list[list[str]]] = {}
    for line in data.decode().rstrip("\r").split("\r"):
        fields = line.split("|")
        if fields[0] == "MSH":
            fields.insert(1, "|")
        found.setdefault(fields[0], []).append(fields)
    return found


def reading(data: bytes) -> HL7Reading:
    """What our own reader takes from it, of which it may reject nothing and understand everything."""
    sent = Message(hashlib.sha256(data).hexdigest(), "mercy", "hl7v2", "sent.hl7", "UTC")
    (found,) = hl7v2.read(sent, io.BytesIO(data), limit=64 << 20, options={})
    assert (found.rejected, dict(found.unknown)) == ((), {})
    return found


def document(data: bytes) -> Entry:
    return next(
        one for one in reading(data).entries if one.kind == "DocumentReference" and one.status != "superseded"
    )


def told(*texts: str) -> Filed:
    """A document with these lines, all signed."""
    one = filed()
    base = one.proposal.document.statements[0]
    made = tuple(replace(base, id=f"t{n}", text=text) for n, text in enumerate(texts))
    proposal = replace(
        one.proposal,
        document=replace(one.proposal.document, statements=made),
        released={line.id: "u-nora" for line in made},
    )
    return replace(one, proposal=proposal)


def test_the_words_arrive_by_section_with_who_drafted_and_who_signed() -> None:
    said = document(body()).text.split("\n")
    assert said[:5] == [
        "Interdisciplinary care plan",
        "Problem list",
        "eGFR is 38 mL/min/1.73 m2 (2026-09-22) & falling.",
        "Goals",
        "Keep systolic blood pressure below 130 mmHg by 2027-02-21.",
    ]
    assert said[-1].startswith("Drafted by software (Careloom with the language model ")
    assert said[-1].endswith(
        "read and signed by N. Reyes, RN on 2026-11-23 12:00 UTC; L. Osei, MD on 2026-11-23 12:00 UTC."
    )
    assert "Nobody signed this." not in said


def test_a_document_that_people_wrote_says_so() -> None:
    one = filed()
    by_hand = replace(one.proposal.document, by_hand=True)
    last = document(body(replace(one, proposal=replace(one.proposal, document=by_hand)))).text.split("\n")[-1]
    assert last.startswith("Written by people, read and signed by N. Reyes, RN")


def test_the_header_says_from_whom_to_whom_and_in_which_characters() -> None:
    (msh,) = segments(body(to=replace(TO, accept="AL", application_ack="NE")))["MSH"]
    assert msh[2:8] == ["^~\\&", "CARELOOM", "COUNTY", "EHR", "MERCY", "20261123120000+0000"]
    assert msh[9] == "MDM^T02^MDM_T02" and len(msh[10]) == 20
    assert msh[11:13] == ["P", "2.5.1"] and msh[15:17] == ["AL", "NE"] and msh[18] == "UNICODE UTF-8"


def test_txa_has_the_number_the_state_and_who_authenticated_when() -> None:
    (txa,) = segments(body())["TXA"]
    assert (txa[2], txa[3], txa[4]) == ("18776-5", "TX", "20261123120000+0000")
    assert txa[12] == f"{filed().proposal.id}^CARELOOM"
    assert txa[13] == "" and (txa[17], txa[18], txa[19]) == ("AU", "U", "AV")
    nora, osei = (one.split("^") for one in txa[22].split("~"))
    assert (nora[:3], nora[6], nora[8], nora[14]) == (
        ["u-nora", "Reyes", "N."], "RN", "CARELOOM", "20261123120000+0000",
    )  # fmt: skip
    assert (osei[1], osei[6]) == ("Osei", "MD")
    assert txa[9].startswith("u-osei^Osei")


def test_a_site_has_its_own_type_and_its_own_word_for_a_legal_signature() -> None:
    (txa,) = segments(body(to=replace(TO, type="CAREPLAN", completion="LA", confidentiality="R")))["TXA"]
    assert (txa[2], txa[17], txa[18]) == ("CAREPLAN", "LA", "R")


def test_what_nobody_had_to_sign_is_documented_and_authenticated_by_nobody() -> None:
    one = filed()
    unsigned = replace(one, decisions=())
    (txa,) = segments(body(unsigned))["TXA"]
    assert (txa[17], *txa[22:]) == ("DO",)
    assert document(body(unsigned)).text.endswith("released without a signature, as this kind may be.")


def test_the_patient_is_named_by_the_receivers_own_numbers_and_no_others() -> None:
    (pid,) = segments(body())["PID"]
    assert pid[3] == "4711^^^MERCY^MR~RV104471^^^&2.16.840.1.113883.19.5.1&ISO^MR"
    assert (pid[5], pid[7], pid[8]) == ("Moreno^Ada^Lucía^Jr^^^L", "19650302", "F")
    assert b"900-11-2222" not in body() and b"visit 8" not in body() and b"licence 9" not in body()
    who = reading(body()).person
    assert [(one.system, one.value) for one in who.identifiers] == [
        (one.system, one.value) for one in ADA.identifiers[:2]
    ]


def test_a_number_without_an_authority_gets_the_receivers() -> None:
    bare = replace(ADA, identifiers=(Identifier("urn:careloom:source:mercy:MR", "4711"),))
    assert numbers(bare, "MERCY") == ("4711^^^MERCY^MR",)
    assert numbers(bare, "MERCY&1.2.3&ISO") == ("4711^^^MERCY&1.2.3&ISO^MR",)
    assert numbers(bare) == ("4711^^^^MR",)


def test_a_patient_of_whom_the_receiver_never_told_a_number_is_not_sent() -> None:
    stranger = replace(ADA, identifiers=ADA.identifiers[2:])
    with pytest.raises(InputError, match=NOBODY):
        body(who=stranger)


def test_what_a_substance_use_programme_sent_goes_in_no_message() -> None:
    one = filed()
    entries = tuple(
        replace(entry, detail={"part2": "yes"}) if entry.id == "1" * 32 else entry
        for entry in one.record.entries
    )
    with pytest.raises(InputError) as refused:
        body(replace(one, record=replace(one.record, entries=entries)))
    assert refused.value.reason == NOT_TOLD
    # A document that rests on none of it goes, and says nothing of a programme.
    aside = replace(one.record, entries=(*one.record.entries, replace(entries[1], id="9" * 32)))
    assert b"42 CFR" not in body(replace(one, record=aside))


def test_a_newer_document_takes_the_place_of_the_older_one() -> None:
    data = body(notice=replace(T02, event="T10", parent="0" * 32))
    (txa,) = segments(data)["TXA"]
    assert txa[13] == f"{'0' * 32}^CARELOOM" and txa[19] == "AV"
    kinds = [one.status for one in reading(data).entries if one.kind == "DocumentReference"]
    assert kinds == ["current", "superseded"]


def test_a_signature_that_was_undone_takes_the_document_back_without_its_words() -> None:
    data = body(notice=replace(T02, event="T11", key="w1/2"))
    found = segments(data)
    assert found["MSH"][0][9] == "MDM^T11^MDM_T01" and "OBX" not in found
    (txa,) = found["TXA"]
    assert (txa[12], txa[19]) == (f"{filed().proposal.id}^CARELOOM", "CA")
    assert document(data).status == "entered-in-error" and document(data).text == ""


def test_the_same_message_again_is_the_same_to_the_byte_and_another_occasion_has_another_control_id() -> None:
    first = message(filed(), FORM, ADA, TO, T02)
    assert message(filed(), FORM, ADA, TO, T02) == first
    other = [
        message(filed(), FORM, ADA, TO, replace(T02, key="w1/2")),
        message(filed(), FORM, ADA, TO, replace(T02, event="T11")),
        message(filed(), FORM, ADA, TO, replace(T02, at=AT + timedelta(minutes=5))),
        message(filed(), FORM, replace(ADA, birth_date="1965-03-20"), TO, T02),
        message(told("Another line."), FORM, ADA, TO, T02),
    ]
    assert len({one.control for one in (first, *other)}) == 6
    assert {one.document for one in (first, *other)} == {filed().proposal.id}


def test_the_printed_document_goes_along_as_it_is() -> None:
    pdf = b"%PDF-1.7 \x00\x1c\r\x0b|^~\\& \xff" * 50
    data = body(notice=replace(T02, pdf=pdf))
    last = segments(data)["OBX"][-1]
    kind = last[5].split("^")
    assert (last[2], last[4], kind[:4]) == ("ED", "2", ["", "AP", "PDF", "Base64"])
    assert base64.b64decode(kind[4]) == pdf
    assert [one[1] for one in segments(data)["OBX"]] == [
        str(n) for n in range(1, len(segments(data)["OBX"]) + 1)
    ]
    # Another setting of the same page is the same message: its words are what the control id stands for.
    assert (
        message(filed(), FORM, ADA, TO, replace(T02, pdf=pdf)).control
        == message(filed(), FORM, ADA, TO, T02).control
    )


@pytest.mark.parametrize("version", ["2.3.1", "2.5.1"])
@pytest.mark.parametrize("text", ["TX", "FT"])
def test_both_versions_and_both_forms_of_text_say_the_same(version: str, text: str) -> None:
    data = body(to=replace(TO, version=version, text=text))
    assert document(data).text == document(body()).text
    assert len(segments(data)["OBX"]) == (1 if text == "FT" else 10)


def test_a_line_that_no_field_holds_goes_in_pieces_that_one_does() -> None:
    long = "over & over | again ~ " * 6_000
    for text in ("TX", "FT"):
        found = segments(body(told(long), replace(TO, text=text)))["OBX"]
        assert all(len(one[5].encode()) <= LONGEST for one in found)
        assert max(len(one[5].encode()) for one in found) > LONGEST - 100
        assert (
            "".join(document(body(told(long), replace(TO, text=text))).text.split()).count("over&over|again~")
            == 6_000
        )
    assert "".join(pieces("é" * 100_000)) == "é" * 100_000


# What a person can type: anything but what is no character of a text.
TYPED = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
    | st.sampled_from("|^~\\&#\r\n.\x1c\x0b"),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TYPED, min_size=1, max_size=5), st.sampled_from(["TX", "FT"]))
def test_any_text_arrives_as_the_words_that_were_signed(texts: list[str], form: str) -> None:
    data = body(told(*texts), replace(TO, text=form))
    wanted = [line for text in texts for line in lines(text)]
    assert document(data).text.split("\n")[2:-1] == wanted
    # Nothing of a text begins a segment, or ends the message's frame.
    assert b"\x0b" not in data and b"\x1c" not in data and b"\n" not in data
    assert {line[:3] for line in data.decode().rstrip("\r").split("\r")} == {
        "MSH",
        "EVN",
        "PID",
        "PV1",
        "TXA",
        "OBX",
    }


@settings(max_examples=200, deadline=None)
@given(st.lists(TYPED, min_size=1, max_size=4))
def test_an_independent_parser_reads_the_same_words(texts: list[str]) -> None:
    parsed = hl7.parse(body(told(*texts)).decode())
    said = [parsed.unescape(str(one[5])) for one in parsed.segments("OBX")]
    assert said[2:-1] == [line for text in texts for line in lines(text)]


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.integers(12, 40))
def test_pieces_are_short_enough_and_lose_nothing(text: str, longest: int) -> None:
    found = list(pieces(text, longest))
    assert "".join(found) == plain(text)
    assert all(len(one.encode()) <= longest for one in found)


def test_an_independent_parser_reads_whose_it_is_what_it_is_and_in_which_state() -> None:
    who = replace(ADA, names=(HumanName("Nuñez|^&~\\ 李", ("Ada",)),))
    read = hl7.parse(body(who=who).decode())
    assert str(read["PID.F5.R1.C1"]) == "Nuñez|^&~\\ 李"
    assert [str(one) for one in (read["PID.F3.R1.C1"], read["PID.F7"], read["PID.F8"])] == [
        "4711",
        "19650302",
        "F",
    ]
    assert [str(read[f"TXA.F{n}"]) for n in (1, 2, 3, 17, 18, 19)] == ["1", "18776-5", "TX", "AU", "U", "AV"]
    assert str(read["TXA.F12.R1.C1"]) == filed().proposal.id
    assert str(read["TXA.F4"])[:8] == f"{AT:%Y%m%d}" and str(read["PV1.F2"]) == "N"
    signed = read.segment("TXA")[22]
    assert len(signed) == len({one.reviewer for one in filed().decisions})
    assert (str(read["MSH.F9.R1.C3"]), str(read["MSH.F18"])) == ("MDM_T02", "UNICODE UTF-8")


def test_half_of_a_character_is_sent_as_unknown_and_not_at_all_costs() -> None:
    assert document(body(told("a\ud83dz"))).text.split("\n")[2] == "a\ufffdz"
