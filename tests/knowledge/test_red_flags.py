"""What a patient writes that can't wait is seen, in English and Spanish; a plain denial and everyday words are not taken for it."""

import pytest

from careloom.knowledge.red_flags import load_red_flags, red_flags

CANT_WAIT = (
    "I have chest pain",
    "my chest feels tight",
    "pain in my chest since morning",
    "I can't breathe",
    "cant catch my breath",
    "im short of breath",
    "my husband's face is drooping",
    "her speech is slurred",
    "my left arm is numb",
    "I want to die",
    "i dont want to be here anymore",
    "thinking about suicide",
    "he hit me last night",
    "I'm scared of my husband",
    "i took too many pills",
    "she overdosed",
    "he won't wake up",
    "I passed out",
    "my throat is swelling",
    "bleeding wont stop",
    "throwing up blood",
    "me duele el pecho",
    "no puedo respirar",
    "me falta el aire",
    "quiero morirme",
    "mi esposo me pega",
    "tomé demasiadas pastillas",
    "tengo la cara dormida",
    "no quiero vivir",
    "tengo presión en el pecho",
    "I don't want to kill myself",
    "no fever but chest pain",
    "CHEST PAIN!!",
    "i feel like an elephant is on my chest",
    "I was going to hurt myself",
    "mi mamá se desmayó",
    "siento que me ahogo",
    "Everyone would be better off without me",
    "no me siento segura en mi casa",
    "I don't feel safe at home",
    "i can’t breathe",
    "heart attack?",
    "Not sure if it matters, chest hurts",
    "I took the whole bottle",
    "se me cierra la garganta",
    "my chest is hurting real bad",
    "I have no energy and chest pain",
    "No sleep, chest pain all night",
    "no tengo sueño, dolor de pecho",
    "no fever, chest pain or cough",
    "No\nchest pain",
    "No\r\n\r\nChest pain since this morning",
    "no fever or\nchest pain",
    "No\u2028chest pain",
    "Can you call me? No\n\nI can't\nbreathe",
    "short\nof breath",
    "i wish i wouldnt wake up",
    "I wish I could go to sleep and never wake up",
    "ojalá no despertara mañana",
    "Her stools have been black like tar for two days and she feels dizzy.",
    "my poop is black and sticky",
    "black tarry stools",
    "there is blood in my urine",
    "I threw up stuff like coffee grounds",
    "hago heces negras",
    "mis heces son como alquitrán",
    "hay sangre en mi orina",
)
CAN_WAIT = (
    "Yes I will be there",
    "No chest pain, feeling well",
    "OK thanks",
    "I have no shortness of breath",
    "Can we move it to Friday?",
    "sí, gracias",
    "no tengo dolor de pecho",
    "My blood pressure is 130/80",
    "STOP",
    "no fiebre ni dolor de pecho",
    "I don't have any chest pain",
    "no fever or chest pain",
    "Please call me about the bill",
    "Voy a llegar tarde",
    "I need a ride",
    "No, I can't make it Monday",
    "Thanks\nNo chest pain today",
    "I slept well.\n\n  no   shortness of breath",
    "No tengo  dolor de pecho\ngracias",
    "I don't want to wake up early",
    "no black stools",
    "my stools are brown and not black",
    "I drink black coffee",
    "no tengo heces negras",
)


@pytest.mark.parametrize("said", CANT_WAIT)
def test_it_raises_a_flag(said):
    assert red_flags(said)


@pytest.mark.parametrize("said", CAN_WAIT)
def test_it_raises_none(said):
    assert not red_flags(said)


@pytest.mark.parametrize(
    "said", ["I don't want to kill myself", "no suicidal thoughts", "No overdose", "no quiero suicidarme"]
)
def test_a_denial_of_self_harm_or_an_overdose_is_for_a_person_to_hear(said):
    assert {one.name for one in red_flags(said)} & {"self_harm", "overdose"}


def test_every_flag_says_where_it_stands_as_one_to_call_for():
    assert all(one.source and one.label for one in load_red_flags())
    assert len(load_red_flags()) >= 9
