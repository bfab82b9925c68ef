"""Told: a filed document as another system may hear of it, with no more of its record than goes there."""

from dataclasses import replace
from datetime import datetime

from careloom.chart.parts import Filed
from careloom.pipeline.deciding import Desk
from careloom.pipeline.weaving import Weaving


def told(
    desk: Desk, weaving: Weaving, row: tuple[str, datetime], *, closed: bool, bare: bool = False
) -> Filed:
    """A filed document (its id, when it was filed); where `closed`, its record without what substance-use programmes sent, and a `bare` one
    without what it lacks, which no resource tells.
    """
    filed = desk.filed(row, lambda patient, day: weaving.record(patient, day, closed=closed, bare=bare))
    if not closed:
        return filed
    kept = tuple(one for one in filed.record.entries if not weaving.programmes.programme(one))
    return replace(filed, record=replace(filed.record, entries=kept))
