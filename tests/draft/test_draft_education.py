"""A letter teaches one thing in words that everybody can read; what follows from the record is a nurse's to send."""

from dataclasses import replace

import pytest

from careloom import draft
from careloom.care.document import Tier
from careloom.care.kinds import Given
from careloom.draft.education import topics
from careloom.errors import InputError, Refused
from careloom.llm import Remembered
from careloom.review import is_automatic
from careloom.review.classes import classify
from careloom.text.grade import grade
from careloom.verify.filling import fill_of
from tests.draft.messaged import SITE, booked, proposed, said, why
from tests.draft.people import KNOWLEDGE, Told, ana
from tests.draft.reading import pyphen_grade

KIND = "education"
SIXTH = 6.0
# A problem of each topic, as sources write it.
PROBLEMS = {
    "hypertension": ("Essential hypertension", "I10"),
    "heart_failure": ("Heart failure", "I50.9"),
    "atrial_fibrillation": ("Atrial fibrillation", "I48.91"),
    "coronary_artery_disease": ("Coronary artery disease", "I25.10"),
    "hyperlipidemia": ("Hyperlipidemia", "E78.5"),
    "diabetes": ("Type 2 diabetes mellitus", "E11.9"),
    "chronic_kidney_disease": ("Chronic kidney disease, stage 3", "N18.30"),
    "copd": ("COPD", "J44.9"),
    "asthma": ("Asthma", "J45.909"),
    "falls": ("Repeated falls", "R29.6"),
}


def somebody(*problems, language="en"):
    told, _ = booked(language=language)
    for name, code in problems:
        told.problem(name, code)
    return told


