"""Quality measures: the eCQMs as Ibis expressions over views of the record.

Takes    views in Parquet, value sets, a period
Gives    counts of each population, by patient and in all
Never    counts with a value set that is missing, or says a rate of nobody
"""

from careloom.measure.quality import cms2, cms68, cms122, cms131, cms156, cms165, cms347, cms951, pdc
from careloom.measure.quality.noun import Measure

MEASURES: tuple[Measure, ...] = (
    cms122.MEASURE,
    cms165.MEASURE,
    cms131.MEASURE,
    cms951.MEASURE,
    cms347.MEASURE,
    cms2.MEASURE,
    cms68.MEASURE,
    cms156.MEASURE,
    *pdc.MEASURES,
)
