"""A message that could not be read is listed, corrected, set aside or read again; what it was stays."""

import pytest
from django.test import Client

from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.web.desk import PASSWORD, signed_in

HEADER = "member_id,member_family,birth_date,fill_date,drug_name,status\n"
GOOD = "q7,Quill,1949-06-30,2026-03-02,lisinopril 10 mg,paid\n"
BAD = "q7,Quill,1949-06-30,2026-13-02,metformin 500 mg,paid\n"
MENDED = "q7,Quill,1949-06-30,2026-03-12,metformin 500 mg,paid\n"


@pytest.fixture
def fills(real: Pipeline, tmp_path):
    file = tmp_path / "fills.csv"
    file.write_text(HEADER + GOOD + BAD)
    report = real.connect([file], source="pharmacy")
    (waiting,) = real.dead_letters.all()
    (patient,) = report.patients
    return waiting.message, patient


def drugs(real: Pipeline, patient: str) -> list[str]:
    return sorted(entry.text for entry in real.store.entries.of(patient))


def test_an_empty_list_says_that_everything_was_read(real):
    shown = signed_in("rosa").get("/rejected").content.decode()
    assert "Every message could be read" in shown


def test_the_list_names_file_source_place_and_reason(real, fills):
    shown = signed_in("rosa").get("/rejected").content.decode()
    for words in ("fills.csv", "pharmacy", "row 2", "not a date"):
        assert words in shown


def test_a_corrected_message_replaces_what_was_read_of_it_and_the_old_one_stays(real, fills):
    message, patient = fills
    rosa = signed_in("rosa")
    assert BAD.strip() in rosa.get(f"/rejected/{message}").content.decode()
    sent = {
        "text": (HEADER + GOOD + MENDED).replace("\n", "\r\n"),
        "why": "the pharmacy said the 12th of March",
    }
    answer = rosa.post(f"/rejected/{message}/correct", sent, follow=True)
    assert "was taken in" in answer.content.decode()
    assert drugs(real, patient) == ["lisinopril 10 mg", "metformin 500 mg"]
    assert real.dead_letters.all() == ()
    assert b"2026-13-02" in real.store.messages.open(message).read()


def test_replay_reads_the_corrected_message_and_not_the_old_one(real, fills):
    message, patient = fills
    real.dead_letters.correct("operator", message, (HEADER + GOOD + MENDED).encode(), why="asked")
    report = real.replay()
    assert report.rejected == []
    assert drugs(real, patient) == ["lisinopril 10 mg", "metformin 500 mg"]


def test_a_corrected_part_is_added_to_what_was_read(real, fills):
    message, patient = fills
    sent = {"text": HEADER + MENDED, "why": "asked", "part": "1"}
    signed_in("rosa").post(f"/rejected/{message}/correct", sent)
    assert drugs(real, patient) == ["lisinopril 10 mg", "metformin 500 mg"]


@pytest.mark.parametrize(
    ("text", "why", "said"),
    [
        (HEADER + GOOD + BAD, "asked", "nothing was changed in it"),
        (HEADER + BAD, "asked", "not a date"),
        ("nonsense", "asked", "no column"),
        (HEADER + MENDED, "  ", "say why"),
    ],
    ids=["unchanged", "still wrong", "no message", "no reason"],
)
def test_a_correction_that_is_none_is_refused_and_what_was_typed_stays(real, fills, text, why, said):
    message, patient = fills
    answer = signed_in("rosa").post(f"/rejected/{message}/correct", {"text": text, "why": why})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert text.splitlines()[-1] in shown
    assert [one.message for one in real.dead_letters.all()] == [message]
    assert drugs(real, patient) == ["lisinopril 10 mg"]


