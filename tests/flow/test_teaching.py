"""Each demo person's copy and letter: every line stands, and what isn't quoted reads at the sixth grade, in English and Spanish."""

from dataclasses import replace

import pytest

from careloom import check, draft
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.errors import Refused
from careloom.llm import Remembered
from careloom.text.grade import grade
from tests.draft.messaged import SITE
from tests.draft.people import KNOWLEDGE
from tests.draft.reading import pyphen_grade
from tests.flow.test_people import Person, desk, person

__all__ = ["desk", "person"]

pytestmark = pytest.mark.django_db(transaction=False)
SIXTH = 6.0


def speaking(record: PatientRecord, language: str) -> PatientRecord:
    return replace(record, demographics=replace(record.demographics, language=language))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["patient_copy", "education"])
def test_what_patients_read_stands_and_is_easy(person: Person, kind: str, language: str) -> None:
    record = speaking(person.record, language)
    fields = {"recipient": "patient"} if kind == "patient_copy" else {}
    given = Given(fields, person.plan.document if kind == "patient_copy" else None, SITE)
    try:
        document = draft.write(record, KNOWLEDGE, None, kind=kind, given=given, calls=0, answers=Remembered())
    except Refused:
        assert kind == "education"
        return
    findings, verdicts = check.examine(document, record, KNOWLEDGE, SITE)
    assert set(verdicts.values()) == {"supported"}
    assert not [one for one in findings if one.statement and one.rule != "software"]
    easy = [one.text for one in document.statements if one.section != "quoted"]
    said = "\n".join(easy)
    print(f"{kind} {language}: {grade(said, language):.1f}, {pyphen_grade(said, language):.1f}")
    assert grade(said, language) <= SIXTH and pyphen_grade(said, language) <= SIXTH
    assert sum(one.endswith("?") for one in easy) >= 2
