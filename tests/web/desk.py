"""A pipeline about Ada that keeps her in memory: the real rules of review, without readers, drafts or checks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.test import Client

from careloom import review
from careloom.care.document import (
    Action,
    Decision,
    Proposal,
    Reviewer,
    Severity,
    Tier,
    Verdict,
)
from careloom.care.progress import Progress
from careloom.care.record import PatientRecord
from careloom.care.worklist import Found, Row, Sought, Waiting, Whose
from careloom.errors import InputError, NotLicensed, Refused, StaleRecord
from careloom.pipeline import Preview, Review
from careloom.pipeline.access import Access
from careloom.pipeline.attention import Attention
from careloom.pipeline.ehr.launching import Launching
from careloom.pipeline.paged import Paged
from careloom.pipeline.settling import Settling
from careloom.record import Programmes
from careloom.review.cosign import cosign
from careloom.review.decisions import waiting
from careloom.review.queue import counted
from careloom.review.who import who_signs
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.users import Licence
from careloom.web.present.plan import stamp
from tests.web.nothing import InNoChart, Nobodys, NothingAgain, NothingOffered, NothingWrittenTo
from tests.web.people import NOW, PROPOSAL, RECORD, TODAY, have_opened


@dataclass
class Begun:
    """What people have begun, in memory. Everybody has read the high findings already, but where a test says `first=Progress()`."""

    first: Progress = field(default_factory=lambda: have_opened(PROPOSAL))
    kept: dict[tuple[str, str], Progress] = field(default_factory=dict)

    def of(self, proposal: str, user: str) -> Progress:
        return self.kept.get((proposal, user), self.first)

    def change(self, proposal: str, user: str, how: Callable[[Progress], Progress]) -> Progress:
        self.kept[proposal, user] = how(self.of(proposal, user))
        return self.kept[proposal, user]


@dataclass
class AsDesk:
    """What the rules of reading need of a desk."""

    of: "AdasDesk"

    @property
    def store(self) -> "AsDesk":
        return self

    @property
    def proposals(self) -> dict[str, Proposal]:
        return self.of.proposals

    @property
    def unfinished(self) -> Begun:
        return self.of.begun

    def decide(
        self, actor: Reviewer, proposal: str, decision: Decision, today: date, seen: Proposal
    ) -> Proposal:
        assert self.of.proposals[proposal] == seen
        return self.of.decide(actor, proposal, decision.action, statements=decision.statements)


def have_read(client: Client, proposal: Proposal) -> None:
    """Choose every finding, as somebody does who reads them."""
    for number, _ in enumerate(proposal.findings):
        client.get(f"/review/{proposal.id}/evidence/f{number}", headers={"HX-Request": "true"})


def say_yes(client: Client, proposal: Proposal) -> None:
    """Answer every line that asks for a yes or no of its own, of the folded parts, too."""
    parts = sorted({one.section for one in proposal.document.statements})
    shown = client.get(f"/review/{proposal.id}", {"open": parts}).content.decode()
    for line in re.findall(r'id="asks-([^"]+)"', shown):
        assert client.post(f"/review/{proposal.id}/lines/{line}/answer", {"said": "yes"}).status_code == 302


def approval(client: Client, proposal: Proposal) -> dict[str, str]:
    """The form with which somebody signs what the page shows her now."""
    shown = client.get(f"/review/{proposal.id}").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(stamp|marks)" value="([^"]*)"', shown))
    return {"action": "approve", "password": PASSWORD, **hidden}


@dataclass
class AdasDesk:
    """Calls of `careloom.pipeline.Pipeline` that the pages make; `calls` counts them."""

    store: Store
    proposals: dict[str, Proposal] = field(default_factory=lambda: {PROPOSAL.id: PROPOSAL})
    record: PatientRecord = RECORD
    decisions: list[Decision] = field(default_factory=list)
    flagged: list[Mapping[str, str]] = field(default_factory=list)
    revisions: dict[str, list[Proposal]] = field(default_factory=dict)
    new_entries: tuple[str, ...] = ()
    stale: bool = False
    calls: int = 0
    # No test waits as long as a nurse reads: the pace is looked at where a test sets it.
    reading_rate: int = 0
    doubts: dict[str, str] = field(default_factory=dict)
    begun: "Begun" = field(default_factory=lambda: Begun())
    settings: Settings = field(default_factory=Settings)

    @property
    def attention(self) -> Attention:
        """The real rules of what must be read before signing, over this desk."""
        return Attention(AsDesk(self), lambda: NOW, lambda: TODAY, self.reading_rate)  # type: ignore[arg-type]

    @property
    def access(self) -> Access:
        return Access(self.store, lambda: NOW)

    @property
    def launching(self) -> Launching:
        """No EHR opens this desk."""
        return Launching(self.store, {}, lambda: NOW)

    @property
    def handwriting(self) -> NothingOffered:
        return NothingOffered()

    @property
    def destinations(self) -> NothingWrittenTo:
        return NothingWrittenTo()

    @property
    def seconding(self) -> NothingAgain:
        return NothingAgain()

    @property
    def settling(self) -> Settling:
        """Who may settle; Ada's record is kept in memory, and nothing of it is settled here."""
        nothing: Any = None
        return Settling(self.store, nothing, nothing, nothing, self.access, nothing, lambda: NOW, nothing)

    @property
    def paged(self) -> Paged:
        """The real reading of urgent pages; no programme sends to this desk."""
        return Paged(self.store, lambda: Programmes({}), lambda: TODAY)

    @property
    def unfiling(self) -> InNoChart:
        return InNoChart()

    @property
    def turning(self) -> Nobodys:
        return Nobodys()

    def _reach(self, actor: Reviewer) -> Tier:
        try:
            return review.reach(actor, TODAY)
        except NotLicensed:
            return Tier.AUTO

    def queue(self, actor: Reviewer) -> tuple[Row, ...]:
        self.calls += 1
        name = self.record.demographics.names[0].full
        return tuple(
            row_of(
                one,
                any(line.tier <= self._reach(actor) for line in waiting(one)),
                name=name,
                birth_date="1965-03-02",
                sex="female",
                why=one.document.statements[0].text,
            )
            for one in self.proposals.values()
            if one.status == "draft"
        )

    def work(self, actor: Reviewer, sought: Sought) -> Found:
        rows = self.queue(actor)
        mine = tuple(row for row in rows if row.mine)
        shown = mine if sought.whose is Whose.MINE else rows
        return Found(shown, len(shown), 0, {Whose.MINE: len(mine), Whose.TEAM: 0, Whose.ALL: len(rows)})

    def review(self, actor: Reviewer, proposal_id: str) -> Review:
        self.calls += 1
        if proposal_id not in self.proposals:
            raise InputError("unknown proposal")
        proposal = self.proposals[proposal_id]
        lines = proposal.document.statements
        return Review(
            proposal=proposal,
            record=self.record,
            may={one.id: one.tier <= self._reach(actor) for one in lines},
            who={one.id: who_signs(one) for one in lines},
            decisions=tuple(self.decisions),
            previous=None,
            new_entries=self.new_entries,
            doubts=self.doubts,
            role=actor.role,
            progress=self.begun.of(proposal_id, actor.user),
            undo=self._undo_of(proposal_id, actor),
        )

    def _undo_of(self, proposal_id: str, actor: Reviewer) -> Decision | None:
        try:
            return review.to_undo(self.proposals[proposal_id], self.decisions, actor.user)
        except Refused:
            return None

    def _replace(self, old: Proposal, new: Proposal) -> int:
        self.revisions.setdefault(old.id, [old])
        self.revisions[old.id].append(new)
        self.proposals[old.id] = new
        return len(self.revisions[old.id]) - 1

    def undo(self, actor: Reviewer, proposal_id: str) -> Proposal:
        self.calls += 1
        old = self.proposals[proposal_id]
        last = review.to_undo(old, self.decisions, actor.user)
        before, after = self.revisions[proposal_id][last.revision - 1 : last.revision + 1]
        new = review.undone(old, before, after)
        undo = Decision(action=Action.UNDO, reviewer=actor.user, role=actor.role, at=NOW)
        self.decisions.append(replace(undo, revision=self._replace(old, new), name=actor.name))
        return new

    def open_lines(self, actor: Reviewer, proposal_id: str, statements: Sequence[str]) -> None:
        self.calls += 1
        old = self.proposals[proposal_id]
        self._replace(old, replace(old, opened=tuple(dict.fromkeys((*old.opened, *statements)))))

    def flag_for_improvement(self, plan: Proposal, feedback: Mapping[str, str]) -> str:
        self.calls += 1
        self.flagged.append(feedback)
        return "1"

    def preview(self, actor: Reviewer, proposal_id: str, statement: str, text: str) -> Preview:
        """Words that add a number are not in the sources; the word "stop" makes it the physician's."""
        self.calls += 1
        line = next(one for one in self.proposals[proposal_id].document.statements if one.id == statement)
        new = set(text.split()) - set(line.text.split())
        verdict = Verdict.NOT_ADDRESSED if any(word[0].isdigit() for word in new) else Verdict.SUPPORTED
        tier = Tier.PHYSICIAN if "stop" in text.lower() else Tier.NURSE
        return Preview(replace(line, text=text, written_by="person", verdict=verdict, tier=tier), ())

    def decide(
        self,
        actor: Reviewer,
        proposal_id: str,
        action: Action,
        *,
        statements: Sequence[str] = (),
        edits: Mapping[str, str] | None = None,
        struck: Sequence[str] = (),
        opened: Sequence[str] = (),
        reason: str = "",
        feedback: Mapping[str, str] | None = None,
    ) -> Proposal:
        self.calls += 1
        if self.stale and action in (Action.APPROVE, Action.AMEND):
            raise StaleRecord("new entries give new findings (renal_dose); draft it again")
        old = self.proposals[proposal_id]
        lines = tuple(
            self.preview(actor, proposal_id, one.id, (edits or {})[one.id]).statement
            if one.id in (edits or {})
            else one
            for one in old.document.statements
        )
        decision = Decision(
            action=action,
            reviewer=actor.user,
            role=actor.role,
            at=NOW,
            statements=tuple(statements),
            edits=edits or {},
            struck=tuple(struck),
            opened=tuple(opened),
            reason=reason,
            feedback=feedback or {},
            name=actor.name,
        )
        amended = replace(old, document=replace(old.document, statements=lines))
        if action is Action.COSIGN:
            new = cosign(amended, decision.statements, actor, TODAY)
        else:
            new = review.decide(amended, decision, actor, TODAY)
        if review.ready_to_file(new):
            new = replace(new, status="active")
        signed = tuple(line for line, user in new.released.items() if old.released.get(line) != user)
        signed = decision.statements if action in (Action.SEND_BACK, Action.COSIGN) else signed
        self.decisions.append(replace(decision, statements=signed, revision=self._replace(old, new)))
        return new

    def propose(
        self,
        actor: Reviewer,
        patient: str,
        *,
        kind: str,
        as_of: date | None,
        model: str,
        given: Mapping[str, str],
    ) -> Proposal:
        self.calls += 1
        assert given == self.proposals[PROPOSAL.id].document.given
        new = replace(
            PROPOSAL, id="6" * 32, findings=tuple(f for f in PROPOSAL.findings if f.severity is Severity.HIGH)
        )
        self.proposals[new.id] = new
        return new


