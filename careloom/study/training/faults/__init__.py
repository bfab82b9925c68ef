"""Faults of lines, one planter a kind, in the order in which docs/training.md tells of them.

Takes    a line of an invented person's draft, its case, how hard the fault is to see, and a seeded chance
Gives    the line with one fault in it; None where this kind doesn't fit this line
Never    plants what a source bears out: numbers, days, drugs and doses are changed only where a source has them, to what none has

That something is left out is a fault of the whole (`drilling.py`).
"""

from collections.abc import Mapping

from careloom.care.drill import FaultKind
from careloom.study.training.faults.case import Case, Planter
from careloom.study.training.faults.drugs import allergy, dose, drug
from careloom.study.training.faults.grounds import another_patient, citation, invented, old_value, owner
from careloom.study.training.faults.words import day, negation, number, unit

__all__ = ["PLANTERS", "Case", "Planter"]

PLANTERS: Mapping[FaultKind, Planter] = {
    FaultKind.NUMBER: number,
    FaultKind.UNIT: unit,
    FaultKind.DATE: day,
    FaultKind.DRUG: drug,
    FaultKind.DOSE: dose,
    FaultKind.ALLERGY: allergy,
    FaultKind.NEGATION: negation,
    FaultKind.OLD_VALUE: old_value,
    FaultKind.ANOTHER_PATIENT: another_patient,
    FaultKind.INVENTED: invented,
    FaultKind.CITATION: citation,
    FaultKind.OWNER: owner,
}
