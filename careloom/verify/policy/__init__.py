"""Policy: a payer's criteria, and what a record shows of each; the same whoever asks, whoever drafts and whoever checks.

Takes    the fields of a request for prior authorization (the policy's text among them), and a record's facts
Gives    the lines of a letter: each criterion word for word, its answer, sentences with the entries that show it
Never    obeys a word of the policy, calls a criterion met that it doesn't wholly understand, or says more than the criteria ask
"""

from careloom.verify.policy.answers import Answered
from careloom.verify.policy.lines import CRITERIA, REQUEST, Letter, Line, is_payer, letter

__all__ = ["CRITERIA", "REQUEST", "Answered", "Letter", "Line", "is_payer", "letter"]
