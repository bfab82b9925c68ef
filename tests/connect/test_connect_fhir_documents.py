"""Notes, PDFs and reports inside FHIR resources: their whole text, and who or what wrote it."""

import base64

from tests.connect.made import a1c, about, base64_of, the_entry
from tests.connect.scanned import LETTER, bound, pdf, stamped


def test_a_report_refers_to_its_results_and_keeps_its_conclusion():
    report = about(
        "DiagnosticReport",
        status="final",
        code={"text": "Panel"},
        conclusion="Stable.",
        result=[{"reference": "Observation/o7"}],
    )
    entry = the_entry(report, a1c(id="o7"))
    assert entry.value == "Stable."
    assert len(entry.references) == 1


def test_a_note_keeps_its_whole_text_and_who_wrote_it():
    content = [
        {"attachment": {"contentType": "application/pdf", "data": "JVBERi0="}},
        {
            "attachment": {
                "contentType": "text/html",
                "data": base64_of("<p>Lives&nbsp;alone.</p><script>x</script>"),
            }
        },
    ]
    entry = the_entry(
        about("DocumentReference", status="current", content=content, author=[{"display": "Dr. Osei"}])
    )
    assert (entry.text, entry.detail["author"]) == ("Lives alone.", "Dr. Osei")
    assert entry.detail["text_from"] == "content[1].attachment"


def test_a_note_whose_text_lies_in_a_binary_of_the_same_message_is_read():
    note = about(
        "DocumentReference", content=[{"attachment": {"contentType": "text/plain", "url": "Binary/b"}}]
    )
    binary = {
        "resourceType": "Binary",
        "id": "b",
        "contentType": "text/plain",
        "data": base64_of("She was evicted."),
    }
    assert the_entry(note, binary).text == "She was evicted."
    assert the_entry(note).text == ""


def test_a_pdf_gives_the_text_of_its_pages_and_says_which_are_images():
    paper = base64.b64encode(bound(pdf(), pdf(scanned=True), stamped(pdf(scanned=True), LETTER, unseen=True)))
    attachment = {"contentType": "application/pdf", "data": paper.decode()}
    entry = the_entry(about("DocumentReference", content=[{"attachment": attachment}]))
    assert entry.text.count("metoprolol 50 mg twice a day") == 1
    assert entry.detail["text_from"] == "content[0].attachment"
    assert entry.detail["note"] == "pages 2, 3 of its PDF: an image, not read"


def test_a_damaged_pdf_leaves_the_document_known_and_says_so():
    attachment = {"contentType": "application/pdf", "data": base64_of("%PDF-"), "title": "Letter"}
    entry = the_entry(about("DocumentReference", content=[{"attachment": attachment}]))
    assert (entry.text, entry.detail["title"]) == ("", "Letter")
    assert entry.detail["note"] == "its PDF is a damaged PDF: not read"


def test_a_note_in_another_character_set_is_read_as_it_says():
    attachment = {"contentType": "text/plain; charset=iso-8859-1", "data": base64_of("Señora", "latin-1")}
    assert the_entry(about("DocumentReference", content=[{"attachment": attachment}])).text == "Señora"


def test_a_note_that_a_device_wrote_or_an_ai_label_marks_is_machine_written():
    device = about("DocumentReference", author=[{"reference": "Device/scribe"}])
    labelled = about("DocumentReference", meta={"security": [{"code": "AIAST"}]})
    assert the_entry(device).detail["machine_written"] == "true"
    assert the_entry(labelled).detail["machine_written"] == "true"
    assert (
        "machine_written"
        not in the_entry(about("DocumentReference", author=[{"display": "Dr. Osei"}])).detail
    )
