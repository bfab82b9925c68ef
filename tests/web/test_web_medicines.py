"""What the lists of drugs say of a medicine is told in Spanish whole, with every number and every "no", or stays English and says so."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import careloom
from careloom.care.document import Finding, Severity
from careloom.check import check
from careloom.check.renal import UNITS_POTASSIUM
from careloom.web.present.medicines import FILE, sentences, spanish
from careloom.web.present.rules import in_words, pressing, said, what_to_do
from tests.safety.plans import demo_plans, knowledge

LISTS = Path(careloom.__file__).parent / "knowledge" / "drug_safety"
# So many sentences of the lists have no Spanish; it may only fall.
ENGLISH = 0
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# What forbids or denies in English, and how it is said in Spanish.
FORBIDS = re.compile(
    r"\b(?:no|not|never|neither|nor|none|without|nothing|don't|doesn't|isn't|cannot|can't|avoid\w*|contraindicat\w*)\b",
    re.I,
)
PROHIBE = re.compile(
    r"\b(?:no|nunca|ni|ning[uú]n\w*|sin|nada|tampoco|salvo|ev[ií]t\w*|contraindica\w*|desaconseja\w*)\b", re.I
)
GRAVE = (
    ("contraindicat", "contraindica"),
    ("never", "nunca"),
    ("at once", "de golpe"),
    ("at most", "como máximo"),
    ("twice daily", "dos veces al día"),
    ("once daily", "una vez al día"),
    ("every other day", "un día sí y otro no"),
    ("a week", "seman"),
    ("half the", "mitad"),
    ("a third", "tercio"),
    ("a quarter", "cuart"),
    ("today", "hoy"),
    ("boxed warning", "advertencia en recuadro"),
    (" below ", "por debajo de"),
    (" above ", "por encima de"),
)  # fmt: skip
# Where Spanish says "above" and "below" in another way.
OTHERWISE = ("sobre todo", "mayor de", "después de los", "con 30 o menos", "por debajo, menos")


def listed() -> Iterator[str]:
    """Every sentence of the lists."""
    for name in ("interactions", "circumstances", "renal"):
        with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from filter(None, (row.get(column) for column in ("why", "do", "context")))
    burdens = tomllib.loads((LISTS / "burdens.toml").read_text("utf-8"))["burden"]
    yield from (one[part] for one in burdens.values() for part in ("why", "do"))
    yield UNITS_POTASSIUM.strip()


def test_every_sentence_of_the_lists_of_drugs_has_its_spanish_and_nothing_else_has() -> None:
    every = set(listed())
    assert len(every - set(spanish())) <= ENGLISH, sorted(every - set(spanish()))
    assert set(spanish()) - every == set() and len(every) > 1100


def test_both_languages_have_the_same_numbers() -> None:
    wrong = [
        one
        for one, other in spanish().items()
        if sorted(NUMBER.findall(one)) != sorted(NUMBER.findall(other))
    ]
    assert wrong == []


def test_what_is_forbidden_or_denied_in_english_is_so_in_spanish() -> None:
    wrong = [one for one, other in spanish().items() if FORBIDS.search(one) and not PROHIBE.search(other)]
    forbidden = [
        one
        for one, other in spanish().items()
        if re.search(r"\b(?:contraindicad[oa]s?|nunca|evite)\b", other, re.I) and not FORBIDS.search(one)
    ]
    assert wrong == [] and forbidden == []


@pytest.mark.parametrize(("english", "told"), GRAVE)
def test_how_much_how_often_and_how_grave_is_said_as_exactly(english: str, told: str) -> None:
    rows = [(one, other) for one, other in spanish().items() if english in one.lower()]
    wrong = [
        one
        for one, other in rows
        if told not in other.lower() and not any(said in other.lower() for said in OTHERWISE)
    ]
    assert wrong == [] and rows


def test_each_sentence_ends_as_it_does_in_english() -> None:
    wrong = [one for one, other in spanish().items() if one.endswith(".") != other.endswith(".")]
    assert wrong == [] and FILE.read_bytes().endswith(b"\n")


def test_an_interaction_is_told_in_spanish_but_for_its_drugs_and_its_source() -> None:
    message = (
        "warfarin with ibuprofen: the NSAID injures the stomach and hinders platelets while clotting is held back. Avoid the "
        "combination; acetaminophen is preferred for pain. If both are needed, protect the stomach and check the INR. "
        "(FDA label warfarin (Coumadin), section 7, 2026) Besides, a with b: bleeding rises. Avoid. (a source, 2020)"
    )
    finding = Finding("interaction", Severity.HIGH, message)
    with translation.override("es"):
        assert in_words(finding) == (
            "Warfarin con ibuprofen: el AINE lesiona el estómago y estorba a las plaquetas mientras la coagulación está frenada. "
            "Evite la combinación; para el dolor se prefiere acetaminofén. Si se necesitan los dos, proteja el estómago y mida el INR. "
            "(FDA label warfarin (Coumadin), section 7, 2026) Además, a con b: aumenta el sangrado. Evite. (a source, 2020)."
        )
        english = [one.words for one in said((finding,)) if one.english]
    assert (
        "(FDA label warfarin (Coumadin), section 7, 2026)" in english
        and in_words(finding) == f"W{message[1:]}."
    )


def test_why_something_that_may_harm_is_asked_by_telephone_is_told_in_spanish() -> None:
    why = "Potassium was 6.4 mmol/L on 2026-11-20, a critical result. Spironolactone with lisinopril: potassium rises."
    with translation.override("es"):
        assert pressing(why) == (
            "Potasio: 6.4 mmol/L el 2026-11-20, un resultado crítico. Spironolactone con lisinopril: el potasio sube."
        )
        assert what_to_do("Check potassium. (a source, 2020)") == "Mida el potasio. (a source, 2020)"
        assert (
            what_to_do("Avoid. (a source, 2020) Also: a and b.") == "Evite. (a source, 2020) También: a y b."
        )
    assert pressing(why) == why and what_to_do("Check potassium.") == "Check potassium."


def test_a_sites_own_words_stay_english_whole() -> None:
    words = "the level rises in our clinic. Avoid it here. (our list, 2026)"
    with translation.override("es"):
        pieces = list(sentences(words))
    assert "".join(one.words for one in pieces) == words
    assert [one.words for one in pieces if one.english] == [
        "the level rises in our clinic.",
        "Avoid it here.",
        "(our list, 2026)",
    ]


def test_what_the_lists_say_of_the_demos_people_is_told_in_spanish() -> None:
    rules = ("interaction", "circumstance", "renal")
    found = [
        one
        for record, plan in demo_plans()
        for one in check(plan, record, knowledge())
        if one.rule in rules and one.message.endswith(")")
    ]
    with translation.override("es"):
        for one in found:
            told = in_words(one)
            assert not re.search(r"\b(?:Avoid|Check|Ask|Call|Watch|below|rises)\b", told.split("(")[0]), told
    assert len(found) > 5
