"""Texts are found by their words; each has the same lines in both languages, and short ones; the lists of what tells are folded."""

import re
import tomllib

import pytest

from careloom.knowledge import load
from careloom.knowledge.telling import FILE, folded

TEXTS = load().texts
MOST_WORDS = 20


def test_every_text_has_the_same_lines_and_slots_in_english_and_spanish():
    for text in TEXTS.all:
        other = TEXTS.newest(text.id, "es" if text.language == "en" else "en")
        slots = {name: sorted(re.findall(r"\{\w+\}", words)) for name, words in text.lines.items()}
        assert slots == {name: sorted(re.findall(r"\{\w+\}", words)) for name, words in other.lines.items()}
        assert (text.cites, text.content_class) == (other.cites, other.content_class)


def test_no_line_is_longer_than_a_short_sentence():
    for text in TEXTS.all:
        for words in text.lines.values():
            assert all(len(one.split()) <= MOST_WORDS for one in re.split(r"(?<=[.?!]) ", words))


def test_a_filled_line_is_found_with_what_stands_in_its_slots():
    (found, _) = TEXTS.filled("Usted tiene una cita el lunes 7 de diciembre en Hospital General.")
    assert (found.text.name, found.line) == ("appointment_reminder.es@1", "visit_without_time")
    assert found.slots == {"day": "lunes 7 de diciembre", "place": "Hospital General"}
    assert not list(TEXTS.filled("Usted tiene una cita."))
    assert not list(TEXTS.filled("Hello " + "a" * 600 + ","))


def test_every_line_of_every_text_is_found_by_its_words_whatever_it_begins_with():
    for text in TEXTS.all:
        for line, words in text.lines.items():
            found = TEXTS.filled(re.sub(r"\{\w+\}", "7", words))
            assert (text.name, line) in [(one.text.name, one.line) for one in found]


def test_a_text_whose_words_changed_has_another_approval():
    texts = {one.approval for one in TEXTS.all}
    assert len(texts) == len(TEXTS.all)
    assert all(re.fullmatch(r"\w+\.(en|es)@\d+#[0-9a-f]{64}", one) for one in texts)


def test_the_texts_have_a_version_of_their_own():
    assert re.fullmatch(r"[0-9a-f]{16}", load().versions["texts"])


@pytest.mark.parametrize(
    "name", ["stems", "whole", "harmless", "endings", "not_ended", "phrases", "orders", "preparation"]
)
def test_the_lists_are_in_small_letters_without_accents(name):
    assert all(folded(one) == one for one in tomllib.loads(FILE.read_text("utf-8"))[name])
