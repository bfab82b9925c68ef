"""Search over one patient: every word, whatever its accents; its source and day; nothing that the reader may not read."""

import pytest

from careloom.demo import HERE
from careloom.web.present.patient.found import MOST, Sought, fold, search
from tests.connect.made import body, bundle, patient
from tests.flow.test_consent import programme
from tests.record.people import a_condition, a_result, an_entry
from tests.record.sources import order
from tests.web.desk import PASSWORD, signed_in
from tests.web.people import NOW
from tests.web.test_web_consents import TYPED
from tests.web.test_web_consents import desk as programme_site

__all__ = ["programme_site"]


def found(words, *entries):
    return search(Sought(words), entries, (), (), NOW).hits


def marked(hit) -> list[str]:
    return [piece.text for piece in hit.pieces if piece.hit]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("corazon", "Dolor en el corazón"),
        ("CORAZÓN", "dolor en el corazon"),
        ("corazo\u0301n", "Dolor en el corazón"),
        ("metf", "Metformin 500 mg"),
        ("hauptstrasse", "Lives in Hauptstraße 3"),
        ("dolor corazón", "Dolor en el corazón"),
        ("nino", "El NIÑO está bien"),
    ],
)
def test_a_word_is_found_from_its_beginning_whatever_its_accents_and_capitals(words, text):
    (hit,) = found(words, a_condition(text, on="2026-03-04"))
    assert {fold(one)[:4] for one in marked(hit)} == {one[:4] for one in Sought(words).each}
    assert (hit.day, hit.source) == ("2026-03-04", "EHR")


@pytest.mark.parametrize("words", ["formin", "metformin insulin", "m", "", "   ", "(", "metformin."])
def test_what_does_not_stand_there_is_not_found(words):
    hits = found(words, a_condition("Metformin 500 mg", on="2026-03-04"))
    assert bool(hits) is (words == "metformin.")


def test_a_long_note_is_shown_around_its_words_which_are_marked_whole():
    text = "Nothing of note. " * 60 + "Tiene una notificación de desalojo para el viernes. " + "More. " * 90
    (hit,) = found("desaloj notificacion", an_entry("DocumentReference", text, on="2026-03-04"))
    assert marked(hit) == ["notificación", "desalojo"]
    shown = "".join(piece.text for piece in hit.pieces)
    assert len(shown) < 300 and shown.startswith("…") and shown.endswith("…")


def test_the_newest_stands_first_and_what_is_too_much_is_counted():
    many = [a_result("2345-7", str(n), "mg/dL", f"2026-01-{n % 28 + 1:02}", n=n) for n in range(MOST + 7)]
    result = search(Sought("2345"), many, (), (), NOW)
    assert len(result.hits) == MOST and result.more == 7
    assert [hit.day for hit in result.hits] == sorted((hit.day for hit in result.hits), reverse=True)


def test_words_are_looked_for_in_notes_documents_and_entries_and_stand_in_no_address(real):
    (who,) = real.connect(
        [HERE / "social_services" / "2026-10-09-ada-moreno.txt"], source="social_services"
    ).patients
    plan = real.propose("test", who, model="none")
    rosa = signed_in("rosa")
    answer = rosa.post(f"/patients/{who}/search", {"words": "eviction"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "<mark>eviction</mark>" in page.lower()
    assert "social services" in page and f"/review/{plan.id}?line=" in page
    assert rosa.get(f"/patients/{who}/search?words=eviction").status_code == 405
    nothing = rosa.post(f"/patients/{who}/search", {"words": "unheard"}).content.decode()
    assert "Nothing of this patient has all of these words." in nothing
    assert real.store.audit.of(who)
    assert all("eviction" not in str(one) for one in real.store.audit.of(who))


def test_nobody_finds_what_she_may_not_read_nor_that_there_is_more(programme_site, tmp_path):
    desk = programme_site
    sent = {"ehr": (order("Citalopram 40 MG Oral Tablet", "2026-08-01"),), "lighthouse": programme()}
    for source, resources in sent.items():
        (tmp_path / f"{source}.json").write_bytes(body(bundle(patient(), *resources)))
        (who,) = desk.connect([tmp_path / f"{source}.json"], source=source).patients
    first = desk.propose("operator", who)
    rosa = signed_in("rosa")
    rosa.post(f"/review/{first.id}/consents", TYPED)
    desk.propose("operator", who)
    desk.store.users.create("mo", role="medical_assistant", password=PASSWORD)
    mo = signed_in("mo")
    hers = rosa.post(f"/patients/{who}/search", {"words": "methadone"}).content.decode()
    his = mo.post(f"/patients/{who}/search", {"words": "methadone"}).content.decode()
    assert "<mark>" in hers
    assert (
        "0 found" in his
        and "<mark>" not in his
        and "more" not in his.split('id="part"')[1].split("</main>")[0]
    )


def test_whoever_is_outside_the_care_team_finds_nothing(real):
    (who,) = real.connect(
        [HERE / "social_services" / "2026-10-09-ada-moreno.txt"], source="social_services"
    ).patients
    real.access.join(real.store.users.reviewer("rosa"), who, "rosa")
    assert signed_in("cam").post(f"/patients/{who}/search", {"words": "eviction"}).status_code == 403


def test_words_are_shown_as_words(real):
    (who,) = real.connect(
        [HERE / "social_services" / "2026-10-09-ada-moreno.txt"], source="social_services"
    ).patients
    page = (
        signed_in("rosa")
        .post(f"/patients/{who}/search", {"words": '"><script>alert(1)</script>'})
        .content.decode()
    )
    assert "<script>alert" not in page
