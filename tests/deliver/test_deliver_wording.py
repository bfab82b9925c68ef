"""What stands around a message is said once."""

import pytest

from careloom.deliver.wording import whole

OWN = {
    "en": "Hello Ana,\nTo get no more reminders, reply STOP.",
    "es": "Hola, Ana:\nPara no recibir más recordatorios, responda ALTO.",
}


@pytest.mark.parametrize(("language", "word"), [("en", "STOP"), ("es", "ALTO")])
@pytest.mark.parametrize("channel", ["text", "email"])
def test_a_message_that_says_how_to_stop_it_says_so_once(language, word, channel):
    assert whole(OWN[language], channel, language, "Harbor Clinic", "555-555-0100").count(word) == 1
    assert whole("Hello,", channel, language, "Harbor Clinic", "555-555-0100").count(word) == 1