def test_the_choices_are_the_topics_of_the_library():
    (field,) = [one for one in draft.kind_of(KIND).fields if one.id == "topic"]
    for language in ("en", "es"):
        texts = KNOWLEDGE.texts.of(KIND, language)
        library = [one.id.removeprefix(topics.PREFIX) for one in texts if one.id.startswith(topics.PREFIX)]
        assert set(library) == set(field.choices) == {*PROBLEMS, "your_visit"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", PROBLEMS)
def test_each_topic_is_taught_from_the_record_in_plain_words_and_read_by_a_nurse(topic, language):
    proposal = proposed(somebody(PROBLEMS[topic], language=language), KIND)
    assert proposal.tier is Tier.NURSE
    assert not proposal.findings
    assert {line.verdict for line in proposal.document.statements} == {"supported"}
    assert any("its topic follows from the record" in one for one in why(proposal))
    assert grade("\n".join(said(proposal)), language) <= SIXTH
    told = [line for line in proposal.document.statements if line.filled_from.startswith("education_")]
    assert told and all(line.tier is Tier.NURSE for line in told)
    assert (
        sum(line.text.startswith(("¿", "What", "How", "When", "Where", "Which", "Who")) for line in told) >= 2
    )


@pytest.mark.parametrize(
    "text", [one for one in KNOWLEDGE.texts.all if one.kind == KIND], ids=lambda one: one.name
)
def test_no_text_is_harder_than_the_sixth_grade(text):
    assert grade("\n".join(text.lines.values()), text.language) <= SIXTH


@pytest.mark.parametrize(
    "text", [one for one in KNOWLEDGE.texts.all if one.kind == KIND], ids=lambda one: one.name
)
def test_another_count_of_syllables_finds_no_text_harder_than_the_sixth_grade(text):
    assert pyphen_grade("\n".join(text.lines.values()), text.language) <= SIXTH


def test_no_line_tells_anybody_to_change_a_medicine():
    record = somebody(*PROBLEMS.values()).record()
    for topic, problem in PROBLEMS.items():
        proposal = proposed(somebody(problem), KIND, topic=topic)
        for line in proposal.document.statements:
            # Whoever approved nothing: the words alone are no more than a nurse's.
            found = classify(line, record, KNOWLEDGE, replace(SITE, approved=frozenset()))
            assert found == "clinical_summary", line.text


def test_a_topic_for_anybody_that_somebody_asked_for_needs_nobody_once_its_text_is_approved():
    proposal = proposed(booked()[0], KIND, topic="your_visit")
    assert is_automatic(proposal)
    assert said(proposal)[0].endswith("prepared by software that uses artificial intelligence (AI).")
    assert said(proposal)[-1] == "To reach a person, call 555-123-4567. In an emergency, call 911."
    unapproved = proposed(booked()[0], KIND, topic="your_visit", site=replace(SITE, approved=frozenset()))
    assert unapproved.tier is Tier.NURSE
    assert any("education_your_visit.en@1" in one for one in why(unapproved))


def test_what_presses_most_is_taught_first_and_the_rest_can_be_asked_for():
    proposal = proposed(ana(), KIND)
    assert said(proposal)[3] == "Kidney disease"
    assert "the topic diabetes: one topic a letter; ask for it by its name" in why(proposal)
    assert "Diabetes" in said(proposed(ana(), KIND, topic="diabetes"))


def test_nothing_is_taught_that_the_record_does_not_have():
    with pytest.raises(Refused, match="copd is no active problem"):
        proposed(ana(), KIND, topic="copd")
    with pytest.raises(Refused, match="among the topics"):
        proposed(booked()[0], KIND)
    past = somebody()
    past.problem("Asthma", "J45.909", status="resolved")
    with pytest.raises(Refused, match="among the topics"):
        proposed(past, KIND)


def test_a_line_about_a_disease_is_not_supported_for_somebody_without_it():
    line = next(
        one for one in proposed(ana(), KIND, topic="diabetes").document.statements if "sugar" in one.text
    )
    told = somebody(PROBLEMS["asthma"])
    record = told.record()
    cited = replace(line, citations=tuple(one.id for one in record.entries))
    fill = fill_of(cited.text, record.entries, record, KNOWLEDGE, SITE, {})
    assert fill is not None and not fill.supported


@pytest.mark.parametrize(
    ("name", "code"),
    [("Hospice care", "Z51.5"), ("Pregnancy", "Z33.1"), ("Dependence on renal dialysis", "Z99.2")],
)
def test_who_is_dying_pregnant_or_on_dialysis_is_taught_by_a_person(name, code):
    with pytest.raises(Refused):
        proposed(somebody(PROBLEMS["chronic_kidney_disease"], (name, code)), KIND)


@pytest.mark.parametrize("topic", ["diabetes", "hyperlipidemia"])
def test_nobody_on_dialysis_is_told_to_drink_water_or_to_eat_more_vegetables_and_beans(topic):
    on_dialysis = somebody(PROBLEMS[topic], ("Dependence on renal dialysis", "Z99.2"))
    with pytest.raises(Refused, match="another problem speaks against"):
        proposed(on_dialysis, KIND, topic=topic)


def test_a_child_is_taught_by_a_person():
    told = Told(replace(ana().person, birth_date="2015-05-17"))
    told.patient()
    told.problem(*PROBLEMS["asthma"])
    with pytest.raises(Refused, match="grown-ups"):
        proposed(told, KIND)


def test_a_caregivers_letter_names_nobody_and_says_whom_it_means():
    told = somebody(PROBLEMS["heart_failure"])
    with pytest.raises(Refused, match="agreed"):
        proposed(told, KIND, reader="caregiver")
    proposal = proposed(told, KIND, reader="caregiver", agreed="2026-11-01")
    assert said(proposal)[1] == "Hello,"
    assert "it means the person you help" in said(proposal)[3]
    assert not any("Ana" in one for one in said(proposal))


def test_who_reads_another_language_gets_a_letter_in_english_that_says_what_is_lacking():
    proposal = proposed(somebody(PROBLEMS["copd"], language="vi"), KIND)
    assert any("a qualified translator is needed" in one for one in why(proposal))
    assert "COPD" in said(proposal)
    assert proposal.tier is Tier.NURSE


def test_a_site_without_a_number_or_a_name_is_told_so():
    proposal = proposed(somebody(PROBLEMS["copd"]), KIND, site=replace(SITE, phone="", name=""))
    assert any("reach a person" in one for one in why(proposal))
    assert any("prepared this letter" in one for one in why(proposal))


def test_an_empty_record_is_refused_in_words():
    told = Told()
    told.patient()
    record, given = told.record(), Given({}, None, SITE)
    with pytest.raises(Refused):
        draft.write(record, KNOWLEDGE, None, kind=KIND, given=given, calls=0, answers=Remembered())


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_topic_about_a_disease_names_its_sources_with_a_year_or_a_section_and_both_languages_the_same(
    language,
):
    for text in KNOWLEDGE.texts.of(KIND, language):
        if text.about:
            assert text.sources and text.sources == KNOWLEDGE.texts.newest(text.id, "en").sources
            assert any(sign.isdigit() for one in text.sources for sign in one), text.id


def test_every_line_of_a_letter_is_a_line_of_the_library():
    for problem in PROBLEMS.values():
        for line in proposed(somebody(problem), KIND).document.statements:
            assert any(
                one.kind == KIND for found in KNOWLEDGE.texts.filled(line.text) for one in (found.text,)
            ), line.text


@pytest.mark.parametrize("called", ["es", "spa", "es-MX", "Spanish", "Spanish; Castilian", "español"])
def test_a_spanish_speaker_is_taught_in_spanish_however_a_source_calls_it(called):
    assert "Asma" in said(proposed(somebody(PROBLEMS["asthma"], language=called), KIND))


def test_a_language_that_nobody_knows_is_no_other_language():
    assert not any(
        "translator" in one for one in why(proposed(somebody(PROBLEMS["asthma"], language="und"), KIND))
    )


def translated(told, change=lambda lines: lines, **fields):
    lines = [f"[vi] {one}" for one in said(proposed(told, KIND))]
    return proposed(told, KIND, translation="\n".join(change(lines)), **fields)


def test_a_translation_has_a_translator_each_line_and_the_same_numbers():
    told = somebody(PROBLEMS["copd"], language="vi")
    named = {"translator": "Lan Pham, certified medical translator"}
    assert translated(told, **named).tier is Tier.NURSE
    with pytest.raises(InputError, match="translator"):
        translated(told)
    with pytest.raises(InputError, match="lines"):
        translated(told, lambda lines: lines[:-1], **named)
    with pytest.raises(InputError, match="other numbers"):
        translated(told, lambda lines: [one.replace("911", "112") for one in lines], **named)
