"""Marks that turn text round are no part of a word, and are seen where they are shown."""

import pytest

from careloom.text.direction import marked, unturned
from careloom.verify.tokens import tokens

MARKS = ("\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069")


@pytest.mark.parametrize("mark", MARKS, ids=[f"U+{ord(one):04X}" for one in MARKS])
def test_a_line_is_compared_with_its_source_without_marks_that_turn_text_round(mark: str) -> None:
    sent = f"hi{mark}ves{mark} and {mark}swelling"
    assert unturned(sent) == "hives and swelling"
    assert [one.key for one in tokens(unturned(sent))] == [one.key for one in tokens("hives and swelling")]


def test_a_mark_is_shown_as_its_code_and_letters_of_any_script_stay() -> None:
    assert marked("hives\u202e and") == "hives[U+202E] and"
    for plain in ("hives and swelling", "ronchas e hinchazón", "שלום", "a\u200db"):
        assert marked(plain) == unturned(plain) == plain
