"""A site that runs in parallel: two nurses who write and review, two physicians who judge, a lead who writes the plan, and invented patients."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from careloom.care.document import Action, Proposal, Reviewer, Statement
from careloom.care.parallel import Case, Grave, Judged, Right, Run, RunPlan
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from careloom.study.parallel.blinded import Shown
from tests.flow.pilots import Trying, trying

# What a judge says of a difference.
Says = Callable[[Shown], Judged]


class Parallel:
    """The site, its people, and what each of them does with a case."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.site: Trying = trying(home, folder)
        self.pipeline: Pipeline = self.site.pipeline
        self.lead = self.site.lead
        users = self.pipeline.store.users
        for name in ("judy", "jack"):
            users.create(name, role="physician", licence=Licence("MA", f"MD-{name}", date(2031, 6, 30)))
        self.judy, self.jack = users.reviewer("judy"), users.reviewer("jack")
        self.people = {one.user: one for one in (self.site.rosa, self.site.nina, self.judy, self.jack)}

    def plan(self, **given: object) -> RunPlan:
        said = RunPlan(
            title="Plans by hand and by draft",
            question="Would a site that files drafts miss what people write?",
            participants=(self.site.rosa.user, self.site.nina.user),
            adjudicators=(self.judy.user, self.jack.user),
            second=0.0,
        )
        return replace(said, **given)  # type: ignore[arg-type]

    def running(self, **given: object) -> Run:
        written = self.pipeline.paralleling.write(self.lead, self.plan(**given))
        return self.pipeline.paralleling.lock(self.lead, written.id)

    def begins(self, run: Run, patient: str = "") -> Case:
        [who] = [patient] if patient else self.site.patients()
        found = self.pipeline.comparing.begin(self.site.rosa, run.id, who, "care_plan")
        assert found is not None
        return found

    def now(self, run: Run, case: Case) -> Case:
        found = self.pipeline.store.parallels.get(run.id).case(case.id)
        assert found is not None
        return found

    def person(self, user: str) -> Reviewer:
        return self.people[user]

    def documents(self, case: Case) -> tuple[Proposal, Proposal]:
        get = self.pipeline.store.proposals.get
        return get(case.hand.proposals[-1]), get(case.draft.proposals[-1])

    def writes(self, run: Run, case: Case, *lines: str, minutes: float = 0) -> None:
        """The writer types these lines and says that she is finished."""
        who, (hand, _) = self.person(case.hand.who), self.documents(case)
        record = self.pipeline.record_of(case.patient, self.pipeline.today)
        ill = tuple(one.id for one in record.entries if one.kind == "Condition")
        for text in lines or ("Type 2 diabetes mellitus without complications is active.",):
            line = Statement(
                id="",
                section="problem_list",
                kind="fact",
                text=text,
                citations=ill if "diabetes" in text else (),
            )
            self.pipeline.handwriting.add(who, hand.id, line)
        if minutes:
            self.site.works(who, self.documents(case)[0], minutes)
        self.pipeline.comparing.finish(who, run.id, case.id)

    def reviews(self, run: Run, case: Case, *, minutes: float = 0, strike: tuple[str, ...] = ()) -> None:
        """The reviewer signs what she may, strikes what she is told to, and says that she is finished."""
        who, (_, draft) = self.person(case.draft.who), self.documents(case)
        if minutes:
            self.site.works(who, draft, minutes)
        opened = [one.rule for one in draft.findings]
        self.pipeline.decide(who, draft.id, Action.APPROVE, opened=opened, struck=strike)
        self.pipeline.comparing.finish(who, run.id, case.id)

    def judges(self, run: Run, case: Case, says: Says) -> Case:
        """Everybody who is to judge it does."""
        for user in case.adjudicators:
            who = self.person(user)
            sheet = self.pipeline.comparing.sheet(who, run.id, case.id)
            said: Mapping[str, Judged] = {one.id: says(one) for one in sheet.differences}
            self.pipeline.comparing.judge(who, run.id, case.id, said)
        return self.now(run, case)


def all_wording(_: Shown) -> Judged:
    """Nothing matters to this judge."""
    return Judged(Right.BOTH, Grave.NONE)
