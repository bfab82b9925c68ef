"""Statistics: counts and minutes in, numbers with their uncertainty out (docs/statistics.md).

Takes    what was counted, as frozen rows, and a seed where chance is needed
Gives    an Estimate with its interval, its method and how many it rests on, or NotSaid with the reason in words
Never    gives a number of noise for too few, leaves a row out without naming it, or reads a clock
"""
