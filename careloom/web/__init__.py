"""Web: the pages on which a person reads, judges, amends and signs a draft.

Takes    requests of people who are signed in
Gives    the queue, the review page with its evidence, and their decisions handed to the pipeline
Never    decides who may sign, computes a class or tier, keeps a model of its own, or puts a patient's data in an address
"""
