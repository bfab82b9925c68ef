"""A licence to practise, apart from the models so that a door can name one before Django is set up."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Licence:
    """State, number, the last day on which it holds, and whether it is a multistate one of the Nurse Licensure Compact."""

    state: str
    number: str
    expiry: date
    multistate: bool = False
