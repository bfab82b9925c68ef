"""The words around a message's own: who writes and with what, how a person is reached, how the messages are stopped."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from careloom.care.sending import Channel
from careloom.text.language import Language

STOP: Mapping[Language, str] = {"en": "reply STOP", "es": "responda ALTO"}
FILE = Path(__file__).with_name("wording.toml")


def subject(practice: str, language: Language) -> str:
    """What stands over a message: nothing of what is in it."""
    return _words()[language]["subject"].format(practice=practice)


def whole(text: str, channel: Channel, language: Language, practice: str, phone: str) -> str:
    """A message as it goes out: the AI disclaimer, its own text, a way to reach a person, how to stop it."""
    words = _words()[language]
    disclaimer, person = words["disclaimer"].format(practice=practice), words["person"].format(phone=phone)
    # Each is said once, where the message's own text says it.
    parts = (
        "" if text.startswith(disclaimer) else disclaimer,
        text,
        "" if text.endswith(person) else person,
        "" if STOP[language] in text else words[channel],
    )
    return ("\n\n" if channel != "text" else "\n").join(part for part in parts if part)


def emergency(language: str, phone: str) -> str:
    """What an urgent reply is answered with, and nothing else: in its language, in both where that can't be told."""
    said = [
        _words()[one]["emergency"] + (" " + _words()[one]["call"].format(phone=phone) if phone else "")
        for one in (("en", "es") if language not in ("en", "es") else (language,))
    ]
    return "\n".join(said)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(FILE.read_text("utf-8"))
