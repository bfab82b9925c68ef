"""Who is hurt by whom: a fall in which she hit her head is an accident as his is; what somebody does to her, or to him, is violence."""

import re
from itertools import product

import pytest

from tests.connect.telling import needs

VIOLENCE = ("safety", "true")
SWAP = {
    "he": "she",
    "she": "he",
    "his": "her",
    "husband": "wife",
    "wife": "husband",
    "boyfriend": "girlfriend",
}
PARTS = ("head", "hip", "left knee", "wrist", "face", "ribs", "back", "forehead", "ankle", "nose", "big toe")
ACCIDENTS = (
    "He fell in the kitchen and {verb} his {part}.",
    "He {verb} his {part} on the counter.",
    "Patient slipped in the tub and {verb} his {part}",
    "Fell out of bed last night, {verb} his {part}, no loss of consciousness.",
    "His wife reports he tripped and {verb} his {part} on the step.",
    "Lives with his wife. {verb} his {part} on the dresser.",
    "His wife found him after he {verb} his {part} in the bathroom.",
    "The car door {verb} his {part}.",
)
BY_ANOTHER = (
    "She {verb} his {part}.",
    "She {verb} his {part} against the wall on purpose.",
    "His wife {verb} his {part} last night.",
    "His wife got angry and {verb} his {part}.",
    "Someone {verb} his {part} in the parking lot.",
    "Girlfriend {verb} his {part} with a pan.",
    "He {verb} his {part} during an argument with his wife.",
)


def of_her(text: str) -> str:
    """The sentence, written of him, about a woman; "him" doesn't stand in these."""
    return re.sub(
        r"[A-Za-z]+",
        lambda word: (
            (SWAP[word[0].lower()].capitalize() if word[0][0].isupper() else SWAP[word[0]])
            if word[0].lower() in SWAP
            else word[0]
        ),
        text,
    )


@pytest.mark.parametrize("frame", ACCIDENTS)
def test_what_somebody_hurt_of_their_own_is_no_violence_whoever_they_are(frame: str):
    for verb, part in product(("hit", "struck", "hurt", "banged", "burned", "bit", "scratched"), PARTS):
        his = frame.format(verb=verb, part=part).replace("found him", "found the patient")
        for text in (his, of_her(his)):
            assert VIOLENCE not in needs(text), text


@pytest.mark.parametrize("frame", BY_ANOTHER)
def test_what_another_did_to_a_part_of_them_is_violence_whoever_they_are(frame: str):
    for verb, part in product(
        ("hit", "struck", "slapped", "burned"), ("head", "face", "left arm", "hip", "back")
    ):
        his = frame.format(verb=verb, part=part)
        for text in (his, of_her(his)):
            assert VIOLENCE in needs(text), text


@pytest.mark.parametrize(
    "text",
    [
        "He hit her.",
        "He hit her in the face.",
        "He hit her on the head with a bottle.",
        "She hit him twice.",
        "Her son pushed her and she hit her head.",
        "Her boyfriend hit her and she hit her head on the table.",
        "His wife shoved him and he hit his head on the stove.",
        "Partner punched her, she fell and hit her head.",
        "He grabbed her by the hair.",
        "She says he struck her back with a belt.",
    ],
)
def test_violence_beside_an_injury_stays_violence(text: str):
    assert VIOLENCE in needs(text)


@pytest.mark.parametrize(
    "text",
    [
        "She pulled her hamstring.",
        "She threw her back out.",
        "She bit her tongue during the seizure.",
        "She pushed her walker to the door.",
        "Her daughter pushed her wheelchair to the clinic.",
        "She kicked her foot against the bed.",
        "She grabbed her chest and sat down.",
        "She has hit her deductible.",
        "Bruised her hip when she fell against the door.",
        "She shook her head.",
    ],
)
def test_what_somebody_does_with_what_is_their_own_is_no_violence(text: str):
    assert VIOLENCE not in needs(text)


@pytest.mark.parametrize(
    "text",
    [
        "Takes his insulin all the same.",
        "She takes her pills with breakfast.",
        "Took her insulin late on Sunday.",
        "He holds his inhaler upside down.",
        "She keeps her walker beside the bed.",
        "Checks her phone for messages from the clinic.",
        "She reads her messages in the portal.",
        "Her daughter keeps her insulin in the fridge.",
        "He was hit by a wave of dizziness.",
    ],
)
def test_what_somebody_takes_keeps_or_reads_of_their_own_is_no_violence(text: str):
    assert VIOLENCE not in needs(text)


@pytest.mark.parametrize(
    "text",
    [
        "He takes her phone and reads it.",
        "Boyfriend checks her phone every night.",
        "He keeps her passport so she cannot leave.",
        "Her nephew took her debit card.",
        "Husband took her phone away and will not give it back.",
        "His wife takes his pills away from him to punish him.",
    ],
)
def test_what_another_takes_keeps_or_reads_of_theirs_is_told(text: str):
    assert VIOLENCE in needs(text)
