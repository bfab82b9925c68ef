"""Improve: is a model good enough for a task?

Takes    a model, the tasks of the kinds of document, and invented people with what their sources say
Gives    a table: for each task how often an answer stood verification and was better than the template, and what was obeyed
Never    sees a patient, grades with a model, or counts a task as earned whose cases were not all asked
"""

from careloom.improve.evaluation import INTERRUPTED, Case, cases, evaluated

__all__ = ["INTERRUPTED", "Case", "cases", "evaluated"]
