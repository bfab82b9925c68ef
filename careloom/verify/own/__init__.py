"""Own words: which faults of a person's sentence hold a claim that its sources don't have?

Takes    a judged case of a sentence that a person wrote
Gives    its faults without those that another word of the sources, or general English, explains
Never    explains away a drug, a number, a date, a side, a negation or a diagnosis that a source has otherwise
"""

from collections.abc import Callable, Mapping

from careloom.verify.case import Case, Fault
from careloom.verify.own.dates import date_is_told
from careloom.verify.own.denials import denial_is_told, denied_of_before
from careloom.verify.own.figures import number_is_told, unit_is_told
from careloom.verify.own.kin import kin_is_told
from careloom.verify.own.rhythms import often_otherwise
from careloom.verify.own.standing import another_code_status, status_is_told
from careloom.verify.own.told import Told
from careloom.verify.own.words import word_is_told

__all__ = ["claimed"]

_EXPLAINED: Mapping[str, Callable[[Told, Fault], bool]] = {
    "word": word_is_told,
    "negation": denial_is_told,
    "status": status_is_told,
    "number": number_is_told,
    "unit": unit_is_told,
    "date": date_is_told,
    "family": kin_is_told,
}


def claimed(case: Case) -> list[Fault]:
    """The faults of a person's sentence that stay: a claim without a source, or one that a source has otherwise."""
    told = Told(case)
    kept = [fault for fault in case.faults if not _EXPLAINED.get(fault.kind, _never)(told, fault)]
    kept += [fault for fault in denied_of_before(told) if fault not in kept]
    return [*kept, *often_otherwise(told), *another_code_status(told)]


def _never(told: Told, fault: Fault) -> bool:
    del told, fault
    return False