def test_what_needs_nothing_is_set_aside_and_can_be_put_back(real, fills):
    message, _ = fills
    rosa = signed_in("rosa")
    answer = rosa.post(f"/rejected/{message}/aside", {"why": "a test row of the pharmacy's"}, follow=True)
    assert "put it back" in answer.content.decode()
    assert real.dead_letters.all() == ()
    rosa.post(f"/rejected/{message}/back")
    assert [one.message for one in real.dead_letters.all()] == [message]


def test_what_was_set_aside_stays_aside_when_everything_is_read_again(real, fills):
    message, _ = fills
    real.dead_letters.set_aside("operator", message, why="a test row")
    real.replay()
    assert real.dead_letters.all() == ()


def test_a_person_who_became_known_is_found_when_the_message_is_read_again(real, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("MRN: 77\nMRN system: urn:clinic\n\nSleeps badly.")
    real.connect([note], source="social")
    (waiting,) = real.dead_letters.all()
    who = tmp_path / "who.txt"
    who.write_text("Patient: Marta Quill\nBirth date: 1949-06-30\nMRN: 77\nMRN system: urn:clinic\n\nWell.")
    report = real.intake.run([who], source="social", format=None)
    (patient,) = report.patients
    if real.dead_letters.all():
        signed_in("rosa").post(f"/rejected/{waiting.message}/again")
    assert real.dead_letters.all() == ()
    assert real.store.entries.count(patient) == 2


def test_reading_and_changing_a_message_leaves_audit_events(real, fills):
    message, _ = fills
    rosa = signed_in("rosa")
    rosa.get(f"/rejected/{message}")
    body = b"".join(rosa.get(f"/rejected/{message}/original").streaming_content)
    assert body == (HEADER + GOOD + BAD).encode()
    rosa.post(f"/rejected/{message}/aside", {"why": "asked"})
    done = list(AuditEvent.objects.filter(what=f"message {message}").values_list("action", flat=True))
    assert done == ["read", "read", "set aside"]


def test_an_auditor_corrects_nothing_and_a_stranger_sees_nothing(real, fills, store):
    message, _ = fills
    store.users.create("ines", role="auditor", password=PASSWORD)
    assert signed_in("ines").get("/rejected").status_code == 403
    assert signed_in("ines").post(f"/rejected/{message}/aside", {"why": "x"}).status_code == 403
    assert Client().get(f"/rejected/{message}").status_code == 302
    assert signed_in("rosa").get("/rejected/ffff").status_code == 404


def test_markup_in_a_message_is_shown_and_not_run(real, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(HEADER + "q7,</textarea><script>alert(1)</script>,1949-06-30,soon,x,paid\n")
    real.connect([file], source="pharmacy")
    (waiting,) = real.dead_letters.all()
    shown = signed_in("rosa").get(f"/rejected/{waiting.message}").content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_who_runs_the_site_sees_the_fault_and_never_the_message(real, tmp_path, store):
    """Minimum necessary: sender, place, reason and number mend a feed; what the message says is the care team's."""
    file = tmp_path / "quill-marta.csv"
    file.write_text(HEADER + GOOD + BAD)
    real.connect([file], source="pharmacy")
    (waiting,) = real.dead_letters.all()
    store.users.create("adm", role="administrator", password=PASSWORD)
    adm, whole = signed_in("adm"), f"/rejected/{waiting.message}"
    shown = adm.get("/rejected").content.decode()
    for words in ("1 message could not be read", "pharmacy", "row 2", "not a date", "the care team opens"):
        assert words in shown
    for words in ("Quill", "quill", "metformin", "2026-13-02", f'href="{whole}'):
        assert words not in shown
    assert [adm.get(f"{whole}{one}").status_code for one in ("", "/original", "/who")] == [403, 403, 403]
    for step in ("correct", "again", "aside", "back", "who/say", "who/back"):
        assert adm.post(f"{whole}/{step}", {"why": "asked", "text": HEADER}).status_code == 403, step
    assert signed_in("rosa").get(whole).status_code == 200
    assert [one.message for one in real.dead_letters.all()] == [waiting.message]
