"""A short answer: its language, known only where it is English or Spanish, and whether it asks for no more messages."""

import pytest

from careloom.text.answering import answered_in, asks_to_start, asks_to_stop

SAID = [
    ("Yes, see you then", "en"),
    ("sí gracias", "es"),
    ("No puedo ir mañana", "es"),
    ("Je ne peux pas respirer depuis cette nuit", ""),
    ("não consigo respirar, estou com dor no peito", ""),
    ("mwen pa ka respire", ""),
    ("Tôi bị đau ngực", ""),
    ("我胸口疼", ""),
    ("У меня болит сердце", ""),
    ("I need to move my visit to Friday", "en"),
    ("Voy a llegar tarde a la cita", "es"),
    ("Ho un forte dolore al petto", ""),
    ("Ich habe starke Schmerzen in der Brust", ""),
    ("OK", "en"),
    ("👍", ""),
]


@pytest.mark.parametrize(("said", "language"), SAID)
def test_its_language(said, language):
    assert answered_in(said) == language


@pytest.mark.parametrize(
    "said",
    [
        "STOP",
        "stop.",
        "Please stop",
        "ALTO",
        "no mas",
        "Stop texting me",
        "unsubscribe",
        "Don't text me",
        "Alto por favor",
        "STOP!!\n\nsent from my phone",
    ],
)
def test_it_asks_for_no_more(said):
    assert asks_to_stop(said)


@pytest.mark.parametrize(
    "said",
    [
        "the pain won't stop",
        "I had to stop at the store",
        "cancel my appointment",
        "end of the week works",
        "I can't stop crying",
    ],
)
def test_it_asks_for_something_else(said):
    assert not asks_to_stop(said)


def test_a_wish_is_taken_back():
    assert asks_to_start("START")
    assert not asks_to_start("when do we start?")
