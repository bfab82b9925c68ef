"""Quality measures: the eCQMs as Ibis expressions over views of the record.

Takes    views in Parquet, value sets, a period
Gives    counts of each population, by patient and in all
Never    counts with a value set that is missing, or says a rate of nobody
"""

from careloom.measure.quality import cms122, cms165
from careloom.measure.quality.noun import Measure

MEASURES: tuple[Measure, ...] = (cms122.MEASURE, cms165.MEASURE)
