"""A licence to practise, apart from the models so that a door can name one before Django is set up."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Licence:
    """State, number, and the last day on which it holds."""

    state: str
    number: str
    expiry: date
