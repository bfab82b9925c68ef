"""Parts of a pipeline that have nothing to tell, for the desk of tests that keeps Ada in memory."""

from careloom.care.document import Proposal, Reviewer
from careloom.care.turns import About
from careloom.errors import NotApproved
from careloom.pipeline.ehr.destinations import Standing


class NothingOffered:
    """No entry fits what a person typed."""

    def offered(self, *_: object) -> tuple[()]:
        return ()


class NothingAgain:
    """A site in which nothing is read a second time."""

    def number(self, actor: Reviewer) -> None:
        del actor


class NothingWrittenTo:
    """A site that writes into no other system's charts."""

    def all(self) -> tuple[Standing, ...]:
        return ()


class InNoChart:
    """Ada's plan is kept in memory: nothing of it is in a chart from which it could be taken back."""

    def look(self, actor: Reviewer, proposal: str) -> None:
        raise NotApproved("it is in no chart here")

    def unfounded(self, proposal: Proposal) -> bool:
        return False


class Nobodys:
    """Nobody claimed Ada's plan, and nobody else has it open."""

    def look(self, actor: Reviewer, proposal_id: str) -> None:
        return None

    def about(self, actor: Reviewer, proposal: Proposal, opened: object = None) -> About:
        return About()
