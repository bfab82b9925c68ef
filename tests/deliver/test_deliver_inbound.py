"""A letter that comes in is read for every word that the patient wrote, wherever it stands and however it is written."""

import time

import pytest

from careloom.deliver.inbound import letter, written


def mail(body: bytes, kind: str = "text/plain; charset=utf-8", subject: str = "Re: A message") -> bytes:
    head = f"From: x@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode() + body


def test_what_stands_between_quoted_lines_is_hers():
    said = "Thanks.\n> Are you well?\nNo. I want to kill myself.\n\nOn Tue, 24 Nov somebody wrote:\n> answer STOP\n"
    assert written(said) == "Thanks.\n\nNo. I want to kill myself."
    assert written("I come.\n----- Original Message -----\nIn an emergency, call 911.") == "I come."
    assert written("> only this") == "> only this"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<p>I can&#39;t breathe and want to <b>kill</b>&nbsp;myself</p>", "text/html; charset=utf-8"),
        (b"I can't breathe and want to kill myself", "text/plain; charset=x-unknown-8"),
    ],
)
def test_html_and_unknown_character_sets_are_read_as_a_reader_would(body, kind):
    assert letter(mail(body, kind)).text == "I can't breathe and want to kill myself"


def test_where_nothing_stands_below_it_the_subject_is_what_she_wrote():
    assert letter(mail(b"", subject="I can't breathe")).text == "I can't breathe"


def test_a_letter_of_blank_lines_costs_little():
    began = time.process_time()
    assert written("a\n" + "\n" * 200_000 + "b").endswith("b")
    assert time.process_time() - began < 5
