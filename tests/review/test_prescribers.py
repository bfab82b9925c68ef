"""What a physician orders, refers, decides or judges is the physician's line whoever owns it; what a nurse asks and tells is hers."""

import pytest

from careloom.care.document import Statement, Tier
from careloom.knowledge.plain import LANGUAGES
from careloom.review.prescribers import is_a_prescribers
from tests.review.test_review_mixed import KNOWLEDGE, typed


def line(text: str, kind: str = "activity", by: str = "template") -> Statement:
    return Statement(id="s1", section="interventions", kind=kind, text=text, written_by=by)


@pytest.mark.parametrize(
    "text",
    [
        "The physician refers the patient to nephrology by 2026-12-06; eGFR was 24 on 2026-11-20.",
        "The physician orders an echocardiogram by 2026-12-06.",
        "The physician starts her on dialysis teaching.",
        "Dr. Osei orders a CT of the chest.",
        "Dr Osei will order a CT of the chest.",
        "Refer to cardiology.",
        "Please refer her to podiatry by Friday.",
        "Order CBC and BMP.",
        "The nurse refers the patient by 2026-12-06 for balance training.",
        "The coordinator orders a hospital bed.",
        "The physician, with the kidney team, evaluates anemia by 2026-12-06.",
        "The physician decides by 2026-12-06 about a referral to nephrology.",
        "The nurse calls the patient first, and the physician decides on the referral.",
        "The cardiologist sees by 2026-12-06 why the heart rate was 131.",
        "The physician admits the patient to the hospital.",
        "The physician and obstetrics set the glucose goals by 2026-12-06.",
        "The physician diagnoses sleep apnea after the study.",
        "If the rash spreads, the doctor stops the antibiotic and orders cultures.",
        "Her psychiatrist changes the visits to every week.",
        "Referir a cardiología.",
        "El médico ordena una radiografía.",
        "La doctora la deriva a nefrología.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("by", ["template", "person"])
def test_an_order_a_referral_or_a_decision_is_the_physicians(text: str, by: str) -> None:
    assert is_a_prescribers(line(text, by=by))


@pytest.mark.parametrize(
    "text",
    [
        "The nurse asks Dr. Osei by 2026-12-06 whether to refer her to nephrology.",
        "The nurse asks whether the physician refers her to nephrology.",
        "The coordinator asks the physician by 2026-12-06 for a referral to pulmonary rehabilitation.",
        "The nurse tells the physician, or the dialysis unit, by 2026-12-06 of potassium 6.2 mmol/L.",
        "The nurse calls by 2026-12-06, asks about thirst and vomiting, and tells the physician.",
        "The physician talks with the patient by 2026-12-06 about wishes for care.",
        "The physician records the expected outcome and prognosis by 2026-12-06; none is recorded.",
        "The social worker refers the patient to the food pantry.",
        "Refer to food pantry and SNAP.",
        "The coordinator books podiatry by 2026-12-06; fever is told to the physician the same day.",
        "The nurse offers a referral for treatment, without judgment.",
        "The coordinator brings the referral letter of Dr. Osei.",
        "Bring the doctor's orders to the visit.",
        "The nurse changes the dressing every day.",
        "The nurse starts the call with the interpreter.",
        "Pregunta al médico si la deriva a nefrología.",
        "Lleva los papeles al médico.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("by", ["template", "person"])
def test_what_is_asked_told_or_a_social_need_is_not(text: str, by: str) -> None:
    assert not is_a_prescribers(line(text, by=by))


def test_what_a_note_or_a_person_tells_of_an_order_that_was_made_is_no_order() -> None:
    for text in (
        "Referred to podiatry by Dr. Osei on 2026-11-02.",
        "Dr. Osei ordered a CT last week.",
        "Refiere dolor de rodilla.",
    ):
        assert not is_a_prescribers(line(text, "fact", "person"))
    assert not is_a_prescribers(line("The clinic orders drugs and lists no allergies.", "fact"))


@pytest.mark.parametrize("kind", ["activity", "fact"])
def test_a_nurses_own_referral_goes_up_and_her_question_does_not(kind: str) -> None:
    assert typed("Refer to cardiology.", kind) is Tier.PHYSICIAN
    assert typed("Dr. Osei orders a walker.", kind) is Tier.PHYSICIAN
    assert typed("Ask Dr. Osei whether to refer to cardiology.", kind) is Tier.NURSE


def test_no_guideline_has_a_nurse_sign_what_the_physician_does() -> None:
    """Every rule whose words have the physician act, in each language that it is said in, is the physician's."""
    for rule in KNOWLEDGE.protocols.all:
        if rule.kind == "activity" and rule.text.startswith(
            ("The physician decides", "The physician refers", "The physician evaluates")
        ):
            assert is_a_prescribers(line(rule.text)), rule.id
    assert LANGUAGES
