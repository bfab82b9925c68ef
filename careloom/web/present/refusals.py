"""Whom a message is about whose number is another's, as its page shows them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.pipeline.people import Told
from careloom.pipeline.refusals import Refused
from careloom.web.present.people import Line, lines
from careloom.web.present.words import count, place_words, sentence
from careloom.web.saying import later

PATIENT = re.compile(r"\b(?:patient )?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
NOBODY = later("a patient")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A patient who may be meant: name and birth date, and what is said of them beside what the message says."""

    patient: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody of whom it is asked who they are."""

    key: str
    label: str
    where: str
    why: str
    told: str
    bearers: tuple[Bearer, ...]


def asked(refused: Refused, told: Sequence[Told], labels: Mapping[str, str]) -> Asked:
    """One of a message's people, beside everybody who bears the number."""
    person = refused.told.persons[0][1]
    name = next((one.full for one in person.names if one.full), gettext("Name not stated"))
    born = person.birth_date or gettext("birth date not stated")
    bearers = tuple(
        Bearer(one.patient, labels.get(one.patient, gettext("Name not recorded")), lines(refused.told, one))
        for one in told
    )
    return Asked(
        refused.key,
        f"{name} · {born}",
        place_words(refused.where),
        sentence(named(refused.why, labels)),
        count(refused.told.entries, "entry", "entries"),
        bearers,
    )


def named(reason: str, labels: Mapping[str, str]) -> str:
    """A reason with the names of the patients whose ids stand in it; of others it says "a patient"."""
    return PATIENT.sub(lambda found: labels.get(found[1], str(NOBODY)), reason)


def meant(reason: str) -> tuple[str, ...]:
    """The ids of the patients that stand in a reason."""
    return tuple(PATIENT.findall(reason))
