"""The language that a source names has one code, however it is written; one in other letters is a language too."""

import pytest

from careloom.text.language import code_of


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("en-US", "en"), ("English", "en"), (" eng ", "en"), ("Inglés", "en"),
        ("spa", "es"), ("Spanish; Castilian", "es"), ("Español", "es"),
        ("vi-VN", "vi"), ("Vietnamese", "vietnamese"), ("Haitian Creole", "haitian"),
        ("und", ""), ("Unknown", ""), ("declined to answer", ""), ("", ""), ("  ", ""), ("?", ""), ("-", ""),
        ("中文", "中文"), (" Русский ", "русский"), ("العربية", "العربية"),
    ],
)  # fmt: skip
def test_a_language_is_called_by_its_code_or_its_first_word_and_none_that_is_named_is_lost(said, code):
    assert code_of(said) == code
