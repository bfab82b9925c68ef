"""Identity: which messages are about the same person.

Takes    a Person as one message describes them, and the patients who may be that person
Gives    the one patient it is, or None where it is somebody new, and at whom somebody must look then
Never    takes a mere likeness for a person: a number, or names and birth date, must say so, and of one patient alone
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from careloom.care.entry import Known, Person
from careloom.errors import PatientMismatch, UnknownPatient
from careloom.identity.alike import alike
from careloom.identity.compare import Answer, Same, compare, contradiction
from careloom.identity.seen import Seen, seen
from careloom.identity.traits import traits
from careloom.identity.weigh import Outcome, Weighed, weigh

__all__ = ["Arriving", "Known", "Same", "alike", "compare", "contradiction", "seen"]
# What an arriving person must agree in beside the weights, since what is read is filed at once and nobody looks first.
_DESCRIBED = "they are described alike"
_SURE = {
    "given": {"equal", "variant", "swapped"},
    "birth": {"equal"},
    "generation": {"equal", ""},
    "ssn": {"equal", "tail", "slip", "garbled", ""},
}
# A family name that is only close may be another family's (Smith, Smyth), unless one of these is shared too.
_OF_ONE_FAMILY = {"equal", "swapped", "part"}
_SHARED = {"ssn": "equal", "number": "shared", "address": "equal", "phone": "shared", "email": "equal"}


def _never(one: str, other: str) -> bool:
    """Nobody has looked at these two."""
    del one, other
    return False


class Arriving:
    """A person of whom a message tells, beside the patients who may be that person; each is weighed once.

    `apart` says of two patients whether a person has looked at both and called them two.
    """

    def __init__(
        self,
        person: Person,
        known: Sequence[Known],
        apart: Callable[[str, str], bool] = _never,
    ) -> None:
        self.person = person
        self._known = _persons(known)
        self._apart = apart

    def find(self) -> str | None:
        """The patient whom the person is, or None where they are somebody new who can be founded.

        An identifier that somebody known bears decides; without one, equal names, birth date and sex do (`compare` has the
        rules); without these the weights, where they are sure of one alone. The order of the known does not matter.
        Of a number that was used again, as a person has said, it is whoever of its bearers is not contradicted.
        Raises PatientMismatch where an identifier is borne by somebody whose birth date, sex or names contradict,
        or where two patients match; UnknownPatient where nobody matches and the person states no name or no birth date.
        """
        asked = seen((self.person,))
        everybody = {patient: seen(persons) for patient, persons in self._known.items()}
        answers = {patient: compare(asked, whom) for patient, whom in everybody.items()}
        for verdict in (Same.CONTRADICTED, Same.BY_IDENTIFIER, Same.BY_DESCRIPTION):
            patients = sorted(patient for patient, answer in answers.items() if answer.same is verdict)
            if verdict is Same.CONTRADICTED and patients and self._used_again(patients, answers):
                continue
            if patients and verdict is Same.CONTRADICTED:
                raise PatientMismatch(f"{answers[patients[0]].why} (patient {patients[0]})")
            if len(patients) > 1:
                raise PatientMismatch(f"matches more than one patient ({', '.join(patients)})")
            if patients:
                return patients[0]
        if not asked.names or not self.person.birth_date:
            raise UnknownPatient("unknown patient: no known identifier, and no name with a birth date")
        sure = [patient for patient, one in self._weighed.items() if _is_sure(one, asked, everybody[patient])]
        return sure[0] if len(sure) == 1 else None

    def _used_again(self, contradicted: Sequence[str], answers: Mapping[str, Answer]) -> bool:
        """Whether a person has told those who are contradicted from the one other bearer who is not."""
        bearers = [patient for patient, answer in answers.items() if answer.same is Same.BY_IDENTIFIER]
        return len(bearers) == 1 and all(self._apart(one, bearers[0]) for one in contradicted)

    def looks(self) -> tuple[tuple[str, str], ...]:
        """At whom somebody must look once the person was founded as a new patient, and why (no names, dates, values)."""
        return tuple(
            (patient, one.why or _DESCRIBED)
            for patient, one in sorted(self._weighed.items())
            if one.outcome is not Outcome.DIFFERENT
        )

    @cached_property
    def _weighed(self) -> dict[str, Weighed]:
        mine = (traits(self.person),)
        return {patient: weigh(mine, tuple(map(traits, persons))) for patient, persons in self._known.items()}


def _is_sure(weighed: Weighed, asked: Seen, whom: Seen) -> bool:
    agree = all(weighed.levels[name] in levels for name, levels in _SURE.items())
    agree &= weighed.levels["family"] in _OF_ONE_FAMILY or any(
        weighed.levels[name] == level for name, level in _SHARED.items()
    )
    return weighed.outcome is Outcome.SAME and agree and not asked.differs(whom)


def _persons(known: Sequence[Known]) -> dict[str, list[Person]]:
    people: dict[str, list[Person]] = {}
    for one in known:
        people.setdefault(one.patient, []).append(one.person)
    return people