def row_of(proposal: Proposal, mine: bool, *, why: str = "", **who: str) -> Row:
    """A proposal as the work list has it."""
    return Row(
        Waiting(
            proposal=proposal.id,
            patient=proposal.document.patient,
            kind=proposal.document.kind,
            tier=proposal.tier,
            created=proposal.created,
            due=proposal.due,
            assigned_to=proposal.assigned_to,
            counted=replace(counted(proposal), why=why),
            **who,
        ),
        mine,
    )


PASSWORD = "a long invented passphrase"


def staff(store: Store) -> None:
    """Rosa, a nurse; Dr. Osei, a physician; Cam, a coordinator without a licence."""
    years = date(2031, 6, 30)
    store.users.create(
        "rosa",
        name="R. Blake",
        role="registered_nurse",
        password=PASSWORD,
        licence=Licence("MA", "RN1", years),
    )
    store.users.create(
        "osei", name="Dr. Osei", role="physician", password=PASSWORD, licence=Licence("MA", "MD1", years)
    )
    store.users.create("cam", name="C. Lund", role="care_coordinator", password=PASSWORD)


def signed_in(name: str, **headers: str) -> Client:
    """A browser in which that person is signed in."""
    client = Client(headers=headers)
    assert client.post("/sign-in", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def page(client: Client, address: str) -> str:
    """A page that somebody may read, as it is sent."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def form(desk: AdasDesk, action: str, **more: str) -> dict[str, str]:
    """What the form of a decision about Ada's plan sends."""
    return {"action": action, "stamp": stamp(desk.proposals[PROPOSAL.id]), **more}
