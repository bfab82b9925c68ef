"""Closed: which document of a case stays closed to whom, until when. What isn't known to be open is closed."""

from careloom.care.parallel import Case, CaseStage, Run, RunStage, Side

TO_READER = "the draft of this case of a parallel run is opened by whoever reviews it alone, until both documents are finished"
TO_REVIEWER = "whoever reviews or judges a case of a parallel run doesn't open what is written by hand for it before both documents are finished"
TO_JUDGE = "whoever judges a case of a parallel run sees its two documents as A and B alone, until she has judged them"


def closed(run: Run, case: Case, side: Side, user: str) -> str:
    """Why a person (a user's id) doesn't open a document of a case now, in words; "" where she may.

    Until both are finished the draft is open to its reviewer alone, and what is written by hand is closed to that reviewer and to everybody who
    judges in this run; from then on both are closed to whoever has still to judge the case.
    """
    if case.stage in (CaseStage.DROPPED, CaseStage.JUDGED) or run.stage is RunStage.ENDED:
        return ""
    if case.stage is CaseStage.COMPARED:
        return TO_JUDGE if user in set(case.adjudicators) - case.finished else ""
    if side is Side.DRAFT:
        return "" if user == case.draft.who else TO_READER
    judges = {*case.adjudicators, *run.plan.adjudicators}
    return TO_REVIEWER if user == case.draft.who or user in judges else ""


def is_kept(case: Case, side: Side) -> bool:
    """Whether a document of a case is never filed: the draft is kept for the comparison, unless the case left it."""
    return side is Side.DRAFT and case.stage is not CaseStage.DROPPED


def waits(case: Case, side: Side) -> bool:
    """Whether a document of a case still waits for somebody: a draft that was reviewed, and is never filed, doesn't."""
    return not is_kept(case, side) or case.draft.done is None
