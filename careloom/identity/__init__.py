"""Identity: which messages are about the same person.

Takes    a Person as one message describes them, and the patients who may be that person
Gives    the one patient it is, or None where it is somebody new
Never    merges on a likeness: it is one person for a stated reason, or it is an error, or it is two people
"""

from collections.abc import Sequence

from careloom.care.entry import Known, Person
from careloom.errors import PatientMismatch, UnknownPatient
from careloom.identity.alike import alike
from careloom.identity.compare import Same, compare, contradiction
from careloom.identity.seen import Seen, seen

__all__ = ["Known", "Same", "alike", "compare", "contradiction", "find", "seen"]


def find(person: Person, known: Sequence[Known]) -> str | None:
    """The patient whom `person` is, or None where they are somebody new who can be founded.

    An identifier that somebody known bears decides; without one, equal names, birth date and sex do
    (`compare` has the rules). The order of `known` does not matter.
    Raises PatientMismatch where an identifier is borne by somebody whose birth date, sex or names contradict,
    or where two patients match; UnknownPatient where nobody matches and the person states no name or no birth date.
    """
    asked = seen((person,))
    answers = {patient: compare(asked, whom) for patient, whom in _by_patient(known).items()}
    for verdict in (Same.CONTRADICTED, Same.BY_IDENTIFIER, Same.BY_DESCRIPTION):
        patients = sorted(patient for patient, answer in answers.items() if answer.same is verdict)
        if patients and verdict is Same.CONTRADICTED:
            raise PatientMismatch(f"{answers[patients[0]].why} (patient {patients[0]})")
        if len(patients) > 1:
            raise PatientMismatch(f"matches more than one patient ({', '.join(patients)})")
        if patients:
            return patients[0]
    if not asked.names or not person.birth_date:
        raise UnknownPatient("unknown patient: no known identifier, and no name with a birth date")
    return None


def _by_patient(known: Sequence[Known]) -> dict[str, Seen]:
    people: dict[str, list[Person]] = {}
    for one in known:
        people.setdefault(one.patient, []).append(one.person)
    return {patient: seen(persons) for patient, persons in people.items()}
