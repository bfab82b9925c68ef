"""Parallel: two documents of one case compared blinded, and what a run of such cases comes to (docs/parallel.md).

Takes    two documents with the lines that stand, what adjudicators said of each difference, and minutes
Gives    what is in both, in one alone, and against each other; agreement by week; each criterion met, not met, or not to be said yet
Never    tells which document was written by hand to whoever judges, says a number of three cases, or decides that a site switches
"""
