"""Seconded: what one person is told of a document's second reading, and what she may do about it."""

from careloom.care.access import Permission, may
from careloom.care.document import Proposal, Reviewer
from careloom.care.progress import Progress
from careloom.care.second import LineSaid, Mode, SecondReading, Stage, Step
from careloom.pipeline.choosing import Choosing
from careloom.pipeline.shown import Seconded
from careloom.review import second as rules


def told_of(
    choosing: Choosing, actor: Reviewer, second: SecondReading | None, now: Proposal, progress: Progress
) -> Seconded | None:
    """What this person is told; None where there is nothing that she may know yet.

    Whoever decided isn't told that a released document is read again before it was. What both said is for the two, a third one who settles,
    leads and auditors.
    """
    if second is None:
        wanted = choosing.foresees(actor, now) if may(actor.role, Permission.DECIDE) else None
        if wanted is None:
            return None
        return Seconded(stage=Stage.CHOSEN, mode=wanted.mode, grounds=wanted.grounds, first="", held=True)
    found = rules.stage(second)
    names = choosing.store.users.names([second.first, second.reader])
    first, reader = names.get(second.first, "Somebody"), names.get(second.reader, "")
    held = second.mode is Mode.HOLD and now.status == "draft"
    if choosing.blind(actor, second):
        mine = second.reader == actor.user
        said = {line: LineSaid(word) for line, word in progress.rated.items()} if mine else {}
        return Seconded(
            stage=found, mode=second.mode, grounds=second.grounds, first=first, held=False,
            blind=True, reader=reader, due=second.due, said=said, may_release=mine, may_claim=not second.reader,
        )  # fmt: skip
    leads = may(actor.role, Permission.LEAD)
    if found in (Stage.CHOSEN, Stage.WAITS, Stage.READ):
        if not held and not leads:
            return None
        return Seconded(
            stage=found, mode=second.mode, grounds=second.grounds, first=first, held=held, reader=reader, due=second.due,
            people=choosing.able(second) if leads and found is Stage.WAITS else (),
        )  # fmt: skip
    return _after(choosing, actor, second, held=held)


def _after(choosing: Choosing, actor: Reviewer, second: SecondReading, *, held: bool) -> Seconded | None:
    """The same once both readings are compared."""
    found = rules.stage(second)
    leads = may(actor.role, Permission.LEAD)
    third = second.last(Step.SETTLE, Step.THIRD)
    settles = found is Stage.THIRD and actor.user in {one.user for one in choosing.able_third(second)}
    settled = second.last(Step.SETTLE)
    was_third = settled is not None and settled.who == actor.user
    told = leads or settles or was_third or actor.user in (second.first, second.reader)
    told = told or may(actor.role, Permission.AUDIT)
    if not told and not held:
        return None
    whom = (third.who if third.what is Step.SETTLE else third.whom) if third is not None else ""
    names = choosing.store.users.names([second.first, second.reader, whom])
    compared = second.last(Step.COMPARE)
    return Seconded(
        stage=found,
        mode=second.mode,
        grounds=second.grounds,
        first=names.get(second.first, "Somebody"),
        held=held,
        told=told,
        reader=names.get(second.reader, "Somebody"),
        due=second.due,
        reading=second.reading if told else None,
        pairs=compared.pairs if told and compared is not None else (),
        settled=settled if told else None,
        third=names.get(whom, ""),
        corrected=second.last(Step.CORRECT) if told else None,
        may_look=found is Stage.MINOR and actor.user == second.reader,
        may_settle=settles,
        may_correct=found is Stage.CORRECT and (leads or was_third or actor.user == second.first),
        thirds=choosing.able_third(second, to_choose=True) if leads and found is Stage.THIRD else (),
    )
